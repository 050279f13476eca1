/* concat.c: Concat and Split: one axis grows or is shared out, the others stay.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Concat.html, onnx__Split.html */
#include "infer/move.h"

enum { MOST_PARTS = 1 << 16 };

static bool is_empty(const struct ol_fact *f)
{
	for (uint32_t i = 0; i < f->rank; i++)
		if (ol_num_is(f->dims[i], 0))
			return true;
	return false;
}

/* Elements of the inputs in the order of the output: for each index before the axis, a run from
 * each input. Where some have whole numbers at hand, the others count as unknown ones: a shape that
 * is put together is often known in part. */
static void concat_data(struct ol_op *x, uint32_t axis)
{
	uint32_t sizes[OL_MOVE_RANK], n = 0;
	struct ol_num i[OL_DATA_MOST];
	double d[OL_DATA_MOST];
	uint64_t total = 0, outer = 1, each;
	bool ints = false, doubles = false, hidden = false;

	if (x->n_in > OL_DATA_MOST)
		return;
	for (uint32_t k = 0; k < x->n_in; k++) {
		const struct ol_fact *f = ol_op_in(x, k);

		if (!ol_move_count(f, sizes, &each) || axis >= f->rank || each > OL_DATA_MOST ||
		    (f->data && f->data->n != each))
			return;
		total += each;
		if (each == 0)
			continue;
		ints |= f->data && f->data->i;
		doubles |= f->data && f->data->d;
		hidden |= !f->data;
		outer = 1;
		for (uint32_t a = 0; a < axis; a++)
			outer *= sizes[a];
	}
	if (total > OL_DATA_MOST || (total && ints == doubles) || (hidden && !ints))
		return;
	for (uint64_t o = 0; o < outer && total; o++)
		for (uint32_t k = 0; k < x->n_in; k++) {
			const struct ol_fact *f = ol_op_in(x, k);
			const struct ol_data *data = f->data;

			if (!ol_move_count(f, sizes, &each))
				return;
			each /= outer;
			if (n + each > OL_DATA_MOST)
				return;
			for (uint64_t e = o * each; e < (o + 1) * each; e++, n++)
				if (doubles)
					d[n] = data->d[e];
				else
					i[n] = data ? data->i[e] : ol_num_unknown();
		}
	if (doubles)
		ol_op_set_doubles(x, 0, d, n);
	else
		ol_op_set_ints(x, 0, i, n);
}

/* Puts input k into dims; false when it does not go with those before (told). */
static bool join(struct ol_op *x, uint32_t first, uint32_t k, uint32_t axis, struct ol_num *dims)
{
	const struct ol_fact *f = ol_op_in(x, k), *a = ol_op_in(x, first);

	if (f->rank != a->rank) {
		/* an empty vector is let pass by some: what comes out is not known */
		if (!is_empty(f) && !is_empty(a))
			ol_op_tell(x, "shape/mismatch", "%.*s and %.*s have different ranks",
				   OL_FMT(ol_op_in_text(x, first)), OL_FMT(ol_op_in_text(x, k)));
		return false;
	}
	for (uint32_t i = 0; i < f->rank; i++) {
		if (i == axis) {
			dims[i] = ol_num_add(x->syms, dims[i], f->dims[i]);
			continue;
		}
		if (ol_num_is_known(dims[i]) && ol_num_is_known(f->dims[i]) &&
		    dims[i].v != f->dims[i].v) {
			if (!is_empty(f) && !is_empty(a))
				ol_op_tell(x, "shape/mismatch",
					   "%.*s and %.*s differ at axis %u: only along axis %u, "
					   "where they are joined, may they",
					   OL_FMT(ol_op_in_text(x, first)),
					   OL_FMT(ol_op_in_text(x, k)), i, axis);
			return false;
		}
		dims[i] = ol_op_same(x, dims[i], f->dims[i], NULL, NULL);
	}
	return true;
}

static void concat(struct ol_op *x)
{
	int64_t at = ol_op_int(x, "axis", x->since && x->since < 4 ? 1 : INT64_MIN);
	uint32_t first = 0, axis;
	const struct ol_fact *f;
	struct ol_num *dims;

	while (first < x->n_in && !ol_op_in(x, first)->has_rank)
		first++;
	if (first == x->n_in || at == INT64_MIN)
		return;
	f = ol_op_in(x, first);
	if (!ol_op_axis(x, at, f->rank, false, &axis))
		return;
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	for (uint32_t k = 0; k < x->n_in; k++) {
		if (k == first)
			continue;
		if (!ol_op_in(x, k)->has_rank)
			dims[axis] = ol_num_unknown();
		else if (!join(x, first, k, axis, dims))
			return;
	}
	dims[axis] = ol_move_dim(x, dims[axis]);
	ol_op_shape(x, 0, dims, f->rank);
	concat_data(x, axis);
}

