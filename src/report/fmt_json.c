/* fmt_json.c: schema onnxlint/1 (rules/schema/report-1.schema.json). Keys are only added within a schema version. */
#include <math.h>

#include "report/layout.h"
#include "report/report.h"
#include "report/statistics.h"

/* Keys of what is known, only. */
static void opt_str(struct ol_json *j, const char *key, struct ol_str s)
{
	if (s.n)
		ol_json_key_str(j, key, s);
}

static void opt_int(struct ol_json *j, const char *key, int64_t i)
{
	if (i < 0)
		return;
	ol_json_key(j, key);
	ol_json_int(j, i);
}

static void place(struct ol_json *j, const struct ol_report_place *p)
{
	opt_str(j, "graph", p->graph);
	if (p->has_node) {
		opt_str(j, "node", p->node);
		opt_int(j, "index", p->index);
		ol_json_key_str(j, "domain", p->domain);
		opt_str(j, "op_type", p->op_type);
	}
	opt_str(j, "function", p->function);
	opt_str(j, "value", p->value);
	opt_int(j, "offset", p->offset);
	opt_int(j, "length", p->length);
	opt_int(j, "line", p->line);
	opt_int(j, "column", p->column);
	opt_str(j, "where", p->where);
	opt_str(j, "locator", p->locator);
}

static void location(struct ol_json *j, const struct ol_report_place *p)
{
	ol_json_key_open(j, "location", '{');
	place(j, p);
	ol_json_close(j, '}');
}

