/* run_hit.c: one thing, one rule: asks `when`, then grades, words and offers fixes.
 *
 * Named parts (`let`) are lazy slots: evaluated on first use, so what `when` did not need and no
 * text names costs nothing. An unknown answer is counted and is never a finding; an error is the
 * rule's fault and is kept for -v. */
#include <stdio.h>

#include "engine/run.h"
#include "util/buf.h"

enum { MOST_TEXT = 2000, MOST_KEY = 500 };

/* ---- taking up a rule ---- */
static uint32_t n_vars_of(const struct ol_builtin *b)
{
	uint32_t n = 0;

	while (b && b->vars && b->vars[n].name)
		n++;
	return n;
}

static const struct ol_builtin *builtin_of(const struct ol_rule *rule)
{
	for (uint32_t i = 0; rule->builtin.n && ol_builtins[i]; i++)
		if (ol_str_is(rule->builtin, ol_builtins[i]->name))
			return ol_builtins[i];
	return NULL;
}

void ol_run_seat_init(struct ol_run_seat *s, const struct ol_rule *rule)
{
	uint32_t own;

	s->rule = rule;
	s->builtin = builtin_of(rule);
	/* slots: model, the scope's own (unless that is the model), target, the builtin's, lets */
	s->first_let = rule->n_slots - rule->n_lets;
	s->first_var = s->first_let - n_vars_of(s->builtin);
	s->target_slot = s->first_var - (rule->for_each_target ? 1 : 0);
	own = s->target_slot - 1;
	s->own_slot = own ? own : OL_NONE;
}

static void lay_out(struct ol_run *r)
{
	const struct ol_run_seat *s = r->at;

	for (uint32_t i = 0; i < s->rule->n_slots; i++) {
		r->lazy[i] = i < s->first_let ? NULL : s->rule->lets[i - s->first_let].expr;
		r->eval.slots[i] = ol_v_unknown();
		r->eval.lazy_state[i] = 0;
	}
	r->eval.slots[0] = ol_v_obj(OL_CLS_MODEL, 0, 0);
	if (s->rule->for_each_target && r->target != OL_NONE)
		r->eval.slots[s->target_slot] =
		    ol_v_obj(OL_CLS_TARGET, (uintptr_t)&r->o->targets[r->target], 0);
	r->laid = s;
}

/* ---- evaluating ---- */
static struct ol_val value(struct ol_run *r, const struct ol_expr *x)
{
	struct ol_val v;

	r->eval.steps = 0;
	v = ol_expr_eval(&r->eval, x);
	r->at->stats->steps += r->eval.steps;
	if (v.kind == OL_V_ERROR) {
		r->out->rule_errors++;
		if (r->at->stats->errors++ == 0)
			snprintf(r->at->stats->error, sizeof(r->at->stats->error), "%.*s",
				 OL_FMT(v.u.s));
	}
	return v;
}

static enum ol_answer truth(struct ol_run *r, const struct ol_expr *x)
{
	struct ol_val v = value(r, x);

	if (v.kind == OL_V_BOOL)
		return v.u.b ? OL_ANSWER_YES : OL_ANSWER_NO;
	return OL_ANSWER_UNKNOWN;
}

enum ol_answer ol_run_ask(struct ol_run *r, struct ol_val own, const struct ol_val *vars)
{
	const struct ol_run_seat *s = r->at;

	if (r->laid != s)
		lay_out(r);
	if (s->own_slot != OL_NONE)
		r->eval.slots[s->own_slot] = own;
	for (uint32_t i = s->first_var; vars && i < s->first_let; i++)
		r->eval.slots[i] = vars[i - s->first_var];
	for (uint32_t i = s->first_let; i < s->rule->n_slots; i++) {
		r->eval.slots[i] = ol_v_unknown();
		r->eval.lazy_state[i] = 0;
	}
	return s->rule->when ? truth(r, s->rule->when) : OL_ANSWER_YES;
}

/* ---- writing down ---- */
/* Cuts at a character's start, so that the text stays UTF-8. */
static struct ol_str cut(struct ol_str s, size_t most)
{
	if (s.n <= most)
		return s;
	for (s.n = most; s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
		s.n--;
	return s;
}

static struct ol_str text(struct ol_run *r, const struct ol_template *t, size_t most)
{
	struct ol_buf b = {0};
	struct ol_str s;
	bool shortened;

