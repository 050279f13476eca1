/* Symbolic numbers. Expected texts are worked out by hand; random expressions are compared with plain arithmetic by
 * reading the printed text back and evaluating it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "infer/sym.h"

struct world {
	struct ol_arena arena, name_arena;
	struct ol_intern names;
	struct ol_syms s;
	struct ol_num n, m, k, p; /* N M K P */
};

static struct ol_num name(struct world *w, const char *z)
{
	return ol_num_named(&w->s, ol_intern_add(&w->names, ol_str(z)));
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	ol_arena_init(&w->arena, 0);
	ol_arena_init(&w->name_arena, 0);
	if (ol_intern_init(&w->names, &w->name_arena) || ol_syms_init(&w->s, &w->arena, &w->names))
		return -1;
	w->n = name(w, "N");
	w->m = name(w, "M");
	w->k = name(w, "K");
	w->p = name(w, "P");
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	ol_syms_free(&w->s);
	ol_intern_free(&w->names);
	ol_arena_free(&w->name_arena);
	ol_arena_free(&w->arena);
	free(w);
	return 0;
}

/* The operation that a sign stands for: / floor, c ceil, % mod, < min, > max. */
static struct ol_num op(struct world *w, struct ol_num a, char sign, struct ol_num b)
{
	switch (sign) {
	case '+':
		return ol_num_add(&w->s, a, b);
	case '-':
		return ol_num_sub(&w->s, a, b);
	case '*':
		return ol_num_mul(&w->s, a, b);
	case '/':
		return ol_num_floordiv(&w->s, a, b);
	case 'c':
		return ol_num_ceildiv(&w->s, a, b);
	case '%':
		return ol_num_mod(&w->s, a, b);
	case '<':
		return ol_num_min(&w->s, a, b);
	default:
		return ol_num_max(&w->s, a, b);
	}
}

static struct ol_num opi(struct world *w, struct ol_num a, char sign, int64_t b)
{
	return op(w, a, sign, ol_num(b));
}

static void is_text(struct world *w, struct ol_num a, const char *text)
{
	struct ol_buf b = {0};

	ol_num_print(&w->s, a, &b);
	assert_string_equal(b.p, text);
	ol_buf_free(&b);
}

static void same(struct ol_num a, struct ol_num b)
{
	assert_int_equal(a.sym, b.sym);
	assert_int_equal(a.v, b.v);
	assert_int_not_equal(a.sym, OL_NUM_UNKNOWN);
}

static void unknown(struct ol_num a)
{
	assert_int_equal(a.sym, OL_NUM_UNKNOWN);
}

static void test_numbers(void **state)
{
	static const struct {
		int64_t a;
		char sign;
		int64_t b, v;
	} rows[] = {
		{7, '+', -9, -2}, {7, '-', 9, -2}, {7, '*', -9, -63}, {7, '/', 2, 3}, {-7, '/', 2, -4}, {7, '/', -2, -4},
		{-7, '/', -2, 3}, {7, 'c', 2, 4}, {-7, 'c', 2, -3}, {7, 'c', -2, -3}, {-7, 'c', -2, 4}, {8, 'c', 2, 4},
		{7, '%', 3, 1}, {-7, '%', 3, 2}, {7, '%', -3, -2}, {-7, '%', -3, -1}, {6, '%', -3, 0}, {3, '<', -4, -4},
		{3, '>', -4, 3}, {INT64_MIN, '%', -1, 0}, {INT64_MIN, '/', 1, INT64_MIN},
	};
	struct world *w = *state;
	uint32_t exprs = w->s.n_exprs, atoms = w->s.n_atoms;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		same(opi(w, ol_num(rows[i].a), rows[i].sign, rows[i].b), ol_num(rows[i].v));
	unknown(opi(w, ol_num(INT64_MAX), '+', 1));
	unknown(opi(w, ol_num(INT64_MIN), '-', 1));
	unknown(opi(w, ol_num(INT64_MIN), '*', -1));
	unknown(opi(w, ol_num(INT64_MIN), '/', -1));
	unknown(opi(w, ol_num(INT64_MIN), 'c', -1));
	unknown(opi(w, ol_num(5), '/', 0));
	unknown(opi(w, ol_num(5), 'c', 0));
	unknown(opi(w, ol_num(5), '%', 0));
	assert_int_equal(w->s.n_exprs, exprs);
	assert_int_equal(w->s.n_atoms, atoms);
}

