/* read.c: one configuration file, from YAML to parts and suppressions.
 *
 * The readers of rule files are used: a complaint never ends the run, so that all that is wrong is
 * told at once. */
#include "config/read.h"

#include "config/keys.h"
#include "schema/target.h"
#include <stdio.h>

#include "util/text.h"

enum { PATTERN_MOST = 1024 };

static struct ol_config_word word(struct ol_config_reader *r, const struct ol_yaml *y)
{
	struct ol_config_word w = {ol_compile_str(y), y->line, y->column, 1};

	if (!y->block && y->line == y->end_line && y->end_column > y->column)
		w.length = y->end_column - y->column;
	w.text = ol_arena_str(&r->out->arena, w.text);
	r->no_memory |= !w.text.p;
	return w;
}

/* One text or a list of texts, none empty. */
static struct ol_config_words words(struct ol_config_reader *r, const struct ol_key *k,
				    const struct ol_yaml *y)
{
	struct ol_config_words out = {.given = y != NULL};
	uint32_t n = y ? y->kind == OL_YAML_SEQ ? y->n : 1 : 0;
	struct ol_config_word *at = n ? OL_NEWN(&r->out->arena, struct ol_config_word, n) : NULL;

	r->no_memory |= n && !at;
	if (y && !n)
		ol_compile_note(&r->c, y, NULL,
				"'%s' is an empty list: name something or leave the key out",
				k->name);
	for (uint32_t i = 0; at && i < n; i++) {
		const struct ol_yaml *item = ol_compile_item(y, i);

		if (item->refused)
			continue;
		if (item->kind != OL_YAML_SCALAR || !item->text.n)
			ol_compile_note(&r->c, item, NULL, "'%s' takes names: write a text here",
					k->name);
		else if (memchr(item->text.p, '\0', item->text.n))
			ol_compile_note(&r->c, item, NULL, "'%s' has a NUL byte: leave it out",
					k->name);
		else
			at[out.n++] = word(r, item);
	}
	out.at = at;
	return out;
}

static bool has(struct ol_str s, const char *part)
{
	size_t n = strlen(part);

	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, part, n) == 0)
			return true;
	return false;
}

static void globs(struct ol_config_reader *r, const struct ol_config_words *w)
{
	for (uint32_t i = 0; i < w->n; i++) {
		const struct ol_config_word *g = &w->at[i];
		const char *wrong = NULL;

		if (g->text.n > PATTERN_MOST)
			wrong = "a glob is longer than 1024 bytes: shorten it";
		else if (has(g->text, "***"))
			wrong = "a glob has more than two stars in a row: * stays within a name, "
				"** goes across folders";
		else if (memchr(g->text.p, '\\', g->text.n))
			wrong = "a glob has a backslash: folders are parted by /";
		else if (ol_str_starts(g->text, "../") || has(g->text, "/../"))
			wrong =
			    "a glob goes upwards: it starts from the configuration file's folder";
		else if (g->text.p[0] == '!')
			wrong = "a glob cannot be turned round with !: name what is meant";
		if (wrong)
			ol_notes_add(r->c.notes, r->c.file, g->line, g->column, g->length, NULL,
				     "%s", wrong);
	}
}

static struct ol_config_words targets(struct ol_config_reader *r, const struct ol_key *k,
				      const struct ol_yaml *y)
{
	struct ol_config_words w = words(r, k, y);

	for (uint32_t i = 0; i < w.n && !ol_notes_full(r->c.notes); i++) {
		struct ol_str t = w.at[i].text;
		const char *at = memchr(t.p, '@', t.n);
		struct ol_str base = {t.p, at ? (size_t)(at - t.p) : t.n}, near;

		if (ol_str_is(t, "all") || ol_target_find(t).row)
			continue;
		near = ol_target_find(base).row ? OL_STR("") : ol_target_nearest(base);
		if (at && ol_target_find(base).row)
			ol_notes_add(r->c.notes, r->c.file, w.at[i].line, w.at[i].column,
				     w.at[i].length, NULL,
				     "no facts of this version of %.*s: `onnxlint targets %.*s` "
				     "lists those that are known",
				     OL_SHORT(base), OL_SHORT(base));
		else
			ol_notes_add(r->c.notes, r->c.file, w.at[i].line, w.at[i].column,
				     w.at[i].length, near.n ? ol_compile_hint(near).text : NULL,
				     "unknown target '%.*s': `onnxlint targets` lists them",
				     OL_SHORT(t));
	}
	return w;
}

/* A mapping, its keys and its values side by side. False: not taken. */
static bool pairs(struct ol_config_reader *r, const struct ol_key *k, const struct ol_yaml *y,
		  struct ol_config_words *keys, struct ol_config_words *values)
{
	struct ol_config_word *a, *b;

