/* run.c: one run: each rule that is on, once, or once a target; limits and the clock. */
#include <stdlib.h>

#include "engine/run.h"
#include "util/clock.h"

enum { CLOCK_EVERY = 512, SCRATCH_BUDGET = 256 << 20, MAX_STEPS = 2000000 };

void ol_engine_options_default(struct ol_engine_options *o)
{
	*o = (struct ol_engine_options){.max_per_rule = 1000, .max_findings = 10000};
}

bool ol_run_over(struct ol_run *r)
{
	/* a fact that could not be laid out is an error value, which would pass for an unknown fact */
	r->no_memory |= r->scratch.refused || r->out->arena.refused;
	if (r->stopped || r->no_memory)
		return true;
	r->stopped = ol_clock_over(r->deadline, &r->since_clock, CLOCK_EVERY);
	return r->stopped;
}

/* An audit that was cut short must not pass for a clean one. */
static void tell_stopped(struct ol_run *r)
{
	struct ol_finding *f = ol_findings_add(r->out);
	unsigned long long ms = r->o->deadline_ms;

	if (!f) {
		r->no_memory = true;
		return;
	}
	f->rule = OL_STR("model/time-limit");
	f->severity = f->by_rule = OL_SEV_ERROR;
	f->confidence = OL_CONF_CERTAIN;
	f->effort = OL_EFFORT_TRIVIAL;
	f->blast = OL_BLAST_MODEL;
	f->scope = OL_SCOPE_MODEL;
	if (r->at)
		f->message = ol_arena_printf(
		    &r->out->arena, "the checks stopped at the time limit of %llu ms, at rule %.*s",
		    ms, OL_FMT(r->at->rule->id));
	else
		f->message = ol_arena_printf(
		    &r->out->arena,
		    "%s stopped at the time limit of %llu ms, before any rule ran: raise it with "
		    "--time-limit",
		    r->ir->model->late		       ? "reading"
		    : r->o->weights && r->o->weights->late ? "reading of weights"
							   : "inference of types and shapes",
		    ms);
	f->group = OL_STR("");
	if (!f->message.p)
		r->no_memory = true;
}

/* Runs n rules that share a check in C, or one rule without, for each target or once. */
static void run_seats(struct ol_run *r, struct ol_run_seat *const *seats, uint32_t n)
{
	bool each = seats[0]->rule->for_each_target;
	uint32_t times = each ? r->o->n_targets : 1;
	uint64_t begin = r->timed ? ol_clock_now() : 0, spent;

	for (uint32_t t = 0; t < times && !ol_run_over(r); t++) {
		r->target = each ? t : OL_NONE;
		r->at = seats[0];
		r->laid = NULL;
		for (uint32_t i = 0; i < n; i++)
			seats[i]->kept = 0;
		if (seats[0]->builtin)
			ol_run_builtin(r, seats, n);
		else
			ol_run_match(r);
	}
	spent = r->timed ? ol_clock_now() - begin : 0;
	for (uint32_t i = 0; i < n; i++)
		seats[i]->stats->ns += spent / n;
	if (r->deadline && !r->stopped)
		r->stopped = ol_clock_now() >= r->deadline;
}

/* Rules without a check in C first, as in the set; then those with, one check after the other. */
static int by_check(const void *a, const void *b)
{
	const struct ol_run_seat *x = *(struct ol_run_seat *const *)a,
				 *y = *(struct ol_run_seat *const *)b;
	int c = (x->builtin != NULL) - (y->builtin != NULL);

	if (!c && x->builtin)
		c = strcmp(x->builtin->name, y->builtin->name);
	if (!c)
		c = x->rule->for_each_target - y->rule->for_each_target;
	return c ? c : (x->rule > y->rule) - (x->rule < y->rule);
}

static bool share(const struct ol_run_seat *a, const struct ol_run_seat *b)
{
	return a->builtin && a->builtin == b->builtin && !a->builtin->by_rule &&
	       a->rule->for_each_target == b->rule->for_each_target;
}

static void run_all(struct ol_run *r, struct ol_run_seat **order, uint32_t n)
{
	qsort(order, n, sizeof(*order), by_check);
	for (uint32_t i = 0, k; i < n && !ol_run_over(r); i = k) {
		for (k = i + 1; k < n && share(order[i], order[k]);)
			k++;
		run_seats(r, order + i, k - i);
	}
}

static bool is_on(const struct ol_run *r, uint32_t rule)
{
	return r->o->rule_on ? r->o->rule_on[rule] != 0 : r->rules->at[rule].enabled;
}

