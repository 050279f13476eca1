/* keys.c: the form of a rule file. A key is added here, and read in compile*.c. */
#include "rules/keys.h"

#include "rules/rules.h"

const char *const ol_scope_names[] = {"model",	     "graph",	     "node",	 "value",
				      "initializer", "opset_import", "function", NULL};

const struct ol_scope_var ol_scope_vars[] = {
	[OL_SCOPE_MODEL] = {"", ""},
	[OL_SCOPE_GRAPH] = {"graph", "graph"},
	[OL_SCOPE_NODE] = {"node", "node"},
	[OL_SCOPE_VALUE] = {"value", "value"},
	[OL_SCOPE_INITIALIZER] = {"initializer", "value"},
	[OL_SCOPE_OPSET_IMPORT] = {"opset_import", "opset_import"},
	[OL_SCOPE_FUNCTION] = {"fn", "function"}, /* CEL reserves the word function */
};

static const char *const value_kinds[] = {"input",	  "output",    "initializer",
					  "intermediate", "undefined", NULL};
const char *const ol_place_words[] = {"node",	  "value", "initializer", "opset",
				      "function", "graph", "model",	  NULL};

#define KEYS(name, what, rows)                                                                     \
	const struct ol_keys name = {what, rows, sizeof(rows) / sizeof((rows)[0])}

static const struct ol_key file_rows[] = {
	[FILE_FAMILY] = {.name = "family",
			 .shape = OL_KEY_NAME,
			 .required = true,
			 .also = "pack",
			 .about = "first part of the rules' ids"},
	[FILE_ABOUT] = {.name = "about",
			.shape = OL_KEY_TEXT,
			.also = "description title",
			.about = "what the family is about, in a sentence"},
	[FILE_RULES] = {.name = "rules",
			.shape = OL_KEY_OBJECTS,
			.required = true,
			.inner = &ol_keys_rule,
			.about = "the rules"},
};
KEYS(ol_keys_file, "a rule file", file_rows);

static const struct ol_key rule_rows[] = {
	[RULE_ID] = {.name = "id",
		     .shape = OL_KEY_NAME,
		     .required = true,
		     .also = "name code",
		     .about = "second part of the rule's id; names the problem"},
	[RULE_SEVERITY] = {.name = "severity",
			   .shape = OL_KEY_WORD,
			   .required = true,
			   .words = ol_severity_names,
			   .also = "level",
			   .about = "how bad it is"},
	[RULE_CONFIDENCE] = {.name = "confidence",
			     .shape = OL_KEY_WORD,
			     .words = ol_confidence_names,
			     .also = "precision",
			     .about = "how sure a finding is; default certain"},
	[RULE_SCOPE] =
		{.name = "scope",
		 .shape = OL_KEY_WORD,
		 .required = true,
		 .words = ol_scope_names,
		 .also = "given on",
		 .about =
			 "what the rule looks at; binds a variable of that name (fn for function)"},
	[RULE_FOR_EACH_TARGET] = {.name = "for-each-target",
				  .shape = OL_KEY_BOOL,
				  .also = "per-target targets",
				  .about = "run once a selected target, bound to `target`"},
	[RULE_BUILTIN] = {.name = "builtin",
			  .shape = OL_KEY_NAME,
			  .also = "check",
			  .about = "the check in C that finds the hits"},
	[RULE_MATCH] = {.name = "match",
			.shape = OL_KEY_OBJECT,
			.inner = &ol_keys_match,
			.also = "filter where",
			.about = "index keys: what else is looked at never costs anything"},
	[RULE_LET] = {.name = "let",
		      .shape = OL_KEY_LETS,
		      .also = "vars variables with",
		      .about = "named expressions, lazy, in order"},
	[RULE_WHEN] = {.name = "when",
		       .shape = OL_KEY_EXPR,
		       .also = "if condition assert expression then",
		       .about = "true is a finding, unknown is none but counted; left out: every "
				"match is one"},
	[RULE_SEVERITY_WHEN] = {.name = "severity-when",
				.shape = OL_KEY_OBJECTS,
				.inner = &ol_keys_grade,
				.about = "other grades; the first whose `if` is true holds"},
	[RULE_MESSAGE] = {.name = "message",
			  .shape = OL_KEY_TEMPLATE,
			  .required = true,
			  .also = "title text msg",
			  .about = "what is wrong, with the observed values"},
	[RULE_WHY] = {.name = "why",
		      .shape = OL_KEY_TEXT,
		      .required = true,
		      .also = "explain description rationale docs about",
		      .about = "why it matters (Markdown)"},
	[RULE_ROOT_CAUSE] = {.name = "root-cause",
			     .shape = OL_KEY_TEMPLATE,
			     .also = "group group-by",
			     .about = "findings with equal keys form one group"},
	[RULE_BLAST] = {.name = "blast",
			.shape = OL_KEY_WORD,
			.words = ol_blast_names,
			.also = "impact",
			.about = "what it puts at risk; default node"},
	[RULE_EFFORT] = {.name = "effort",
			 .shape = OL_KEY_WORD,
			 .words = ol_effort_names,
			 .also = "cost",
			 .about = "what mending it takes; default low"},
	[RULE_ENABLED] = {.name = "enabled",
			  .shape = OL_KEY_BOOL,
			  .also = "recommended default on",
			  .about = "false: runs only when selected; default true"},
	[RULE_FIXES] = {.name = "fixes",
			.shape = OL_KEY_OBJECTS,
			.inner = &ol_keys_fix,
			.also = "remedy suggestions",
			.about = "ways out, best first"},
	[RULE_REFERENCES] = {.name = "references",
			     .shape = OL_KEY_URLS,
			     .also = "refs links url urls see",
			     .about = "web addresses"},
	[RULE_EXAMPLES] = {.name = "examples",
			   .shape = OL_KEY_OBJECT,
			   .required = true,
			   .inner = &ol_keys_examples,
			   .also = "tests",
			   .about = "models that the rule is tested on"},
	[RULE_UNTESTABLE] = {.name = "untestable-in-text",
			     .shape = OL_KEY_TEXT,
			     .about = "why no bad example can be written as text"},
};
KEYS(ol_keys_rule, "a rule", rule_rows);

