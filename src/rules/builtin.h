/* builtin.h: checks in C for what YAML cannot say. They find; the rule's YAML words, grades, explains and fixes.
 *
 * One file src/rules/builtins/<name>.c defines `const struct ol_builtin ol_builtin_<name>` ('-' in the YAML name is '_');
 * the build lists the files. A rule with `builtin: NAME` runs it once (once a target with for-each-target). */
#ifndef OL_RULES_BUILTIN_H
#define OL_RULES_BUILTIN_H

#include "rules/known.h"
#include "rules/rules.h"
#include "schema/target.h"
#include "weights/weights.h"

struct ol_builtin_var {
	const char *name, *type; /* as in ol_var; NULL name ends */
	const char *about;
};

struct ol_stands;

struct ol_check {
	const struct ol_ir *ir;
	const struct ol_infer *inf;          /* types and shapes, or NULL when nothing was inferred */
	const struct ol_rule *rule;          /* by_rule builtins only: else one of those that name it */
	const struct ol_target *target;      /* NULL unless for-each-target */
	const struct ol_stands *stands;      /* how each node stands with it (stand.h); NULL as target is */
	const struct ol_schema *kind_schema; /* by ol_ir kinds: the schema each resolves to, row == NULL when none */
	const struct ol_weights *weights;    /* what was read of the weights, or NULL: nothing was asked for */
	const uint32_t *diags;               /* rows of model.diags whose rule is this one, in order */
	uint32_t n_diags;
	/* What the next hit hangs on: facts of values, traced to their origin when a finding comes of it, or rows of
	 * inf->reasons that were traced when it was told. Forgotten after each emit. */
	struct ol_check_fact {
		uint8_t of; /* enum ol_origin_of */
		uint32_t value;
	} facts[OL_REASONS_MOST];
	uint32_t n_facts;
	struct ol_range reasons;
	struct ol_arena *scratch;            /* emptied after each emit */
	/* Reports a hit: vars[i] is the value of the builtin's i-th variable. The rule's scope object is taken from place
	 * (node, value, …). `when`, message and so on are then evaluated with them. */
	void (*emit)(struct ol_check *c, const struct ol_place *place, const struct ol_val *vars);
	void *host;
};

struct ol_builtin {
	const char *name;  /* as in the YAML */
	const char *about;
	const struct ol_builtin_var *vars;
	void (*run)(struct ol_check *c);
	bool by_rule; /* looks at check.rule or check.diags: run for each rule, else once for all rules that name it */
};

extern const struct ol_builtin *const ol_builtins[]; /* NULL-ended; generated list */

#endif
