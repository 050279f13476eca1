/* tally.c: running counts over blocks of elements.
 *
 * A first loop takes the range of a block's bit patterns, which tells at once that nothing in it is remarkable: the common
 * case. Only otherwise it is counted what is how often, and only what is rarer still (numbers that are not finite, or past
 * float16) is looked at one by one. */
#include <math.h>
#include <string.h>

#include "weights/tally.h"

void ol_tally_init(struct ol_tally *t)
{
	memset(t, 0, sizeof(*t));
	t->all = t->finite = (struct ol_kernel_range){INT64_MAX, INT64_MIN, UINT64_MAX, 0};
	t->least_past16 = UINT64_MAX;
}

static void join(struct ol_kernel_range *to, const struct ol_kernel_range *r)
{
	to->smin = r->smin < to->smin ? r->smin : to->smin;
	to->smax = r->smax > to->smax ? r->smax : to->smax;
	to->umin = r->umin < to->umin ? r->umin : to->umin;
	to->umax = r->umax > to->umax ? r->umax : to->umax;
}

void ol_tally_merge(struct ol_tally *to, const struct ol_tally *from)
{
	for (int i = 0; i < OL_STAT_COUNT; i++) {
		if (from->count[i] && (!to->count[i] || from->first[i] < to->first[i]))
			to->first[i] = from->first[i];
		to->count[i] += from->count[i];
	}
	to->n += from->n;
	to->negative_infs += from->negative_infs;
	join(&to->all, &from->all);
	join(&to->finite, &from->finite);
	if (from->least_past16 < to->least_past16)
		to->least_past16 = from->least_past16;
}

/* ---- one by one ---- */

static uint64_t pattern(const struct ol_layout_of *l, const uint8_t *p, size_t i)
{
	uint8_t a;
	uint16_t b;
	uint32_t c;
	uint64_t d;

	switch (l->width) {
	case 0:
		a = p[i];
		return a;
	case 1:
		memcpy(&b, p + i * 2, 2);
		return b;
	case 2:
		memcpy(&c, p + i * 4, 4);
		return c;
	default:
		memcpy(&d, p + i * 8, 8);
		return d;
	}
}

static uint64_t top_bit(const struct ol_layout_of *l)
{
	return (uint64_t)1 << ((8u << l->width) - 1);
}

static int64_t extended(const struct ol_layout_of *l, uint64_t u)
{
	uint64_t top = top_bit(l);

	return (int64_t)((u ^ top) - top);
}

/* Is an element what is counted as s? */
static bool is(const struct ol_layout_of *l, uint64_t u, enum ol_stat s)
{
	uint64_t a = u & ~top_bit(l);
	int64_t i = extended(l, u);

	if (l->has_odd && u == l->odd)
		return s == OL_STAT_NAN;
	if (l->form != OL_FORM_FLOAT) {
		if (s == OL_STAT_ZERO)
			return u == 0 && !l->exp_bits;
		if (s != OL_STAT_PAST32)
			return false;
		return l->form == OL_FORM_UNSIGNED ? u > INT32_MAX
						   : (i > INT32_MAX && i < INT64_MAX - 1) || (i < INT32_MIN && i > INT64_MIN + 2);
	}
	switch (s) {
	case OL_STAT_NAN:
		return a >= l->mark[OL_MARK_NAN];
	case OL_STAT_INF:
		return a >= l->mark[OL_MARK_INF] && a < l->mark[OL_MARK_NAN];
	case OL_STAT_ZERO:
		return a == 0;
	case OL_STAT_DENORMAL:
		return a && a < l->mark[OL_MARK_NORMAL];
	case OL_STAT_PAST16:
		return a >= l->mark[OL_MARK_PAST16] && a < l->mark[OL_MARK_INF];
	case OL_STAT_TINY16:
		return a && a < l->mark[OL_MARK_HELD16];
	case OL_STAT_PAST32:
	case OL_STAT_COUNT:
		break;
	}
	return false;
}

static void note(struct ol_tally *t, const struct ol_layout_of *l, enum ol_stat s, uint64_t count, const uint8_t *p, size_t n,
		 uint64_t at)
{
	if (!count)
		return;
	if (!t->count[s]) {
		size_t i = 0;

		while (i + 1 < n && !is(l, pattern(l, p, i), s))
			i++;
		t->first[s] = at + i;
	}
	t->count[s] += count;
}

/* Range of what is finite, and the least that float16 does not hold. */
static void add_finite(struct ol_tally *t, const struct ol_layout_of *l, const uint8_t *p, size_t n)
{
	uint64_t top = top_bit(l);

	for (size_t i = 0; i < n; i++) {
		uint64_t u = pattern(l, p, i), a = u & ~top;
		int64_t s = extended(l, u);
		struct ol_kernel_range r = {s, s, u, u};

		if (l->has_odd && u == l->odd)
			continue;
		if (l->form == OL_FORM_FLOAT) {
			if (a >= l->mark[OL_MARK_INF])
				continue;
			if (a >= l->mark[OL_MARK_PAST16] && a < t->least_past16)
				t->least_past16 = a;
		}
		join(&t->finite, &r);
	}
}

/* ---- by the block ---- */

