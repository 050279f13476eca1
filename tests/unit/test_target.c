/* Targets. onnxruntime-cpu: kernel registry of onnxruntime 1.32.0 (get_all_opkernel_def), sessions
 * of one-node models. keras: the mapping that was tried on Keras 3.15.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schema/target.h"

#define BIT(d) (UINT64_C(1) << (d))

static struct ol_target_support ask(const char *target, const char *op, int64_t opset)
{
	struct ol_target t = ol_target_find(ol_str(target));

	assert_non_null(t.row);
	return ol_target_supports(&t, OL_STR(""), ol_str(op), opset);
}

static void finds_targets(void **state)
{
	struct ol_target ort = ol_target_find(OL_STR("onnxruntime-cpu")),
			 keras = ol_target_find(OL_STR("keras")), t;
	struct ol_str last = {NULL, 0};
	int32_t min = 0, max = 0;
	uint32_t n = 0;

	(void)state;
	assert_non_null(ort.row);
	assert_non_null(keras.row);
	assert_null(ol_target_find(OL_STR("Keras")).row);
	assert_true(ol_str_is(ol_target_nearest(OL_STR("kerras")), "keras"));
	assert_int_equal(ol_target_nearest(OL_STR("tensorrt-next")).n, 0);
	assert_int_equal(ort.max_ir, 14);
	assert_true(ol_str_is(ort.version, "1.32.0"));
	assert_true(ort.source.n > 20 && keras.source.n > 20 && keras.about.n > 20);
	assert_true(ol_target_opsets(&ort, OL_STR("ai.onnx"), &min, &max));
	assert_int_equal(max, 28);
	assert_true(ol_target_opsets(&ort, OL_STR("ai.onnx.ml"), &min, &max));
	assert_int_equal(max, 5);
	assert_false(ol_target_opsets(&ort, OL_STR("org.example"), &min, &max));
	for (; (t = ol_target_at(n)).row; n++) {
		assert_true(ol_str_cmp(last, t.name) < 0);
		last = t.name;
	}
	assert_true(n >= 2);
	memset(&t, 0, sizeof(t));
	assert_false(ol_target_opsets(&t, OL_STR(""), &min, &max));
	assert_int_equal(ol_target_supports(&t, OL_STR(""), OL_STR("Relu"), 17).status,
			 OL_SUPPORT_UNKNOWN);
}

/* Kernels of Add: 7-12, 13, 14 on. So opset 6 has none, and each later one its own. */
static void matches_versions(void **state)
{
	struct ol_target_support s = ask("onnxruntime-cpu", "Add", 6);

	(void)state;
	assert_int_equal(s.status, OL_SUPPORT_NONE);
	assert_int_equal(s.min_opset, 6);
	assert_int_equal(s.max_opset, 6);
	s = ask("onnxruntime-cpu", "Add", 12);
	assert_int_equal(s.status, OL_SUPPORT_FULL);
	assert_int_equal(s.min_opset, 7);
	assert_int_equal(s.max_opset, 12);
	s = ask("onnxruntime-cpu", "Add", 28);
	assert_int_equal(s.min_opset, 14);
	assert_int_equal(s.max_opset, 28); /* the row is open, the target is not */
	/* RoiAlign: a kernel from 16 on, open; its version 22 has none */
	assert_int_equal(ask("onnxruntime-cpu", "RoiAlign", 21).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("onnxruntime-cpu", "RoiAlign", 22).status, OL_SUPPORT_NONE);
	/* by function */
	s = ask("onnxruntime-cpu", "HardSwish", 17);
	assert_int_equal(s.status, OL_SUPPORT_PARTIAL);
	assert_true(s.by_function);
	assert_int_equal(ask("onnxruntime-cpu", "Swish", 24).status, OL_SUPPORT_PARTIAL);
	assert_int_equal(ask("onnxruntime-cpu", "Swish", 25).status, OL_SUPPORT_NONE);
	assert_int_equal(ask("onnxruntime-cpu", "Constant", 21).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("onnxruntime-cpu", "Upsample", 9).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("onnxruntime-cpu", "Upsample", 10).status, OL_SUPPORT_NONE);
	assert_int_equal(ask("onnxruntime-cpu", "NoSuchOp", 17).status, OL_SUPPORT_NONE);
}

