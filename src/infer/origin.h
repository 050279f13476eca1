/* origin.h: where the type or shape of a value comes from: back through operators that only hand it on. */
#ifndef OL_INFER_ORIGIN_H
#define OL_INFER_ORIGIN_H

#include "infer/infer.h"

#define OL_ORIGIN_STEPS 64

struct ol_origin {
	uint32_t value;  /* the one whose type or shape was set, not handed on */
	uint32_t node;   /* its producer; OL_NONE: declared, or stored */
	uint32_t n;      /* nodes between, the nearest to the origin last */
	uint32_t through[OL_ORIGIN_STEPS];
	bool cut;        /* the walk reached its bound: the origin lies further up */
};

/* An element type is handed on from the first input bound to the output's type variable. */
void ol_origin_dtype(const struct ol_infer *inf, uint32_t value, struct ol_origin *o);
/* A shape is handed on from an input that has the very same one. */
void ol_origin_shape(const struct ol_infer *inf, uint32_t value, struct ol_origin *o);

/* "because Cast 'c1' (#12) makes it, through Add #13 and Relu #14"; "because it is a graph input". */
void ol_origin_print(const struct ol_infer *inf, uint32_t value, const struct ol_origin *o, struct ol_buf *out);
/* "'x' is float16 because …", "'x' is [3, N] because …"; nothing when the type or rank is not known. */
void ol_origin_tell_dtype(const struct ol_infer *inf, uint32_t value, struct ol_buf *out);
void ol_origin_tell_shape(const struct ol_infer *inf, uint32_t value, struct ol_buf *out);

#endif
