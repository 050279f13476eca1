/* author.c: for authors of rules: run the examples, print the JSON Schema, evaluate an expression on a model. */
#include "api/api.h"
#include "engine/facts.h"
#include "util/text.h"

enum { MAX_DIAGS = 8, MEMORY = 256 << 20, STEPS = 10000000 };

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

/* ---- eval ---- */

static void note_diags(struct onnxlint *a, struct ol_str text, const struct ol_expr_diag *d, uint32_t n)
{
	struct ol_notes notes = {0};
	char hint[96];

	for (uint32_t i = 0; i < n; i++) {
		uint32_t line = 1, column = 1;

		for (uint32_t k = 0; k < d[i].offset && k < text.n; k++) {
			column = text.p[k] == '\n' ? 1 : column + 1;
			line += text.p[k] == '\n';
		}
		ol_notes_add(&notes, "expression", line, column, d[i].length,
			     ol_api_near(hint, sizeof(hint), ol_str(d[i].nearest)), "%s", d[i].message);
	}
	ol_notes_print(&notes, text, &a->notes);
	ol_notes_free(&notes);
}

struct run {
	struct ol_ir *ir;
	struct ol_infer *inf; /* NULL: of a model that was not read whole nothing is inferred */
	uint32_t node;
	struct ol_arena code, scratch;
};

static int evaluate(struct onnxlint *a, struct run *r, struct ol_str text, struct ol_buf *out)
{
	struct ol_var vars[3] = {{"model", "model"}};
	struct ol_val slots[3] = {ol_v_obj(OL_CLS_MODEL, 0, 0)};
	struct ol_env env = *ol_facts_env();
	struct ol_facts facts = {.inf = r->inf, .targets = a->targets, .n_targets = a->n_targets};
	struct ol_eval e = {.env = &env, .slots = slots, .scratch = &r->scratch, .host = &facts, .max_steps = STEPS};
	struct ol_expr_diag diags[MAX_DIAGS];
	const struct ol_expr *x;
	struct ol_val v;
	uint32_t n = 1, n_diags = 0;
	char type[128];

	if (r->node != OL_NONE) {
		vars[n] = (struct ol_var){"node", "node"};
		slots[n++] = ol_v_obj(OL_CLS_NODE, r->node, 0);
	}
	if (a->n_targets) {
		vars[n] = (struct ol_var){"target", "target"};
		slots[n++] = ol_v_obj(OL_CLS_TARGET, (uintptr_t)&a->targets[0], 0);
	}
	env.vars = vars;
	env.n_vars = n;
	x = ol_expr_compile(&r->code, text, &env, NULL, diags, MAX_DIAGS, &n_diags);
	if (r->code.refused)
		return ol_api_no_memory(a);
	if (!x) {
		note_diags(a, text, diags, n_diags < MAX_DIAGS ? n_diags : MAX_DIAGS);
		return ol_api_fail(a, "expression: %s: correct what is marked", n_diags ? diags[0].message : "not valid");
	}
	if (ol_facts_resolve(&facts, r->ir, &r->code))
		return ol_api_no_memory(a);
	v = ol_expr_eval(&e, x);
	if (r->scratch.refused || r->code.refused)
		return ol_api_no_memory(a);
	if (v.kind == OL_V_ERROR)
		return ol_api_fail(a, "expression: %.*s", OL_FMT(v.u.s));
	ol_expr_type(x, type, sizeof(type));
	ol_buf_printf(out, "%s: ", type);
	if (v.kind == OL_V_UNKNOWN)
		ol_buf_z(out, "unknown");
	else
		ol_v_literal(&e, v, out);
	ol_buf_char(out, '\n');
	return 0;
}

static int eval_on(struct onnxlint *a, struct ol_model *m, const char *expression, const char *node, struct ol_buf *out)
{
	struct ol_err err = {0};
	struct run r = {.ir = ol_ir_build(m, &err), .node = OL_NONE};
	int rc = 0;

	if (!r.ir)
		return ol_api_fail_err(a, &err);
	ol_arena_init(&r.code, MEMORY);
	ol_arena_init(&r.scratch, MEMORY);
	if (m->complete) {
		r.inf = ol_infer_run(r.ir, m, NULL, &err);
		if (!r.inf)
			rc = ol_api_fail_err(a, &err);
	}
	if (node && rc == 0) {
		r.node = ol_api_find_node(r.ir, ol_str(node));
		if (r.node == OL_NONE)
			rc = ol_api_fail(a, "node '%s': not in the model: give its name, #INDEX or =OUTPUT", node);
	}
	if (rc == 0)
		rc = evaluate(a, &r, ol_str(expression), out);
	ol_arena_free(&r.scratch);
	ol_arena_free(&r.code);
	ol_infer_free(r.inf);
	ol_ir_free(r.ir);
	return rc;
}

int onnxlint_eval(struct onnxlint *a, const char *expression, const char *path, const char *node, onnxlint_writer *write,
		  void *user)
{
	struct ol_load_options load = a->load;
	struct ol_buf out = {0}, line = {0};
	struct ol_err err = {0};
	struct ol_model *m;
	int rc;

	ol_api_begin(a);
	load.check_external = false;
	m = ol_load_file(path, &load, &err);
	if (!m)
		return ol_api_fail_err(a, &err);
	rc = eval_on(a, m, expression, node, &out);
	ol_model_free(m);
	if (rc == 0 && out.failed) {
		rc = ol_api_no_memory(a);
	} else if (rc == 0 && out.n) {
		/* text of the model may be in the value */
		ol_text_plain(&line, (struct ol_str){out.p, out.n - 1}, 0);
		ol_buf_char(&line, '\n');
		rc = ol_api_write(a, &line, write, user);
	}
	ol_buf_free(&out);
	return rc;
}
