/* sym.c: symbolic numbers: tables that keep every expression once, and the arithmetic of polynomials.
 *
 * Divisions, minima and maxima are in sym_div.c, printing in sym_print.c. Work per operation is bounded by the bounds of
 * a polynomial; the hash is keyed, so that a model cannot choose expressions that collide. */
#include "infer/sym_poly.h"

#include <stdlib.h>
#include <string.h>

int ol_syms_init(struct ol_syms *s, struct ol_arena *arena, const struct ol_intern *names)
{
	*s = (struct ol_syms){.arena = arena, .names = names};
	ol_hash_key(s->key);
	return 0;
}

void ol_syms_free(struct ol_syms *s)
{
	free(s->exprs);
	free(s->atoms);
	free(s->table);
	free(s->atom_table);
	*s = (struct ol_syms){0};
}

/* ---- tables ---- */

static struct ol_num refused(struct ol_syms *s)
{
	s->failed = true;
	return ol_num_unknown();
}

static bool room(void **items, uint32_t *cap, uint32_t n, size_t size)
{
	uint32_t more = *cap ? *cap * 2 : 64;
	void *p;

	if (n < *cap)
		return true;
	p = realloc(*items, more * size);
	if (!p)
		return false;
	*items = p;
	*cap = more;
	return true;
}

static uint32_t expr_hash(const struct ol_syms *s, uint32_t i)
{
	return s->exprs[i].hash;
}

static uint32_t atom_hash(const struct ol_syms *s, uint32_t i)
{
	return s->atoms[i].hash;
}

/* Room for one more among n in an open table of index + 1, at most half full. */
static bool table_room(struct ol_syms *s, uint32_t **table, uint32_t *mask, uint32_t n,
		       uint32_t (*hash_of)(const struct ol_syms *, uint32_t))
{
	uint32_t size = *table ? *mask + 1 : 0, *t;

	if (n + 1 <= size / 2)
		return true;
	size = size ? size * 2 : 128;
	t = calloc(size, sizeof(*t));
	if (!t)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = hash_of(s, i) & (size - 1);

		while (t[at])
			at = (at + 1) & (size - 1);
		t[at] = i + 1;
	}
	free(*table);
	*table = t;
	*mask = size - 1;
	return true;
}

static int64_t clamped_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (a == OL_SYM_NO_BOUND || b == OL_SYM_NO_BOUND)
		return OL_SYM_NO_BOUND;
	if (__builtin_add_overflow(a, b, &sum))
		return a > 0 ? INT64_MAX : OL_SYM_NO_BOUND;
	return sum;
}

static int64_t term_lo(const struct ol_syms *s, const struct ol_sym_term *t)
{
	int64_t lo = t->c;

	if (ol_sym_is_constant(t))
		return lo;
	if (lo < 0)
		return OL_SYM_NO_BOUND;
	for (uint32_t i = 0; i < OL_SYM_FACTORS && t->at[i]; i++) {
		int64_t f = ol_sym_atom(s, t->at[i])->lo;

		/* a factor that may be negative says something only when it stands alone */
		if (f < 0 && (f == OL_SYM_NO_BOUND || t->at[1]))
			return OL_SYM_NO_BOUND;
		if (__builtin_mul_overflow(lo, f, &lo))
			lo = f < 0 ? OL_SYM_NO_BOUND : INT64_MAX;
	}
	return lo;
}

struct ol_num ol_sym_keep(struct ol_syms *s, const struct ol_sym_poly *p)
{
	struct ol_sym_expr e = {.n = (uint8_t)p->n, .printable = true};
	struct ol_sym_term *copy;
	size_t size = p->n * sizeof(p->t[0]);
	uint32_t at;

