/* partition.c: islands, as onnxruntime's providers that compile subgraphs make them.
 *
 * Nodes are taken in topological order into the open island. A node that the provider does not take
 * and that reads from the open island has to wait; when nothing else is ready, the island is closed,
 * and what waited is placed. So no island depends on itself by way of another provider. */
#include "rules/partition.h"

#include <stdlib.h>

enum { ROUNDS = 32 };

struct work {
	const struct ol_ir *ir;
	const struct ol_stand *own;
	uint32_t graph, first, n; /* the main graph's nodes: rows first to first + n - 1 */
	uint8_t *foreign;	  /* by function: its body holds a node that the provider does not take */
	uint32_t *waits;	  /* by node: operands that are not made yet */
	uint32_t *queue, *later;
	uint32_t *border; /* by node: the last island, from 1, that it reads from */
	uint32_t n_queue, n_later, open, *split;
	struct ol_partition *out;
};

/* A call is taken when all of the function's body is. Calls of calls: as many rounds as bodies are
 * deep, to a bound past which a call counts as not taken. */
static void mark_functions(struct work *w)
{
	const struct ol_model *m = w->ir->model;
	bool more = true;

	for (uint32_t round = 0; more && round < ROUNDS; round++) {
		more = false;
		for (uint32_t i = 0; i < m->n_nodes; i++) {
			const struct ol_graph *g = &m->graphs[m->nodes[i].graph];
			uint32_t callee = w->ir->kinds[w->ir->node_kind[i]].function;

			if (g->function == OL_NONE || w->foreign[g->function])
				continue;
			if (ol_stand_runs(w->own[i]) && (callee == OL_NONE || !w->foreign[callee]))
				continue;
			w->foreign[g->function] = 1;
			more = true;
		}
	}
	for (uint32_t i = 0; more && i < m->n_functions; i++)
		w->foreign[i] = 1;
}

static bool is_taken(const struct work *w, uint32_t node)
{
	uint32_t callee = w->ir->kinds[w->ir->node_kind[node]].function;

	return ol_stand_runs(w->own[node]) && (callee == OL_NONE || !w->foreign[callee]);
}

/* Constant: a stored tensor by the time that providers are asked. */
static bool is_stored(const struct work *w, uint32_t node)
{
	const struct ol_node *n = &w->ir->model->nodes[node];

	return n->outputs.n == 1 && w->ir->args[n->outputs.first] != OL_NONE &&
	       (w->ir->values[w->ir->args[n->outputs.first]].flags & OL_VALUE_CONSTANT);
}

/* The node of the main graph that reads: itself, or the one whose nested graph it stands in. */
static uint32_t lift(const struct work *w, uint32_t node)
{
	const struct ol_model *m = w->ir->model;

	for (uint32_t depth = 0; depth < 1000; depth++) {
		const struct ol_graph *g = &m->graphs[m->nodes[node].graph];

		if (m->nodes[node].graph == w->graph)
			return node;
		if (g->kind != OL_GRAPH_SUB)
			return OL_NONE;
		node = g->parent_node;
	}
	return OL_NONE;
}

/* Calls f for every reader of what the node makes; a reader of two operands is met twice. */
static void readers(struct work *w, uint32_t node, void (*f)(struct work *w, uint32_t reader))
{
	const struct ol_node *n = &w->ir->model->nodes[node];

	for (uint32_t o = 0; o < n->outputs.n; o++) {
		uint32_t v = w->ir->args[n->outputs.first + o];

		for (uint32_t u = 0; v != OL_NONE && u < w->ir->values[v].n_users; u++) {
			uint32_t reader = lift(w, w->ir->users[w->ir->values[v].users + u]);

			if (reader != OL_NONE && reader != node)
				f(w, reader - w->first);
		}
	}
}

static void count(struct work *w, uint32_t reader)
{
	w->waits[reader]++;
}

static void ready(struct work *w, uint32_t reader)
{
	if (--w->waits[reader] == 0)
		w->queue[w->n_queue++] = reader;
}

static void touch(struct work *w, uint32_t reader)
{
	w->border[reader] = w->out->islands + 1;
}

static void close_island(struct work *w)
{
	if (w->open) {
		w->out->islands++;
		w->out->largest = w->open > w->out->largest ? w->open : w->out->largest;
	}
	w->open = 0;
}

/* What waited is placed. It splits when another island comes after: seen when that one opens. */
static void turn(struct work *w)
{
	close_island(w);
	for (uint32_t i = 0; i < w->n_later; i++) {
		if (w->out->n_split < OL_SPLIT_MOST)
			w->split[w->out->n_split] = w->first + w->later[i];
		w->out->n_split++;
		w->queue[w->n_queue++] = w->later[i];
	}
	w->n_later = 0;
}

static void place(struct work *w, uint32_t i)
{
	uint32_t node = w->first + i;

	if (is_stored(w, node)) {
		readers(w, node, ready);
		return;
	}
	if (is_taken(w, node)) {
		w->open++;
		readers(w, node, touch);
	}
	readers(w, node, ready);
}

static void walk(struct work *w)
{
	uint32_t at = 0, before = 0, islands = 0;

	for (uint32_t i = 0; i < w->n; i++)
		readers(w, w->first + i, count);
	for (uint32_t i = 0; i < w->n; i++)
		if (!w->waits[i])
			w->queue[w->n_queue++] = i;
	for (;;) {
		uint32_t i;

		if (at == w->n_queue) {
			if (!w->n_later)
				break;
			before = w->out->n_split;
			islands = w->out->islands + (w->open > 0);
			turn(w);
			continue;
		}
		i = w->queue[at++];
		if (w->border[i] == w->out->islands + 1 && !is_taken(w, w->first + i))
			w->later[w->n_later++] = i;
		else
			place(w, i);
	}
	close_island(w);
	/* those after the last island split nothing */
	if (w->out->islands == islands)
		w->out->n_split = before;
}

int ol_partition(const struct ol_ir *ir, const struct ol_stand *own, struct ol_arena *a,
		 struct ol_partition *out)
{
	const struct ol_model *m = ir->model;
	struct work w = {.ir = ir, .own = own, .out = out};
	int rc = 0;

	*out = (struct ol_partition){0};
	for (w.graph = 0; w.graph < m->n_graphs && m->graphs[w.graph].kind != OL_GRAPH_MAIN;)
		w.graph++;
	if (w.graph == m->n_graphs)
		return 0;
	w.first = m->graphs[w.graph].nodes.first;
	w.n = m->graphs[w.graph].nodes.n;
	w.foreign = calloc((size_t)m->n_functions + 1, 1);
	w.waits = calloc((size_t)w.n + 1, sizeof(uint32_t));
	/* a node that waited stands in the queue twice */
	w.queue = calloc(2 * (size_t)w.n + 1, sizeof(uint32_t));
	w.later = calloc((size_t)w.n + 1, sizeof(uint32_t));
	w.border = calloc((size_t)w.n + 1, sizeof(uint32_t));
	w.split = OL_NEWN(a, uint32_t, OL_SPLIT_MOST);
	if (!w.foreign || !w.waits || !w.queue || !w.later || !w.border || !w.split) {
		rc = -1;
	} else {
		mark_functions(&w);
		for (uint32_t i = w.first; i < w.first + w.n; i++) {
			if (is_stored(&w, i))
				continue;
			out->nodes++;
			out->taken += is_taken(&w, i);
		}
		walk(&w);
		out->split = w.split;
	}
	free(w.foreign);
	free(w.waits);
	free(w.queue);
	free(w.later);
	free(w.border);
	return rc;
}
