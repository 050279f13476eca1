/* catalogue.c: the lists of rules, targets, formats and limits, as C strings made on first use. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api.h"

void ol_api_catalogues_free(struct onnxlint *a)
{
	for (int i = 0; i < OL_API_CATALOGUES; i++)
		ol_arena_free(&a->catalogues[i].arena);
}

static const char *z(struct ol_arena *a, struct ol_str s)
{
	struct ol_str copy = ol_arena_str(a, s);

	return copy.p ? copy.p : "";
}

static void fill_rule(const struct onnxlint *a, struct ol_arena *m, uint32_t i, struct onnxlint_entry *e)
{
	const struct ol_rule *r = &a->rules.at[i];

	*e = (struct onnxlint_entry){
		.name = z(m, r->id),
		.about = z(m, ol_layout_sentence(r->why.n ? r->why : r->about)),
		.detail = ol_severity_names[r->severity],
		.enabled = r->enabled,
	};
}

static void fill_target(const struct onnxlint *a, struct ol_arena *m, uint32_t i, struct onnxlint_entry *e)
{
	struct ol_target t = ol_target_at(i);

	(void)a;
	*e = (struct onnxlint_entry){
		.name = z(m, t.name), .about = z(m, t.title), .detail = z(m, t.version), .enabled = 1};
}

static void fill_format(const struct onnxlint *a, struct ol_arena *m, uint32_t i, struct onnxlint_entry *e)
{
	(void)a;
	(void)m;
	*e = (struct onnxlint_entry){
		.name = ol_formats[i]->name, .about = ol_formats[i]->about, .detail = "", .enabled = 1};
}

static void fill_limit(const struct onnxlint *a, struct ol_arena *m, uint32_t i, struct onnxlint_entry *e)
{
	char text[32];

	(void)a;
	snprintf(text, sizeof(text), "%" PRIu64, ol_limit_rows[i].value);
	*e = (struct onnxlint_entry){
		.name = ol_limit_rows[i].name,
		.about = ol_limit_rows[i].about,
		.detail = z(m, ol_str(text)),
		.enabled = 1,
	};
}

static uint32_t count_rules(const struct onnxlint *a)
{
	return a->rules.n;
}

static uint32_t count_targets(const struct onnxlint *a)
{
	uint32_t n = 0;

	(void)a;
	while (ol_target_at(n).row)
		n++;
	return n;
}

static uint32_t count_formats(const struct onnxlint *a)
{
	uint32_t n = 0;

	(void)a;
	while (ol_formats[n])
		n++;
	return n;
}

static uint32_t count_limits(const struct onnxlint *a)
{
	uint32_t n = 0;

	(void)a;
	while (ol_limit_rows[n].name)
		n++;
	return n;
}

static const struct {
	uint32_t (*count)(const struct onnxlint *a);
	void (*fill)(const struct onnxlint *a, struct ol_arena *m, uint32_t i, struct onnxlint_entry *e);
} kinds[OL_API_CATALOGUES] = {
	[OL_API_RULES] = {count_rules, fill_rule},
	[OL_API_TARGET_LIST] = {count_targets, fill_target},
	[OL_API_FORMATS] = {count_formats, fill_format},
	[OL_API_LIMITS] = {count_limits, fill_limit},
};

static int entry(struct onnxlint *a, int kind, size_t i, struct onnxlint_entry *e)
{
	struct ol_api_catalogue *c = &a->catalogues[kind];

	if (c->stamp != a->n_images + 1) {
		uint32_t n = kinds[kind].count(a);

		ol_arena_free(&c->arena);
		c->n = 0;
		c->at = OL_NEWN(&c->arena, struct onnxlint_entry, n);
		for (uint32_t k = 0; c->at && k < n; k++)
			kinds[kind].fill(a, &c->arena, k, &c->at[k]);
		c->n = c->at ? n : 0;
		c->stamp = a->n_images + 1;
	}
	if (i >= c->n)
		return 0;
	*e = c->at[i];
	return 1;
}

int onnxlint_rule_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e)
{
	return entry(a, OL_API_RULES, i, e);
}

int onnxlint_target_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e)
{
	return entry(a, OL_API_TARGET_LIST, i, e);
}

int onnxlint_format_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e)
{
	return entry(a, OL_API_FORMATS, i, e);
}

int onnxlint_limit_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e)
{
	return entry(a, OL_API_LIMITS, i, e);
}