/* A rule for operators none of which is so much as a name in the model costs a look-up and no more:
 * a team may keep thousands of them. */
static bool absent(const struct ol_run *r, const struct ol_rule *rule)
{
	const struct ol_names *ops = &rule->match.op;

	if (rule->scope != OL_SCOPE_NODE || rule->builtin.n || !ops->n)
		return false;
	for (uint32_t i = 0; i < ops->n; i++)
		if (ol_intern_find(&r->ir->model->names, ops->at[i]) != UINT32_MAX)
			return false;
	return true;
}

/* Of a model that was not read whole, only what is said of the file itself is certain. */
static bool takes_part(const struct ol_run *r, uint32_t i)
{
	const struct ol_rule *rule = &r->rules->at[i];

	return is_on(r, i) && (r->ir->model->complete || ol_str_is(rule->family, "model")) && !absent(r, rule);
}

/* The rules that are on. A rule whose check in C this program lacks never runs: the compiler has
 * refused it. */
static struct ol_run_seat **take_seats(struct ol_run *r, struct ol_rule_stats *stats,
				       struct ol_rule_stats *unasked, uint32_t *n)
{
	uint32_t *rows = ol_arena_alloc(&r->arena, r->rules->n * sizeof(*rows)), n_rows = 0;
	struct ol_run_seat *seats, **order;

	for (uint32_t i = 0; rows && i < r->rules->n; i++)
		if (takes_part(r, i))
			rows[n_rows++] = i;
	seats = OL_NEWN(&r->arena, struct ol_run_seat, n_rows);
	order = OL_NEWN(&r->arena, struct ol_run_seat *, n_rows);
	*n = 0;
	if (!rows || !seats || !order)
		return NULL;
	for (uint32_t k = 0; k < n_rows; k++) {
		uint32_t i = rows[k];
		const struct ol_rule *rule = &r->rules->at[i];
		struct ol_run_seat *s = &seats[*n];

		ol_run_seat_init(s, rule);
		if (rule->builtin.n && !s->builtin)
			continue;
		s->stats = stats ? &stats[i] : unasked;
		s->severity = r->o->rule_severity ? r->o->rule_severity[i] : -1;
		order[(*n)++] = s;
	}
	return order;
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
	r->facts.inf = r->o->inf;
	r->facts.weights = r->o->weights;
	r->facts.targets = r->o->targets;
	r->facts.n_targets = r->o->n_targets;
	r->eval.regexes = ol_regexes_new();
	ol_hash_key(r->hash_key);
	return ol_facts_resolve(&r->facts, r->ir, &r->arena) || ol_run_index(r) ? -1 : 0;
}

int ol_engine_run(const struct ol_ir *ir, const struct ol_rules *rules,
		  const struct ol_engine_options *o, struct ol_findings *out,
		  struct ol_rule_stats *stats, struct ol_err *err)
{
	struct ol_run r = {.ir = ir, .rules = rules, .o = o, .out = out, .timed = stats != NULL};
	struct ol_rule_stats unasked = {0};
	struct ol_run_seat **order;
	uint32_t n;
	int rc;

	out->how = (struct ol_rank_options){.weights = o->score ? *o->score : ol_score_defaults,
					    .inf = o->inf,
					    .targets = o->targets,
					    .n_targets = o->n_targets,
					    .unread = !ir->model->complete};
	ol_arena_init(&r.arena, 0);
	ol_arena_init(&r.scratch, SCRATCH_BUDGET);
	if (o->deadline_ms)
		r.deadline = o->deadline ? o->deadline : ol_clock_now() + o->deadline_ms * 1000000u;
	r.stopped = ir->model->late || (o->inf && o->inf->late);
	order = take_seats(&r, stats, &unasked, &n);
	if (!order || prepare(&r))
		r.no_memory = true;
	else
		run_all(&r, order, n);
	r.no_memory |= r.scratch.refused || r.arena.refused || out->arena.refused;
	if (r.stopped)
		tell_stopped(&r);
	out->dropped += ir->model->diags_dropped;
	rc = r.no_memory
		 ? ol_err_set(err, OL_ERR_MEMORY, "%.*s: not enough memory to run the checks",
			      OL_FMT(ir->model->path))
		 : 0;
	ol_regexes_free(r.eval.regexes);
	ol_arena_free(&r.scratch);
	ol_arena_free(&r.arena);
	return rc;
}
