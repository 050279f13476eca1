/* matmul.c: products of matrices: MatMul and its integer forms, Gemm, Det.
 *
 * MatMul follows numpy.matmul: a vector on the left gets a row axis, one on the right a column
 * axis, which the result loses again; leading axes are broadcast. */
#include "infer/nn.h"

#include <inttypes.h>

static void matmul(struct ol_op *x, uint32_t ia, uint32_t ib)
{
	const struct ol_fact *a = ol_op_in(x, ia), *b = ol_op_in(x, ib);
	struct ol_num ka, kb, *d;
	const struct ol_num *lead;
	uint32_t n, rank;

	if (!ol_nn_rank(x, ia, 1, UINT32_MAX) || !ol_nn_rank(x, ib, 1, UINT32_MAX))
		return;
	ka = a->dims[a->rank - 1];
	kb = b->dims[b->rank > 1 ? b->rank - 2 : 0];
	if (ol_num_is_known(ka) && ol_num_is_known(kb) && ka.v != kb.v) {
		struct ol_str ta = ol_op_in_text(x, ia), tb = ol_op_in_text(x, ib);

		ol_op_tell(x, "shape/mismatch",
			   "%.*s has %" PRId64 " columns, %.*s has %" PRId64
			   " rows: the inner dimensions of a product must be equal",
			   OL_FMT(ta), ka.v, OL_FMT(tb), kb.v);
	}
	lead = ol_op_broadcast2(x, a->dims, a->rank > 2 ? a->rank - 2 : 0, b->dims,
				b->rank > 2 ? b->rank - 2 : 0, &n);
	if (n == UINT32_MAX)
		return;
	rank = n + (a->rank > 1) + (b->rank > 1);
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	if (n)
		memcpy(d, lead, n * sizeof(*d));
	if (a->rank > 1)
		d[n++] = a->dims[a->rank - 2];
	if (b->rank > 1)
		d[n++] = b->dims[b->rank - 1];
	ol_op_shape(x, 0, d, rank);
}

static void matmul_plain(struct ol_op *x)
{
	matmul(x, 0, 1);
}

static void matmul_integer(struct ol_op *x)
{
	matmul(x, 0, 1);
	ol_op_dtype(x, 0, OL_DT_INT32);
}

static void matmul_qlinear(struct ol_op *x)
{
	matmul(x, 0, 3);
	ol_op_dtype_like(x, 0, 7);
}

/* C must go to (M, N) by stretching axes of length 1 only (as of opset 7; before, by the attribute
 * broadcast). */
static void check_gemm_c(struct ol_op *x, const struct ol_num *out)
{
	const struct ol_fact *c = ol_op_in(x, 2);

	if (x->since < 7 || !ol_nn_has_rank(x, 2) || !ol_nn_rank(x, 2, 0, 2))
		return;
	for (uint32_t i = 0; i < c->rank; i++) {
		struct ol_num have = c->dims[c->rank - 1 - i], want = out[1 - i];
		struct ol_str text, shape;

		if (!ol_num_is_known(have) || !ol_num_is_known(want) || have.v == 1 ||
		    have.v == want.v)
			continue;
		text = ol_op_in_text(x, 2);
		shape = ol_op_shape_text(x, out, 2);
		ol_op_tell(x, "shape/broadcast",
			   "input %.*s does not broadcast to the product's shape %.*s",
			   OL_FMT(text), OL_FMT(shape));
		return;
	}
}

static void gemm(struct ol_op *x)
{
	uint32_t ta = ol_op_int(x, "transA", 0) != 0, tb = ol_op_int(x, "transB", 0) != 0;
	bool a = ol_nn_has_rank(x, 0) && ol_nn_rank(x, 0, 2, 2);
	bool b = ol_nn_has_rank(x, 1) && ol_nn_rank(x, 1, 2, 2);
	struct ol_num ka = ol_nn_dim(x, 0, 1 - ta), kb = ol_nn_dim(x, 1, tb), *d;

	if (a && b && ol_num_is_known(ka) && ol_num_is_known(kb) && ka.v != kb.v) {
		struct ol_str sa = ol_op_in_text(x, 0), sb = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "inner dimensions of the product differ: axis %u of %.*s is %" PRId64
			   ", axis %u of %.*s is %" PRId64,
			   1 - ta, OL_FMT(sa), ka.v, tb, OL_FMT(sb), kb.v);
	}
	d = ol_op_dims(x, 2);
	if (!d)
		return;
	d[0] = a ? ol_nn_dim(x, 0, ta) : ol_num_unknown();
	d[1] = b ? ol_nn_dim(x, 1, 1 - tb) : ol_num_unknown();
	check_gemm_c(x, d);
	ol_op_shape(x, 0, d, 2);
}

static void det(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num a, b;

	if (!ol_nn_rank(x, 0, 2, UINT32_MAX))
		return;
	a = f->dims[f->rank - 1];
	b = f->dims[f->rank - 2];
	if (ol_num_is_known(a) && ol_num_is_known(b) && a.v != b.v) {
		struct ol_str text = ol_op_in_text(x, 0);

		ol_op_tell(x, "shape/mismatch", "the last two axes of %.*s must be equal",
			   OL_FMT(text));
	}
	ol_op_shape(x, 0, f->dims, f->rank - 2);
}

static const struct ol_infer_row rows[] = {
    {"Det", det},
    {"Gemm", gemm},
    {"MatMul", matmul_plain},
    {"MatMulInteger", matmul_integer},
    {"QLinearMatMul", matmul_qlinear},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_matmul = {"", rows};
