/* compile_parts.c: the parts of a rule that say when it fires and what to do: match, let,
 * severity-when, fixes. */
#include "load/dtype.h"
#include "rules/compile.h"
#include "util/text.h"

static void drop_useless(struct ol_compile *c, const struct ol_yaml *match,
			 const struct ol_yaml *got[], uint8_t scope)
{
	for (uint32_t i = 0; i < MATCH_KEYS; i++) {
		if (!got[i] || ol_match_scopes[i] & 1u << scope)
			continue;
		for (uint32_t k = 0; k < match->n; k++)
			if (&match->items[k] == got[i])
				ol_compile_note(c, &match->keys[k], NULL,
						"'%s' says nothing in scope %s",
						ol_keys_match.at[i].name, ol_scope_names[scope]);
		got[i] = NULL;
	}
}

/* ai.onnx is the default domain's other name. */
static struct ol_names domains(struct ol_compile *c, const struct ol_key *k,
			       const struct ol_yaml *y)
{
	struct ol_names names = ol_compile_names(c, k, y);
	struct ol_str *at = names.n ? OL_ROWS(c, struct ol_str, names.n) : NULL;

	for (uint32_t i = 0; at && i < names.n; i++)
		at[i] = ol_str_is(names.at[i], "ai.onnx") ? OL_STR("") : names.at[i];
	names.at = at;
	return names;
}

static bool custom_domain(const struct ol_match *m)
{
	for (uint32_t i = 0; i < m->domain.n; i++)
		if (m->domain.at[i].n && !ol_str_starts(m->domain.at[i], "ai.onnx"))
			return true;
	return false;
}

static void check_ops(struct ol_compile *c, const struct ol_yaml *y, const struct ol_match *m)
{
	struct ol_str near;

	if (!c->host->known_op || custom_domain(m))
		return;
	for (uint32_t i = 0; i < (y->kind == OL_YAML_SEQ ? y->n : 1); i++) {
		const struct ol_yaml *item = ol_compile_item(y, i);

		near = OL_STR("");
		if (item->kind == OL_YAML_SCALAR && !item->refused &&
		    !c->host->known_op(item->text, &near))
			ol_compile_note(c, item,
					near.n ? ol_compile_hint(near).text
					       : "of a custom domain? add 'domain'",
					"unknown operator '%.*s'", OL_SHORT(item->text));
	}
}

/* Element types are kept by the name that facts use. */
static struct ol_names dtypes(struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_names names = ol_compile_names(c, &ol_keys_match.at[MATCH_DTYPE], y);
	struct ol_str *at = names.n ? OL_ROWS(c, struct ol_str, names.n) : NULL;
	const char *words[OL_DT_COUNT];
	uint32_t n = 0;

	for (int d = 1; d < OL_DT_COUNT; d++)
		words[d - 1] = ol_dtype_info(d)->name;
	words[OL_DT_COUNT - 1] = NULL;
	for (uint32_t i = 0; at && y && i < (y->kind == OL_YAML_SEQ ? y->n : 1); i++) {
		const struct ol_yaml *item = ol_compile_item(y, i);
		enum ol_dtype d;

		if (item->kind != OL_YAML_SCALAR || item->refused)
			continue;
		d = ol_dtype_find(item->text);
		if (d != OL_DT_UNDEFINED)
			at[n++] = ol_str(ol_dtype_info(d)->name);
		else
			ol_compile_note(c, item,
					ol_compile_hint(ol_compile_nearest(item->text, words)).text,
					"unknown element type '%.*s'", OL_SHORT(item->text));
	}
	return (struct ol_names){at, n};
}

