/* flex.c: FlexAttention of the preview domain: query (B, Hq, L, D), key (B, Hkv, S, D), value (B,
 * Hkv, S, Dv) to (B, Hq, L, Dv). */
#include "infer/nn.h"

#include <inttypes.h>

static void flex_attention(struct ol_op *x)
{
	struct ol_nn_length b = OL_NN_LENGTH("batch size"),
			    hq = OL_NN_LENGTH("number of query heads"),
			    hkv = OL_NN_LENGTH("number of key and value heads"),
			    l = OL_NN_LENGTH("query length"),
			    s = OL_NN_LENGTH("length of key and value"),
			    d = OL_NN_LENGTH("head size"), dv = OL_NN_LENGTH("value size");
	int64_t precision = ol_op_int(x, "softmax_precision", OL_DT_FLOAT);
	struct ol_num *out;

	if (precision != OL_DT_FLOAT && precision != OL_DT_FLOAT16 && precision != OL_DT_DOUBLE &&
	    precision != OL_DT_BFLOAT16)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'softmax_precision' is %" PRId64
			   ", which is no floating-point type",
			   precision);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&b, &hq, &l, &d}, 4);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&b, &hkv, &s, &d}, 4);
	ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&b, &hkv, &s, &dv}, 4);
	if (ol_num_is_known(hq.n) && ol_num_is_known(hkv.n) && hkv.n.v > 0 && hq.n.v % hkv.n.v) {
		struct ol_str q = ol_op_in_text(x, 0), k = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "%" PRId64 " query heads (%.*s) are no multiple of %" PRId64
			   " key heads (%.*s)",
			   hq.n.v, OL_FMT(q), hkv.n.v, OL_FMT(k));
	}
	out = ol_op_dims(x, 4);
	if (!out)
		return;
	out[0] = b.n;
	out[1] = hq.n;
	out[2] = l.n;
	out[3] = dv.n;
	ol_op_shape(x, 0, out, 4);
	ol_op_dtype_like(x, 0, 0);
}

static const struct ol_infer_row rows[] = {
    {"FlexAttention", flex_attention},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_flex = {"ai.onnx.preview", rows};
