/* check.c: one model's way from bytes to a result. The model is freed before the result is handed out. */
#include <stdlib.h>

#include "api/api.h"
#include "engine/stand.h"
#include "util/clock.h"

static const char *z(struct ol_str s)
{
	return s.n ? s.p : "";
}

static int fill_finding(struct ol_arena *a, struct onnxlint_finding *to, const struct ol_report_finding *f)
{
	struct onnxlint_fix *fixes = OL_NEWN(a, struct onnxlint_fix, f->n_fixes);
	const char **targets = OL_NEWN(a, const char *, f->n_targets);

	if (!fixes || !targets)
		return -1;
	for (uint32_t i = 0; i < f->n_fixes; i++)
		fixes[i] = (struct onnxlint_fix){
			.title = z(f->fixes[i].title),
			.action = z(f->fixes[i].action),
			.applicability = ol_applicability_names[f->fixes[i].applicability],
		};
	for (uint32_t i = 0; i < f->n_targets; i++)
		targets[i] = z(f->targets[i]);
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
	};
	return 0;
}

static int fill(struct onnxlint_result *r, const struct onnxlint *a)
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
	r->findings = OL_NEWN(&v->arena, struct onnxlint_finding, v->n_findings);
	r->verdicts = OL_NEWN(&v->arena, struct onnxlint_verdict, v->n_verdicts);
	if (!r->findings || !r->verdicts)
		return -1;
	for (uint32_t i = 0; i < v->n_findings; i++) {
		if (fill_finding(&v->arena, &r->findings[i], &v->findings[i]))
			return -1;
		r->status |= v->findings[i].severity >= a->fail_on;
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
	/* findings past the limits are not kept, but a model is not well for it */
	if (v->dropped && a->fail_on < OL_SEV_COUNT && v->n_findings == 0)
		r->status = 1;
	return 0;
}

static struct onnxlint_result *result_new(struct onnxlint *a, const struct ol_model *m, const struct ol_findings *f)
{
	struct onnxlint_result *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->view = ol_report_model_new(m, f);
	if (!r->view || fill(r, a)) {
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

static struct onnxlint_result *audit(struct onnxlint *a, struct ol_model *m, uint64_t deadline)
{
	struct ol_engine_options o;
	struct ol_findings found;
	struct ol_err err = {0};
	struct onnxlint_result *r = NULL;
	struct ol_infer_options told = {.tell = true, .deadline = deadline};
	struct ol_infer *inf = NULL;
	struct ol_ir *ir = NULL;
	void *chosen = NULL;
	struct ol_weights weights = {0};

	ol_findings_init(&found);
	ol_engine_options_default(&o);
	o.targets = a->targets;
	o.n_targets = a->n_targets;
	o.max_findings = a->max_findings;
	o.max_per_rule = a->max_per_rule;
	o.deadline_ms = a->deadline_ms;
	o.deadline = deadline;
	if (ol_api_choose(a, m, &o, &chosen))
		goto out;
	ir = ol_ir_build(m, &err);
	if (!ir)
		goto fail;
	/* of a model that was not read whole, what is missing would be told as wrong */
	if (m->complete) {
		inf = ol_infer_run(ir, m, &told, &err);
		if (!inf)
			goto fail;
	}
	o.inf = inf;
	if (o.n_targets) {
		o.stands = ol_engine_stands(ir, &o, &found.arena);
		if (!o.stands)
			goto fail;
	}
	if (read_weights(a, m, &o, &weights))
		goto out;
	if (ol_engine_run(ir, &a->rules, &o, &found, NULL, &err))
		goto fail;
	/* a model that was not read whole is never without a finding; a rule set that lacks the rule is at fault */
	if (!m->complete && found.n == 0) {
		ol_api_fail(a, "%.*s: %.*s", OL_FMT(m->path),
			    OL_FMT(m->n_diags ? m->diags[0].message : OL_STR("not read whole")));
		goto out;
	}
	/* an audit is whole or an error: without memory ranks would not be the true ones */
	if ((found.n && ol_ir_blocks(ir)) || ol_findings_rank(&found, ir) || ol_engine_verdicts(ir, &o, &found, &err))
		goto fail;
	r = result_new(a, m, &found);
	if (r)
		goto out;
fail:
	ol_api_fail_err(a, &err);
out:
	free(chosen);
	ol_weights_free(&weights);
	ol_findings_free(&found);
	ol_infer_free(inf);
	ol_ir_free(ir);
	ol_model_free(m);
	return r;
}

/* Begins the clock of one model: reading, inference and rules share it. */
static struct ol_load_options begin(struct onnxlint *a)
{
	struct ol_load_options o = a->load;

	ol_api_begin(a);
	o.deadline = a->deadline_ms ? ol_clock_now() + a->deadline_ms * 1000000u : 0;
	return o;
}

struct onnxlint_result *onnxlint_check_file(struct onnxlint *a, const char *path)
{
	struct ol_load_options o = begin(a);
	struct ol_err err = {0};
	struct ol_model *m = ol_load_file(path, &o, &err);

	if (!m) {
		ol_api_fail_err(a, &err);
		return NULL;
	}
	return audit(a, m, o.deadline);
}

struct onnxlint_result *onnxlint_check_memory(struct onnxlint *a, const void *bytes, size_t n, const char *name)
{
	struct ol_load_options o = begin(a);
	struct ol_err err = {0};
	struct ol_model *m = ol_load_memory(bytes, n, name, &o, &err);

	if (!m) {
		ol_api_fail_err(a, &err);
		return NULL;
	}
	return audit(a, m, o.deadline);
}
