/* Expected values were asked of the onnx 1.23.2 package: onnx.defs.get_schema(op,
 * max_inclusive_version=V, domain=D) and its attributes, onnx.helper.VERSION_TABLE and
 * OP_SET_ID_VERSION_MAP; ort-only rows of onnxruntime 1.32.0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "load/model.h"
#include "schema/image.h"
#include "util/buf.h"

#define BIT(d) (UINT64_C(1) << (d))

static struct ol_schema find(const char *domain, const char *op, int64_t version)
{
	return ol_schema_find(ol_str(domain), ol_str(op), version);
}

static void assert_text(struct ol_str s, const char *want)
{
	char have[512];

	assert_true(s.n < sizeof(have));
	if (s.n)
		memcpy(have, s.p, s.n);
	have[s.n] = 0;
	assert_string_equal(have, want);
}

/* get_schema("Conv", v).since_version */
static void finds_versions(void **state)
{
	static const struct {
		const char *op;
		int64_t opset;
		int32_t since;
	} cases[] = {
	    {"Conv", 1, 1},	{"Conv", 10, 1},     {"Conv", 11, 11},	     {"Conv", 21, 11},
	    {"Conv", 22, 22},	{"Conv", 28, 22},    {"Relu", 5, 1},	     {"Relu", 6, 6},
	    {"Relu", 13, 13},	{"Relu", 14, 14},    {"Cast", 12, 9},	     {"Cast", 23, 23},
	    {"Cast", 28, 28},	{"Softmax", 12, 11}, {"Softmax", 13, 13},    {"Resize", 9, 0},
	    {"Resize", 10, 10}, {"Resize", 18, 18},  {"Gelu", 19, 0},	     {"Gelu", 20, 20},
	    {"Abs", 0, 0},	{"Abs", -5, 0},	     {"NoSuchOp", 17, 0},    {"relu", 17, 0},
	    {"", 17, 0},	{"Abs", 9999, 13},   {"Abs", INT64_MAX, 13},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_schema s = find("", cases[i].op, cases[i].opset);

		assert_int_equal(s.since_version, cases[i].since);
		assert_int_equal(s.row != NULL, cases[i].since != 0);
		if (s.row)
			assert_text(s.name, cases[i].op);
	}
	assert_int_equal(find("ai.onnx", "Conv", 17).since_version, 11);
	assert_text(find("ai.onnx", "Conv", 17).domain, "");
	assert_int_equal(find("ai.onnx.ml", "LabelEncoder", 3).since_version, 2);
	assert_int_equal(find("com.microsoft", "FusedMatMul", 1).since_version, 1);
	assert_null(find("org.example", "Conv", 17).row);
}

static void describes_conv(void **state)
{
	struct ol_schema s = find("", "Conv", 17);
	struct ol_schema_param x = ol_schema_input(&s, 0), b = ol_schema_input(&s, 2),
			       y = ol_schema_output(&s, 0);
	struct ol_schema_attr a;

	(void)state;
	assert_int_equal(s.until_version, 21);
	assert_false(s.deprecated);
	assert_false(s.has_function);
	assert_false(s.ort_only);
	assert_int_equal(s.min_input, 2);
	assert_int_equal(s.max_input, 3);
	assert_int_equal(s.n_inputs, 3);
	assert_int_equal(s.n_outputs, 1);
	assert_int_equal(s.n_attrs, 6);
	assert_text(x.name, "X");
	assert_text(x.type_str, "T");
	assert_int_equal(x.option, OL_PARAM_SINGLE);
	assert_int_equal(b.option, OL_PARAM_OPTIONAL);
	assert_int_equal(x.type_var, y.type_var);
	assert_true(x.types.tensor == (BIT(OL_DT_FLOAT) | BIT(OL_DT_FLOAT16) | BIT(OL_DT_DOUBLE)));
	assert_int_equal(x.types.any, 0);
	assert_true(ol_schema_find_attr(&s, OL_STR("auto_pad"), &a));
	assert_int_equal(a.type, OL_ATTR_STRING);
	assert_text(a.default_text, "NOTSET");
	assert_text(a.one_of, "NOTSET SAME_UPPER SAME_LOWER VALID");
	assert_true(ol_schema_find_attr(&s, OL_STR("group"), &a));
	assert_int_equal(a.type, OL_ATTR_INT);
	assert_text(a.default_text, "1");
	assert_true(ol_schema_find_attr(&s, OL_STR("strides"), &a));
	assert_int_equal(a.default_text.n, 0);
	assert_false(a.required);
	assert_false(ol_schema_find_attr(&s, OL_STR("group_"), &a));
	assert_false(ol_schema_find_attr(&s, OL_STR(""), &a));
}

