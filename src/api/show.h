/* show.h: the summary of a model as numbers and rows, between gathering it and writing it as text or JSON. */
#ifndef OL_API_SHOW_H
#define OL_API_SHOW_H

#include "api/api.h"

struct ol_show_op {
	struct ol_str domain, op_type;
	uint64_t n;
};

struct ol_show {
	const struct ol_model *model;
	const struct ol_ir *ir;
	struct ol_arena arena;
	struct ol_show_op *ops; /* most frequent first, then by domain and name */
	uint32_t n_ops;
	uint64_t initializers, weight_bytes;
};

void ol_show_text(const struct ol_show *s, const struct ol_layout *l);
void ol_show_json(const struct ol_show *s, struct ol_buf *out);

/* "float32[1, 3, N]", "sequence(float32)", "?" */
void ol_show_type(const struct ol_model *m, uint32_t type, struct ol_buf *out);
/* Is the graph input also an initializer, that is a default? */
bool ol_show_is_initializer(const struct ol_show *s, uint32_t info);

#endif
