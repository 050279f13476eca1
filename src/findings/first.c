/* first.c: the group to begin with.
 *
 * The one whose removal makes most targets ready; of those, or when there is none, the one that brings targets nearest to
 * it: each target counts by its share of the groups that block it. Then the order of ranks, which is score and place. */
#include <stdlib.h>

#include "findings/findings.h"

enum { BITS = 64 };

struct gain {
	uint64_t stops;	 /* targets that some finding of the group blocks */
	uint32_t rank, readies;
	double nearer;
};

static bool is_better(const struct gain *a, const struct gain *b)
{
	if (a->readies != b->readies)
		return a->readies > b->readies;
	if (a->nearer > b->nearer + 1e-9 || b->nearer > a->nearer + 1e-9)
		return a->nearer > b->nearer;
	return a->rank < b->rank;
}

/* What blocks a target and cannot be seen here: findings set aside or past the limits, and what was not read. */
static uint64_t find_hidden(const struct ol_findings *f)
{
	uint64_t hidden = f->how.unread ? UINT64_MAX : 0;

	for (uint32_t i = f->n; i < f->n + f->n_hidden; i++)
		if (!f->at[i].suppressed)
			hidden |= f->at[i].stops;
	for (uint32_t t = 0; t < BITS; t++)
		if (f->dropped_errors[t] || f->dropped_errors[BITS])
			hidden |= (uint64_t)1 << t;
	return hidden;
}

int ol_findings_first(struct ol_findings *f)
{
	struct gain *g = calloc((size_t)f->n_groups + 1, sizeof(*g)), *best;
	uint64_t hidden = find_hidden(f);
	uint32_t blockers[BITS] = {0};

	f->first = (struct ol_fix_first){0};
	if (!g || !f->n) {
		free(g);
		return g ? 0 : -1;
	}
	for (uint32_t i = 0; i < f->n; i++) {
		struct gain *at = &g[f->at[i].group_id - 1];

		at->rank = at->rank ? at->rank : f->at[i].rank;
		at->stops |= f->at[i].stops;
	}
	for (uint32_t i = 0; i < f->n_groups; i++)
		for (uint32_t t = 0; t < BITS && g[i].stops; t++)
			blockers[t] += (uint32_t)(g[i].stops >> t & 1);
	best = &g[0];
	for (uint32_t i = 0; i < f->n_groups; i++) {
		for (uint32_t t = 0; t < BITS && g[i].stops; t++) {
			uint32_t all = blockers[t] + (uint32_t)(hidden >> t & 1);

			if (!(g[i].stops >> t & 1))
				continue;
			g[i].readies += all == 1;
			g[i].nearer += all ? 1.0 / all : 0;
		}
		if (is_better(&g[i], best))
			best = &g[i];
	}
	f->first.rank = best->rank;
	for (uint32_t t = 0; t < BITS; t++)
		if (best->stops >> t & 1) {
			bool alone = blockers[t] + (hidden >> t & 1) == 1;

			*(alone ? &f->first.readies : &f->first.nearer) |= (uint64_t)1 << t;
		}
	f->first.hidden = (hidden & best->stops) != 0;
	free(g);
	return 0;
}
