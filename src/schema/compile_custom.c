/* compile_custom.c: a file of custom operators, read with complaints: its entries, their names and versions.
 *
 * Rows are gathered and sorted before one is written, so that the file's order is free and an operator may have several
 * versions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/builder.h"
#include "schema/compile_custom.h"
#include "util/text.h"

enum { OPERATORS = 10000 };

static const char *const op_keys[] = {"op",	 "since",      "about",	  "function",	 "inputs", "outputs",
				      "types",	 "attributes", "targets", "placeholder", "reason", NULL};


struct ol_str ol_custom_keep(struct ol_custom_compiler *k, struct ol_str s)
{
	struct ol_str copy = ol_arena_str(k->r.arena, s);

	k->r.failed |= !copy.p;
	return copy.p ? copy : OL_STR("");
}

uint32_t ol_custom_by_name(const struct ol_yaml *list, struct ol_str name)
{
	for (uint32_t i = 0; list && list->kind == OL_YAML_SEQ && i < list->n && i < OL_CUSTOM_PARAMS; i++) {
		const struct ol_yaml *n = ol_yaml_get(&list->items[i], "name");

		if (n && n->kind == OL_YAML_SCALAR && ol_str_eq(n->text, name))
			return i;
	}
	return OL_NONE;
}

uint32_t ol_custom_input(const struct ol_custom_reader *r, struct ol_str name)
{
	return ol_custom_by_name(r->inputs, name);
}

uint32_t ol_custom_attr(const struct ol_custom_reader *r, struct ol_str name)
{
	for (uint32_t i = 0; i < r->op->n_attrs; i++)
		if (ol_str_is(name, r->op->attrs[i].name))
			return i;
	return OL_NONE;
}

static void try_near(struct ol_str name, struct ol_str candidate, uint32_t *best, struct ol_str *near)
{
	uint32_t d;

	if (candidate.n && ol_text_near(name, candidate, &d) && d < *best) {
		*best = d;
		*near = candidate;
	}
}

void ol_custom_unknown(struct ol_custom_reader *r, const struct ol_yaml *y, size_t offset, struct ol_str name,
		       bool attributes)
{
	struct ol_str near = OL_STR("");
	uint32_t best = UINT32_MAX, line, column;
	char hint[160] = "";

	for (uint32_t i = 0; r->inputs && r->inputs->kind == OL_YAML_SEQ && i < r->inputs->n; i++) {
		const struct ol_yaml *n = ol_yaml_get(&r->inputs->items[i], "name");

		if (n && n->kind == OL_YAML_SCALAR)
			try_near(name, n->text, &best, &near);
	}
	for (uint32_t i = 0; attributes && i < r->op->n_attrs; i++)
		try_near(name, ol_str(r->op->attrs[i].name), &best, &near);
	if (near.n)
		snprintf(hint, sizeof(hint), "did you mean '%.*s'?", (int)(near.n < 80 ? near.n : 80), near.p);
	ol_yaml_where(y, r->file->text, offset, &line, &column);
	ol_notes_add(&r->file->notes, r->file->path, line, column, (uint32_t)name.n, near.n ? hint : NULL,
		     "'%.*s' is no %s of the operator", (int)(name.n < 80 ? name.n : 80), name.n ? name.p : "",
		     attributes ? "input or attribute" : "input");
}

/* ---- an entry ---- */

bool ol_custom_flag(struct ol_custom_compiler *k, const struct ol_yaml *y, const char *key)
{
	static const char *const truth[] = {"false", "true", NULL};
	const struct ol_yaml *v = ol_yaml_get(y, key);

	return v && ol_read_word(k->r.file, v, "truth value", truth) == 1;
}

/* "com.acme::Window" */
static bool read_name(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_custom_op *op)
{
	struct ol_str s = ol_read_str(k->r.file, y, "op", true);
	struct ol_schema_life life;
	size_t name = s.n, end;

	if (!s.n)
		return false;
	while (name && s.p[name - 1] != ':')
		name--;
	end = name ? name - 1 : 0;
	if (end && s.p[end - 1] == ':') /* "::", or ":" as reports write it */
		end--;
	if (!end || name == s.n || memchr(s.p, ':', end)) {
		ol_read_complain(k->r.file, ol_yaml_get(y, "op"), "an operator is named DOMAIN::NAME, as in com.acme::Window");
		return false;
	}
	op->domain = ol_custom_keep(k, (struct ol_str){s.p, end});
	op->name = ol_custom_keep(k, (struct ol_str){s.p + name, s.n - name});
	if (ol_str_is(op->domain, "ai.onnx") || ol_str_starts(op->domain, "ai.onnx.")) {
		ol_read_complain(k->r.file, ol_yaml_get(y, "op"), "%s: a custom operator needs a domain of its own",
				 ol_schema_life(op->domain, op->name, &life) ? "this is a standard operator"
									     : "this is a standard domain");
		return false;
	}
	return true;
}

