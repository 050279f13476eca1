/* reshape.c: other shapes for the same elements: Reshape, Flatten, Squeeze, Unsqueeze.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Reshape.html, onnx__Flatten.html,
 * onnx__Squeeze.html, onnx__Unsqueeze.html */
#include "infer/move.h"

/* The asked-for shape and where it stands: "[0, -1, 8] of 's' int64[3]". */
static struct ol_str asked_text(struct ol_op *x, const struct ol_num *at, uint32_t n)
{
	struct ol_str s = ol_op_shape_text(x, at, n);

	return ol_op_has_in(x, 1) ? ol_arena_printf(&x->inf->arena, "%.*s of %.*s", OL_FMT(s),
						    OL_FMT(ol_op_in_text(x, 1)))
				  : s;
}

struct target {
	const struct ol_num *at; /* as asked for */
	uint32_t n;
	uint32_t rest; /* the one that takes what is left: -1, or one that is not known; UINT32_MAX:
			  none */
	uint32_t hidden;
	bool minus; /* rest is a -1 */
};

/* Reads what is asked for; false when told. */
static bool read_target(struct ol_op *x, struct target *t, bool zero_is_zero)
{
	const struct ol_fact *in = ol_op_in(x, 0);

	t->rest = UINT32_MAX;
	for (uint32_t i = 0; i < t->n; i++) {
		if (t->at[i].sym == OL_NUM_UNKNOWN) {
			t->hidden++;
			if (!t->minus)
				t->rest = i;
		} else if (ol_num_is(t->at[i], -1)) {
			if (t->minus) {
				ol_op_tell(x, "shape/bad-reshape",
					   "the shape %.*s has more than one -1",
					   OL_FMT(asked_text(x, t->at, t->n)));
				return false;
			}
			t->rest = i;
			t->minus = true;
		} else if (ol_num_is_known(t->at[i]) && t->at[i].v < -1) {
			ol_op_tell(x, "shape/bad-reshape", "the shape %.*s has the size %lld",
				   OL_FMT(asked_text(x, t->at, t->n)), (long long)t->at[i].v);
			return false;
		} else if (ol_num_is(t->at[i], 0) && !zero_is_zero && in->has_rank &&
			   i >= in->rank) {
			ol_op_tell(x, "shape/bad-reshape",
				   "the 0 at %u in the shape %.*s takes a size that the input %.*s "
				   "does not have",
				   i, OL_FMT(asked_text(x, t->at, t->n)),
				   OL_FMT(ol_op_in_text(x, 0)));
			return false;
		}
	}
	return true;
}

/* Both products hold numbers only where it can be told. */
static void tell_counts(struct ol_op *x, const struct target *t, struct ol_num in,
			struct ol_num out)
{
	if (t->minus)
		ol_op_tell(x, "shape/bad-reshape",
			   "%lld elements of %.*s are no multiple of %lld, as the shape %.*s needs",
			   (long long)in.v, OL_FMT(ol_op_in_text(x, 0)), (long long)out.v,
			   OL_FMT(asked_text(x, t->at, t->n)));
	else
		ol_op_tell(x, "shape/bad-reshape",
			   "%.*s has %lld elements, the shape %.*s has %lld",
			   OL_FMT(ol_op_in_text(x, 0)), (long long)in.v,
			   OL_FMT(asked_text(x, t->at, t->n)), (long long)out.v);
}

/* Fills dims for the target; false when told. Sizes that are copied (0) are left out of both
 * products, so that what is left divides without knowing them. */
static bool resolve(struct ol_op *x, const struct target *t, bool zero_is_zero, struct ol_num *dims)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num in = ol_num(1), out = ol_num(1), all_in, all_out = ol_num(1);

	for (uint32_t i = 0; f->has_rank && i < f->rank; i++)
		if (i >= t->n || zero_is_zero || !ol_num_is(t->at[i], 0))
			in = ol_num_mul(x->syms, in, f->dims[i]);
	for (uint32_t i = 0; i < t->n; i++) {
		bool copied = !zero_is_zero && ol_num_is(t->at[i], 0);

		dims[i] = copied ? f->has_rank ? f->dims[i] : ol_num_unknown() : t->at[i];
		if (i == t->rest)
			continue;
		all_out = ol_num_mul(x->syms, all_out, dims[i]);
		if (!copied)
			out = ol_num_mul(x->syms, out, dims[i]);
	}
	all_in = ol_op_elements(x, f);
	if (t->rest == UINT32_MAX) {
		if (ol_num_is_known(all_in) && ol_num_is_known(all_out) && all_in.v != all_out.v) {
			tell_counts(x, t, all_in, all_out);
			return false;
		}
		return true;
	}
	dims[t->rest] = ol_num_unknown();
	if (t->minus && !t->hidden && ol_num_is(all_out, 0)) {
		ol_op_tell(x, "shape/bad-reshape",
			   "-1 beside a size of 0 in the shape %.*s has no one answer",
			   OL_FMT(asked_text(x, t->at, t->n)));
		return false;
	}
	if (!f->has_rank || t->hidden > !t->minus || ol_num_is(out, 0))
		return true;
	if (ol_num_is_known(in) && ol_num_is_known(out) && in.v % out.v) {
		if (t->minus)
			tell_counts(x, t, in, out);
		return !t->minus;
	}
	dims[t->rest] = ol_num_floordiv(x->syms, in, out);
	return true;
}

