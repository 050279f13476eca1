/* json.c: a writer that keeps commas and nesting. */
#include "util/json.h"

#include <math.h>

#include "util/text.h"

void ol_json_init(struct ol_json *j, struct ol_buf *out, int indent)
{
	*j = (struct ol_json){.out = out, .indent = indent, .first = true};
}

static void line(struct ol_json *j)
{
	if (!j->indent)
		return;
	ol_buf_char(j->out, '\n');
	for (uint32_t i = 0; i < j->depth * (uint32_t)j->indent; i++)
		ol_buf_char(j->out, ' ');
}

/* Before each item: the comma and the line that go ahead of it. */
static void item(struct ol_json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (!j->first)
		ol_buf_char(j->out, ',');
	if (j->depth)
		line(j);
	j->first = false;
}

void ol_json_open(struct ol_json *j, char bracket)
{
	item(j);
	ol_buf_char(j->out, bracket);
	j->depth++;
	j->first = true;
}

void ol_json_close(struct ol_json *j, char bracket)
{
	j->depth--;
	if (!j->first)
		line(j);
	ol_buf_char(j->out, bracket);
	j->first = false;
}

void ol_json_keys(struct ol_json *j, struct ol_str key)
{
	item(j);
	ol_buf_char(j->out, '"');
	ol_text_json(j->out, key);
	ol_buf_z(j->out, j->indent ? "\": " : "\":");
	j->after_key = true;
}

void ol_json_key(struct ol_json *j, const char *key)
{
	ol_json_keys(j, ol_str(key));
}

void ol_json_str(struct ol_json *j, struct ol_str s)
{
	item(j);
	ol_buf_char(j->out, '"');
	ol_text_json(j->out, s);
	ol_buf_char(j->out, '"');
}

void ol_json_int(struct ol_json *j, int64_t i)
{
	item(j);
	ol_buf_int(j->out, i);
}

void ol_json_uint(struct ol_json *j, uint64_t u)
{
	item(j);
	ol_buf_uint(j->out, u);
}

void ol_json_double(struct ol_json *j, double d)
{
	if (isnan(d)) {
		ol_json_str(j, OL_STR("NaN"));
		return;
	}
	if (isinf(d)) {
		ol_json_str(j, d < 0 ? OL_STR("-Infinity") : OL_STR("Infinity"));
		return;
	}
	item(j);
	ol_text_double(j->out, d);
}

void ol_json_bool(struct ol_json *j, bool b)
{
	item(j);
	ol_buf_z(j->out, b ? "true" : "false");
}

void ol_json_null(struct ol_json *j)
{
	item(j);
	ol_buf_z(j->out, "null");
}
