/* Types and shapes of com.microsoft's operators.
 *
 * What a row of numbers wants are the types and shapes that onnxruntime 1.32 returned for the same
 * text (InferenceSession(onnx.parser.parse_model(text).SerializeToString()).run(None, feed), CPU);
 * a "?" is a size that the data decides. BiasDropout, BitmaskDropout, QLinearReduceMean,
 * ReduceSumInteger and MulInteger, which have no CPU kernel, and rows with symbols follow
 * docs/ContribOperators.md. */
#include "infer_rows.h"

#define MS "<ir_version: 10, opset_import: [\"\" : 21, \"com.microsoft\" : 1]>\n"

static const struct row microsoft[] = {
    {MS "g (float[2, 3, 4] x) => (float[] y) { y = com.microsoft.Gelu(x) }", "y float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x) => (float[] y) { y = com.microsoft.QuickGelu(x) }",
     "y float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x) => (float[] y) { y = com.microsoft.Trilu(x) }", "y float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x, float[4] b) => (float[] y) { y = com.microsoft.FastGelu(x, b) }",
     "y float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x, float[4] b) => (float[] y) { y = com.microsoft.BiasGelu(x, b) }",
     "y float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x, float[2, 3, 4] s, float[4] w, float[4] b) => (float[] y, float[] "
	"z) { y, , , z = com.microsoft.SkipLayerNormalization(x, s, w, b) }",
     "y float32[2, 3, 4]; z float32[2, 3, 4]"},
    {MS "g (float[2, 3, 4] x, float[2, 3, 4] s, float[4] w) => (float[] y, float[] z) { y, , , z "
	"= com.microsoft.SkipSimplifiedLayerNormalization(x, s, w) }",
     "y float32[2, 3, 4]; z float32[2, 3, 4]"},
    {MS "g (int32[2, 3] i, int32[2, 3] t, float[9, 4] w, float[8, 4] p, float[2, 4] q, float[4] "
	"a, float[4] b, int32[2, 3] m) => (float[] y, int32[] k) { y, k = "
	"com.microsoft.EmbedLayerNormalization <epsilon = 0.1> (i, t, w, p, q, a, b, m) }",
     "y float32[2, 3, 4]; k int32[2]"},
    {MS "g (float[2, 3, 4] a, float[2, 4, 5] b) => (float[] y) { y = "
	"com.microsoft.FusedMatMul(a, b) }",
     "y float32[2, 3, 5]"},
    {MS "g (float[2, 4, 3] a, float[2, 5, 4] b) => (float[] y) { y = com.microsoft.FusedMatMul "
	"<transA = 1, transB = 1> (a, b) }",
     "y float32[2, 3, 5]"},
    {MS "g (float[3, 2, 4] a, float[2, 4, 5] b) => (float[] y) { y = com.microsoft.FusedMatMul "
	"<transBatchA = 1> (a, b) }",
     "y float32[2, 3, 5]"},
    {MS "g (float[4, 2, 3] a, float[5, 2, 4] b) => (float[] y) { y = com.microsoft.FusedMatMul "
	"<transBatchA = 1, transA = 1, transBatchB = 1, transB = 1> (a, b) }",
     "y float32[2, 3, 5]"},
    {MS "g (float[3, 4] a, float[4, 5] b, float[5] k) => (float[] y) { y = "
	"com.microsoft.FusedGemm <activation = \"Relu\"> (a, b, k) }",
     "y float32[3, 5]"},
    {MS "g (float[1, 3, 8, 9] x, float[4, 3, 3, 3] w) => (float[] y) { y = "
	"com.microsoft.FusedConv <activation = \"Relu\", strides = [2, 2], pads = [1, 1, 1, 1]> "
	"(x, w) }",
     "y float32[1, 4, 4, 5]"},
    {MS "g (int8[1, 8, 9, 3] x) => (int8[] y) { y = com.microsoft.NhwcMaxPool <kernel_shape = "
	"[3, 3], strides = [2, 2]> (x) }",
     "y int8[1, 3, 4, 3]"},
    {MS "g (float[2, 3, 16] x, float[16, 48] w, float[48] b) => (float[] y) { y = "
	"com.microsoft.Attention <num_heads = 4> (x, w, b) }",
     "y float32[2, 3, 16]"},
    {MS "g (float[2, 3, 16] x, float[16, 48] w, float[48] b, float[2, 2, 4, 5, 4] p) => (float[] "
	"y, float[] z) { y, z = com.microsoft.Attention <num_heads = 4> (x, w, b, , p) }",
     "y float32[2, 3, 16]; z float32[2, 2, 4, 8, 4]"},
    {MS "g (float[2, 3, 16] x, float[16, 40] w, float[40] b) => (float[] y) { y = "
	"com.microsoft.Attention <num_heads = 4, qkv_hidden_sizes = [16, 16, 8]> (x, w, b) }",
     "y float32[2, 3, 8]"},
    {MS "g (float[2, 3, 16] q, float[2, 5, 16] k, float[2, 5, 8] v) => (float[] y) { y = "
	"com.microsoft.MultiHeadAttention <num_heads = 4> (q, k, v) }",
     "y float32[2, 3, 8]"},
    {MS "g (float[2, 3, 16] q, float[2, 4, 5, 4] k, float[2, 4, 5, 4] v) => (float[] y) { y = "
	"com.microsoft.MultiHeadAttention <num_heads = 4> (q, k, v) }",
     "y float32[2, 3, 16]"},
    {MS "g (float[2, 3, 16] q, float[2, 3, 16] k, float[2, 3, 16] v, float[2, 4, 5, 4] pk, "
	"float[2, 4, 5, 4] pv) => (float[] y, float[] k2, float[] v2) { y, k2, v2 = "
	"com.microsoft.MultiHeadAttention <num_heads = 4> (q, k, v, , , , pk, pv) }",
     "y float32[2, 3, 16]; k2 float32[2, 4, 8, 4]; v2 float32[2, 4, 8, 4]"},
    {MS "g (float[2, 3, 16] q, float[2, 5, 16] k, float[2, 5, 8] v) => (float[] y, float[] k2, "
	"float[] v2, float[] qk) { y, k2, v2, qk = com.microsoft.MultiHeadAttention <num_heads = "
	"4> (q, k, v) }",
     "y float32[2, 3, 8]; k2 float32[2, 4, 5, 4]; v2 float32[2, 4, 5, 2]; qk float32[2, 4, 3, 5]"},
    {MS "g (float[1, 3, 32] q, float[1, 3, 16] k, float[1, 3, 16] v) => (float[] y, float[] k2, "
	"float[] v2) <int32[1] l = {2}, int32 t = {3}> { y, k2, v2 = "
	"com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = 2> (q, k, v, , , l, t) "
	"}",
     "y float32[1, 3, 32]; k2 float32[1, 2, 3, 8]; v2 float32[1, 2, 3, 8]"},
    {MS "g (float[1, 1, 32] q, float[1, 1, 16] k, float[1, 1, 16] v, float[1, 2, 5, 8] pk, "
	"float[1, 2, 5, 8] pv) => (float[] y, float[] k2, float[] v2) <int32[1] l = {5}, int32 t "
	"= {6}> { y, k2, v2 = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = "
	"2> (q, k, v, pk, pv, l, t) }",
     "y float32[1, 1, 32]; k2 float32[1, 2, 6, 8]; v2 float32[1, 2, 6, 8]"},
    {MS "g (float[1, 1, 32] q, float[1, 1, 16] k, float[1, 1, 16] v, float[1, 2, 9, 8] pk, "
	"float[1, 2, 9, 8] pv) => (float[] y, float[] k2, float[] v2) <int32[1] l = {5}, int32 t "
	"= {6}> { y, k2, v2 = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = "
	"2> (q, k, v, pk, pv, l, t) }",
     "y float32[1, 1, 32]; k2 float32[1, 2, 9, 8]; v2 float32[1, 2, 9, 8]"},
    {MS "g (float[1, 3, 64] q) => (float[] y, float[] k2, float[] v2) <int32[1] l = {2}, int32 t "
	"= {3}> { y, k2, v2 = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = "
	"2> (q, , , , , l, t) }",
     "y float32[1, 3, 32]; k2 float32[1, 2, 3, 8]; v2 float32[1, 2, 3, 8]"},
    {MS "g (float[2, 4, 3, 8] x, int64[2, 3] p, float[9, 4] a, float[9, 4] b) => (float[] y) { y "
	"= com.microsoft.RotaryEmbedding (x, p, a, b) }",
     "y float32[2, 4, 3, 8]"},
    {MS "g (float[2, 3] x) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { y = "
	"com.microsoft.QuantizeLinear(x, s, z) }",
     "y uint8[2, 3]"},
    {MS "g (int8[2, 3] x) => (float[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { y = "
	"com.microsoft.DequantizeLinear(x, s, n) }",
     "y float32[2, 3]"},
    {MS "g (uint8[2, 1, 4] a, uint8[3, 4] b) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, "
	"int8 n = {0}> { y = com.microsoft.QLinearAdd(a, s, z, b, s, z, s, z) }",
     "y uint8[2, 3, 4]"},
    {MS "g (uint8[2, 1, 4] a, uint8[3, 4] b) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, "
	"int8 n = {0}> { y = com.microsoft.QLinearMul(a, s, z, b, s, z, s, z) }",
     "y uint8[2, 3, 4]"},
    {MS "g (uint8[2, 4] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { y = "
	"com.microsoft.QLinearSigmoid(a, s, z, s, z) }",
     "y uint8[2, 4]"},
    {MS "g (uint8[2, 4] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { y = "
	"com.microsoft.QLinearLeakyRelu(a, s, z, s, z) }",
     "y uint8[2, 4]"},
    {MS "g (uint8[2, 4] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { y = "
	"com.microsoft.QLinearSoftmax <opset = 13, axis = -1> (a, s, z, s, z) }",
     "y uint8[2, 4]"},
    {MS "g (uint8[2, 3, 8, 8] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> "
	"{ y = com.microsoft.QLinearAveragePool <kernel_shape = [3, 3]> (a, s, z, s, z) }",
     "y uint8[2, 3, 6, 6]"},
    {MS "g (uint8[2, 8, 8, 3] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> "
	"{ y = com.microsoft.QLinearAveragePool <kernel_shape = [3, 2], channels_last = 1> (a, "
	"s, z, s, z) }",
     "y uint8[2, 6, 7, 3]"},
    {MS "g (uint8[2, 8, 8, 3] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> "
	"{ y = com.microsoft.QLinearGlobalAveragePool <channels_last = 1> (a, s, z, s, z) }",
     "y uint8[2, 1, 1, 3]"},
    {MS "g (uint8[2, 3] a, uint8[2, 4] b) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 "
	"n = {0}> { y = com.microsoft.QLinearConcat <axis = -1> (s, z, a, s, z, b, s, z) }",
     "y uint8[2, 7]"},
    {MS "g (bool[2, 1] k, uint8[2, 3] a, uint8[1, 3] b) => (uint8[] y) <float s = {0.1}, uint8 z "
	"= {128}, int8 n = {0}> { y = com.microsoft.QLinearWhere(k, a, s, z, b, s, z, s, z) }",
     "y uint8[2, 3]"},
    {MS "g (uint8[1, 8, 8, 3] a, uint8[4, 3, 3, 3] w) => (uint8[] y) <float s = {0.1}, uint8 z = "
	"{128}, int8 n = {0}> { y = com.microsoft.QLinearConv <channels_last = 1, pads = [1, 1, "
	"0, 0]> (a, s, z, w, s, z, s, z) }",
     "y uint8[1, 7, 7, 4]"},
    {MS "g (uint8[3, 4] a, uint8[4, 5] b) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 "
	"n = {0}> { y = com.microsoft.QGemm (a, s, z, b, s, z, , s, z) }",
     "y uint8[3, 5]"},
    {MS "g (uint8[3, 4] a, uint8[5, 4] b) => (float[] y) <float s = {0.1}, uint8 z = {128}, int8 "
	"n = {0}> { y = com.microsoft.QGemm <transB = 1> (a, s, z, b, s, z) }",
     "y float32[3, 5]"},
    {MS "g (float[2, 3, 4] a, uint8[4, 5] b) => (float[] y) <float s = {0.1}, uint8 z = {128}, "
	"int8 n = {0}> { y = com.microsoft.DynamicQuantizeMatMul (a, b, s, z) }",
     "y float32[2, 3, 5]"},
    {MS "g (uint8[2, 3, 4] a, uint8[4, 5] b) => (float[] y) <float s = {0.1}, uint8 z = {128}, "
	"int8 n = {0}> { y = com.microsoft.MatMulIntegerToFloat (a, b, s, s, z, z) }",
     "y float32[2, 3, 5]"},
    {MS "g (int16[2, 3, 4] a, int16[4, 5] b) => (int32[] y) { y = com.microsoft.MatMulInteger16 "
	"(a, b) }",
     "y int32[2, 3, 5]"},
    {MS "g (float[2, 3, 32] a, uint8[8, 1, 16] b, float[8, 1] s) => (float[] y) { y = "
	"com.microsoft.MatMulNBits <K = 32, N = 8, bits = 4, block_size = 32> (a, b, s) }",
     "y float32[2, 3, 8]"},
    {MS "g (uint8[2, 3, 16] x, uint8[16, 48] w, float[48] b) => (float[] y) <float s = {0.1}, "
	"uint8 z = {128}, int8 n = {0}> { y = com.microsoft.QAttention <num_heads = 4> (x, w, b, "
	"s, s, , z, z) }",
     "y float32[2, 3, 16]"},
    {MS "g (uint8[2, 3, 4] a) => (uint8[] y) <float s = {0.1}, uint8 z = {128}, int8 n = {0}> { "
	"y = com.microsoft.QLinearReduceMean <axes = [1], keepdims = 0> (a, s, z, s, z) }",
     "y uint8[2, 4]"},
    {MS "g (int8[2, 3, 4] a) => (int32[] y) { y = com.microsoft.ReduceSumInteger <axes = [-1], "
	"keepdims = 1> (a) }",
     "y int32[2, 3, 1]"},
    {MS "g (uint8[2, 3] a, uint8[3] b) => (int32[] y) <float s = {0.1}, uint8 z = {128}, int8 n "
	"= {0}> { y = com.microsoft.MulInteger (a, z, b, z) }",
     "y int32[2, 3]"},
    {MS "g (float[2, 3, 3] x) => (float[] y) { y = com.microsoft.Inverse(x) }",
     "y float32[2, 3, 3]"},
    {MS "g (float[2, 3] x) => (float[] y) <int32 a = {1}> { y = com.microsoft.ExpandDims(x, a) }",
     "y float32[2, 1, 3]"},
    {MS "g (float[2, 3] x) => (float[] y) <int32 a = {-1}> { y = com.microsoft.ExpandDims(x, a) }",
     "y float32[2, 3, 1]"},
    {MS "g (float[2, 3] x) => (float[] y) <int64[4] p = {1, 0, 2, 3}> { y = com.microsoft.Pad(x, "
	"p) }",
     "y float32[5, 6]"},
    {MS "g (float[1, 3, 8, 8] x, float[5, 4] r, int32[5] b) => (float[] y) <int32[2] z = {4, 6}> "
	"{ y = com.microsoft.CropAndResize(x, r, b, z) }",
     "y float32[5, 3, 4, 6]"},
    {MS "g (float[2, 3] a, float[4, 3] b) => (float[] y) { y = com.microsoft.CDist <metric = "
	"\"euclidean\"> (a, b) }",
     "y float32[2, 4]"},
    {MS "g (float[1, 3, 8, 8] x, float[1, 4, 5, 2] r) => (float[] y) { y = "
	"com.microsoft.GridSample(x, r) }",
     "y float32[1, 3, 4, 5]"},
    {MS "g (float[2, 9] x) => (float[] y) { y = com.microsoft.UnfoldTensor <dim = -1, size = 4, "
	"step = 2> (x) }",
     "y float32[2, 3, 4]"},
    {MS "g (string[2] x) => (string[] y) { y = com.microsoft.Tokenizer <mark = 0, mincharnum = "
	"1, pad_value = \"#\", separators = [\" \"]> (x) }",
     "y string[2, ?]"},
    {MS "g (int64[2, 3] i, float[2, 9] x) => (float[] y) { y = com.microsoft.NGramRepeatBlock "
	"<ngram_size = 2> (i, x) }",
     "y float32[2, 9]"},
    {MS "g (float[6] x) => (float[] y, int64[] i, int64[] n) { y, i, n = com.microsoft.Unique "
	"(x) }",
     "y float32[?]; i int64[6]; n int64[?]"},
    {MS "g (float x) => (float[] y) <float a = {0.0}, float b = {5.0}> { y = com.microsoft.Range "
	"(a, b) }",
     "y float32[5]"},
    {MS "g (int64 x) => (int64[] y) <int64 a = {0}, int64 b = {5}, int64 k = {2}> { y = "
	"com.microsoft.Range (a, b, k) }",
     "y int64[3]"},
    {MS "g (float[2, 3, 4] x) => (float[] y) <int64[2, 2] i = {0, 1, 1, 2}> { y = "
	"com.microsoft.GatherND(x, i) }",
     "y float32[2, 4]"},
    {MS "g (float[2, 3] x, float[3] b) => (float[] y, bool[] m) { y, m = "
	"com.microsoft.BiasDropout(x, b) }",
     "y float32[2, 3]; m bool[2, 3]"},
    {MS "g (float[2, 40] x) => (float[] y, uint32[] m) { y, m = com.microsoft.BitmaskDropout(x) }",
     "y float32[2, 40]; m uint32[3]"},
    {MS "g (int32[2, 3] x) => (uint32[] y) { y = com.microsoft.MurmurHash3 (x) }",
     "y uint32[2, 3]"},
    {MS "g (uint8[4, 16] d, int64[2, 3] i, float[4, 1] s) => (float[] y) { y = "
	"com.microsoft.GatherBlockQuantized <block_size = 32, gather_axis = 0, quantize_axis = "
	"1, bits = 4> (d, i, s) }",
     "y float32[2, 3, 32]"},
    {MS "g (float[5, 2, 3] x) => (float[] y, float[] h, float[] k) <uint8[1, 3, 16] w = {1, 1, "
	"1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
	"1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, uint8[1, 4, 16] r = {1, 1, 1, 1, 1, "
	"1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
	"1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
	"1}, float[1] s = {0.1}, uint8[1] z = {1}> { y, h, k = com.microsoft.DynamicQuantizeLSTM "
	"<hidden_size = 4> (x, w, r, , , , , , s, z, s, z) }",
     "y float32[5, 1, 2, 4]; h float32[1, 2, 4]; k float32[1, 2, 4]"},
};

