/* each.h: calculation of small constants, element by element, with broadcasting. */
#ifndef OL_INFER_EACH_H
#define OL_INFER_EACH_H

#include "infer/op.h"

/* Past this much memory, or this many elements computed, constants of more than a few elements are
 * not followed: a long chain of them would take as much each. */
#define OL_EACH_MEMORY	 ((size_t)256 << 20)
#define OL_EACH_WORK	 ((uint64_t)64 << 20)
#define OL_EACH_FEW	 16
#define OL_EACH_OPERANDS 64 /* of an operator that takes any number */
#define OL_EACH_RANK	 8  /* of tensors whose elements are followed through a broadcast */

/* What one element of the result is. A member that is NULL: not followed for those types. `how` is
 * the caller's. */
struct ol_each {
	/* integers and bools to integers and bools; also whole numbers of float type, of which some
	 * are symbols */
	struct ol_num (*ints)(struct ol_op *x, const struct ol_num *in, int64_t how);
	/* floats to floats; rounded to the type of the output afterwards */
	double (*floats)(const double *in, int64_t how);
	/* floats to integers and bools */
	struct ol_num (*test)(const double *in, int64_t how);
};

/* Where the elements of an input are for those of output 0. */
struct ol_each_map {
	uint32_t total; /* elements of output 0 */
	uint32_t rank;
	uint32_t dims[OL_EACH_RANK], strides[OL_EACH_RANK];
	bool one, same; /* the input has one element; as many as the output, in its order */
};

/* false: shapes are not numbers, too large, or the input has no data. Output 0 has its shape. */
bool ol_each_map(const struct ol_op *x, uint32_t k, struct ol_each_map *m);
uint32_t ol_each_at(const struct ol_each_map *m, uint32_t i);

/* Data of output 0 from the first n inputs (at most 3); its shape and type are set before. An input
 * without data counts as unknown elements, as does one that is no whole number among symbols. */
void ol_each(struct ol_op *x, uint32_t n, const struct ol_each *f, int64_t how);
/* The same for any number of inputs: f of the first two, of that and the third, … */
void ol_each_fold(struct ol_op *x, const struct ol_each *f);

/* Sets data of whole numbers unless nothing is known of any element. */
void ol_each_set(struct ol_op *x, const struct ol_num *v, uint32_t n);
/* v as a tensor of that type holds it; unknown where that is not certain (wrapping). */
struct ol_num ol_each_fit(const struct ol_op *x, struct ol_num v, int64_t dtype);
/* Rounds to a float type; false when we cannot say what it is rounded to. */
bool ol_each_round(double *d, int64_t dtype);
bool ol_each_is_float(int64_t dtype);
bool ol_each_is_int(int64_t dtype); /* bool counts */

#endif