static void reshape(struct ol_op *x)
{
	bool v1 = x->since && x->since < 5, zero_is_zero = ol_op_int(x, "allowzero", 0) == 1;
	struct target t = {0};
	struct ol_num *dims;

	ol_move_same(x, 0, 0);
	if (!v1 && !ol_move_is_list(x, 1, "the shape", UINT32_MAX))
		return;
	if (ol_move_ints(x, v1 ? UINT32_MAX : 1, v1 ? "shape" : NULL, &t.at, &t.n) !=
		OL_GIVEN_COUNTED ||
	    !read_target(x, &t, zero_is_zero))
		return;
	dims = ol_move_dims(x, t.n);
	if (!dims || !resolve(x, &t, zero_is_zero, dims))
		return;
	for (uint32_t i = 0; i < t.n; i++)
		dims[i] = ol_move_dim(x, dims[i]);
	ol_op_shape(x, 0, dims, t.n);
}

static void flatten(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *dims;
	uint32_t axis;

	ol_move_same(x, 0, 0);
	if (!f->has_rank) {
		ol_op_rank(x, 0, 2);
		return;
	}
	if (!ol_op_axis(x, ol_op_int(x, "axis", 1), f->rank, true, &axis))
		return;
	dims = ol_op_dims(x, 2);
	if (!dims)
		return;
	dims[0] = ol_move_dim(x, ol_op_product(x, f->dims, axis));
	dims[1] = ol_move_dim(
	    x, ol_op_product(x, axis < f->rank ? f->dims + axis : NULL, f->rank - axis));
	ol_op_shape(x, 0, dims, 2);
}

static void squeeze(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	bool old = x->since && x->since < 13, bad, drop;
	enum ol_given given;
	const uint32_t *axes;
	struct ol_num *dims;
	uint64_t mask = 0;
	uint32_t n, rank = 0;

	ol_move_same(x, 0, 0);
	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	given = ol_move_axes(x, old ? UINT32_MAX : 1, old ? "axes" : NULL, f->rank, false, &axes,
			     &n, &bad);
	if (given == OL_GIVEN_HIDDEN || (given == OL_GIVEN_COUNTED && n == 0))
		return; /* no axes: some take that as none, some as all of size 1 */
	dims = ol_op_dims(x, f->rank);
	if (!dims)
		return;
	for (uint32_t i = 0; i < n; i++)
		mask |= (uint64_t)1 << axes[i];
	for (uint32_t i = 0; i < f->rank; i++) {
		if (given == OL_GIVEN_NOT && !ol_num_is_known(f->dims[i]))
			return; /* it may be 1 */
		drop = given == OL_GIVEN_NOT ? ol_num_is(f->dims[i], 1) : mask >> i & 1;
		if (drop && ol_num_is_known(f->dims[i]) && f->dims[i].v != 1) {
			ol_op_tell(x, "shape/bad-axis",
				   "axis %u of %.*s has the size %lld: only an axis of size 1 goes",
				   i, OL_FMT(ol_op_in_text(x, 0)), (long long)f->dims[i].v);
			return;
		}
		if (!drop)
			dims[rank++] = f->dims[i];
	}
	ol_op_shape(x, 0, dims, rank);
}

static void unsqueeze(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	bool old = x->since && x->since < 13, bad;
	const struct ol_num *at;
	const uint32_t *axes;
	struct ol_num *dims;
	uint64_t mask = 0;
	uint32_t n, rank, from = 0;

	ol_move_same(x, 0, 0);
	if (!f->has_rank || f->rank > OL_MOVE_RANK ||
	    ol_move_ints(x, old ? UINT32_MAX : 1, old ? "axes" : NULL, &at, &n) !=
		OL_GIVEN_COUNTED ||
	    n > OL_MOVE_RANK || f->rank + n > OL_MOVE_RANK)
		return;
	rank = f->rank + n;
	if (ol_move_axes(x, old ? UINT32_MAX : 1, old ? "axes" : NULL, rank, true, &axes, &n,
			 &bad) != OL_GIVEN_COUNTED) {
		if (!bad)
			ol_op_rank(x, 0, rank);
		return;
	}
	dims = ol_op_dims(x, rank);
	if (!dims)
		return;
	for (uint32_t i = 0; i < n; i++)
		mask |= (uint64_t)1 << axes[i];
	for (uint32_t i = 0; i < rank; i++)
		dims[i] = mask >> i & 1 ? ol_num(1) : f->dims[from++];
	ol_op_shape(x, 0, dims, rank);
}

static const struct ol_infer_row rows[] = {
    {"Reshape", reshape},     {"Flatten", flatten}, {"Squeeze", squeeze},
    {"Unsqueeze", unsqueeze}, {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_reshape = {"", rows};