static void test_polynomials(void **state)
{
	struct world *w = *state;
	struct ol_num n1 = opi(w, w->n, '+', 1), nm = op(w, w->n, '*', w->m);

	same(name(w, "N"), w->n);
	is_text(w, w->n, "N");
	is_text(w, opi(w, opi(w, w->n, '*', 2), '+', 1), "2*N + 1");
	is_text(w, opi(w, w->n, '-', 1), "N - 1");
	is_text(w, op(w, ol_num(1), '-', w->n), "-N + 1");
	is_text(w, nm, "N*M");
	is_text(w, op(w, n1, '*', n1), "N*N + 2*N + 1");
	is_text(w, op(w, opi(w, nm, '*', -3), '-', w->k), "-3*N*M - K");
	same(op(w, w->n, '-', w->n), ol_num(0));
	same(op(w, n1, '-', w->n), ol_num(1));
	same(opi(w, w->n, '*', 0), ol_num(0));
	same(op(w, w->m, '*', w->n), nm);
	/* (N + 1)(M - 1) = NM - N + M - 1, either way round */
	same(op(w, n1, '*', opi(w, w->m, '-', 1)), op(w, op(w, nm, '-', w->n), '+', opi(w, w->m, '-', 1)));
	is_text(w, ol_num(-12), "-12");
	is_text(w, ol_num_unknown(), "?");
	unknown(op(w, w->n, '+', ol_num_unknown()));
	unknown(op(w, ol_num(2), '*', ol_num_unknown()));
	unknown(opi(w, opi(w, w->n, '*', INT64_MAX), '*', 2));
	unknown(op(w, opi(w, w->n, '*', INT64_MAX), '+', w->n));
}

static void test_division(void **state)
{
	struct world *w = *state;
	struct ol_num nm = op(w, w->n, '*', w->m), n2 = opi(w, w->n, '/', 2), sum = op(w, w->n, '+', w->m);

	same(opi(w, opi(w, w->n, '*', 3), '/', 3), w->n);
	is_text(w, opi(w, opi(w, opi(w, w->n, '*', 2), '+', 4), '/', 2), "N + 2");
	same(op(w, nm, '/', w->n), w->m);
	same(op(w, sum, '/', sum), ol_num(1));
	same(op(w, op(w, sum, '*', sum), '/', sum), sum);
	same(opi(w, op(w, opi(w, w->n, '*', -6), '-', w->n), '/', -7), w->n);
	is_text(w, n2, "floor(N/2)");
	is_text(w, opi(w, w->n, 'c', 2), "ceil(N/2)");
	is_text(w, opi(w, sum, 'c', 2), "ceil((N + M)/2)");
	is_text(w, opi(w, opi(w, w->n, '+', 1), '/', 3), "floor((N + 1)/3)");
	is_text(w, op(w, w->n, '/', w->m), "floor(N/M)");
	is_text(w, op(w, w->n, 'c', opi(w, w->m, '*', 2)), "ceil(N/(2*M))");
	is_text(w, op(w, ol_num(3), '/', w->n), "floor(3/N)");
	/* floor(floor(N/2)/3) = floor(N/6); floor((floor(N/2) + 1)/3) = floor((N + 2)/6) */
	same(opi(w, n2, '/', 3), opi(w, w->n, '/', 6));
	same(opi(w, opi(w, n2, '+', 1), '/', 3), opi(w, opi(w, w->n, '+', 2), '/', 6));
	/* floor((4M + N)/4) = M + floor(N/4); ceil((N - 2)/2) = ceil(N/2) - 1; ceil(N/2) = floor((N - 1)/2) + 1 */
	same(opi(w, op(w, opi(w, w->m, '*', 4), '+', w->n), '/', 4), op(w, w->m, '+', opi(w, w->n, '/', 4)));
	is_text(w, opi(w, opi(w, w->n, '-', 2), 'c', 2), "ceil(N/2) - 1");
	same(opi(w, opi(w, opi(w, w->n, '-', 1), '/', 2), '+', 1), opi(w, w->n, 'c', 2));
	/* floor((4N + 3)/6) = floor((2N + 1)/3); floor(6NK/4MK) = floor(3N/2M); floor(N/-2) = floor(N/2) - N */
	same(opi(w, opi(w, opi(w, w->n, '*', 4), '+', 3), '/', 6), opi(w, opi(w, opi(w, w->n, '*', 2), '+', 1), '/', 3));
	is_text(w, op(w, op(w, opi(w, w->n, '*', 6), '*', w->k), '/', op(w, opi(w, w->m, '*', 4), '*', w->k)),
		"floor(3*N/(2*M))");
	same(op(w, opi(w, w->n, '/', -2), '+', w->n), n2);
	unknown(opi(w, w->n, '/', 0));
	/* a Reshape of [N, 8, 4] to [0, -1]: N*32/N */
	same(op(w, opi(w, opi(w, w->n, '*', 8), '*', 4), '/', w->n), ol_num(32));
}

