/* test_engine_run.c: which rules reach which things, how answers are counted, limits, and verdicts.
 * Expected values are counted by hand in the models. */
#include "test_engine_model.h"

struct row {
	const char *id, *severity, *scope, *body; /* body: further keys, one a line */
};

/* Compiles rules that have what every rule must have, and the keys of each row. */
static void rules_of(struct world *w, const struct row *rows)
{
	struct ol_buf yaml = {0};

	ol_buf_z(&yaml, "family: t\nabout: test\nrules:\n");
	for (; rows->id; rows++) {
		bool each = strstr(rows->body, "for-each-target") != NULL;

		ol_buf_printf(&yaml, "  - id: %s\n    severity: %s\n    scope: %s\n    ", rows->id,
			      rows->severity, rows->scope);
		for (const char *c = rows->body; *c; c++) {
			ol_buf_char(&yaml, *c);
			if (*c == '\n')
				ol_buf_z(&yaml, "    ");
		}
		ol_buf_z(&yaml, "\n    why: test\n    untestable-in-text: test\n");
		ol_buf_printf(&yaml,
			      "    examples: {good: [{%smodel: 'g (float x) => (float y) "
			      "{ y = Relu (x) }'}]}\n",
			      each ? "target: onnxruntime-cpu, " : "");
	}
	world_rules(w, yaml.p);
	ol_buf_free(&yaml);
}

#define CHAIN                                                                                      \
	"<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]>\n"                           \
	"g (float[4] x) => (float[4] z) <float[4] w = {1,2,3,4}, int64[1] i = {0}> {\n"            \
	"  [n1] a = Relu (x)\n"                                                                    \
	"  [n2] b = Add (a, w)\n"                                                                  \
	"  [n3] c = Relu (b)\n"                                                                    \
	"  d = com.acme.Foo (c)\n"                                                                 \
	"  e = Reluu (d)\n"                                                                        \
	"  [n6] z = Gather (e, i)\n"                                                               \
	"}\n"

