/* blast.c: how many nodes a finding puts at risk.
 *
 * Walks downstream are exact for so many findings and so many steps; after that an upper bound
 * stands in. */
#include "findings/order.h"

enum { EXACT_WALKS = 200, EXACT_STEPS = 2000000 };

struct walks {
	const struct ol_ir *ir;
	uint32_t left;
	uint64_t steps;
	bool no_memory;
};

static uint32_t downstream(struct walks *w, uint32_t node)
{
	uint32_t n = w->ir->model->n_nodes, r;

	if (w->left && w->steps < EXACT_STEPS) {
		w->left--;
		r = ol_ir_downstream(w->ir, node, EXACT_STEPS);
		w->steps += r + n / 64;
		w->no_memory |= r == 0;
		return r;
	}
	return w->ir->blocks ? w->ir->blocks[node] : 1;
}

/* A value puts its maker's downstream at risk, or that of its readers when nothing makes it. */
static uint32_t downstream_of_value(struct walks *w, uint32_t value)
{
	const struct ol_value *v = &w->ir->values[value];
	uint64_t sum = 0;

	if (v->producer != OL_NONE)
		return downstream(w, v->producer);
	for (uint32_t i = 0; i < v->n_users && i < 8; i++)
		sum += downstream(w, w->ir->users[v->users + i]);
	return sum > w->ir->model->n_nodes ? w->ir->model->n_nodes : (uint32_t)sum;
}

static uint32_t at_risk(struct walks *w, const struct ol_finding *f)
{
	const struct ol_model *m = w->ir->model;
	const struct ol_place *p = &f->place;
	uint32_t value;

	switch ((enum ol_blast)f->blast) {
	case OL_BLAST_NODE:
		return 1;
	case OL_BLAST_MODEL:
		return m->n_nodes;
	case OL_BLAST_SUBGRAPH:
		if (p->node < m->n_nodes)
			return m->graphs[m->nodes[p->node].graph].nodes.n;
		return p->graph < m->n_graphs ? m->graphs[p->graph].nodes.n : m->n_nodes;
	case OL_BLAST_DOWNSTREAM:
		break;
	}
	if (p->node < m->n_nodes)
		return downstream(w, p->node);
	if (!p->value || p->graph >= m->n_graphs)
		return m->n_nodes;
	value = ol_ir_find_value(w->ir, p->graph, p->value);
	return value == OL_NONE ? 1 : downstream_of_value(w, value);
}

int ol_findings_blast(struct ol_findings *f, const struct ol_ir *ir)
{
	struct walks w = {.ir = ir, .left = EXACT_WALKS};

	/* the exact walks go to the highest severity */
	for (int s = OL_SEV_COUNT - 1; s >= 0; s--)
		for (uint32_t i = 0; i < f->n; i++)
			if (f->at[i].severity == s)
				f->at[i].blocks = at_risk(&w, &f->at[i]);
	return w.no_memory ? -1 : 0;
}
