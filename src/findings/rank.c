/* rank.c: merges, groups and sorts findings. Every order here is total, so that a run is repeatable
 * to the byte.
 *
 * Passes, each a sort and a walk: equal findings of several targets become one; findings of one
 * rule, one root cause and one band become a group; groups are ordered by score, their members by
 * place. */
#include <stdlib.h>

#include "findings/order.h"

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

/* OL_NONE comes first: what is about more stands before what is about less. */
static int by_id(uint32_t a, uint32_t b)
{
	return CMP(a + 1u, b + 1u);
}

int ol_findings_by_place(const struct ol_finding *a, const struct ol_finding *b)
{
	const struct ol_place *p = &a->place, *q = &b->place;
	int c = by_id(p->function, q->function);

	c = c ? c : by_id(p->graph, q->graph);
	c = c ? c : by_id(p->node, q->node);
	c = c ? c : CMP(p->at.offset, q->at.offset);
	c = c ? c : CMP(p->at.length, q->at.length);
	c = c ? c : CMP(p->line, q->line);
	c = c ? c : CMP(p->column, q->column);
	return c ? c : CMP(p->value, q->value);
}

int ol_findings_by_text(const struct ol_finding *a, const struct ol_finding *b)
{
	int c = ol_findings_by_place(a, b);

	c = c ? c : ol_str_cmp(a->rule, b->rule);
	c = c ? c : ol_str_cmp(a->message, b->message);
	c = c ? c : ol_str_cmp(a->group, b->group);
	c = c ? c : CMP(b->severity, a->severity);
	return c ? c : CMP(a->targets, b->targets);
}

static int by_identity(const void *x, const void *y)
{
	return ol_findings_by_text(x, y);
}

static int by_group(const void *x, const void *y)
{
	const struct ol_finding *a = x, *b = y;
	int c = ol_str_cmp(a->rule, b->rule);

	c = c ? c : ol_str_cmp(a->group, b->group);
	c = c ? c : CMP(ol_findings_band(a), ol_findings_band(b));
	return c ? c : ol_findings_by_text(a, b);
}

static int by_rank(const void *x, const void *y)
{
	const struct ol_finding *a = x, *b = y;
	int c = CMP(a->group_id, b->group_id);

	return c ? c : ol_findings_by_text(a, b);
}

static bool same_fixes(const struct ol_finding *a, const struct ol_finding *b)
{
	if (a->n_fixes != b->n_fixes)
		return false;
	for (uint32_t i = 0; i < a->n_fixes; i++)
		if (!ol_str_eq(a->fixes[i].title, b->fixes[i].title) ||
		    !ol_str_eq(a->fixes[i].action, b->fixes[i].action))
			return false;
	return true;
}

/* Findings that say the same of the same place: one, about the targets of both. */
static void merge(struct ol_findings *f)
{
	uint32_t k = 0;

	qsort(f->at, f->n, sizeof(*f->at), by_identity);
	for (uint32_t i = 0; i < f->n; i++) {
		struct ol_finding *last = k ? &f->at[k - 1] : NULL, *at = &f->at[i];

		if (last && !ol_findings_by_place(last, at) && ol_str_eq(last->rule, at->rule) &&
		    ol_str_eq(last->message, at->message) && ol_str_eq(last->group, at->group) &&
		    last->severity == at->severity && !last->targets == !at->targets &&
		    same_fixes(last, at)) {
			last->targets |= at->targets;
			continue;
		}
		f->at[k++] = *at;
	}
	f->n = k;
}

struct group {
	const struct ol_finding *first; /* its first member by place */
	uint32_t n, begin;
	int band;
	double score;
};

static int by_score(const void *x, const void *y)
{
	const struct group *a = x, *b = y;
	int c = CMP(a->band, b->band);

	c = c ? c : CMP(b->score, a->score);
	return c ? c : ol_findings_by_text(a->first, b->first);
}

/* Does b belong to the group of a? Without a root cause every finding stands for itself. */
static bool together(const struct ol_finding *a, const struct ol_finding *b)
{
	return a->group.n && ol_str_eq(a->rule, b->rule) && ol_str_eq(a->group, b->group) &&
	       ol_findings_band(a) == ol_findings_band(b);
}

static int make_groups(struct ol_findings *f, uint32_t n_nodes)
{
	struct group *g = calloc(f->n, sizeof(*g));
	uint32_t n = 0;

	if (!g)
		return -1;
	qsort(f->at, f->n, sizeof(*f->at), by_group);
	for (uint32_t i = 0; i < f->n;) {
		uint32_t k = i;
		double best = 0;

		for (; k < f->n && (k == i || together(&f->at[i], &f->at[k])); k++) {
			double q = ol_findings_quality(&f->at[k], n_nodes);

			best = q > best ? q : best;
		}
		g[n].first = &f->at[i];
		g[n].begin = i;
		g[n].n = k - i;
		g[n].band = ol_findings_band(&f->at[i]);
		g[n].score = ol_findings_score(g[n].band, best, k - i);
		n++;
		i = k;
	}
	qsort(g, n, sizeof(*g), by_score);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = g[i].begin; k < g[i].begin + g[i].n; k++) {
			f->at[k].group_id = i + 1;
			f->at[k].group_size = g[i].n;
			f->at[k].score = g[i].score;
		}
	f->n_groups = n;
	free(g);
	return 0;
}

int ol_findings_rank(struct ol_findings *f, const struct ol_ir *ir)
{
	memset(f->counts, 0, sizeof(f->counts));
	f->n_groups = 0;
	if (!f->n)
		return 0;
	merge(f);
	if (ol_findings_blast(f, ir) || make_groups(f, ir->model->n_nodes))
		return -1;
	qsort(f->at, f->n, sizeof(*f->at), by_rank);
	for (uint32_t i = 0; i < f->n; i++) {
		f->at[i].rank = i + 1;
		if (f->at[i].severity < OL_SEV_COUNT)
			f->counts[f->at[i].severity]++;
	}
	return ol_findings_fingerprint(f, ir);
}
