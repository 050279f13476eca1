/* tensor.c: how many elements and bytes a tensor has, and its elements as numbers. */
#include "load/model.h"

int64_t ol_tensor_elements(const struct ol_tensor *t)
{
	int64_t n = 1;
	bool over = false, zero = false;

	for (uint32_t i = 0; i < t->rank; i++) {
		if (t->dims[i] < 0)
			return -1;
		zero |= t->dims[i] == 0;
		over |= __builtin_mul_overflow(n, t->dims[i], &n);
	}
	return zero ? 0 : over ? -2 : n;
}

int64_t ol_dtype_bytes(int64_t dtype, int64_t elements)
{
	int64_t bits = ol_dtype_info(dtype)->bits, n;

	if (bits == 0 || elements < 0)
		return -1;
	/* whole bytes first: elements * bits may overflow where the bytes do not */
	if (bits % 8 == 0)
		return __builtin_mul_overflow(elements, bits / 8, &n) ? -1 : n;
	n = elements / 8 * bits; /* bits < 8: never larger than elements */
	return n + (elements % 8 * bits + 7) / 8;
}

static double small_float(uint32_t v, int exp_bits, int man_bits, int bias, bool inf,
			  bool nan_all_ones)
{
	uint32_t man = v & ((1u << man_bits) - 1), exp = (v >> man_bits) & ((1u << exp_bits) - 1);
	uint32_t sign = v >> (man_bits + exp_bits), top = (1u << exp_bits) - 1;
	double d = 1;
	int e;

	if (inf && exp == top)
		d = man ? (double)__builtin_nanf("") : (double)__builtin_inff();
	else if (nan_all_ones && exp == top && man == (1u << man_bits) - 1)
		d = (double)__builtin_nanf("");
	else {
		e = exp ? (int)exp - bias : 1 - bias;
		d = (double)man / (double)(1u << man_bits) + (exp ? 1.0 : 0.0);
		for (; e > 0; e--)
			d *= 2;
		for (; e < 0; e++)
			d /= 2;
	}
	return sign ? -d : d;
}

/* The types that are a few bits of floating point. uz: no infinity, no negative zero: that pattern
 * is NaN. */
static const struct {
	uint8_t exp, man, bias;
	bool inf, ones_nan, uz;
} floats[OL_DT_COUNT] = {
    [OL_DT_FLOAT16] = {5, 10, 15, true, false, false},
    [OL_DT_BFLOAT16] = {8, 7, 127, true, false, false},
    [OL_DT_FLOAT8E4M3FN] = {4, 3, 7, false, true, false},
    [OL_DT_FLOAT8E4M3FNUZ] = {4, 3, 8, false, false, true},
    [OL_DT_FLOAT8E5M2] = {5, 2, 15, true, false, false},
    [OL_DT_FLOAT8E5M2FNUZ] = {5, 2, 16, false, false, true},
    [OL_DT_FLOAT4E2M1] = {2, 1, 1, false, false, false},
    [OL_DT_FLOAT6E2M3] = {2, 3, 1, false, false, false},
    [OL_DT_FLOAT6E3M2] = {3, 2, 3, false, false, false},
};

