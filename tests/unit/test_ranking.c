/* test_ranking.c: the order of a table of findings worked out by hand, causes, blocks that repeat, and what is to be fixed
 * first. */
#include <math.h>

#include "test_engine_model.h"

static const struct ol_finding *found(const struct world *w, const char *rule)
{
	for (uint32_t i = 0; i < w->f.n; i++)
		if (ol_str_is(w->f.at[i].rule, rule))
			return &w->f.at[i];
	fail_msg("no %s", rule);
	return NULL;
}

/* ---- the table ---- */

enum { NODES = 412 };

/* A chain, in which node i has NODES - i nodes downstream, itself included. */
static void chain(struct world *w)
{
	struct ol_buf b = {0};

	ol_buf_z(&b, "<ir_version: 8, opset_import: [\"\" : 17]>\ng (float[4] v0) => (float[4] v412) {\n");
	for (int i = 0; i < NODES; i++)
		ol_buf_printf(&b, " v%d = Relu (v%d)\n", i + 1, i);
	ol_buf_z(&b, "}\n");
	world_open(w, b.p);
	ol_buf_free(&b);
	assert_int_equal(w->m->n_nodes, NODES);
}

static const struct row {
	const char *rule;
	int severity, confidence, effort;
	uint32_t blocks, n; /* nodes at risk, members of the group */
	double score;	    /* as published with the formula, whole points */
} table[] = {
	{"t/input-dim", OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_TRIVIAL, NODES, 1, 100},
	{"t/opset", OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_LOW, NODES, 1, 95},
	{"t/mish", OL_SEV_ERROR, OL_CONF_LIKELY, OL_EFFORT_MODERATE, 391, 12, 89},
	{"t/nan", OL_SEV_ERROR, OL_CONF_CERTAIN, OL_EFFORT_HIGH, 10, 1, 64},
	{"t/deprecated", OL_SEV_WARNING, OL_CONF_CERTAIN, OL_EFFORT_LOW, 159, 1, 42},
	{"t/unused", OL_SEV_WARNING, OL_CONF_CERTAIN, OL_EFFORT_TRIVIAL, 1, 40, 40},
	{"t/int64", OL_SEV_WARNING, OL_CONF_LIKELY, OL_EFFORT_MODERATE, 24, 30, 39},
	{"t/unknown-rank", OL_SEV_WARNING, OL_CONF_LIKELY, OL_EFFORT_MODERATE, 236, 1, 38},
	{"t/unsure", OL_SEV_ERROR, OL_CONF_POSSIBLE, OL_EFFORT_LOW, 105, 1, 32},
	{"t/doc", OL_SEV_NOTE, OL_CONF_POSSIBLE, OL_EFFORT_TRIVIAL, 67, 1, 2},
};
enum { ROWS = sizeof(table) / sizeof(*table) };

/* The formula of the documentation once more, with its numbers written out. */
static double by_hand(const struct row *r)
{
	static const double conf[] = {0.6, 0.9, 1}, ease[] = {1, 0.9, 0.75, 0.6};
	static const double low[] = {50, 20, 5, 0}, high[] = {100, 50, 20, 5};
	double q = (0.4 + 0.6 * log2(1 + 15.0 * r->blocks / NODES) / 4) * conf[r->confidence] * ease[r->effort];
	double all = 1 - (1 - q) / (1 + 0.5 * log10(r->n));
	int band = OL_SEV_ERROR - r->severity + (r->confidence == OL_CONF_POSSIBLE);

	return low[band] + (high[band] - low[band]) * all;
}

