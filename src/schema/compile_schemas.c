/* compile_schemas.c: rules/schemas/<domain>.yaml and versions.yaml become the schema image.
 *
 * Idea: the rows of all files are gathered and sorted before one is written, so that the files may
 * be split at will; the last opset of a row follows from the next row of the same operator. */
#include "schema/builder.h"

#include <stdlib.h>

#include "load/model.h"
#include "util/text.h"

struct entry {
	struct ol_str domain, name;
	int32_t since, until; /* until: 0 until resolved, unless the file says it */
	const struct ol_yaml *y, *sets;
	struct ol_yaml_file *file;
};

struct entries {
	struct entry *at;
	uint32_t n, cap;
	bool failed;
};

static const char *const attr_types[] = {
    "UNDEFINED",      "FLOAT",	    "INT",	   "STRING",  "TENSOR", "GRAPH",
    "FLOATS",	      "INTS",	    "STRINGS",	   "TENSORS", "GRAPHS", "SPARSE_TENSOR",
    "SPARSE_TENSORS", "TYPE_PROTO", "TYPE_PROTOS", NULL};
_Static_assert(sizeof(attr_types) / sizeof(*attr_types) == OL_ATTR_TYPE_COUNT + 1,
	       "one name for each type");

static void gather(struct ol_yaml_file *f, struct entries *all)
{
	static const char *const keys[] = {"domain", "newest", "typesets", "ops", NULL};
	static const char *const op_keys[] = {"op",	"since",   "until",	 "flags", "arity",
					      "inputs", "outputs", "attributes", "types", NULL};
	const struct ol_yaml *ops, *until;
	struct ol_str domain;

	if (!ol_read_map(f, f->root, "a schema file", keys))
		return;
	domain = ol_image_domain(ol_read_str(f, f->root, "domain", true));
	ops = ol_yaml_get(f->root, "ops");
	if (!ol_read_seq(f, ops, "'ops'"))
		return;
	for (uint32_t i = 0; i < ops->n; i++) {
		const struct ol_yaml *y = &ops->items[i];
		struct entry *e;

		if (!ol_read_map(f, y, "an operator", op_keys))
			continue;
		if (all->n == all->cap) {
			uint32_t cap = all->cap ? all->cap * 2 : 256;
			struct entry *p = realloc(all->at, cap * sizeof(*p));

			if (!p) {
				all->failed = true;
				return;
			}
			all->at = p;
			all->cap = cap;
		}
		e = &all->at[all->n++];
		e->domain = domain;
		e->name = ol_read_str(f, y, "op", true);
		e->since = (int32_t)ol_read_int(f, ol_yaml_get(y, "since"), 1, 10000);
		until = ol_yaml_get(y, "until");
		e->until = until ? (int32_t)ol_read_int(f, until, e->since, 10000) : 0;
		e->y = y;
		e->sets = ol_yaml_get(f->root, "typesets");
		e->file = f;
	}
}

static int by_name(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int c = ol_str_cmp(a->domain, b->domain);

	if (!c)
		c = ol_str_cmp(a->name, b->name);
	return c ? c : (a->since > b->since) - (a->since < b->since);
}

/* Ends each version where the next begins; two versions must not cover one opset. */
static void close_ranges(struct entries *all)
{
	for (uint32_t i = 0; i < all->n; i++) {
		struct entry *e = &all->at[i];
		const struct entry *next = i + 1 < all->n ? e + 1 : NULL;

		if (next &&
		    (!ol_str_eq(e->domain, next->domain) || !ol_str_eq(e->name, next->name)))
			next = NULL;
		if (next && next->since <= (e->until ? e->until : e->since))
			ol_read_complain(next->file, next->y,
					 "%.*s since %d overlaps the version since %d",
					 OL_FMT(next->name), (int)next->since, (int)e->since);
		if (!e->until)
			e->until = next ? next->since - 1 : OL_IMAGE_OPEN;
	}
}

