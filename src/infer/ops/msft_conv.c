/* msft_conv.c: shapes of com.microsoft's convolutions and poolings, also with channels as the last
 * axis.
 *
 * Weights are [M, C / group, kernel…] in either layout.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/nn.h"

/* The batch size and the spatial axes of input 0; channels at `channels` of the output. */
struct image {
	const struct ol_fact *f;
	uint32_t n;	/* spatial axes */
	uint32_t first; /* of them */
	uint32_t channel;
};

static bool image(struct ol_op *x, bool last, struct image *m)
{
	m->f = ol_op_in(x, 0);
	if (!ol_nn_rank(x, 0, 2, 1024))
		return false;
	m->n = m->f->rank - 2;
	m->first = last ? 1 : 2;
	m->channel = last ? m->f->rank - 1 : 1;
	return true;
}

/* Output 0: windows over the spatial axes; kernel sizes from the attribute, or from axis 2 on of
 * the weights w. */
static void slide(struct ol_op *x, const struct image *m, const struct ol_window *w,
		  const struct ol_fact *weights, struct ol_num channels)
{
	struct ol_num *d = ol_op_dims(x, m->f->rank);

	if (!d)
		return;
	d[0] = m->f->dims[0];
	d[m->channel] = channels;
	for (uint32_t i = 0; i < m->n; i++) {
		struct ol_num k = ol_num_unknown(), c;

		if (w->kernel)
			k = ol_num(w->kernel[i]);
		else if (weights && weights->has_rank && weights->rank == m->n + 2)
			k = weights->dims[2 + i];
		c = ol_window_count(x, w, i, m->f->dims[m->first + i], k);
		d[m->first + i] = c.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : c;
	}
	ol_op_shape(x, 0, d, m->f->rank);
}

static void conv_of(struct ol_op *x, uint32_t kw, bool last)
{
	const struct ol_fact *w = ol_op_in(x, kw);
	int64_t group = ol_op_int(x, "group", 1);
	struct ol_window win;
	struct image m;
	struct ol_num c, per, out = ol_num_unknown();

	if (!image(x, last, &m))
		return;
	if (w->has_rank && !ol_nn_rank(x, kw, m.f->rank, m.f->rank))
		w = ol_op_in(x, UINT32_MAX);
	if (w->has_rank) {
		out = w->dims[0];
		c = m.f->dims[m.channel];
		per = w->dims[1];
		if (ol_num_is_known(c) && ol_num_is_known(per) && group > 0 && c.v % group == 0 &&
		    per.v != c.v / group) {
			struct ol_str s = ol_op_in_text(x, 0), t = ol_op_in_text(x, kw);

			ol_op_tell(x, "shape/mismatch",
				   "input %.*s has %lld channels in %lld groups, weights %.*s take "
				   "%lld each",
				   OL_FMT(s), (long long)c.v, (long long)group, OL_FMT(t),
				   (long long)per.v);
		}
	}
	if (out.sym == OL_NUM_UNKNOWN)
		out = ol_num_fresh(x->syms);
	if (ol_window_read(x, &win, m.n, true))
		slide(x, &m, &win, w, out);
}

static void conv(struct ol_op *x)
{
	conv_of(x, 1, false);
}

static void nhwc_conv(struct ol_op *x)
{
	conv_of(x, 1, true);
}

static void q_conv(struct ol_op *x)
{
	ol_op_dtype_like(x, 0, 7);
	conv_of(x, 3, ol_op_int(x, "channels_last", 0) != 0);
}

static void pool_of(struct ol_op *x, bool last, bool dilations)
{
	struct ol_window win;
	struct image m;

	if (image(x, last, &m) && ol_window_read(x, &win, m.n, dilations) && win.kernel)
		slide(x, &m, &win, NULL, m.f->dims[m.channel]);
}

static void nhwc_pool(struct ol_op *x)
{
	pool_of(x, true, true);
}

static void masked_pool(struct ol_op *x)
{
	pool_of(x, false, false);
}

static void q_pool(struct ol_op *x)
{
	pool_of(x, ol_op_int(x, "channels_last", 0) != 0, false);
}

static void global_pool(struct ol_op *x)
{
	struct image m;
	struct ol_num *d;

	if (!image(x, ol_op_int(x, "channels_last", 0) != 0, &m))
		return;
	d = ol_op_dims(x, m.f->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < m.f->rank; i++)
		d[i] = i && i != m.channel ? ol_num(1) : m.f->dims[i];
	ol_op_shape(x, 0, d, m.f->rank);
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
	struct image m;

	if (!image(x, false, &m) || !ol_window_read(x, &win, m.n, true))
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
