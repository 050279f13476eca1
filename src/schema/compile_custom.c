/* compile_custom.c: a file of custom operators, read with complaints: what stands in each entry, and its signature as a
 * row of a schema image.
 *
 * Rows are gathered and sorted before one is written, so that the file's order is free and an operator may have several
 * versions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/builder.h"
#include "schema/custom.h"
#include "util/text.h"

enum { OPERATORS = 10000, PARAMS = 64, ATTRS = 128, TYPES = 16 };

static const char *const op_keys[] = {"op",	 "since",      "about",	  "function",	 "inputs", "outputs",
				      "types",	 "attributes", "targets", "placeholder", "reason", NULL};
static const char *const truth[] = {"false", "true", NULL};
/* by enum ol_attr_type */
static const char *const attr_types[] = {"undefined", "float",	 "int",	   "string",	    "tensor",	      "graph",
					 "floats",    "ints",	 "strings", "tensors",	    "graphs",	      "sparse_tensor",
					 "sparse_tensors", "type", "types", NULL};
_Static_assert(sizeof(attr_types) / sizeof(*attr_types) == OL_ATTR_TYPE_COUNT + 1, "one name for each type");

struct compiler {
	struct ol_custom_reader r;
	struct ol_custom *c;
	struct ol_builder b;
	struct ol_custom_functions functions;
};

static struct ol_str keep(struct compiler *k, struct ol_str s)
{
	struct ol_str copy = ol_arena_str(k->r.arena, s);

	k->r.failed |= !copy.p;
	return copy.p ? copy : OL_STR("");
}

static uint32_t by_key(const struct ol_yaml *list, struct ol_str name)
{
	for (uint32_t i = 0; list && list->kind == OL_YAML_SEQ && i < list->n && i < PARAMS; i++) {
		const struct ol_yaml *n = ol_yaml_get(&list->items[i], "name");

		if (n && n->kind == OL_YAML_SCALAR && ol_str_eq(n->text, name))
			return i;
	}
	return OL_NONE;
}

