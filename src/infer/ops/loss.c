/* loss.c: losses over classes: scores (N, C, d1, …), labels (N, d1, …), weights (C). */
#include "infer/nn.h"

#include <inttypes.h>

/* Labels lack the class axis of the scores. */
static void check(struct ol_op *x)
{
	const struct ol_fact *scores = ol_op_in(x, 0), *labels = ol_op_in(x, 1);
	bool s = ol_nn_has_rank(x, 0) && ol_nn_rank(x, 0, 2, UINT32_MAX);
	struct ol_nn_length c = OL_NN_LENGTH("number of classes");

	if (s && ol_nn_has_rank(x, 1) && ol_nn_rank(x, 1, scores->rank - 1, scores->rank - 1)) {
		for (uint32_t i = 0; i < labels->rank; i++) {
			struct ol_nn_length l = OL_NN_LENGTH(i ? "length" : "batch size");

			ol_nn_meet(x, &l, 0, i ? i + 1 : 0);
			if (!ol_nn_meet(x, &l, 1, i))
				break;
		}
	}
	if (ol_nn_has_rank(x, 2) && !ol_nn_rank(x, 2, 1, 1))
		return;
	/* older versions leave weights of another length to the implementation */
	if (s && x->since >= 22 && ol_nn_meet(x, &c, 0, 1))
		ol_nn_meet(x, &c, 2, 0);
}

static void put(struct ol_op *x)
{
	const struct ol_fact *scores = ol_op_in(x, 0), *labels = ol_op_in(x, 1);
	struct ol_num *d;
	uint32_t rank;

	if (!ol_str_is(ol_op_str(x, "reduction", "mean"), "none")) {
		ol_op_scalar(x, 0);
		return;
	}
	if (!labels->has_rank && (!scores->has_rank || !scores->rank))
		return;
	rank = labels->has_rank ? labels->rank : scores->rank - 1;
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < rank; i++) {
		struct ol_nn_length l = OL_NN_LENGTH("length");

		ol_nn_meet(x, &l, 1, i);
		if (!scores->has_rank || scores->rank == rank + 1)
			ol_nn_meet(x, &l, 0, i ? i + 1 : 0);
		d[i] = l.n;
	}
	ol_op_shape(x, 0, d, rank);
}

static void negative_log_likelihood(struct ol_op *x)
{
	check(x);
	put(x);
}

static void cross_entropy(struct ol_op *x)
{
	check(x);
	put(x);
	ol_op_like(x, 1, 0);
	ol_op_dtype_like(x, 1, 0);
}

static const struct ol_infer_row rows[] = {
    {"NegativeLogLikelihoodLoss", negative_log_likelihood},
    {"SoftmaxCrossEntropyLoss", cross_entropy},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_loss = {"", rows};