void ol_compile_match(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r)
{
	const struct ol_key *rows = ol_keys_match.at;
	const struct ol_yaml *got[OL_KEYS_MOST], *domain;
	struct ol_key status;

	if (!y || !ol_compile_keys(c, y, &ol_keys_match, got))
		return;
	drop_useless(c, y, got, r->scope);
	domain = got[MATCH_DOMAIN];
	if (domain && domain->kind == OL_YAML_MAP) {
		const struct ol_yaml * not [OL_KEYS_MOST];

		if (ol_compile_keys(c, domain, &ol_keys_not_in, not ))
			r->match.not_domain = domains(c, &rows[MATCH_DOMAIN], not [NOT_IN_LIST]);
	} else {
		r->match.domain = domains(c, &rows[MATCH_DOMAIN], domain);
	}
	r->match.op = ol_compile_names(c, &rows[MATCH_OP], got[MATCH_OP]);
	if (got[MATCH_OP])
		check_ops(c, got[MATCH_OP], &r->match);
	r->match.dtype = dtypes(c, got[MATCH_DTYPE]);
	r->match.kind = ol_compile_names(c, &rows[MATCH_KIND], got[MATCH_KIND]);
	status = rows[MATCH_STATUS];
	status.words = c->host->status_names;
	r->match.status = ol_compile_names(c, &status, got[MATCH_STATUS]);
}

/* Words that CEL keeps to itself (langdef, "Reserved"). */
static bool reserved(struct ol_str s)
{
	static const char *const words[] = {
		"true",	     "false",  "null",	   "in",   "as",     "break", "const", "continue",
		"else",	     "for",    "function", "if",   "import", "let",   "loop",  "package",
		"namespace", "return", "var",	   "void", "while",  NULL};

	return ol_name_index(words, s) >= 0;
}

static bool identifier(struct ol_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!(ch == '_' || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
		      (i && ch >= '0' && ch <= '9')))
			return false;
	}
	return s.n > 0;
}

static bool let_name(struct ol_compile *c, const struct ol_yaml *key)
{
	if (!identifier(key->text)) {
		ol_compile_note(c, key, "letters, digits and '_'",
				"'%.*s' cannot be a name in an expression", OL_SHORT(key->text));
		return false;
	}
	if (reserved(key->text)) {
		ol_compile_note(c, key, "choose another name",
				"'%.*s' is a word that CEL keeps to itself", OL_SHORT(key->text));
		return false;
	}
	if (!ol_compile_var_free(c, key->text)) {
		ol_compile_note(c, key, "choose another name", "'%.*s' is bound already",
				OL_SHORT(key->text));
		return false;
	}
	return true;
}

void ol_compile_lets(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r)
{
	struct ol_rule_let *lets;

	if (!y)
		return;
	if (y->n > OL_COMPILE_VARS / 2) {
		ol_compile_note(c, y, NULL, "more than %d names in 'let'", OL_COMPILE_VARS / 2);
		return;
	}
	lets = OL_ROWS(c, struct ol_rule_let, y->n);
	if (!lets)
		return;
	for (uint32_t i = 0; i < y->n; i++) {
		const struct ol_expr *x = NULL;
		char type[128] = "dyn";
		bool named = let_name(c, &y->keys[i]);

		if (y->items[i].kind != OL_YAML_SCALAR)
			ol_compile_note(c, &y->items[i],
					y->items[i].kind == OL_YAML_MAP
						? "quote the value: it starts a mapping"
						: "quote the value: it starts a list",
					"'let' takes expressions, found a %s",
					y->items[i].kind == OL_YAML_MAP ? "mapping" : "list");
		else if (!y->items[i].refused)
			x = ol_compile_expr(c, &y->items[i], NULL);
		if (x)
			ol_expr_type(x, type, sizeof(type));
		lets[r->n_lets++] = (struct ol_rule_let){y->keys[i].text, x};
		/* a wrong one is known all the same, as dyn, so that its uses are not told too */
		if (named) {
			struct ol_str t = ol_arena_str(&c->arena, ol_str(type));

			ol_compile_var(c, y->keys[i].text.p, t.p ? t.p : "dyn");
		}
	}
	r->lets = lets;
}

