/* origin.h: where the type, the shape or the elements of a value come from: back through the nodes that it was derived by.
 *
 * origin.c walks, reason.c puts the walk into words and records. Nothing is walked before a fault is told. */
#ifndef OL_INFER_ORIGIN_H
#define OL_INFER_ORIGIN_H

#include "infer/infer.h"

#define OL_ORIGIN_STEPS 64

enum ol_origin_of { OL_ORIGIN_DTYPE, OL_ORIGIN_SHAPE, OL_ORIGIN_DATA };
extern const char *const ol_origin_names[]; /* by enum: "dtype" "shape" "constant" */

struct ol_origin_step {
	uint32_t node, value; /* the node, and what it made on the way */
	bool sets;            /* it made the fact; false: it handed it on as it was */
};

/* The nearest step to the value comes first. Of a type the walk ends with the node that sets it; of a shape it goes on
 * through what that node made it of; of elements the steps are all nodes that compute them. */
struct ol_origin {
	uint8_t of;
	uint32_t value;       /* the one that was asked of */
	uint32_t root;        /* the one that the walk ended at: given, stored or declared; OL_NONE: a node made it of nothing */
	uint32_t n, set;      /* steps; the first that sets the fact, n when none does */
	bool cut;             /* the walk reached its bound: there is more above */
	struct ol_origin_step steps[OL_ORIGIN_STEPS];
};

/* f: what is known of the value; NULL: what inference noted of it. */
void ol_origin_walk(const struct ol_infer *inf, enum ol_origin_of of, uint32_t value, const struct ol_fact *f,
		    struct ol_origin *o);

/* ---- words ---- */
/* "'x' is float16 because Cast 'c1' (#12) makes it, through Add #13 and Relu #14"; "'x' is [3, N] because …". Nothing when
 * the type or rank is not known. */
void ol_origin_tell_dtype(const struct ol_infer *inf, uint32_t value, struct ol_buf *out);
void ol_origin_tell_shape(const struct ol_infer *inf, uint32_t value, struct ol_buf *out);

/* ---- records, for findings ---- */
enum { OL_REASON_STEPS = 12, OL_REASONS_MOST = 4 };

struct ol_reason_step {
	uint32_t node;
	uint32_t value_name; /* what it made; 0: it has no name */
	struct ol_str is;    /* what is known of that: "[2, 6]" */
};

struct ol_reason {
	uint8_t of;                         /* enum ol_origin_of */
	uint32_t value_name;                /* whose fact */
	struct ol_str is;                   /* "float16", "[2, 6]", "[2, -1, 5]" */
	struct ol_str text;                 /* the whole in words */
	uint32_t from_name;                 /* value that the chain begins with; 0: none */
	const char *from_role;              /* "a graph input", "an initializer"; "" with from_name 0 */
	struct ol_str from_is;
	const struct ol_reason_step *steps; /* from there to the value */
	uint32_t n, omitted;                /* omitted: in the middle, after step n / 2 */
};

/* Why the fact of a value holds, laid out in an arena; false when it is not known, or when memory is refused (the arena
 * notes that). */
bool ol_reason_make(const struct ol_infer *inf, enum ol_origin_of of, uint32_t value, const struct ol_fact *f,
		    struct ol_arena *a, struct ol_reason *to);
/* A copy that owes nothing to where it comes from. */
bool ol_reason_copy(const struct ol_reason *from, struct ol_arena *a, struct ol_reason *to);
/* Were the value's elements computed by nodes (and not stored)? */
bool ol_origin_is_computed(const struct ol_infer *inf, uint32_t value);

#endif
