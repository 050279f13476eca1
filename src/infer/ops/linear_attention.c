/* linear_attention.c: linear attention, rotary embedding, gated activation.
 *
 * Linear attention has packed operands (batch, sequence, heads * size) and a state (batch, key and
 * value heads, key size, value size). Rotary embedding turns pairs of features by angles that a
 * cache holds: (positions, pairs) with position ids, (batch, sequence, pairs) without. */
#include "infer/nn.h"

#include <inttypes.h>

/* ---- linear attention ---- */

/* What each rule of update takes. */
static const struct {
	const char *rule;
	bool decay, beta;
} updates[] = {
    {"linear", false, false},
    {"gated", true, false},
    {"delta", false, true},
    {"gated_delta", true, true},
};

static void check_update(struct ol_op *x)
{
	struct ol_str rule = ol_op_str(x, "update_rule", "gated_delta");

	for (size_t i = 0; i < sizeof(updates) / sizeof(*updates); i++) {
		bool decay = ol_op_has_in(x, 4), beta = ol_op_has_in(x, 5);

		if (!ol_str_is(rule, updates[i].rule))
			continue;
		if (decay != updates[i].decay)
			ol_op_tell(x, "shape/bad-attribute", "update_rule '%s' %s the input decay",
				   updates[i].rule, decay ? "does not take" : "needs");
		else if (beta != updates[i].beta)
			ol_op_tell(x, "shape/bad-attribute", "update_rule '%s' %s the input beta",
				   updates[i].rule, beta ? "does not take" : "needs");
	}
}

static bool heads_of(struct ol_op *x, const char *name, int64_t *heads)
{
	*heads = ol_op_int(x, name, 0);
	if (*heads > 0)
		return true;
	if (ol_op_attr(x, name)) /* a missing one is told by its schema */
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' is %" PRId64 ", the least is 1", name, *heads);
	return false;
}

/* Size of a head of packed input k; unknown and told when it does not divide. */
static struct ol_num size_of(struct ol_op *x, uint32_t k, int64_t heads)
{
	struct ol_num all = ol_nn_dim(x, k, 2);

	if (!ol_num_is_known(all) || all.v % heads == 0)
		return ol_num_floordiv(x->syms, all, ol_num(heads));
	ol_op_tell(x, "shape/mismatch",
		   "the last axis of %.*s does not divide into %" PRId64 " heads",
		   OL_FMT(ol_op_in_text(x, k)), heads);
	return ol_num_unknown();
}

/* The last axis of decay or beta is one of two numbers. */
static void check_last(struct ol_op *x, uint32_t k, const char *name, struct ol_num a,
		       struct ol_num b)
{
	struct ol_num have = ol_nn_dim(x, k, 2);

	if (!ol_num_is_known(have) || !ol_num_is_known(a) || !ol_num_is_known(b) || have.v == a.v ||
	    have.v == b.v)
		return;
	ol_op_tell(x, "shape/mismatch", "the last axis of %s %.*s must be %" PRId64 " or %" PRId64,
		   name, OL_FMT(ol_op_in_text(x, k)), a.v, b.v);
}

/* A length that the node says as a quotient of an axis. */
static void fix(struct ol_nn_length *l, struct ol_num n)
{
	if (ol_num_is_known(n))
		ol_nn_fix(l, n.v);
}

static void linear_attention(struct ol_op *x)
{
	struct ol_nn_length b = OL_NN_LENGTH("batch size"), t = OL_NN_LENGTH("sequence length"),
			    h = OL_NN_LENGTH("number of key and value heads"),
			    dk = OL_NN_LENGTH("key size"), dv = OL_NN_LENGTH("value size");
	struct ol_nn_length *packed[3] = {&b, &t, NULL};
	struct ol_num q = ol_num_unknown(), k = q, v = q, out = q;
	int64_t nq, nkv;
	bool good;

	check_update(x);
	for (uint32_t i = 0; i < 6; i++)
		if (i != 3)
			ol_nn_meet_all(x, i, packed, 3);
	good = heads_of(x, "q_num_heads", &nq);
	good = heads_of(x, "kv_num_heads", &nkv) && good;
	if (good && nq % nkv)
		ol_op_tell(x, "shape/bad-attribute",
			   "%" PRId64 " query heads are no multiple of %" PRId64
			   " key and value heads",
			   nq, nkv);
	if (good) {
		q = size_of(x, 0, nq);
		k = size_of(x, 1, nkv);
		v = size_of(x, 2, nkv);
		ol_nn_fix(&h, nkv);
		check_last(x, 4, "decay", ol_num(nkv),
			   ol_num_mul(x->syms, ol_num(nkv), ol_nn_either(k, q)));
		check_last(x, 5, "beta", ol_num(1), ol_num(nkv));
	}
	if (ol_num_is_known(q) && ol_num_is_known(k) && q.v != k.v) {
		struct ol_str s = ol_op_in_text(x, 0), u = ol_op_in_text(x, 1);

		ol_op_tell(x, "shape/mismatch",
			   "heads of query %.*s and key %.*s differ in size: %" PRId64
			   " and %" PRId64,
			   OL_FMT(s), OL_FMT(u), q.v, k.v);
	}
	fix(&dk, ol_nn_either(k, q));
	fix(&dv, v);
	ol_nn_meet_all(x, 3, (struct ol_nn_length *const[]){&b, &h, &dk, &dv}, 4);
	v = ol_nn_either(v, dv.n);
	if (nq > 0)
		out = ol_num_mul(x->syms, ol_num(nq), v);
	ol_nn_put(x, 0, (struct ol_num[]){b.n, t.n, out}, 3);
	ol_nn_put(x, 1, (struct ol_num[]){b.n, h.n, ol_nn_either(ol_nn_either(q, k), dk.n), v}, 4);
	ol_op_dtype_like(x, 1, ol_op_has_in(x, 3) ? 3 : 0);
}

