/* msft.c: shapes of com.microsoft's elementwise operators, normalizations and movers of data.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/nn.h"

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

static struct ol_num known(struct ol_op *x, struct ol_num n)
{
	return n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
}

/* ---- normalization and activation ---- */

/* The last axis of input 0 and the only one of the vectors are of one length. */
static void last_axis(struct ol_op *x, const char *name, uint32_t first, uint32_t n)
{
	struct ol_nn_length l = OL_NN_LENGTH(name);
	const struct ol_fact *f = ol_op_in(x, 0);

	if (!f->has_rank || !f->rank || !ol_nn_meet(x, &l, 0, f->rank - 1))
		return;
	for (uint32_t k = first; k < first + n; k++)
		if (ol_nn_rank(x, k, 1, 1))
			ol_nn_meet(x, &l, k, 0);
}

static void bias_gelu(struct ol_op *x)
{
	last_axis(x, "hidden size", 1, 1);
	ol_op_like(x, 0, 0);
}

/* (input, skip, gamma, beta, bias); output 3 is the sum that is normalized. */
static void skip_layer_norm(struct ol_op *x)
{
	last_axis(x, "hidden size", 2, 3);
	ol_op_like(x, 0, 0);
	ol_op_like(x, 3, 0);
}

static void skip_simplified_layer_norm(struct ol_op *x)
{
	last_axis(x, "hidden size", 2, 2);
	ol_op_like(x, 0, 0);
	ol_op_like(x, 3, 0);
}

static void skip_group_norm(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_like(x, 1, 0);
}

/* Word ids [batch, length] to [batch, length, hidden]; the mask's index is [batch]. */
static void embed_layer_norm(struct ol_op *x)
{
	struct ol_nn_length hidden = OL_NN_LENGTH("hidden size"),
			    batch = OL_NN_LENGTH("batch size");
	struct ol_nn_length length = OL_NN_LENGTH("sequence length");
	struct ol_nn_length *ids[] = {&batch, &length}, *table[] = {NULL, &hidden},
			    *vector[] = {&hidden};
	struct ol_num *d = ol_op_dims(x, 3);

	if (!d)
		return;
	ol_op_dtype_like(
	    x, 0,
	    x->n_in > 8 && ol_op_has_in(x, 8) && ol_op_in(x, 8)->dtype == OL_DT_FLOAT ? 8 : 2);
	ol_op_dtype_like(x, 1, 0);
	ol_nn_meet_all(x, 0, ids, 2);
	ol_nn_meet_all(x, 1, ids, 2);
	ol_nn_meet_all(x, 2, table, 2);
	ol_nn_meet_all(x, 3, table, 2);
	ol_nn_meet_all(x, 4, table, 2);
	ol_nn_meet_all(x, 5, vector, 1);
	ol_nn_meet_all(x, 6, vector, 1);
	d[0] = known(x, batch.n);
	d[1] = known(x, length.n);
	d[2] = known(x, hidden.n);
	ol_op_shape(x, 0, d, 3);
	ol_op_shape(x, 1, d, 1);
	ol_op_shape(x, 2, d, 3);
}

static void bias_dropout(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_like(x, 1, 0);
}

/* A bit for each element, in words of 32. */
static void bitmask_dropout(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 1);

	ol_op_like(x, 0, 0);
	if (!d || !ol_op_in(x, 0)->has_rank)
		return;
	d[0] = known(x, ol_num_ceildiv(x->syms, ol_op_elements(x, ol_op_in(x, 0)), ol_num(32)));
	ol_op_shape(x, 1, d, 1);
}

/* Input 0 with another size of its last axis. */
static void with_last(struct ol_op *x, struct ol_num n)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	if (!f->has_rank || !f->rank)
		return;
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	memcpy(d, f->dims, f->rank * sizeof(*d));
	d[f->rank - 1] = known(x, n);
	ol_op_shape(x, 0, d, f->rank);
}

static void bias_split_gelu(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	last_axis(x, "channels", 1, 1);
	if (f->has_rank && f->rank)
		with_last(x, ol_num_floordiv(x->syms, f->dims[f->rank - 1], ol_num(2)));
}

/* One input holds gate and value, or there are two. */
static void swiglu(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (ol_op_has_in(x, 1))
		ol_op_like(x, 0, 0);
	else if (f->has_rank && f->rank)
		with_last(x, ol_num_floordiv(x->syms, f->dims[f->rank - 1], ol_num(2)));
}

static void scalar(struct ol_op *x)
{
	ol_op_scalar(x, 0);
}

