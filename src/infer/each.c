/* each.c: calculation of small constants, element by element, with broadcasting.
 *
 * What a runtime computes in narrow types is followed only while it cannot wrap and while rounding
 * is certain: a constant that is wrong is worse than none. */
#include "infer/each.h"

#include <float.h>
#include <math.h>

/* ---- types ---- */

bool ol_each_is_float(int64_t dtype)
{
	return dtype == OL_DT_FLOAT || dtype == OL_DT_DOUBLE || dtype == OL_DT_FLOAT16 ||
	       dtype == OL_DT_BFLOAT16;
}

struct range {
	int64_t least, most;
};

/* Of integer types; {0, -1} for others. */
static struct range range_of(int64_t dtype)
{
	static const struct range of[OL_DT_COUNT] = {
	    [OL_DT_UINT8] = {0, UINT8_MAX},
	    [OL_DT_INT8] = {INT8_MIN, INT8_MAX},
	    [OL_DT_UINT16] = {0, UINT16_MAX},
	    [OL_DT_INT16] = {INT16_MIN, INT16_MAX},
	    [OL_DT_INT32] = {INT32_MIN, INT32_MAX},
	    [OL_DT_INT64] = {INT64_MIN, INT64_MAX},
	    [OL_DT_BOOL] = {0, 1},
	    [OL_DT_UINT32] = {0, UINT32_MAX},
	    [OL_DT_UINT64] = {0, INT64_MAX},
	    [OL_DT_UINT4] = {0, 15},
	    [OL_DT_INT4] = {-8, 7},
	    [OL_DT_UINT2] = {0, 3},
	    [OL_DT_INT2] = {-2, 1},
	};

	if (dtype <= 0 || dtype >= OL_DT_COUNT || of[dtype].most == 0)
		return (struct range){0, -1};
	return of[dtype];
}

bool ol_each_is_int(int64_t dtype)
{
	return range_of(dtype).most > 0;
}

/* Up to this every whole number is one of a float type. */
static int64_t exact_of(int64_t dtype)
{
	return dtype == OL_DT_DOUBLE	? (int64_t)1 << 53
	       : dtype == OL_DT_FLOAT	? (int64_t)1 << 24
	       : dtype == OL_DT_FLOAT16 ? 2048
					: 256;
}

struct ol_num ol_each_fit(const struct ol_op *x, struct ol_num v, int64_t dtype)
{
	struct range r = range_of(dtype);

	if (ol_each_is_float(dtype)) {
		r = (struct range){-exact_of(dtype), exact_of(dtype)};
		/* sizes are taken to be exact in float */
		if (ol_num_is_sym(v) && (dtype == OL_DT_FLOAT || dtype == OL_DT_DOUBLE))
			return v;
	}
	if (ol_num_is_known(v))
		return v.v >= r.least && v.v <= r.most ? v : ol_num_unknown();
	/* sizes are taken to fit in 32 bits, not in fewer */
	if (!ol_num_is_sym(v) || r.most < INT32_MAX)
		return ol_num_unknown();
	return r.least < 0 || ol_num_nonnegative(x->syms, v) ? v : ol_num_unknown();
}

bool ol_each_round(double *d, int64_t dtype)
{
	if (dtype == OL_DT_DOUBLE || !isfinite(*d))
		return true;
	if (dtype == OL_DT_FLOAT) {
		if (fabs(*d) > (double)FLT_MAX)
			return false;
		*d = (double)(float)*d;
		return true;
	}
	return (dtype == OL_DT_FLOAT16 || dtype == OL_DT_BFLOAT16) &&
	       fabs(*d) <= (double)exact_of(dtype) && floor(*d) == *d;
}

