/* norm.c: normalization and the softmax family: the output is like the input; parameters must fit
 * its channels.
 *
 * Sources: https://onnx.ai/onnx/operators/ (one page an operator) */
#include "infer/op.h"

/* ---- softmax family ---- */

/* The axis counts from the end since 11; its default is 1 before 13. */
static void softmax(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t at;

	ol_op_like(x, 0, 0);
	if (x->since >= 11 && f->has_rank)
		ol_op_axis(x, ol_op_int(x, "axis", x->since >= 13 ? -1 : 1), f->rank, false, &at);
}

static void like(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

static void lp_normalization(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t p = ol_op_int(x, "p", 2);
	uint32_t at;

	if (p != 1 && p != 2)
		ol_op_tell(x, "shape/bad-attribute", "attribute 'p' is %lld, it may be 1 or 2",
			   (long long)p);
	ol_op_like(x, 0, 0);
	if (f->has_rank)
		ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank, false, &at);
}

static void mean_variance(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t n, at;
	const int64_t *axes = ol_op_ints(x, "axes", &n);

	ol_op_like(x, 0, 0);
	for (uint32_t i = 0; f->has_rank && i < n; i++)
		if (!ol_op_axis(x, axes[i], f->rank, false, &at))
			return;
}

/* ---- parameters for each channel ---- */

/* Is input k a vector? Told when it is of another rank. */
static bool vector(struct ol_op *x, uint32_t k, const char *name)
{
	const struct ol_fact *f = ol_op_in(x, k);

	if (!f->has_rank)
		return false;
	if (f->rank == 1)
		return true;
	ol_op_tell(x, "shape/rank", "%s %.*s must be a vector: one number for each channel", name,
		   OL_FMT(ol_op_in_text(x, k)));
	return false;
}

/* Input k is a vector of n items, as far as is known; n as it is known afterwards. */
static struct ol_num vector_of(struct ol_op *x, uint32_t k, const char *name, const char *why,
			       struct ol_num n)
{
	bool clash = false;
	struct ol_num have, both;

	if (!vector(x, k, name))
		return n;
	have = ol_op_in(x, k)->dims[0];
	both = ol_op_same(x, n, have, NULL, &clash);
	if (!clash)
		return both;
	ol_op_tell(x, "shape/mismatch", "%s %.*s must have %lld items, %s", name,
		   OL_FMT(ol_op_in_text(x, k)), (long long)n.v, why);
	return n;
}

/* Channels of input 0: axis 1, of a vector 1. */
static struct ol_num channels(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (!f->has_rank)
		return ol_num_unknown();
	return f->rank > 1 ? f->dims[1] : ol_num(1);
}

static const char *const one_each = "one for each channel of the input";

static void batch_outputs(struct ol_op *x)
{
	int64_t training = ol_op_int(x, "training_mode", 0);

	if (x->since < 14 || x->n_out == (training ? 3 : 1))
		return;
	ol_op_tell(x, "shape/bad-attribute",
		   training ? "with training_mode there must be 3 outputs, there are %u"
			    : "without training_mode there must be 1 output, there are %u",
		   x->n_out);
}

/* Before 9 with spatial = 0 the parameters are for each element of a sample. */
static void batch_normalization(struct ol_op *x)
{
	static const char *const names[] = {"", "scale", "bias", "mean", "variance"};
	bool spatial = x->since >= 9 || ol_op_int(x, "spatial", 1) != 0;
	struct ol_num c = channels(x), *d;

	ol_op_like(x, 0, 0);
	if (!spatial) {
		for (uint32_t k = 1; k < x->n_out; k++)
			ol_op_like(x, k, 1);
		return;
	}
	for (uint32_t k = 1; k < 5; k++)
		c = vector_of(x, k, names[k], one_each, c);
	batch_outputs(x);
	if (x->n_out < 2)
		return;
	d = ol_op_dims(x, 1);
	if (!d)
		return;
	d[0] = c.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : c;
	for (uint32_t k = 1; k < x->n_out; k++)
		ol_op_shape(x, k, d, 1);
	if (x->since < 14)
		return;
	ol_op_dtype_like(x, 1, 3);
	ol_op_dtype_like(x, 2, 4);
}

static void instance_normalization(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num c = f->has_rank && f->rank < 2 ? ol_num_unknown() : channels(x);

	ol_op_like(x, 0, 0);
	c = vector_of(x, 1, "scale", one_each, c);
	vector_of(x, 2, "bias", one_each, c);
}