	for (uint32_t i = 0; i < t->n && b.n <= most; i++) {
		struct ol_val v;

		if (!t->parts[i].expr) {
			ol_buf_str(&b, t->parts[i].text);
			continue;
		}
		v = value(r, t->parts[i].expr);
		if (v.kind == OL_V_UNKNOWN || v.kind == OL_V_ERROR)
			ol_buf_char(&b, '?');
		else
			ol_v_print(&r->eval, v, &b);
	}
	shortened = b.n > most;
	s = cut(ol_buf_view(&b), most);
	if (b.failed)
		r->no_memory = true;
	else if (shortened)
		s = ol_arena_printf(&r->out->arena, "%.*s…", OL_FMT(s));
	else
		s = s.n ? ol_arena_str(&r->out->arena, s) : OL_STR("");
	ol_buf_free(&b);
	if (!s.p)
		r->no_memory = true;
	return s;
}

static void offer(struct ol_run *r, const struct ol_rule_fix *x, struct ol_fix_offer *f)
{
	struct ol_str *keys, *values;

	f->title = text(r, &x->title, MOST_TEXT);
	f->action = x->action;
	f->applicability = x->applicability;
	if (!x->n_with)
		return;
	keys = OL_NEWN(&r->out->arena, struct ol_str, x->n_with);
	values = OL_NEWN(&r->out->arena, struct ol_str, x->n_with);
	if (!keys || !values) {
		r->no_memory = true;
		return;
	}
	for (uint32_t i = 0; i < x->n_with; i++) {
		keys[i] = x->with_keys[i];
		/* a parameter is never shortened: half a name names another thing */
		values[i] = text(r, &x->with_values[i], SIZE_MAX / 4);
	}
	f->with = (struct ol_kvs_text){keys, values, x->n_with};
}

static void offers(struct ol_run *r, struct ol_finding *f)
{
	const struct ol_rule *rule = r->at->rule;
	struct ol_fix_offer *fixes;
	uint32_t n = 0;

	if (!rule->n_fixes)
		return;
	fixes = OL_NEWN(&r->out->arena, struct ol_fix_offer, rule->n_fixes);
	if (!fixes) {
		r->no_memory = true;
		return;
	}
	for (uint32_t i = 0; i < rule->n_fixes; i++) {
		const struct ol_rule_fix *x = &rule->fixes[i];

		if (!x->when || truth(r, x->when) == OL_ANSWER_YES)
			offer(r, x, &fixes[n++]);
	}
	f->fixes = fixes;
	f->n_fixes = n;
}

static void grade(struct ol_run *r, struct ol_finding *f)
{
	const struct ol_rule *rule = r->at->rule;

	f->severity = rule->severity;
	f->confidence = rule->confidence;
	for (uint32_t i = 0; i < rule->n_severity_when; i++) {
		const struct ol_rule_severity *s = &rule->severity_when[i];

		if (truth(r, s->when) != OL_ANSWER_YES)
			continue;
		if (s->severity >= 0)
			f->severity = (uint8_t)s->severity;
		if (s->confidence >= 0)
			f->confidence = (uint8_t)s->confidence;
		break;
	}
	f->by_rule = f->severity;
	if (r->at->severity >= 0) /* the user's word is the last */
		f->severity = (uint8_t)r->at->severity;
}

/* Where the facts come from that a check's hit hangs on: traced now, as most hits come to nothing. */
static void trace(struct ol_run *r, struct ol_finding *f)
{
	const struct ol_check *c = r->check;
	const struct ol_infer *inf = r->o->inf;
	struct ol_reason *to;
	uint32_t n = c && inf ? c->n_facts + c->reasons.n : 0;

	if (!n)
		return;
	to = OL_NEWN(&r->out->arena, struct ol_reason, n);
	if (!to)
		return; /* the arena notes it */
	f->reasons = to;
	for (uint32_t i = 0; i < c->n_facts; i++)
		f->n_reasons +=
		    ol_reason_make(inf, (enum ol_origin_of)c->facts[i].of, c->facts[i].value, NULL,
				   &r->out->arena, &to[f->n_reasons]);
	for (uint32_t i = 0; i < c->reasons.n && c->reasons.first + i < inf->n_reasons; i++)
		f->n_reasons += ol_reason_copy(&inf->reasons[c->reasons.first + i], &r->out->arena,
					       &to[f->n_reasons]);
}

/* May a hit of the rule be an error? Its own grades are not asked for once it is dropped. */
static bool may_be_error(const struct ol_run_seat *s)
{
	if (s->severity >= 0)
		return s->severity == OL_SEV_ERROR;
	for (uint32_t i = 0; i < s->rule->n_severity_when; i++)
		if (s->rule->severity_when[i].severity == OL_SEV_ERROR)
			return true;
	return s->rule->severity == OL_SEV_ERROR;
}

bool ol_run_full(struct ol_run *r)
{
	const struct ol_run_seat *s = r->at;

	if (s->kept < r->o->max_per_rule && r->out->n < r->o->max_findings)
		return false;
	r->out->dropped++;
	if (may_be_error(s))
		r->out
		    ->dropped_errors[s->rule->for_each_target && r->target < 64 ? r->target : 64]++;
	return true;
}

void ol_run_tell(struct ol_run *r, enum ol_answer a, struct ol_place place)
{
	const struct ol_rule *rule = r->at->rule;
	struct ol_finding *f;

	if (a == OL_ANSWER_UNKNOWN) {
		r->at->stats->unknown++;
		r->out->undecided++;
	} else if (a == OL_ANSWER_YES) {
		r->at->stats->matches++;
		if (!ol_run_full(r)) {
			r->at->kept++;
			f = ol_findings_add(r->out);
			if (f) {
				f->rule = rule->id;
				f->scope = rule->scope;
				f->effort = rule->effort;
				f->blast = rule->blast;
				f->targets = rule->for_each_target && r->target != OL_NONE
						 ? (uint64_t)1 << r->target
						 : 0;
				f->place = place;
				grade(r, f);
				f->message = text(r, &rule->message, MOST_TEXT);
				f->group = text(r, &rule->root_cause, MOST_KEY);
				offers(r, f);
				trace(r, f);
			} else {
				r->no_memory = true;
			}
		}
	}
}