void ol_each_set(struct ol_op *x, const struct ol_num *v, uint32_t n)
{
	uint32_t unknown = 0, known = 0;
	double d[OL_DATA_MOST];

	for (uint32_t i = 0; i < n && i < OL_DATA_MOST; i++) {
		unknown += v[i].sym == OL_NUM_UNKNOWN;
		known += ol_num_is_known(v[i]);
		d[i] = (double)v[i].v;
	}
	if (n && unknown == n)
		return;
	if (known == n && ol_each_is_float(x->out[0]->dtype))
		ol_op_set_doubles(x, 0, d, n);
	else
		ol_op_set_ints(x, 0, v, n);
}

/* ---- broadcasting ---- */

/* Elements of output 0 when that is a number and small enough. */
static bool total_of(const struct ol_op *x, uint32_t *total)
{
	const struct ol_fact *f = x->n_out ? x->out[0] : NULL;
	uint64_t n = 1;

	if (!f || !f->has_rank)
		return false;
	for (uint32_t i = 0; i < f->rank; i++) {
		if (!ol_num_is_known(f->dims[i]) || f->dims[i].v < 0 || f->dims[i].v > OL_DATA_MOST)
			return false;
		n *= (uint64_t)f->dims[i].v;
		if (n > OL_DATA_MOST)
			return false;
	}
	*total = (uint32_t)n;
	if (n <= OL_EACH_FEW)
		return true;
	return x->inf->arena.used < OL_EACH_MEMORY && x->inf->each_work < OL_EACH_WORK;
}

bool ol_each_map(const struct ol_op *x, uint32_t k, struct ol_each_map *m)
{
	const struct ol_fact *in = ol_op_in(x, k), *out;
	uint32_t stride = 1;

	*m = (struct ol_each_map){0};
	if (!in->data || !in->has_rank || !total_of(x, &m->total))
		return false;
	out = x->out[0];
	m->one = in->data->n == 1;
	if (m->one || in->rank > out->rank)
		return m->one;
	m->same = in->data->n == m->total;
	for (uint32_t i = 1; m->same && i <= out->rank; i++) {
		struct ol_num d = i <= in->rank ? in->dims[in->rank - i] : ol_num(1);

		m->same = ol_num_is(d, out->dims[out->rank - i].v);
	}
	if (m->same)
		return true;
	if (out->rank > OL_EACH_RANK)
		return false;
	m->rank = out->rank;
	for (uint32_t i = 1; i <= out->rank; i++) {
		uint32_t at = out->rank - i;
		struct ol_num d = i <= in->rank ? in->dims[in->rank - i] : ol_num(1);

		m->dims[at] = (uint32_t)out->dims[at].v;
		if (!ol_num_is_known(d) || (d.v != 1 && d.v != out->dims[at].v))
			return false;
		m->strides[at] = d.v == 1 ? 0 : stride;
		stride *= (uint32_t)d.v;
	}
	return stride == in->data->n;
}

uint32_t ol_each_at(const struct ol_each_map *m, uint32_t i)
{
	uint32_t at = 0;

	if (m->one || m->same)
		return m->one ? 0 : i;
	for (uint32_t k = m->rank; k-- > 0;) {
		at += i % m->dims[k] * m->strides[k];
		i /= m->dims[k];
	}
	return at;
}

/* ---- calculation ---- */

enum { OPERANDS = 3 };

static bool is_float_in(const struct ol_op *x, uint32_t k)
{
	return ol_op_in(x, k)->data && ol_op_in(x, k)->data->d;
}

/* An element as a whole number; a float that is none is unknown. */
static struct ol_num whole(const struct ol_data *data, uint32_t at)
{
	double d;

	if (data->i)
		return data->i[at];
	d = data->d[at];
	if (!(fabs(d) <= (double)exact_of(OL_DT_DOUBLE)) || floor(d) < d)
		return ol_num_unknown();
	return ol_num((int64_t)d);
}

