/* test_infer_nn.c: shapes of neural-network operators.
 *
 * Expected shapes: onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True,
 * data_prop=True) of onnx 1.23.2 on the same text, but where a comment says that onnxruntime 1.32
 * ran it. "?" stands for a dim that cannot be known. A fault must be one that the strict inference
 * or onnxruntime refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "infer/infer.h"
#include "load/load.h"
#include "util/buf.h"

struct example {
	int opset;
	const char *inputs; /* with initializers after a '|' */
	const char *node;   /* makes y, and perhaps z */
	const char *y, *z;  /* shapes; NULL: not looked at */
	const char *rule;   /* the fault that must be told, or NULL: none may be */
};

static void print_shape(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *b)
{
	ol_buf_clear(b);
	if (!f->has_rank) {
		ol_buf_z(b, "unknown");
		return;
	}
	ol_buf_char(b, '[');
	for (uint32_t i = 0; i < f->rank; i++) {
		if (i)
			ol_buf_char(b, ',');
		ol_num_print(&inf->syms, f->dims[i], b);
	}
	ol_buf_char(b, ']');
}

static void check_value(const struct ol_infer *inf, const struct example *e, const char *name,
			const char *want)
{
	const struct ol_ir *ir = inf->ir;
	uint32_t v = ol_ir_find_value(ir, 0, ol_intern_find(&ir->model->names, ol_str(name)));
	struct ol_buf b = {0};

	print_shape(inf, ol_infer_fact(inf, v), &b);
	if (!ol_str_is(ol_buf_view(&b), want))
		fail_msg("%s (%s): %s is %.*s, not %s", e->node, e->inputs, name,
			 OL_FMT(ol_buf_view(&b)), want);
	ol_buf_free(&b);
}

static void check_faults(const struct ol_model *m, uint32_t from, const struct example *e)
{
	if (!e->rule && m->n_diags > from)
		fail_msg("%s (%s): %s: %.*s", e->node, e->inputs, m->diags[from].rule,
			 OL_FMT(m->diags[from].message));
	for (uint32_t i = from; e->rule && i < m->n_diags; i++)
		if (!strcmp(m->diags[i].rule, e->rule))
			return;
	if (e->rule)
		fail_msg("%s (%s): no %s told", e->node, e->inputs, e->rule);
}

static void check_example(const struct example *e)
{
	const char *bar = strchr(e->inputs, '|');
	int n = bar ? (int)(bar - e->inputs) : (int)strlen(e->inputs);
	struct ol_buf text = {0}, bytes = {0};
	struct ol_infer_options io = {.tell = true};
	struct ol_load_options o;
	struct ol_err err = {0};
	struct ol_model *m;
	struct ol_ir *ir;
	struct ol_infer *inf;
	uint32_t from;

	ol_buf_printf(&text,
		      "<ir_version: 10, opset_import: [\"\" : %d, \"ai.onnx.preview\" : 1]>\n",
		      e->opset);
	ol_buf_printf(&text, "g (%.*s) => () %s { %s }", n, e->inputs, bar ? bar + 1 : "", e->node);
	if (ol_text_parse(ol_buf_view(&text), &bytes, &err))
		fail_msg("%s\n%.*s", err.message, OL_FMT(ol_buf_view(&text)));
	ol_load_options_default(&o);
	m = ol_load_memory(bytes.p, bytes.n, "test", &o, &err);
	assert_non_null(m);
	ir = ol_ir_build(m, &err);
	assert_non_null(ir);
	from = m->n_diags;
	inf = ol_infer_run(ir, m, &io, &err);
	assert_non_null(inf);
	if (e->y)
		check_value(inf, e, "y", e->y);
	if (e->z)
		check_value(inf, e, "z", e->z);
	check_faults(m, from, e);
	ol_infer_free(inf);
	ol_ir_free(ir);
	ol_model_free(m);
	ol_buf_free(&text);
	ol_buf_free(&bytes);
}

