/* text_targets.c: islands and the matrix of operators and targets, as people read them.
 *
 * A cell counts the nodes that the target does not run as they are, with a letter for how they do: "3c" falls back, "3~"
 * under conditions that were not tested, "3?" not known; a bare number does not run. "." is all well. Counts of a hundred
 * thousand and more stand in thousands, "400k". */
#include <stdio.h>

#include "report/layout.h"
#include "report/report.h"
#include "util/text.h"

enum { ROWS = 25, OP_COLUMNS = 40, NAME_COLUMNS = 18, SPLITS = 3 };

void ol_report_islands(const struct ol_layout *l, const struct ol_target_verdict *v)
{
	const struct ol_islands *x = &v->islands;
	struct ol_buf *out = l->out;

	if (!v->fallback.n || (x->taken == x->nodes && x->islands <= 1))
		return;
	ol_buf_z(out, "    ");
	ol_text_count(out, x->taken);
	ol_buf_z(out, " of ");
	ol_text_count(out, x->nodes);
	ol_buf_printf(out, " nodes (%u%%)", x->nodes ? (unsigned)(100.0 * x->taken / x->nodes) : 0);
	if (x->islands) {
		ol_buf_z(out, x->islands == 1 ? " in 1 island" : " in ");
		if (x->islands > 1) {
			ol_text_count(out, x->islands);
			ol_buf_z(out, " islands, the largest of ");
			ol_text_count(out, x->largest);
		}
	}
	ol_buf_z(out, ", the rest on ");
	ol_text_plain(out, v->fallback, 80);
	for (uint32_t i = 0; i < x->n_listed && i < SPLITS; i++) {
		ol_buf_z(out, i ? ", " : "; split at ");
		ol_text_plain(out, x->where[i], 200);
	}
	if (x->n_split > SPLITS) {
		ol_buf_z(out, " and ");
		ol_text_count(out, x->n_split - SPLITS);
		ol_buf_z(out, " more");
	}
	ol_buf_char(out, '\n');
}

static void pad(struct ol_buf *out, size_t from, size_t width, bool left)
{
	size_t n = out->n - from;

	if (n >= width || out->failed)
		return;
	for (size_t i = n; i < width; i++)
		ol_buf_char(out, ' ');
	if (left && !out->failed) {
		memmove(out->p + from + (width - n), out->p + from, n);
		memset(out->p + from, ' ', width - n);
	}
}

static void cell(struct ol_buf *out, const struct ol_matrix_cell *c)
{
	static const char letters[] = {'\0', 'c', '?', '~'};
	const uint32_t counts[] = {c->none, c->fallback, c->unknown, c->undecided + c->partial};

	for (int i = 0; i < 4; i++)
		if (counts[i]) {
			if (counts[i] < 100000)
				ol_buf_printf(out, "%lu", (unsigned long)counts[i]);
			else
				ol_buf_printf(out, "%luk", (unsigned long)counts[i] / 1000);
			if (letters[i])
				ol_buf_char(out, letters[i]);
			return;
		}
	ol_buf_char(out, '.');
}

/* Columns are named where the names fit side by side, else numbered as in the legend. */
struct columns {
	bool named;
	uint32_t first, n; /* width of the operators, number of targets */
	size_t width[64];
};

/* Of a numbered column: its cells, and its number. */
static size_t widest(const struct ol_report_model *m, uint32_t t)
{
	struct ol_buf b = {0};
	size_t most = 3;

	for (uint32_t i = 0; i <= m->matrix->n_rows && i <= ROWS; i++) {
		b.n = 0;
		cell(&b, i < m->matrix->n_rows && i < ROWS ? &m->matrix->rows[i].cells[t] : &m->matrix->total[t]);
		most = b.n > most ? b.n : most;
	}
	ol_buf_free(&b);
	return most;
}