static void test_mod(void **state)
{
	struct world *w = *state;

	is_text(w, opi(w, w->n, '%', 2), "mod(N, 2)");
	same(opi(w, opi(w, w->n, '*', 4), '%', 2), ol_num(0));
	same(opi(w, opi(w, opi(w, w->n, '*', 4), '+', 7), '%', 2), ol_num(1));
	same(opi(w, opi(w, opi(w, w->n, '*', 5), '+', 7), '%', 4), opi(w, opi(w, w->n, '+', 3), '%', 4));
	same(opi(w, opi(w, w->n, '%', 6), '%', 3), opi(w, w->n, '%', 3));
	/* mod(4N + 3, 6) = 2*mod(2N + 1, 3) + 1 */
	is_text(w, opi(w, opi(w, opi(w, w->n, '*', 4), '+', 3), '%', 6), "2*mod(2*N + 1, 3) + 1");
	same(op(w, w->n, '%', w->n), ol_num(0));
	assert_true(ol_num_nonnegative(&w->s, opi(w, opi(w, w->n, '-', 9), '%', 4)));
	assert_false(ol_num_nonnegative(&w->s, opi(w, w->n, '%', -4)));
}

static void test_extremes(void **state)
{
	struct world *w = *state;
	struct ol_num n1 = opi(w, w->n, '>', 1);

	is_text(w, n1, "max(N, 1)");
	same(op(w, ol_num(1), '>', w->n), n1);
	same(op(w, w->m, '<', w->n), op(w, w->n, '<', w->m));
	same(opi(w, w->n, '>', 0), w->n);
	same(opi(w, w->n, '<', 0), ol_num(0));
	same(opi(w, w->n, '>', -5), w->n);
	same(op(w, w->n, '<', w->n), w->n);
	same(op(w, opi(w, w->n, '-', 3), '<', w->n), opi(w, w->n, '-', 3));
	same(op(w, opi(w, w->n, '-', 3), '>', w->n), w->n);
	same(opi(w, n1, '>', 1), n1);
	same(opi(w, n1, '>', 2), opi(w, w->n, '>', 2));
	same(opi(w, opi(w, w->n, '<', 7), '<', 9), opi(w, w->n, '<', 7));
	is_text(w, opi(w, w->n, '<', 7), "min(N, 7)");
	assert_true(ol_num_nonnegative(&w->s, opi(w, n1, '-', 1)));
	assert_false(ol_num_nonnegative(&w->s, opi(w, n1, '-', 2)));
	unknown(op(w, w->n, '>', ol_num_unknown()));
}

static void test_questions(void **state)
{
	struct world *w = *state;
	struct ol_num f = ol_num_fresh(&w->s), g = ol_num_fresh(&w->s), n1 = opi(w, w->n, '+', 1);

	assert_int_equal(ol_num_equal(&w->s, ol_num(3), ol_num(3)), OL_YES);
	assert_int_equal(ol_num_equal(&w->s, ol_num(3), ol_num(4)), OL_NO);
	assert_int_equal(ol_num_equal(&w->s, w->n, w->n), OL_YES);
	assert_int_equal(ol_num_equal(&w->s, w->n, n1), OL_NO);
	assert_int_equal(ol_num_equal(&w->s, w->n, w->m), OL_MAYBE);
	assert_int_equal(ol_num_equal(&w->s, w->n, ol_num(3)), OL_MAYBE);
	assert_int_equal(ol_num_equal(&w->s, ol_num_unknown(), ol_num_unknown()), OL_MAYBE);
	assert_int_equal(ol_num_equal(&w->s, f, f), OL_YES);
	assert_int_equal(ol_num_equal(&w->s, f, g), OL_MAYBE);
	is_text(w, f, "?");
	is_text(w, opi(w, opi(w, f, '*', 2), '+', 1), "2*? + 1");
	assert_true(ol_num_printable(&w->s, ol_num(3)));
	assert_true(ol_num_printable(&w->s, opi(w, n1, '/', 3)));
	assert_false(ol_num_printable(&w->s, f));
	assert_false(ol_num_printable(&w->s, ol_num_unknown()));
	assert_false(ol_num_printable(&w->s, op(w, w->n, '+', opi(w, f, '/', 2))));
	assert_true(ol_num_nonnegative(&w->s, f));
	assert_true(ol_num_nonnegative(&w->s, n1));
	assert_true(ol_num_nonnegative(&w->s, opi(w, n1, '*', INT64_MAX)));
	assert_false(ol_num_nonnegative(&w->s, opi(w, w->n, '-', 1)));
	assert_false(ol_num_nonnegative(&w->s, ol_num_unknown()));
	assert_true(ol_num_nonnegative(&w->s, ol_num(0)));
	assert_false(ol_num_nonnegative(&w->s, ol_num(-1)));
}

