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

/* ---- a key and its value ---- */

struct ol_str ol_json_cut(struct ol_str s, char room[OL_JSON_ROOM])
{
	static const char mark[] = "…";
	size_t n = OL_JSON_STRING_MOST;

	if (s.n <= n)
		return s;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--; /* not within a character */
	memcpy(room, s.p, n);
	memcpy(room + n, mark, sizeof(mark) - 1);
	return (struct ol_str){room, n + sizeof(mark) - 1};
}

void ol_json_key_str(struct ol_json *j, const char *key, struct ol_str s)
{
	char room[OL_JSON_ROOM];

	ol_json_key(j, key);
	ol_json_str(j, ol_json_cut(s, room));
}

void ol_json_key_uint(struct ol_json *j, const char *key, uint64_t u)
{
	ol_json_key(j, key);
	ol_json_uint(j, u);
}

void ol_json_key_int(struct ol_json *j, const char *key, int64_t i)
{
	ol_json_key(j, key);
	ol_json_int(j, i);
}

void ol_json_key_open(struct ol_json *j, const char *key, char bracket)
{
	ol_json_key(j, key);
	ol_json_open(j, bracket);
}
