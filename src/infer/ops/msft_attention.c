/* msft_attention.c: shapes of com.microsoft's attention operators and their key and value caches.
 *
 * The output has the query's batch size and length and the values' hidden size. Caches are [batch,
 * heads, length, head size]; they grow by the new keys, unless past and present share one buffer.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; results of
 * onnxruntime */
#include "infer/nn.h"

static void like_first(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
}

static struct ol_num known(struct ol_op *x, struct ol_num n)
{
	return n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
}

/* Has input k this rank, as far as is known? Told when it has not. */
static bool may_have(struct ol_op *x, uint32_t k, uint32_t rank)
{
	return !ol_nn_has_rank(x, k) || ol_nn_rank(x, k, rank, rank);
}

static bool wants(const struct ol_op *x, uint32_t k)
{
	return k < x->n_out && x->out[k];
}

/* a / b when it divides, else a new symbol. */
static struct ol_num share(struct ol_op *x, struct ol_num a, int64_t b)
{
	if (b <= 0 || (ol_num_is_known(a) && a.v % b))
		return ol_num_fresh(x->syms);
	return known(x, ol_num_floordiv(x->syms, a, ol_num(b)));
}

static void set3(struct ol_op *x, uint32_t k, struct ol_num a, struct ol_num b, struct ol_num c)
{
	struct ol_num *d = ol_op_dims(x, 3);

	if (!d)
		return;
	d[0] = known(x, a);
	d[1] = known(x, b);
	d[2] = known(x, c);
	ol_op_shape(x, k, d, 3);
}

static void set4(struct ol_op *x, uint32_t k, struct ol_num a, struct ol_num b, struct ol_num c,
		 struct ol_num e)
{
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = known(x, a);
	d[1] = known(x, b);
	d[2] = known(x, c);
	d[3] = known(x, e);
	ol_op_shape(x, k, d, 4);
}

/* ---- merged weights: Attention, QAttention, PackedAttention ---- */

/* Hidden size of the values: attribute qkv_hidden_sizes, else a third of the bias, else of the
 * weights' columns. */
static struct ol_num v_hidden(struct ol_op *x)
{
	uint32_t n;
	const int64_t *sizes = ol_op_ints(x, "qkv_hidden_sizes", &n);
	struct ol_num all = ol_nn_dim(x, 2, 0);

	if (n && n != 3)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'qkv_hidden_sizes' has %u items, it takes one for each of "
			   "query, key and value",
			   n);
	if (n == 3)
		return ol_num(sizes[2]);
	if (!ol_num_is_known(all))
		all = ol_nn_dim(x, 1, 1);
	return share(x, all, 3);
}

/* Input [batch, length, hidden], weights [hidden, 3 * hidden]: the sizes must meet. */
static bool merged(struct ol_op *x, uint32_t rank)
{
	struct ol_nn_length hidden = OL_NN_LENGTH("hidden size");

	if (!may_have(x, 0, rank))
		return false;
	ol_nn_meet(x, &hidden, 0, rank - 1);
	if (ol_nn_rank(x, 1, 2, 2))
		ol_nn_meet(x, &hidden, 1, 0);
	return true;
}

/* past and present: [2, batch, heads, length, head size]. */
static void present5(struct ol_op *x, uint32_t past, struct ol_num v)
{
	int64_t heads = ol_op_int(x, "num_heads", 0);
	struct ol_num length = ol_nn_dim(x, 0, 1), *d;

	if (!wants(x, 1))
		return;
	if (!may_have(x, past, 5))
		return;
	if (ol_op_has_in(x, past) && ol_op_int(x, "past_present_share_buffer", 0)) {
		ol_op_like(x, 1, past);
		return;
	}
	d = ol_op_dims(x, 5);
	if (!d)
		return;
	if (ol_op_has_in(x, past))
		length = ol_num_add(x->syms, length, ol_nn_dim(x, past, 3));
	d[0] = ol_num(2);
	d[1] = known(x, ol_nn_dim(x, 0, 0));
	d[2] = heads > 0 ? ol_num(heads) : ol_num_fresh(x->syms);
	d[3] = known(x, length);
	d[4] = share(x, v, heads);
	ol_op_shape(x, 1, d, 5);
}

