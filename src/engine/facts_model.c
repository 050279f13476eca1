/* facts_model.c: the model, its opset imports and its functions as expressions see them. */
#include "engine/facts_table.h"

static struct ol_val model_path(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_text(e, ol_facts_model(e)->path);
}

static struct ol_val model_format(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_str(ol_facts_model(e)->format == OL_FORMAT_TEXT ? OL_STR("text") : OL_STR("protobuf"));
}

static struct ol_val model_ir_version(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);

	(void)self;
	return m->has_ir_version ? ol_v_int(m->ir_version) : ol_v_unknown();
}

static struct ol_val model_has_ir_version(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_bool(ol_facts_model(e)->has_ir_version);
}

static struct ol_val model_newest_ir(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	(void)self;
	return ol_v_int(ol_schema_newest_ir());
}

static struct ol_val model_producer_name(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_name(e, ol_facts_model(e)->producer_name);
}

static struct ol_val model_producer_version(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_name(e, ol_facts_model(e)->producer_version);
}

static struct ol_val model_domain(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_name(e, ol_facts_model(e)->domain);
}

static struct ol_val model_version(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_int(ol_facts_model(e)->model_version);
}

static struct ol_val model_size(struct ol_eval *e, struct ol_val self)
{
	uint64_t n = ol_facts_model(e)->size;

	(void)self;
	return ol_v_int(n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

static struct ol_val model_complete(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_bool(ol_facts_model(e)->complete);
}

static struct ol_val model_has_graph(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_bool(ol_facts_model(e)->has_graph);
}

static struct ol_val model_graph(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);

	(void)self;
	return m->has_graph && m->n_graphs ? ol_v_obj(OL_CLS_GRAPH, 0, 0) : ol_v_null();
}

static struct ol_val model_graphs(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_rows(e, OL_CLS_GRAPH, 0, ol_facts_model(e)->n_graphs);
}

static struct ol_val model_nodes(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	ol_facts_touch(e); /* a node found there may be compared with the rule's own */
	return ol_facts_rows(e, OL_CLS_NODE, 0, ol_facts_model(e)->n_nodes);
}

static struct ol_val model_n_nodes(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_int(ol_facts_model(e)->n_nodes);
}

static struct ol_val model_functions(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_rows(e, OL_CLS_FUNCTION, 0, ol_facts_model(e)->n_functions);
}

static struct ol_val model_initializers(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t *ids, n = 0;

	(void)self;
	for (uint32_t i = 0; i < ir->n_values; i++)
		n += (ir->values[i].flags & OL_VALUE_INITIALIZER) != 0;
	ids = OL_NEWN(e->scratch, uint32_t, n);
	if (!ids)
		return ol_v_error(e, "out of memory");
	n = 0;
	for (uint32_t i = 0; i < ir->n_values; i++)
		if (ir->values[i].flags & OL_VALUE_INITIALIZER)
			ids[n++] = i;
	e->steps += ir->n_values / 64;
	return ol_facts_ids(e, OL_CLS_VALUE, ids, n);
}

static struct ol_val ends(struct ol_eval *e, bool outputs)
{
	const struct ol_model *m = ol_facts_model(e);
	struct ol_range r = {0, 0};

	if (m->has_graph && m->n_graphs)
		r = outputs ? m->graphs[0].outputs : m->graphs[0].inputs;
	return ol_facts_ids(e, OL_CLS_VALUE, ol_facts_ir(e)->info_value + r.first, r.n);
}

static struct ol_val model_inputs(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ends(e, false);
}

static struct ol_val model_outputs(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ends(e, true);
}

static struct ol_val model_opset_imports(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);

	(void)self;
	return ol_facts_rows(e, OL_CLS_OPSET_IMPORT, m->opsets.first, m->opsets.n);
}

static struct ol_val model_metadata(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_kvs *kvs = m->metadata == OL_NONE ? NULL : &m->kvlists[m->metadata];
	uint32_t n = kvs ? kvs->n : 0;
	struct ol_map *map = OL_NEW(e->scratch, struct ol_map);
	struct ol_val *kv = OL_NEWN(e->scratch, struct ol_val, (size_t)n * 2);

	(void)self;
	if (!map || !kv)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < n; i++) {
		kv[i] = ol_facts_name(e, kvs->at[i].key);
		kv[n + i] = ol_facts_text(e, kvs->at[i].value);
	}
	*map = (struct ol_map){.n = n, .keys = kv, .values = kv + n};
	return (struct ol_val){.kind = OL_V_MAP, .u.map = map};
}

