/* Evaluation against a host: unknown and null facts, lets, cost, and blocks that move. */
#include "test_expr_host.h"

/* text, literal of the result */
static const char *const cases[][2] = {
    /* known facts */
    {"node.op == 'Conv'", "true"},
    {"node.rank > 3 && node.rank != null", "true"},
    {"node.op in ['Conv', 'Gemm']", "true"},
    {"model.nodes.size()", "5"},
    {"model.nodes.filter(n, n.op == 'Relu').map(n, n.index)", "[1, 3]"},
    {"model.nodes.map(n, n.index % 2 == 0, n.index)", "[0, 2, 4]"},
    {"model.nodes[1].op + '!'", "\"Relu!\""},
    {"node.attr('group', 1) * 3", "6"},
    {"node.attr('axis', 1) * 3", "3"},
    {"node.attr('axis') == null", "true"},
    {"sum(1, 2, 3) == 6", "true"},
    {"sum(1)", "1"},
    {"node == model.nodes[0]", "true"},
    {"node.next == node", "false"},
    {"type(node) == type(node.next)", "true"},
    {"has(node.rank)", "true"},
    {"node.any.op", "\"Relu\""},
    {"node.any.any.index", "2"},
    {"wide(node.any.any.index)", "false"},
    {"dyn(node).attr('group')", "2"},
    {"model.nodes.exists(x, x.index == 2 && model.nodes.exists(x, x.index == 4) && x.index == 2)",
     "true"},
    /* unknown spreads, and is absorbed */
    {"model.nodes[1].rank > 3", "unknown"},
    {"model.nodes[1].rank > 3 && false", "false"},
    {"true || model.nodes[1].rank > 3", "true"},
    {"model.nodes[1].rank > 3 || true", "true"},
    {"model.nodes[1].rank > 3 || false", "unknown"},
    {"model.nodes[1].rank == null", "unknown"},
    {"model.nodes[1].rank > 3 ? 1 : 2", "unknown"},
    {"true ? 1 : model.nodes[1].rank", "1"},
    {"[1, model.nodes[1].rank]", "unknown"},
    {"{'a': model.nodes[1].rank}", "unknown"},
    {"wide(model.nodes[1].rank)", "unknown"},
    {"model.nodes[1].rank + 1 / 0", "unknown"}, /* an error beside an unknown */
    {"1 / 0 + model.nodes[1].rank", "unknown"},
    {"1 / 0 > 0 || model.nodes[1].rank > 3", "unknown"},
    {"model.nodes.exists(n, n.rank == 4)", "true"},
    {"model.nodes.all(n, n.rank == 4)", "false"}, /* node 2's is null */
    {"[model.nodes[0], model.nodes[1]].all(n, n.rank == 4)", "unknown"},
    {"node.shape == [1, 2, 3, 8]", "false"}, /* null is not 3, whatever the unknown is */
    {"node.shape[1] == 5", "unknown"},
    {"8 in node.shape", "true"},
    {"7 in node.shape", "unknown"},
    /* null: comparing is fine, using is unknown */
    {"model.nodes[2].rank == null", "true"},
    {"model.nodes[2].rank != 4", "true"},
    {"node.attr('axis', null) == null", "true"},
    {"node.attr('axis', null) > 3", "unknown"},
    {"dyn([null])[0] > 3", "<error: no matching overload: > does not take (null, int)>"},
    {"model.nodes[2].rank > 3", "unknown"},
    {"model.nodes[2].rank + 1", "unknown"},
    {"-model.nodes[2].rank", "unknown"},
    {"model.nodes[2].next == null", "true"},
    {"model.nodes[2].next.op == 'Conv'", "unknown"},
    {"has(model.nodes[2].next)", "false"},
    {"has(model.nodes[2].rank)", "false"},
    {"has(model.nodes[2].next.op)", "unknown"},
    {"model.nodes[2].next.attr('group')", "unknown"},
    {"wide(model.nodes[2].rank)", "unknown"},
    {"model.nodes[2].next != null && model.nodes[2].next.op == 'Conv'", "false"},
    {"node.shape[2] > 0", "unknown"},
    {"(node.op == 'Relu' ? 1 : null) == null", "true"},
    /* errors */
    {"1 / 0 == 1", "<error: division by zero>"},
    {"node.shape[4] == 1", "<error: index 4 is out of range: the list has 4 items>"},
    {"9223372036854775807 + 1", "<error: int overflow>"},
    {"sum(1, node.any.op)", "<error: no matching overload: sum() does not take (int, string)>"},
    /* literals of values */
    {"[1.0, 2.5, 1e300, 3u, b'a\\xff', \"q\\\"\\n\"]",
     "[1.0, 2.5, 1e+300, 3u, b\"a\\xff\", \"q\\\"\\n\"]"},
    {"0.1 + 0.2", "0.30000000000000004"},
};

