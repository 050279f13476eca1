/* test_infer_origin.c: where types and shapes come from, against models whose answer is read off by hand. */
#include "infer/origin.h"
#include "infer_rows.h"

#define HEAD "<ir_version: 8, opset_import: [\"\" : 17]>\n"

struct origin_row {
	const char *text, *value, *dtype, *shape;
};

static const struct origin_row rows[] = {
	{HEAD "g (float[2,3] x) => (float[2,3] y) { y = Relu (x) }", "x", "'x' is float32 because it is a graph input",
	 "'x' is [2, 3] because it is a graph input"},
	{HEAD "g (float[2,3] x) => (float[2,3] y) { y = Relu (x) }", "y",
	 "'y' is float32 because 'x' is a graph input, through Relu #0",
	 "'y' is [2, 3] because 'x' is a graph input, through Relu #0"},
	{HEAD "g (float[2] x) => (float16[2] y) { h = Cast <to = 10> (x) a = Neg (h) y = Add (a, h) }", "y",
	 "'y' is float16 because Cast #0 makes it, through Neg #1 and Add #2",
	 "'y' is [2] because 'x' is a graph input, through Cast #0, Neg #1 and Add #2"},
	/* the weight's shape is the wider one */
	{HEAD "g (float[4] x) => (float[3,4] y) <float[3,4] w = {1,2,3,4,5,6,7,8,9,10,11,12}> { y = Add (x, w) }", "y",
	 "'y' is float32 because 'x' is a graph input, through Add #0",
	 "'y' is [3, 4] because 'w' is an initializer, through Add #0"},
	/* CastLike: the type of one input, the shape of the other */
	{HEAD "g (float[2] x, int64[5] t) => (int64[2] y) { y = CastLike (x, t) }", "y",
	 "'y' is int64 because 't' is a graph input, through CastLike #0",
	 "'y' is [2] because 'x' is a graph input, through CastLike #0"},
	/* more than four nodes between */
	{HEAD "g (float[2,3] x) => (float[3,2] y) { t = Transpose (x) a = Abs (t) b = Abs (a) c = Abs (b) d = Abs (c)\n"
	      "e = Abs (d) y = Abs (e) }",
	 "y",
	 "'y' is float32 because 'x' is a graph input, through Transpose #0, Abs #1, Abs #2, Abs #3 and 3 more",
	 "'y' is [3, 2] because Transpose #0 makes it, through Abs #1, Abs #2, Abs #3, Abs #4 and 2 more"},
	/* the operator's constraint leaves one type */
	{HEAD "g (float[2] x) => (float[2] y) { s = Shape (x) y = Sin (x) }", "s", "'s' is int64 because Shape #0 makes it",
	 "'s' is [1] because Shape #0 makes it"},
	/* nothing is known */
	{"<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]>\n"
	 "g (float[2] x) => (float[2] y) { u = com.acme.Any (x) y = Relu (x) }",
	 "u", "", ""},
};

static void check_text(const struct inferred *r, const struct origin_row *row, bool shape)
{
	uint32_t name = ol_intern_find(&r->f.m->names, ol_str(row->value));
	uint32_t value = ol_ir_find_value(r->f.ir, 0, name);
	struct ol_buf b = {0};

	assert_int_not_equal(value, OL_NONE);
	if (shape)
		ol_origin_tell_shape(r->inf, value, &b);
	else
		ol_origin_tell_dtype(r->inf, value, &b);
	assert_string_equal(b.n ? b.p : "", shape ? row->shape : row->dtype);
	ol_buf_free(&b);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct inferred r = infer(rows[i].text);

		check_text(&r, &rows[i], false);
		check_text(&r, &rows[i], true);
		uninfer(&r);
	}
}

/* Two nodes that wait for each other: the walk is bounded. */
static void test_cycle(void **state)
{
	struct inferred r = infer(HEAD "g (float[2] x) => (float[2] y) { a = Add (b, x) b = Neg (a) y = Relu (x) }");
	struct ol_origin o;

	(void)state;
	for (uint32_t v = 0; v < r.f.ir->n_values; v++) {
		ol_origin_dtype(r.inf, v, &o);
		assert_true(o.n <= OL_ORIGIN_STEPS);
		ol_origin_shape(r.inf, v, &o);
		assert_true(o.n <= OL_ORIGIN_STEPS);
	}
	uninfer(&r);
}

/* Longer chains than the bound end within. */
static void test_long(void **state)
{
	struct ol_buf text = {0}, b = {0};
	struct inferred r;
	uint32_t value;

	(void)state;
	ol_buf_z(&text, HEAD "g (float[2] x) => (float[2] y) { v0 = Relu (x)\n");
	for (int i = 1; i < 100; i++)
		ol_buf_printf(&text, "v%d = Relu (v%d)\n", i, i - 1);
	ol_buf_z(&text, "y = Relu (v99) }");
	r = infer(text.p);
	value = ol_ir_find_value(r.f.ir, 0, ol_intern_find(&r.f.m->names, OL_STR("y")));
	ol_origin_tell_dtype(r.inf, value, &b);
	/* y is the 101st; 64 steps up is the result of the 37th, v36 */
	assert_string_equal(b.p, "'y' is float32 because it comes so from 'v36', through Relu #37, Relu #38, Relu #39, "
				 "Relu #40 and 60 more");
	uninfer(&r);
	ol_buf_free(&text);
	ol_buf_free(&b);
}

/* The told fault names the operand that a node made, not the stored one. */
static void test_told(void **state)
{
	struct inferred r = infer(HEAD "g (float[2,3] x, float[3,5] w) => (float[3,5] y) { t = Transpose (x) k = Abs (t)\n"
				       "y = MatMul (k, w) }");
	const struct ol_diag *d;

	(void)state;
	assert_int_equal(r.f.m->n_diags - r.f.before, 1);
	d = &r.f.m->diags[r.f.before];
	assert_string_equal(d->rule, "shape/mismatch");
	assert_non_null(strstr(d->message.p, "; 'k' is [3, 2] because Transpose #0 makes it, through Abs #1"));
	assert_null(strstr(d->message.p, "'w' is"));
	uninfer(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