static void scenario(void **state)
{
	struct world w;
	uint32_t at = 0;

	(void)state;
	chain(&w);
	/* from the last row to the first, so that the order is not that of adding */
	for (uint32_t i = ROWS; i-- > 0;)
		for (uint32_t k = 0; k < table[i].n; k++) {
			struct ol_finding *f = add(&w, table[i].rule, table[i].severity, NODES - table[i].blocks, "m");

			f->confidence = (uint8_t)table[i].confidence;
			f->effort = (uint8_t)table[i].effort;
			f->blast = table[i].blocks == 1 ? OL_BLAST_NODE : OL_BLAST_DOWNSTREAM;
			f->group = OL_STR("cause");
			f->place.value = table[i].n > 1 ? 1 + k : 0; /* distinct places */
			f->message = ol_arena_printf(&w.f.arena, "%s %u", table[i].rule, (unsigned)k);
		}
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_int_equal(w.f.n_groups, ROWS);
	for (uint32_t i = 0; i < ROWS; i++) {
		for (uint32_t k = 0; k < table[i].n; k++, at++) {
			const struct ol_finding *f = &w.f.at[at];

			assert_true(ol_str_is(f->rule, table[i].rule));
			assert_int_equal(f->group_id, i + 1);
			assert_int_equal(f->group_size, table[i].n);
			assert_int_equal(f->blocks, table[i].blocks);
			if (fabs(f->score - by_hand(&table[i])) > 0.006 || fabs(f->score - table[i].score) > 0.5)
				fail_msg("%s: %g, by hand %g, published %g", table[i].rule, f->score, by_hand(&table[i]),
					 table[i].score);
		}
	}
	assert_int_equal(at, w.f.n);
	assert_int_equal(w.f.first.rank, 1);
	world_close(&w);
}

/* The terms multiply to the score, and a weight that is set takes the place of its default. */
static void terms(void **state)
{
	struct ol_score_weights sum = ol_score_defaults;
	struct ol_score_weight row;
	struct ol_score_terms t;
	struct ol_err err = {0};
	struct world w;

	(void)state;
	chain(&w);
	add(&w, "t/a", OL_SEV_WARNING, NODES - 40, "m")->blast = OL_BLAST_DOWNSTREAM;
	assert_int_equal(ol_score_weight_set(&w.f.how.weights, OL_STR("confidence-certain"), 0.5, &err), 0);
	assert_int_equal(ol_score_weight_set(&w.f.how.weights, OL_STR("band-warning"), 30, &err), 0);
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	ol_score_terms(&w.f.how.weights, &w.f.at[0], NODES, &t);
	assert_true(fabs(t.share - 40.0 / NODES) < 1e-12);
	assert_true(fabs(t.reach - (0.4 + 0.15 * log2(1 + 600.0 / NODES))) < 1e-12);
	assert_true(fabs(t.quality - t.reach * 0.5) < 1e-12);
	assert_true(fabs(w.f.at[0].score - (30 + 20 * t.quality)) < 0.006);
	world_close(&w);

	assert_int_equal(ol_score_weight_set(&sum, OL_STR("band-warnin"), 3, &err), -1);
	assert_non_null(strstr(err.message, "band-warning"));
	assert_int_equal(ol_score_weight_set(&sum, OL_STR("effort-low"), 1.5, &(struct ol_err){0}), -1);
	assert_int_equal(ol_score_weight_set(&sum, OL_STR("effort-low"), (double)NAN, &(struct ol_err){0}), -1);
	assert_int_equal(ol_score_weights_check(&sum, &(struct ol_err){0}), 0);
	assert_int_equal(ol_score_weight_set(&sum, OL_STR("band-note"), 60, &(struct ol_err){0}), 0);
	assert_int_equal(ol_score_weights_check(&sum, &(struct ol_err){0}), -1);
	/* each row has a member of its own */
	for (uint32_t i = 0; ol_score_weight_at(&ol_score_defaults, i, &row); i++) {
		struct ol_score_weights other = ol_score_defaults;
		uint32_t differ = 0;

		assert_int_equal(ol_score_weight_set(&other, ol_str(row.name), row.least, &err), 0);
		for (uint32_t k = 0; ol_score_weight_at(&other, k, &row); k++) {
			struct ol_score_weight was;

			ol_score_weight_at(&ol_score_defaults, k, &was);
			differ += fabs(was.value - row.value) > 0;
		}
		assert_int_equal(differ, 1);
	}
}

