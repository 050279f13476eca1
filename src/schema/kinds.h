/* kinds.h: what the model's kinds of operators resolve to: one answer for inference and for rules. */
#ifndef OL_SCHEMA_KINDS_H
#define OL_SCHEMA_KINDS_H

#include "graph/graph.h"
#include "schema/custom.h"

/* "" for both spellings of the ONNX domain. */
struct ol_str ol_kind_domain(const struct ol_ir *ir, const struct ol_opkind *k);
/* The schema of a kind; row NULL: none, or it calls a function. Where a file of custom operators has a signature, that. */
struct ol_schema ol_kind_schema(const struct ol_ir *ir, uint32_t kind);
/* What a file of custom operators says of it, or NULL. */
const struct ol_custom_op *ol_kind_custom(const struct ol_ir *ir, uint32_t kind);

#endif
