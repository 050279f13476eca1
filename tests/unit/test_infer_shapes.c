/* test_infer_shapes.c: operators that move elements and compute shapes.
 *
 * What is wanted with numbers only is the type, shape and, where it says "= …", the elements that
 * onnxruntime 1.32 returned for the same text (InferenceSession(onnx.parser.parse_model(text)
 * .SerializeToString()).run); it is also what onnx 1.23.2 infers where it infers something
 * (onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)). Symbols are worked
 * out by hand and agree with onnxruntime for N = 6, S = 5, M = 4, W = 3. Each fault makes
 * onnxruntime refuse to load or to run the model; the texts are ours. */
#include "infer_rows.h"

struct item {
	int opset;
	const char *io, *body;
	const char *want; /* of y: "int64[2] = [3, N]"; or "rule: message" */
};

static const struct item items[] = {
    {21, "(float[2,3,4] x) => (float[] y)", "s = Constant<value_ints=[0,-1]>() y = Reshape(x, s)",
     "float32[2, 12]"},
    {21, "(float[2,3,4] x) => (float[] y)", "s = Constant<value_ints=[4,3,2]>() y = Reshape(x, s)",
     "float32[4, 3, 2]"},
    {21, "(float[2,0,4] x) => (float[] y)",
     "s = Constant<value_ints=[0,4]>() y = Reshape<allowzero=1>(x, s)", "float32[0, 4]"},
    {1, "(float[2,3,4] x) => (float[] y)", "y = Reshape<shape=[6,-1]>(x)", "float32[6, 4]"},
    {21, "(float[N,4,S] x) => (float[] y)", "s = Constant<value_ints=[0,-1,2]>() y = Reshape(x, s)",
     "float32[N, 2*S, 2]"},
    {21, "(float[N,4,S] x) => (float[] y)", "s = Constant<value_ints=[-1]>() y = Reshape(x, s)",
     "float32[4*N*S]"},
    {21, "(float[N,4,S] x) => (float[] y)",
     "s = Shape(x) h = Constant<value_ints=[0]>() e = Constant<value_ints=[1]>() n = Slice(s, h, "
     "e) m = Constant<value_ints=[-1]>() t = Concat<axis=0>(n, m) y = Reshape(x, t)",
     "float32[N, 4*S]"},
    {21, "(float[N,12] x, int64[3] t) => (float[] y)", "y = Reshape(x, t)", "float32[?, ?, ?]"},
    {21, "(float[2,3,4] x) => (float[] y)", "y = Flatten<axis=-1>(x)", "float32[6, 4]"},
    {21, "(float[N,4,S] x) => (float[] y)", "y = Flatten(x)", "float32[N, 4*S]"},
    {21, "(float[N,4,S] x) => (float[] y)", "y = Flatten<axis=0>(x)", "float32[1, 4*N*S]"},
    {11, "(float[1,3,1] x) => (float[] y)", "y = Squeeze<axes=[-1]>(x)", "float32[1, 3]"},
    {13, "(float[1,3,1] x) => (float[] y)", "y = Squeeze(x)", "float32[3]"},
    {13, "(float[1,N,1] x) => (float[] y)", "a = Constant<value_ints=[0]>() y = Squeeze(x, a)",
     "float32[N, 1]"},
    {11, "(float[3,N] x) => (float[] y)", "y = Unsqueeze<axes=[0,3]>(x)", "float32[1, 3, N, 1]"},
    {13, "(float[3,N] x) => (float[] y)", "a = Constant<value_ints=[-1,1]>() y = Unsqueeze(x, a)",
     "float32[3, 1, N, 1]"},
    {13, "(float[3,N] x, int64[2] a) => (float[] y)", "y = Unsqueeze(x, a)", "float32[?, ?, ?, ?]"},
    {13, "(float[2,N] x, float[2,3] z) => (float[] y)", "y = Concat<axis=-1>(x, z, x)",
     "float32[2, 2*N + 3]"},
    {13, "(float[a,3] x, float[5,b] z) => (float[] y)", "y = Concat<axis=0>(x, z)",
     "float32[a + 5, 3]"},
    {1, "(float[2,2] x, float[2,3] z) => (float[] y)", "y = Concat(x, z)", "float32[2, 5]"},
    {18, "(float[7,2] x) => (float[] y)", "a, b, y = Split<num_outputs=3>(x)", "float32[1, 2]"},
    {18, "(float[7,2] x) => (float[] y)", "a, y, b = Split<num_outputs=3>(x)", "float32[3, 2]"},
    {13, "(float[N,6] x) => (float[] y)", "a, y = Split<axis=1>(x)", "float32[N, 3]"},
    {13, "(float[N,6] x) => (float[] y)",
     "s = Constant<value_ints=[2,4]>() a, y = Split<axis=1>(x, s)", "float32[N, 4]"},
    {2, "(float[6] x) => (float[] y)", "a, y = Split<axis=0, split=[1,5]>(x)", "float32[5]"},
    {13, "(float[N,6] x) => (float[] y)", "a, y = Split<axis=0>(x)", "float32[floor(N/2), 6]"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[1,-3]>() e = Constant<value_ints=[9,1000]>() y = Slice(x, s, e)",
     "float32[8, 3]"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[-1]>() e = Constant<value_ints=[-100]>() a = "
     "Constant<value_ints=[0]>() p = Constant<value_ints=[-3]>() y = Slice(x, s, e, a, p)",
     "float32[4, 8]"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[8]>() e = Constant<value_ints=[2]>() a = "
     "Constant<value_ints=[-1]>() y = Slice(x, s, e, a)",
     "float32[10, 0]"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[1]>() e = Constant<value_ints=[8]>() a = Constant<value_ints=[1]>() "
     "p = Constant<value_ints=[3]>() y = Slice(x, s, e, a, p)",
     "float32[10, 3]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[9223372036854775807]>() a = "
     "Constant<value_ints=[0]>() y = Slice(x, s, e, a)",
     "float32[N, 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[1]>() e = Constant<value_ints=[9223372036854775807]>() a = "
     "Constant<value_ints=[0]>() y = Slice(x, s, e, a)",
     "float32[max(N - 1, 0), 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[-1]>() a = "
     "Constant<value_ints=[0]>() y = Slice(x, s, e, a)",
     "float32[max(N - 1, 0), 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[-1]>() e = Constant<value_ints=[-9223372036854775807]>() a = "
     "Constant<value_ints=[0]>() p = Constant<value_ints=[-1]>() y = Slice(x, s, e, a, p)",
     "float32[N, 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[-2]>() e = Constant<value_ints=[9223372036854775807]>() a = "
     "Constant<value_ints=[0]>() y = Slice(x, s, e, a)",
     "float32[min(N, 2), 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[2]>() a = Constant<value_ints=[0]>() "
     "y = Slice(x, s, e, a)",
     "float32[min(N, 2), 8]"},
    {13, "(float[N,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[9223372036854775807]>() a = "
     "Constant<value_ints=[0]>() p = Constant<value_ints=[2]>() y = Slice(x, s, e, a, p)",
     "float32[ceil(N/2), 8]"},
    {1, "(float[10,8] x) => (float[] y)", "y = Slice<axes=[0,1], starts=[2,-2], ends=[4,100]>(x)",
     "float32[2, 2]"},
    {13, "(float[N,8] x, int64[1] s) => (float[] y)",
     "a = Constant<value_ints=[1]>() y = Slice(x, s, s, a)", "float32[N, ?]"},
    {13, "(float[N,8] x, int64[1] s) => (float[] y)", "y = Slice(x, s, s)", "float32[?, 8]"},
    {13, "(float[N,M] x) => (float[] y)",
     "s = Shape(x) h = Constant<value_ints=[0]>() e = Constant<value_ints=[1]>() n = Slice(s, h, "
     "e) y = Slice(x, h, n, h)",
     "float32[N, M]"},
    {13, "(float[5,N,7] x, int64[2,3] i) => (float[] y)", "y = Gather<axis=1>(x, i)",
     "float32[5, 2, 3, 7]"},
    {13, "(float[5,N,7] x) => (float[] y)", "i = Constant<value_int=0>() y = Gather<axis=-1>(x, i)",
     "float32[5, N]"},
    {13, "(float[5,N,7] x, int64[2,3,4] i) => (float[] y)", "y = GatherElements<axis=1>(x, i)",
     "float32[2, 3, 4]"},
    {13, "(float[5,N,7] x, int64[5,2] i) => (float[] y)", "y = GatherND(x, i)", "float32[5, 7]"},
    {13, "(float[5,N,7] x, int64[5,1] i) => (float[] y)", "y = GatherND<batch_dims=1>(x, i)",
     "float32[5, 7]"},
    {18, "(float[5,N] x, int64[2,1] i, float[2,N] u) => (float[] y)", "y = ScatterND(x, i, u)",
     "float32[5, N]"},
    {18, "(float[5,N] x, int64[2,1] i, float[2,1] u) => (float[] y)",
     "y = ScatterElements<axis=0>(x, i, u)", "float32[5, N]"},
    {13, "(float[5,N,7] x) => (float[] y)", "y = Transpose(x)", "float32[7, N, 5]"},
    {13, "(float[5,N,7] x) => (float[] y)", "y = Transpose<perm=[2,0,1]>(x)", "float32[7, 5, N]"},
    {13, "(float[5,1,7] x) => (float[] y)", "s = Constant<value_ints=[2,1,6,1]>() y = Expand(x, s)",
     "float32[2, 5, 6, 7]"},
    {13, "(float[N,1] x) => (float[] y)",
     "s = Shape(x) o = Constant<value_ints=[1,3]>() m = Mul(s, o) y = Expand(x, m)",
     "float32[N, 3]"},
    {13, "(float[N,2] x) => (float[] y)", "s = Constant<value_ints=[2,3]>() y = Tile(x, s)",
     "float32[2*N, 6]"},
    {13, "(float[N,2] x, int64[2] s) => (float[] y)", "y = Tile(x, s)", "float32[?, ?]"},
    {13, "(float[N,12,4,W] x) => (float[] y)", "y = DepthToSpace<blocksize=2>(x)",
     "float32[N, 3, 8, 2*W]"},
    {13, "(float[N,3,4,6] x) => (float[] y)", "y = SpaceToDepth<blocksize=2>(x)",
     "float32[N, 12, 2, 3]"},
    {2, "(float[2,N] x) => (float[] y)", "y = Pad<pads=[1,0,1,3]>(x)", "float32[4, N + 3]"},
    {13, "(float[2,3] x) => (float[] y)", "p = Constant<value_ints=[1,0,1,-3]>() y = Pad(x, p)",
     "float32[4, 0]"},
    {18, "(float[2,N,5] x) => (float[] y)",
     "p = Constant<value_ints=[1,4]>() a = Constant<value_ints=[-1]>() y = Pad(x, p, , a)",
     "float32[2, N, 10]"},
    {18, "(float[2,N,5] x) => (float[] y)",
     "s = Constant<value_ints=[9,7]>() y = CenterCropPad<axes=[1,-1]>(x, s)", "float32[2, 9, 7]"},
    {10, "(float[1,3,5,N] x) => (float[] y)",
     "s = Constant<value_floats=[1.0,1.0,2.5,2.0]>() y = Resize(x, s)", "float32[1, 3, 12, 2*N]"},
    {13, "(float[1,3,5,N] x) => (float[] y)",
     "s = Constant<value_floats=[1.0,1.0,0.5,0.5]>() y = Resize(x, , s)",
     "float32[1, 3, 2, floor(N/2)]"},
    {13, "(float[1,3,5,6] x) => (float[] y)",
     "s = Constant<value_ints=[1,3,10,9]>() y = Resize(x, , , s)", "float32[1, 3, 10, 9]"},
    {18, "(float[1,3,5,6] x) => (float[] y)",
     "s = Constant<value_ints=[10,9]>() y = Resize<axes=[2,3]>(x, , , s)", "float32[1, 3, 10, 9]"},
    {18, "(float[1,3,5,6] x) => (float[] y)",
     "s = Constant<value_ints=[10,9]>() y = Resize<axes=[2,3], "
     "keep_aspect_ratio_policy=\"not_smaller\">(x, , , s)",
     "float32[1, 3, 10, 12]"},
    {18, "(float[1,3,5,6] x) => (float[] y)",
     "s = Constant<value_floats=[2.0]>() y = Resize<axes=[-1]>(x, , s)", "float32[1, 3, 5, 12]"},
    {7, "(float[1,3,5,N] x) => (float[] y)", "y = Upsample<scales=[1.0,1.0,2.0,2.0]>(x)",
     "float32[1, 3, 10, 2*N]"},
    {9, "(float[1,3,5,N] x) => (float[] y)",
     "s = Constant<value_floats=[1.0,1.0,2.0,2.0]>() y = Upsample(x, s)", "float32[1, 3, 10, 2*N]"},
    {21, "(float[N,4] x) => (int64[] y)", "y = Shape<start=-1>(x)", "int64[1] = [4]"},
    {21, "(float[N,4] x) => (int64[] y)", "y = Shape(x)", "int64[2] = [N, 4]"},
    {21, "(float[3,4] x) => (int64[] y)", "y = Size(x)", "int64[] = 12"},
    {21, "(float[N,4] x) => (float[] y)", "s = Shape(x) y = ConstantOfShape(s)", "float32[N, 4]"},
    {21, "() => (int64[] y)",
     "s = Constant<value_ints=[2,3]>() y = ConstantOfShape<value=int64[1]{7}>(s)",
     "int64[2, 3] = [7, 7, 7, 7, 7, 7]"},
    {21, "() => (int64[] y)",
     "a = Constant<value_int=10>() b = Constant<value_int=1>() d = Constant<value_int=-4>() y = "
     "Range(a, b, d)",
     "int64[3] = [10, 6, 2]"},
    {21, "() => (float[] y)",
     "a = Constant<value_float=1.0>() b = Constant<value_float=5.0>() d = "
     "Constant<value_float=1.5>() y = Range(a, b, d)",
     "float32[3]"},
    {21, "(float[N] x) => (int64[] y)",
     "a = Constant<value_int=0>() b = Size(x) d = Constant<value_int=1>() y = Range(a, b, d)",
     "int64[N]"},
    {21, "() => (float[] y)", "y = Constant<value_floats=[1.0,2.5]>()", "float32[2] = [1, 2.5]"},
    {21, "() => (string[] y)", "y = Constant<value_strings=[\"a\",\"b\"]>()", "string[2]"},
    {21, "() => (int64[] y)", "y = Constant<value_int=5>()", "int64[] = 5"},
    {13, "(float[N,4] x) => (int64[] y)", "y = ArgMax<axis=-1>(x)", "int64[N, 1]"},
    {13, "(float[N,4] x) => (int64[] y)", "y = ArgMin<axis=0, keepdims=0>(x)", "int64[4]"},
    {11, "(float[N,4] x) => (int64[] y)", "k = Constant<value_ints=[3]>() v, y = TopK(x, k)",
     "int64[N, 3]"},
    {1, "(float[N,4] x) => (int64[] y)", "v, y = TopK<k=2>(x)", "int64[N, 2]"},
    {11, "(int64[N,4] x, float[2] v) => (float[] y)",
     "d = Constant<value_int=6>() y = OneHot<axis=1>(x, d, v)", "float32[N, 6, 4]"},
    {13, "(float[N,4] x) => (int64[] y)", "y = NonZero(x)", "int64[2, ?]"},
    {11, "(float[N,4] x) => (int64[] y)", "u, i, y, k = Unique(x)", "int64[4*N]"},
    {11, "(float[N,4] x) => (float[] y)", "y = Unique<axis=1>(x)", "float32[N, ?]"},
    {11, "(float[N,4] x, bool[4] q) => (float[] y)", "y = Compress<axis=1>(x, q)", "float32[N, ?]"},
    {10, "(float[N,4] x, int64[4] q) => (float[] y)", "y = ReverseSequence(x, q)", "float32[N, 4]"},
    {21, "() => (int64[] y)", "a = Constant<value=int64[2,3]{1,2,3,4,5,6}>() y = Transpose(a)",
     "int64[3, 2] = [1, 4, 2, 5, 3, 6]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,3]{1,2,3,4,5,6}>() s = Constant<value_ints=[-1]>() e = "
     "Constant<value_ints=[-9]>() x = Constant<value_ints=[1]>() y = Slice(a, s, e, x, s)",
     "int64[2, 3] = [3, 2, 1, 6, 5, 4]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,3]{1,2,3,4,5,6}>() i = Constant<value=int64[2]{2,-3}>() y = "
     "Gather<axis=1>(a, i)",
     "int64[2, 2] = [3, 1, 6, 4]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,2]{1,2,3,4}>() b = Constant<value=int64[2,1]{5,6}>() y = "
     "Concat<axis=1>(a, b)",
     "int64[2, 3] = [1, 2, 5, 3, 4, 6]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,3]{1,2,3,4,5,6}>() b, y = Split<axis=1, num_outputs=2>(a)",
     "int64[2, 1] = [3, 6]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,2]{1,2,3,4}>() r = Constant<value_ints=[1,2]>() y = Tile(a, r)",
     "int64[2, 4] = [1, 2, 1, 2, 3, 4, 3, 4]"},
    {21, "() => (int64[] y)",
     "a = Constant<value=int64[2,1]{1,2}>() r = Constant<value_ints=[2,1,2]>() y = Expand(a, r)",
     "int64[2, 2, 2] = [1, 1, 2, 2, 1, 1, 2, 2]"},
    {21, "() => (int64[] y)", "a = Constant<value=int64[2,2]{0,2,3,0}>() y = NonZero(a)",
     "int64[2, 2] = [0, 1, 1, 0]"},
    {21, "() => (int64[] y)",
     "a = Constant<value_ints=[1,2,3]>() i = Constant<value=int64[1,1]{1}>() u = "
     "Constant<value_ints=[9]>() y = ScatterND(a, i, u)",
     "int64[3] = [1, 9, 3]"},
    {21, "() => (int64[] y)",
     "a = Constant<value_ints=[1,2]>() p = Constant<value_ints=[1,2]>() y = Pad(a, p)",
     "int64[5] = [0, 1, 2, 0, 0]"},
    {13, "(float[5] x) => (float[] y)", "i = Constant<value_ints=[-5]>() y = Gather(x, i)",
     "float32[1]"},
    {21, "(float[N,12] x, int64[1] t) => (int64[] y)",
     "a = Constant<value_ints=[2,3]>() y = Concat<axis=0>(a, t)", "int64[3] = [2, 3, ?]"},
    {21, "(float[2,12] x, int64[1] t) => (float[] y)",
     "a = Constant<value_ints=[2,3]>() s = Concat<axis=0>(a, t) y = Reshape(x, s)",
     "float32[2, 3, 4]"},
    {21, "(float[1] x) => (float[] y)",
     "f = Constant<value_floats=[1.5,3.0,2.0]>() m = ReduceMax(f) k = Cast<to=7>(m) y = Expand(x, k)",
     "float32[3]"},
    {21, "(float[1] x) => (float[] y)",
     "f = Constant<value_floats=[6.0,4.0]>() m = ReduceMean(f) k = Cast<to=7>(m) y = Expand(x, k)",
     "float32[5]"},
    {21, "(float[1] x) => (float[] y)",
     "f = Constant<value = float[2,2] {1.0, 2.0, 3.0, 4.0}>() a = Constant<value_ints=[0]>() m = ReduceSum<keepdims=0>(f, a) k = Cast<to=7>(m) y = Expand(x, k)",
     "float32[4, 6]"},
    {21, "(float[1] x) => (float[] y)",
     "f = Constant<value = float[2,2] {4.0, 2.0, 3.0, 1.0}>() a = Constant<value_ints=[1]>() m = ReduceMin<keepdims=0>(f, a) k = Cast<to=7>(m) y = Expand(x, k)",
     "float32[2, 1]"},
    {21, "(float[N,S] x) => (int64[] y)",
     "s = Shape(x) y = ReduceProd(s)",
     "int64[1] = [N*S]"},
    /* bodies: a carried value may start with another shape than the body declares, and may grow */
    {21, "(int64 m, float[2] x) => (float[] y)",
     "y = Loop <body = b (int64 i, bool d, float[3] a) => (bool e, float[3] o) { e = Identity(d) o = Identity(a) }> (m, , x)",
     "float32[?]"},
    {21, "(int64 m, float[2,3] x) => (float[] y)",
     "y = Loop <body = b (int64 i, bool d, float[] a) => (bool e, float[] o) { e = Identity(d) o = Concat<axis=0>(a, a) }> (m, , x)",
     "float32[?, 3]"},
    {21, "(int64 m, float[2,3] x) => (float[] y)",
     "y = Loop <body = b (int64 i, bool d, float[] a) => (bool e, float[] o) { e = Identity(d) g = Constant<value_ints=[-1]>() o = Reshape(a, g) }> (m, , x)",
     "float32"},
    {21, "(float[2,3] x) => (float[] y)",
     "m = Constant<value_int=0>() z, y = Loop <body = b (int64 i, bool d, float[] a) => (bool e, float[] o, float[] s) { e = Identity(d) o = Identity(a) s = Identity(a) }> (m, , x)",
     "float32"},
    {21, "(float[N,3] x, float[3] w) => (float[] y)",
     "y = Scan <num_scan_inputs=1, scan_input_axes=[1], scan_output_axes=[1], scan_input_directions=[1], body = b (float[] a) => (float[] o) { o = Identity(a) }> (x)",
     "float32[N, 3]"},
    {21, "(bool c, bool d, float[2,N] x) => (float[] y)",
     "y = If <then_branch = t () => (float[] a) { a = If <then_branch = u () => (float[] p) { p = Identity(x) }, else_branch = v () => (float[] q) { q = Relu(x) }> (d) }, else_branch = e () => (float[] b) { b = Neg(x) }> (c)",
     "float32[2, N]"},
    {21, "(bool c, float[2,N] x) => (float[] y)",
     "y = If <then_branch = t () => (float[] a) { a = Identity(x) }, else_branch = e () => (float[] b) { b = Transpose(x) }> (c)",
     "float32[?, ?]"},
};