static void check_all(const struct example *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_example(&e[i]);
}
#define CHECK(table) check_all(table, sizeof(table) / sizeof(table[0]))

static void convolutions(void **state)
{
	static const struct example table[] = {
	    {11, "float[1,3,32,32] x, float[8,3,3,3] w", "y = Conv (x, w)", "[1,8,30,30]", NULL,
	     NULL},
	    {11, "float[1,3,32,32] x, float[8,3,3,3] w",
	     "y = Conv <pads = [1,1,1,1], strides = [2,2]> (x, w)", "[1,8,16,16]", NULL, NULL},
	    {11, "float[1,4,9,9] x, float[6,2,3,3] w",
	     "y = Conv <group = 2, dilations = [2,1]> (x, w)", "[1,6,5,7]", NULL, NULL},
	    {11, "float[1,3,31,30] x, float[8,3,3,3] w",
	     "y = Conv <auto_pad = \"SAME_UPPER\", strides = [2,2]> (x, w)", "[1,8,16,15]", NULL,
	     NULL},
	    {11, "float[1,3,31,30] x, float[8,3,3,3] w",
	     "y = Conv <auto_pad = \"VALID\", strides = [2,2]> (x, w)", "[1,8,15,14]", NULL, NULL},
	    {11, "float[N,3,H,32] x, float[8,3,3,3] w", "y = Conv (x, w)", "[N,8,H - 2,30]", NULL,
	     NULL},
	    {11, "float[N,3,H,W] x, float[8,3,3,3] w",
	     "y = Conv <pads = [1,1,1,1], strides = [2,1]> (x, w)", "[N,8,ceil(H/2),W]", NULL,
	     NULL},
	    {11, "float[1,3,32,32] x, float[8,4,3,3] w", "y = Conv (x, w)", "[1,8,30,30]", NULL,
	     "shape/mismatch"},
	    {11, "float[1,2,4] x, float[3,1,2] w", "y = Conv <group = 2> (x, w)", NULL, NULL,
	     "shape/mismatch"},
	    {11, "float[1,1,4] x, float[2,1,2] w, float[3] b", "y = Conv (x, w, b)", "[1,2,3]",
	     NULL, "shape/mismatch"},
	    {11, "float[1,3,32,32] x, float[8,3,3] w", "y = Conv (x, w)", NULL, NULL, "shape/rank"},
	    {11, "float[1,3] x, float[8,3] w", "y = Conv (x, w)", NULL, NULL, "shape/rank"},
	    {11, "float[1,1,4,4] x, float[2,1,2,2] w", "y = Conv <pads = [0,0,0]> (x, w)",
	     "[1,2,?,?]", NULL, "shape/bad-attribute"},
	    {11, "float[1,1,4,4] x, float[2,1,2,2] w", "y = Conv <strides = [0,1]> (x, w)", NULL,
	     NULL, "shape/bad-attribute"},
	    {11, "float[1,1,4,4] x, float[2,1,2,2] w", "y = Conv <kernel_shape = [2,3]> (x, w)",
	     NULL, NULL, "shape/bad-attribute"},
	    {11, "float[1,1,4] x, float[2,1,5] w", "y = Conv (x, w)", "[1,2,?]", NULL,
	     "shape/mismatch"},
	    /* unknown weights: an implementation that needs them may overlook the attribute */
	    {11, "float[1,C,4,4] x, float[M,C,K,K] w", "y = Conv <pads = [0,0,0]> (x, w)",
	     "[1,M,?,?]", NULL, NULL},
	    {10, "uint8[1,3,8,8] x, uint8[4,3,3,3] w", "y = ConvInteger (x, w)", "[1,4,6,6]", NULL,
	     NULL},
	    {10, "uint8[1,3,8,8] x, float s, uint8 p, uint8[4,3,3,3] w",
	     "y = QLinearConv (x, s, p, w, s, p, s, p)", "[1,4,6,6]", NULL, NULL},
	    {19, "float[1,2,5,5] x, float[4,2,2,2] w, float[1,8,4,4] o", "y = DeformConv (x, w, o)",
	     "[1,4,4,4]", NULL, NULL},
	    {27, "float[B,6,9] x, float[6,1,4] w", "y, z = CausalConvWithState (x, w)", "[B,6,9]",
	     "[B,6,3]", NULL},
	};

	(void)state;
	CHECK(table);
}

