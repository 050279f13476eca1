/* training.c: shapes of ai.onnx.preview.training. An optimizer takes, after the rate and the step
 * count, its tensors in groups of equal length (weights, gradients, then its state) and returns the
 * weights and the state anew.
 *
 * Source: https://onnx.ai/onnx/operators/index.html (ai.onnx.preview.training) */
#include "infer/op.h"

static void same_as(struct ol_op *x, uint32_t out, uint32_t in)
{
	if (out >= x->n_out || !x->out[out])
		return;
	ol_op_dtype_like(x, out, in);
	ol_op_like(x, out, in);
}

static void optimizer(struct ol_op *x, uint32_t groups)
{
	uint32_t n;

	if (x->n_in < 2)
		return;
	if ((x->n_in - 2) % groups) {
		ol_op_tell(
		    x, "shape/mismatch",
		    "%u tensors follow the rate and the step count, they come in %u groups of "
		    "one length",
		    x->n_in - 2, groups);
		return;
	}
	for (uint32_t k = 2; k < x->n_in; k++)
		if (!ol_op_has_in(x, k)) {
			ol_op_tell(x, "shape/mismatch",
				   "input %u is left out: each tensor has one in every group", k);
			return;
		}
	n = (x->n_in - 2) / groups;
	for (uint32_t i = 0; i < n; i++) {
		same_as(x, i, 2 + i);
		for (uint32_t g = 2; g < groups; g++)
			same_as(x, (g - 1) * n + i, 2 + g * n + i);
	}
}

static void adagrad(struct ol_op *x)
{
	optimizer(x, 3);
}

static void adam(struct ol_op *x)
{
	optimizer(x, 4);
}

/* The derivative of y by each x (attribute xs) has the shape of that x. */
static void gradient(struct ol_op *x)
{
	const struct ol_attr *xs = ol_op_attr(x, "xs");

	if (!xs || xs->type != OL_ATTR_STRINGS)
		return;
	for (uint32_t i = 0; i < xs->n && i < x->n_out && i < x->n_in; i++)
		same_as(x, i, i);
}

static const struct ol_infer_row ops[] = {
    {"Adagrad", adagrad},  {"Adam", adam}, {"Gradient", gradient},
    {"Momentum", adagrad}, {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_training = {"ai.onnx.preview.training", ops};