static void from_floats(struct ol_op *x, uint32_t n, const struct ol_each *f, int64_t how,
			const struct ol_each_map *map)
{
	struct ol_num tests[OL_DATA_MOST];
	double to[OL_DATA_MOST], in[OPERANDS];
	bool floats = ol_each_is_float(x->out[0]->dtype);

	if (floats ? !f->floats : !f->test)
		return;
	for (uint32_t i = 0; i < map[0].total; i++) {
		for (uint32_t k = 0; k < n; k++)
			in[k] = x->in[k]->data->d[ol_each_at(&map[k], i)];
		if (!floats) {
			tests[i] = ol_each_fit(x, f->test(in, how), x->out[0]->dtype);
			continue;
		}
		to[i] = f->floats(in, how);
		if (!ol_each_round(&to[i], x->out[0]->dtype))
			return;
	}
	if (floats)
		ol_op_set_doubles(x, 0, to, map[0].total);
	else
		ol_each_set(x, tests, map[0].total);
}

static void from_ints(struct ol_op *x, uint32_t n, const struct ol_each *f, int64_t how,
		      const struct ol_each_map *map, const bool *has, uint32_t total)
{
	struct ol_num to[OL_DATA_MOST], in[OPERANDS];

	for (uint32_t i = 0; i < total; i++) {
		for (uint32_t k = 0; k < n; k++)
			in[k] = has[k] ? whole(x->in[k]->data, ol_each_at(&map[k], i))
				       : ol_num_unknown();
		to[i] = ol_each_fit(x, f->ints(x, in, how), x->out[0]->dtype);
	}
	ol_each_set(x, to, total);
}

void ol_each(struct ol_op *x, uint32_t n, const struct ol_each *f, int64_t how)
{
	struct ol_each_map map[OPERANDS];
	bool has[OPERANDS];
	uint32_t n_has = 0, n_floats = 0, total = 0;

	for (uint32_t k = 0; k < n && k < OPERANDS; k++) {
		has[k] = ol_each_map(x, k, &map[k]);
		if (!has[k])
			continue;
		n_has++;
		n_floats += is_float_in(x, k);
		total = map[k].total;
	}
	if (n > OPERANDS || n_has == 0)
		return;
	x->inf->each_work += (uint64_t)n * total;
	if (n_floats == n)
		from_floats(x, n, f, how, map);
	else if (f->ints)
		from_ints(x, n, f, how, map, has, total);
}

static void fold_floats(struct ol_op *x, const struct ol_each *f)
{
	double sum[OL_DATA_MOST], in[2];
	struct ol_each_map map = {0};

	for (uint32_t k = 0; k < x->n_in; k++) {
		if (!ol_each_map(x, k, &map))
			return;
		x->inf->each_work += map.total;
		for (uint32_t i = 0; i < map.total; i++) {
			in[0] = k ? sum[i] : 0;
			in[1] = x->in[k]->data->d[ol_each_at(&map, i)];
			sum[i] = k ? f->floats(in, 0) : in[1];
			if (!ol_each_round(&sum[i], x->out[0]->dtype))
				return;
		}
	}
	ol_op_set_doubles(x, 0, sum, map.total);
}

static void fold_ints(struct ol_op *x, const struct ol_each *f)
{
	struct ol_num sum[OL_DATA_MOST], in[2];
	struct ol_each_map map = {0};

	for (uint32_t k = 0; k < x->n_in; k++) {
		if (!ol_each_map(x, k, &map))
			return;
		x->inf->each_work += map.total;
		for (uint32_t i = 0; i < map.total; i++) {
			in[0] = k ? sum[i] : ol_num(0);
			in[1] = whole(x->in[k]->data, ol_each_at(&map, i));
			sum[i] = ol_each_fit(x, k ? f->ints(x, in, 0) : in[1], x->out[0]->dtype);
		}
	}
	ol_each_set(x, sum, map.total);
}

void ol_each_fold(struct ol_op *x, const struct ol_each *f)
{
	bool floats = true;

	/* each costs as much as the result is large */
	if (x->n_in == 0 || x->n_in > OL_EACH_OPERANDS)
		return;
	for (uint32_t k = 0; k < x->n_in; k++)
		floats = floats && is_float_in(x, k);
	if (floats)
		fold_floats(x, f);
	else
		fold_ints(x, f);
}
