/* text_ranking.c: the head of a report for people (how ready the model is, what to fix first and what that gains), and
 * scores term by term. */
#include <stdio.h>

#include "report/layout.h"
#include "report/report.h"
#include "util/text.h"

enum { NAME_COLUMNS = 80, MESSAGE_COLUMNS = 2000 };

static void number(struct ol_buf *out, double d)
{
	ol_buf_printf(out, "%.2f", d);
}

static void paint_verdict(const struct ol_layout *l, const char *verdict)
{
	ol_layout_paint(l, strcmp(verdict, "ready") == 0     ? OL_PAINT_GREEN
			   : strcmp(verdict, "blocked") == 0 ? OL_PAINT_RED
							     : OL_PAINT_YELLOW,
			verdict);
}

/* One target's own line says all there is. */
void ol_report_overall(const struct ol_layout *l, const struct ol_report_model *m)
{
	const struct ol_readiness *r = &m->readiness;

	if (m->n_verdicts == 1 || !r->verdict)
		return;
	ol_buf_z(l->out, m->n_verdicts ? "  all targets " : "  model ");
	paint_verdict(l, r->verdict);
	ol_buf_printf(l->out, "  score %d", r->score);
	if (m->n_verdicts) {
		ol_buf_printf(l->out, ", %u of %u ready", (unsigned)r->ready, (unsigned)m->n_verdicts);
		if (r->fixable)
			ol_buf_printf(l->out, ", %u fixable", (unsigned)r->fixable);
	} else if (r->blocking) {
		ol_buf_z(l->out, ", ");
		ol_text_count(l->out, r->blocking);
		ol_buf_z(l->out, r->blocking == 1 ? " error" : " errors");
		ol_buf_z(l->out, " for any target");
	}
	ol_buf_char(l->out, '\n');
}

