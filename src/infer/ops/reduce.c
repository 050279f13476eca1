/* reduce.c: reductions over axes, given as an attribute or, in newer versions, as an input.
 *
 * No axes: all of them, or none with noop_with_empty_axes. The values of a reduction of small
 * data are followed, as models compute shapes that way. */
#include <math.h>

#include "infer/each.h"
#include "infer/move.h"
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

enum fold { FOLD_NONE, FOLD_SUM, FOLD_PROD, FOLD_MIN, FOLD_MAX, FOLD_MEAN };

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
	case FOLD_MEAN:
	case FOLD_NONE:
		break;
	}
	return ol_num_unknown();
}

static double fold_floats(enum fold how, double a, double b)
{
	switch (how) {
	case FOLD_SUM:
	case FOLD_MEAN:
		return a + b;
	case FOLD_PROD:
		return a * b;
	case FOLD_MIN:
		return isnan(a) || a < b ? a : b;
	case FOLD_MAX:
		return isnan(a) || a > b ? a : b;
	case FOLD_NONE:
		break;
	}
	return (double)NAN;
}

/* Where each element goes: to[e] is the place in the result of element e, row-major. */
static bool places(const struct ol_fact *f, const bool *gone, uint32_t *to, uint32_t *n)
{
	uint32_t sizes[OL_MOVE_RANK], stride[OL_MOVE_RANK], index[OL_MOVE_RANK] = {0}, at = 0, d;

	if (!ol_move_sizes(f, sizes))
		return false;
	*n = 1;
	for (d = f->rank; d-- > 0;) {
		stride[d] = gone[d] ? 0 : *n;
		if (!gone[d] && __builtin_mul_overflow(*n, sizes[d], n))
			return false;
	}
	for (uint32_t e = 0; e < f->data->n; e++) {
		to[e] = at;
		for (d = f->rank; d-- > 0;) { /* the next index, last axis first */
			at += stride[d];
			if (++index[d] < sizes[d])
				break;
			at -= stride[d] * sizes[d];
			index[d] = 0;
		}
	}
	return *n <= OL_DATA_MOST;
}

/* Whole numbers and symbols; results that the type does not hold are not known. */
static void fold_ints(struct ol_op *x, enum fold how, const struct ol_data *data, const uint32_t *to, uint32_t n)
{
	uint8_t dtype = ol_op_in(x, 0)->dtype;
	struct ol_num v[OL_DATA_MOST];
	bool seen[OL_DATA_MOST] = {false};

	if ((dtype != OL_DT_INT64 && dtype != OL_DT_INT32 && dtype != OL_DT_FLOAT && dtype != OL_DT_DOUBLE) ||
	    how == FOLD_MEAN)
		return;
	for (uint32_t e = 0; e < n; e++)
		v[e] = ol_num(how == FOLD_PROD);
	for (uint32_t e = 0; e < data->n; e++) {
		v[to[e]] = seen[to[e]] ? fold_two(x, how, v[to[e]], data->i[e]) : data->i[e];
		seen[to[e]] = true;
	}
	for (uint32_t e = 0; e < n; e++)
		v[e] = ol_each_fit(x, v[e], dtype);
	ol_each_set(x, v, n);
}

/* Sums and products are followed as far as every order of calculation gives the same: of whole numbers. */
static void fold_doubles(struct ol_op *x, enum fold how, const struct ol_data *data, const uint32_t *to, uint32_t n)
{
	uint8_t dtype = ol_op_in(x, 0)->dtype;
	bool exact = how == FOLD_MIN || how == FOLD_MAX, seen[OL_DATA_MOST] = {false};
	double v[OL_DATA_MOST], size = n ? (double)data->n / n : 1, most = dtype == OL_DT_DOUBLE ? 0x1p53 : 0x1p24;

	if (dtype != OL_DT_FLOAT && dtype != OL_DT_DOUBLE && !exact)
		return;
	for (uint32_t e = 0; e < n; e++)
		v[e] = how == FOLD_PROD;
	for (uint32_t e = 0; e < data->n; e++) {
		double a = data->d[e], *b = &v[to[e]];

		*b = seen[to[e]] ? fold_floats(how, *b, a) : a;
		seen[to[e]] = true;
		if (!exact && !(fabs(*b) < most && fabs(a) < most && floor(*b) >= *b && floor(a) >= a))
			return;
	}
	for (uint32_t e = 0; e < n; e++) {
		if (how == FOLD_MEAN)
			v[e] /= size;
		if (!ol_each_round(&v[e], dtype))
			return;
	}
	ol_op_set_doubles(x, 0, v, n);
}

/* The values of a reduction of small data. */
static void fold_data(struct ol_op *x, enum fold how, const bool *gone)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t to[OL_DATA_MOST], n;

	/* of no elements, only a sum or a product is something */
	if (how == FOLD_NONE || !f->data || !x->n_out || !x->out[0] || !places(f, gone, to, &n) ||
	    (!f->data->n && how != FOLD_SUM && how != FOLD_PROD))
		return;
	if (f->data->i)
		fold_ints(x, how, f->data, to, n);
	else if (f->data->d)
		fold_doubles(x, how, f->data, to, n);
}

static void reduce(struct ol_op *x, enum fold how)
{
	bool keep = ol_op_int(x, "keepdims", 1) != 0,
	     noop = ol_op_int(x, "noop_with_empty_axes", 0) != 0;
	const struct ol_fact *f = ol_op_in(x, 0);
	struct axes a = find_axes(x);
	struct ol_num *d;
	uint32_t n = 0;
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
	}
	ol_op_shape(x, 0, d, n);
	fold_data(x, how, gone);
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

static void reduce_mean(struct ol_op *x)
{
	reduce(x, FOLD_MEAN);
}

static const struct ol_infer_row rows[] = {
    {"ReduceL1", reduce_other},
    {"ReduceL2", reduce_other},
    {"ReduceLogSum", reduce_other},
    {"ReduceLogSumExp", reduce_other},
    {"ReduceMax", reduce_max},
    {"ReduceMean", reduce_mean},
    {"ReduceMin", reduce_min},
    {"ReduceProd", reduce_prod},
    {"ReduceSum", reduce_sum},
    {"ReduceSumSquare", reduce_other},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_reduce = {"", rows};
