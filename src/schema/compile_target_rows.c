/* compile_target_rows.c: the rows of a target file.
 *
 * A row covers versions of one or several operators in one of two ways: `opset: [first, last]`
 * covers the opsets of a model, `since: [13, 19]` covers exactly the operator versions that began
 * then. Rows of one operator use one of the two, and must not overlap within a version of the
 * target. A row without either covers every opset.
 *
 * `when` lists conditions: names of the file's `conditions`, or {needs: EXPRESSION, note: TEXT}.
 * The expression is CEL over `node`; it is kept as text here, and compiled by tools/embed_rules,
 * as nothing below src/rules knows what a node is to an expression. */
#include "schema/compile_target.h"

#include <stdlib.h>

struct entry {
	struct ol_str domain, op;
	int64_t min, max;
	int from, until;
	const struct ol_yaml *y;
};

/* ---- which versions a row covers ---- */
static int edition(struct ol_yaml_file *f, const struct ol_yaml *y, const char *key, int otherwise)
{
	const struct ol_yaml *v = ol_yaml_get(y, key);
	int i;

	if (!v)
		return otherwise;
	i = v->kind == OL_YAML_SCALAR ? ol_compile_target_version(f, v->text) : -1;
	if (i >= 0)
		return i;
	ol_read_complain(f, v, "'%s' must be a version under 'versions'", key);
	return otherwise;
}

static struct entry entry_of(struct ol_yaml_file *f, const struct ol_yaml *y, struct ol_str op)
{
	const struct ol_yaml *opset = ol_yaml_get(y, "opset"), *since = ol_yaml_get(y, "since");
	struct entry e = {ol_image_domain(ol_read_str(f, y, "domain", false)), op, 1,
			  OL_IMAGE_OPEN, 0, UINT16_MAX, y};
	int64_t last = 0;

	e.from = edition(f, y, "from", 0);
	e.until = edition(f, y, "until", UINT16_MAX);
	if (e.from > e.until)
		ol_read_complain(f, y, "the row ends before it begins");
	if (opset && since)
		ol_read_complain(f, since, "a row has 'opset' or 'since', not both");
	if (opset) {
		ol_read_range(f, opset, OL_IMAGE_OPEN, &e.min, &e.max);
		return e;
	}
	if (!since || !ol_read_seq(f, since, "'since'"))
		return e;
	if (!since->n || since->n > 1000)
		ol_read_complain(f, since, "'since' must name 1 to 1000 versions");
	for (uint32_t i = 0; i < since->n && i < 1000; i++) {
		int64_t v = ol_read_int(f, &since->items[i], last + 1, 10000);

		if (!i)
			e.min = v;
		e.max = last = v;
	}
	return e;
}

static int by_op(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int c = ol_str_cmp(a->domain, b->domain);

	if (!c)
		c = ol_str_cmp(a->op, b->op);
	if (!c)
		c = (a->min > b->min) - (a->min < b->min);
	return c ? c : (a->y->line > b->y->line) - (a->y->line < b->y->line);
}

/* Does `since` of a row hold the version? */
static bool names_version(const struct ol_yaml *since, const struct ol_yaml *version)
{
	for (uint32_t i = 0; i < since->n; i++)
		if (ol_str_eq(since->items[i].text, version->text))
			return true;
	return false;
}

/* Rows of one operator follow each other; e is compared with those before it. */
static void check_overlap(struct ol_yaml_file *f, const struct entry *all, uint32_t i)
{
	const struct entry *e = &all[i];
	const struct ol_yaml *since = ol_yaml_get(e->y, "since");

	for (uint32_t k = i; k-- && i - k <= 1000;) {
		const struct ol_yaml *other = ol_yaml_get(all[k].y, "since");

		if (!ol_str_eq(all[k].domain, e->domain) || !ol_str_eq(all[k].op, e->op))
			return;
		if (all[k].until < e->from || e->until < all[k].from)
			continue;
		if (!since != !other) {
			ol_read_complain(f, e->y, "the rows of %.*s mix 'opset' and 'since'",
					 OL_FMT(e->op));
			return;
		}
		for (uint32_t v = 0; since && v < since->n; v++)
			if (names_version(other, &since->items[v]))
				ol_read_complain(f, &since->items[v],
						 "two rows of %.*s cover this version",
						 OL_FMT(e->op));
		if (!since && e->min <= all[k].max)
			ol_read_complain(f, e->y, "two rows of %.*s cover opset %lld",
					 OL_FMT(e->op), (long long)e->min);
	}
}

