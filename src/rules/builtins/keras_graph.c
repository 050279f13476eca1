/* keras_graph.c: what a conversion to Keras makes of the graph as a whole: transposes between layouts, and depth.
 *
 * Keras' convolutions and poolings are channels-last, ONNX' are channels-first. Between such layers tensors stay
 * channels-last, through element-wise operators too; where another operator reads one, or a layer reads what another
 * operator made, it is transposed. One pass in topological order counts these seams, and the longest chain. */
#include "rules/check.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "seams or depth"},
	{"count", "int", "seams: transposes; depth: nodes of the longest chain"},
	{"layers", "int", "seams: convolutions, poolings and norms by channel"},
	{NULL, NULL, NULL},
};

enum kind { OTHER, LAYER, SAME }; /* SAME: works in either layout */

static const char *const layers[] = {
	"Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization",
	"InstanceNormalization", "DepthToSpace", "SpaceToDepth", "Resize", "Upsample", NULL,
};
static const char *const either[] = {
	"Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Concat", "Elu",
	"Selu", "Gelu", "HardSigmoid", "HardSwish", "Softplus", "Softsign", "Mish", "Exp", "Log", "Sqrt", "Abs", "Neg", "Pow",
	"Erf", "Cast", "Dropout", "Identity", "PRelu", "ThresholdedRelu", "Celu", "Pad", "Where", "Swish", NULL,
};

static bool in(const char *const *list, struct ol_str op)
{
	for (; *list; list++)
		if (ol_str_is(op, *list))
			return true;
	return false;
}

struct seams {
	struct ol_check *c;
	uint8_t *kinds;   /* by operator kind */
	uint8_t *last;    /* by value: 1 channels-last, 2 transposed once already */
	uint32_t *depth;  /* by value */
	uint32_t count, layers, deepest;
};

static bool wide(const struct seams *s, uint32_t value)
{
	const struct ol_fact *f = ol_known_fact(s->c->inf, value);

	return f && f->has_rank && f->rank >= 3;
}

/* One transpose serves all readers of a value. */
static void seam(struct seams *s, uint32_t value)
{
	s->count += !(s->last[value] & 2);
	s->last[value] |= 2;
}

static void node(struct seams *s, uint32_t n)
{
	const struct ol_ir *ir = s->c->ir;
	const struct ol_node *row = &ir->model->nodes[n];
	const uint32_t *in_ = ol_ir_inputs(ir, n), *out = ol_ir_outputs(ir, n);
	uint8_t kind = s->kinds[ir->node_kind[n]];
	bool last = kind == LAYER;
	uint32_t depth = 0;

	s->layers += kind == LAYER;
	for (uint32_t i = 0; i < row->inputs.n; i++) {
		uint32_t v = in_[i];

		if (v == OL_NONE)
			continue;
		depth = s->depth[v] > depth ? s->depth[v] : depth;
		last |= kind == SAME && s->last[v] & 1;
		if (kind == OTHER && s->last[v] & 1)
			seam(s, v);
		/* the layer's data is its first input; weights are laid out anew when converting */
		if (kind == LAYER && i == 0 && !(s->last[v] & 1) && wide(s, v))
			seam(s, v);
	}
	for (uint32_t i = 0; kind == SAME && last && i < row->inputs.n; i++)
		if (in_[i] != OL_NONE && !(s->last[in_[i]] & 1) && wide(s, in_[i]) &&
		    ir->values[in_[i]].producer != OL_NONE && !(ir->values[in_[i]].flags & OL_VALUE_CONSTANT))
			seam(s, in_[i]);
	for (uint32_t i = 0; i < row->outputs.n; i++)
		if (out[i] != OL_NONE) {
			s->depth[out[i]] = depth + 1;
			s->last[out[i]] = last && wide(s, out[i]);
		}
	s->deepest = depth + 1 > s->deepest ? depth + 1 : s->deepest;
}

static void emit(struct ol_check *c, const char *fault, uint32_t count, uint32_t n_layers)
{
	struct ol_val v[] = {ol_v_str(ol_str(fault)), ol_v_int(count), ol_v_int(n_layers)};

	ol_check_emit(c, OL_NOWHERE, v);
}

static void walk(struct seams *s)
{
	const struct ol_ir *ir = s->c->ir;
	const struct ol_model *m = ir->model;
	struct ol_range order = ir->scopes[0].order, outputs = m->graphs[0].outputs;

	for (uint32_t k = 0; k < ir->n_kinds; k++) {
		struct ol_str op = ol_name(m, ir->kinds[k].op_type);

		s->kinds[k] = !ir->kinds[k].is_onnx ? OTHER : in(layers, op) ? LAYER : in(either, op) ? SAME : OTHER;
	}
	for (uint32_t i = 0; i < order.n; i++)
		node(s, ir->order[order.first + i]);
	for (uint32_t i = 0; i < outputs.n; i++) {
		uint32_t v = ir->info_value[outputs.first + i];

		if (v != OL_NONE && s->last[v] & 1)
			seam(s, v);
	}
	if (s->layers && s->count)
		emit(s->c, "seams", s->count, s->layers);
	emit(s->c, "depth", s->deepest, s->layers);
}

static void run(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;
	struct seams s = {.c = c};

	/* of use for this target only, and a walk over all nodes */
	if (!ir->model->has_graph || !ir->model->n_graphs || ir->scopes[0].cyclic ||
	    (c->target && !ol_str_is(c->target->name, "keras")))
		return;
	s.kinds = ol_check_calloc(c, (size_t)ir->n_kinds + 1, 1);
	s.last = ol_check_calloc(c, (size_t)ir->n_values + 1, 1);
	s.depth = ol_check_calloc(c, (size_t)ir->n_values + 1, sizeof(*s.depth));
	if (s.kinds && s.last && s.depth)
		walk(&s);
	free(s.kinds);
	free(s.last);
	free(s.depth);
}

const struct ol_builtin ol_builtin_keras_graph = {
	.name = "keras-graph",
	.about = "transposes between channels-first and channels-last in a conversion to Keras, and the longest chain of nodes",
	.vars = vars,
	.run = run,
};
