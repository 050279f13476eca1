/* order.c: who reads each value, and in which order a graph's nodes can run.
 *
 * A node that holds nested graphs depends on all that they capture: a use inside counts as a use by
 * the holding node (ol_graph_climb). A graph whose file order already works is taken as it is; else
 * Kahn's algorithm with a heap of ids, so that nodes stay as near to the file's order as they can.
 * What it cannot free lies on a cycle or behind one. */
#include <stdio.h>
#include <stdlib.h>

#include "graph/build.h"

int ol_graph_users(struct ol_build *b)
{
	const struct ol_model *m = b->m;
	struct ol_ir *ir = b->ir;
	uint64_t total = 0;

	for (uint32_t v = 0; v < ir->n_values; v++) {
		ir->values[v].users = (uint32_t)total;
		total += ir->values[v].n_users;
		ir->values[v].n_users = 0;
	}
	ir->n_users = (uint32_t)total; /* at most n_names_of */
	ir->users = ol_arena_alloc(&ir->arena, (size_t)total * sizeof(uint32_t));
	if (!ir->users)
		return -1;
	for (uint32_t n = 0; n < m->n_nodes; n++) {
		const struct ol_range *in = &m->nodes[n].inputs;

		for (uint32_t k = in->first; k < in->first + in->n; k++)
			if (ir->args[k] != OL_NONE) {
				struct ol_value *v = &ir->values[ir->args[k]];

				ir->users[v->users + v->n_users++] = n;
			}
	}
	return 0;
}

struct sorter {
	struct ol_build *b;
	uint32_t *waits; /* by node: uses that are not made yet; OL_NONE: placed */
	uint32_t *from;	 /* by node: a node that it waits for, once only cycles are left */
	uint32_t *heap;	 /* nodes that can run now */
	uint32_t n_heap;
};

