/* check.c: one model's way from bytes to a result. The model is freed before the result is handed out. */
#include <stdlib.h>

#include "api/api.h"
#include "engine/stand.h"
#include "util/clock.h"

static const char *z(struct ol_str s)
{
	return s.n ? s.p : "";
}

static int fill_finding(struct ol_arena *a, struct onnxlint_finding *to, const struct ol_report_finding *f, bool hidden)
{
	struct onnxlint_fix *fixes = OL_NEWN(a, struct onnxlint_fix, f->n_fixes);
	const char **targets = OL_NEWN(a, const char *, f->n_targets), **stops = OL_NEWN(a, const char *, f->n_stops);
	static const char *const baseline[] = {
		[OL_BASELINE_NONE] = "", [OL_BASELINE_NEW] = "new", [OL_BASELINE_UNCHANGED] = "unchanged"};

	if (!fixes || !targets || !stops)
		return -1;
	for (uint32_t i = 0; i < f->n_fixes; i++)
		fixes[i] = (struct onnxlint_fix){
			.title = z(f->fixes[i].title),
			.action = z(f->fixes[i].action),
			.applicability = ol_applicability_names[f->fixes[i].applicability],
		};
	for (uint32_t i = 0; i < f->n_targets; i++)
		targets[i] = z(f->targets[i]);
	for (uint32_t i = 0; i < f->n_stops; i++)
		stops[i] = z(f->stops[i]);
	*to = (struct onnxlint_finding){
		.rank = f->rank,
		.rule = z(f->rule),
		.severity = (enum onnxlint_severity)f->severity,
		.confidence = ol_confidence_names[f->confidence],
		.score = f->score,
		.message = z(f->message),
		.graph = z(f->at.graph),
		.node = z(f->at.node),
		.index = f->at.index,
		.domain = z(f->at.domain),
		.op_type = z(f->at.op_type),
		.value = z(f->at.value),
		.where = z(f->at.where),
		.locator = z(f->at.locator),
		.offset = f->at.offset,
		.length = f->at.length,
		.line = f->at.line,
		.column = f->at.column,
		.group = z(f->group),
		.group_size = f->group_size,
		.blocks = f->blocks,
		.fingerprint = z(f->fingerprint),
		.fixes = fixes,
		.n_fixes = f->n_fixes,
		.targets = targets,
		.n_targets = f->n_targets,
		.group_id = hidden ? 0 : f->group_id + 1,
		.cause = f->cause,
		.stops = stops,
		.n_stops = f->n_stops,
		.baseline = baseline[f->baseline],
		.suppressed = f->suppressed ? z(f->suppressed->reason) : "",
	};
	return 0;
}

static int fill(struct onnxlint_result *r, const struct ol_api_scene *s)
{
	struct ol_report_model *v = r->view;

	r->model = (struct onnxlint_model){
		.path = z(v->path),
		.size = v->size,
		.complete = v->complete,
		.ir_version = v->ir_version,
		.producer = z(v->producer),
		.producer_version = z(v->producer_version),
		.nodes = v->nodes,
		.initializers = v->initializers,
		.parameters = v->parameters,
		.opsets = v->n_opsets,
	};
	r->rules = s->rules;
	if (s->config) {
		v->config = ol_arena_str(&v->arena, ol_str(s->config->path));
		if (!v->config.p)
			return -1;
	}
	r->findings = OL_NEWN(&v->arena, struct onnxlint_finding, (size_t)v->n_findings + v->n_hidden);
	r->verdicts = OL_NEWN(&v->arena, struct onnxlint_verdict, v->n_verdicts);
	if (!r->findings || !r->verdicts)
		return -1;
	/* what is suppressed or in the baseline stands behind the others, and does not count */
	for (uint32_t i = 0; i < v->n_findings + v->n_hidden; i++) {
		if (fill_finding(&v->arena, &r->findings[i], &v->findings[i], i >= v->n_findings))
			return -1;
		if (i < v->n_findings)
			r->status |= v->findings[i].severity >= s->fail_on;
	}
	for (uint32_t i = 0; i < v->n_verdicts; i++)
		r->verdicts[i] = (struct onnxlint_verdict){
			.target = z(v->verdicts[i].name),
			.verdict = v->verdicts[i].verdict,
			.score = v->verdicts[i].score,
			.supported_nodes = v->verdicts[i].supported_nodes,
			.unknown_nodes = v->verdicts[i].unknown_nodes,
			.nodes = v->verdicts[i].nodes,
			.blocking = v->verdicts[i].blocking,
		};
	r->readiness = (struct onnxlint_readiness){v->readiness.verdict, v->readiness.score,   v->readiness.ready,
						   v->readiness.fixable, v->readiness.blocked, v->first.rank, 0};
	for (uint64_t bits = v->first.readies; bits; bits &= bits - 1)
		r->readiness.turns_ready++;
	/* findings past the limits are not kept, but a model is not well for it */
	if (v->dropped && s->fail_on < OL_SEV_COUNT && v->n_findings + v->n_hidden == 0)
		r->status = 1;
	return 0;
}