static void read_op(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_custom_op *op, struct ol_img_op *row)
{
	struct ol_yaml_file *f = k->r.file;
	const struct ol_yaml *v;

	*op = (struct ol_custom_op){.since = 1, .until = INT32_MAX, .line = y->line};
	memset(row, 0, sizeof(*row));
	k->r.op = op;
	k->r.inputs = NULL;
	if (!ol_read_map(f, y, "an operator", op_keys) || !read_name(k, y, op))
		return;
	v = ol_yaml_get(y, "since");
	if (v)
		op->since = (int32_t)ol_read_int(f, v, 1, INT32_MAX - 1);
	op->about = ol_custom_keep(k, ol_read_str(f, y, "about", false));
	op->reason = ol_custom_keep(k, ol_read_str(f, y, "reason", false));
	op->placeholder = ol_custom_flag(k, y, "placeholder");
	op->has_signature = ol_yaml_get(y, "inputs") || ol_yaml_get(y, "outputs");
	v = ol_yaml_get(y, "function");
	op->has_function = v != NULL;
	if (v && op->has_signature)
		ol_read_complain(f, v, "'function' and 'inputs' or 'outputs': a body says all, leave out the others");
	ol_custom_read_signature(k, y, row);
	if (v)
		ol_custom_read_function(&k->r, v, &k->functions);
	v = ol_yaml_get(y, "targets");
	if (v)
		ol_custom_read_targets(&k->r, v);
	if (!op->has_signature && !op->has_function && !op->placeholder && !op->n_targets)
		ol_read_complain(f, &y->keys[0],
				 "the entry says nothing of the operator: give it 'function', 'inputs' and 'outputs', "
				 "'targets' or 'placeholder: true'");
}

static int sort_ops(const void *pa, const void *pb)
{
	const struct ol_custom_op *a = pa, *b = pb;
	int c = ol_str_cmp(a->domain, b->domain);

	if (!c)
		c = ol_str_cmp(a->name, b->name);
	if (!c)
		c = (a->since > b->since) - (a->since < b->since);
	return c ? c : (a->line > b->line) - (a->line < b->line);
}

/* Ends each version where the next begins. */
static void close_ranges(struct ol_custom_compiler *k)
{
	struct ol_custom *c = k->c;

	for (uint32_t i = 0; i + 1 < c->n; i++) {
		struct ol_custom_op *a = &c->at[i], *b = a + 1;

		if (!a->name.n || !ol_str_eq(a->domain, b->domain) || !ol_str_eq(a->name, b->name))
			continue;
		if (a->since == b->since)
			ol_notes_add(&k->r.file->notes, k->r.file->path, b->line, 1, 1, NULL,
				     "%.*s::%.*s is there twice with one 'since': line %u has the first", OL_FMT(b->domain),
				     OL_FMT(b->name), (unsigned)a->line);
		a->until = b->since - 1;
	}
}

static int sort_functions(const void *pa, const void *pb)
{
	const struct ol_load_function *a = pa, *b = pb;
	int c = ol_str_cmp(a->name, b->name);

	return c ? c : ol_str_cmp(a->domain, b->domain);
}

/* All bodies in one block: the loader reads it as if it stood behind the model's own bytes. */
static void keep_functions(struct ol_custom_compiler *k)
{
	struct ol_load_function *to = OL_NEWN(k->r.arena, struct ol_load_function, k->functions.n + 1);
	size_t n = 0, at = 0;
	char *bytes;

	if (k->functions.n)
		qsort(k->functions.at, k->functions.n, sizeof(*k->functions.at), sort_functions);
	for (uint32_t i = 0; i < k->functions.n; i++)
		n += k->functions.at[i].proto.n;
	bytes = ol_arena_alloc(k->r.arena, n);
	if (!to || !bytes) {
		k->r.failed = true;
		return;
	}
	for (uint32_t i = 0; i < k->functions.n; i++) {
		to[i] = k->functions.at[i];
		memcpy(bytes + at, to[i].proto.p, to[i].proto.n);
		to[i].proto.p = bytes + at;
		at += to[i].proto.n;
	}
	k->c->functions = to;
	k->c->n_functions = k->functions.n;
	k->c->function_bytes = (struct ol_str){bytes, n};
}