/* op, domain, status and not-in reach what they name and nothing else */
static void match(void **state)
{
	static const struct row rows[] = {
	    {"a", "note", "node",
	     "match: {op: [Relu, Conv]}\n"
	     "message: '{node.name}'"},
	    {"b", "note", "node",
	     "match: {status: [custom, unknown]}\n"
	     "message: '{node.op}'"},
	    {"c", "note", "node",
	     "match: {domain: {not-in: ['', ai.onnx]}}\n"
	     "message: '{node.op}'"},
	    {"d", "note", "initializer",
	     "match: {dtype: int64}\n"
	     "message: '{initializer.name}'"},
	    {"e", "note", "value",
	     "match: {kind: output}\n"
	     "message: '{value.name}'"},
	    {"f", "note", "opset_import",
	     "match: {domain: com.acme}\n"
	     "message: '{opset_import.version}'"},
	    {"g", "note", "model", "message: '{model.n_nodes}'"},
	    {"h", "note", "graph", "message: '{graph.name}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	rules_of(&w, rows);
	world_run(&w);
	/* equal scores: in file order, what is about the whole model first */
	assert_found(
	    &w, "t/g 6; t/f 1; t/h g; t/e z; t/d i; t/a n1; t/a n3; t/b Foo; t/c Foo; t/b Reluu");
	assert_int_equal(stats_of(&w, "t/a")->candidates, 2);
	assert_int_equal(stats_of(&w, "t/b")->candidates, 2);
	assert_int_equal(stats_of(&w, "t/e")->candidates, 1);
	world_close(&w);
}

/* unknown facts are counted and are no findings; errors are the rule's and are kept */
static void unknown_and_error(void **state)
{
	static const struct row rows[] = {
	    {"a", "note", "node",
	     "match: {op: Gather}\n"
	     "when: node.inputs[0].rank > 9\n"
	     "message: never"},
	    {"b", "note", "node",
	     "match: {op: Relu}\n"
	     "when: 1 / (node.n_inputs - 1) == 1\n"
	     "message: never"},
	    {"c", "note", "node",
	     "match: {op: Gather}\n"
	     "message: 'rank {node.inputs[0].rank}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	rules_of(&w, rows);
	world_run(&w);
	assert_found(&w, "t/c rank ?");
	assert_int_equal(stats_of(&w, "t/a")->unknown, 1);
	assert_int_equal(stats_of(&w, "t/a")->errors, 0);
	assert_int_equal(stats_of(&w, "t/b")->errors, 2);
	assert_true(stats_of(&w, "t/b")->error[0] != '\0');
	assert_int_equal(w.f.rule_errors, 2);
	assert_true(w.f.undecided >= 1);
	world_close(&w);
}

/* lets are seen everywhere; grades, root cause, fixes and their conditions */
static void finding(void **state)
{
	static const struct row rows[] = {
	    {"a", "warning", "node",
	     "confidence: likely\n"
	     "match: {op: Add}\n"
	     "let: {first: 'node.inputs[0]', other: 'node.inputs[1]', bad: '1 / 0'}\n"
	     "when: other.is_const\n"
	     "message: '{first.name} {{and}} {other.name}'\n"
	     "severity-when: [{if: first.is_const, severity: note},\n"
	     "  {if: 'other.dtype == \"float32\"', severity: error, confidence: certain},\n"
	     "  {if: 'true', severity: note}]\n"
	     "root-cause: '{other.name}'\n"
	     "blast: downstream\n"
	     "effort: high\n"
	     "fixes:\n"
	     "  - {title: 'no', if: first.is_const, applicability: manual}\n"
	     "  - {title: 'unknown', if: 'first.rank > 1', applicability: manual}\n"
	     "  - {title: 'fold {other.name}', action: fold, with: {value: '{other.name}'},\n"
	     "     applicability: safe}\n"
	     "  - {title: 'ask', applicability: manual}"},
	    {NULL, NULL, NULL, NULL},
	};
	const struct ol_finding *f;
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	rules_of(&w, rows);
	world_run(&w);
	assert_found(&w, "t/a a {and} w");
	f = &w.f.at[0];
	assert_int_equal(f->severity, OL_SEV_ERROR);
	assert_int_equal(f->confidence, OL_CONF_CERTAIN);
	assert_int_equal(f->effort, OL_EFFORT_HIGH);
	assert_true(ol_str_is(f->group, "w"));
	assert_int_equal(f->n_fixes, 2);
	assert_true(ol_str_is(f->fixes[0].title, "fold w"));
	assert_true(ol_str_is(f->fixes[0].action, "fold"));
	assert_int_equal(f->fixes[0].with.n, 1);
	assert_true(ol_str_is(f->fixes[0].with.keys[0], "value"));
	assert_true(ol_str_is(f->fixes[0].with.values[0], "w"));
	assert_int_equal(f->fixes[0].applicability, OL_FIX_SAFE);
	assert_int_equal(f->fixes[1].applicability, OL_FIX_MANUAL);
	assert_int_equal(f->blocks, 5);	      /* Add, Relu, Foo, Reluu, Gather */
	assert_int_equal(w.f.rule_errors, 0); /* `bad` is never used */
	world_close(&w);
}

/* an override is the last word; rule_on chooses */
static void options(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "node",
	     "match: {op: Relu}\n"
	     "message: m\n"
	     "severity-when: [{if: 'true', severity: error}]"},
	    {"b", "error", "node",
	     "match: {op: Add}\n"
	     "message: m"},
	    {NULL, NULL, NULL, NULL},
	};
	int8_t severity[2] = {OL_SEV_NOTE, -1};
	uint8_t on[2] = {1, 0};
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	rules_of(&w, rows);
	w.o.rule_severity = severity;
	w.o.rule_on = on;
	world_run(&w);
	assert_int_equal(w.f.n, 2);
	assert_int_equal(w.f.counts[OL_SEV_NOTE], 2);
	world_close(&w);
}

/* what is past the limits is counted */
static void limits(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "node", "message: '{node.index}'"},
	    {"b", "error", "node", "message: '{node.index}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	rules_of(&w, rows);
	w.o.max_per_rule = 4;
	w.o.max_findings = 6;
	world_run(&w);
	assert_int_equal(w.f.n, 6);
	assert_int_equal(w.f.dropped, 6); /* 2 of a, 4 of b */
	assert_int_equal(stats_of(&w, "t/b")->matches, 6);
	world_close(&w);
}

/* An answer that hangs on the kind alone is asked once a kind, and holds for all its nodes. */
static void once_a_kind(void **state)
{
	static const struct row rows[] = {
	    {"a", "note", "node",
	     "when: node.op == 'Abs'\n"
	     "message: m"},
	    {"b", "note", "node",
	     "when: node.opset == 5\n"
	     "message: m"},
	    {"c", "note", "node",
	     "when: node.index == 7\n"
	     "message: m"},
	    {"d", "note", "node",
	     "when: node.op == 'Neg' || node.index == 7\n"
	     "message: m"},
	    {NULL, NULL, NULL, NULL},
	};
	struct ol_buf text = {0};
	struct world w;

	(void)state;
	ol_buf_z(&text, "g (float[4] x) => (float[4] v300) {\n v0 = Neg (x)\n");
	for (int i = 1; i <= 300; i++)
		ol_buf_printf(&text, " v%d = %s (v%d)\n", i, i % 3 ? "Relu" : "Abs", i - 1);
	ol_buf_z(&text, "}\n");
	world_open(&w, text.p);
	rules_of(&w, rows);
	world_run(&w);
	assert_int_equal(stats_of(&w, "t/a")->matches, 100);
	assert_int_equal(stats_of(&w, "t/a")->candidates, 301);
	assert_int_equal(stats_of(&w, "t/b")->candidates, 301);
	assert_true(stats_of(&w, "t/b")->steps < 60); /* three kinds, a few steps each */
	assert_int_equal(stats_of(&w, "t/c")->matches, 1);
	assert_int_equal(stats_of(&w, "t/d")->matches, 2);
	world_close(&w);
	ol_buf_free(&text);
}

/* Liveness and graph split a kind; the answers kept for one part are not given for another. */
static void parts_of_a_kind(void **state)
{
	static const struct row rows[] = {
	    {"a", "note", "node", "when: '!node.live'\nmessage: '{node.name}'"},
	    {"b", "note", "node", "when: node.graph.is_main\nmessage: '{node.name}'"},
	    {"c", "note", "node", "when: node.live && !node.graph.is_main\nmessage: '{node.name}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, "g (float[4] x, bool c) => (float[4] y) {\n"
		       " [p] a = Relu (x)\n [q] dead = Relu (x)\n [r] b = Relu (a)\n"
		       " [if] y = If (c) <then_branch = t () => (float[4] o) "
		       "{ [s] o = Relu (b) [u] n = Relu (b) },\n"
		       " else_branch = e () => (float[4] o) { [v] o = Relu (b) }>\n"
		       " [w] z = Relu (a)\n}\n");
	rules_of(&w, rows);
	world_run(&w);
	assert_int_equal(stats_of(&w, "t/a")->matches, 3); /* q, u, w */
	assert_int_equal(stats_of(&w, "t/b")->matches, 5); /* p, q, r, if, w */
	assert_int_equal(stats_of(&w, "t/c")->matches, 2); /* s, v */
	assert_found(&w, "t/b p; t/a q; t/b q; t/b r; t/b if; t/a w; t/b w; t/c s; t/a u; t/c v");
	world_close(&w);
}

/* what loading found is told by the rule whose id it carries, by no other */
static void diagnostics(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "model",
	     "builtin: diagnostics\n"
	     "message: '{text}'"},
	    {"b", "warning", "model",
	     "builtin: diagnostics\n"
	     "message: '{text}'"},
	    {"c", "warning", "model",
	     "builtin: diagnostics\n"
	     "message: '{text}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, "g (float[4] x) => (float[4] y) { y = Relu (x) }");
	for (int i = 0; i < 3; i++)
		ol_model_diag(w.m, i == 1 ? "t/b" : "t/a", OL_NOWHERE, "found %d", i);
	rules_of(&w, rows);
	world_run(&w);
	assert_found(&w, "t/a found 0; t/a found 2; t/b found 1");
	world_close(&w);
}

static void targets(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "node",
	     "for-each-target: true\n"
	     "when: target.supports(node).status == 'full'\n"
	     "message: runs {node.op}\n"
	     "match: {op: Relu}"},
	    {"b", "note", "node",
	     "for-each-target: true\n"
	     "when: target.supports(node).status == 'none'\n"
	     "message: m"},
	    {NULL, NULL, NULL, NULL},
	};
	struct ol_target t[2];
	struct ol_err err = {0};
	struct world w;

	(void)state;
	t[0] = t[1] = ol_target_find(OL_STR("onnxruntime-cpu"));
	assert_non_null(t[0].row);
	world_open(&w, "<ir_version: 8, opset_import: [\"\" : 17]>\n"
		       "g (float[4] x) => (float[4] y) { a = Relu (x) y = Neg (a) }");
	rules_of(&w, rows);
	/* no target selected: such rules do not run */
	world_run(&w);
	assert_int_equal(w.f.n, 0);
	/* two targets, one finding about both */
	w.o.targets = t;
	w.o.n_targets = 2;
	world_run(&w);
	assert_found(&w, "t/a runs Relu");
	assert_int_equal(w.f.at[0].targets, 3);
	assert_int_equal(ol_engine_verdicts(w.ir, &w.o, &w.f, &err), 0);
	assert_int_equal(w.f.n_verdicts, 2);
	assert_string_equal(w.f.verdicts[0].verdict, "blocked");
	assert_int_equal(w.f.verdicts[0].supported_nodes, 2);
	assert_int_equal(w.f.verdicts[0].blocking, 1);
	assert_int_equal(w.f.verdicts[0].score, 85); /* 100 * 2/2 - 15 * log2(2) */
	world_close(&w);
}

static void ready_and_fixable(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "node",
	     "match: {op: Relu}\n"
	     "message: m\n"
	     "fixes: [{title: t, action: drop, applicability: safe}]"},
	    {NULL, NULL, NULL, NULL},
	};
	struct ol_target t = ol_target_find(OL_STR("onnxruntime-cpu"));
	struct ol_err err = {0};
	struct world w;

	(void)state;
	world_open(&w, "<ir_version: 8, opset_import: [\"\" : 17]>\n"
		       "g (float[4] x) => (float[4] y) { a = Relu (x) y = Neg (a) }");
	w.o.targets = &t;
	w.o.n_targets = 1;
	world_run(&w);
	assert_int_equal(ol_engine_verdicts(w.ir, &w.o, &w.f, &err), 0);
	assert_string_equal(w.f.verdicts[0].verdict, "ready");
	assert_int_equal(w.f.verdicts[0].score, 100);
	rules_of(&w, rows);
	world_run(&w);
	assert_int_equal(ol_engine_verdicts(w.ir, &w.o, &w.f, &err), 0);
	assert_string_equal(w.f.verdicts[0].verdict, "fixable");
	assert_int_equal(w.f.verdicts[0].score, 92); /* 100 - 15 / 2 */
	world_close(&w);
}

