/* fmt_text.c: what a person reads: the model, its verdicts, what to fix first, then the groups of findings by rank.
 *
 * A group is what one root cause made: its places are listed (five, all with -v), its reason and fixes told once. Notes
 * are told in short. */
#include <stdio.h>

#include "report/layout.h"
#include "report/report.h"
#include "report/statistics.h"
#include "util/text.h"

enum { PLACES = 5, NAME_MAX_COLUMNS = 200, MESSAGE_MAX_COLUMNS = 2000, HANG = 9 };

static const enum ol_paint severity_paint[OL_SEV_COUNT] = {
	[OL_SEV_NOTE] = OL_PAINT_CYAN,
	[OL_SEV_WARNING] = OL_PAINT_YELLOW,
	[OL_SEV_ERROR] = OL_PAINT_RED,
};

static void count(struct ol_buf *out, uint64_t n, const char *one, const char *many)
{
	ol_text_count(out, n);
	ol_buf_char(out, ' ');
	ol_buf_z(out, n == 1 ? one : many);
}

static void plain(struct ol_buf *out, struct ol_str s)
{
	ol_text_plain(out, s, NAME_MAX_COLUMNS);
}

static void counts(struct ol_buf *out, const uint64_t n[OL_SEV_COUNT])
{
	count(out, n[OL_SEV_ERROR], "error, ", "errors, ");
	count(out, n[OL_SEV_WARNING], "warning, ", "warnings, ");
	count(out, n[OL_SEV_NOTE], "note", "notes");
}

static void opsets(struct ol_buf *out, const struct ol_report_model *m)
{
	for (uint32_t i = 0; i < m->n_opsets && i < 5; i++) {
		const struct ol_report_opset *o = &m->opsets[i];

		ol_buf_z(out, i ? ", " : "  ");
		if (o->domain.n == 0 || ol_str_is(o->domain, "ai.onnx"))
			ol_buf_z(out, "opset");
		else
			plain(out, o->domain);
		ol_buf_printf(out, " %lld", (long long)o->version);
	}
	if (m->n_opsets > 5)
		ol_buf_printf(out, ", and %u more domains", (unsigned)m->n_opsets - 5);
}

static void header(const struct ol_layout *l, const struct ol_report_model *m)
{
	struct ol_buf path = {0};
	struct ol_buf *out = l->out;

	plain(&path, m->path);
	ol_layout_paint(l, OL_PAINT_BOLD, path.p ? path.p : "");
	out->failed |= path.failed;
	ol_buf_free(&path);
	opsets(out, m);
	ol_buf_z(out, m->n_opsets ? ", " : "  ");
	if (m->has_ir_version)
		ol_buf_printf(out, "IR %lld, ", (long long)m->ir_version);
	if (m->producer.n) {
		ol_text_plain(out, m->producer, 100);
		if (m->producer_version.n) {
			ol_buf_char(out, ' ');
			ol_text_plain(out, m->producer_version, 40);
		}
		ol_buf_z(out, ", ");
	}
	if (m->complete || m->nodes) {
		count(out, m->nodes, "node", "nodes");
		ol_buf_z(out, ", ");
	}
	ol_text_bytes(out, m->size);
	ol_buf_char(out, '\n');
}

static void verdicts(const struct ol_layout *l, const struct ol_report *r, const struct ol_report_model *m)
{
	for (uint32_t i = 0; i < m->n_verdicts; i++) {
		const struct ol_target_verdict *v = &m->verdicts[i];
		bool ready = strcmp(v->verdict, "ready") == 0, blocked = strcmp(v->verdict, "blocked") == 0;

		ol_buf_z(l->out, "  ");
		plain(l->out, v->name);
		ol_buf_char(l->out, ' ');
		ol_layout_paint(l, ready ? OL_PAINT_GREEN : blocked ? OL_PAINT_RED : OL_PAINT_YELLOW, v->verdict);
		ol_buf_printf(l->out, "  score %d, ", v->score);
		ol_text_count(l->out, v->supported_nodes);
		ol_buf_z(l->out, " of ");
		count(l->out, v->nodes, "node supported", "nodes supported");
		if (v->unknown_nodes) {
			ol_buf_z(l->out, ", ");
			ol_text_count(l->out, v->unknown_nodes);
			ol_buf_z(l->out, " unknown");
		}
		if (v->blocking) {
			ol_buf_z(l->out, ", ");
			ol_text_count(l->out, v->blocking);
			ol_buf_z(l->out, " blocking");
		}
		ol_buf_char(l->out, '\n');
		if (r->explain_score)
			ol_report_verdict_terms(l, m, v);
		ol_report_islands(l, v);
	}
	ol_report_overall(l, m);
}