/* No finding stands above one of a higher band, whatever is grouped; equal input gives equal order. */
static void bands_hold(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct world w[2];

		for (int k = 0; k < 2; k++) {
			uint64_t x = seed;

			chain(&w[k]);
			for (int i = 0; i < 60; i++) {
				static const char *const rules[] = {"shape/a", "dtype/b", "t/c", "target/undecided-form"};
				struct ol_reason_step *step = OL_NEW(&w[k].f.arena, struct ol_reason_step);
				struct ol_reason *r = OL_NEW(&w[k].f.arena, struct ol_reason);
				struct ol_finding *f;

				x = x * 6364136223846793005u + 1442695040888963407u;
				f = add(&w[k], rules[x >> 33 & 3], (int)(x >> 35 & 1) + (int)(x >> 36 & 1), x >> 37 & 31,
					x >> 42 & 1 ? "m" : "n");
				f->confidence = (uint8_t)((x >> 43 & 1) + (x >> 44 & 1));
				f->group = x >> 45 & 1 ? OL_STR("cause") : OL_STR("");
				step->node = x >> 46 & 31;
				*r = (struct ol_reason){.of = (uint8_t)(x >> 51 & 1), .steps = step, .n = 1, .from_role = ""};
				f->reasons = r;
				f->n_reasons = x >> 52 & 1;
			}
			assert_int_equal(ol_findings_rank(&w[k].f, w[k].ir), 0);
			if (k)
				seed = x;
		}
		assert_int_equal(w[0].f.n, w[1].f.n);
		for (uint32_t i = 0; i < w[0].f.n; i++) {
			const struct ol_finding *f = &w[0].f.at[i], *g = &w[1].f.at[i];
			struct ol_score_terms a, b;

			assert_int_equal(f->place.node, g->place.node);
			assert_true(ol_str_eq(f->message, g->message) && ol_str_eq(f->rule, g->rule));
			assert_int_equal(f->group_id, g->group_id);
			assert_int_equal(f->cause, g->cause);
			assert_true(f->cause <= w[0].f.n && f->cause != f->rank);
			if (!i)
				continue;
			ol_score_terms(&w[0].f.how.weights, f - 1, NODES, &a);
			ol_score_terms(&w[0].f.how.weights, f, NODES, &b);
			assert_true(a.band <= b.band);
			assert_true(a.score >= b.low - 0.005 && b.score <= a.high + 0.005);
		}
		world_close(&w[0]);
		world_close(&w[1]);
	}
}

/* ---- causes ---- */

static void reason(struct world *w, struct ol_finding *f, enum ol_origin_of of, uint32_t node)
{
	struct ol_reason_step *step = OL_NEW(&w->f.arena, struct ol_reason_step);
	struct ol_reason *r = OL_NEW(&w->f.arena, struct ol_reason);

	step->node = node;
	*r = (struct ol_reason){.of = (uint8_t)of, .steps = step, .n = 1, .from_role = ""};
	f->reasons = r;
	f->n_reasons = 1;
}

/* What hangs on the shape that a node with a finding on shapes made stands under that one; not what is worse than it, nor
 * what hangs on its type. */
static void upstream(void **state)
{
	struct world w;

	(void)state;
	chain(&w);
	add(&w, "shape/mismatch", OL_SEV_ERROR, 2, "the cause");
	reason(&w, add(&w, "shape/bad-axis", OL_SEV_ERROR, 9, "led to"), OL_ORIGIN_SHAPE, 2);
	reason(&w, add(&w, "t/weak", OL_SEV_WARNING, 12, "led to, less"), OL_ORIGIN_SHAPE, 9);
	reason(&w, add(&w, "t/type", OL_SEV_ERROR, 11, "of its type"), OL_ORIGIN_DTYPE, 2);
	add(&w, "shape/rank", OL_SEV_NOTE, 20, "small");
	reason(&w, add(&w, "t/worse", OL_SEV_ERROR, 21, "worse than its cause"), OL_ORIGIN_SHAPE, 20);
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_int_equal(found(&w, "shape/bad-axis")->cause, found(&w, "shape/mismatch")->rank);
	assert_int_equal(found(&w, "shape/bad-axis")->caused_by, OL_CAUSE_SHAPE);
	assert_int_equal(found(&w, "shape/bad-axis")->group_id, found(&w, "shape/mismatch")->group_id);
	assert_int_equal(found(&w, "shape/mismatch")->rank + 1, found(&w, "shape/bad-axis")->rank);
	/* the nearest is the cause, the first has the group */
	assert_int_equal(found(&w, "t/weak")->cause, found(&w, "shape/bad-axis")->rank);
	assert_int_equal(found(&w, "t/weak")->group_id, found(&w, "shape/mismatch")->group_id);
	assert_int_equal(found(&w, "t/weak")->group_size, 3);
	assert_int_equal(found(&w, "t/type")->cause, 0);
	assert_int_equal(found(&w, "t/worse")->cause, found(&w, "shape/rank")->rank);
	assert_true(found(&w, "t/worse")->group_id != found(&w, "shape/rank")->group_id);
	assert_true(found(&w, "t/worse")->rank < found(&w, "shape/rank")->rank);
	world_close(&w);
}

