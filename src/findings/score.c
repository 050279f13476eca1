/* score.c: how much a finding matters, 0 to 100.
 *
 * Severity sets the band; what is at risk, confidence and effort place a finding within it, and
 * never move it out:
 *
 *	share    = nodes at risk / nodes of the model                                   0 to 1
 *	reach    = least + (1 - least) * log2(1 + 15 * share) / 4
 *	quality  = reach * confidence * ease
 *	together = 1 - (1 - best quality of its company) / (1 + company * log10(findings in it))
 *	score    = low + (high - low) * together
 *
 * Company is what its group has in its band; in the group's highest band all of the group counts,
 * as all of it goes with its cause. "possible" findings drop one band. The weights stand in
 * weights.c and nowhere else. */
#include <math.h>

#include "findings/order.h"

int ol_findings_band(const struct ol_finding *f)
{
	int b = f->severity >= OL_SEV_ERROR ? 0 : f->severity == OL_SEV_WARNING ? 1 : 2;

	return b + (f->confidence == OL_CONF_POSSIBLE);
}

void ol_score_terms(const struct ol_score_weights *w, const struct ol_finding *f, uint32_t n_nodes,
		    struct ol_score_terms *t)
{
	const double low[OL_BANDS] = {w->error, w->warning, w->note, 0};
	uint32_t n = f->company ? f->company : 1;

	*t = (struct ol_score_terms){.band = ol_findings_band(f), .company = n};
	t->low = low[t->band];
	t->high = t->band ? low[t->band - 1] : 100;
	t->share = n_nodes ? (double)f->blocks / (double)n_nodes : 1;
	if (t->share > 1)
		t->share = 1;
	t->reach = w->least + (1 - w->least) * log2(1 + 15 * t->share) / 4;
	t->confidence =
	    w->confidence[f->confidence <= OL_CONF_CERTAIN ? f->confidence : OL_CONF_CERTAIN];
	t->ease = w->ease[f->effort <= OL_EFFORT_HIGH ? f->effort : OL_EFFORT_HIGH];
	t->quality = t->reach * t->confidence * t->ease;
	t->best = f->best > t->quality ? f->best : t->quality;
	t->together = 1 - (1 - t->best) / (1 + w->company * log10((double)n));
	/* rounded, so that the order does not hang on the last bits of a logarithm */
	t->score = round((t->low + (t->high - t->low) * t->together) * 100) / 100;
}