static void label(const struct ol_layout *l, const char *name)
{
	ol_buf_z(l->out, "  ");
	if (*name)
		ol_layout_paint(l, OL_PAINT_DIM, name);
	for (size_t n = strlen(name); n < HANG - 2; n++)
		ol_buf_char(l->out, ' ');
}

static void group_head(const struct ol_layout *l, const struct ol_report_finding *f, uint32_t n, bool nodes)
{
	ol_layout_paint(l, severity_paint[f->severity], ol_severity_names[f->severity]);
	ol_buf_char(l->out, ' ');
	plain(l->out, f->rule);
	if (f->convert_to && n > 1) {
		ol_buf_printf(l->out, "  %u targets", (unsigned)n);
	} else {
		for (uint32_t i = 0; i < f->n_targets; i++) {
			ol_buf_z(l->out, i ? ", " : "  ");
			plain(l->out, f->targets[i]);
		}
	}
	if (n > 1 && !f->convert_to) {
		ol_buf_z(l->out, "  (");
		ol_text_count(l->out, n);
		ol_buf_z(l->out, nodes ? " nodes" : " places");
		if (f->instances)
			ol_buf_printf(l->out, ", same block x%u", (unsigned)f->instances);
		if (f->origin.n) {
			ol_buf_z(l->out, ", type from ");
			plain(l->out, f->origin);
		}
		ol_buf_char(l->out, ')');
	}
	ol_buf_printf(l->out, "  score %.0f", f->score);
	if (f->confidence != OL_CONF_CERTAIN)
		ol_buf_printf(l->out, ", %s", ol_confidence_names[f->confidence]);
	ol_buf_char(l->out, '\n');
}

/* Which nodes the facts were derived by: a line each, where there are any. */
static void because(const struct ol_layout *l, const struct ol_report_finding *f)
{
	for (uint32_t i = 0; i < f->n_reasons; i++) {
		if (!f->reasons[i].n_steps)
			continue;
		ol_buf_z(l->out, "  ");
		ol_layout_text(l, f->reasons[i].text, 2, 4, MESSAGE_MAX_COLUMNS);
		ol_buf_char(l->out, '\n');
	}
}

/* What is of another rule is said with its rule: it is there because of the head. */
static void place(const struct ol_layout *l, const struct ol_report_finding *f, const struct ol_report_finding *head)
{
	if (!ol_str_eq(f->rule, head->rule)) {
		ol_layout_paint(l, severity_paint[f->severity], ol_severity_names[f->severity]);
		ol_buf_char(l->out, ' ');
		plain(l->out, f->rule);
		ol_buf_z(l->out, " at ");
	}
	ol_layout_text(l, f->at.where, HANG, HANG, NAME_MAX_COLUMNS * 3);
	if (f->at.line >= 0)
		ol_buf_printf(l->out, ", line %lld", (long long)f->at.line);
	/* one cause may be seen in several ways */
	if (f != head && !ol_str_eq(f->message, head->message)) {
		ol_buf_z(l->out, ": ");
		ol_layout_text(l, f->message, HANG, HANG, MESSAGE_MAX_COLUMNS);
	}
	ol_buf_char(l->out, '\n');
}

static void why(const struct ol_layout *l, const struct ol_rule *rule, bool full)
{
	struct ol_str text = rule ? rule->why : (struct ol_str){0};

	if (!text.n)
		return;
	label(l, "why");
	ol_layout_text(l, full ? text : ol_layout_sentence(text), HANG, HANG, 0);
	ol_buf_char(l->out, '\n');
}

static void fixes(const struct ol_layout *l, const struct ol_report_finding *f)
{
	char name[16];

	for (uint32_t i = 0; i < f->n_fixes; i++) {
		const struct ol_fix_offer *x = &f->fixes[i];

		snprintf(name, sizeof(name), "fix %u", (unsigned)i + 1);
		label(l, name);
		if (i == 0 && f->convert_to) {
			struct ol_buf one = {0};

			ol_report_errand(f, &one); /* that helps all targets of the group */
			ol_layout_text(l, ol_buf_view(&one), HANG, HANG, MESSAGE_MAX_COLUMNS);
			l->out->failed |= one.failed;
			ol_buf_free(&one);
		} else {
			ol_layout_text(l, x->title, HANG, HANG, MESSAGE_MAX_COLUMNS);
		}
		if (x->action.n && x->applicability != OL_FIX_MANUAL)
			ol_buf_printf(l->out, "  [%s]", ol_applicability_names[x->applicability]);
		ol_buf_char(l->out, '\n');
	}
}

