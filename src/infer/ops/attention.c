/* attention.c: scaled dot-product attention.
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

/* Number of heads that an attribute says. false and told: a packed operand needs it, and above 0.
 */
static bool heads_of(struct ol_op *x, const char *name, bool packed, int64_t *heads)
{
	*heads = ol_op_int(x, name, 0);
	if (!packed || *heads > 0)
		return true;
	if (!ol_op_attr(x, name))
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' must be given: %.*s has its heads packed in one axis",
			   name, OL_FMT(ol_op_in_text(x, 0)));
	else
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' is %" PRId64 ", the least is 1", name, *heads);
	return false;
}

/* Split operands say the number of heads themselves: before 25 an attribute may repeat it. */
static void check_split(struct ol_op *x, uint32_t k, const char *name, int64_t heads)
{
	struct ol_nn_length n = OL_NN_LENGTH("number of heads");

	if (!ol_op_attr(x, name) || !ol_nn_has_rank(x, k) || ol_op_in(x, k)->rank != 4)
		return;
	if (x->since >= 25 && k == 0) {
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' is for packed operands: leave it out, %.*s has an axis "
			   "of heads",
			   name, OL_FMT(ol_op_in_text(x, 0)));
	} else if (x->since < 25 && heads > 0) {
		ol_nn_fix(&n, heads);
		ol_nn_meet(x, &n, k, 1);
	}
}

static void check_attributes(struct ol_op *x)
{
	static const char *const windows[] = {"left_window_size", "right_window_size"};
	int64_t mode = ol_op_int(x, "qk_matmul_output_mode", 0);

	/* -1 is for none in implementations; no number counts when the output is not taken */
	if (x->n_out > 3 && x->out[3] && (mode < -1 || mode > 3))
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'qk_matmul_output_mode' is %" PRId64 ", it goes from 0 to 3",
			   mode);
	for (int i = 0; i < 2 && x->since >= 25; i++) {
		int64_t n = ol_op_int(x, windows[i], -1);

		if (n < -1)
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute '%s' is %" PRId64 ", the least is -1 (no bound)",
				   windows[i], n);
	}
}

/* Past key and value come together, and since 25 present ones too. */
static void check_cache(struct ol_op *x)
{
	bool out1 = x->n_out > 1 && x->out[1], out2 = x->n_out > 2 && x->out[2];

	if (ol_op_has_in(x, 4) != ol_op_has_in(x, 5))
		ol_op_tell(x, "shape/mismatch",
			   "past key and past value go together: only one of them is given");
	else if (x->since >= 25 && out1 != out2)
		ol_op_tell(x, "shape/mismatch",
			   "present key and present value go together: only one of them is taken");
	else if (x->since >= 25 && ol_op_has_in(x, 6) && (ol_op_has_in(x, 4) || out1))
		ol_op_tell(x, "shape/mismatch",
			   "nonpad_kv_seqlen is for a cache outside: it does not go with past or "
			   "present key and value");
}

/* The head sizes of query and key. The body of version 25 repeats a key of size 1. */
static void check_size(struct ol_op *x, const struct part *q, const struct part *k)
{
	struct ol_str a, b;

	if (!ol_num_is_known(q->size) || !ol_num_is_known(k->size) || q->size.v == k->size.v ||
	    (x->since >= 25 && k->size.v == 1))
		return;
	a = ol_op_in_text(x, 0);
	b = ol_op_in_text(x, 1);
	ol_op_tell(x, "shape/mismatch",
		   "heads of query %.*s and key %.*s differ in size: %" PRId64 " and %" PRId64,
		   OL_FMT(a), OL_FMT(b), q->size.v, k->size.v);
}

/* Query, key and value are packed all, or split all. */
static bool same_rank(struct ol_op *x)
{
	uint32_t first = UINT32_MAX;

	for (uint32_t i = 0; i < 3; i++) {
		struct ol_str a, b;

		if (!ol_nn_has_rank(x, i))
			continue;
		if (first == UINT32_MAX)
			first = i;
		if (ol_op_in(x, i)->rank == ol_op_in(x, first)->rank)
			continue;
		a = ol_op_in_text(x, first);
		b = ol_op_in_text(x, i);
		ol_op_tell(x, "shape/rank", "%.*s and %.*s must have the same rank, 3 or 4",
			   OL_FMT(a), OL_FMT(b));
		return false;
	}
	return true;
}