static void test_cases(void **state)
{
	struct run r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got;

		run_open(&r);
		got = run_text(&r, cases[i][0]);
		if (strcmp(got, cases[i][1]) != 0)
			fail_msg("%s: want %s, got %s", cases[i][0], cases[i][1], got);
		run_close(&r);
	}
}

static void test_types(void **state)
{
	static const char *const t[][2] = {
	    {"node.rank", "int?"},
	    {"node.shape", "list(int?)?"},
	    {"model.nodes.map(n, n.op)", "list(string)"},
	    {"model.nodes.filter(n, true)", "list(node)"},
	    {"1 + 2", "int"},
	    {"node.rank + 1", "int"},
	    {"{'a': 1}", "map(string, int)"},
	    {"[1, 'a']", "list(dyn)"},
	    {"true ? node : null", "node?"},
	    {"node.attr('x')", "dyn"},
	    {"size('a') > 0", "bool"},
	    {"math.greatest(1, 2)", "int"},
	};
	struct run r;
	char buf[64];

	(void)state;
	run_open(&r);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct ol_expr *x = run_compile(&r, t[i][0], NULL);

		assert_non_null(x);
		ol_expr_type(x, buf, sizeof(buf));
		assert_string_equal(buf, t[i][1]);
	}
	run_close(&r);
}

/* A let is evaluated once, when it is needed, and not at all otherwise. */
static void test_lets(void **state)
{
	struct run r;

	(void)state;
	run_open(&r);
	r.lazy[2] = run_compile(&r, "node.index + 10", NULL);
	r.lazy[3] = run_compile(&r, "have * 2", NULL);
	r.lazy[4] = run_compile(&r, "mine + 1", NULL);
	assert_non_null(r.lazy[4]);
	assert_string_equal(run_text(&r, "node.op == 'Relu' && want > 0"), "false");
	assert_int_equal(r.calls, 0);
	assert_string_equal(run_text(&r, "want + want + have"), "50");
	assert_int_equal(r.calls, 1);
	assert_string_equal(run_text(&r, "want"), "20");
	assert_int_equal(r.calls, 1);
	assert_string_equal(run_text(&r, "mine"), "<error: 'mine' needs itself>");
	run_close(&r);
}

static void test_cost(void **state)
{
	static const char text[] =
	    "model.nodes.all(a, model.nodes.all(b, model.nodes.all(c, model.nodes.all(d, a.index + "
	    "b.index + c.index + d.index >= 0))))";
	struct run r;

	(void)state;
	run_open(&r);
	assert_string_equal(run_text(&r, text), "true");
	r.slots[0] = ol_v_obj(1, 1000000, 0);
	assert_string_equal(run_text(&r, text), "<error: expression costs too much>");
	assert_true(r.calls < 100000);
	run_close(&r);
}

/* Memory that the scratch arena refuses is an error value. */
static void test_memory(void **state)
{
	struct run r;

	(void)state;
	run_open(&r);
	r.e.max_steps = 0;
	r.scratch.budget = 1 << 20;
	r.slots[0] = ol_v_obj(1, 1000000, 0);
	assert_string_equal(run_text(&r, "model.nodes.map(n, n.index).size()"),
			    "<error: expression needs too much memory>");
	run_close(&r);
}

