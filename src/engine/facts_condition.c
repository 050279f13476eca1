/* facts_condition.c: what conditions of target tables ask of a node: is an input constant, is an
 * output used.
 *
 * A constant is an initializer that callers cannot replace, a Constant, or what inference follows to
 * numbers. What is computed from constants alone is neither yes nor no: some readers fold it before
 * they look, others do not. */
#include "engine/facts_table.h"

enum { WALK_MOST = 64 };

static bool replaceable(const struct ol_ir *ir, const struct ol_value *v)
{
	return (v->flags & OL_VALUE_INPUT) && ir->model->ir_version >= 4;
}

static bool is_constant(const struct ol_facts *f, uint32_t value)
{
	const struct ol_value *v = &f->ir->values[value];
	const struct ol_fact *fact = ol_known_fact(f->inf, value);
	const struct ol_data *d = fact ? fact->data : NULL;

	if ((v->flags & (OL_VALUE_INITIALIZER | OL_VALUE_CONSTANT)) && !replaceable(f->ir, v))
		return true;
	for (uint32_t i = 0; d && d->i && i < d->n; i++)
		if (!ol_num_is_known(d->i[i]))
			return false;
	return d != NULL;
}

/* What nothing makes: an input of the model or of a loop's body changes from run to run; of a
 * function's body, the caller decides. */
static enum ol_vkind leaf(const struct ol_ir *ir, const struct ol_value *v)
{
	const struct ol_graph *g = v->graph < ir->model->n_graphs ? &ir->model->graphs[v->graph] : NULL;

	return g && g->kind != OL_GRAPH_FUNCTION && (v->flags & OL_VALUE_INPUT) ? OL_V_BOOL
										: OL_V_UNKNOWN;
}

/* Shape and Size: what they make hangs on dimensions alone. */
static bool makes_dims(const struct ol_ir *ir, uint32_t node)
{
	struct ol_str op = ol_name(ir->model, ir->model->nodes[node].op_type);

	return ol_ir_kind(ir, node)->is_onnx && (ol_str_is(op, "Shape") || ol_str_is(op, "Size"));
}

/* A body reads outer values that are no inputs of the node. */
static bool has_body(const struct ol_ir *ir, uint32_t node)
{
	struct ol_range attrs = ir->model->nodes[node].attrs;

	for (uint32_t i = attrs.first; i < attrs.first + attrs.n; i++)
		if (ir->model->attrs[i].type == OL_ATTR_GRAPH || ir->model->attrs[i].type == OL_ATTR_GRAPHS)
			return true;
	return false;
}

/* Does the value hang on nothing that changes from run to run, dims: but for dimensions? Unknown
 * where that cannot be told. */
static struct ol_val constant(const struct ol_facts *f, uint32_t value, bool dims)
{
	const struct ol_ir *ir = f->ir;
	uint32_t stack[WALK_MOST], n = 0, steps = 0;
	bool lost = false;

	if (is_constant(f, value))
		return ol_v_bool(true);
	stack[n++] = value;
	while (n) {
		const struct ol_value *v = &ir->values[stack[--n]];
		const struct ol_node *node;
		const uint32_t *in;

		if (v->producer == OL_NONE) {
			if (leaf(ir, v) == OL_V_BOOL)
				return ol_v_bool(false);
			lost = true;
			continue;
		}
		if (dims && makes_dims(ir, v->producer))
			continue;
		lost = lost || has_body(ir, v->producer);
		node = &ir->model->nodes[v->producer];
		in = ol_ir_inputs(ir, v->producer);
		if (!node->inputs.n && !(v->flags & OL_VALUE_CONSTANT))
			return ol_v_bool(false); /* random numbers */
		for (uint32_t i = 0; i < node->inputs.n; i++) {
			if (in[i] == OL_NONE || is_constant(f, in[i]))
				continue;
			if (n == WALK_MOST || ++steps > WALK_MOST * 4)
				return ol_v_unknown();
			stack[n++] = in[i];
		}
	}
	/* from constants and dimensions alone: what asks for dimensions can follow them */
	return dims && !lost ? ol_v_bool(true) : ol_v_unknown();
}

static uint32_t nth(struct ol_eval *e, const struct ol_val *argv, bool out)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t node = (uint32_t)argv[0].u.obj.a;
	struct ol_range r = out ? ir->model->nodes[node].outputs : ir->model->nodes[node].inputs;

	ol_facts_touch(e);
	if (argv[1].u.i < 0 || argv[1].u.i >= r.n)
		return OL_NONE;
	return (out ? ol_ir_outputs(ir, node) : ol_ir_inputs(ir, node))[argv[1].u.i];
}

OL_FACTS_CALL(node_const_input)
{
	uint32_t v = nth(e, argv, false);

	(void)argc;
	return v == OL_NONE ? ol_v_bool(true) : constant(ol_facts_of(e), v, false);
}

OL_FACTS_CALL(node_dims_input)
{
	uint32_t v = nth(e, argv, false);

	(void)argc;
	return v == OL_NONE ? ol_v_bool(true) : constant(ol_facts_of(e), v, true);
}

OL_FACTS_CALL(node_used)
{
	uint32_t v = nth(e, argv, true);
	const struct ol_value *row = v == OL_NONE ? NULL : &ol_facts_ir(e)->values[v];

	(void)argc;
	return ol_v_bool(row && (row->n_users || (row->flags & OL_VALUE_OUTPUT)));
}
