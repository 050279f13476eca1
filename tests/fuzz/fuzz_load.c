/* fuzz_load.c: any bytes through the loader (libFuzzer): no crash, leak or hang, and what it gives
 * holds together. */
#include <stdlib.h>

#include "load/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void in(struct ol_range r, uint32_t n)
{
	need(r.first <= n && r.n <= n - r.first);
}

static void id(uint32_t row, uint32_t n)
{
	need(row == OL_NONE || row < n);
}

static void check_attrs(const struct ol_model *m)
{
	for (uint32_t i = 0; i < m->n_attrs; i++) {
		const struct ol_attr *a = &m->attrs[i];
		uint32_t rows =
		    a->type == OL_ATTR_GRAPH || a->type == OL_ATTR_GRAPHS	      ? m->n_graphs
		    : a->type == OL_ATTR_TENSOR || a->type == OL_ATTR_TENSORS	      ? m->n_tensors
		    : a->type == OL_ATTR_TYPE_PROTO || a->type == OL_ATTR_TYPE_PROTOS ? m->n_types
		    : a->type == OL_ATTR_SPARSE_TENSOR || a->type == OL_ATTR_SPARSE_TENSORS
			? m->n_sparses
			: 0;

		need(a->name < m->names.count && a->ref_attr < m->names.count);
		for (uint32_t k = 0; rows && k < a->n; k++)
			need(a->list.ids[k] < rows);
	}
}

static void check_model(const struct ol_model *m)
{
	for (uint32_t i = 0; i < m->n_graphs; i++) {
		const struct ol_graph *g = &m->graphs[i];

		in(g->nodes, m->n_nodes);
		in(g->initializers, m->n_tensors);
		in(g->sparse, m->n_sparses);
		in(g->inputs, m->n_infos);
		in(g->outputs, m->n_infos);
		in(g->value_infos, m->n_infos);
		in(g->annotations, m->n_annotations);
		id(g->parent, m->n_graphs);
		id(g->parent_node, m->n_nodes);
		id(g->function, m->n_functions);
		id(g->metadata, m->n_kvlists);
		for (uint32_t k = 0; k < g->nodes.n; k++)
			need(m->nodes[g->nodes.first + k].graph == i);
	}
	for (uint32_t i = 0; i < m->n_nodes; i++) {
		in(m->nodes[i].inputs, m->n_names_of);
		in(m->nodes[i].outputs, m->n_names_of);
		in(m->nodes[i].attrs, m->n_attrs);
		id(m->nodes[i].metadata, m->n_kvlists);
	}
	for (uint32_t i = 0; i < m->n_names_of; i++)
		need(m->names_of[i] < m->names.count);
	for (uint32_t i = 0; i < m->n_infos; i++)
		id(m->infos[i].type, m->n_types);
	for (uint32_t i = 0; i < m->n_types; i++)
		id(m->types[i].elem, m->n_types);
	for (uint32_t i = 0; i < m->n_sparses; i++) {
		id(m->sparses[i].values, m->n_tensors);
		id(m->sparses[i].indices, m->n_tensors);
	}
	for (uint32_t i = 0; i < m->n_functions; i++) {
		in(m->functions[i].opsets, m->n_all_opsets);
		in(m->functions[i].attrs, m->n_attrs);
		in(m->functions[i].attr_names, m->n_names_of);
		need(m->functions[i].graph < m->n_graphs);
	}
	in(m->opsets, m->n_all_opsets);
	id(m->metadata, m->n_kvlists);
	for (uint32_t i = 0; i < m->n_diags; i++) {
		id(m->diags[i].place.graph, m->n_graphs);
		id(m->diags[i].place.node, m->n_nodes);
		need(m->diags[i].place.value < m->names.count);
	}
	check_attrs(m);
}

static void check_tensors(const struct ol_model *m)
{
	char byte[64];
	int64_t n;
	double d;

	for (uint32_t i = 0; i < m->n_tensors; i++) {
		const struct ol_tensor *t = &m->tensors[i];
		size_t some =
		    t->payload.length < sizeof(byte) ? (size_t)t->payload.length : sizeof(byte);

		if (t->location != 1)
			need(ol_load_payload(m, t, 0, byte, some, NULL) == 0);
		for (uint64_t k = 0; k < 40; k++) {
			ol_tensor_int(t, k, &n);
			ol_tensor_double(t, k, &d);
		}
		ol_dtype_bytes(t->dtype, ol_tensor_elements(t));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ol_err err = {0};
	struct ol_model *m = ol_load_memory(data, n, "fuzz", NULL, &err);

	if (m) {
		need(m->complete || m->n_diags || m->diags_dropped);
		check_model(m);
		check_tensors(m);
	} else {
		need(err.code != OL_OK);
	}
	ol_model_free(m);
	return 0;
}
