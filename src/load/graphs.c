/* graphs.c: graphs and function bodies, each walked once from front to back, one after another.
 *
 * Nested graphs wait in model.graphs for their turn, so that a graph's nodes are contiguous however
 * deep the nesting. */
#include <stdlib.h>

#include "load/graphs.h"

#include "onnx.pb-c.h"

int ol_walk_add_item(struct walk *w, struct vec *v, const void *item, size_t size)
{
	void *p = ol_walk_push(w, v, size);

	if (!p)
		return -1;
	memcpy(p, item, size);
	return 0;
}

int ol_walk_append(struct walk *w, const struct vec *v, void *array, uint32_t *n, uint32_t *cap,
		   size_t size, struct ol_range *range)
{
	void *at;

	memcpy(&at, array, sizeof(at)); /* a pointer to any of the arrays */
	*range = (struct ol_range){*n, v->n};
	if (v->n == 0)
		return 0;
	if (v->n > *cap - *n) {
		at = ol_walk_grow(w, at, *n, v->n, cap, size);
		if (!at) {
			range->n = 0;
			return -1;
		}
		memcpy(array, &at, sizeof(at));
	}
	memcpy((char *)at + *n * size, v->at, v->n * size);
	*n += v->n;
	return 0;
}

int ol_walk_keep_kvs(struct walk *w, const struct vec *v, uint32_t *row)
{
	struct ol_model *m = w->m;
	struct ol_kv *kv;

	*row = OL_NONE;
	if (v->n == 0)
		return 0;
	kv = ol_arena_calloc(&m->arena, v->n, sizeof(*kv));
	if (!kv)
		return ol_walk_refused(w);
	memcpy(kv, v->at, v->n * sizeof(*kv));
	if (m->n_kvlists == w->cap_kvlists) {
		struct ol_kvs *p =
		    ol_walk_grow(w, m->kvlists, m->n_kvlists, 1, &w->cap_kvlists, sizeof(*p));

		if (!p)
			return -1;
		m->kvlists = p;
	}
	m->kvlists[m->n_kvlists] = (struct ol_kvs){kv, v->n};
	*row = m->n_kvlists++;
	return 0;
}

int ol_walk_add_kv(struct walk *w, const struct head *h, uint32_t depth, struct vec *to)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_kv kv;

	if (!msg || ol_walk_kv(w, msg, &kv))
		return -1;
	return ADD(w, to, struct ol_kv, kv);
}

int ol_walk_take_name(struct walk *w, const struct head *h, uint32_t *id)
{
	bool has_nul;
	const char *p;

	if (ol_walk_string(w, h, &has_nul))
		return -1;
	p = (const char *)ol_walk_bytes(w, h->at, (size_t)h->length);
	if (!p)
		return -1;
	if (has_nul) { /* as in leaf.c */
		ol_buf_clear(&w->copy);
		ol_buf_add(&w->copy, p, (size_t)h->length);
		if (w->copy.failed)
			return ol_walk_refused(w);
		for (size_t i = 0; i < w->copy.n; i++)
			if (w->copy.p[i] == 0)
				w->copy.p[i] = 0x1a;
		p = w->copy.p;
	}
	*id = ol_walk_name(w, p, (size_t)h->length);
	return *id == UINT32_MAX ? -1 : 0;
}

/* ---- the list of graphs ---- */

uint32_t ol_walk_add_graph(struct walk *w, enum ol_graph_kind kind, struct ol_span at,
			   uint32_t depth)
{
	struct ol_model *m = w->m;
	uint32_t *first = ol_walk_push(w, &w->first_part, sizeof(*first));

	if (!first)
		return UINT32_MAX;
	*first = 0;
	if (m->n_graphs == w->cap_graphs) {
		struct ol_graph *p =
		    ol_walk_grow(w, m->graphs, m->n_graphs, 1, &w->cap_graphs, sizeof(*p));

		if (!p)
			return UINT32_MAX;
		m->graphs = p;
	}
	m->graphs[m->n_graphs] = (struct ol_graph){.kind = (uint8_t)kind,
						   .parent = OL_NONE,
						   .parent_node = OL_NONE,
						   .parent_k = OL_NONE,
						   .function = OL_NONE,
						   .metadata = OL_NONE,
						   .at = at};
	m->n_graphs++;
	return ol_walk_add_part(w, m->n_graphs - 1, at, depth) ? UINT32_MAX : m->n_graphs - 1;
}