static struct onnxlint_result *result_new(const struct ol_api_scene *s, const struct ol_model *m, const struct ol_findings *f)
{
	struct onnxlint_result *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->view = ol_report_model_new(m, f);
	if (!r->view || fill(r, s)) {
		onnxlint_result_free(r);
		return NULL;
	}
	return r;
}

/* -1 with the error set. Of a model that was not read whole only the file is judged. */
static int read_weights(struct onnxlint *a, const struct ol_model *m, struct ol_engine_options *o, struct ol_weights *w)
{
	struct ol_weights_options how = a->weights;
	struct ol_err err = {0};

	how.deadline = o->deadline;
	if (!a->read_weights || !m->complete)
		return 0;
	if (ol_weights_scan(w, m, &how, &err))
		return err.message[0] ? ol_api_fail(a, "%.*s: %s", OL_FMT(m->path), err.message) : ol_api_no_memory(a);
	if (w->stopped)
		return ol_api_fail(a, "%.*s: stopped while its weights were read", OL_FMT(m->path));
	o->weights = w;
	return 0;
}

/* Work on one model, between its bytes and its result. */
struct work {
	const struct ol_api_scene *scene;
	struct ol_engine_options o;
	struct ol_findings found;
	struct ol_rule_stats *stats; /* by rule, when asked for */
	uint64_t at[OL_STEPS + 1];   /* when each step began */
	struct ol_infer *inf;
	struct ol_ir *ir;
	struct ol_weights weights;
	void *chosen;
};

static int run(struct onnxlint *a, struct work *w, struct ol_model *m, struct ol_err *err)
{
	struct ol_infer_options told = {.tell = true, .deadline = w->o.deadline};

	w->at[OL_STEP_GRAPH] = ol_clock_now();
	w->ir = ol_ir_build(m, err);
	if (!w->ir)
		return -1;
	w->at[OL_STEP_INFER] = ol_clock_now();
	/* of a model that was not read whole, what is missing would be told as wrong */
	if (m->complete) {
		w->inf = ol_infer_run(w->ir, m, &told, err);
		if (!w->inf)
			return -1;
	}
	w->o.inf = w->inf;
	w->at[OL_STEP_WEIGHTS] = ol_clock_now();
	if (read_weights(a, m, &w->o, &w->weights))
		return -1;
	w->at[OL_STEP_RULES] = a->read_weights ? ol_clock_now() : w->at[OL_STEP_WEIGHTS];
	if (w->o.n_targets) {
		w->o.stands = ol_engine_stands(w->ir, &w->o, &w->found.arena);
		if (!w->o.stands)
			return -1;
	}
	if (ol_engine_run(w->ir, w->scene->rules, &w->o, &w->found, w->stats, err))
		return -1;
	w->at[OL_STEPS] = ol_clock_now();
	/* a model that was not read whole is never without a finding; a rule set that lacks the rule is at fault */
	if (!m->complete && w->found.n == 0)
		return ol_err_set(err, OL_ERR_INTERNAL, "%.*s: %.*s", OL_FMT(m->path),
				  OL_FMT(m->n_diags ? m->diags[0].message : OL_STR("not read whole")));
	return ol_api_settle(a, w->scene, w->ir, &w->o, &w->found, err);
}

