/* layout.c: the same elements, in another order or repeated: Transpose, Expand, Tile, DepthToSpace,
 * SpaceToDepth, ReverseSequence.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Transpose.html, onnx__Expand.html, onnx__Tile.html,
 * onnx__DepthToSpace.html, onnx__SpaceToDepth.html, onnx__ReverseSequence.html */
#include "infer/move.h"

/* The axis of the input that each axis of the output comes from; false when told. */
static bool permutation(struct ol_op *x, uint32_t rank, uint32_t *perm)
{
	uint32_t n;
	const int64_t *given = ol_op_ints(x, "perm", &n);
	uint64_t seen = 0;

	for (uint32_t i = 0; i < rank; i++)
		perm[i] = rank - 1 - i;
	if (!given || (n == 0 && rank > 0)) /* an empty one counts as left out */
		return true;
	if (n != rank) {
		ol_op_tell(x, "shape/bad-attribute",
			   "perm has %u items for %.*s: one for each axis is needed", n,
			   OL_FMT(ol_op_in_text(x, 0)));
		return false;
	}
	for (uint32_t i = 0; i < rank; i++) {
		if (given[i] < 0 || given[i] >= rank) {
			ol_op_tell(x, "shape/bad-attribute",
				   "perm names axis %lld of %.*s: its %u items may name 0 to %u",
				   (long long)given[i], OL_FMT(ol_op_in_text(x, 0)), rank, rank - 1);
			return false;
		}
		if (seen >> given[i] & 1) {
			ol_op_tell(x, "shape/bad-attribute", "perm names axis %lld of %.*s twice",
				   (long long)given[i], OL_FMT(ol_op_in_text(x, 0)));
			return false;
		}
		seen |= (uint64_t)1 << given[i];
		perm[i] = (uint32_t)given[i];
	}
	return true;
}

static void transpose(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t perm[OL_MOVE_RANK], sizes[OL_MOVE_RANK], n;
	int64_t strides[OL_MOVE_RANK], to_strides[OL_MOVE_RANK];
	uint32_t to_sizes[OL_MOVE_RANK];
	struct ol_num *dims;

	if (!f->has_rank) {
		/* the attribute alone says the rank, and can be wrong alone */
		if (ol_op_ints(x, "perm", &n) && n && n <= OL_MOVE_RANK && permutation(x, n, perm))
			ol_op_rank(x, 0, n);
		return;
	}
	if (f->rank > OL_MOVE_RANK || !permutation(x, f->rank, perm))
		return;
	dims = ol_move_dims(x, f->rank);
	if (!dims)
		return;
	for (uint32_t i = 0; i < f->rank; i++)
		dims[i] = f->dims[perm[i]];
	ol_op_shape(x, 0, dims, f->rank);
	if (!ol_move_sizes(f, sizes))
		return;
	ol_move_strides(sizes, f->rank, strides);
	for (uint32_t i = 0; i < f->rank; i++) {
		to_sizes[i] = sizes[perm[i]];
		to_strides[i] = strides[perm[i]];
	}
	ol_move_walk(x, 0, f->data, 0, to_sizes, to_strides, f->rank);
}

/* Elements repeated along axes of size 1 and new ones in front. */
static void expand_data(struct ol_op *x, const struct ol_num *dims, uint32_t rank)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t sizes[OL_MOVE_RANK], to_sizes[OL_MOVE_RANK];
	int64_t strides[OL_MOVE_RANK], to_strides[OL_MOVE_RANK];

	if (rank > OL_MOVE_RANK || !ol_move_sizes(f, sizes))
		return;
	ol_move_strides(sizes, f->rank, strides);
	for (uint32_t i = 0; i < rank; i++) {
		uint32_t j = i + f->rank - rank; /* wraps where the input has no such axis */

		if (!ol_num_is_known(dims[i]) || dims[i].v < 0 || dims[i].v > OL_DATA_MOST)
			return;
		to_sizes[i] = (uint32_t)dims[i].v;
		to_strides[i] = i >= rank - f->rank && sizes[j] != 1 ? strides[j] : 0;
	}
	ol_move_walk(x, 0, f->data, 0, to_sizes, to_strides, rank);
}

