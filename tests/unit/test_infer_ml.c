/* Types and shapes of ai.onnx.ml, sequences, optionals and the training operators.
 *
 * Where a row has only numbers, what it wants are the types and shapes that onnxruntime 1.32
 * returned for the same text
 * (InferenceSession(onnx.parser.parse_model(text).SerializeToString()).run(None, feed), CPU); a "?"
 * is a size that the data decides. Rows with symbols follow
 * onnx.shape_inference.infer_shapes(model, True, True, True) of onnx 1.23.2. */
#include "infer_rows.h"

#define ON	 "<ir_version: 10, opset_import: [\"\" : 21]>\n"
#define ML	 "<ir_version: 10, opset_import: [\"\" : 21, \"ai.onnx.ml\" : 3]>\n"
#define ML1	 "<ir_version: 10, opset_import: [\"\" : 21, \"ai.onnx.ml\" : 1]>\n"
#define ML5	 "<ir_version: 10, opset_import: [\"\" : 21, \"ai.onnx.ml\" : 5]>\n"
#define TRAINING "<ir_version: 10, opset_import: [\"\" : 21, \"ai.onnx.preview.training\" : 1]>\n"

static const struct row ml[] = {
    {ML "g (float[2, 5] x, int64[3] i) => (float[] y) { y = ai.onnx.ml.ArrayFeatureExtractor(x, "
	"i) }",
     "y float32[2, 3]"},
    {ML "g (float[5] x, int64[3] i) => (float[] y) { y = ai.onnx.ml.ArrayFeatureExtractor(x, i) }",
     "y float32[1, 3]"},
    {ML "g (float[2, 3] x) => (float[] y) { y = ai.onnx.ml.Binarizer <threshold = 0.5> (x) }",
     "y float32[2, 3]"},
    {ML "g (string[2, 3] x) => (int64[] y) { y = ai.onnx.ml.CategoryMapper <cats_int64s = [1, "
	"2], cats_strings = [\"a\", \"b\"]> (x) }",
     "y int64[2, 3]"},
    {ML "g (int64[4] x) => (string[] y) { y = ai.onnx.ml.CategoryMapper <cats_int64s = [1, 2], "
	"cats_strings = [\"a\", \"b\"]> (x) }",
     "y string[4]"},
    {ML "g (float[2, 3] a, float[2, 4] b) => (float[] y) { y = ai.onnx.ml.FeatureVectorizer "
	"<inputdimensions = [3, 4]> (a, b) }",
     "y float32[2, 7]"},
    {ML "g (float[2, 3] x) => (float[] y) { y = ai.onnx.ml.Imputer <imputed_value_floats = "
	"[1.0], replaced_value_float = 0.0> (x) }",
     "y float32[2, 3]"},
    {ML "g (string[2, 3] x) => (int64[] y) { y = ai.onnx.ml.LabelEncoder <keys_strings = [\"a\", "
	"\"b\"], values_int64s = [1, 2]> (x) }",
     "y int64[2, 3]"},
    {ML "g (int64[3] x) => (float[] y) { y = ai.onnx.ml.LabelEncoder <keys_int64s = [1, 2], "
	"values_floats = [1.0, 2.0]> (x) }",
     "y float32[3]"},
    {ML1 "g (string[3] x) => (int64[] y) { y = ai.onnx.ml.LabelEncoder <classes_strings = [\"a\", "
	 "\"b\"]> (x) }",
     "y int64[3]"},
    {ML "g (float[4, 3] x) => (int64[] y, float[] z) { y, z = ai.onnx.ml.LinearClassifier "
	"<classlabels_ints = [0, 1, 2], coefficients = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, "
	"9.0], intercepts = [1.0, 2.0, 3.0]> (x) }",
     "y int64[4]; z float32[4, 3]"},
    {ML "g (float[4, 3] x) => (string[] y, float[] z) { y, z = ai.onnx.ml.LinearClassifier "
	"<classlabels_strings = [\"a\", \"b\"], coefficients = [1.0, 2.0, 3.0], intercepts = "
	"[1.0]> (x) }",
     "y string[4]; z float32[4, 2]"},
    {ML "g (float[4, 3] x) => (float[] y) { y = ai.onnx.ml.LinearRegressor <coefficients = [1.0, "
	"2.0, 3.0, 4.0, 5.0, 6.0], intercepts = [1.0, 2.0], targets = 2> (x) }",
     "y float32[4, 2]"},
    {ML "g (double[2, 3] x) => (float[] y) { y = ai.onnx.ml.Normalizer <norm = \"L2\"> (x) }",
     "y float32[2, 3]"},
    {ML "g (int64[2, 3] x) => (float[] y) { y = ai.onnx.ml.OneHotEncoder <cats_int64s = [0, 1, "
	"2, 3]> (x) }",
     "y float32[2, 3, 4]"},
    {ML "g (int64[2, 3] x) => (float[] y) { y = ai.onnx.ml.Scaler <offset = [0.0], scale = "
	"[2.0]> (x) }",
     "y float32[2, 3]"},
    {ML "g (float[4, 2] x) => (int64[] y, float[] z) { y, z = ai.onnx.ml.SVMClassifier "
	"<classlabels_ints = [0, 1, 2, 3], kernel_params = [0.5, 0.0, 3.0], kernel_type = "
	"\"RBF\", coefficients = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], "
	"support_vectors = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], vectors_per_class = [1, 1, "
	"1, 1], rho = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]> (x) }",
     "y int64[4]; z float32[4, 6]"},
    {ML "g (float[4, 2] x) => (int64[] y, float[] z) { y, z = ai.onnx.ml.SVMClassifier "
	"<classlabels_ints = [0, 1, 2, 3], kernel_params = [0.5, 0.0, 3.0], kernel_type = "
	"\"RBF\", prob_a = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], prob_b = [0.5, 0.5, 0.5, 0.5, 0.5, "
	"0.5], coefficients = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], "
	"support_vectors = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], vectors_per_class = [1, 1, "
	"1, 1], rho = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]> (x) }",
     "y int64[4]; z float32[4, 4]"},
    {ML "g (float[4, 2] x) => (string[] y, float[] z) { y, z = ai.onnx.ml.SVMClassifier "
	"<classlabels_strings = [\"a\", \"b\"], kernel_params = [0.5, 0.0, 3.0], kernel_type = "
	"\"RBF\", coefficients = [1.0, 1.0], support_vectors = [1.0, 2.0, 3.0, 4.0], "
	"vectors_per_class = [1, 1], rho = [0.1]> (x) }",
     "y string[4]; z float32[4, 2]"},
    {ML "g (float[4, 2] x) => (int64[] y, float[] z) { y, z = ai.onnx.ml.SVMClassifier "
	"<kernel_params = [0.5, 0.0, 3.0], classlabels_ints = [0, 1, 2], coefficients = [1.0, "
	"1.0, 1.0, 1.0, 1.0, 1.0], rho = [0.1, 0.1, 0.1]> (x) }",
     "y int64[4]; z float32[4, 3]"},
    {ML "g (float[4, 2] x) => (float[] y) { y = ai.onnx.ml.SVMRegressor <kernel_params = [0.5, "
	"0.0, 3.0], kernel_type = \"RBF\", coefficients = [1.0, 1.0], support_vectors = [1.0, "
	"2.0, 3.0, 4.0], n_supports = 2, rho = [0.1]> (x) }",
     "y float32[4, 1]"},
    {ML "g (float[4, 2] x) => (int64[] y, float[] z) { y, z = ai.onnx.ml.TreeEnsembleClassifier "
	"<nodes_treeids = [0, 0, 0], nodes_nodeids = [0, 1, 2], nodes_featureids = [0, 0, 0], "
	"nodes_modes = [\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"], nodes_values = [0.5, 0.0, 0.0], "
	"nodes_truenodeids = [1, 0, 0], nodes_falsenodeids = [2, 0, 0], class_treeids = [0, 0], "
	"class_nodeids = [1, 2], class_ids = [0, 2], class_weights = [1.0, 2.0], "
	"classlabels_int64s = [5, 6, 7]> (x) }",
     "y int64[4]; z float32[4, 3]"},
    {ML "g (float[4, 2] x) => (string[] y, float[] z) { y, z = ai.onnx.ml.TreeEnsembleClassifier "
	"<nodes_treeids = [0, 0, 0], nodes_nodeids = [0, 1, 2], nodes_featureids = [0, 0, 0], "
	"nodes_modes = [\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"], nodes_values = [0.5, 0.0, 0.0], "
	"nodes_truenodeids = [1, 0, 0], nodes_falsenodeids = [2, 0, 0], class_treeids = [0, 0], "
	"class_nodeids = [1, 2], class_ids = [0, 0], class_weights = [1.0, 2.0], "
	"classlabels_strings = [\"a\", \"b\"]> (x) }",
     "y string[4]; z float32[4, 2]"},
    {ML "g (double[4, 2] x) => (float[] y) { y = ai.onnx.ml.TreeEnsembleRegressor <nodes_treeids "
	"= [0, 0, 0], nodes_nodeids = [0, 1, 2], nodes_featureids = [0, 0, 0], nodes_modes = "
	"[\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"], nodes_values = [0.5, 0.0, 0.0], nodes_truenodeids "
	"= [1, 0, 0], nodes_falsenodeids = [2, 0, 0], target_treeids = [0, 0], target_nodeids = "
	"[1, 2], target_ids = [0, 1], target_weights = [1.0, 2.0], n_targets = 2> (x) }",
     "y float32[4, 2]"},
    {ML5 "g (float[4, 2] x) => (float[] y) { y = ai.onnx.ml.TreeEnsemble <nodes_featureids = [0], "
	 "nodes_splits : tensor = float[1] {0.5}, nodes_modes : tensor = uint8[1] {0}, "
	 "nodes_truenodeids = [0], nodes_falsenodeids = [1], nodes_trueleafs = [1], "
	 "nodes_falseleafs = [1], tree_roots = [0], leaf_targetids = [0, 2], leaf_weights : "
	 "tensor = float[2] {1.0, 2.0}, n_targets = 3> (x) }",
     "y float32[4, 3]"},
    {ML "g (float[4, 3] x) => (seq(map(int64, float)) y) { y = ai.onnx.ml.ZipMap "
	"<classlabels_int64s = [1, 2, 3]> (x) }",
     "y seq(map(int64, float32[]))"},
    {ML "g (float[4, 2] x) => (seq(map(string, float)) y) { y = ai.onnx.ml.ZipMap "
	"<classlabels_strings = [\"a\", \"b\"]> (x) }",
     "y seq(map(string, float32[]))"},
    {ML "g (map(string, float) x) => (float[] y) { y = ai.onnx.ml.DictVectorizer "
	"<string_vocabulary = [\"a\", \"b\", \"c\"]> (x) }",
     "y float32[1, 3]"},
    {ML "g (map(int64, float) x) => (float[] y) { y = ai.onnx.ml.CastMap <map_form = \"SPARSE\", "
	"max_map = 4> (x) }",
     "y float32[1, 4]"},
    {ML "g (map(int64, float) x) => (string[] y) { y = ai.onnx.ml.CastMap <cast_to = "
	"\"TO_STRING\"> (x) }",
     "y string[1, ?]"},
};