/* Sizes of equal parts of `whole`; since version 18 the last may be smaller. */
static void equal_parts(struct ol_op *x, struct ol_num whole, struct ol_num *parts, uint32_t n)
{
	struct ol_syms *s = x->syms;
	struct ol_num count = ol_num(n), part = ol_num_floordiv(s, whole, count), last;

	if (ol_num_equal(s, ol_num_mul(s, part, count), whole) != OL_YES) {
		if (x->since && x->since < 18) {
			if (ol_num_is_known(whole))
				ol_op_tell(x, "shape/bad-attribute",
					   "%lld of %.*s cannot be split into %u equal parts",
					   (long long)whole.v, OL_FMT(ol_op_in_text(x, 0)), n);
			if (ol_num_is_known(whole))
				part = ol_num_unknown();
		} else {
			part = ol_num_ceildiv(s, whole, count);
			last = ol_num_sub(s, whole, ol_num_mul(s, part, ol_num(n - 1)));
			for (uint32_t i = 0; i < n; i++)
				parts[i] = part;
			parts[n - 1] =
			    ol_num_is_known(last) && last.v < 0 ? ol_num_unknown() : last;
			return;
		}
	}
	for (uint32_t i = 0; i < n; i++)
		parts[i] = part;
}

/* Sizes as given, held against the whole; false when told. */
static bool given_parts(struct ol_op *x, struct ol_num whole, const struct ol_num *at, uint32_t n)
{
	struct ol_num sum = ol_num(0);

	if (n != x->n_out) {
		ol_op_tell(x, "shape/bad-attribute", "split has %u sizes for %u outputs", n,
			   x->n_out);
		return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (ol_num_is_known(at[i]) && at[i].v < 0) {
			ol_op_tell(x, "shape/bad-attribute", "size %u of split is %lld", i,
				   (long long)at[i].v);
			return false;
		}
		sum = ol_num_add(x->syms, sum, at[i]);
	}
	if (ol_num_is_known(sum) && ol_num_is_known(whole) && sum.v != whole.v) {
		ol_op_tell(x, "shape/bad-attribute",
			   "the sizes of split add up to %lld, the axis of %.*s has %lld",
			   (long long)sum.v, OL_FMT(ol_op_in_text(x, 0)), (long long)whole.v);
		return false;
	}
	return true;
}

static void split_data(struct ol_op *x, uint32_t axis, const struct ol_num *parts)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t strides[OL_MOVE_RANK], base = 0;
	uint32_t sizes[OL_MOVE_RANK];

	if (!ol_move_sizes(f, sizes) || f->data->n == 0)
		return;
	ol_move_strides(sizes, f->rank, strides);
	for (uint32_t k = 0; k < x->n_out; k++) {
		if (!ol_num_is_known(parts[k]) || parts[k].v > OL_DATA_MOST)
			return;
		sizes[axis] = (uint32_t)parts[k].v;
		ol_move_walk(x, k, f->data, base, sizes, strides, f->rank);
		base += parts[k].v * strides[axis];
	}
}

static void split(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	bool attr = x->since && x->since < 13;
	struct ol_num *parts, *dims;
	const struct ol_num *at;
	enum ol_given given;
	uint32_t axis, n;
	int64_t want;

	if (!f->has_rank || f->rank > OL_MOVE_RANK || x->n_out == 0 || x->n_out > MOST_PARTS ||
	    !ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis))
		return;
	given = ol_move_ints(x, x->since == 1 || !attr ? 1 : UINT32_MAX, attr ? "split" : NULL, &at,
			     &n);
	want = ol_op_int(x, "num_outputs", x->n_out);
	if (given == OL_GIVEN_NOT && want != x->n_out) {
		ol_op_tell(x, "shape/bad-attribute",
			   "num_outputs is %lld, but the node has %u outputs", (long long)want,
			   x->n_out);
		return;
	}
	if (given == OL_GIVEN_NOT && x->since >= 18 && !ol_op_attr(x, "num_outputs")) {
		ol_op_tell(x, "shape/bad-attribute",
			   "neither the sizes (input split) nor num_outputs are given: one of them must be");
		return;
	}
	if (given != OL_GIVEN_NOT && x->since >= 18 && ol_op_attr(x, "num_outputs")) {
		ol_op_tell(x, "shape/bad-attribute",
			   "both the sizes (input split) and num_outputs are given: one of them may be");
		return;
	}
	if (given == OL_GIVEN_COUNTED && n == 0)
		given = OL_GIVEN_NOT; /* onnxruntime takes an empty list as none */
	parts = ol_op_dims(x, x->n_out);
	if (!parts || (given == OL_GIVEN_COUNTED && !given_parts(x, f->dims[axis], at, n)))
		return;
	if (given == OL_GIVEN_NOT)
		equal_parts(x, f->dims[axis], parts, x->n_out);
	for (uint32_t k = 0; k < x->n_out; k++) {
		if (given != OL_GIVEN_NOT)
			parts[k] = given == OL_GIVEN_COUNTED ? at[k] : ol_num_unknown();
		dims = ol_move_copy(x, f);
		if (!dims)
			return;
		dims[axis] = ol_move_dim(x, parts[k]);
		ol_op_shape(x, k, dims, f->rank);
	}
	split_data(x, axis, parts);
}

static const struct ol_infer_row rows[] = {
    {"Concat", concat},
    {"Split", split},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_concat = {"", rows};
