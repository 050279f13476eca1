/* resize.c: axes sampled at other points: Resize, Upsample.
 *
 * A size times a scale is rounded down. The factor is a float: where single and double precision
 * round to different sizes, runtimes differ too, and the size stays open. A scale that is a
 * fraction over a power of two (2, 0.5, 1.25) works for symbols.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Resize.html, onnx__Upsample.html */
#include <math.h>

#include "infer/move.h"

static struct ol_num scaled(struct ol_op *x, struct ol_num size, double scale)
{
	double whole = scale, a, b;
	int64_t over = 1;

	if (!(scale > 0) || scale > 1e9)
		return ol_num_unknown();
	if (ol_num_is_known(size)) {
		if (size.v < 0 || size.v > (1 << 24))
			return ol_num_unknown();
		a = floor((double)size.v * scale);
		b = (double)floorf((float)size.v * (float)scale);
		return (a < b || a > b) ? ol_num_unknown() : ol_num((int64_t)a);
	}
	while (over < 1024 && floor(whole) < whole) {
		whole *= 2;
		over *= 2;
	}
	if (floor(whole) < whole)
		return ol_num_unknown();
	return ol_num_floordiv(x->syms, ol_num_mul(x->syms, size, ol_num((int64_t)whole)),
			       ol_num(over));
}

/* Whole sizes of axes that keep the picture's proportions: the least (or greatest) of the factors
 * holds for all. */
