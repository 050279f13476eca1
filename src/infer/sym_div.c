/* sym_div.c: divisions, remainders, minima and maxima of symbolic numbers.
 *
 * What divides exactly becomes a polynomial again. For a constant divisor the dividend is brought to a normal form: what
 * divides is split off, common factors are cancelled, nested divisions become one, and rounding up becomes rounding down,
 * so that different ways to write one number have one id. Dividing by a symbol takes it to be other than 0. */
#include "infer/sym_poly.h"

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

static bool is_number(const struct ol_sym_poly *p)
{
	return p->n == 0 || (p->n == 1 && ol_sym_is_constant(&p->t[0]));
}

/* q = p / d where nothing is left over: long division by the leading term. */
static bool exact(const struct ol_sym_poly *p, const struct ol_sym_poly *d, struct ol_sym_poly *q)
{
	struct ol_sym_poly rest = *p;

	for (q->n = 0; rest.n; q->n++) {
		struct ol_sym_poly row = {.n = d->n};

		if (q->n == OL_SYM_TERMS || !ol_sym_term_over(&q->t[q->n], &rest.t[0], &d->t[0]))
			return false;
		for (uint32_t i = 0; i < d->n; i++)
			if (!ol_sym_term_times(&row.t[i], &q->t[q->n], &d->t[i]))
				return false;
		if (!ol_sym_plus(&rest, &rest, -1, &row))
			return false;
	}
	return true;
}

static bool over_term(struct ol_sym_poly *p, const struct ol_sym_term *t)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (!ol_sym_term_over(&p->t[i], &p->t[i], t))
			return false;
	return true;
}

/* Divides both by what all their terms have in common, with the sign of d's leading term. */
static bool cancel(struct ol_sym_poly *p, struct ol_sym_poly *d)
{
	uint64_t g = 0;

	for (uint32_t i = 0; i < p->n + d->n; i++)
		g = gcd(g, magnitude((i < p->n ? &p->t[i] : &d->t[i - p->n])->c));
	if (g > INT64_MAX)
		return false;
	struct ol_sym_term common = {.c = d->t[0].c < 0 ? -(int64_t)g : (int64_t)g};

	if (!over_term(p, &common) || !over_term(d, &common))
		return false;
	common = d->t[d->n - 1]; /* its atoms are all that d's terms can have in common */
	for (uint32_t i = 0; i < OL_SYM_FACTORS && common.at[i]; i++) {
		struct ol_sym_term one = {.c = 1, .at = {common.at[i]}};
		struct ol_sym_poly a = *p, b = *d;

		if (over_term(&a, &one) && over_term(&b, &one)) {
			*p = a;
			*d = b;
		}
	}
	return true;
}

static bool plus_number(struct ol_sym_poly *p, int64_t v)
{
	struct ol_sym_poly c = {.n = 1};

	c.t[0].c = v;
	return v == 0 || ol_sym_plus(p, p, 1, &c);
}

/* p = k * q + r with coefficients of r from 0 to k - 1. */
static void split(const struct ol_sym_poly *p, int64_t k, struct ol_sym_poly *q, struct ol_sym_poly *r)
{
	q->n = r->n = 0;
	for (uint32_t i = 0; i < p->n; i++) {
		int64_t c = p->t[i].c, m = floor_div(c, k), rem = c % k < 0 ? c % k + k : c % k;

		if (m) {
			q->t[q->n] = p->t[i];
			q->t[q->n++].c = m;
		}
		if (rem) {
			r->t[r->n] = p->t[i];
			r->t[r->n++].c = rem;
		}
	}
}

/* Divides by the factor that k and all terms but the constant share: p = g * (new p) + (the result), the result from 0
 * to g - 1. */
