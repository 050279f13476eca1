/* infer_rows.h: a model in text, and what inference must find of its values or tell of its nodes.
 */
#ifndef OL_TESTS_INFER_ROWS_H
#define OL_TESTS_INFER_ROWS_H

#include "graph_fixture.h"
#include "infer/facts.h"
#include "infer/infer.h"

struct row {
	const char *text;
	const char
	    *want; /* "y float32[2, 3]; z int64[2]" of the main graph; or the rule that is told */
};

struct inferred {
	struct fixture f;
	struct ol_buf wire;
	struct ol_infer *inf;
};

static inline struct inferred infer(const char *text)
{
	struct ol_infer_options how = {.tell = true};
	struct ol_load_options o;
	struct ol_err err = {0};
	struct inferred r = {0};

	if (ol_text_parse(ol_str(text), &r.wire, &err) < 0)
		fail_msg("%d:%d: %s\n%s", (int)err.line, (int)err.column, err.message, text);
	ol_load_options_default(&o);
	r.f.m = ol_load_memory(r.wire.p, r.wire.n, "row", &o, &err);
	if (!r.f.m || !r.f.m->complete)
		fail_msg("not loaded: %s", text);
	r.f.ir = ol_ir_build(r.f.m, &err);
	if (!r.f.ir)
		fail_msg("%s", err.message);
	r.f.before = r.f.m->n_diags;
	r.inf = ol_infer_run(r.f.ir, r.f.m, &how, &err);
	if (!r.inf)
		fail_msg("%s", err.message);
	return r;
}

static inline void uninfer(struct inferred *r)
{
	ol_infer_free(r->inf);
	drop(&r->f);
	ol_buf_free(&r->wire);
}

/* One "name type" of a row's wants. */
static inline bool holds(const struct inferred *r, struct ol_str want, const char *text)
{
	const char *space = memchr(want.p, ' ', want.n);
	struct ol_str name = {want.p, (size_t)(space - want.p)},
		      type = {space + 1, want.n - name.n - 1};
	uint32_t s = ol_intern_find(&r->f.m->names, name);
	uint32_t v = s == OL_NONE ? OL_NONE : ol_ir_find_value(r->f.ir, 0, s);
	struct ol_buf b = {0};
	bool good;

	if (v == OL_NONE)
		fail_msg("no value %.*s in %s", OL_FMT(name), text);
	ol_fact_print(r->inf, ol_infer_fact(r->inf, v), &b);
	good = ol_str_eq(ol_buf_view(&b), type);
	if (!good)
		print_error("%s\n  %.*s: want %.*s, have %.*s\n", text, OL_FMT(name), OL_FMT(type),
			    OL_FMT(b));
	ol_buf_free(&b);
	return good;
}

static inline void check_types(const struct row *rows, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++) {
		struct inferred r = infer(rows[i].text);

		for (const char *w = rows[i].want; *w;) {
			size_t k = strcspn(w, ";");

			bad += !holds(&r, (struct ol_str){w, k}, rows[i].text);
			w += w[k] ? k + 2 : k;
		}
		for (uint32_t d = r.f.before; d < r.f.m->n_diags; d++, bad++)
			print_error("%s\n  told %s: %.*s\n", rows[i].text, r.f.m->diags[d].rule,
				    OL_FMT(r.f.m->diags[d].message));
		uninfer(&r);
	}
	assert_int_equal(bad, 0);
}

static inline void check_faults(const struct row *rows, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++) {
		struct inferred r = infer(rows[i].text);
		uint32_t told = r.f.m->n_diags - r.f.before;

		if (told != 1 || strcmp(r.f.m->diags[r.f.before].rule, rows[i].want)) {
			print_error("%s\n  want %s, told %u: %s\n", rows[i].text, rows[i].want,
				    told, told ? r.f.m->diags[r.f.before].rule : "");
			bad++;
		}
		uninfer(&r);
	}
	assert_int_equal(bad, 0);
}

#endif
