/* load_counts.c: what the loader makes of models, one JSON object a line, for load_counts.py to
 * compare. Paths are read from standard input, one a line. */
#include <stdio.h>
#include <stdlib.h>

#include "load/load.h"
#include "util/json.h"

static void shape(struct ol_json *j, const struct ol_model *m, const struct ol_type *t)
{
	ol_json_open(j, '[');
	for (uint32_t i = 0; i < t->rank; i++) {
		const struct ol_dim *d = &t->dims[i];

		if (d->kind == OL_DIM_VALUE)
			ol_json_int(j, d->value);
		else if (d->kind == OL_DIM_PARAM)
			ol_json_str(j, ol_name(m, d->param));
		else
			ol_json_null(j);
	}
	ol_json_close(j, ']');
}

static void infos(struct ol_json *j, const struct ol_model *m, const char *key, struct ol_range r)
{
	ol_json_key(j, key);
	ol_json_open(j, '[');
	for (uint32_t i = r.first; i < r.first + r.n; i++) {
		const struct ol_info *v = &m->infos[i];
		const struct ol_type *t = v->type == OL_NONE ? NULL : &m->types[v->type];

		ol_json_open(j, '[');
		ol_json_str(j, ol_name(m, v->name));
		ol_json_int(j, t ? t->kind : 0);
		ol_json_int(j, t ? t->elem_type : 0);
		if (t && t->has_shape)
			shape(j, m, t);
		else
			ol_json_null(j);
		ol_json_close(j, ']');
	}
	ol_json_close(j, ']');
}

static void counts(struct ol_json *j, const struct ol_model *m)
{
	uint32_t main_nodes = m->has_graph && m->n_graphs ? m->graphs[0].nodes.n : 0, init = 0,
		 sparse = 0, external = 0;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		init += m->graphs[g].initializers.n;
		sparse += m->graphs[g].sparse.n;
	}
	for (uint32_t i = 0; i < m->n_tensors; i++)
		external += m->tensors[i].location == 1;
	ol_json_key(j, "nodes");
	ol_json_uint(j, m->n_nodes);
	ol_json_key(j, "nodes_main");
	ol_json_uint(j, main_nodes);
	ol_json_key(j, "graphs");
	ol_json_uint(j, m->n_graphs);
	ol_json_key(j, "functions");
	ol_json_uint(j, m->n_functions);
	ol_json_key(j, "initializers");
	ol_json_uint(j, init);
	ol_json_key(j, "sparse_initializers");
	ol_json_uint(j, sparse);
	ol_json_key(j, "external_tensors");
	ol_json_uint(j, external);
	ol_json_key(j, "params");
	ol_json_uint(j, m->n_parameters);
	ol_json_key(j, "attrs");
	ol_json_uint(j, m->n_attrs);
	ol_json_key(j, "unknown_fields");
	ol_json_uint(j, m->n_unknown_fields);
}

static void model(struct ol_json *j, const struct ol_model *m)
{
	ol_json_key(j, "complete");
	ol_json_bool(j, m->complete);
	ol_json_key(j, "ir_version");
	ol_json_int(j, m->ir_version);
	ol_json_key(j, "producer");
	ol_json_str(j, ol_name(m, m->producer_name));
	ol_json_key(j, "opset_import");
	ol_json_open(j, '[');
	for (uint32_t i = m->opsets.first; i < m->opsets.first + m->opsets.n; i++) {
		ol_json_open(j, '[');
		ol_json_str(j, ol_name(m, m->all_opsets[i].domain));
		ol_json_int(j, m->all_opsets[i].version);
		ol_json_close(j, ']');
	}
	ol_json_close(j, ']');
	counts(j, m);
	if (m->has_graph && m->n_graphs) {
		infos(j, m, "inputs", m->graphs[0].inputs);
		infos(j, m, "outputs", m->graphs[0].outputs);
	}
	ol_json_key(j, "diags");
	ol_json_open(j, '[');
	for (uint32_t i = 0; i < m->n_diags && i < 20; i++) {
		ol_json_open(j, '[');
		ol_json_str(j, ol_str(m->diags[i].rule));
		ol_json_str(j, m->diags[i].message);
		ol_json_uint(j, m->diags[i].place.at.offset);
		ol_json_close(j, ']');
	}
	ol_json_close(j, ']');
}

int main(void)
{
	char *path = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&path, &cap, stdin)) > 0) {
		struct ol_buf out = {0};
		struct ol_err err = {0};
		struct ol_model *m;
		struct ol_json j;

		if (path[n - 1] == '\n')
			path[n - 1] = '\0';
		m = ol_load_file(path, NULL, &err);
		ol_json_init(&j, &out, 0);
		ol_json_open(&j, '{');
		ol_json_key(&j, "path");
		ol_json_str(&j, ol_str(path));
		if (m) {
			model(&j, m);
		} else {
			ol_json_key(&j, "error");
			ol_json_str(&j, ol_str(err.message));
		}
		ol_json_close(&j, '}');
		printf("%.*s\n", OL_FMT(out));
		ol_buf_free(&out);
		ol_model_free(m);
	}
	free(path);
	return 0;
}
