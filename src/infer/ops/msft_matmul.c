/* msft_matmul.c: shapes of com.microsoft's matrix products: fused, quantized, with packed weights.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/nn.h"

struct matrix {
	const struct ol_num *dims; /* NULL: not known */
	uint32_t rank;
	uint32_t k; /* the input */
};

static struct matrix input(const struct ol_op *x, uint32_t k)
{
	const struct ol_fact *f = ol_op_in(x, k);

	return (struct matrix){f->has_rank ? f->dims : NULL, f->has_rank ? f->rank : 0, k};
}

/* The inner sizes must agree. */
static void inner(struct ol_op *x, struct ol_num a, struct ol_num b, uint32_t ka, uint32_t kb)
{
	struct ol_str s, t;

	if (!ol_num_is_known(a) || !ol_num_is_known(b) || a.v == b.v)
		return;
	s = ol_op_in_text(x, ka);
	t = ol_op_in_text(x, kb);
	ol_op_tell(x, "shape/mismatch", "inner sizes of %.*s and %.*s differ: %lld and %lld",
		   OL_FMT(s), OL_FMT(t), (long long)a.v, (long long)b.v);
}

/* As numpy.matmul: vectors are rows on the left and columns on the right, the axes before the last
 * two broadcast. */
static void product(struct ol_op *x, struct matrix a, struct matrix b)
{
	uint32_t ra = a.rank, rb = b.rank, batch, n = 0;
	const struct ol_num *lead;
	struct ol_num *d;

	if (!a.dims || !b.dims)
		return;
	if (!ra || !rb) {
		struct ol_str s = ol_op_in_text(x, ra ? b.k : a.k);

		ol_op_tell(x, "shape/rank",
			   "input %.*s is a scalar, a matrix has at least one axis", OL_FMT(s));
		return;
	}
	inner(x, a.dims[ra - 1], b.dims[rb > 1 ? rb - 2 : 0], a.k, b.k);
	lead =
	    ol_op_broadcast2(x, a.dims, ra > 2 ? ra - 2 : 0, b.dims, rb > 2 ? rb - 2 : 0, &batch);
	if (batch == UINT32_MAX)
		return;
	d = ol_op_dims(x, batch + 2);
	if (!d)
		return;
	for (; n < batch; n++)
		d[n] = lead[n];
	if (ra > 1)
		d[n++] = a.dims[ra - 2];
	if (rb > 1)
		d[n++] = b.dims[rb - 1];
	ol_op_shape(x, 0, d, n);
}

static void matmul(struct ol_op *x)
{
	product(x, input(x, 0), input(x, 1));
}

/* The matrix as multiplied: with transBatch its first axis is the rows', with trans the last two
 * change places. */
static struct matrix turned(struct ol_op *x, uint32_t k, const char *trans, const char *batch)
{
	struct matrix m = input(x, k);
	bool t = ol_op_int(x, trans, 0) != 0, b = batch && ol_op_int(x, batch, 0) != 0;
	struct ol_num *d;

	if (!m.dims || m.rank < 2 || (!t && !b))
		return m;
	d = ol_op_dims(x, m.rank);
	if (!d)
		return (struct matrix){NULL, 0, k};
	memcpy(d, m.dims, m.rank * sizeof(*d));
	if (b && m.rank > 2) {
		for (uint32_t i = 0; i + 2 < m.rank; i++)
			d[i] = m.dims[i + 1];
		d[m.rank - 2] = m.dims[0];
	}
	if (t) {
		struct ol_num last = d[m.rank - 1];

		d[m.rank - 1] = d[m.rank - 2];
		d[m.rank - 2] = last;
	}
	m.dims = d;
	return m;
}

static void fused_matmul(struct ol_op *x)
{
	product(x, turned(x, 0, "transA", "transBatchA"), turned(x, 1, "transB", "transBatchB"));
}

/* Two matrices, transposed as the attributes say. */
static void gemm_of(struct ol_op *x, uint32_t ka, uint32_t kb)
{
	struct matrix a = turned(x, ka, "transA", NULL), b = turned(x, kb, "transB", NULL);
	struct ol_num *d;

	if (!ol_nn_rank(x, ka, 2, 2))
		a.dims = NULL;
	if (!ol_nn_rank(x, kb, 2, 2))
		b.dims = NULL;
	if (a.dims && b.dims)
		inner(x, a.dims[1], b.dims[0], ka, kb);
	d = ol_op_dims(x, 2);
	if (!d)
		return;
	d[0] = a.dims ? a.dims[0] : ol_num_fresh(x->syms);
	d[1] = b.dims ? b.dims[1] : ol_num_fresh(x->syms);
	ol_op_shape(x, 0, d, 2);
}

