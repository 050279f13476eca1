/* limits.c: the one table of limits, from which defaults, parsing and messages come. */
#include <stddef.h>

#include "load/load.h"
#include "util/text.h"

/* protobuf-c and the walk of nested types need stack a level: more than this is refused even when
 * asked for. */
enum { DEPTH_CEILING = 2000 };

#define ROW(name, member, value, about)                                                            \
	{                                                                                          \
		name, offsetof(struct ol_limits, member), value, about                             \
	}

const struct ol_limit_row ol_limit_rows[] = {
    ROW("message-depth", message_depth, 100, "messages nested below ModelProto (at most 2000)"),
    ROW("messages", messages, 16000000, "messages in a file"),
    ROW("memory", memory, (uint64_t)2 << 30,
	"bytes to hold a model's structure; unless set, also 64 MiB and 16 times the file"),
    ROW("unknown-fields", unknown_fields, 1000000, "fields that onnx.proto does not define"),
    ROW("repeated-single", repeated_single, 16, "repeats of a message that may stand once"),
    ROW("name-length", name_length, 1 << 20, "bytes of a name"),
    ROW("text-length", text_length, 16 << 20, "bytes of a doc_string or metadata value"),
    ROW("functions", functions, 10000, "functions in a model"),
    ROW("text-input", text_input, 64 << 20, "bytes of a file in ONNX text syntax"),
    {NULL, 0, 0, NULL},
};

static uint64_t *member(struct ol_limits *l, const struct ol_limit_row *row)
{
	return (uint64_t *)(void *)((char *)l + row->member);
}

void ol_limits_default(struct ol_limits *l)
{
	*l = (struct ol_limits){0};
	for (const struct ol_limit_row *r = ol_limit_rows; r->name; r++)
		*member(l, r) = r->value;
}

static const struct ol_limit_row *find_row(struct ol_str name, const struct ol_limit_row **near)
{
	uint32_t best = UINT32_MAX, d;

	*near = NULL;
	for (const struct ol_limit_row *r = ol_limit_rows; r->name; r++) {
		if (ol_str_is(name, r->name))
			return r;
		if (ol_text_near(name, ol_str(r->name), &d) && d < best) {
			best = d;
			*near = r;
		}
	}
	return NULL;
}

int ol_limits_set(struct ol_limits *l, const char *assignment, struct ol_err *err)
{
	const char *eq = strchr(assignment, '=');
	struct ol_str name = {assignment, eq ? (size_t)(eq - assignment) : strlen(assignment)};
	const struct ol_limit_row *near, *row = find_row(name, &near);
	int64_t v;

	if (!row && near)
		return ol_err_set(err, OL_ERR_USAGE,
				  "--limit %.*s: no such limit: did you mean '%s'?", OL_FMT(name),
				  near->name);
	if (!row)
		return ol_err_set(err, OL_ERR_USAGE,
				  "--limit %.*s: no such limit: 'onnxlint help limits' lists them",
				  OL_FMT(name));
	if (!eq)
		return ol_err_set(err, OL_ERR_USAGE, "--limit %s: no value: write %s=N", row->name,
				  row->name);
	if (!ol_text_int(ol_str(eq + 1), &v) || v <= 0)
		return ol_err_set(err, OL_ERR_USAGE,
				  "--limit %s: '%s' is no positive whole number: write %s=N",
				  row->name, eq + 1, row->name);
	if (row->member == offsetof(struct ol_limits, message_depth) && v > DEPTH_CEILING)
		return ol_err_set(err, OL_ERR_USAGE,
				  "--limit %s: %s is more than %d: give a smaller number",
				  row->name, eq + 1, DEPTH_CEILING);
	*member(l, row) = (uint64_t)v;
	return 0;
}

void ol_load_options_default(struct ol_load_options *o)
{
	*o = (struct ol_load_options){.check_external = true};
	ol_limits_default(&o->limits);
}
