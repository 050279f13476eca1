/* index.c: places of elements, and results as long as their elements decide: ArgMax, ArgMin, TopK,
 * OneHot, NonZero, Unique, Compress.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__TopK.html, onnx__ArgMax.html, onnx__OneHot.html,
 * onnx__NonZero.html, onnx__Unique.html, onnx__Compress.html */
#include "infer/move.h"

static void arg(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	bool keep = ol_op_int(x, "keepdims", 1) != 0;
	struct ol_num *dims;
	uint32_t axis, rank = 0;

	if (!f->has_rank || !ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis))
		return;
	dims = ol_move_dims(x, f->rank);
	if (!dims)
		return;
	for (uint32_t i = 0; i < f->rank; i++)
		if (i != axis)
			dims[rank++] = f->dims[i];
		else if (keep)
			dims[rank++] = ol_num(1);
	ol_op_shape(x, 0, dims, rank);
}

static void top_k(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_attr *a = ol_op_attr(x, "k");
	const struct ol_data *data = ol_op_ints_in(x, 1);
	struct ol_num k = ol_num_unknown(), *dims;
	uint32_t axis;

	if (x->since >= 10 && !ol_move_is_list(x, 1, "k", 1))
		return;
	if (a && a->type == OL_ATTR_INT)
		k = ol_num(a->i);
	else if (data && data->n == 1)
		k = data->i[0];
	if (!f->has_rank || !ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank, false, &axis))
		return;
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	if (ol_num_is_known(k) && k.v < 0)
		k = ol_num_unknown();
	if (ol_num_is_known(k) && ol_num_is_known(dims[axis]) && k.v > dims[axis].v) {
		ol_op_tell(x, "shape/bad-attribute", "k is %lld, more than axis %u of %.*s has",
			   (long long)k.v, axis, OL_FMT(ol_op_in_text(x, 0)));
		k = ol_num_unknown();
	}
	dims[axis] = ol_move_dim(x, k);
	ol_op_shape(x, 0, dims, f->rank);
	ol_op_shape(x, 1, dims, f->rank);
}

static void one_hot(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *depth = ol_op_in(x, 1), *values = ol_op_in(x, 2);
	struct ol_num *dims, size = ol_num_unknown();
	uint32_t axis;

	if (values->has_rank &&
	    (values->rank != 1 || (ol_num_is_known(values->dims[0]) && values->dims[0].v != 2))) {
		ol_op_tell(x, "shape/rank", "%.*s must be the two values for off and on",
			   OL_FMT(ol_op_in_text(x, 2)));
		return;
	}
	if (depth->has_rank && (depth->rank > 1 || (depth->rank == 1 && ol_num_is_known(depth->dims[0]) &&
						    depth->dims[0].v != 1))) {
		ol_op_tell(x, "shape/rank", "the depth %.*s must be one number", OL_FMT(ol_op_in_text(x, 1)));
		return;
	}
	if (depth->data && depth->data->n == 1) {
		if (depth->data->i)
			size = depth->data->i[0];
		else if (depth->data->d[0] >= 0 && depth->data->d[0] < 1e9)
			size = ol_num((int64_t)depth->data->d[0]);
	}
	if (!f->has_rank || !ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank + 1, false, &axis))
		return;
	dims = ol_move_dims(x, f->rank + 1);
	if (!dims)
		return;
	if (ol_num_is_known(size) && size.v < 0)
		size = ol_num_unknown();
	for (uint32_t i = 0; i <= f->rank; i++)
		dims[i] = i < axis ? f->dims[i] : i > axis ? f->dims[i - 1] : ol_move_dim(x, size);
	ol_op_shape(x, 0, dims, f->rank + 1);
}

/* Indices of the elements that are not 0: a column each. */
static void non_zero(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num out[OL_DATA_MOST], *dims = ol_op_dims(x, 2);
	uint32_t sizes[OL_MOVE_RANK], n = 0, rank = f->rank;
	int64_t strides[OL_MOVE_RANK];

	if (!dims)
		return;
	dims[0] = f->has_rank ? ol_num(rank) : ol_num_fresh(x->syms);
	dims[1] = ol_num_unknown();
	if (ol_move_sizes(f, sizes) && f->data->i) {
		for (uint32_t i = 0; i < f->data->n; i++) {
			if (!ol_num_is_known(f->data->i[i])) {
				n = UINT32_MAX;
				break;
			}
			n += f->data->i[i].v != 0;
		}
		if (n != UINT32_MAX)
			dims[1] = ol_num(n);
	}
	dims[1] = ol_move_dim(x, dims[1]);
	ol_op_shape(x, 0, dims, 2);
	if (!ol_num_is_known(dims[1]) || (uint64_t)n * rank > OL_DATA_MOST)
		return;
	ol_move_strides(sizes, rank, strides);
	for (uint32_t i = 0, at = 0; i < f->data->n; i++) {
		if (f->data->i[i].v == 0)
			continue;
		for (uint32_t a = 0; a < rank; a++)
			out[a * n + at] = ol_num((int64_t)i / strides[a] % sizes[a]);
		at++;
	}
	ol_op_set_ints(x, 0, out, n * rank);
}

static void unique(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_attr *a = ol_op_attr(x, "axis");
	struct ol_num *dims = ol_op_dims(x, 3), *own; /* how many, of how many, how many */
	uint32_t axis;

	if (!dims)
		return;
	dims[0] = ol_num_fresh(x->syms);
	dims[1] = ol_move_dim(x, a ? ol_num_unknown() : ol_op_elements(x, f));
	ol_op_shape(x, 1, dims, 1);
	ol_op_shape(x, 3, dims, 1);
	if (!a) {
		ol_op_shape(x, 0, dims, 1);
	} else if (f->has_rank && ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis)) {
		own = ol_move_copy(x, f);
		if (!own)
			return;
		dims[1] = ol_move_dim(x, own[axis]);
		own[axis] = dims[0];
		ol_op_shape(x, 0, own, f->rank);
	}
	ol_op_shape(x, 2, dims + 1, 1);
}

/* As many as the condition has true elements. */
static void compress(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *data = ol_op_ints_in(x, 1);
	struct ol_num *dims, n = ol_num(0);
	uint32_t axis;

	for (uint32_t i = 0; data && i < data->n; i++)
		n = ol_num_is_known(data->i[i]) && ol_num_is_known(n)
			? ol_num(n.v + (data->i[i].v != 0))
			: ol_num_unknown();
	n = ol_move_dim(x, data ? n : ol_num_unknown());
	if (!ol_op_attr(x, "axis")) {
		dims = ol_op_dims(x, 1);
		if (dims) {
			dims[0] = n;
			ol_op_shape(x, 0, dims, 1);
		}
		return;
	}
	if (!f->has_rank || !ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis))
		return;
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	dims[axis] = n;
	ol_op_shape(x, 0, dims, f->rank);
}

static const struct ol_infer_row rows[] = {
    {"ArgMax", arg},	   {"ArgMin", arg},    {"TopK", top_k},	       {"OneHot", one_hot},
    {"NonZero", non_zero}, {"Unique", unique}, {"Compress", compress}, {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_index = {"", rows};
