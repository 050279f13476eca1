/* tally.h: between the files of src/weights: running counts over blocks of elements, and where a tensor's elements are. */
#ifndef OL_WEIGHTS_TALLY_H
#define OL_WEIGHTS_TALLY_H

#include "weights/kernel.h"
#include "weights/weights.h"

/* How elements of a type are read as bits. Floats are sign and magnitude, and magnitudes are ordered like integers: each
 * kind of number is a range of them, which begins at a mark. */
enum ol_form { OL_FORM_NONE, OL_FORM_FLOAT, OL_FORM_SIGNED, OL_FORM_UNSIGNED };
enum ol_mark { OL_MARK_NONZERO, OL_MARK_NORMAL, OL_MARK_HELD16, OL_MARK_PAST16, OL_MARK_INF, OL_MARK_NAN, OL_MARKS };

struct ol_layout_of {
	uint8_t form;  /* enum ol_form */
	uint8_t width; /* log2 of the bytes an element takes once unpacked: 0 to 3 */
	uint8_t exp_bits, man_bits;
	int16_t bias;
	bool has_odd; /* one pattern is NaN out of order: */
	uint64_t odd;
	uint64_t mark[OL_MARKS]; /* floats: magnitudes from which on … */
};
/* Form NONE for types that are not looked at. */
const struct ol_layout_of *ol_weights_layout(int32_t dtype);

struct ol_tally {
	uint64_t n;
	uint64_t count[OL_STAT_COUNT], first[OL_STAT_COUNT];
	uint64_t negative_infs;
	struct ol_kernel_range all;    /* of the patterns of all elements */
	struct ol_kernel_range finite; /* of those of finite ones */
	uint64_t least_past16;         /* magnitude */
};

void ol_tally_init(struct ol_tally *t);
/* n elements, unpacked, of the machine's byte order, at any alignment; `at` is the first one's position. */
void ol_tally_add(struct ol_tally *t, const struct ol_layout_of *l, const struct ol_kernel *k, const void *p, size_t n,
		  uint64_t at);
void ol_tally_merge(struct ol_tally *to, const struct ol_tally *from);
void ol_tally_stats(const struct ol_tally *t, const struct ol_layout_of *l, struct ol_stats *to);

/* ---- unpack.c: from stored bytes to elements ---- */

/* Adds `bytes` of raw little-endian data (whole elements, or groups that fill bytes; at most n elements). */
void ol_weights_raw(struct ol_tally *t, int32_t dtype, const struct ol_kernel *k, const uint8_t *p, uint64_t n,
		    uint64_t at);
/* Adds the elements of a tensor whose typed data is in memory. */
void ol_weights_typed(struct ol_tally *t, const struct ol_tensor *tensor, const struct ol_kernel *k, uint64_t n);

/* A packed list of varints that is read piece by piece. */
struct ol_varints {
	uint64_t value; /* of the one that is not whole yet */
	unsigned shift;
	uint64_t at;    /* elements so far */
};
/* Adds what a piece of it holds; elements past n are left out. -1: a varint of more than 10 bytes. */
int ol_weights_varints(struct ol_tally *t, int32_t dtype, const struct ol_kernel *k, struct ol_varints *v, const uint8_t *p,
		       size_t bytes, uint64_t n);

/* Where the elements of a tensor are. */
enum ol_where { OL_WHERE_NOWHERE, OL_WHERE_MEMORY, OL_WHERE_FIXED, OL_WHERE_VARINTS };
struct ol_stored {
	enum ol_where where;
	uint64_t n, bytes; /* elements; bytes to read for them, when not in memory */
};
struct ol_stored ol_weights_stored(const struct ol_model *m, const struct ol_tensor *t);

#endif
