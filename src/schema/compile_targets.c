/* compile_targets.c: rules/targets/<name>.yaml becomes the target image: names, versions, limits,
 * sources. The rows are compile_target_rows.c's. */
#include <stdlib.h>

#include "schema/compile_target.h"

const char *const ol_evidence_names[] = {"table", "names", "probe", "kernels", "measured", NULL};

/* {"": [1, 28], ai.onnx.ml: [1, 5]}; with tried: what the project is tested with, of these. */
static uint32_t add_opsets(struct ol_builder *b, struct ol_yaml_file *f, const struct ol_yaml *y,
			   const struct ol_yaml *tried)
{
	uint32_t count = 0;

	if (!ol_read_map(f, y, "'opsets'", NULL))
		return 0;
	if (tried && !ol_read_map(f, tried, "'tested'", NULL))
		tried = NULL;
	for (uint32_t i = 0; i < y->n; i++) {
		int64_t min = 0, max = 0;
		struct ol_img_opset o;

		if (!ol_read_range(f, &y->items[i], OL_IMAGE_OPEN, &min, &max))
			continue;
		memset(&o, 0, sizeof(o));
		o.domain = ol_builder_str(b, ol_image_domain(y->keys[i].text));
		o.min = (int32_t)min;
		o.max = (int32_t)max;
		for (uint32_t k = 0; tried && k < tried->n; k++)
			if (ol_str_eq(tried->keys[k].text, y->keys[i].text) &&
			    ol_read_range(f, &tried->items[k], OL_IMAGE_OPEN, &min, &max)) {
				o.tried_min = (int32_t)min;
				o.tried_max = (int32_t)max;
			}
		ol_builder_row(b, OL_IMG_OPSETS, &o, sizeof(o));
		count++;
	}
	return count;
}

static void ir_range(struct ol_yaml_file *f, const struct ol_yaml *y, int32_t *least, int32_t *most)
{
	int64_t min = 0, max = 0;

	if (y && ol_read_range(f, y, OL_IMAGE_OPEN, &min, &max)) {
		*least = (int32_t)min;
		*most = max == OL_IMAGE_OPEN ? 0 : (int32_t)max;
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

/* ---- versions ---- */
int ol_compile_target_version(const struct ol_yaml_file *f, struct ol_str version)
{
	const struct ol_yaml *list = ol_yaml_get(f->root, "versions"), *v;

	for (uint32_t i = 0; list && list->kind == OL_YAML_SEQ && i < list->n; i++) {
		v = ol_yaml_get(&list->items[i], "version");
		if (v && v->kind == OL_YAML_SCALAR && ol_str_eq(v->text, version))
			return (int)i;
	}
	return -1;
}

/* Domains of the file that a version says nothing of are as they are now. */
static uint32_t keep_opsets(struct ol_builder *b, const struct ol_img_target *t,
			    const struct ol_img_edition *e)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < t->n_opsets; i++) {
		const struct ol_img_opset *all = (const void *)b->section[OL_IMG_OPSETS].p;
		struct ol_img_opset o;
		bool own = false;

		if (!all)
			break;
		o = all[t->opsets + i];
		for (uint32_t k = 0; k < e->n_opsets; k++)
			own = own || all[e->opsets + k].domain == o.domain;
		if (own)
			continue;
		ol_builder_row(b, OL_IMG_OPSETS, &o, sizeof(o));
		count++;
	}
	return count;
}

/* versions: oldest first; the last is the one that the file is about. A limit that an entry leaves
 * out is the file's. */
static void add_editions(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	static const char *const keys[] = {"version", "opsets", "ir", "date", NULL};
	const struct ol_yaml *list = ol_yaml_get(f->root, "versions"), *opsets;
	struct ol_str name = ol_read_str(f, f->root, "name", false),
		      newest = ol_read_str(f, f->root, "version", false), version = {NULL, 0};

	t->editions = b->n[OL_IMG_EDITIONS];
	if (!list || !ol_read_seq(f, list, "'versions'"))
		return;
	if (!list->n || list->n > OL_EDITIONS_MOST)
		ol_read_complain(f, list, "'versions' must list 1 to %d versions", OL_EDITIONS_MOST);
	for (uint32_t i = 0; i < list->n && i < OL_EDITIONS_MOST; i++) {
		const struct ol_yaml *y = &list->items[i];
		struct ol_img_edition e = {.opsets = t->opsets,
					   .n_opsets = t->n_opsets,
					   .min_ir = t->min_ir,
					   .max_ir = t->max_ir};
		struct ol_buf full = {0};

		if (!ol_read_map(f, y, "a version", keys))
			continue;
		version = ol_read_str(f, y, "version", true);
		ol_buf_printf(&full, "%.*s@%.*s", OL_FMT(name), OL_FMT(version));
		e.name = ol_builder_str(b, ol_buf_view(&full));
		e.version = ol_builder_str(b, version);
		ol_buf_free(&full);
		opsets = ol_yaml_get(y, "opsets");
		if (opsets) {
			e.opsets = b->n[OL_IMG_OPSETS];
			e.n_opsets = add_opsets(b, f, opsets, ol_yaml_get(f->root, "tested"));
			e.n_opsets += keep_opsets(b, t, &e);
		}
		ir_range(f, ol_yaml_get(y, "ir"), &e.min_ir, &e.max_ir);
		ol_builder_row(b, OL_IMG_EDITIONS, &e, sizeof(e));
		t->n_editions++;
	}
	if (list->n && !ol_str_eq(version, newest))
		ol_read_complain(f, list, "the last of 'versions' must be the file's 'version'");
}