int ol_walk_add_part(struct walk *w, uint32_t graph, struct ol_span at, uint32_t depth)
{
	struct part *p = ol_walk_push(w, &w->parts, sizeof(*p)), *all;
	uint32_t *link = (uint32_t *)w->first_part.at + graph;

	if (!p)
		return -1;
	*p = (struct part){at, 0, depth};
	all = w->parts.at;
	while (*link)
		link = &all[*link - 1].next; /* few: repeated-single bounds them */
	*link = w->parts.n;
	return 0;
}

/* ---- initializers ---- */

int ol_walk_make_way(struct walk *w)
{
	struct staged *s = w->gw ? &w->gw->s : NULL;
	struct ol_model *m = w->m;

	if (!s || s->n_init == 0)
		return 0;
	for (uint32_t i = 0; i < s->n_init; i++)
		if (ADD(w, &s->inits, struct ol_tensor, m->tensors[s->first_init + i])) {
			s->inits.n = 0;
			return -1;
		}
	m->n_tensors = s->first_init;
	s->n_init = 0;
	return 0;
}

static int add_initializer(struct walk *w, const struct ol_tensor *t)
{
	struct staged *s = &w->gw->s;
	struct ol_model *m = w->m;

	if (s->inits.n)
		return ADD(w, &s->inits, struct ol_tensor, *t);
	if (m->n_tensors == w->cap_tensors) {
		struct ol_tensor *p =
		    ol_walk_grow(w, m->tensors, m->n_tensors, 1, &w->cap_tensors, sizeof(*p));

		if (!p)
			return -1;
		m->tensors = p;
	}
	if (s->n_init == 0)
		s->first_init = m->n_tensors;
	m->tensors[m->n_tensors++] = *t;
	s->n_init++;
	return 0;
}

static void count_parameters(struct ol_model *m, const struct ol_range *r)
{
	for (uint32_t i = 0; i < r->n; i++) {
		int64_t n = ol_tensor_elements(&m->tensors[r->first + i]);

		if (n == -2 || (n > 0 && __builtin_add_overflow(m->n_parameters, (uint64_t)n,
								&m->n_parameters)))
			m->n_parameters = UINT64_MAX;
	}
}

/* ---- graphs and function bodies ---- */

enum role {
	R_NONE,
	R_NODE,
	R_NAME,
	R_INIT,
	R_SPARSE,
	R_DOC,
	R_INPUT,
	R_OUTPUT,
	R_INFO,
	R_ANNOTATION,
	R_META,
	R_IN_NAME,
	R_OUT_NAME,
	R_ATTR_NAME,
	R_ATTR,
	R_OPSET,
	R_DOMAIN,
	R_OVERLOAD
};

static const uint8_t graph_roles[FIELDS] = {
    [1] = R_NODE,   [2] = R_NAME,    [5] = R_INIT,  [15] = R_SPARSE,	 [10] = R_DOC,
    [11] = R_INPUT, [12] = R_OUTPUT, [13] = R_INFO, [14] = R_ANNOTATION, [16] = R_META};
static const uint8_t function_roles[FIELDS] = {
    [1] = R_NAME,    [4] = R_IN_NAME,	[5] = R_OUT_NAME, [6] = R_ATTR_NAME,
    [11] = R_ATTR,   [7] = R_NODE,	[8] = R_DOC,	  [9] = R_OPSET,
    [10] = R_DOMAIN, [13] = R_OVERLOAD, [12] = R_INFO,	  [14] = R_META};

static int add_tensor(struct walk *w, const struct head *h, uint32_t depth)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_tensor t;

	return !msg || ol_walk_tensor(w, msg, &t) || add_initializer(w, &t) ? -1 : 0;
}

