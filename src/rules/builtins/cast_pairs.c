/* cast_pairs.c: every Cast whose operand's type is known, with where that comes from: the rules say which is a fault.
 *
 * In a function body types are those of one call, so that nothing is said of it. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"from", "string", "the operand's element type"},
	{"to", "string", "the type that it is cast to"},
	{NULL, NULL, NULL},
};

static void check_node(struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	uint32_t in = ol_check_input(c, node, 0), out, up, above;
	int32_t from, to;
	struct ol_val v[2];

	if (in == OL_NONE || m->nodes[node].outputs.n != 1 || m->graphs[m->nodes[node].graph].function != OL_NONE)
		return;
	out = ol_ir_outputs(c->ir, node)[0];
	from = ol_check_dtype(c, in);
	to = out == OL_NONE ? OL_DT_UNDEFINED : ol_check_dtype(c, out);
	if (!ol_dtype_valid(from) || !ol_dtype_valid(to))
		return;
	/* of a pair of Casts the type before both counts */
	up = c->ir->values[in].producer;
	above = up == OL_NONE ? OL_NONE : ol_check_input(c, up, 0);
	if (above != OL_NONE && c->ir->node_kind[up] == c->ir->node_kind[node])
		ol_check_because(c, OL_ORIGIN_DTYPE, above);
	ol_check_because(c, OL_ORIGIN_DTYPE, in);
	v[0] = ol_v_str(ol_str(ol_dtype_info(from)->name));
	v[1] = ol_v_str(ol_str(ol_dtype_info(to)->name));
	ol_check_emit(c, ol_check_node(c, node, 0), v);
}

static void run(struct ol_check *c)
{
	ol_check_nodes(c, "Cast", check_node);
}

const struct ol_builtin ol_builtin_cast_pairs = {
	.name = "cast-pairs",
	.about = "Casts of operands whose type is known, alone or behind another Cast",
	.vars = vars,
	.run = run,
};
