/* show_json.c: the summary of a model for programs. */
#include "api/show.h"

/* dtype and shape of tensors as in the contract: null is an unknown dim, a missing shape an unknown rank. */
static void type(struct ol_json *j, const struct ol_model *m, uint32_t row)
{
	const struct ol_type *t = row < m->n_types ? &m->types[row] : NULL;
	struct ol_buf b = {0};

	ol_show_type(m, row, &b);
	ol_json_key_str(j, "type", ol_buf_view(&b));
	j->out->failed |= b.failed;
	ol_buf_free(&b);
	if (!t || t->kind != OL_TYPE_TENSOR)
		return;
	ol_json_key_str(j, "dtype", ol_str(ol_dtype_info(t->elem_type)->name));
	if (!t->has_shape)
		return;
	ol_json_key_open(j, "shape", '[');
	for (uint32_t i = 0; i < t->rank; i++) {
		if (t->dims[i].kind == OL_DIM_VALUE)
			ol_json_int(j, t->dims[i].value);
		else if (t->dims[i].kind == OL_DIM_PARAM && t->dims[i].param)
			ol_json_str(j, ol_name(m, t->dims[i].param));
		else
			ol_json_null(j);
	}
	ol_json_close(j, ']');
}

static void ports(struct ol_json *j, const struct ol_show *s, bool outputs)
{
	const struct ol_model *m = s->model;
	struct ol_range r = {0};

	if (m->has_graph && m->n_graphs)
		r = outputs ? m->graphs[0].outputs : m->graphs[0].inputs;
	ol_json_key_open(j, outputs ? "outputs" : "inputs", '[');
	for (uint32_t i = r.first; i < r.first + r.n; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "name", ol_name(m, m->infos[i].name));
		type(j, m, m->infos[i].type);
		if (!outputs && ol_show_is_initializer(s, i)) {
			ol_json_key(j, "initializer");
			ol_json_bool(j, true);
		}
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void graphs(struct ol_json *j, const struct ol_model *m)
{
	ol_json_key_open(j, "graphs", '[');
	for (uint32_t g = 0; g < m->n_graphs; g++) {
		struct ol_buf path = {0};

		ol_ir_graph_path(m, g, &path);
		ol_json_open(j, '{');
		ol_json_key_str(j, "graph", ol_buf_view(&path));
		ol_json_key_str(j, "name", ol_name(m, m->graphs[g].name));
		ol_json_key_uint(j, "nodes", m->graphs[g].nodes.n);
		ol_json_key_uint(j, "initializers", (uint64_t)m->graphs[g].initializers.n + m->graphs[g].sparse.n);
		ol_json_close(j, '}');
		j->out->failed |= path.failed;
		ol_buf_free(&path);
	}
	ol_json_close(j, ']');
}

void ol_show_json(const struct ol_show *s, struct ol_buf *out)
{
	const struct ol_model *m = s->model;
	struct ol_json writer, *j = &writer;

	ol_json_init(j, out, 1);
	ol_json_open(j, '{');
	ol_json_key_str(j, "schema", OL_STR("onnxlint-show/1"));
	ol_json_key_str(j, "path", m->path);
	ol_json_key_uint(j, "size", m->size);
	ol_json_key(j, "complete");
	ol_json_bool(j, m->complete);
	if (m->has_ir_version) {
		ol_json_key(j, "ir_version");
		ol_json_int(j, m->ir_version);
	}
	ol_json_key_open(j, "opsets", '[');
	for (uint32_t i = 0; i < m->opsets.n; i++) {
		const struct ol_opset *o = &m->all_opsets[m->opsets.first + i];

		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", ol_name(m, o->domain));
		ol_json_key(j, "version");
		ol_json_int(j, o->version);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_key_str(j, "producer", ol_name(m, m->producer_name));
	ol_json_key_str(j, "producer_version", ol_name(m, m->producer_version));
	ol_json_key_open(j, "counts", '{');
	ol_json_key_uint(j, "nodes", m->n_nodes);
	ol_json_key_uint(j, "initializers", s->initializers);
	ol_json_key_uint(j, "parameters", m->n_parameters);
	ol_json_key_uint(j, "weight_bytes", s->weight_bytes);
	ol_json_key_uint(j, "functions", m->n_functions);
	ol_json_key_uint(j, "problems", m->n_diags);
	ol_json_close(j, '}');
	ports(j, s, false);
	ports(j, s, true);
	ol_json_key_open(j, "operators", '[');
	for (uint32_t i = 0; i < s->n_ops; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", s->ops[i].domain);
		ol_json_key_str(j, "op_type", s->ops[i].op_type);
		ol_json_key_uint(j, "count", s->ops[i].n);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	graphs(j, m);
	ol_json_close(j, '}');
	ol_buf_char(out, '\n');
}
