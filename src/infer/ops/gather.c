/* gather.c: elements chosen by indices, and put at indices: Gather, GatherElements, GatherND,
 * Scatter and its kin.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Gather.html, onnx__GatherElements.html,
 * onnx__GatherND.html, onnx__ScatterElements.html, onnx__ScatterND.html, onnx__TensorScatter.html
 */
#include "infer/move.h"

/* Are all numbers of the indices within [-size, size)? Tells the first that is not. */
static bool in_range(struct ol_op *x, const struct ol_data *indices, struct ol_num size,
		     uint32_t axis)
{
	if (!ol_num_is_known(size))
		return true;
	for (uint32_t i = 0; i < indices->n; i++) {
		struct ol_num at = indices->i[i];

		if (!ol_num_is_known(at) || (at.v >= -size.v && at.v < size.v))
			continue;
		ol_op_tell(
		    x, "shape/index-range",
		    "index %lld (element %u of %.*s) is outside of axis %u of %.*s, which has %lld",
		    (long long)at.v, i, OL_FMT(ol_op_in_text(x, 1)), axis,
		    OL_FMT(ol_op_in_text(x, 0)), (long long)size.v);
		return false;
	}
	return true;
}

/* Each index takes a run of `inner` elements, for each of `outer` blocks. */
static void gather_data(struct ol_op *x, uint32_t axis)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *indices = ol_op_ints_in(x, 1);
	uint32_t sizes[OL_MOVE_RANK], at[OL_DATA_MOST], n = 0;
	uint64_t outer = 1, inner = 1;

	if (!indices || !ol_move_sizes(f, sizes) || f->data->n == 0)
		return;
	for (uint32_t i = 0; i < f->rank; i++)
		if (i < axis)
			outer *= sizes[i];
		else if (i > axis)
			inner *= sizes[i];
	if (outer * inner * indices->n > OL_DATA_MOST)
		return;
	for (uint64_t o = 0; o < outer; o++)
		for (uint32_t i = 0; i < indices->n; i++) {
			struct ol_num index = indices->i[i];

			if (!ol_num_is_known(index) || index.v < -(int64_t)sizes[axis] ||
			    index.v >= (int64_t)sizes[axis])
				return;
			if (index.v < 0)
				index.v += sizes[axis];
			for (uint64_t e = 0; e < inner; e++)
				at[n++] =
				    (uint32_t)((o * sizes[axis] + (uint64_t)index.v) * inner + e);
		}
	ol_move_pick(x, 0, f->data, at, n);
}

static void gather(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *indices = ol_op_in(x, 1);
	const struct ol_data *data = ol_op_ints_in(x, 1);
	struct ol_num *dims;
	uint32_t axis, q;

	if (!f->has_rank)
		return;
	if (f->rank == 0) {
		ol_op_tell(x, "shape/rank", "%.*s is a scalar: there is no axis to gather from",
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	if (!ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis))
		return;
	if (data)
		in_range(x, data, f->dims[axis], axis);
	if (!indices->has_rank || indices->rank > OL_MOVE_RANK || f->rank > OL_MOVE_RANK)
		return;
	q = indices->rank;
	dims = ol_move_dims(x, f->rank - 1 + q);
	if (!dims)
		return;
	for (uint32_t i = 0; i < f->rank - 1 + q; i++)
		dims[i] = i < axis	 ? f->dims[i]
			  : i < axis + q ? indices->dims[i - axis]
					 : f->dims[i - q + 1];
	ol_op_shape(x, 0, dims, f->rank - 1 + q);
	gather_data(x, axis);
}

static void gather_elements(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *indices = ol_op_in(x, 1);
	const struct ol_data *data = ol_op_ints_in(x, 1);
	uint32_t axis;

	ol_op_like(x, 0, 1);
	if (!f->has_rank || !indices->has_rank)
		return;
	if (f->rank != indices->rank) {
		ol_op_tell(x, "shape/mismatch", "%.*s and the indices %.*s have different ranks",
			   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)));
		return;
	}
	if (ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis) && data)
		in_range(x, data, f->dims[axis], axis);
	if (f->rank == 1)
		gather_data(x, 0);
}

