/* conv.c: convolutions: (N, C, …) with weights (M, C / group, kernel…) to (N, M, windows…).
 *
 * Integer forms differ only in where the operands stand. Channels, kernel and bias must go
 * together. */
#include "infer/nn.h"

#include <inttypes.h>

/* Channels of input ix against weight iw (M, C / group, …). */
static void check_channels(struct ol_op *x, uint32_t ix, uint32_t iw, int64_t group)
{
	struct ol_num c = ol_nn_dim(x, ix, 1), per = ol_nn_dim(x, iw, 1), m = ol_nn_dim(x, iw, 0);
	struct ol_num takes = ol_num_mul(x->syms, per, ol_num(group));
	struct ol_str a, b;

	if (ol_num_is_known(c) && ol_num_is_known(takes) && c.v != takes.v) {
		a = ol_op_in_text(x, ix);
		b = ol_op_in_text(x, iw);
		ol_op_tell(x, "shape/mismatch",
			   "input %.*s has %" PRId64 " channels, weight %.*s with group %" PRId64
			   " takes %" PRId64,
			   OL_FMT(a), c.v, OL_FMT(b), group, takes.v);
	} else if (ol_num_is_known(m) && m.v % group) {
		b = ol_op_in_text(x, iw);
		ol_op_tell(x, "shape/mismatch",
			   "weight %.*s has %" PRId64 " output channels, which group %" PRId64
			   " does not divide",
			   OL_FMT(b), m.v, group);
	}
}

/* The attribute kernel_shape says the same as the weight; weight dims from `from` on. */
static void check_kernel(struct ol_op *x, const struct ol_window *w, uint32_t iw, uint32_t from)
{
	for (uint32_t i = 0; w->kernel && i < w->n; i++) {
		struct ol_num d = ol_nn_dim(x, iw, from + i);
		struct ol_str text;

		if (!ol_num_is_known(d) || d.v == w->kernel[i])
			continue;
		text = ol_op_in_text(x, iw);
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'kernel_shape' has %" PRId64 " at position %" PRIu32
			   ", weight %.*s has %" PRId64,
			   w->kernel[i], i, OL_FMT(text), d.v);
		return;
	}
}

/* Weights without an element on a spatial axis. */
static void check_positive(struct ol_op *x, const struct ol_window *w, uint32_t iw, uint32_t from)
{
	for (uint32_t i = 0; !w->kernel && i < w->n; i++)
		if (ol_num_is(ol_nn_dim(x, iw, from + i), 0)) {
			ol_op_tell(x, "shape/mismatch",
				   "weight %.*s has no element on axis %" PRIu32,
				   OL_FMT(ol_op_in_text(x, iw)), from + i);
			return;
		}
}

static struct ol_num kernel_of(const struct ol_op *x, const struct ol_window *w, uint32_t iw,
			       uint32_t from, uint32_t i)
{
	return w->kernel ? ol_num(w->kernel[i]) : ol_nn_dim(x, iw, from + i);
}

/* Bias of `m` channels. */
static void check_bias(struct ol_op *x, uint32_t ib, uint32_t iw, struct ol_num m)
{
	struct ol_str a, b;
	struct ol_num d;

	if (!ol_nn_has_rank(x, ib) || !ol_nn_rank(x, ib, 1, 1))
		return;
	d = ol_nn_dim(x, ib, 0);
	if (!ol_num_is_known(d) || !ol_num_is_known(m) || d.v == m.v)
		return;
	a = ol_op_in_text(x, ib);
	b = ol_op_in_text(x, iw);
	ol_op_tell(x, "shape/mismatch",
		   "bias %.*s must have one item for each of %" PRId64
		   " output channels of weight %.*s",
		   OL_FMT(a), m.v, OL_FMT(b));
}

/* Ranks of operands agree: input and weight have the same one, 3 or more. *rank is either's; false:
 * not known or wrong. */
static bool agree_rank(struct ol_op *x, uint32_t ix, uint32_t iw, uint32_t *rank)
{
	bool hx = ol_nn_has_rank(x, ix), hw = ol_nn_has_rank(x, iw);
	struct ol_str a, b;

	if ((hx && !ol_nn_rank(x, ix, 3, UINT32_MAX)) || (hw && !ol_nn_rank(x, iw, 3, UINT32_MAX)))
		return false;
	if (!hx && !hw)
		return false;
	*rank = ol_op_in(x, hx ? ix : iw)->rank;
	if (!hx || !hw || ol_op_in(x, iw)->rank == *rank)
		return true;
	a = ol_op_in_text(x, ix);
	b = ol_op_in_text(x, iw);
	ol_op_tell(x, "shape/rank", "input %.*s and weight %.*s must have the same rank", OL_FMT(a),
		   OL_FMT(b));
	return false;
}

