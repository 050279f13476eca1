/* view_targets.c: what a report says of targets, copied out of the findings: verdicts, islands, the matrix. */
#include "graph/graph.h"
#include "report/report.h"

static struct ol_str keep(struct ol_arena *a, struct ol_str s, bool *bad)
{
	struct ol_str out = ol_arena_str(a, s);

	*bad |= !out.p;
	return out;
}

/* Names of a model may hold NUL bytes, where texts of tables do not. */
static struct ol_str keep_name(struct ol_arena *a, struct ol_str s, bool *bad)
{
	struct ol_buf b = {0};
	struct ol_str out;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			ol_buf_char(&b, s.p[i]);
		else
			ol_buf_z(&b, "\\x00");
	*bad |= b.failed;
	out = keep(a, ol_buf_view(&b), bad);
	ol_buf_free(&b);
	return out;
}

/* The nodes that split islands, in words. */
static void keep_split(struct ol_report_model *r, const struct ol_model *m, struct ol_islands *x, bool *bad)
{
	struct ol_str *where = OL_NEWN(&r->arena, struct ol_str, (size_t)x->n_listed + 1);

	*bad |= !where;
	for (uint32_t i = 0; where && i < x->n_listed; i++) {
		struct ol_place p = {.node = x->split[i], .graph = OL_NONE, .function = OL_NONE};
		struct ol_buf words = {0};

		ol_place_print(m, &p, &words);
		*bad |= words.failed;
		where[i] = keep_name(&r->arena, ol_buf_view(&words), bad);
		ol_buf_free(&words);
	}
	x->where = where;
	x->split = NULL;
	if (!where)
		x->n_listed = 0;
}

static void keep_matrix(struct ol_report_model *r, const struct ol_matrix *from, bool *bad)
{
	struct ol_arena *a = &r->arena;
	struct ol_matrix *m = OL_NEW(a, struct ol_matrix);
	struct ol_matrix_cell *total = OL_NEWN(a, struct ol_matrix_cell, from->n_targets),
			      *cells = OL_NEWN(a, struct ol_matrix_cell, (size_t)from->n_rows * from->n_targets + 1);
	struct ol_matrix_row *rows = OL_NEWN(a, struct ol_matrix_row, (size_t)from->n_rows + 1);

	if (!m || !total || !cells || !rows) {
		*bad = true;
		return;
	}
	*m = *from;
	memcpy(total, from->total, from->n_targets * sizeof(*total));
	for (uint32_t i = 0; i < from->n_rows; i++) {
		rows[i] = from->rows[i];
		rows[i].domain = keep_name(a, from->rows[i].domain, bad);
		rows[i].op = keep_name(a, from->rows[i].op, bad);
		memcpy(cells, from->rows[i].cells, from->n_targets * sizeof(*cells));
		rows[i].cells = cells;
		cells += from->n_targets;
	}
	m->rows = rows;
	m->total = total;
	r->matrix = m;
}

void ol_report_keep_targets(struct ol_report_model *r, const struct ol_model *m, const struct ol_findings *f, bool *bad)
{
	struct ol_target_verdict *v = f->n_verdicts ? OL_NEWN(&r->arena, struct ol_target_verdict, f->n_verdicts) : NULL;

	*bad |= f->n_verdicts && !v;
	for (uint32_t i = 0; v && i < f->n_verdicts; i++) {
		v[i] = f->verdicts[i];
		v[i].name = keep(&r->arena, v[i].name, bad);
		v[i].title = keep(&r->arena, v[i].title, bad);
		v[i].version = keep(&r->arena, v[i].version, bad);
		v[i].fallback = keep(&r->arena, v[i].fallback, bad);
		keep_split(r, m, &v[i].islands, bad);
	}
	r->verdicts = v;
	r->n_verdicts = v ? f->n_verdicts : 0;
	if (f->matrix && v)
		keep_matrix(r, f->matrix, bad);
}
