/* facts_schema.c: operator schemas and targets as expressions see them.
 *
 * A row of the images is viewed through small structs; an object points to a copy in the scratch
 * arena, or to the engine's array of schemas by kind. */
#include "engine/facts_table.h"

static const void *behind(struct ol_val self)
{
	return (const void *)(uintptr_t)self.u.obj.a;
}

struct ol_val ol_facts_copy(struct ol_eval *e, uint8_t cls, const void *p, size_t n)
{
	void *to = ol_arena_alloc(e->scratch, n);

	if (!to)
		return ol_v_error(e, "out of memory");
	memcpy(to, p, n);
	return ol_v_obj(cls, (uintptr_t)to, 0);
}

struct ol_val ol_facts_schema(struct ol_eval *e, const struct ol_schema *s)
{
	(void)e;
	return s->row ? ol_v_obj(OL_CLS_SCHEMA, (uintptr_t)s, 0) : ol_v_null();
}

static const struct ol_schema *schema(struct ol_val self)
{
	return behind(self);
}

static struct ol_val schema_domain(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(schema(self)->domain);
}

static struct ol_val schema_name(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(schema(self)->name);
}

static struct ol_val schema_since(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int(schema(self)->since_version);
}

static struct ol_val schema_until(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(schema(self)->until_version, INT32_MAX);
}

static struct ol_val schema_deprecated(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(schema(self)->deprecated);
}

static struct ol_val schema_has_function(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(schema(self)->has_function);
}

static struct ol_val schema_experimental(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(schema(self)->experimental);
}

static struct ol_val schema_ort_only(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(schema(self)->ort_only);
}

static struct ol_val schema_min_input(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int(schema(self)->min_input);
}

static struct ol_val schema_max_input(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(schema(self)->max_input, UINT16_MAX);
}

static struct ol_val schema_min_output(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int(schema(self)->min_output);
}

static struct ol_val schema_max_output(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(schema(self)->max_output, UINT16_MAX);
}

static struct ol_val params(struct ol_eval *e, struct ol_val self, bool out)
{
	const struct ol_schema *s = schema(self);
	uint32_t n = out ? s->n_outputs : s->n_inputs;
	struct ol_val *v = OL_NEWN(e->scratch, struct ol_val, n);

	if (!v)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < n; i++) {
		struct ol_schema_param p = out ? ol_schema_output(s, i) : ol_schema_input(s, i);

		v[i] = ol_facts_copy(e, OL_CLS_PARAM, &p, sizeof(p));
	}
	return ol_v_list(e, v, n);
}

static struct ol_val schema_inputs(struct ol_eval *e, struct ol_val self)
{
	return params(e, self, false);
}

static struct ol_val schema_outputs(struct ol_eval *e, struct ol_val self)
{
	return params(e, self, true);
}

static struct ol_val schema_attrs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_schema *s = schema(self);
	struct ol_val *v = OL_NEWN(e->scratch, struct ol_val, s->n_attrs);

	if (!v)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < s->n_attrs; i++) {
		struct ol_schema_attr a = ol_schema_attr(s, i);

		v[i] = ol_facts_copy(e, OL_CLS_SCHEMA_ATTR, &a, sizeof(a));
	}
	return ol_v_list(e, v, s->n_attrs);
}

const struct ol_field ol_facts_schema_fields[] = {
    {"domain", "string", schema_domain, "domain, \"\" for ONNX"},
    {"name", "string", schema_name, "operator"},
    {"since_version", "int", schema_since, "opset that brought this version"},
    {"until_version", "int?", schema_until, "last opset it holds for; null for the latest"},
    {"deprecated", "bool", schema_deprecated, "is it deprecated"},
    {"has_function", "bool", schema_has_function, "can it be expanded into other operators"},
    {"experimental", "bool", schema_experimental, "is it marked experimental"},
    {"ort_only", "bool", schema_ort_only, "stands in the ONNX domain, but only onnxruntime has it"},
    {"min_input", "int", schema_min_input, "least number of inputs"},
    {"max_input", "int?", schema_max_input, "largest number of inputs; null when unbounded"},
    {"min_output", "int", schema_min_output, "least number of outputs"},
    {"max_output", "int?", schema_max_output, "largest number of outputs; null when unbounded"},
    {"inputs", "list(param)", schema_inputs, "input parameters"},
    {"outputs", "list(param)", schema_outputs, "output parameters"},
    {"attrs", "list(schema_attr)", schema_attrs, "attributes it knows"},
    {0},
};

/* ---- parameters ---- */
static const struct ol_schema_param *param(struct ol_val self)
{
	return behind(self);
}

static struct ol_val param_name(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(param(self)->name);
}

static struct ol_val param_type_str(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(param(self)->type_str);
}

static struct ol_val param_option(struct ol_eval *e, struct ol_val self)
{
	static const char *const names[] = {"single", "optional", "variadic"};
	uint8_t o = param(self)->option;

	(void)e;
	return ol_v_str(ol_str(names[o < 3 ? o : 0]));
}

static struct ol_val param_homogeneous(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(param(self)->homogeneous);
}

static struct ol_val param_min_arity(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int(param(self)->min_arity);
}

static struct ol_val param_types(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_typeset(e, &param(self)->types);
}

