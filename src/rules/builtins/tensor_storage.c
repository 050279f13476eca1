/* tensor_storage.c: large tensors that are stored where they cost most: in attributes, in typed fields, in float64.
 *
 * What counts is what shape and element type ask for; no data is read. Tensors in attributes are told one by one, the
 * rest in sums, since exporters treat all tensors alike. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "constant, attribute, typed or float64"},
	{"tensor", "string", "the tensor's name, or the attribute's; of several the first"},
	{"bytes", "int", "bytes, of all of them"},
	{"count", "int", "tensors"},
	{NULL, NULL, NULL},
};

enum { ATTRIBUTE_LEAST = 16 << 10, TYPED_LEAST = 4 << 10 };

struct total {
	int64_t bytes;
	uint32_t n, first;
};

static int64_t bytes_of(const struct ol_tensor *t)
{
	int64_t n = ol_tensor_elements(t);

	return n < 0 || t->location == 1 ? -1 : ol_dtype_bytes(t->dtype, n);
}

static void count(struct total *sum, uint32_t tensor, int64_t bytes)
{
	if (sum->n++ == 0)
		sum->first = tensor;
	if (__builtin_add_overflow(sum->bytes, bytes, &sum->bytes))
		sum->bytes = INT64_MAX;
}

static void emit(struct ol_check *c, struct ol_place place, const char *fault, struct ol_str tensor, const struct total *sum)
{
	struct ol_val v[] = {
		ol_v_str(ol_str(fault)),
		ol_v_str(tensor),
		ol_v_int(sum->bytes),
		ol_v_int(sum->n),
	};

	ol_check_emit(c, place, v);
}

static void attributes(struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	struct ol_range attrs = m->nodes[node].attrs;

	for (uint32_t i = attrs.first; i < attrs.first + attrs.n; i++) {
		const struct ol_attr *a = &m->attrs[i];
		bool constant = ol_str_is(ol_name(m, m->nodes[node].op_type), "Constant") && ol_ir_kind(c->ir, node)->is_onnx;

		for (uint32_t k = 0; (a->type == OL_ATTR_TENSOR || a->type == OL_ATTR_TENSORS) && k < a->n; k++) {
			struct total one = {bytes_of(&m->tensors[a->list.ids[k]]), 1, a->list.ids[k]};
			uint32_t name = constant && m->nodes[node].outputs.n ? m->names_of[m->nodes[node].outputs.first] : a->name;

			if (one.bytes >= ATTRIBUTE_LEAST)
				emit(c, ol_check_node(c, node, a->name), constant ? "constant" : "attribute", ol_name(m, name),
				     &one);
		}
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct total typed = {0}, wide = {0};

	for (uint32_t t = 0; t < m->n_tensors; t++) {
		int64_t bytes = bytes_of(&m->tensors[t]);

		if (bytes >= TYPED_LEAST && m->tensors[t].fields && !(m->tensors[t].fields & 1u << 9))
			count(&typed, t, bytes);
		if (bytes > 0 && m->tensors[t].dtype == OL_DT_DOUBLE && m->tensors[t].rank)
			count(&wide, t, bytes);
	}
	for (uint32_t n = 0; m->n_tensors && n < m->n_nodes; n++)
		if (m->nodes[n].attrs.n)
			attributes(c, n);
	if (typed.n)
		emit(c, OL_NOWHERE, "typed", ol_name(m, m->tensors[typed.first].name), &typed);
	if (wide.n)
		emit(c, OL_NOWHERE, "float64", ol_name(m, m->tensors[wide.first].name), &wide);
}

const struct ol_builtin ol_builtin_tensor_storage = {
	.name = "tensor-storage",
	.about = "large tensors in attributes and typed fields, and float64 ones",
	.vars = vars,
	.run = run,
};
