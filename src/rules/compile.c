/* compile.c: a rule file becomes an image. Walks the file's rules; every complaint is told in one
 * run. */
#include "rules/compile.h"

#include <stdio.h>
#include <stdlib.h>

#include "rules/builtin.h"
#include "util/text.h"

static const struct ol_builtin *find_builtin(struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_str name = ol_compile_name(c, &ol_keys_rule.at[RULE_BUILTIN], y),
		      near = OL_STR("");
	uint32_t best = UINT32_MAX, d;

	if (!name.n || !c->host->builtins)
		return NULL;
	for (uint32_t i = 0; c->host->builtins[i]; i++) {
		const struct ol_builtin *b = c->host->builtins[i];

		if (ol_str_is(name, b->name))
			return b;
		if (ol_text_near(name, ol_str(b->name), &d) && d < best) {
			best = d;
			near = ol_str(b->name);
		}
	}
	ol_compile_note(c, y, ol_compile_hint(near).text, "unknown builtin '%.*s'", OL_SHORT(name));
	return NULL;
}

/* The variables of a rule, in the order of the evaluation's slots; lets come after. */
static void bind(struct ol_compile *c, const struct ol_rule *r, const struct ol_builtin *b)
{
	c->n_vars = 0;
	ol_compile_var(c, "model", "model");
	if (*ol_scope_vars[r->scope].name)
		ol_compile_var(c, ol_scope_vars[r->scope].name, ol_scope_vars[r->scope].type);
	if (r->for_each_target)
		ol_compile_var(c, "target", "target");
	for (const struct ol_builtin_var *v = b ? b->vars : NULL; v && v->name; v++)
		ol_compile_var(c, v->name, v->type);
}

