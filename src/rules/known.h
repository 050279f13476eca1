/* known.h: the type of a value as far as it is known: what inference found, else what the model declares. */
#ifndef OL_RULES_KNOWN_H
#define OL_RULES_KNOWN_H

#include "infer/infer.h"

/* A type as a constraint of a schema can judge it. */
struct ol_known {
	uint8_t kind;  /* enum ol_type_kind; NONE: not known */
	uint8_t inner; /* sequence, optional: the kind of what it holds */
	int32_t dtype; /* of the tensors in it; map: of the keys; 0 = not known, else as declared: it may be none of ours */
};

/* inf may be NULL: only declarations count then. */
struct ol_known ol_known_type(const struct ol_ir *ir, const struct ol_infer *inf, uint32_t value);
/* Is it in the set: 1 yes, 0 no, -1 not known. */
int ol_known_admits(struct ol_known k, const struct ol_typeset *set);

/* The fact of a value, or NULL where inference says nothing of it. */
static inline const struct ol_fact *ol_known_fact(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_fact *f = inf ? &inf->facts[value] : NULL;

	return f && (f->kind != OL_TYPE_NONE || f->has_rank) ? f : NULL;
}

/* Element type of a (sparse) tensor; OL_DT_UNDEFINED for anything else. */
static inline int32_t ol_known_dtype(const struct ol_ir *ir, const struct ol_infer *inf, uint32_t value)
{
	const struct ol_fact *f = inf ? &inf->facts[value] : NULL;

	if (f && f->dtype && (f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR))
		return f->dtype;
	return ol_ir_dtype(ir, value);
}

#endif
