/* test_weights.c: what is told of the elements of tensors, against counts of the definitions: IEEE 754, the 8-bit types of
 * https://onnx.ai/onnx/technical/float8.html. Every pattern of the types of up to 16 bits is judged by ol_tensor_double, which
 * has its own decoder; wider types by the C library. Each kernel that the processor runs is tested. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "load_bytes.h"

#include "weights/tally.h"

enum { MOST = 70000 };

static uint64_t random_state = 88172645463325252u;

static uint64_t random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

struct expected {
	struct ol_stats s;
	uint64_t bits; /* of the first */
};

static void count(struct ol_stats *s, enum ol_stat what, bool is, uint64_t i)
{
	if (is && !s->count[what]++)
		s->first[what] = i;
}

/* The definitions, element by element. normal: the smallest normal number; whole: integers. */
static void judge(struct expected *e, uint64_t i, double v, uint64_t bits, double normal, bool whole, bool extreme)
{
	struct ol_stats *s = &e->s;

	if (!s->n++) {
		e->bits = bits;
		s->constant = true;
	}
	s->constant &= bits == e->bits;
	count(s, OL_STAT_NAN, isnan(v), i);
	count(s, OL_STAT_INF, isinf(v), i);
	s->negative_infs += isinf(v) && v < 0;
	count(s, OL_STAT_ZERO, v == 0, i);
	count(s, OL_STAT_DENORMAL, v != 0 && fabs(v) < normal, i);
	count(s, OL_STAT_PAST16, !whole && isfinite(v) && fabs(v) >= 65520, i);
	count(s, OL_STAT_TINY16, !whole && v != 0 && fabs(v) <= ldexp(1, -25), i);
	count(s, OL_STAT_PAST32, whole && !extreme && (v > 2147483647.0 || v < -2147483648.0), i);
	if (!isfinite(v))
		return;
	if (!whole && fabs(v) >= 65520 && (s->least_past16 == 0 || fabs(v) < s->least_past16))
		s->least_past16 = fabs(v);
	s->min = !s->has_range || v < s->min ? v : s->min;
	s->max = !s->has_range || v > s->max ? v : s->max;
	s->has_range = true;
}

static void compare(const struct ol_stats *got, const struct ol_stats *want)
{
	assert_int_equal(got->n, want->n);
	for (int k = 0; k < OL_STAT_COUNT; k++) {
		assert_int_equal(got->count[k], want->count[k]);
		if (want->count[k])
			assert_int_equal(got->first[k], want->first[k]);
	}
	assert_int_equal(got->negative_infs, want->negative_infs);
	assert_int_equal(got->constant, want->constant);
	assert_int_equal(got->has_range, want->has_range);
	assert_true(got->least_past16 == want->least_past16);
	if (want->has_range) {
		assert_true(got->min == want->min);
		assert_true(got->max == want->max);
	}
}

/* Little-endian bytes of one element of 8 bits or more. */
static void store(uint8_t *p, size_t i, unsigned bytes, uint64_t v)
{
	for (unsigned k = 0; k < bytes; k++)
		p[i * bytes + k] = (uint8_t)(v >> (8 * k));
}

static double value(int32_t dtype, uint64_t v)
{
	int64_t none[1] = {0};
	uint8_t raw[8];
	struct ol_tensor t = {.dtype = dtype, .dims = none, .fields = 1u << 9, .data = raw, .payload = {0, 8}};
	float f;
	uint32_t u = (uint32_t)v;
	double d;

	if (dtype == OL_DT_FLOAT) {
		memcpy(&f, &u, 4);
		return (double)f;
	}
	if (dtype == OL_DT_DOUBLE) {
		memcpy(&d, &v, 8);
		return d;
	}
	store(raw, 0, 8, v);
	assert_true(ol_tensor_double(&t, 0, &d));
	return d;
}

