/* run.c: one run: each rule that is on, once, or once a target; limits and the clock. */
#include <stdlib.h>
#include <time.h>

#include "engine/run.h"

enum { CLOCK_EVERY = 512, SCRATCH_BUDGET = 256 << 20, MAX_STEPS = 2000000 };

void ol_engine_options_default(struct ol_engine_options *o)
{
	*o = (struct ol_engine_options){.max_per_rule = 1000, .max_findings = 10000};
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool ol_run_over(struct ol_run *r)
{
	if (r->stopped || r->no_memory)
		return true;
	if (r->deadline && ++r->since_clock >= CLOCK_EVERY) {
		r->since_clock = 0;
		r->stopped = now() >= r->deadline;
	}
	return r->stopped;
}

/* An audit that was cut short must not pass for a clean one. */
static void tell_stopped(struct ol_run *r)
{
	struct ol_finding *f = ol_findings_add(r->out);

	if (!f) {
		r->no_memory = true;
		return;
	}
	f->rule = OL_STR("model/time-limit");
	f->severity = OL_SEV_ERROR;
	f->confidence = OL_CONF_CERTAIN;
	f->effort = OL_EFFORT_TRIVIAL;
	f->blast = OL_BLAST_MODEL;
	f->scope = OL_SCOPE_MODEL;
	f->message = ol_arena_printf(&r->out->arena, "the checks stopped at the time limit of %llu ms, at rule %.*s",
				     (unsigned long long)r->o->deadline_ms, OL_FMT(r->rule->id));
	f->group = OL_STR("");
	if (!f->message.p)
		r->no_memory = true;
}

static void run_rule(struct ol_run *r, uint32_t rule)
{
	const struct ol_rule *x = &r->rules->at[rule];
	uint32_t targets = x->for_each_target ? r->o->n_targets : 1;

	r->kept = 0;
	for (uint32_t t = 0; t < targets && !ol_run_over(r); t++) {
		ol_run_take(r, rule, x->for_each_target ? t : OL_NONE);
		if (r->builtin)
			ol_run_builtin(r);
		else if (!x->builtin.n)
			ol_run_match(r);
	}
}

static bool is_on(const struct ol_run *r, uint32_t rule)
{
	return r->o->rule_on ? r->o->rule_on[rule] != 0 : r->rules->at[rule].enabled;
}

static int prepare(struct ol_run *r)
{
	uint32_t slots = 1;

	for (uint32_t i = 0; i < r->rules->n; i++)
		if (r->rules->at[i].n_slots > slots)
			slots = r->rules->at[i].n_slots;
	r->eval.slots = OL_NEWN(&r->arena, struct ol_val, slots);
	r->eval.lazy_state = OL_NEWN(&r->arena, uint8_t, slots);
	r->lazy = OL_NEWN(&r->arena, const struct ol_expr *, slots);
	if (!r->eval.slots || !r->eval.lazy_state || !r->lazy)
		return -1;
	r->eval.lazy = r->lazy;
	r->eval.env = ol_facts_env();
	r->eval.scratch = &r->scratch;
	r->eval.host = &r->facts;
	r->eval.max_steps = MAX_STEPS;
	r->facts.targets = r->o->targets;
	r->facts.n_targets = r->o->n_targets;
	ol_hash_key(r->hash_key);
	return ol_facts_resolve(&r->facts, r->ir, &r->arena) || ol_run_index(r) ? -1 : 0;
}

int ol_engine_run(const struct ol_ir *ir, const struct ol_rules *rules, const struct ol_engine_options *o,
		  struct ol_findings *out, struct ol_rule_stats *stats, struct ol_err *err)
{
	struct ol_run r = {.ir = ir, .rules = rules, .o = o, .out = out};
	struct ol_rule_stats unasked = {0};
	int rc;

	ol_arena_init(&r.arena, 0);
	ol_arena_init(&r.scratch, SCRATCH_BUDGET);
	if (o->deadline_ms)
		r.deadline = now() + o->deadline_ms * 1000000u;
	r.no_memory = prepare(&r) != 0;
	for (uint32_t i = 0; i < rules->n && !r.no_memory && !r.stopped; i++) {
		uint64_t begin = stats ? now() : 0;

		if (!is_on(&r, i))
			continue;
		r.stats = stats ? &stats[i] : &unasked;
		run_rule(&r, i);
		if (stats)
			stats[i].ns += now() - begin;
		if (r.deadline && !r.stopped)
			r.stopped = now() >= r.deadline && i + 1 < rules->n;
	}
	if (r.stopped)
		tell_stopped(&r);
	out->dropped += ir->model->diags_dropped;
	rc = r.no_memory ? ol_err_set(err, OL_ERR_MEMORY, "%.*s: not enough memory to run the checks",
				      OL_FMT(ir->model->path))
			 : 0;
	ol_arena_free(&r.scratch);
	ol_arena_free(&r.arena);
	return rc;
}