/* The block works wherever its bytes are, and does not refer to the text it came from. */
static void test_moves(void **state)
{
	char text[] = "node.op + '-' + string(model.nodes.filter(n, n.op in ['Relu']).size()) + "
		      "(node.rank > 3 ? 'a' : 'b')";
	const struct ol_expr *x;
	struct ol_arena a;
	struct ol_buf b = {0};
	struct run r;
	uint64_t *copy;

	(void)state;
	run_open(&r);
	ol_arena_init(&a, 0);
	x = ol_expr_compile(&a, ol_str(text), &env, "string", r.diags, 8, &r.n_diags);
	assert_non_null(x);
	copy = malloc(x->size + 16);
	memcpy(copy + 1, x, x->size);
	memset(text, 'x', sizeof(text));
	ol_arena_free(&a);
	ol_v_print(&r.e, ol_expr_eval(&r.e, (const struct ol_expr *)(const void *)(copy + 1)), &b);
	assert_string_equal(b.p, "Conv-2a");
	ol_buf_free(&b);
	free(copy);
	run_close(&r);
}

/* Equal texts give equal bytes: the embedded image is reproducible. */
static void test_same_bytes(void **state)
{
	const struct ol_expr *x, *y;
	struct run r;

	(void)state;
	run_open(&r);
	x = run_compile(&r, "node.op == 'Conv' && model.nodes.size() > 1", NULL);
	y = run_compile(&r, "node.op == 'Conv' && model.nodes.size() > 1", NULL);
	assert_int_equal(x->size, y->size);
	assert_memory_equal(x, y, x->size);
	run_close(&r);
}

/* Names are seen from the container inwards; a leading dot and a loop's variable come first. */
static void test_container(void **state)
{
	static const struct ol_var names[] = {
	    {"a.b.x", "int"}, {"a.x", "int"}, {"x", "int"}, {"y", "int"}, {"a.b.z.k", "int"}};
	static const char *const t[][2] = {{"x", "0"},
					   {".x", "2"},
					   {"y", "3"},
					   {"z.k", "4"},
					   {"a.x", "1"},
					   {"b.x", "0"},
					   {"[7].map(x, x + y)", "[10]"},
					   {"[7].map(x, .x)", "[2]"}};
	struct ol_env boxed = {.vars = names, .n_vars = 5, .container = "a.b"};
	struct ol_buf b = {0};
	struct run r;

	(void)state;
	run_open(&r);
	r.e.env = &boxed;
	r.e.lazy = NULL;
	for (int i = 0; i < 5; i++)
		r.slots[i] = ol_v_int(i);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct ol_expr *x;

		x = ol_expr_compile(&r.arena, ol_str(t[i][0]), &boxed, NULL, r.diags, 8,
				    &r.n_diags);
		if (!x)
			fail_msg("%s: %s", t[i][0], r.diags[0].message);
		ol_buf_clear(&b);
		ol_v_literal(&r.e, ol_expr_eval(&r.e, x), &b);
		assert_string_equal(b.p, t[i][1]);
	}
	ol_buf_free(&b);
	run_close(&r);
}

static void test_manual(void **state)
{
	uint32_t n = 0;

	(void)state;
	for (const struct ol_func *f; (f = ol_expr_std_func(n)); n++)
		assert_true(f->about && f->about[0] && f->call);
	assert_true(n > 60);
}

static void test_print(void **state)
{
	struct run r;
	struct ol_buf b = {0};
	const struct ol_expr *x;

	(void)state;
	run_open(&r);
	x = run_compile(&r, "[1, 2]", NULL);
	ol_v_print(&r.e, ol_expr_eval(&r.e, x), &b);
	assert_string_equal(b.p, "1, 2");
	ol_buf_clear(&b);
	ol_v_print(&r.e, ol_v_double(0.1), &b);
	ol_v_print(&r.e, ol_v_str(OL_STR(" a\"")), &b);
	ol_v_print(&r.e, ol_v_unknown(), &b);
	assert_string_equal(b.p, "0.1 a\"?");
	ol_buf_free(&b);
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),      cmocka_unit_test(test_types),
	    cmocka_unit_test(test_lets),       cmocka_unit_test(test_cost),
	    cmocka_unit_test(test_memory),     cmocka_unit_test(test_moves),
	    cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_print),
	    cmocka_unit_test(test_container),  cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
