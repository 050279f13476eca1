/* facts.h: making facts from declarations and tensors, and putting two together. */
#ifndef OL_INFER_FACTS_H
#define OL_INFER_FACTS_H

#include "infer/infer.h"

/* What a declared type says. Dims without value or name become made-up symbols. */
struct ol_fact ol_fact_of_type(struct ol_infer *inf, uint32_t type);
/* What a stored tensor says; its elements too when `constant` and small. */
struct ol_fact ol_fact_of_tensor(struct ol_infer *inf, const struct ol_tensor *t, bool constant);
struct ol_fact ol_fact_of_sparse(struct ol_infer *inf, const struct ol_sparse *s);
/* What holds for both (branches of an If, passes of a loop): dims that are not provably equal become made-up symbols. */
struct ol_fact ol_fact_join(struct ol_infer *inf, const struct ol_fact *a, const struct ol_fact *b);
/* Equal as far as a loop has to care: type, rank and every dim provably. */
bool ol_fact_same(struct ol_infer *inf, const struct ol_fact *a, const struct ol_fact *b);
/* Adds to an inferred fact what the model declares. Returns what contradicts: 0 nothing, 1 dtype or kind, 2 rank, 3 a dim. */
int ol_fact_declare(struct ol_infer *inf, struct ol_fact *f, const struct ol_fact *declared);
/* The fact with one dim removed (axis < rank, or the fact unknown) or put in. */
struct ol_fact ol_fact_without(struct ol_infer *inf, const struct ol_fact *f, int64_t axis);
struct ol_fact ol_fact_with(struct ol_infer *inf, const struct ol_fact *f, int64_t axis, struct ol_num dim);
void ol_fact_print(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out);
void ol_dims_print(const struct ol_infer *inf, const struct ol_num *dims, uint32_t rank, struct ol_buf *out);

#endif
