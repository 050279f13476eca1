/* msft_nchwc.c: shapes of com.microsoft.nchwc: what onnxruntime makes of convolutions for one
 * processor. Channels are padded to a multiple of its block, so that their number is not known
 * until ReorderOutput says it.
 *
 * Source: results of onnxruntime (models saved after optimization) */
#include "infer/image.h"

static void reorder_input(struct ol_op *x)
{
	struct ol_image m;
	struct ol_num *d;

	if (!ol_image_read(x, ol_op_int(x, "channels_last", 0) != 0, &m))
		return;
	d = ol_op_dims(x, m.f->rank);
	if (!d)
		return;
	d[0] = m.f->dims[0];
	d[1] = ol_num_fresh(x->syms);
	for (uint32_t i = 0; i < m.n; i++)
		d[2 + i] = m.f->dims[m.first + i];
	ol_op_shape(x, 0, d, m.f->rank);
}

static void reorder_output(struct ol_op *x)
{
	int64_t channels = ol_op_int(x, "channels", 0);
	bool last = ol_op_int(x, "channels_last", 0) != 0;
	struct ol_image m;
	struct ol_num *d;

	if (!ol_image_read(x, false, &m))
		return;
	d = ol_op_dims(x, m.f->rank);
	if (!d)
		return;
	d[0] = m.f->dims[0];
	d[last ? m.f->rank - 1 : 1] = channels > 0 ? ol_num(channels) : ol_num_fresh(x->syms);
	for (uint32_t i = 0; i < m.n; i++)
		d[(last ? 1 : 2) + i] = m.f->dims[2 + i];
	ol_op_shape(x, 0, d, m.f->rank);
}

static void conv(struct ol_op *x)
{
	ol_image_conv(x, 1, false, OL_IMAGE_TRUSTED);
}

static void pool(struct ol_op *x)
{
	ol_image_pool(x, false, true, 1);
}

static void global_pool(struct ol_op *x)
{
	ol_image_global_pool(x, false);
}

static void upsample(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t n;
	const int64_t *scales = ol_op_ints(x, "scales", &n);
	struct ol_num *d;

	if (!f->has_rank || n != f->rank)
		return;
	d = ol_op_dims(x, n);
	if (!d)
		return;
	for (uint32_t i = 0; i < n; i++) {
		d[i] = ol_num_mul(x->syms, f->dims[i], ol_num(scales[i]));
		if (d[i].sym == OL_NUM_UNKNOWN || scales[i] <= 0)
			d[i] = ol_num_fresh(x->syms);
	}
	ol_op_shape(x, 0, d, n);
}

static const struct ol_infer_row ops[] = {
    {"AveragePool", pool},
    {"Conv", conv},
    {"GlobalAveragePool", global_pool},
    {"GlobalMaxPool", global_pool},
    {"MaxPool", pool},
    {"ReorderInput", reorder_input},
    {"ReorderOutput", reorder_output},
    {"Upsample", upsample},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_nchwc = {"com.microsoft.nchwc", ops};
