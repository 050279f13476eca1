/* unknown_rank.c: nodes with which knowledge of the rank ends: all they read has a known rank, what they make has not. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the first output of unknown rank"},
	{"shape_from", "string", "the input whose elements, not known before the model runs, decide the rank; or empty"},
	{NULL, NULL, NULL},
};

static bool is_tensor(const struct ol_fact *f)
{
	return f && (f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR);
}

/* Operators whose rank an input's elements decide, and which input. */
static const struct decided {
	const char *op;
	uint32_t input;
} table[] = {
	{"Reshape", 1}, {"Expand", 1}, {"ConstantOfShape", 0}, {"Squeeze", 1}, {"Unsqueeze", 1}, {"Tile", 1},
};

static struct ol_str decider(const struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	struct ol_str op = ol_name(m, m->nodes[node].op_type);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint32_t v = ol_str_is(op, table[i].op) ? ol_check_input(c, node, table[i].input) : OL_NONE;

		if (v != OL_NONE && !c->inf->facts[v].data)
			return ol_name(m, c->ir->values[v].name);
	}
	return OL_STR("");
}

static bool inputs_known(const struct ol_check *c, uint32_t node)
{
	const struct ol_node *n = &c->ir->model->nodes[node];

	for (uint32_t i = 0; i < n->inputs.n; i++) {
		uint32_t v = c->ir->args[n->inputs.first + i];
		const struct ol_fact *f;

		if (v == OL_NONE)
			continue;
		f = &c->inf->facts[v];
		if (!is_tensor(f) || !f->has_rank)
			return false;
	}
	return true;
}

/* Of nodes with bodies the cause may lie within, where it is told. */
static bool has_body(const struct ol_check *c, uint32_t node)
{
	struct ol_range r = c->ir->model->nodes[node].attrs;

	for (uint32_t i = r.first; i < r.first + r.n; i++)
		if (c->ir->model->attrs[i].type == OL_ATTR_GRAPH)
			return true;
	return false;
}

static void check_node(struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_node *n = &m->nodes[node];

	for (uint32_t i = 0; i < n->outputs.n; i++) {
		uint32_t v = c->ir->args[n->outputs.first + i];
		struct ol_val val[2];

		if (v == OL_NONE || !is_tensor(&c->inf->facts[v]) || c->inf->facts[v].has_rank ||
		    !(c->ir->values[v].n_users || c->ir->values[v].flags & OL_VALUE_OUTPUT))
			continue;
		if (has_body(c, node) || !inputs_known(c, node))
			return;
		val[0] = ol_v_str(ol_name(m, c->ir->values[v].name));
		val[1] = ol_v_str(decider(c, node));
		ol_check_emit(c, ol_check_node(c, node, 0), val);
		return;
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	if (!c->inf)
		return;
	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];

		/* of an operator without a schema nothing is known, and its own rules say so */
		if (!c->kind_schema[k].row || kind->function != OL_NONE)
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];

			/* within a function the rank is that of each call's inputs */
			if (m->graphs[m->nodes[node].graph].function == OL_NONE)
				check_node(c, node);
		}
	}
}

const struct ol_builtin ol_builtin_unknown_rank = {
	.name = "unknown-rank",
	.about = "nodes that make a value of unknown rank from inputs of known rank",
	.vars = vars,
	.run = run,
};