static void transposed_convolutions(void **state)
{
	static const struct example table[] = {
	    {11, "float[1,3,4,5] x, float[3,2,3,3] w", "y = ConvTranspose (x, w)", "[1,2,6,7]",
	     NULL, NULL},
	    {11, "float[1,4,4,5] x, float[4,2,3,3] w",
	     "y = ConvTranspose <group = 2, strides = [3,2], pads = [1,1,1,1], output_padding = "
	     "[1,1]> (x, w)",
	     "[1,4,11,10]", NULL, NULL},
	    {11, "float[1,3,4,5] x, float[3,2,3,3] w",
	     "y = ConvTranspose <auto_pad = \"SAME_LOWER\", strides = [2,2]> (x, w)", "[1,2,8,10]",
	     NULL, NULL},
	    {11, "float[1,3,4,5] x, float[3,2,1,1] w",
	     "y = ConvTranspose <auto_pad = \"SAME_LOWER\", strides = [3,3]> (x, w)", "[1,2,10,13]",
	     NULL, NULL},
	    {11, "float[1,1,4] x, float[1,1,2] w",
	     "y = ConvTranspose <output_shape = [9], strides = [2]> (x, w)", "[1,1,9]", NULL, NULL},
	    {11, "float[N,3,H,W] x, float[3,2,2,2] w", "y = ConvTranspose <strides = [2,2]> (x, w)",
	     "[N,2,2*H,2*W]", NULL, NULL},
	    {11, "float[1,3,4] x, float[3,1,2] w", "y = ConvTranspose <group = 2> (x, w)", NULL,
	     NULL, "shape/mismatch"},
	    {11, "float[1,3,4] x, float[4,1,2] w", "y = ConvTranspose (x, w)", NULL, NULL,
	     "shape/mismatch"},
	    {11, "float[1,1,4] x, float[1,1,2] w",
	     "y = ConvTranspose <output_padding = [0,0]> (x, w)", NULL, NULL,
	     "shape/bad-attribute"},
	    {11, "float[1,1,4] x, float[1,1,2] w",
	     "y = ConvTranspose <pads = [0,0], auto_pad = \"VALID\"> (x, w)", NULL, NULL,
	     "shape/bad-attribute"},
	};

	(void)state;
	CHECK(table);
}