static void binary(struct ol_op *x)
{
	ol_op_broadcast(x, 0, 0, 2);
}

/* ---- Fourier transforms over the last axis, pairs of (real, imaginary) as one more ---- */

static void rfft(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	if (!f->has_rank || !f->rank)
		return;
	d = ol_op_dims(x, f->rank + 1);
	if (!d)
		return;
	memcpy(d, f->dims, f->rank * sizeof(*d));
	if (ol_op_int(x, "onesided", 1)) {
		struct ol_num half = ol_num_floordiv(x->syms, f->dims[f->rank - 1], ol_num(2));

		d[f->rank - 1] = known(x, ol_num_add(x->syms, half, ol_num(1)));
	}
	d[f->rank] = ol_num(2);
	ol_op_shape(x, 0, d, f->rank + 1);
}

static void irfft(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d, n;

	if (!f->has_rank || f->rank < 2)
		return;
	d = ol_op_dims(x, f->rank - 1);
	if (!d)
		return;
	memcpy(d, f->dims, (f->rank - 1) * sizeof(*d));
	n = d[f->rank - 2];
	if (ol_op_int(x, "onesided", 1))
		d[f->rank - 2] =
		    known(x, ol_num_mul(x->syms, ol_num_sub(x->syms, n, ol_num(1)), ol_num(2)));
	ol_op_shape(x, 0, d, f->rank - 1);
}

/* ---- movers ---- */

static void expand_dims(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t axis;
	uint32_t at;
	struct ol_num *d;

	if (!f->has_rank)
		return;
	if (!ol_op_int_in(x, 1, &axis)) {
		ol_op_rank(x, 0, f->rank + 1);
		return;
	}
	d = ol_op_dims(x, f->rank + 1);
	if (!d || !ol_op_axis(x, axis, f->rank + 1, false, &at))
		return;
	for (uint32_t i = 0; i <= f->rank; i++)
		d[i] = i == at ? ol_num(1) : f->dims[i - (i > at)];
	ol_op_shape(x, 0, d, f->rank + 1);
}

/* pads is [2 * rank] or [1, 2 * rank]; negative ones take away. */
static void pad(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *p = ol_op_ints_in(x, 1);
	struct ol_num *d;

	if (!f->has_rank)
		return;
	if (!p || p->n != 2 * f->rank) {
		if (p)
			ol_op_tell(x, "shape/mismatch",
				   "input 'pads' has %u items, input %.*s takes %u", p->n,
				   OL_FMT(ol_op_in_text(x, 0)), 2 * f->rank);
		ol_op_rank(x, 0, f->rank);
		return;
	}
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < f->rank; i++) {
		d[i] = ol_num_add(x->syms, f->dims[i],
				  ol_num_add(x->syms, p->i[i], p->i[f->rank + i]));
		d[i] = known(x, d[i]);
	}
	ol_op_shape(x, 0, d, f->rank);
}

