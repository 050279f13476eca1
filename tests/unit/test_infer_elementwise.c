/* test_infer_elementwise.c: shapes, types and small constants of elementwise, normalization,
 * quantization and generator operators.
 *
 * Expected types and shapes: onnx 1.23.2,
 * onnx.shape_inference.infer_shapes(onnx.parser.parse_model(text), strict_mode=True,
 * data_prop=True), with "more" where onnx says less than the operator's documentation. Expected
 * constants: numpy on the same numbers; with symbols by hand. */
#include "graph_fixture.h"
#include "infer/facts.h"

/* A graph g of one opset, and what is known of some of its values: "y float32[N, 4]; k int64[2] =
 * [N, 4]". */
struct row {
	int opset;
	const char *text, *want;
};

static const struct row shapes[] = {
    /* one operand */
    {21, "(float[N,4] x) => (y) { y = Relu(x) }", "y float32[N, 4]"},
    {6, "(double[2,M] x) => (y) { y = Exp(x) }", "y float64[2, M]"},
    {20, "(float16[N] x) => (y) { y = Gelu(x) }", "y float16[N]"},
    {24, "(float16[N] x) => (y) { y = Swish(x) }", "y float16[N]"},
    {20, "(float[3] x) => (y) { y = IsNaN(x) z = IsInf(x) }", "y bool[3]; z bool[3]"},
    {18, "(int32[3] x) => (y) { y = BitwiseNot(x) }", "y int32[3]"},
    {13, "(seq(float[2]) s) => (y) { y = Identity(s) }", "y seq(float32[2])"},
    {10, "(float[N,4] x) => (y) { y, m = Dropout<ratio = 0.3>(x) }",
     "y float32[N, 4]; m bool[N, 4]"},
    /* more: m */
    {7, "(float[N,4] x) => (y) { y, m = Dropout(x) }", "y float32[N, 4]; m float32[N, 4]"},
    {6, "(float[N,4] x) => (y) { y = Clip<min = 0.0>(x) }", "y float32[N, 4]"},
    {14, "(float[N,4] x) => (y) { y = Trilu(x) }", "y float32[N, 4]"},
    {14, "(float[N,4] x, int32 a) => (y) { y = CumSum(x, a) }", "y float32[N, 4]"},
    {26, "(float[N,4] x, int32 a) => (y) { y = CumProd(x, a) }", "y float32[N, 4]"},
    {28, "(float[N,4] a, float[2,4] b) => (y) { y = SwiGLU(a, b) }", "y float32[2, 4]"},
    /* types */
    {21, "(float[N,4] x) => (y) { y = Cast<to = 10>(x) }", "y float16[N, 4]"},
    /* more */
    {5, "(float[N,4] x) => (y) { y = Cast<to = \"INT64\">(x) }", "y int64[N, 4]"},
    {19, "(float[N,4] x, int8[2] t) => (y) { y = CastLike(x, t) }", "y int8[N, 4]"},
    {26, "(float[N,4] x) => (y) { y = BitCast<to = 6>(x) }", "y int32[N, 4]"},
    /* broadcasting */
    {14, "(float[N,1,4] a, float[3,1] b) => (y) { y = Add(a, b) }", "y float32[N, 3, 4]"},
    {14, "(float[N,M] a, float[8] b) => (y) { y = Mul(a, b) }", "y float32[N, 8]"},
    {14, "(float[N] a, float[N] b) => (y) { y = Sub(a, b) }", "y float32[N]"},
    {14, "(float[2,0] a, float[2,1] b) => (y) { y = Div(a, b) }", "y float32[2, 0]"},
    {6, "(float[2,3,4] a, float[3] b) => (y) { y = Add<axis = 1, broadcast = 1>(a, b) }",
     "y float32[2, 3, 4]"},
    {7, "(float[2,3,4] a, float[3,1] b) => (y) { y = PRelu(a, b) }", "y float32[2, 3, 4]"},
    {15, "(float[2,3] a, int64 b) => (y) { y = Pow(a, b) }", "y float32[2, 3]"},
    {13, "(int64[2,3] a, int64[3] b) => (y) { y = Mod(a, b) }", "y int64[2, 3]"},
    {11, "(uint8[2,3] a, uint8[3] b) => (y) { y = BitShift<direction = \"LEFT\">(a, b) }",
     "y uint8[2, 3]"},
    {18, "(int64[2,1] a, int64[3] b) => (y) { y = BitwiseXor(a, b) }", "y int64[2, 3]"},
    {13, "(float[2,1] a, float[3] b) => (y) { y = Less(a, b) z = GreaterOrEqual(a, b) }",
     "y bool[2, 3]; z bool[2, 3]"},
    {7, "(bool[2,1] a, bool[3] b) => (y) { y = And(a, b) }", "y bool[2, 3]"},
    {16, "(bool[N,1] c, float[3] a, float b) => (y) { y = Where(c, a, b) }", "y float32[N, 3]"},
    {13, "(float[4,1,1] a, float[3,1] b, float[2] c) => (y) { y = Max(a, b, c) }",
     "y float32[4, 3, 2]"},
    {13, "(float[N] a) => (y) { y = Sum(a) z = Mean(a, a) }", "y float32[N]; z float32[N]"},
    {6, "(float[2,3] a, float[2,3] b) => (y) { y = Min(a, b) }", "y float32[2, 3]"},
    /* normalization */
    {13, "(float[N,4] x) => (y) { y = Softmax(x) }", "y float32[N, 4]"},
    {11, "(float[N,4] x) => (y) { y = Hardmax(x) }", "y float32[N, 4]"},
    {15,
     "(float[N,3,8] x, float[3] s, float[3] b, float[C] m, float[3] v) => (y) { y, p, q = "
     "BatchNormalization<training_mode = 1>(x, s, b, m, v) }",
     "y float32[N, 3, 8]; p float32[3]; q float32[3]"},
    {15,
     "(float16[N,C,8] x, float16[3] s, float16[3] b, float[3] m, float[3] v) => (y) { y, p, q = "
     "BatchNormalization<training_mode = 1>(x, s, b, m, v) }",
     "y float16[N, C, 8]; p float32[3]; q float32[3]"},
    {9, /* more: onnx leaves the shape of p out */
     "(float[N,3,8] x, float[3] s, float[3] b, float[3] m, float[3] v) => (y) { y, p, q = "
     "BatchNormalization(x, s, b, m, v) }",
     "y float32[N, 3, 8]; p float32[3]"},
    {6, "(float[N,3,8] x, float[3] s, float[3] b) => (y) { y = InstanceNormalization(x, s, b) }",
     "y float32[N, 3, 8]"},
    {17,
     "(float16[N,3,8] x, float16[3,8] s) => (y) { y, m, d = LayerNormalization<axis = -2>(x, s) }",
     "y float16[N, 3, 8]; m float32[N, 1, 1]; d float32[N, 1, 1]"},
    /* more: both of GroupNormalization; onnx fails on MeanVarianceNormalization */
    {21,
     "(float[N,6,8] x, float[6] s, float[6] b) => (y) { y = GroupNormalization<num_groups = "
     "3>(x, s, b) }",
     "y float32[N, 6, 8]"},
    {18,
     "(float[N,6,8] x, float[3] s, float[3] b) => (y) { y = GroupNormalization<num_groups = "
     "3>(x, s, b) }",
     "y float32[N, 6, 8]"},
    {23, "(float[N,6,8] x, float[8] s) => (y) { y = RMSNormalization(x, s) }",
     "y float32[N, 6, 8]"},
    {13, "(float[N,6,8,8] x) => (y) { y = LRN<size = 3>(x) }", "y float32[N, 6, 8, 8]"},
    {1, "(float[N,6] x) => (y) { y = LpNormalization(x) }", "y float32[N, 6]"},
    {13, "(float[N,6,8,8] x) => (y) { y = MeanVarianceNormalization(x) }", "y float32[N, 6, 8, 8]"},
    /* quantization */
    {21, "(float[N,4] x, float s) => (y) { y = QuantizeLinear(x, s) }", "y uint8[N, 4]"},
    {21, "(float[N,4] x, float s, int8 z) => (y) { y = QuantizeLinear(x, s, z) }", "y int8[N, 4]"},
    {21, "(float[N,4] x, float s) => (y) { y = QuantizeLinear<output_dtype = 22>(x, s) }",
     "y int4[N, 4]"},
    {10, "(float[N,4] x, float s, int8 z) => (y) { y = QuantizeLinear(x, s, z) }", "y int8[N, 4]"},
    {13, "(int8[N,4] x, float[4] s) => (y) { y = DequantizeLinear(x, s) }", "y float32[N, 4]"},
    {21, "(int8[N,4] x, float16[4] s) => (y) { y = DequantizeLinear(x, s) }", "y float16[N, 4]"},
    {23, "(int8[N,4] x, float[4] s) => (y) { y = DequantizeLinear<output_dtype = 16>(x, s) }",
     "y bfloat16[N, 4]"},
    {21,
     "(int4[6,5] x, float[3,5] s) => (y) { y = DequantizeLinear<axis = 0, block_size = 2>(x, s) }",
     "y float32[6, 5]"},
    {11, "(float[N,4] x) => (y) { y, s, z = DynamicQuantizeLinear(x) }",
     "y uint8[N, 4]; s float32[]; z uint8[]"},
    /* made up */
    {22, "() => (y) { y = RandomNormal<shape = [2, 3], dtype = 11>() }", "y float64[2, 3]"},
    {1, "() => (y) { y = RandomUniform<shape = [2]>() }", "y float32[2]"},
    {22, "(int32[N,3] x) => (y) { y = RandomUniformLike<dtype = 1>(x) }", "y float32[N, 3]"},
    {22, "(float16[N,3] x) => (y) { y = RandomNormalLike(x) }", "y float16[N, 3]"},
    {22, "(float16[N,3] x) => (y) { y = Bernoulli<dtype = 9>(x) }", "y bool[N, 3]"},
    {22, "(float[N,3] x) => (y) { y = Multinomial<sample_size = 5, dtype = 7>(x) }",
     "y int64[N, 5]"},
    {22, "(float[N,3] x) => (y) { y = EyeLike<dtype = 7>(x) z = EyeLike(x) }",
     "y int64[N, 3]; z float32[N, 3]"},
    {17, "() => (y) { k = Constant<value = int64 {9}>() y = HannWindow(k) }", "y float32[9]"},
    {17,
     "(float[N] x) => (y) { s = Shape(x) z = Constant<value = int64 {0}>() k = Gather(s, z) y = "
     "BlackmanWindow<output_datatype = 11>(k) }", /* more: the symbol */
     "y float64[N]"},
    /* more: the rank */
    {17, "(int32 k) => (y) { y = HammingWindow(k) }", "y float32[?]"},
    /* what is not known stays so */
    {14, "(float a, float[] b) => (y) { y = Add(a, b) z = Relu(b) }", "y float32; z float32"},
    {14, "(float[N] a, float[M] b) => (y) { y = Add(a, b) }", "y float32[?]"},
};