static void self_attention(struct ol_op *x, uint32_t past)
{
	int64_t heads = ol_op_int(x, "num_heads", 0);
	struct ol_num v = v_hidden(x);

	ol_op_dtype_like(x, 0, 2);
	if (!merged(x, 3))
		return;
	if (heads > 0 && ol_num_is_known(v) && v.v % heads)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'num_heads' is %lld, it must divide the hidden size %lld",
			   (long long)heads, (long long)v.v);
	set3(x, 0, ol_nn_dim(x, 0, 0), ol_nn_dim(x, 0, 1), v);
	present5(x, past, v);
}

static void attention(struct ol_op *x)
{
	self_attention(x, 4);
	ol_op_dtype_like(x, 0, 0);
	ol_op_dtype_like(x, 1, 0);
}

static void q_attention(struct ol_op *x)
{
	self_attention(x, 8);
	ol_op_dtype_like(x, 1, 2);
}

static void packed_attention(struct ol_op *x)
{
	struct ol_num v = v_hidden(x), *d = ol_op_dims(x, 2);

	if (!d || !merged(x, 2))
		return;
	d[0] = known(x, ol_nn_dim(x, 0, 0));
	d[1] = v;
	ol_op_shape(x, 0, d, 2);
}

/* ---- query, key and value apart: MultiHeadAttention and its kin ---- */

/* What the caches hold afterwards: input past (or the keys as given) and the `more` new ones. */
static void present4(struct ol_op *x, uint32_t past, struct ol_num more, bool shared,
		     struct ol_num head, struct ol_num v_head)
{
	int64_t heads = ol_op_int(x, "num_heads", 0);

	for (uint32_t k = 0; k < 2; k++) {
		uint32_t p = past + k;

		if (!wants(x, 1 + k) || !may_have(x, p, 4))
			continue;
		if (ol_op_has_in(x, p) && shared) {
			ol_op_like(x, 1 + k, p);
			continue;
		}
		if (ol_op_has_in(x, p) && ol_nn_has_rank(x, p))
			set4(x, 1 + k, ol_nn_dim(x, p, 0), ol_nn_dim(x, p, 1),
			     ol_num_add(x->syms, ol_nn_dim(x, p, 2), more), ol_nn_dim(x, p, 3));
		else if (!ol_op_has_in(x, p))
			set4(x, 1 + k, ol_nn_dim(x, 0, 0),
			     heads > 0 ? ol_num(heads) : ol_num_unknown(), more, k ? v_head : head);
	}
}

static void multi_head(struct ol_op *x)
{
	const struct ol_fact *q = ol_op_in(x, 0), *key = ol_op_in(x, 1), *value = ol_op_in(x, 2);
	int64_t heads = ol_op_int(x, "num_heads", 0);
	struct ol_num v = ol_num_unknown(), more = ol_num_unknown(), head;
	bool shared = ol_op_has_in(x, 6) && ol_op_has_in(x, 8);

	if (q->has_rank && !ol_nn_rank(x, 0, 3, 5))
		return;
	head = share(x, ol_nn_dim(x, 0, 2), heads);
	if (q->has_rank && q->rank == 5) { /* [batch, length, heads, 3, head size] */
		v = ol_num_mul(x->syms, q->dims[2], q->dims[4]);
		more = q->dims[1];
		head = q->dims[4];
	} else if (value->has_rank && value->rank == 3) {
		v = value->dims[2];
		more = value->dims[1];
	} else if (value->has_rank &&
		   value->rank == 4) { /* [batch, heads, length, head size]: all keys are here */
		v = ol_num_mul(x->syms, value->dims[1], value->dims[3]);
		more = value->dims[2];
	} else if (key->has_rank && key->rank == 5) { /* [batch, length, heads, 2, head size] */
		v = ol_nn_dim(x, 0, 2);
		more = key->dims[1];
	}
	set3(x, 0, ol_nn_dim(x, 0, 0), ol_nn_dim(x, 0, 1), v);
	present4(x, 6, more, shared, head, share(x, v, heads));
	if (ol_op_has_in(x, 6))
		more = shared ? ol_num_unknown() : ol_num_add(x->syms, more, ol_nn_dim(x, 6, 2));
	set4(x, 3, ol_nn_dim(x, 0, 0), heads > 0 ? ol_num(heads) : ol_num_unknown(),
	     ol_nn_dim(x, 0, 1), more);
}