static void pools(void **state)
{
	static const struct example table[] = {
	    {12, "float[1,3,32,32] x", "y, z = MaxPool <kernel_shape = [2,2], strides = [2,2]> (x)",
	     "[1,3,16,16]", "[1,3,16,16]", NULL},
	    {12, "float[1,3,7,8] x",
	     "y = MaxPool <kernel_shape = [3,3], strides = [2,2], ceil_mode = 1> (x)", "[1,3,3,4]",
	     NULL, NULL},
	    {12, "float[1,3,9,9] x", "y = MaxPool <kernel_shape = [3,3], dilations = [2,1]> (x)",
	     "[1,3,5,7]", NULL, NULL},
	    /* a last window in the end's padding: dropped as of opset 22; before, readers differ */
	    {22, "float[1,1,9,8] x",
	     "y = AveragePool <kernel_shape = [2,2], strides = [2,2], pads = [1,1,1,0], ceil_mode "
	     "= 1> (x)",
	     "[1,1,5,5]", NULL, NULL},
	    {19, "float[1,1,9,8] x",
	     "y = AveragePool <kernel_shape = [2,2], strides = [2,2], pads = [1,1,1,0], ceil_mode "
	     "= 1> (x)",
	     "[1,1,?,5]", NULL, NULL},
	    {11, "float[N,C,H,30] x",
	     "y = AveragePool <kernel_shape = [3,3], auto_pad = \"SAME_UPPER\"> (x)", "[N,C,H,30]",
	     NULL, NULL},
	    {18, "float[1,1,9] x", "y = LpPool <kernel_shape = [3], dilations = [2]> (x)",
	     "[1,1,5]", NULL, NULL},
	    {12, "float[1,2,4] x", "y = MaxPool <kernel_shape = [5], strides = [2]> (x)", "[1,2,1]",
	     NULL, NULL},
	    {11, "float[N,C,H,W] x", "y = GlobalAveragePool (x)", "[N,C,1,1]", NULL, NULL},
	    {11, "float[2,3,8] x", "y = GlobalMaxPool (x)", "[2,3,1]", NULL, NULL},
	    {11, "float[1,1,4,4] x, int64[1,1,4,4] i",
	     "y = MaxUnpool <kernel_shape = [2,2], strides = [2,2]> (x, i)", "[1,1,8,8]", NULL,
	     NULL},
	    {12, "float[1,2,4] x", "y = MaxPool <kernel_shape = [2,2]> (x)", "[1,2,?]", NULL,
	     "shape/bad-attribute"},
	    {12, "float[1,2,4] x", "y = MaxPool <kernel_shape = [2], pads = [-1,0]> (x)", NULL,
	     NULL, "shape/bad-attribute"},
	    {12, "float[1,2] x", "y = MaxPool <kernel_shape = [2]> (x)", "unknown", NULL,
	     "shape/rank"},
	};

	(void)state;
	CHECK(table);
}

static void products(void **state)
{
	static const struct example table[] = {
	    {13, "float[2,3] a, float[3,4] b", "y = MatMul (a, b)", "[2,4]", NULL, NULL},
	    {13, "float[5,1,2,3] a, float[7,3,4] b", "y = MatMul (a, b)", "[5,7,2,4]", NULL, NULL},
	    {13, "float[3] a, float[3] b", "y = MatMul (a, b)", "[]", NULL, NULL},
	    {13, "float[3] a, float[7,3,4] b", "y = MatMul (a, b)", "[7,4]", NULL, NULL},
	    {13, "float[7,2,3] a, float[3] b", "y = MatMul (a, b)", "[7,2]", NULL, NULL},
	    {13, "float[N,M,K] a, float[K,4] b", "y = MatMul (a, b)", "[N,M,4]", NULL, NULL},
	    {13, "float[2,3] a, float[4,5] b", "y = MatMul (a, b)", "[2,5]", NULL,
	     "shape/mismatch"},
	    {13, "float a, float[4,5] b", "y = MatMul (a, b)", NULL, NULL, "shape/rank"},
	    {13, "float[2,2,3] a, float[3,3,4] b", "y = MatMul (a, b)", NULL, NULL,
	     "shape/broadcast"},
	    {10, "uint8[2,3] a, int8[3,4] b", "y = MatMulInteger (a, b)", "[2,4]", NULL, NULL},
	    {10, "uint8[2,3] a, float s, uint8 p, uint8[3,4] b",
	     "y = QLinearMatMul (a, s, p, b, s, p, s, p)", "[2,4]", NULL, NULL},
	    {13, "float[3,2] a, float[4,3] b, float[4] c",
	     "y = Gemm <transA = 1, transB = 1> (a, b, c)", "[2,4]", NULL, NULL},
	    {13, "float[2,3] a, float[4,3] b", "y = Gemm (a, b)", "[2,3]", NULL, "shape/mismatch"},
	    {13, "float[2,3] a, float[3,4] b, float[3] c", "y = Gemm (a, b, c)", "[2,4]", NULL,
	     "shape/broadcast"},
	    {13, "float[2,3,1] a, float[3,4] b", "y = Gemm (a, b)", NULL, NULL, "shape/rank"},
	    {11, "float[5,3,3] a", "y = Det (a)", "[5]", NULL, NULL},
	    {11, "float[2,3] a", "y = Det (a)", "[]", NULL, "shape/mismatch"},
	};

	(void)state;
	CHECK(table);
}