static const struct ol_key match_rows[] = {
	[MATCH_OP] = {.name = "op",
		      .shape = OL_KEY_NAMES,
		      .also = "ops op_type operator type",
		      .about = "operators"},
	[MATCH_DOMAIN] = {.name = "domain",
			  .shape = OL_KEY_NAMES_NOT,
			  .inner = &ol_keys_not_in,
			  .also = "domains",
			  .about = "operator domains; ai.onnx is written '' or ai.onnx"},
	[MATCH_DTYPE] = {.name = "dtype",
			 .shape = OL_KEY_NAMES,
			 .also = "dtypes types",
			 .about = "element types"},
	[MATCH_KIND] = {.name = "kind",
			.shape = OL_KEY_NAMES,
			.words = value_kinds,
			.about = "kinds of values"},
	[MATCH_STATUS] = {.name = "status",
			  .shape = OL_KEY_NAMES,
			  .about = "how the operator resolved"},
};
KEYS(ol_keys_match, "'match'", match_rows);

#define IN(scope) (1u << OL_SCOPE_##scope)
const uint8_t ol_match_scopes[MATCH_KEYS] = {
	[MATCH_OP] = IN(NODE),
	[MATCH_DOMAIN] = IN(NODE) | IN(OPSET_IMPORT) | IN(FUNCTION),
	[MATCH_DTYPE] = IN(VALUE) | IN(INITIALIZER),
	[MATCH_KIND] = IN(VALUE) | IN(INITIALIZER),
	[MATCH_STATUS] = IN(NODE),
};

static const struct ol_key not_in_rows[] = {
	[NOT_IN_LIST] = {.name = "not-in",
			 .shape = OL_KEY_NAMES,
			 .required = true,
			 .also = "not",
			 .about = "all but these"},
};
KEYS(ol_keys_not_in, "an exclusion", not_in_rows);

static const struct ol_key grade_rows[] = {
	[GRADE_IF] = {.name = "if",
		      .shape = OL_KEY_EXPR,
		      .required = true,
		      .also = "when",
		      .about = "the condition"},
	[GRADE_SEVERITY] = {.name = "severity",
			    .shape = OL_KEY_WORD,
			    .words = ol_severity_names,
			    .about = "severity instead"},
	[GRADE_CONFIDENCE] = {.name = "confidence",
			      .shape = OL_KEY_WORD,
			      .words = ol_confidence_names,
			      .about = "confidence instead"},
};
KEYS(ol_keys_grade, "'severity-when'", grade_rows);