static void grades(struct ol_compile *c, const struct ol_yaml *got[], struct ol_rule *r)
{
	static const struct {
		uint8_t key;
		uint8_t otherwise;
		size_t field;
	} words[] = {
		{RULE_SEVERITY, OL_SEV_ERROR, offsetof(struct ol_rule, severity)},
		{RULE_CONFIDENCE, OL_CONF_CERTAIN, offsetof(struct ol_rule, confidence)},
		{RULE_SCOPE, OL_SCOPE_MODEL, offsetof(struct ol_rule, scope)},
		{RULE_BLAST, OL_BLAST_NODE, offsetof(struct ol_rule, blast)},
		{RULE_EFFORT, OL_EFFORT_LOW, offsetof(struct ol_rule, effort)},
	};

	for (uint32_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		((uint8_t *)r)[words[i].field] = (uint8_t)ol_compile_word(
			c, &ol_keys_rule.at[words[i].key], got[words[i].key], words[i].otherwise);
}

static struct ol_names urls(struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_names names = {0};

	if (!y || !y->n)
		return names;
	names = ol_compile_names(c, &ol_keys_rule.at[RULE_REFERENCES], y);
	for (uint32_t i = 0; i < y->n; i++)
		if (y->items[i].kind == OL_YAML_SCALAR &&
		    !ol_str_starts(y->items[i].text, "https://") &&
		    !ol_str_starts(y->items[i].text, "http://"))
			ol_compile_note(c, &y->items[i], "as in https://onnx.ai/",
					"a reference is a web address");
	return names;
}

static void rule(struct ol_compile *c, const struct ol_yaml *y, struct ol_str family,
		 struct ol_rule *r)
{
	const struct ol_key *rows = ol_keys_rule.at;
	const struct ol_yaml *got[OL_KEYS_MOST], *scope;
	const struct ol_builtin *b;
	struct ol_str name;

	if (!ol_compile_keys(c, y, &ol_keys_rule, got))
		return;
	name = ol_compile_name(c, &rows[RULE_ID], got[RULE_ID]);
	r->id = ol_arena_printf(&c->arena, "%.*s/%.*s", OL_FMT(family), OL_FMT(name));
	r->line = y->line;
	r->enabled = ol_compile_bool(c, &rows[RULE_ENABLED], got[RULE_ENABLED], true);
	r->for_each_target =
		ol_compile_bool(c, &rows[RULE_FOR_EACH_TARGET], got[RULE_FOR_EACH_TARGET], false);
	grades(c, got, r);
	r->why = ol_compile_str(got[RULE_WHY]);
	r->references = urls(c, got[RULE_REFERENCES]);
	b = find_builtin(c, got[RULE_BUILTIN]);
	if (got[RULE_BUILTIN])
		r->builtin = got[RULE_BUILTIN]->text;
	/* what the names in its expressions mean is not known: complaints about them would be noise
	 */
	scope = got[RULE_SCOPE];
	if (!scope || ol_name_index(ol_scope_names, scope->text) < 0 ||
	    (got[RULE_BUILTIN] && !b && c->host->builtins))
		c->env.dyn_vars = true;
	else
		c->env.dyn_vars = c->host->env->dyn_vars;
	bind(c, r, b);
	if (!c->env.dyn_vars)
		ol_compile_match(c, got[RULE_MATCH], r);
	ol_compile_lets(c, got[RULE_LET], r);
	r->when = ol_compile_expr(c, got[RULE_WHEN], "bool");
	r->message = ol_compile_template(c, got[RULE_MESSAGE]);
	r->root_cause = ol_compile_template(c, got[RULE_ROOT_CAUSE]);
	ol_compile_grades(c, got[RULE_SEVERITY_WHEN], r);
	ol_compile_fixes(c, got[RULE_FIXES], r);
	ol_compile_examples(c, got[RULE_EXAMPLES], got[RULE_UNTESTABLE] != NULL, r);
	r->n_slots = c->n_vars;
}

static int by_id(const void *a, const void *b)
{
	const struct ol_rule *x = a, *y = b;
	int d = ol_str_cmp(x->id, y->id);

	return d ? d : (x->line > y->line) - (x->line < y->line);
}

/* Sorts the rules by id; tells those that are there twice, at the second's id. */
static void check_ids(struct ol_compile *c, const struct ol_yaml *list, struct ol_rule *rules,
		      uint32_t n)
{
	qsort(rules, n, sizeof(*rules), by_id);
	for (uint32_t i = 1; i < n; i++) {
		if (!ol_str_eq(rules[i].id, rules[i - 1].id) ||
		    rules[i].id.p[rules[i].id.n - 1] == '/')
			continue;
		for (uint32_t k = 0; k < list->n; k++) {
			const struct ol_yaml *id = ol_yaml_get(&list->items[k], "id");
			char hint[64];

			if (!id || list->items[k].line != rules[i].line)
				continue;
			snprintf(hint, sizeof(hint), "first on line %u",
				 (unsigned)rules[i - 1].line);
			ol_compile_note(c, id, hint, "a second rule with the id '%.*s'",
					OL_SHORT(id->text));
		}
	}
}

static void file(struct ol_compile *c, const struct ol_yaml *y, struct ol_buf *image)
{
	const struct ol_yaml *got[OL_KEYS_MOST], *list;
	struct ol_rule *rules;
	struct ol_str family;
	uint32_t n = 0;

	if (!ol_compile_keys(c, y, &ol_keys_file, got))
		return;
	family = ol_compile_name(c, &ol_keys_file.at[FILE_FAMILY], got[FILE_FAMILY]);
	list = got[FILE_RULES];
	if (!list)
		return;
	if (!list->n)
		ol_compile_note(c, list, NULL, "'rules' is an empty list");
	rules = OL_ROWS(c, struct ol_rule, list->n);
	for (uint32_t i = 0; rules && i < list->n && !ol_notes_full(c->notes); i++) {
		struct ol_rule *r = &rules[n];

		/* the row may hold what is left of a rule without an id */
		*r = (struct ol_rule){.family = family, .file = ol_str(c->file)};
		r->about = ol_compile_str(got[FILE_ABOUT]);
		rule(c, &list->items[i], family, r);
		n += r->id.n > 0;
	}
	if (!rules)
		return;
	check_ids(c, list, rules, n);
	if (!c->notes->n)
		ol_image_write(image, rules, n);
}

int ol_rules_compile(struct ol_str text, const char *name, const struct ol_rules_host *host,
		     struct ol_buf *image, struct ol_notes *notes)
{
	enum { ARENA = 256 << 20 }; /* a file is a megabyte at most */
	struct ol_notes mine = {0};
	struct ol_compile c = {
		.text = text, .file = name, .host = host, .notes = &mine, .env = *host->env};
	struct ol_yaml *root;
	int rc;

	ol_arena_init(&c.arena, ARENA);
	root = ol_yaml_parse_all(&c.arena, text, name, NULL, &mine);
	if (root)
		file(&c, root, image);
	else if (!mine.n)
		ol_notes_add(&mine, name, 1, 1, 1, "it starts with family: NAME",
			     "the file is empty");
	for (uint32_t i = 0; i < mine.n; i++) {
		const struct ol_note *m = &mine.at[i];

		ol_notes_add(notes, m->file, m->line, m->column, m->length,
			     m->hint.n ? m->hint.p : NULL, "%.*s", OL_FMT(m->message));
	}
	/* a fault that found no room must not make a wrong file right */
	image->failed |= mine.arena.refused || c.arena.refused || notes->arena.refused;
	rc = mine.n || image->failed ? -1 : 0;
	ol_notes_free(&mine);
	ol_arena_free(&c.arena);
	return rc;
}
