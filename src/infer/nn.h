/* nn.h: what the shape functions of neural-network operators share: ranks, dims that several inputs
 * agree on, and windows that slide over spatial axes.
 *
 * Faults are told from numbers only: a symbol that differs from another is no proof. */
#ifndef OL_INFER_NN_H
#define OL_INFER_NN_H

#include "infer/op.h"

/* ---- ranks and dims ---- */
/* Has input k a rank from least to most? Unknown or left out: false. Another rank: false, and told
 * as shape/rank. */
bool ol_nn_rank(struct ol_op *x, uint32_t k, uint32_t least, uint32_t most);
static inline bool ol_nn_has_rank(const struct ol_op *x, uint32_t k)
{
	return ol_op_has_in(x, k) && ol_op_in(x, k)->has_rank;
}
/* Dim `axis` of input k; unknown when there is none. */
struct ol_num ol_nn_dim(const struct ol_op *x, uint32_t k, uint32_t axis);

/* A number that a tensor or an attribute says, as a length: unknown when it is negative. */
static inline struct ol_num ol_nn_size(struct ol_num n)
{
	return ol_num_is_known(n) && n.v < 0 ? ol_num_unknown() : n;
}

/* The one that tells more: a number before a symbol before nothing, a before b. */
static inline struct ol_num ol_nn_either(struct ol_num a, struct ol_num b)
{
	return ol_num_is_known(a) || b.sym == OL_NUM_UNKNOWN   ? a
	       : ol_num_is_known(b) || a.sym == OL_NUM_UNKNOWN ? b
							       : a;
}
/* Output k, if it is taken, has these dims: a copy of them. */
void ol_nn_put(struct ol_op *x, uint32_t k, const struct ol_num *dims, uint32_t rank);

/* A length that several places give. Starts as OL_NN_LENGTH; ol_nn_meet takes what dim `axis` of
 * input k says, and tells shape/mismatch with both inputs when it is another number. */
struct ol_nn_length {
	struct ol_num n;
	const char *name; /* "batch size" */
	uint32_t k, axis; /* who said so; k UINT32_MAX: the operator or an attribute, one less:
			     nobody yet */
};
#define OL_NN_LENGTH(name) ((struct ol_nn_length){{0, OL_NUM_UNKNOWN}, name, UINT32_MAX - 1, 0})
bool ol_nn_meet(struct ol_op *x, struct ol_nn_length *l, uint32_t k, uint32_t axis);
/* The same for a number that the operator or an attribute says. */
void ol_nn_fix(struct ol_nn_length *l, int64_t v);
/* Meets all dims of input k, when it has the rank n; a NULL length is not looked at. Another rank
 * is told. */
bool ol_nn_meet_all(struct ol_op *x, uint32_t k, struct ol_nn_length *const *l, uint32_t n);

/* Is each of n items of an attribute `least` or more? false: told as shape/bad-attribute. */
bool ol_nn_at_least(struct ol_op *x, const char *name, const int64_t *v, uint32_t n, int64_t least);

/* ---- windows ---- */
enum ol_window_pad { OL_WINDOW_NOTSET, OL_WINDOW_VALID, OL_WINDOW_UPPER, OL_WINDOW_LOWER };

struct ol_window {
	uint32_t n;		  /* spatial axes */
	const int64_t *kernel;	  /* attribute kernel_shape, or NULL */
	const int64_t *strides;	  /* or NULL: all 1 */
	const int64_t *dilations; /* or NULL: all 1 */
	const int64_t *pads;	  /* or NULL: all 0; begins, then ends */
	enum ol_window_pad pad;	  /* attribute auto_pad */
	bool ceil;
	bool pool;     /* pools: implementations differ in SAME_* padding with dilation */
	bool in_image; /* windows that start in the end's padding are dropped (as of opset 22) */
};

/* Reads kernel_shape, strides, pads, auto_pad, ceil_mode, and dilations when the operator has them.
 * false: an attribute has a wrong length or value (told as shape/bad-attribute). */
bool ol_window_read(struct ol_op *x, struct ol_window *w, uint32_t n, bool dilations);
/* (kernel - 1) * dilation + 1 of spatial axis i. */
struct ol_num ol_window_extent(struct ol_op *x, const struct ol_window *w, uint32_t i,
			       struct ol_num kernel);
/* Windows that fit on spatial axis i of length `in`; unknown where implementations differ. */
struct ol_num ol_window_count(struct ol_op *x, const struct ol_window *w, uint32_t i,
			      struct ol_num in, struct ol_num kernel);
static inline int64_t ol_window_stride(const struct ol_window *w, uint32_t i)
{
	return w->strides ? w->strides[i] : 1;
}

#endif