	if (p->n == 0)
		return ol_num(0);
	if (p->n == 1 && ol_sym_is_constant(&p->t[0]))
		return ol_num(p->t[0].c);
	if (s->failed)
		return ol_num_unknown();
	e.hash = (uint32_t)ol_hash(s->key, p->t, size);
	for (at = e.hash & s->mask; s->table && s->table[at]; at = (at + 1) & s->mask) {
		const struct ol_sym_expr *x = &s->exprs[s->table[at] - 1];

		if (x->hash == e.hash && x->n == p->n && memcmp(x->t, p->t, size) == 0)
			return (struct ol_num){0, s->table[at] + 1};
	}
	if (s->n_exprs >= OL_SYM_MOST)
		return ol_num_unknown();
	if (!room((void **)&s->exprs, &s->cap_exprs, s->n_exprs, sizeof(*s->exprs)) ||
	    !table_room(s, &s->table, &s->mask, s->n_exprs, expr_hash))
		return refused(s);
	copy = ol_arena_alloc(s->arena, size);
	if (!copy)
		return refused(s);
	memcpy(copy, p->t, size);
	e.t = copy;
	for (uint32_t i = 0; i < p->n; i++) {
		e.lo = clamped_add(e.lo, term_lo(s, &copy[i]));
		for (uint32_t k = 0; k < OL_SYM_FACTORS && copy[i].at[k]; k++) {
			const struct ol_sym_atom *a = ol_sym_atom(s, copy[i].at[k]);

			e.depth = a->depth > e.depth ? a->depth : e.depth;
			e.printable = e.printable && a->printable;
		}
	}
	for (at = e.hash & s->mask; s->table[at];)
		at = (at + 1) & s->mask;
	s->exprs[s->n_exprs] = e;
	s->table[at] = ++s->n_exprs;
	return (struct ol_num){0, s->n_exprs + 1};
}

bool ol_sym_load(const struct ol_syms *s, struct ol_num a, struct ol_sym_poly *p)
{
	p->n = 0;
	if (a.sym == OL_NUM_UNKNOWN)
		return false;
	if (ol_num_is_sym(a)) {
		p->n = ol_sym_expr(s, a.sym)->n;
		memcpy(p->t, ol_sym_expr(s, a.sym)->t, p->n * sizeof(p->t[0]));
	} else if (a.v) {
		p->n = 1;
		p->t[0] = (struct ol_sym_term){.c = a.v};
	}
	return true;
}

int64_t ol_sym_lo(const struct ol_syms *s, struct ol_num a)
{
	if (ol_num_is_known(a))
		return a.v;
	return ol_num_is_sym(a) ? ol_sym_expr(s, a.sym)->lo : OL_SYM_NO_BOUND;
}

/* ---- atoms ---- */

static int64_t atom_lo(const struct ol_syms *s, const struct ol_sym_atom *x)
{
	int64_t a = ol_sym_lo(s, x->a), b = ol_sym_lo(s, x->b);

	switch ((enum ol_sym_kind)x->kind) {
	case OL_SYM_NAMED:
	case OL_SYM_FRESH:
		return 0;
	case OL_SYM_FLOOR:
		if (ol_num_is_known(x->b) && b > 0 && a != OL_SYM_NO_BOUND)
			return a / b - (a % b < 0);
		return a >= 0 && b >= 0 ? 0 : OL_SYM_NO_BOUND; /* a divisor is not 0 */
	case OL_SYM_CEIL:
		return a >= 0 && b >= 0 ? a > 0 : OL_SYM_NO_BOUND;
	case OL_SYM_MOD:
		return b >= 0 ? 0 : OL_SYM_NO_BOUND;
	case OL_SYM_MIN:
		return a < b ? a : b;
	case OL_SYM_MAX:
		return a > b ? a : b;
	}
	return OL_SYM_NO_BOUND;
}

static uint32_t num_depth(const struct ol_syms *s, struct ol_num a)
{
	return ol_num_is_sym(a) ? ol_sym_expr(s, a.sym)->depth : 0;
}