static int64_t reduce(struct ol_sym_poly *p, int64_t *k, int64_t *g)
{
	uint64_t most = (uint64_t)*k;
	int64_t rem = 0;

	for (uint32_t i = 0; i < p->n; i++)
		if (!ol_sym_is_constant(&p->t[i]))
			most = gcd(most, magnitude(p->t[i].c));
	*g = (int64_t)most;
	*k /= *g;
	for (uint32_t i = 0; i < p->n; i++) {
		if (ol_sym_is_constant(&p->t[i]))
			rem = p->t[i].c % *g;
		p->t[i].c /= *g;
	}
	if (p->n && p->t[p->n - 1].c == 0)
		p->n--; /* only the constant, which is last, can vanish */
	return rem;
}

/* Is p an atom of this kind with a constant divisor, and maybe a constant more? */
static const struct ol_sym_atom *nested(const struct ol_syms *s, const struct ol_sym_poly *p, enum ol_sym_kind kind,
					int64_t *more)
{
	const struct ol_sym_atom *a;

	if (p->n == 0 || p->n > 2 || p->t[0].c != 1 || !p->t[0].at[0] || p->t[0].at[1] ||
	    (p->n == 2 && !ol_sym_is_constant(&p->t[1])))
		return NULL;
	*more = p->n == 2 ? p->t[1].c : 0;
	a = ol_sym_atom(s, p->t[0].at[0]);
	return a->kind == kind && ol_num_is_known(a->b) && a->b.v > 0 ? a : NULL;
}

static struct ol_num floor_by(struct ol_syms *s, struct ol_sym_poly p, int64_t k)
{
	struct ol_sym_poly whole = {0}, q, r;

	for (;;) { /* each round takes one nested division away */
		const struct ol_sym_atom *in;
		int64_t more, g, product;

		split(&p, k, &q, &r);
		if (!ol_sym_plus(&whole, &whole, 1, &q))
			return ol_num_unknown();
		if (is_number(&r))
			return ol_sym_keep(s, &whole);
		reduce(&r, &k, &g);
		in = nested(s, &r, OL_SYM_FLOOR, &more);
		if (!in || __builtin_mul_overflow(k, in->b.v, &product) ||
		    __builtin_mul_overflow(more, in->b.v, &more) || !ol_sym_load(s, in->a, &p) ||
		    !plus_number(&p, more))
			break;
		k = product;
	}
	return ol_num_add(s, ol_sym_keep(s, &whole), ol_sym_make(s, OL_SYM_FLOOR, ol_sym_keep(s, &r), ol_num(k)));
}

static struct ol_num mod_by(struct ol_syms *s, struct ol_sym_poly p, int64_t k)
{
	struct ol_sym_poly q, r;
	int64_t scale = 1, left = 0, more, g;

	for (;;) {
		const struct ol_sym_atom *in;

		split(&p, k, &q, &r);
		if (is_number(&r)) {
			/* below k * scale <= the divisor: no overflow */
			return ol_num(scale * (r.n ? r.t[0].c : 0) + left);
		}
		left += scale * reduce(&r, &k, &g);
		scale *= g;
		in = nested(s, &r, OL_SYM_MOD, &more);
		if (!in || in->b.v % k != 0 || !ol_sym_load(s, in->a, &p) || !plus_number(&p, more))
			break;
	}
	p.n = 0;
	return ol_num_add(s, ol_num_mul(s, ol_num(scale), ol_sym_make(s, OL_SYM_MOD, ol_sym_keep(s, &r), ol_num(k))),
			  ol_num(left));
}

static struct ol_num divide(struct ol_syms *s, enum ol_sym_kind kind, struct ol_num a, struct ol_num b)
{
	struct ol_sym_poly p, d, q;

	if (ol_num_is(b, 0) || !ol_sym_load(s, a, &p) || !ol_sym_load(s, b, &d))
		return ol_num_unknown();
	if (exact(&p, &d, &q))
		return ol_sym_keep(s, &q);
	if (!cancel(&p, &d))
		return ol_num_unknown();
	if (!is_number(&d))
		return ol_sym_make(s, kind, ol_sym_keep(s, &p), ol_sym_keep(s, &d));
	if (kind == OL_SYM_CEIL && !plus_number(&p, d.t[0].c - 1))
		return ol_num_unknown();
	return floor_by(s, p, d.t[0].c);
}

