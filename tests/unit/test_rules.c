/* A rule file compiled, moved in memory, opened and read back: every field as written. Images that
 * are no good. Templates. The host here is small and of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/builtin.h"
#include "rules/rules.h"

static struct ol_val node_op(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	(void)self;
	return ol_v_str(OL_STR("Conv"));
}

static struct ol_val node_count(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int((int64_t)self.u.obj.a);
}

static const struct ol_field node_fields[] = {
	{"op", "string", node_op, "operator"}, {"count", "int", node_count, ""}, {0}};
static const struct ol_field no_fields[] = {{0}};
static const struct ol_class classes[] = {
	{"model", no_fields, ""}, {"graph", no_fields, ""},	   {"node", node_fields, ""},
	{"value", no_fields, ""}, {"opset_import", no_fields, ""}, {"function", no_fields, ""},
	{"target", no_fields, ""}};
static const struct ol_env env = {.classes = classes, .n_classes = 7, .container = ""};

static void run_nothing(struct ol_check *c)
{
	(void)c;
}
static const struct ol_builtin_var hit_vars[] = {{"text", "string", ""}, {"n", "int", ""}, {0}};
static const struct ol_builtin hit = {
	.name = "hit-it", .about = "", .vars = hit_vars, .run = run_nothing};
static const struct ol_builtin *const builtins[] = {&hit, NULL};
static const struct ol_rules_host host = {.env = &env, .builtins = builtins};

static const char rich[] = "family: demo\n"
			   "about: A family.\n"
			   "rules:\n"
			   "  - id: second\n"
			   "    severity: note\n"
			   "    scope: model\n"
			   "    message: plain\n"
			   "    why: because\n"
			   "    untestable-in-text: no way\n"
			   "    examples: {good: [{model: m}]}\n"
			   "  - id: first\n"
			   "    severity: error\n"
			   "    confidence: likely\n"
			   "    scope: node\n"
			   "    for-each-target: true\n"
			   "    builtin: hit-it\n"
			   "    match:\n"
			   "      op: [Conv, Relu]\n"
			   "      domain: {not-in: [ai.onnx, com.acme]}\n"
			   "      status: custom\n"
			   "    let:\n"
			   "      twice: node.count * 2\n"
			   "      more: twice + n\n"
			   "    when: twice > 4 && text != ''\n"
			   "    severity-when:\n"
			   "      - {if: more > 100, severity: warning}\n"
			   "      - {if: more > 10, confidence: certain}\n"
			   "    message: |\n"
			   "      {node.op} has {{{twice}}}: {'}' + \"{\"} and {{}}\n"
			   "    why: |\n"
			   "      Because.\n"
			   "      Two lines.\n"
			   "    root-cause: \"{text}\"\n"
			   "    blast: model\n"
			   "    effort: high\n"
			   "    enabled: false\n"
			   "    fixes:\n"
			   "      - {title: \"Rename {node.op}\", if: n > 0, action: rename-op, "
			   "with: {to: \"x{n}\", how: 3}, applicability: unsafe}\n"
			   "      - {title: By hand}\n"
			   "    references: [https://onnx.ai/a, http://b]\n"
			   "    examples:\n"
			   "      bad:\n"
			   "        - name: one\n"
			   "          target: keras\n"
			   "          model: |\n"
			   "            text of\n"
			   "            a model\n"
			   "          becomes: other\n"
			   "          expect:\n"
			   "            - {at: \"node:y\", message: has, severity: error, fixes: "
			   "[Rename Conv, By hand], count: 3}\n"
			   "            - {}\n"
			   "      good:\n"
			   "        - {model: fine, target: keras}\n";

struct made {
	struct ol_buf image, moved;
	struct ol_rules rules;
};

static void make(struct made *m, const char *text)
{
	struct ol_notes notes = {0};
	struct ol_buf out = {0};
	struct ol_err err = {0};

	*m = (struct made){0};
	ol_buf_z(&m->image, "odd"); /* an image starts at the next multiple of 8 */
	if (ol_rules_compile(ol_str(text), "dir/demo.yaml", &host, &m->image, &notes)) {
		ol_notes_print(&notes, ol_str(text), &out);
		fail_msg("%s", out.p);
	}
	ol_buf_add(&m->moved, m->image.p + 8, m->image.n - 8);
	ol_buf_free(&m->image); /* nothing may point there */
	ol_rules_init(&m->rules);
	assert_int_equal(ol_rules_open(&m->rules, m->moved.p, m->moved.n, &err), 0);
	ol_notes_free(&notes);
}