/* s is [N, 4, 8] in all. */
#define SHAPE "(float[N,4,8] x) => (y) { s = Shape(x) "
static const struct row constants[] = {
    {21, SHAPE "c = Constant<value = int64[3] {2, 3, -2}>() y = Mul(s, c) }",
     "y int64[3] = [2*N, 12, -16]"},
    {21, SHAPE "c = Constant<value = int64 {3}>() y = Add(s, c) }", "y int64[3] = [N + 3, 7, 11]"},
    {21, SHAPE "c = Constant<value = int64 {3}>() d = Sub(c, s) y = Neg(d) z = Abs(d) }",
     "y int64[3] = [N - 3, 1, 5]; z int64[3] = [?, 1, 5]"},
    {21, SHAPE "c = Constant<value = int64 {2}>() y = Div(s, c) }",
     "y int64[3] = [floor(N/2), 2, 4]"},
    /* towards zero: -N / 2 is not the floor; -2N / 2 is exact */
    {21,
     SHAPE "c = Constant<value = int64 {2}>() n = Neg(s) y = Div(n, c) t = Mul(n, c) z = "
	   "Div(t, c) }",
     "y int64[3] = [?, -2, -4]; z int64[3] = [-N, -4, -8]"},
    {21,
     "() => (y) { a = Constant<value = int64[4] {7, -7, 7, -7}>() b = Constant<value = int64[4] "
     "{2, 2, -2, -2}>() y = Div(a, b) z = Mod(a, b) w = Mod<fmod = 1>(a, b) }",
     "y int64[4] = [3, -3, -3, 3]; z int64[4] = [1, 1, -1, -1]; w int64[4] = [1, -1, 1, -1]"},
    {21,
     "() => (y) { a = Constant<value = int64[2] {1, 2}>() b = Constant<value = int64[2] {0, 0}>() "
     "y = Div(a, b) z = Mod(a, b) }",
     "y int64[2]; z int64[2]"},
    {21, SHAPE "c = Constant<value = int64[1] {2}>() y = Pow(s, c) }",
     "y int64[3] = [N*N, 16, 64]"},
    {21, SHAPE "c = Constant<value = int64 {5}>() y = Min(s, c) z = Max(s, c) }",
     "y int64[3] = [min(N, 5), 4, 5]; z int64[3] = [max(N, 5), 5, 8]"},
    {21, SHAPE "y = Sum(s, s, s) }", "y int64[3] = [3*N, 12, 24]"},
    {21, SHAPE "c = Constant<value = int64[3] {-1, 4, 5}>() y = Equal(s, c) z = Not(y) }",
     "y bool[3] = [0, 1, 0]; z bool[3] = [1, 0, 1]"},
    {21,
     SHAPE "c = Constant<value = int64[3] {0, 4, 5}>() y = Less(s, c) z = GreaterOrEqual(s, c) }",
     "y bool[3] = [0, 0, 0]; z bool[3] = [1, 1, 1]"},
    {21,
     SHAPE "c = Constant<value = int64[3] {1, 4, 5}>() y = Equal(s, c) z = LessOrEqual(s, s) w = "
	   "Greater(s, c) }",
     "y bool[3] = [?, 1, 0]; z bool[3] = [1, 1, 1]; w bool[3] = [?, 0, 1]"},
    {21, SHAPE "c = Constant<value = int64[3] {-1, 4, 5}>() e = Equal(s, c) y = Where(e, c, s) }",
     "y int64[3] = [N, 4, 8]"},
    {21,
     "(bool[2] p) => (y) { t = Constant<value = bool[2] {1, 0}>() f = Not(t) y = And(t, f) z = "
     "Or(t, f) w = Xor(t, t) u = And(p, t) v = Or(p, t) }",
     "y bool[2] = [0, 0]; z bool[2] = [1, 1]; w bool[2] = [0, 0]; u bool[2] = [?, 0]; v bool[2] = "
     "[1, ?]"},
    {21, SHAPE "f = Cast<to = 6>(s) y = Cast<to = 7>(f) z = Cast<to = 9>(s) w = Cast<to = 3>(s) }",
     "y int64[3] = [N, 4, 8]; z bool[3] = [?, 1, 1]; w int8[3] = [?, 4, 8]"},
    {21,
     "() => (y) { f = Constant<value = float[4] {2.5, -2.5, 1e30, 0.5}>() y = Cast<to = 7>(f) z "
     "= Cast<to = 2>(f) w = Cast<to = 9>(f) }",
     "y int64[4] = [2, -2, ?, 0]; z uint8[4] = [2, ?, ?, 0]; w bool[4] = [1, 1, 1, 1]"},
    {21,
     "() => (y) { f = Constant<value = float[5] {2.5, -2.5, 1.5, 0.4, -0.6}>() y = Floor(f) z = "
     "Ceil(f) w = Round(f) }",
     "y float32[5] = [2, -3, 1, 0, -1]; z float32[5] = [3, -2, 2, 1, -0]; w float32[5] = [2, -2, "
     "2, "
     "0, -1]"},
    {21,
     "() => (y) { a = Constant<value = float[2] {0.1, 16777216}>() b = Constant<value = float "
     "{1}>() y = Add(a, b) z = Div(b, a) w = Sqrt(a) }",
     "y float32[2] = [1.10000002384185791, 16777216]; z float32[2] = [10, "
     "5.9604644775390625e-08]; w float32[2] = [0.316227763891220093, 4096]"},
    {21,
     "() => (y) { a = Constant<value = int64[2,1] {1, 2}>() b = Constant<value = int64[3] {10, 20, "
     "30}>() y = Add(a, b) }",
     "y int64[2, 3] = [11, 21, 31, 12, 22, 32]"},
    {21,
     "() => (y) { a = Constant<value = uint8[2] {200, 7}>() y = Add(a, a) z = Sub(a, a) n = "
     "Constant<value = uint8[2] {8, 8}>() w = Sub(a, n) }",
     "y uint8[2] = [?, 14]; z uint8[2] = [0, 0]; w uint8[2] = [192, ?]"},
    {21, SHAPE "l = Constant<value = int64 {5}>() y = Clip(s, l) z = Clip(s, , l) }",
     "y int64[3] = [max(N, 5), 5, 8]; z int64[3] = [min(N, 5), 4, 5]"},
    {21,
     SHAPE "a = Constant<value = int64 {0}>() y = CumSum(s, a) z = CumSum<exclusive = 1, reverse "
	   "= 1>(s, a) }",
     "y int64[3] = [N, N + 4, N + 12]; z int64[3] = [12, 8, 0]"},
    {6,
     "() => (y) { a = Constant<value = float[2] {1, 2}>() b = Constant<value = float[1] {2}>() y = "
     "Mul<broadcast = 1>(a, b) }",
     "y float32[2] = [2, 4]"},
    {21,
     "() => (y) { c = Constant<value = bool[2] {1, 0}>() a = Constant<value = float {3}>() b = "
     "Constant<value = float[2] {4, 5}>() y = Where(c, a, b) }",
     "y float32[2] = [3, 5]"},
    {11,
     "() => (y) { a = Constant<value = uint32[2] {5, 9}>() b = Constant<value = uint32[2] {1, "
     "3}>() y = BitShift<direction = \"RIGHT\">(a, b) z = BitShift<direction = \"LEFT\">(a, b) }",
     "y uint32[2] = [2, 1]; z uint32[2] = [10, 72]"},
    {18,
     "() => (y) { a = Constant<value = int64[2] {12, -1}>() b = Constant<value = int64[2] {10, "
     "6}>() y = BitwiseAnd(a, b) z = BitwiseOr(a, b) w = BitwiseXor(a, b) v = BitwiseNot(a) }",
     "y int64[2] = [8, 6]; z int64[2] = [14, -1]; w int64[2] = [6, -7]; v int64[2] = [-13, 0]"},
    /* sizes as floats */
    {21, SHAPE "f = Cast<to = 1>(s) c = Constant<value = float[3] {2, 0.5, 0.4}>() m = Mul(f, c) "
	       "y = Floor(m) z = Cast<to = 7>(y) w = Div(m, f) }",
     "m float32[3] = [2*N, ?, ?]; y float32[3] = [2*N, ?, ?]; z int64[3] = [2*N, ?, ?]; w "
     "float32[3] = [2, ?, ?]"},
    {21, SHAPE "f = Cast<to = 1>(s) t = Constant<value = float {2}>() y = Div(f, t) e = Mul(f, t) "
	       "z = Div(e, t) w = Add(e, f) u = Cast<to = 10>(f) v = Less(f, t) }",
     "y float32[3] = [?, 2, 4]; z float32[3] = [N, 4, 8]; w float32[3] = [3*N, 12, 24]; u "
     "float16[3] = [?, 4, 8]; v bool[3] = [?, 0, 0]"},
};

