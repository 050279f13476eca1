/* rules.h: rule files, compiled. Source form: YAML as in ARCHITECTURE section 3 and onnxlint-rules(5).
 *
 * A rule set is one position-independent image: compiled at build time from rules/checks/ and embedded, or at run time
 * from --rules by the same compiler. Opening an image fills an array of views; it parses nothing. */
#ifndef OL_RULES_RULES_H
#define OL_RULES_RULES_H

#include "expr/expr.h"
#include "findings/findings.h"
#include "util/yaml.h"

enum ol_scope_kind {
	OL_SCOPE_MODEL,
	OL_SCOPE_GRAPH,
	OL_SCOPE_NODE,
	OL_SCOPE_VALUE,
	OL_SCOPE_INITIALIZER,
	OL_SCOPE_OPSET_IMPORT,
	OL_SCOPE_FUNCTION,
	OL_SCOPE_COUNT
};
extern const char *const ol_scope_names[]; /* "model" "graph" … NULL */

/* Text with holes: parts are literal text or a compiled expression. "{{" and "}}" are braces. */
struct ol_template_part {
	struct ol_str text;          /* literal; with expr: its source, to be shown */
	const struct ol_expr *expr;
};
struct ol_template {
	const struct ol_template_part *parts;
	uint32_t n;
};

struct ol_names {
	const struct ol_str *at;
	uint32_t n;
};

/* `match`: index keys, never computed. Empty = any. `not_*` come from {not-in: […]}. */
struct ol_match {
	struct ol_names op, domain, not_domain, dtype, kind; /* kind: as value.kind */
	struct ol_names status; /* node scope: known unknown function custom deprecated … as facts_node says */
};

struct ol_rule_let {
	struct ol_str name;
	const struct ol_expr *expr;
};

struct ol_rule_severity {
	const struct ol_expr *when;
	int8_t severity, confidence; /* -1: as it is */
};

struct ol_rule_fix {
	struct ol_template title;
	const struct ol_expr *when; /* `if`, or NULL */
	struct ol_str action;       /* empty: manual */
	const struct ol_str *with_keys;
	const struct ol_template *with_values;
	uint32_t n_with;
	uint8_t applicability;
};

struct ol_rule_expect {
	struct ol_str at;       /* "node:y" "value:x" "initializer:w" "opset:ai.onnx" "function:d:n" "graph:main" "model"; empty = any */
	struct ol_str message;  /* must be contained; * and ? are wild; empty = any */
	struct ol_str because;  /* must be contained in a reason; or empty */
	struct ol_str severity; /* or empty */
	struct ol_names fixes;  /* titles that must be offered, in order */
	uint32_t count;         /* how many findings; 0 = 1 */
	uint32_t line;
};

struct ol_rule_example {
	bool bad;
	struct ol_str name, model, target; /* text syntax; target: a built-in target's name, or empty */
	struct ol_str becomes;             /* the model after the first automatic fix, or empty */
	const struct ol_rule_expect *expects;
	uint32_t n_expects;
	uint32_t line;
};

struct ol_rule {
	struct ol_str id, family, file; /* "conv/channel-mismatch", "conv", "rules/checks/conv.yaml" */
	uint32_t line;
	struct ol_str about, why;       /* about: the family's; why: markdown */
	uint8_t severity, confidence, scope, blast, effort;
	bool for_each_target;
	bool enabled;
	struct ol_str builtin;          /* C check that finds the hits, or empty */
	struct ol_match match;
	const struct ol_rule_let *lets; uint32_t n_lets;
	const struct ol_expr *when;     /* NULL: every match or hit is a finding */
	struct ol_template message, root_cause;
	const struct ol_rule_severity *severity_when; uint32_t n_severity_when;
	const struct ol_rule_fix *fixes; uint32_t n_fixes;
	struct ol_names references;
	const struct ol_rule_example *examples; uint32_t n_examples;
	uint32_t n_slots; /* variables: model, the scope's own (function: `fn`), target (when for-each-target), builtin's, lets: in this order */
};

struct ol_rules {
	struct ol_arena arena;
	struct ol_rule *at; /* sorted by id */
	uint32_t n, cap;
};

/* What a rule may refer to; the engine fills it (src/engine/facts.h) and the embedding tool passes it too. */
struct ol_rules_host {
	const struct ol_env *env;   /* classes and functions; vars are added per rule */
	const struct ol_builtin *const *builtins; /* NULL-ended */
	/* is this a name of an operator, a domain, an action? NULL hooks accept all. Nearest in *near when not. */
	bool (*known_op)(struct ol_str op, struct ol_str *near);
	bool (*known_action)(struct ol_str action, struct ol_str *near);
	bool (*known_target)(struct ol_str target, struct ol_str *near);
	const char *const *status_names; /* words of match.status, NULL-ended; NULL accepts all */
};

/* Compiles one file's text into image bytes appended to `image` (8-byte aligned there). All errors go to notes; -1 if any. */
int ol_rules_compile(struct ol_str text, const char *file, const struct ol_rules_host *host, struct ol_buf *image,
		     struct ol_notes *notes);
void ol_rules_init(struct ol_rules *r);
/* Adds the rules of an image (which must stay, 8-byte aligned) to the set; a rule with an id already there replaces it.
 * -1 on a broken or foreign image. Several images may stand one after the other. */
int ol_rules_open(struct ol_rules *r, const void *image, size_t n, struct ol_err *err);
void ol_rules_free(struct ol_rules *r);
const struct ol_rule *ol_rules_find(const struct ol_rules *r, struct ol_str id);
struct ol_str ol_rules_nearest(const struct ol_rules *r, struct ol_str id);
/* Does a selector name the rule: "family/name", "family", "family/" then a glob? */
bool ol_rule_selected(const struct ol_rule *r, struct ol_str selector);

/* The embedded image of rules/checks/ (generated into build/gen/). */
extern const unsigned char ol_rules_image[];
extern const size_t ol_rules_image_size;

/* The JSON Schema of rule files, for editors. */
void ol_rules_json_schema(struct ol_buf *out);

#endif