static void push(struct sorter *s, uint32_t node)
{
	uint32_t i = s->n_heap++;

	for (; i > 0 && s->heap[(i - 1) / 2] > node; i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = node;
}

static uint32_t pop(struct sorter *s)
{
	uint32_t top = s->heap[0], last = s->heap[--s->n_heap], i = 0;

	for (;;) {
		uint32_t c = 2 * i + 1;

		if (c >= s->n_heap)
			break;
		if (c + 1 < s->n_heap && s->heap[c + 1] < s->heap[c])
			c++;
		if (s->heap[c] >= last)
			break;
		s->heap[i] = s->heap[c];
		i = c;
	}
	s->heap[i] = last;
	return top;
}

enum edge { COUNT, FREE, LINK };

/* Every use of what `node` makes, as seen in graph g. */
static void each_edge(struct sorter *s, uint32_t g, uint32_t node, enum edge what)
{
	const struct ol_ir *ir = s->b->ir;
	const uint32_t *out = ol_ir_outputs(ir, node);

	for (uint32_t k = 0; k < s->b->m->nodes[node].outputs.n; k++) {
		const struct ol_value *v = out[k] == OL_NONE ? NULL : &ir->values[out[k]];

		for (uint32_t u = 0; v && u < v->n_users; u++) {
			uint32_t to = ol_graph_climb(s->b->m, ir->users[v->users + u], g);

			if (to == OL_NONE)
				continue;
			if (what == COUNT)
				s->waits[to]++;
			else if (what == FREE && --s->waits[to] == 0)
				push(s, to);
			else if (what == LINK && s->waits[to] && s->from[to] == OL_NONE)
				s->from[to] = node;
		}
	}
}

static void tell_cycle(struct ol_build *b, const uint32_t *from, uint32_t start)
{
	struct ol_model *m = b->m;
	uint32_t n = 0, chain[8], length = 0, v = 0;
	char text[1400];
	size_t at = 0;

	if (!ol_graph_room(b, "graph/cycle"))
		return;
	/* `from` leads backwards: the nodes that fit are those just before start, told in order of
	 * flow */
	for (uint32_t x = start; length == 0 || x != start; x = from[x], length++)
		if (n < 8)
			chain[n++] = x;
	for (uint32_t i = n; i-- > 0 && at < sizeof(text) - 1;) {
		int w = snprintf(text + at, sizeof(text) - at, "%s%s", i + 1 == n ? "" : " -> ",
				 LABEL(m, chain[i]));

		at += w < 0 ? 0 : (size_t)w;
	}
	for (uint32_t k = 0; k < m->nodes[start].outputs.n && !v; k++)
		v = m->names_of[m->nodes[start].outputs.first + k];
	if (n < length)
		ol_graph_tell(b, "graph/cycle", ol_graph_at_node(m, start, v),
			      "%u nodes wait for each other in a cycle; %u of them: %s", length, n,
			      text);
	else
		ol_graph_tell(b, "graph/cycle", ol_graph_at_node(m, start, v), "%s: %s",
			      n == 1 ? "node waits for its own output"
				     : "nodes wait for each other in a cycle",
			      text);
}

/* Follows `from` out of each node that is left over. Each step is taken once; a walk that meets
 * itself is a cycle. */
static void find_cycles(struct sorter *s, uint32_t g)
{
	const struct ol_range *r = &s->b->m->graphs[g].nodes;
	uint32_t *seen = s->heap; /* free by now: by node of the graph, the walk that was here */

	for (uint32_t i = 0; i < r->n; i++)
		seen[i] = OL_NONE;
	for (uint32_t n = r->first; n < r->first + r->n; n++) {
		uint32_t x = n, start;

		while (s->waits[x] && s->from[x] != OL_NONE && seen[x - r->first] == OL_NONE) {
			seen[x - r->first] = n;
			x = s->from[x];
		}
		if (!s->waits[x] || s->from[x] == OL_NONE || seen[x - r->first] != n)
			continue;
		start = x; /* on a cycle: tell it from its first node */
		for (uint32_t y = s->from[x]; y != x; y = s->from[y])
			if (y < start)
				start = y;
		tell_cycle(s->b, s->from, start);
	}
}

static void sort_graph(struct sorter *s, uint32_t g)
{
	const struct ol_range *r = &s->b->m->graphs[g].nodes;
	struct ol_scope *scope = &s->b->ir->scopes[g];
	uint32_t *order = s->b->ir->order + scope->order.first, placed = 0;

	s->n_heap = 0;
	for (uint32_t n = r->first; n < r->first + r->n; n++)
		each_edge(s, g, n, COUNT);
	for (uint32_t n = r->first; n < r->first + r->n; n++)
		if (s->waits[n] == 0)
			push(s, n);
	while (s->n_heap) {
		uint32_t n = pop(s);

		order[placed++] = n;
		each_edge(s, g, n, FREE);
	}
	if (placed == r->n)
		return;
	scope->cyclic = true;
	for (uint32_t n = r->first; n < r->first + r->n; n++)
		if (s->waits[n])
			order[placed++] = n;
	for (uint32_t i = scope->order.n; i-- > 0 && s->waits[order[i]];)
		each_edge(s, g, order[i], LINK);
	find_cycles(s, g);
}

/* Reads of what is made later. Those between nodes that wait for a cycle are told by the cycle. */
static void tell_late(struct ol_build *b, const uint32_t *waits)
{
	struct ol_model *m = b->m;

	for (uint32_t i = 0; i < b->n_late; i++) {
		const struct ol_late *l = &b->late[i];
		uint32_t v = ol_ir_inputs(b->ir, l->node)[l->input];
		const struct ol_value *of = &b->ir->values[v];
		uint32_t reader = ol_graph_climb(m, l->node, of->graph);

		if (reader != OL_NONE && waits[reader] && waits[of->producer])
			continue;
		ol_graph_tell(
		    b, "graph/not-sorted", ol_graph_at_node(m, l->node, of->name),
		    "input %u '%s' of %s is made later, by %s: sort the nodes topologically",
		    l->input, NAME(m, of->name), LABEL(m, l->node), LABEL(m, of->producer));
	}
}

int ol_graph_order(struct ol_build *b)
{
	const struct ol_model *m = b->m;
	struct sorter s = {.b = b};
	uint32_t at = 0;
	int bad = 0;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		struct ol_scope *scope = &b->ir->scopes[g];

		scope->order = (struct ol_range){at, m->graphs[g].nodes.n};
		if (scope->sorted) {
			for (uint32_t i = 0; i < scope->order.n; i++)
				b->ir->order[at + i] = m->graphs[g].nodes.first + i;
		} else {
			if (!s.waits) {
				s.waits = calloc(m->n_nodes, sizeof(uint32_t));
				s.from = malloc(m->n_nodes * sizeof(uint32_t));
				s.heap = malloc(m->n_nodes * sizeof(uint32_t));
				bad = !s.waits || !s.from || !s.heap;
				for (uint32_t n = 0; !bad && n < m->n_nodes; n++)
					s.from[n] = OL_NONE;
			}
			if (bad)
				break;
			sort_graph(&s, g);
		}
		at += scope->order.n;
	}
	if (!bad && b->n_late)
		tell_late(b, s.waits);
	free(s.waits);
	free(s.from);
	free(s.heap);
	return bad ? -1 : 0;
}
