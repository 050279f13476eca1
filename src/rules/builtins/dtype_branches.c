/* dtype_branches.c: outputs of an If's branches whose types differ.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__If.html: both branches give outputs of one element type. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"index", "int", "which output"},
	{"then_dtype", "string", "its type in then_branch"},
	{"else_dtype", "string", "its type in else_branch"},
	{NULL, NULL, NULL},
};

/* As the branch makes it; else as it declares it. */
static int32_t output_dtype(const struct ol_check *c, uint32_t graph, uint32_t k)
{
	const struct ol_model *m = c->ir->model;
	uint32_t info = m->graphs[graph].outputs.first + k, type = m->infos[info].type, value = c->ir->info_value[info];
	struct ol_known known;

	if (value != OL_NONE) {
		known = ol_known_type(c->ir, c->inf, value);
		if (known.kind == OL_TYPE_TENSOR)
			return known.dtype;
	}
	return type != OL_NONE && m->types[type].kind == OL_TYPE_TENSOR ? m->types[type].elem_type : 0;
}

static void check_node(struct ol_check *c, uint32_t node)
{
	const struct ol_attr *a = ol_ir_attr(c->ir, node, "then_branch"), *b = ol_ir_attr(c->ir, node, "else_branch");
	const struct ol_model *m = c->ir->model;
	uint32_t n, other;

	if (!a || !b || a->type != OL_ATTR_GRAPH || b->type != OL_ATTR_GRAPH || a->n != 1 || b->n != 1)
		return;
	n = m->graphs[a->list.ids[0]].outputs.n;
	other = m->graphs[b->list.ids[0]].outputs.n;
	for (uint32_t k = 0; k < n && k < other; k++) {
		int32_t x = output_dtype(c, a->list.ids[0], k), y = output_dtype(c, b->list.ids[0], k);
		struct ol_val v[] = {
			ol_v_int(k),
			ol_v_str(ol_str(ol_dtype_info(x)->name)),
			ol_v_str(ol_str(ol_dtype_info(y)->name)),
		};

		if (!ol_dtype_valid(x) || !ol_dtype_valid(y) || x == y)
			continue;
		ol_check_because(c, OL_ORIGIN_DTYPE, c->ir->info_value[m->graphs[a->list.ids[0]].outputs.first + k]);
		ol_check_because(c, OL_ORIGIN_DTYPE, c->ir->info_value[m->graphs[b->list.ids[0]].outputs.first + k]);
		ol_check_emit(c, ol_check_node(c, node, 0), v);
	}
}

static void run(struct ol_check *c)
{
	ol_check_nodes(c, "If", check_node);
}

const struct ol_builtin ol_builtin_dtype_branches = {
	.name = "dtype-branches",
	.about = "outputs of If whose branches have different element types",
	.vars = vars,
	.run = run,
};
