/* test_findings.c: merging, grouping, scores, order, fingerprints and places. Scores are worked out
 * by hand from the formula in the documentation. */
#include "test_engine_model.h"

/* eight nodes: node 0 reaches all, node 7 itself */
#define CHAIN                                                                                      \
	"<ir_version: 8, opset_import: [\"\" : 17]>\n"                                             \
	"g (float[4] x) => (float[4] v7) {\n"                                                      \
	" [stem] v0 = Relu (x)\n [Relu_1] v1 = Relu (v0)\n v2 = Relu (v1)\n [head] v3 = Relu "     \
	"(v2)\n"                                                                                   \
	" v4 = Neg (v3)\n v5 = Abs (v4)\n v6 = Neg (v5)\n v7 = Exp (v6)\n}\n"

static void names(void **state)
{
	(void)state;
	assert_int_equal(ol_name_index(ol_severity_names, OL_STR("error")), OL_SEV_ERROR);
	assert_int_equal(ol_name_index(ol_severity_names, OL_STR("note")), OL_SEV_NOTE);
	assert_int_equal(ol_name_index(ol_confidence_names, OL_STR("possible")), OL_CONF_POSSIBLE);
	assert_int_equal(ol_name_index(ol_effort_names, OL_STR("high")), OL_EFFORT_HIGH);
	assert_int_equal(ol_name_index(ol_blast_names, OL_STR("model")), OL_BLAST_MODEL);
	assert_int_equal(ol_name_index(ol_applicability_names, OL_STR("manual")), OL_FIX_MANUAL);
	assert_int_equal(ol_name_index(ol_severity_names, OL_STR("err")), -1);
}

/* low + (high - low) * (0.4 + 0.6 * log2(1 + 15 * share) / 4) * confidence * ease */
static void scores(void **state)
{
	static const struct {
		int severity, confidence, effort, blast;
		uint32_t node;
		double score;
	} rows[] = {
	    /* whole model: log2(16) / 4 = 1 */
	    {OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_TRIVIAL, OL_BLAST_MODEL, OL_NONE, 100},
	    {OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_LOW, OL_BLAST_MODEL, OL_NONE, 95},
	    {OL_SEV_WARNING, OL_CONF_LIKELY, OL_EFFORT_TRIVIAL, OL_BLAST_MODEL, OL_NONE,
	     47}, /* 20 + 30 * .9 */
	    {OL_SEV_NOTE, OL_CONF_CERTAIN, OL_EFFORT_HIGH, OL_BLAST_MODEL, OL_NONE,
	     14}, /* 5 + 15 * .6 */
	    /* possible: one band down, 20 + 30 * .6 */
	    {OL_SEV_ERROR, OL_CONF_POSSIBLE, OL_EFFORT_TRIVIAL, OL_BLAST_MODEL, OL_NONE, 38},
	    /* one of eight nodes: log2(1 + 15/8) = 1.523562; .4 + .6 * .380890 = .628534 */
	    {OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_TRIVIAL, OL_BLAST_NODE, 0, 81.43},
	    /* downstream of the fourth: five of eight, log2(1 + 75/8) = 3.375039; .906256 */
	    {OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_TRIVIAL, OL_BLAST_DOWNSTREAM, 3, 95.31},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ol_finding *f;
		struct world w;

		world_open(&w, CHAIN);
		f = add(&w, "t/a", rows[i].severity, rows[i].node, "m");
		f->confidence = (uint8_t)rows[i].confidence;
		f->effort = (uint8_t)rows[i].effort;
		f->blast = (uint8_t)rows[i].blast;
		ol_findings_rank(&w.f, w.ir);
		if (w.f.at[0].score < rows[i].score - 0.006 ||
		    w.f.at[0].score > rows[i].score + 0.006)
			fail_msg("row %zu: %f, not %f", i, w.f.at[0].score, rows[i].score);
		world_close(&w);
	}
}

