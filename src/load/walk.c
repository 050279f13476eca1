/* walk.c: the outermost message, ModelProto: small fields at once, graphs and functions put in
 * line. */
#include <stdlib.h>

#include "load/walk.h"

#include "onnx.pb-c.h"

/* Functions and training graphs wait until the main graph, which is the first row, is known. */
struct later {
	struct ol_span at;
	bool function;
};

struct top {
	struct vec opsets, kv;
	struct vec later;
	struct vec graph_parts;
	bool any; /* a field that is ModelProto's */
};

static void *push(struct walk *w, struct vec *v, const void *item, size_t size)
{
	void *p = ol_walk_push(w, v, size);

	if (p)
		memcpy(p, item, size);
	return p;
}

/* TrainingInfoProto: two graphs and bindings. */
static int training(struct walk *w, const struct head *h, struct top *t)
{
	struct level l = {.pos = h->at, .end = h->at + h->length, .shape = w->training};
	struct head sub;
	int r;

	w->m->n_training++;
	if (ol_walk_enter(w, 1, h->at))
		return -1;
	w->top[w->n_top++] = &l;
	while ((r = ol_walk_field(w, &l, &sub)) == 1) {
		if (sub.f && sub.f->use == USE_GRAPH) {
			struct later g = {{sub.at, sub.length}, false};

			if (!push(w, &t->later, &g, sizeof(g)))
				r = -1;
		} else if (sub.f && !ol_walk_leaf(w, &sub, &w->shapes[sub.f->sub], 2) && w->stop) {
			r = -1;
		}
		if (w->stop)
			break;
	}
	w->n_top--;
	return r < 0 ? -1 : 0;
}

static int opset(struct walk *w, const struct head *h, struct top *t)
{
	ProtobufCMessage *msg = ol_walk_leaf(w, h, &w->shapes[h->f->sub], 1);
	struct ol_opset o;

	if (!msg || ol_walk_opset(w, msg, (struct ol_span){h->at, h->length}, &o))
		return -1;
	return push(w, &t->opsets, &o, sizeof(o)) ? 0 : -1;
}

static int model_field(struct walk *w, const struct head *h, struct top *t)
{
	struct ol_model *m = w->m;
	struct ol_span at = {h->at, h->length};
	struct later fn = {at, true};
	bool nul;

	switch (h->id) {
	case 1:
		m->has_ir_version = true;
		m->ir_version = (int64_t)h->value;
		return 0;
	case 2:
		return ol_walk_take_name(w, h, &m->producer_name);
	case 3:
		return ol_walk_take_name(w, h, &m->producer_version);
	case 4:
		return ol_walk_take_name(w, h, &m->domain);
	case 5:
		m->model_version = (int64_t)h->value;
		return 0;
	case 6:
		m->doc_length = h->length > UINT32_MAX ? UINT32_MAX : (uint32_t)h->length;
		return ol_walk_string(w, h, &nul);
	case 7:
		m->has_graph = true;
		return push(w, &t->graph_parts, &at, sizeof(at)) ? 0 : -1;
	case 8:
		return opset(w, h, t);
	case 14:
		return ol_walk_add_kv(w, h, 1, &t->kv);
	case 20:
		return training(w, h, t);
	case 25:
		return push(w, &t->later, &fn, sizeof(fn)) ? 0 : -1;
	default: /* configuration */
		return ol_walk_leaf(w, h, &w->shapes[h->f->sub], 1) ? 0 : -1;
	}
}

int ol_walk_add_function(struct walk *w, struct ol_span at)
{
	struct ol_model *m = w->m;
	uint32_t g;

	if (m->n_functions >= w->lim->functions)
		return ol_walk_limit(w, offsetof(struct ol_limits, functions), at.offset,
				     "the number of functions");
	if (m->n_functions == w->cap_functions) {
		struct ol_function *p =
		    ol_walk_grow(w, m->functions, m->n_functions, 1, &w->cap_functions, sizeof(*p));

		if (!p)
			return -1;
		m->functions = p;
	}
	g = ol_walk_add_graph(w, OL_GRAPH_FUNCTION, at, 1);
	if (g == UINT32_MAX)
		return -1;
	m->graphs[g].function = m->n_functions;
	m->functions[m->n_functions++] = (struct ol_function){.graph = g, .at = at};
	return 0;
}

