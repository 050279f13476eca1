/* json_targets.c: islands and the matrix in schema onnxlint/1. */
#include "report/report.h"

void ol_report_islands_json(struct ol_json *j, const struct ol_target_verdict *v)
{
	const struct ol_islands *x = &v->islands;

	if (!v->fallback.n)
		return;
	ol_json_key_str(j, "fallback", v->fallback);
	ol_json_key_uint(j, "fallback_nodes", v->fallback_nodes);
	ol_json_key_open(j, "partition", '{');
	ol_json_key_uint(j, "nodes", x->nodes);
	ol_json_key_uint(j, "taken", x->taken);
	ol_json_key_uint(j, "islands", x->islands);
	ol_json_key_uint(j, "largest", x->largest);
	ol_json_key_uint(j, "splitting", x->n_split);
	ol_json_key_open(j, "split_at", '[');
	for (uint32_t i = 0; i < x->n_listed; i++)
		ol_json_str(j, x->where[i]);
	ol_json_close(j, ']');
	ol_json_close(j, '}');
}

static void cells(struct ol_json *j, const struct ol_matrix_cell *c, uint32_t n)
{
	ol_json_open(j, '[');
	for (uint32_t t = 0; t < n; t++) {
		const uint32_t counts[] = {c[t].full, c[t].partial, c[t].undecided, c[t].unknown, c[t].fallback, c[t].none};
		static const char *const names[] = {"full", "partial", "undecided", "unknown", "fallback", "none"};

		ol_json_open(j, '{');
		for (int i = 0; i < 6; i++)
			if (counts[i])
				ol_json_key_uint(j, names[i], counts[i]);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

void ol_report_matrix_json(struct ol_json *j, const struct ol_report_model *m)
{
	const struct ol_matrix *x = m->matrix;

	if (!x)
		return;
	ol_json_key_open(j, "matrix", '{');
	ol_json_key_open(j, "targets", '[');
	for (uint32_t t = 0; t < x->n_targets; t++)
		ol_json_str(j, m->verdicts[t].name);
	ol_json_close(j, ']');
	ol_json_key_open(j, "rows", '[');
	for (uint32_t i = 0; i < x->n_rows; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", x->rows[i].domain);
		ol_json_key_str(j, "op_type", x->rows[i].op);
		ol_json_key_uint(j, "nodes", x->rows[i].nodes);
		ol_json_key(j, "cells");
		cells(j, x->rows[i].cells, x->n_targets);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_key_uint(j, "more", x->more);
	ol_json_key(j, "total");
	cells(j, x->total, x->n_targets);
	ol_json_close(j, '}');
}
