/* test_graph_diags.c: what building the graph finds wrong, and what it must not. Each verdict is
 * that of onnx.checker 1.23 or onnxruntime 1.32 on the same model
 * (tests/interop/graph_vs_checker.py asks them again), but for notes and warnings, which are ours.
 */
#include <time.h>

#include "graph_fixture.h"

#define G    "g (bool c, int64 m, float[2] x) => (float[2] y) "
#define ELSE ", else_branch = e () => (float[2] eb) { eb = Abs (x) }>\n"
#define FN                                                                                         \
	"<ir_version: 10, opset_import: [\"\" : 21, \"l\" : 1]>\ng (float[2] x) => (float[2] y) "  \
	"{ y = l.f (x) }\n"
#define DOM  "<domain: \"l\", opset_import: [\"\" : 21]> "
#define DOML "<domain: \"l\", opset_import: [\"\" : 21, \"l\" : 1]> "

static const struct {
	const char *text;
	const char *rules; /* ids of the diags in order, each followed by a space */
	const char *part;  /* of the first message */
} cases[] = {
	{G "{ y = Relu (q) }", "graph/undefined-input ", "input 0 'q' of node #0 (Relu, makes 'y')"},
	{G "{ [n] y = Add (x, q) }", "graph/undefined-input ", "input 1 'q' of node 'n' (Add, #0)"},
	{"g (float[2] weight_1) => (float[2] y) { y = Neg (weigth_1) }", "graph/undefined-input ",
	 "is 'weight_1' meant?"},
	{G "{ z = Relu (x) }", "graph/output-not-produced ", "graph output 'y'"},
	{"g (float[2] x) => (float[2] x) { z = Relu (x) }", "", NULL},
	{G "{ y = Relu (x) y = Abs (x) }", "graph/duplicate-value ",
	 "(Relu, makes 'y') and by node #1 (Abs"},
	{G "{ y, y = Split <num_outputs = 2> (x) }", "graph/duplicate-value ",
	 "by the same node again"},
	{G "{ x = Abs (x) y = Relu (x) }", "graph/duplicate-value ", "already the name of an input"},
	{G "<float[2] w = {1, 2}> { w = Abs (x) y = Relu (w) }", "graph/duplicate-value ",
	 "of an initializer"},
	{G "<float[2] w = {1, 2}, float[2] w = {1, 2}> { y = Add (x, w) }",
	 "graph/duplicate-initializer ", "'w'"},
	{"g (float[2] x, float[2] x) => (float[2] y) { y = Relu (x) }", "graph/duplicate-input ",
	 "input 1"},
	{"g (float[2] x) => (float[2] y, float[2] y) { y = Relu (x) }", "graph/duplicate-output ",
	 "output 1"},
	{G "{ [n] a = Relu (x) [n] y = Relu (a) }", "graph/duplicate-node-name ", "'n'"},
	{G "{ [n] a = Relu (x) [n] b = Relu (a) [n] y = Abs (b) }",
	 "graph/duplicate-node-name graph/duplicate-node-name ", "node #0"},
	{G "{ y = Relu (a) a = Relu (x) }", "graph/not-sorted ", "input 0 'a' of node #0"},
	{G "{ b = Add (a, x) a = Relu (b) y = Relu (a) }", "graph/cycle ",
	 "#1 (Relu, makes 'a') -> node #0"},
	{G "{ y = Add (x, y) }", "graph/cycle ", "own output"},
	{G "{ a = Add (b, x) b = Neg (a) p = Add (q, x) q = Abs (p) y = Add (b, q) }",
	 "graph/cycle graph/cycle ", "'b'"},
	{G "{ y = Softmax <axis = 0, axis = 0> (x) }", "graph/duplicate-attribute ", "'axis'"},
	{G "{ y = Softmax <axis: int = @q> (x) }", "graph/ref-attr-outside-function ", "'q'"},
	{G "<float[2] nope> { y = Relu (x) }", "graph/value-info-unknown ", "'nope'"},
	{G "<float[2] a, float[2] a> { a = Relu (x) y = Relu (a) }", "graph/duplicate-value-info ",
	 "'a'"},
	/* scopes */
	{G "{ y = If (c) <then_branch = t () => (float[2] a) { a = Relu (x) }" ELSE "}", "", NULL},
	{G "{ a = Abs (x) z = If (c) <then_branch = t () => (float[2] a) { a = Relu (x) }" ELSE
       "y = Add (z, a) }",
	 "graph/shadowed-name ", "a node's output of an outer graph"},
	{G "{ y = If (c) <then_branch = t () => (float[2] x) { x = Neg (m) }" ELSE "}",
	 "graph/shadowed-name ", "'x'"},
	/* a later outer value is not visible yet, nor the owner's own output */
	{G "{ z = If (c) <then_branch = t () => (float[2] a) { a = Relu (x) }" ELSE
       "a = Abs (x) y = Add (z, a) }",
	 "", NULL},
	{G "{ y = If (c) <then_branch = t () => (float[2] y) { y = Relu (x) }" ELSE "}", "", NULL},
	{G "{ z = If (c) <then_branch = t () => (float[2] a) { a = Relu (l) }" ELSE
       "l = Abs (x) y = Add (z, l) }",
	 "graph/not-sorted ", "input 0 'l'"},
	{G "{ y = If (c) <then_branch = t () => (float[2] a) { a = Relu (y) }" ELSE "}", "graph/cycle ",
	 "own output"},
	{G "{ y = If (c) <then_branch = t () => (float[2] x) { a = Relu (x) }" ELSE "}",
	 "graph/output-not-produced ", "Identity"},
	{G "{ y = If (c) <then_branch = t () => (float[2] n) { a = Relu (x) }" ELSE "}",
	 "graph/output-not-produced ", "'n'"},
	{G
	 "{ y = If (c) <then_branch = t () => (float[2] w) <float[2] w = {1, 2}> { a = Relu (x) }" ELSE
	 "}",
	 "", NULL},
	{G "{ z = If (c) <then_branch = t () => (float[2] a) { a = Relu (x) }" ELSE "y = Add (z, a) }",
	 "graph/undefined-input ", "is defined in graph main/0.then_branch only"},
	{G "{ y = If (c) <then_branch = t () => (float[2] a) { a = Relu (no) }, else_branch = e () => "
       "(float[2] b) { b = Abs (no) }> }",
	 "graph/undefined-input graph/undefined-input ", "'no'"},
	{G "{ y = Loop (m, c, x) <body = b (int64 i, bool k, float[2] x) => (bool k, float[2] n) { n = "
       "Relu (x) }> }",
	 "graph/shadowing-input ", "'x'"},
	/* arity of nested graphs */
	{G "{ y = Loop (m, c, x) <body = b (int64 i, bool k, float[2] s) => (bool k, float[2] s) { u = "
       "Relu (s) }> }",
	 "", NULL},
	{G "{ y = Loop (, c, x) <body = b (int64 i, bool k, float[2] s) => (bool k, float[2] s) { u = "
       "Relu (s) }> }",
	 "", NULL},
	{G
	 "{ y = Loop (m, c, x) <body = b (int64 i, bool k, float[2] s) => (bool k) { u = Relu (s) }> }",
	 "graph/subgraph-arity ", "1 outputs, the node needs 2"},
	{G
	 "{ y = Loop (m, c, x) <body = b (int64 i, bool k) => (bool k, float[2] n) { n = Relu (x) }> }",
	 "graph/subgraph-arity ", "2 inputs, the node passes 3"},
	{G "{ y = Loop (m, c, x) <body = b (int64 i, bool k, float[2] s) => (bool k, float[2] s, "
       "float[2] t) { t = Relu (s) }> }",
	 "graph/subgraph-arity ", "3 outputs, the node needs 2"},
	{G "{ y = If (c) <then_branch = t (float[2] i) => (float[2] a) { a = Relu (i) }" ELSE "}",
	 "graph/subgraph-arity ", "then_branch"},
	{G "{ y, z = If (c) <then_branch = t () => (float[2] a) { a = Relu (x) }" ELSE "}",
	 "graph/subgraph-arity graph/subgraph-arity ", "1 outputs, the node needs 2"},
	{"g (float s, float[2] x) => (float f, float[2] y) { f, y = Scan <num_scan_inputs = 1, body = "
	 "b (float a, float e) =>"
	 " (float a2, float o) { a2 = Add (a, e) o = Neg (a2) }> (s, x) }",
	 "", NULL},
	{"g (float s, float[2] x) => (float f) { f = Scan <num_scan_inputs = 1, body = b (float a, "
	 "float e) =>"
	 " (float a2, float o) { a2 = Add (a, e) o = Neg (a2) }> (s, x) }",
	 "graph/subgraph-arity ", "body"},
	{"<ir_version: 8, opset_import: [\"\" : 8]> g (float s, float[1,2] x) => (float f, float[1,2] "
	 "y) { f, y = Scan <num_scan_inputs = 1,"
	 " body = b (float a, float e) => (float a2, float o) { a2 = Add (a, e) o = Neg (a2) }> (, s, "
	 "x) }",
	 "", NULL},
	/* the interface */
	{"g (x) => (float[2] y) { y = Relu (x) }", "graph/io-without-type ", "input 'x' has no type"},
	{"g (float[] x) => (float[2] y) { y = Relu (x) }", "graph/io-without-shape ", "'x'"},
	{"g (float x) => (float[N] y) { y = Relu (x) }", "", NULL},
	{"g (float[3, -1] x) => (float[?, 2, ?] y) { y = Relu (x) }",
	 "graph/io-dim-negative graph/io-dim-unset ", "dimension 1 of -1"},
	{"<ir_version: 3, opset_import: [\"\" : 8]> g (float[2] x) => (float[2] y) <float[2] w = {1, "
	 "2}> { y = Add (x, w) }",
	 "graph/initializer-not-input ", "'w'"},
	/* functions */
	{FN DOM "f (a) => (b) { b = Relu (a) }", "", NULL},
	{FN DOM "f (a) => (b) { b = Relu (a) }\n" DOM "f (a) => (b) { b = Relu (a) }",
	 "domain/function-duplicate ", "l:f"},
	{FN DOML "f (a) => (b) { b = l.f (a) }", "domain/function-recursive ", "l:f -> l:f"},
	{FN DOML "f (a) => (b) { b = l.h (a) }\n" DOML
	     "h (a) => (b) { k = Constant <value = bool {1}> ()"
	     " b = If (k) <then_branch = t () => (p) { p = l.f (a) }, else_branch = e () => (q) { "
	     "q = Abs (a) }> }",
	 "domain/function-recursive ", "l:f -> l:h -> l:f"},
	{FN DOM "f (a) => (b) { b = q.Relu (a) }", "domain/function-undeclared ", "domain 'q'"},
	{FN DOM "f (a) => (b) { b = l.h (a) }\n" DOM "h (a) => (b) { b = Relu (a) }",
	 "domain/function-undeclared ", "'l'"},
	{FN DOM "f (a) => (b) { b = Relu (q) }", "graph/undefined-input ", "'q'"},
	{FN DOM "f (a) => (b) { b = Relu (q) q = Abs (a) }", "graph/not-sorted ", "'q'"},
	{FN DOM "f (a) => (b) { b = Relu (a) b = Abs (a) }", "graph/duplicate-value ", "'b'"},
	{FN DOM "f (a) => (b) { q = Relu (a) }", "graph/output-not-produced ", "function output 'b'"},
	{FN DOM "f (a, a) => (b) { b = Relu (a) }", "domain/function-signature ", "'a'"},
	{FN DOM "f (a) => (b, b) { b = Relu (a) }", "domain/function-signature ", "'b'"},
	{FN DOM "f <k, k> (a) => (b) { b = Relu (a) }", "domain/function-signature ", "'k'"},
	{FN DOM "f (a) => (a) { b = Relu (a) }", "domain/function-passthrough ", "'a'"},
	{FN DOM "f (a) => (b) { b = Softmax <axis: int = @k> (a) }",
	 "domain/function-undeclared-attribute ", "'k'"},
	{FN DOM "f <k> (a) => (b) { b = Softmax <axis: int = @k> (a) }", "", NULL},
	{FN DOM "f <k: int = 0> (a) => (b) { b = Softmax <axis: int = @k> (a) }", "", NULL},
	{FN DOM "f (a) => (b) { b = Relu (a) }\n" DOM "h (a) => (b) { b = Relu (a) }",
	 "domain/function-unused ", "l:h"},
};

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f = resolve(cases[i].text);
		struct ol_buf b = {0};

		ol_buf_z(&b, "");
		for (uint32_t k = f.before; k < f.m->n_diags; k++)
			ol_buf_printf(&b, "%s ", f.m->diags[k].rule);
		if (strcmp(b.p ? b.p : "", cases[i].rules) != 0)
			fail_msg("%s\nwant %s\n got %s", cases[i].text, cases[i].rules, b.p);
		if (cases[i].part) {
			struct ol_str s = f.m->diags[f.before].message;

			ol_buf_clear(&b);
			ol_buf_str(&b, s);
			if (!strstr(b.p, cases[i].part))
				fail_msg("'%s' lacks '%s'", b.p, cases[i].part);
		}
		ol_buf_free(&b);
		drop(&f);
	}
}

