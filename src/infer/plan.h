/* plan.h: what the pass over the nodes looks up once a kind of operator. */
#ifndef OL_INFER_PLAN_H
#define OL_INFER_PLAN_H

#include "infer/nested.h"
#include "schema/custom.h"

enum { OL_INFER_FORMALS = 8, OL_INFER_NO_VAR = UINT16_MAX };

/* A schema's parameter, as far as types go. */
struct ol_infer_formal {
	uint16_t var;   /* type variable, OL_INFER_NO_VAR: none */
	uint8_t dtype;  /* outputs: the one dtype that the constraint leaves, else 0 */
	uint8_t kind;   /* and its kind */
};

struct ol_infer_kind {
	void (*run)(struct ol_op *x);
	const struct ol_custom_op *declared; /* whose signature holds, or NULL */
	enum ol_nested_kind nested;
	uint16_t n_in, n_out;
	struct ol_infer_formal in[OL_INFER_FORMALS], out[OL_INFER_FORMALS];
};

/* Fills inf->kinds and inf->schemas of a kind. */
void ol_infer_plan(struct ol_infer *inf, uint32_t kind);

#endif
