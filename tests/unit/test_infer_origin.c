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
	 "'y' is float32 because 'x' is a graph input, through Transpose #0, Abs #1, 4 more and Abs #6",
	 "'y' is [3, 2] because Transpose #0 makes it of 'x' [2, 3], through Abs #1, Abs #2, 3 more and Abs #6"},
	/* the operator's constraint leaves one type */
	{HEAD "g (float[2] x) => (float[2] y) { s = Shape (x) y = Sin (x) }", "s", "'s' is int64 because Shape #0 makes it",
	 "'s' is [1] because Shape #0 makes it of 'x' [2]"},
	/* what a new shape is made of, and where that comes from */
	{HEAD "g (float[2,3] x) => (float[6,1] y) { a = Abs (x) t = Transpose (a) f = Flatten <axis = 2> (t) y = Abs (f) }", "y",
	 "'y' is float32 because 'x' is a graph input, through Abs #0, Transpose #1, Flatten #2 and Abs #3",
	 "'y' is [6, 1] because Flatten #2 makes it of 't' [3, 2], through Abs #3; 't' comes from 'x' [2, 3] through Abs #0 and Transpose #1"},
	/* into a branch */
	{HEAD "g (bool c, float[2] x) => (float16[2] y) { y = If (c) <then_branch = t () => (float16[2] a) { a = Cast <to = 10> (x) },\n"
	      "else_branch = e () => (float16[2] b) { h = Cast <to = 10> (x) b = Neg (h) }> }", "y",
	 "'y' is float16 because Cast #0 makes it, through If #0", "'y' is [2] because 'x' is a graph input, through Cast #0 and If #0"},
	/* what an operator without a schema makes is only declared */
	{"<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]>\n"
	 "g (float[2] x) => (float[4] y) <float[4] u> { u = com.acme.Any (x) y = Relu (u) }", "y",
	 "'y' is float32 because 'u' is declared so, through Relu #1", "'y' is [4] because 'u' is declared so, through Relu #1"},
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
		ol_origin_walk(r.inf, OL_ORIGIN_DTYPE, v, NULL, &o);
		assert_true(o.n <= OL_ORIGIN_STEPS);
		ol_origin_walk(r.inf, OL_ORIGIN_SHAPE, v, NULL, &o);
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
	assert_string_equal(b.p, "'y' is float32 because it comes so from 'v36', through Relu #37, Relu #38, 61 more "
				 "and Relu #100");
	uninfer(&r);
	ol_buf_free(&text);
	ol_buf_free(&b);
}

/* The reasons of the only fault that is told of a model. */
static const struct ol_reason *told(const struct inferred *r, const char *rule, uint32_t n)
{
	const struct ol_diag *d = &r->f.m->diags[r->f.before];

	assert_int_equal(r->f.m->n_diags - r->f.before, 1);
	assert_string_equal(d->rule, rule);
	assert_int_equal(d->reasons.n, n);
	return &r->inf->reasons[d->reasons.first];
}

static void check_step(const struct inferred *r, const struct ol_reason_step *s, const char *op, const char *is)
{
	assert_true(ol_str_is(ol_name(r->f.m, r->f.m->nodes[s->node].op_type), op));
	assert_true(ol_str_is(s->is, is));
}

static void test_told(void **state)
{
	struct inferred r = infer(HEAD "g (float[2,3] x, float[3,5] w) => (float[3,5] y) { t = Transpose (x) k = Abs (t)\n"
				       "y = MatMul (k, w) }");
	const struct ol_reason *why = told(&r, "shape/mismatch", 2);

	(void)state;
	assert_true(ol_str_is(why[0].text, "'k' is [3, 2] because Transpose #0 makes it of 'x' [2, 3], through Abs #1"));
	assert_true(ol_str_is(why[0].is, "[3, 2]"));
	assert_true(ol_str_is(why[0].from_is, "[2, 3]"));
	assert_string_equal(why[0].from_role, "a graph input");
	assert_int_equal(why[0].n, 2);
	check_step(&r, &why[0].steps[0], "Transpose", "[3, 2]");
	check_step(&r, &why[0].steps[1], "Abs", "[3, 2]");
	assert_true(ol_str_is(why[1].text, "'w' is [3, 5] because it is a graph input"));
	assert_int_equal(why[1].n, 0);
	uninfer(&r);
}

/* A shape that nodes compute is traced by its elements. */
static void test_told_constant(void **state)
{
	struct inferred r = infer(HEAD "g (float[2,3,5] x) => (float[3,4] y) <int64 i = {1}, int64[1] four = {4}, int64[1] ax = {0}> {\n"
				       "sh = Shape (x) d = Gather (sh, i) u = Unsqueeze (d, ax) s = Concat <axis = 0> (u, four)\n"
				       "y = Reshape (x, s) }");
	const struct ol_reason *why = told(&r, "shape/bad-reshape", 2);

	(void)state;
	assert_true(ol_str_is(why[0].text, "'x' is [2, 3, 5] because it is a graph input"));
	assert_int_equal(why[1].of, OL_ORIGIN_DATA);
	assert_true(ol_str_is(why[1].text, "'s' is [3, 4] because Concat #3 computes it with Shape #0, Gather #1 and "
					   "Unsqueeze #2 from 'x' [2, 3, 5]"));
	assert_int_equal(why[1].n, 4);
	check_step(&r, &why[1].steps[0], "Shape", "[2, 3, 5]");
	check_step(&r, &why[1].steps[3], "Concat", "[3, 4]");
	uninfer(&r);
}

/* What is made is told of where the model declares otherwise. */
static void test_told_declared(void **state)
{
	struct inferred r = infer(HEAD "g (float[2,3] x) => (float[4] y) { a = Abs (x) y = Flatten (a) }");
	const struct ol_reason *why = told(&r, "shape/declared", 1);

	(void)state;
	assert_true(ol_str_is(why[0].text, "'y' is [2, 3] because Flatten #1 makes it of 'a' [2, 3]; 'a' comes from 'x' "
					   "[2, 3] through Abs #0"));
	uninfer(&r);
	r = infer(HEAD "g (float[2] x) => (float[2] y) { h = Cast <to = 10> (x) y = Neg (h) }");
	why = told(&r, "dtype/declared", 1);
	assert_true(ol_str_is(why[0].text, "'y' is float16 because Cast #0 makes it, through Neg #1"));
	uninfer(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_told_constant),
		cmocka_unit_test(test_told_declared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
