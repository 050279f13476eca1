/* report.c: the steps that every format goes through, and the counters it may use at the end. */
#include "report/report.h"

#include "report/statistics.h"
#include "util/text.h"

const struct ol_format *ol_format_find(struct ol_str name)
{
	for (const struct ol_format *const *f = ol_formats; *f; f++)
		if (ol_str_is(name, (*f)->name))
			return *f;
	return NULL;
}

struct ol_str ol_format_nearest(struct ol_str name)
{
	struct ol_str best = {0};
	uint32_t least = UINT32_MAX, d;

	for (const struct ol_format *const *f = ol_formats; *f; f++)
		if (ol_text_near(name, ol_str((*f)->name), &d) && d < least) {
			least = d;
			best = ol_str((*f)->name);
		}
	return best;
}

void ol_report_begin(struct ol_report *r, const struct ol_format *f)
{
	r->format = f;
	if (f->begin)
		f->begin(r);
}

void ol_report_model(struct ol_report *r, const struct ol_report_model *m)
{
	r->format->model(r, m);
	ol_statistics_add(r, m);
	r->n_models++;
	r->n_clean += m->n_findings == 0;
	r->n_groups += m->n_groups;
	r->suppressed += m->suppressed;
	r->in_baseline += m->in_baseline;
	r->absent += m->n_absent;
	r->undecided += m->undecided;
	for (int s = 0; s < OL_SEV_COUNT; s++)
		r->counts[s] += m->counts[s];
}

void ol_report_end(struct ol_report *r)
{
	if (r->format->end)
		r->format->end(r);
	ol_statistics_free(r);
}
