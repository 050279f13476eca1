/* origin.c: the walk from a value back to what set its type, its shape or its elements.
 *
 * Facts share their dims: an operator that keeps a shape hands on the pointer, so that equal pointers tell a shape that was
 * passed on from one that came out the same. Each walk is bounded, in steps and in the inputs that a step looks at. */
#include "infer/origin.h"

#include <stdlib.h>

#include "infer/nested.h"

enum { INPUTS_MOST = 64, BODIES = 2 };

const char *const ol_origin_names[] = {"dtype", "shape", "constant", NULL};

static uint32_t n_inputs(const struct ol_infer *inf, uint32_t node)
{
	uint32_t n = inf->ir->model->nodes[node].inputs.n;

	return n < INPUTS_MOST ? n : INPUTS_MOST;
}

bool ol_origin_is_computed(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_value *v = &inf->ir->values[value];

	return inf->facts[value].data && v->producer != OL_NONE && !(v->flags & OL_VALUE_CONSTANT);
}

/* ---- bodies ---- */

static uint32_t graph_output(const struct ol_infer *inf, const struct ol_attr *a, uint32_t k)
{
	struct ol_range r;

	if (!a || a->type != OL_ATTR_GRAPH || a->n != 1)
		return OL_NONE;
	r = inf->ir->model->graphs[a->list.ids[0]].outputs;
	return k < r.n ? inf->ir->info_value[r.first + k] : OL_NONE;
}

/* What the bodies of the node give as its output k. Bodies of functions have the facts of their last call only, and are
 * not entered. */
static uint32_t body_outputs(const struct ol_infer *inf, uint32_t node, uint32_t k, uint32_t to[BODIES])
{
	static const struct {
		enum ol_nested_kind kind;
		const char *body;
		uint32_t skip; /* outputs of the body that the node does not have */
	} rows[] = {
		{OL_NESTED_IF, "then_branch", 0},
		{OL_NESTED_IF, "else_branch", 0},
		{OL_NESTED_LOOP, "body", 1},
		{OL_NESTED_SCAN, "body", 0},
	};
	enum ol_nested_kind kind = ol_nested_kind(inf, node);
	uint32_t n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && kind != OL_NESTED_NONE; i++) {
		uint32_t v = rows[i].kind == kind
				     ? graph_output(inf, ol_ir_attr(inf->ir, node, rows[i].body), k + rows[i].skip)
				     : OL_NONE;

		if (v != OL_NONE && n < BODIES)
			to[n++] = v;
	}
	return n;
}

/* The operand of the loop that enters its body as this value, or OL_NONE. */
static uint32_t outer_operand(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_model *m = inf->ir->model;
	const struct ol_value *v = &inf->ir->values[value];
	const struct ol_graph *g = &m->graphs[v->graph];

	if (!(v->flags & OL_VALUE_INPUT) || g->kind != OL_GRAPH_SUB || g->parent_node >= m->n_nodes ||
	    (ol_nested_kind(inf, g->parent_node) != OL_NESTED_LOOP && ol_nested_kind(inf, g->parent_node) != OL_NESTED_SCAN))
		return OL_NONE;
	for (uint32_t k = 0; k < g->inputs.n && k < n_inputs(inf, g->parent_node); k++)
		if (inf->ir->info_value[g->inputs.first + k] == value)
			return ol_ir_inputs(inf->ir, g->parent_node)[k];
	return OL_NONE;
}

/* ---- types ---- */

/* The input that output k has its element type from, or OL_NONE. */
static uint32_t dtype_from(const struct ol_infer *inf, uint32_t node, uint32_t k)
{
	const struct ol_schema *s = &inf->schemas[inf->ir->node_kind[node]];
	const uint32_t *in = ol_ir_inputs(inf->ir, node);
	struct ol_schema_param p;
	uint32_t at;

	if (!s->row || !s->n_outputs)
		return OL_NONE;
	at = ol_schema_output_at(s, k);
	if (at >= s->n_outputs)
		return OL_NONE;
	p = ol_schema_output(s, at);
	if (p.type_var == UINT16_MAX || (p.option == OL_PARAM_VARIADIC && !p.homogeneous))
		return OL_NONE;
	for (uint32_t i = 0; i < n_inputs(inf, node) && s->n_inputs; i++) {
		struct ol_schema_param q;

		at = ol_schema_input_at(s, i);
		if (in[i] == OL_NONE || at >= s->n_inputs)
			continue;
		q = ol_schema_input(s, at);
		if (q.type_var == p.type_var && inf->facts[in[i]].kind != OL_TYPE_NONE)
			return in[i];
	}
	return OL_NONE;
}

static bool same_dtype(const struct ol_fact *a, const struct ol_fact *b)
{
	return a->dtype && a->dtype == b->dtype && a->kind == b->kind;
}

/* ---- shapes ---- */

static bool same_shape(const struct ol_fact *a, const struct ol_fact *b)
{
	return a->has_rank && b->has_rank && a->rank == b->rank && a->rank && a->dims == b->dims;
}

/* The input whose shape the value has, or OL_NONE. */
static uint32_t shape_from(const struct ol_infer *inf, uint32_t node, const struct ol_fact *f)
{
	const uint32_t *in = ol_ir_inputs(inf->ir, node);

	for (uint32_t i = 0; i < n_inputs(inf, node); i++)
		if (in[i] != OL_NONE && same_shape(&inf->facts[in[i]], f))
			return in[i];
	return OL_NONE;
}