static const struct ol_key fix_rows[] = {
	[FIX_TITLE] = {.name = "title",
		       .shape = OL_KEY_TEMPLATE,
		       .required = true,
		       .also = "message text name",
		       .about = "what to do"},
	[FIX_IF] = {.name = "if",
		    .shape = OL_KEY_EXPR,
		    .also = "when",
		    .about = "offered only if true"},
	[FIX_ACTION] = {.name = "action",
			.shape = OL_KEY_NAME,
			.also = "fix",
			.about = "the automatic fix that does it"},
	[FIX_WITH] = {.name = "with",
		      .shape = OL_KEY_WITH,
		      .also = "params parameters args",
		      .about = "the action's parameters"},
	[FIX_APPLICABILITY] = {.name = "applicability",
			       .shape = OL_KEY_WORD,
			       .words = ol_applicability_names,
			       .also = "safety",
			       .about = "does it keep the results; manual without an action"},
};
KEYS(ol_keys_fix, "a fix", fix_rows);

static const struct ol_key examples_rows[] = {
	[EXAMPLES_BAD] = {.name = "bad",
			  .shape = OL_KEY_OBJECTS,
			  .inner = &ol_keys_example,
			  .also = "invalid fail",
			  .about = "models with the problem"},
	[EXAMPLES_GOOD] = {.name = "good",
			   .shape = OL_KEY_OBJECTS,
			   .required = true,
			   .inner = &ol_keys_example,
			   .also = "valid pass ok",
			   .about = "models without it"},
};
KEYS(ol_keys_examples, "'examples'", examples_rows);

static const struct ol_key example_rows[] = {
	[EXAMPLE_NAME] = {.name = "name",
			  .shape = OL_KEY_TEXT,
			  .also = "title id",
			  .about = "what it shows"},
	[EXAMPLE_MODEL] = {.name = "model",
			   .shape = OL_KEY_TEXT,
			   .required = true,
			   .also = "graph text",
			   .about = "a model in ONNX text syntax"},
	[EXAMPLE_TARGET] = {.name = "target",
			    .shape = OL_KEY_TEXT,
			    .about = "the target it is audited for"},
	[EXAMPLE_EXPECT] = {.name = "expect",
			    .shape = OL_KEY_OBJECTS,
			    .inner = &ol_keys_expect,
			    .also = "expects expected",
			    .about = "the findings, all of them; left out: one, anywhere"},
	[EXAMPLE_BECOMES] = {.name = "becomes",
			     .shape = OL_KEY_TEXT,
			     .also = "fixed after",
			     .about = "the model after the first automatic fix"},
};
KEYS(ol_keys_example, "an example", example_rows);

static const struct ol_key expect_rows[] = {
	[EXPECT_AT] = {.name = "at",
		       .shape = OL_KEY_TEXT,
		       .also = "place where location",
		       .about = "node:NAME value:NAME initializer:NAME opset:DOMAIN "
				"function:DOMAIN:NAME graph:PATH model"},
	[EXPECT_MESSAGE] = {.name = "message",
			    .shape = OL_KEY_TEXT,
			    .also = "text",
			    .about = "part of the message; * and ? are wild"},
	[EXPECT_BECAUSE] = {.name = "because",
			    .shape = OL_KEY_TEXT,
			    .also = "reason origin chain",
			    .about = "part of a sentence on where a fact comes from; * and ? are wild"},
	[EXPECT_SEVERITY] = {.name = "severity",
			     .shape = OL_KEY_WORD,
			     .words = ol_severity_names,
			     .about = "its severity"},
	[EXPECT_FIXES] = {.name = "fixes",
			  .shape = OL_KEY_TEXTS,
			  .about = "titles of the fixes offered, in order"},
	[EXPECT_COUNT] = {.name = "count",
			  .shape = OL_KEY_COUNT,
			  .about = "how many such findings; default 1"},
};
KEYS(ol_keys_expect, "an expected finding", expect_rows);