/* Forty findings from one Cast are one group, whatever they are keyed by. */
static void one_origin(void **state)
{
	struct world w;

	(void)state;
	chain(&w);
	for (uint32_t i = 0; i < 40; i++) {
		struct ol_finding *f = add(&w, i % 2 ? "dtype/mismatch" : "t/other", OL_SEV_ERROR, 10 + i, "m");

		f->group = ol_arena_printf(&w.f.arena, "key %u", (unsigned)i);
		reason(&w, f, OL_ORIGIN_DTYPE, 3);
	}
	reason(&w, add(&w, "t/lone", OL_SEV_ERROR, 60, "m"), OL_ORIGIN_DTYPE, 4);
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_int_equal(w.f.n_groups, 2);
	assert_int_equal(w.f.at[0].group_size, 40);
	assert_int_equal(w.f.at[0].origin, 3);
	assert_int_equal(found(&w, "t/lone")->origin, OL_NONE);
	world_close(&w);
}

/* The opset that the target does not take is the cause of operators that it has in the one it takes: tensorrt's table ends at
 * an opset, which is asked for here, below which Relu is supported. An operator that is in no row stays. */
static void one_opset(void **state)
{
	struct ol_target t = ol_target_find(OL_STR("tensorrt"));
	struct ol_finding *f;
	struct world w;
	int32_t min, max;
	struct ol_buf b = {0};

	(void)state;
	assert_non_null(t.row);
	assert_true(ol_target_opsets(&t, OL_STR(""), &min, &max));
	assert_int_equal(ol_target_supports(&t, OL_STR(""), OL_STR("Relu"), max).status, OL_SUPPORT_FULL);
	assert_int_equal(ol_target_supports(&t, OL_STR(""), OL_STR("Unique"), max).status, OL_SUPPORT_NONE);
	ol_buf_printf(&b,
		      "<ir_version: 8, opset_import: [\"\" : %d]>\ng (float[4] x) => (float[4] z) {\n y = Relu (x)\n u = Unique (x)\n "
		      "z = Relu (y)\n}\n",
		      (int)max + 5);
	world_open(&w, b.p);
	w.f.how.targets = &t;
	w.f.how.n_targets = 1;
	f = add(&w, "target/opset-out-of-range", OL_SEV_ERROR, OL_NONE, "opset");
	f->blast = OL_BLAST_MODEL;
	f->targets = 1;
	f->place.value = w.m->all_opsets[w.m->opsets.first].domain;
	add(&w, "target/unsupported-version", OL_SEV_ERROR, 0, "Relu")->targets = 1;
	add(&w, "target/unsupported-op", OL_SEV_ERROR, 1, "Unique")->targets = 1;
	add(&w, "target/unsupported-dtype", OL_SEV_ERROR, 2, "Relu's type")->targets = 1;
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_int_equal(found(&w, "target/unsupported-version")->cause, 1);
	assert_int_equal(found(&w, "target/unsupported-version")->caused_by, OL_CAUSE_OPSET);
	assert_int_equal(found(&w, "target/unsupported-version")->group_id, 1);
	assert_int_equal(found(&w, "target/unsupported-op")->cause, 0);
	assert_int_equal(found(&w, "target/unsupported-dtype")->cause, 0);
	assert_int_equal(w.f.n_groups, 3);
	world_close(&w);
	ol_buf_free(&b);
}