static uint32_t bits(uint64_t mask)
{
	uint32_t n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

static void targets(struct ol_buf *out, const struct ol_report_model *m, uint64_t mask)
{
	enum { MOST = 4 };
	uint32_t told = 0, all = bits(mask);

	for (uint32_t t = 0; t < m->n_verdicts && t < 64 && told < MOST; t++) {
		if (!(mask >> t & 1))
			continue;
		ol_buf_z(out, told++ ? ", " : "");
		ol_text_plain(out, m->verdicts[t].name, NAME_COLUMNS);
	}
	if (all > told)
		ol_buf_printf(out, " and %u more", (unsigned)(all - told));
}

/* "turns 3 of 5 targets ready", "1 of the 3 groups that block keras" */
static void gain(struct ol_buf *out, const struct ol_report_model *m)
{
	const struct ol_fix_first *first = &m->first;

	if (first->readies) {
		ol_buf_printf(out, "; turns %u of %u %s ready: ", (unsigned)bits(first->readies), (unsigned)m->n_verdicts,
			      m->n_verdicts == 1 ? "target" : "targets");
		targets(out, m, first->readies);
	}
	if (first->nearer) {
		ol_buf_z(out, first->readies ? "; nearer to it: " : "; one of several that block ");
		targets(out, m, first->nearer);
	}
}

/* In the words of its best fix; of many that one node made, that node is meant. */
void ol_report_errand(const struct ol_report_finding *f, struct ol_buf *out)
{
	if (f->convert_to && f->group_size > 1) {
		ol_buf_printf(out, "Convert the model to opset %d", (int)f->convert_to);
		if (f->at.value.n && !ol_str_is(f->at.value, "ai.onnx")) {
			ol_buf_z(out, " of ");
			ol_buf_str(out, f->at.value);
		}
	} else if (f->origin.n && f->group_size > 1) {
		ol_buf_z(out, "Mend the type that comes from ");
		ol_buf_str(out, f->origin);
	} else {
		ol_buf_str(out, f->n_fixes ? f->fixes[0].title : f->message);
	}
}

/* When it is worth an errand. */
void ol_report_fix_first(const struct ol_layout *l, const struct ol_report_model *m)
{
	const struct ol_report_finding *f;
	struct ol_buf tail = {0}, what = {0};
	uint32_t cleared = 0;

	if (!m->first.rank || m->first.rank > m->n_findings)
		return;
	f = &m->findings[m->first.rank - 1];
	if (f->severity == OL_SEV_NOTE || (m->n_groups < 2 && (m->n_verdicts < 2 || !f->n_stops)))
		return;
	for (uint32_t i = 0; i < m->n_findings; i++)
		cleared += m->findings[i].group_id == f->group_id;
	ol_buf_char(l->out, '\n');
	ol_layout_paint(l, OL_PAINT_BOLD, "Fix first");
	ol_buf_z(l->out, "  ");
	ol_report_errand(f, &what);
	ol_layout_text(l, ol_buf_view(&what), 11, 11, MESSAGE_COLUMNS);
	l->out->failed |= what.failed;
	ol_buf_free(&what);
	ol_buf_z(&tail, "(");
	ol_buf_str(&tail, f->rule);
	ol_buf_z(&tail, ": ");
	ol_text_count(&tail, cleared);
	ol_buf_z(&tail, " of ");
	ol_text_count(&tail, m->n_findings);
	ol_buf_z(&tail, m->n_findings == 1 ? " finding" : " findings");
	gain(&tail, m);
	ol_buf_z(&tail, ")");
	if (m->first.readies || m->first.nearer) {
		ol_buf_z(l->out, "\n           ");
		ol_layout_text(l, ol_buf_view(&tail), 11, 11, 0);
	} else {
		ol_buf_char(l->out, ' ');
		ol_buf_str(l->out, ol_buf_view(&tail));
	}
	l->out->failed |= tail.failed;
	ol_buf_free(&tail);
	ol_buf_char(l->out, '\n');
}

void ol_report_terms(const struct ol_layout *l, const struct ol_report_model *m, const struct ol_report_finding *f,
		     uint32_t column)
{
	const struct ol_score_terms *t = &f->terms;
	struct ol_buf b = {0};

	ol_buf_printf(&b, "%.2f = %g + %g x ", t->score, t->low, t->high - t->low);
	number(&b, t->together);
	ol_buf_printf(&b, " (band of %ss)", ol_band_names[t->band]);
	if (t->company > 1) {
		ol_buf_z(&b, "; ");
		number(&b, t->together);
		ol_buf_z(&b, " = 1 - (1 - ");
		number(&b, t->best);
		ol_buf_printf(&b, ") / (1 + %g x log10(%u)), with its group", m->weights.company, (unsigned)t->company);
	}
	ol_buf_z(&b, "; ");
	number(&b, t->quality);
	ol_buf_z(&b, " = reach ");
	number(&b, t->reach);
	ol_buf_printf(&b, " (%u of ", (unsigned)f->blocks);
	ol_text_count(&b, m->nodes);
	ol_buf_z(&b, m->nodes == 1 ? " node at risk) x " : " nodes at risk) x ");
	number(&b, t->confidence);
	ol_buf_printf(&b, " (%s) x ", ol_confidence_names[f->confidence]);
	number(&b, t->ease);
	ol_buf_printf(&b, " (%s effort)", ol_effort_names[f->effort]);
	ol_layout_text(l, ol_buf_view(&b), column, column, 0);
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

void ol_report_verdict_terms(const struct ol_layout *l, const struct ol_report_model *m, const struct ol_target_verdict *v)
{
	ol_buf_printf(l->out, "    score %d: %.2f for %u supported", v->score, v->of_nodes, (unsigned)v->supported_nodes);
	if (v->unknown_nodes)
		ol_buf_printf(l->out, " and %g x %u unknown", m->weights.unknown_node, (unsigned)v->unknown_nodes);
	ol_buf_printf(l->out, " of %u nodes", (unsigned)v->nodes);
	if (v->blocking_groups)
		ol_buf_printf(l->out, ", less %.2f = %g x log2(1 + %u groups that block)%s", v->minus, m->weights.blocker,
			      (unsigned)v->blocking_groups,
			      strcmp(v->verdict, "fixable") == 0 ? ", lessened as all have a safe fix" : "");
	ol_buf_char(l->out, '\n');
}

void ol_report_weights(const struct ol_layout *l, const struct ol_score_weights *w)
{
	struct ol_score_weight row, plain;

	for (uint32_t i = 0; ol_score_weight_at(w, i, &row); i++) {
		ol_buf_printf(l->out, "  %-20s %6g  ", row.name, row.value);
		ol_layout_text(l, ol_str(row.about), 30, 30, 0);
		if (ol_score_weight_at(&ol_score_defaults, i, &plain) && (plain.value < row.value || plain.value > row.value))
			ol_buf_printf(l->out, " (default %g)", plain.value);
		ol_buf_char(l->out, '\n');
	}
}