static const struct row sequences[] = {
    {ON "g (float[2, 3] a, float[2, 3] b, int64 i) => (float[] y, int64[] n) { s = "
	"SequenceConstruct(a, b) y = SequenceAt(s, i) n = SequenceLength(s) }",
     "y float32[2, 3]; n int64[]"},
    {ON "g (float[6, 3] a, int64 i) => (float[] y) <int64 two = {2}> { s = SplitToSequence <axis "
	"= 0> (a, two) y = SequenceAt(s, i) }",
     "y float32[2, 3]"},
    {ON "g (float[6, 3] a, int64 i) => (float[] y) <int64[2] two = {3, 3}> { s = SplitToSequence "
	"<axis = 0> (a, two) y = SequenceAt(s, i) }",
     "y float32[3, 3]"},
    {ON "g (float[6, 3] a, int64 i) => (float[] y) { s = SplitToSequence <axis = 1, keepdims = "
	"0> (a) y = SequenceAt(s, i) }",
     "y float32[6]"},
    {ON "g (float[6, 3] a, int64 i) => (float[] y) { s = SplitToSequence <axis = -1> (a) y = "
	"SequenceAt(s, i) }",
     "y float32[6, 1]"},
    {ON "g (float[2, 3] a, float[2, 3] b) => (float[] y) { s = SequenceConstruct(a, b) e = "
	"SequenceErase(s) t = SequenceInsert(e, a) y = ConcatFromSequence <axis = 0, new_axis = "
	"1> (t) }",
     "y float32[?, 2, 3]"},
    {ON "g (float[2, 3] a, float[2, 3] b) => (float[] y) { s = SequenceConstruct(a, b) y = "
	"ConcatFromSequence <axis = 1> (s) }",
     "y float32[2, ?]"},
    {ON "g (float[2, 3] a) => (float[] y, bool[] h) { o = Optional(a) y = OptionalGetElement(o) "
	"h = OptionalHasElement(o) }",
     "y float32[2, 3]; h bool[]"},
    {ON "g (float[2, 3] a) => (float[] y, bool[] h) { y = OptionalGetElement(a) h = "
	"OptionalHasElement(a) }",
     "y float32[2, 3]; h bool[]"},
    {ON "g (float[N, 3] a, float[N, 3] b) => () { s = SequenceConstruct(a, b) }",
     "s seq(float32[N, 3])"},
    {ON "g (float[N, 3] a, float[M, 3] b) => () { s = SequenceConstruct(a, b) }",
     "s seq(float32[?, 3])"},
    {ON "g (float[2, 3] a, float[3] b) => () { s = SequenceConstruct(a, b) }", "s seq(float32)"},
    {ON "g () => () { s = SequenceEmpty <dtype = 7> () }", "s seq(int64)"},
    {ON "g (float[N, 3] a) => () { s = SplitToSequence <axis = 1> (a) }", "s seq(float32[N, 1])"},
    {ON "g (float[N, 3] a) => () { s = SplitToSequence <axis = 0> (a) }", "s seq(float32[1, 3])"},
    {ON "g (float[7, 3] a) => () <int64 two = {2}> { s = SplitToSequence <axis = 0> (a, two) }",
     "s seq(float32[?, 3])"},
    {ON "g (float[N, 3] a) => () { o = Optional(a) b = OptionalGetElement(o) }",
     "o optional(float32[N, 3]); b float32[N, 3]"},
    {ON "g (seq(float[N, 3]) a) => () { o = Optional(a) b = OptionalGetElement(o) }",
     "o optional(seq(float32[N, 3])); b seq(float32[N, 3])"},
};