/* The element as its bit pattern, at most 64 bits; sign is not extended. */
static bool bits_of(const struct ol_tensor *t, uint64_t i, uint64_t *out)
{
	unsigned bits = ol_dtype_info(t->dtype)->bits;
	uint64_t v = 0;

	if (!t->data || bits == 0 || bits > 64)
		return false;
	if (t->fields & 1u << 9) { /* raw: packed from the low bits up */
		uint64_t bit;

		if (__builtin_mul_overflow(i, (uint64_t)bits, &bit) ||
		    bit / 8 + (bits + 7) / 8 > t->payload.length)
			return false;
		if (bits >= 8) {
			memcpy(&v, (const char *)t->data + bit / 8, bits / 8);
		} else {
			const uint8_t *p = (const uint8_t *)t->data + bit / 8;

			v = p[0];
			if (bit % 8 + bits > 8) {
				if (bit / 8 + 1 >= t->payload.length)
					return false;
				v |= (uint64_t)p[1] << 8;
			}
			v = v >> bit % 8 & ((1u << bits) - 1);
		}
	} else if (!(t->fields & 1u << ol_dtype_info(t->dtype)->data_field)) {
		return false;
	} else if (bits < 6) { /* int32_data holds a byte of packed elements each; but six bits have
				  one to themselves */
		uint64_t bit = i * bits, at = bit / 8;

		if (i > UINT64_MAX / 8 || at >= t->count)
			return false;
		v = (uint32_t)((const int32_t *)t->data)[at] & 0xff;
		v = v >> bit % 8 & ((1u << bits) - 1); /* two or four bits never cross a byte */
	} else {
		if (i >= t->count)
			return false;
		switch (ol_dtype_info(t->dtype)->data_field) {
		case 5:
			v = (uint32_t)((const int32_t *)t->data)[i];
			break;
		case 4:
			memcpy(&v, (const float *)t->data + i, 4);
			break;
		case 7:
			v = (uint64_t)((const int64_t *)t->data)[i];
			break;
		case 10:
			memcpy(&v, (const double *)t->data + i, 8);
			break;
		case 11:
			v = ((const uint64_t *)t->data)[i];
			break;
		default:
			return false;
		}
		if (bits < 64)
			v &= ((uint64_t)1 << bits) - 1;
	}
	*out = v;
	return true;
}

bool ol_tensor_int(const struct ol_tensor *t, uint64_t i, int64_t *out)
{
	static const bool is_signed[OL_DT_COUNT] = {
	    [OL_DT_INT8] = true,  [OL_DT_INT16] = true, [OL_DT_INT32] = true,
	    [OL_DT_INT64] = true, [OL_DT_INT4] = true,	[OL_DT_INT2] = true};
	static const bool is_int[OL_DT_COUNT] = {
	    [OL_DT_UINT8] = true, [OL_DT_INT8] = true,	 [OL_DT_UINT16] = true,
	    [OL_DT_INT16] = true, [OL_DT_INT32] = true,	 [OL_DT_INT64] = true,
	    [OL_DT_BOOL] = true,  [OL_DT_UINT32] = true, [OL_DT_UINT64] = true,
	    [OL_DT_UINT4] = true, [OL_DT_INT4] = true,	 [OL_DT_UINT2] = true,
	    [OL_DT_INT2] = true};
	unsigned bits;
	uint64_t v;

	if (!ol_dtype_valid(t->dtype) || !is_int[t->dtype] || !bits_of(t, i, &v))
		return false;
	bits = ol_dtype_info(t->dtype)->bits;
	if (is_signed[t->dtype] && bits < 64 && v >> (bits - 1))
		v |= ~(uint64_t)0 << bits;
	if (t->dtype == OL_DT_UINT64 && v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

bool ol_tensor_double(const struct ol_tensor *t, uint64_t i, double *out)
{
	uint64_t v;
	float f;

	if (!ol_dtype_valid(t->dtype) || !bits_of(t, i, &v))
		return false;
	if (t->dtype == OL_DT_FLOAT) {
		memcpy(&f, &v, 4);
		*out = (double)f;
	} else if (t->dtype == OL_DT_DOUBLE) {
		memcpy(out, &v, 8);
	} else if (t->dtype == OL_DT_FLOAT8E8M0) { /* a power of two alone; all ones is NaN */
		uint32_t up = v >= 127 ? (uint32_t)v - 127 : 0,
			 down = v < 127 ? 127 - (uint32_t)v : 0;

		*out = v == 255 ? (double)__builtin_nanf("") : 1;
		for (; v != 255 && up; up--)
			*out *= 2;
		for (; v != 255 && down; down--)
			*out /= 2;
	} else if (floats[t->dtype].exp) {
		int width = floats[t->dtype].exp + floats[t->dtype].man;

		if (floats[t->dtype].uz && v == (uint64_t)1 << width)
			*out = (double)__builtin_nanf("");
		else
			*out = small_float((uint32_t)v, floats[t->dtype].exp, floats[t->dtype].man,
					   floats[t->dtype].bias, floats[t->dtype].inf,
					   floats[t->dtype].ones_nan);
	} else {
		int64_t n;

		if (t->dtype == OL_DT_UINT64) {
			*out = (double)v;
			return true;
		}
		if (!ol_tensor_int(t, i, &n))
			return false;
		*out = (double)n;
	}
	return true;
}