static void add_float(struct ol_tally *t, const struct ol_layout_of *l, const struct ol_kernel_width *k,
		      const struct ol_kernel_range *r, const uint8_t *p, size_t n, uint64_t at)
{
	const uint64_t *m = l->mark, top = top_bit(l);
	uint64_t none = top - 1, most = r->smax >= 0 ? (uint64_t)r->smax : 0, least = r->umin < top ? r->umin : none;
	uint64_t usual = m[OL_MARK_NORMAL] > m[OL_MARK_HELD16] ? m[OL_MARK_NORMAL] : m[OL_MARK_HELD16], odd = 0, infs;
	uint32_t above[OL_MARKS];

	/* of the negative ones, the patterns' order is that of magnitudes too */
	if (r->umax >= top) {
		uint64_t a = r->umax - top, b = (uint64_t)r->smin & (top - 1);

		most = a > most ? a : most;
		least = b < least ? b : least;
	}
	if (least >= usual && most < m[OL_MARK_PAST16]) {
		join(&t->finite, r);
		return;
	}
	k->marks(p, n, m, above);
	/* a mark that no magnitude reaches */
	for (int i = OL_MARK_PAST16; i < OL_MARKS; i++)
		if (m[i] > most)
			above[i] = 0;
	if (l->has_odd)
		odd = k->equal(p, n, l->odd);
	infs = above[OL_MARK_INF] - above[OL_MARK_NAN];
	note(t, l, OL_STAT_NAN, above[OL_MARK_NAN] + odd, p, n, at);
	note(t, l, OL_STAT_INF, infs, p, n, at);
	note(t, l, OL_STAT_ZERO, n - above[OL_MARK_NONZERO] - odd, p, n, at);
	note(t, l, OL_STAT_DENORMAL, above[OL_MARK_NONZERO] - above[OL_MARK_NORMAL], p, n, at);
	note(t, l, OL_STAT_TINY16, above[OL_MARK_NONZERO] - above[OL_MARK_HELD16], p, n, at);
	note(t, l, OL_STAT_PAST16, above[OL_MARK_PAST16] - above[OL_MARK_INF], p, n, at);
	if (infs)
		t->negative_infs += k->equal(p, n, top | m[OL_MARK_INF]);
	if (odd || above[OL_MARK_PAST16])
		add_finite(t, l, p, n);
	else
		join(&t->finite, r);
}

static void add_whole(struct ol_tally *t, const struct ol_layout_of *l, const struct ol_kernel_width *k,
		      const struct ol_kernel_range *r, const uint8_t *p, size_t n, uint64_t at)
{
	uint64_t count = 0;

	if (r->umin == 0 && !l->exp_bits)
		note(t, l, OL_STAT_ZERO, k->equal(p, n, 0), p, n, at);
	if (l->has_odd && r->umax == l->odd) {
		note(t, l, OL_STAT_NAN, k->equal(p, n, l->odd), p, n, at);
		add_finite(t, l, p, n);
		return;
	}
	join(&t->finite, r);
	if (l->form == OL_FORM_UNSIGNED ? r->umax <= INT32_MAX : r->smin >= INT32_MIN && r->smax <= INT32_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		count += is(l, pattern(l, p, i), OL_STAT_PAST32);
	note(t, l, OL_STAT_PAST32, count, p, n, at);
}

void ol_tally_add(struct ol_tally *t, const struct ol_layout_of *l, const struct ol_kernel *kernel, const void *data, size_t n,
		  uint64_t at)
{
	const struct ol_kernel_width *k = &kernel->width[l->width];
	size_t block = (size_t)OL_KERNEL_BLOCK >> l->width;
	const uint8_t *p = data;

	while (n) {
		size_t some = n < block ? n : block;
		struct ol_kernel_range r;

		k->range(p, some, &r);
		join(&t->all, &r);
		if (l->form == OL_FORM_FLOAT)
			add_float(t, l, k, &r, p, some, at);
		else
			add_whole(t, l, k, &r, p, some, at);
		t->n += some;
		p += some << l->width;
		at += some;
		n -= some;
	}
}

/* ---- the outcome ---- */

/* A finite pattern as a number. */
static double number(const struct ol_layout_of *l, uint64_t u)
{
	uint64_t a = u & ~top_bit(l), man = a & (((uint64_t)1 << l->man_bits) - 1);
	int exp = (int)(a >> l->man_bits);
	double d;

	if (l->form == OL_FORM_UNSIGNED) /* float8e8m0 is one too */
		return l->exp_bits ? ldexp(1, (int)u - l->bias) : (double)u;
	if (l->form == OL_FORM_SIGNED)
		return (double)extended(l, u);
	d = exp ? ldexp((double)(man | (uint64_t)1 << l->man_bits), exp - l->bias - l->man_bits)
		: ldexp((double)man, 1 - l->bias - l->man_bits);
	return u & top_bit(l) ? -d : d;
}

void ol_tally_stats(const struct ol_tally *t, const struct ol_layout_of *l, struct ol_stats *to)
{
	const struct ol_kernel_range *r = &t->finite;
	uint64_t mask = top_bit(l) | (top_bit(l) - 1);

	*to = (struct ol_stats){.n = t->n, .negative_infs = t->negative_infs, .has_range = r->umin <= r->umax};
	memcpy(to->count, t->count, sizeof(to->count));
	memcpy(to->first, t->first, sizeof(to->first));
	to->constant = t->n && t->all.umin == t->all.umax;
	if (t->least_past16 != UINT64_MAX)
		to->least_past16 = number(l, t->least_past16);
	if (!to->has_range)
		return;
	if (l->form == OL_FORM_UNSIGNED) {
		to->min = number(l, r->umin);
		to->max = number(l, r->umax);
	} else if (l->form == OL_FORM_SIGNED) {
		to->min = number(l, (uint64_t)r->smin & mask);
		to->max = number(l, (uint64_t)r->smax & mask);
	} else { /* a pattern with the sign bit is a negative signed number and a great unsigned one */
		to->min = number(l, r->umax > mask / 2 ? r->umax : r->umin);
		to->max = number(l, r->smax >= 0 ? (uint64_t)r->smax : (uint64_t)r->smin & mask);
	}
}