uint32_t ol_custom_input(const struct ol_custom_reader *r, struct ol_str name)
{
	return by_key(r->inputs, name);
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

/* ---- attributes ---- */

static void default_of(struct compiler *k, const struct ol_yaml *y, struct ol_custom_attr *a, struct ol_buf *text)
{
	struct ol_yaml_file *f = k->r.file;
	int64_t *ints;

	a->has_default = true;
	if (y->kind == OL_YAML_SCALAR) {
		if (a->type == OL_ATTR_INT)
			a->i = ol_read_int(f, y, INT64_MIN, INT64_MAX);
		else if (a->type == OL_ATTR_INTS || a->type == OL_ATTR_FLOATS || a->type == OL_ATTR_STRINGS)
			ol_read_complain(f, y, "the default of a list must be a list");
		ol_buf_str(text, y->text);
		return;
	}
	if (y->kind != OL_YAML_SEQ || (a->type != OL_ATTR_INTS && a->type != OL_ATTR_FLOATS && a->type != OL_ATTR_STRINGS)) {
		ol_read_complain(f, y, "a default of type %s must be one value", attr_types[a->type]);
		return;
	}
	ints = OL_NEWN(k->r.arena, int64_t, y->n + 1);
	k->r.failed |= !ints;
	ol_buf_char(text, '[');
	for (uint32_t i = 0; ints && i < y->n; i++) {
		if (y->items[i].kind != OL_YAML_SCALAR) {
			ol_read_complain(f, &y->items[i], "an item of a default must be one value");
			continue;
		}
		if (a->type == OL_ATTR_INTS)
			ints[i] = ol_read_int(f, &y->items[i], INT64_MIN, INT64_MAX);
		ol_buf_printf(text, "%s%.*s", i ? ", " : "", OL_FMT(y->items[i].text));
	}
	ol_buf_char(text, ']');
	a->ints = ints;
	a->n_ints = a->type == OL_ATTR_INTS ? y->n : 0;
}

static uint32_t one_of(struct compiler *k, const struct ol_yaml *y)
{
	struct ol_buf text = {0};
	uint32_t ref;

	for (uint32_t i = 0; y && ol_read_seq(k->r.file, y, "'one-of'") && i < y->n; i++) {
		const struct ol_yaml *w = &y->items[i];

		if (w->kind != OL_YAML_SCALAR || !w->text.n || memchr(w->text.p, ' ', w->text.n))
			ol_read_complain(k->r.file, w, "an allowed value must be one word");
		else
			ol_buf_printf(&text, "%s%.*s", text.n ? " " : "", OL_FMT(w->text));
	}
	ref = ol_builder_str(&k->b, ol_buf_view(&text));
	k->r.failed |= text.failed;
	ol_buf_free(&text);
	return ref;
}

static int row_by_name(const void *a, const void *b, const struct compiler *k)
{
	const struct ol_img_attr *x = a, *y = b;
	uint16_t n, m;

	memcpy(&n, k->b.strings.p + x->name - 2, sizeof(n));
	memcpy(&m, k->b.strings.p + y->name - 2, sizeof(m));
	return ol_str_cmp((struct ol_str){k->b.strings.p + x->name, n}, (struct ol_str){k->b.strings.p + y->name, m});
}

static void read_attrs(struct compiler *k, const struct ol_yaml *y, struct ol_img_op *row)
{
	static const char *const keys[] = {"type", "required", "default", "one-of", "about", NULL};
	struct ol_custom_attr *attrs;
	struct ol_img_attr rows[ATTRS];
	uint32_t n = 0;

	row->attrs = k->b.n[OL_IMG_ATTRS];
	if (!y || !ol_read_map(k->r.file, y, "'attributes'", NULL))
		return;
	if (y->n > ATTRS) {
		ol_read_complain(k->r.file, y, "an operator may have %d attributes", ATTRS);
		return;
	}
	attrs = OL_NEWN(k->r.arena, struct ol_custom_attr, y->n + 1);
	k->r.failed |= !attrs;
	for (uint32_t i = 0; attrs && i < y->n; i++) {
		const struct ol_yaml *at = &y->items[i], *v;
		struct ol_buf text = {0};
		int type;

		if (!ol_read_map(k->r.file, at, "an attribute", keys))
			continue;
		v = ol_yaml_get(at, "type");
		type = ol_read_word(k->r.file, v ? v : at, "attribute type", attr_types + 1);
		attrs[n] = (struct ol_custom_attr){keep(k, y->keys[i].text).p, (uint8_t)(type < 0 ? 0 : type + 1), false, 0,
						   NULL, 0};
		v = ol_yaml_get(at, "default");
		if (v)
			default_of(k, v, &attrs[n], &text);
		memset(&rows[n], 0, sizeof(rows[n]));
		rows[n].name = ol_builder_str(&k->b, y->keys[i].text);
		rows[n].type = attrs[n].type;
		rows[n].default_text = ol_builder_str(&k->b, ol_buf_view(&text));
		rows[n].one_of = one_of(k, ol_yaml_get(at, "one-of"));
		v = ol_yaml_get(at, "required");
		rows[n].required = v && ol_read_word(k->r.file, v, "truth value", truth) == 1;
		if (rows[n].required && attrs[n].has_default)
			ol_read_complain(k->r.file, v, "an attribute with a default is not required");
		k->r.failed |= text.failed;
		ol_buf_free(&text);
		n++;
	}
	k->r.op->attrs = attrs;
	k->r.op->n_attrs = attrs ? n : 0;
	for (uint32_t i = 1; i < n && !k->b.failed; i++) /* by name, as rows of an image are; few */
		for (uint32_t j = i; j && row_by_name(&rows[j - 1], &rows[j], k) > 0; j--) {
			struct ol_img_attr other = rows[j];

			rows[j] = rows[j - 1];
			rows[j - 1] = other;
		}
	for (uint32_t i = 0; i < n; i++)
		ol_builder_row(&k->b, OL_IMG_ATTRS, &rows[i], sizeof(rows[i]));
	row->n_attrs = (uint16_t)n;
}

/* ---- inputs and outputs ---- */

static bool flag(struct compiler *k, const struct ol_yaml *y, const char *key)
{
	const struct ol_yaml *v = ol_yaml_get(y, key);

	return v && ol_read_word(k->r.file, v, "truth value", truth) == 1;
}

static void read_type(struct compiler *k, const struct ol_yaml *y, const struct ol_yaml *types, const uint32_t *sets,
		      struct ol_img_param *p)
{
	struct ol_typeset one;

	p->type_var = UINT16_MAX;
	p->typeset = OL_IMG_NONE;
	p->type_str = ol_builder_str(&k->b, OL_STR(""));
	if (!y)
		return;
	if (y->kind != OL_YAML_SCALAR) {
		ol_read_complain(k->r.file, y, "a type must be one word: float, int64, or a type variable");
		return;
	}
	p->type_str = ol_builder_str(&k->b, y->text);
	for (uint32_t i = 0; types && i < types->n; i++)
		if (ol_str_eq(types->keys[i].text, y->text)) {
			p->type_var = (uint16_t)i;
			p->typeset = sets[i];
			return;
		}
	memset(&one, 0, sizeof(one));
	if (ol_typeset_add(&one, y->text)) {
		ol_read_complain(k->r.file, y, "'%.*s' is neither a type nor under 'types'", OL_FMT(y->text));
		return;
	}
	p->typeset = ol_builder_typeset(&k->b, &one);
}

static uint16_t read_params(struct compiler *k, const struct ol_yaml *y, bool out, const struct ol_yaml *types,
			    const uint32_t *sets, uint16_t *least, uint16_t *most)
{
	static const char *const in_keys[] = {"name", "type", "optional", "variadic", "about", NULL};
	static const char *const out_keys[] = {"name", "type", "shape", "optional", "variadic", "about", NULL};
	struct ol_yaml_file *f = k->r.file;

	*least = *most = 0;
	if (!y || !ol_read_seq(f, y, out ? "'outputs'" : "'inputs'"))
		return 0;
	if (y->n > PARAMS) {
		ol_read_complain(f, y, "an operator may have %d %s", PARAMS, out ? "outputs" : "inputs");
		return 0;
	}
	*most = (uint16_t)y->n;
	for (uint32_t i = 0; i < y->n; i++) {
		const struct ol_yaml *at = &y->items[i], *name;
		struct ol_img_param p;

		memset(&p, 0, sizeof(p));
		p.homogeneous = 1;
		ol_read_map(f, at, out ? "an output" : "an input", out ? out_keys : in_keys);
		p.name = ol_builder_str(&k->b, ol_read_str(f, at, "name", true));
		name = ol_yaml_get(at, "name");
		if (name && by_key(y, name->text) != i)
			ol_read_complain(f, name, "the name is there twice");
		name = ol_yaml_get(at, "type");
		read_type(k, out && name && name->kind == OL_YAML_MAP ? NULL : name, types, sets, &p);
		if (flag(k, at, "variadic")) {
			if (i + 1 < y->n)
				ol_read_complain(f, at, "only the last one can be variadic");
			p.option = OL_PARAM_VARIADIC;
			*most = UINT16_MAX;
		} else if (flag(k, at, "optional")) {
			p.option = OL_PARAM_OPTIONAL;
		} else {
			p.min_arity = 1;
			*least = (uint16_t)(i + 1);
		}
		ol_builder_row(&k->b, OL_IMG_PARAMS, &p, sizeof(p));
	}
	return (uint16_t)y->n;
}

/* ---- shapes ---- */

/* "X" or "broadcast(X, Y)". */
static void shape_words(struct compiler *k, const struct ol_yaml *y, struct ol_custom_output *o)
{
	static const char call[] = "broadcast(";
	bool many = ol_str_starts(y->text, call);
	uint32_t *to = OL_NEWN(k->r.arena, uint32_t, PARAMS);
	size_t i = many ? sizeof(call) - 1 : 0;

	if (!to) {
		k->r.failed = true;
		return;
	}
	o->shape = many ? OL_CUSTOM_BROADCAST : OL_CUSTOM_LIKE;
	o->inputs = to;
	for (;;) {
		struct ol_str name;

		while (i < y->text.n && y->text.p[i] == ' ')
			i++;
		name = (struct ol_str){y->text.p + i, 0};
		while (i < y->text.n && (isalnum((unsigned char)y->text.p[i]) || y->text.p[i] == '_'))
			i++;
		name.n = (size_t)(y->text.p + i - name.p);
		if (o->n_inputs == PARAMS)
			break;
		to[o->n_inputs] = ol_custom_input(&k->r, name);
		if (to[o->n_inputs] == OL_NONE) {
			ol_custom_unknown(&k->r, y, i - name.n, name, false);
			o->shape = OL_CUSTOM_UNKNOWN;
			return;
		}
		o->n_inputs++;
		while (i < y->text.n && y->text.p[i] == ' ')
			i++;
		if (!many || i == y->text.n || y->text.p[i] != ',')
			break;
		i++;
	}
	if (many ? i + 1 != y->text.n || y->text.p[i] != ')' : i != y->text.n) {
		ol_read_complain(k->r.file, y, "a shape is the name of an input, broadcast(X, Y), or a list of dims");
		o->shape = OL_CUSTOM_UNKNOWN;
	}
}

static void read_shape(struct compiler *k, const struct ol_yaml *y, struct ol_custom_output *o)
{
	struct ol_formula *dims;

	if (y->kind == OL_YAML_SCALAR) {
		shape_words(k, y, o);
		return;
	}
	if (!ol_read_seq(k->r.file, y, "a shape") || y->n > OL_CUSTOM_DIMS) {
		if (y->kind == OL_YAML_SEQ)
			ol_read_complain(k->r.file, y, "a shape may have %d dims", OL_CUSTOM_DIMS);
		return;
	}
	dims = OL_NEWN(k->r.arena, struct ol_formula, y->n + 1);
	k->r.failed |= !dims;
	for (uint32_t i = 0; dims && i < y->n; i++)
		if (ol_formula_compile(&k->r, &y->items[i], &dims[i]))
			dims[i] = (struct ol_formula){0};
	o->shape = OL_CUSTOM_LIST;
	o->dims = dims;
	o->n_dims = dims ? y->n : 0;
}

static void read_outputs(struct compiler *k, const struct ol_yaml *y)
{
	static const char *const keys[] = {"attribute", NULL};
	struct ol_custom_output *o;

	if (!y || y->kind != OL_YAML_SEQ || y->n > PARAMS)
		return;
	o = OL_NEWN(k->r.arena, struct ol_custom_output, y->n + 1);
	k->r.failed |= !o;
	for (uint32_t i = 0; o && i < y->n; i++) {
		const struct ol_yaml *type = ol_yaml_get(&y->items[i], "type"), *shape = ol_yaml_get(&y->items[i], "shape"), *a;

		o[i].type_attr = OL_NONE;
		if (type && type->kind == OL_YAML_MAP && ol_read_map(k->r.file, type, "a type", keys)) {
			struct ol_str name = ol_read_str(k->r.file, type, "attribute", true);

			a = ol_yaml_get(type, "attribute");
			o[i].type_attr = ol_custom_attr(&k->r, name);
			if (name.n && (o[i].type_attr == OL_NONE || k->r.op->attrs[o[i].type_attr].type != OL_ATTR_INT))
				ol_read_complain(k->r.file, a, "'%.*s' is no attribute of type int", OL_FMT(name));
		}
		if (shape)
			read_shape(k, shape, &o[i]);
	}
	k->r.op->outputs = o;
	k->r.op->n_outputs = o ? y->n : 0;
}

/* ---- an entry ---- */

static void read_signature(struct compiler *k, const struct ol_yaml *y, struct ol_img_op *row)
{
	const struct ol_yaml *types = ol_yaml_get(y, "types"), *outputs = ol_yaml_get(y, "outputs");
	uint32_t sets[TYPES];

	k->r.inputs = ol_yaml_get(y, "inputs");
	if (types && (!ol_read_map(k->r.file, types, "'types'", NULL) || types->n > TYPES)) {
		if (types->kind == OL_YAML_MAP)
			ol_read_complain(k->r.file, types, "an operator may have %d type variables", TYPES);
		types = NULL;
	}
	for (uint32_t i = 0; types && i < types->n; i++) {
		struct ol_typeset t;

		ol_read_types(k->r.file, &types->items[i], NULL, &t);
		sets[i] = ol_builder_typeset(&k->b, &t);
	}
	row->params = k->b.n[OL_IMG_PARAMS];
	row->n_in = read_params(k, k->r.inputs, false, types, sets, &row->min_in, &row->max_in);
	row->n_out = read_params(k, outputs, true, types, sets, &row->min_out, &row->max_out);
	read_attrs(k, ol_yaml_get(y, "attributes"), row);
	read_outputs(k, outputs);
}

/* "com.acme::Window" */
static bool read_name(struct compiler *k, const struct ol_yaml *y, struct ol_custom_op *op)
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
	op->domain = keep(k, (struct ol_str){s.p, end});
	op->name = keep(k, (struct ol_str){s.p + name, s.n - name});
	if (ol_str_is(op->domain, "ai.onnx") || ol_str_starts(op->domain, "ai.onnx.")) {
		ol_read_complain(k->r.file, ol_yaml_get(y, "op"), "%s: a custom operator needs a domain of its own",
				 ol_schema_life(op->domain, op->name, &life) ? "this is a standard operator"
									     : "this is a standard domain");
		return false;
	}
	return true;
}

static void read_op(struct compiler *k, const struct ol_yaml *y, struct ol_custom_op *op, struct ol_img_op *row)
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
	op->about = keep(k, ol_read_str(f, y, "about", false));
	op->reason = keep(k, ol_read_str(f, y, "reason", false));
	op->placeholder = flag(k, y, "placeholder");
	op->has_signature = ol_yaml_get(y, "inputs") || ol_yaml_get(y, "outputs");
	v = ol_yaml_get(y, "function");
	op->has_function = v != NULL;
	if (v && op->has_signature)
		ol_read_complain(f, v, "'function' and 'inputs' or 'outputs': a body says all, leave out the others");
	read_signature(k, y, row);
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
static void close_ranges(struct compiler *k)
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
static void keep_functions(struct compiler *k)
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

static void finish(struct compiler *k, struct ol_img_op *rows)
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

static void read_all(struct compiler *k)
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
	struct compiler k = {.c = c};
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