/* Where the time went, for --statistics. */
static int tell_stats(struct onnxlint_result *r, const struct work *w)
{
	struct ol_arena *arena = &r->view->arena;
	struct ol_report_stats *s = OL_NEW(arena, struct ol_report_stats);
	const struct ol_rules *rules = w->scene->rules;

	if (!s)
		return -1;
	for (int i = 0; i < OL_STEPS; i++)
		s->ns[i] = w->at[i + 1] - w->at[i];
	s->rules = OL_NEWN(arena, struct ol_report_cost, rules->n);
	if (!s->rules)
		return -1;
	for (uint32_t i = 0; i < rules->n; i++)
		if (w->o.rule_on[i])
			s->rules[s->n++] = (struct ol_report_cost){ol_arena_str(arena, rules->at[i].id), w->stats[i].candidates,
								   w->stats[i].matches, w->stats[i].ns};
	r->view->stats = s;
	return arena->refused ? -1 : 0;
}

static struct onnxlint_result *audit(struct onnxlint *a, const struct ol_api_scene *s, struct ol_model *m, uint64_t began,
				     ol_api_look *look, void *user)
{
	struct work w = {.scene = s, .at = {began}};
	struct onnxlint_result *r = NULL;
	struct ol_err err = {0};

	ol_findings_init(&w.found);
	ol_engine_options_default(&w.o);
	w.o.targets = s->targets;
	w.o.n_targets = s->n_targets;
	w.o.max_findings = a->max_findings;
	w.o.max_per_rule = a->max_per_rule;
	w.o.deadline_ms = a->deadline_ms;
	w.o.score = &a->score;
	w.o.deadline = s->load.deadline;
	w.stats = a->statistics ? calloc((size_t)s->rules->n + 1, sizeof(*w.stats)) : NULL;
	if (ol_score_weights_check(&a->score, &err) || (a->statistics && !w.stats) || ol_api_choose(a, s, m, &w.o, &w.chosen) || run(a, &w, m, &err) ||
	    (look && look(user, w.ir, w.inf))) {
		if (err.message[0] || !a->error.n)
			ol_api_fail_err(a, &err);
	} else {
		r = result_new(s, m, &w.found);
		if (!r || (w.stats && tell_stats(r, &w))) {
			ol_api_no_memory(a);
			onnxlint_result_free(r);
			r = NULL;
		}
	}
	free(w.stats);
	free(w.chosen);
	ol_weights_free(&w.weights);
	ol_findings_free(&w.found);
	ol_infer_free(w.inf);
	ol_ir_free(w.ir);
	ol_model_free(m);
	return r;
}

/* path or bytes; what holds is that of the model at `as` */
static struct onnxlint_result *check(struct onnxlint *a, const char *path, const char *as, const void *bytes, size_t n,
				     ol_api_look *look, void *user)
{
	uint64_t began = ol_clock_now();
	struct onnxlint_result *r = NULL;
	struct ol_api_scene s;
	struct ol_err err = {0};
	struct ol_model *m;

	ol_api_begin(a);
	if (ol_api_scene(a, as, &s)) {
		ol_api_scene_free(&s);
		return NULL;
	}
	/* reading, inference and rules share the clock of the model */
	s.load.deadline = a->deadline_ms ? began + a->deadline_ms * 1000000u : 0;
	m = bytes ? ol_load_memory(bytes, n, path, &s.load, &err) : ol_load_file(path, &s.load, &err);
	if (m)
		r = audit(a, &s, m, began, look, user);
	else
		ol_api_fail_err(a, &err);
	ol_api_scene_free(&s);
	return r;
}

struct onnxlint_result *onnxlint_check_file(struct onnxlint *a, const char *path)
{
	return check(a, path, path, NULL, 0, NULL, NULL);
}

struct onnxlint_result *onnxlint_check_memory(struct onnxlint *a, const void *bytes, size_t n, const char *name)
{
	return check(a, name, name, bytes ? bytes : "", n, NULL, NULL);
}

struct onnxlint_result *ol_api_check(struct onnxlint *a, const char *path, const char *as, ol_api_look *look, void *user)
{
	return check(a, path, as, NULL, 0, look, user);
}
