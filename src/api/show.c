/* show.c: gathers the summary of a model: how many of what, and what goes in and out. */
#include <stdlib.h>

#include "api/show.h"

static int by_name(const void *a, const void *b)
{
	const struct ol_show_op *x = a, *y = b;
	int c = ol_str_cmp(x->domain, y->domain);

	return c ? c : ol_str_cmp(x->op_type, y->op_type);
}

static int by_count(const void *a, const void *b)
{
	const struct ol_show_op *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return by_name(a, b);
}

/* Kinds that differ in function scope or overload only are one row. */
static int gather_ops(struct ol_show *s)
{
	const struct ol_ir *ir = s->ir;
	uint32_t n = 0;

	s->ops = OL_NEWN(&s->arena, struct ol_show_op, ir->n_kinds);
	if (!s->ops)
		return -1;
	for (uint32_t i = 0; i < ir->n_kinds; i++)
		s->ops[i] = (struct ol_show_op){
			.domain = ir->kinds[i].is_onnx ? (struct ol_str){0} : ol_name(s->model, ir->kinds[i].domain),
			.op_type = ol_name(s->model, ir->kinds[i].op_type),
			.n = ir->kinds[i].nodes.n,
		};
	if (ir->n_kinds)
		qsort(s->ops, ir->n_kinds, sizeof(*s->ops), by_name);
	for (uint32_t i = 0; i < ir->n_kinds; i++) {
		if (n && by_name(&s->ops[n - 1], &s->ops[i]) == 0)
			s->ops[n - 1].n += s->ops[i].n;
		else
			s->ops[n++] = s->ops[i];
	}
	s->n_ops = n;
	if (n)
		qsort(s->ops, n, sizeof(*s->ops), by_count);
	return 0;
}

static void gather_weights(struct ol_show *s)
{
	const struct ol_model *m = s->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		struct ol_range r = m->graphs[g].initializers;

		s->initializers += (uint64_t)r.n + m->graphs[g].sparse.n;
		for (uint32_t i = r.first; i < r.first + r.n; i++) {
			int64_t n = ol_tensor_elements(&m->tensors[i]);
			int64_t bytes = n < 0 ? -1 : ol_dtype_bytes(m->tensors[i].dtype, n);

			if (bytes > 0 && s->weight_bytes <= UINT64_MAX - (uint64_t)bytes)
				s->weight_bytes += (uint64_t)bytes;
		}
	}
}

bool ol_show_is_initializer(const struct ol_show *s, uint32_t info)
{
	uint32_t v = s->ir->info_value[info];

	return v != OL_NONE && s->ir->values[v].flags & OL_VALUE_INITIALIZER;
}

static void dims(const struct ol_model *m, const struct ol_type *t, struct ol_buf *out)
{
	ol_buf_char(out, '[');
	for (uint32_t i = 0; i < t->rank; i++) {
		const struct ol_dim *d = &t->dims[i];

		ol_buf_z(out, i ? ", " : "");
		if (d->kind == OL_DIM_VALUE)
			ol_buf_printf(out, "%lld", (long long)d->value);
		else if (d->kind == OL_DIM_PARAM && d->param)
			ol_buf_str(out, ol_name(m, d->param));
		else
			ol_buf_char(out, '?');
	}
	ol_buf_char(out, ']');
}

void ol_show_type(const struct ol_model *m, uint32_t type, struct ol_buf *out)
{
	uint32_t close = 0;

	/* containers nest as deep as the model says: no recursion, and a bound on what is printed */
	for (; type != OL_NONE && type < m->n_types && close < 16; type = m->types[type].elem) {
		const struct ol_type *t = &m->types[type];

		switch ((enum ol_type_kind)t->kind) {
		case OL_TYPE_SPARSE_TENSOR:
		case OL_TYPE_TENSOR:
			ol_buf_z(out, t->kind == OL_TYPE_TENSOR ? "" : "sparse ");
			ol_buf_z(out, ol_dtype_info(t->elem_type)->name);
			if (t->has_shape)
				dims(m, t, out);
			goto end;
		case OL_TYPE_SEQUENCE:
			ol_buf_z(out, "sequence(");
			break;
		case OL_TYPE_OPTIONAL:
			ol_buf_z(out, "optional(");
			break;
		case OL_TYPE_MAP:
			ol_buf_printf(out, "map(%s, ", ol_dtype_info(t->elem_type)->name);
			break;
		case OL_TYPE_OPAQUE:
			ol_buf_z(out, "opaque");
			goto end;
		case OL_TYPE_NONE:
			ol_buf_char(out, '?');
			goto end;
		}
		close++;
	}
	ol_buf_char(out, '?');
end:
	while (close--)
		ol_buf_char(out, ')');
}

static int show(struct onnxlint *a, struct ol_model *m, bool json, const struct onnxlint_style *style, struct ol_buf *out)
{
	struct ol_show s = {.model = m};
	struct ol_err err = {0};
	struct ol_layout l = ol_api_layout(style, out);
	struct ol_ir *ir = ol_ir_build(m, &err);
	int rc = -1;

	if (!ir)
		return ol_api_fail_err(a, &err);
	s.ir = ir;
	ol_arena_init(&s.arena, 0);
	if (gather_ops(&s)) {
		ol_api_no_memory(a);
	} else {
		gather_weights(&s);
		if (json)
			ol_show_json(&s, out);
		else
			ol_show_text(&s, &l);
		ol_layout_guard(out, 0, json ? ":" : "\\x3A", json ? "\\u0023" : "\\x23");
		if (!json && style && style->ascii)
			ol_layout_ascii(out, 0);
		rc = 0;
	}
	ol_arena_free(&s.arena);
	ol_ir_free(ir);
	return rc;
}

int onnxlint_show(struct onnxlint *a, const char *path, const char *format, const struct onnxlint_style *style,
		  onnxlint_writer *write, void *user)
{
	bool json = strcmp(format, "json") == 0;
	struct ol_load_options load = a->load;
	struct ol_err err = {0};
	struct ol_buf out = {0};
	struct ol_model *m;
	int rc = -1;

	ol_api_begin(a);
	if (!json && strcmp(format, "text") != 0)
		return ol_api_fail(a, "unknown format '%s': text or json", format);
	load.check_external = false;
	m = ol_load_file(path, &load, &err);
	if (!m)
		return ol_api_fail_err(a, &err);
	if (!m->complete && !m->has_graph && m->n_diags)
		ol_api_fail(a, "%s: %.*s: `onnxlint check` says more", path, OL_FMT(m->diags[0].message));
	else
		rc = show(a, m, json, style, &out);
	ol_model_free(m);
	if (rc) {
		ol_buf_free(&out);
		return -1;
	}
	return ol_api_write(a, &out, write, user);
}
