/* test_rules_size.c: rules on how tensors are stored, whose examples would not fit a rule file: large weights in raw_data and
 * in typed fields, equal ones and ones that differ in a single byte. What is expected is counted by hand. */
#include <stdio.h>

#include "load_bytes.h"

#include "onnxlint.h"

enum { FLOAT = 1, INT64 = 7 };

/* An initializer [n] of dtype with n elements of `width` bytes, which fill() makes. */
static void add_raw(struct ol_buf *graph, const char *name, int dtype, size_t n, size_t width,
		    uint64_t (*fill)(size_t i, const void *arg), const void *arg)
{
	struct ol_buf tensor = {0}, raw = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < width; k++)
			ol_buf_char(&raw, (char)(fill(i, arg) >> (8 * k)));
	put_int(&tensor, 1, (int64_t)n);
	put_int(&tensor, 2, dtype);
	put_text(&tensor, 8, name);
	put_bytes(&tensor, 9, raw.p, raw.n);
	ol_buf_free(&raw);
	put_message(graph, 5, &tensor);
}

static void add_node(struct ol_buf *graph, const char *op, const char *a, const char *b, const char *out)
{
	struct ol_buf node = {0};

	put_text(&node, 1, a);
	put_text(&node, 1, b);
	put_text(&node, 2, out);
	put_text(&node, 4, op);
	put_message(graph, 1, &node);
}

static uint64_t mixed(size_t i, const void *arg)
{
	const size_t *odd = arg;

	return (uint64_t)i * 2654435761u % 1000003u + (odd && *odd == i);
}

static uint64_t scaled(size_t i, const void *arg)
{
	return (uint64_t)i * *(const uint64_t *)arg;
}

/* The message of the rule's first finding, "" when there is none; checks how many there are. */
static void expect(struct ol_buf *graph, const char *rule, size_t count, const char *message)
{
	struct ol_buf model = model_bytes(graph);
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_result *r;
	const char *got = "";
	size_t n = 0;

	assert_non_null(a);
	assert_int_equal(onnxlint_set(a, "select", rule), 0);
	r = onnxlint_check_memory(a, model.p, model.n, "m");
	assert_non_null(r);
	for (size_t i = 0; i < onnxlint_result_findings(r); i++) {
		const struct onnxlint_finding *f = onnxlint_result_finding(r, i);

		if (strcmp(f->rule, rule) == 0 && n++ == 0)
			got = f->message;
	}
	assert_string_equal(got, message);
	assert_int_equal(n, count);
	onnxlint_result_free(r);
	onnxlint_free(a);
	ol_buf_free(&model);
}

static void test_duplicates(void **state)
{
	/* read whole below 64 KiB, in samples above: the odd byte lies between the samples */
	static const size_t sizes[] = {64, 1000, 50000}, odd = 49000, odd_small = 63;
	static const char *const messages[] = {
		"2 tensors have the same type, shape and content (256 B each): 'a', 'b'",
		"2 tensors have the same type, shape and content (3.91 KiB each): 'a', 'b'",
		"2 tensors have the same type, shape and content (195.3 KiB each): 'a', 'b'",
	};

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct ol_buf graph = {0};

		add_raw(&graph, "a", FLOAT, sizes[k], 4, mixed, NULL);
		add_raw(&graph, "b", FLOAT, sizes[k], 4, mixed, NULL);
		expect(&graph, "size/duplicate-weights", 1, messages[k]);
		add_raw(&graph, "a", FLOAT, sizes[k], 4, mixed, NULL);
		add_raw(&graph, "b", FLOAT, sizes[k], 4, mixed, k == 2 ? &odd : &odd_small);
		expect(&graph, "size/duplicate-weights", 0, "");
	}
}

static void test_groups(void **state)
{
	static const size_t one = 1, two = 2;
	struct ol_buf graph = {0};

	(void)state;
	for (int i = 0; i < 6; i++) {
		char name[16];

		snprintf(name, sizeof(name), "w%d", i);
		add_raw(&graph, name, FLOAT, 3000, 4, mixed, i % 2 ? &one : &two);
	}
	expect(&graph, "size/duplicate-weights", 2,
	       "3 tensors have the same type, shape and content (11.7 KiB each): 'w0', 'w2', 'w4'");
}

static void test_narrow(void **state)
{
	static const uint64_t small = 3, large = 1u << 20;
	struct ol_buf graph = {0};

	(void)state;
	add_raw(&graph, "i", INT64, 8192, 8, scaled, &small);
	add_node(&graph, "Gather", "x", "i", "y");
	expect(&graph, "size/int64-weights", 1,
	       "'i' takes 64.0 KiB as int64; its numbers, 0 to 24573, fit int32, which all its readers take");
	/* 8191 * 2^20 is past int32 */
	add_raw(&graph, "i", INT64, 8192, 8, scaled, &large);
	add_node(&graph, "Gather", "x", "i", "y");
	expect(&graph, "size/int64-weights", 0, "");
	/* what adds to int64 must be int64 */
	add_raw(&graph, "i", INT64, 8192, 8, scaled, &small);
	add_node(&graph, "Add", "x", "i", "y");
	expect(&graph, "size/int64-weights", 0, "");
	/* a target shape is int64 by definition */
	add_raw(&graph, "i", INT64, 8192, 8, scaled, &small);
	add_node(&graph, "Reshape", "x", "i", "y");
	expect(&graph, "size/int64-weights", 0, "");
}

static void test_typed(void **state)
{
	struct ol_buf graph = {0}, tensor = {0}, packed = {0};

	(void)state;
	for (int64_t i = 0; i < 10000; i++)
		put_varint(&packed, (uint64_t)i);
	put_int(&tensor, 1, 10000);
	put_int(&tensor, 2, INT64);
	put_text(&tensor, 8, "t");
	put_bytes(&tensor, 7, packed.p, packed.n);
	ol_buf_free(&packed);
	put_message(&graph, 5, &tensor);
	expect(&graph, "size/typed-storage", 1,
	       "1 tensor of 78.1 KiB is stored in typed fields instead of raw_data, 't' first");
	add_raw(&graph, "t", FLOAT, 20000, 4, mixed, NULL);
	expect(&graph, "size/typed-storage", 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
