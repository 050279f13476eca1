/* infer.h: what is known of every value: type, shape with numbers and symbols, and small constants.
 *
 * One pass over the nodes in topological order, nested graphs and function bodies entered by an explicit stack; linear in
 * the number of nodes. Nothing here fails on a bad model: what cannot be known stays unknown, and what is wrong becomes
 * a diag (rules shape/…, dtype/…).
 *
 * Sources: the operators' documentation (https://onnx.ai/onnx/operators/), docs/ShapeInference.md of onnx. */
#ifndef OL_INFER_INFER_H
#define OL_INFER_INFER_H

#include "graph/graph.h"
#include "infer/sym.h"
#include "schema/schema.h"

/* Elements of a small tensor, row-major. Integer and bool tensors have `i` (each known, symbolic or unknown); floating
 * ones `d` (all known), or `i` when all are whole numbers or unknown, and not all are known. */
struct ol_data {
	uint32_t n;
	const struct ol_num *i;
	const double *d;
};
#define OL_DATA_MOST 1024 /* elements of a tensor that are followed */

struct ol_fact {
	uint8_t kind;  /* enum ol_type_kind; NONE: nothing is known */
	uint8_t dtype; /* enum ol_dtype of a (sparse) tensor, key type of a map; UNDEFINED: not known */
	bool has_rank;
	uint32_t rank;
	const struct ol_num *dims;   /* rank items, in the arena; shared between values, never changed */
	const struct ol_data *data;  /* or NULL */
	const struct ol_fact *elem;  /* sequence, optional, map: what an item is; or NULL */
};

struct ol_infer {
	const struct ol_ir *ir;
	struct ol_arena arena;
	struct ol_syms syms;
	struct ol_fact *facts;            /* by value */
	struct ol_schema *schemas;        /* by kind; row NULL: none */
	struct ol_infer_kind *kinds;      /* by kind: what the driver looks up once */
	struct ol_model *sink;            /* where diags go; NULL: nowhere */
	uint64_t work, most_work;         /* of nodes in bodies, at each pass; past the bound bodies are not entered */
	uint64_t each_work;               /* elements of constants that were computed (each.h) */
	uint32_t told_node;               /* the last node that a fault was told of, and the rule: one each */
	const char *told_rule;
	uint32_t since_clock;
	bool late;                        /* stopped at the deadline: the rest is unknown */
	struct ol_reason *reasons;        /* of the faults that were told (origin.h), by ol_diag.reasons */
	uint32_t n_reasons, cap_reasons;
	bool failed;                      /* memory was refused */
};

struct ol_infer_options {
	bool tell;         /* record diags in the model */
	uint64_t deadline; /* ns of the monotonic clock, 0 = none */
};

/* NULL only when memory is refused. The model's diags grow when o->tell. Free with ol_infer_free; ir must outlive it. */
struct ol_infer *ol_infer_run(const struct ol_ir *ir, struct ol_model *m, const struct ol_infer_options *o,
			      struct ol_err *err);
void ol_infer_free(struct ol_infer *inf);
static inline const struct ol_fact *ol_infer_fact(const struct ol_infer *inf, uint32_t value)
{
	return &inf->facts[value];
}

#endif