static void expand(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_num *at, *dims;
	struct ol_num *target, *own;
	uint32_t n, rank;

	/* of a constant, onnx and onnxruntime take the elements whatever its rank */
	if ((!ol_op_ints_in(x, 1) && !ol_move_is_list(x, 1, "the shape", UINT32_MAX)) || !f->has_rank ||
	    ol_move_ints(x, 1, NULL, &at, &n) != OL_GIVEN_COUNTED)
		return;
	target = ol_move_dims(x, n);
	if (!target)
		return;
	for (uint32_t i = 0; i < n; i++) /* -1 keeps a size, as some take it; it is left open */
		target[i] = ol_num_is_known(at[i]) && at[i].v < 0 ? ol_num_fresh(x->syms)
								  : ol_move_dim(x, at[i]);
	for (uint32_t i = 1; i <= n && i <= f->rank; i++) {
		struct ol_num a = f->dims[f->rank - i], b = target[n - i];

		if (ol_num_is_known(a) && ol_num_is_known(b) && a.v != b.v && a.v != 1 &&
		    b.v != 1) {
			ol_op_tell(x, "shape/broadcast",
				   "%.*s does not broadcast to %.*s, the value of %.*s",
				   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_shape_text(x, at, n)),
				   OL_FMT(ol_op_in_text(x, 1)));
			return;
		}
	}
	dims = ol_op_broadcast2(x, f->dims, f->rank, target, n, &rank);
	own = rank == UINT32_MAX ? NULL : ol_move_dims(x, rank);
	if (!own)
		return;
	for (uint32_t i = 0; i < rank; i++)
		own[i] = ol_move_dim(x, dims[i]);
	ol_op_shape(x, 0, own, rank);
	expand_data(x, own, rank);
}

/* Version 1: how often, and along which axis, as two numbers. */
static void tile_1(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *dims = ol_move_copy(x, f);
	int64_t tiles, at;
	uint32_t axis;

	if (!dims)
		return;
	if (!ol_op_int_in(x, 2, &at)) {
		ol_op_rank(x, 0, f->rank);
		return;
	}
	if (!ol_op_axis(x, at, f->rank, false, &axis))
		return;
	dims[axis] = ol_move_dim(x, ol_op_int_in(x, 1, &tiles) && tiles >= 0
					? ol_num_mul(x->syms, dims[axis], ol_num(tiles))
					: ol_num_unknown());
	ol_op_shape(x, 0, dims, f->rank);
}