/* Scale and bias are for each group in 18, for each channel since 21. */
static void group_normalization(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t groups = ol_op_int(x, "num_groups", 0);
	struct ol_num c = f->has_rank && f->rank > 1 ? f->dims[1] : ol_num_unknown(), n = c;

	ol_op_like(x, 0, 0);
	if (groups <= 0) {
		if (ol_op_attr(x, "num_groups"))
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute 'num_groups' is %lld, the least is 1",
				   (long long)groups);
		return;
	}
	if (ol_num_is_known(c) && c.v % groups)
		ol_op_tell(
		    x, "shape/bad-attribute",
		    "%lld channels of %.*s cannot be put into num_groups = %lld equal groups",
		    (long long)c.v, OL_FMT(ol_op_in_text(x, 0)), (long long)groups);
	if (x->since < 21)
		n = ol_num(groups);
	n = vector_of(x, 1, "scale", x->since < 21 ? "one for each group" : one_each, n);
	vector_of(x, 2, "bias", x->since < 21 ? "one for each group" : one_each, n);
}

/* ---- parameters for each element of the normalized dims ---- */

/* Input k must broadcast to input 0, from the end. */
static void check_scale(struct ol_op *x, uint32_t k, const char *name)
{
	const struct ol_fact *f = ol_op_in(x, 0), *s = ol_op_in(x, k);
	bool fits = s->rank <= f->rank;

	if (!s->has_rank)
		return;
	for (uint32_t i = 1; fits && i <= s->rank; i++) {
		struct ol_num p = f->dims[f->rank - i], q = s->dims[s->rank - i];

		fits = !ol_num_is_known(p) || !ol_num_is_known(q) || q.v == 1 || p.v == q.v;
	}
	if (!fits)
		ol_op_tell(x, "shape/mismatch", "%s %.*s does not broadcast to the input %.*s",
			   name, OL_FMT(ol_op_in_text(x, k)), OL_FMT(ol_op_in_text(x, 0)));
}

/* Input 0 with ones from `axis` on. */
static void reduced(struct ol_op *x, uint32_t k, uint32_t axis)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d;

	if (k >= x->n_out || !x->out[k])
		return;
	d = ol_op_dims(x, f->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < f->rank; i++)
		d[i] = i < axis ? f->dims[i] : ol_num(1);
	ol_op_shape(x, k, d, f->rank);
}

static void layer_normalization(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t stash = ol_op_int(x, "stash_type", OL_DT_FLOAT);
	uint32_t axis;

	ol_op_like(x, 0, 0);
	ol_op_dtype_like(x, 0, x->since >= 17 ? 0 : 1);
	if (x->n_out > 1 && stash != OL_DT_UNDEFINED && stash != OL_DT_FLOAT &&
	    stash != OL_DT_BFLOAT16 && stash != OL_DT_FLOAT16 && stash != OL_DT_DOUBLE)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'stash_type' is %lld, which is no floating-point type",
			   (long long)stash);
	else
		for (uint32_t k = 1; k < x->n_out; k++)
			ol_op_dtype(x, k, stash);
	if (!f->has_rank || !ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank, false, &axis))
		return;
	for (uint32_t k = 1; k < x->n_out; k++)
		reduced(x, k, axis);
	check_scale(x, 1, "scale");
	check_scale(x, 2, "bias");
}

static void rms_normalization(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t axis;

	ol_op_like(x, 0, 0);
	ol_op_dtype_like(x, 0, 1);
	if (f->has_rank && ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank, false, &axis))
		check_scale(x, 1, "scale");
}

/* onnxruntime's, in the default domain by its early place there. */
static void simplified(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t axis;

	ol_op_like(x, 0, 0);
	ol_op_dtype_like(x, 0, 1);
	ol_op_dtype(x, 1, ol_op_int(x, "stash_type", OL_DT_FLOAT));
	if (f->has_rank && ol_op_axis(x, ol_op_int(x, "axis", -1), f->rank, false, &axis))
		reduced(x, 1, axis);
}

static const struct ol_infer_row rows[] = {
    {"BatchNormalization", batch_normalization},
    {"GroupNormalization", group_normalization},
    {"Hardmax", softmax},
    {"InstanceNormalization", instance_normalization},
    {"LRN", like},
    {"LayerNormalization", layer_normalization},
    {"LogSoftmax", softmax},
    {"LpNormalization", lp_normalization},
    {"MeanVarianceNormalization", mean_variance},
    {"RMSNormalization", rms_normalization},
    {"SimplifiedLayerNormalization", simplified},
    {"Softmax", softmax},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_norm = {"", rows};
