/* compile_examples.c: the models that a rule is tested on, and what is expected of them. */
#include "rules/compile.h"

/* "node:y", "model": the word before ':' says the kind. */
static void check_place(struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_str s = y->text, word = s, near;
	const char *colon = memchr(s.p, ':', s.n);
	int kind;

	if (colon)
		word.n = (size_t)(colon - s.p);
	kind = ol_name_index(ol_place_words, word);
	if (kind < 0) {
		near = ol_compile_nearest(word, ol_place_words);
		ol_compile_note(c, y,
				near.n ? ol_compile_hint(near).text
				       : "as in node:y, value:x, opset:ai.onnx, model",
				"unknown place '%.*s'", OL_SHORT(s));
	} else if (!colon && !ol_str_is(word, "model")) {
		ol_compile_note(c, y, "as in node:y", "place '%.*s' has no name after ':'",
				OL_SHORT(s));
	}
}

static struct ol_names titles(struct ol_compile *c, const struct ol_yaml *y)
{
	return y && y->n ? ol_compile_names(c, &ol_keys_expect.at[EXPECT_FIXES], y)
			 : (struct ol_names){0};
}

static void expects(struct ol_compile *c, const struct ol_yaml *y, struct ol_rule_example *e)
{
	struct ol_rule_expect *rows = OL_ROWS(c, struct ol_rule_expect, y->n);

	if (!y->n)
		ol_compile_note(c, y, NULL,
				"'expect' is an empty list: say what is found, or leave it out");
	for (uint32_t i = 0; rows && i < y->n; i++) {
		const struct ol_key *k = ol_keys_expect.at;
		const struct ol_yaml *got[OL_KEYS_MOST];

		if (!ol_compile_keys(c, &y->items[i], &ol_keys_expect, got))
			continue;
		if (got[EXPECT_AT])
			check_place(c, got[EXPECT_AT]);
		ol_compile_word(c, &k[EXPECT_SEVERITY], got[EXPECT_SEVERITY], 0);
		rows[e->n_expects++] = (struct ol_rule_expect){
			.at = ol_compile_str(got[EXPECT_AT]),
			.message = ol_compile_str(got[EXPECT_MESSAGE]),
			.because = ol_compile_str(got[EXPECT_BECAUSE]),
			.severity = ol_compile_str(got[EXPECT_SEVERITY]),
			.fixes = titles(c, got[EXPECT_FIXES]),
			.count = ol_compile_count(c, &k[EXPECT_COUNT], got[EXPECT_COUNT], 1),
			.line = y->items[i].line,
		};
	}
	e->expects = rows;
}

static void example(struct ol_compile *c, const struct ol_yaml *y, bool bad, struct ol_rule *r,
		    struct ol_rule_example *e)
{
	const struct ol_yaml *got[OL_KEYS_MOST];
	struct ol_str near = OL_STR("");

	e->bad = bad;
	e->line = y->line;
	if (!ol_compile_keys(c, y, &ol_keys_example, got))
		return;
	e->name = ol_compile_str(got[EXAMPLE_NAME]);
	e->model = ol_compile_str(got[EXAMPLE_MODEL]);
	e->becomes = ol_compile_str(got[EXAMPLE_BECOMES]);
	e->target = ol_compile_str(got[EXAMPLE_TARGET]);
	if (e->target.n && c->host->known_target && !c->host->known_target(e->target, &near))
		ol_compile_note(c, got[EXAMPLE_TARGET], ol_compile_hint(near).text,
				"unknown target '%.*s'", OL_SHORT(e->target));
	if (r->for_each_target && !got[EXAMPLE_TARGET] && !ol_yaml_get(y, "target"))
		ol_compile_note(c, y->n ? &y->keys[0] : y, NULL,
				"missing key 'target' in an example: the rule runs once a target");
	if (got[EXAMPLE_EXPECT] && bad)
		expects(c, got[EXAMPLE_EXPECT], e);
	else if (got[EXAMPLE_EXPECT])
		ol_compile_note(c, got[EXAMPLE_EXPECT], "move it to 'bad'",
				"a good example expects nothing");
}

void ol_compile_examples(struct ol_compile *c, const struct ol_yaml *y, bool untestable,
			 struct ol_rule *r)
{
	const struct ol_yaml *got[OL_KEYS_MOST];
	struct ol_rule_example *rows;
	uint32_t n = 0;

	if (!y || !ol_compile_keys(c, y, &ol_keys_examples, got))
		return;
	if (!got[EXAMPLES_BAD] && !untestable && !ol_yaml_get(y, "bad"))
		ol_compile_note(
			c, y->n ? &y->keys[0] : y,
			"or say untestable-in-text: REASON beside 'examples'",
			"missing key 'bad' in 'examples': a rule shows a model that it fires on");
	for (uint32_t k = 0; k < EXAMPLES_KEYS; k++) {
		if (got[k] && !got[k]->n)
			ol_compile_note(c, got[k], NULL,
					"'%s' is an empty list: a rule shows at least one",
					ol_keys_examples.at[k].name);
		n += got[k] ? got[k]->n : 0;
	}
	rows = OL_ROWS(c, struct ol_rule_example, n);
	for (uint32_t k = 0; rows && k < EXAMPLES_KEYS; k++)
		for (uint32_t i = 0; got[k] && i < got[k]->n; i++)
			example(c, &got[k]->items[i], k == EXAMPLES_BAD, r, &rows[r->n_examples++]);
	r->examples = rows;
}