static const struct row symbols[] = {
    {MS "g (float[B, S, 16] x, float[16, 48] w, float[48] b, float[2, B, 4, P, 4] p) => () "
	"{ y, z = com.microsoft.Attention <num_heads = 4> (x, w, b, , p) }",
     "y float32[B, S, 16]; z float32[2, B, 4, S + P, 4]"},
    {MS "g (float[B, S, 16] q, float[B, K, 16] k, float[B, K, 8] v) => () "
	"{ y = com.microsoft.MultiHeadAttention <num_heads = 4> (q, k, v) }",
     "y float32[B, S, 8]"},
    {MS "g (float[B, M, K] a, float[B, K, N] b) => () { y = com.microsoft.FusedMatMul(a, b) }",
     "y float32[B, M, N]"},
    {MS "g (float[B, M, 32] a, uint8[8, 1, 16] b, float[8, 1] s) => () "
	"{ y = com.microsoft.MatMulNBits <K = 32, N = 8, bits = 4, block_size = 32> (a, b, s) }",
     "y float32[B, M, 8]"},
    {MS "g (float[N, 3, H, W] x, float[4, 3, 3, 3] w) => () "
	"{ y = com.microsoft.FusedConv <pads = [1, 1, 1, 1]> (x, w) }",
     "y float32[N, 4, H, W]"},
    {MS "g (uint8[N, 3] a, uint8[N, 4] b, float s, uint8 z) => () "
	"{ y = com.microsoft.QLinearConcat <axis = 1> (s, z, a, s, z, b, s, z) }",
     "y uint8[N, 7]"},
    {MS "g (int32[B, S] i, int32 m, int32 k, int32 r) => () "
	"{ y = com.microsoft.GreedySearch <eos_token_id = 1, pad_token_id = 0, decoder = d () => "
	"() {}> (i, m) }",
     "y int32[B, ?]"},
};

