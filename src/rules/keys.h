/* keys.h: the form of a rule file, as tables: which keys there are, what each takes, and a line
 * about it. The compiler, the JSON Schema and the error messages read the same rows. */
#ifndef OL_RULES_KEYS_H
#define OL_RULES_KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum ol_key_shape {
	OL_KEY_TEXT, /* text, not empty */
	OL_KEY_NAME, /* lower-case words joined by '-' */
	OL_KEY_WORD, /* one of `words` */
	OL_KEY_BOOL,
	OL_KEY_COUNT,	  /* whole number, 1 or more */
	OL_KEY_EXPR,	  /* CEL */
	OL_KEY_TEMPLATE,  /* text with {CEL} holes */
	OL_KEY_NAMES,	  /* one text or a list of texts; each one of `words` when given */
	OL_KEY_NAMES_NOT, /* the same, or {not-in: …} */
	OL_KEY_TEXTS,	  /* a list of texts */
	OL_KEY_URLS,	  /* a list of web addresses */
	OL_KEY_OBJECT,	  /* a mapping with the keys of `inner` */
	OL_KEY_OBJECTS,	  /* a list of such */
	OL_KEY_LETS,	  /* names to CEL */
	OL_KEY_WITH	  /* names to templates */
};

struct ol_keys;
struct ol_key {
	const char *name;
	enum ol_key_shape shape;
	bool required;
	const char *const *words; /* NULL-ended */
	const struct ol_keys *inner;
	const char *also; /* words of other tools that mean this key, space-separated */
	const char *about;
};
struct ol_keys {
	const char *what; /* "a rule" */
	const struct ol_key *at;
	uint32_t n;
};

/* Rows of each table, by index. */
enum { FILE_FAMILY, FILE_ABOUT, FILE_RULES, FILE_KEYS };
enum {
	RULE_ID,
	RULE_SEVERITY,
	RULE_CONFIDENCE,
	RULE_SCOPE,
	RULE_FOR_EACH_TARGET,
	RULE_BUILTIN,
	RULE_MATCH,
	RULE_LET,
	RULE_WHEN,
	RULE_SEVERITY_WHEN,
	RULE_MESSAGE,
	RULE_WHY,
	RULE_ROOT_CAUSE,
	RULE_BLAST,
	RULE_EFFORT,
	RULE_ENABLED,
	RULE_FIXES,
	RULE_REFERENCES,
	RULE_EXAMPLES,
	RULE_UNTESTABLE,
	RULE_KEYS
};
enum { MATCH_OP, MATCH_DOMAIN, MATCH_DTYPE, MATCH_KIND, MATCH_STATUS, MATCH_KEYS };
enum { NOT_IN_LIST, NOT_IN_KEYS };
enum { GRADE_IF, GRADE_SEVERITY, GRADE_CONFIDENCE, GRADE_KEYS };
enum { FIX_TITLE, FIX_IF, FIX_ACTION, FIX_WITH, FIX_APPLICABILITY, FIX_KEYS };
enum { EXAMPLES_BAD, EXAMPLES_GOOD, EXAMPLES_KEYS };
enum { EXAMPLE_NAME, EXAMPLE_MODEL, EXAMPLE_TARGET, EXAMPLE_EXPECT, EXAMPLE_BECOMES, EXAMPLE_KEYS };
enum { EXPECT_AT, EXPECT_MESSAGE, EXPECT_BECAUSE, EXPECT_SEVERITY, EXPECT_FIXES, EXPECT_COUNT, EXPECT_KEYS };
enum { OL_KEYS_MOST = 24 };

extern const struct ol_keys ol_keys_file, ol_keys_rule, ol_keys_match, ol_keys_not_in,
	ol_keys_grade, ol_keys_fix, ol_keys_examples, ol_keys_example, ol_keys_expect;

/* The form of files as a JSON Schema; defs: the tables below the root by name, ended by NULL. */
struct ol_json_def {
	const struct ol_keys *keys;
	const char *name;
};
struct ol_buf;
void ol_keys_json_schema(const char *title, const struct ol_keys *root, const struct ol_json_def *defs, struct ol_buf *out);

/* Which scopes a match key has a meaning in: bit by enum ol_scope_kind. */
extern const uint8_t ol_match_scopes[MATCH_KEYS];
/* The variable that a scope binds beside `model` ("" for scope model), and its class. */
extern const struct ol_scope_var {
	const char *name, *type;
} ol_scope_vars[];
/* First words of an expected place: "node", "value", … */
extern const char *const ol_place_words[];

#endif