static void reason(struct ol_json *j, const struct ol_report_reason *r)
{
	ol_json_open(j, '{');
	ol_json_key_str(j, "fact", ol_str(r->fact));
	ol_json_key_str(j, "value", r->value);
	ol_json_key_str(j, "is", r->is);
	ol_json_key_str(j, "text", r->text);
	if (r->from.n) {
		ol_json_key_open(j, "from", '{');
		ol_json_key_str(j, "value", r->from);
		ol_json_key_str(j, "role", ol_str(r->from_role));
		opt_str(j, "is", r->from_is);
		ol_json_close(j, '}');
	}
	ol_json_key_open(j, "chain", '[');
	for (uint32_t i = 0; i < r->n_steps; i++) {
		ol_json_open(j, '{');
		place(j, &r->steps[i].at);
		opt_str(j, "is", r->steps[i].is);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	if (r->omitted)
		ol_json_key_uint(j, "omitted", r->omitted);
	ol_json_close(j, '}');
}

static void fix(struct ol_json *j, const struct ol_fix_offer *f)
{
	uint8_t how = f->applicability <= OL_FIX_MANUAL ? f->applicability : OL_FIX_MANUAL;

	ol_json_open(j, '{');
	ol_json_key_str(j, "title", f->title);
	opt_str(j, "action", f->action);
	if (f->action.n && f->with.n) {
		ol_json_key_open(j, "with", '{');
		for (uint32_t i = 0; i < f->with.n; i++) {
			ol_json_keys(j, f->with.keys[i]);
			ol_json_str(j, f->with.values[i]);
		}
		ol_json_close(j, '}');
	}
	ol_json_key(j, "safe");
	ol_json_bool(j, how == OL_FIX_SAFE);
	ol_json_key_str(j, "applicability", ol_str(ol_applicability_names[how]));
	ol_json_close(j, '}');
}

static void finding(struct ol_json *j, const struct ol_report *r, const struct ol_report_model *m,
		    const struct ol_report_finding *f)
{
	ol_json_open(j, '{');
	ol_json_key_uint(j, "rank", f->rank);
	ol_json_key_str(j, "rule", f->rule);
	ol_json_key_str(j, "severity", ol_str(ol_severity_names[f->severity]));
	ol_json_key_str(j, "confidence", ol_str(ol_confidence_names[f->confidence]));
	ol_json_key(j, "score");
	ol_json_double(j, round(f->score * 100) / 100);
	ol_json_key_str(j, "message", f->message);
	location(j, &f->at);
	if (f->n_reasons) {
		ol_json_key_open(j, "because", '[');
		for (uint32_t i = 0; i < f->n_reasons; i++)
			reason(j, &f->reasons[i]);
		ol_json_close(j, ']');
	}
	ol_json_key_open(j, "targets", '[');
	for (uint32_t i = 0; i < f->n_targets; i++)
		ol_json_str(j, f->targets[i]);
	ol_json_close(j, ']');
	ol_json_key_str(j, "group", f->group);
	ol_json_key_uint(j, "group_size", f->group_size);
	ol_json_key_uint(j, "blocks", f->blocks);
	ol_json_key_str(j, "effort", ol_str(ol_effort_names[f->effort]));
	ol_json_key_open(j, "fixes", '[');
	for (uint32_t i = 0; i < f->n_fixes; i++)
		fix(j, &f->fixes[i]);
	ol_json_close(j, ']');
	ol_json_key_str(j, "fingerprint", f->fingerprint);
	ol_report_ranking_json(j, m, f, r->explain_score);
	if (f->baseline)
		ol_json_key_str(j, "baseline", ol_str(f->baseline == OL_BASELINE_NEW ? "new" : "unchanged"));
	if (f->suppressed) {
		ol_json_key_open(j, "suppressed", '{');
		ol_json_key_str(j, "reason", f->suppressed->reason);
		opt_str(j, "by", f->suppressed->by);
		opt_str(j, "expires", f->suppressed->expires);
		ol_json_key_str(j, "where", f->suppressed->where);
		ol_json_close(j, '}');
	}
	ol_json_close(j, '}');
}

static void baseline(struct ol_json *j, const struct ol_report_model *m)
{
	ol_json_key_open(j, "baseline", '{');
	ol_json_key_uint(j, "new", m->n_findings);
	ol_json_key_uint(j, "unchanged", m->in_baseline);
	ol_json_key_open(j, "absent", '[');
	for (uint32_t i = 0; i < m->n_absent; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "rule", m->absent[i].rule);
		opt_str(j, "locator", m->absent[i].locator);
		ol_json_key_str(j, "fingerprint", m->absent[i].fingerprint);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_close(j, '}');
}

static void verdict(struct ol_json *j, const struct ol_target_verdict *v)
{
	ol_json_open(j, '{');
	ol_json_key_str(j, "name", v->name);
	opt_str(j, "title", v->title);
	opt_str(j, "version", v->version);
	ol_json_key_str(j, "verdict", ol_str(v->verdict));
	ol_json_key(j, "score");
	ol_json_int(j, v->score);
	ol_json_key_uint(j, "nodes", v->nodes);
	ol_json_key_uint(j, "supported_nodes", v->supported_nodes);
	ol_json_key_uint(j, "unknown_nodes", v->unknown_nodes);
	ol_json_key_uint(j, "blocking", v->blocking);
	ol_json_key_uint(j, "blocking_groups", v->blocking_groups);
	ol_report_islands_json(j, v);
	ol_json_close(j, '}');
}

/* A domain imported twice would be a key written twice: the first one stands. */
static bool seen_before(const struct ol_report_model *m, uint32_t i)
{
	for (uint32_t k = 0; k < i && k < 1000; k++)
		if (ol_str_eq(m->opsets[k].domain, m->opsets[i].domain))
			return true;
	return false;
}

static void begin(struct ol_report *r)
{
	struct ol_json *j = &r->json;

	ol_json_init(j, &r->out, 1);
	ol_json_open(j, '{');
	ol_json_key_str(j, "schema", OL_STR("onnxlint/1"));
	ol_json_key_open(j, "tool", '{');
	ol_json_key_str(j, "name", OL_STR("onnxlint"));
	ol_json_key_str(j, "version", ol_str(r->version));
	ol_json_close(j, '}');
	ol_json_key_open(j, "models", '[');
}

static void model(struct ol_report *r, const struct ol_report_model *m)
{
	struct ol_json *j = &r->json;
	size_t from = r->out.n;

	ol_json_open(j, '{');
	ol_json_key_str(j, "path", m->path);
	opt_str(j, "config", m->config);
	opt_str(j, "custom_ops", m->custom_ops);
	ol_json_key_uint(j, "size", m->size);
	ol_json_key(j, "complete");
	ol_json_bool(j, m->complete);
	if (m->has_ir_version) {
		ol_json_key(j, "ir_version");
		ol_json_int(j, m->ir_version);
	}
	ol_json_key_open(j, "opsets", '{');
	for (uint32_t i = 0; i < m->n_opsets && i < 1000; i++) {
		if (seen_before(m, i))
			continue;
		ol_json_keys(j, m->opsets[i].domain);
		ol_json_int(j, m->opsets[i].version);
	}
	ol_json_close(j, '}');
	ol_json_key_str(j, "producer", m->producer);
	opt_str(j, "producer_version", m->producer_version);
	ol_json_key_open(j, "counts", '{');
	ol_json_key_uint(j, "nodes", m->nodes);
	ol_json_key_uint(j, "initializers", m->initializers);
	ol_json_key_uint(j, "parameters", m->parameters);
	ol_json_close(j, '}');
	ol_report_head_json(j, m);
	if (r->explain_score)
		ol_report_weights_json(j, &m->weights);
	ol_json_key_open(j, "targets", '[');
	for (uint32_t i = 0; i < m->n_verdicts; i++)
		verdict(j, &m->verdicts[i]);
	ol_json_close(j, ']');
	ol_report_matrix_json(j, m);
	ol_json_key_open(j, "findings", '[');
	for (uint32_t i = 0; i < m->n_findings + m->n_hidden; i++)
		finding(j, r, m, &m->findings[i]);
	ol_json_close(j, ']');
	ol_report_groups_json(j, m);
	if (m->has_baseline)
		baseline(j, m);
	ol_json_key_uint(j, "dropped", m->dropped);
	ol_json_key_uint(j, "suppressed", m->suppressed);
	ol_json_key_uint(j, "undecided", m->undecided);
	ol_json_key_uint(j, "rule_errors", m->rule_errors);
	ol_json_close(j, '}');
	ol_layout_guard(&r->out, from, ":", "\\u0023");
}

static void end(struct ol_report *r)
{
	struct ol_json *j = &r->json;

	ol_json_close(j, ']');
	ol_json_key_open(j, "summary", '{');
	for (int s = OL_SEV_COUNT - 1; s >= 0; s--)
		ol_json_key_uint(j, ol_severity_names[s], r->counts[s]);
	ol_json_close(j, '}');
	ol_statistics_json(r);
	ol_json_close(j, '}');
	ol_buf_char(&r->out, '\n');
}

const struct ol_format ol_format_json = {
	.name = "json",
	.about = "schema onnxlint/1, for programs",
	.begin = begin,
	.model = model,
	.end = end,
};