static void other_domains(void **state)
{
	struct ol_target ort = ol_target_find(OL_STR("onnxruntime-cpu")),
			 keras = ol_target_find(OL_STR("keras"));

	(void)state;
	assert_int_equal(
	    ol_target_supports(&ort, OL_STR("com.microsoft"), OL_STR("FusedMatMul"), 1).status,
	    OL_SUPPORT_FULL);
	assert_int_equal(
	    ol_target_supports(&keras, OL_STR("com.microsoft"), OL_STR("FusedMatMul"), 1).status,
	    OL_SUPPORT_NONE);
	assert_int_equal(ol_target_supports(&ort, OL_STR("org.example"), OL_STR("X"), 1).status,
			 OL_SUPPORT_UNKNOWN);
	assert_int_equal(ol_target_supports(&keras, OL_STR("org.example"), OL_STR("X"), 1).status,
			 OL_SUPPORT_NONE);
}

static void answers_types(void **state)
{
	struct ol_target ort = ol_target_find(OL_STR("onnxruntime-cpu")),
			 keras = ol_target_find(OL_STR("keras"));
	struct ol_target_support s = ask("onnxruntime-cpu", "Gather", 13);
	struct ol_typeset t;

	(void)state;
	assert_true(ol_target_types(&ort, &s, OL_STR("Tind"), &t));
	assert_true(t.tensor == (BIT(OL_DT_INT32) | BIT(OL_DT_INT64)));
	/* Acos: float kernel; float16 by Casts, double not at all */
	s = ask("onnxruntime-cpu", "Acos", 22);
	assert_true(ol_target_types(&ort, &s, OL_STR("T"), &t));
	assert_true(t.tensor == (BIT(OL_DT_FLOAT) | BIT(OL_DT_FLOAT16)));
	/* a constraint that the row does not name: those of the target */
	assert_true(ol_target_types(&ort, &s, OL_STR("V"), &t));
	assert_true(t.tensor & BIT(OL_DT_STRING));
	assert_false(t.tensor & BIT(OL_DT_COMPLEX64));
	s = ask("keras", "Add", 17);
	assert_true(ol_target_types(&keras, &s, OL_STR("T"), &t));
	assert_true(t.tensor & BIT(OL_DT_UINT32));
	assert_false(t.tensor & BIT(OL_DT_UINT64));
	s = ask("keras", "MaxPool", 17);
	assert_true(ol_target_types(&keras, &s, OL_STR("T"), &t));
	assert_false(t.tensor & BIT(OL_DT_INT8));
	assert_true(t.tensor & BIT(OL_DT_BFLOAT16));
}

static void keras_rows(void **state)
{
	struct ol_target_support s = ask("keras", "Conv", 17);

	(void)state;
	assert_int_equal(s.status, OL_SUPPORT_FULL);
	assert_true(ol_str_starts(s.layer, "layers.Conv1D"));
	assert_int_equal(ask("keras", "NonMaxSuppression", 11).status, OL_SUPPORT_NONE);
	assert_true(ask("keras", "NonMaxSuppression", 11).note.n > 0);
	s = ask("keras", "If", 13);
	assert_int_equal(s.status, OL_SUPPORT_PARTIAL);
	assert_true(s.note.n > 0);
	/* a legacy broadcast with axis needs a constant: expressed, so full under a condition */
	s = ask("keras", "Add", 6);
	assert_int_equal(s.status, OL_SUPPORT_FULL);
	assert_int_equal(s.n_conditions, 1);
	assert_int_equal(ask("keras", "Add", 7).n_conditions, 0);
	assert_int_equal(ask("keras", "Add", 7).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("keras", "Relu", 29).status, OL_SUPPORT_NONE);
}

