/* Hostile expressions: deep, long, and made to cost. Each ends soon, with a word why. */
#include "test_expr_host.h"

/* before × n, middle, after × n */
static char *repeat(const char *before, const char *middle, const char *after, size_t n)
{
	struct ol_buf b = {0};

	for (size_t i = 0; i < n; i++)
		ol_buf_z(&b, before);
	ol_buf_z(&b, middle);
	for (size_t i = 0; i < n; i++)
		ol_buf_z(&b, after);
	return b.p;
}

static void expect(const char *before, const char *middle, const char *after, size_t n,
		   const char *want)
{
	char *text = repeat(before, middle, after, n);
	const char *got;
	struct run r;

	run_open(&r);
	got = run_text(&r, text);
	if (strncmp(got, want, strlen(want)) != 0)
		fail_msg("%zu × %s%s%s: want %s, got %s", n, before, middle, after, want, got);
	if (strncmp(want, "nested", 6) == 0)
		assert_true(r.diags[0].offset <= strlen(text));
	run_close(&r);
	free(text);
}

static void test_depth(void **state)
{
	(void)state;
	expect("(", "1", ")", 200, "1");
	expect("(", "1", ")", 100000, "nested deeper than 250 levels");
	expect("[", "1", "]", 200, "[[[[[[[");
	expect("[", "1", "]", 100000, "nested deeper than 250 levels");
	expect("", "1", "]", 100000, "unexpected ']'");
	expect("{1: ", "1", "}", 50000, "nested deeper than 250 levels");
	expect("-", "node.index", "", 200, "0");
	expect("-", "node.index", "", 100000, "nested deeper than 250 levels");
	expect("!", "true", "", 100000, "nested deeper than 250 levels");
	expect("true ? 1 : ", "2", "", 200, "1");
	expect("true ? 1 : ", "2", "", 20000, "nested deeper than 250 levels");
	expect("1 + ", "1", "", 200, "201");
	expect("1 + ", "1", "", 50000, "nested deeper than 250 levels");
	expect("", "[1]", "[0]", 50000, "nested deeper than 250 levels");
	expect("size(", "'a'", ")", 20000, "nested deeper than 250 levels");
	expect("[1].map(x, ", "1", ")", 100, "[[[[");
	expect("[1].map(x, ", "1", ")", 20000, "nested deeper than 250 levels");
}

/* Chains of && and || are no nesting. */
static void test_long(void **state)
{
	(void)state;
	expect("true && ", "true", "", 20000, "true");
	expect("false || ", "true", "", 20000, "true");
	expect("nod && ", "true", "", 20000, "no variable 'nod' here");
	expect("nod(1) && ", "true", "", 20000, "no function 'nod'");
	expect("                ", "1", "", 20000, "longer than 256 KiB");
	expect("1 in [", "1", "", 1, "the expression ends too early");
}

static void test_lists(void **state)
{
	struct ol_buf b = {0};
	struct run r;

	(void)state;
	for (int i = 0; i < 20000; i++)
		ol_buf_printf(&b, "%s%d: 1", i ? "," : "{", i);
	ol_buf_z(&b, "}.size()");
	run_open(&r);
	r.e.max_steps = 1000000;
	assert_string_equal(run_text(&r, b.p), "20000");
	run_close(&r);
	ol_buf_free(&b);
}

/* A pattern that backtracks, a text without end for quadratic ones. */
static void test_regex(void **state)
{
	char *as = repeat("a", "", "", 30000);
	struct ol_buf b = {0};
	struct run r;

	(void)state;
	run_open(&r);
	r.e.max_steps = 0;
	ol_buf_printf(&b, "'%.40s!'.matches('(a+)+$')", as);
	assert_string_equal(run_text(&r, b.p),
			    "<error: the regular expression costs too much on this text>");
	ol_buf_clear(&b);
	ol_buf_printf(&b, "'%s'.matches('a*b')", as);
	assert_string_equal(run_text(&r, b.p), "false");
	ol_buf_clear(&b);
	ol_buf_printf(&b, "'%s'.matches('a*a*[bc]')", as);
	assert_string_equal(run_text(&r, b.p),
			    "<error: the regular expression costs too much on this text>");
	ol_buf_clear(&b);
	ol_buf_printf(&b, "'%s'.matches('a*[bc]')", as);
	assert_string_equal(run_text(&r, b.p),
			    "<error: the regular expression costs too much on this text>");
	ol_buf_clear(&b);
	ol_buf_printf(&b, "'%s'.matches('^a*$')", as);
	assert_string_equal(run_text(&r, b.p), "true");
	assert_non_null(
	    strstr(run_text(&r, "'a'.matches('((a{1000}){1000}){1000}')"), "too large"));
	assert_string_equal(run_text(&r, "'a'.matches('a{1001}')"),
			    "bad regular expression: a repeat count over 1000");
	assert_non_null(
	    strstr(run_text(&r, "'a'.matches(dyn('['))"), "<error: bad regular expression: "));
	ol_buf_free(&b);
	free(as);
	run_close(&r);
}

/* Doubling by lets and loops runs into the bounds, not into memory. */
static void test_growth(void **state)
{
	struct run r;

	(void)state;
	run_open(&r);
	r.e.max_steps = 10000000;
	assert_string_equal(
	    run_text(&r, "['0123456789012345678901234567890123456789'].map(a, a.replace('', a))"
			 ".map(a, a.replace('', a)).map(a, a.replace('', a))"
			 ".map(a, a.replace('', a)).map(a, a.replace('', a))"),
	    "<error: a string gets longer than 16 MiB>");
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_depth),  cmocka_unit_test(test_long),
	    cmocka_unit_test(test_lists),  cmocka_unit_test(test_regex),
	    cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