static struct columns measure(const struct ol_layout *l, const struct ol_report_model *m)
{
	struct columns c = {.n = m->matrix->n_targets < 64 ? m->matrix->n_targets : 64, .first = 9};
	size_t sum;

	for (uint32_t i = 0; i < m->matrix->n_rows && i < ROWS; i++) {
		size_t n = m->matrix->rows[i].op.n + (m->matrix->rows[i].domain.n ? m->matrix->rows[i].domain.n + 1 : 0);

		c.first = n > c.first ? (uint32_t)(n < OP_COLUMNS ? n : OP_COLUMNS) : c.first;
	}
	sum = c.first + 10u;
	for (uint32_t t = 0; t < c.n; t++) {
		c.width[t] = m->verdicts[t].name.n < 5 ? 5 : m->verdicts[t].name.n;
		sum += c.width[t] + 2;
	}
	c.named = sum <= (l->width ? l->width : 100);
	for (uint32_t t = 0; t < c.n && !c.named; t++)
		c.width[t] = widest(m, t);
	return c;
}

static void legend(const struct ol_layout *l, const struct ol_report_model *m, const struct columns *c)
{
	struct ol_buf b = {0};

	for (uint32_t t = 0; t < c->n && !c->named; t++)
		ol_buf_printf(&b, "%s%u %.*s", t ? ", " : "", (unsigned)t + 1, OL_FMT(m->verdicts[t].name));
	if (b.n) {
		ol_layout_paragraph(l, ol_buf_view(&b), 2);
	}
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

static void line(const struct ol_layout *l, const struct columns *c, struct ol_str domain, struct ol_str op, uint32_t nodes,
		 const struct ol_matrix_cell *cells)
{
	size_t from = l->out->n + 2;

	ol_buf_z(l->out, "  ");
	if (domain.n) {
		ol_text_plain(l->out, domain, OP_COLUMNS / 2);
		ol_buf_char(l->out, ':');
	}
	ol_text_plain(l->out, op, OP_COLUMNS);
	pad(l->out, from, c->first, false);
	from = l->out->n;
	ol_text_count(l->out, nodes);
	pad(l->out, from, 8, true);
	for (uint32_t t = 0; t < c->n; t++) {
		from = l->out->n;
		cell(l->out, &cells[t]);
		pad(l->out, from, c->width[t] + 2, true);
	}
	ol_buf_char(l->out, '\n');
}

void ol_report_matrix(const struct ol_layout *l, const struct ol_report_model *m)
{
	const struct ol_matrix *x = m->matrix;
	struct columns c;
	size_t from;

	if (!x || !x->n_rows)
		return;
	c = measure(l, m);
	ol_buf_char(l->out, '\n');
	ol_layout_paint(l, OL_PAINT_BOLD, "Operators");
	ol_buf_z(l->out, "  nodes that a target does not run; c: falls back, ~: under conditions, ?: not known\n");
	legend(l, m, &c);
	from = l->out->n;
	ol_buf_z(l->out, "  operator");
	pad(l->out, from, c.first + 2u, false);
	ol_buf_z(l->out, "   nodes");
	for (uint32_t t = 0; t < c.n; t++) {
		from = l->out->n;
		if (c.named)
			ol_text_plain(l->out, m->verdicts[t].name, 80);
		else
			ol_buf_printf(l->out, "%u", (unsigned)t + 1);
		pad(l->out, from, c.width[t] + 2, true);
	}
	ol_buf_char(l->out, '\n');
	for (uint32_t i = 0; i < x->n_rows && i < ROWS; i++)
		line(l, &c, x->rows[i].domain, x->rows[i].op, x->rows[i].nodes, x->rows[i].cells);
	if (x->n_rows + (uint64_t)x->more > ROWS)
		ol_buf_printf(l->out, "  and %llu more operators, in --format json\n",
			      (unsigned long long)x->n_rows + x->more - ROWS);
	line(l, &c, OL_STR(""), OL_STR("all nodes"), (uint32_t)m->nodes, x->total);
}