static double normal_of(int32_t dtype)
{
	switch (dtype) {
	case OL_DT_FLOAT:
	case OL_DT_BFLOAT16:
		return ldexp(1, -126);
	case OL_DT_DOUBLE:
		return ldexp(1, -1022);
	case OL_DT_FLOAT16:
	case OL_DT_FLOAT8E5M2:
		return ldexp(1, -14);
	case OL_DT_FLOAT8E5M2FNUZ:
		return ldexp(1, -15);
	case OL_DT_FLOAT8E4M3FN:
		return ldexp(1, -6);
	case OL_DT_FLOAT8E4M3FNUZ:
		return ldexp(1, -7);
	case OL_DT_FLOAT4E2M1:
	case OL_DT_FLOAT6E2M3:
		return 1;
	case OL_DT_FLOAT6E3M2:
		return 0.25;
	default:
		return 0;
	}
}

static bool is_whole(int32_t dtype)
{
	return normal_of(dtype) == 0 && dtype != OL_DT_FLOAT8E8M0;
}

/* n elements of the patterns, through every kernel, at an odd address. */
static void check(int32_t dtype, const uint64_t *patterns, size_t n)
{
	unsigned bits = ol_dtype_info(dtype)->bits;
	uint8_t *room = calloc(n * 8 + 9, 1), *p = room + 1;
	struct expected e = {0};
	struct ol_stats got;
	struct ol_tally t;

	assert_non_null(room);
	for (size_t i = 0; i < n; i++) {
		uint64_t v = bits < 64 ? patterns[i] & (((uint64_t)1 << bits) - 1) : patterns[i];

		judge(&e, i, value(dtype, v), v, dtype == OL_DT_FLOAT8E8M0 ? 0 : normal_of(dtype),
		      is_whole(dtype) || dtype == OL_DT_FLOAT8E8M0,
		      dtype == OL_DT_FLOAT8E8M0 || (dtype == OL_DT_INT64 && v - ((uint64_t)INT64_MAX - 1) <= 4));
		if (bits >= 8) {
			store(p, i, bits / 8, v);
		} else {
			uint64_t at = i * bits;

			p[at / 8] |= (uint8_t)(v << at % 8);
			if (at % 8 + bits > 8)
				p[at / 8 + 1] |= (uint8_t)(v >> (8 - at % 8));
		}
	}
	for (unsigned k = 0; ol_kernel_at(k); k++) {
		ol_tally_init(&t);
		ol_weights_raw(&t, dtype, ol_kernel_at(k), p, n, 0);
		ol_tally_stats(&t, ol_weights_layout(dtype), &got);
		compare(&got, &e.s);
		/* in two parts, the second one first */
		if (n >= 48) {
			size_t cut = n / 2 / 24 * 24;
			struct ol_tally all, part;

			ol_tally_init(&all);
			ol_tally_init(&part);
			ol_weights_raw(&part, dtype, ol_kernel_at(k), p + cut * bits / 8, n - cut, cut);
			ol_tally_merge(&all, &part);
			ol_tally_init(&part);
			ol_weights_raw(&part, dtype, ol_kernel_at(k), p, cut, 0);
			ol_tally_merge(&all, &part);
			ol_tally_stats(&all, ol_weights_layout(dtype), &got);
			compare(&got, &e.s);
		}
	}
	free(room);
}

static bool is_read(int32_t dtype)
{
	return ol_weights_layout(dtype)->form != OL_FORM_NONE;
}

static void test_all_patterns(void **state)
{
	uint64_t *v = calloc(MOST, sizeof(*v));

	(void)state;
	assert_non_null(v);
	for (int32_t d = 1; d < OL_DT_COUNT; d++) {
		unsigned bits = ol_dtype_info(d)->bits;

		if (!is_read(d) || bits > 16)
			continue;
		for (uint64_t i = 0; i < (uint64_t)1 << bits; i++) {
			v[i] = i;
			check(d, &i, 1);
		}
		check(d, v, (size_t)1 << bits);
	}
	free(v);
}

