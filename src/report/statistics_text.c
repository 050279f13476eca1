/* statistics_text.c: statistics for people, and for programs. */
#include <stdlib.h>

#include "report/layout.h"
#include "report/statistics.h"
#include "util/text.h"

enum { COSTLY = 15 };

static uint64_t found(const struct ol_stat_rule *r)
{
	return r->counts[OL_SEV_NOTE] + r->counts[OL_SEV_WARNING] + r->counts[OL_SEV_ERROR] +
	       r->aside;
}

static void cell(struct ol_buf *out, uint64_t n, size_t width)
{
	struct ol_buf b = {0};

	if (n)
		ol_text_count(&b, n);
	else
		ol_buf_char(&b, '-');
	for (size_t i = b.n; i < width; i++)
		ol_buf_char(out, ' ');
	ol_buf_str(out, ol_buf_view(&b));
	out->failed |= b.failed;
	ol_buf_free(&b);
}

static void name(struct ol_buf *out, struct ol_str s, size_t width, const char *indent)
{
	size_t before = out->n;

	ol_buf_z(out, indent);
	ol_text_plain(out, s, 100);
	while (out->n - before < width && !out->failed)
		ol_buf_char(out, ' ');
}

static void counts(struct ol_buf *out, const struct ol_stat_rule *r)
{
	for (int k = OL_SEV_COUNT - 1; k >= 0; k--)
		cell(out, r->counts[k], 9);
	cell(out, r->aside, 9);
}

static void findings(struct ol_buf *out, const struct ol_statistics *s, size_t width)
{
	struct ol_stat_rule sum;
	bool any = false;

	for (uint32_t i = 0, next; i < s->n; i = next) {
		next = ol_statistics_family(s, i, &sum);
		if (!found(&sum))
			continue;
		if (!any) {
			name(out, OL_STR("findings"), width, "");
			ol_buf_z(out, "   errors warnings    notes    aside   models\n");
		}
		any = true;
		name(out, sum.rule, width, "");
		counts(out, &sum);
		ol_buf_char(out, '\n');
		for (; i < next; i++)
			if (found(&s->rules[i])) {
				name(out, s->rules[i].rule, width, "  ");
				counts(out, &s->rules[i]);
				cell(out, s->rules[i].models, 9);
				ol_buf_char(out, '\n');
			}
	}
	if (any)
		ol_buf_char(out, '\n');
}

static double ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static void steps(struct ol_buf *out, const struct ol_statistics *s, size_t width)
{
	uint64_t all = 0;

	name(out, OL_STR("time"), width, "");
	ol_buf_z(out, "       ms\n");
	for (int i = 0; i < OL_STEPS; i++) {
		all += s->ns[i];
		if (!s->ns[i] && i == OL_STEP_WEIGHTS)
			continue;
		name(out, ol_str(ol_step_names[i]), width, "  ");
		ol_buf_printf(out, "%9.2f\n", ms(s->ns[i]));
	}
	name(out, OL_STR("all"), width, "  ");
	ol_buf_printf(out, "%9.2f\n\n", ms(all));
}

static int by_cost(const void *x, const void *y)
{
	const struct ol_stat_rule *a = *(const struct ol_stat_rule *const *)x,
				  *b = *(const struct ol_stat_rule *const *)y;

	if (a->ns != b->ns)
		return a->ns < b->ns ? 1 : -1;
	return ol_str_cmp(a->rule, b->rule);
}

static void costs(struct ol_report *r, const struct ol_statistics *s, size_t width)
{
	const struct ol_stat_rule **at =
	    calloc((size_t)s->n + 1, sizeof(const struct ol_stat_rule *));
	uint32_t shown = r->verbose > 0 || s->n <= COSTLY ? s->n : COSTLY;
	struct ol_buf *out = &r->out;
	uint64_t rest = 0;

	if (!at) {
		out->failed = true;
		return;
	}
	for (uint32_t i = 0; i < s->n; i++)
		at[i] = &s->rules[i];
	qsort(at, s->n, sizeof(const struct ol_stat_rule *), by_cost);
	name(out, OL_STR("cost of rules"), width, "");
	ol_buf_z(out, "       ms  looked at     hits\n");
	for (uint32_t i = 0; i < s->n; i++) {
		if (i >= shown) {
			rest += at[i]->ns;
			continue;
		}
		name(out, at[i]->rule, width, "  ");
		ol_buf_printf(out, "%9.2f", ms(at[i]->ns));
		cell(out, at[i]->candidates, 11);
		cell(out, at[i]->matches, 9);
		ol_buf_char(out, '\n');
	}
	if (shown < s->n) {
		ol_buf_printf(out, "  and %u more", (unsigned)(s->n - shown));
		ol_buf_printf(out, ", %.2f ms, shown with -v\n", ms(rest));
	}
	free(at);
}

void ol_statistics_text(struct ol_report *r)
{
	const struct ol_statistics *s = r->statistics;
	size_t width = 24;

	if (!s)
		return;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->rules[i].rule.n + 3 > width && s->rules[i].rule.n < 60)
			width = s->rules[i].rule.n + 3;
	ol_buf_z(&r->out, "\nStatistics of ");
	ol_text_count(&r->out, s->models);
	ol_buf_z(&r->out, s->models == 1 ? " model\n\n" : " models\n\n");
	findings(&r->out, s, width);
	steps(&r->out, s, width);
	costs(r, s, width);
}

/* ---- JSON ---- */

static void key_ms(struct ol_json *j, const char *key, uint64_t ns)
{
	ol_json_key(j, key);
	ol_json_double(j, (double)(ns / 1000) / 1000);
}

static void stat(struct ol_json *j, const char *what, const struct ol_stat_rule *r, bool models)
{
	ol_json_open(j, '{');
	ol_json_key(j, what);
	ol_json_str(j, r->rule);
	for (int k = OL_SEV_COUNT - 1; k >= 0; k--)
		ol_json_key_uint(j, ol_severity_names[k], r->counts[k]);
	ol_json_key_uint(j, "aside", r->aside);
	if (models)
		ol_json_key_uint(j, "models", r->models);
	ol_json_key_uint(j, "candidates", r->candidates);
	ol_json_key_uint(j, "hits", r->matches);
	key_ms(j, "ms", r->ns);
	ol_json_close(j, '}');
}

void ol_statistics_json(struct ol_report *r)
{
	const struct ol_statistics *s = r->statistics;
	struct ol_json *j = &r->json;
	struct ol_stat_rule sum;

	if (!s)
		return;
	ol_json_key_open(j, "statistics", '{');
	ol_json_key_uint(j, "models", s->models);
	ol_json_key_open(j, "time", '{');
	for (int i = 0; i < OL_STEPS; i++)
		key_ms(j, ol_step_names[i], s->ns[i]);
	ol_json_close(j, '}');
	ol_json_key_open(j, "families", '[');
	for (uint32_t i = 0; i < s->n;) {
		i = ol_statistics_family(s, i, &sum);
		stat(j, "family", &sum, false);
	}
	ol_json_close(j, ']');
	ol_json_key_open(j, "rules", '[');
	for (uint32_t i = 0; i < s->n; i++)
		stat(j, "rule", &s->rules[i], true);
	ol_json_close(j, ']');
	ol_json_close(j, '}');
}
