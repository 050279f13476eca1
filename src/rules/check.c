/* check.c: places and walks that several builtins need. */
#include "rules/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct ol_place ol_check_node(const struct ol_check *c, uint32_t node, uint32_t name)
{
	const struct ol_node *n = &c->ir->model->nodes[node];

	return (struct ol_place){
		.graph = n->graph,
		.node = node,
		.value = name,
		.function = c->ir->model->graphs[n->graph].function,
		.at = {n->offset, n->length},
	};
}

void *ol_check_calloc(struct ol_check *c, size_t n, size_t size)
{
	void *p = calloc(n, size);

	c->scratch->refused |= p == NULL;
	return p;
}

struct ol_val ol_check_text(struct ol_check *c, const char *fmt, ...)
{
	char small[256];
	struct ol_str s;
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return ol_v_str(OL_STR(""));
	if ((size_t)n < sizeof(small)) {
		s = ol_arena_str(c->scratch, (struct ol_str){small, (size_t)n});
		return ol_v_str(s);
	}
	p = ol_arena_alloc(c->scratch, (size_t)n + 1);
	if (!p)
		return ol_v_str(OL_STR(""));
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return ol_v_str((struct ol_str){p, (size_t)n});
}

struct ol_str ol_check_node_name(struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_node *n = &m->nodes[node];

	if (n->name)
		return ol_arena_printf(c->scratch, "'%.*s'", OL_FMT(ol_name(m, n->name)));
	return ol_arena_printf(c->scratch, "%.*s #%u", OL_FMT(ol_name(m, n->op_type)),
			       node - m->graphs[n->graph].nodes.first);
}

uint32_t ol_check_input(const struct ol_check *c, uint32_t node, uint32_t k)
{
	const struct ol_node *n = &c->ir->model->nodes[node];

	return k < n->inputs.n ? c->ir->args[n->inputs.first + k] : OL_NONE;
}

void ol_check_nodes(struct ol_check *c, const char *op, void (*each)(struct ol_check *c, uint32_t node))
{
	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];

		if (!kind->is_onnx || kind->function != OL_NONE ||
		    !ol_str_is(ol_name(c->ir->model, kind->op_type), op))
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++)
			each(c, c->ir->nodes_by_kind[kind->nodes.first + i]);
	}
}

static struct ol_place tensor_place(const struct ol_check *c, uint32_t graph, uint32_t node, uint32_t tensor)
{
	const struct ol_model *m = c->ir->model;
	struct ol_place p = OL_NOWHERE;

	p.graph = graph;
	p.node = node;
	p.value = m->tensors[tensor].name;
	p.function = graph == OL_NONE ? OL_NONE : m->graphs[graph].function;
	p.at = m->tensors[tensor].at;
	return p;
}

static void sparse_parts(struct ol_check *c, void (*each)(struct ol_check *, const struct ol_tensor_site *),
			 uint32_t graph, uint32_t node, uint32_t sparse)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_sparse *s = &m->sparses[sparse];
	uint32_t name = s->values == OL_NONE ? 0 : m->tensors[s->values].name;
	const uint32_t part[2] = {s->values, s->indices};
	static const char *const role[2] = {"values of the sparse tensor", "indices of the sparse tensor"};

	for (int k = 0; k < 2; k++) {
		struct ol_tensor_site site;

		if (part[k] == OL_NONE)
			continue;
		site = (struct ol_tensor_site){part[k], tensor_place(c, graph, node, part[k]), role[k],
					       ol_name(m, name)};
		each(c, &site);
	}
}

static void attr_tensors(struct ol_check *c, void (*each)(struct ol_check *, const struct ol_tensor_site *),
			 uint32_t graph, uint32_t node, const struct ol_attr *a)
{
	const struct ol_model *m = c->ir->model;

	if (a->type == OL_ATTR_TENSOR || a->type == OL_ATTR_TENSORS) {
		for (uint32_t k = 0; k < a->n; k++) {
			uint32_t t = a->list.ids[k];
			struct ol_tensor_site site = {t, tensor_place(c, graph, node, t), "attribute",
						      ol_name(m, m->tensors[t].name)};

			if (!site.place.value) {
				site.place.value = a->name;
				site.name = ol_name(m, a->name);
			}
			each(c, &site);
		}
	} else if (a->type == OL_ATTR_SPARSE_TENSOR || a->type == OL_ATTR_SPARSE_TENSORS) {
		for (uint32_t k = 0; k < a->n; k++)
			sparse_parts(c, each, graph, node, a->list.ids[k]);
	}
}

void ol_check_tensors(struct ol_check *c, void (*each)(struct ol_check *c, const struct ol_tensor_site *site))
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		const struct ol_graph *graph = &m->graphs[g];

		for (uint32_t i = 0; i < graph->initializers.n; i++) {
			uint32_t t = graph->initializers.first + i;
			struct ol_tensor_site site = {t, tensor_place(c, g, OL_NONE, t), "initializer",
						      ol_name(m, m->tensors[t].name)};

			each(c, &site);
		}
		for (uint32_t i = 0; i < graph->sparse.n; i++)
			sparse_parts(c, each, g, OL_NONE, graph->sparse.first + i);
		for (uint32_t i = 0; i < graph->nodes.n; i++) {
			uint32_t node = graph->nodes.first + i;
			struct ol_range attrs = m->nodes[node].attrs;

			for (uint32_t k = 0; k < attrs.n; k++)
				attr_tensors(c, each, g, node, &m->attrs[attrs.first + k]);
		}
	}
	for (uint32_t f = 0; f < m->n_functions; f++) {
		struct ol_range attrs = m->functions[f].attrs;

		for (uint32_t k = 0; k < attrs.n; k++)
			attr_tensors(c, each, m->functions[f].graph, OL_NONE, &m->attrs[attrs.first + k]);
	}
}