/* Patterns around every bound, and others. */
static uint64_t odd_pattern(int32_t dtype)
{
	static const uint64_t f32[] = {0, 0x80000000, 1, 0x007fffff, 0x00800000, 0x807fffff, 0x33000000, 0x33000001, 0xb3000000,
				       0x477fefff, 0x477ff000, 0xc77ff000, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7f800001,
				       0xffc00000, 0x7fffffff, 0xffffffff, 0x3f800000};
	static const uint64_t f64[] = {0, (uint64_t)1 << 63, 1, 0x000fffffffffffff, 0x0010000000000000, 0x3e60000000000000,
				       0x3e60000000000001, 0x40effdffffffffff, 0x40effe0000000000, 0xc0effe0000000000,
				       0x7fefffffffffffff, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff0000000000001,
				       0xfff8000000000000, 0x3ff0000000000000};
	static const uint64_t i64[] = {0, 2147483647, 2147483648, (uint64_t)-2147483648, (uint64_t)-2147483649, INT64_MAX, (uint64_t)INT64_MIN + 2, (uint64_t)INT64_MIN + 3, (uint64_t)INT64_MAX - 2,
				       (uint64_t)INT64_MAX + 1, UINT64_MAX, 5};

	if (dtype == OL_DT_FLOAT)
		return f32[random64() % (sizeof(f32) / 8)];
	if (dtype == OL_DT_DOUBLE)
		return f64[random64() % (sizeof(f64) / 8)];
	return i64[random64() % (sizeof(i64) / 8)];
}

static void test_random(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 31, 127, 128, 129, 1023, 1024, 1025, 2048, 4096, 8191, 8192, 8193, 20000};
	uint64_t *v = calloc(MOST, sizeof(*v));

	(void)state;
	assert_non_null(v);
	for (int32_t d = 1; d < OL_DT_COUNT; d++) {
		if (!is_read(d))
			continue;
		for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++)
			for (int odd = 0; odd < 4; odd++) {
				for (size_t i = 0; i < sizes[k]; i++)
					v[i] = odd == 1 || (odd == 2 && random64() % 3000 == 0) ? odd_pattern(d)
					       : odd == 3					? v[0]
											: random64();
				check(d, v, sizes[k]);
			}
	}
	free(v);
}

/* Usual weights, with one thing among them: nothing of it is lost at the ends of blocks. */
static void test_one_among_many(void **state)
{
	static const uint32_t things[] = {0x7fc00000, 0x7f800000, 0xff800000, 0, 0x80000000, 1, 0x477ff000, 0xc7800000, 0x33000000};
	static const size_t places[] = {0, 1, 2047, 2048, 4095, 4096, 9999};
	uint64_t *v = calloc(10000, sizeof(*v));

	(void)state;
	assert_non_null(v);
	for (size_t k = 0; k < sizeof(things) / sizeof(*things); k++)
		for (size_t a = 0; a < sizeof(places) / sizeof(*places); a++) {
			for (size_t i = 0; i < 10000; i++)
				v[i] = 0x3c000000 | (random64() & 0x80ffffff);
			v[places[a]] = things[k];
			check(OL_DT_FLOAT, v, 10000);
		}
	free(v);
}

/* ---- typed fields ---- */

static void check_tensor(const struct ol_tensor *t, uint64_t n, const struct ol_stats *want)
{
	struct ol_stats got;
	struct ol_tally tally;

	ol_tally_init(&tally);
	ol_weights_typed(&tally, t, ol_kernel_best(), n);
	ol_tally_stats(&tally, ol_weights_layout(t->dtype), &got);
	compare(&got, want);
}

