/* facts.h: what expressions see of a model: the classes model, graph, node, value, tensor, attribute, target, schema, … with
 * their fields and functions, declared once. The type checker, the evaluator and the manual page read this table. */
#ifndef OL_ENGINE_FACTS_H
#define OL_ENGINE_FACTS_H

#include "rules/builtin.h"

/* The environment of rules, without variables. Static. */
const struct ol_env *ol_facts_env(void);
/* Rules' host: the environment, the builtins, and what names exist. Static. */
const struct ol_rules_host *ol_facts_host(void);

/* ol_eval.host points to one of these. */
struct ol_facts {
	const struct ol_ir *ir;
	const struct ol_schema *kind_schema; /* by kind */
	const struct ol_target *targets;
	uint32_t n_targets;
};

enum ol_facts_class {
	OL_CLS_MODEL, OL_CLS_GRAPH, OL_CLS_NODE, OL_CLS_VALUE, OL_CLS_TENSOR, OL_CLS_ATTRIBUTE, OL_CLS_OPSET_IMPORT,
	OL_CLS_FUNCTION, OL_CLS_TARGET, OL_CLS_SCHEMA, OL_CLS_SUPPORT, OL_CLS_COUNT
};

#endif