static void describes_the_rest(void **state)
{
	struct ol_schema concat = find("", "Concat", 13), gemm = find("", "Gemm", 13),
			 loop = find("", "Loop", 17);
	struct ol_schema gather = find("", "Gather", 13), map = find("ai.onnx.ml", "ZipMap", 1),
			 seq;
	struct ol_schema_attr a;

	(void)state;
	assert_int_equal(concat.max_input, UINT16_MAX);
	assert_int_equal(ol_schema_input(&concat, 0).option, OL_PARAM_VARIADIC);
	assert_true(ol_schema_input(&concat, 0).homogeneous);
	assert_int_equal(ol_schema_input_at(&concat, 41), 0);
	assert_true(ol_schema_find_attr(&concat, OL_STR("axis"), &a));
	assert_true(a.required);
	assert_true(ol_schema_find_attr(&gemm, OL_STR("alpha"), &a));
	assert_text(a.default_text, "1.0");
	/* not variadic: what is too many falls on no parameter */
	assert_int_equal(ol_schema_input_at(&gemm, 7), 7);
	assert_int_equal(ol_schema_input(&gemm, 7).types.any, 1);
	assert_int_equal(ol_schema_input(&gemm, 7).name.n, 0);
	/* Loop: M and cond optional, then v_initial, not homogeneous, none needed */
	assert_int_equal(loop.min_input, 2);
	assert_int_equal(ol_schema_input_at(&loop, 9), 2);
	assert_false(ol_schema_input(&loop, 2).homogeneous);
	assert_int_equal(ol_schema_input(&loop, 2).min_arity, 0);
	assert_int_equal(ol_schema_output_at(&loop, 3), 0);
	/* two type variables */
	assert_int_not_equal(ol_schema_input(&gather, 0).type_var,
			     ol_schema_input(&gather, 1).type_var);
	assert_true(ol_schema_input(&gather, 1).types.tensor ==
		    (BIT(OL_DT_INT32) | BIT(OL_DT_INT64)));
	/* seq(map(string, float)), seq(map(int64, float)) */
	assert_int_equal(ol_schema_output(&map, 0).types.other, 2);
	assert_int_equal(ol_schema_output(&map, 0).types.tensor, 0);
	seq = find("", "SequenceAt", 11);
	assert_int_equal(ol_schema_input(&seq, 0).types.tensor, 0);
	assert_true(ol_schema_input(&seq, 0).types.seq & BIT(OL_DT_STRING));
	/* concrete type */
	seq = find("", "Shape", 1);
	assert_text(ol_schema_output(&seq, 0).type_str, "T1");
	assert_true(ol_schema_output(&seq, 0).types.tensor == BIT(OL_DT_INT64));
	seq = find("", "NonMaxSuppression", 11);
	assert_text(ol_schema_input(&seq, 0).type_str, "tensor(float)");
	assert_int_equal(ol_schema_input(&seq, 0).type_var, UINT16_MAX);
	assert_true(ol_schema_input(&seq, 0).types.tensor == BIT(OL_DT_FLOAT));
	assert_true(find("", "HardSwish", 14).has_function);
	assert_true(find("ai.onnx.preview", "FlexAttention", 1).experimental);
}

/* The documentation of the attribute, version by version. */
static void lists_allowed_strings(void **state)
{
	struct ol_schema_attr a;
	struct ol_schema s = find("", "Pad", 18);

	(void)state;
	assert_true(ol_schema_find_attr(&s, OL_STR("mode"), &a));
	assert_text(a.one_of, "constant reflect edge");
	s = find("", "Pad", 19);
	assert_true(ol_schema_find_attr(&s, OL_STR("mode"), &a));
	assert_text(a.one_of, "constant reflect edge wrap");
	s = find("", "GridSample", 16);
	assert_true(ol_schema_find_attr(&s, OL_STR("mode"), &a));
	assert_text(a.one_of, "bilinear nearest bicubic");
	s = find("", "GridSample", 20);
	assert_true(ol_schema_find_attr(&s, OL_STR("mode"), &a));
	assert_text(a.one_of, "linear nearest cubic");
	s = find("", "Einsum", 12);
	assert_true(ol_schema_find_attr(&s, OL_STR("equation"), &a));
	assert_int_equal(a.one_of.n, 0);
}

static void tells_lives(void **state)
{
	struct ol_schema_life l;

	(void)state;
	assert_true(ol_schema_life(OL_STR(""), OL_STR("Upsample"), &l));
	assert_int_equal(l.first, 1);
	assert_int_equal(l.deprecated_since, 10);
	assert_true(ol_schema_life(OL_STR(""), OL_STR("Scatter"), &l));
	assert_int_equal(l.first, 9);
	assert_int_equal(l.deprecated_since, 11);
	/* deprecated at 18, taken up again at 21 */
	assert_true(find("", "GroupNormalization", 20).deprecated);
	assert_true(ol_schema_life(OL_STR(""), OL_STR("GroupNormalization"), &l));
	assert_int_equal(l.deprecated_since, 0);
	assert_int_equal(l.last, INT32_MAX);
	/* onnxruntime has a LayerNormalization of opset 1; the standard begins at 17 */
	assert_true(ol_schema_life(OL_STR(""), OL_STR("LayerNormalization"), &l));
	assert_int_equal(l.first, 17);
	assert_true(find("", "LayerNormalization", 16).ort_only);
	assert_false(find("", "LayerNormalization", 17).ort_only);
	assert_true(find("", "Affine", 5).ort_only);
	assert_true(find("", "Affine", 12).deprecated);
	assert_false(ol_schema_life(OL_STR(""), OL_STR("ATen"), &l));
	assert_false(ol_schema_life(OL_STR("x"), OL_STR("Relu"), &l));
}