static void test_bounds(void **state)
{
	struct world *w = *state;
	struct ol_num a = ol_num(0), b = w->n;
	struct ol_buf text = {0};
	char z[16];

	for (int i = 0; i < 12; i++) {
		snprintf(z, sizeof(z), "S%d", i);
		a = op(w, a, '+', name(w, z));
	}
	assert_true(ol_num_is_sym(a));
	unknown(opi(w, a, '+', 1));
	for (int i = 1; i < 6; i++)
		b = op(w, b, '*', w->n);
	is_text(w, b, "N*N*N*N*N*N");
	unknown(op(w, b, '*', w->n));
	same(op(w, b, '/', b), ol_num(1));
	/* six deep, each sharing the one before many times: the text is cut */
	b = w->n;
	for (int i = 0; i < 6; i++) {
		struct ol_num c = op(w, op(w, b, '*', b), '*', b);

		b = op(w, op(w, c, '+', w->m), '/', op(w, b, '+', w->k));
		assert_true(ol_num_is_sym(b));
	}
	ol_num_print(&w->s, b, &text);
	assert_true(text.n < 400);
	assert_string_equal(text.p + text.n - 3, "…");
	ol_buf_free(&text);
	unknown(op(w, b, '/', w->p));
}

static void test_many(void **state)
{
	struct world *w = *state;
	uint32_t known = 0;

	for (uint32_t i = 0; i < 1100000; i++)
		known += ol_num_is_sym(ol_num_fresh(&w->s));
	assert_int_equal(known, 1000000 - 4);
	assert_false(w->s.failed);
	unknown(opi(w, w->n, '+', 1));
	same(name(w, "N"), w->n);
}

static void test_refused(void **state)
{
	struct world *w = *state;
	struct ol_arena small;
	struct ol_syms s;

	ol_arena_init(&small, 200);
	assert_int_equal(ol_syms_init(&s, &small, &w->names), 0);
	for (int i = 0; i < 20; i++)
		ol_num_fresh(&s);
	assert_true(s.failed);
	unknown(ol_num_fresh(&s));
	same(ol_num_add(&s, ol_num(1), ol_num(2)), ol_num(3));
	ol_syms_free(&s);
	ol_arena_free(&small);
}

/* ---- random expressions ---- */

struct reader {
	const char *z;
	const int64_t *values; /* of N M K P */
	bool wrong;            /* overflow or division by 0 */
};

static int64_t apply(bool *wrong, int64_t a, char sign, int64_t b)
{
	int64_t v = 0;

	if (strchr("/c%", sign) && (b == 0 || (a == INT64_MIN && b == -1))) {
		*wrong = true;
		return 0;
	}
	switch (sign) {
	case '+':
		*wrong |= __builtin_add_overflow(a, b, &v);
		return v;
	case '-':
		*wrong |= __builtin_sub_overflow(a, b, &v);
		return v;
	case '*':
		*wrong |= __builtin_mul_overflow(a, b, &v);
		return v;
	case '/':
		v = a / b;
		return v * b != a && (a < 0) != (b < 0) ? v - 1 : v;
	case 'c':
		v = a / b;
		return v * b != a && (a < 0) == (b < 0) ? v + 1 : v;
	case '%':
		v = a % b;
		return v && (v < 0) != (b < 0) ? v + b : v;
	case '<':
		return a < b ? a : b;
	default:
		return a > b ? a : b;
	}
}

static int64_t read_sum(struct reader *r);

