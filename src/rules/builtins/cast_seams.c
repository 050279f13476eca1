/* cast_seams.c: where a graph of mixed precision changes between float32 and a 16-bit float: one finding with counts.
 *
 * Casts at the graph's own inputs and outputs keep its interface, and casts of constants are folded: neither is a seam. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"down", "int", "casts from float32 to the 16-bit type"},
	{"up", "int", "casts back"},
	{"half", "string", "float16 or bfloat16"},
	{"first", "string", "the first of them, in quotes or as Cast #12"},
	{NULL, NULL, NULL},
};

enum { HALVES = 2 };
static const int32_t halves[HALVES] = {OL_DT_FLOAT16, OL_DT_BFLOAT16};

struct seams {
	uint64_t down, up;
	uint32_t first;
};

static bool constant(const struct ol_check *c, uint32_t value)
{
	const struct ol_fact *f = ol_known_fact(c->inf, value);

	return c->ir->values[value].flags & (OL_VALUE_INITIALIZER | OL_VALUE_CONSTANT) || (f && f->data);
}

/* Stands the node between two operators of the graph? */
static bool between(const struct ol_check *c, uint32_t in, uint32_t out)
{
	return c->ir->values[in].producer != OL_NONE && !constant(c, in) && c->ir->values[out].n_users &&
	       !(c->ir->values[out].flags & OL_VALUE_OUTPUT);
}

static void look(const struct ol_check *c, uint32_t node, struct seams *s)
{
	const struct ol_model *m = c->ir->model;
	uint32_t in = ol_check_input(c, node, 0), out;
	int32_t from, to;

	/* in a function body types are those of one call */
	if (in == OL_NONE || m->nodes[node].outputs.n != 1 || m->graphs[m->nodes[node].graph].function != OL_NONE)
		return;
	out = ol_ir_outputs(c->ir, node)[0];
	if (out == OL_NONE || !between(c, in, out))
		return;
	from = ol_check_dtype(c, in);
	to = ol_check_dtype(c, out);
	for (int h = 0; h < HALVES; h++) {
		if (!(from == OL_DT_FLOAT && to == halves[h]) && !(from == halves[h] && to == OL_DT_FLOAT))
			continue;
		if (s[h].first == OL_NONE)
			s[h].first = node;
		s[h].down += to == halves[h];
		s[h].up += from == halves[h];
	}
}

static void run(struct ol_check *c)
{
	struct seams s[HALVES] = {{0, 0, OL_NONE}, {0, 0, OL_NONE}};

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];

		if (!kind->is_onnx || kind->function != OL_NONE || !ol_str_is(ol_name(c->ir->model, kind->op_type), "Cast"))
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++)
			look(c, c->ir->nodes_by_kind[kind->nodes.first + i], s);
	}
	for (int h = 0; h < HALVES; h++) {
		struct ol_place place = OL_NOWHERE;
		struct ol_val v[] = {
			ol_v_int((int64_t)s[h].down),
			ol_v_int((int64_t)s[h].up),
			ol_v_str(ol_str(ol_dtype_info(halves[h])->name)),
			ol_v_str(OL_STR("")),
		};

		if (s[h].first == OL_NONE)
			continue;
		place.graph = c->ir->model->nodes[s[h].first].graph;
		v[3] = ol_v_str(ol_check_node_name(c, s[h].first));
		ol_check_because(c, OL_ORIGIN_DTYPE, ol_check_input(c, s[h].first, 0));
		ol_check_emit(c, place, v);
	}
}

const struct ol_builtin ol_builtin_cast_seams = {
	.name = "cast-seams",
	.about = "casts between float32 and 16-bit floats in the middle of the graph, counted",
	.vars = vars,
	.run = run,
};
