/* test_util.c: the utilities, against hand calculation, the specification's vectors and other implementations' values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/arena.h"
#include "util/intern.h"
#include "util/json.h"
#include "util/sha256.h"
#include "util/text.h"

static void arena_budget_and_alignment(void **state)
{
	struct ol_arena a;

	(void)state;
	ol_arena_init(&a, 1000);
	for (size_t n = 1; n < 20; n++) {
		void *p = ol_arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		memset(p, 0xff, n);
	}
	assert_null(ol_arena_alloc(&a, 1000));
	assert_null(ol_arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_null(ol_arena_alloc(&a, SIZE_MAX));
	ol_arena_reset(&a);
	assert_non_null(ol_arena_alloc(&a, 900));
	ol_arena_free(&a);
}

static void interning(void **state)
{
	struct ol_arena a;
	struct ol_intern t;
	char name[32];

	(void)state;
	ol_arena_init(&a, 0);
	assert_int_equal(ol_intern_init(&t, &a), 0);
	assert_int_equal(ol_intern_add(&t, OL_STR("")), 0);
	for (uint32_t i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "v%u", i);
		assert_int_equal(ol_intern_add(&t, ol_str(name)), i + 1);
	}
	for (uint32_t i = 0; i < 100000; i += 997) {
		snprintf(name, sizeof(name), "v%u", i);
		assert_int_equal(ol_intern_add(&t, ol_str(name)), i + 1);
		assert_int_equal(ol_intern_find(&t, ol_str(name)), i + 1);
		assert_string_equal(ol_intern_str(&t, i + 1).p, name);
	}
	assert_int_equal(ol_intern_find(&t, OL_STR("never")), UINT32_MAX);
	assert_int_not_equal(ol_intern_add(&t, (struct ol_str){"a\0b", 3}), ol_intern_add(&t, OL_STR("a")));
	ol_intern_free(&t);
	ol_arena_free(&a);
}

static void hash_differs_by_key(void **state)
{
	const uint64_t k1[2] = {1, 2}, k2[2] = {1, 3};

	(void)state;
	assert_true(ol_hash(k1, "abc", 3) != ol_hash(k2, "abc", 3));
	assert_true(ol_hash(k1, "abc", 3) == ol_hash(k1, "abc", 3));
	assert_true(ol_hash(k1, "12345678", 8) != ol_hash(k1, "12345679", 8));
}

static void sha256_vectors(void **state)
{
	/* FIPS 180-4 examples, and 1,000,000 times "a" (NIST) */
	static const struct {
		const char *text;
		size_t times;
		const char *want;
	} v[] = {
		{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct ol_sha256 s;
		uint8_t out[32];
		char hex[65];

		ol_sha256_init(&s);
		for (size_t k = 0; k < v[i].times; k++)
			ol_sha256_add(&s, v[i].text, strlen(v[i].text));
		ol_sha256_end(&s, out);
		for (size_t k = 0; k < 32; k++)
			snprintf(hex + 2 * k, 3, "%02x", out[k]);
		assert_string_equal(hex, v[i].want);
	}
}

static void escaping(void **state)
{
	struct ol_buf b = {0};

	(void)state;
	ol_text_plain(&b, (struct ol_str){"a\x1b[31m\n\t\xc2\x9b\xe2\x80\xae\xff\xc3\xa9\0z", 18}, 0);
	assert_string_equal(b.p, "a\\x1b[31m\\n\\t\\u{9b}\\u{202e}\\xff\xc3\xa9\\x00z");
	ol_buf_clear(&b);
	ol_text_plain(&b, OL_STR("abcdefgh"), 5);
	assert_string_equal(b.p, "abcd…");
	ol_buf_clear(&b);
	ol_text_plain(&b, OL_STR("abcde"), 5);
	assert_string_equal(b.p, "abcde");
	ol_buf_clear(&b);
	ol_text_json(&b, (struct ol_str){"\"\\\n\x01\xff\xe2\x80\xa8\xf3\xa0\x81\x81", 12});
	assert_string_equal(b.p, "\\\"\\\\\\n\\u0001\\\\xff\\u2028\\udb40\\udc41");
	ol_buf_free(&b);
	/* overlong, surrogate, past the last code point */
	assert_false(ol_utf8_valid(OL_STR("\xc0\x80"), NULL));
	assert_false(ol_utf8_valid(OL_STR("\xed\xa0\x80"), NULL));
	assert_false(ol_utf8_valid(OL_STR("\xf4\x90\x80\x80"), NULL));
	assert_true(ol_utf8_valid(OL_STR("12345678\xf4\x8f\xbf\xbf"), NULL));
}

