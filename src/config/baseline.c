/* baseline.c: reads what `--write-baseline` wrote: findings by model and fingerprint.
 *
 * JSON is YAML for our reader, which tells where something is wrong. */
#include <stdlib.h>

#include "config/config.h"

static const struct ol_yaml_limits limits = {
    .bytes = 256u << 20, .scalar = 1 << 16, .depth = 16, .events = 40000000};

struct reading {
	struct ol_baseline *b;
	const char *path;
	struct ol_notes notes;
};

static struct ol_str text_of(struct reading *r, const struct ol_yaml *map, const char *key,
			     bool needed)
{
	const struct ol_yaml *y = ol_yaml_get(map, key);

	if (y && y->kind == OL_YAML_SCALAR)
		return ol_arena_str(&r->b->arena, y->text);
	if (needed)
		ol_notes_add(&r->notes, r->path, map->line, map->column, 1, NULL,
			     "no \"%s\" here: write the baseline anew with --write-baseline", key);
	return OL_STR("");
}

static int by_fingerprint(const void *x, const void *y)
{
	return ol_str_cmp(((const struct ol_baseline_entry *)x)->fingerprint,
			  ((const struct ol_baseline_entry *)y)->fingerprint);
}

static const struct ol_yaml *list_of(struct reading *r, const struct ol_yaml *map, const char *key)
{
	const struct ol_yaml *y = map->kind == OL_YAML_MAP ? ol_yaml_get(map, key) : NULL;

	if (y && y->kind == OL_YAML_SEQ)
		return y;
	ol_notes_add(&r->notes, r->path, map->line, map->column, 1, NULL,
		     "no list \"%s\" here: write the baseline anew with --write-baseline", key);
	return NULL;
}

static void read_model(struct reading *r, const struct ol_yaml *y, struct ol_baseline_model *m)
{
	const struct ol_yaml *list = list_of(r, y, "findings");

	if (!list)
		return;
	m->path = text_of(r, y, "path", true);
	m->at = OL_NEWN(&r->b->arena, struct ol_baseline_entry, list->n);
	for (uint32_t i = 0; m->at && i < list->n; i++) {
		if (list->items[i].kind != OL_YAML_MAP) {
			ol_notes_add(&r->notes, r->path, list->items[i].line, list->items[i].column,
				     1, NULL,
				     "a finding of a baseline is a mapping: write the baseline "
				     "anew with --write-baseline");
			continue;
		}
		m->at[m->n].fingerprint = text_of(r, &list->items[i], "fingerprint", true);
		m->at[m->n].rule = text_of(r, &list->items[i], "rule", true);
		m->at[m->n++].locator = text_of(r, &list->items[i], "locator", false);
	}
	if (m->n)
		qsort(m->at, m->n, sizeof(*m->at), by_fingerprint);
}

static void read_all(struct reading *r, const struct ol_yaml *root)
{
	const struct ol_yaml *schema =
				 root->kind == OL_YAML_MAP ? ol_yaml_get(root, "schema") : NULL,
			     *list;

	if (!schema || schema->kind != OL_YAML_SCALAR ||
	    !ol_str_is(schema->text, "onnxlint-baseline/1")) {
		ol_notes_add(&r->notes, r->path, root->line, root->column, 1, NULL,
			     "this is no baseline of schema onnxlint-baseline/1: --write-baseline "
			     "writes one");
		return;
	}
	list = list_of(r, root, "models");
	if (!list)
		return;
	r->b->at = OL_NEWN(&r->b->arena, struct ol_baseline_model, list->n);
	r->b->n = r->b->at ? list->n : 0;
	for (uint32_t i = 0; i < r->b->n; i++)
		read_model(r, &list->items[i], &r->b->at[i]);
}

int ol_baseline_read(struct ol_baseline *b, const char *path, struct ol_buf *notes,
		     struct ol_err *err)
{
	struct reading r = {.b = b, .path = path};
	struct ol_buf text = {0};
	struct ol_arena tree;
	const struct ol_yaml *root = NULL;
	int rc = 0;

	*b = (struct ol_baseline){0};
	ol_arena_init(&b->arena, 0);
	ol_arena_init(&tree, 0);
	if (ol_file_read(path, limits.bytes, &text, err)) {
		rc = -1;
	} else {
		root = ol_yaml_parse(&tree, ol_buf_view(&text), path, &limits, &r.notes);
		if (root)
			read_all(&r, root);
		else if (!r.notes.n)
			ol_notes_add(&r.notes, path, 1, 1, 1, NULL,
				     "the file is empty: --write-baseline writes one");
		if (r.notes.n) {
			ol_notes_print(&r.notes, ol_buf_view(&text), notes);
			rc =
			    ol_err_set(err, OL_ERR_SYNTAX,
				       "%s: not a baseline: write one with --write-baseline", path);
		} else if (tree.refused || b->arena.refused) {
			rc = ol_err_set(err, OL_ERR_MEMORY, "%s: not enough memory to read it",
					path);
		}
	}
	ol_notes_free(&r.notes);
	ol_arena_free(&tree);
	ol_buf_free(&text);
	if (rc)
		ol_baseline_free(b);
	return rc;
}

void ol_baseline_free(struct ol_baseline *b)
{
	ol_arena_free(&b->arena);
	*b = (struct ol_baseline){0};
}

static struct ol_str trimmed(struct ol_str p)
{
	while (ol_str_starts(p, "./")) {
		p.p += 2;
		p.n -= 2;
	}
	return p;
}

/* Is b the end of a, from a name's beginning on? */
static bool ends_with(struct ol_str a, struct ol_str b)
{
	if (a.n == b.n)
		return ol_str_eq(a, b);
	return b.n && a.n > b.n && a.p[a.n - b.n - 1] == '/' &&
	       memcmp(a.p + a.n - b.n, b.p, b.n) == 0;
}

const struct ol_baseline_model *ol_baseline_of(const struct ol_baseline *b, struct ol_str path)
{
	const struct ol_baseline_model *found = NULL;
	uint32_t n = 0;

	path = trimmed(path);
	for (uint32_t i = 0; i < b->n; i++) {
		struct ol_str have = trimmed(b->at[i].path);

		if (ol_str_eq(have, path))
			return &b->at[i];
		if (ends_with(have, path) || ends_with(path, have)) {
			found = &b->at[i];
			n++;
		}
	}
	return n == 1 ? found : NULL;
}

const struct ol_baseline_entry *ol_baseline_find(const struct ol_baseline_model *m,
						 struct ol_str fingerprint)
{
	struct ol_baseline_entry key = {.fingerprint = fingerprint};

	return m && m->n ? bsearch(&key, m->at, m->n, sizeof(*m->at), by_fingerprint) : NULL;
}
