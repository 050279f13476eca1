/* vision.c: operators on images and regions: sampling grids, regions of interest, boxes. */
#include "infer/nn.h"

#include <inttypes.h>

/* X (N, C, d1, …, dr), grid (N, e1, …, er, r): (N, C, e1, …, er). */
static void grid_sample(struct ol_op *x)
{
	bool hx = ol_nn_has_rank(x, 0) && ol_nn_rank(x, 0, 3, UINT32_MAX);
	bool hg = ol_nn_has_rank(x, 1) && ol_nn_rank(x, 1, 3, UINT32_MAX);
	struct ol_nn_length n = OL_NN_LENGTH("batch size");
	uint32_t rank;
	struct ol_num *d, last;

	if (!hx && !hg)
		return;
	rank = ol_op_in(x, hg ? 1 : 0)->rank;
	if (hx && hg && !ol_nn_rank(x, 1, ol_op_in(x, 0)->rank, ol_op_in(x, 0)->rank))
		return;
	last = ol_nn_dim(x, 1, rank - 1);
	if (ol_num_is_known(last) && last.v != (int64_t)rank - 2) {
		struct ol_str text = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "the last axis of grid %.*s must have %" PRIu32
			   " coordinates, one for each spatial axis",
			   OL_FMT(text), rank - 2);
	}
	ol_nn_meet(x, &n, 0, 0);
	ol_nn_meet(x, &n, 1, 0);
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	d[0] = n.n;
	d[1] = ol_nn_dim(x, 0, 1);
	for (uint32_t i = 2; i < rank; i++)
		d[i] = ol_nn_dim(x, 1, i - 1);
	ol_op_shape(x, 0, d, rank);
}

static void put_regions(struct ol_op *x, struct ol_num n, struct ol_num c, struct ol_num h,
			struct ol_num w)
{
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = n;
	d[1] = c;
	d[2] = h;
	d[3] = w;
	ol_op_shape(x, 0, d, 4);
}

static void roi_align(struct ol_op *x)
{
	struct ol_nn_length c = OL_NN_LENGTH("number of channels"),
			    n = OL_NN_LENGTH("number of regions"),
			    four = OL_NN_LENGTH("length of a region");

	ol_nn_fix(&four, 4);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){NULL, &c, NULL, NULL}, 4);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&n, &four}, 2);
	ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&n}, 1);
	put_regions(x, n.n, c.n, ol_nn_size(ol_num(ol_op_int(x, "output_height", 1))),
		    ol_nn_size(ol_num(ol_op_int(x, "output_width", 1))));
}

static void max_roi_pool(struct ol_op *x)
{
	struct ol_nn_length c = OL_NN_LENGTH("number of channels"),
			    n = OL_NN_LENGTH("number of regions"),
			    five = OL_NN_LENGTH("length of a region");
	uint32_t have;
	const int64_t *shape = ol_op_ints(x, "pooled_shape", &have);

	ol_nn_fix(&five, 5);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){NULL, &c, NULL, NULL}, 4);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&n, &five}, 2);
	if (shape && (have != 2 || shape[0] <= 0 || shape[1] <= 0)) {
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'pooled_shape' must have 2 items, each 1 or more");
		shape = NULL;
	}
	put_regions(x, n.n, c.n, shape ? ol_num(shape[0]) : ol_num_unknown(),
		    shape ? ol_num(shape[1]) : ol_num_unknown());
}

/* theta (N, 2, 3) or (N, 3, 4), size (N, C, H, W) or (N, C, D, H, W): the grid lacks C and has the
 * coordinates last. */
static void affine_grid(struct ol_op *x)
{
	const struct ol_data *size = ol_op_ints_in(x, 1);
	struct ol_num n = ol_nn_dim(x, 1, 0), *d;
	struct ol_nn_length batch = OL_NN_LENGTH("batch size"),
			    rows = OL_NN_LENGTH("rows of a transform"),
			    columns = OL_NN_LENGTH("columns of a transform");
	uint32_t rank;

	if (ol_nn_has_rank(x, 1) && !ol_nn_rank(x, 1, 1, 1))
		return;
	if (size)
		n = ol_num(size->n);
	if (!ol_num_is_known(n))
		return;
	if (n.v != 4 && n.v != 5) {
		struct ol_str text = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "input %.*s must have 4 or 5 items: the shape of the images",
			   OL_FMT(text));
		return;
	}
	rank = (uint32_t)n.v;
	if (size && ol_num_is_known(size->i[0]))
		ol_nn_fix(&batch, size->i[0].v);
	ol_nn_fix(&rows, rank - 2);
	ol_nn_fix(&columns, rank - 1);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&batch, &rows, &columns}, 3);
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	d[0] = size ? ol_nn_size(size->i[0]) : ol_nn_dim(x, 0, 0);
	for (uint32_t i = 1; i + 1 < rank; i++)
		d[i] = size ? ol_nn_size(size->i[i + 1]) : ol_num_unknown();
	d[rank - 1] = ol_num(rank - 2);
	ol_op_shape(x, 0, d, rank);
}

/* boxes (B, boxes, 4), scores (B, classes, boxes): rows of batch, class and box index. */
static void non_max_suppression(struct ol_op *x)
{
	struct ol_nn_length b = OL_NN_LENGTH("batch size"), n = OL_NN_LENGTH("number of boxes"),
			    four = OL_NN_LENGTH("length of a box");
	struct ol_num *d = ol_op_dims(x, 2);
	int64_t form = ol_op_int(x, "center_point_box", 0);

	if (form != 0 && form != 1)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'center_point_box' is %" PRId64 ", it may be 0 or 1", form);
	ol_nn_fix(&four, 4);
	ol_nn_meet_all(x, 0, (struct ol_nn_length *const[]){&b, &n, &four}, 3);
	ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&b, NULL, &n}, 3);
	ol_op_dtype(x, 0, OL_DT_INT64);
	if (!d)
		return;
	d[0] = ol_num_unknown();
	d[1] = ol_num(3);
	ol_op_shape(x, 0, d, 2);
}

static void image_decoder(struct ol_op *x)
{
	if (ol_nn_has_rank(x, 0))
		ol_nn_rank(x, 0, 1, 1);
	ol_op_dtype(x, 0, OL_DT_UINT8);
	ol_op_rank(x, 0, 3);
}

static const struct ol_infer_row rows[] = {
    {"AffineGrid", affine_grid},
    {"GridSample", grid_sample},
    {"ImageDecoder", image_decoder},
    {"MaxRoiPool", max_roi_pool},
    {"NonMaxSuppression", non_max_suppression},
    {"RoiAlign", roi_align},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_vision = {"", rows};