static void einsum(void **state)
{
	static const struct example table[] = {
	    {12, "float[2,3] a, float[3,4] b", "y = Einsum <equation = \"ij, jk -> ik\"> (a, b)",
	     "[2,4]", NULL, NULL},
	    {12, "float[2,3] a, float[3,4] b", "y = Einsum <equation = \"bj,ja\"> (a, b)", "[4,2]",
	     NULL, NULL},
	    {12, "float[3,4] a", "y = Einsum <equation = \"bA\"> (a)", "[4,3]", NULL, NULL},
	    {12, "float[3,3] a", "y = Einsum <equation = \"ii\"> (a)", "[]", NULL, NULL},
	    {12, "float[3,3] a", "y = Einsum <equation = \"ii->i\"> (a)", "[3]", NULL, NULL},
	    {12, "float[2,3] a", "y = Einsum <equation = \"ij->\"> (a)", "[]", NULL, NULL},
	    /* spaces mean nothing: onnxruntime runs it */
	    {12, "float[2,3] a", "y = Einsum <equation = \"i j - > i\"> (a)", "[2]", NULL, NULL},
	    {12, "float[5,1,2,3] a, float[5,7,3,4] b",
	     "y = Einsum <equation = \"...ij,...jk->...ik\"> (a, b)", "[5,7,2,4]", NULL, NULL},
	    {12, "float[5,2,3] a", "y = Einsum <equation = \"b...a\"> (a)", "[2,3,5]", NULL, NULL},
	    {12, "float[N,T,D] a, float[D,E] b", "y = Einsum <equation = \"btd,de->bte\"> (a, b)",
	     "[N,T,E]", NULL, NULL},
	    {12, "float[2,3] a, float[4,4] b", "y = Einsum <equation = \"ij,jk->ik\"> (a, b)", NULL,
	     NULL, "shape/mismatch"},
	    {12, "float[2,3] a", "y = Einsum <equation = \"ijk->i\"> (a)", NULL, NULL,
	     "shape/rank"},
	    {12, "float[2,3] a", "y = Einsum <equation = \"ij,jk->ik\"> (a)", NULL, NULL,
	     "shape/bad-attribute"},
	    {12, "float[2,3] a", "y = Einsum <equation = \"ij->ik\"> (a)", NULL, NULL,
	     "shape/bad-attribute"},
	    {12, "float[2,3] a", "y = Einsum <equation = \"ij-\"> (a)", "unknown", NULL,
	     "shape/bad-attribute"},
	    {12, "float[2,3] a", "y = Einsum <equation = \"....,,->->\"> (a)", "unknown", NULL,
	     "shape/bad-attribute"},
	};

	(void)state;
	CHECK(table);
}

static void reductions(void **state)
{
	static const struct example table[] = {
	    {11, "float[2,3,4] x", "y = ReduceMean <axes = [1,-1]> (x)", "[2,1,1]", NULL, NULL},
	    {11, "float[2,3,4] x", "y = ReduceMax <axes = [1], keepdims = 0> (x)", "[2,4]", NULL,
	     NULL},
	    {11, "float[2,3,4] x", "y = ReduceL2 <keepdims = 0> (x)", "[]", NULL, NULL},
	    {18, "float[2,3,4] x |<int64[1] a = {-1}>", "y = ReduceLogSumExp <keepdims = 0> (x, a)",
	     "[2,3]", NULL, NULL},
	    {18, "float[2,3,4] x", "y = ReduceSum <noop_with_empty_axes = 1> (x)", "[2,3,4]", NULL,
	     NULL},
	    {18, "float[2,3,4] x", "y = ReduceSumSquare (x)", "[1,1,1]", NULL, NULL},
	    {18, "float[2,3,4] x, int64[1] a", "y = ReduceMin (x, a)", "[?,?,?]", NULL, NULL},
	    {18, "float[2,3,4] x, int64[1] a", "y = ReduceMin <keepdims = 0> (x, a)", "unknown",
	     NULL, NULL},
	    {9, "float x", "y = ReduceMax <axes = [0]> (x)", "[]", NULL, NULL},
	    {12, "float x", "y = ReduceMax <axes = [0]> (x)", NULL, NULL, "shape/bad-axis"},
	    {9, "float[2,3] x", "y = ReduceMax <axes = [2]> (x)", NULL, NULL, "shape/bad-axis"},
	    {11, "float[2,3,4] x", "y = ReduceMean <axes = [3]> (x)", NULL, NULL, "shape/bad-axis"},
	    /* values: the number of elements of x, as models compute it; onnxruntime gives [24] */
	    {13, "float[2,3,4] x",
	     "s = Shape (x) p = ReduceProd <keepdims = 1> (s) y = Reshape (x, p)", "[24]", NULL,
	     NULL},
	    {13, "float[N,3,4] x",
	     "s = Shape (x) p = ReduceProd <keepdims = 1> (s) y = Reshape (x, p)", "[12*N]", NULL,
	     NULL},
	    {13, "float[2,3,4] x", "s = Shape (x) p = ReduceMax (s) y = Expand (x, p)", NULL, NULL,
	     NULL},
	};

	(void)state;
	CHECK(table);
}

