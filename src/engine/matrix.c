/* matrix.c: how many nodes of each operator stand how with each target.
 *
 * Kinds of one operator (of several opsets or overloads) are one row. Only rows in which something
 * is not as it should be are kept, and of these the first few hundred, so that a model of a million
 * made-up operators costs no more than another. */
#include "engine/matrix.h"

#include <stdlib.h>

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

struct row {
	uint32_t domain, op;   /* interned; of "ai.onnx" the empty name */
	uint32_t kind, n_kinds; /* in `order` */
	uint64_t refused;      /* nodes that do not run, all targets together */
	bool bad;
};

struct work {
	const struct ol_ir *ir;
	const struct ol_stands *stands;
	uint32_t n_targets;
	uint32_t *order; /* kinds, by operator */
	struct row *rows;
	uint32_t n_rows;
};

struct key {
	uint32_t domain, op, kind;
};

static int by_operator(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;
	int c = CMP(a->domain, b->domain);

	c = c ? c : CMP(a->op, b->op);
	return c ? c : CMP(a->kind, b->kind);
}

static int by_refusal(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	int c = CMP(b->bad, a->bad);

	c = c ? c : CMP(b->refused, a->refused);
	return c ? c : CMP(a->kind, b->kind);
}

static void tally(const struct ol_stands *s, uint32_t node, struct ol_matrix_cell *c)
{
	enum ol_stand_kind k = (enum ol_stand_kind)s->own[node].kind;

	if (ol_stands_falls_back(s, node))
		c->fallback++;
	else if (k == OL_STAND_FULL)
		c->full++;
	else if (k == OL_STAND_PARTIAL)
		c->partial++;
	else if (k == OL_STAND_UNDECIDED)
		c->undecided++;
	else if (k == OL_STAND_UNKNOWN)
		c->unknown++;
	else
		c->none++;
}

static struct ol_matrix_cell cell(const struct work *w, const struct row *r, uint32_t target)
{
	struct ol_matrix_cell c = {0};

	for (uint32_t i = 0; i < r->n_kinds; i++) {
		const struct ol_opkind *k = &w->ir->kinds[w->order[r->kind + i]];

		for (uint32_t n = 0; n < k->nodes.n; n++)
			tally(&w->stands[target], w->ir->nodes_by_kind[k->nodes.first + n], &c);
	}
	return c;
}

static int sort_kinds(struct work *w)
{
	const struct ol_ir *ir = w->ir;
	struct key *keys = calloc((size_t)ir->n_kinds + 1, sizeof(*keys));

	w->order = calloc((size_t)ir->n_kinds + 1, sizeof(*w->order));
	w->rows = calloc((size_t)ir->n_kinds + 1, sizeof(*w->rows));
	if (!keys || !w->order || !w->rows) {
		free(keys);
		return -1;
	}
	for (uint32_t i = 0; i < ir->n_kinds; i++)
		keys[i] = (struct key){ir->kinds[i].is_onnx ? 0 : ir->kinds[i].domain,
				       ir->kinds[i].op_type, i};
	qsort(keys, ir->n_kinds, sizeof(*keys), by_operator);
	for (uint32_t i = 0; i < ir->n_kinds; i++) {
		struct row *last = w->n_rows ? &w->rows[w->n_rows - 1] : NULL;

		w->order[i] = keys[i].kind;
		if (last && last->domain == keys[i].domain && last->op == keys[i].op)
			last->n_kinds++;
		else
			w->rows[w->n_rows++] = (struct row){keys[i].domain, keys[i].op, i, 1, 0, false};
	}
	free(keys);
	return 0;
}

static void weigh(struct work *w, struct ol_matrix_cell *total)
{
	for (uint32_t i = 0; i < w->n_rows; i++)
		for (uint32_t t = 0; t < w->n_targets; t++) {
			struct ol_matrix_cell c = cell(w, &w->rows[i], t);

			w->rows[i].refused += c.none;
			w->rows[i].bad |= c.none || c.fallback || c.unknown || c.undecided || c.partial;
			total[t].full += c.full;
			total[t].partial += c.partial;
			total[t].undecided += c.undecided;
			total[t].unknown += c.unknown;
			total[t].fallback += c.fallback;
			total[t].none += c.none;
		}
}

static int fill(const struct work *w, struct ol_matrix *m, struct ol_arena *a)
{
	for (uint32_t i = 0; i < m->n_rows; i++) {
		const struct row *r = &w->rows[i];
		struct ol_matrix_cell *cells = OL_NEWN(a, struct ol_matrix_cell, w->n_targets);

		if (!cells)
			return -1;
		for (uint32_t t = 0; t < w->n_targets; t++)
			cells[t] = cell(w, r, t);
		m->rows[i].domain = r->domain ? ol_name(w->ir->model, r->domain) : OL_STR("");
		m->rows[i].op = ol_name(w->ir->model, r->op);
		for (uint32_t k = 0; k < r->n_kinds; k++)
			m->rows[i].nodes += w->ir->kinds[w->order[r->kind + k]].nodes.n;
		m->rows[i].cells = cells;
	}
	return 0;
}

struct ol_matrix *ol_engine_matrix(const struct ol_ir *ir, const struct ol_stands *stands,
				   uint32_t n_targets, struct ol_arena *a)
{
	struct work w = {.ir = ir, .stands = stands, .n_targets = n_targets};
	struct ol_matrix *m = OL_NEW(a, struct ol_matrix);
	struct ol_matrix_cell *total = OL_NEWN(a, struct ol_matrix_cell, n_targets);
	uint32_t bad = 0;
	int rc = -1;

	if (m && total && !sort_kinds(&w)) {
		weigh(&w, total);
		qsort(w.rows, w.n_rows, sizeof(*w.rows), by_refusal);
		while (bad < w.n_rows && w.rows[bad].bad)
			bad++;
		m->n_targets = n_targets;
		m->total = total;
		m->n_rows = bad < OL_MATRIX_ROWS_MOST ? bad : OL_MATRIX_ROWS_MOST;
		m->more = bad - m->n_rows;
		m->rows = OL_NEWN(a, struct ol_matrix_row, (size_t)m->n_rows + 1);
		rc = m->rows ? fill(&w, m, a) : -1;
	}
	free(w.order);
	free(w.rows);
	return rc ? NULL : m;
}