static bool group_of(struct ol_op *x, int64_t *group)
{
	*group = ol_op_int(x, "group", 1);
	if (*group > 0)
		return true;
	ol_op_tell(x, "shape/bad-attribute", "attribute 'group' is %" PRId64 ", the least is 1",
		   *group);
	return false;
}

/* The attributes; faults in them are told when the kernel is known in numbers, else some
 * implementations overlook them. */
static bool read_window(struct ol_op *x, struct ol_window *w, uint32_t n, uint32_t iw)
{
	bool told = x->tell, good, known = true;
	uint32_t have;

	ol_op_ints(x, "kernel_shape", &have);
	for (uint32_t i = 0; !have && i < n; i++)
		known = known && ol_num_is_known(ol_nn_dim(x, iw, 2 + i));
	x->tell = told && known;
	good = ol_window_read(x, w, n, true);
	if (good && w->pads && w->pad != OL_WINDOW_NOTSET)
		ol_op_tell(x, "shape/bad-attribute",
			   "attributes 'pads' and 'auto_pad' are both given: leave one out");
	x->tell = told;
	return good;
}

/* Windows on spatial axis i; a kernel that is longer than the padded axis is told. */
static struct ol_num fitting(struct ol_op *x, const struct ol_window *w, uint32_t i, uint32_t ix,
			     struct ol_num kernel)
{
	struct ol_num in = ol_nn_dim(x, ix, 2 + i), e = ol_window_extent(x, w, i, kernel), all = in;
	struct ol_str text;

	if (w->pads) {
		all = ol_num_add(x->syms, all, ol_num(w->pads[i]));
		all = ol_num_add(x->syms, all, ol_num(w->pads[w->n + i]));
	}
	if (!ol_num_is_known(all) || !ol_num_is_known(e) || e.v <= all.v ||
	    (w->pad != OL_WINDOW_NOTSET && w->pad != OL_WINDOW_VALID))
		return ol_window_count(x, w, i, in, kernel);
	text = ol_op_in_text(x, ix);
	ol_op_tell(x, "shape/mismatch",
		   "kernel of %" PRId64 " elements (with dilation) does not fit on axis %" PRIu32
		   " of input %.*s, which has %" PRId64 " with padding",
		   e.v, 2 + i, OL_FMT(text), all.v);
	return ol_num_unknown();
}

static void conv(struct ol_op *x, uint32_t ix, uint32_t iw, uint32_t ib)
{
	struct ol_window w;
	struct ol_num *d;
	int64_t group;
	uint32_t rank;

	if (!agree_rank(x, ix, iw, &rank) || !(d = ol_op_dims(x, rank)))
		return;
	d[0] = ol_nn_dim(x, ix, 0);
	d[1] = ol_nn_dim(x, iw, 0);
	for (uint32_t i = 2; i < rank; i++)
		d[i] = ol_num_unknown();
	if (group_of(x, &group))
		check_channels(x, ix, iw, group);
	if (read_window(x, &w, rank - 2, iw)) {
		check_kernel(x, &w, iw, 2);
		check_positive(x, &w, iw, 2);
		for (uint32_t i = 0; i < w.n; i++)
			d[2 + i] = fitting(x, &w, i, ix, kernel_of(x, &w, iw, 2, i));
	}
	if (ib != UINT32_MAX)
		check_bias(x, ib, iw, d[1]);
	ol_op_shape(x, 0, d, rank);
}

static void conv_plain(struct ol_op *x)
{
	conv(x, 0, 1, 2);
}

static void conv_integer(struct ol_op *x)
{
	conv(x, 0, 1, UINT32_MAX);
	ol_op_dtype(x, 0, OL_DT_INT32);
}

static void conv_qlinear(struct ol_op *x)
{
	conv(x, 0, 3, 8);
	ol_op_dtype_like(x, 0, 7);
}

