/* unknown_rank.c: nodes with which knowledge of the rank ends: all they read has a known rank, what they make has not.
 *
 * Only where the rank depends on data: of an operator that is used wrongly the rank is not known either, and other rules
 * say what is wrong. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the output of unknown rank"},
	{"cause", "string", "elements: those of an input decide the rank; sizes: axes of size 1 go, and sizes are not known; branches: they differ"},
	{"source", "string", "the input that decides; or empty"},
	{"ranks", "string", "branches: what each gives, \"2 and 3\""},
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
	{"Reshape", 1}, {"Expand", 1}, {"ConstantOfShape", 0}, {"Squeeze", 1}, {"Unsqueeze", 1},
};

static bool by_elements(struct ol_check *c, uint32_t node, struct ol_val *v)
{
	const struct ol_model *m = c->ir->model;
	struct ol_str op = ol_name(m, m->nodes[node].op_type);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint32_t in = ol_str_is(op, table[i].op) ? ol_check_input(c, node, table[i].input) : OL_NONE;

		if (in == OL_NONE || c->inf->facts[in].data)
			continue;
		v[1] = ol_v_str(OL_STR("elements"));
		v[2] = ol_v_str(ol_name(m, c->ir->values[in].name));
		ol_check_because(c, OL_ORIGIN_SHAPE, in);
		return true;
	}
	return false;
}

/* Squeeze without axes removes those of size 1. */
static bool by_sizes(struct ol_check *c, uint32_t node, struct ol_val *v)
{
	const struct ol_model *m = c->ir->model;
	uint32_t in = ol_check_input(c, node, 0);

	if (!ol_str_is(ol_name(m, m->nodes[node].op_type), "Squeeze") || in == OL_NONE ||
	    ol_check_input(c, node, 1) != OL_NONE || ol_ir_attr(c->ir, node, "axes"))
		return false;
	v[1] = ol_v_str(OL_STR("sizes"));
	v[2] = ol_v_str(ol_name(m, c->ir->values[in].name));
	ol_check_because(c, OL_ORIGIN_SHAPE, in);
	return true;
}

/* A branch's k-th output when its rank is known, else OL_NONE. */
static uint32_t branch(const struct ol_check *c, uint32_t node, const char *which, uint32_t k)
{
	const struct ol_attr *a = ol_ir_attr(c->ir, node, which);
	const struct ol_graph *g;
	uint32_t value;

	if (!a || a->type != OL_ATTR_GRAPH || a->n != 1)
		return OL_NONE;
	g = &c->ir->model->graphs[a->list.ids[0]];
	if (k >= g->outputs.n)
		return OL_NONE;
	value = c->ir->info_value[g->outputs.first + k];
	return value != OL_NONE && c->inf->facts[value].has_rank ? value : OL_NONE;
}

static bool by_branches(struct ol_check *c, uint32_t node, uint32_t k, struct ol_val *v)
{
	uint32_t a = branch(c, node, "then_branch", k), b = branch(c, node, "else_branch", k);

	if (a == OL_NONE || b == OL_NONE || c->inf->facts[a].rank == c->inf->facts[b].rank)
		return false;
	v[1] = ol_v_str(OL_STR("branches"));
	v[3] = ol_check_text(c, "%u and %u", c->inf->facts[a].rank, c->inf->facts[b].rank);
	ol_check_because(c, OL_ORIGIN_SHAPE, a);
	ol_check_because(c, OL_ORIGIN_SHAPE, b);
	return true;
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

static void check_node(struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_node *n = &m->nodes[node];

	for (uint32_t i = 0; i < n->outputs.n; i++) {
		uint32_t value = c->ir->args[n->outputs.first + i];
		const struct ol_value *row = value == OL_NONE ? NULL : &c->ir->values[value];
		struct ol_val v[4];

		if (!row || !is_tensor(&c->inf->facts[value]) || c->inf->facts[value].has_rank ||
		    !(row->n_users || row->flags & OL_VALUE_OUTPUT))
			continue;
		v[0] = ol_v_str(ol_name(m, row->name));
		v[2] = v[3] = ol_v_str(OL_STR(""));
		if (!by_branches(c, node, i, v) &&
		    (!inputs_known(c, node) || !(by_elements(c, node, v) || by_sizes(c, node, v))))
			continue;
		ol_check_emit(c, ol_check_node(c, node, 0), v);
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

		if (!kind->is_onnx || !c->kind_schema[k].row || kind->function != OL_NONE)
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