static void distances(void **state)
{
	uint32_t d;

	(void)state;
	/* hand calculation */
	assert_int_equal(ol_text_distance(OL_STR("kitten"), OL_STR("sitting"), 9), 3);
	assert_int_equal(ol_text_distance(OL_STR("Rleu"), OL_STR("Relu"), 9), 1);
	assert_int_equal(ol_text_distance(OL_STR(""), OL_STR("abc"), 9), 3);
	assert_int_equal(ol_text_distance(OL_STR("abc"), OL_STR("xyzuvw"), 2), 3);
	assert_true(ol_text_near(OL_STR("Reluu"), OL_STR("Relu"), &d));
	assert_true(ol_text_near(OL_STR("batch_normalization"), OL_STR("BatchNormalization"), &d));
	assert_false(ol_text_near(OL_STR("Add"), OL_STR("Abs"), &d));
}

static void numbers(void **state)
{
	struct ol_buf b = {0};
	int64_t i;

	(void)state;
	assert_true(ol_text_int(OL_STR("-9223372036854775808"), &i) && i == INT64_MIN);
	assert_false(ol_text_int(OL_STR("9223372036854775808"), &i));
	assert_false(ol_text_int(OL_STR(""), &i) || ol_text_int(OL_STR("-"), &i) || ol_text_int(OL_STR("1 "), &i) ||
		     ol_text_int(OL_STR("+1"), &i));
	ol_text_double(&b, 0.1);
	ol_buf_char(&b, ' ');
	ol_text_double(&b, 1e300);
	ol_buf_char(&b, ' ');
	ol_text_double(&b, -(double)INFINITY);
	ol_buf_char(&b, ' ');
	ol_text_bytes(&b, 2072000000);
	ol_buf_char(&b, ' ');
	ol_text_count(&b, 1234567);
	assert_string_equal(b.p, "0.1 1e+300 -inf 1.93 GiB 1,234,567");
	ol_buf_free(&b);
}

static void globs(void **state)
{
	struct ol_buf a = {0}, p = {0};

	(void)state;
	assert_true(ol_text_glob(OL_STR("op/*"), OL_STR("op/unknown")));
	assert_true(ol_text_glob(OL_STR("*a?c*"), OL_STR("xxabcxx")));
	assert_false(ol_text_glob(OL_STR("op/*"), OL_STR("ops")));
	assert_true(ol_text_glob(OL_STR("**"), OL_STR("")));
	for (int i = 0; i < 5000; i++)
		ol_buf_z(&a, "a");
	for (int i = 0; i < 500; i++)
		ol_buf_z(&p, "a*");
	ol_buf_z(&p, "b");
	assert_false(ol_text_glob(ol_buf_view(&p), ol_buf_view(&a))); /* ends at once */
	ol_buf_free(&a);
	ol_buf_free(&p);
}

static void json(void **state)
{
	struct ol_buf b = {0};
	struct ol_json j;

	(void)state;
	ol_json_init(&j, &b, 0);
	ol_json_open(&j, '{');
	ol_json_key(&j, "a");
	ol_json_open(&j, '[');
	ol_json_int(&j, -1);
	ol_json_null(&j);
	ol_json_open(&j, '{');
	ol_json_close(&j, '}');
	ol_json_close(&j, ']');
	ol_json_key(&j, "b");
	ol_json_double(&j, 0.5);
	ol_json_key(&j, "c");
	ol_json_bool(&j, true);
	ol_json_close(&j, '}');
	assert_string_equal(b.p, "{\"a\":[-1,null,{}],\"b\":0.5,\"c\":true}");
	ol_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_budget_and_alignment), cmocka_unit_test(interning),
		cmocka_unit_test(hash_differs_by_key),     cmocka_unit_test(sha256_vectors),
		cmocka_unit_test(escaping),		      cmocka_unit_test(distances),
		cmocka_unit_test(numbers),		      cmocka_unit_test(globs),
		cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