static void recurrent(void **state)
{
	static const struct example table[] = {
	    {14, "float[S,B,3] x, float[1,16,3] w, float[1,16,4] r",
	     "y, z = LSTM <hidden_size = 4> (x, w, r)", "[S,1,B,4]", "[1,B,4]", NULL},
	    {14, "float[5,2,3] x, float[2,12,3] w, float[2,12,4] r",
	     "y, z = GRU <hidden_size = 4, direction = \"bidirectional\"> (x, w, r)", "[5,2,2,4]",
	     "[2,2,4]", NULL},
	    {14, "float[2,5,3] x, float[1,4,3] w, float[1,4,4] r",
	     "y, z = RNN <hidden_size = 4, layout = 1> (x, w, r)", "[2,5,1,4]", "[2,1,4]", NULL},
	    {14, "float[5,2,3] x, float[1,16,3] w, float[1,16,4] r", "y = LSTM (x, w, r)",
	     "[5,1,2,4]", NULL, NULL},
	    {14, "float[5,2,3] x, float[1,12,3] w, float[1,16,4] r",
	     "y = LSTM <hidden_size = 4> (x, w, r)", NULL, NULL, "shape/mismatch"},
	    {14, "float[5,2,2] x, float[1,16,3] w, float[1,16,4] r",
	     "y = LSTM <hidden_size = 4> (x, w, r)", NULL, NULL, "shape/mismatch"},
	    {14, "float[5,2,3] x, float[1,16,3] w, float[1,16,4] r",
	     "y = LSTM <hidden_size = 4, direction = \"bidirectional\"> (x, w, r)", NULL, NULL,
	     "shape/mismatch"},
	    {14, "float[5,2] x, float[1,16,3] w, float[1,16,4] r",
	     "y = LSTM <hidden_size = 4> (x, w, r)", NULL, NULL, "shape/rank"},
	};

	(void)state;
	CHECK(table);
}

