/* op.h: what a shape function sees and does. One src/infer/ops/<family>.c a family of operators, with one const
 * struct ol_infer_family ol_infer_family_<family>; the build lists the files.
 *
 * Before the function runs, the driver has set each output's kind and dtype where the schema's type constraints decide
 * them (a type variable bound by an input, or a constraint with one type only). The function sets shapes, data, and the
 * types that the schema leaves open. Afterwards the driver merges what the model declares. Facts are never changed once
 * set for a value; functions write to out[] only. Unknown inputs are normal: derive what can be derived and return. */
#ifndef OL_INFER_OP_H
#define OL_INFER_OP_H

#include "infer/infer.h"

struct ol_op {
	struct ol_infer *inf;
	struct ol_syms *syms; /* &inf->syms */
	const struct ol_model *m;
	uint32_t node;
	const struct ol_schema *schema; /* row NULL: none */
	int32_t since;                  /* schema's since_version, 0 when none */
	uint32_t n_in, n_out;
	const struct ol_fact *const *in; /* NULL where left out */
	struct ol_fact *const *out;      /* NULL where left out */
	const struct ol_call *call;      /* the function call that this node is inlined by, for ref_attr; or NULL */
	bool tell;                       /* diags wanted (false on repeated passes) */
};

struct ol_infer_row {
	const char *op;
	void (*run)(struct ol_op *x);
};
struct ol_infer_family {
	const char *domain; /* "" for ai.onnx */
	const struct ol_infer_row *rows; /* NULL op ends */
};
extern const struct ol_infer_family *const ol_infer_families[]; /* NULL-ended, generated list */

/* ---- inputs ---- */
/* The fact of input k; a fact that knows nothing when it is left out or past the end. Never NULL. */
const struct ol_fact *ol_op_in(const struct ol_op *x, uint32_t k);
bool ol_op_has_in(const struct ol_op *x, uint32_t k);
/* Its integer data (all elements known, symbolic or unknown), or NULL. */
const struct ol_data *ol_op_ints_in(const struct ol_op *x, uint32_t k);
/* One known integer from a scalar or one-element input. */
bool ol_op_int_in(const struct ol_op *x, uint32_t k, int64_t *v);

/* ---- attributes (references to a function's attributes are resolved) ---- */
const struct ol_attr *ol_op_attr(const struct ol_op *x, const char *name);
int64_t ol_op_int(const struct ol_op *x, const char *name, int64_t otherwise);
double ol_op_float(const struct ol_op *x, const char *name, double otherwise);
struct ol_str ol_op_str(const struct ol_op *x, const char *name, const char *otherwise);
/* Items of an INTS attribute; NULL and *n = 0 when it is not there. */
const int64_t *ol_op_ints(const struct ol_op *x, const char *name, uint32_t *n);

/* ---- outputs ---- */
/* Room for rank dims, to fill and pass to ol_op_shape. NULL when memory is refused or rank is more than OL_DATA_MOST
 * (the function should return: what it would set stays unknown). */
struct ol_num *ol_op_dims(struct ol_op *x, uint32_t rank);
/* Sets the shape of output k (which may be left out: no effect). dims from ol_op_dims, or dims of a fact. */
void ol_op_shape(struct ol_op *x, uint32_t k, const struct ol_num *dims, uint32_t rank);
/* The shape of output k is that of input j (if known). */
void ol_op_like(struct ol_op *x, uint32_t k, uint32_t j);
void ol_op_scalar(struct ol_op *x, uint32_t k);
/* Tensor of this dtype. */
void ol_op_dtype(struct ol_op *x, uint32_t k, int64_t dtype);
/* dtype of output k is that of input j. */
void ol_op_dtype_like(struct ol_op *x, uint32_t k, uint32_t j);
/* Only the rank is known: dims are fresh symbols. */
void ol_op_rank(struct ol_op *x, uint32_t k, uint32_t rank);
/* Integer data of output k: n elements (copied when copy). Nothing when n > OL_DATA_MOST. */
void ol_op_set_ints(struct ol_op *x, uint32_t k, const struct ol_num *i, uint32_t n);
void ol_op_set_doubles(struct ol_op *x, uint32_t k, const double *d, uint32_t n);
/* A sequence or optional of what `elem` says (copied). */
void ol_op_set_elem(struct ol_op *x, uint32_t k, enum ol_type_kind kind, const struct ol_fact *elem);

/* ---- common work ---- */
/* Multidirectional broadcasting of inputs [first, first + n) to output k. false: they do not fit (told). */
bool ol_op_broadcast(struct ol_op *x, uint32_t k, uint32_t first, uint32_t n);
/* Two shapes into one; rank UINT32_MAX when unknown. Tells shape/broadcast. */
const struct ol_num *ol_op_broadcast2(struct ol_op *x, const struct ol_num *a, uint32_t ra, const struct ol_num *b,
				      uint32_t rb, uint32_t *rank);
/* Dims that must be equal: the more precise one; tells when they provably differ ("what" names them) and *clash is set. */
struct ol_num ol_op_same(struct ol_op *x, struct ol_num a, struct ol_num b, const char *what, bool *clash);
/* axis from -rank to rank - 1 (inclusive rank when `end`) to 0…; false and told when out of range. */
bool ol_op_axis(struct ol_op *x, int64_t axis, uint32_t rank, bool end, uint32_t *out);
/* Product of dims. */
struct ol_num ol_op_product(struct ol_op *x, const struct ol_num *dims, uint32_t n);
/* Elements of a fact's shape. */
struct ol_num ol_op_elements(struct ol_op *x, const struct ol_fact *f);

/* ---- faults: told once a node and rule; the node's outputs stay as far as they are known ---- */
void ol_op_tell(struct ol_op *x, const char *rule, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Adds to the diag that was just told where the facts of the operands come from (op_reasons.c): ol_op_tell does it. */
void ol_op_reasons(struct ol_op *x, const char *rule, struct ol_str text);
/* "[1, N, 8]" for messages; and the name of input k in quotes with its shape: "'x' [1, 4]". */
struct ol_str ol_op_shape_text(struct ol_op *x, const struct ol_num *dims, uint32_t rank);
struct ol_str ol_op_in_text(struct ol_op *x, uint32_t k);

#endif