/* Indices [..., k] pick slices of the first k axes. */
static void gather_nd(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *at = ol_op_in(x, 1);
	struct ol_num k, *d;
	uint32_t n = 0;

	if (!f->has_rank || !at->has_rank || !at->rank)
		return;
	k = at->dims[at->rank - 1];
	if (!ol_num_is_known(k) || k.v < 0)
		return;
	if (k.v > f->rank) {
		ol_op_tell(x, "shape/mismatch",
			   "the last axis of input %.*s has %lld, more than the rank of %.*s",
			   OL_FMT(ol_op_in_text(x, 1)), (long long)k.v,
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	d = ol_op_dims(x, at->rank + f->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i + 1 < at->rank; i++)
		d[n++] = at->dims[i];
	for (uint32_t i = (uint32_t)k.v; i < f->rank; i++)
		d[n++] = f->dims[i];
	ol_op_shape(x, 0, d, n);
}

/* Boxes [n, 4] out of images [batch, channels, height, width], all of one size. */
static void crop_and_resize(struct ol_op *x)
{
	const struct ol_data *size = ol_op_ints_in(x, 3);
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = known(x, ol_nn_dim(x, 1, 0));
	d[1] = known(x, ol_nn_dim(x, 0, 1));
	for (uint32_t i = 0; i < 2; i++)
		d[2 + i] = known(x, size && size->n == 2 ? size->i[i] : ol_num_unknown());
	ol_op_shape(x, 0, d, 4);
}

static void grid_sample(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = known(x, ol_nn_dim(x, 0, 1));
	d[2] = known(x, ol_nn_dim(x, 1, 1));
	d[3] = known(x, ol_nn_dim(x, 1, 2));
	ol_op_shape(x, 0, d, 4);
}

/* Each row of the one with each row of the other. */
static void cdist(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 2);

	if (!d)
		return;
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = known(x, ol_nn_dim(x, 1, 0));
	ol_op_shape(x, 0, d, 2);
}

/* Slices of `size` every `step` along an axis; a slice lies along a new last axis. */
static void unfold(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t size = ol_op_int(x, "size", -1), step = ol_op_int(x, "step", 1);
	struct ol_num *d;
	uint32_t axis;

	if (!f->has_rank || size < 0 || step <= 0 ||
	    !ol_op_axis(x, ol_op_int(x, "dim", -1), f->rank, false, &axis))
		return;
	d = ol_op_dims(x, f->rank + 1);
	if (!d)
		return;
	memcpy(d, f->dims, f->rank * sizeof(*d));
	d[axis] =
	    ol_num_floordiv(x->syms, ol_num_sub(x->syms, d[axis], ol_num(size)), ol_num(step));
	d[axis] = known(x, ol_num_add(x->syms, d[axis], ol_num(1)));
	d[f->rank] = ol_num(size);
	ol_op_shape(x, 0, d, f->rank + 1);
}

/* A row of the table for each index. */
static void embedding(struct ol_op *x)
{
	const struct ol_fact *at = ol_op_in(x, 1);
	struct ol_num *d;

	if (!at->has_rank)
		return;
	d = ol_op_dims(x, at->rank + 1);
	if (!d)
		return;
	if (at->rank)
		memcpy(d, at->dims, at->rank * sizeof(*d));
	d[at->rank] = known(x, ol_nn_dim(x, 0, 1));
	ol_op_shape(x, 0, d, at->rank + 1);
}

/* [batch, length, hidden] without its padding: [tokens, hidden], [batch, length], [batch + 1], [1].
 */
static void remove_padding(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d || !ol_nn_rank(x, 0, 3, 3))
		return;
	d[0] = ol_num_fresh(x->syms);
	d[1] = f->dims[2];
	d[2] = known(x, ol_num_add(x->syms, f->dims[0], ol_num(1)));
	d[3] = ol_num(1);
	ol_op_shape(x, 0, d, 2);
	ol_op_shape(x, 1, f->dims, 2);
	ol_op_shape(x, 2, d + 2, 1);
	ol_op_shape(x, 3, d + 3, 1);
}

static void restore_padding(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 3);

	if (!d || !ol_nn_rank(x, 0, 2, 2) || !ol_nn_rank(x, 1, 2, 2))
		return;
	d[0] = ol_nn_dim(x, 1, 0);
	d[1] = ol_nn_dim(x, 1, 1);
	d[2] = ol_nn_dim(x, 0, 1);
	ol_op_shape(x, 0, d, 3);
}

static const struct ol_infer_row ops[] = {
    {"BiasAdd", like_first},
    {"BiasDropout", bias_dropout},
    {"BiasGelu", bias_gelu},
    {"BiasSoftmax", like_first},
    {"BiasSplitGelu", bias_split_gelu},
    {"BitmaskBiasDropout", bitmask_dropout},
    {"BitmaskDropout", bitmask_dropout},
    {"CDist", cdist},
    {"ComplexMul", binary},
    {"ComplexMulConj", binary},
    {"CropAndResize", crop_and_resize},
    {"EmbedLayerNormalization", embed_layer_norm},
    {"ExpandDims", expand_dims},
    {"FastGelu", like_first},
    {"GatedAdd", like_first},
    {"GatedRMSNorm", like_first},
    {"GatherND", gather_nd},
    {"Gelu", like_first},
    {"GridSample", grid_sample},
    {"GroupNorm", like_first},
    {"Inverse", like_first},
    {"Irfft", irfft},
    {"IsAllFinite", scalar},
    {"MoE", like_first},
    {"MurmurHash3", like_first},
    {"Pad", pad},
    {"QEmbedLayerNormalization", embed_layer_norm},
    {"QMoE", like_first},
    {"QuickGelu", like_first},
    {"RemovePadding", remove_padding},
    {"RestorePadding", restore_padding},
    {"Rfft", rfft},
    {"SampleOp", like_first},
    {"ScaledSiLU", like_first},
    {"SkipGroupNorm", skip_group_norm},
    {"SkipLayerNormalization", skip_layer_norm},
    {"SkipSimplifiedLayerNormalization", skip_simplified_layer_norm},
    {"SwiGLU", swiglu},
    {"TorchEmbedding", embedding},
    {"Trilu", like_first},
    {"UnfoldTensor", unfold},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft = {"com.microsoft", ops};