static void attention(void **state)
{
	static const struct example table[] = {
	    {23, "float[2,4,5,8] q, float[2,2,6,8] k, float[2,2,6,3] v", "y = Attention (q, k, v)",
	     "[2,4,5,3]", NULL, NULL},
	    {23, "float[2,5,32] q, float[2,6,16] k, float[2,6,6] v",
	     "y = Attention <q_num_heads = 4, kv_num_heads = 2> (q, k, v)", "[2,5,12]", NULL, NULL},
	    {23,
	     "float[2,4,5,8] q, float[2,2,6,8] k, float[2,2,6,3] v, float[2,2,7,8] p, "
	     "float[2,2,7,3] w",
	     "y, z, a = Attention (q, k, v, , p, w)", "[2,4,5,3]", "[2,2,13,8]", NULL},
	    {23,
	     "float[B,4,S,8] q, float[B,4,T,8] k, float[B,4,T,8] v, float[B,4,P,8] p, "
	     "float[B,4,P,8] w",
	     "y, z, a = Attention (q, k, v, , p, w)", "[B,4,S,8]", "[B,4,T + P,8]", NULL},
	    /* heads of 8 and 7 elements: onnxruntime refuses to run it */
	    {23, "float[2,4,5,8] q, float[2,2,6,7] k, float[2,2,6,3] v", "y = Attention (q, k, v)",
	     NULL, NULL, "shape/mismatch"},
	    {23, "float[2,8] q, float[2,2,6,7] k, float[2,2,6,3] v", "y = Attention (q, k, v)",
	     NULL, NULL, "shape/rank"},
	    {23, "float[1,2,3,4] x, float[1,3,2] c", "y = RotaryEmbedding (x, c, c)", "[1,2,3,4]",
	     NULL, NULL},
	    {23, "float[3,4] x, float[9,2] c", "y = RotaryEmbedding (x, c, c)", NULL, NULL,
	     "shape/rank"},
	    {27, "float[2,5,32] q, float[2,5,16] k, float[2,5,6] v",
	     "y, z = LinearAttention <q_num_heads = 4, kv_num_heads = 2, update_rule = \"linear\"> "
	     "(q, k, v)",
	     "[2,5,12]", "[2,2,8,3]", NULL},
	    {28, "float[N,4] a, float[2,M] b", "y = SwiGLU (a, b)", "[2,4]", NULL, NULL},
	    {28, "float[2,4] a, float[1,4] b", "y = SwiGLU (a, b)", NULL, NULL, "shape/mismatch"},
	    {26, "float[2,4,5,8] q, float[2,2,6,8] k, float[2,2,6,3] v",
	     "y = ai.onnx.preview.FlexAttention (q, k, v)", "[2,4,5,3]", NULL, NULL},
	};

	(void)state;
	CHECK(table);
}

static void signals_and_losses(void **state)
{
	static const struct example table[] = {
	    {17, "float[1,10,1] x", "y = DFT <axis = 1, onesided = 1> (x)", "[1,6,2]", NULL, NULL},
	    {20, "float[1,10,3,1] x |<int64 n = {8}, int64 a = {1}>", "y = DFT (x, n, a)",
	     "[1,8,3,2]", NULL, NULL},
	    {20, "float[1,N,3,2] x", "y = DFT (x)", "[1,N,3,2]", NULL, NULL},
	    {20, "float[1,10,2] x |<int64 a = {2}>", "y = DFT (x, , a)", NULL, NULL,
	     "shape/bad-axis"},
	    /* onesided is 1 by default: onnxruntime gives 3 bins, the inference of onnx 4 */
	    {17, "float[1,12,1] x |<int64 s = {2}, int64 n = {4}>", "y = STFT (x, s, , n)",
	     "[1,5,3,2]", NULL, NULL},
	    {17, "float[1,12,1] x, float[4] w |<int64 s = {2}>",
	     "y = STFT <onesided = 0> (x, s, w)", "[1,5,4,2]", NULL, NULL},
	    {17,
	     "|<int64 m = {5}, int64 n = {16}, int64 r = {8000}, float f = {0}, float t = {4000}>",
	     "y = MelWeightMatrix (m, n, r, f, t)", "[9,5]", NULL, NULL},
	    {13, "float[N,5,3] x, int64[N,3] t", "y = NegativeLogLikelihoodLoss (x, t)", "[]", NULL,
	     NULL},
	    {13, "float[2,5,3] x, int64[N,3] t",
	     "y = NegativeLogLikelihoodLoss <reduction = \"none\"> (x, t)", "[2,3]", NULL, NULL},
	    {13, "float[2,5] x, int64[2] t", "y, z = SoftmaxCrossEntropyLoss (x, t)", "[]", "[2,5]",
	     NULL},
	    {13, "float[2,5] x, int64[3] t", "y = NegativeLogLikelihoodLoss (x, t)", NULL, NULL,
	     "shape/mismatch"},
	    {13, "float[2,5] x, int64[2] t, float[4] w", "y = NegativeLogLikelihoodLoss (x, t, w)",
	     "[]", NULL, NULL},
	    {22, "float[2,5] x, int64[2] t, float[1,5] w",
	     "y = NegativeLogLikelihoodLoss (x, t, w)", NULL, NULL, "shape/rank"},
	    {22, "float[2,5] x, int64[2] t, float[4] w", "y = NegativeLogLikelihoodLoss (x, t, w)",
	     NULL, NULL, "shape/mismatch"},
	};

	(void)state;
	CHECK(table);
}

