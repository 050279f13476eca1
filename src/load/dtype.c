/* dtype.c: the table of element types.
 *
 * Source: TensorProto.DataType in onnx.proto; the IR version that brought each type from the
 * release notes of onnx (the first release whose proto has it). */
#include "load/dtype.h"

enum { F32 = 4, I32 = 5, STR = 6, I64 = 7, F64 = 10, U64 = 11 };

static const struct ol_dtype_info infos[OL_DT_COUNT] = {
    [OL_DT_UNDEFINED] = {"undefined", "undefined", 0, 1, 0},
    [OL_DT_FLOAT] = {"float32", "float", 32, 1, F32},
    [OL_DT_UINT8] = {"uint8", "uint8", 8, 1, I32},
    [OL_DT_INT8] = {"int8", "int8", 8, 1, I32},
    [OL_DT_UINT16] = {"uint16", "uint16", 16, 1, I32},
    [OL_DT_INT16] = {"int16", "int16", 16, 1, I32},
    [OL_DT_INT32] = {"int32", "int32", 32, 1, I32},
    [OL_DT_INT64] = {"int64", "int64", 64, 1, I64},
    [OL_DT_STRING] = {"string", "string", 0, 1, STR},
    [OL_DT_BOOL] = {"bool", "bool", 8, 1, I32},
    [OL_DT_FLOAT16] = {"float16", "float16", 16, 1, I32},
    [OL_DT_DOUBLE] = {"float64", "double", 64, 1, F64},
    [OL_DT_UINT32] = {"uint32", "uint32", 32, 1, U64},
    [OL_DT_UINT64] = {"uint64", "uint64", 64, 1, U64},
    [OL_DT_COMPLEX64] = {"complex64", "complex64", 64, 1, F32},
    [OL_DT_COMPLEX128] = {"complex128", "complex128", 128, 1, F64},
    [OL_DT_BFLOAT16] = {"bfloat16", "bfloat16", 16, 4, I32},
    [OL_DT_FLOAT8E4M3FN] = {"float8e4m3fn", "float8e4m3fn", 8, 9, I32},
    [OL_DT_FLOAT8E4M3FNUZ] = {"float8e4m3fnuz", "float8e4m3fnuz", 8, 9, I32},
    [OL_DT_FLOAT8E5M2] = {"float8e5m2", "float8e5m2", 8, 9, I32},
    [OL_DT_FLOAT8E5M2FNUZ] = {"float8e5m2fnuz", "float8e5m2fnuz", 8, 9, I32},
    [OL_DT_UINT4] = {"uint4", "uint4", 4, 10, I32},
    [OL_DT_INT4] = {"int4", "int4", 4, 10, I32},
    [OL_DT_FLOAT4E2M1] = {"float4e2m1", "float4e2m1", 4, 11, I32},
    [OL_DT_FLOAT8E8M0] = {"float8e8m0", "float8e8m0", 8, 12, I32},
    [OL_DT_UINT2] = {"uint2", "uint2", 2, 13, I32},
    [OL_DT_INT2] = {"int2", "int2", 2, 13, I32},
    [OL_DT_FLOAT6E2M3] = {"float6e2m3", "float6e2m3", 6, 14, I32},
    [OL_DT_FLOAT6E3M2] = {"float6e3m2", "float6e3m2", 6, 14, I32},
};

bool ol_dtype_valid(int64_t dtype)
{
	return dtype > OL_DT_UNDEFINED && dtype < OL_DT_COUNT;
}

const struct ol_dtype_info *ol_dtype_info(int64_t dtype)
{
	return &infos[ol_dtype_valid(dtype) ? dtype : OL_DT_UNDEFINED];
}

enum ol_dtype ol_dtype_find(struct ol_str name)
{
	for (int i = 1; i < OL_DT_COUNT; i++)
		if (ol_str_is(name, infos[i].name) || ol_str_is(name, infos[i].onnx_name))
			return (enum ol_dtype)i;
	return OL_DT_UNDEFINED;
}