/* ---- rotary embedding ---- */

enum { X, COS, SIN, POSITIONS };

/* Size of a head of X; unknown when it cannot be told, which may be a fault that is told. */
static struct ol_num rotary_size(struct ol_op *x)
{
	int64_t heads = ol_op_int(x, "num_heads", 0);
	struct ol_num all = ol_nn_dim(x, X, 2);

	if (!ol_nn_has_rank(x, X))
		return ol_num_unknown();
	if (ol_op_in(x, X)->rank == 4)
		return ol_nn_dim(x, X, 3);
	if (!ol_op_attr(x, "num_heads"))
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'num_heads' must be given: %.*s has its heads packed in one "
			   "axis",
			   OL_FMT(ol_op_in_text(x, X)));
	if (heads <= 0)
		return ol_num_unknown();
	if (!ol_num_is_known(all) || all.v % heads == 0)
		return ol_num_floordiv(x->syms, all, ol_num(heads));
	ol_op_tell(x, "shape/mismatch",
		   "the last axis of %.*s does not divide into %" PRId64 " heads",
		   OL_FMT(ol_op_in_text(x, X)), heads);
	return ol_num_unknown();
}

/* Both caches have one shape, and the pairs that are turned on their last axis. */
static void check_caches(struct ol_op *x, struct ol_num size)
{
	uint32_t rank = ol_op_has_in(x, POSITIONS) ? 2 : 3;
	int64_t part = ol_op_int(x, "rotary_embedding_dim", 0);
	struct ol_nn_length pairs = OL_NN_LENGTH("number of turned pairs"),
			    first = OL_NN_LENGTH("length of the caches"),
			    mid = OL_NN_LENGTH("sequence length");
	struct ol_nn_length *two[2] = {&first, &pairs}, *three[3] = {&first, &mid, &pairs};

	if (part > 0)
		ol_nn_fix(&pairs, part / 2);
	else if (part == 0 && ol_num_is_known(size))
		ol_nn_fix(&pairs, size.v / 2);
	for (uint32_t k = COS; k <= SIN; k++)
		ol_nn_meet_all(x, k, rank == 2 ? two : three, rank);
}

static void rotary(struct ol_op *x)
{
	static const char *const counts[] = {"num_heads", "rotary_embedding_dim"};
	struct ol_nn_length batch = OL_NN_LENGTH("batch size"),
			    seq = OL_NN_LENGTH("sequence length");

	ol_op_like(x, 0, X);
	ol_op_dtype_like(x, 0, X);
	for (int i = 0; i < 2; i++)
		if (ol_op_int(x, counts[i], 0) < 0)
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute '%s' is %" PRId64 ", below 0", counts[i],
				   ol_op_int(x, counts[i], 0));
	if (ol_nn_has_rank(x, X)) {
		if (!ol_nn_rank(x, X, 3, 4))
			return;
		ol_nn_meet(x, &batch, X, 0);
		ol_nn_meet(x, &seq, X, ol_op_in(x, X)->rank == 4 ? 2 : 1);
	}
	check_caches(x, rotary_size(x));
	ol_nn_meet_all(x, POSITIONS, (struct ol_nn_length *const[]){&batch, &seq}, 2);
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
    {"LinearAttention", linear_attention},
    {"RotaryEmbedding", rotary},
    {"SwiGLU", swiglu},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_linear_attention = {"", rows};
