/* attention.c: scaled dot-product attention, linear attention, rotary embedding, gated activation.
 *
 * Query, key and value are packed (batch, sequence, heads * size), or split (batch, heads,
 * sequence, size). Past keys and values are (batch, kv heads, past sequence, size); present ones
 * are longer by the sequence of key and value. */
#include "infer/nn.h"

#include <inttypes.h>

/* One of query, key, value, taken apart. */
struct part {
	struct ol_num heads, seq, size;
	bool packed, known;
};

static struct part part_of(struct ol_op *x, uint32_t k, int64_t heads)
{
	struct part p = {ol_num_unknown(), ol_num_unknown(), ol_num_unknown(), false, false};

	if (!ol_nn_rank(x, k, 3, 4))
		return p;
	p.known = true;
	p.packed = ol_op_in(x, k)->rank == 3;
	if (!p.packed) {
		p.heads = ol_nn_dim(x, k, 1);
		p.seq = ol_nn_dim(x, k, 2);
		p.size = ol_nn_dim(x, k, 3);
		return p;
	}
	p.seq = ol_nn_dim(x, k, 1);
	if (heads > 0) {
		struct ol_num all = ol_nn_dim(x, k, 2);

		p.heads = ol_num(heads);
		if (ol_num_is_known(all) && all.v % heads) {
			struct ol_str text = ol_op_in_text(x, k);

			ol_op_tell(x, "shape/mismatch",
				   "the last axis of %.*s does not divide into %" PRId64 " heads",
				   OL_FMT(text), heads);
		} else {
			p.size = ol_num_floordiv(x->syms, all, ol_num(heads));
		}
	}
	return p;
}

/* Lengths that query, key, value and the past share. */
static struct ol_num check_attention(struct ol_op *x, const struct part *q, const struct part *k,
				     const struct part *v)
{
	struct ol_nn_length batch = OL_NN_LENGTH("batch size"),
			    seq = OL_NN_LENGTH("sequence length of key and value"),
			    size = OL_NN_LENGTH("head size"),
			    heads = OL_NN_LENGTH("number of key and value heads"),
			    past = OL_NN_LENGTH("past sequence length");

	for (uint32_t i = 0; i < 3; i++)
		ol_nn_meet(x, &batch, i, 0);
	for (uint32_t i = 4; i < 6; i++) {
		ol_nn_meet(x, &batch, i, 0);
		ol_nn_meet(x, &past, i, 2);
	}
	if (k->known && v->known && k->packed == v->packed)
		for (uint32_t i = 1; i < 3; i++)
			ol_nn_meet(x, &seq, i, k->packed ? 1 : 2);
	if (q->known && k->known && !q->packed && !k->packed) {
		ol_nn_meet(x, &size, 0, 3);
		ol_nn_meet(x, &size, 1, 3);
	}
	if (k->known && v->known && !k->packed && !v->packed) {
		ol_nn_meet(x, &heads, 1, 1);
		ol_nn_meet(x, &heads, 2, 1);
	}
	if (q->known && k->known && ol_num_is_known(q->heads) && ol_num_is_known(k->heads) &&
	    k->heads.v > 0 && q->heads.v % k->heads.v) {
		struct ol_str a = ol_op_in_text(x, 0), b = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "%" PRId64 " query heads (%.*s) are no multiple of %" PRId64
			   " key heads (%.*s)",
			   q->heads.v, OL_FMT(a), k->heads.v, OL_FMT(b));
	}
	return batch.n;
}

static struct ol_num either(struct ol_num a, struct ol_num b)
{
	return ol_num_is_known(a) || b.sym == OL_NUM_UNKNOWN   ? a
	       : ol_num_is_known(b) || a.sym == OL_NUM_UNKNOWN ? b
							       : a;
}

static void put4(struct ol_op *x, uint32_t k, struct ol_num a, struct ol_num b, struct ol_num c,
		 struct ol_num e)
{
	struct ol_num *d = ol_op_dims(x, 4);

	if (!d)
		return;
	d[0] = a;
	d[1] = b;
	d[2] = c;
	d[3] = e;
	ol_op_shape(x, k, d, 4);
}

static void put3(struct ol_op *x, uint32_t k, struct ol_num a, struct ol_num b, struct ol_num c)
{
	struct ol_num *d = ol_op_dims(x, 3);

	if (!d)
		return;
	d[0] = a;
	d[1] = b;
	d[2] = c;
	ol_op_shape(x, k, d, 3);
}