static void tile(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t sizes[OL_MOVE_RANK], to_sizes[2 * OL_MOVE_RANK], n;
	int64_t strides[OL_MOVE_RANK], to_strides[2 * OL_MOVE_RANK];
	const struct ol_num *at;
	struct ol_num *dims;
	bool known = true;

	if (x->since && x->since < 6) {
		tile_1(x);
		return;
	}
	if (!ol_move_is_list(x, 1, "repeats", UINT32_MAX))
		return;
	if (ol_move_ints(x, 1, NULL, &at, &n) != OL_GIVEN_COUNTED) {
		if (f->has_rank && f->rank <= OL_MOVE_RANK)
			ol_op_rank(x, 0, f->rank);
		return;
	}
	if (!f->has_rank) {
		if (n <= OL_MOVE_RANK)
			ol_op_rank(x, 0, n);
		return;
	}
	if (n != f->rank) {
		ol_op_tell(x, "shape/mismatch",
			   "repeats has %u elements for %.*s: one for each axis is needed", n,
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (ol_num_is_known(at[i]) && at[i].v < 0) {
			ol_op_tell(x, "shape/bad-attribute", "element %u of repeats is %lld", i,
				   (long long)at[i].v);
			return;
		}
		known &= ol_num_is_known(at[i]) && at[i].v <= OL_DATA_MOST;
		dims[i] = ol_move_dim(x, ol_num_mul(x->syms, dims[i], at[i]));
	}
	ol_op_shape(x, 0, dims, n);
	if (!known || !ol_move_sizes(f, sizes))
		return;
	ol_move_strides(sizes, n, strides);
	for (uint32_t i = 0; i < n; i++) { /* each axis is two: repeats, and the elements */
		to_sizes[2 * i] = (uint32_t)at[i].v;
		to_strides[2 * i] = 0;
		to_sizes[2 * i + 1] = sizes[i];
		to_strides[2 * i + 1] = strides[i];
	}
	ol_move_walk(x, 0, f->data, 0, to_sizes, to_strides, 2 * n);
}

/* The block size and the four sizes of the input; NULL: not known, or told. */
static struct ol_num *blocks(struct ol_op *x, struct ol_num *block, struct ol_num *area)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t b = ol_op_int(x, "blocksize", 0), b2;

	if (!f->has_rank) {
		ol_op_rank(x, 0, 4);
		return NULL;
	}
	if (b <= 0 || __builtin_mul_overflow(b, b, &b2)) {
		if (ol_op_attr(x, "blocksize"))
			ol_op_tell(x, "shape/bad-attribute", "blocksize is %lld", (long long)b);
		return NULL;
	}
	if (f->rank != 4) {
		ol_op_tell(x, "shape/rank", "%.*s has rank %u, not 4", OL_FMT(ol_op_in_text(x, 0)),
			   f->rank);
		return NULL;
	}
	*block = ol_num(b);
	*area = ol_num(b2);
	return ol_move_copy(x, f);
}

/* dims[axis] shared out into parts; false when a number does not divide (told). */
static bool divide(struct ol_op *x, struct ol_num *dims, uint32_t axis, struct ol_num by)
{
	if (ol_num_is_known(dims[axis]) && dims[axis].v % by.v) {
		ol_op_tell(x, "shape/mismatch", "axis %u of %.*s is no multiple of %lld", axis,
			   OL_FMT(ol_op_in_text(x, 0)), (long long)by.v);
		return false;
	}
	dims[axis] = ol_move_dim(x, ol_num_floordiv(x->syms, dims[axis], by));
	return true;
}

static void depth_to_space(struct ol_op *x)
{
	struct ol_num block, area, *dims = blocks(x, &block, &area);

	if (!dims || !divide(x, dims, 1, area))
		return;
	dims[2] = ol_move_dim(x, ol_num_mul(x->syms, dims[2], block));
	dims[3] = ol_move_dim(x, ol_num_mul(x->syms, dims[3], block));
	ol_op_shape(x, 0, dims, 4);
}

static void space_to_depth(struct ol_op *x)
{
	struct ol_num block, area, *dims = blocks(x, &block, &area);

	if (!dims || !divide(x, dims, 2, block) || !divide(x, dims, 3, block))
		return;
	dims[1] = ol_move_dim(x, ol_num_mul(x->syms, dims[1], area));
	ol_op_shape(x, 0, dims, 4);
}

static void reverse_sequence(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	ol_op_like(x, 0, 0);
	ol_move_is_list(x, 1, "sequence_lens", UINT32_MAX);
	if (f->has_rank && f->rank < 2)
		ol_op_tell(x, "shape/rank", "%.*s has rank %u: batch and time need two axes",
			   OL_FMT(ol_op_in_text(x, 0)), f->rank);
}

static const struct ol_infer_row rows[] = {
    {"Transpose", transpose},
    {"Expand", expand},
    {"Tile", tile},
    {"DepthToSpace", depth_to_space},
    {"SpaceToDepth", space_to_depth},
    {"ReverseSequence", reverse_sequence},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_layout = {"", rows};
