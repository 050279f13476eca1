/* compile_custom_signature.c: the signature of a declared operator: a row of a schema image, and formulas for shapes. */
#include <ctype.h>

#include "schema/compile_custom.h"
#include "util/text.h"

enum { ATTRS = 128, TYPES = 16 };

/* by enum ol_attr_type */
static const char *const attr_types[] = {"undefined", "float",	 "int",	   "string",	    "tensor",	      "graph",
					 "floats",    "ints",	 "strings", "tensors",	    "graphs",	      "sparse_tensor",
					 "sparse_tensors", "type", "types", NULL};
_Static_assert(sizeof(attr_types) / sizeof(*attr_types) == OL_ATTR_TYPE_COUNT + 1, "one name for each type");

/* ---- attributes ---- */

static void default_of(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_custom_attr *a, struct ol_buf *text)
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

static uint32_t one_of(struct ol_custom_compiler *k, const struct ol_yaml *y)
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

static int row_by_name(const void *a, const void *b, const struct ol_custom_compiler *k)
{
	const struct ol_img_attr *x = a, *y = b;
	uint16_t n, m;

	memcpy(&n, k->b.strings.p + x->name - 2, sizeof(n));
	memcpy(&m, k->b.strings.p + y->name - 2, sizeof(m));
	return ol_str_cmp((struct ol_str){k->b.strings.p + x->name, n}, (struct ol_str){k->b.strings.p + y->name, m});
}

static void read_attrs(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_img_op *row)
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
		attrs[n] = (struct ol_custom_attr){ol_custom_keep(k, y->keys[i].text).p, (uint8_t)(type < 0 ? 0 : type + 1), false, 0,
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
		rows[n].required = ol_custom_flag(k, at, "required");
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

static void read_type(struct ol_custom_compiler *k, const struct ol_yaml *y, const struct ol_yaml *types, const uint32_t *sets,
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
	p->typeset = ol_builder_row(&k->b, OL_IMG_TYPESETS, &one, sizeof(one));
}

static uint16_t read_params(struct ol_custom_compiler *k, const struct ol_yaml *y, bool out, const struct ol_yaml *types,
			    const uint32_t *sets, uint16_t *least, uint16_t *most)
{
	static const char *const in_keys[] = {"name", "type", "optional", "variadic", "about", NULL};
	static const char *const out_keys[] = {"name", "type", "shape", "optional", "variadic", "about", NULL};
	struct ol_yaml_file *f = k->r.file;

	*least = *most = 0;
	if (!y || !ol_read_seq(f, y, out ? "'outputs'" : "'inputs'"))
		return 0;
	if (y->n > OL_CUSTOM_PARAMS) {
		ol_read_complain(f, y, "an operator may have %d %s", OL_CUSTOM_PARAMS, out ? "outputs" : "inputs");
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
		if (name && ol_custom_by_name(y, name->text) != i)
			ol_read_complain(f, name, "the name is there twice");
		name = ol_yaml_get(at, "type");
		read_type(k, out && name && name->kind == OL_YAML_MAP ? NULL : name, types, sets, &p);
		if (ol_custom_flag(k, at, "variadic")) {
			if (i + 1 < y->n)
				ol_read_complain(f, at, "only the last one can be variadic");
			p.option = OL_PARAM_VARIADIC;
			*most = UINT16_MAX;
		} else if (ol_custom_flag(k, at, "optional")) {
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
static void shape_words(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_custom_output *o)
{
	static const char call[] = "broadcast(";
	bool many = ol_str_starts(y->text, call);
	uint32_t *to = OL_NEWN(k->r.arena, uint32_t, OL_CUSTOM_PARAMS);
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
		if (o->n_inputs == OL_CUSTOM_PARAMS)
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

static void read_shape(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_custom_output *o)
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

static void read_outputs(struct ol_custom_compiler *k, const struct ol_yaml *y)
{
	static const char *const keys[] = {"attribute", NULL};
	struct ol_custom_output *o;

	if (!y || y->kind != OL_YAML_SEQ || y->n > OL_CUSTOM_PARAMS)
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

void ol_custom_read_signature(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_img_op *row)
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
		sets[i] = ol_builder_row(&k->b, OL_IMG_TYPESETS, &t, sizeof(t));
	}
	row->params = k->b.n[OL_IMG_PARAMS];
	row->n_in = read_params(k, k->r.inputs, false, types, sets, &row->min_in, &row->max_in);
	row->n_out = read_params(k, outputs, true, types, sets, &row->min_out, &row->max_out);
	read_attrs(k, ol_yaml_get(y, "attributes"), row);
	read_outputs(k, outputs);
}