/* Two blocks of the same form: what is said of the same place of both, in the same words but for names, is one matter. */
static void same_block(void **state)
{
	static const char model[] = "<ir_version: 8, opset_import: [\"\" : 17]>\n"
				    "g (float[4] x) => (float[4] z) {\n"
				    " a0 = Exp (x)\n b0 = Abs (a0)\n c0 = Neg (b0)\n d0 = Exp (c0)\n"
				    " a1 = Exp (d0)\n b1 = Abs (a1)\n c1 = Neg (b1)\n z = Exp (c1)\n}\n";
	struct world w;

	(void)state;
	world_open(&w, model);
	add(&w, "t/a", OL_SEV_ERROR, 2, "Neg of 'b0' at #2 is odd");
	add(&w, "t/a", OL_SEV_ERROR, 6, "Neg of 'b1' at #6 is odd");
	add(&w, "t/b", OL_SEV_ERROR, 2, "Neg has 3 of 4");
	add(&w, "t/b", OL_SEV_ERROR, 6, "Neg has 2 of 4");
	add(&w, "t/c", OL_SEV_ERROR, 1, "same words");
	add(&w, "t/c", OL_SEV_ERROR, 6, "same words");
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_int_equal(w.f.n, 6);
	assert_int_equal(w.f.n_groups, 5);
	assert_int_equal(found(&w, "t/a")->group_size, 2);
	assert_int_equal(found(&w, "t/a")->instances, 2);
	assert_int_equal(found(&w, "t/b")->group_size, 1); /* other numbers */
	assert_int_equal(found(&w, "t/c")->group_size, 1); /* other surroundings */
	assert_int_equal(found(&w, "t/c")->instances, 0);
	world_close(&w);
}

/* ---- what to fix first ---- */

static void fix_first(void **state)
{
	struct world w;

	(void)state;
	chain(&w);
	/* the highest score blocks nothing; "two" alone stands between two targets and ready, "wide" helps four but ends none */
	add(&w, "t/score", OL_SEV_ERROR, OL_NONE, "m")->blast = OL_BLAST_MODEL;
	add(&w, "t/two", OL_SEV_ERROR, 5, "m")->stops = 1 | 2;
	add(&w, "t/wide", OL_SEV_ERROR, 6, "m")->stops = 4 | 8 | 16 | 32;
	add(&w, "t/other", OL_SEV_ERROR, 7, "m")->stops = 4 | 8 | 16 | 32;
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	assert_true(ol_str_is(w.f.at[0].rule, "t/score"));
	assert_true(ol_str_is(w.f.at[w.f.first.rank - 1].rule, "t/two"));
	assert_int_equal(w.f.first.readies, 3);
	assert_int_equal(w.f.first.nearer, 0);
	/* an error past the limits blocks too: now nobody ends a target, and four halves are more than two */
	w.f.dropped_errors[64] = 1;
	assert_int_equal(ol_findings_first(&w.f), 0);
	assert_true(ol_str_is(w.f.at[w.f.first.rank - 1].rule, "t/wide"));
	assert_int_equal(w.f.first.readies, 0);
	assert_int_equal(w.f.first.nearer, 4 | 8 | 16 | 32);
	world_close(&w);
}

/* Without targets: 15 * log2(1 + groups of errors) off 100, half when all have a safe automatic fix; warnings do not count. */
static void readiness(void **state)
{
	static const struct ol_fix_offer safe = {.applicability = OL_FIX_SAFE, .action = {"do-it", 5}};
	static const struct ol_fix_offer manual = {.applicability = OL_FIX_SAFE};
	struct ol_finding *f;
	struct world w;

	(void)state;
	chain(&w);
	add(&w, "t/warning", OL_SEV_WARNING, 1, "m");
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	ol_engine_readiness(w.ir, &w.f);
	assert_string_equal(w.f.readiness.verdict, "ready");
	assert_int_equal(w.f.readiness.score, 100);
	f = add(&w, "t/error", OL_SEV_ERROR, 2, "m");
	f->fixes = &safe;
	f->n_fixes = 1;
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	ol_engine_readiness(w.ir, &w.f);
	assert_string_equal(w.f.readiness.verdict, "fixable");
	assert_int_equal(w.f.readiness.score, 92); /* 100 - 7.5 */
	f = add(&w, "t/manual", OL_SEV_ERROR, 3, "m");
	f->fixes = &manual;
	f->n_fixes = 1;
	assert_int_equal(ol_findings_rank(&w.f, w.ir), 0);
	ol_engine_readiness(w.ir, &w.f);
	assert_string_equal(w.f.readiness.verdict, "blocked");
	assert_int_equal(w.f.readiness.score, 76); /* 100 - 15 * 1.585 */
	assert_int_equal(w.f.readiness.blocking, 2);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenario),   cmocka_unit_test(terms),	    cmocka_unit_test(bands_hold),
		cmocka_unit_test(upstream),   cmocka_unit_test(one_origin), cmocka_unit_test(one_opset),
		cmocka_unit_test(same_block), cmocka_unit_test(fix_first),  cmocka_unit_test(readiness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