/* A note is told in short, unless -v asks for all. */
static void brief(const struct ol_layout *l, const struct ol_report_finding *const *at, uint32_t n)
{
	label(l, "at");
	ol_layout_text(l, at[0]->at.where, HANG, HANG, NAME_MAX_COLUMNS * 3);
	if (n > 1) {
		ol_buf_z(l->out, ", and ");
		ol_text_count(l->out, n - 1);
		ol_buf_z(l->out, " more");
	}
	ol_buf_char(l->out, '\n');
}

/* The finding of another group that led to this one. */
static void caused(const struct ol_layout *l, const struct ol_report_model *m, const struct ol_report_finding *f)
{
	if (f->cause && f->cause <= m->n_findings && m->findings[f->cause - 1].group_id != f->group_id) {
		const struct ol_report_finding *c = &m->findings[f->cause - 1];

		label(l, "cause");
		plain(l->out, c->rule);
		ol_buf_z(l->out, " at ");
		ol_layout_text(l, c->at.where, HANG, HANG, NAME_MAX_COLUMNS * 3);
		ol_buf_char(l->out, '\n');
	}
}

/* at: the findings of one group, by rank. */
static void group(const struct ol_layout *l, const struct ol_report *r, const struct ol_report_model *m,
		  const struct ol_report_finding *const *at, uint32_t n)
{
	const struct ol_report_finding *head = at[0];
	uint32_t shown = r->verbose > 0 || n <= PLACES + 1 ? n : PLACES;
	bool nodes = true;

	for (uint32_t i = 0; i < n; i++)
		nodes &= at[i]->at.has_node;
	ol_buf_char(l->out, '\n');
	group_head(l, head, n, nodes);
	ol_buf_z(l->out, "  ");
	ol_layout_text(l, head->message, 2, 2, MESSAGE_MAX_COLUMNS);
	ol_buf_char(l->out, '\n');
	because(l, head);
	caused(l, m, head);
	if (r->explain_score) {
		label(l, "score");
		ol_report_terms(l, m, head, HANG);
		ol_buf_char(l->out, '\n');
	}
	if (head->severity == OL_SEV_NOTE && r->verbose <= 0) {
		brief(l, at, n);
		return;
	}
	for (uint32_t i = 0; i < shown; i++) {
		label(l, i ? at[i]->cause && !at[i - 1]->cause ? "leads to" : "" : "at");
		place(l, at[i], head);
	}
	if (shown < n) {
		label(l, "");
		ol_buf_z(l->out, "and ");
		ol_text_count(l->out, n - shown);
		ol_buf_z(l->out, " more\n");
	}
	why(l, r->rules ? ol_rules_find(r->rules, head->rule) : NULL, r->verbose > 0);
	fixes(l, head);
	label(l, "more");
	ol_buf_z(l->out, "onnxlint explain ");
	plain(l->out, head->rule);
	ol_buf_char(l->out, '\n');
}

