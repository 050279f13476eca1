/* tell.c: how the walk says what is wrong, and how it gets memory.
 *
 * A message names the place as a path of fields, as onnx.proto spells them, and the byte: both lead
 * there with any protobuf tool. The path is made only when something is told. */
#include <stdio.h>
#include <stdlib.h>

#include "load/walk.h"
#include "util/large.h"

enum { PATH_SHOWN = 180 };
enum {
	PATH_GRAPHS = 6,
	PATH_LEVELS = 5
}; /* named in a path: nested graphs, ends of nested messages; others are "…" */

static void level_path(struct ol_buf *b, const struct level *l)
{
	const struct field *f = l->field < FIELDS ? &l->shape->fields[l->field] : NULL;

	if (!f || !f->name)
		return;
	ol_buf_printf(b, "%s%s", b->n ? "." : "", f->name);
	if (f->repeated)
		ol_buf_printf(b, "[%u]", l->index);
}

static void graph_path(struct ol_buf *b, const struct walk *w, uint32_t graph)
{
	static const char *const roots[] = {[OL_GRAPH_MAIN] = "graph",
					    [OL_GRAPH_SUB] = "",
					    [OL_GRAPH_FUNCTION] = "functions",
					    [OL_GRAPH_TRAINING] = "training_info"};
	uint32_t chain[PATH_GRAPHS], n = 0;
	const struct ol_graph *g;

	for (;;) {
		chain[n++] = graph;
		g = &w->m->graphs[graph];
		if (g->kind != OL_GRAPH_SUB || n == PATH_GRAPHS)
			break;
		graph = g->parent;
	}
	ol_buf_z(b, g->kind == OL_GRAPH_SUB ? "…" : roots[g->kind]);
	if (g->kind == OL_GRAPH_FUNCTION)
		ol_buf_printf(b, "[%u]", g->function);
	while (n-- > 1) {
		const struct ol_graph *sub = &w->m->graphs[chain[n - 1]];
		struct ol_str attr = ol_name(w->m, sub->parent_attr);

		if (attr.n == 0)
			attr = OL_STR("attribute");
		ol_buf_printf(b, ".node[%u].%.*s",
			      sub->parent_node - w->m->graphs[chain[n]].nodes.first,
			      attr.n > 64 ? 64 : OL_FMT(attr));
	}
}

static void path(struct ol_buf *b, const struct walk *w)
{
	if (w->in_graph != OL_NONE)
		graph_path(b, w, w->in_graph);
	for (uint32_t i = 0; i < w->n_top; i++)
		level_path(b, w->top[i]);
	for (uint32_t i = 0; i < w->n_stack; i++) {
		if (i == PATH_LEVELS &&
		    w->n_stack > 2 * PATH_LEVELS) { /* nested types: both ends say enough */
			ol_buf_z(b, ".…");
			i = w->n_stack - PATH_LEVELS;
		}
		level_path(b, &w->stack[i]);
	}
}

static struct ol_place place(const struct walk *w, uint64_t at, uint64_t length)
{
	struct ol_place p = OL_NOWHERE;

	p.graph = w->in_graph;
	p.node = w->in_node;
	if (w->in_graph != OL_NONE)
		p.function = w->m->graphs[w->in_graph].function;
	if (!w->text)
		p.at = (struct ol_span){at, length};
	return p;
}