static const struct row faults[] = {
    {MS "g (float[2, 3, 16] x, float[16, 48] w, float[48] b) => () { y = "
	"com.microsoft.Attention <num_heads = 3> (x, w, b) }",
     "shape/bad-attribute"},
    {MS "g (float[2, 3] a, float[4, 5] b) => () { y = com.microsoft.FusedMatMul(a, b) }",
     "shape/mismatch"},
    {MS "g (float[2, 3, 4] a, float[3, 4, 5] b) => () { y = com.microsoft.FusedMatMul(a, b) }",
     "shape/broadcast"},
    {MS "g (float[2, 3, 4] x, float[5] b) => () { y = com.microsoft.BiasGelu(x, b) }",
     "shape/mismatch"},
    {MS "g (float[2, 3, 4] x, float[2, 3, 4] s, float[5] w) => () "
	"{ y = com.microsoft.SkipSimplifiedLayerNormalization(x, s, w) }",
     "shape/mismatch"},
    {MS "g (float[2, 16] x, float[16, 48] w, float[48] b) => () { y = com.microsoft.Attention "
	"<num_heads = 4> (x, w, b) }",
     "shape/rank"},
    {MS "g (float[2, 3, 8] x, float[16, 48] w, float[48] b) => () { y = com.microsoft.Attention "
	"<num_heads = 4> (x, w, b) }",
     "shape/mismatch"},
    {MS "g (float[1, 3, 8, 9] x, float[4, 2, 3, 3] w) => () { y = com.microsoft.FusedConv (x, w) }",
     "shape/mismatch"},
    {MS "g (float[2, 3, 31] a, uint8[8, 1, 16] b, float[8, 1] s) => () "
	"{ y = com.microsoft.MatMulNBits <K = 32, N = 8, bits = 4, block_size = 32> (a, b, s) }",
     "shape/mismatch"},
};

static void test_types(void **state)
{
	(void)state;
	check_types(microsoft, sizeof(microsoft) / sizeof(*microsoft));
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
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_symbols),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