/* Input k is (N, each * kernel elements, out…). */
static void check_offsets(struct ol_op *x, uint32_t k, int64_t each)
{
	struct ol_nn_length n = OL_NN_LENGTH("batch size"),
			    c = OL_NN_LENGTH("offset groups times kernel elements");
	const struct ol_fact *w = ol_op_in(x, 1), *y = x->out[0];
	struct ol_num elements;

	if (!w->has_rank || w->rank < 3 || !y || !y->has_rank || !ol_nn_has_rank(x, k) ||
	    !ol_nn_rank(x, k, w->rank, w->rank))
		return;
	elements = ol_num_mul(x->syms, ol_op_product(x, w->dims + 2, w->rank - 2), ol_num(each));
	if (ol_num_is_known(elements))
		ol_nn_fix(&c, elements.v);
	ol_nn_meet(x, &n, 0, 0);
	ol_nn_meet(x, &n, k, 0);
	ol_nn_meet(x, &c, k, 1);
	for (uint32_t i = 2; i < w->rank && i < y->rank; i++) {
		struct ol_nn_length l = OL_NN_LENGTH("length of the output");

		if (ol_num_is_known(y->dims[i]))
			ol_nn_fix(&l, y->dims[i].v);
		if (!ol_nn_meet(x, &l, k, i))
			return;
	}
}

/* X, W, offset (N, offset_group * 2 * kernel, out…), B, mask (N, offset_group * kernel, out…). */
static void deform_conv(struct ol_op *x)
{
	int64_t groups = ol_op_int(x, "offset_group", 1);
	struct ol_num c = ol_nn_dim(x, 0, 1);

	conv(x, 0, 1, 3);
	if (groups <= 0) {
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'offset_group' is %" PRId64 ", the least is 1", groups);
		return;
	}
	if (ol_num_is_known(c) && c.v % groups)
		ol_op_tell(x, "shape/mismatch",
			   "input %.*s has %" PRId64 " channels, which offset_group %" PRId64
			   " does not divide",
			   OL_FMT(ol_op_in_text(x, 0)), c.v, groups);
	if (groups > INT32_MAX)
		return;
	check_offsets(x, 2, 2 * groups);
	check_offsets(x, 4, groups);
}

/* Length of the output of a transposed convolution; pads and auto_pad as its attributes say. */
static struct ol_num transposed(struct ol_op *x, const struct ol_window *w, uint32_t i,
				struct ol_num in, struct ol_num kernel, int64_t extra)
{
	struct ol_num s = ol_num(ol_window_stride(w, i)), e = ol_window_extent(x, w, i, kernel), n;
	bool same = w->pad == OL_WINDOW_UPPER || w->pad == OL_WINDOW_LOWER;

	if (w->pad != OL_WINDOW_NOTSET && w->pads)
		return ol_num_unknown(); /* the specification forbids both */
	n = ol_num_mul(x->syms, s, ol_num_sub(x->syms, in, ol_num(1)));
	n = ol_num_add(x->syms, ol_num_add(x->syms, n, ol_num(extra)), e);
	if (same) {
		/* stride * in when the extent reaches the stride; some implementations leave out
		 * output_padding then */
		struct ol_num over = ol_num_sub(x->syms, e, s);

		if (!ol_num_is_known(over) || (over.v >= 0 && extra))
			return ol_num_unknown();
		return over.v > 0 ? ol_num_sub(x->syms, n, over) : n;
	}
	if (w->pads) {
		n = ol_num_sub(x->syms, n, ol_num(w->pads[i]));
		n = ol_num_sub(x->syms, n, ol_num(w->pads[w->n + i]));
	}
	return ol_num_is_known(n) && n.v < 0 ? ol_num_unknown() : n;
}

/* output_shape and output_padding, n items each. */
static bool transposed_attrs(struct ol_op *x, uint32_t n, const int64_t **shape,
			     const int64_t **extra)
{
	static const char *const names[] = {"output_shape", "output_padding"};
	const int64_t *v[2];

	for (int k = 0; k < 2; k++) {
		uint32_t have;

		v[k] = ol_op_ints(x, names[k], &have);
		if (!have)
			v[k] = NULL;
		if (have == n && !ol_nn_at_least(x, names[k], v[k], n, !k))
			return false;
		if (have && have != n) {
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute '%s' has %" PRIu32 " items, one for each of %" PRIu32
				   " spatial axes are needed",
				   names[k], have, n);
			return false;
		}
	}
	*shape = v[0];
	*extra = v[1];
	return true;
}

/* An output that is asked for reaches less than a stride past the last window. */
static void check_output(struct ol_op *x, const struct ol_window *w, uint32_t i, int64_t shape,
			 int64_t extra)
{
	struct ol_num e = ol_window_extent(x, w, i, kernel_of(x, w, 1, 2, i)),
		      in = ol_nn_dim(x, 0, 2 + i), n;
	int64_t s = ol_window_stride(w, i);

	n = ol_num_mul(x->syms, ol_num(s), ol_num_sub(x->syms, in, ol_num(1)));
	n = ol_num_add(x->syms, n, e);
	if (!ol_num_is_known(n) || n.v < 0 || shape - n.v < s || shape - n.v <= extra)
		return;
	ol_op_tell(x, "shape/mismatch",
		   "output_shape asks for %" PRId64 " on axis %" PRIu32
		   ", input %.*s with this kernel and stride covers %" PRId64,
		   shape, 2 + i, OL_FMT(ol_op_in_text(x, 0)), n.v);
}