static int64_t read_factor(struct reader *r)
{
	static const struct {
		const char *opens;
		char sign;
	} calls[] = {{"floor(", '/'}, {"ceil(", 'c'}, {"mod(", '%'}, {"min(", '<'}, {"max(", '>'}, {"(", 0}};
	int64_t a, b;

	if (*r->z == '-') {
		r->z++;
		return apply(&r->wrong, 0, '-', read_factor(r));
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strncmp(r->z, calls[i].opens, strlen(calls[i].opens)) != 0)
			continue;
		r->z += strlen(calls[i].opens);
		a = read_sum(r);
		if (calls[i].sign) {
			bool division = calls[i].sign == '/' || calls[i].sign == 'c';

			assert_int_equal(strncmp(r->z, division ? "/" : ", ", division ? 1 : 2), 0);
			r->z += division ? 1 : 2;
			b = division ? read_factor(r) : read_sum(r);
			a = apply(&r->wrong, a, calls[i].sign, b);
		}
		assert_int_equal(*r->z++, ')');
		return a;
	}
	if (*r->z >= '0' && *r->z <= '9') {
		char *end;

		a = strtoll(r->z, &end, 10);
		r->z = end;
		return a;
	}
	const char *at = strchr("NMKP", *r->z++);
	assert_non_null(at);
	return r->values[at - "NMKP"];
}

static int64_t read_product(struct reader *r)
{
	int64_t v = read_factor(r);

	while (*r->z == '*') {
		r->z++;
		v = apply(&r->wrong, v, '*', read_factor(r));
	}
	return v;
}

static int64_t read_sum(struct reader *r)
{
	int64_t v = read_product(r);

	while (strncmp(r->z, " + ", 3) == 0 || strncmp(r->z, " - ", 3) == 0) {
		char sign = r->z[1];

		r->z += 3;
		v = apply(&r->wrong, v, sign, read_product(r));
	}
	return v;
}

enum { POOL = 24, TRIES = 4 };
struct entry {
	struct ol_num num;
	int64_t v[TRIES];
	bool wrong[TRIES]; /* no value: divides by 0 or grows too much */
};

static uint64_t next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void test_random(void **state)
{
	struct world *w = *state;
	uint64_t x = 0x9e3779b97f4a7c15u;
	uint32_t compared = 0, equal = 0;

	for (int round = 0; round < 3000; round++) {
		struct entry pool[POOL] = {{.num = w->n}, {.num = w->m}, {.num = w->k}, {.num = w->p}};
		int64_t values[TRIES][4];

		for (int t = 0; t < TRIES; t++)
			for (int i = 0; i < 4; i++)
				pool[i].v[t] = values[t][i] = (int64_t)(next(&x) % (t ? 40 : 4)) + 1;
		for (uint32_t i = 4; i < POOL; i++) {
			struct entry *e = &pool[i], *a = &pool[next(&x) % i], *b = &pool[next(&x) % i];
			struct entry number = {0};
			char sign = "++--**//cc%<>"[next(&x) % 13];
			struct ol_buf text = {0};

			if (next(&x) % 2) {
				number.num = ol_num((int64_t)(next(&x) % 16) - 4);
				for (int t = 0; t < TRIES; t++)
					number.v[t] = number.num.v;
				*(next(&x) % 4 ? &b : &a) = &number;
			}
			e->num = op(w, a->num, sign, b->num);
			ol_num_print(&w->s, e->num, &text);
			for (int t = 0; t < TRIES; t++) {
				struct reader r = {text.p, values[t], false};
				int64_t v;

				e->wrong[t] = a->wrong[t] || b->wrong[t];
				e->v[t] = apply(&e->wrong[t], a->v[t], sign, b->v[t]);
				if (e->v[t] > (int64_t)1 << 40 || e->v[t] < -((int64_t)1 << 40))
					e->wrong[t] = true;
				if (e->wrong[t] || strstr(text.p, "…") || strchr(text.p, '?'))
					continue;
				v = read_sum(&r);
				assert_int_equal(*r.z, 0);
				if (r.wrong)
					continue;
				if (v != e->v[t])
					print_error("%s: %lld, not %lld\n", text.p, (long long)v, (long long)e->v[t]);
				assert_int_equal(v, e->v[t]);
				compared++;
				assert_true(!ol_num_nonnegative(&w->s, e->num) || v >= 0);
				for (uint32_t j = 0; j < i; j++) {
					enum ol_truth truth;

					if (pool[j].wrong[t])
						continue;
					truth = ol_num_equal(&w->s, e->num, pool[j].num);
					equal += truth == OL_YES;
					assert_true(truth != OL_YES || v == pool[j].v[t]);
					assert_true(truth != OL_NO || v != pool[j].v[t]);
				}
			}
			ol_buf_free(&text);
		}
	}
	assert_true(compared > 50000);
	assert_true(equal > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_polynomials, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_division, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mod, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_extremes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_questions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_random, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
