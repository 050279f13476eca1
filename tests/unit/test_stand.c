/* How nodes stand with targets, islands, and the matrix. Expected values: the tables' own sources
 * (operators.md of onnx-tensorrt, coreml_supported_mlprogram_ops.md) and partitions by hand. */
#include "engine/matrix.h"
#include "engine/stand.h"
#include "infer/infer.h"
#include "rules/partition.h"
#include "test_engine_model.h"

#define HEAD "<ir_version: 8, opset_import: [\"\" : 17]>\n"

struct stood {
	struct world w;
	struct ol_target t[4];
	struct ol_infer *inf;
	struct ol_arena a;
	const struct ol_stands *s;
};

static void open_for(struct stood *x, const char *model, const char *targets)
{
	struct ol_infer_options o = {.tell = false};
	struct ol_err err = {0};
	uint32_t n = 0;

	world_open(&x->w, model);
	x->inf = ol_infer_run(x->w.ir, x->w.m, &o, &err);
	assert_non_null(x->inf);
	for (const char *p = targets; *p; n++) {
		size_t len = strcspn(p, ",");

		x->t[n] = ol_target_find((struct ol_str){p, len});
		assert_non_null(x->t[n].row);
		p += len + (p[len] == ',');
	}
	x->w.o.targets = x->t;
	x->w.o.n_targets = n;
	x->w.o.inf = x->inf;
	ol_arena_init(&x->a, 0);
	x->s = ol_engine_stands(x->w.ir, &x->w.o, &x->a);
	assert_non_null(x->s);
}

static void close_all(struct stood *x)
{
	ol_arena_free(&x->a);
	ol_infer_free(x->inf);
	world_close(&x->w);
}

/* A letter a node, in file order: f full, p partial, ? undecided, u unknown, d dtype, c condition,
 * v version, n none, x custom. */
static void assert_stands(const char *model, const char *target, const char *want)
{
	static const char letters[] = {'u', 'n', 'v', 'x', 'c', 'd', '?', 'p', 'f'};
	char have[64] = "";
	struct stood x;

	open_for(&x, model, target);
	assert_true(x.w.m->n_nodes < sizeof(have));
	for (uint32_t i = 0; i < x.w.m->n_nodes; i++)
		have[i] = letters[x.s[0].own[i].kind];
	assert_string_equal(have, want);
	close_all(&x);
}

static void conditions(void **state)
{
	(void)state;
	/* TensorRT: MaxPool without dilations, ReduceMean with constant axes */
	assert_stands(HEAD "g (float[1,4,16,16] x) => (float[1,4,12,12] y, float[1,4,14,14] z) {\n"
			   "y = MaxPool <kernel_shape = [3,3], dilations = [2,2]> (x)\n"
			   "z = MaxPool <kernel_shape = [3,3]> (x) }",
		      "tensorrt", "cf");
	assert_stands("<ir_version: 8, opset_import: [\"\" : 18]>\n"
		      "g (float[2,4] x, int64[1] a) => (float[2,1] y, float[2,1] z) <int64[1] b = {1}>\n"
		      "{ y = ReduceMean (x, a) z = ReduceMean (x, b) }",
		      "tensorrt", "cf");
	/* a rank that nobody knows; a result that depends on the data is no constant either */
	assert_stands(HEAD "g (float[] x, float[1,2,2,2] grid) => (float[] y) { y = GridSample (x, grid) }",
		      "tensorrt", "?");
	/* what is computed from constants: some fold it, some do not */
	assert_stands("<ir_version: 8, opset_import: [\"\" : 18]>\n"
		      "g (float[2,4] x) => (float[2,1] y) <float[1] b = {1.0}>\n"
		      "{ n = Exp (b) c = Cast <to = 7> (n) y = ReduceMean (x, c) }",
		      "tensorrt", "ff?");
	/* Q and DQ are symmetric only */
	assert_stands(HEAD "g (float[4] x) => (int8[4] y, uint8[4] z) <float s = {0.5}, int8 a = {0}, uint8 b = {128}>\n"
			   "{ y = QuantizeLinear (x, s, a) z = QuantizeLinear (x, s, b) }",
		      "tensorrt", "fc");
	/* WebNN wants static shapes */
	assert_stands(HEAD "g (float[N,4] x) => (float[N,4] y) { y = Relu (x) }", "webnn", "c");
	assert_stands(HEAD "g (float[1,4] x) => (float[1,4] y) { y = Relu (x) }", "webnn", "f");
}

