/* msft_search.c: shapes of com.microsoft's text operators: generation, tokens, n-grams.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include <math.h>

#include "infer/nn.h"

/* A length that is the data of input k, if it is there. */
static struct ol_num given(struct ol_op *x, uint32_t k)
{
	const struct ol_data *d = ol_op_ints_in(x, k);

	return d && d->n == 1 && d->i[0].sym != OL_NUM_UNKNOWN ? d->i[0] : ol_num_fresh(x->syms);
}

static struct ol_num known(struct ol_op *x, struct ol_num n)
{
	return n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
}

/* (ids, max_length, min_length, num_beams, num_return_sequences, length_penalty …) */
static void beam_search(struct ol_op *x)
{
	const struct ol_fact *ids = ol_op_in(x, 0);
	int64_t vocab = ol_op_int(x, "vocab_size", -1);
	struct ol_num *d = ol_op_dims(x, 3), *s = ol_op_dims(x, 4), most = given(x, 1);

	if (!d || !s)
		return;
	ol_op_dtype_like(x, 1, 5);
	ol_op_dtype_like(x, 2, 5);
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = given(x, 4);
	d[2] = most;
	ol_op_shape(x, 0, d, 3);
	ol_op_shape(x, 1, d, 2);
	s[0] = ids->has_rank && ids->rank == 2 ? known(x, ol_num_sub(x->syms, most, ids->dims[1]))
					       : ol_num_fresh(x->syms);
	s[1] = d[0];
	s[2] = given(x, 3);
	s[3] = vocab > 0 ? ol_num(vocab) : ol_num_fresh(x->syms);
	ol_op_shape(x, 2, s, 4);
}

/* (ids [batch, length], max_length …); output 1 of Sampling: [batch, vocabulary]. */
static void greedy_search(struct ol_op *x)
{
	int64_t vocab = ol_op_int(x, "vocab_size", -1);
	struct ol_num *d = ol_op_dims(x, 2), *l = ol_op_dims(x, 2);

	if (!d || !l)
		return;
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = given(x, 1);
	ol_op_shape(x, 0, d, 2);
	l[0] = d[0];
	l[1] = vocab > 0 ? ol_num(vocab) : ol_num_fresh(x->syms);
	ol_op_shape(x, 1, l, 2);
}

/* Scores are changed in place. */
static void ngram_repeat_block(struct ol_op *x)
{
	ol_op_like(x, 0, 1);
}

/* Strings [C] or [N, C] to as many tokens as the longest has. */
static void tokenizer(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	if (!ol_nn_rank(x, 0, 1, 2))
		return;
	d = ol_op_dims(x, f->rank + 1);
	if (!d)
		return;
	memcpy(d, f->dims, f->rank * sizeof(*d));
	d[f->rank] = ol_num_fresh(x->syms);
	ol_op_shape(x, 0, d, f->rank + 1);
}

/* Values that differ, where each is first, and how often. */
static void unique(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 1);

	if (!d)
		return;
	d[0] = ol_num_fresh(x->syms);
	ol_op_shape(x, 0, d, 1);
	if (ol_op_in(x, 0)->has_rank && ol_op_in(x, 0)->rank == 1)
		ol_op_like(x, 1, 0);
	else
		ol_op_rank(x, 1, 1);
	ol_op_shape(x, 2, d, 1);
}

/* Words [n, characters] to [n, filters]. */
static void word_conv(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 2);

	if (!d)
		return;
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = known(x, ol_nn_dim(x, 1, 0));
	ol_op_shape(x, 0, d, 2);
}

/* Steps of delta from start to limit, in numbers with fractions; -1 when they are not known. */
static int64_t steps(struct ol_op *x)
{
	double v[3] = {0, 0, 1}, n;

	for (uint32_t k = 0; k < 3; k++) {
		const struct ol_data *d = ol_op_in(x, k)->data;

		if (!ol_op_has_in(x, k))
			continue;
		if (!d || !d->d || d->n != 1)
			return -1;
		v[k] = d->d[0];
	}
	n = ceil((v[1] - v[0]) / v[2]);
	return n > 0 && n < 1e15 ? (int64_t)n : n <= 0 ? 0 : -1;
}

static void range(struct ol_op *x)
{
	const struct ol_data *a = ol_op_ints_in(x, 0), *b = ol_op_ints_in(x, 1),
			     *by = ol_op_ints_in(x, 2);
	struct ol_num step = ol_num(1), *d = ol_op_dims(x, 1);

	if (!d)
		return;
	d[0] = ol_num_unknown();
	if (ol_op_has_in(x, 2))
		step = by && by->n == 1 ? by->i[0] : ol_num_unknown();
	if (a && b && a->n == 1 && b->n == 1 && ol_num_is_known(step) && step.v) {
		d[0] = ol_num_ceildiv(x->syms, ol_num_sub(x->syms, b->i[0], a->i[0]), step);
		if (!ol_num_nonnegative(x->syms, d[0]))
			d[0] = ol_num_max(x->syms, d[0], ol_num(0));
	}
	if (!ol_num_is_known(d[0]) && steps(x) >= 0)
		d[0] = ol_num(steps(x));
	d[0] = known(x, d[0]);
	ol_op_shape(x, 0, d, 1);
}

static const struct ol_infer_row ops[] = {
    {"BeamSearch", beam_search},
    {"GreedySearch", greedy_search},
    {"NGramRepeatBlock", ngram_repeat_block},
    {"Range", range},
    {"Sampling", greedy_search},
    {"Tokenizer", tokenizer},
    {"Unique", unique},
    {"WhisperBeamSearch", beam_search},
    {"WordConvEmbedding", word_conv},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_search = {"com.microsoft", ops};
