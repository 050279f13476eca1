/* quant.c: QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear.
 *
 * The scale is one number, a vector along an axis (since 13) or, with block_size (since 21), a
 * tensor of the input's rank that is shorter along the axis.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html and its siblings */
#include "infer/op.h"

enum { X, SCALE, ZERO_POINT };

/* A vector of scales: one for each place along the axis. */
static void check_axis(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, X), *s = ol_op_in(x, SCALE);
	int64_t axis = ol_op_int(x, "axis", 1);
	uint32_t at;

	/* one number is for the whole tensor, and then the axis does not count */
	if (!ol_num_is_known(s->dims[0]) || s->dims[0].v <= 1)
		return;
	if (!ol_op_axis(x, axis, f->rank, false, &at))
		return;
	if (ol_num_is_known(f->dims[at]) && f->dims[at].v != s->dims[0].v)
		ol_op_tell(x, "shape/mismatch",
			   "scale %.*s must have %lld items, one for each place of axis %u of %.*s",
			   OL_FMT(ol_op_in_text(x, SCALE)), (long long)f->dims[at].v, at,
			   OL_FMT(ol_op_in_text(x, X)));
}

/* ceil(n / block), of numbers that are not negative */
static int64_t blocks(int64_t n, int64_t block)
{
	return n / block + (n % block != 0);
}

static void check_blocks(struct ol_op *x, int64_t block)
{
	const struct ol_fact *f = ol_op_in(x, X), *s = ol_op_in(x, SCALE);
	uint32_t at;

	if (!ol_op_axis(x, ol_op_int(x, "axis", 1), f->rank, false, &at))
		return;
	for (uint32_t i = 0; i < f->rank; i++) {
		struct ol_num n = f->dims[i], have = s->dims[i];
		int64_t want;

		if (!ol_num_is_known(n) || !ol_num_is_known(have) || n.v < 0)
			continue;
		want = i == at ? blocks(n.v, block) : n.v;
		if (have.v == want)
			continue;
		ol_op_tell(
		    x, "shape/mismatch",
		    "axis %u of scale %.*s must be %lld for %.*s and blocks of %lld along axis "
		    "%u",
		    i, OL_FMT(ol_op_in_text(x, SCALE)), (long long)want,
		    OL_FMT(ol_op_in_text(x, X)), (long long)block, at);
		return;
	}
}

/* The zero point has the shape of the scale; one item may be written in either way. */
static void check_zero_point(struct ol_op *x)
{
	const struct ol_fact *s = ol_op_in(x, SCALE), *z = ol_op_in(x, ZERO_POINT);
	struct ol_num n = ol_op_elements(x, s), have = ol_op_elements(x, z);

	if (ol_num_is_known(n) && ol_num_is_known(have) &&
	    (n.v != have.v || (n.v > 1 && s->rank != z->rank)))
		ol_op_tell(x, "shape/mismatch", "zero point %.*s must have the shape of scale %.*s",
			   OL_FMT(ol_op_in_text(x, ZERO_POINT)), OL_FMT(ol_op_in_text(x, SCALE)));
}

/* Without blocks a scale of several numbers is a vector. */
static void check_rank(struct ol_op *x)
{
	const struct ol_fact *s = ol_op_in(x, SCALE);
	struct ol_num n = ol_op_elements(x, s);

	if (s->rank > 1 && ol_num_is_known(n) && n.v > 1)
		ol_op_tell(x, "shape/rank",
			   "scale %.*s must be one number or a vector: there is no block_size",
			   OL_FMT(ol_op_in_text(x, SCALE)));
}

static void check(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, X), *s = ol_op_in(x, SCALE);
	int64_t block = x->since >= 21 ? ol_op_int(x, "block_size", 0) : 0;

	if (block < 0)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'block_size' is %lld, the least is 0 (no blocks)",
			   (long long)block);
	if (!s->has_rank)
		return;
	if (block == 0)
		check_rank(x);
	if (f->has_rank && x->since >= 13 && s->rank == 1 && block == 0)
		check_axis(x);
	else if (f->has_rank && block > 0 && s->rank == f->rank)
		check_blocks(x, block);
	if (ol_op_has_in(x, ZERO_POINT))
		check_zero_point(x);
}

static void quantize(struct ol_op *x)
{
	int64_t dtype = x->since >= 21 ? ol_op_int(x, "output_dtype", 0) : 0;
	const struct ol_fact *z = ol_op_in(x, ZERO_POINT);

	ol_op_like(x, 0, X);
	if (ol_op_has_in(x, ZERO_POINT) && z->dtype)
		ol_op_dtype_like(x, 0, ZERO_POINT);
	else if (dtype)
		ol_op_dtype(x, 0, dtype);
	else if (!ol_op_has_in(x, ZERO_POINT))
		ol_op_dtype(x, 0, OL_DT_UINT8);
	if (dtype && z->dtype && dtype != z->dtype)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'output_dtype' says %s, the zero point %.*s is %s",
			   ol_dtype_info(dtype)->name, OL_FMT(ol_op_in_text(x, ZERO_POINT)),
			   ol_dtype_info(z->dtype)->name);
	check(x);
}

static void dequantize(struct ol_op *x)
{
	int64_t dtype = x->since >= 23 ? ol_op_int(x, "output_dtype", 0) : 0;

	ol_op_like(x, 0, X);
	if (dtype)
		ol_op_dtype(x, 0, dtype);
	else if (x->since >= 19)
		ol_op_dtype_like(x, 0, SCALE);
	else
		ol_op_dtype(x, 0, OL_DT_FLOAT);
	check(x);
}

static void dynamic_quantize(struct ol_op *x)
{
	ol_op_like(x, 0, X);
	ol_op_dtype(x, 0, OL_DT_UINT8);
	ol_op_scalar(x, 1);
	ol_op_dtype(x, 1, OL_DT_FLOAT);
	ol_op_scalar(x, 2);
	ol_op_dtype(x, 2, OL_DT_UINT8);
}

static const struct ol_infer_row rows[] = {
    {"DequantizeLinear", dequantize},
    {"DynamicQuantizeLinear", dynamic_quantize},
    {"QuantizeLinear", quantize},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_quant = {"", rows};
