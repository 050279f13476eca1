/* test_infer_nn_faults.c: operands and attributes of neural-network operators that cannot go together.
 *
 * Each row is refused by onnx.shape_inference.infer_shapes(strict_mode=True, data_prop=True) of onnx
 * 1.23.2, by onnxruntime 1.32 when it makes a session, or by it when it runs; each row of the second
 * table is taken by both, and run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "infer_rows.h"

#define M(opset, inputs, node) "<ir_version: 10, opset_import: [\"\" : " opset "]> g (" inputs ") => (y) { y = " node " }"
#define ML(opset, inputs, node)                                                                    \
	"<ir_version: 10, opset_import: [\"ai.onnx.ml\" : " opset "]> g (" inputs                    \
	") => (y) { y = ai.onnx.ml." node " }"

#define BAD "shape/bad-attribute"
#define FIT "shape/mismatch"
#define RANK "shape/rank"

/* clang-format off */
static const struct row faults[] = {
	/* attention */
	{M("23", "float[2,4,24] q, float[2,6,24] k", "Attention <kv_num_heads = 3> (q, k, k)"), BAD},
	{M("23", "float[2,4,24] q, float[2,6,24] k", "Attention <q_num_heads = 3, kv_num_heads = 0> (q, k, k)"), BAD},
	{M("23", "float[2,4,24] q, float[2,6,24] k", "Attention <q_num_heads = 3, kv_num_heads = 2> (q, k, k)"), FIT},
	{M("23", "float[2,3,4,8] q, float[2,3,6,7] k", "Attention (q, k, k)"), FIT},
	{M("23", "float[2,3,4,8] q, float[2,3,6,8] k", "Attention <q_num_heads = 2> (q, k, k)"), FIT},
	{M("25", "float[2,3,4,8] q, float[2,3,6,8] k", "Attention <q_num_heads = 3> (q, k, k)"), BAD},
	{M("25", "float[2,3,4,8] q, float[2,3,6,8] k", "Attention <left_window_size = -2> (q, k, k)"), BAD},
	{M("23", "float[2,3,4,8] q, float[3,6,8] k", "Attention (q, k, k)"), RANK},
	{M("23", "float[2,3,4,8] q, float[2,3,6,8] k, float[5,6] m", "Attention (q, k, k, m)"), FIT},
	{M("23", "float[2,3,4,8] q, float[2,3,6,8] k, float[2,3,7,8] p", "Attention (q, k, k, , p)"), FIT},
	{M("23", "float[2,3,4,8] q, float[2,3,6,8] k, float[2,3,7,8] p, float[2,3,7,9] v", "Attention (q, k, k, , p, v)"), FIT},
	{M("23", "float[1,2,3,4] x, float[9,2] c", "RotaryEmbedding (x, c, c)"), RANK},
	{M("23", "float[1,2,3,4] x, float[9,3] c, int64[1,3] i", "RotaryEmbedding (x, c, c, i)"), FIT},
	{M("23", "float[1,2,3,4] x, float[9,2] c, float[8,2] s, int64[1,3] i", "RotaryEmbedding (x, c, s, i)"), FIT},
	{M("23", "float[1,2,3,4] x, float[9,2] c, int64[1,4] i", "RotaryEmbedding (x, c, c, i)"), FIT},
	{M("23", "float[1,3,8] x, float[9,2] c, int64[1,3] i", "RotaryEmbedding (x, c, c, i)"), BAD},
	/* windows */
	{M("17", "float[1,1,5,5] x", "MaxPool <kernel_shape = [2,2], pads = [2,0,0,0]> (x)"), BAD},
	{M("17", "float[1,1,5,5] x", "AveragePool <kernel_shape = [2,2], pads = [0,0,0,2]> (x)"), BAD},
	{M("17", "float[1,1,5,5] x", "MaxPool <kernel_shape = [7,7]> (x)"), FIT},
	{M("17", "float[1,1,5,5] x", "MaxPool <kernel_shape = [9,9], strides = [2,2], ceil_mode = 1> (x)"), FIT},
	{M("17", "float[1,5] x", "GlobalAveragePool (x)"), RANK},
	{M("11", "float[1,1,2,2] x, int64[1,1,2,2] i", "MaxUnpool <kernel_shape = [2,2], strides = [2]> (x, i)"), BAD},
	{M("11", "float[1,1,2,2] x, int64[1,1,2,2] i, int64[3] s", "MaxUnpool <kernel_shape = [2,2]> (x, i, s)"), FIT},
	{M("11", "float[1,1,2,2] x, int64[1,1,2,3] i", "MaxUnpool <kernel_shape = [2,2]> (x, i)"), FIT},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <output_shape = [6,6]> (x, w)"), FIT},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <output_shape = [1,1,5,5]> (x, w)"), BAD},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <output_padding = [1,1]> (x, w)"), BAD},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <pads = [3,0,2,0]> (x, w)"), BAD},
	{M("19", "float[1,1,3,3] x, float[1,1,2,2] w, float[1,6,2,2] o", "DeformConv (x, w, o)"), FIT},
	{M("19", "float[1,1,3,3] x, float[1,1,2,2] w, float[1,8,2,3] o", "DeformConv (x, w, o)"), FIT},
	{M("18", "float[1,10,5] x |<int64[2] i = {4,5}, int64[2] b = {1,5}>", "Col2Im (x, i, b)"), FIT},
	{M("18", "float[1,10,4] x |<int64[2] i = {4,5}, int64[2] b = {1,5}>", "Col2Im <pads = [0,0,0]> (x, i, b)"), BAD},
	{M("18", "float[1,10,4] x |<int64[2] i = {4,5}, int64[2] b = {-1,5}>", "Col2Im (x, i, b)"), BAD},
	{M("20", "float[2,3,3] t |<int64[4] s = {2,3,5,6}>", "AffineGrid (t, s)"), FIT},
	{M("20", "float[2,2,3] t |<int64[4] s = {3,3,5,6}>", "AffineGrid (t, s)"), FIT},
	/* the rest */
	{M("17", "float[1,10,2] x", "DFT <onesided = 1> (x)"), FIT},
	{M("17", "float[1,10,3] x", "DFT (x)"), FIT},
	{M("19", "float[1,1,2,4] x", "Resize (x)"), FIT},
	{M("19", "float[1,1,2,4] x |<int64[4] s = {1,1,4,8}, float[4] c = {1,1,2,2}>", "Resize (x, , c, s)"), FIT},
	{M("19", "float[1,1,2,4] x |<float[4] c = {1,1,2,2}>", "Resize <keep_aspect_ratio_policy = \"not_larger\"> (x, , c)"), BAD},
	{M("19", "float[1,1,2,4] x, float[3] c", "Resize (x, , c)"), FIT},
	{M("19", "float[1,1,2,4] x |<int64[4] s = {1,1,4,0}>", "Resize (x, , , s)"), BAD},
	{M("22", "float[1,2,3] x", "LpNormalization <p = 3> (x)"), BAD},
	{M("22", "float[1,4,3] x, float[4] s", "GroupNormalization <num_groups = 0> (x, s, s)"), BAD},
	{M("21", "float[4,3] x, float[2,3] s, uint8[2,3] z", "QuantizeLinear (x, s, z)"), RANK},
	{M("22", "float[3,1,2] x, float[1,5,2] w, float[1,5,5] r", "RNN <hidden_size = -5> (x, w, r)"), BAD},
	{ML("4", "string[3] x", "LabelEncoder <values_int64s = [1,2]> (x)"), BAD},
};

