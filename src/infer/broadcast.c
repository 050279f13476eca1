/* broadcast.c: operators whose operands are broadcast together, of all versions.
 *
 * Sources: https://onnx.ai/onnx/repo-docs/Broadcasting.html; the attributes `axis` and `broadcast`
 * of the versions before opset 7 (docs/Changelog.md of onnx) */
#include "infer/broadcast.h"

static bool dims_fit(const struct ol_fact *a, const struct ol_fact *b)
{
	for (uint32_t i = 1; i <= a->rank && i <= b->rank; i++) {
		struct ol_num p = a->dims[a->rank - i], q = b->dims[b->rank - i];

		if (ol_num_is_known(p) && ol_num_is_known(q) && p.v != 1 && q.v != 1 && p.v != q.v)
			return false;
	}
	return true;
}

bool ol_broadcast_fits(struct ol_op *x, uint32_t a, uint32_t b)
{
	const struct ol_fact *f = ol_op_in(x, a), *g = ol_op_in(x, b);

	if (!f->has_rank || !g->has_rank || dims_fit(f, g))
		return true;
	ol_op_tell(x, "shape/broadcast", "operands %.*s and %.*s do not broadcast together",
		   OL_FMT(ol_op_in_text(x, a)), OL_FMT(ol_op_in_text(x, b)));
	return false;
}

bool ol_broadcast_all(struct ol_op *x, uint32_t n)
{
	/* neighbours first: their names make a better message; any other pair is found next */
	for (uint32_t k = 1; k < n && k < x->n_in; k++)
		if (!ol_broadcast_fits(x, k - 1, k))
			return false;
	return ol_op_broadcast(x, 0, 0, n);
}

/* Before 7: like the first operand. The second may have fewer dims, placed by `axis`: its elements
 * are followed when it is one number or of the same rank. */
static void old_binary(struct ol_op *x, const struct ol_each *f, int64_t how)
{
	const struct ol_fact *a = ol_op_in(x, 0), *b = ol_op_in(x, 1);

	ol_op_like(x, 0, 0);
	if (x->n_out && x->out[0] && a->data && b->data && (b->data->n == 1 || a->rank == b->rank))
		ol_each(x, 2, f, how);
}

void ol_broadcast_binary(struct ol_op *x, const struct ol_each *f, int64_t how)
{
	if (x->since && x->since < 7)
		old_binary(x, f, how);
	else if (ol_broadcast_all(x, 2) && x->n_out && x->out[0])
		ol_each(x, 2, f, how);
}