static void tell(struct walk *w, const char *rule, uint64_t at, uint64_t length, const char *fmt,
		 va_list ap)
{
	struct ol_buf b = {0};

	if (ol_model_diag_full(w->m, rule))
		return;
	path(&b, w);
	if (b.n >
	    PATH_SHOWN) { /* deep nesting: the outermost and the innermost fields tell enough */
		memmove(b.p + PATH_SHOWN / 3, b.p + b.n - PATH_SHOWN * 2 / 3, PATH_SHOWN * 2 / 3);
		memcpy(b.p + PATH_SHOWN / 3, " … ", 5);
		b.n = PATH_SHOWN;
	}
	if (b.n)
		ol_buf_z(&b, ": ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	ol_buf_vprintf(&b, fmt, ap);
#pragma GCC diagnostic pop
	if (!w->text)
		ol_buf_printf(&b, " (byte %llu)", (unsigned long long)at);
	w->m->arena.refused |= b.failed;
	ol_model_diag(w->m, rule, place(w, at, length), "%.*s", OL_FMT(b));
	ol_buf_free(&b);
}

void ol_walk_tell(struct walk *w, const char *rule, uint64_t at, uint64_t length, const char *fmt,
		  ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(w, rule, at, length, fmt, ap);
	va_end(ap);
}

int ol_walk_bad(struct walk *w, const char *rule, uint64_t at, const char *fmt, ...)
{
	va_list ap;

	w->m->complete = false;
	va_start(ap, fmt);
	tell(w, rule, at, 0, fmt, ap);
	va_end(ap);
	return -1;
}

int ol_walk_limit(struct walk *w, size_t member, uint64_t at, const char *what)
{
	const struct ol_limit_row *r = ol_limit_rows;
	unsigned long long value;

	while (r->member != member)
		r++;
	value = *(const uint64_t *)(const void *)((const char *)w->lim + r->member);
	w->stop = true;
	return ol_walk_bad(
	    w, "model/limit", at,
	    "%s passes the limit '%s' of %llu: if the model is trusted, raise it with --limit %s=N",
	    what, r->name, value, r->name);
}

int ol_walk_refused(struct walk *w)
{
	uint64_t used = w->m->arena.used + w->held + w->scratch.used;

	if (w->stop)
		return -1;
	w->stop = true;
	w->m->complete = false;
	/* arrays double: what was asked for is at most what there is; else it was the system that
	 * refused */
	if (w->budget && used * 2 + (1 << 20) >= w->budget) {
		/* the arena gives a little more for the words */
		w->m->arena.budget = 0;
		ol_walk_tell(w, "model/limit", 0, 0,
			     "the model's structure needs more than the limit 'memory' of %llu "
			     "bytes, which is "
			     "out of proportion to its %llu bytes: if it is trusted, raise it with "
			     "--limit memory=N",
			     (unsigned long long)w->budget, (unsigned long long)w->size);
		return -1;
	}
	w->refused = true;
	return ol_err_set(w->err, OL_ERR_MEMORY,
			  "model: out of memory: close other programs and try again");
}

int ol_walk_unreadable(struct walk *w, uint64_t at)
{
	struct ol_err *e = w->err;

	if (w->stop)
		return -1;
	w->stop = true;
	if (e && e->code == OL_ERR_MEMORY) {
		w->refused = true;
		return -1;
	}
	ol_walk_bad(w, "model/truncated", at, "%s",
		    e && e->message[0] ? e->message : "the file cannot be read further");
	if (e) /* told as a finding */
		*e = (struct ol_err){0};
	return -1;
}

static bool fits(const struct walk *w, uint64_t more)
{
	return !w->budget || w->m->arena.used + w->held + more <= w->budget;
}

void *ol_walk_grow(struct walk *w, void *at, uint32_t n, uint32_t more, uint32_t *cap, size_t size)
{
	uint64_t want = (uint64_t)n + more, room = *cap + *cap / 2 + 16u;
	void *p;

	/* what is not touched costs nothing, and large pages survive few moves */
	if (*cap * size >= OL_LARGE_PAGE && fits(w, *cap * 3ull * size))
		room = *cap * 4ull;
	if (want < room)
		want = room;
	if (want >= UINT32_MAX ||
	    !fits(w, (want - *cap) * size) ||
	    !(p = ol_grow(at, n * size, want * size))) {
		ol_walk_refused(w);
		return NULL;
	}
	w->held += (want - *cap) * size;
	*cap = (uint32_t)want;
	return p;
}

void *ol_walk_push(struct walk *w, struct vec *v, size_t size)
{
	if (v->n == v->cap) {
		void *p = ol_walk_grow(w, v->at, v->n, 1, &v->cap, size);

		if (!p)
			return NULL;
		v->at = p;
	}
	return (char *)v->at + v->n++ * size;
}

uint32_t ol_walk_name(struct walk *w, const char *p, size_t n)
{
	uint32_t id = ol_intern_add(&w->m->names, (struct ol_str){p, n});

	if (id == UINT32_MAX)
		ol_walk_refused(w);
	return id;
}