static void gather_nd(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *indices = ol_op_in(x, 1);
	int64_t batch = ol_op_int(x, "batch_dims", 0), used;
	struct ol_num *dims, last;
	uint32_t rank;

	if (!f->has_rank || !indices->has_rank || f->rank > OL_MOVE_RANK ||
	    indices->rank > OL_MOVE_RANK)
		return;
	if (f->rank == 0 || indices->rank == 0) {
		ol_op_tell(x, "shape/rank", "neither %.*s nor the indices %.*s may be a scalar",
			   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)));
		return;
	}
	last = indices->dims[indices->rank - 1];
	if (batch < 0 || batch >= indices->rank || !ol_num_is_known(last) || last.v < 0)
		return;
	if (__builtin_add_overflow(last.v, batch, &used) || used > f->rank) {
		ol_op_tell(
		    x, "shape/mismatch", "the indices %.*s address %lld axes, more than %.*s has",
		    OL_FMT(ol_op_in_text(x, 1)), (long long)last.v, OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	rank = indices->rank - 1 + f->rank - (uint32_t)used;
	dims = ol_move_dims(x, rank);
	if (!dims)
		return;
	for (uint32_t i = 0; i < rank; i++) {
		dims[i] = i < indices->rank - 1 ? indices->dims[i]
						: f->dims[(uint32_t)used + i - (indices->rank - 1)];
		if (i < batch)
			dims[i] = ol_move_better(dims[i], f->dims[i]);
	}
	ol_op_shape(x, 0, dims, rank);
	if (f->rank == 1 && last.v == 1)
		gather_data(x, 0);
}

/* One-dimensional data with some elements replaced; nothing when anything is not known, or with a
 * reduction. */
static void scatter_data(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *indices = ol_op_ints_in(x, 1), *updates = ol_op_ints_in(x, 2),
			     *data = ol_op_ints_in(x, 0);
	struct ol_num out[OL_DATA_MOST];
	uint32_t sizes[OL_MOVE_RANK];

	if (!indices || !updates || !data || !ol_move_sizes(f, sizes) || f->rank != 1 ||
	    updates->n != indices->n || !ol_str_is(ol_op_str(x, "reduction", "none"), "none"))
		return;
	memcpy(out, data->i, data->n * sizeof(*out));
	for (uint32_t i = 0; i < indices->n; i++) {
		int64_t at = indices->i[i].v;

		if (!ol_num_is_known(indices->i[i]) || at < -(int64_t)data->n ||
		    at >= (int64_t)data->n)
			return;
		out[at < 0 ? at + data->n : at] = updates->i[i];
	}
	ol_op_set_ints(x, 0, out, data->n);
}

static void scatter_elements(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *indices = ol_op_in(x, 1);
	const struct ol_data *data = ol_op_ints_in(x, 1);
	uint32_t axis;

	ol_op_like(x, 0, 0);
	if (!f->has_rank)
		return;
	if (indices->has_rank && f->rank != indices->rank) {
		ol_op_tell(x, "shape/mismatch", "%.*s and the indices %.*s have different ranks",
			   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)));
		return;
	}
	if (ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis) &&
	    (!data || in_range(x, data, f->dims[axis], axis)))
		scatter_data(x);
}

static void scatter_nd(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *indices = ol_op_in(x, 1);
	struct ol_num last;

	ol_op_like(x, 0, 0);
	if (!f->has_rank || !indices->has_rank || indices->rank == 0)
		return;
	last = indices->dims[indices->rank - 1];
	if (ol_num_is_known(last) && last.v > f->rank) {
		ol_op_tell(
		    x, "shape/mismatch", "the indices %.*s address %lld axes, more than %.*s has",
		    OL_FMT(ol_op_in_text(x, 1)), (long long)last.v, OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	if (ol_num_is(last, 1) &&
	    (!ol_op_ints_in(x, 1) || in_range(x, ol_op_ints_in(x, 1), f->dims[0], 0)))
		scatter_data(x);
}

/* The cache keeps its shape; the update fits it but for the axis that is written along. */
static void tensor_scatter(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *update = ol_op_in(x, 1);
	struct ol_num *dims;
	uint32_t axis;

	ol_op_like(x, 0, 0);
	if (f->has_rank && f->rank &&
	    !ol_move_is_list(x, 2, "write_indices", ol_num_is_known(f->dims[0]) && f->dims[0].v < UINT32_MAX
							? (uint32_t)f->dims[0].v
							: UINT32_MAX))
		return;
	if (!f->has_rank || !update->has_rank)
		return;
	if (f->rank != update->rank) {
		ol_op_tell(x, "shape/mismatch",
			   "the cache %.*s and the update %.*s have different ranks",
			   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)));
		return;
	}
	dims = ol_move_copy(x, f);
	if (!dims || !ol_op_axis(x, ol_op_int(x, "axis", -2), f->rank, false, &axis))
		return;
	for (uint32_t i = 0; i < f->rank; i++) {
		if (i == axis)
			continue;
		if (ol_num_is_known(dims[i]) && ol_num_is_known(update->dims[i]) &&
		    dims[i].v != update->dims[i].v) {
			ol_op_tell(x, "shape/mismatch",
				   "the cache %.*s and the update %.*s differ at axis %u",
				   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)), i);
			return;
		}
		dims[i] = ol_op_same(x, dims[i], update->dims[i], NULL, NULL);
	}
	ol_op_shape(x, 0, dims, f->rank);
}

static const struct ol_infer_row rows[] = {
    {"Gather", gather},
    {"GatherElements", gather_elements},
    {"GatherND", gather_nd},
    {"Scatter", scatter_elements},
    {"ScatterElements", scatter_elements},
    {"ScatterND", scatter_nd},
    {"TensorScatter", tensor_scatter},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_gather = {"", rows};