/* ---- what it says ---- */

/* dtypes: a list for the whole row, lists by type constraint, or `any`: not those of the target. */
static void add_types(struct ol_builder *b, struct ol_yaml_file *f, const struct entry *e,
		      struct ol_img_trow *row)
{
	const struct ol_yaml *y = ol_yaml_get(e->y, "dtypes"),
			     *sets = ol_yaml_get(f->root, "typesets");
	struct ol_typeset t;

	row->typeset = OL_IMG_NONE;
	row->types = b->n[OL_IMG_TYPES];
	if (!y)
		return;
	if (y->kind == OL_YAML_SCALAR && ol_str_is(y->text, "any")) {
		memset(&t, 0, sizeof(t));
		t.any = 1;
		row->typeset = ol_builder_typeset(b, &t);
		return;
	}
	if (y->kind != OL_YAML_MAP) {
		if (ol_read_types(f, y, sets, &t))
			row->typeset = ol_builder_typeset(b, &t);
		return;
	}
	if (y->n > 64) {
		ol_read_complain(f, y, "a row may name 64 type constraints");
		return;
	}
	for (uint32_t i = 0; i < y->n; i++) {
		struct ol_img_types r;

		ol_read_types(f, &y->items[i], sets, &t);
		r.constraint = ol_builder_str(b, y->keys[i].text);
		r.typeset = ol_builder_typeset(b, &t);
		ol_builder_row(b, OL_IMG_TYPES, &r, sizeof(r));
		row->n_types++;
	}
}

/* The index of an equal condition, or of a new one. */
static uint32_t condition(struct ol_builder *b, struct ol_yaml_file *f, const struct ol_yaml *y)
{
	static const char *const keys[] = {"needs", "note", NULL};
	const struct ol_img_condition *have = (const void *)b->section[OL_IMG_CONDITIONS].p;
	struct ol_img_condition c;

	memset(&c, 0, sizeof(c));
	if (!ol_read_map(f, y, "a condition", keys))
		return 0;
	c.needs = ol_builder_str(b, ol_read_str(f, y, "needs", true));
	c.note = ol_builder_str(b, ol_read_str(f, y, "note", true));
	c.target = ol_builder_str(b, ol_str(f->path));
	c.line = y->line;
	for (uint32_t i = 0; i < b->n[OL_IMG_CONDITIONS]; i++)
		if (have[i].needs == c.needs && have[i].note == c.note)
			return i;
	return ol_builder_row(b, OL_IMG_CONDITIONS, &c, sizeof(c));
}

static void add_needs(struct ol_builder *b, struct ol_yaml_file *f, const struct entry *e,
		      struct ol_img_trow *row)
{
	const struct ol_yaml *when = ol_yaml_get(e->y, "when"),
			     *named = ol_yaml_get(f->root, "conditions");

	row->needs = b->n[OL_IMG_NEEDS];
	if (!when || !ol_read_seq(f, when, "'when'"))
		return;
	if (when->n > 64)
		ol_read_complain(f, when, "a row may have 64 conditions");
	for (uint32_t i = 0; i < when->n && i < 64; i++) {
		const struct ol_yaml *y = &when->items[i];
		uint32_t id;

		if (y->kind == OL_YAML_SCALAR) {
			const struct ol_yaml *found = NULL;

			for (uint32_t k = 0; named && named->kind == OL_YAML_MAP && k < named->n; k++)
				if (ol_str_eq(named->keys[k].text, y->text))
					found = &named->items[k];
			if (!found) {
				ol_read_complain(f, y, "'%.*s' is not a condition under 'conditions'",
						 OL_FMT(y->text));
				continue;
			}
			y = found;
		}
		id = condition(b, f, y);
		ol_builder_row(b, OL_IMG_NEEDS, &id, sizeof(id));
		row->n_needs++;
	}
}