static void attention(struct ol_op *x)
{
	int64_t nq = ol_op_int(x, "q_num_heads", 0), nkv = ol_op_int(x, "kv_num_heads", 0);
	struct part q = part_of(x, 0, nq), k = part_of(x, 1, nkv), v = part_of(x, 2, nkv);
	struct ol_num batch = check_attention(x, &q, &k, &v), seq, total, heads, ksize, vsize;

	seq = either(k.seq, v.seq);
	heads = either(either(k.heads, v.heads), either(ol_nn_dim(x, 4, 1), ol_nn_dim(x, 5, 1)));
	ksize = either(k.size, ol_nn_dim(x, 4, 3));
	vsize = either(v.size, ol_nn_dim(x, 5, 3));
	total = seq;
	if (ol_op_has_in(x, 4) || ol_op_has_in(x, 5))
		total = ol_num_add(x->syms, seq, either(ol_nn_dim(x, 4, 2), ol_nn_dim(x, 5, 2)));
	if (q.known && q.packed)
		put3(x, 0, batch, q.seq, ol_num_mul(x->syms, q.heads, vsize));
	else if (q.known)
		put4(x, 0, batch, q.heads, q.seq, vsize);
	put4(x, 1, batch, heads, total, ksize);
	put4(x, 2, batch, heads, total, vsize);
	put4(x, 3, batch, q.heads, q.seq, total);
	ol_op_dtype_like(x, 0, 0);
	ol_op_dtype_like(x, 1, 1);
	ol_op_dtype_like(x, 2, 2);
	ol_op_dtype_like(x, 3, 0);
}

/* Packed query, key, value; past state (batch, kv heads, key size, value size). */
static void linear_attention(struct ol_op *x)
{
	int64_t nq = ol_op_int(x, "q_num_heads", 0), nkv = ol_op_int(x, "kv_num_heads", 0);
	struct ol_nn_length b = OL_NN_LENGTH("batch size"), t = OL_NN_LENGTH("sequence length"),
			    h = OL_NN_LENGTH("number of key and value heads"),
			    dk = OL_NN_LENGTH("key size"), dv = OL_NN_LENGTH("value size");
	struct ol_nn_length *packed[3] = {&b, &t, NULL};
	struct part q, k, v;

	for (uint32_t i = 0; i < 6; i++)
		if (i != 3)
			ol_nn_meet_all(x, i, packed, 3);
	if (nkv > 0)
		ol_nn_fix(&h, nkv);
	ol_nn_meet_all(x, 3, (struct ol_nn_length *const[]){&b, &h, &dk, &dv}, 4);
	q = part_of(x, 0, nq);
	k = part_of(x, 1, nkv);
	v = part_of(x, 2, nkv);
	if (ol_num_is_known(q.size) && ol_num_is_known(k.size) && q.size.v != k.size.v) {
		struct ol_str s = ol_op_in_text(x, 0), u = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "heads of query %.*s and key %.*s differ in size: %" PRId64
			   " and %" PRId64,
			   OL_FMT(s), OL_FMT(u), q.size.v, k.size.v);
	}
	v.size = either(v.size, dv.n);
	put3(x, 0, b.n, t.n, nq > 0 ? ol_num_mul(x->syms, ol_num(nq), v.size) : ol_num_unknown());
	put4(x, 1, b.n, h.n, either(either(q.size, k.size), dk.n), v.size);
	ol_op_dtype_like(x, 1, ol_op_has_in(x, 3) ? 3 : 0);
}

static void rotary(struct ol_op *x)
{
	if (ol_nn_has_rank(x, 0))
		ol_nn_rank(x, 0, 3, 4);
	ol_op_like(x, 0, 0);
	ol_op_dtype_like(x, 0, 0);
}

/* Gate and value must have the same shape: no broadcasting. */
static void swiglu(struct ol_op *x)
{
	const struct ol_fact *a = ol_op_in(x, 0);
	struct ol_num *d;

	if (!a->has_rank) {
		ol_op_like(x, 0, 1);
		return;
	}
	d = ol_op_dims(x, a->rank);
	if (!d)
		return;
	if (ol_nn_has_rank(x, 1))
		ol_nn_rank(x, 1, a->rank, a->rank);
	for (uint32_t i = 0; i < a->rank; i++) {
		struct ol_nn_length l = OL_NN_LENGTH("length");

		ol_nn_meet(x, &l, 0, i);
		ol_nn_meet(x, &l, 1, i);
		d[i] = l.n;
	}
	ol_op_shape(x, 0, d, a->rank);
}

static const struct ol_infer_row rows[] = {
    {"Attention", attention},
    {"LinearAttention", linear_attention},
    {"RotaryEmbedding", rotary},
    {"SwiGLU", swiglu},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_attention = {"", rows};