/* Adds the atom if it is new (a fresh one always is); 0 past a bound or on refusal. */
static uint32_t atom_add(struct ol_syms *s, struct ol_sym_atom *x)
{
	uint64_t key[6] = {x->kind, x->name, x->a.sym, (uint64_t)x->a.v, x->b.sym, (uint64_t)x->b.v};
	uint32_t at;

	if (s->failed)
		return 0;
	if (x->kind == OL_SYM_FRESH)
		key[1] = s->n_atoms;
	x->hash = (uint32_t)ol_hash(s->key, key, sizeof(key));
	for (at = x->hash & s->atom_mask; s->atom_table && s->atom_table[at];
	     at = (at + 1) & s->atom_mask) {
		const struct ol_sym_atom *y = &s->atoms[s->atom_table[at] - 1];

		if (x->kind != OL_SYM_FRESH && y->hash == x->hash && y->kind == x->kind && y->name == x->name &&
		    y->a.sym == x->a.sym && y->a.v == x->a.v && y->b.sym == x->b.sym && y->b.v == x->b.v)
			return s->atom_table[at];
	}
	if (s->n_atoms >= OL_SYM_MOST)
		return 0;
	if (!room((void **)&s->atoms, &s->cap_atoms, s->n_atoms, sizeof(*s->atoms)) ||
	    !table_room(s, &s->atom_table, &s->atom_mask, s->n_atoms, atom_hash)) {
		s->failed = true;
		return 0;
	}
	for (at = x->hash & s->atom_mask; s->atom_table[at];)
		at = (at + 1) & s->atom_mask;
	x->lo = atom_lo(s, x);
	s->atoms[s->n_atoms] = *x;
	s->atom_table[at] = ++s->n_atoms;
	return s->n_atoms;
}

static struct ol_num atom_num(struct ol_syms *s, struct ol_sym_atom *x)
{
	struct ol_sym_poly p = {.n = 1};

	p.t[0] = (struct ol_sym_term){.c = 1, .at = {atom_add(s, x)}};
	return p.t[0].at[0] ? ol_sym_keep(s, &p) : ol_num_unknown();
}

struct ol_num ol_num_named(struct ol_syms *s, uint32_t name)
{
	struct ol_sym_atom x = {.kind = OL_SYM_NAMED, .name = name, .printable = true};

	return atom_num(s, &x);
}

struct ol_num ol_num_fresh(struct ol_syms *s)
{
	struct ol_sym_atom x = {.kind = OL_SYM_FRESH};

	return atom_num(s, &x);
}

struct ol_num ol_sym_make(struct ol_syms *s, enum ol_sym_kind kind, struct ol_num a, struct ol_num b)
{
	struct ol_sym_atom x = {.kind = (uint8_t)kind, .a = a, .b = b};
	uint32_t da = num_depth(s, a), db = num_depth(s, b);

	if (a.sym == OL_NUM_UNKNOWN || b.sym == OL_NUM_UNKNOWN || da >= OL_SYM_DEPTH || db >= OL_SYM_DEPTH)
		return ol_num_unknown();
	x.depth = (uint8_t)((da > db ? da : db) + 1);
	x.printable = ol_num_printable(s, a) && ol_num_printable(s, b);
	return atom_num(s, &x);
}

/* ---- polynomials ---- */

/* Order of terms: the higher degree first, then the one with more of the earliest atom that differs. */
static int term_cmp(const struct ol_sym_term *a, const struct ol_sym_term *b)
{
	int order = 0;

	for (uint32_t i = 0; i < OL_SYM_FACTORS; i++) {
		if (!a->at[i] != !b->at[i])
			return a->at[i] ? -1 : 1;
		if (!order && a->at[i] != b->at[i])
			order = a->at[i] < b->at[i] ? -1 : 1;
	}
	return order;
}

bool ol_sym_plus(struct ol_sym_poly *out, const struct ol_sym_poly *a, int64_t k, const struct ol_sym_poly *b)
{
	struct ol_sym_poly r = {0};
	uint32_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int order = i == a->n ? 1 : j == b->n ? -1 : term_cmp(&a->t[i], &b->t[j]);
		struct ol_sym_term t = order <= 0 ? a->t[i++] : b->t[j];
		int64_t more = 0;

		if (order > 0)
			t.c = 0;
		if (order >= 0 && __builtin_mul_overflow(b->t[j++].c, k, &more))
			return false;
		if (__builtin_add_overflow(t.c, more, &t.c))
			return false;
		if (!t.c)
			continue;
		if (r.n == OL_SYM_TERMS)
			return false;
		r.t[r.n++] = t;
	}
	*out = r;
	return true;
}

