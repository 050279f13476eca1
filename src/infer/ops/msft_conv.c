/* msft_conv.c: shapes of com.microsoft's convolutions and poolings, also with channels as the last
 * axis.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/image.h"

static void conv(struct ol_op *x)
{
	ol_image_conv(x, 1, false, OL_IMAGE_CHECKED);
}

static void nhwc_conv(struct ol_op *x)
{
	ol_image_conv(x, 1, true, OL_IMAGE_CHECKED);
}

static bool channels_last(const struct ol_op *x)
{
	return ol_op_int(x, "channels_last", 0) != 0;
}

static void q_conv(struct ol_op *x)
{
	ol_op_dtype_like(x, 0, 7);
	ol_image_conv(x, 3, channels_last(x), OL_IMAGE_CHECKED);
}

static void nhwc_pool(struct ol_op *x)
{
	ol_image_pool(x, true, true, 1);
}

static void masked_pool(struct ol_op *x)
{
	ol_image_pool(x, false, false, 1);
}

static void q_pool(struct ol_op *x)
{
	ol_image_pool(x, channels_last(x), false, 1);
}

static void global_pool(struct ol_op *x)
{
	ol_image_global_pool(x, channels_last(x));
}

/* What pads does is an input: when its data is known, the size is (in - 1) * stride + extent +
 * output_padding - pads. */
static void transposed_conv(struct ol_op *x)
{
	const struct ol_fact *w = ol_op_in(x, 1);
	const struct ol_data *pads = ol_op_ints_in(x, 2);
	uint32_t n_extra;
	const int64_t *extra = ol_op_ints(x, "output_padding", &n_extra);
	struct ol_window win;
	struct ol_num *d;
	struct ol_image m;

	if (!ol_image_read(x, false, &m) || !ol_window_read(x, &win, m.n, true))
		return;
	d = ol_op_dims(x, m.f->rank);
	if (!d)
		return;
	d[0] = m.f->dims[0];
	d[1] = w->has_rank && w->rank > 1
		   ? ol_num_mul(x->syms, w->dims[1], ol_num(ol_op_int(x, "group", 1)))
		   : ol_num_fresh(x->syms);
	for (uint32_t i = 0; i < m.n; i++) {
		struct ol_num k = win.kernel ? ol_num(win.kernel[i]) : ol_nn_dim(x, 1, 2 + i), s;

		s = ol_num_mul(x->syms, ol_num_sub(x->syms, m.f->dims[2 + i], ol_num(1)),
			       ol_num(ol_window_stride(&win, i)));
		s = ol_num_add(x->syms, s, ol_window_extent(x, &win, i, k));
		if (extra && n_extra == m.n)
			s = ol_num_add(x->syms, s, ol_num(extra[i]));
		if (!ol_op_has_in(x, 2) && win.pad == OL_WINDOW_NOTSET)
			d[2 + i] = s;
		else if (pads && pads->n == 2 * m.n && win.pad == OL_WINDOW_NOTSET)
			d[2 + i] = ol_num_sub(x->syms, s,
					      ol_num_add(x->syms, pads->i[i], pads->i[m.n + i]));
		else
			d[2 + i] = ol_num_fresh(x->syms);
		if (d[2 + i].sym == OL_NUM_UNKNOWN)
			d[2 + i] = ol_num_fresh(x->syms);
	}
	ol_op_shape(x, 0, d, m.f->rank);
}

static const struct ol_infer_row ops[] = {
    {"ConvTransposeWithDynamicPads", transposed_conv},
    {"FusedConv", conv},
    {"MaxpoolWithMask", masked_pool},
    {"NhwcConv", nhwc_conv},
    {"NhwcFusedConv", nhwc_conv},
    {"NhwcMaxPool", nhwc_pool},
    {"QLinearAveragePool", q_pool},
    {"QLinearConv", q_conv},
    {"QLinearGlobalAveragePool", global_pool},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_conv = {"com.microsoft", ops};
