/* image.c: shapes of convolutions and poolings in either layout of the channels. */
#include "infer/image.h"

bool ol_image_read(struct ol_op *x, bool channels_last, struct ol_image *m)
{
	m->f = ol_op_in(x, 0);
	if (!ol_nn_rank(x, 0, 2, 1024))
		return false;
	m->n = m->f->rank - 2;
	m->first = channels_last ? 1 : 2;
	m->channel = channels_last ? m->f->rank - 1 : 1;
	return true;
}

/* Windows over the spatial axes; kernel sizes are the attribute's, else the weights' from axis 2
 * on. */
static const struct ol_num *slide(struct ol_op *x, const struct ol_image *m,
				  const struct ol_window *w, const struct ol_fact *weights,
				  struct ol_num channels)
{
	struct ol_num *d = ol_op_dims(x, m->f->rank);

	if (!d)
		return NULL;
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
	return d;
}

static void check_channels(struct ol_op *x, const struct ol_image *m, const struct ol_fact *w,
			   uint32_t kw)
{
	int64_t group = ol_op_int(x, "group", 1);
	struct ol_num c = m->f->dims[m->channel], per = w->dims[1];
	struct ol_str s, t;

	if (!ol_num_is_known(c) || !ol_num_is_known(per) || group <= 0 || c.v % group ||
	    per.v == c.v / group)
		return;
	s = ol_op_in_text(x, 0);
	t = ol_op_in_text(x, kw);
	ol_op_tell(x, "shape/mismatch",
		   "input %.*s has %lld channels in %lld groups, weights %.*s take %lld each",
		   OL_FMT(s), (long long)c.v, (long long)group, OL_FMT(t), (long long)per.v);
}

void ol_image_conv(struct ol_op *x, uint32_t kw, bool channels_last, enum ol_image_check check)
{
	const struct ol_fact *w = ol_op_in(x, kw);
	struct ol_window win;
	struct ol_image m;
	struct ol_num out;

	if (!ol_image_read(x, channels_last, &m))
		return;
	if (w->has_rank && !ol_nn_rank(x, kw, m.f->rank, m.f->rank))
		w = NULL;
	if (w && w->has_rank && check == OL_IMAGE_CHECKED)
		check_channels(x, &m, w, kw);
	out = w && w->has_rank ? w->dims[0] : ol_num_fresh(x->syms);
	if (ol_window_read(x, &win, m.n, true))
		ol_op_shape(x, 0, slide(x, &m, &win, w, out), m.f->rank);
}

void ol_image_pool(struct ol_op *x, bool channels_last, bool dilations, uint32_t n_out)
{
	const struct ol_num *d;
	struct ol_window win;
	struct ol_image m;

	if (!ol_image_read(x, channels_last, &m) || !ol_window_read(x, &win, m.n, dilations) ||
	    !win.kernel)
		return;
	d = slide(x, &m, &win, NULL, m.f->dims[m.channel]);
	for (uint32_t k = 0; k < n_out; k++)
		ol_op_shape(x, k, d, m.f->rank);
}

void ol_image_global_pool(struct ol_op *x, bool channels_last)
{
	struct ol_image m;
	struct ol_num *d;

	if (!ol_image_read(x, channels_last, &m))
		return;
	d = ol_op_dims(x, m.f->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < m.f->rank; i++)
		d[i] = i && i != m.channel ? ol_num(1) : m.f->dims[i];
	ol_op_shape(x, 0, d, m.f->rank);
}
