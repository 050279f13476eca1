/* view_ranking.c: what ranking says of a finding, copied out of the findings: causes, blocks, what it blocks, terms. */
#include "graph/graph.h"
#include "report/report.h"

/* Names of a model may hold NUL bytes, and may be of any length. */
static struct ol_str keep_words(struct ol_arena *a, const struct ol_buf *from, bool *bad)
{
	enum { MOST = 512 };
	struct ol_str s = ol_buf_view(from), out;
	struct ol_buf b = {0};

	*bad |= from->failed;
	if (s.n > MOST)
		for (s.n = MOST; s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			ol_buf_char(&b, s.p[i]);
		else
			ol_buf_z(&b, "\\x00");
	*bad |= b.failed;
	out = ol_arena_str(a, ol_buf_view(&b));
	*bad |= !out.p;
	ol_buf_free(&b);
	return out;
}

static struct ol_str origin(struct ol_arena *a, const struct ol_model *m, const struct ol_finding *f, bool *bad)
{
	struct ol_buf words = {0};
	struct ol_str out = OL_STR("");

	if (f->origin < m->n_nodes) {
		struct ol_place p = {.node = f->origin, .graph = OL_NONE, .function = OL_NONE};

		ol_place_print(m, &p, &words);
	} else if (f->origin_value) {
		ol_buf_z(&words, "value ");
		ol_buf_str(&words, ol_name(m, f->origin_value));
	}
	if (words.n || words.failed)
		out = keep_words(a, &words, bad);
	ol_buf_free(&words);
	return out;
}

static void keep_stops(struct ol_report_model *r, struct ol_report_finding *to, uint64_t stops, bool *bad)
{
	struct ol_str *names;
	uint32_t n = 0;

	for (uint32_t t = 0; t < r->n_verdicts && t < 64; t++)
		n += (uint32_t)(stops >> t & 1);
	if (!n)
		return;
	names = OL_NEWN(&r->arena, struct ol_str, n);
	if (!names) {
		*bad = true;
		return;
	}
	for (uint32_t t = 0; t < r->n_verdicts && t < 64; t++)
		if (stops >> t & 1)
			names[to->n_stops++] = r->verdicts[t].name;
	to->stops = names;
}

void ol_report_keep_ranking(struct ol_report_model *r, const struct ol_model *m, const struct ol_findings *f, uint32_t i,
			    bool *bad)
{
	const struct ol_finding *from = &f->at[i];
	struct ol_report_finding *to = &r->findings[i];

	ol_score_terms(&f->how.weights, from, m->n_nodes, &to->terms);
	to->caused_by = "";
	if (i >= f->n) /* set aside: its group is that of an earlier ranking */
		return;
	if (from->cause && from->cause <= f->n) {
		to->cause = from->cause;
		to->caused_by = ol_cause_names[from->caused_by];
	}
	to->instances = from->instances;
	to->convert_to = from->convert_to;
	to->origin = origin(&r->arena, m, from, bad);
	keep_stops(r, to, from->stops, bad);
}
