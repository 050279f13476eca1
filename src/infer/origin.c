/* origin.c: the walk from a value back to what set its type or shape, and the words for it.
 *
 * Facts share their dims: an operator that keeps a shape hands on the pointer, so that equal pointers tell a shape that was
 * passed on from one that came out the same. Each walk is bounded, in steps and in the inputs that a step looks at. */
#include "infer/origin.h"

#include "infer/facts.h"

enum { INPUTS_MOST = 64, NAMED_MOST = 4 };

static uint32_t n_inputs(const struct ol_infer *inf, uint32_t node)
{
	uint32_t n = inf->ir->model->nodes[node].inputs.n;

	return n < INPUTS_MOST ? n : INPUTS_MOST;
}

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

static bool same_shape(const struct ol_fact *a, const struct ol_fact *b)
{
	return a->has_rank && b->has_rank && a->rank == b->rank && a->rank && a->dims == b->dims;
}

/* The input whose shape the value has, or OL_NONE. */
static uint32_t shape_from(const struct ol_infer *inf, uint32_t node, uint32_t value)
{
	const uint32_t *in = ol_ir_inputs(inf->ir, node);

	for (uint32_t i = 0; i < n_inputs(inf, node); i++)
		if (in[i] != OL_NONE && same_shape(&inf->facts[in[i]], &inf->facts[value]))
			return in[i];
	return OL_NONE;
}

static void walk(const struct ol_infer *inf, uint32_t value, bool shape, struct ol_origin *o)
{
	const struct ol_ir *ir = inf->ir;

	o->n = 0;
	o->cut = false;
	for (;;) {
		const struct ol_value *v = &ir->values[value];
		uint32_t from = OL_NONE;

		o->value = value;
		o->node = v->producer;
		if (v->producer != OL_NONE)
			from = shape ? shape_from(inf, v->producer, value)
				     : dtype_from(inf, v->producer, v->output_of_producer);
		if (from == OL_NONE)
			return;
		if (o->n == OL_ORIGIN_STEPS) {
			o->cut = true;
			return;
		}
		o->through[o->n++] = v->producer;
		value = from;
	}
}

void ol_origin_dtype(const struct ol_infer *inf, uint32_t value, struct ol_origin *o)
{
	walk(inf, value, false, o);
}

void ol_origin_shape(const struct ol_infer *inf, uint32_t value, struct ol_origin *o)
{
	walk(inf, value, true, o);
}

/* ---- words ---- */

static void node_name(const struct ol_model *m, uint32_t node, struct ol_buf *out)
{
	const struct ol_node *n = &m->nodes[node];
	uint32_t at = node - m->graphs[n->graph].nodes.first;

	ol_buf_str(out, ol_name(m, n->op_type));
	if (n->name)
		ol_buf_printf(out, " '%.*s' (#%u)", OL_FMT(ol_name(m, n->name)), at);
	else
		ol_buf_printf(out, " #%u", at);
}

/* What a value is that no node makes. */
static const char *role(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_value *v = &inf->ir->values[value];

	if (v->flags & OL_VALUE_INITIALIZER)
		return "is an initializer";
	if (v->flags & OL_VALUE_INPUT && inf->ir->model->graphs[v->graph].kind == OL_GRAPH_FUNCTION)
		return "is an input of the function";
	if (v->flags & OL_VALUE_INPUT)
		return v->graph ? "is an input of the nested graph" : "is a graph input";
	return "is declared so";
}

void ol_origin_print(const struct ol_infer *inf, uint32_t value, const struct ol_origin *o, struct ol_buf *out)
{
	const struct ol_model *m = inf->ir->model;
	uint32_t named = o->n < NAMED_MOST ? o->n : NAMED_MOST;

	ol_buf_z(out, "because ");
	if (o->cut) {
		ol_buf_printf(out, "it comes so from '%.*s'", OL_FMT(ol_name(m, inf->ir->values[o->value].name)));
	} else if (o->node != OL_NONE) {
		node_name(m, o->node, out);
		ol_buf_z(out, " makes it");
	} else {
		if (o->value == value)
			ol_buf_z(out, "it");
		else
			ol_buf_printf(out, "'%.*s'", OL_FMT(ol_name(m, inf->ir->values[o->value].name)));
		ol_buf_printf(out, " %s", role(inf, o->value));
	}
	for (uint32_t i = 0; i < named; i++) {
		bool last = i + 1 == named && o->n == named;

		ol_buf_z(out, i == 0 ? ", through " : last ? " and " : ", ");
		node_name(m, o->through[o->n - 1 - i], out);
	}
	if (o->n > named)
		ol_buf_printf(out, " and %u more", o->n - named);
}

void ol_origin_tell_dtype(const struct ol_infer *inf, uint32_t value, struct ol_buf *out)
{
	const struct ol_fact *f = &inf->facts[value];
	struct ol_origin o;

	if (!ol_dtype_valid(f->dtype))
		return;
	ol_origin_dtype(inf, value, &o);
	ol_buf_printf(out, "'%.*s' is %s ", OL_FMT(ol_name(inf->ir->model, inf->ir->values[value].name)),
		      ol_dtype_info(f->dtype)->name);
	ol_origin_print(inf, value, &o, out);
}

void ol_origin_tell_shape(const struct ol_infer *inf, uint32_t value, struct ol_buf *out)
{
	const struct ol_fact *f = &inf->facts[value];
	struct ol_origin o;

	if (!f->has_rank)
		return;
	ol_origin_shape(inf, value, &o);
	ol_buf_printf(out, "'%.*s' is ", OL_FMT(ol_name(inf->ir->model, inf->ir->values[value].name)));
	ol_dims_print(inf, f->dims, f->rank, out);
	ol_buf_char(out, ' ');
	ol_origin_print(inf, value, &o, out);
}