static struct ol_val model_n_parameters(struct ol_eval *e, struct ol_val self)
{
	uint64_t n = ol_facts_model(e)->n_parameters;

	(void)self;
	return ol_v_int(n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

static struct ol_val model_n_training(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_int(ol_facts_model(e)->n_training);
}

static struct ol_val model_doc_length(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_int(ol_facts_model(e)->doc_length);
}

const struct ol_field ol_facts_model_fields[] = {
	{"path", "string", model_path, "path of the file, as given"},
	{"format", "string", model_format, "\"protobuf\" or \"text\""},
	{"size", "int", model_size, "bytes of the file"},
	{"complete", "bool", model_complete, "false when loading stopped early"},
	{"ir_version", "int", model_ir_version, "IR version; unknown when absent"},
	{"has_ir_version", "bool", model_has_ir_version, "does the file state an IR version"},
	{"newest_ir", "int", model_newest_ir, "newest IR version that onnxlint knows"},
	{"producer_name", "string", model_producer_name, "the exporter, may be empty"},
	{"producer_version", "string", model_producer_version, "its version, may be empty"},
	{"domain", "string", model_domain, "the model's own domain, may be empty"},
	{"model_version", "int", model_version, "version of the model"},
	{"has_graph", "bool", model_has_graph, "is there a main graph"},
	{"graph", "graph?", model_graph, "the main graph"},
	{"graphs", "list(graph)", model_graphs, "all graphs: main, nested, function bodies, training"},
	{"nodes", "list(node)", model_nodes, "the nodes of all graphs"},
	{"n_nodes", "int", model_n_nodes, "how many nodes all graphs have"},
	{"functions", "list(function)", model_functions, "local functions"},
	{"initializers", "list(value)", model_initializers, "initializers of all graphs, dense and sparse"},
	{"inputs", "list(value)", model_inputs, "inputs of the main graph"},
	{"outputs", "list(value)", model_outputs, "outputs of the main graph"},
	{"opset_imports", "list(opset_import)", model_opset_imports, "the model's opset imports"},
	{"metadata", "map(string, string)", model_metadata, "metadata_props"},
	{"n_parameters", "int", model_n_parameters, "elements of all initializers"},
	{"n_training", "int", model_n_training, "how many training_info messages"},
	{"doc_length", "int", model_doc_length, "bytes of the doc_string"},
	{0},
};

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
		ol_schema_domain_newest(ol_facts_domain(ol_facts_model(e), opset_row(e, self)->domain)), 0);
}

static struct ol_val opset_used(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	struct ol_str want = ol_facts_domain(ir->model, opset_row(e, self)->domain);

	for (uint32_t k = 0; k < ir->n_kinds; k++)
		if (ol_str_eq(ol_facts_domain(ir->model, ir->kinds[k].domain), want))
			return ol_v_bool(true);
	return ol_v_bool(false);
}

const struct ol_field ol_facts_opset_fields[] = {
	{"domain", "string", opset_domain, "domain; \"\" for both spellings of the ONNX domain"},
	{"domain_written", "string", opset_written, "domain as the file spells it"},
	{"title", "string", opset_title, "domain for messages: \"ai.onnx\" when empty"},
	{"version", "int", opset_version, "imported version"},
	{"has_version", "bool", opset_has_version, "does the file state a version"},
	{"newest", "int?", opset_newest, "newest version that onnxlint knows; null for an unknown domain"},
	{"used", "bool", opset_used, "does some node of the model use the domain"},
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

OL_FACTS_CALL(model_function)
{
	const struct ol_model *m = ol_facts_model(e);

	(void)argc;
	for (uint32_t i = 0; i < m->n_functions; i++)
		if (ol_str_eq(ol_facts_domain(m, m->functions[i].domain), argv[1].u.s) &&
		    ol_str_eq(ol_name(m, m->functions[i].name), argv[2].u.s))
			return ol_v_obj(OL_CLS_FUNCTION, i, 0);
	e->steps += m->n_functions / 16;
	return ol_v_null();
}