static const struct item faults[] = {
    {21, "(float[2] x) => (seq(float[]) y)",
     "e = SequenceEmpty<dtype=7>() y = SequenceInsert(e, x)",
     "shape/mismatch: SequenceInsert: 'e' seq(int64) cannot take 'x' float32[2]: all items have one type"},
    {21, "(float[2,3] x, int64[2,3] s) => (float[] y)",
     "y = Reshape(x, s)",
     "shape/rank: Reshape: the shape 's' int64[2, 3] must have rank 1"},
    {21, "(float[1] x, int64[2,1] s) => (float[] y)",
     "y = Expand(x, s)",
     "shape/rank: Expand: the shape 's' int64[2, 1] must have rank 1"},
    {21, "(float[1] x, int64 s) => (float[] y)",
     "y = Tile(x, s)",
     "shape/rank: Tile: repeats 's' int64[] must have rank 1"},
    {21, "(int64[1,3] s) => (float[] y)",
     "y = ConstantOfShape(s)",
     "shape/rank: ConstantOfShape: the shape 's' int64[1, 3] must have rank 1"},
    {21, "(int64[1] s) => (float[] y)",
     "y = ConstantOfShape<value = float {1.0}>(s)",
     "shape/bad-attribute: ConstantOfShape: attribute 'value' is []: it must be a tensor of one element and one dimension, [1]"},
    {21, "(float[4] x, int64[2] k) => (float[] y)",
     "y, i = TopK(x, k)",
     "shape/rank: TopK: k 'k' int64[2] must have the shape [1]"},
    {21, "(int64[4] x, int64[2] d, float[2] v) => (float[] y)",
     "y = OneHot(x, d, v)",
     "shape/rank: OneHot: the depth 'd' int64[2] must be one number"},
    {21, "(float[2,2] x) => (float[] y)",
     "a, y = Split(x)",
     "shape/bad-attribute: Split: neither the sizes (input split) nor num_outputs are given: one of them must be"},
    {21, "(float[2,2] x, int64[1,2] s) => (float[] y)",
     "y = ReverseSequence(x, s)",
     "shape/rank: ReverseSequence: sequence_lens 's' int64[1, 2] must have rank 1"},
    {21, "(float[3,2] x, float[4,2] z) => (float[] y)",
     "y = Scan <num_scan_inputs=2, body = b (float[2] a, float[2] c) => (float[2] o) { o = Add(a, c) }> (x, z)",
     "shape/mismatch: Scan: 'z' float32[4, 2] has 4 items to scan along axis 0, an input before it has 3"},
    {21, "(float[3] s, float[3,2] x) => (float[] y, float[] z)",
     "y, z = Scan <num_scan_inputs=1, body = b (float[2] t, float[2] a) => (float[2] u, float[2] o) { u = Identity(t) o = Identity(a) }> (s, x)",
     "shape/mismatch: Scan: the state 's' float32[3] is not what the body declares for its input 't'"},
    {21, "(bool[3] c, float[2] x) => (float[] y)",
     "y = Loop <body = b (int64 i, bool[1] d, float[2] a) => (bool[1] e, float[2] o) { e = Identity(d) o = Identity(a) }> (, c, x)",
     "shape/mismatch: Loop: the condition 'c' bool[3] is not what the body declares for its input 'd'"},
    {21, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[4,2]>() y = Reshape(x, s)",
     "shape/bad-reshape: Reshape: 'x' float32[2, 3] has 6 elements, the shape [4, 2] of 's' "
     "int64[2] has 8"},
    {21, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[4,-1]>() y = Reshape(x, s)",
     "shape/bad-reshape: Reshape: 6 elements of 'x' float32[2, 3] are no multiple of 4, as the "
     "shape [4, -1] of 's' int64[2] needs"},
    {21, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[-1,-1]>() y = Reshape(x, s)",
     "shape/bad-reshape: Reshape: the shape [-1, -1] of 's' int64[2] has more than one -1"},
    {21, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[2,3,0]>() y = Reshape(x, s)",
     "shape/bad-reshape: Reshape: the 0 at 2 in the shape [2, 3, 0] of 's' int64[3] takes a size "
     "that the input 'x' float32[2, 3] does not have"},
    {21, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[-2,3]>() y = Reshape(x, s)",
     "shape/bad-reshape: Reshape: the shape [-2, 3] of 's' int64[2] has the size -2"},
    {21, "(float[2,3] x) => (float[] y)", "y = Flatten<axis=3>(x)",
     "shape/bad-axis: Flatten: axis 3 is out of range for rank 2: it may be -2 to 2"},
    {13, "(float[2,3] x) => (float[] y)", "a = Constant<value_ints=[0]>() y = Squeeze(x, a)",
     "shape/bad-axis: Squeeze: axis 0 of 'x' float32[2, 3] has the size 2: only an axis of size 1 "
     "goes"},
    {13, "(float[2,3] x) => (float[] y)", "a = Constant<value_ints=[0,0]>() y = Unsqueeze(x, a)",
     "shape/bad-axis: Unsqueeze: axis 0 is given twice"},
    {13, "(float[2,3] x, float[3,3] z) => (float[] y)", "y = Concat<axis=1>(x, z)",
     "shape/mismatch: Concat: 'x' float32[2, 3] and 'z' float32[3, 3] differ at axis 0: only along "
     "axis 1, where they are joined, may they"},
    {13, "(float[2,3] x, float[3] z) => (float[] y)", "y = Concat<axis=0>(x, z)",
     "shape/mismatch: Concat: 'x' float32[2, 3] and 'z' float32[3] have different ranks"},
    {13, "(float[2,3] x) => (float[] y)", "y = Concat<axis=2>(x, x)",
     "shape/bad-axis: Concat: axis 2 is out of range for rank 2: it may be -2 to 1"},
    {13, "(float[7] x) => (float[] y)", "a, y = Split(x)",
     "shape/bad-attribute: Split: 7 of 'x' float32[7] cannot be split into 2 equal parts"},
    {13, "(float[7] x) => (float[] y)", "s = Constant<value_ints=[3,3]>() a, y = Split(x, s)",
     "shape/bad-attribute: Split: the sizes of split add up to 6, the axis of 'x' float32[7] has "
     "7"},
    {13, "(float[7] x) => (float[] y)", "s = Constant<value_ints=[1,6,0]>() a, y = Split(x, s)",
     "shape/bad-attribute: Split: split has 3 sizes for 2 outputs"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[1]>() a = Constant<value_ints=[0]>() "
     "p = Constant<value_ints=[0]>() y = Slice(x, s, e, a, p)",
     "shape/bad-attribute: Slice: element 0 of steps is 0"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[0]>() e = Constant<value_ints=[1]>() a = Constant<value_ints=[2]>() "
     "y = Slice(x, s, e, a)",
     "shape/bad-axis: Slice: axis 2 is out of range for rank 2: it may be -2 to 1"},
    {13, "(float[10,8] x) => (float[] y)",
     "s = Constant<value_ints=[0,1]>() e = Constant<value_ints=[1]>() y = Slice(x, s, e)",
     "shape/mismatch: Slice: starts has 2 elements, ends has 1: there must be as many"},
    {13, "(float[5] x) => (float[] y)", "i = Constant<value_ints=[5]>() y = Gather(x, i)",
     "shape/index-range: Gather: index 5 (element 0 of 'i' int64[1]) is outside of axis 0 of 'x' "
     "float32[5], which has 5"},
    {13, "(float[5] x) => (float[] y)", "i = Constant<value_ints=[-6]>() y = Gather(x, i)",
     "shape/index-range: Gather: index -6 (element 0 of 'i' int64[1]) is outside of axis 0 of 'x' "
     "float32[5], which has 5"},
    {13, "(float[5] x, int64[1] i) => (float[] y)", "y = Gather<axis=1>(x, i)",
     "shape/bad-axis: Gather: axis 1 is out of range for rank 1: it may be -1 to 0"},
    {13, "(float[5] x, int64[2,2] i) => (float[] y)", "y = GatherND(x, i)",
     "shape/mismatch: GatherND: the indices 'i' int64[2, 2] address 2 axes, more than 'x' "
     "float32[5] has"},
    {13, "(float[5,2] x, int64[2] i) => (float[] y)", "y = GatherElements(x, i)",
     "shape/mismatch: GatherElements: 'x' float32[5, 2] and the indices 'i' int64[2] have "
     "different ranks"},
    {13, "(float[2,3] x) => (float[] y)", "y = Transpose<perm=[0,2]>(x)",
     "shape/bad-attribute: Transpose: perm names axis 2 of 'x' float32[2, 3]: its 2 items may name 0 to 1"},
    {13, "(float[2,3] x) => (float[] y)", "y = Transpose<perm=[0,0]>(x)",
     "shape/bad-attribute: Transpose: perm names axis 0 of 'x' float32[2, 3] twice"},
    {13, "(float[2,3] x) => (float[] y)", "y = Transpose<perm=[0]>(x)",
     "shape/bad-attribute: Transpose: perm has 1 items for 'x' float32[2, 3]: one for each axis is "
     "needed"},
    {13, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[2,4]>() y = Expand(x, s)",
     "shape/broadcast: Expand: 'x' float32[2, 3] does not broadcast to [2, 4], the value of 's' "
     "int64[2]"},
    {13, "(float[2,3] x) => (float[] y)", "s = Constant<value_ints=[2]>() y = Tile(x, s)",
     "shape/mismatch: Tile: repeats has 1 elements for 'x' float32[2, 3]: one for each axis is "
     "needed"},
    {13, "(float[1,3,4,4] x) => (float[] y)", "y = DepthToSpace<blocksize=2>(x)",
     "shape/mismatch: DepthToSpace: axis 1 of 'x' float32[1, 3, 4, 4] is no multiple of 4"},
    {13, "(float[2,3] x) => (float[] y)", "p = Constant<value_ints=[1,0,1]>() y = Pad(x, p)",
     "shape/bad-attribute: Pad: 3 pads for 2 axes of 'x' float32[2, 3]: two for each axis are "
     "needed"},
    {13, "(float[2,3] x) => (float[] y)", "p = Constant<value_ints=[-1,0,-2,0]>() y = Pad(x, p)",
     "shape/bad-attribute: Pad: the pads -1 and -2 take more off axis 0 of 'x' float32[2, 3] than "
     "it has"},
    {13, "(float[1,3,5,6] x) => (float[] y)",
     "s = Constant<value_floats=[2.0]>() y = Resize(x, , s)",
     "shape/mismatch: Resize: 1 scales for 4 axes of 'x' float32[1, 3, 5, 6]"},
    {11, "(float[2,4] x) => (int64[] y)", "k = Constant<value_ints=[5]>() v, y = TopK(x, k)",
     "shape/bad-attribute: TopK: k is 5, more than axis 1 of 'x' float32[2, 4] has"},
};