/* What is told, or nothing. Each that is told was refused by onnx.shape_inference or by a run of
 * onnxruntime 1.32, the others pass the former. */
static const struct row faults[] = {
    {14, "(float[2,3] a, float[4,3] b) => (y) { y = Add(a, b) }",
     "shape/broadcast Add: operands 'a' float32[2, 3] and 'b' float32[4, 3] do not broadcast "
     "together"},
    {13, "(float[2] a, float[1] b, float[3] c) => (y) { y = Max(a, b, c) }", "shape/broadcast"},
    {16, "(bool[2] c, float[3] a, float b) => (y) { y = Where(c, a, b) }", "shape/broadcast"},
    {7, "(float[2,3,4] a, float[3] b) => (y) { y = PRelu(a, b) }", "shape/broadcast"},
    {13, "(float[2,3] x) => (y) { y = Softmax<axis = 2>(x) }",
     "shape/bad-axis Softmax: axis 2 is out of range for rank 2: it may be -2 to 1"},
    {11, "(float[2] x) => (y) { y = Softmax(x) }", "shape/bad-axis"},
    {13, "(float[2] x) => (y) { y = Softmax(x) }", ""},
    {14, "(float[2] x) => (y) { y = Trilu(x) }", "shape/rank"},
    {13, "(float[2] x, float[1] r) => (y) { y = Dropout(x, r) }", "shape/rank"},
    {14, "(float[2] x) => (y) { a = Constant<value = int64 {1}>() y = CumSum(x, a) }",
     "shape/bad-axis"},
    {28, "(float[2] a, float[1] b) => (y) { y = SwiGLU(a, b) }", "shape/mismatch"},
    {26, "(float[2] a) => (y) { y = BitCast<to = 7>(a) }", "shape/bad-attribute"},
    {15,
     "(float[1,3,8] x, float[3] s, float[4] b, float[3] m, float[3] v) => (y) { y = "
     "BatchNormalization(x, s, b, m, v) }",
     "shape/mismatch BatchNormalization: bias 'b' float32[4] must have 3 items, one for each "
     "channel "
     "of the input"},
    {15,
     "(float[1,3,8] x, float[3,1] s, float[3] b, float[3] m, float[3] v) => (y) { y = "
     "BatchNormalization(x, s, b, m, v) }",
     "shape/rank"},
    {15,
     "(float[1,3,8] x, float[3] s, float[3] b, float[3] m, float[3] v) => (y) { y, p, q = "
     "BatchNormalization(x, s, b, m, v) }",
     "shape/bad-attribute"},
    {9,
     "(float[1,3,8] x, float[3] s, float[3] b, float[3] m, float[3] v) => (y) { y, p, q = "
     "BatchNormalization(x, s, b, m, v) }",
     ""},
    {7,
     "(float[1,3,8] x, float[3,8] s, float[3,8] b, float[3,8] m, float[3,8] v) => (y) { y = "
     "BatchNormalization<spatial = 0>(x, s, b, m, v) }",
     ""},
    {6, "(float[1,3,8] x, float[4] s, float[4] b) => (y) { y = InstanceNormalization(x, s, b) }",
     "shape/mismatch"},
    {21,
     "(float[1,6,8] x, float[6] s, float[6] b) => (y) { y = GroupNormalization<num_groups = 4>(x, "
     "s, b) }",
     "shape/bad-attribute"},
    {17, "(float[2,3,8] x, float[7] s) => (y) { y = LayerNormalization(x, s) }", "shape/mismatch"},
    {17, "(float[2,3,8] x, float[24] s) => (y) { y = LayerNormalization<axis = 1>(x, s) }",
     "shape/mismatch"},
    {17, "(float[2,3,8] x, float[8] s) => (y) { y = LayerNormalization<axis = -4>(x, s) }",
     "shape/bad-axis"},
    {23, "(float[2,3,8] x, float[3] s) => (y) { y = RMSNormalization(x, s) }", "shape/mismatch"},
    {13, "(float[2,3] x, float[4] s) => (y) { y = QuantizeLinear(x, s) }", "shape/mismatch"},
    {13, "(float[2,3] x, float[1] s) => (y) { y = QuantizeLinear<axis = 7>(x, s) }", ""},
    {13, "(float[2,3] x, float[3] s) => (y) { y = QuantizeLinear<axis = 2>(x, s) }",
     "shape/bad-axis"},
    {13, "(int8[2,3] x, float[3] s, int8[2] z) => (y) { y = DequantizeLinear(x, s, z) }",
     "shape/mismatch"},
    {21,
     "(int8[5,3] x, float[2,3] s) => (y) { y = DequantizeLinear<axis = 0, block_size = 2>(x, s) }",
     "shape/mismatch"},
    {21,
     "(int8[5,3] x, float[3,3] s) => (y) { y = DequantizeLinear<axis = 0, block_size = 2>(x, s) }",
     ""},
    {21, "(float[2] x, float s, int8 z) => (y) { y = QuantizeLinear<output_dtype = 2>(x, s, z) }",
     "shape/bad-attribute"},
    {22, "(float[2] x) => (y) { y = EyeLike(x) }", "shape/rank"},
    {22, "(float[2] x) => (y) { y = Multinomial(x) }", "shape/rank"},
    {22, "() => (y) { y = RandomNormal<shape = [2, -1]>() }", "shape/bad-attribute"},
    {17, "() => (y) { k = Constant<value = int64 {-1}>() y = HannWindow(k) }",
     "shape/bad-attribute"},
    {17, "() => (y) { k = Constant<value = int64[1] {3}>() y = HannWindow(k) }", "shape/rank"},
};