/* No finding above one of a higher band; company lifts within the band; members stand by place. */
static void groups(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	add(&w, "t/note", OL_SEV_NOTE, OL_NONE, "whole")->blast = OL_BLAST_MODEL;
	add(&w, "t/lone", OL_SEV_WARNING, 1, "lone");
	for (uint32_t i = 4; i-- > 0;)
		add(&w, "t/many", OL_SEV_WARNING, i, "many")->group = OL_STR("cause");
	add(&w, "t/many", OL_SEV_WARNING, 7, "other cause")->group = OL_STR("other");
	add(&w, "t/many", OL_SEV_ERROR, 6, "worse")->group = OL_STR("cause");
	add(&w, "t/last", OL_SEV_ERROR, 7, "unsure")->confidence = OL_CONF_POSSIBLE;
	ol_findings_rank(&w.f, w.ir);
	assert_found(
	    &w, "t/many worse; t/many many; t/many many; t/many many; t/many many; t/lone lone; "
		"t/many other cause; t/last unsure; t/note whole");
	assert_int_equal(w.f.n_groups, 6);
	assert_int_equal(w.f.at[1].group_size, 4);
	assert_int_equal(w.f.at[1].group_id, w.f.at[4].group_id);
	for (uint32_t i = 0; i < w.f.n; i++)
		assert_int_equal(w.f.at[i].rank, i + 1);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(w.f.at[1 + i].place.node, i);
	assert_int_equal(w.f.counts[OL_SEV_ERROR], 2);
	assert_int_equal(w.f.counts[OL_SEV_WARNING], 6);
	assert_int_equal(w.f.counts[OL_SEV_NOTE], 1);
	/* q of one node is .628534; with four of a kind 1 - .371466 / (1 + .5 * log10(4)) = .714494
	 */
	assert_true(w.f.at[1].score > 41.42 && w.f.at[1].score < 41.45); /* 20 + 30 * .714494 */
	world_close(&w);
}

static void merging(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CHAIN);
	for (uint32_t t = 0; t < 3; t++)
		add(&w, "t/a", OL_SEV_ERROR, 2, "same")->targets = (uint64_t)1 << t;
	add(&w, "t/a", OL_SEV_ERROR, 2, "other")->targets = 2;
	add(&w, "t/a", OL_SEV_ERROR, 2, "same"); /* about no target: another statement */
	add(&w, "t/a", OL_SEV_ERROR, 3, "same")->targets = 1;
	ol_findings_rank(&w.f, w.ir);
	assert_int_equal(w.f.n, 4);
	for (uint32_t i = 0; i < w.f.n; i++)
		if (w.f.at[i].place.node == 2 && ol_str_is(w.f.at[i].message, "same") &&
		    w.f.at[i].targets)
			assert_int_equal(w.f.at[i].targets, 7);
	world_close(&w);
}

/* The order that findings come in does not matter. */
static void any_order(void **state)
{
	static const char *const messages[] = {"m", "n", "o"};
	struct world w[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		world_open(&w[k], CHAIN);
		for (uint32_t i = 0; i < 48; i++) {
			uint32_t j = k ? i * 29 % 48 : i; /* 29 and 48 have no common factor */

			add(&w[k], j % 2 ? "t/a" : "t/b", (int)(j % 3), j % 8, messages[j / 16])
			    ->group = j % 4 ? OL_STR("g") : OL_STR("");
		}
		ol_findings_rank(&w[k].f, w[k].ir);
	}
	assert_int_equal(w[0].f.n, w[1].f.n);
	for (uint32_t i = 0; i < w[0].f.n; i++) {
		const struct ol_finding *a = &w[0].f.at[i], *b = &w[1].f.at[i];

		assert_true(ol_str_eq(a->rule, b->rule) && ol_str_eq(a->message, b->message));
		assert_int_equal(a->place.node, b->place.node);
		assert_string_equal(a->fingerprint, b->fingerprint);
		assert_int_equal(a->group_id, b->group_id);
	}
	world_close(&w[0]);
	world_close(&w[1]);
}

static void print_of(char *fingerprint, const char *model, const char *op, int nth)
{
	struct world w;

	world_open(&w, model);
	for (uint32_t i = 0; i < w.m->n_nodes; i++)
		if (ol_str_is(ol_name(w.m, w.m->nodes[i].op_type), op) && nth-- == 0)
			add(&w, "t/a", OL_SEV_ERROR, i, "m");
	assert_int_equal(w.f.n, 1);
	ol_findings_rank(&w.f, w.ir);
	memcpy(fingerprint, w.f.at[0].fingerprint, 17);
	world_close(&w);
}