/* The position of a type variable among those of the operator, or UINT16_MAX. */
static uint16_t type_var(const struct ol_yaml *types, struct ol_str name)
{
	for (uint32_t i = 0; types && i < types->n && i < UINT16_MAX; i++)
		if (ol_str_eq(types->keys[i].text, name))
			return (uint16_t)i;
	return UINT16_MAX;
}

static void add_param(struct ol_builder *b, const struct entry *e, const struct ol_yaml *y,
		      const uint32_t *sets)
{
	static const char *const keys[] = {"name", "type", "option", "homogeneous", "min", NULL};
	static const char *const options[] = {"single", "optional", "variadic", NULL};
	static const char *const truth[] = {"false", "true", NULL};
	const struct ol_yaml *types = ol_yaml_get(e->y, "types"), *v;
	struct ol_yaml_file *f = e->file;
	struct ol_img_param p;
	struct ol_str type;
	int word;

	memset(&p, 0, sizeof(p));
	if (!ol_read_map(f, y, "a parameter", keys))
		return;
	type = ol_read_str(f, y, "type", true);
	p.name = ol_builder_str(b, ol_read_str(f, y, "name", true));
	p.type_str = ol_builder_str(b, type);
	p.type_var = type_var(types, type);
	p.typeset = OL_IMG_NONE;
	if (p.type_var != UINT16_MAX) {
		p.typeset = sets[p.type_var];
	} else if (type.n) {
		struct ol_typeset one;

		memset(&one, 0, sizeof(one));
		if (ol_typeset_add(&one, type))
			ol_read_complain(f, ol_yaml_get(y, "type"),
					 "'%.*s' is neither a type nor under 'types'",
					 OL_FMT(type));
		p.typeset = ol_builder_typeset(b, &one);
	}
	word = (v = ol_yaml_get(y, "option")) ? ol_read_word(f, v, "option", options)
					      : OL_PARAM_SINGLE;
	p.option = word < 0 ? 0 : (uint8_t)word;
	p.homogeneous =
	    !(v = ol_yaml_get(y, "homogeneous")) || ol_read_word(f, v, "truth value", truth) != 0;
	p.min_arity = (v = ol_yaml_get(y, "min")) ? (uint16_t)ol_read_int(f, v, 0, 1000) : 1;
	ol_builder_row(b, OL_IMG_PARAMS, &p, sizeof(p));
}

static uint16_t add_params(struct ol_builder *b, const struct entry *e, const char *key,
			   const uint32_t *sets)
{
	const struct ol_yaml *list = ol_yaml_get(e->y, key);

	if (!list || !ol_read_seq(e->file, list, "parameters"))
		return 0;
	if (list->n > 1000) {
		ol_read_complain(e->file, list, "an operator may have 1000 parameters");
		return 0;
	}
	for (uint32_t i = 0; i < list->n; i++)
		add_param(b, e, &list->items[i], sets);
	return (uint16_t)list->n;
}

/* "[A, B]" as "A B". */
static uint32_t words(struct ol_builder *b, struct ol_yaml_file *f, const struct ol_yaml *list)
{
	struct ol_buf text = {0};
	uint32_t ref;

	if (!list || !ol_read_seq(f, list, "'one_of'"))
		return ol_builder_str(b, (struct ol_str){NULL, 0});
	for (uint32_t i = 0; i < list->n; i++) {
		const struct ol_yaml *w = &list->items[i];

		if (w->kind != OL_YAML_SCALAR || !w->text.n || memchr(w->text.p, ' ', w->text.n)) {
			ol_read_complain(f, w, "an allowed value must be one word");
			continue;
		}
		if (i)
			ol_buf_char(&text, ' ');
		ol_buf_str(&text, w->text);
	}
	ref = ol_builder_str(b, ol_buf_view(&text));
	ol_buf_free(&text);
	return ref;
}

static int attr_by_name(const void *a, const void *b)
{
	const struct ol_yaml *x = *(const struct ol_yaml *const *)a,
			     *y = *(const struct ol_yaml *const *)b;

	return ol_str_cmp(ol_yaml_get(x, "name")->text, ol_yaml_get(y, "name")->text);
}