/* The input that a new shape is mostly made of: data before what is stored and what is known by its elements. */
static uint32_t shape_made_of(const struct ol_infer *inf, uint32_t node)
{
	const uint32_t *in = ol_ir_inputs(inf->ir, node);
	uint32_t best = OL_NONE;

	for (uint32_t i = 0; i < n_inputs(inf, node); i++) {
		if (in[i] == OL_NONE || !inf->facts[in[i]].has_rank)
			continue;
		if (!inf->facts[in[i]].data &&
		    !(inf->ir->values[in[i]].flags & (OL_VALUE_INITIALIZER | OL_VALUE_CONSTANT)))
			return in[i];
		if (best == OL_NONE && !inf->facts[in[i]].data)
			best = in[i];
	}
	return best;
}

/* ---- the walk ---- */

/* The value that the node's output has the fact from; *sets: it was made of that, not handed on. */
static uint32_t step_up(const struct ol_infer *inf, enum ol_origin_of of, uint32_t node, uint32_t value,
			const struct ol_fact *f, bool *sets)
{
	bool shape = of == OL_ORIGIN_SHAPE;
	uint32_t k = inf->ir->values[value].output_of_producer, bodies[BODIES], n = body_outputs(inf, node, k, bodies);
	uint32_t from;

	*sets = false;
	for (uint32_t i = 0; i < n; i++)
		if (shape ? same_shape(&inf->facts[bodies[i]], f) : same_dtype(&inf->facts[bodies[i]], f))
			return bodies[i];
	from = shape ? shape_from(inf, node, f) : dtype_from(inf, node, k);
	if (from != OL_NONE)
		return from;
	*sets = true;
	return !shape ? OL_NONE : n ? bodies[0] : shape_made_of(inf, node);
}

/* A type or rank that an operator without a schema has from the model's word alone. */
static bool only_declared(const struct ol_infer *inf, uint32_t node, uint32_t value)
{
	uint32_t kind = inf->ir->node_kind[node];

	return !inf->schemas[kind].row && inf->ir->kinds[kind].function == OL_NONE &&
	       inf->ir->values[value].info != OL_NONE;
}

static void walk_up(const struct ol_infer *inf, const struct ol_fact *f, struct ol_origin *o)
{
	uint32_t value = o->value;

	o->set = UINT32_MAX;
	for (uint32_t moves = 0; moves < 2 * OL_ORIGIN_STEPS; moves++) {
		uint32_t node = inf->ir->values[value].producer, from;
		bool sets;

		o->root = value;
		if (node == OL_NONE) {
			from = outer_operand(inf, value);
			if (from == OL_NONE || !(o->of == OL_ORIGIN_SHAPE ? same_shape(&inf->facts[from], f)
									  : same_dtype(&inf->facts[from], f)))
				break;
			value = from;
			continue;
		}
		if (only_declared(inf, node, value))
			break;
		if (o->n == OL_ORIGIN_STEPS) {
			o->cut = true;
			break;
		}
		from = step_up(inf, (enum ol_origin_of)o->of, node, value, f, &sets);
		if (sets && o->set == UINT32_MAX)
			o->set = o->n;
		o->steps[o->n++] = (struct ol_origin_step){node, value, sets};
		o->root = from;
		if (from == OL_NONE)
			break;
		value = from;
		f = &inf->facts[value];
	}
	if (o->set == UINT32_MAX)
		o->set = o->n;
}

/* ---- elements ---- */

static int later_first(const void *a, const void *b)
{
	const struct ol_origin_step *x = a, *y = b;

	return (x->node < y->node) - (x->node > y->node);
}

static bool has_step(const struct ol_origin *o, uint32_t node)
{
	for (uint32_t i = 0; i < o->n; i++)
		if (o->steps[i].node == node)
			return true;
	return false;
}

/* All nodes that compute the elements: up through inputs that are computed too. Where there is none the elements are made
 * of something else, mostly of a shape. */
static void walk_data(const struct ol_infer *inf, struct ol_origin *o)
{
	if (!ol_origin_is_computed(inf, o->value)) {
		o->root = o->value;
		return;
	}
	o->steps[o->n++] = (struct ol_origin_step){inf->ir->values[o->value].producer, o->value, true};
	for (uint32_t at = 0; at < o->n; at++) {
		uint32_t node = o->steps[at].node, before = o->n;
		const uint32_t *in = ol_ir_inputs(inf->ir, node);
		bool of_elements = false;

		for (uint32_t i = 0; i < n_inputs(inf, node); i++) {
			if (in[i] == OL_NONE)
				continue;
			of_elements |= inf->facts[in[i]].data != NULL;
			if (!ol_origin_is_computed(inf, in[i]) || has_step(o, inf->ir->values[in[i]].producer))
				continue;
			if (o->n == OL_ORIGIN_STEPS) {
				o->cut = true;
				break;
			}
			o->steps[o->n++] = (struct ol_origin_step){inf->ir->values[in[i]].producer, in[i], true};
		}
		if (before == o->n && !of_elements && o->root == OL_NONE && n_inputs(inf, node))
			o->root = in[0];
	}
	qsort(o->steps + 1, o->n - 1, sizeof(o->steps[0]), later_first);
}

void ol_origin_walk(const struct ol_infer *inf, enum ol_origin_of of, uint32_t value, const struct ol_fact *f,
		    struct ol_origin *o)
{
	o->of = (uint8_t)of;
	o->value = value;
	o->root = OL_NONE;
	o->n = o->set = 0;
	o->cut = false;
	if (of == OL_ORIGIN_DATA)
		walk_data(inf, o);
	else
		walk_up(inf, f ? f : &inf->facts[value], o);
}