static void places(void **state)
{
	struct fixture f = resolve(
	    G "{ y = If (c) <then_branch = t () => (float[2] a) { [bad] a = Relu (no) }" ELSE "}");
	const struct ol_diag *d = &f.m->diags[f.before];

	(void)state;
	assert_int_equal(f.m->n_diags, f.before + 1);
	assert_int_equal(d->place.graph, graph(&f, "t"));
	assert_int_equal(d->place.node, node(&f, "Relu"));
	assert_int_equal(d->place.value, sym(&f, "no"));
	assert_int_equal(d->place.function, OL_NONE);
	assert_int_equal(d->place.at.offset, f.m->nodes[node(&f, "Relu")].offset);
	drop(&f);
}

/* ---- large and hostile ones: they end, soon, and are told once ---- */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint32_t count(const struct fixture *f, const char *rule)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < f->m->n_diags; k++)
		n += strcmp(f->m->diags[k].rule, rule) == 0;
	return n;
}

static struct fixture timed(struct ol_buf *text)
{
	struct fixture f;
	double start = seconds();

	assert_false(text->failed);
	f = resolve(text->p);
	/* a sanitizer build takes a tenth of this; quadratic work takes minutes */
	assert_true(seconds() - start < 20);
	ol_buf_free(text);
	*text = (struct ol_buf){0};
	return f;
}

