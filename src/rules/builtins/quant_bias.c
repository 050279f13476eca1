/* quant_bias.c: int32 biases whose scale is not the input's times the weight's, of Conv, ConvTranspose and Gemm between
 * DequantizeLinear nodes.
 *
 * Scales are compared channel by channel, within one in a hundred, which is what onnxruntime allows before it fuses the
 * pattern into an integer kernel. */
#include "rules/check.h"

#include <math.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "scale"},
	{"have", "string", "the bias' scale"},
	{"want", "string", "the product of the input's and the weight's"},
	{"channel", "int", "the first channel where they differ"},
	{"count", "int", "scales of the bias"},
	{NULL, NULL, NULL},
};

static const double tolerance = 0.01;

/* The constant scales of the DequantizeLinear that makes a value. */
static const struct ol_tensor *scales_of(const struct ol_check *c, uint32_t value, int64_t *n)
{
	const struct ol_ir *ir = c->ir;
	uint32_t node = value == OL_NONE ? OL_NONE : ir->values[value].producer, scale;
	const struct ol_opkind *kind = node == OL_NONE ? NULL : ol_ir_kind(ir, node);
	const struct ol_tensor *t;

	if (!kind || !kind->is_onnx || !ol_str_is(ol_name(ir->model, kind->op_type), "DequantizeLinear"))
		return NULL;
	scale = ol_check_input(c, node, 1);
	if (scale == OL_NONE || ir->values[scale].tensor == OL_NONE || ir->values[scale].flags & OL_VALUE_SPARSE)
		return NULL;
	/* a caller may replace a default */
	if (ir->values[scale].flags & OL_VALUE_INPUT && ir->model->ir_version >= 4)
		return NULL;
	t = &ir->model->tensors[ir->values[scale].tensor];
	*n = ol_tensor_elements(t);
	return t->dtype == OL_DT_FLOAT && t->rank <= 1 && *n >= 1 && t->data && t->location != 1 ? t : NULL;
}

static bool is_int32(const struct ol_check *c, uint32_t value)
{
	uint32_t node = value == OL_NONE ? OL_NONE : c->ir->values[value].producer;
	uint32_t in = node == OL_NONE ? OL_NONE : ol_check_input(c, node, 0);

	return in != OL_NONE && ol_check_dtype(c, in) == OL_DT_INT32;
}

static void check_node(struct ol_check *c, uint32_t node)
{
	uint32_t bias = ol_check_input(c, node, 2);
	int64_t nx, nw, nb;
	const struct ol_tensor *b = scales_of(c, bias, &nb), *x, *w;
	double sx, sw, sb;

	if (!b || !is_int32(c, bias))
		return;
	x = scales_of(c, ol_check_input(c, node, 0), &nx);
	w = scales_of(c, ol_check_input(c, node, 1), &nw);
	if (!x || !w || nx != 1 || (nw != 1 && nb != 1 && nw != nb) || !ol_tensor_double(x, 0, &sx))
		return;
	for (int64_t i = 0; i < (nw > nb ? nw : nb); i++) {
		struct ol_val v[5];

		if (!ol_tensor_double(w, (uint64_t)(nw == 1 ? 0 : i), &sw) ||
		    !ol_tensor_double(b, (uint64_t)(nb == 1 ? 0 : i), &sb))
			return;
		if (!(fabs(sb - sx * sw) > tolerance * fabs(sx * sw)))
			continue;
		v[0] = ol_v_str(OL_STR("scale"));
		v[1] = ol_check_text(c, "%.6g", sb);
		v[2] = ol_check_text(c, "%.6g", sx * sw);
		v[3] = ol_v_int(i);
		v[4] = ol_v_int(nb);
		ol_check_emit(c, ol_check_node(c, node, 0), v);
		return;
	}
}

static void run(struct ol_check *c)
{
	static const char *const ops[] = {"Conv", "ConvTranspose", "Gemm"};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		ol_check_nodes(c, ops[i], check_node);
}

const struct ol_builtin ol_builtin_quant_bias = {
	.name = "quant-bias",
	.about = "int32 biases between dequantized operands whose scale is not the product of theirs",
	.vars = vars,
	.run = run,
};