void ol_compile_grades(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r)
{
	struct ol_rule_severity *rows;

	if (!y)
		return;
	rows = OL_ROWS(c, struct ol_rule_severity, y->n);
	for (uint32_t i = 0; rows && i < y->n; i++) {
		const struct ol_yaml *got[OL_KEYS_MOST];
		const struct ol_key *k = ol_keys_grade.at;

		if (!ol_compile_keys(c, &y->items[i], &ol_keys_grade, got))
			continue;
		if (!got[GRADE_SEVERITY] && !got[GRADE_CONFIDENCE])
			ol_compile_note(c, &y->items[i], NULL,
					"'severity-when' changes nothing here: give severity or "
					"confidence");
		rows[r->n_severity_when++] = (struct ol_rule_severity){
			.when = ol_compile_expr(c, got[GRADE_IF], "bool"),
			.severity = (int8_t)ol_compile_word(c, &k[GRADE_SEVERITY],
							    got[GRADE_SEVERITY], -1),
			.confidence = (int8_t)ol_compile_word(c, &k[GRADE_CONFIDENCE],
							      got[GRADE_CONFIDENCE], -1),
		};
	}
	r->severity_when = rows;
}

static void fix_with(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule_fix *f)
{
	struct ol_str *keys = y ? OL_ROWS(c, struct ol_str, y->n) : NULL;
	struct ol_template *values = y ? OL_ROWS(c, struct ol_template, y->n) : NULL;

	for (uint32_t i = 0; keys && values && i < y->n; i++) {
		if (y->items[i].kind != OL_YAML_SCALAR) {
			ol_compile_note(c, &y->items[i], "quote a value that starts with '{'",
					"parameter '%.*s' takes text, found a list or mapping",
					OL_SHORT(y->keys[i].text));
			continue;
		}
		keys[f->n_with] = y->keys[i].text;
		values[f->n_with++] = ol_compile_template(c, &y->items[i]);
	}
	f->with_keys = keys;
	f->with_values = values;
}

static void fix_action(struct ol_compile *c, const struct ol_yaml *fix, const struct ol_yaml *got[],
		       struct ol_rule_fix *f)
{
	const struct ol_yaml *action = got[FIX_ACTION], *grade = got[FIX_APPLICABILITY];
	struct ol_str near = OL_STR("");

	f->action = ol_compile_name(c, &ol_keys_fix.at[FIX_ACTION], action);
	f->applicability = (uint8_t)ol_compile_word(c, &ol_keys_fix.at[FIX_APPLICABILITY], grade,
						    OL_FIX_MANUAL);
	if (f->action.n && c->host->known_action && !c->host->known_action(f->action, &near))
		ol_compile_note(c, action, ol_compile_hint(near).text, "unknown action '%.*s'",
				OL_SHORT(f->action));
	if (action && !grade && !ol_yaml_get(fix, "applicability"))
		ol_compile_note(c, action,
				"add applicability: safe, or unsafe when results may change",
				"a fix with an action has to say whether it is safe");
	else if (action && grade && ol_str_is(grade->text, "manual"))
		ol_compile_note(c, grade, NULL,
				"a fix with an action is safe or unsafe, not manual");
	else if (!action && f->applicability != OL_FIX_MANUAL && grade)
		ol_compile_note(c, grade, "add 'action', or say manual",
				"a fix without an action is manual");
	if (got[FIX_WITH] && !action)
		ol_compile_note(c, got[FIX_WITH], NULL, "'with' needs an action");
}

void ol_compile_fixes(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule *r)
{
	struct ol_rule_fix *rows;

	if (!y)
		return;
	rows = OL_ROWS(c, struct ol_rule_fix, y->n);
	for (uint32_t i = 0; rows && i < y->n; i++) {
		const struct ol_yaml *got[OL_KEYS_MOST];
		struct ol_rule_fix *f = &rows[r->n_fixes];

		if (!ol_compile_keys(c, &y->items[i], &ol_keys_fix, got))
			continue;
		f->title = ol_compile_template(c, got[FIX_TITLE]);
		f->when = ol_compile_expr(c, got[FIX_IF], "bool");
		fix_action(c, &y->items[i], got, f);
		fix_with(c, got[FIX_WITH], f);
		r->n_fixes++;
	}
	r->fixes = rows;
}