static void unmake(struct made *m)
{
	ol_rules_free(&m->rules);
	ol_buf_free(&m->moved);
}

static void assert_str(struct ol_str s, const char *want)
{
	if (!ol_str_is(s, want))
		fail_msg("'%.*s', not '%s'", OL_FMT(s), want);
}

/* A template's text with the slots model, node, target, text, n, twice, more. */
static void assert_says(struct ol_template t, const char *want)
{
	struct ol_var vars[] = {{"model", "model"}, {"node", "node"}, {"target", "target"},
				{"text", "string"}, {"n", "int"},     {"twice", "int"},
				{"more", "int"}};
	struct ol_val slots[] = {ol_v_obj(0, 0, 0), ol_v_obj(2, 21, 0),
				 ol_v_obj(6, 0, 0), ol_v_str(OL_STR("a text")),
				 ol_v_int(7),	    ol_v_int(42),
				 ol_v_int(49)};
	struct ol_env full = env;
	struct ol_arena scratch;
	struct ol_eval e = {.env = &full, .slots = slots, .scratch = &scratch, .max_steps = 100000};
	struct ol_buf out = {0};

	full.vars = vars;
	full.n_vars = 7;
	ol_arena_init(&scratch, 0);
	for (uint32_t i = 0; i < t.n; i++) {
		if (t.parts[i].expr)
			ol_v_print(&e, ol_expr_eval(&e, t.parts[i].expr), &out);
		else
			ol_buf_str(&out, t.parts[i].text);
	}
	assert_string_equal(out.p, want);
	ol_buf_free(&out);
	ol_arena_free(&scratch);
}

static void test_defaults(void **state)
{
	const struct ol_rule *r;
	struct made m;

	(void)state;
	make(&m, rich);
	assert_int_equal(m.rules.n, 2);
	r = ol_rules_find(&m.rules, OL_STR("demo/second"));
	assert_non_null(r);
	assert_int_equal(r->severity, OL_SEV_NOTE);
	assert_int_equal(r->confidence, OL_CONF_CERTAIN);
	assert_int_equal(r->blast, OL_BLAST_NODE);
	assert_int_equal(r->effort, OL_EFFORT_LOW);
	assert_int_equal(r->scope, OL_SCOPE_MODEL);
	assert_true(r->enabled);
	assert_false(r->for_each_target);
	assert_null(r->when);
	assert_int_equal(r->n_slots, 1);
	assert_int_equal(r->builtin.n + r->root_cause.n + r->n_lets + r->n_fixes + r->match.op.n,
			 0);
	assert_int_equal(r->line, 4);
	assert_int_equal(r->n_examples, 1);
	assert_false(r->examples[0].bad);
	assert_says(r->message, "plain");
	unmake(&m);
}

