/* fmt_baseline.c: findings as a baseline for --baseline: schema onnxlint-baseline/1. What is
 * suppressed is not in it, as it has a reason of its own; what an earlier baseline had and is still
 * found, is. One finding a line, so that versions of the file can be compared. */
#include <stdlib.h>

#include "report/layout.h"
#include "report/report.h"

static void begin(struct ol_report *r)
{
	struct ol_json *j = &r->json;

	ol_json_init(j, &r->out, 0);
	ol_buf_z(&r->out, "{\"schema\": \"onnxlint-baseline/1\", \"models\": [");
}

static void member(struct ol_buf *out, const char *key, struct ol_str value, bool first)
{
	struct ol_json j;

	ol_json_init(&j, out, 0);
	ol_buf_printf(out, "%s\"%s\": ", first ? "" : ", ", key);
	ol_json_str(&j, value);
}

static int by_fingerprint(const struct ol_report_finding *a, const struct ol_report_finding *b)
{
	int c = ol_str_cmp(a->rule, b->rule);

	c = c ? c : ol_str_cmp(a->at.locator, b->at.locator);
	return c ? c : ol_str_cmp(a->fingerprint, b->fingerprint);
}

static int compare(const void *x, const void *y)
{
	return by_fingerprint(*(const struct ol_report_finding *const *)x,
			      *(const struct ol_report_finding *const *)y);
}

static void model(struct ol_report *r, const struct ol_report_model *m)
{
	struct ol_buf *out = &r->out;
	uint32_t n = m->n_findings + m->n_hidden;
	const struct ol_report_finding **at =
	    calloc((size_t)n + 1, sizeof(const struct ol_report_finding *));
	size_t from = out->n;
	bool first = true;

	if (!at) {
		out->failed = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		at[i] = &m->findings[i];
	qsort(at, n, sizeof(const struct ol_report_finding *), compare);
	ol_buf_z(out, r->n_models ? ",\n{" : "\n{");
	member(out, "path", m->path, true);
	ol_buf_z(out, ", \"findings\": [");
	for (uint32_t i = 0; i < n; i++) {
		if (at[i]->suppressed)
			continue;
		ol_buf_z(out, first ? "\n  {" : ",\n  {");
		member(out, "fingerprint", at[i]->fingerprint, true);
		member(out, "rule", at[i]->rule, false);
		member(out, "locator",
		       (struct ol_str){at[i]->at.locator.p,
				       at[i]->at.locator.n < 2048 ? at[i]->at.locator.n : 0},
		       false);
		ol_buf_char(out, '}');
		first = false;
	}
	ol_buf_z(out, "]}");
	free(at);
	ol_layout_guard(out, from, ":", "\\u0023");
}

static void end(struct ol_report *r)
{
	ol_buf_z(&r->out, "\n]}\n");
}

const struct ol_format ol_format_baseline = {
    .name = "baseline",
    .about = "fingerprints of the findings, for --baseline",
    .begin = begin,
    .model = model,
    .end = end,
};