/* What each release loads was measured with its wheel: 1.20.1 takes opset 21, ml 5, IR 10; DeformConv
 * got a CPU kernel in 1.25. TensorRT: table of 10.1 (opset 20, no Attention) and of 10.15. */
static void versions(void **state)
{
	struct ol_target t = ol_target_find(OL_STR("onnxruntime@1.20")), e;
	int32_t min, max;

	(void)state;
	assert_true(ol_str_is(t.name, "onnxruntime-cpu@1.20.1"));
	assert_true(ol_str_is(t.base, "onnxruntime-cpu"));
	assert_true(ol_str_is(t.version, "1.20.1"));
	assert_int_equal(t.max_ir, 10);
	assert_true(ol_target_opsets(&t, OL_STR(""), &min, &max));
	assert_int_equal(max, 21);
	assert_true(ol_target_opsets(&t, OL_STR("ai.onnx.ml"), &min, &max));
	assert_int_equal(max, 5);
	assert_true(ol_target_opsets(&t, OL_STR("com.microsoft"), &min, &max));
	assert_int_equal(max, 1);
	assert_null(ol_target_find(OL_STR("onnxruntime@1.2")).row);
	assert_null(ol_target_find(OL_STR("onnxruntime@")).row);
	assert_null(ol_target_find(OL_STR("@1.20")).row);
	assert_true(ol_str_is(ol_target_find(OL_STR("onnxruntime@1.32")).name, "onnxruntime-cpu"));
	/* the newest that begins so */
	assert_true(ol_str_is(ol_target_find(OL_STR("ort@1")).version, "1.32.0"));
	assert_int_equal(ask("ort@1.24", "DeformConv", 19).status, OL_SUPPORT_NONE);
	assert_int_equal(ask("ort@1.25", "DeformConv", 19).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("ort@1.16", "Relu", 14).status, OL_SUPPORT_FULL);
	t = ol_target_find(OL_STR("trt@10.1"));
	assert_true(ol_str_is(t.name, "tensorrt@10.1"));
	assert_true(ol_target_opsets(&t, OL_STR(""), &min, &max));
	assert_int_equal(max, 20);
	assert_int_equal(ask("trt@10.1", "Attention", 20).status, OL_SUPPORT_NONE);
	assert_int_equal(ask("trt", "Attention", 23).status, OL_SUPPORT_PARTIAL);
	e = ol_target_edition(&t, 0);
	assert_true(ol_str_is(e.version, "10.1"));
	assert_null(ol_target_edition(&t, 2).row);
	/* keras has one version only */
	t = ol_target_find(OL_STR("keras@3"));
	assert_true(ol_str_is(t.name, "keras"));
	assert_null(ol_target_find(OL_STR("keras@2")).row);
	assert_null(ol_target_edition(&t, 0).row);
}

static void names_and_fallbacks(void **state)
{
	struct ol_target t = ol_target_find(OL_STR("coreml"));
	int32_t min, max;

	(void)state;
	assert_true(ol_str_is(t.name, "onnxruntime-coreml"));
	assert_true(ol_str_is(ol_target_alias(&t, 0), "coreml"));
	assert_int_equal(ol_target_alias(&t, 9).n, 0);
	assert_true(ol_str_is(ol_target_fallback(&t).name, "onnxruntime-cpu"));
	t = ol_target_find(OL_STR("keras"));
	assert_null(ol_target_fallback(&t).row);
	assert_int_equal(t.evidence, OL_EVIDENCE_MEASURED);
	/* WebAssembly runs the CPU provider's kernels, of its newest version */
	assert_int_equal(ask("wasm", "DeformConv", 19).status, OL_SUPPORT_FULL);
	assert_int_equal(ask("wasm", "RoiAlign", 22).status, OL_SUPPORT_NONE);
	/* the loader of tract warns outside 9 to 18 */
	t = ol_target_find(OL_STR("tract"));
	assert_true(ol_target_tried(&t, OL_STR(""), &min, &max));
	assert_int_equal(min, 9);
	assert_int_equal(max, 18);
	t = ol_target_find(OL_STR("burn"));
	assert_false(ol_target_tried(&t, OL_STR(""), &min, &max));
}

