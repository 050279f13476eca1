/* nested.h: operators whose work is other graphs: If, Loop, Scan, SequenceMap, and calls of local functions. */
#ifndef OL_INFER_NESTED_H
#define OL_INFER_NESTED_H

#include "infer/op.h"

/* A function body that is being inferred for one call: where its attributes come from. */
struct ol_call {
	uint32_t node, function;
	uint32_t depth;
	const struct ol_call *outer;
};

/* Follows a reference to a function's attribute to the call that gives it, or to its default. NULL when not given. */
const struct ol_attr *ol_nested_attr(struct ol_infer *inf, const struct ol_attr *a, const struct ol_call *call);

enum ol_nested_kind { OL_NESTED_NONE, OL_NESTED_IF, OL_NESTED_LOOP, OL_NESTED_SCAN, OL_NESTED_MAP, OL_NESTED_CALL };

/* A node with bodies, in work. */
struct ol_nested {
	enum ol_nested_kind kind;
	uint32_t graphs[2], n_graphs; /* the bodies, in order */
	uint32_t pass;                /* of a loop's body */
	struct ol_fact *carried;      /* Loop, Scan: facts of the carried values that the body was entered with */
	uint32_t n_carried;
	struct ol_fact *first;        /* If: what the first branch gave */
};

enum ol_nested_kind ol_nested_kind(const struct ol_infer *inf, uint32_t node);
/* Finds the bodies; false when there is none to enter. */
bool ol_nested_open(struct ol_op *x, struct ol_nested *n);
/* Sets the facts of the inputs of body i. */
void ol_nested_enter(struct ol_op *x, struct ol_nested *n, uint32_t i);
/* After body i was inferred: true when it is to be inferred again (a loop whose carried shapes changed). */
bool ol_nested_leave(struct ol_op *x, struct ol_nested *n, uint32_t i);
/* After the last body: the node's outputs. */
void ol_nested_finish(struct ol_op *x, struct ol_nested *n);

#endif
