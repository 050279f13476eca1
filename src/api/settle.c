/* settle.c: from findings to what is reported: what is suppressed, and what the baseline has, is
 * set aside.
 *
 * All are ranked first, since fingerprints count equal things over all of them; what is left is
 * ranked again. A verdict passes over what is suppressed, with its reason, but not over what a
 * baseline only puts off. */
#include <stdlib.h>

#include "api/api.h"
#include "util/clock.h"

enum { CLOCK_EVERY = 1024, NAME_MOST = 4096 };

static struct ol_str keep(struct ol_arena *a, struct ol_buf *b, bool *bad)
{
	struct ol_str s = ol_buf_keep(b, a);

	*bad |= !s.p;
	return s;
}

static const struct ol_suppressed *why(struct ol_findings *f, const struct ol_config_suppression *s,
				       bool *bad)
{
	struct ol_suppressed *w = OL_NEW(&f->arena, struct ol_suppressed);

	if (!w) {
		*bad = true;
		return NULL;
	}
	*w = (struct ol_suppressed){.reason = s->reason, .by = s->by, .expires = s->expires};
	w->where = ol_arena_printf(&f->arena, "%s:%u:%u", s->file->path, (unsigned)s->line,
				   (unsigned)s->column);
	*bad |= !w->where.p;
	return w;
}

/* Patterns are held to the beginning of a hostile name. */
static struct ol_str cut(struct ol_str s)
{
	s.n = s.n < NAME_MOST ? s.n : NAME_MOST;
	return s;
}

static void see(const struct ol_api_scene *s, const struct ol_ir *ir, struct ol_findings *f,
		const struct ol_finding *at, struct ol_config_seen *seen, struct ol_str *targets,
		bool *bad)
{
	const struct ol_model *m = ir->model;
	const struct ol_place *p = &at->place;
	struct ol_buf b = {0};

	*seen = (struct ol_config_seen){.rule = ol_rules_find(s->rules, at->rule),
					.fingerprint = ol_str(at->fingerprint),
					.value = p->value ? cut(ol_name(m, p->value)) : OL_STR(""),
					.targets = targets};
	if (p->node < m->n_nodes) {
		seen->node = cut(ol_name(m, m->nodes[p->node].name));
		seen->op_type = cut(ol_name(m, m->nodes[p->node].op_type));
	}
	for (uint32_t i = 0; i < s->n_targets; i++)
		if (at->targets >> i & 1)
			targets[seen->n_targets++] = s->targets[i].name;
	ol_finding_locator(m, at, &b);
	seen->locator = cut(keep(&f->arena, &b, bad));
}

/* Suppressions that hold for this model and are not over. */
static int suppress(struct onnxlint *a, const struct ol_api_scene *s, const struct ol_ir *ir,
		    const struct ol_engine_options *o, struct ol_findings *f)
{
	struct ol_config *c = s->config;
	struct ol_config_suppression **hold;
	const struct ol_suppressed **words;
	struct ol_str targets[OL_API_TARGETS];
	uint32_t n = 0, since = 0;
	bool bad = false, late = false;

	if (!c || !c->n_suppressions)
		return 0;
	hold = calloc(c->n_suppressions, 2 * sizeof(*hold));
	if (!hold)
		return ol_api_no_memory(a);
	words = (const struct ol_suppressed **)(void *)(hold + c->n_suppressions);
	for (uint32_t i = 0; i < c->n_suppressions; i++) {
		struct ol_config_suppression *x = &c->suppressions[i];
		bool runs = false;

		if (!ol_config_holds(c, &x->paths, ol_str(s->path)))
			continue;
		/* one whose rules do not run has nothing to meet */
		for (uint32_t k = 0; k < s->rules->n && !runs; k++)
			for (uint32_t w = 0; w < x->rules.n && !runs; w++)
				runs = o->rule_on[k] &&
				       (!s->rules->at[k].for_each_target || s->n_targets) &&
				       ol_rule_selected(&s->rules->at[k], x->rules.at[w].text);
		if (!runs)
			continue;
		atomic_fetch_add(&x->tried, 1);
		hold[n++] = x;
	}
	for (uint32_t i = 0; n && i < f->n && !bad && !late; i++) {
		struct ol_config_seen seen;

		see(s, ir, f, &f->at[i], &seen, targets, &bad);
		for (uint32_t k = 0; k < n && !late; k++) {
			late = ol_clock_over(o->deadline, &since, CLOCK_EVERY);
			if (!ol_config_met(hold[k], &seen))
				continue;
			atomic_fetch_add(&hold[k]->met, 1);
			if (hold[k]->expired || f->at[i].suppressed)
				continue;
			if (!words[k])
				words[k] = why(f, hold[k], &bad);
			f->at[i].suppressed = words[k];
			f->suppressed++;
		}
	}
	free(hold);
	if (late)
		return ol_api_fail(a,
				   "%s: its suppressions took longer than the time limit: shorten "
				   "the list, or raise --time-limit",
				   c->path);
	return bad ? ol_api_no_memory(a) : 0;
}

