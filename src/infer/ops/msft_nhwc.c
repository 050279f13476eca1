/* msft_nhwc.c: shapes of com.ms.internal.nhwc: operators of ai.onnx that onnxruntime moved to
 * channels as the last axis.
 *
 * Source: https://onnx.ai/onnx/operators/index.html, with the axes of the images in another order
 */
#include "infer/image.h"

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

static void conv(struct ol_op *x)
{
	ol_image_conv(x, 1, true, OL_IMAGE_CHECKED);
}

static void q_conv(struct ol_op *x)
{
	ol_op_dtype_like(x, 0, 7);
	ol_image_conv(x, 3, true, OL_IMAGE_CHECKED);
}

static void pool(struct ol_op *x)
{
	ol_image_pool(x, true, true, 2);
}

static void global_pool(struct ol_op *x)
{
	ol_image_global_pool(x, true);
}

/* [batch, height, width, channels]: the block's square moves between space and channels. */
static void move(struct ol_op *x, bool to_space)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t b = ol_op_int(x, "blocksize", 0);
	struct ol_num *d, size = ol_num(b), square;

	if (!ol_nn_rank(x, 0, 4, 4) || b <= 0 || b > 1 << 15)
		return;
	d = ol_op_dims(x, 4);
	if (!d)
		return;
	square = ol_num(b * b);
	d[0] = f->dims[0];
	for (uint32_t i = 1; i < 3; i++)
		d[i] = to_space ? ol_num_mul(x->syms, f->dims[i], size)
				: ol_num_floordiv(x->syms, f->dims[i], size);
	d[3] = to_space ? ol_num_floordiv(x->syms, f->dims[3], square)
			: ol_num_mul(x->syms, f->dims[3], square);
	for (uint32_t i = 1; i < 4; i++)
		if (d[i].sym == OL_NUM_UNKNOWN)
			d[i] = ol_num_fresh(x->syms);
	ol_op_shape(x, 0, d, 4);
}

static void depth_to_space(struct ol_op *x)
{
	move(x, true);
}

static void space_to_depth(struct ol_op *x)
{
	move(x, false);
}

/* Images [batch, height, width, channels], points [batch, height, width, 2]. */
static void grid_sample(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0), *g = ol_op_in(x, 1);
	struct ol_num *d;

	if (!f->has_rank || f->rank < 3 || !g->has_rank || g->rank != f->rank)
		return;
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	memcpy(d, g->dims, f->rank * sizeof(*d));
	d[0] = f->dims[0];
	d[f->rank - 1] = f->dims[f->rank - 1];
	ol_op_shape(x, 0, d, f->rank);
}

/* The sizes are not followed. */
static void same_rank(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (f->has_rank)
		ol_op_rank(x, 0, f->rank);
}

static const struct ol_infer_row ops[] = {
    {"AveragePool", pool},
    {"BatchNormalization", like_first},
    {"Conv", conv},
    {"ConvTranspose", same_rank},
    {"DepthToSpace", depth_to_space},
    {"GlobalAveragePool", global_pool},
    {"GlobalLpPool", global_pool},
    {"GlobalMaxPool", global_pool},
    {"GridSample", grid_sample},
    {"InstanceNormalization", like_first},
    {"LRN", like_first},
    {"LpPool", pool},
    {"MaxPool", pool},
    {"MaxUnpool", same_rank},
    {"QLinearAveragePool", pool},
    {"QLinearConv", q_conv},
    {"QLinearConvTranspose", same_rank},
    {"Resize", same_rank},
    {"SpaceToDepth", space_to_depth},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_nhwc = {"com.ms.internal.nhwc", ops};