static void gemm(struct ol_op *x)
{
	gemm_of(x, 0, 1);
}

/* Quantized when it has the output's zero point, else float. */
static void q_gemm(struct ol_op *x)
{
	if (ol_op_has_in(x, 8))
		ol_op_dtype_like(x, 0, 8);
	else if (!ol_op_has_in(x, 7))
		ol_op_dtype(x, 0, OL_DT_FLOAT);
	gemm_of(x, 0, 3);
}

static void gemm_float8(struct ol_op *x)
{
	ol_op_dtype(x, 0, ol_op_int(x, "dtype", OL_DT_FLOAT));
	gemm_of(x, 0, 1);
}

static void sparse_to_dense(struct ol_op *x)
{
	product(x, turned(x, 0, "transA", NULL), turned(x, 1, "transB", NULL));
}

/* The weights are packed: their sizes are the attributes K and N. `n` columns come out at output k.
 */
static void packed_to(struct ol_op *x, uint32_t k, const char *columns)
{
	const struct ol_fact *a = ol_op_in(x, 0);
	int64_t n = ol_op_int(x, columns, -1);
	struct ol_num *d;

	if (!a->has_rank || !a->rank)
		return;
	d = ol_op_dims(x, a->rank);
	if (!d)
		return;
	memcpy(d, a->dims, a->rank * sizeof(*d));
	d[a->rank - 1] = n > 0 ? ol_num(n) : ol_num_fresh(x->syms);
	ol_op_shape(x, k, d, a->rank);
}

static void packed_inner(struct ol_op *x)
{
	const struct ol_fact *a = ol_op_in(x, 0);
	int64_t k = ol_op_int(x, "K", -1);
	struct ol_num n;

	if (!a->has_rank || !a->rank || k < 0)
		return;
	n = a->dims[a->rank - 1];
	if (ol_num_is_known(n) && n.v != k) {
		struct ol_str s = ol_op_in_text(x, 0);

		ol_op_tell(
		    x, "shape/mismatch",
		    "the last axis of input %.*s has %lld, attribute 'K' says %lld rows of weights",
		    OL_FMT(s), (long long)n.v, (long long)k);
	}
}

static void packed(struct ol_op *x)
{
	packed_inner(x);
	packed_to(x, 0, "N");
}

/* With transB = 0 the weights lie the other way and N is the inner size. */
static void bnb4(struct ol_op *x)
{
	if (ol_op_int(x, "transB", 1)) {
		packed(x);
		return;
	}
	packed_to(x, 0, "K");
}

/* The sizes of the packed weights are input B_shape's data. */
static void fp_q4(struct ol_op *x)
{
	const struct ol_data *b = ol_op_ints_in(x, 2);
	struct matrix m = {b ? b->i : NULL, b ? b->n : 0, 1};

	if (b && b->n == 2)
		product(x, input(x, 0), m);
	else
		packed_to(x, 0, "N");
}

static void packed_mlp(struct ol_op *x)
{
	packed(x);
	ol_op_like(x, 1, 0);
}

static void packed_qkv(struct ol_op *x)
{
	packed_inner(x);
	packed_to(x, 0, "Nq");
	packed_to(x, 1, "Nkv");
	packed_to(x, 2, "Nkv");
	ol_op_like(x, 3, 0);
}

static void ordered(struct ol_op *x)
{
	product(x, input(x, 0), input(x, 2));
}

static const struct ol_infer_row ops[] = {
    {"DynamicQuantizeMatMul", matmul},
    {"FusedGemm", gemm},
    {"FusedMatMul", fused_matmul},
    {"FusedMatMulActivation", fused_matmul},
    {"GemmFastGelu", matmul},
    {"GemmFloat8", gemm_float8},
    {"MatMulBnb4", bnb4},
    {"MatMulFpQ4", fp_q4},
    {"MatMulInteger16", matmul},
    {"MatMulIntegerToFloat", matmul},
    {"MatMulNBits", packed},
    {"MatMulNBitsMlp", packed_mlp},
    {"MatMulNBitsQLoRA", packed},
    {"MatMulNBitsQkv", packed_qkv},
    {"MatMulPacked", packed},
    {"QGemm", q_gemm},
    {"QOrderedMatMul", ordered},
    {"SparseToDenseMatMul", sparse_to_dense},
    {"TransposeMatMul", fused_matmul},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_matmul = {"com.microsoft", ops};