static void add_aliases(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	const struct ol_yaml *list = ol_yaml_get(f->root, "aliases");

	t->aliases = b->n[OL_IMG_ALIASES];
	if (!list || !ol_read_seq(f, list, "'aliases'"))
		return;
	for (uint32_t i = 0; i < list->n && i < 16; i++) {
		uint32_t ref;

		if (list->items[i].kind != OL_YAML_SCALAR || !list->items[i].text.n) {
			ol_read_complain(f, &list->items[i], "a name must stand here");
			continue;
		}
		ref = ol_builder_str(b, list->items[i].text);
		ol_builder_row(b, OL_IMG_ALIASES, &ref, sizeof(ref));
		t->n_aliases++;
	}
}

/* ---- files ---- */
static void add_limits(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	static const char *const unlisted[] = {"unknown", "none", NULL};
	const struct ol_yaml *v = ol_yaml_get(f->root, "dtypes");
	struct ol_typeset types;
	int word;

	ir_range(f, ol_yaml_get(f->root, "ir"), &t->min_ir, &t->max_ir);
	word = ol_read_word(f, ol_yaml_get(f->root, "default"), "default", unlisted);
	t->unlisted = word == 1 ? OL_SUPPORT_NONE : OL_SUPPORT_UNKNOWN;
	t->typeset = OL_IMG_NONE;
	if (v && ol_read_types(f, v, ol_yaml_get(f->root, "typesets"), &types))
		t->typeset = ol_builder_typeset(b, &types);
	v = ol_yaml_get(f->root, "custom");
	word = v ? ol_read_word(f, v, "custom", unlisted) : 0;
	t->custom = word == 1 ? OL_SUPPORT_NONE : OL_SUPPORT_UNKNOWN;
	t->opsets = b->n[OL_IMG_OPSETS];
	t->n_opsets = add_opsets(b, f, ol_yaml_get(f->root, "opsets"), ol_yaml_get(f->root, "tested"));
}

/* `like: NAME`: the rows of that target are this one's too, and so is what it tolerates unless the file says. It
 * stands before this file's row. */
static int add_rows(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t)
{
	const struct ol_yaml *like = ol_yaml_get(f->root, "like");
	const struct ol_img_target *all = (const void *)b->section[OL_IMG_TARGETS].p;
	uint32_t ref;

	if (!like)
		return ol_compile_target_rows(b, f, t);
	if (ol_yaml_get(f->root, "ops") || ol_yaml_get(f->root, "versions"))
		ol_read_complain(f, like, "a file has 'like' or rows and versions of its own, not both");
	ref = like->kind == OL_YAML_SCALAR ? ol_builder_str(b, like->text) : 0;
	for (uint32_t i = 0; i < b->n[OL_IMG_TARGETS]; i++)
		if (all[i].name == ref) {
			t->rows = all[i].rows;
			t->n_rows = all[i].n_rows;
			t->typeset = all[i].typeset;
			t->like_edition = all[i].n_editions ? all[i].n_editions - 1 : 0;
			if (!ol_yaml_get(f->root, "tolerates")) {
				t->tolerates = all[i].tolerates;
				t->n_tolerates = all[i].n_tolerates;
			}
			return 0;
		}
	ol_read_complain(f, like, "no target of this name stands before this one");
	return 0;
}

static int add_target(struct ol_builder *b, struct ol_yaml_file *f)
{
	static const char *const keys[] = {
		"name",	   "aliases",  "title",	   "version", "about",	"source", "evidence",
		"caveat",  "versions", "opsets",   "tested",  "ir",	"default", "custom",
		"fallback", "like",    "dtypes",   "typesets", "conditions", "tolerates", "ops", NULL};
	const struct ol_yaml *v;
	struct ol_img_target t;
	int word;

	memset(&t, 0, sizeof(t));
	if (!ol_read_map(f, f->root, "a target file", keys))
		return 0;
	t.name = ol_builder_str(b, ol_read_str(f, f->root, "name", true));
	t.title = ol_builder_str(b, ol_read_str(f, f->root, "title", true));
	t.version = ol_builder_str(b, ol_read_str(f, f->root, "version", true));
	t.about = ol_builder_str(b, ol_read_str(f, f->root, "about", false));
	t.caveat = ol_builder_str(b, ol_read_str(f, f->root, "caveat", false));
	t.fallback = ol_builder_str(b, ol_read_str(f, f->root, "fallback", false));
	t.source = sources(b, f);
	v = ol_yaml_get(f->root, "evidence");
	word = v ? ol_read_word(f, v, "evidence", ol_evidence_names) : OL_EVIDENCE_TABLE;
	t.evidence = word < 0 ? OL_EVIDENCE_TABLE : (uint32_t)word;
	add_limits(b, f, &t);
	add_editions(b, f, &t);
	add_aliases(b, f, &t);
	ol_compile_target_tolerates(b, f, &t);
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

/* A fallback must be a target, or what runs nowhere would pass for what runs there. */
static void check_fallbacks(struct ol_yaml_file *files, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct ol_yaml *v = ol_yaml_get(files[i].root, "fallback"), *name;
		bool found = false;

		for (uint32_t k = 0; v && k < n; k++) {
			name = ol_yaml_get(files[k].root, "name");
			found = found || (name && ol_str_eq(name->text, v->text));
		}
		if (v && !found)
			ol_read_complain(&files[i], v, "no target of this name");
	}
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
	check_fallbacks(files, n);
	for (uint32_t i = 0; i < n; i++)
		notes += files[i].notes.n;
	free(sorted);
	return rc || notes || b->failed ? -1 : 0;
}