struct work {
	char text[2048];
	struct fixture f;
	struct ol_infer *inf;
};

static void infer(struct work *w, const struct row *r)
{
	struct ol_infer_options o = {.tell = true};
	struct ol_err err = {0};

	snprintf(w->text, sizeof(w->text), "<ir_version: 10, opset_import: [\"\" : %d]> g %s",
		 r->opset, r->text);
	w->f = resolve(w->text);
	w->f.before = w->f.m->n_diags; /* outputs without type are told, and meant here */
	w->inf = ol_infer_run(w->f.ir, w->f.m, &o, &err);
	if (!w->inf)
		fail_msg("%s", err.message);
}

static void undo(struct work *w)
{
	ol_infer_free(w->inf);
	drop(&w->f);
}

/* "y int64[2] = [N, 4]" */
static void describe(const struct work *w, struct ol_str name, bool data, struct ol_buf *out)
{
	uint32_t v = ol_ir_find_value(w->f.ir, 0, ol_intern_find(&w->f.m->names, name));
	const struct ol_fact *f = ol_infer_fact(w->inf, v);

	ol_buf_printf(out, "%.*s ", OL_FMT(name));
	ol_fact_print(w->inf, f, out);
	if (!data || !f->data)
		return;
	for (uint32_t i = 0; i < f->data->n; i++) {
		ol_buf_z(out, i ? ", " : " = [");
		if (f->data->i)
			ol_num_print(&w->inf->syms, f->data->i[i], out);
		else
			ol_buf_printf(out, "%.18g", f->data->d[i]);
	}
	ol_buf_char(out, ']');
}

