/* compile.h: what the parts of the rule compiler share. compile.c walks a file's rules,
 * compile_read.c checks shapes and words, compile_text.c takes CEL and templates, compile_parts.c
 * and compile_examples.c the lists of a rule; image.c writes the result down. */
#ifndef OL_RULES_COMPILE_H
#define OL_RULES_COMPILE_H

#include "rules/keys.h"
#include "rules/rules.h"

enum { OL_COMPILE_VARS = 128 };

struct ol_compile {
	struct ol_arena arena; /* the tree and the views, until the image is written */
	struct ol_str text;
	const char *file;
	const struct ol_rules_host *host;
	struct ol_notes *notes;
	struct ol_env env;
	struct ol_var vars[OL_COMPILE_VARS];
	uint32_t n_vars;
};

/* Room for n rows; on refusal a note, and NULL. */
void *ol_compile_rows(struct ol_compile *c, uint32_t n, size_t size);
#define OL_ROWS(c, type, n) ((type *)ol_compile_rows((c), (n), sizeof(type)))

/* ---- compile_read.c ---- */
/* A note on a whole scalar, or on the start of a list or mapping. */
void ol_compile_note(struct ol_compile *c, const struct ol_yaml *y, const char *hint,
		     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* What is wrong with a word, with the nearest of the good ones, or all of them. */
struct ol_hint {
	char text[200];
};
struct ol_hint ol_compile_hint(struct ol_str near);
struct ol_str ol_compile_nearest(struct ol_str word, const char *const *words);
/* For messages: "%.*s" of a word of the user's, cut short. */
#define OL_SHORT(s) (int)((s).n > 60 ? 60 : (s).n), (s).n ? (s).p : ""

/* Sorts the values of a mapping by the table's rows (NULL: absent, or of a wrong kind). A key that
 * is misspelt counts as the one it is near to. False when y is no mapping. */
bool ol_compile_keys(struct ol_compile *c, const struct ol_yaml *y, const struct ol_keys *keys,
		     const struct ol_yaml *got[OL_KEYS_MOST]);
/* Values; y may be NULL: then the default. */
int ol_compile_word(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
		    int otherwise);
bool ol_compile_bool(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
		     bool otherwise);
uint32_t ol_compile_count(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
			  uint32_t otherwise);
struct ol_str ol_compile_name(struct ol_compile *c, const struct ol_key *k,
			      const struct ol_yaml *y);
struct ol_str ol_compile_str(const struct ol_yaml *y);
struct ol_names ol_compile_names(struct ol_compile *c, const struct ol_key *k,
				 const struct ol_yaml *y);
/* The i-th text of a scalar or list. */
const struct ol_yaml *ol_compile_item(const struct ol_yaml *y, uint32_t i);

/* ---- compile_text.c ---- */
/* Names that expressions see from here on. */
void ol_compile_var(struct ol_compile *c, const char *name, const char *type);
bool ol_compile_var_free(const struct ol_compile *c, struct ol_str name);
const struct ol_expr *ol_compile_expr(struct ol_compile *c, const struct ol_yaml *y,
				      const char *want);
struct ol_template ol_compile_template(struct ol_compile *c, const struct ol_yaml *y);

/* ---- compile_parts.c, compile_examples.c ---- */
void ol_compile_match(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r);
void ol_compile_lets(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r);
void ol_compile_grades(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r);
void ol_compile_fixes(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r);
void ol_compile_examples(struct ol_compile *c, const struct ol_yaml *y, bool untestable,
			 struct ol_rule *r);

/* ---- image.c ---- */
/* Appends the image of n rules. */
void ol_image_write(struct ol_buf *out, const struct ol_rule *rules, uint32_t n);

#endif