struct ol_num ol_num_floordiv(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	if (ol_num_is(b, 1))
		return a;
	if (!ol_num_is_known(a) || !ol_num_is_known(b))
		return divide(s, OL_SYM_FLOOR, a, b);
	if (b.v == 0 || (b.v == -1 && a.v == INT64_MIN))
		return ol_num_unknown();
	return ol_num(floor_div(a.v, b.v));
}

struct ol_num ol_num_ceildiv(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	if (ol_num_is(b, 1))
		return a;
	if (!ol_num_is_known(a) || !ol_num_is_known(b))
		return divide(s, OL_SYM_CEIL, a, b);
	if (b.v == 0 || (b.v == -1 && a.v == INT64_MIN))
		return ol_num_unknown();
	return ol_num(floor_div(a.v, b.v) + (a.v % b.v != 0));
}

struct ol_num ol_num_mod(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	struct ol_sym_poly p, d, q;

	if (ol_num_is(b, 0))
		return ol_num_unknown();
	if (ol_num_is(b, 1) || ol_num_is(b, -1))
		return ol_num(0);
	if (ol_num_is_known(a) && ol_num_is_known(b))
		return ol_num(a.v % b.v + (a.v % b.v != 0 && (a.v < 0) != (b.v < 0) ? b.v : 0));
	if (!ol_sym_load(s, a, &p) || !ol_sym_load(s, b, &d))
		return ol_num_unknown();
	if (exact(&p, &d, &q))
		return ol_num(0);
	if (!is_number(&d))
		return ol_sym_make(s, OL_SYM_MOD, a, b);
	if (b.v > 0)
		return mod_by(s, p, b.v);
	/* mod(a, -k) = -mod(-a, k) */
	q.n = 0;
	if (b.v == INT64_MIN || !ol_sym_plus(&p, &q, -1, &p))
		return ol_num_unknown();
	return ol_num_sub(s, ol_num(0), mod_by(s, p, -b.v));
}

static struct ol_num extreme(struct ol_syms *s, enum ol_sym_kind kind, struct ol_num a, struct ol_num b)
{
	bool max = kind == OL_SYM_MAX;

	if (a.sym == OL_NUM_UNKNOWN || b.sym == OL_NUM_UNKNOWN)
		return ol_num_unknown();
	for (;;) {
		const struct ol_sym_expr *e;
		const struct ol_sym_atom *x;

		if (ol_num_nonnegative(s, ol_num_sub(s, a, b)))
			return max ? a : b;
		if (ol_num_nonnegative(s, ol_num_sub(s, b, a)))
			return max ? b : a;
		/* one order for both ways round: the number last, else by id */
		if (ol_num_is_known(a) || (!ol_num_is_known(b) && a.sym > b.sym)) {
			struct ol_num t = a;

			a = b;
			b = t;
		}
		if (!ol_num_is_known(b))
			break;
		e = ol_sym_expr(s, a.sym);
		if (e->n != 1 || e->t[0].c != 1 || e->t[0].at[1])
			break;
		x = ol_sym_atom(s, e->t[0].at[0]);
		if (x->kind != kind || !ol_num_is_known(x->b))
			break;
		a = x->a; /* max(max(N, 1), 2) = max(N, 2) */
		if (max ? x->b.v > b.v : x->b.v < b.v)
			b = x->b;
	}
	return ol_sym_make(s, kind, a, b);
}

struct ol_num ol_num_min(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	if (ol_num_is_known(a) && ol_num_is_known(b))
		return a.v < b.v ? a : b;
	return extreme(s, OL_SYM_MIN, a, b);
}

struct ol_num ol_num_max(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	if (ol_num_is_known(a) && ol_num_is_known(b))
		return a.v > b.v ? a : b;
	return extreme(s, OL_SYM_MAX, a, b);
}
