/* score.c: how much a finding matters, 0 to 100.
 *
 * Severity sets the band; what is at risk, confidence and effort place a finding within it, and
 * never move it out:
 *
 *	q     = (BASE + (1 - BASE) * log2(1 + 15 * share) / 4) * confidence * ease      0 to 1
 *	share = nodes at risk / nodes of the model
 *	group = 1 - (1 - best q of its members) / (1 + GROUP * log10(members))
 *	score = low + (high - low) * group
 *
 * "possible" findings drop one band. The weights stand in the tables below and nowhere else. */
#include <math.h>

#include "findings/order.h"

#define BASE  0.4 /* what a finding weighs that puts a single node at risk */
#define GROUP 0.5 /* how much company weighs */

enum { BANDS = 4 };
static const struct {
	double low, high;
} bands[BANDS] = {{50, 100}, {20, 50}, {5, 20}, {0, 5}}; /* error, warning, note, possible note */

static const double confidence[] = {
    [OL_CONF_POSSIBLE] = 0.6, [OL_CONF_LIKELY] = 0.9, [OL_CONF_CERTAIN] = 1.0};
static const double ease[] = {[OL_EFFORT_TRIVIAL] = 1.0,
			      [OL_EFFORT_LOW] = 0.9,
			      [OL_EFFORT_MODERATE] = 0.75,
			      [OL_EFFORT_HIGH] = 0.6};

/* Walks downstream are exact for so many findings and so many steps; after that an upper bound
 * stands in. */
enum { EXACT_WALKS = 200, EXACT_STEPS = 2000000 };

int ol_findings_band(const struct ol_finding *f)
{
	int b = f->severity >= OL_SEV_ERROR ? 0 : f->severity == OL_SEV_WARNING ? 1 : 2;

	return b + (f->confidence == OL_CONF_POSSIBLE);
}

double ol_findings_quality(const struct ol_finding *f, uint32_t n_nodes)
{
	double share = n_nodes ? (double)f->blocks / (double)n_nodes : 1;

	if (share > 1)
		share = 1;
	return (BASE + (1 - BASE) * log2(1 + 15 * share) / 4) *
	       confidence[f->confidence <= OL_CONF_CERTAIN ? f->confidence : OL_CONF_CERTAIN] *
	       ease[f->effort <= OL_EFFORT_HIGH ? f->effort : OL_EFFORT_HIGH];
}

double ol_findings_score(int band, double best, uint32_t n)
{
	double q = 1 - (1 - best) / (1 + GROUP * log10(n ? (double)n : 1));
	double s = bands[band].low + (bands[band].high - bands[band].low) * q;

	return round(s * 100) /
	       100; /* so that the order does not hang on the last bits of a logarithm */
}

/* ---- what is at risk ---- */
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
