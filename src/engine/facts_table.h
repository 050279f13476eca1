/* facts_table.h: between the facts_*.c files only: the tables they make and the makers they share.
 *
 * Objects carry ids: a model, graph, node, value, tensor, attribute, opset import or function is
 * its row (obj.a); a target, schema, support, param or schema attribute points to a struct (obj.a)
 * that lives at least as long as the evaluation; an argument is a node (obj.a) and a position
 * (obj.b). */
#ifndef OL_ENGINE_FACTS_TABLE_H
#define OL_ENGINE_FACTS_TABLE_H

#include "engine/facts.h"

extern const struct ol_field ol_facts_model_fields[], ol_facts_graph_fields[],
    ol_facts_node_fields[], ol_facts_value_fields[], ol_facts_tensor_fields[],
    ol_facts_attribute_fields[], ol_facts_opset_fields[], ol_facts_function_fields[],
    ol_facts_target_fields[], ol_facts_schema_fields[], ol_facts_support_fields[],
    ol_facts_param_fields[], ol_facts_schema_attr_fields[], ol_facts_argument_fields[], ol_facts_stats_fields[];

static inline struct ol_facts *ol_facts_of(struct ol_eval *e)
{
	return e->host;
}
static inline const struct ol_ir *ol_facts_ir(struct ol_eval *e)
{
	return ((struct ol_facts *)e->host)->ir;
}
static inline const struct ol_model *ol_facts_model(struct ol_eval *e)
{
	return ((struct ol_facts *)e->host)->ir->model;
}
/* An object that a node alone leads to: see ol_facts.node_read. */
static inline void ol_facts_touch(struct ol_eval *e)
{
	((struct ol_facts *)e->host)->node_read |= OL_READ_OTHER;
}
/* obj(cls, id), or null for OL_NONE */
static inline struct ol_val ol_facts_obj(uint8_t cls, uint32_t id)
{
	return id == OL_NONE ? ol_v_null() : ol_v_obj(cls, id, 0);
}

/* Text of the model as a string: what is no UTF-8 is escaped. */
struct ol_val ol_facts_text(struct ol_eval *e, struct ol_str s);
struct ol_val ol_facts_name(struct ol_eval *e, uint32_t name);
/* "" for both spellings of the ONNX domain. */
/* What of the domain bits a name's domain has; ol_facts_resolve fills them. */
bool ol_facts_domain_is(struct ol_eval *e, uint32_t name, enum ol_domain_bit bit);
int ol_facts_resolve_domains(struct ol_facts *f, const struct ol_ir *ir, struct ol_arena *a);
struct ol_str ol_facts_domain(const struct ol_model *m, uint32_t domain);
struct ol_val ol_facts_dtype(struct ol_eval *e,
			     int64_t dtype); /* name; unknown when undefined or invalid */
struct ol_val ol_facts_opt_int(int64_t v, int64_t none); /* null when v == none */
/* Lazy lists of objects: rows first to first + n - 1; rows of an array that stays, OL_NONE giving
 * null. */
struct ol_val ol_facts_rows(struct ol_eval *e, uint8_t cls, uint64_t first, uint64_t n);
struct ol_val ol_facts_ids(struct ol_eval *e, uint8_t cls, const uint32_t *ids, uint64_t n);
/* A list whose items `get` makes from `host`; and a getter for a row of int64_t. */
struct ol_val ol_facts_lazy(struct ol_eval *e, uint64_t n, const void *host,
			    struct ol_val (*get)(struct ol_eval *, const struct ol_list *,
						 uint64_t));
struct ol_val ol_facts_int_item(struct ol_eval *e, const struct ol_list *l, uint64_t i);
/* Sorts ids and drops doubles and OL_NONE; the new length. */
uint32_t ol_facts_unique(uint32_t *ids, uint32_t n);
struct ol_val ol_facts_typeset(struct ol_eval *e, const struct ol_typeset *t);
/* A struct of the schema module as an object: copied to scratch. */
struct ol_val ol_facts_copy(struct ol_eval *e, uint8_t cls, const void *p, size_t n);
struct ol_val ol_facts_schema(struct ol_eval *e,
			      const struct ol_schema *s); /* null when s->row is NULL */