static void finish(struct ol_custom_compiler *k, struct ol_img_op *rows)
{
	struct ol_custom *c = k->c;
	struct ol_buf image = {0};
	uint32_t *at = OL_NEWN(k->r.arena, uint32_t, c->n + 1);

	k->r.failed |= !at;
	for (uint32_t i = 0; at && i < c->n; i++) {
		struct ol_custom_op *op = &c->at[i];
		struct ol_img_op *row = &rows[op->schema.since_version]; /* read_all's number */

		row->domain = ol_builder_str(&k->b, op->domain);
		row->name = ol_builder_str(&k->b, op->name);
		row->since = op->since;
		row->until = op->until;
		at[i] = ol_builder_row(&k->b, OL_IMG_OPS, row, sizeof(*row));
	}
	if (k->r.failed || ol_builder_finish(&k->b, OL_IMAGE_SCHEMAS, &image)) {
		k->r.failed = true;
		ol_buf_free(&image);
		return;
	}
	c->image = (unsigned char *)image.p;
	for (uint32_t i = 0; i < c->n; i++) {
		struct ol_custom_op *op = &c->at[i];

		op->schema = op->has_signature ? ol_schema_in(c->image, at[i]) : (struct ol_schema){0};
	}
	keep_functions(k);
}

static void read_all(struct ol_custom_compiler *k)
{
	static const char *const keys[] = {"operators", "about", NULL};
	struct ol_yaml_file *f = k->r.file;
	const struct ol_yaml *list = ol_yaml_get(f->root, "operators");
	struct ol_img_op *rows;

	if (!ol_read_map(f, f->root, "a file of custom operators", keys) || !ol_read_seq(f, list, "'operators'"))
		return;
	if (list->n > OPERATORS) {
		ol_read_complain(f, list, "a file may have %d operators", OPERATORS);
		return;
	}
	rows = calloc(list->n + 1, sizeof(*rows));
	k->c->at = OL_NEWN(k->r.arena, struct ol_custom_op, list->n + 1);
	if (!rows || !k->c->at) {
		k->r.failed = true;
		free(rows);
		return;
	}
	for (uint32_t i = 0; i < list->n; i++) {
		read_op(k, &list->items[i], &k->c->at[i], &rows[i]);
		k->c->at[i].schema.since_version = (int32_t)i;
	}
	k->c->n = list->n;
	qsort(k->c->at, list->n, sizeof(*k->c->at), sort_ops);
	close_ranges(k);
	if (!f->notes.n)
		finish(k, rows);
	free(rows);
}

struct ol_custom *ol_custom_compile(struct ol_str text, const char *path, struct ol_notes *notes)
{
	struct ol_custom *c = calloc(1, sizeof(*c));
	struct ol_yaml_file f = {.path = path, .text = text};
	struct ol_custom_compiler k = {.c = c};
	struct ol_arena tree;
	bool bad = true;

	if (!c)
		return NULL;
	ol_arena_init(&c->arena, 0);
	ol_arena_init(&tree, 0);
	ol_builder_init(&k.b);
	k.r.file = &f;
	k.r.arena = &c->arena;
	c->path = ol_arena_str(&c->arena, ol_str(path));
	f.notes = *notes;
	f.root = ol_yaml_parse_all(&tree, text, path, &ol_yaml_default_limits, &f.notes);
	if (f.root)
		read_all(&k);
	else if (!f.notes.n && !tree.refused)
		ol_notes_add(&f.notes, path, 1, 1, 1, NULL, "the file is empty: begin it with 'operators:'");
	bad = f.notes.n || k.r.failed || tree.refused || c->arena.refused;
	*notes = f.notes;
	ol_builder_free(&k.b);
	ol_arena_free(&tree);
	free(k.functions.at);
	if (bad) {
		ol_custom_free(c);
		return NULL;
	}
	return c;
}
