/* strings.c: operators on strings. */
#include "infer/nn.h"

static void string_concat(struct ol_op *x)
{
	ol_op_broadcast(x, 0, 0, 2);
	ol_op_dtype(x, 0, OL_DT_STRING);
}

static void regex_full_match(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_dtype(x, 0, OL_DT_BOOL);
}

/* One more axis, as long as the most parts that any string has. */
static void string_split(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	ol_op_dtype(x, 0, OL_DT_STRING);
	ol_op_dtype(x, 1, OL_DT_INT64);
	ol_op_like(x, 1, 0);
	if (!f->has_rank || f->rank == UINT32_MAX || !(d = ol_op_dims(x, f->rank + 1)))
		return;
	if (f->rank)
		memcpy(d, f->dims, f->rank * sizeof(*d));
	d[f->rank] = ol_num_unknown();
	ol_op_shape(x, 0, d, f->rank + 1);
}

/* [C] or [1, C]: stop words are removed, so that C is not known when there are any. */
static void string_normalizer(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	ol_op_dtype(x, 0, OL_DT_STRING);
	if (!ol_nn_rank(x, 0, 1, 2))
		return;
	if (f->rank == 2) {
		struct ol_nn_length one = OL_NN_LENGTH("length of the first axis");

		ol_nn_meet(x, &one, 0, 0);
		if (ol_num_is_known(one.n) && one.n.v != 1) {
			struct ol_str text = ol_op_in_text(x, 0);

			ol_op_tell(x, "shape/mismatch",
				   "input %.*s must have the shape [C] or [1, C]", OL_FMT(text));
		}
	}
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	d[0] = ol_num(1);
	d[f->rank - 1] = ol_op_attr(x, "stopwords") ? ol_num_unknown() : f->dims[f->rank - 1];
	ol_op_shape(x, 0, d, f->rank);
}

/* One column for each n-gram: as many as the greatest index says. */
static void tf_idf(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;
	uint32_t n;
	const int64_t *at = ol_op_ints(x, "ngram_indexes", &n);
	int64_t most = -1;

	ol_op_dtype(x, 0, OL_DT_FLOAT);
	if (!ol_nn_rank(x, 0, 1, 2))
		return;
	for (uint32_t i = 0; i < n; i++)
		most = at[i] > most ? at[i] : most;
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	d[0] = ol_nn_dim(x, 0, 0);
	d[f->rank - 1] = most >= 0 && most < INT64_MAX ? ol_num(most + 1) : ol_num_unknown();
	ol_op_shape(x, 0, d, f->rank);
}

static const struct ol_infer_row rows[] = {
    {"RegexFullMatch", regex_full_match},
    {"StringConcat", string_concat},
    {"StringNormalizer", string_normalizer},
    {"StringSplit", string_split},
    {"TfIdfVectorizer", tf_idf},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_strings = {"", rows};