/* Nothing is left when the padding takes as much as there is. */
static void check_left(struct ol_op *x, const struct ol_window *w, uint32_t i, int64_t extra)
{
	struct ol_num e = ol_window_extent(x, w, i, kernel_of(x, w, 1, 2, i)),
		      in = ol_nn_dim(x, 0, 2 + i), n;

	if (!w->pads || w->pad != OL_WINDOW_NOTSET || !ol_num_is_known(in) || in.v < 1)
		return;
	n = ol_num_mul(x->syms, ol_num(ol_window_stride(w, i)), ol_num(in.v - 1));
	n = ol_num_add(x->syms, ol_num_add(x->syms, n, ol_num(extra)), e);
	if (!ol_num_is_known(n) || w->pads[i] < n.v - w->pads[w->n + i])
		return;
	ol_op_tell(x, "shape/bad-attribute",
		   "attribute 'pads' takes %" PRId64 " and %" PRId64 " off axis %" PRIu32
		   " of the output, which has %" PRId64,
		   w->pads[i], w->pads[w->n + i], 2 + i, n.v);
}

/* More output padding than a stride (or dilation) would be one more window. */
static bool check_extra(struct ol_op *x, const struct ol_window *w, const int64_t *extra)
{
	for (uint32_t i = 0; extra && i < w->n; i++) {
		int64_t s = ol_window_stride(w, i), d = w->dilations ? w->dilations[i] : 1;

		if (extra[i] < (s > d ? s : d))
			continue;
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'output_padding' has %" PRId64 " at position %" PRIu32
			   ", it must be less than stride or dilation: %" PRId64,
			   extra[i], i, s > d ? s : d);
		return false;
	}
	return true;
}

static void conv_transpose(struct ol_op *x)
{
	struct ol_nn_length c = OL_NN_LENGTH("number of input channels");
	const int64_t *shape, *extra;
	struct ol_window w;
	struct ol_num *d;
	int64_t group;
	uint32_t rank;

	if (!agree_rank(x, 0, 1, &rank) || !(d = ol_op_dims(x, rank)))
		return;
	for (uint32_t i = 1; i < rank; i++)
		d[i] = ol_num_unknown();
	d[0] = ol_nn_dim(x, 0, 0);
	ol_nn_meet(x, &c, 1, 0);
	ol_nn_meet(x, &c, 0, 1);
	if (group_of(x, &group)) {
		d[1] = ol_num_mul(x->syms, ol_nn_dim(x, 1, 1), ol_num(group));
		if (ol_num_is_known(c.n) && c.n.v % group) {
			struct ol_str a = ol_op_in_text(x, 0);

			ol_op_tell(x, "shape/mismatch",
				   "input %.*s has %" PRId64 " channels, which group %" PRId64
				   " does not divide",
				   OL_FMT(a), c.n.v, group);
		}
	}
	check_bias(x, 2, 1, d[1]);
	if (read_window(x, &w, rank - 2, 1) && transposed_attrs(x, w.n, &shape, &extra)) {
		check_kernel(x, &w, 1, 2);
		check_positive(x, &w, 1, 2);
		check_extra(x, &w, extra);
		for (uint32_t i = 0; shape && i < w.n; i++)
			check_output(x, &w, i, shape[i], extra ? extra[i] : 0);
		for (uint32_t i = 0; !shape && i < w.n; i++)
			check_left(x, &w, i, extra ? extra[i] : 0);
		for (uint32_t i = 0; i < w.n; i++)
			d[2 + i] =
			    shape ? ol_num(shape[i])
				  : transposed(x, &w, i, ol_nn_dim(x, 0, 2 + i),
					       kernel_of(x, &w, 1, 2, i), extra ? extra[i] : 0);
	}
	ol_op_shape(x, 0, d, rank);
}

static const struct ol_infer_row rows[] = {
    {"Conv", conv_plain},
    {"ConvInteger", conv_integer},
    {"ConvTranspose", conv_transpose},
    {"DeformConv", deform_conv},
    {"QLinearConv", conv_qlinear},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_conv = {"", rows};