static void keep_aspect(struct ol_op *x, const struct ol_num *in, const uint32_t *axes, uint32_t n,
			bool larger, struct ol_num *sizes)
{
	double scale = larger ? -(double)INFINITY : (double)INFINITY;
	bool known = true;

	for (uint32_t i = 0; i < n && known; i++) {
		known =
		    ol_num_is_known(in[axes[i]]) && in[axes[i]].v > 0 && ol_num_is_known(sizes[i]);
		if (known) {
			double s = (double)sizes[i].v / (double)in[axes[i]].v;

			scale = larger ? fmax(scale, s) : fmin(scale, s);
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		double a = known ? scale * (double)in[axes[i]].v : 0,
		       b = (double)((float)scale * (float)in[axes[i]].v);

		/* a half could go either way */
		sizes[i] = known && a < 1e9 && fabs(floor(a) + 0.5 - a) > 1e-6 &&
				   fabs(floor(b) + 0.5 - b) > 1e-6
			       ? ol_num((int64_t)round(a))
			       : ol_num_unknown();
	}
	(void)x;
}

/* Is the input given, and not known to be empty, which counts as left out? */
static bool really_given(struct ol_op *x, uint32_t k)
{
	const struct ol_fact *f = ol_op_in(x, k);

	return ol_op_has_in(x, k) && !(f->data && f->data->n == 0) &&
	       !(f->has_rank && f->rank == 1 && ol_num_is(f->dims[0], 0));
}

/* Input k is a vector with an item for each of n axes, as far as is known. false and told. */
static bool one_each(struct ol_op *x, uint32_t k, const char *what, uint32_t n)
{
	const struct ol_fact *f = ol_op_in(x, k);

	if (!f->has_rank)
		return true;
	if (f->rank != 1) {
		ol_op_tell(x, "shape/rank", "%s %.*s must be a vector", what,
			   OL_FMT(ol_op_in_text(x, k)));
		return false;
	}
	if (!ol_num_is_known(f->dims[0]) || f->dims[0].v == n)
		return true;
	ol_op_tell(x, "shape/mismatch", "%lld %s for %u axes of %.*s", (long long)f->dims[0].v,
		   what, n, OL_FMT(ol_op_in_text(x, 0)));
	return false;
}

/* Scales or sizes are given, not both; a policy for proportions is for sizes. */
static void one_of(struct ol_op *x, bool scales, bool sizes)
{
	struct ol_str policy = ol_op_str(x, "keep_aspect_ratio_policy", "stretch");

	if (!scales && !sizes)
		ol_op_tell(x, "shape/mismatch", "neither scales nor sizes are given: give one");
	else if (scales && sizes)
		ol_op_tell(x, "shape/mismatch", "scales and sizes are both given: leave one out");
	else if (scales && !sizes && !ol_str_is(policy, "stretch") && x->since >= 18)
		ol_op_tell(x, "shape/bad-attribute",
			   "keep_aspect_ratio_policy '%.*s' is for sizes, here scales are given",
			   OL_FMT(policy));
}

/* One scale an axis; false when their number does not go (told). */
static bool by_scales(struct ol_op *x, const double *scales, uint32_t n, const uint32_t *axes,
		      uint32_t n_axes, struct ol_num *dims)
{
	if (scales && n != n_axes) {
		ol_op_tell(x, "shape/mismatch", "%u scales for %u axes of %.*s", n, n_axes,
			   OL_FMT(ol_op_in_text(x, 0)));
		return false;
	}
	for (uint32_t i = 0; i < n_axes; i++) {
		if (scales && scales[i] <= 0) {
			ol_op_tell(x, "shape/bad-attribute",
				   "scale %u is %g: scales must be greater than 0", i, scales[i]);
			return false;
		}
		dims[axes[i]] =
		    ol_move_dim(x, scales ? scaled(x, dims[axes[i]], scales[i]) : ol_num_unknown());
	}
	return true;
}

static bool by_sizes(struct ol_op *x, const uint32_t *axes, uint32_t n_axes, struct ol_num *dims)
{
	struct ol_str policy = ol_op_str(x, "keep_aspect_ratio_policy", "stretch");
	struct ol_num sizes[OL_MOVE_RANK];
	const struct ol_num *at;
	uint32_t n;

	for (uint32_t i = 0; i < n_axes; i++)
		sizes[i] = ol_num_unknown();
	if (ol_move_ints(x, 3, NULL, &at, &n) == OL_GIVEN_COUNTED) {
		if (n != n_axes) {
			ol_op_tell(x, "shape/mismatch", "%u sizes for %u axes of %.*s", n, n_axes,
				   OL_FMT(ol_op_in_text(x, 0)));
			return false;
		}
		for (uint32_t i = 0; i < n; i++) {
			struct ol_num in = dims[axes[i]];

			sizes[i] = at[i];
			if (!ol_num_is_known(at[i]) || at[i].v > 0)
				continue;
			sizes[i] = ol_num_unknown();
			if (!ol_num_is_known(in) || in.v <= 0 || !ol_str_is(policy, "stretch"))
				continue;
			ol_op_tell(x, "shape/bad-attribute", "size %u is %lld, the least is 1", i,
				   (long long)at[i].v);
			return false;
		}
	}
	if (!ol_str_is(policy, "stretch"))
		keep_aspect(x, dims, axes, n_axes, ol_str_is(policy, "not_smaller"), sizes);
	for (uint32_t i = 0; i < n_axes; i++)
		dims[axes[i]] = ol_move_dim(x, sizes[i]);
	return true;
}

static void resize(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t scales = x->since && x->since < 11 ? 1 : 2, n_axes, all[OL_MOVE_RANK];
	const struct ol_data *data;
	const uint32_t *axes;
	enum ol_given given;
	struct ol_num *dims;
	bool bad;

	if (scales == 2)
		one_of(x, really_given(x, 2), really_given(x, 3));
	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	given = ol_move_axes(x, UINT32_MAX, "axes", f->rank, true, &axes, &n_axes, &bad);
	if (bad)
		return;
	if (given == OL_GIVEN_NOT || (given == OL_GIVEN_COUNTED && n_axes == 0)) {
		for (uint32_t i = 0; i < f->rank; i++)
			all[i] = i;
		axes = all;
		n_axes = f->rank;
	}
	dims = ol_move_copy(x, f);
	if (!dims || !axes)
		return;
	data = ol_op_in(x, scales)->data;
	if (scales == 2 && really_given(x, 3)) {
		if (!one_each(x, 3, "sizes", n_axes) || !by_sizes(x, axes, n_axes, dims))
			return;
	} else if (really_given(x, scales)) {
		if (!one_each(x, scales, "scales", n_axes) ||
		    !by_scales(x, data ? data->d : NULL, data ? data->n : 0, axes, n_axes, dims))
			return;
	} else {
		return;
	}
	ol_op_shape(x, 0, dims, f->rank);
}

/* Version 1 has two factors, for height and width; 7 has a list; 9 an input. */
static void upsample(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_attr *a = ol_op_attr(x, "scales");
	const struct ol_data *data = ol_op_in(x, 1)->data;
	uint32_t all[OL_MOVE_RANK], n = 0;
	const double *at = NULL;
	double scales[OL_MOVE_RANK];
	struct ol_num *dims;

	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	if (x->since == 1) {
		n = 4;
		scales[0] = scales[1] = 1;
		scales[2] = ol_op_float(x, "height_scale", 0);
		scales[3] = ol_op_float(x, "width_scale", 0);
		at = scales[2] > 0 && scales[3] > 0 ? scales : NULL;
	} else if (a && a->type == OL_ATTR_FLOATS && a->n <= OL_MOVE_RANK) {
		n = a->n;
		for (uint32_t i = 0; i < n; i++)
			scales[i] = (double)a->list.floats[i];
		at = scales;
	} else if (data && data->d) {
		n = data->n;
		at = data->d;
	}
	for (uint32_t i = 0; i < f->rank; i++)
		all[i] = i;
	dims = ol_move_copy(x, f);
	if (dims && by_scales(x, at, n, all, f->rank, dims))
		ol_op_shape(x, 0, dims, f->rank);
}

static const struct ol_infer_row rows[] = {
    {"Resize", resize},
    {"Upsample", upsample},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_resize = {"", rows};