static bool known(const struct ol_api_scene *s, const struct ol_engine_options *o,
		  struct ol_str rule)
{
	for (uint32_t i = 0; i < s->rules->n; i++)
		if (ol_str_eq(s->rules->at[i].id, rule))
			return o->rule_on[i];
	return false;
}

static int by_text(const void *x, const void *y)
{
	return ol_str_cmp(*(const struct ol_str *)x, *(const struct ol_str *)y);
}

/* What the baseline has of rules that ran, and nobody found. */
static int absent(struct onnxlint *a, const struct ol_api_scene *s,
		  const struct ol_engine_options *o, const struct ol_baseline_model *m,
		  struct ol_findings *f)
{
	uint32_t all = f->n + f->n_hidden;
	struct ol_str *have = calloc((size_t)all + 1, sizeof(*have));
	struct ol_absent *gone = OL_NEWN(&f->arena, struct ol_absent, m->n);

	if (!have || !gone) {
		free(have);
		return ol_api_no_memory(a);
	}
	for (uint32_t i = 0; i < all; i++)
		have[i] = ol_str(f->at[i].fingerprint);
	qsort(have, all, sizeof(*have), by_text);
	for (uint32_t i = 0; i < m->n; i++)
		if (!bsearch(&m->at[i].fingerprint, have, all, sizeof(*have), by_text) &&
		    known(s, o, m->at[i].rule))
			gone[f->n_absent++] = (struct ol_absent){m->at[i].rule, m->at[i].locator,
								 m->at[i].fingerprint};
	f->absent = gone;
	free(have);
	return 0;
}

static int compare(struct onnxlint *a, const struct ol_api_scene *s, const struct ol_model *model,
		   const struct ol_engine_options *o, struct ol_findings *f)
{
	const struct ol_baseline_model *m;

	if (!a->has_baseline)
		return 0;
	m = ol_baseline_of(&a->baseline, model->path);
	f->has_baseline = true;
	for (uint32_t i = 0; i < f->n; i++) {
		bool old = ol_baseline_find(m, ol_str(f->at[i].fingerprint)) != NULL;

		f->at[i].baseline = old ? OL_BASELINE_UNCHANGED : OL_BASELINE_NEW;
		f->in_baseline += old;
	}
	return m && model->complete ? absent(a, s, o, m, f) : 0;
}

/* Moves what is hidden behind the rest, and ranks the rest anew. */
static int set_aside(struct ol_findings *f, const struct ol_ir *ir,
		     bool (*hidden)(const struct ol_finding *f))
{
	struct ol_finding *behind;
	uint32_t n = 0, k = 0;

	for (uint32_t i = 0; i < f->n; i++)
		n += hidden(&f->at[i]);
	if (!n)
		return 0;
	behind = calloc(n, sizeof(*behind));
	if (!behind)
		return -1;
	for (uint32_t i = 0, h = 0; i < f->n; i++)
		if (hidden(&f->at[i]))
			behind[h++] = f->at[i];
		else
			f->at[k++] = f->at[i];
	memcpy(f->at + k, behind, n * sizeof(*behind));
	free(behind);
	f->n = k;
	f->n_hidden += n;
	return ol_findings_rank(f, ir);
}

static bool is_suppressed(const struct ol_finding *f)
{
	return f->suppressed != NULL;
}

static bool is_old(const struct ol_finding *f)
{
	return f->baseline == OL_BASELINE_UNCHANGED;
}

int ol_api_settle(struct onnxlint *a, const struct ol_api_scene *s, struct ol_ir *ir,
		  const struct ol_engine_options *o, struct ol_findings *f, struct ol_err *err)
{
	/* an audit is whole or an error: without memory ranks would not be the true ones */
	if ((f->n && ol_ir_blocks(ir)) || ol_findings_rank(f, ir))
		return -1;
	if (suppress(a, s, ir, o, f) || set_aside(f, ir, is_suppressed) ||
	    ol_engine_verdicts(ir, o, f, err))
		return -1;
	if (compare(a, s, ir->model, o, f) || set_aside(f, ir, is_old))
		return -1;
	for (uint32_t i = 0; i < f->n_hidden; i++)
		f->at[f->n + i].rank = f->n + i + 1;
	return 0;
}