/* Findings past the limits block a target like those that are kept. */
static void dropped_block(void **state)
{
	static const struct row rows[] = {
	    {"a", "error", "node",
	     "for-each-target: true\n"
	     "when: target.supports(node).status == 'full'\n"
	     "message: 'runs {node.op} on {target.name}'"},
	    {NULL, NULL, NULL, NULL},
	};
	struct ol_target t[2];
	struct ol_err err = {0};
	struct world w;

	(void)state;
	t[0] = t[1] = ol_target_find(OL_STR("onnxruntime-cpu"));
	world_open(&w, "<ir_version: 8, opset_import: [\"\" : 17]>\n"
		       "g (float[4] x) => (float[4] y) { a = Relu (x) b = Neg (a) y = Exp (b) }");
	rules_of(&w, rows);
	w.o.targets = t;
	w.o.n_targets = 2;
	w.o.max_findings = 2;
	world_run(&w);
	assert_int_equal(w.f.n, 2);
	assert_int_equal(w.f.dropped, 4);
	assert_int_equal(ol_engine_verdicts(w.ir, &w.o, &w.f, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(w.f.verdicts[i].verdict, "blocked");
		assert_int_equal(w.f.verdicts[i].blocking, 3);
	}
	world_close(&w);
}

/* examples are run, and a wrong one is told with its place */
static void examples(void **state)
{
	struct ol_buf out = {0};
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	world_rules(
	    &w, "family: t\nabout: test\nrules:\n"
		"  - id: a\n    severity: error\n    scope: node\n    match: {op: Relu}\n"
		"    message: '{node.op} in {node.graph.path}'\n    why: test\n"
		"    examples:\n"
		"      bad:\n"
		"        - {name: right, model: 'g (float x) => (float y) { y = Relu (x) }',\n"
		"           expect: [{at: 'node:y', message: 'Relu in *', severity: error}]}\n"
		"        - {name: elsewhere, model: 'g (float x) => (float y) { y = Relu (x) }',\n"
		"           expect: [{at: 'node:z'}]}\n"
		"        - {name: silent, model: 'g (float x) => (float y) { y = Neg (x) }'}\n"
		"        - {name: too many, expect: [{at: 'node:a'}],\n"
		"           model: 'g (float x) => (float y) { a = Relu (x) y = Relu (a) }'}\n"
		"        - {name: counted, expect: [{count: 2}],\n"
		"           model: 'g (float x) => (float y) { a = Relu (x) y = Relu (a) }'}\n"
		"      good:\n"
		"        - {name: quiet, model: 'g (float x) => (float y) { y = Neg (x) }'}\n"
		"        - {name: noisy, model: 'g (float x) => (float y) { y = Relu (x) }'}\n");
	assert_int_equal(ol_engine_test_rules(&w.rules, NULL, &out), 4);
	assert_non_null(strstr(
	    out.p,
	    "FAIL t/a bad 2 'elsewhere': test.yaml:15: expected node:z, got node:y \"Relu in "
	    "main\"\n"));
	assert_non_null(strstr(
	    out.p, "FAIL t/a bad 3 'silent': test.yaml:16: expected a finding, got nothing\n"));
	assert_non_null(strstr(
	    out.p, "FAIL t/a bad 4 'too many': test.yaml:17: expected no more than that, got "
		   "node:y \"Relu in main\"\n"));
	assert_non_null(
	    strstr(out.p, "FAIL t/a good 2 'noisy': test.yaml:23: expected nothing, got node:y "));
	assert_non_null(strstr(out.p, "1 rule, 7 examples: 3 ok, 4 failed\n"));
	ol_buf_free(&out);
	world_close(&w);
}

/* a run that is cut short says so */
static void deadline(void **state)
{
	static const struct row rows[] = {
	    {"a", "note", "node",
	     "when: model.nodes.exists(n, n.name == 'none' && node.index > 9000)\n"
	     "message: m"},
	    {NULL, NULL, NULL, NULL},
	};
	struct ol_buf text = {0};
	struct world w;

	(void)state;
	ol_buf_z(&text, "g (float[4] x) => (float[4] v3000) {\n v0 = Neg (x)\n");
	for (int i = 1; i <= 3000; i++)
		ol_buf_printf(&text, " v%d = Relu (v%d)\n", i, i - 1);
	ol_buf_z(&text, "}\n");
	world_open(&w, text.p);
	rules_of(&w, rows);
	w.o.deadline_ms = 20;
	world_run(&w);
	assert_int_equal(w.f.n, 1);
	assert_true(ol_str_is(w.f.at[0].rule, "model/time-limit"));
	assert_int_equal(w.f.at[0].severity, OL_SEV_ERROR);
	world_close(&w);
	ol_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(match),	     cmocka_unit_test(unknown_and_error),
	    cmocka_unit_test(finding),	     cmocka_unit_test(options),
	    cmocka_unit_test(limits),	     cmocka_unit_test(once_a_kind),
	    cmocka_unit_test(diagnostics),   cmocka_unit_test(targets),
	    cmocka_unit_test(examples),	     cmocka_unit_test(ready_and_fixable),
	    cmocka_unit_test(deadline),	     cmocka_unit_test(parts_of_a_kind),
	    cmocka_unit_test(dropped_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