/* Findings ordered by group, then rank. Two passes of counting, as group ids are dense. */
static void groups(const struct ol_layout *l, const struct ol_report *r, const struct ol_report_model *m)
{
	uint32_t n = m->n_findings, shown = r->limit && r->limit < m->n_groups ? r->limit : m->n_groups;
	struct ol_arena a;
	const struct ol_report_finding **at;
	uint32_t *first;

	ol_arena_init(&a, 0);
	at = OL_NEWN(&a, const struct ol_report_finding *, n);
	first = OL_NEWN(&a, uint32_t, (size_t)m->n_groups + 2);
	if (!at || !first) {
		l->out->failed = true;
		ol_arena_free(&a);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		first[m->findings[i].group_id + 2]++;
	for (uint32_t g = 2; g < m->n_groups + 2; g++)
		first[g] += first[g - 1];
	for (uint32_t i = 0; i < n; i++)
		at[first[m->findings[i].group_id + 1]++] = &m->findings[i];
	for (uint32_t g = 0; g < shown; g++)
		group(l, r, m, at + first[g], first[g + 1] - first[g]);
	ol_arena_free(&a);
	if (shown < m->n_groups) {
		ol_buf_z(l->out, "\nand ");
		ol_text_count(l->out, m->n_groups - shown);
		ol_buf_z(l->out, " more groups, shown with --top 0\n");
	}
}

/* One line a finding, for -q. */
static void lines(const struct ol_layout *l, const struct ol_report_model *m)
{
	for (uint32_t i = 0; i < m->n_findings; i++) {
		const struct ol_report_finding *f = &m->findings[i];

		plain(l->out, m->path);
		ol_buf_z(l->out, ": ");
		ol_layout_paint(l, severity_paint[f->severity], ol_severity_names[f->severity]);
		ol_buf_char(l->out, ' ');
		plain(l->out, f->rule);
		ol_buf_z(l->out, ": ");
		ol_text_plain(l->out, f->message, MESSAGE_MAX_COLUMNS);
		for (uint32_t k = 0; k < f->n_reasons; k++) {
			if (!f->reasons[k].n_steps)
				continue;
			ol_buf_z(l->out, "; ");
			ol_text_plain(l->out, f->reasons[k].text, MESSAGE_MAX_COLUMNS);
		}
		ol_buf_z(l->out, " (");
		ol_text_plain(l->out, f->at.where, NAME_MAX_COLUMNS * 3);
		ol_buf_z(l->out, ")\n");
	}
}

static void hidden(const struct ol_layout *l, const struct ol_report *r, const struct ol_report_model *m)
{
	if (m->dropped) {
		ol_buf_z(l->out, "\n");
		count(l->out, m->dropped, "finding", "findings");
		ol_buf_z(l->out, " beyond the limits not kept: raise --max-findings or --max-per-rule\n");
	}
	if (m->rule_errors) {
		ol_buf_z(l->out, "\n");
		count(l->out, m->rule_errors, "evaluation", "evaluations");
		ol_buf_z(l->out, " of rules failed: onnxlint rules test finds the rule\n");
	}
	if (r->verbose > 0 && m->undecided) {
		ol_buf_z(l->out, "\n");
		count(l->out, m->undecided, "check", "checks");
		ol_buf_z(l->out, " undecided: a type, shape or value that they need is not known\n");
	}
}

static void model(struct ol_report *r, const struct ol_report_model *m)
{
	struct ol_layout l = {.out = &r->out, .color = r->color, .width = r->width < 40 ? 0 : r->width};
	size_t from = r->out.n;

	if (r->verbose < 0) {
		lines(&l, m);
	} else {
		if (r->n_models)
			ol_buf_char(l.out, '\n');
		header(&l, m);
		verdicts(&l, r, m);
		if (m->n_findings) {
			ol_report_fix_first(&l, m);
			groups(&l, r, m);
		} else {
			ol_buf_z(l.out, m->n_hidden ? "  no findings but those set aside\n" : "  no findings\n");
		}
		ol_report_matrix(&l, m);
		if (r->explain_score) {
			ol_buf_char(l.out, '\n');
			ol_layout_paint(&l, OL_PAINT_BOLD, "Weights");
			ol_buf_z(l.out, "  set with --score NAME=N; onnxlint explain score tells the formula\n");
			ol_report_weights(&l, &m->weights);
		}
		hidden(&l, r, m);
	}
	ol_layout_guard(l.out, from, "\\x3A", "\\x23");
	if (r->ascii)
		ol_layout_ascii(l.out, from);
}

/* What is set aside is counted, so that silence is not mistaken for health. */
static void aside(struct ol_buf *out, uint64_t suppressed, uint64_t in_baseline, uint64_t absent)
{
	const struct {
		uint64_t n;
		const char *what;
	} parts[] = {{suppressed, " suppressed"}, {in_baseline, " in the baseline"}, {absent, " of the baseline gone"}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!parts[i].n)
			continue;
		ol_buf_z(out, ", ");
		ol_text_count(out, parts[i].n);
		ol_buf_z(out, parts[i].what);
	}
}

static void summary(struct ol_report *r)
{
	struct ol_buf *out = &r->out;

	if (r->verbose < 0 ||
	    (r->n_models <= 1 && r->n_clean == r->n_models && !r->suppressed && !r->in_baseline && !r->absent))
		return;
	ol_buf_char(out, '\n');
	if (r->n_models > 1) {
		count(out, r->n_models, "model", "models");
		ol_buf_z(out, ", ");
		ol_text_count(out, r->n_clean);
		ol_buf_z(out, " without findings: ");
	}
	counts(out, r->counts);
	ol_buf_z(out, " in ");
	count(out, r->n_groups, "group", "groups");
	aside(out, r->suppressed, r->in_baseline, r->absent);
	ol_buf_char(out, '\n');
}

static void end(struct ol_report *r)
{
	summary(r);
	ol_statistics_text(r);
}

const struct ol_format ol_format_text = {
	.name = "text",
	.about = "for people; one line a finding with -q",
	.model = model,
	.end = end,
};