static void lists_conditions(void **state)
{
	struct ol_target_support s = ask("tensorrt", "MaxPool", 17);
	struct ol_target_condition c, again;
	struct ol_str file;
	uint32_t line;

	(void)state;
	/* spatial rank 2 or 3, no Indices, no dilations */
	assert_int_equal(s.n_conditions, 3);
	c = ol_target_condition(&s, 2);
	assert_true(ol_str_is(c.note, "dilations must be 1"));
	assert_true(c.needs.n > 0);
	assert_true(ol_target_condition_at(c.id, &again, &file, &line));
	assert_true(ol_str_eq(again.needs, c.needs));
	assert_true(file.n > 0 && line > 0);
	assert_int_equal(ol_target_condition(&s, 3).needs.n, 0);
	assert_false(ol_target_condition_at(UINT32_MAX, &again, &file, &line));
}

/* A list for the whole target says nothing of an operand whose schema allows none of it. */
static void types_of_operands(void **state)
{
	struct ol_target t = ol_target_find(OL_STR("xnnpack"));
	struct ol_target_support s = ask("xnnpack", "Resize", 19);
	struct ol_schema schema = ol_schema_find(OL_STR(""), OL_STR("Resize"), 19);
	struct ol_schema_param x = ol_schema_input(&schema, 0), sizes = ol_schema_input(&schema, 3);
	struct ol_typeset set;

	(void)state;
	assert_true(ol_target_param_types(&t, &s, &x, &set));
	assert_true(set.tensor == (BIT(OL_DT_FLOAT) | BIT(OL_DT_UINT8) | BIT(OL_DT_INT8)));
	assert_false(ol_target_param_types(&t, &s, &sizes, &set));
}

static void lists_ranges(void **state)
{
	struct ol_target ort = ol_target_find(OL_STR("onnxruntime-cpu")),
			 keras = ol_target_find(OL_STR("keras"));
	enum ol_support status;
	int32_t min, max;

	(void)state;
	/* Add: versions 7 and 13 in one row, 14 in another */
	assert_true(ol_target_range(&ort, OL_STR(""), OL_STR("Add"), 0, &min, &max, &status));
	assert_int_equal(min, 7);
	assert_int_equal(max, 12);
	assert_true(ol_target_range(&ort, OL_STR(""), OL_STR("Add"), 1, &min, &max, &status));
	assert_int_equal(min, 13);
	assert_int_equal(max, 13);
	assert_true(ol_target_range(&ort, OL_STR(""), OL_STR("Add"), 2, &min, &max, &status));
	assert_int_equal(min, 14);
	assert_int_equal(max, 28);
	assert_int_equal(status, OL_SUPPORT_FULL);
	assert_false(ol_target_range(&ort, OL_STR(""), OL_STR("Add"), 3, &min, &max, &status));
	assert_true(
	    ol_target_range(&keras, OL_STR(""), OL_STR("SpaceToDepth"), 1, &min, &max, &status));
	assert_int_equal(min, 28);
	assert_int_equal(status, OL_SUPPORT_FULL);
	assert_false(
	    ol_target_range(&keras, OL_STR(""), OL_STR("NonZero"), 0, &min, &max, &status));
	assert_false(ol_target_range(&keras, OL_STR("x"), OL_STR("Add"), 0, &min, &max, &status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_targets), cmocka_unit_test(matches_versions),
	    cmocka_unit_test(other_domains), cmocka_unit_test(answers_types),
	    cmocka_unit_test(keras_rows),    cmocka_unit_test(versions), cmocka_unit_test(names_and_fallbacks),
	    cmocka_unit_test(lists_conditions), cmocka_unit_test(types_of_operands),
	    cmocka_unit_test(lists_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