static void add_attr(struct ol_builder *b, struct ol_yaml_file *f, const struct ol_yaml *y)
{
	static const char *const keys[] = {"name", "type", "required", "default", "one_of", NULL};
	static const char *const truth[] = {"false", "true", NULL};
	const struct ol_yaml *v = ol_yaml_get(y, "required");
	struct ol_img_attr a;
	int type;

	memset(&a, 0, sizeof(a));
	ol_read_map(f, y, "an attribute", keys);
	a.name = ol_builder_str(b, ol_yaml_get(y, "name")->text);
	type = ol_read_word(f, ol_yaml_get(y, "type"), "attribute type", attr_types);
	a.type = type < 0 ? 0 : (uint8_t)type;
	a.required = v && ol_read_word(f, v, "truth value", truth) == 1;
	a.default_text = ol_builder_str(b, ol_read_str(f, y, "default", false));
	a.one_of = words(b, f, ol_yaml_get(y, "one_of"));
	ol_builder_row(b, OL_IMG_ATTRS, &a, sizeof(a));
}

static uint16_t add_attrs(struct ol_builder *b, const struct entry *e)
{
	const struct ol_yaml *list = ol_yaml_get(e->y, "attributes"), *sorted[256];
	struct ol_yaml_file *f = e->file;
	uint32_t n = 0;

	if (!list || !ol_read_seq(f, list, "'attributes'"))
		return 0;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct ol_yaml *y = &list->items[i];

		if (!ol_read_map(f, y, "an attribute", NULL) || !ol_read_str(f, y, "name", true).n)
			continue;
		if (n == sizeof(sorted) / sizeof(*sorted)) {
			ol_read_complain(f, y, "an operator may have 256 attributes");
			return 0;
		}
		sorted[n++] = y;
	}
	qsort(sorted, n, sizeof(*sorted), attr_by_name);
	for (uint32_t i = 0; i < n; i++) {
		if (i && !attr_by_name(&sorted[i - 1], &sorted[i]))
			ol_read_complain(f, sorted[i], "the attribute is there twice");
		add_attr(b, f, sorted[i]);
	}
	return (uint16_t)n;
}

/* arity: {in: [1, 3], out: [1, any]} */
static void arity(const struct entry *e, struct ol_img_op *op)
{
	static const char *const keys[] = {"in", "out", NULL};
	const struct ol_yaml *y = ol_yaml_get(e->y, "arity");
	int64_t lo = 0, hi = 0;

	if (!ol_read_map(e->file, y, "'arity'", keys))
		return;
	if (ol_read_range(e->file, ol_yaml_get(y, "in"), UINT16_MAX, &lo, &hi)) {
		op->min_in = (uint16_t)lo;
		op->max_in = (uint16_t)hi;
	}
	if (ol_read_range(e->file, ol_yaml_get(y, "out"), UINT16_MAX, &lo, &hi)) {
		op->min_out = (uint16_t)lo;
		op->max_out = (uint16_t)hi;
	}
}

static void add_op(struct ol_builder *b, const struct entry *e)
{
	static const char *const flags[] = {"deprecated", "experimental", "function", "ort-only",
					    NULL};
	const struct ol_yaml *types = ol_yaml_get(e->y, "types"), *v = ol_yaml_get(e->y, "flags");
	uint32_t sets[64];
	struct ol_img_op op;

	memset(&op, 0, sizeof(op));
	op.domain = ol_builder_str(b, e->domain);
	op.name = ol_builder_str(b, e->name);
	op.since = e->since;
	op.until = e->until;
	if (v && ol_read_seq(e->file, v, "'flags'"))
		for (uint32_t i = 0; i < v->n; i++) {
			int word = ol_read_word(e->file, &v->items[i], "flag", flags);

			if (word >= 0)
				op.flags = (uint16_t)(op.flags | 1u << word);
		}
	arity(e, &op);
	if (types && (!ol_read_map(e->file, types, "'types'", NULL) || types->n > 64)) {
		ol_read_complain(e->file, types, "an operator may have 64 type variables");
		return;
	}
	for (uint32_t i = 0; types && i < types->n; i++) {
		struct ol_typeset t;

		ol_read_types(e->file, &types->items[i], e->sets, &t);
		sets[i] = ol_builder_typeset(b, &t);
	}
	op.params = b->n[OL_IMG_PARAMS];
	op.n_in = add_params(b, e, "inputs", sets);
	op.n_out = add_params(b, e, "outputs", sets);
	op.attrs = b->n[OL_IMG_ATTRS];
	op.n_attrs = add_attrs(b, e);
	ol_builder_row(b, OL_IMG_OPS, &op, sizeof(op));
}

