/* facts.h: what expressions see of a model: the classes model, graph, node, value, tensor,
 * attribute, target, schema, … with their fields and functions, declared once. The type checker,
 * the evaluator and the manual page read this table. */
#ifndef OL_ENGINE_FACTS_H
#define OL_ENGINE_FACTS_H

#include "graph/graph.h"
#include "rules/builtin.h"

/* The environment of rules, without variables. Static. */
const struct ol_env *ol_facts_env(void);
/* Rules' host: the environment, the builtins, and what names exist. Static. */
const struct ol_rules_host *ol_facts_host(void);

/* What an operator kind is, seen from its opset import and from what we know of its domain. */
enum ol_op_status {
	OL_OP_KNOWN,	  /* a schema holds at the imported opset */
	OL_OP_DEPRECATED, /* a schema holds, and says that the operator is deprecated */
	OL_OP_FUNCTION,	  /* calls a function of the model */
	OL_OP_FUTURE,	  /* the operator exists only in a later opset */
	OL_OP_REMOVED,	  /* the operator existed only in earlier opsets */
	OL_OP_UNKNOWN,	  /* the domain is known, the operator is not (runtime-private names in the
			     ONNX domain too) */
	OL_OP_CUSTOM,	  /* we hold no schemas of the domain */
	OL_OP_UNIMPORTED, /* no opset is imported for the domain */
	OL_OP_DECLARED,   /* a file of custom operators declares it, without a signature */
	OL_OP_STATUS_COUNT
};
extern const char *const ol_op_status_names[]; /* "known" "deprecated" …, NULL ends */

/* What an answer hung on: nothing but the operator kind (0), or more. */
enum ol_node_read { OL_READ_LIVE = 1, OL_READ_GRAPH = 2, OL_READ_OTHER = 4 };

/* Of a domain: a node uses it; the model imports it in two versions. */
enum ol_domain_bit { OL_DOMAIN_USED = 1, OL_DOMAIN_CONFLICT = 2 };

/* ol_eval.host points to one of these. */
struct ol_facts {
	const struct ol_ir *ir;
	const struct ol_infer *inf;	     /* or NULL: nothing is inferred */
	const struct ol_weights *weights;    /* or NULL: only small tensors are known */
	const struct ol_schema *kind_schema; /* by kind */
	const uint8_t *kind_status;	     /* by kind: enum ol_op_status */
	const uint8_t *domain_bits;	     /* by name: enum ol_domain_bit */
	const struct ol_target *targets;
	uint32_t n_targets;
	/* What getters have read of nodes beyond their kind (enum ol_node_read). An assertion holds
	 * alike for all nodes that agree in what it read, and the engine asks it once for them. */
	uint8_t node_read;
};

/* Fills the arrays by kind and by name, from f->inf where that is; they lie in `a`. -1 when memory is refused. */
int ol_facts_resolve(struct ol_facts *f, const struct ol_ir *ir, struct ol_arena *a);

enum ol_facts_class {
	OL_CLS_MODEL,
	OL_CLS_GRAPH,
	OL_CLS_NODE,
	OL_CLS_VALUE,
	OL_CLS_TENSOR,
	OL_CLS_ATTRIBUTE,
	OL_CLS_OPSET_IMPORT,
	OL_CLS_FUNCTION,
	OL_CLS_TARGET,
	OL_CLS_SCHEMA,
	OL_CLS_SUPPORT,
	OL_CLS_PARAM,
	OL_CLS_SCHEMA_ATTR,
	OL_CLS_ARGUMENT,
	OL_CLS_STATS,
	OL_CLS_COUNT
};

#endif
