/* json_ranking.c: readiness, groups, causes and the terms of scores in schema onnxlint/1. */
#include <math.h>

#include "report/report.h"

static void key_number(struct ol_json *j, const char *key, double d)
{
	double whole = round(d), shown = round(d * 10000) / 10000;

	ol_json_key(j, key);
	if (fabs(shown - whole) < 1e-9 && fabs(whole) < 1e9)
		ol_json_int(j, (int64_t)whole);
	else
		ol_json_double(j, shown);
}

static void targets(struct ol_json *j, const char *key, const struct ol_report_model *m, uint64_t mask)
{
	ol_json_key_open(j, key, '[');
	for (uint32_t t = 0; t < m->n_verdicts && t < 64; t++)
		if (mask >> t & 1)
			ol_json_str(j, m->verdicts[t].name);
	ol_json_close(j, ']');
}

void ol_report_head_json(struct ol_json *j, const struct ol_report_model *m)
{
	const struct ol_readiness *r = &m->readiness;

	if (r->verdict) {
		ol_json_key_open(j, "readiness", '{');
		ol_json_key_str(j, "verdict", ol_str(r->verdict));
		ol_json_key_uint(j, "score", (uint64_t)r->score);
		if (m->n_verdicts) {
			ol_json_key_uint(j, "ready", r->ready);
			ol_json_key_uint(j, "fixable", r->fixable);
			ol_json_key_uint(j, "blocked", r->blocked);
		} else {
			ol_json_key_uint(j, "blocking", r->blocking);
		}
		ol_json_close(j, '}');
	}
	if (m->first.rank && m->first.rank <= m->n_findings) {
		const struct ol_report_finding *f = &m->findings[m->first.rank - 1];
		struct ol_buf what = {0};

		ol_json_key_open(j, "fix_first", '{');
		ol_json_key_uint(j, "group_id", f->group_id + 1);
		ol_json_key_uint(j, "first_rank", f->rank);
		ol_json_key_str(j, "rule", f->rule);
		ol_report_errand(f, &what);
		ol_json_key_str(j, "do", ol_buf_view(&what));
		j->out->failed |= what.failed;
		ol_buf_free(&what);
		targets(j, "turns_ready", m, m->first.readies);
		targets(j, "brings_nearer", m, m->first.nearer);
		ol_json_close(j, '}');
	}
}

/* By rank of their first members, which is the order of groups. */
void ol_report_groups_json(struct ol_json *j, const struct ol_report_model *m)
{
	uint32_t next = 0;

	ol_json_key_open(j, "groups", '[');
	for (uint32_t i = 0; i < m->n_findings; i++) {
		const struct ol_report_finding *f = &m->findings[i];

		if (f->group_id != next)
			continue;
		next++;
		ol_json_open(j, '{');
		ol_json_key_uint(j, "id", f->group_id + 1);
		ol_json_key_uint(j, "first_rank", f->rank);
		ol_json_key_str(j, "rule", f->rule);
		ol_json_key(j, "score");
		ol_json_double(j, round(f->score * 100) / 100);
		ol_json_key_uint(j, "findings", f->group_size);
		if (f->instances)
			ol_json_key_uint(j, "instances", f->instances);
		if (f->origin.n)
			ol_json_key_str(j, "origin", f->origin);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void terms(struct ol_json *j, const struct ol_score_terms *t)
{
	ol_json_key_open(j, "score_terms", '{');
	ol_json_key_str(j, "band", ol_str(ol_band_names[t->band]));
	key_number(j, "low", t->low);
	key_number(j, "high", t->high);
	key_number(j, "share", t->share);
	key_number(j, "reach", t->reach);
	key_number(j, "confidence", t->confidence);
	key_number(j, "ease", t->ease);
	key_number(j, "quality", t->quality);
	key_number(j, "best_quality", t->best);
	ol_json_key_uint(j, "company", t->company);
	key_number(j, "together", t->together);
	ol_json_close(j, '}');
}

void ol_report_ranking_json(struct ol_json *j, const struct ol_report_model *m, const struct ol_report_finding *f, bool all)
{
	if (f->rank <= m->n_findings)
		ol_json_key_uint(j, "group_id", f->group_id + 1);
	if (f->n_stops) {
		ol_json_key_open(j, "blocks_targets", '[');
		for (uint32_t i = 0; i < f->n_stops; i++)
			ol_json_str(j, f->stops[i]);
		ol_json_close(j, ']');
	}
	if (f->cause && f->cause <= m->n_findings) {
		const struct ol_report_finding *c = &m->findings[f->cause - 1];

		ol_json_key_open(j, "caused_by", '{');
		ol_json_key_str(j, "how", ol_str(f->caused_by));
		ol_json_key_uint(j, "rank", c->rank);
		ol_json_key_str(j, "rule", c->rule);
		ol_json_key_str(j, "fingerprint", c->fingerprint);
		ol_json_close(j, '}');
	}
	if (all)
		terms(j, &f->terms);
}

void ol_report_weights_json(struct ol_json *j, const struct ol_score_weights *w)
{
	struct ol_score_weight row;

	ol_json_key_open(j, "score_weights", '{');
	for (uint32_t i = 0; ol_score_weight_at(w, i, &row); i++)
		key_number(j, row.name, row.value);
	ol_json_close(j, '}');
}