/* One row a domain; its newest version is the largest that a file or a row names. */
static void add_domains(struct ol_builder *b, const struct entries *all, struct ol_yaml_file *files,
			uint32_t n)
{
	for (uint32_t i = 0; i < all->n;) {
		struct ol_img_domain d = {ol_builder_str(b, all->at[i].domain), i, 0, 1};
		uint32_t end = i;

		for (; end < all->n && ol_str_eq(all->at[end].domain, all->at[i].domain); end++)
			if (all->at[end].since > d.newest)
				d.newest = all->at[end].since;
		for (uint32_t k = 0; k < n; k++) {
			const struct ol_yaml *name = ol_yaml_get(files[k].root, "domain");
			const struct ol_yaml *newest = ol_yaml_get(files[k].root, "newest");

			if (name && newest &&
			    ol_str_eq(ol_image_domain(name->text), all->at[i].domain))
				d.newest = (int32_t)ol_read_int(&files[k], newest, d.newest, 10000);
		}
		d.n = end - i;
		ol_builder_row(b, OL_IMG_DOMAINS, &d, sizeof(d));
		i = end;
	}
}

static void add_releases(struct ol_builder *b, struct ol_yaml_file *f)
{
	static const char *const keys[] = {"releases", NULL};
	static const char *const cols[] = {
	    "onnx", "ir", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview.training", NULL};
	const struct ol_yaml *list = ol_yaml_get(f->root, "releases"), *v;

	ol_read_map(f, f->root, "a version file", keys);
	if (!ol_read_seq(f, list, "'releases'"))
		return;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct ol_yaml *y = &list->items[i];
		struct ol_img_release r;

		memset(&r, 0, sizeof(r));
		if (!ol_read_map(f, y, "a release", cols))
			continue;
		r.name = ol_builder_str(b, ol_read_str(f, y, "onnx", true));
		r.ir = (int32_t)ol_read_int(f, ol_yaml_get(y, "ir"), 1, 10000);
		r.onnx = (int32_t)ol_read_int(f, ol_yaml_get(y, "ai.onnx"), 1, 10000);
		r.ml =
		    (v = ol_yaml_get(y, "ai.onnx.ml")) ? (int32_t)ol_read_int(f, v, 1, 10000) : 0;
		r.training = (v = ol_yaml_get(y, "ai.onnx.preview.training"))
				 ? (int32_t)ol_read_int(f, v, 1, 10000)
				 : 0;
		ol_builder_row(b, OL_IMG_RELEASES, &r, sizeof(r));
	}
}

int ol_compile_schemas(struct ol_builder *b, struct ol_yaml_file *files, uint32_t n)
{
	struct entries all = {0};
	uint32_t notes = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (files[i].root && files[i].root->kind == OL_YAML_MAP &&
		    ol_yaml_get(files[i].root, "releases"))
			add_releases(b, &files[i]);
		else
			gather(&files[i], &all);
	}
	if (all.n)
		qsort(all.at, all.n, sizeof(*all.at), by_name);
	close_ranges(&all);
	for (uint32_t i = 0; i < all.n; i++)
		add_op(b, &all.at[i]);
	add_domains(b, &all, files, n);
	for (uint32_t i = 0; i < n; i++)
		notes += files[i].notes.n;
	free(all.at);
	return notes || all.failed || b->failed ? -1 : 0;
}