/* Value of an attribute; unknown for a reference to a function's attribute. */
struct ol_val ol_facts_attr_value(struct ol_eval *e, uint32_t attr);
/* The inputs or outputs of a node as arguments. */
struct ol_val ol_facts_arguments(struct ol_eval *e, struct ol_val node, bool out);
/* Element type of a value, inferred or declared. */
static inline struct ol_val ol_facts_known_dtype(struct ol_eval *e, uint32_t value)
{
	return ol_facts_dtype(e, ol_known_dtype(ol_facts_ir(e), ol_facts_of(e)->inf, value));
}

/* Getters of fields of a value that are not in facts_value.c. */
#define OL_FACTS_GET(name) struct ol_val ol_get_##name(struct ol_eval *e, struct ol_val self)
OL_FACTS_GET(value_dtype);
OL_FACTS_GET(value_type_kind);
OL_FACTS_GET(value_rank);
OL_FACTS_GET(value_shape);
OL_FACTS_GET(value_dims);
OL_FACTS_GET(value_is_static);
OL_FACTS_GET(value_n_elements);
OL_FACTS_GET(value_n_bytes);
OL_FACTS_GET(value_elements);
OL_FACTS_GET(value_has_elements);
OL_FACTS_GET(value_is_known);
OL_FACTS_GET(value_dtype_origin);
OL_FACTS_GET(value_shape_origin);
OL_FACTS_GET(tensor_stats);

/* Methods and functions: rows of ol_facts_funcs in facts.c. argv[0] of a method is the receiver. */
#define OL_FACTS_CALL(name)                                                                        \
	struct ol_val ol_call_##name(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
OL_FACTS_CALL(node_attr);
OL_FACTS_CALL(node_has_attr);
OL_FACTS_CALL(node_input);
OL_FACTS_CALL(node_output);
OL_FACTS_CALL(node_const_input);
OL_FACTS_CALL(node_dims_input);
OL_FACTS_CALL(node_used);
OL_FACTS_CALL(model_function);
OL_FACTS_CALL(schema_accepts);
OL_FACTS_CALL(schema_attr);
OL_FACTS_CALL(schema_has_attr);
OL_FACTS_CALL(schema_input_at);
OL_FACTS_CALL(schema_output_at);
OL_FACTS_CALL(param_accepts);
OL_FACTS_CALL(target_supports);
OL_FACTS_CALL(target_supports_op);
OL_FACTS_CALL(target_types);
OL_FACTS_CALL(target_takes);
OL_FACTS_CALL(target_min_opset);
OL_FACTS_CALL(target_max_opset);
OL_FACTS_CALL(target_tried);
OL_FACTS_CALL(target_opset_for);
OL_FACTS_CALL(opset);
OL_FACTS_CALL(schema_of);
OL_FACTS_CALL(newest_opset);
OL_FACTS_CALL(release_of_opset);
OL_FACTS_CALL(ir_for_opset);
OL_FACTS_CALL(dtype_bits);
OL_FACTS_CALL(dtype_min_ir);
OL_FACTS_CALL(known_dtype);
OL_FACTS_CALL(lossless_cast);
OL_FACTS_CALL(quote);
OL_FACTS_CALL(shape_text);
OL_FACTS_CALL(join);
OL_FACTS_CALL(sum);
OL_FACTS_CALL(min);
OL_FACTS_CALL(max);
OL_FACTS_CALL(glob);
OL_FACTS_CALL(near);
OL_FACTS_CALL(plural);
OL_FACTS_CALL(bytes_text);
OL_FACTS_CALL(count_text);

#endif