/* One step of decoding; without key and value the query holds all three. */
static void decoder_multi_head(struct ol_op *x)
{
	const struct ol_fact *value = ol_op_in(x, 2);
	bool shared = ol_op_int(x, "past_present_share_buffer", 0) != 0;
	struct ol_num v, head;

	if (!may_have(x, 0, 3))
		return;
	if (!ol_op_has_in(x, 2))
		v = share(x, ol_nn_dim(x, 0, 2), 3);
	else if (value->has_rank && value->rank == 4)
		v = ol_num_mul(x->syms, value->dims[1], value->dims[3]);
	else
		v = ol_nn_dim(x, 2, 2);
	set3(x, 0, ol_nn_dim(x, 0, 0), ol_nn_dim(x, 0, 1), v);
	head = share(x, v, ol_op_int(x, "num_heads", 0));
	present4(x, 5, ol_num(1), shared, head, head);
}

static void decoder_self(struct ol_op *x)
{
	self_attention(x, 4);
}

/* Query [tokens, hidden] or [tokens, heads, 3, head size]. */
static void packed_multi_head(struct ol_op *x)
{
	const struct ol_fact *q = ol_op_in(x, 0);
	struct ol_num *d = ol_op_dims(x, 2);

	if (!d || !ol_nn_rank(x, 0, 2, 4))
		return;
	d[0] = q->dims[0];
	d[1] = known(x, q->rank == 4 ? ol_num_mul(x->syms, q->dims[1], q->dims[3])
				     : ol_nn_dim(x, 2, 1));
	ol_op_shape(x, 0, d, 2);
}

/* ---- fewer heads for keys and values than for queries ---- */

/* Query [batch, length, heads * head size], or with keys and values in it, which add 2 * kv_heads.
 */
static void grouped(struct ol_op *x, uint32_t past, bool shared)
{
	int64_t heads = ol_op_int(x, "num_heads", 0), kv = ol_op_int(x, "kv_num_heads", 0),
		total = -1;
	struct ol_num head, batch, length = ol_num_unknown();

	if (!may_have(x, 0, 3) || heads <= 0 || kv <= 0 || heads > 1 << 20 || kv > 1 << 20)
		return;
	batch = ol_nn_dim(x, 0, 0);
	head = share(x, ol_nn_dim(x, 0, 2), ol_op_has_in(x, 2) ? heads : heads + 2 * kv);
	set3(x, 0, batch, ol_nn_dim(x, 0, 1), ol_num_mul(x->syms, head, ol_num(heads)));
	if (!may_have(x, past, 4))
		return;
	if (ol_op_has_in(x, past) && shared) {
		ol_op_like(x, 1, past);
		ol_op_like(x, 2, past + 1);
		return;
	}
	if (!ol_op_int_in(x, 6, &total))
		total = -1;
	if (total > 0 && ol_op_has_in(x, past))
		length = ol_num_max(x->syms, ol_nn_dim(x, past, 2), ol_num(total));
	else if (total > 0)
		length = ol_num(total);
	if (ol_op_has_in(x, past)) { /* elements of a quantized cache may hold two numbers each */
		set4(x, 1, batch, ol_num(kv), length, ol_nn_dim(x, past, 3));
		set4(x, 2, batch, ol_num(kv), length, ol_nn_dim(x, past + 1, 3));
	} else {
		set4(x, 1, batch, ol_num(kv), length, head);
		set4(x, 2, batch, ol_num(kv), length, head);
	}
	set4(x, 3, batch, ol_num(heads), ol_nn_dim(x, 0, 1),
	     total > 0 ? ol_num(total) : ol_num_unknown());
}

