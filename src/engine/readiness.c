/* readiness.c: the model as a whole.
 *
 * With targets: the worst of their verdicts and the mean of their scores. Without: an error blocks every runtime that holds to
 * the standard, so errors are judged as blockers of one target that supports all nodes. */
#include <math.h>
#include <stdlib.h>

#include "engine/engine.h"

double ol_engine_minus(const struct ol_score_weights *w, uint32_t groups, bool fixable)
{
	return w->blocker * log2(1.0 + groups) * (fixable ? w->halved : 1);
}

bool ol_engine_is_fixable(const struct ol_finding *f)
{
	for (uint32_t i = 0; i < f->n_fixes; i++)
		if (f->fixes[i].applicability == OL_FIX_SAFE && f->fixes[i].action.n)
			return true;
	return false;
}

static void of_targets(struct ol_findings *f)
{
	struct ol_readiness *r = &f->readiness;
	double sum = 0;

	for (uint32_t i = 0; i < f->n_verdicts; i++) {
		const struct ol_target_verdict *v = &f->verdicts[i];

		sum += v->score;
		if (strcmp(v->verdict, "ready") == 0)
			r->ready++;
		else if (strcmp(v->verdict, "fixable") == 0)
			r->fixable++;
		else
			r->blocked++;
	}
	r->verdict = r->blocked ? "blocked" : r->fixable ? "fixable" : "ready";
	r->score = (int)(sum / f->n_verdicts);
}

/* Ranked: an error's group is met at its first error, as those stand together but for possible ones. */
static void of_model(const struct ol_ir *ir, struct ol_findings *f)
{
	struct ol_readiness *r = &f->readiness;
	uint64_t dropped = f->dropped_errors[64];
	uint32_t groups = dropped > 0, last = 0;
	bool fixable = !dropped;
	double score;

	for (uint32_t i = 0; i < f->n; i++) {
		if (f->at[i].severity != OL_SEV_ERROR || f->at[i].targets)
			continue;
		r->blocking++;
		fixable = fixable && ol_engine_is_fixable(&f->at[i]);
		groups += f->at[i].group_id != last;
		last = f->at[i].group_id;
	}
	if (dropped > UINT32_MAX - r->blocking)
		dropped = UINT32_MAX - r->blocking;
	r->blocking += (uint32_t)dropped;
	r->verdict = !ir->model->complete || (r->blocking && !fixable) ? "blocked" : r->blocking ? "fixable" : "ready";
	score = ir->model->complete ? 100 - ol_engine_minus(&f->how.weights, groups, fixable) : 0;
	if (r->blocking && score > 99)
		score = 99;
	r->score = score < 0 ? 0 : (int)score;
}

void ol_engine_readiness(const struct ol_ir *ir, struct ol_findings *f)
{
	f->readiness = (struct ol_readiness){0};
	if (f->n_verdicts)
		of_targets(f);
	else
		of_model(ir, f);
}