static void guesses_names(void **state)
{
	struct ol_str none = {NULL, 0};
	char longest[100000];

	(void)state;
	assert_text(ol_schema_nearest(none, OL_STR("relu"), 17), "Relu");
	assert_text(ol_schema_nearest(none, OL_STR("Rleu"), 17), "Relu");
	assert_text(ol_schema_nearest(none, OL_STR("conv_transpose"), 17), "ConvTranspose");
	/* the beginning of one name only: LayerNormalization; Seque begins many */
	assert_text(ol_schema_nearest(none, OL_STR("LayerNorm"), 17), "LayerNormalization");
	assert_text(ol_schema_nearest(none, OL_STR("LayerNorm"), 16), "");
	assert_text(ol_schema_nearest(none, OL_STR("Gathe"), 17), "Gather");
	assert_text(ol_schema_nearest(none, OL_STR("Seque"), 17), "");
	assert_text(ol_schema_nearest(none, OL_STR("Wombat"), 17), "");
	assert_text(ol_schema_nearest(none, OL_STR("GELU"), 20), "Gelu");
	assert_text(ol_schema_nearest(OL_STR("com.nowhere"), OL_STR("Relu"), 1), "");
	memset(longest, 'A', sizeof(longest));
	assert_int_equal(ol_schema_nearest(none, (struct ol_str){longest, sizeof(longest)}, 17).n,
			 0);
	assert_text(ol_schema_elsewhere(none, OL_STR("FusedMatMul")), "com.microsoft");
	assert_text(ol_schema_elsewhere(none, OL_STR("ZipMap")), "ai.onnx.ml");
	assert_text(ol_schema_elsewhere(OL_STR("com.microsoft"), OL_STR("Relu")), "ai.onnx");
	assert_text(ol_schema_elsewhere(none, OL_STR("NoSuchOp")), "");
	/* an operator of onnxruntime in the ONNX domain is not at home there */
	assert_text(ol_schema_elsewhere(OL_STR("my.domain"), OL_STR("Affine")), "");
}

static void knows_versions(void **state)
{
	struct ol_str onnx = {NULL, 0};

	(void)state;
	assert_int_equal(ol_schema_domain_newest(onnx), 28);
	assert_int_equal(ol_schema_domain_newest(OL_STR("ai.onnx")), 28);
	assert_int_equal(ol_schema_domain_newest(OL_STR("ai.onnx.ml")), 5);
	assert_int_equal(ol_schema_domain_newest(OL_STR("com.microsoft")), 1);
	assert_int_equal(ol_schema_domain_newest(OL_STR("org.pytorch.aten")), 0);
	assert_int_equal(ol_schema_newest_ir(), 14);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 9), 4);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 13), 7);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 21), 10);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 3), 3);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 29), 0);
	assert_int_equal(ol_schema_ir_for_opset(onnx, 0), 0);
	assert_int_equal(ol_schema_ir_for_opset(OL_STR("ai.onnx.ml"), 3), 8);
	assert_text(ol_schema_release_of_opset(onnx, 17), "1.12.0");
	assert_text(ol_schema_release_of_opset(onnx, 28), "1.23.0");
	assert_text(ol_schema_release_of_opset(OL_STR("ai.onnx.ml"), 5), "1.16.0");
	assert_text(ol_schema_release_of_opset(OL_STR("com.microsoft"), 1), "");
}

static void is_sorted(void **state)
{
	struct ol_schema s, last = ol_schema_at(0);
	uint32_t n = 1;

	(void)state;
	assert_non_null(last.row);
	for (; (s = ol_schema_at(n)).row; n++) {
		int c = ol_str_cmp(last.domain, s.domain);

		if (!c)
			c = ol_str_cmp(last.name, s.name);
		assert_true(c < 0 || (c == 0 && last.since_version < s.since_version));
		assert_true(s.since_version <= s.until_version);
		last = s;
	}
	assert_int_equal(n, 888);
	assert_null(ol_schema_at(UINT32_MAX).row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_versions),	  cmocka_unit_test(describes_conv),
	    cmocka_unit_test(describes_the_rest), cmocka_unit_test(lists_allowed_strings),
	    cmocka_unit_test(tells_lives),	  cmocka_unit_test(guesses_names),
	    cmocka_unit_test(knows_versions),	  cmocka_unit_test(is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