/* Describes the values that r->want names. */
static int compare(const struct row *r, bool data)
{
	int wrong;
	struct ol_buf have = {0};
	struct work w;

	infer(&w, r);
	for (const char *at = r->want; at; at = strstr(at, "; ") ? strstr(at, "; ") + 2 : NULL) {
		if (at != r->want)
			ol_buf_z(&have, "; ");
		describe(&w, (struct ol_str){at, strcspn(at, " ")}, data, &have);
	}
	if (w.f.m->n_diags > w.f.before)
		ol_buf_printf(&have, "; told: %.*s", OL_FMT(w.f.m->diags[w.f.before].message));
	wrong = !ol_str_is(ol_buf_view(&have), r->want);
	if (wrong)
		print_error("%d %s\n want %s\n have %.*s\n", r->opset, r->text, r->want,
			    OL_FMT(have));
	ol_buf_free(&have);
	undo(&w);
	return wrong;
}

static void shapes_and_types(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		wrong += compare(&shapes[i], false);
	assert_int_equal(wrong, 0);
}

static void small_constants(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
		wrong += compare(&constants[i], true);
	assert_int_equal(wrong, 0);
}

static void told(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		const struct row *r = &faults[i];
		struct ol_buf have = {0};
		struct work w;

		infer(&w, r);
		for (uint32_t d = w.f.before; d < w.f.m->n_diags; d++)
			ol_buf_printf(&have, "%s %.*s", w.f.m->diags[d].rule,
				      OL_FMT(w.f.m->diags[d].message));
		if (*r->want ? !ol_str_starts(ol_buf_view(&have), r->want) : have.n != 0) {
			print_error("%d %s\n want '%s'\n have '%.*s'\n", r->opset, r->text, r->want,
				    OL_FMT(have));
			wrong++;
		}
		ol_buf_free(&have);
		undo(&w);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shapes_and_types),
	    cmocka_unit_test(small_constants),
	    cmocka_unit_test(told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