static const struct row fine[] = {
	/* a key of size 1 is repeated by the body of version 25 */
	{M("25", "float[1,1,5,4] q, float[1,1,5,1] k, float[1,1,5,4] v", "Attention (q, k, v)"), "y float32[1, 1, 5, 4]"},
	/* the mode of an output that is not taken does not count */
	{M("23", "float[2,3,4,8] q, float[2,3,6,8] k", "Attention <qk_matmul_output_mode = 100> (q, k, k)"), "y float32[2, 3, 4, 8]"},
	{M("25", "float[2,3,4,8] q, float[2,3,6,8] k, float[1,6] m", "Attention (q, k, k, m)"), "y float32[2, 3, 4, 8]"},
	/* versions before 22 of the losses leave the length of the weights open */
	{M("13", "float[3,5] x, int64[3] l, float[6] w", "SoftmaxCrossEntropyLoss (x, l, w)"), "y float32[]"},
	/* a shape of one number that comes at run time is for all axes */
	{M("18", "float[10,7,3] x, int64[1] s", "CenterCropPad (x, s)"), "y float32[?, ?, ?]"},
	{M("17", "int64[1] n", "HannWindow (n)"), "y float32[?]"},
	{M("17", "float[1,1,5,5] x", "MaxPool <kernel_shape = [6,6]> (x)"), "y float32[1, 1, 0, 0]"},
	{M("17", "float[1,1,5,5] x", "MaxPool <kernel_shape = [2,2], pads = [1,1,1,1]> (x)"), "y float32[1, 1, 6, 6]"},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <output_shape = [4,4]> (x, w)"), "y float32[1, 1, 4, 4]"},
	{M("11", "float[1,1,3,3] x, float[1,1,3,3] w", "ConvTranspose <output_shape = [10,8], strides = [3,2], output_padding = [1,1]> (x, w)"),
	 "y float32[1, 1, 10, 8]"},
};
/* clang-format on */

/* Initializers stand after a bar in the rows' inputs, and after the outputs in the text syntax. */
static void texts(struct row *out, struct ol_buf *room, const struct row *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *t = in[i].text, *bar = strstr(t, " |<"), *end, *arrow;

		ol_buf_clear(&room[i]);
		if (!bar) {
			ol_buf_z(&room[i], t);
		} else {
			end = strstr(bar, ">)");
			arrow = strstr(end, " { y = ");
			assert_non_null(arrow);
			ol_buf_add(&room[i], t, (size_t)(bar - t));
			ol_buf_add(&room[i], end + 1, (size_t)(arrow - end - 1));
			ol_buf_add(&room[i], bar + 2, (size_t)(end + 1 - bar - 2));
			ol_buf_z(&room[i], arrow);
		}
		ol_buf_char(&room[i], '\0');
		out[i] = (struct row){room[i].p, in[i].want};
	}
}

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void check(const struct row *in, size_t n, void (*how)(const struct row *, size_t))
{
	static struct ol_buf room[COUNT(faults)];
	static struct row rows[COUNT(faults)];

	texts(rows, room, in, n);
	how(rows, n);
	for (size_t i = 0; i < n; i++)
		ol_buf_free(&room[i]);
}

static void all_faults(void **state)
{
	(void)state;
	check(faults, COUNT(faults), check_faults);
}

static void all_fine(void **state)
{
	(void)state;
	check(fine, COUNT(fine), check_types);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(all_faults), cmocka_unit_test(all_fine)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