static int add_sparse(struct walk *w, const struct head *h, uint32_t depth)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_sparse s;

	return !msg || ol_walk_sparse(w, msg, ol_walk_span(h), &s) ||
		       ADD(w, &w->gw->s.sparse, struct ol_sparse, s)
		   ? -1
		   : 0;
}

static int add_info(struct walk *w, const struct head *h, uint32_t depth, struct vec *to)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_info i;

	return !msg || ol_walk_info(w, msg, ol_walk_span(h), &i) || ADD(w, to, struct ol_info, i)
		   ? -1
		   : 0;
}

static int add_name_info(struct walk *w, const struct head *h, struct vec *to)
{
	struct ol_info i = {.type = OL_NONE, .at = ol_walk_span(h)};

	return ol_walk_take_name(w, h, &i.name) || ADD(w, to, struct ol_info, i) ? -1 : 0;
}

static int add_annotation(struct walk *w, const struct head *h, uint32_t depth)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_annotation a;

	return !msg || ol_walk_annotation(w, msg, &a) ||
		       ADD(w, &w->gw->s.annotations, struct ol_annotation, a)
		   ? -1
		   : 0;
}

static int add_opset(struct walk *w, const struct head *h, uint32_t depth)
{
	ProtobufCMessage *msg = ol_walk_field_leaf(w, h, depth);
	struct ol_opset o;

	return !msg || ol_walk_opset(w, msg, ol_walk_span(h), &o) ||
		       ADD(w, &w->gw->s.opsets, struct ol_opset, o)
		   ? -1
		   : 0;
}

static int graph_field(struct walk *w, const struct head *h, enum role role, uint32_t depth)
{
	struct staged *s = &w->gw->s;
	struct ol_graph *g = &w->m->graphs[w->in_graph];
	struct ol_function *f = g->kind == OL_GRAPH_FUNCTION ? &w->m->functions[g->function] : NULL;
	struct ol_attr a;
	uint32_t id;
	bool nul;

	switch (role) {
	case R_NODE:
		return ol_walk_add_node(w, h, depth + 1);
	case R_NAME:
		if (ol_walk_take_name(w, h, &id))
			return -1;
		g->has_name = true;
		g->name = id;
		if (f)
			f->name = id;
		return 0;
	case R_DOMAIN:
		return ol_walk_take_name(w, h, &id) ? -1 : (f->domain = id, 0);
	case R_OVERLOAD:
		return ol_walk_take_name(w, h, &id) ? -1 : (f->overload = id, 0);
	case R_DOC:
		g->doc_length = h->length > UINT32_MAX ? UINT32_MAX : (uint32_t)h->length;
		return ol_walk_string(w, h, &nul);
	case R_INIT:
		return add_tensor(w, h, depth + 1);
	case R_SPARSE:
		return add_sparse(w, h, depth + 1);
	case R_INPUT:
	case R_OUTPUT:
	case R_INFO:
		return add_info(w, h, depth + 1, &s->infos[role - R_INPUT]);
	case R_IN_NAME:
	case R_OUT_NAME:
		return add_name_info(w, h, &s->infos[role - R_IN_NAME]);
	case R_ANNOTATION:
		return add_annotation(w, h, depth + 1);
	case R_META:
		return ol_walk_add_kv(w, h, depth + 1, &s->kv);
	case R_ATTR_NAME:
		return ol_walk_take_name(w, h, &id) || ADD(w, &s->attr_names, uint32_t, id) ? -1
											    : 0;
	case R_ATTR:
		return ol_walk_node_attr(w, h, depth + 1, &a) ||
			       ADD(w, &s->attrs, struct ol_attr, a)
			   ? -1
			   : 0;
	case R_OPSET:
		return add_opset(w, h, depth + 1);
	case R_NONE:
		break;
	}
	return 0;
}

