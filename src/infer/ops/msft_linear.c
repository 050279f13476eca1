/* msft_linear.c: shapes of onnxruntime's linear attention and its companions, and of block-scaled
 * products that came with them.
 *
 * Source: the operators' schemas in onnxruntime 1.32. Shapes only: the kernels are for some
 * devices, and check for themselves. */
#include "infer/nn.h"

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

/* Size of a head in packed input k. */
static struct ol_num head(struct ol_op *x, uint32_t k, int64_t heads)
{
	return heads > 0 ? ol_num_floordiv(x->syms, ol_nn_dim(x, k, 2), ol_num(heads))
			 : ol_num_unknown();
}

/* The output has the heads of query or of key and value, whichever are more; with state_window the
 * state has one more axis first. */
static void linear_attention(struct ol_op *x)
{
	int64_t nq = ol_op_int(x, "q_num_heads", 0), nkv = ol_op_int(x, "kv_num_heads", 0),
		window = ol_op_int(x, "state_window", 0);
	struct ol_num b = ol_nn_either(ol_nn_dim(x, 0, 0), ol_nn_dim(x, 1, 0)), q = head(x, 0, nq),
		      k = head(x, 1, nkv), v = head(x, 2, nkv);
	struct ol_num state[5] = {ol_num(window), b, ol_num(nkv), ol_nn_either(q, k), v};

	if (nq <= 0 || nkv <= 0 || window < 0)
		return;
	ol_nn_put(x, 0,
	    (struct ol_num[]){b, ol_nn_dim(x, 0, 1),
			      ol_num_mul(x->syms, ol_num(nq > nkv ? nq : nkv), v)},
	    3);
	if (window)
		ol_nn_put(x, 1, state, 5);
	else
		ol_nn_put(x, 1, state + 1, 4);
	if (ol_op_has_in(x, 3))
		ol_op_dtype_like(x, 1, 3);
}

static void gate(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_like(x, 1, ol_op_has_in(x, 3) ? 3 : 0);
}

/* The plain form over one axis; other forms (channels last, extended, more axes) keep their rank.
 */
static void causal_conv(struct ol_op *x)
{
	static const char *const forms[] = {"channels_last",	     "state_window",
					    "state_update_capacity", "state_length",
					    "input_channels",	     "input_channel_offset"};
	int64_t dilation = ol_op_int(x, "dilation", 1);
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num k = ol_nn_dim(x, 1, 2);

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (ol_op_int(x, forms[i], 0))
			return;
	if (!f->has_rank || f->rank != 3 || ol_op_int(x, "ndim", 1) != 1 || dilation < 1 ||
	    ol_op_int(x, "state_channels_last", -1) > 0)
		return;
	ol_op_like(x, 0, 0);
	k = ol_num_mul(x->syms, ol_num_sub(x->syms, k, ol_num(1)), ol_num(dilation));
	ol_nn_put(x, 1, (struct ol_num[]){f->dims[0], f->dims[1], ol_nn_size(k)}, 3);
}

/* Query, key and value each with heads on an axis of their own: (tokens, heads, size), or batch and
 * sequence for tokens. */
static void gated_delta(struct ol_op *x)
{
	const struct ol_fact *q = ol_op_in(x, 0), *v = ol_op_in(x, 2);
	struct ol_num *d;
	uint32_t r;

	if (!q->has_rank || !v->has_rank || q->rank != v->rank || q->rank < 3 || q->rank > 4)
		return;
	r = q->rank;
	d = ol_op_dims(x, r);
	if (!d)
		return;
	memcpy(d, q->dims, (r - 2) * sizeof(*d));
	d[r - 2] = ol_num_max(x->syms, q->dims[r - 2], v->dims[r - 2]);
	d[r - 1] = v->dims[r - 1];
	ol_op_shape(x, 0, d, r);
	if (ol_op_has_in(x, 6))
		ol_op_like(x, 1, 6);
}

static void engram_gate(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_like(x, 1, 0);
}

/* Last axis of input 0 against the rows of weight B. */
static void scaled_matmul(struct ol_op *x)
{
	const struct ol_fact *a = ol_op_in(x, 0);
	struct ol_num *d;

	if (!a->has_rank || !a->rank || !(d = ol_op_dims(x, a->rank)))
		return;
	memcpy(d, a->dims, a->rank * sizeof(*d));
	d[a->rank - 1] = ol_nn_dim(x, 1, 0);
	ol_op_shape(x, 0, d, a->rank);
}

/* A path of two rows. */
static void time_warping(struct ol_op *x)
{
	ol_nn_put(x, 0, (struct ol_num[]){ol_num(2), ol_num_fresh(x->syms)}, 2);
}

static void bifurcation(struct ol_op *x)
{
	ol_nn_put(x, 0, (struct ol_num[]){ol_num_fresh(x->syms)}, 1);
	if (ol_op_has_in(x, 2))
		ol_op_like(x, 1, 2);
}

/* (tokens, experts): all axes but the last of the logits are tokens. */
static void group_router(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num d[2] = {ol_num_unknown(), ol_nn_dim(x, 1, 0)};

	if (!f->has_rank || !f->rank)
		return;
	d[0] = ol_op_product(x, f->dims, f->rank - 1);
	for (uint32_t k = 0; k < x->n_out; k++)
		ol_nn_put(x, k, d, 2);
}

static const struct ol_infer_row ops[] = {
    {"BifurcationDetector", bifurcation},
    {"BranchwiseRMSNorm", like_first},
    {"CausalConvWithState", causal_conv},
    {"DynamicTimeWarping", time_warping},
    {"EngramGate", engram_gate},
    {"GatedDeltaNet", gated_delta},
    {"LinearAttention", linear_attention},
    {"LinearAttentionGate", gate},
    {"MatMulBlockQuantizedFp4Weight", scaled_matmul},
    {"MatMulBlockQuantizedFp8Weight", scaled_matmul},
    {"MoEGroupRouter", group_router},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_linear = {"com.microsoft", ops};