static const struct row symbols[] = {
    {ML "g (float[N, 3] x) => () { y, z = ai.onnx.ml.LinearClassifier <classlabels_ints = [0, 1], "
	"coefficients = [1.0, 2.0, 3.0], intercepts = [1.0]> (x) }",
     "y int64[N]; z float32[N, 2]"},
    {ML
     "g (float[N, C] x) => () { y = ai.onnx.ml.OneHotEncoder <cats_strings = [\"a\", \"b\"]> (x) }",
     "y float32[N, C, 2]"},
    {ML "g (float[N, M, C] x, int64[K] i) => () { y = ai.onnx.ml.ArrayFeatureExtractor(x, i) }",
     "y float32[N, M, K]"},
    {ML "g (float[N, C] x) => () { y = ai.onnx.ml.Scaler <offset = [0.0], scale = [2.0]> (x) }",
     "y float32[N, C]"},
    {TRAINING "g (float r, int64 t, float[2] a, float[3] b, float[2] ga, float[3] gb, float[2] va, "
	      "float[3] vb) => () "
	      "{ na, nb, ma, mb = ai.onnx.preview.training.Momentum <alpha = 0.9, beta = 1.0, mode "
	      "= \"standard\", "
	      "norm_coefficient = 0.0> (r, t, a, b, ga, gb, va, vb) }",
     "na float32[2]; nb float32[3]; ma float32[2]; mb float32[3]"},
    {TRAINING "g (float r, int64 t, float[2] a, float[2] ga, float[2] va, float[2] ha) => () "
	      "{ na, nv, nh = ai.onnx.preview.training.Adam (r, t, a, ga, va, ha) }",
     "na float32[2]; nv float32[2]; nh float32[2]"},
    {TRAINING
     "g (float[2] a, float[3] b) => () "
     "{ c = ai.onnx.preview.training.Gradient <xs = [\"a\"], zs = [\"b\"], y = \"q\"> (a, b) }",
     "c float32[2]"},
};

