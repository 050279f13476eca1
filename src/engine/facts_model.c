/* facts_model.c: the model as a whole, as expressions see it. */
#include "engine/facts_table.h"

static struct ol_val model_path(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_facts_text(e, ol_facts_model(e)->path);
}

static struct ol_val model_format(struct ol_eval *e, struct ol_val self)
{
	(void)self;
	return ol_v_str(ol_facts_model(e)->format == OL_FORMAT_TEXT ? OL_STR("text")
								    : OL_STR("protobuf"));
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

static struct ol_val external_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_ext_file *files = l->host;

	return ol_facts_name(e, files[i].location);
}

static struct ol_val model_external_files(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);

	(void)self;
	return ol_facts_lazy(e, m->n_ext_files, m->ext_files, external_item);
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
    {"initializers", "list(value)", model_initializers,
     "initializers of all graphs, dense and sparse"},
    {"inputs", "list(value)", model_inputs, "inputs of the main graph"},
    {"outputs", "list(value)", model_outputs, "outputs of the main graph"},
    {"opset_imports", "list(opset_import)", model_opset_imports, "the model's opset imports"},
    {"metadata", "map(string, string)", model_metadata, "metadata_props"},
    {"n_parameters", "int", model_n_parameters, "elements of all initializers"},
    {"n_training", "int", model_n_training, "how many training_info messages"},
    {"doc_length", "int", model_doc_length, "bytes of the doc_string"},
    {"external_files", "list(string)", model_external_files,
     "files that tensors live in, as the model writes them, each once; empty when they are not looked at"},
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
