/* op_arity.c: how many inputs and outputs a node has, and which may be left out, against its schema or local function.
 *
 * Source: OpSchema, https://onnx.ai/onnx/repo-docs/IR.html#nodes (optional inputs and outputs). The bounds of a kind are
 * looked up once; its nodes are then a tight loop. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "inputs, outputs, missing-input, missing-output or empty"},
	{"have", "int", "how many the node has"},
	{"least", "int", "how many it must have"},
	{"most", "int", "how many it may have; -1 = any number"},
	{"formal", "string", "the schema's name of the parameter that is missing"},
	{"index", "int", "its position"},
	{NULL, NULL, NULL},
};

struct bounds {
	uint32_t min_in, max_in, min_out, max_out;
};

static void emit(struct ol_check *c, uint32_t node, const char *fault, uint32_t have, uint32_t least, uint32_t most,
		 struct ol_str formal, uint32_t index)
{
	struct ol_val v[] = {
		ol_v_str(ol_str(fault)), ol_v_int(have),     ol_v_int(least),
		ol_v_int(most == UINT16_MAX ? -1 : (int64_t)most), ol_v_str(formal), ol_v_int(index),
	};

	ol_check_emit(c, ol_check_node(c, node, 0), v);
}

/* Required parameters whose name is left empty. */
static void left_out(struct ol_check *c, uint32_t node, const struct ol_schema *s, bool outputs)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_node *n = &m->nodes[node];
	struct ol_range r = outputs ? n->outputs : n->inputs;

	for (uint32_t k = 0; k < r.n; k++) {
		struct ol_schema_param p;

		if (m->names_of[r.first + k])
			continue;
		p = outputs ? ol_schema_output(s, ol_schema_output_at(s, k)) : ol_schema_input(s, ol_schema_input_at(s, k));
		if (p.option == OL_PARAM_SINGLE)
			emit(c, node, outputs ? "missing-output" : "missing-input", r.n, 0, 0, p.name, k);
	}
}

static bool has_empty(const struct ol_model *m, struct ol_range r)
{
	for (uint32_t k = 0; k < r.n; k++)
		if (!m->names_of[r.first + k])
			return true;
	return false;
}

static void check_kind(struct ol_check *c, const struct ol_opkind *kind, const struct ol_schema *s,
		       const struct bounds *b)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t i = 0; i < kind->nodes.n; i++) {
		uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];
		const struct ol_node *n = &m->nodes[node];

		if (n->inputs.n < b->min_in || n->inputs.n > b->max_in)
			emit(c, node, "inputs", n->inputs.n, b->min_in, b->max_in, OL_STR(""), 0);
		else if (s && s->n_inputs && has_empty(m, n->inputs))
			left_out(c, node, s, false);
		if (n->outputs.n < b->min_out || n->outputs.n > b->max_out)
			emit(c, node, "outputs", n->outputs.n, b->min_out, b->max_out, OL_STR(""), 0);
		else if (s && s->n_outputs && has_empty(m, n->outputs))
			left_out(c, node, s, true);
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *s = &c->kind_schema[k];
		struct bounds b;

		if (s->row && kind->function == OL_NONE) {
			b = (struct bounds){s->min_input, s->max_input == UINT16_MAX ? UINT32_MAX : s->max_input,
					    s->min_output, s->max_output == UINT16_MAX ? UINT32_MAX : s->max_output};
			check_kind(c, kind, s, &b);
		} else if (kind->function != OL_NONE) {
			const struct ol_graph *g = &m->graphs[m->functions[kind->function].graph];

			/* trailing ones may be left out of a call */
			b = (struct bounds){0, g->inputs.n, 0, g->outputs.n};
			check_kind(c, kind, NULL, &b);
		}
	}
}

const struct ol_builtin ol_builtin_op_arity = {
	.name = "op-arity",
	.about = "nodes with too many or too few inputs or outputs, or a required one left out",
	.vars = vars,
	.run = run,
};