static void test_all_fields(void **state)
{
	const struct ol_rule_example *x;
	const struct ol_rule *r;
	struct made m;

	(void)state;
	make(&m, rich);
	r = &m.rules.at[0];
	assert_str(r->id, "demo/first");
	assert_str(r->family, "demo");
	assert_str(r->file, "dir/demo.yaml");
	assert_str(r->about, "A family.");
	assert_str(r->why, "Because.\nTwo lines.");
	assert_str(r->builtin, "hit-it");
	assert_int_equal(r->line, 11);
	assert_int_equal(r->severity, OL_SEV_ERROR);
	assert_int_equal(r->confidence, OL_CONF_LIKELY);
	assert_int_equal(r->scope, OL_SCOPE_NODE);
	assert_int_equal(r->blast, OL_BLAST_MODEL);
	assert_int_equal(r->effort, OL_EFFORT_HIGH);
	assert_true(r->for_each_target);
	assert_false(r->enabled);
	assert_int_equal(r->n_slots, 7);
	assert_int_equal(r->match.op.n, 2);
	assert_str(r->match.op.at[1], "Relu");
	assert_int_equal(r->match.domain.n, 0);
	assert_int_equal(r->match.not_domain.n, 2);
	assert_str(r->match.not_domain.at[0], "");
	assert_str(r->match.not_domain.at[1], "com.acme");
	assert_str(r->match.status.at[0], "custom");
	assert_int_equal(r->n_lets, 2);
	assert_str(r->lets[0].name, "twice");
	assert_non_null(r->lets[1].expr);
	assert_non_null(r->when);
	assert_int_equal(r->n_severity_when, 2);
	assert_int_equal(r->severity_when[0].severity, OL_SEV_WARNING);
	assert_int_equal(r->severity_when[0].confidence, -1);
	assert_int_equal(r->severity_when[1].severity, -1);
	assert_int_equal(r->severity_when[1].confidence, OL_CONF_CERTAIN);
	assert_says(r->message, "Conv has {42}: }{ and {}");
	assert_says(r->root_cause, "a text");
	assert_int_equal(r->n_fixes, 2);
	assert_says(r->fixes[0].title, "Rename Conv");
	assert_non_null(r->fixes[0].when);
	assert_str(r->fixes[0].action, "rename-op");
	assert_int_equal(r->fixes[0].applicability, OL_FIX_UNSAFE);
	assert_int_equal(r->fixes[0].n_with, 2);
	assert_str(r->fixes[0].with_keys[1], "how");
	assert_says(r->fixes[0].with_values[0], "x7");
	assert_says(r->fixes[0].with_values[1], "3");
	assert_int_equal(r->fixes[1].applicability, OL_FIX_MANUAL);
	assert_null(r->fixes[1].when);
	assert_str(r->references.at[1], "http://b");
	assert_int_equal(r->n_examples, 2);
	x = &r->examples[0];
	assert_true(x->bad);
	assert_str(x->name, "one");
	assert_str(x->target, "keras");
	assert_str(x->model, "text of\na model");
	assert_str(x->becomes, "other");
	assert_int_equal(x->line, 43);
	assert_int_equal(x->n_expects, 2);
	assert_str(x->expects[0].at, "node:y");
	assert_str(x->expects[0].severity, "error");
	assert_str(x->expects[0].fixes.at[1], "By hand");
	assert_int_equal(x->expects[0].count, 3);
	assert_int_equal(x->expects[1].count, 1);
	assert_int_equal(x->expects[1].line, 51);
	assert_str(r->examples[1].model, "fine");
	unmake(&m);
}

#define RULE(id, more)                                                                             \
	"  - {id: " id ", severity: note, scope: model, message: " more                            \
	", why: w, untestable-in-text: t, "                                                        \
	"examples: {good: [{model: m}]}}\n"

static void test_sets(void **state)
{
	struct ol_notes notes = {0};
	struct ol_buf image = {0};
	struct ol_err err = {0};
	struct ol_rules set;

	(void)state;
	assert_int_equal(ol_rules_compile(OL_STR("family: b\nrules:\n" RULE("x-one", "old")
							 RULE("two", "old")),
					  "b.yaml", &host, &image, &notes),
			 0);
	assert_int_equal(ol_rules_compile(OL_STR("family: a\nrules:\n" RULE("z", "old")), "a.yaml",
					  &host, &image, &notes),
			 0);
	assert_int_equal(ol_rules_compile(OL_STR("family: b\nrules:\n" RULE("two", "new")),
					  "c.yaml", &host, &image, &notes),
			 0);
	ol_rules_init(&set);
	assert_int_equal(ol_rules_open(&set, image.p, image.n, &err), 0);
	assert_int_equal(set.n, 3);
	assert_str(set.at[0].id, "a/z");
	assert_str(set.at[1].id, "b/two");
	assert_str(set.at[1].message.parts[0].text, "new");
	assert_str(set.at[1].file, "c.yaml");
	assert_null(ol_rules_find(&set, OL_STR("b/thre")));
	assert_str(ol_rules_nearest(&set, OL_STR("b/x-oen")), "b/x-one");
	assert_str(ol_rules_nearest(&set, OL_STR("x-one")), "b/x-one");
	assert_str(ol_rules_nearest(&set, OL_STR("nothing-like-it")), "");
	assert_true(ol_rule_selected(&set.at[2], OL_STR("b")));
	assert_true(ol_rule_selected(&set.at[2], OL_STR("b/x-one")));
	assert_true(ol_rule_selected(&set.at[2], OL_STR("b/x*")));
	assert_true(ol_rule_selected(&set.at[2], OL_STR("*")));
	assert_false(ol_rule_selected(&set.at[2], OL_STR("a")));
	assert_false(ol_rule_selected(&set.at[2], OL_STR("b/x")));
	ol_rules_free(&set);
	ol_buf_free(&image);
	ol_notes_free(&notes);
}

