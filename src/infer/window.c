/* window.c: windows that slide over spatial axes: their attributes, and how many fit.
 *
 * With padding p and extent e = (kernel - 1) * dilation + 1, floor((in + p - e) / stride) + 1
 * windows fit; with ceil_mode the quotient is rounded up, and from opset 22 on a window that would
 * start in the end's padding is dropped. Implementations drop it in older opsets also, against the
 * text of those versions: the count is then unknown. The same holds where pads and auto_pad are
 * both given and disagree. SAME_UPPER and SAME_LOWER give ceil(in / stride). */
#include "infer/nn.h"

#include <inttypes.h>

/* An INTS attribute of n (or 2n) items, each at least `least`. */
static bool read_ints(struct ol_op *x, const char *name, uint32_t want, int64_t least,
		      const int64_t **out)
{
	uint32_t n;
	const int64_t *v = ol_op_ints(x, name, &n);

	*out = NULL;
	if (!n && (!want || !ol_op_attr(x, name)))
		return true;
	if (n != want) {
		struct ol_str text = ol_op_in_text(x, 0);

		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' has %" PRIu32 " items, input %.*s takes %" PRIu32, name,
			   n, OL_FMT(text), want);
		return false;
	}
	if (!ol_nn_at_least(x, name, v, n, least))
		return false;
	*out = v;
	return true;
}

bool ol_window_read(struct ol_op *x, struct ol_window *w, uint32_t n, bool dilations)
{
	struct ol_str pad = ol_op_str(x, "auto_pad", "NOTSET");
	bool good;

	*w = (struct ol_window){.n = n};
	if (ol_str_is(pad, "VALID"))
		w->pad = OL_WINDOW_VALID;
	else if (ol_str_is(pad, "SAME_UPPER"))
		w->pad = OL_WINDOW_UPPER;
	else if (ol_str_is(pad, "SAME_LOWER"))
		w->pad = OL_WINDOW_LOWER;
	w->ceil = ol_op_int(x, "ceil_mode", 0) != 0;
	good = read_ints(x, "kernel_shape", n, 1, &w->kernel);
	good = read_ints(x, "strides", n, 1, &w->strides) && good;
	if (dilations)
		good = read_ints(x, "dilations", n, 1, &w->dilations) && good;
	if (n <= UINT32_MAX / 2)
		good = read_ints(x, "pads", 2 * n, 0, &w->pads) && good;
	return good;
}

struct ol_num ol_window_extent(struct ol_op *x, const struct ol_window *w, uint32_t i,
			       struct ol_num kernel)
{
	struct ol_num d = ol_num(w->dilations ? w->dilations[i] : 1);

	if (ol_num_is(d, 1))
		return kernel;
	kernel = ol_num_mul(x->syms, ol_num_sub(x->syms, kernel, ol_num(1)), d);
	return ol_num_add(x->syms, kernel, ol_num(1));
}

/* Windows of extent e that fit with `begin` and `end` padding. */
static struct ol_num count_padded(struct ol_op *x, const struct ol_window *w, uint32_t i,
				  struct ol_num in, struct ol_num e, int64_t begin, int64_t end)
{
	struct ol_num s = ol_num(ol_window_stride(w, i)), room, n, whole, most, reach;
	struct ol_num padded = ol_num_add(x->syms, in, ol_num(begin));

	room = ol_num_sub(x->syms, ol_num_add(x->syms, padded, ol_num(end)), e);
	if (ol_num_is_known(room) && room.v < 0) {
		/* nothing fits: implementations divide towards zero, and differ where that is
		 * rounded up */
		n = ol_num(room.v / s.v + 1);
		return w->ceil || n.v < 0 ? ol_num_unknown() : n;
	}
	whole = ol_num_add(x->syms, ol_num_floordiv(x->syms, room, s), ol_num(1));
	if (!w->ceil)
		return whole;
	n = ol_num_add(x->syms, ol_num_ceildiv(x->syms, room, s), ol_num(1));
	/* when the extent reaches a stride or more over the end's padding, the last window starts
	 * within */
	reach = ol_num_sub(x->syms, ol_num_sub(x->syms, e, ol_num(end)), s);
	if (ol_num_is_known(reach) && reach.v >= 0)
		return n;
	most = ol_num_ceildiv(x->syms, padded, s);
	if (ol_num_is_known(n) && ol_num_is_known(most))
		return n.v <= most.v ? n : w->in_image ? ol_num(n.v - 1) : ol_num_unknown();
	return w->in_image ? ol_num_min(x->syms, n, most) : ol_num_unknown();
}

/* The padding that SAME_* asks for, in all. */
static bool same_padding(struct ol_op *x, const struct ol_window *w, uint32_t i, struct ol_num in,
			 struct ol_num e, int64_t *total)
{
	int64_t s = ol_window_stride(w, i), left;
	struct ol_num t;

	if (!ol_num_is_known(in) || in.v < 0)
		return false;
	left = in.v % s;
	t = ol_num_sub(x->syms, e, ol_num(left ? left : s));
	if (!ol_num_is_known(t))
		return false;
	*total = t.v > 0 ? t.v : 0;
	return true;
}

static struct ol_num count_auto(struct ol_op *x, const struct ol_window *w, uint32_t i,
				struct ol_num in, struct ol_num e)
{
	int64_t total;
	bool upper = w->pad == OL_WINDOW_UPPER;

	if (w->pad == OL_WINDOW_VALID)
		return count_padded(x, w, i, in, e, 0, 0);
	if (w->pool && w->dilations && w->dilations[i] > 1)
		return ol_num_unknown();
	if (!w->ceil)
		return ol_num_ceildiv(x->syms, in, ol_num(ol_window_stride(w, i)));
	if (!same_padding(x, w, i, in, e, &total))
		return ol_num_unknown();
	return count_padded(x, w, i, in, e, upper ? total / 2 : total - total / 2,
			    upper ? total - total / 2 : total / 2);
}

struct ol_num ol_window_count(struct ol_op *x, const struct ol_window *w, uint32_t i,
			      struct ol_num in, struct ol_num kernel)
{
	struct ol_num e = ol_window_extent(x, w, i, kernel), a, b;

	if (w->pad == OL_WINDOW_NOTSET)
		return count_padded(x, w, i, in, e, w->pads ? w->pads[i] : 0,
				    w->pads ? w->pads[w->n + i] : 0);
	a = count_auto(x, w, i, in, e);
	if (!w->pads)
		return a;
	b = count_padded(x, w, i, in, e, w->pads[i], w->pads[w->n + i]);
	return ol_num_equal(x->syms, a, b) == OL_YES ? a : ol_num_unknown();
}