const struct ol_field ol_facts_param_fields[] = {
    {"name", "string", param_name, "name in the specification"},
    {"type_var", "string", param_type_str, "type variable (\"T\") or a concrete type"},
    {"option", "string", param_option, "\"single\" \"optional\" \"variadic\""},
    {"homogeneous", "bool", param_homogeneous, "variadic: must all be of one type"},
    {"min_arity", "int", param_min_arity, "variadic: at least so many"},
    {"types", "list(string)", param_types, "types allowed; unknown when not constrained"},
    {0},
};

static const struct ol_schema_attr *schema_attr(struct ol_val self)
{
	return behind(self);
}

static struct ol_val sattr_name(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(schema_attr(self)->name);
}

static struct ol_val sattr_type(struct ol_eval *e, struct ol_val self)
{
	static const char *const names[OL_ATTR_TYPE_COUNT] = {
	    "undefined",      "float", "int",	  "string",  "tensor", "graph",
	    "floats",	      "ints",  "strings", "tensors", "graphs", "sparse_tensor",
	    "sparse_tensors", "type",  "types",
	};
	uint8_t t = schema_attr(self)->type;

	(void)e;
	return ol_v_str(ol_str(names[t < OL_ATTR_TYPE_COUNT ? t : 0]));
}

static struct ol_val sattr_required(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(schema_attr(self)->required);
}

static struct ol_val sattr_default(struct ol_eval *e, struct ol_val self)
{
	struct ol_str s = schema_attr(self)->default_text;

	(void)e;
	return s.n ? ol_v_str(s) : ol_v_null();
}

static struct ol_val sattr_one_of(struct ol_eval *e, struct ol_val self)
{
	struct ol_str s = schema_attr(self)->one_of;
	uint32_t n = 1, k = 0;
	struct ol_val *v;
	size_t from = 0;

	if (!s.n)
		return ol_v_list(e, NULL, 0);
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ';
	v = OL_NEWN(e->scratch, struct ol_val, n);
	if (!v)
		return ol_v_error(e, "out of memory");
	for (size_t i = 0; i <= s.n; i++)
		if (i == s.n || s.p[i] == ' ') {
			v[k++] = ol_v_str((struct ol_str){s.p + from, i - from});
			from = i + 1;
		}
	return ol_v_list(e, v, k);
}

const struct ol_field ol_facts_schema_attr_fields[] = {
    {"name", "string", sattr_name, "name"},
    {"type", "string", sattr_type, "\"int\" \"ints\" \"float\" …"},
    {"required", "bool", sattr_required, "must it be given"},
    {"default", "string?", sattr_default, "default, as the documentation prints it"},
    {"one_of", "list(string)", sattr_one_of, "allowed strings; empty when any"},
    {0},
};

static struct ol_val set_has(const struct ol_typeset *t, struct ol_str dtype)
{
	enum ol_dtype d = ol_dtype_find(dtype);

	if (t->any)
		return ol_v_unknown();
	return ol_v_bool(d != OL_DT_UNDEFINED && ((t->tensor >> d) & 1));
}

OL_FACTS_CALL(param_accepts)
{
	(void)e;
	(void)argc;
	return set_has(&param(argv[0])->types, argv[1].u.s);
}

/* The parameter, input before output, that has this name or type variable. */
OL_FACTS_CALL(schema_accepts)
{
	const struct ol_schema *s = schema(argv[0]);

	(void)e;
	(void)argc;
	for (uint32_t i = 0; i < (uint32_t)s->n_inputs + s->n_outputs; i++) {
		struct ol_schema_param p =
		    i < s->n_inputs ? ol_schema_input(s, i) : ol_schema_output(s, i - s->n_inputs);

		if (ol_str_eq(p.name, argv[1].u.s) || ol_str_eq(p.type_str, argv[1].u.s))
			return set_has(&p.types, argv[2].u.s);
	}
	return ol_v_unknown();
}

OL_FACTS_CALL(schema_attr)
{
	struct ol_schema_attr a;

	(void)argc;
	if (!ol_schema_find_attr(schema(argv[0]), argv[1].u.s, &a))
		return ol_v_null();
	return ol_facts_copy(e, OL_CLS_SCHEMA_ATTR, &a, sizeof(a));
}

OL_FACTS_CALL(schema_has_attr)
{
	struct ol_schema_attr a;

	(void)e;
	(void)argc;
	return ol_v_bool(ol_schema_find_attr(schema(argv[0]), argv[1].u.s, &a));
}

static struct ol_val param_at(struct ol_eval *e, const struct ol_val *argv, bool out)
{
	const struct ol_schema *s = schema(argv[0]);
	int64_t k = argv[1].u.i;
	struct ol_schema_param p;
	uint32_t i;

	if (k < 0 || k > UINT32_MAX)
		return ol_v_null();
	i = out ? ol_schema_output_at(s, (uint32_t)k) : ol_schema_input_at(s, (uint32_t)k);
	if (i >= (out ? s->n_outputs : s->n_inputs))
		return ol_v_null();
	p = out ? ol_schema_output(s, i) : ol_schema_input(s, i);
	return ol_facts_copy(e, OL_CLS_PARAM, &p, sizeof(p));
}

OL_FACTS_CALL(schema_input_at)
{
	(void)argc;
	return param_at(e, argv, false);
}

OL_FACTS_CALL(schema_output_at)
{
	(void)argc;
	return param_at(e, argv, true);
}