/* Whatever is done to an image's bytes, opening it reads nothing outside (the sanitizers watch). */
static void test_broken_images(void **state)
{
	struct made m;
	struct ol_rules set;
	struct ol_err err = {0};
	uint32_t refused = 0;
	char *copy;

	(void)state;
	make(&m, rich);
	copy = malloc(m.moved.n);
	assert_non_null(copy);
	for (size_t i = 0; i < m.moved.n; i++) {
		for (int k = 0; k < 3; k++) {
			memcpy(copy, m.moved.p, m.moved.n);
			copy[i] = (char)(k == 0 ? 0xff : k == 1 ? 0 : copy[i] ^ 0x10);
			ol_rules_init(&set);
			refused += ol_rules_open(&set, copy, m.moved.n, &err) != 0;
			for (uint32_t j = 0; j < set.n; j++)
				ol_rules_nearest(&set, set.at[j].id);
			ol_rules_free(&set);
		}
	}
	assert_true(refused > 100);
	for (size_t n = 1; n < m.moved.n; n += 7) {
		char *cut = malloc(n);

		assert_non_null(cut);
		memcpy(cut, m.moved.p, n);
		ol_rules_init(&set);
		assert_int_equal(ol_rules_open(&set, cut, n, &err), -1);
		ol_rules_free(&set);
		free(cut);
	}
	ol_rules_init(&set);
	assert_int_equal(ol_rules_open(&set, NULL, 0, &err), 0);
	assert_null(ol_rules_find(&set, OL_STR("x")));
	ol_rules_free(&set);
	free(copy);
	unmake(&m);
}

/* Time and memory stay bounded whatever is repeated. */
static void test_much(void **state)
{
	static const struct {
		const char *head, *unit, *tail;
		size_t n;
	} rows[] = {
		{"family: d\nrules:\n  - id: a\n    message: \"", "{", "\"\n", 60000},
		{"family: d\nrules:\n  - id: a\n    message: \"", "{1}", "\"\n", 20000},
		{"family: d\nrules:\n  - id: a\n    message: \"", "{\\\\\\\"}", "\"\n", 10000},
		{"family: d\nrules:\n  - id: a\n    message: \"", "{x}", "\"\n", 20000},
		{"family: d\nrules:\n  - id: a\n    message: '", "}", "'\n", 60000},
		{"family: d\nrules:\n  - id: a\n    when: '", "(", "'\n", 60000},
		{"family: d\nrules:\n  - id: a\n    when: '", "x+", "x'\n", 30000},
		{"family: d\nrules:\n", "  - id: a\n", "", 90000},
		{"family: d\nrules:\n", "  - {}\n", "", 60000},
		{"family: d\nrules:\n  - id: a\n    let:\n", "      a: 1\n", "", 60000},
		{"family: d\nrules:\n  - id: a\n    match: {op: [", "a,", "b]}\n", 90000},
		{"family: d\nrules:\n  - id: a\n    scope: node\n    match: {op: [", "a,", "b]}\n",
		 90000},
		{"family: d\nrules:\n  - id: a\n    fixes: [", "{title: x},", "]\n", 60000},
		{"", "a: 1\n", "", 90000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ol_buf text = {0}, image = {0}, out = {0};
		struct ol_notes notes = {0};

		ol_buf_z(&text, rows[i].head);
		for (size_t k = 0; k < rows[i].n; k++)
			ol_buf_z(&text, rows[i].unit);
		ol_buf_z(&text, rows[i].tail);
		assert_int_equal(ol_rules_compile(ol_buf_view(&text), "t", &host, &image, &notes),
				 -1);
		assert_true(notes.n > 0 && notes.n <= OL_NOTES_MOST + 1);
		ol_notes_print(&notes, ol_buf_view(&text), &out);
		ol_buf_free(&out);
		ol_buf_free(&text);
		ol_buf_free(&image);
		ol_notes_free(&notes);
	}
}

static void test_json_schema(void **state)
{
	struct ol_buf out = {0};

	(void)state;
	ol_rules_json_schema(&out);
	assert_false(out.failed);
	assert_non_null(strstr(out.p, "\"https://json-schema.org/draft/2020-12/schema\""));
	assert_non_null(strstr(out.p, "\"for-each-target\""));
	ol_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults), cmocka_unit_test(test_all_fields),
		cmocka_unit_test(test_sets),	 cmocka_unit_test(test_broken_images),
		cmocka_unit_test(test_much),	 cmocka_unit_test(test_json_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