static void hostile_graphs(void **state)
{
	struct ol_buf b = {0};
	struct fixture f;
	uint32_t n = 50000;

	(void)state;
	/* one cycle through everything */
	ol_buf_z(&b, "g (float[2] x) => (float[2] v0) {\n");
	for (uint32_t i = 0; i < n; i++)
		ol_buf_printf(&b, "v%u = Neg (v%u)\n", i, (i + 1) % n);
	ol_buf_z(&b, "}");
	f = timed(&b);
	assert_int_equal(count(&f, "graph/cycle"), 1);
	assert_int_equal(count(&f, "graph/not-sorted"), 0);
	drop(&f);
	/* all in reverse, everything read by the last */
	ol_buf_z(&b, "g (float[2] x) => (float[2] y) {\ny = Sum (v0");
	for (uint32_t i = 1; i < n; i++)
		ol_buf_printf(&b, ", v%u", i);
	ol_buf_z(&b, ")\n");
	for (uint32_t i = n; i-- > 0;)
		ol_buf_printf(&b, "v%u = Neg (x)\n", i);
	ol_buf_z(&b, "}");
	f = timed(&b);
	assert_int_equal(count(&f, "graph/not-sorted"), 1000);
	assert_int_equal(f.m->diags_dropped >= n - 1000, 1);
	drop(&f);
	/* undefined names with a near one each: the search is bounded */
	ol_buf_z(&b, "g (float[2] x) => (float[2] y) {\ny = Neg (x)\n");
	for (uint32_t i = 0; i < 15000; i++)
		ol_buf_printf(&b, "layer_%05u = Neg (leyar_%05u)\n", i, i);
	ol_buf_z(&b, "}");
	f = timed(&b);
	assert_int_equal(count(&f, "graph/undefined-input"), 1000);
	assert_int_equal(f.ir->n_undefined, 15000);
	drop(&f);
	/* one name, defined by every node; and one that every branch of many Ifs defines */
	ol_buf_z(&b, "g (bool c, float[2] x) => (float[2] y) {\ny = Neg (x)\n");
	for (uint32_t i = 0; i < 20000; i++)
		ol_buf_z(&b, "dup = Neg (x)\n");
	for (uint32_t i = 0; i < 20000; i++)
		ol_buf_printf(&b,
			      "z%u = If (c) <then_branch = t () => (float[2] s) { s = Neg (x) }, "
			      "else_branch = e () => (float[2] s) { s = Abs (x) }>\n",
			      i);
	ol_buf_z(&b, "}");
	f = timed(&b);
	assert_int_equal(count(&f, "graph/duplicate-value"), 1000);
	assert_int_equal(count(&f, "graph/shadowed-name"), 0);
	for (uint32_t g = 1; g < f.m->n_graphs; g++) /* every branch has its own s */
		assert_int_equal(f.ir->values[value(&f, g, "s")].graph, g);
	drop(&f);
}

