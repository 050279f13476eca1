/* test_rules_values.c: rules on stored numbers that the text syntax cannot write: NaN and infinities.
 *
 * The bytes are IEEE 754 binary32, little-endian: 7fc00000 is a NaN, 7f800000 infinity, ff800000 its negative. */
#include "load_bytes.h"

#include "onnxlint.h"

/* g (float[n] x) => (float[n] y) <float[n] w> { y = OP (x, w) }; with n 0: w is a scalar. */
static struct ol_buf model_with(const char *op, const uint32_t *bits, uint32_t n)
{
	struct ol_buf graph = {0}, node = {0}, tensor = {0}, raw = {0};

	put_text(&node, 1, "x");
	put_text(&node, 1, "w");
	put_text(&node, 2, "y");
	put_text(&node, 4, op);
	put_message(&graph, 1, &node);
	put_text(&graph, 2, "g");
	if (n)
		put_int(&tensor, 1, n);
	put_int(&tensor, 2, 1);
	put_text(&tensor, 8, "w");
	for (uint32_t i = 0; i < n + !n; i++)
		for (int k = 0; k < 32; k += 8)
			ol_buf_char(&raw, (char)(bits[i] >> k));
	put_bytes(&tensor, 9, raw.p, raw.n);
	ol_buf_free(&raw);
	put_message(&graph, 5, &tensor);
	return model_bytes(&graph);
}

/* The finding of the rule, its severity and message; "" when there is none. */
static void expect(struct ol_buf *model, const char *rule, int severity, const char *message)
{
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_result *r;
	const char *got = "";
	int found = -1;

	assert_non_null(a);
	assert_int_equal(onnxlint_set(a, "select", rule), 0);
	r = onnxlint_check_memory(a, model->p, model->n, "m");
	assert_non_null(r);
	for (size_t i = 0; i < onnxlint_result_findings(r); i++) {
		const struct onnxlint_finding *f = onnxlint_result_finding(r, i);

		if (strcmp(f->rule, rule) == 0) {
			got = f->message;
			found = (int)f->severity;
		}
	}
	assert_string_equal(got, message);
	if (*message)
		assert_int_equal(found, severity);
	onnxlint_result_free(r);
	onnxlint_free(a);
	ol_buf_free(model);
}

static void test_nan(void **state)
{
	static const uint32_t bits[] = {0x3f800000, 0x7fc00000, 0xffc00001};
	struct ol_buf m = model_with("Add", bits, 3);

	(void)state;
	expect(&m, "weights/nan", ONNXLINT_WARNING, "initializer 'w' holds 2 NaN of 3 elements, the first at [1]");
	m = model_with("Add", bits + 1, 0);
	expect(&m, "weights/nan", ONNXLINT_WARNING, "initializer 'w' is NaN");
	m = model_with("Add", bits, 1);
	expect(&m, "weights/nan", 0, "");
}

static void test_infinity(void **state)
{
	static const uint32_t both[] = {0x3f800000, 0xff800000, 0x7f800000}, mask[] = {0, 0xff800000, 0xff800000};
	struct ol_buf m = model_with("Add", both, 3);

	(void)state;
	expect(&m, "weights/infinite", ONNXLINT_WARNING,
	       "initializer 'w' holds 2 infinities of 3 elements, the first at [1]");
	m = model_with("Add", mask, 3);
	expect(&m, "weights/infinite", ONNXLINT_NOTE,
	       "initializer 'w' holds 2 infinities of 3 elements, the first at [1]");
	m = model_with("Min", both + 2, 0);
	expect(&m, "weights/infinite", ONNXLINT_NOTE, "initializer 'w' is infinite");
	m = model_with("QuantizeLinear", both + 2, 0);
	expect(&m, "weights/infinite", ONNXLINT_WARNING, "initializer 'w' is infinite");
	m = model_with("Add", both, 1);
	expect(&m, "weights/infinite", 0, "");
}

/* 477fefff is 65519.996…, which rounds to 65504; 477ff000 is 65520, which rounds to infinity. */
static void test_float16(void **state)
{
	static const uint32_t below[] = {0x477fefff, 0x3f800000}, at[] = {0x477ff000, 0x3f800000};
	struct ol_buf m = model_with("Mul", below, 2);

	(void)state;
	expect(&m, "weights/past-float16", 0, "");
	m = model_with("Mul", at, 2);
	expect(&m, "weights/past-float16", ONNXLINT_NOTE,
	       "initializer 'w' holds numbers that float16 cannot: 1 of 2 elements, up to 65520, the first at [0]; float16 ends at 65504");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nan),
		cmocka_unit_test(test_infinity),
		cmocka_unit_test(test_float16),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
