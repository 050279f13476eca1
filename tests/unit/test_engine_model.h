/* test_engine_model.h: a model from ONNX text and rules from YAML text, for the tests of engine and
 * findings. */
#ifndef TEST_ENGINE_MODEL_H
#define TEST_ENGINE_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "load/load.h"

struct world {
	struct ol_buf bytes, image;
	struct ol_model *m;
	struct ol_ir *ir;
	struct ol_rules rules;
	struct ol_findings f;
	struct ol_engine_options o;
	struct ol_rule_stats stats[16];
};

static inline void world_open(struct world *w, const char *model)
{
	struct ol_load_options lo;
	struct ol_err err = {0};

	*w = (struct world){0};
	if (ol_text_parse(ol_str(model), &w->bytes, &err))
		fail_msg("line %u: %s", (unsigned)err.line, err.message);
	ol_load_options_default(&lo);
	w->m = ol_load_memory(w->bytes.p, w->bytes.n, "test", &lo, &err);
	assert_non_null(w->m);
	w->ir = ol_ir_build(w->m, &err);
	assert_non_null(w->ir);
	ol_rules_init(&w->rules);
	ol_findings_init(&w->f);
	ol_engine_options_default(&w->o);
}

static inline void world_rules(struct world *w, const char *yaml)
{
	struct ol_notes notes = {0};
	struct ol_err err = {0};
	struct ol_buf out = {0};

	if (ol_rules_compile(ol_str(yaml), "test.yaml", ol_facts_host(), &w->image, &notes)) {
		ol_notes_print(&notes, ol_str(yaml), &out);
		fail_msg("%s", out.p);
	}
	ol_notes_free(&notes);
	assert_int_equal(ol_rules_open(&w->rules, w->image.p, w->image.n, &err), 0);
}

static inline void world_run(struct world *w)
{
	struct ol_err err = {0};

	assert_true(w->rules.n <= 16);
	assert_int_equal(ol_engine_run(w->ir, &w->rules, &w->o, &w->f, w->stats, &err), 0);
	ol_findings_rank(&w->f, w->ir);
}

static inline void world_close(struct world *w)
{
	ol_findings_free(&w->f);
	ol_rules_free(&w->rules);
	ol_ir_free(w->ir);
	ol_model_free(w->m);
	ol_buf_free(&w->bytes);
	ol_buf_free(&w->image);
}

/* The stats of a rule by id. */
static inline const struct ol_rule_stats *stats_of(const struct world *w, const char *id)
{
	for (uint32_t i = 0; i < w->rules.n; i++)
		if (ol_str_is(w->rules.at[i].id, id))
			return &w->stats[i];
	fail_msg("no rule %s", id);
	return NULL;
}

/* "rule message; rule message" in rank order */
static inline void assert_found(const struct world *w, const char *want)
{
	struct ol_buf b = {0};

	for (uint32_t i = 0; i < w->f.n; i++) {
		ol_buf_z(&b, i ? "; " : "");
		ol_buf_str(&b, w->f.at[i].rule);
		ol_buf_char(&b, ' ');
		ol_buf_str(&b, w->f.at[i].message);
	}
	assert_string_equal(b.p ? b.p : "", want);
	ol_buf_free(&b);
}

/* A finding as a rule of scope node gives it, certain and trivial, at a node of the main graph or at none. */
static inline struct ol_finding *add(struct world *w, const char *rule, int severity, uint32_t node,
			      const char *message)
{
	struct ol_finding *f = ol_findings_add(&w->f);

	assert_non_null(f);
	f->rule = ol_str(rule);
	f->severity = (uint8_t)severity;
	f->confidence = OL_CONF_CERTAIN;
	f->effort = OL_EFFORT_TRIVIAL;
	f->blast = OL_BLAST_NODE;
	f->scope = OL_SCOPE_NODE;
	f->message = ol_str(message);
	f->group = OL_STR("");
	if (node != OL_NONE) {
		f->place.graph = 0;
		f->place.node = node;
	}
	return f;
}

#endif