static const struct row faults[] = {
    {ML
     "g (float[2, 3, 4] x) => () { y, z = ai.onnx.ml.LinearClassifier <classlabels_ints = [0, 1], "
     "coefficients = [1.0, 2.0, 3.0], intercepts = [1.0]> (x) }",
     "shape/rank"},
    {ML "g (float[2, 3] x) => () { y = ai.onnx.ml.ZipMap <classlabels_int64s = [1, 2]> (x) }",
     "shape/mismatch"},
    {ML "g (string[2] x) => () { y = ai.onnx.ml.LabelEncoder <keys_strings = [\"a\", \"b\"], "
	"values_int64s = [1]> (x) }",
     "shape/bad-attribute"},
    {ML "g (float[2] x) => () { y = ai.onnx.ml.LabelEncoder <keys_strings = [\"a\"], values_int64s "
	"= [1]> (x) }",
     "shape/bad-attribute"},
    {ML "g (string[2] x) => () { y = ai.onnx.ml.CategoryMapper <cats_int64s = [1, 2], cats_strings "
	"= [\"a\"]> (x) }",
     "shape/bad-attribute"},
    {ML "g (float[4, 2] x) => () { y = ai.onnx.ml.TreeEnsembleRegressor <nodes_treeids = [0, 0, "
	"0], nodes_nodeids = [0, 1, 2], "
	"nodes_featureids = [0, 0], n_targets = 1> (x) }",
     "shape/bad-attribute"},
    {ML "g (float[4, 2] x) => () { y = ai.onnx.ml.TreeEnsembleRegressor <target_ids = [0, 2], "
	"n_targets = 2> (x) }",
     "shape/index-range"},
    {ML "g (float[4, 2, 1] x) => () { y = ai.onnx.ml.TreeEnsembleRegressor <n_targets = 2> (x) }",
     "shape/rank"},
    {ON
     "g (float[6, 3] a) => () <int64[2] two = {3, 4}> { s = SplitToSequence <axis = 0> (a, two) }",
     "shape/bad-attribute"},
    {ON "g (float[6, 3] a) => () { s = SplitToSequence <axis = 2> (a) }", "shape/bad-axis"},
    {ON
     "g (float[6, 3] a) => () { s = SequenceConstruct(a) t = ConcatFromSequence <axis = 2> (s) }",
     "shape/bad-axis"},
};

static void test_ml(void **state)
{
	(void)state;
	check_types(ml, sizeof(ml) / sizeof(*ml));
}

static void test_sequences(void **state)
{
	(void)state;
	check_types(sequences, sizeof(sequences) / sizeof(*sequences));
}

static void test_symbols(void **state)
{
	(void)state;
	check_types(symbols, sizeof(symbols) / sizeof(*symbols));
}

static void test_faults(void **state)
{
	(void)state;
	check_faults(faults, sizeof(faults) / sizeof(*faults));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ml),
	    cmocka_unit_test(test_sequences),
	    cmocka_unit_test(test_symbols),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