static void add_row(struct ol_builder *b, struct ol_yaml_file *f, const struct entry *e)
{
	static const char *const status[] = {"unknown", "none", "partial", "full", NULL};
	static const char *const truth[] = {"false", "true", NULL};
	const struct ol_yaml *since = ol_yaml_get(e->y, "since"), *v;
	struct ol_img_trow row;
	int word;

	memset(&row, 0, sizeof(row));
	row.target = b->n[OL_IMG_TARGETS];
	row.domain = ol_builder_str(b, e->domain);
	row.op = ol_builder_str(b, e->op);
	row.min = (int32_t)e->min;
	row.max = (int32_t)e->max;
	row.from = (uint16_t)e->from;
	row.until = (uint16_t)e->until;
	word = ol_read_word(f, ol_yaml_get(e->y, "status"), "status", status);
	row.status = word < 0 ? OL_SUPPORT_UNKNOWN : (uint8_t)word;
	row.by_function =
	    (v = ol_yaml_get(e->y, "by_function")) && ol_read_word(f, v, "truth value", truth) == 1;
	row.note = ol_builder_str(b, ol_read_str(f, e->y, "note", false));
	row.layer = ol_builder_str(b, ol_read_str(f, e->y, "layer", false));
	row.source = ol_builder_str(b, ol_read_str(f, e->y, "source", false));
	row.since = b->n[OL_IMG_SINCE];
	for (uint32_t i = 0; since && since->kind == OL_YAML_SEQ && i < since->n && i < 1000; i++) {
		int32_t version = (int32_t)ol_read_int(f, &since->items[i], 1, 10000);

		ol_builder_row(b, OL_IMG_SINCE, &version, sizeof(version));
		row.n_since++;
	}
	if (row.status == OL_SUPPORT_PARTIAL && row.note == 2 /* empty */)
		ol_read_complain(f, e->y, "a partial row must say its conditions in 'note'");
	add_types(b, f, e, &row);
	add_needs(b, f, e, &row);
	if (row.n_needs && row.status < OL_SUPPORT_PARTIAL)
		ol_read_complain(f, e->y, "conditions of a row that is not supported anyway");
	ol_builder_row(b, OL_IMG_ROWS, &row, sizeof(row));
}

/* How many operators a row names: `op: Relu` or `op: [Relu, Abs]`. */
static uint32_t ops_of(const struct ol_yaml *y)
{
	const struct ol_yaml *op = ol_yaml_get(y, "op");

	return op && op->kind == OL_YAML_SEQ ? op->n : 1;
}

static uint32_t collect(struct ol_yaml_file *f, const struct ol_yaml *row, struct entry *out)
{
	const struct ol_yaml *op = ol_yaml_get(row, "op");
	uint32_t n = 0;

	if (!op || op->kind != OL_YAML_SEQ) {
		out[0] = entry_of(f, row, ol_read_str(f, row, "op", true));
		return 1;
	}
	for (uint32_t i = 0; i < op->n; i++) {
		if (op->items[i].kind != OL_YAML_SCALAR || !op->items[i].text.n)
			ol_read_complain(f, &op->items[i], "an operator's name must stand here");
		else
			out[n++] = entry_of(f, row, op->items[i].text);
	}
	return n;
}

int ol_compile_target_rows(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	static const char *const keys[] = {"op",     "domain", "opset", "since", "from",
					   "until",  "status", "when",	"note",	 "by_function",
					   "dtypes", "layer",  "source", NULL};
	const struct ol_yaml *ops = ol_yaml_get(f->root, "ops");
	struct entry *all;
	size_t most = 1;
	uint32_t n = 0;

	t->rows = b->n[OL_IMG_ROWS];
	if (!ol_read_seq(f, ops, "'ops'") || !ops->n)
		return 0;
	for (uint32_t i = 0; i < ops->n; i++)
		most += ops_of(&ops->items[i]);
	all = calloc(most, sizeof(*all));
	if (!all)
		return -1;
	for (uint32_t i = 0; i < ops->n; i++)
		if (ol_read_map(f, &ops->items[i], "a row of 'ops'", keys))
			n += collect(f, &ops->items[i], all + n);
	if (n)
		qsort(all, n, sizeof(*all), by_op);
	for (uint32_t i = 0; i < n; i++) {
		check_overlap(f, all, i);
		add_row(b, f, &all[i]);
	}
	t->n_rows = n;
	free(all);
	return 0;
}
