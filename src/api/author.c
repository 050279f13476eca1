/* author.c: for authors of rules: run the examples, print JSON Schemas. */
#include "api/api.h"
#include "engine/facts.h"
#include "util/text.h"

/* By a selector, or by the file or folder that it came from. */
static bool names(struct ol_str selector, const struct ol_rule *r)
{
	size_t n = selector.n;

	if (ol_rule_selected(r, selector))
		return true;
	while (n > 1 && selector.p[n - 1] == '/')
		n--;
	return n && r->file.n >= n && memcmp(r->file.p, selector.p, n) == 0 && (r->file.n == n || r->file.p[n] == '/');
}

/* The rules that a selector names, as a set of their own that borrows from the whole one. NULL selector: all. */
static int subset(struct onnxlint *a, const char *selector, struct ol_rules *out)
{
	*out = (struct ol_rules){0};
	out->at = OL_NEWN(&out->arena, struct ol_rule, a->rules.n);
	if (!out->at)
		return ol_api_no_memory(a);
	for (uint32_t i = 0; i < a->rules.n; i++)
		if (!selector || names(ol_str(selector), &a->rules.at[i]))
			out->at[out->n++] = a->rules.at[i];
	/* its own words for a name that no rule has */
	return out->n || !selector ? 0 : ol_api_selector(a, "rules test", ol_str(selector));
}

int onnxlint_rules_test(struct onnxlint *a, const char *selector, onnxlint_writer *write, void *user)
{
	struct ol_buf out = {0};
	struct ol_rules chosen;
	int failed = -1;

	ol_api_begin(a);
	if (subset(a, selector, &chosen) == 0) {
		failed = ol_engine_test_rules(&chosen, NULL, &out);
		if (failed < 0)
			ol_api_no_memory(a);
	}
	ol_arena_free(&chosen.arena);
	if (failed < 0) {
		ol_buf_free(&out);
		return -1;
	}
	return ol_api_write(a, &out, write, user) ? -1 : failed;
}

int onnxlint_rules_schema(struct onnxlint *a, onnxlint_writer *write, void *user)
{
	struct ol_buf out = {0};

	ol_api_begin(a);
	ol_rules_json_schema(&out);
	return ol_api_write(a, &out, write, user);
}

int onnxlint_config_schema(struct onnxlint *a, onnxlint_writer *write, void *user)
{
	struct ol_buf out = {0};

	ol_api_begin(a);
	ol_config_json_schema(&out);
	return ol_api_write(a, &out, write, user);
}
