/* check.h: what the builtins share: places and small walks. */
#ifndef OL_RULES_CHECK_H
#define OL_RULES_CHECK_H

#include "rules/builtin.h"

/* The place of a node, and of one of its values (0: none). */
struct ol_place ol_check_node(const struct ol_check *c, uint32_t node, uint32_t name);
/* Reports a hit at a place. */
static inline void ol_check_emit(struct ol_check *c, struct ol_place place, const struct ol_val *vars)
{
	c->emit(c, &place, vars);
}
/* The next hit hangs on this fact of a value: its finding tells which nodes the fact was derived by. */
static inline void ol_check_because(struct ol_check *c, enum ol_origin_of of, uint32_t value)
{
	if (value != OL_NONE && c->n_facts < OL_REASONS_MOST)
		c->facts[c->n_facts++] = (struct ol_check_fact){(uint8_t)of, value};
}
/* n cleared items to free; NULL when memory is refused, which then ends the run with an error. */
void *ol_check_calloc(struct ol_check *c, size_t n, size_t size);
/* Text for a variable, formatted into the scratch arena. */
struct ol_val ol_check_text(struct ol_check *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* How a message calls a node: its name in quotes, or "Conv #12". */
struct ol_str ol_check_node_name(struct ol_check *c, uint32_t node);
/* Element type of a tensor, inferred or declared; OL_DT_UNDEFINED when neither is known. */
static inline int32_t ol_check_dtype(const struct ol_check *c, uint32_t value)
{
	return ol_known_dtype(c->ir, c->inf, value);
}
/* The k-th input's value, OL_NONE when left out or past the end. */
uint32_t ol_check_input(const struct ol_check *c, uint32_t node, uint32_t k);

/* Every node of an operator of ONNX itself; not those that a local function of the same name stands for. */
void ol_check_nodes(struct ol_check *c, const char *op, void (*each)(struct ol_check *c, uint32_t node));

/* Every tensor of the model with its owner: initializers, parts of sparse ones, attributes. */
struct ol_tensor_site {
	uint32_t tensor;    /* row in model.tensors */
	struct ol_place place;
	const char *role;   /* "initializer", "attribute", "values of the sparse initializer", … */
	struct ol_str name; /* the tensor's, else the attribute's */
};
void ol_check_tensors(struct ol_check *c, void (*each)(struct ol_check *c, const struct ol_tensor_site *site));

#endif