/* Lengths that query, key, value and the past share. */
static struct ol_num check_attention(struct ol_op *x, const struct part *q, const struct part *k,
				     const struct part *v)
{
	struct ol_nn_length batch = OL_NN_LENGTH("batch size"),
			    seq = OL_NN_LENGTH("sequence length of key and value"),
			    heads = OL_NN_LENGTH("number of key and value heads"),
			    past = OL_NN_LENGTH("past sequence length"),
			    ksize = OL_NN_LENGTH("head size of the key"),
			    vsize = OL_NN_LENGTH("head size of the value");
	/* the body of version 25 repeats what is 1 in key and value, and reshapes packed ones */
	bool loose = x->since >= 25;
	struct ol_nn_length *pasts[2][4] = {{&batch, &heads, &past, &ksize},
					    {&batch, &heads, &past, &vsize}};

	for (uint32_t i = 0; i < 3; i++)
		if (!i || !loose || !ol_num_is(ol_nn_dim(x, i, 0), 1))
			ol_nn_meet(x, &batch, i, 0);
	if (k->known && v->known && k->packed == v->packed &&
	    !(loose && (k->packed || ol_num_is(v->seq, 1))))
		for (uint32_t i = 1; i < 3; i++)
			ol_nn_meet(x, &seq, i, k->packed ? 1 : 2);
	if (k->known && !k->packed) {
		ol_nn_meet(x, &heads, 1, 1);
		ol_nn_meet(x, &ksize, 1, 3);
	} else if (ol_num_is_known(k->heads)) {
		ol_nn_fix(&heads, k->heads.v);
	}
	if (v->known && !v->packed) {
		ol_nn_meet(x, &heads, 2, 1);
		ol_nn_meet(x, &vsize, 2, 3);
	}
	if (k->packed && ol_num_is_known(k->size))
		ol_nn_fix(&ksize, k->size.v);
	if (v->packed && ol_num_is_known(v->size))
		ol_nn_fix(&vsize, v->size.v);
	for (uint32_t i = 0; i < 2; i++)
		ol_nn_meet_all(x, 4 + i, pasts[i], 4);
	ol_nn_meet_all(x, 6, (struct ol_nn_length *const[]){&batch}, 1);
	check_size(x, q, k);
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

/* The mask broadcasts to (batch, heads, query, keys). It may be short of keys since 24, and the
 * body of 25 cuts what is too long. */
static void check_mask(struct ol_op *x, const struct ol_num *want)
{
	const struct ol_fact *f = ol_op_in(x, 3);

	if (!ol_nn_has_rank(x, 3) || !ol_nn_rank(x, 3, 1, 4))
		return;
	for (uint32_t i = 0; i < f->rank; i++) {
		struct ol_num have = f->dims[i], w = want[4 - f->rank + i];
		struct ol_str text;

		if (!ol_num_is_known(have) || !ol_num_is_known(w) || have.v == w.v || have.v == 1 ||
		    (x->since >= 24 && i + 1 == f->rank && (have.v < w.v || x->since >= 25)))
			continue;
		text = ol_op_in_text(x, 3);
		ol_op_tell(x, "shape/mismatch",
			   "axis %" PRIu32 " of mask %.*s is %" PRId64 ", it must be %" PRId64
			   " to go with batch, heads, queries and keys",
			   i, OL_FMT(text), have.v, w.v);
		return;
	}
}

static void attention(struct ol_op *x)
{
	bool packed = ol_nn_has_rank(x, 0) && ol_op_in(x, 0)->rank == 3;
	struct ol_num batch, seq, total, heads, ksize, vsize, want[4];
	struct part q, k, v;
	int64_t nq, nkv;

	if (heads_of(x, "q_num_heads", packed, &nq) && heads_of(x, "kv_num_heads", packed, &nkv)) {
		check_split(x, 0, "q_num_heads", nq);
		check_split(x, x->since >= 25 ? 0 : 1, "kv_num_heads", nkv);
	} else {
		nq = nkv = 0;
	}
	check_attributes(x);
	check_cache(x);
	if (!same_rank(x))
		return;
	q = part_of(x, 0, nq);
	k = part_of(x, 1, nkv);
	v = part_of(x, 2, nkv);
	batch = check_attention(x, &q, &k, &v);
	seq = ol_nn_either(k.seq, v.seq);
	heads = ol_nn_either(ol_nn_either(k.heads, v.heads),
			     ol_nn_either(ol_nn_dim(x, 4, 1), ol_nn_dim(x, 5, 1)));
	ksize = ol_nn_either(k.size, ol_nn_dim(x, 4, 3));
	vsize = ol_nn_either(v.size, ol_nn_dim(x, 5, 3));
	total = seq;
	if (ol_op_has_in(x, 4) || ol_op_has_in(x, 5))
		total = ol_num_add(x->syms, seq,
				   ol_nn_either(ol_nn_dim(x, 4, 2), ol_nn_dim(x, 5, 2)));
	want[0] = batch;
	want[1] = q.heads;
	want[2] = q.seq;
	want[3] = total;
	check_mask(x, want);
	if (q.known && q.packed)
		ol_nn_put(x, 0,
			  (struct ol_num[]){batch, q.seq, ol_num_mul(x->syms, q.heads, vsize)}, 3);
	else if (q.known)
		ol_nn_put(x, 0, (struct ol_num[]){batch, q.heads, q.seq, vsize}, 4);
	ol_nn_put(x, 1, (struct ol_num[]){batch, heads, total, ksize}, 4);
	ol_nn_put(x, 2, (struct ol_num[]){batch, heads, total, vsize}, 4);
	ol_nn_put(x, 3, (struct ol_num[]){batch, q.heads, q.seq, total}, 4);
	ol_op_dtype_like(x, 0, 0);
	ol_op_dtype_like(x, 1, 1);
	ol_op_dtype_like(x, 2, 2);
	ol_op_dtype_like(x, 3, 0);
}

static const struct ol_infer_row rows[] = {
    {"Attention", attention},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_attention = {"", rows};
