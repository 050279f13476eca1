/* dtype.h: element types of tensors. The numbers are those of TensorProto.DataType (onnx.proto). */
#ifndef OL_LOAD_DTYPE_H
#define OL_LOAD_DTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

enum ol_dtype {
	OL_DT_UNDEFINED = 0,
	OL_DT_FLOAT = 1,
	OL_DT_UINT8 = 2,
	OL_DT_INT8 = 3,
	OL_DT_UINT16 = 4,
	OL_DT_INT16 = 5,
	OL_DT_INT32 = 6,
	OL_DT_INT64 = 7,
	OL_DT_STRING = 8,
	OL_DT_BOOL = 9,
	OL_DT_FLOAT16 = 10,
	OL_DT_DOUBLE = 11,
	OL_DT_UINT32 = 12,
	OL_DT_UINT64 = 13,
	OL_DT_COMPLEX64 = 14,
	OL_DT_COMPLEX128 = 15,
	OL_DT_BFLOAT16 = 16,
	OL_DT_FLOAT8E4M3FN = 17,
	OL_DT_FLOAT8E4M3FNUZ = 18,
	OL_DT_FLOAT8E5M2 = 19,
	OL_DT_FLOAT8E5M2FNUZ = 20,
	OL_DT_UINT4 = 21,
	OL_DT_INT4 = 22,
	OL_DT_FLOAT4E2M1 = 23,
	OL_DT_FLOAT8E8M0 = 24,
	OL_DT_UINT2 = 25,
	OL_DT_INT2 = 26,
	OL_DT_FLOAT6E2M3 = 27,
	OL_DT_FLOAT6E3M2 = 28,
	OL_DT_COUNT = 29
};

struct ol_dtype_info {
	const char *name;      /* as the user sees it, NumPy-like: "float32", "bfloat16", "bool" */
	const char *onnx_name; /* as schemas and the text syntax spell it: "float", "double", "int64" */
	uint8_t bits;          /* per element; 0 for string and undefined */
	uint8_t min_ir;        /* first IR version that has it (docs/IR.md; shared facts versions.json) */
	uint8_t data_field;    /* TensorProto field number that holds it when not raw: 4 5 6 7 10 11 */
};

/* Never NULL: an unknown number gives the row of "undefined". */
const struct ol_dtype_info *ol_dtype_info(int64_t dtype);
/* Is it a number that TensorProto.DataType defines, other than UNDEFINED? */
bool ol_dtype_valid(int64_t dtype);
/* By either name; OL_DT_UNDEFINED when none. */
enum ol_dtype ol_dtype_find(struct ol_str name);

#endif
