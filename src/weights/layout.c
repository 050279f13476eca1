/* layout.c: how each element type is read as bits: the table.
 *
 * Marks are the magnitudes (bits without the sign) at which another kind of number begins. Source: IEEE 754; bfloat16 as the
 * upper half of float32; the 8-bit types as in https://onnx.ai/onnx/technical/float8.html: those with FN have no infinity and
 * NaN where all bits but the sign are set, those with FNUZ one NaN, where minus zero would be; float8e8m0 is a power of two. */
#include "weights/tally.h"


enum { NEVER = 0x80 }; /* for a kind of number that a type lacks: no magnitude of 8 bits gets there */

static const struct ol_layout_of layouts[OL_DT_COUNT] = {
    [OL_DT_FLOAT] = {OL_FORM_FLOAT, 2, 8, 23, 127, false, 0,
		     {1, 0x00800000, 0x33000001, 0x477ff000, 0x7f800000, 0x7f800001}},
    [OL_DT_DOUBLE] = {OL_FORM_FLOAT, 3, 11, 52, 1023, false, 0,
		      {1, 0x0010000000000000, 0x3e60000000000001, 0x40effe0000000000, 0x7ff0000000000000,
		       0x7ff0000000000001}},
    [OL_DT_BFLOAT16] = {OL_FORM_FLOAT, 1, 8, 7, 127, false, 0, {1, 0x0080, 0x3301, 0x4780, 0x7f80, 0x7f81}},
    /* float16 holds itself; so do the smaller ones fit in it, but for the least of float8e5m2fnuz, 2^-17, which is denormal */
    [OL_DT_FLOAT16] = {OL_FORM_FLOAT, 1, 5, 10, 15, false, 0, {1, 0x0400, 1, 0x7c00, 0x7c00, 0x7c01}},
    [OL_DT_FLOAT8E4M3FN] = {OL_FORM_FLOAT, 0, 4, 3, 7, false, 0, {1, 0x08, 1, 0x7f, 0x7f, 0x7f}},
    [OL_DT_FLOAT8E5M2] = {OL_FORM_FLOAT, 0, 5, 2, 15, false, 0, {1, 0x04, 1, 0x7c, 0x7c, 0x7d}},
    [OL_DT_FLOAT8E4M3FNUZ] = {OL_FORM_FLOAT, 0, 4, 3, 8, true, 0x80, {1, 0x08, 1, NEVER, NEVER, NEVER}},
    [OL_DT_FLOAT8E5M2FNUZ] = {OL_FORM_FLOAT, 0, 5, 2, 16, true, 0x80, {1, 0x04, 1, NEVER, NEVER, NEVER}},
    /* unpacked with the sign in the top bit */
    [OL_DT_FLOAT4E2M1] = {OL_FORM_FLOAT, 0, 2, 1, 1, false, 0, {1, 0x02, 1, NEVER, NEVER, NEVER}},
    [OL_DT_FLOAT6E2M3] = {OL_FORM_FLOAT, 0, 2, 3, 1, false, 0, {1, 0x08, 1, NEVER, NEVER, NEVER}},
    [OL_DT_FLOAT6E3M2] = {OL_FORM_FLOAT, 0, 3, 2, 3, false, 0, {1, 0x04, 1, NEVER, NEVER, NEVER}},
    /* no sign, no zero: an exponent; kept as a whole number of which one is NaN */
    [OL_DT_FLOAT8E8M0] = {OL_FORM_UNSIGNED, 0, 8, 0, 127, true, 0xff, {0}},
    [OL_DT_INT8] = {OL_FORM_SIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_INT16] = {OL_FORM_SIGNED, 1, 0, 0, 0, false, 0, {0}},
    [OL_DT_INT32] = {OL_FORM_SIGNED, 2, 0, 0, 0, false, 0, {0}},
    [OL_DT_INT64] = {OL_FORM_SIGNED, 3, 0, 0, 0, false, 0, {0}},
    [OL_DT_INT4] = {OL_FORM_SIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_INT2] = {OL_FORM_SIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT8] = {OL_FORM_UNSIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT16] = {OL_FORM_UNSIGNED, 1, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT32] = {OL_FORM_UNSIGNED, 2, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT64] = {OL_FORM_UNSIGNED, 3, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT4] = {OL_FORM_UNSIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_UINT2] = {OL_FORM_UNSIGNED, 0, 0, 0, 0, false, 0, {0}},
    [OL_DT_BOOL] = {OL_FORM_UNSIGNED, 0, 0, 0, 0, false, 0, {0}},
};

const struct ol_layout_of *ol_weights_layout(int32_t dtype)
{
	return &layouts[ol_dtype_valid(dtype) ? dtype : OL_DT_UNDEFINED];
}