bool ol_sym_term_times(struct ol_sym_term *out, const struct ol_sym_term *a, const struct ol_sym_term *b)
{
	struct ol_sym_term r = {0};
	uint32_t i = 0, j = 0, n = 0;

	if (__builtin_mul_overflow(a->c, b->c, &r.c))
		return false;
	for (;;) {
		uint32_t x = i < OL_SYM_FACTORS ? a->at[i] : 0, y = j < OL_SYM_FACTORS ? b->at[j] : 0;

		if (!x && !y)
			break;
		if (n == OL_SYM_FACTORS)
			return false;
		if (x && (!y || x <= y)) {
			r.at[n++] = x;
			i++;
		} else {
			r.at[n++] = y;
			j++;
		}
	}
	*out = r;
	return true;
}

bool ol_sym_term_over(struct ol_sym_term *out, const struct ol_sym_term *a, const struct ol_sym_term *b)
{
	struct ol_sym_term r = {0};
	uint32_t j = 0, n = 0;

	if (b->c == 0 || (b->c == -1 && a->c == INT64_MIN) || a->c % b->c != 0)
		return false;
	r.c = a->c / b->c;
	for (uint32_t i = 0; i < OL_SYM_FACTORS && a->at[i]; i++) {
		if (j < OL_SYM_FACTORS && b->at[j] == a->at[i])
			j++;
		else
			r.at[n++] = a->at[i];
	}
	*out = r;
	return j == OL_SYM_FACTORS || b->at[j] == 0;
}

/* ---- arithmetic ---- */

static struct ol_num sum(struct ol_syms *s, struct ol_num a, int64_t k, struct ol_num b)
{
	struct ol_sym_poly p, q;

	if (!ol_sym_load(s, a, &p) || !ol_sym_load(s, b, &q) || !ol_sym_plus(&p, &p, k, &q))
		return ol_num_unknown();
	return ol_sym_keep(s, &p);
}

struct ol_num ol_num_add(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	int64_t v;

	if (ol_num_is_known(a) && ol_num_is_known(b))
		return __builtin_add_overflow(a.v, b.v, &v) ? ol_num_unknown() : ol_num(v);
	if (ol_num_is(a, 0))
		return b;
	return ol_num_is(b, 0) ? a : sum(s, a, 1, b);
}

struct ol_num ol_num_sub(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	int64_t v;

	if (ol_num_is_known(a) && ol_num_is_known(b))
		return __builtin_sub_overflow(a.v, b.v, &v) ? ol_num_unknown() : ol_num(v);
	return ol_num_is(b, 0) ? a : sum(s, a, -1, b);
}

struct ol_num ol_num_mul(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	struct ol_sym_poly p, q, r = {0};
	int64_t v;

	if (ol_num_is_known(a) && ol_num_is_known(b))
		return __builtin_mul_overflow(a.v, b.v, &v) ? ol_num_unknown() : ol_num(v);
	if (ol_num_is(a, 0) || ol_num_is(b, 0))
		return ol_num(0); /* whatever the other one is */
	if (ol_num_is(a, 1))
		return b;
	if (ol_num_is(b, 1))
		return a;
	if (!ol_sym_load(s, a, &p) || !ol_sym_load(s, b, &q))
		return ol_num_unknown();
	for (uint32_t i = 0; i < p.n; i++) {
		struct ol_sym_poly row = {.n = q.n}; /* stays sorted: the order goes with multiplication */

		for (uint32_t j = 0; j < q.n; j++)
			if (!ol_sym_term_times(&row.t[j], &p.t[i], &q.t[j]))
				return ol_num_unknown();
		if (!ol_sym_plus(&r, &r, 1, &row))
			return ol_num_unknown();
	}
	return ol_sym_keep(s, &r);
}

enum ol_truth ol_num_equal(struct ol_syms *s, struct ol_num a, struct ol_num b)
{
	struct ol_sym_poly p, q;

	if (ol_num_is_known(a) && ol_num_is_known(b))
		return a.v == b.v ? OL_YES : OL_NO;
	if (!ol_sym_load(s, a, &p) || !ol_sym_load(s, b, &q))
		return OL_MAYBE;
	if (a.sym == b.sym)
		return OL_YES;
	if (!ol_sym_plus(&p, &p, -1, &q) || p.n != 1 || !ol_sym_is_constant(&p.t[0]))
		return OL_MAYBE;
	return OL_NO;
}

bool ol_num_nonnegative(const struct ol_syms *s, struct ol_num a)
{
	return ol_sym_lo(s, a) >= 0;
}
