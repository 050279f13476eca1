/* statistics.c: counts by rule and what each cost, summed over the models of a report. */
#include "report/statistics.h"

#include <stdlib.h>

const char *const ol_step_names[] = {
    [OL_STEP_LOAD] = "load",	   [OL_STEP_GRAPH] = "graph", [OL_STEP_INFER] = "inference",
    [OL_STEP_WEIGHTS] = "weights", [OL_STEP_RULES] = "rules",
};

static struct ol_statistics *made(struct ol_report *r)
{
	if (!r->statistics) {
		r->statistics = calloc(1, sizeof(*r->statistics));
		if (r->statistics)
			ol_arena_init(&r->statistics->arena, 0);
		else
			r->out.failed = true;
	}
	return r->statistics;
}

/* The rule's row, made when it is not there. Rules come in order of ids, so the row is mostly
 * behind the last one. */
static struct ol_stat_rule *row(struct ol_statistics *s, struct ol_str rule)
{
	uint32_t lo = 0, hi = s->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = ol_str_cmp(s->rules[mid].rule, rule);

		if (c == 0)
			return &s->rules[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (s->n == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 256;
		struct ol_stat_rule *at = realloc(s->rules, cap * sizeof(*at));

		if (!at)
			return NULL;
		s->rules = at;
		s->cap = cap;
	}
	rule = ol_arena_str(&s->arena, rule);
	if (!rule.p)
		return NULL;
	memmove(s->rules + lo + 1, s->rules + lo, (s->n - lo) * sizeof(*s->rules));
	s->rules[lo] = (struct ol_stat_rule){.rule = rule};
	s->n++;
	return &s->rules[lo];
}

void ol_statistics_add(struct ol_report *r, const struct ol_report_model *m)
{
	struct ol_statistics *s = m->stats ? made(r) : NULL;
	struct ol_stat_rule *at;

	if (!s)
		return;
	s->models++;
	for (int i = 0; i < OL_STEPS; i++)
		s->ns[i] += m->stats->ns[i];
	for (uint32_t i = 0; i < m->stats->n; i++) {
		at = row(s, m->stats->rules[i].rule);
		if (!at) {
			r->out.failed = true;
			return;
		}
		at->candidates += m->stats->rules[i].candidates;
		at->matches += m->stats->rules[i].matches;
		at->ns += m->stats->rules[i].ns;
	}
	for (uint32_t i = 0; i < m->n_findings + m->n_hidden; i++) {
		at = row(s, m->findings[i].rule);
		if (!at) {
			r->out.failed = true;
			return;
		}
		if (i < m->n_findings)
			at->counts[m->findings[i].severity]++;
		else
			at->aside++;
		at->models += at->last != s->models;
		at->last = s->models;
	}
}

void ol_statistics_free(struct ol_report *r)
{
	if (!r->statistics)
		return;
	ol_arena_free(&r->statistics->arena);
	free(r->statistics->rules);
	free(r->statistics);
	r->statistics = NULL;
}

static struct ol_str family(struct ol_str rule)
{
	const char *slash = memchr(rule.p, '/', rule.n);

	return (struct ol_str){rule.p, slash ? (size_t)(slash - rule.p) : rule.n};
}

uint32_t ol_statistics_family(const struct ol_statistics *s, uint32_t from,
			      struct ol_stat_rule *out)
{
	uint32_t i = from;

	*out = (struct ol_stat_rule){.rule = family(s->rules[from].rule)};
	for (; i < s->n && ol_str_eq(family(s->rules[i].rule), out->rule); i++) {
		for (int k = 0; k < OL_SEV_COUNT; k++)
			out->counts[k] += s->rules[i].counts[k];
		out->aside += s->rules[i].aside;
		out->candidates += s->rules[i].candidates;
		out->matches += s->rules[i].matches;
		out->ns += s->rules[i].ns;
	}
	return i;
}