	if (!y || !y->n)
		return false;
	a = OL_NEWN(&r->out->arena, struct ol_config_word, y->n);
	b = OL_NEWN(&r->out->arena, struct ol_config_word, y->n);
	if (!a || !b) {
		r->no_memory = true;
		return false;
	}
	for (uint32_t i = 0; i < y->n; i++) {
		if (y->items[i].refused)
			continue;
		if (y->items[i].kind != OL_YAML_SCALAR) {
			ol_compile_note(&r->c, &y->items[i], NULL,
					"'%s' takes one value for each name", k->name);
			continue;
		}
		a[keys->n] = word(r, &y->keys[i]);
		b[keys->n++] = word(r, &y->items[i]);
	}
	values->n = keys->n;
	keys->given = values->given = true;
	keys->at = a;
	values->at = b;
	return true;
}

static void severity(struct ol_config_reader *r, const struct ol_key *k, const struct ol_yaml *y,
		     struct ol_config_part *p)
{
	if (!pairs(r, k, y, &p->severity, &p->levels))
		return;
	for (uint32_t i = 0; i < p->levels.n; i++) {
		const struct ol_config_word *w = &p->levels.at[i];
		struct ol_str near = ol_compile_nearest(w->text, ol_config_levels);

		if (ol_name_index(ol_config_levels, w->text) < 0)
			ol_notes_add(r->c.notes, r->c.file, w->line, w->column, w->length,
				     near.n ? ol_compile_hint(near).text
					    : "one of error, warning, note, off",
				     "unknown severity '%.*s'", OL_SHORT(w->text));
	}
}

static void limits(struct ol_config_reader *r, const struct ol_key *k, const struct ol_yaml *y,
		   struct ol_config_part *p)
{
	struct ol_limits scratch;

	if (!pairs(r, k, y, &p->limits, &p->bounds))
		return;
	ol_limits_default(&scratch);
	for (uint32_t i = 0; i < p->limits.n; i++) {
		const struct ol_config_word *name = &p->limits.at[i], *value = &p->bounds.at[i];
		const struct ol_limit_row *row = ol_limit_rows;
		struct ol_str near = OL_STR("");
		uint32_t best = UINT32_MAX, d;
		struct ol_err err = {0};
		char text[160];

		for (; row->name && !ol_str_is(name->text, row->name); row++)
			if (ol_text_near(name->text, ol_str(row->name), &d) && d < best) {
				best = d;
				near = ol_str(row->name);
			}
		snprintf(text, sizeof(text), "%.*s=%.*s", OL_SHORT(name->text),
			 OL_SHORT(value->text));
		if (!row->name)
			ol_notes_add(r->c.notes, r->c.file, name->line, name->column, name->length,
				     near.n ? ol_compile_hint(near).text : NULL,
				     "unknown limit '%.*s': `onnxlint help check` lists them",
				     OL_SHORT(name->text));
		else if (ol_limits_set(&scratch, text, &err))
			ol_notes_add(
			    r->c.notes, r->c.file, value->line, value->column, value->length, NULL,
			    "limit %s takes a positive whole number that it can keep, found '%.*s'",
			    row->name, OL_SHORT(value->text));
	}
}

static void part(struct ol_config_reader *r, const struct ol_keys *keys,
		 const struct ol_yaml *const *got, struct ol_config_part *p)
{
	p->file = r->file;
	p->select = words(r, &keys->at[PART_SELECT], got[PART_SELECT]);
	p->ignore = words(r, &keys->at[PART_IGNORE], got[PART_IGNORE]);
	p->targets = targets(r, &keys->at[PART_TARGETS], got[PART_TARGETS]);
	p->fail_on = ol_compile_word(&r->c, &keys->at[PART_FAIL_ON], got[PART_FAIL_ON], -1);
	severity(r, &keys->at[PART_SEVERITY], got[PART_SEVERITY], p);
	limits(r, &keys->at[PART_LIMITS], got[PART_LIMITS], p);
}

static struct ol_config_part *new_part(struct ol_config_reader *r, struct ol_config_parts *list)
{
	if (list->n == list->cap) {
		uint32_t cap = list->cap ? list->cap * 2 : 8;
		struct ol_config_part *at = OL_NEWN(&r->out->arena, struct ol_config_part, cap);

		if (!at) {
			r->no_memory = true;
			return NULL;
		}
		if (list->n)
			memcpy(at, list->at, list->n * sizeof(*at));
		list->at = at;
		list->cap = cap;
	}
	list->at[list->n] = (struct ol_config_part){.fail_on = -1};
	return &list->at[list->n++];
}

static void sections(struct ol_config_reader *r, const struct ol_yaml *y)
{
	const struct ol_yaml *got[OL_KEYS_MOST];

	for (uint32_t i = 0; y && i < y->n; i++) {
		struct ol_config_part *p;

		if (!ol_compile_keys(&r->c, &y->items[i], &ol_config_section_keys, got))
			continue;
		p = new_part(r, r->sections);
		if (!p)
			return;
		part(r, &ol_config_section_keys, got, p);
		p->paths = words(r, &ol_config_section_keys.at[SECTION_PATHS], got[SECTION_PATHS]);
		globs(r, &p->paths);
		/* a section whose globs are wrong holds for nothing */
		if (!p->paths.n)
			r->sections->n--;
	}
}