static void dims_and_constants(void **state)
{
	/* Reshape to dimensions of an input converts to Keras, to data of an input it does not */
	static const char dims[] = HEAD
	    "g (float[N,4] x, int64[2] d) => (float[M,K] y, float[P,Q] z) <int64[1] i = {0}, int64[1] m = {-1}>\n"
	    "{ s = Shape (x) n = Gather (s, i) t = Concat <axis = 0> (n, m) y = Reshape (x, t) z = Reshape (x, d) }";

	(void)state;
	assert_stands(dims, "keras", "ffffc");
	/* and TFLite by onnx2tf wants a constant in both cases */
	assert_stands(dims, "tflite", "fffcc");
	/* a body reads what is no operand of its node */
	assert_stands(HEAD "g (float[N,4] x, int64[1] n) => (float[] y) <bool c = {1}> {\n"
			   "s = If (c) <then_branch = t () => (int64[1] a) { a = Identity (n) },\n"
			   "else_branch = e () => (int64[1] b) { b = Identity (n) }>\n"
			   "y = Reshape (x, s) }",
		      "keras", "p?ff");
}

static void kinds_of_no(void **state)
{
	(void)state;
	assert_stands(HEAD "g (float[4] x) => (float[4] y) { y = Acosh (x) }", "coreml", "n");
	assert_stands("<ir_version: 3, opset_import: [\"\" : 5]>\n"
		      "g (float[4] x) => (float[4] y) { y = Relu (x) }",
		      "onnxruntime-cpu", "v");
	assert_stands(HEAD "g (int64[4] x) => (int64[4] y) { y = Relu (x) }", "onnxruntime-cpu", "d");
	assert_stands("<ir_version: 8, opset_import: [\"\" : 17, \"a.b\" : 1]>\n"
		      "g (float[4] x) => (float[4] y) { y = a.b.F (x) }",
		      "tensorrt", "x");
	/* past the newest opset that a target takes, the operator is asked about at that one */
	assert_stands("<ir_version: 8, opset_import: [\"\" : 18]>\n"
		      "g (float[4] x) => (float[4] y) { y = Relu (x) }",
		      "onnx-tf", "f");
}

static void assert_islands(const char *body, const char *target, uint32_t nodes, uint32_t taken, uint32_t islands,
			   uint32_t largest, uint32_t splits)
{
	struct ol_buf model = {0};
	struct ol_partition p;
	struct stood x;

	ol_buf_printf(&model, HEAD "g (float[1,4] x) => (float[1,4] y) {%s}", body);
	open_for(&x, model.p, target);
	assert_int_equal(ol_partition(x.w.ir, x.s[0].own, &x.a, &p), 0);
	assert_int_equal(p.nodes, nodes);
	assert_int_equal(p.taken, taken);
	assert_int_equal(p.islands, islands);
	assert_int_equal(p.largest, largest);
	assert_int_equal(p.n_split, splits);
	close_all(&x);
	ol_buf_free(&model);
}

/* CoreML runs Relu, Sigmoid, Add and Mul, but not Acosh, Neg or If. */
static void islands(void **state)
{
	(void)state;
	assert_islands("a = Relu (x) b = Sigmoid (a) y = Add (a, b)", "coreml", 3, 3, 1, 3, 0);
	assert_islands("y = Acosh (x)", "coreml", 1, 0, 0, 0, 0);
	assert_islands("a = Relu (x) b = Acosh (a) y = Sigmoid (b)", "coreml", 3, 2, 2, 1, 1);
	/* at an end, or beside: one island */
	assert_islands("a = Relu (x) b = Sigmoid (a) y = Acosh (b)", "coreml", 3, 2, 1, 2, 0);
	assert_islands("a = Acosh (x) b = Relu (a) y = Sigmoid (b)", "coreml", 3, 2, 1, 2, 0);
	assert_islands("a = Relu (x) b = Acosh (x) c = Sigmoid (a) y = Add (b, c)", "coreml", 4, 3, 1, 3, 0);
	/* c waits for the detour over Acosh; the part that does not stays in the first island */
	assert_islands("a = Relu (x) b = Acosh (a) c = Sigmoid (a) y = Add (b, c)", "coreml", 4, 3, 2, 2, 1);
	/* two detours of one depth are one border, one behind the other are two */
	assert_islands("a = Relu (x) b = Acosh (a) c = Acosh (a) y = Add (b, c)", "coreml", 4, 2, 2, 1, 2);
	assert_islands("a = Relu (x) b = Acosh (a) c = Relu (b) d = Acosh (c) y = Relu (d)", "coreml", 5, 3, 3, 1, 2);
	/* a branch reads what an island makes, by name */
	assert_islands("a = Relu (x) c = Constant <value = bool {1}> ()"
		       " y = If (c) <then_branch = t () => (float[1,4] p) { p = Sigmoid (a) },"
		       " else_branch = e () => (float[1,4] q) { q = Relu (a) }>",
		       "coreml", 2, 1, 1, 1, 0);
}