/* Rows for the graphs that ModelProto names, the main graph first. */
static int line_up(struct walk *w, const struct top *t)
{
	const struct ol_span *parts = t->graph_parts.at;
	const struct later *l = t->later.at;

	for (uint32_t i = 0; i < t->graph_parts.n; i++)
		if (i == 0 ? ol_walk_add_graph(w, OL_GRAPH_MAIN, parts[0], 1) == UINT32_MAX
			   : ol_walk_add_part(w, 0, parts[i], 1))
			return -1;
	for (uint32_t i = 0; i < t->later.n; i++)
		if (l[i].function
			? ol_walk_add_function(w, l[i].at)
			: ol_walk_add_graph(w, OL_GRAPH_TRAINING, l[i].at, 2) == UINT32_MAX)
			return -1;
	return 0;
}

static void keep_opsets(struct walk *w, const struct top *t)
{
	struct ol_model *m = w->m;

	if (t->opsets.n == 0)
		return;
	m->all_opsets =
	    ol_walk_grow(w, NULL, 0, t->opsets.n, &w->cap_opsets, sizeof(struct ol_opset));
	if (!m->all_opsets)
		return;
	memcpy(m->all_opsets, t->opsets.at, t->opsets.n * sizeof(struct ol_opset));
	m->n_all_opsets = t->opsets.n;
	m->opsets = (struct ol_range){0, t->opsets.n};
}

static void *scratch_alloc(void *data, size_t n)
{
	struct walk *w = data;
	void *p = ol_arena_alloc(&w->scratch, n);

	w->alloc_failed |= !p;
	return p;
}

static void scratch_free(void *data, void *p)
{
	(void)data;
	(void)p; /* the whole arena is forgotten after each leaf */
}

static void free_walk(struct walk *w, struct top *t)
{
	struct vec *v[] = {&w->frames, &w->pieces, &w->lists,	   &w->tensors,
			   &w->subs,   &w->parts,  &w->first_part, &w->unknowns,
			   &t->opsets, &t->kv,	   &t->later,	   &t->graph_parts};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		free(v[i]->at);
	free(w->stack);
	free(w->added);
	free(w->called);
	ol_buf_free(&w->copy);
	ol_arena_free(&w->scratch);
}

/* In proportion to the file unless a limit was asked for: a few megabytes must not become
 * gigabytes. */
static uint64_t budget_of(const struct ol_limits *lim, uint64_t size)
{
	const struct ol_limit_row *r = ol_limit_rows;
	uint64_t fair =
	    ((uint64_t)64 << 20) + (size > UINT64_MAX / 32 ? UINT64_MAX / 2 : size * 16);

	while (r->member != offsetof(struct ol_limits, memory))
		r++;
	return lim->memory == r->value && fair < lim->memory ? fair : lim->memory;
}

static void walk_top(struct walk *w, struct top *t)
{
	struct level l = {.pos = 0, .end = w->size, .shape = w->model};
	struct head h;

	w->top[w->n_top++] = &l;
	while (ol_walk_field(w, &l, &h) == 1) {
		t->any |= h.f != NULL;
		if (h.f && model_field(w, &h, t) && w->stop)
			break;
	}
	w->n_top = 0;
}

int ol_walk_model(struct ol_model *m, const struct ol_load_options *o, bool text,
		  struct ol_err *err)
{
	struct walk *w = calloc(1, sizeof(*w));
	struct ol_err read_err = {0};
	struct top t = {0};
	int r = -1;

	if (!w)
		return ol_err_set(err, OL_ERR_MEMORY,
				  "model: out of memory: close other programs and try again");
	*w = (struct walk){.m = m,
			   .src = m->source,
			   .lim = &o->limits,
			   .deadline = o->deadline,
			   .err = &read_err,
			   .size = m->source->size,
			   .text = text,
			   .o = o};
	w->in_graph = w->in_node = OL_NONE;
	w->budget = budget_of(w->lim, w->size);
	m->arena.budget = (size_t)w->budget;
	ol_arena_init(&w->scratch, (size_t)w->budget);
	w->alloc = (ProtobufCAllocator){scratch_alloc, scratch_free, w};
	if (ol_walk_shapes(w) == 0 && ol_walk_added_begin(w) == 0) {
		walk_top(w, &t);
		if (line_up(w, &t) == 0) {
			keep_opsets(w, &t);
			ol_walk_keep_kvs(w, &t.kv, &m->metadata);
			ol_walk_graphs(w);
			ol_walk_added_end(w);
		}
		if (w->missing && !w->cut_told)
			ol_walk_bad(w, "model/truncated", w->size,
				    "the file ends here, at least %llu bytes too early: copy or "
				    "download it again",
				    (unsigned long long)w->missing);
		ol_walk_unknowns(w);
		r = w->refused ? -1 : 0;
	}
	m->arena.budget = 0;
	if (r)
		ol_err_set(err, read_err.code ? read_err.code : OL_ERR_MEMORY, "%s",
			   read_err.message[0] ? read_err.message : "model: out of memory");
	free_walk(w, &t);
	free(w);
	return r;
}