static void test_typed(void **state)
{
	/* float16 1.0, NaN, -infinity, 65504, the smallest denormal */
	static const int32_t half[] = {0x3c00, 0x7e00, 0xfc00, 0x7bff, 1};
	/* two elements of four bits an item: 1, -1, -8, 7, 0 */
	static const int32_t nibbles[] = {0xf1, 0x78, 0x00};
	static const int32_t bytes[] = {-128, 127, 0};
	static const uint64_t words[] = {4294967295u, 0, 5};
	struct ol_tensor t = {.dtype = OL_DT_FLOAT16, .data = half, .count = 5};
	struct ol_stats s = {.n = 5, .negative_infs = 1, .has_range = true, .min = ldexp(1, -24), .max = 65504};

	(void)state;
	s.count[OL_STAT_NAN] = s.count[OL_STAT_INF] = s.count[OL_STAT_DENORMAL] = 1;
	s.first[OL_STAT_NAN] = 1;
	s.first[OL_STAT_INF] = 2;
	s.first[OL_STAT_DENORMAL] = 4;
	check_tensor(&t, 5, &s);
	t = (struct ol_tensor){.dtype = OL_DT_INT4, .data = nibbles, .count = 3};
	s = (struct ol_stats){.n = 5, .has_range = true, .min = -8, .max = 7};
	s.count[OL_STAT_ZERO] = 1;
	s.first[OL_STAT_ZERO] = 4;
	check_tensor(&t, 5, &s);
	t = (struct ol_tensor){.dtype = OL_DT_INT8, .data = bytes, .count = 3};
	s = (struct ol_stats){.n = 3, .has_range = true, .min = -128, .max = 127};
	s.count[OL_STAT_ZERO] = 1;
	s.first[OL_STAT_ZERO] = 2;
	check_tensor(&t, 3, &s);
	t = (struct ol_tensor){.dtype = OL_DT_UINT32, .data = words, .count = 3};
	s = (struct ol_stats){.n = 3, .has_range = true, .min = 0, .max = 4294967295.0};
	s.count[OL_STAT_ZERO] = s.count[OL_STAT_PAST32] = 1;
	s.first[OL_STAT_ZERO] = 1;
	check_tensor(&t, 3, &s);
}

static void test_varints(void **state)
{
	/* 1, -1 (ten bytes), 2^31, 0 in pieces of every length */
	static const uint8_t bytes[] = {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0x80, 0x80, 0x80, 0x80, 8, 0};
	struct ol_stats s = {.n = 4, .has_range = true, .min = -1, .max = 2147483648.0}, got;

	(void)state;
	s.count[OL_STAT_ZERO] = s.count[OL_STAT_PAST32] = 1;
	s.first[OL_STAT_ZERO] = 3;
	s.first[OL_STAT_PAST32] = 2;
	for (size_t piece = 1; piece <= sizeof(bytes); piece++) {
		struct ol_varints v = {0};
		struct ol_tally t;

		ol_tally_init(&t);
		for (size_t at = 0; at < sizeof(bytes); at += piece) {
			size_t n = sizeof(bytes) - at < piece ? sizeof(bytes) - at : piece;

			assert_int_equal(ol_weights_varints(&t, OL_DT_INT64, ol_kernel_best(), &v, bytes + at, n, 4), 0);
		}
		ol_tally_stats(&t, ol_weights_layout(OL_DT_INT64), &got);
		compare(&got, &s);
	}
}

static void test_position(void **state)
{
	static const int64_t dims[] = {2, 3, 4};
	struct ol_tensor t = {.rank = 3, .dims = dims}, scalar = {0};
	struct ol_arena a;

	(void)state;
	ol_arena_init(&a, 0);
	assert_true(ol_str_is(ol_weights_position(&a, &t, 0), "[0, 0, 0]"));
	assert_true(ol_str_is(ol_weights_position(&a, &t, 23), "[1, 2, 3]"));
	assert_true(ol_str_is(ol_weights_position(&a, &t, 13), "[1, 0, 1]"));
	assert_true(ol_str_is(ol_weights_position(&a, &scalar, 0), "[]"));
	ol_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_patterns), cmocka_unit_test(test_random),  cmocka_unit_test(test_one_among_many),
		cmocka_unit_test(test_typed),	     cmocka_unit_test(test_varints), cmocka_unit_test(test_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