/* Renumbered automatic names, a node more elsewhere, other value names: the same finding. */
static void fingerprints(void **state)
{
	static const char *const named[] = {
	    "g (float[4] x) => (float[4] y) { a = Relu (x) [stem] b = Exp (a) y = Neg (b) }",
	    "g (float[4] q) => (float[4] y) { k = Abs (q) [stem] c = Exp (k) y = Abs (c) }"};
	static const char *const counted[] = {
	    "g (float[4] x) => (float[4] y, float[4] z) { v1 = Relu (x) [Exp_1] v2 = Exp (v1) y = "
	    "Neg (v2) z = Abs (x) }",
	    "g (float[4] x) => (float[4] y, float[4] z) { z = Abs (x) w7 = Relu (x) [Exp_9] w8 = "
	    "Exp (w7) y = Neg (w8) }"};
	static const char *const other[] = {
	    "g (float[4] x) => (float[4] y) { v1 = Abs (x) [Exp_1] v2 = Exp (v1) y = Neg (v2) }",
	    "g (float[4] x) => (float[4] y) { v1 = Relu (x) [Exp_1] v2 = Exp (v1) y = Abs (v2) }"};
	char a[17], b[17];
	struct world w;

	(void)state;
	print_of(a, named[0], "Exp", 0);
	print_of(b, named[1], "Exp", 0);
	assert_string_equal(a, b);
	print_of(a, counted[0], "Exp", 0);
	print_of(b, counted[1], "Exp", 0);
	assert_string_equal(a, b);
	for (int i = 0; i < 2; i++) {
		print_of(b, other[i], "Exp", 0);
		assert_string_not_equal(a, b);
	}
	/* equal ones are told apart, and every one is sixteen hex digits */
	world_open(&w, "g (float[4] x) => (float[4] y) { a = Exp (x) b = Exp (x) y = Add (a, b) }");
	add(&w, "t/a", OL_SEV_ERROR, 0, "m");
	add(&w, "t/a", OL_SEV_ERROR, 1, "m");
	add(&w, "t/b", OL_SEV_ERROR, 1, "m");
	ol_findings_rank(&w.f, w.ir);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(strlen(w.f.at[i].fingerprint), 16);
		assert_int_equal(strspn(w.f.at[i].fingerprint, "0123456789abcdef"), 16);
		for (uint32_t k = 0; k < i; k++)
			assert_string_not_equal(w.f.at[i].fingerprint, w.f.at[k].fingerprint);
	}
	world_close(&w);
}

static void places(void **state)
{
	static const char model[] =
	    "<ir_version: 8, opset_import: [\"\" : 17, \"lib\" : 1]>\n"
	    "g (float[2] x, bool c) => (float[2] y) <float[2] k = {1, 2}> {\n"
	    " [one] a = lib.f (x)\n b = Add (a, k)\n"
	    " y = If (c) <then_branch = t () => (float[2] o) { [in] o = Relu (b) },\n"
	    "  else_branch = e () => (float[2] o) { o = Neg (b) }>\n}\n"
	    "<domain: \"lib\", opset_import: [\"\" : 17]>\nf (i) => (o) { o = Add (i, i) }\n";
	struct row {
		uint8_t scope;
		const char *node, *value;
		uint32_t graph, function;
		const char *text, *locator;
	};
	static const struct row rows[] = {
	    {OL_SCOPE_NODE, "lib.f", NULL, 0, OL_NONE, "node one (f, #0)", "node:one"},
	    {OL_SCOPE_NODE, "Add", NULL, 0, OL_NONE, "node Add #1", "node:b"},
	    {OL_SCOPE_NODE, "Relu", NULL, 0, OL_NONE, "node in (Relu, #0) in main/2.then_branch",
	     "node:main/2.then_branch/in"},
	    {OL_SCOPE_VALUE, NULL, "a", 0, OL_NONE, "value a", "value:a"},
	    {OL_SCOPE_INITIALIZER, NULL, "k", 0, OL_NONE, "initializer k", "initializer:k"},
	    {OL_SCOPE_OPSET_IMPORT, NULL, "lib", OL_NONE, OL_NONE, "lib", "opset:lib"},
	    {OL_SCOPE_OPSET_IMPORT, NULL, "", OL_NONE, OL_NONE, "model", "opset:ai.onnx"},
	    {OL_SCOPE_FUNCTION, NULL, NULL, OL_NONE, 0, "function lib.f", "function:lib:f"},
	    {OL_SCOPE_GRAPH, NULL, NULL, 0, OL_NONE, "graph main", "graph:main"},
	    {OL_SCOPE_MODEL, NULL, NULL, OL_NONE, OL_NONE, "model", "model"},
	};
	struct world w;

	(void)state;
	world_open(&w, model);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ol_finding f = {.scope = rows[i].scope, .place = OL_NOWHERE};
		struct ol_buf b = {0};

		f.place.graph = rows[i].graph;
		f.place.function = rows[i].function;
		for (uint32_t n = 0; rows[i].node && n < w.m->n_nodes; n++) {
			struct ol_str op = ol_name(w.m, w.m->nodes[n].op_type);

			if (ol_str_is(op, rows[i].node) || (i == 0 && ol_str_is(op, "f"))) {
				f.place.node = n;
				f.place.graph = w.m->nodes[n].graph;
				break;
			}
		}
		if (rows[i].value)
			f.place.value = ol_intern_find(&w.m->names, ol_str(rows[i].value));
		ol_place_print(w.m, &f.place, &b);
		assert_string_equal(b.p, rows[i].text);
		ol_buf_clear(&b);
		ol_finding_locator(w.m, &f, &b);
		assert_string_equal(b.p, rows[i].locator);
		ol_buf_free(&b);
	}
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),   cmocka_unit_test(scores),    cmocka_unit_test(groups),
	    cmocka_unit_test(merging), cmocka_unit_test(any_order), cmocka_unit_test(fingerprints),
	    cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