static void images_and_strings(void **state)
{
	static const struct example table[] = {
	    {20, "float[1,3,8,8] x, float[1,5,6,2] g", "y = GridSample (x, g)", "[1,3,5,6]", NULL,
	     NULL},
	    {20, "float[1,3,8,8] x, float[1,5,6,3] g", "y = GridSample (x, g)", NULL, NULL,
	     "shape/mismatch"},
	    {16, "float[1,3,8,8] x, float[K,4] r, int64[K] b",
	     "y = RoiAlign <output_height = 2> (x, r, b)", "[K,3,2,1]", NULL, NULL},
	    {16, "float[1,3,8,8] x, float[5,4] r, int64[6] b", "y = RoiAlign (x, r, b)", NULL, NULL,
	     "shape/mismatch"},
	    {9, "float[1,3,8,8] x, float[K,5] r", "y = MaxRoiPool <pooled_shape = [2,3]> (x, r)",
	     "[K,3,2,3]", NULL, NULL},
	    {20, "float[2,2,3] t |<int64[4] s = {2,3,5,6}>", "y = AffineGrid (t, s)", "[2,5,6,2]",
	     NULL, NULL},
	    {18, "float[1,10,4] x |<int64[2] i = {4,5}, int64[2] b = {1,5}>",
	     "y = Col2Im (x, i, b)", "[1,2,4,5]", NULL, NULL},
	    {11, "float[1,9,4] b, float[1,2,9] s", "y = NonMaxSuppression (b, s)", "[?,3]", NULL,
	     NULL},
	    {11, "float[1,9,4] b, float[1,2,8] s", "y = NonMaxSuppression (b, s)", NULL, NULL,
	     "shape/mismatch"},
	    {20, "uint8[N] x", "y = ImageDecoder (x)", "[?,?,?]", NULL, NULL},
	    {20, "string[2,3] x", "y, z = StringSplit (x)", "[2,3,?]", "[2,3]", NULL},
	    {20, "string[2,1] a, string[3] b", "y = StringConcat (a, b)", "[2,3]", NULL, NULL},
	    {20, "string[2,1] a", "y = RegexFullMatch <pattern = \"a+\"> (a)", "[2,1]", NULL, NULL},
	    {10, "string[1,C] x", "y = StringNormalizer <stopwords = [\"a\"]> (x)", "[1,?]", NULL,
	     NULL},
	    /* nothing is removed: onnxruntime gives the input's shape */
	    {10, "string[1,3] x", "y = StringNormalizer (x)", "[1,3]", NULL, NULL},
	    {9, "int64[2,3] x",
	     "y = TfIdfVectorizer <max_gram_length = 1, max_skip_count = 0, min_gram_length = 1, "
	     "mode = \"TF\", "
	     "ngram_counts = [0], ngram_indexes = [0,2,1], pool_int64s = [1,2,3]> (x)",
	     "[2,3]", NULL, NULL},
	};

	(void)state;
	CHECK(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(convolutions),
	    cmocka_unit_test(transposed_convolutions),
	    cmocka_unit_test(pools),
	    cmocka_unit_test(products),
	    cmocka_unit_test(einsum),
	    cmocka_unit_test(reductions),
	    cmocka_unit_test(recurrent),
	    cmocka_unit_test(attention),
	    cmocka_unit_test(signals_and_losses),
	    cmocka_unit_test(images_and_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