static void group_query(struct ol_op *x)
{
	for (uint32_t k = 1; k < 3; k++)
		ol_op_dtype_like(x, k, ol_op_has_in(x, 3) ? 2 + k : 0);
	grouped(x, 3, ol_op_int(x, "sliding_window_cache", 0) == 1);
}

static void sparse(struct ol_op *x)
{
	grouped(x, 3, true);
}

/* Query [tokens, hidden]; the caches are updated in place. */
static void paged(struct ol_op *x)
{
	int64_t heads = ol_op_int(x, "num_heads", 0), kv = ol_op_int(x, "kv_num_heads", 0);
	struct ol_num *d = ol_op_dims(x, 2);

	ol_op_like(x, 1, 3);
	ol_op_like(x, 2, 4);
	if (!d || !ol_nn_rank(x, 0, 2, 2) || heads <= 0 || kv <= 0 || heads > 1 << 20 ||
	    kv > 1 << 20 || ol_op_attr(x, "v_head_size"))
		return;
	d[0] = ol_nn_dim(x, 0, 0);
	d[1] = ol_nn_dim(x, 0, 1);
	if (!ol_op_has_in(x, 2))
		d[1] = known(x, ol_num_mul(x->syms, share(x, d[1], heads + 2 * kv), ol_num(heads)));
	ol_op_shape(x, 0, d, 2);
}

/* ---- others ---- */

/* Query [length, batch, hidden]; caches [batch, heads, length, head size]. */
static void decoder(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	ol_op_like(x, 0, 0);
	if (!ol_nn_rank(x, 0, 3, 3))
		return;
	for (uint32_t k = 1; k < 3; k++) {
		int64_t heads = ol_op_int(x, "num_heads", 0);

		set4(x, k, f->dims[1], heads > 0 ? ol_num(heads) : ol_num_unknown(),
		     ol_num_unknown(), share(x, f->dims[2], heads));
	}
}

static void gemma_rotary(struct ol_op *x)
{
	ol_op_like(x, 0, 1);
	ol_op_like(x, 1, 3);
}

/* Query [batch, length, hidden], or [tokens, hidden] with token_offset [batch, length]: a bias for
 * each pair. */
static void gated_bias(struct ol_op *x)
{
	int64_t heads = ol_op_int(x, "num_heads", 0);
	uint32_t k = ol_op_has_in(x, 6) ? 6 : 0;
	struct ol_num batch = ol_nn_dim(x, k, 0), length = ol_nn_dim(x, k, 1);

	if (ol_nn_has_rank(x, k))
		set4(x, 0, batch, heads > 0 ? ol_num(heads) : ol_num_unknown(), length, length);
}

/* Table [buckets, heads] and two lengths. */
static void relative_bias(struct ol_op *x)
{
	const struct ol_data *q = ol_op_ints_in(x, 1), *k = ol_op_ints_in(x, 2);

	set4(x, 0, ol_num(1), ol_nn_dim(x, 0, 1), q && q->n == 1 ? q->i[0] : ol_num_unknown(),
	     k && k->n == 1 ? k->i[0] : ol_num_unknown());
}

static const struct ol_infer_row ops[] = {
    {"Attention", attention},
    {"DecoderAttention", decoder},
    {"DecoderMaskedMultiHeadAttention", decoder_multi_head},
    {"DecoderMaskedSelfAttention", decoder_self},
    {"GatedRelativePositionBias", gated_bias},
    {"GemmaRotaryEmbedding", gemma_rotary},
    {"GroupQueryAttention", group_query},
    {"LongformerAttention", like_first},
    {"MRotaryEmbedding", like_first},
    {"MultiHeadAttention", multi_head},
    {"PackedAttention", packed_attention},
    {"PackedMultiHeadAttention", packed_multi_head},
    {"PagedAttention", paged},
    {"QAttention", q_attention},
    {"RelativePositionBias", relative_bias},
    {"RotaryEmbedding", like_first},
    {"SparseAttention", sparse},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_msft_attention = {"com.microsoft", ops};
