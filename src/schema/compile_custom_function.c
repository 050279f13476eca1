/* compile_custom_function.c: a declared operator's body, in ONNX text syntax.
 *
 * The text is parsed behind an empty model, and each function of the result is kept as the bytes that the loader will
 * find at the end of a model that calls it. */
#include <stdlib.h>

#include "schema/builder.h"
#include "schema/custom.h"
#include "schema/image.h"

enum { FUNCTIONS = 10000, FIELD_FUNCTIONS = 25, FIELD_NAME = 1, FIELD_DOMAIN = 10, WIRE_LEN = 2 };

/* The empty model, on one line of its own. */
static const char before[] = "<ir_version: 10, opset_import: [\"\" : 1]> g () => () {}\n";

static bool varint(struct ol_str s, size_t *at, uint64_t *v)
{
	*v = 0;
	for (unsigned shift = 0; *at < s.n && shift < 64; shift += 7) {
		unsigned char c = (unsigned char)s.p[(*at)++];

		*v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return true;
	}
	return false;
}

/* The next field that has a length, of bytes that we wrote; others are stepped over. */
static bool next(struct ol_str s, size_t *at, uint64_t *field, struct ol_str *content)
{
	while (*at < s.n) {
		uint64_t tag, n;

		if (!varint(s, at, &tag) || !varint(s, at, &n))
			return false;
		if ((tag & 7) != WIRE_LEN)
			continue; /* a varint: its value was read */
		if (n > s.n - *at)
			return false;
		*field = tag >> 3;
		*content = (struct ol_str){s.p + *at, (size_t)n};
		*at += (size_t)n;
		return true;
	}
	return false;
}

static int add(struct ol_custom_reader *r, struct ol_custom_functions *to, struct ol_load_function f)
{
	if (to->n == to->cap) {
		uint32_t cap = to->cap ? to->cap * 2 : 16;
		struct ol_load_function *p = realloc(to->at, cap * sizeof(*p));

		if (!p) {
			r->failed = true;
			return -1;
		}
		to->at = p;
		to->cap = cap;
	}
	to->at[to->n++] = f;
	return 0;
}

static void take(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_str proto,
		 struct ol_custom_functions *to, bool *own)
{
	struct ol_load_function f = {OL_STR(""), OL_STR(""), OL_STR("")};
	struct ol_str content;
	uint64_t field;
	size_t at = 0;

	while (next(proto, &at, &field, &content)) {
		if (field == FIELD_NAME)
			f.name = ol_arena_str(r->arena, content);
		else if (field == FIELD_DOMAIN)
			f.domain = ol_arena_str(r->arena, ol_image_domain(content));
	}
	f.proto = ol_arena_str(r->arena, proto);
	if (!f.proto.p) {
		r->failed = true;
		return;
	}
	if (ol_str_eq(f.name, r->op->name) && ol_str_eq(f.domain, r->op->domain))
		*own = true;
	if (!f.domain.n || ol_str_starts(f.domain, "ai.onnx."))
		ol_read_complain(r->file, y, "the function %.*s is in a standard domain: write <domain: \"%.*s\", …> before it",
				 OL_FMT(f.name), OL_FMT(r->op->domain));
	for (uint32_t i = 0; i < to->n; i++)
		if (ol_str_eq(to->at[i].name, f.name) && ol_str_eq(to->at[i].domain, f.domain)) {
			ol_read_complain(r->file, y, "the function %.*s::%.*s is there twice", OL_FMT(f.domain), OL_FMT(f.name));
			return;
		}
	if (to->n < FUNCTIONS)
		add(r, to, f);
}

/* The parser's place, in the file. */
static void tell(struct ol_custom_reader *r, const struct ol_yaml *y, const struct ol_err *err)
{
	struct ol_yaml_file *f = r->file;
	uint32_t line, column, at = 2;
	size_t offset = 0;

	for (; at < err->line && offset < y->text.n; offset++)
		at += y->text.p[offset] == '\n';
	if (err->line > 1)
		offset += err->column ? err->column - 1 : 0;
	if (offset > y->text.n)
		offset = y->text.n;
	ol_yaml_where(y, f->text, offset, &line, &column);
	ol_notes_add(&f->notes, f->path, line, column, 1, NULL, "%s", err->message);
}

void ol_custom_read_function(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_custom_functions *to)
{
	struct ol_buf text = {0}, out = {0};
	struct ol_str content;
	struct ol_err err = {0};
	uint64_t field;
	size_t at = 0;
	bool own = false;

	if (y->kind != OL_YAML_SCALAR || !y->text.n) {
		ol_read_complain(r->file, y, "'function' must be a text: a function in ONNX text syntax");
		return;
	}
	ol_buf_add(&text, before, sizeof(before) - 1);
	ol_buf_str(&text, y->text);
	if (text.failed) {
		r->failed = true;
	} else if (ol_text_parse(ol_buf_view(&text), &out, &err)) {
		if (err.code == OL_ERR_MEMORY)
			r->failed = true;
		else
			tell(r, y, &err);
	} else if (out.failed) {
		r->failed = true;
	} else {
		while (next(ol_buf_view(&out), &at, &field, &content))
			if (field == FIELD_FUNCTIONS)
				take(r, y, content, to, &own);
		if (!own && !r->failed)
			ol_read_complain(r->file, y, "no function %.*s of domain %.*s in the text", OL_FMT(r->op->name),
					 OL_FMT(r->op->domain));
	}
	ol_buf_free(&text);
	ol_buf_free(&out);
}
