/* msft_quant.c: shapes of com.microsoft's quantized operators that are neither products nor
 * windows.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/nn.h"

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

/* Inputs a, b (and c, unless UINT32_MAX) broadcast; scales and zero points lie between them. */
static void broadcast(struct ol_op *x, uint32_t a, uint32_t b, uint32_t c)
{
	const struct ol_fact *f = ol_op_in(x, a), *g = ol_op_in(x, b), *h = ol_op_in(x, c);
	const struct ol_num *d;
	uint32_t rank;

	if (!f->has_rank || !g->has_rank || (c != UINT32_MAX && !h->has_rank))
		return;
	d = ol_op_broadcast2(x, f->dims, f->rank, g->dims, g->rank, &rank);
	if (rank != UINT32_MAX && c != UINT32_MAX)
		d = ol_op_broadcast2(x, d, rank, h->dims, h->rank, &rank);
	if (rank != UINT32_MAX)
		ol_op_shape(x, 0, d, rank);
}

static void binary(struct ol_op *x)
{
	broadcast(x, 0, 3, UINT32_MAX);
}

static void mul_integer(struct ol_op *x)
{
	broadcast(x, 0, 2, UINT32_MAX);
}

static void where(struct ol_op *x)
{
	broadcast(x, 0, 1, 4);
}

/* Quantized to the type of the zero point; uint8 without one. */
static void quantize(struct ol_op *x)
{
	if (ol_op_has_in(x, 2))
		ol_op_dtype_like(x, 0, 2);
	else
		ol_op_dtype(x, 0, OL_DT_UINT8);
	ol_op_like(x, 0, 0);
}

/* As precise as the scale. */
static void dequantize(struct ol_op *x)
{
	ol_op_dtype_like(x, 0, 1);
	ol_op_like(x, 0, 0);
}

/* Attributes axes and keepdims. */
static void reduce(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	bool keep = ol_op_int(x, "keepdims", 1) != 0;
	uint32_t n_axes, n = 0, axis;
	const int64_t *axes = ol_op_ints(x, "axes", &n_axes);
	bool *gone;
	struct ol_num *d;

	if (x->n_out && x->out[0] && ol_op_in(x, 0)->dtype &&
	    !x->out[0]->dtype) /* ReduceSumInteger: 32 bits of the same sign */
		ol_op_dtype(x, 0,
			    ol_op_in(x, 0)->dtype == OL_DT_UINT8 ? OL_DT_UINT32 : OL_DT_INT32);
	if (!f->has_rank)
		return;
	gone = ol_arena_calloc(&x->inf->arena, f->rank + 1, sizeof(*gone));
	d = ol_op_dims(x, f->rank);
	if (!gone || !d)
		return;
	for (uint32_t i = 0; i < n_axes; i++) {
		if (!ol_op_axis(x, axes[i], f->rank, false, &axis))
			return;
		gone[axis] = true;
	}
	for (uint32_t i = 0; i < f->rank; i++) {
		if (n_axes && !gone[i])
			d[n++] = f->dims[i];
		else if (keep)
			d[n++] = ol_num(1);
	}
	ol_op_shape(x, 0, d, n);
}

/* Scale and zero point of the output, then (tensor, scale, zero point) for each part. */
static void concat(struct ol_op *x)
{
	const struct ol_fact *first = ol_op_in(x, 2);
	struct ol_num *d, sum = ol_num(0);
	uint32_t axis, rank = first->rank;

	ol_op_dtype_like(x, 0, 1);
	if (!first->has_rank || !ol_op_attr(x, "axis") ||
	    !ol_op_axis(x, ol_op_int(x, "axis", 0), rank, false, &axis))
		return;
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	memcpy(d, first->dims, rank * sizeof(*d));
	for (uint32_t k = 2; k < x->n_in; k += 3) {
		const struct ol_fact *f = ol_op_in(x, k);
		bool clash = false;

		if (!f->has_rank) {
			sum = ol_num_unknown();
			continue;
		}
		if (!ol_nn_rank(x, k, rank, rank))
			return;
		sum = ol_num_add(x->syms, sum, f->dims[axis]);
		for (uint32_t i = 0; i < rank; i++)
			if (i != axis)
				d[i] =
				    ol_op_same(x, d[i], f->dims[i],
					       "sizes of axes that are not concatenated", &clash);
		if (clash)
			return;
	}
	d[axis] = sum.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : sum;
	ol_op_shape(x, 0, d, rank);
}

