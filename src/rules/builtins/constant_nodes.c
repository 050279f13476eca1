/* constant_nodes.c: nodes whose results inference knows already, in number: what an exporter could have folded.
 *
 * A function's body is left out: there, what is known holds for one call. */
#include "rules/check.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"count", "int", "nodes of the graph whose outputs are all known"},
	{"total", "int", "nodes of the graph"},
	{"first", "string", "the first of them, in quotes or as Shape #12"},
	{"shapes", "int", "how many of them start at the shape of a tensor (Shape, Size)"},
	{NULL, NULL, NULL},
};

static bool known(const struct ol_check *c, uint32_t value)
{
	const struct ol_fact *f = value == OL_NONE ? NULL : ol_known_fact(c->inf, value);

	if (!f || !f->data)
		return false;
	for (uint32_t i = 0; i < f->data->n && f->data->i; i++)
		if (!ol_num_is_known(f->data->i[i]))
			return false;
	return true;
}

static bool folds(const struct ol_check *c, uint32_t node)
{
	const struct ol_range *out = &c->ir->model->nodes[node].outputs;
	const uint32_t *values = ol_ir_outputs(c->ir, node);

	for (uint32_t i = 0; i < out->n; i++)
		if (!known(c, values[i]) || c->ir->values[values[i]].flags & (OL_VALUE_CONSTANT | OL_VALUE_OUTPUT))
			return false;
	return out->n != 0;
}

static void look(struct ol_check *c, uint32_t g, const uint8_t *is_shape)
{
	const struct ol_model *m = c->ir->model;
	struct ol_place place = OL_NOWHERE;
	uint32_t n = 0, shapes = 0, first = OL_NONE;
	struct ol_val v[4];

	for (uint32_t node = m->graphs[g].nodes.first; node < m->graphs[g].nodes.first + m->graphs[g].nodes.n; node++) {
		if (!c->ir->live[node] || !folds(c, node))
			continue;
		if (n++ == 0)
			first = node;
		shapes += is_shape[c->ir->node_kind[node]];
	}
	if (!n)
		return;
	place.graph = g;
	v[0] = ol_v_int(n);
	v[1] = ol_v_int(m->graphs[g].nodes.n);
	v[2] = ol_v_str(ol_check_node_name(c, first));
	v[3] = ol_v_int(shapes);
	ol_check_emit(c, place, v);
}

static void run(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;
	uint8_t *is_shape = ol_check_calloc(c, (size_t)ir->n_kinds + 1, 1);

	if (!is_shape || !c->inf) {
		free(is_shape);
		return;
	}
	for (uint32_t k = 0; k < ir->n_kinds; k++) {
		struct ol_str op = ol_name(ir->model, ir->kinds[k].op_type);

		is_shape[k] = ir->kinds[k].is_onnx && (ol_str_is(op, "Shape") || ol_str_is(op, "Size"));
	}
	for (uint32_t g = 0; g < ir->model->n_graphs; g++)
		if (ir->model->graphs[g].function == OL_NONE)
			look(c, g, is_shape);
	free(is_shape);
}

const struct ol_builtin ol_builtin_constant_nodes = {
	.name = "constant-nodes",
	.about = "nodes that compute what is known before the model runs, counted by graph",
	.vars = vars,
	.run = run,
};
