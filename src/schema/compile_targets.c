/* compile_targets.c: rules/targets/<name>.yaml becomes the target image.
 *
 * A row covers versions of one operator in one of two ways: `opset: [first, last]` covers the
 * opsets of a model, `since: [13, 19]` covers exactly the operator versions that began then. Rows
 * of one operator use one of the two, and must not overlap. A row without either covers every
 * opset. */
#include "schema/builder.h"

#include <stdlib.h>

struct entry {
	struct ol_str domain, op;
	int64_t min, max;
	const struct ol_yaml *y;
};

/* {"": [1, 28], ai.onnx.ml: [1, 5]} */
static void add_opsets(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	const struct ol_yaml *y = ol_yaml_get(f->root, "opsets");

	t->opsets = b->n[OL_IMG_OPSETS];
	if (!ol_read_map(f, y, "'opsets'", NULL))
		return;
	for (uint32_t i = 0; i < y->n; i++) {
		int64_t min = 0, max = 0;
		struct ol_img_opset o;

		if (!ol_read_range(f, &y->items[i], OL_IMAGE_OPEN, &min, &max))
			continue;
		o.domain = ol_builder_str(b, ol_image_domain(y->keys[i].text));
		o.min = (int32_t)min;
		o.max = (int32_t)max;
		ol_builder_row(b, OL_IMG_OPSETS, &o, sizeof(o));
		t->n_opsets++;
	}
}

/* "title (url, date); title (url, date)": every claim has a source, so a file without one is
 * refused. */
static uint32_t sources(struct ol_builder *b, struct ol_yaml_file *f)
{
	static const char *const keys[] = {"title", "url", "date", NULL};
	const struct ol_yaml *list = ol_yaml_get(f->root, "source");
	struct ol_buf text = {0};
	uint32_t ref;

	if (ol_read_seq(f, list, "'source'") && !list->n)
		ol_read_complain(f, list, "a target needs at least one source");
	for (uint32_t i = 0; list && list->kind == OL_YAML_SEQ && i < list->n; i++) {
		struct ol_str title, url, date;

		if (!ol_read_map(f, &list->items[i], "a source", keys))
			continue;
		title = ol_read_str(f, &list->items[i], "title", true);
		url = ol_read_str(f, &list->items[i], "url", false);
		date = ol_read_str(f, &list->items[i], "date", true);
		ol_buf_printf(&text, "%s%.*s (%.*s%s%.*s)", i ? "; " : "", OL_FMT(title),
			      OL_FMT(url), url.n ? ", " : "", OL_FMT(date));
	}
	ref = ol_builder_str(b, ol_buf_view(&text));
	ol_buf_free(&text);
	return ref;
}

static struct entry entry_of(struct ol_yaml_file *f, const struct ol_yaml *y)
{
	const struct ol_yaml *opset = ol_yaml_get(y, "opset"), *since = ol_yaml_get(y, "since");
	struct entry e = {ol_image_domain(ol_read_str(f, y, "domain", false)),
			  ol_read_str(f, y, "op", true), 1, OL_IMAGE_OPEN, y};
	int64_t last = 0;

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

/* dtypes: a list for the whole row, or lists by type constraint. */
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
	ol_builder_row(b, OL_IMG_ROWS, &row, sizeof(row));
}

static int add_rows(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	static const char *const keys[] = {"op",     "domain",	    "opset",  "since",
					   "status", "by_function", "dtypes", "note",
					   "layer",  "source",	    NULL};
	const struct ol_yaml *ops = ol_yaml_get(f->root, "ops");
	struct entry *all;
	uint32_t n = 0;

	t->rows = b->n[OL_IMG_ROWS];
	if (!ol_read_seq(f, ops, "'ops'") || !ops->n)
		return 0;
	all = calloc(ops->n, sizeof(*all));
	if (!all)
		return -1;
	for (uint32_t i = 0; i < ops->n; i++)
		if (ol_read_map(f, &ops->items[i], "a row of 'ops'", keys))
			all[n++] = entry_of(f, &ops->items[i]);
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

static int add_target(struct ol_builder *b, struct ol_yaml_file *f)
{
	static const char *const keys[] = {"name",     "title", "version", "about",  "source",
					   "opsets",   "ir",	"default", "custom", "dtypes",
					   "typesets", "ops",	NULL};
	static const char *const unlisted[] = {"unknown", "none", NULL};
	const struct ol_yaml *v;
	struct ol_img_target t;
	struct ol_typeset types;
	int64_t min = 0, max = 0;
	int word;

	memset(&t, 0, sizeof(t));
	if (!ol_read_map(f, f->root, "a target file", keys))
		return 0;
	t.name = ol_builder_str(b, ol_read_str(f, f->root, "name", true));
	t.title = ol_builder_str(b, ol_read_str(f, f->root, "title", true));
	t.version = ol_builder_str(b, ol_read_str(f, f->root, "version", true));
	t.about = ol_builder_str(b, ol_read_str(f, f->root, "about", false));
	t.source = sources(b, f);
	if ((v = ol_yaml_get(f->root, "ir")) && ol_read_range(f, v, OL_IMAGE_OPEN, &min, &max)) {
		t.min_ir = (int32_t)min;
		t.max_ir = max == OL_IMAGE_OPEN ? 0 : (int32_t)max;
	}
	word = ol_read_word(f, ol_yaml_get(f->root, "default"), "default", unlisted);
	t.unlisted = word == 1 ? OL_SUPPORT_NONE : OL_SUPPORT_UNKNOWN;
	word = (v = ol_yaml_get(f->root, "custom")) ? ol_read_word(f, v, "custom", unlisted) : 0;
	t.custom = word == 1 ? OL_SUPPORT_NONE : OL_SUPPORT_UNKNOWN;
	t.typeset = OL_IMG_NONE;
	v = ol_yaml_get(f->root, "dtypes");
	if (v && ol_read_types(f, v, ol_yaml_get(f->root, "typesets"), &types))
		t.typeset = ol_builder_typeset(b, &types);
	add_opsets(b, f, &t);
	if (add_rows(b, f, &t))
		return -1;
	ol_builder_row(b, OL_IMG_TARGETS, &t, sizeof(t));
	return 0;
}

static int by_target_name(const void *pa, const void *pb)
{
	const struct ol_yaml_file *const *a = pa, *const *b = pb;
	const struct ol_yaml *x = ol_yaml_get((*a)->root, "name"),
			     *y = ol_yaml_get((*b)->root, "name");
	struct ol_str none = {NULL, 0};

	return ol_str_cmp(x ? x->text : none, y ? y->text : none);
}

int ol_compile_targets(struct ol_builder *b, struct ol_yaml_file *files, uint32_t n)
{
	struct ol_yaml_file **sorted = calloc(n + 1u, sizeof(struct ol_yaml_file *));
	uint32_t notes = 0;
	int rc = 0;

	if (!sorted)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &files[i];
	qsort(sorted, n, sizeof(*sorted), by_target_name);
	for (uint32_t i = 0; i < n && !rc; i++) {
		rc = add_target(b, sorted[i]);
		if (i && !by_target_name(&sorted[i - 1], &sorted[i]))
			ol_read_complain(sorted[i], sorted[i]->root,
					 "another file describes a target of this name");
	}
	for (uint32_t i = 0; i < n; i++)
		notes += files[i].notes.n;
	free(sorted);
	return rc || notes || b->failed ? -1 : 0;
}