static void islands_and_calls(void **state)
{
	struct ol_partition p;
	struct stood x;

	(void)state;
	/* a call is taken when all of its body is */
	open_for(&x,
		 "<ir_version: 8, opset_import: [\"\" : 17, \"l\" : 1]>\n"
		 "g (float[1,4] x) => (float[1,4] y) { a = l.Good (x) b = l.Bad (a) y = l.Good (b) }\n"
		 "<domain: \"l\", opset_import: [\"\" : 17]> Good (p) => (q) { q = Relu (p) }\n"
		 "<domain: \"l\", opset_import: [\"\" : 17]> Bad (p) => (q) { q = Acosh (p) }",
		 "coreml");
	assert_int_equal(ol_partition(x.w.ir, x.s[0].own, &x.a, &p), 0);
	assert_int_equal(p.nodes, 3);
	assert_int_equal(p.taken, 2);
	assert_int_equal(p.islands, 2);
	assert_int_equal(p.n_split, 1);
	assert_int_equal(p.split[0], 1);
	close_all(&x);
}

static void fallbacks_and_matrix(void **state)
{
	const struct ol_matrix *m;
	struct ol_err err = {0};
	struct stood x;

	(void)state;
	open_for(&x,
		 HEAD "g (float[1,4] x) => (float[1,4] y, int64[2,N] z)"
		      " { a = Relu (x) b = Acosh (a) y = Relu (b) z = NonZero (y) }",
		 "coreml,keras,tensorrt");
	/* the CPU provider runs what CoreML does not */
	assert_false(ol_stands_falls_back(&x.s[0], 0));
	assert_true(ol_stands_falls_back(&x.s[0], 1));
	assert_false(ol_stands_falls_back(&x.s[1], 3));
	m = ol_engine_matrix(x.w.ir, x.s, 3, &x.a);
	assert_non_null(m);
	/* Relu runs everywhere and is no row; NonZero is refused by one, Acosh by none */
	assert_int_equal(m->n_rows, 2);
	assert_true(ol_str_is(m->rows[0].op, "NonZero"));
	assert_true(ol_str_is(m->rows[1].op, "Acosh"));
	assert_int_equal(m->rows[1].cells[0].fallback, 1);
	assert_int_equal(m->rows[1].cells[2].full, 1);
	assert_int_equal(m->rows[0].cells[1].none, 1);
	assert_int_equal(m->total[0].full, 2);
	assert_int_equal(m->total[0].fallback, 2);
	assert_int_equal(m->total[1].none, 1);
	x.w.o.stands = x.s;
	assert_int_equal(ol_engine_verdicts(x.w.ir, &x.w.o, &x.w.f, &err), 0);
	assert_int_equal(x.w.f.verdicts[0].supported_nodes, 4);
	assert_int_equal(x.w.f.verdicts[0].fallback_nodes, 2);
	assert_int_equal(x.w.f.verdicts[0].islands.islands, 2);
	assert_int_equal(x.w.f.verdicts[1].fallback.n, 0);
	assert_non_null(x.w.f.matrix);
	close_all(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions),	     cmocka_unit_test(dims_and_constants),
		cmocka_unit_test(kinds_of_no),	     cmocka_unit_test(islands),
		cmocka_unit_test(islands_and_calls), cmocka_unit_test(fallbacks_and_matrix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
