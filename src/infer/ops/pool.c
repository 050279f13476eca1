/* pool.c: pooling over windows or all of the spatial axes, and its inverse.
 *
 * MaxPool's second output has the shape of the first. MaxPool takes dilations as of opset 10,
 * LpPool of 18, AveragePool of 19. */
#include "infer/nn.h"

#include <inttypes.h>

/* Padding of a whole kernel makes windows of padding alone, which have no greatest element or mean;
 * implementations refuse it for every pool. */
static bool check_padding(struct ol_op *x, const struct ol_window *w)
{
	for (uint32_t i = 0; w->pads && i < 2 * w->n; i++) {
		if (w->pads[i] < w->kernel[i % w->n])
			continue;
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'pads' has %" PRId64 " at position %" PRIu32
			   ", it must be less than the kernel of %" PRId64 " there",
			   w->pads[i], i, w->kernel[i % w->n]);
		return false;
	}
	return true;
}

/* A kernel that passes the padded axis by two strides or more leaves fewer than no windows. */
static void check_fit(struct ol_op *x, const struct ol_window *w)
{
	if (!check_padding(x, w) || w->pad != OL_WINDOW_NOTSET)
		return;
	for (uint32_t i = 0; i < w->n; i++) {
		struct ol_num all = ol_nn_dim(x, 0, 2 + i),
			      e = ol_window_extent(x, w, i, ol_num(w->kernel[i]));
		int64_t s = ol_window_stride(w, i);

		if (w->pads) {
			all = ol_num_add(x->syms, all, ol_num(w->pads[i]));
			all = ol_num_add(x->syms, all, ol_num(w->pads[w->n + i]));
		}
		if (!ol_num_is_known(all) || !ol_num_is_known(e) || all.v < 0 || e.v <= all.v ||
		    (e.v - all.v) / s < 2)
			continue;
		ol_op_tell(x, "shape/mismatch",
			   "kernel of %" PRId64 " elements (with dilation) does not fit on axis "
			   "%" PRIu32 " of input %.*s, which has %" PRId64 " with padding",
			   e.v, 2 + i, OL_FMT(ol_op_in_text(x, 0)), all.v);
		return;
	}
}

static void pool(struct ol_op *x, bool dilations)
{
	uint32_t rank;
	struct ol_window w;
	struct ol_num *d;

	if (!ol_nn_rank(x, 0, 3, UINT32_MAX))
		return;
	rank = ol_op_in(x, 0)->rank;
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < rank; i++)
		d[i] = i < 2 ? ol_nn_dim(x, 0, i) : ol_num_unknown();
	if (ol_window_read(x, &w, rank - 2, dilations) && w.kernel) {
		w.pool = true;
		w.in_image = x->since >= 22;
		check_fit(x, &w);
		for (uint32_t i = 0; i < w.n; i++)
			d[2 + i] =
			    ol_window_count(x, &w, i, ol_nn_dim(x, 0, 2 + i), ol_num(w.kernel[i]));
	}
	ol_op_shape(x, 0, d, rank);
	ol_op_shape(x, 1, d, rank);
}

static void max_pool(struct ol_op *x)
{
	int64_t order = ol_op_int(x, "storage_order", 0);

	if (x->since >= 8 && order != 0 && order != 1)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'storage_order' is %" PRId64 ", it may be 0 or 1", order);
	pool(x, x->since >= 10);
}

static void average_pool(struct ol_op *x)
{
	pool(x, x->since >= 19);
}

static void lp_pool(struct ol_op *x)
{
	pool(x, x->since >= 18);
}

static void global_pool(struct ol_op *x)
{
	struct ol_num *d;
	uint32_t rank;

	if (!ol_nn_rank(x, 0, 3, UINT32_MAX))
		return;
	rank = ol_op_in(x, 0)->rank;
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < rank; i++)
		d[i] = i < 2 ? ol_nn_dim(x, 0, i) : ol_num(1);
	ol_op_shape(x, 0, d, rank);
}

/* Indices have the shape of the input. */
static void same_indices(struct ol_op *x, uint32_t rank)
{
	if (!ol_nn_has_rank(x, 1) || !ol_nn_rank(x, 1, rank, rank))
		return;
	for (uint32_t i = 0; i < rank; i++) {
		struct ol_nn_length l = OL_NN_LENGTH("length");

		ol_nn_meet(x, &l, 0, i);
		if (!ol_nn_meet(x, &l, 1, i))
			return;
	}
}

/* Input 2 is the output's shape when given; else stride * (in - 1) + kernel - pads. */
static void max_unpool(struct ol_op *x)
{
	struct ol_window w;
	const struct ol_data *shape;
	struct ol_num *d;
	uint32_t rank;
	bool good;

	if (!ol_nn_rank(x, 0, 2, UINT32_MAX))
		return;
	rank = ol_op_in(x, 0)->rank;
	same_indices(x, rank);
	good = ol_window_read(x, &w, rank - 2, false);
	if (ol_op_has_in(x, 2)) {
		struct ol_nn_length n = OL_NN_LENGTH("number of axes");

		ol_nn_fix(&n, rank);
		if (!ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&n}, 1))
			return;
		shape = ol_op_ints_in(x, 2);
		d = shape && shape->n == rank ? ol_op_dims(x, rank) : NULL;
		for (uint32_t i = 0; d && i < rank; i++)
			d[i] = ol_nn_size(shape->i[i]);
		if (d)
			ol_op_shape(x, 0, d, rank);
		else
			ol_op_rank(x, 0, rank);
		return;
	}
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < rank; i++) {
		struct ol_nn_length l = OL_NN_LENGTH(i ? "number of channels" : "batch size");

		d[i] = ol_num_unknown();
		if (i >= 2)
			continue;
		ol_nn_meet(x, &l, 0, i);
		ol_nn_meet(x, &l, 1, i);
		d[i] = l.n;
	}
	if (good && w.kernel) {
		for (uint32_t i = 0; i < w.n; i++) {
			struct ol_num n = ol_num_sub(x->syms, ol_nn_dim(x, 0, 2 + i), ol_num(1));

			n = ol_num_mul(x->syms, n, ol_num(ol_window_stride(&w, i)));
			n = ol_num_add(x->syms, n, ol_num(w.kernel[i]));
			if (w.pads) {
				n = ol_num_sub(x->syms, n, ol_num(w.pads[i]));
				n = ol_num_sub(x->syms, n, ol_num(w.pads[w.n + i]));
			}
			d[2 + i] = ol_nn_size(n);
		}
	}
	ol_op_shape(x, 0, d, rank);
}

static const struct ol_infer_row rows[] = {
    {"AveragePool", average_pool}, {"GlobalAveragePool", global_pool},
    {"GlobalLpPool", global_pool}, {"GlobalMaxPool", global_pool},
    {"LpPool", lp_pool},	   {"MaxPool", max_pool},
    {"MaxUnpool", max_unpool},	   {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_pool = {"", rows};
