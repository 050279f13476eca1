/* rank.c: merges, scores and sorts findings. Every order here is total, so that a run is repeatable
 * to the byte.
 *
 * Passes, each a sort and a walk: equal findings of several targets become one; group.c says what
 * is one matter; groups are ordered by score, in them causes stand before what they led to, then
 * the place decides. Bands stand above all that. */
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

/* A group as a whole, and its part in each band. */
struct group {
	uint32_t head; /* its first in its highest band: causes before what they led to, then by place */
	uint32_t n, id;
	int band;
	double score;
	struct part {
		double best;
		uint32_t n;
	} parts[OL_BANDS];
};

struct ranking {
	struct ol_findings *f;
	const struct ol_ir *ir;
	uint32_t *cause, *gid, *group_of; /* by finding; group_of: by the index that gid names */
	struct group *groups;
	struct rank *ranks;
	uint32_t n_groups;
};

static bool before(const struct ol_finding *a, bool a_led, const struct ol_finding *b, bool b_led)
{
	int c = CMP(ol_findings_band(a), ol_findings_band(b));

	c = c ? c : CMP(a_led, b_led);
	return (c ? c : ol_findings_by_text(a, b)) < 0;
}

static bool is_led(const struct ranking *r, uint32_t i)
{
	return r->cause[i] != OL_NONE && r->gid[r->cause[i]] == r->gid[i];
}

/* Groups, with what their scores are made of. */
static void tally(struct ranking *r)
{
	struct ol_findings *f = r->f;
	struct ol_score_terms t;

	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t gid = r->gid[i];
		struct group *g;

		if (r->group_of[gid] == 0) {
			r->group_of[gid] = ++r->n_groups;
			r->groups[r->n_groups - 1] = (struct group){.head = i, .band = OL_BANDS};
		}
		g = &r->groups[r->group_of[gid] - 1];
		f->at[i].best = 0;
		f->at[i].company = 0;
		ol_score_terms(&f->how.weights, &f->at[i], r->ir->model->n_nodes, &t);
		g->n++;
		g->parts[t.band].n++;
		if (t.quality > g->parts[t.band].best)
			g->parts[t.band].best = t.quality;
		if (t.band < g->band)
			g->band = t.band;
		if (before(&f->at[i], is_led(r, i), &f->at[g->head], is_led(r, g->head)))
			g->head = i;
	}
}

static void score(struct ranking *r)
{
	struct ol_findings *f = r->f;
	struct ol_score_terms t;

	for (uint32_t i = 0; i < f->n; i++) {
		struct group *g = &r->groups[r->group_of[r->gid[i]] - 1];
		int band = ol_findings_band(&f->at[i]);

		f->at[i].best = g->parts[band].best;
		f->at[i].company = band == g->band ? g->n : g->parts[band].n;
		ol_score_terms(&f->how.weights, &f->at[i], r->ir->model->n_nodes, &t);
		f->at[i].score = t.score;
		if (i == g->head)
			g->score = t.score;
	}
}

/* What a group is sorted by. */
struct order {
	const struct ol_finding *head;
	double score;
	uint32_t group;
	int band;
};

static int by_score(const void *x, const void *y)
{
	const struct order *a = x, *b = y;
	int c = CMP(a->band, b->band);

	c = c ? c : CMP(b->score, a->score);
	return c ? c : ol_findings_by_text(a->head, b->head);
}

static int order_groups(struct ranking *r)
{
	struct order *o = calloc(r->n_groups, sizeof(*o));

	if (!o)
		return -1;
	for (uint32_t i = 0; i < r->n_groups; i++) {
		const struct group *g = &r->groups[i];

		o[i] = (struct order){&r->f->at[g->head], g->score, i, g->band};
	}
	qsort(o, r->n_groups, sizeof(*o), by_score);
	for (uint32_t i = 0; i < r->n_groups; i++)
		r->groups[o[i].group].id = i + 1;
	free(o);
	return 0;
}

/* What a finding is sorted by; no finding stands above one of a higher band. */
struct rank {
	const struct ol_finding *at;
	uint32_t group;
	uint8_t band, led;
};

static int by_rank(const void *x, const void *y)
{
	const struct rank *a = x, *b = y;
	int c = CMP(a->band, b->band);

	c = c ? c : CMP(a->group, b->group);
	c = c ? c : CMP(a->led, b->led);
	return c ? c : ol_findings_by_text(a->at, b->at);
}

static int sort(struct ranking *r)
{
	struct ol_findings *f = r->f;
	struct ol_finding *sorted = malloc(f->n * sizeof(*sorted));
	uint32_t *to = r->gid; /* has done its work: where each goes */

	if (!sorted)
		return -1;
	for (uint32_t i = 0; i < f->n; i++) {
		const struct group *g = &r->groups[r->group_of[r->gid[i]] - 1];

		f->at[i].group_id = g->id;
		f->at[i].group_size = g->n;
		r->ranks[i] = (struct rank){&f->at[i], g->id, (uint8_t)ol_findings_band(&f->at[i]), is_led(r, i)};
	}
	qsort(r->ranks, f->n, sizeof(*r->ranks), by_rank);
	for (uint32_t i = 0; i < f->n; i++)
		to[r->ranks[i].at - f->at] = i;
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t cause = r->cause[r->ranks[i].at - f->at];

		sorted[i] = *r->ranks[i].at;
		sorted[i].rank = i + 1;
		sorted[i].cause = cause == OL_NONE ? 0 : to[cause] + 1;
		if (sorted[i].severity < OL_SEV_COUNT)
			f->counts[sorted[i].severity]++;
	}
	memcpy(f->at, sorted, f->n * sizeof(*sorted));
	free(sorted);
	f->n_groups = r->n_groups;
	return 0;
}

static int rank(struct ranking *r)
{
	uint32_t n = r->f->n;

	r->cause = calloc(n, sizeof(*r->cause));
	r->gid = calloc(n, sizeof(*r->gid));
	r->group_of = calloc(n, sizeof(*r->group_of));
	r->groups = calloc(n, sizeof(*r->groups));
	r->ranks = calloc(n, sizeof(*r->ranks));
	if (!r->cause || !r->gid || !r->group_of || !r->groups || !r->ranks || ol_findings_blast(r->f, r->ir))
		return -1;
	qsort(r->f->at, n, sizeof(*r->f->at), by_group);
	if (ol_findings_causes(r->f, r->ir, r->cause) || ol_findings_group(r->f, r->ir, r->cause, r->gid))
		return -1;
	tally(r);
	score(r);
	if (order_groups(r) || sort(r))
		return -1;
	return ol_findings_fingerprint(r->f, r->ir);
}

int ol_findings_rank(struct ol_findings *f, const struct ol_ir *ir)
{
	struct ranking r = {.f = f, .ir = ir};
	int rc = 0;

	memset(f->counts, 0, sizeof(f->counts));
	f->n_groups = 0;
	if (f->n) {
		merge(f);
		rc = rank(&r);
	}
	free(r.cause);
	free(r.gid);
	free(r.group_of);
	free(r.groups);
	free(r.ranks);
	return rc || ol_findings_first(f) ? -1 : 0;
}