static void walk_part(struct walk *w, const struct part *part)
{
	bool fn = w->m->graphs[w->in_graph].kind == OL_GRAPH_FUNCTION;
	struct level l = {.pos = part->at.offset, .end = part->at.offset + part->at.length};
	const uint8_t *roles = fn ? function_roles : graph_roles;
	struct head h;

	l.shape = fn ? w->function : w->graph;
	w->top[0] = &l;
	w->n_top = 1;
	if (ol_walk_enter(w, part->depth, part->at.offset) == 0)
		while (ol_walk_field(w, &l, &h) == 1)
			if (h.f && graph_field(w, &h, roles[h.id], part->depth) && w->stop)
				break;
	w->n_top = 0;
}

static void clear(struct staged *s)
{
	struct vec *v[] = {&s->infos[0], &s->infos[1], &s->infos[2],   &s->sparse, &s->annotations,
			   &s->opsets,	 &s->attrs,    &s->attr_names, &s->kv,	   &s->inits};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		v[i]->n = 0;
	s->n_init = 0;
}

/* What was staged goes to the model, also when the graph is not whole. */
static void finish(struct walk *w, uint32_t graph)
{
	struct ol_model *m = w->m;
	struct staged *s = &w->gw->s;
	struct ol_graph g = m->graphs[graph];
	struct ol_range *infos[3] = {&g.inputs, &g.outputs, &g.value_infos};
	struct ol_function *f = g.kind == OL_GRAPH_FUNCTION ? &m->functions[g.function] : NULL;

	ol_walk_give_ids(w);
	g.nodes.n = m->n_nodes - g.nodes.first;
	g.initializers = (struct ol_range){s->first_init, s->n_init};
	if (s->inits.n)
		ol_walk_append(w, &s->inits, &m->tensors, &m->n_tensors, &w->cap_tensors,
			       sizeof(struct ol_tensor), &g.initializers);
	count_parameters(m, &g.initializers);
	for (int i = 0; i < 3; i++)
		ol_walk_append(w, &s->infos[i], &m->infos, &m->n_infos, &w->cap_infos,
			       sizeof(struct ol_info), infos[i]);
	ol_walk_append(w, &s->sparse, &m->sparses, &m->n_sparses, &w->cap_sparses,
		       sizeof(struct ol_sparse), &g.sparse);
	ol_walk_append(w, &s->annotations, &m->annotations, &m->n_annotations, &w->cap_annotations,
		       sizeof(struct ol_annotation), &g.annotations);
	ol_walk_keep_kvs(w, &s->kv, &g.metadata);
	if (f) {
		ol_walk_append(w, &s->opsets, &m->all_opsets, &m->n_all_opsets, &w->cap_opsets,
			       sizeof(struct ol_opset), &f->opsets);
		ol_walk_append(w, &s->attrs, &m->attrs, &m->n_attrs, &w->cap_attrs,
			       sizeof(struct ol_attr), &f->attrs);
		ol_walk_append(w, &s->attr_names, &m->names_of, &m->n_names_of, &w->cap_names_of,
			       sizeof(uint32_t), &f->attr_names);
	}
	m->graphs[graph] = g;
}

static void free_staged(struct staged *s)
{
	struct vec *v[] = {&s->infos[0], &s->infos[1], &s->infos[2],   &s->sparse, &s->annotations,
			   &s->opsets,	 &s->attrs,    &s->attr_names, &s->kv,	   &s->ins,
			   &s->outs,	 &s->node_kv,  &s->inits};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		free(v[i]->at);
}

void ol_walk_graphs(struct walk *w)
{
	struct graph_walk gw = {0};

	w->gw = &gw;
	for (uint32_t g = 0; g < w->m->n_graphs; g++) {
		uint32_t part = ((uint32_t *)w->first_part.at)[g];

		w->in_graph = g;
		w->m->graphs[g].nodes.first = w->m->n_nodes;
		clear(&gw.s);
		while (part && !w->stop) {
			struct part p = ((struct part *)w->parts.at)[part - 1];

			walk_part(w, &p);
			part = p.next;
		}
		finish(w, g);
		if (w->added && g + 1 == w->m->n_graphs && !w->stop && ol_walk_added(w))
			break;
	}
	w->in_graph = OL_NONE;
	w->gw = NULL;
	free_staged(&gw.s);
}
