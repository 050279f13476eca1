/* reduce.c: reductions over axes, given as an attribute or, in newer versions, as an input.
 *
 * No axes: all of them, or none with noop_with_empty_axes. The values of a reduction of small
 * integer data to one element are followed, as models compute shapes that way. */
#include "infer/nn.h"

/* Where the axes come from. */
struct axes {
	const int64_t *attr;
	const struct ol_data *data;
	uint32_t n;
	bool known; /* are all values? */
};

static struct axes find_axes(struct ol_op *x)
{
	struct axes a = {.known = true};

	if (!ol_op_has_in(x, 1)) {
		a.attr = ol_op_ints(x, "axes", &a.n);
		return a;
	}
	a.data = ol_op_ints_in(x, 1);
	if (a.data) {
		a.n = a.data->n;
		for (uint32_t i = 0; i < a.n; i++)
			if (!ol_num_is_known(a.data->i[i]))
				a.known = false;
	} else {
		struct ol_num n = ol_nn_dim(x, 1, 0);

		a.known = ol_num_is(n, 0);
		a.n =
		    ol_num_is_known(n) && n.v >= 0 && n.v < UINT32_MAX ? (uint32_t)n.v : UINT32_MAX;
	}
	return a;
}

/* gone[i]: axis i is reduced. false: an axis is out of range. */
static bool mark_axes(struct ol_op *x, const struct axes *a, uint32_t rank, bool *gone)
{
	for (uint32_t i = 0; i < rank; i++)
		gone[i] = a->n == 0;
	/* before opset 12, any axis of a scalar is let pass */
	if (!rank && x->since < 12)
		return true;
	for (uint32_t i = 0; i < a->n; i++) {
		uint32_t at;

		if (!ol_op_axis(x, a->attr ? a->attr[i] : a->data->i[i].v, rank, false, &at))
			return false;
		gone[at] = true;
	}
	return true;
}

/* Axes that are not known: the rank may be. */
static void unknown_axes(struct ol_op *x, uint32_t rank, bool keep)
{
	if (keep)
		ol_op_rank(x, 0, rank);
}

enum fold { FOLD_NONE, FOLD_SUM, FOLD_PROD, FOLD_MIN, FOLD_MAX };

static struct ol_num fold_two(struct ol_op *x, enum fold how, struct ol_num a, struct ol_num b)
{
	switch (how) {
	case FOLD_SUM:
		return ol_num_add(x->syms, a, b);
	case FOLD_PROD:
		return ol_num_mul(x->syms, a, b);
	case FOLD_MIN:
		return ol_num_min(x->syms, a, b);
	case FOLD_MAX:
		return ol_num_max(x->syms, a, b);
	case FOLD_NONE:
		break;
	}
	return ol_num_unknown();
}

/* All of the data to one element; int32 results that do not fit are not known. */
static void fold_all(struct ol_op *x, enum fold how)
{
	const struct ol_data *data = ol_op_ints_in(x, 0);
	uint8_t dtype = ol_op_in(x, 0)->dtype;
	struct ol_num v;

	if (!data || how == FOLD_NONE || (dtype != OL_DT_INT64 && dtype != OL_DT_INT32))
		return;
	if (!data->n && (how == FOLD_MIN || how == FOLD_MAX))
		return;
	v = data->n ? data->i[0] : ol_num(how == FOLD_PROD);
	for (uint32_t i = 1; i < data->n; i++)
		v = fold_two(x, how, v, data->i[i]);
	if (dtype == OL_DT_INT32 && ol_num_is_known(v) && (v.v < INT32_MIN || v.v > INT32_MAX))
		v = ol_num_unknown();
	ol_op_set_ints(x, 0, &v, 1);
}

static void reduce(struct ol_op *x, enum fold how)
{
	bool keep = ol_op_int(x, "keepdims", 1) != 0,
	     noop = ol_op_int(x, "noop_with_empty_axes", 0) != 0;
	const struct ol_fact *f = ol_op_in(x, 0);
	struct axes a = find_axes(x);
	struct ol_num *d;
	uint32_t n = 0, left = 0;
	bool *gone;

	if (!f->has_rank) {
		if (a.known && a.n == 0 && !noop && !keep)
			ol_op_scalar(x, 0);
		return;
	}
	if (a.known && a.n == 0 && noop) {
		const struct ol_data *data = ol_op_ints_in(x, 0);

		ol_op_like(x, 0, 0);
		if (data && how != FOLD_NONE)
			ol_op_set_ints(x, 0, data->i, data->n);
		return;
	}
	if (!a.known) {
		unknown_axes(x, f->rank, keep);
		return;
	}
	d = ol_op_dims(x, f->rank);
	gone = d ? OL_NEWN(&x->inf->arena, bool, f->rank + 1) : NULL;
	if (!gone || !mark_axes(x, &a, f->rank, gone))
		return;
	for (uint32_t i = 0; i < f->rank; i++) {
		if (!gone[i])
			d[n++] = f->dims[i];
		else if (keep)
			d[n++] = ol_num(1);
		left += !gone[i];
	}
	ol_op_shape(x, 0, d, n);
	if (!left)
		fold_all(x, how);
}

static void reduce_other(struct ol_op *x)
{
	reduce(x, FOLD_NONE);
}

static void reduce_sum(struct ol_op *x)
{
	reduce(x, FOLD_SUM);
}

static void reduce_prod(struct ol_op *x)
{
	reduce(x, FOLD_PROD);
}

static void reduce_min(struct ol_op *x)
{
	reduce(x, FOLD_MIN);
}

static void reduce_max(struct ol_op *x)
{
	reduce(x, FOLD_MAX);
}

static const struct ol_infer_row rows[] = {
    {"ReduceL1", reduce_other},
    {"ReduceL2", reduce_other},
    {"ReduceLogSum", reduce_other},
    {"ReduceLogSumExp", reduce_other},
    {"ReduceMax", reduce_max},
    {"ReduceMean", reduce_other},
    {"ReduceMin", reduce_min},
    {"ReduceProd", reduce_prod},
    {"ReduceSum", reduce_sum},
    {"ReduceSumSquare", reduce_other},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_reduce = {"", rows};