static struct ol_str pattern(struct ol_config_reader *r, const struct ol_yaml *y)
{
	struct ol_str s = ol_compile_str(y);

	if (!y)
		return s;
	if (s.n > PATTERN_MOST)
		ol_compile_note(&r->c, y, NULL, "a pattern is longer than 1024 bytes: shorten it");
	s = ol_arena_str(&r->out->arena, s);
	r->no_memory |= !s.p;
	return s;
}

static void hush(struct ol_config_reader *r, const struct ol_yaml *y,
		 struct ol_config_suppression *s)
{
	const struct ol_key *k = ol_config_hush_keys.at;
	const struct ol_yaml *got[OL_KEYS_MOST];
	int64_t days;

	if (!ol_compile_keys(&r->c, y, &ol_config_hush_keys, got))
		return;
	s->file = r->file;
	s->line = y->n ? y->keys[0].line : y->line;
	s->column = y->n ? y->keys[0].column : y->column;
	s->rules = words(r, &k[HUSH_RULE], got[HUSH_RULE]);
	s->paths = words(r, &k[HUSH_PATHS], got[HUSH_PATHS]);
	globs(r, &s->paths);
	s->targets = targets(r, &k[HUSH_TARGETS], got[HUSH_TARGETS]);
	s->at = pattern(r, got[HUSH_AT]);
	s->node = pattern(r, got[HUSH_NODE]);
	s->value = pattern(r, got[HUSH_VALUE]);
	s->op_type = pattern(r, got[HUSH_OP_TYPE]);
	s->fingerprint = pattern(r, got[HUSH_FINGERPRINT]);
	s->reason = ol_arena_str(&r->out->arena, ol_compile_str(got[HUSH_REASON]));
	s->by = ol_arena_str(&r->out->arena, ol_compile_str(got[HUSH_BY]));
	s->expires = ol_arena_str(&r->out->arena, ol_compile_str(got[HUSH_EXPIRES]));
	r->no_memory |= !s->reason.p || !s->by.p || !s->expires.p;
	if (!got[HUSH_EXPIRES] || !s->expires.p)
		return;
	days = ol_config_days(s->expires);
	if (days < 0)
		ol_compile_note(&r->c, got[HUSH_EXPIRES], NULL,
				"'expires' takes a date as YYYY-MM-DD, found '%.*s'",
				OL_SHORT(s->expires));
	s->expired = days < ol_config_today();
}

static void suppressions(struct ol_config_reader *r, const struct ol_yaml *y)
{
	uint32_t have = r->out->n_suppressions;
	struct ol_config_suppression *at;

	if (!y || !y->n)
		return;
	at = OL_NEWN(&r->out->arena, struct ol_config_suppression, (size_t)have + y->n);
	if (!at) {
		r->no_memory = true;
		return;
	}
	if (have)
		memcpy(at, r->out->suppressions, have * sizeof(*at));
	r->out->suppressions = at;
	for (uint32_t i = 0; i < y->n; i++) {
		hush(r, &y->items[i], &at[r->out->n_suppressions]);
		/* what has no rule is told already, and meets nothing */
		r->out->n_suppressions += at[r->out->n_suppressions].rules.n > 0;
	}
}

/* Paths in a file start from its own folder. */
static struct ol_config_words resolved(struct ol_config_reader *r, struct ol_config_words w)
{
	struct ol_config_word *at =
	    w.n ? OL_NEWN(&r->out->arena, struct ol_config_word, w.n) : NULL;
	const char *slash = strrchr(r->c.file, '/');

	for (uint32_t i = 0; at && i < w.n; i++) {
		at[i] = w.at[i];
		if (w.at[i].text.p[0] != '/' && slash)
			at[i].text =
			    ol_arena_printf(&r->out->arena, "%.*s/%.*s", (int)(slash - r->c.file),
					    r->c.file, OL_FMT(w.at[i].text));
		r->no_memory |= !at[i].text.p;
	}
	r->no_memory |= w.n && !at;
	w.at = at;
	w.n = at && !r->no_memory ? w.n : 0;
	return w;
}

bool ol_config_read_head(struct ol_config_reader *r, struct ol_config_words *extends)
{
	*extends = (struct ol_config_words){0};
	r->root = ol_yaml_parse_all(&r->c.arena, r->file->text, r->c.file, &ol_yaml_default_limits,
				    r->c.notes);
	if (!r->root || !ol_compile_keys(&r->c, r->root, &ol_config_keys, r->got))
		return false;
	*extends =
	    resolved(r, words(r, &ol_config_keys.at[CONFIG_EXTENDS], r->got[CONFIG_EXTENDS]));
	return true;
}

void ol_config_read_body(struct ol_config_reader *r)
{
	struct ol_config_part *p = new_part(r, r->roots);

	if (!p)
		return;
	part(r, &ol_config_keys, r->got, p);
	p->rules = resolved(r, words(r, &ol_config_keys.at[CONFIG_RULES], r->got[CONFIG_RULES]));
	sections(r, r->got[CONFIG_PATHS]);
	suppressions(r, r->got[CONFIG_SUPPRESSIONS]);
}