/* As Gather, of blocks; with 8-bit storage of smaller weights the last axis holds several a byte.
 */
static void gather_blocks(struct ol_op *x)
{
	const struct ol_fact *data = ol_op_in(x, 0), *at = ol_op_in(x, 1);
	int64_t bits = ol_op_int(x, "bits", 4);
	uint32_t axis, n = 0;
	struct ol_num *d;

	ol_op_dtype_like(x, 0, 2);
	if (!data->has_rank || !at->has_rank || !data->dtype ||
	    !ol_op_axis(x, ol_op_int(x, "gather_axis", 0), data->rank, false, &axis))
		return;
	d = ol_op_dims(x, data->rank + at->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < data->rank; i++) {
		struct ol_num size = data->dims[i];

		if (i + 1 == data->rank && data->dtype == OL_DT_UINT8 && bits > 0 && bits < 8)
			size = ol_num_mul(x->syms, size, ol_num(8 / bits));
		if (i != axis) {
			d[n++] = size;
			continue;
		}
		for (uint32_t k = 0; k < at->rank; k++)
			d[n++] = at->dims[k];
	}
	ol_op_shape(x, 0, d, n);
}

/* [sequence, batch, input] to [sequence, directions, batch, hidden] and the last states
 * [directions, batch, hidden]. */
static void lstm(struct ol_op *x)
{
	int64_t hidden = ol_op_int(x, "hidden_size", -1);
	bool both = ol_str_is(ol_op_str(x, "direction", "forward"), "bidirectional");
	struct ol_num *d = ol_op_dims(x, 4), *last = ol_op_dims(x, 3), n;

	if (!d || !last || (ol_op_in(x, 0)->has_rank && !ol_nn_rank(x, 0, 3, 3)))
		return;
	n = ol_nn_dim(x, 0, 0);
	d[0] = n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
	d[1] = ol_num(both ? 2 : 1);
	n = ol_nn_dim(x, 0, 1);
	d[2] = n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
	d[3] = hidden > 0 ? ol_num(hidden) : ol_num_fresh(x->syms);
	memcpy(last, d + 1, 3 * sizeof(*d));
	ol_op_shape(x, 0, d, 4);
	ol_op_shape(x, 1, last, 3);
	ol_op_shape(x, 2, last, 3);
}

static const struct ol_infer_row ops[] = {
    {"AttnLSTM", lstm},
    {"DequantizeLinear", dequantize},
    {"DequantizeWithOrder", like_first},
    {"DynamicQuantizeLSTM", lstm},
    {"GatherBlockQuantized", gather_blocks},
    {"MulInteger", mul_integer},
    {"QLinearAdd", binary},
    {"QLinearConcat", concat},
    {"QLinearLeakyRelu", like_first},
    {"QLinearMul", binary},
    {"QLinearReduceMean", reduce},
    {"QLinearSigmoid", like_first},
    {"QLinearSoftmax", like_first},
    {"QLinearWhere", where},
    {"QOrderedAttention", like_first},
    {"QOrderedGelu", like_first},
    {"QOrderedLayerNormalization", like_first},
    {"QOrderedLongformerAttention", like_first},
    {"QuantizeLinear", quantize},
    {"QuantizeWithOrder", like_first},
    {"ReduceSumInteger", reduce},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_quant = {"com.microsoft", ops};
