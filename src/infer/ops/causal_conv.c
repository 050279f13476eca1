/* causal_conv.c: a convolution over past positions only, which hands on the last ones as a state. */
#include "infer/nn.h"

/* Input (B, C, L), weight (C, 1, K), bias (C), past state (B, C, K - 1): output as input, state (B,
 * C, K - 1). */
static void causal_conv(struct ol_op *x)
{
	struct ol_nn_length b = OL_NN_LENGTH("batch size"), c = OL_NN_LENGTH("number of channels"),
			    l = OL_NN_LENGTH("sequence length"), one = OL_NN_LENGTH("group width"),
			    k = OL_NN_LENGTH("kernel length"), s = OL_NN_LENGTH("state length");
	struct ol_num *d;

	ol_nn_fix(&one, 1);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&b, &c, &l}, 3);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&c, &one, &k}, 3);
	if (ol_num_is(k.n, 0))
		ol_op_tell(x, "shape/mismatch", "weight %.*s has no element on axis 2",
			   OL_FMT(ol_op_in_text(x, 1)));
	ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&c}, 1);
	if (ol_num_is_known(k.n) && k.n.v > 0)
		ol_nn_fix(&s, k.n.v - 1);
	ol_nn_meet_all(x, 3, (struct ol_nn_length *const[]){&b, &c, &s}, 3);
	if ((d = ol_op_dims(x, 3))) {
		d[0] = b.n;
		d[1] = c.n;
		d[2] = l.n;
		ol_op_shape(x, 0, d, 3);
	}
	if ((d = ol_op_dims(x, 3))) {
		d[0] = b.n;
		d[1] = c.n;
		d[2] = ol_num_is_known(s.n) ? s.n : ol_num_sub(x->syms, k.n, ol_num(1));
		ol_op_shape(x, 1, d, 3);
	}
	ol_op_dtype_like(x, 0, 0);
	ol_op_dtype_like(x, 1, 0);
}

static const struct ol_infer_row rows[] = {
    {"CausalConvWithState", causal_conv},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_causal_conv = {"", rows};
