/* live.c: which nodes matter to an output. Backwards from the outputs of the graphs without parent;
 * a live node makes the outputs of its nested graphs live. Each node enters the worklist once. */
#include <stdlib.h>

#include "graph/build.h"

struct work {
	struct ol_build *b;
	uint32_t *stack, n;
};

static void need(struct work *w, uint32_t value)
{
	uint32_t p = value == OL_NONE ? OL_NONE : w->b->ir->values[value].producer;

	if (p == OL_NONE || w->b->ir->live[p])
		return;
	w->b->ir->live[p] = 1;
	w->stack[w->n++] = p;
}

static void need_outputs(struct work *w, uint32_t g)
{
	const struct ol_range *r = &w->b->m->graphs[g].outputs;

	for (uint32_t i = r->first; i < r->first + r->n; i++)
		need(w, w->b->ir->info_value[i]);
}

int ol_graph_live(struct ol_build *b)
{
	const struct ol_model *m = b->m;
	struct work w = {.b = b, .stack = malloc(m->n_nodes * sizeof(uint32_t) + 1)};

	if (!w.stack)
		return -1;
	for (uint32_t g = 0; g < m->n_graphs; g++)
		if (m->graphs[g].parent == OL_NONE)
			need_outputs(&w, g);
	while (w.n) {
		uint32_t node = w.stack[--w.n];
		const uint32_t *in = ol_ir_inputs(b->ir, node);

		for (uint32_t k = 0; k < m->nodes[node].inputs.n; k++)
			need(&w, in[k]);
		for (uint32_t g = b->first_sub ? b->first_sub[node] : OL_NONE; g != OL_NONE;
		     g = b->next_sub[g])
			need_outputs(&w, g);
	}
	free(w.stack);
	return 0;
}