static struct inferred run(const struct item *t)
{
	char text[2048];

	snprintf(text, sizeof(text), "<ir_version: 8, opset_import: [\"\" : %d]>\ng %s {\n%s\n}\n",
		 t->opset, t->io, t->body);
	return infer(text);
}

/* "float32[2, N]", and " = [1, N]" or " = 1" when elements are known. */
static void print_fact(const struct inferred *r, const struct ol_fact *f, struct ol_buf *b)
{
	ol_fact_print(r->inf, f, b);
	if (!f->data)
		return;
	ol_buf_z(b, f->has_rank && f->rank == 0 ? " = " : " = [");
	for (uint32_t i = 0; i < f->data->n; i++) {
		if (i)
			ol_buf_z(b, ", ");
		if (f->data->d)
			ol_buf_printf(b, "%g", f->data->d[i]);
		else
			ol_num_print(&r->inf->syms, f->data->i[i], b);
	}
	if (!(f->has_rank && f->rank == 0))
		ol_buf_char(b, ']');
}

static void types_and_elements(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		struct inferred r = run(&items[i]);
		struct ol_buf b = {0};

		print_fact(&r, ol_infer_fact(r.inf, value(&r.f, 0, "y")), &b);
		if (!ol_str_eq(ol_buf_view(&b), ol_str(items[i].want)) ||
		    r.f.m->n_diags != r.f.before) {
			print_error("%s { %s }\n  want %s\n  have %.*s\n", items[i].io,
				    items[i].body, items[i].want, OL_FMT(ol_buf_view(&b)));
			bad++;
		}
		ol_buf_free(&b);
		uninfer(&r);
	}
	assert_int_equal(bad, 0);
}

static void told(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct inferred r = run(&faults[i]);
		struct ol_buf b = {0};

		for (uint32_t d = r.f.before; d < r.f.m->n_diags; d++)
			ol_buf_printf(&b, "%s: %.*s", r.f.m->diags[d].rule,
				      OL_FMT(r.f.m->diags[d].message));
		/* where the operands come from is told behind it */
		if (!ol_str_starts(ol_buf_view(&b), faults[i].want)) {
			print_error("%s { %s }\n  want %s\n  have %.*s\n", faults[i].io,
				    faults[i].body, faults[i].want, OL_FMT(ol_buf_view(&b)));
			bad++;
		}
		ol_buf_free(&b);
		uninfer(&r);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types_and_elements),
	    cmocka_unit_test(told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
