/* test_load_tensor.c: elements and bytes of tensors.
 * The values of small floating-point types are those of the ml_dtypes package, the packing that of
 * onnx.numpy_helper and onnx.helper.make_tensor (onnx 1.23.2). */
#include "load_bytes.h"

#include <math.h>

static void small_floats(void **state)
{
	static const struct {
		int32_t dtype;
		uint32_t bits;
		double value;
	} cases[] = {
	    {OL_DT_FLOAT16, 0x1, 5.960464477539063e-08},
	    {OL_DT_FLOAT16, 0x400, 6.103515625e-05},
	    {OL_DT_FLOAT16, 0x3c00, 1.0},
	    {OL_DT_FLOAT16, 0x7bff, 65504.0},
	    {OL_DT_FLOAT16, 0xfc00, -(double)INFINITY},
	    {OL_DT_FLOAT16, 0x7e00, (double)NAN},
	    {OL_DT_FLOAT16, 0xc500, -5.0},
	    {OL_DT_BFLOAT16, 0x1, 9.183549615799121e-41},
	    {OL_DT_BFLOAT16, 0x7f7f, 3.3895313892515355e+38},
	    {OL_DT_BFLOAT16, 0x4049, 3.140625},
	    {OL_DT_BFLOAT16, 0x7f80, (double)INFINITY},
	    {OL_DT_FLOAT8E4M3FN, 0x1, 0.001953125},
	    {OL_DT_FLOAT8E4M3FN, 0x7e, 448.0},
	    {OL_DT_FLOAT8E4M3FN, 0x7f, (double)NAN},
	    {OL_DT_FLOAT8E4M3FN, 0xfe, -448.0},
	    {OL_DT_FLOAT8E4M3FNUZ, 0x1, 0.0009765625},
	    {OL_DT_FLOAT8E4M3FNUZ, 0x7f, 240.0},
	    {OL_DT_FLOAT8E4M3FNUZ, 0x80, (double)NAN},
	    {OL_DT_FLOAT8E5M2, 0x7, 0.0001068115234375},
	    {OL_DT_FLOAT8E5M2, 0x7c, (double)INFINITY},
	    {OL_DT_FLOAT8E5M2, 0x7e, (double)NAN},
	    {OL_DT_FLOAT8E5M2FNUZ, 0x7f, 57344.0},
	    {OL_DT_FLOAT8E5M2FNUZ, 0x80, (double)NAN},
	    {OL_DT_FLOAT8E5M2FNUZ, 0x81, -7.62939453125e-06},
	    {OL_DT_FLOAT8E8M0, 0x1, 1.1754943508222875e-38},
	    {OL_DT_FLOAT8E8M0, 0x7f, 1.0},
	    {OL_DT_FLOAT8E8M0, 0xfe, 1.7014118346046923e+38},
	    {OL_DT_FLOAT8E8M0, 0xff, (double)NAN},
	    {OL_DT_FLOAT4E2M1, 0x1, 0.5},
	    {OL_DT_FLOAT4E2M1, 0x7, 6.0},
	    {OL_DT_FLOAT4E2M1, 0xe, -4.0},
	    {OL_DT_FLOAT6E2M3, 0x1, 0.125},
	    {OL_DT_FLOAT6E2M3, 0x3e, -7.0},
	    {OL_DT_FLOAT6E3M2, 0x1, 0.0625},
	    {OL_DT_FLOAT6E3M2, 0x1f, 28.0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_tensor t = {.dtype = cases[i].dtype,
				      .fields = 1u << 9,
				      .payload = {0, 4},
				      .data = &cases[i].bits};
		double got;

		assert_true(ol_tensor_double(&t, 0, &got));
		if (!(isnan(cases[i].value) ? isnan(got) : got == cases[i].value))
			fail_msg("%s 0x%x: %g, wanted %g", ol_dtype_info(t.dtype)->name,
				 cases[i].bits, got, cases[i].value);
	}
}

/* [1, 0, 1, 1, 0] as onnx packs it. */
static void packing(void **state)
{
	static const struct {
		int32_t dtype;
		const char *raw;
		size_t n_raw;
		int32_t typed[5];
		uint64_t n_typed;
	} cases[] = {
	    {OL_DT_INT4, "\x01\x11\x00", 3, {1, 17, 0}, 3},
	    {OL_DT_UINT4, "\x01\x11\x00", 3, {1, 17, 0}, 3},
	    {OL_DT_INT2, "\x51\x00", 2, {81, 0}, 2},
	    {OL_DT_FLOAT6E2M3, "\x08\x80\x20\x00", 4, {8, 0, 8, 8, 0}, 5},
	    {OL_DT_FLOAT6E3M2, "\x0c\xc0\x30\x00", 4, {12, 0, 12, 12, 0}, 5},
	};
	static const double want[5] = {1, 0, 1, 1, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_tensor raw = {.dtype = cases[i].dtype,
					.fields = 1u << 9,
					.payload = {0, cases[i].n_raw},
					.data = cases[i].raw};
		struct ol_tensor typed = {.dtype = cases[i].dtype,
					  .fields = 1u << 5,
					  .data = cases[i].typed,
					  .count = cases[i].n_typed};
		double got;

		assert_int_equal(ol_dtype_bytes(cases[i].dtype, 5), cases[i].n_raw);
		for (uint64_t k = 0; k < 5; k++) {
			assert_true(ol_tensor_double(&raw, k, &got));
			assert_true(got == want[k]);
			assert_true(ol_tensor_double(&typed, k, &got));
			assert_true(got == want[k]);
		}
		assert_false(ol_tensor_double(&raw, 100, &got));
		assert_false(ol_tensor_double(&typed, 100, &got));
	}
}

static void signs(void **state)
{
	static const uint8_t ff[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const struct {
		int32_t dtype;
		bool ok;
		int64_t value;
	} cases[] = {
	    {OL_DT_INT8, true, -1},	 {OL_DT_UINT8, true, 255}, {OL_DT_INT16, true, -1},
	    {OL_DT_UINT16, true, 65535}, {OL_DT_INT32, true, -1},  {OL_DT_UINT32, true, 4294967295},
	    {OL_DT_INT64, true, -1},	 {OL_DT_UINT64, false, 0}, {OL_DT_INT4, true, -1},
	    {OL_DT_UINT4, true, 15},	 {OL_DT_INT2, true, -1},   {OL_DT_UINT2, true, 3},
	    {OL_DT_FLOAT, false, 0},	 {OL_DT_STRING, false, 0}, {99, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_tensor t = {
		    .dtype = cases[i].dtype, .fields = 1u << 9, .payload = {0, 8}, .data = ff};
		int64_t got = 0;

		assert_int_equal(ol_tensor_int(&t, 0, &got), cases[i].ok);
		assert_true(!cases[i].ok || got == cases[i].value);
	}
}

static void sizes(void **state)
{
	static const int64_t big[] = {INT64_MAX, 2}, zero[] = {INT64_MAX, INT64_MAX, 0},
			     minus[] = {4, -1};
	struct ol_tensor t = {.rank = 0};

	(void)state;
	assert_int_equal(ol_tensor_elements(&t), 1);
	t = (struct ol_tensor){.rank = 2, .dims = big};
	assert_int_equal(ol_tensor_elements(&t), -2);
	t = (struct ol_tensor){.rank = 3, .dims = zero};
	assert_int_equal(ol_tensor_elements(&t), 0);
	t = (struct ol_tensor){.rank = 2, .dims = minus};
	assert_int_equal(ol_tensor_elements(&t), -1);
	assert_int_equal(ol_dtype_bytes(OL_DT_DOUBLE, INT64_MAX), -1);
	assert_true(ol_dtype_bytes(OL_DT_UINT4, INT64_MAX) == ((int64_t)1 << 62));
	assert_int_equal(ol_dtype_bytes(OL_DT_STRING, 1), -1);
	assert_int_equal(ol_dtype_bytes(-5, 1), -1);
	assert_int_equal(ol_dtype_bytes(OL_DT_COMPLEX128, 3), 48);
	assert_int_equal(ol_dtype_find(OL_STR("double")), OL_DT_DOUBLE);
	assert_int_equal(ol_dtype_find(OL_STR("float64")), OL_DT_DOUBLE);
	assert_int_equal(ol_dtype_find(OL_STR("float65")), OL_DT_UNDEFINED);
}

/* Data from the file: small payloads decoded, large ones in place, chunks gathered. */
static void payloads(void **state)
{
	struct ol_buf g = {0}, t = {0}, m;
	char *raw = calloc(1, 5000), back[8];
	const struct ol_tensor *x;
	struct ol_model *l;
	int64_t v;

	(void)state;
	raw[4992] = 42;
	put_int(&t, 1, 625);
	put_int(&t, 2, OL_DT_INT64);
	put_bytes(&t, 9, raw, 5000);
	put_message(&g, 5, &t);
	put_int(&t, 2, OL_DT_INT64);
	put_bytes(&t, 7, "\x01\x02", 2);
	put_int(&t, 7, -3);
	put_bytes(&t, 7, "\xff\x01", 2);
	put_message(&g, 5, &t);
	put_int(&t, 2, OL_DT_INT64); /* floats where integers belong */
	put_bytes(&t, 4, "12345678", 8);
	put_message(&g, 5, &t);
	put_int(&t, 2, OL_DT_STRING);
	put_text(&t, 6, "one");
	put_text(&t, 6, "");
	put_message(&g, 5, &t);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_true(l->complete);
	x = &l->tensors[0];
	assert_null(x->data);
	assert_int_equal(x->payload.length, 5000);
	assert_int_equal(ol_load_payload(l, x, 4992, back, 8, NULL), 0);
	assert_int_equal(back[0], 42);
	assert_int_equal(ol_load_payload(l, x, 4993, back, 8, NULL), -1);
	assert_int_equal(ol_load_payload(l, x, UINT64_MAX, back, 8, NULL), -1);
	x = &l->tensors[1];
	assert_int_equal(x->count, 4);
	assert_true(ol_tensor_int(x, 2, &v) && v == -3);
	assert_true(ol_tensor_int(x, 3, &v) && v == 255);
	assert_false(ol_tensor_int(x, 4, &v));
	x = &l->tensors[2];
	assert_null(x->data);
	assert_int_equal(x->fields, 1u << 4);
	assert_int_equal(x->count, 2);
	assert_false(ol_tensor_int(x, 0, &v));
	x = &l->tensors[3];
	assert_int_equal(x->count, 2);
	assert_string_equal(x->strings[0].p, "one");
	assert_int_equal(x->strings[1].n, 0);
	ol_model_free(l);
	ol_buf_free(&m);
	free(raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_floats), cmocka_unit_test(packing),	cmocka_unit_test(signs),
	    cmocka_unit_test(sizes),	    cmocka_unit_test(payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
