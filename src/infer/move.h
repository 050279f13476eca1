/* move.h: what operators that move elements share: operands given as numbers, and elements taken
 * from other places.
 *
 * Data is followed in any rank, row-major: a walk over the output with one stride an axis says
 * where each element comes from, which is all of Slice, Split, Transpose, Expand and Tile. Ranks
 * past OL_MOVE_RANK are not followed, so that operators that add axes cannot grow a shape without
 * bound. */
#ifndef OL_INFER_MOVE_H
#define OL_INFER_MOVE_H

#include "infer/op.h"

#define OL_MOVE_RANK 64

/* How far the elements of a one-dimensional operand are at hand. */
enum ol_given {
	OL_GIVEN_NOT,	 /* left out */
	OL_GIVEN_HIDDEN, /* given, but not even how many is known */
	OL_GIVEN_COUNTED /* n elements, each known, symbolic or unknown */
};

/* The attribute `attr` (NULL: none) if the node has it, else input k (UINT32_MAX: none). */
enum ol_given ol_move_ints(struct ol_op *x, uint32_t k, const char *attr, const struct ol_num **at,
			   uint32_t *n);
/* Axes of a tensor of this rank: made nonnegative and, when `once`, each at most once, else told.
 * HIDDEN also when an element is not a number; *bad when told. */
enum ol_given ol_move_axes(struct ol_op *x, uint32_t k, const char *attr, uint32_t rank, bool once,
			   const uint32_t **axes, uint32_t *n, bool *bad);

/* ol_op_dims up to OL_MOVE_RANK, else NULL. */
struct ol_num *ol_move_dims(struct ol_op *x, uint32_t rank);
/* A copy of the dims of a fact with a rank, to change; NULL as above. */
struct ol_num *ol_move_copy(struct ol_op *x, const struct ol_fact *f);
/* Unknown becomes a symbol of its own. */
struct ol_num ol_move_dim(struct ol_op *x, struct ol_num n);
/* The more precise of two dims that are equal if the model is right. */
struct ol_num ol_move_better(struct ol_num a, struct ol_num b);

/* The sizes and elements of a tensor whose dims are all numbers; false: they are not, or too many.
 */
bool ol_move_count(const struct ol_fact *f, uint32_t sizes[OL_MOVE_RANK], uint64_t *n);
/* The sizes of a tensor whose elements are at hand; false: they are not, or do not go with its
 * shape. */
bool ol_move_sizes(const struct ol_fact *f, uint32_t sizes[OL_MOVE_RANK]);
/* Row-major strides of sizes. */
void ol_move_strides(const uint32_t *sizes, uint32_t rank, int64_t *strides);
/* Output k has the elements from[at[0]], from[at[1]], …; n <= OL_DATA_MOST. */
void ol_move_pick(struct ol_op *x, uint32_t k, const struct ol_data *from, const uint32_t *at,
		  uint32_t n);
/* Output k has the element from[base + sum(index[d] * strides[d])] at each index of an array of
 * `sizes`. Nothing when there are too many. */
void ol_move_walk(struct ol_op *x, uint32_t k, const struct ol_data *from, int64_t base,
		  const uint32_t *sizes, const int64_t *strides, uint32_t rank);
/* Is input k a list, as far as it is known? Tells one of another rank; of another length, unless that is UINT32_MAX. */
bool ol_move_is_list(struct ol_op *x, uint32_t k, const char *what, uint32_t length);
/* Output k has the elements of input j in the same order. */
void ol_move_same(struct ol_op *x, uint32_t k, uint32_t j);

#endif
