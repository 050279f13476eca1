/* facts_function.c: opset imports and local functions as expressions see them. */
#include "engine/facts_table.h"

static const struct ol_opset *opset_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_model(e)->all_opsets[self.u.obj.a];
}

static struct ol_val opset_domain(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_text(e, ol_facts_domain(ol_facts_model(e), opset_row(e, self)->domain));
}

static struct ol_val opset_written(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, opset_row(e, self)->domain);
}

static struct ol_val opset_title(struct ol_eval *e, struct ol_val self)
{
	struct ol_str s = ol_facts_domain(ol_facts_model(e), opset_row(e, self)->domain);

	return s.n ? ol_facts_text(e, s) : ol_v_str(OL_STR("ai.onnx"));
}

static struct ol_val opset_version(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(opset_row(e, self)->version);
}

static struct ol_val opset_has_version(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(opset_row(e, self)->has_version);
}

static struct ol_val opset_newest(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_opt_int(
	    ol_schema_domain_newest(ol_facts_domain(ol_facts_model(e), opset_row(e, self)->domain)),
	    0);
}

static struct ol_val opset_used(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(ol_facts_domain_is(e, opset_row(e, self)->domain, OL_DOMAIN_USED));
}

static struct ol_val opset_conflicting(struct ol_eval *e, struct ol_val self)
{
	struct ol_range own = ol_facts_model(e)->opsets; /* the others are functions' */

	return ol_v_bool(self.u.obj.a >= own.first && self.u.obj.a - own.first < own.n &&
			 ol_facts_domain_is(e, opset_row(e, self)->domain, OL_DOMAIN_CONFLICT));
}

const struct ol_field ol_facts_opset_fields[] = {
    {"domain", "string", opset_domain, "domain; \"\" for both spellings of the ONNX domain"},
    {"domain_written", "string", opset_written, "domain as the file spells it"},
    {"title", "string", opset_title, "domain for messages: \"ai.onnx\" when empty"},
    {"version", "int", opset_version, "imported version"},
    {"has_version", "bool", opset_has_version, "does the file state a version"},
    {"newest", "int?", opset_newest,
     "newest version that onnxlint knows; null for an unknown domain"},
    {"used", "bool", opset_used, "does some node of the model use the domain"},
    {"conflicting", "bool", opset_conflicting,
     "does the model import the domain in another version too; false for a function's import"},
    {0},
};

static const struct ol_function *function_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_model(e)->functions[self.u.obj.a];
}

static struct ol_val function_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, function_row(e, self)->name);
}

static struct ol_val function_domain(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_text(e, ol_facts_domain(ol_facts_model(e), function_row(e, self)->domain));
}

static struct ol_val function_overload(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, function_row(e, self)->overload);
}

static struct ol_val function_graph(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_GRAPH, function_row(e, self)->graph);
}

static struct ol_val body_list(struct ol_eval *e, struct ol_val self, char what)
{
	const struct ol_model *m = ol_facts_model(e);
	uint32_t g = function_row(e, self)->graph;
	const struct ol_graph *body = g < m->n_graphs ? &m->graphs[g] : NULL;
	struct ol_range r = {0, 0};

	if (body)
		r = what == 'n' ? body->nodes : what == 'i' ? body->inputs : body->outputs;
	if (what == 'n')
		return ol_facts_rows(e, OL_CLS_NODE, r.first, r.n);
	return ol_facts_ids(e, OL_CLS_VALUE, ol_facts_ir(e)->info_value + r.first, r.n);
}

static struct ol_val function_nodes(struct ol_eval *e, struct ol_val self)
{
	ol_facts_touch(e);
	return body_list(e, self, 'n');
}

static struct ol_val function_inputs(struct ol_eval *e, struct ol_val self)
{
	return body_list(e, self, 'i');
}

static struct ol_val function_outputs(struct ol_eval *e, struct ol_val self)
{
	return body_list(e, self, 'o');
}

static struct ol_val function_attrs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_function *f = function_row(e, self);
	uint32_t n = f->attr_names.n + f->attrs.n;
	struct ol_val *v = OL_NEWN(e->scratch, struct ol_val, n);

	if (!v)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < n; i++)
		v[i] = ol_facts_name(e, i < f->attr_names.n
					    ? m->names_of[f->attr_names.first + i]
					    : m->attrs[f->attrs.first + i - f->attr_names.n].name);
	return ol_v_list(e, v, n);
}

static struct ol_val function_opset_imports(struct ol_eval *e, struct ol_val self)
{
	const struct ol_function *f = function_row(e, self);

	return ol_facts_rows(e, OL_CLS_OPSET_IMPORT, f->opsets.first, f->opsets.n);
}

static struct ol_val function_n_calls(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	int64_t n = 0;

	for (uint32_t k = 0; k < ir->n_kinds; k++)
		if (ir->kinds[k].function == self.u.obj.a)
			n += ir->kinds[k].nodes.n;
	return ol_v_int(n);
}

const struct ol_field ol_facts_function_fields[] = {
    {"name", "string", function_name, "name"},
    {"domain", "string", function_domain, "domain"},
    {"overload", "string", function_overload, "overload, mostly empty"},
    {"graph", "graph?", function_graph, "its body"},
    {"nodes", "list(node)", function_nodes, "nodes of its body"},
    {"inputs", "list(value)", function_inputs, "formal inputs"},
    {"outputs", "list(value)", function_outputs, "formal outputs"},
    {"attrs", "list(string)", function_attrs, "attribute names: those without default first"},
    {"opset_imports", "list(opset_import)", function_opset_imports, "opset imports of the body"},
    {"n_calls", "int", function_n_calls, "how many nodes call it"},
    {0},
};
