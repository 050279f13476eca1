/* show_values.h: what is known of each value, between walking over the values and writing them as text or JSON. */
#ifndef OL_API_SHOW_VALUES_H
#define OL_API_SHOW_VALUES_H

#include "api/api.h"
#include "infer/infer.h"

enum ol_show_role { OL_SHOW_PLAIN, OL_SHOW_INPUT, OL_SHOW_OUTPUT }; /* of a value for the node that was asked for */

struct ol_show_value {
	uint32_t value; /* OL_NONE: the model declares a type for a name that no node makes */
	uint32_t graph, name;
	const struct ol_fact *fact;
	enum ol_show_role role;
	uint32_t k; /* which input or output */
};

/* The most elements of a constant in JSON, and in text. */
enum { OL_SHOW_CONST_MOST = 64, OL_SHOW_CONST_TEXT = 8 };

/* Type and shape: "float32[1, N, ?]", "sequence(float32[2])", "?". */
void ol_show_fact(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out);
/* Element type as in the contract: "float32", "seq(float32)", "optional(seq(string))", "sparse(float32)"; "" when it is
 * not known. */
void ol_show_dtype(const struct ol_fact *f, struct ol_buf *out);
/* What a sequence or optional holds, or the fact itself: a tensor or NULL. */
const struct ol_fact *ol_show_innermost(const struct ol_fact *f);
/* "= 3", "= [1, N, ?, …]"; nothing when no element is known. */
void ol_show_const(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out);
/* The keys dtype, shape, elem_shape and const of an open object. */
void ol_show_fact_json(const struct ol_infer *inf, const struct ol_fact *f, struct ol_json *j);

#endif