static struct fixture functions(const char *format, uint32_t n, const char *last)
{
	struct ol_buf b = {0};

	ol_buf_z(&b, "<ir_version: 10, opset_import: [\"\" : 21, \"l\" : 1]>\n"
		     "g (float[2] x) => (float[2] y) { y = l.f0 (x) }\n");
	for (uint32_t i = 0; i + 1 < n; i++) {
		ol_buf_printf(&b, DOML "f%u (a) => (b) { ", i);
		for (const char *p = format; *p; p++) {
			if (*p == '#')
				ol_buf_printf(&b, "l.f%u", i + 1);
			else
				ol_buf_char(&b, *p);
		}
		ol_buf_z(&b, " }\n");
	}
	ol_buf_printf(&b, DOML "f%u (a) => (b) { b = %s (a) }\n", n - 1, last);
	return timed(&b);
}

static void hostile_functions(void **state)
{
	struct fixture f;

	(void)state;
	/* onnxruntime takes a chain of 100 functions and refuses one of 101 */
	f = functions("b = # (a)", 100, "Relu");
	assert_int_equal(f.m->n_diags, f.before);
	drop(&f);
	f = functions("b = # (a)", 101, "Relu");
	assert_int_equal(count(&f, "domain/function-depth"), 1);
	drop(&f);
	f = functions("b = # (a)", 9000, "Relu");
	assert_int_equal(count(&f, "domain/function-depth"), 1);
	assert_int_equal(count(&f, "domain/function-expansion"), 0);
	drop(&f);
	/* a binary tree of calls: 2^22 nodes are let pass, 2^23 + and 2^98 not; nothing is inlined
	 */
	f = functions("c = # (a) b = # (c)", 23, "Relu");
	assert_int_equal(f.m->n_diags, f.before);
	drop(&f);
	f = functions("c = # (a) b = # (c)", 25, "Relu");
	assert_int_equal(f.m->n_diags, f.before + 1);
	assert_non_null(strstr(f.m->diags[f.before].message.p, "would make 16777216 nodes"));
	drop(&f);
	f = functions("c = # (a) b = # (c)", 99, "Relu");
	assert_int_equal(count(&f, "domain/function-expansion"), 1);
	assert_non_null(strstr(f.m->diags[f.before].message.p, "more than 2^64"));
	drop(&f);
	/* one long cycle */
	f = functions("b = # (a)", 9000, "l.f0");
	assert_int_equal(count(&f, "domain/function-recursive"), 1);
	assert_non_null(strstr(f.m->diags[f.before].message.p, "(9000 functions)"));
	drop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(places),
	    cmocka_unit_test(hostile_graphs),
	    cmocka_unit_test(hostile_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
