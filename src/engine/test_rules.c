/* test_rules.c: runs the examples that rules carry: each bad one must give what it expects and
 * nothing else, each good one nothing. Only the rule itself runs, on a model read from the
 * example's text. */
#include <stdlib.h>

#include "engine/engine.h"
#include "load/load.h"
#include "util/text.h"

enum { TARGETS = 64, SHOWN = 3 };

struct tester {
	const struct ol_rule *rule;
	const struct ol_rule_example *example;
	uint32_t number; /* of the example among the bad or the good ones, from 1 */
	struct ol_buf *out;
	bool told; /* something was wrong with the example */
	bool no_memory;
};

/* "FAIL op/unknown bad 2 'misspelt': rules/checks/op.yaml:29: " */
static void fail(struct tester *t, uint32_t line)
{
	const struct ol_rule_example *x = t->example;

	t->told = true;
	ol_buf_z(t->out, "FAIL ");
	ol_text_plain(t->out, t->rule->id, 0);
	ol_buf_printf(t->out, " %s %u", x->bad ? "bad" : "good", (unsigned)t->number);
	if (x->name.n) {
		ol_buf_z(t->out, " '");
		ol_text_plain(t->out, x->name, 0);
		ol_buf_char(t->out, '\'');
	}
	ol_buf_z(t->out, ": ");
	ol_text_plain(t->out, t->rule->file, 0);
	ol_buf_printf(t->out, ":%u: ", (unsigned)(line ? line : x->line));
}

static void put_finding(struct tester *t, const struct ol_model *m, const struct ol_finding *f)
{
	struct ol_buf at = {0};

	ol_finding_locator(m, f, &at);
	t->no_memory |= at.failed;
	ol_text_plain(t->out, ol_buf_view(&at), 80);
	ol_buf_free(&at);
	ol_buf_z(t->out, " \"");
	ol_text_plain(t->out, f->message, 200);
	ol_buf_char(t->out, '"');
	for (uint32_t i = 0; i < f->n_reasons && t->example->n_expects; i++) {
		ol_buf_z(t->out, "; ");
		ol_text_plain(t->out, f->reasons[i].text, 200);
	}
}

/* "got node:y "…" and 2 more", "got nothing" */
static void put_findings(struct tester *t, const struct ol_model *m, const struct ol_findings *f)
{
	uint32_t n = f->n < SHOWN ? f->n : SHOWN;

	ol_buf_z(t->out, f->n ? "got " : "got nothing");
	for (uint32_t i = 0; i < n; i++) {
		ol_buf_z(t->out, i ? ", " : "");
		put_finding(t, m, &f->at[i]);
	}
	if (f->n > n)
		ol_buf_printf(t->out, " and %u more", (unsigned)(f->n - n));
	ol_buf_char(t->out, '\n');
}

/* ---- does a finding meet an expectation? ---- */
static bool at_node(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	const struct ol_node *n = p->node < m->n_nodes ? &m->nodes[p->node] : NULL;

	if (!n)
		return false;
	if (n->name && ol_str_eq(ol_name(m, n->name), name))
		return true;
	for (uint32_t i = 0; i < n->outputs.n; i++)
		if (m->names_of[n->outputs.first + i] &&
		    ol_str_eq(ol_name(m, m->names_of[n->outputs.first + i]), name))
			return true;
	return false;
}

static bool at_value(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	return p->value && ol_str_eq(ol_name(m, p->value), name);
}

static bool at_opset(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	struct ol_str have = ol_name(m, p->value);

	return ol_str_eq(have.n ? have : OL_STR("ai.onnx"), name);
}

/* "DOMAIN:NAME" */
static bool at_function(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	uint32_t id = p->function;
	struct ol_str domain = {name.p, 0};

	if (id >= m->n_functions && p->graph < m->n_graphs)
		id = m->graphs[p->graph].function;
	if (id >= m->n_functions)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == ':')
			domain.n = i;
	if (!ol_str_eq(ol_name(m, m->functions[id].domain), domain))
		return false;
	if (domain.n < name.n && name.p[domain.n] == ':')
		domain.n++;
	return ol_str_eq(ol_name(m, m->functions[id].name),
			 (struct ol_str){name.p + domain.n, name.n - domain.n});
}

/* By path, or by the graph's name. */
static bool at_graph(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	struct ol_buf path = {0};
	bool same;

	if (p->graph >= m->n_graphs)
		return false;
	ol_ir_graph_path(m, p->graph, &path);
	same = ol_str_eq(ol_buf_view(&path), name) ||
	       ol_str_eq(ol_name(m, m->graphs[p->graph].name), name);
	ol_buf_free(&path);
	return same;
}

static bool at_model(const struct ol_model *m, const struct ol_place *p, struct ol_str name)
{
	(void)m;
	(void)name;
	return p->node == OL_NONE && !p->value && p->function == OL_NONE;
}

static bool placed(const struct ol_model *m, const struct ol_finding *f, struct ol_str at)
{
	static const struct {
		const char *word;
		bool (*is)(const struct ol_model *m, const struct ol_place *p, struct ol_str name);
	} rows[] = {{"node", at_node},	 {"value", at_value},	    {"initializer", at_value},
		    {"opset", at_opset}, {"function", at_function}, {"graph", at_graph},
		    {"model", at_model}};
	struct ol_str word = at, name = {0};

	for (size_t i = 0; i < at.n; i++)
		if (at.p[i] == ':') {
			word.n = i;
			name = (struct ol_str){at.p + i + 1, at.n - i - 1};
			break;
		}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ol_str_is(word, rows[i].word))
			return rows[i].is(m, &f->place, name);
	return false;
}

static bool contains(struct tester *t, struct ol_str text, struct ol_str part)
{
	struct ol_buf pattern = {0};
	bool yes;

	ol_buf_char(&pattern, '*');
	ol_buf_str(&pattern, part);
	ol_buf_char(&pattern, '*');
	t->no_memory |= pattern.failed;
	yes = !pattern.failed && ol_text_glob(ol_buf_view(&pattern), text);
	ol_buf_free(&pattern);
	return yes;
}

static bool meets(struct tester *t, const struct ol_model *m, const struct ol_finding *f,
		  const struct ol_rule_expect *x)
{
	uint32_t k = 0;
	bool because = false;

	if (x->at.n && !placed(m, f, x->at))
		return false;
	if (x->message.n && !contains(t, f->message, x->message))
		return false;
	for (uint32_t i = 0; i < f->n_reasons && x->because.n && !because; i++)
		because = contains(t, f->reasons[i].text, x->because);
	if (x->because.n && !because)
		return false;
	if (x->severity.n && !ol_str_is(x->severity, ol_severity_names[f->severity]))
		return false;
	for (uint32_t i = 0; i < f->n_fixes && k < x->fixes.n; i++)
		k += contains(t, f->fixes[i].title, x->fixes.at[k]);
	return k == x->fixes.n;
}

static void put_expect(struct tester *t, const struct ol_rule_expect *x, uint32_t want)
{
	ol_buf_z(t->out, "expected ");
	if (want != 1)
		ol_buf_printf(t->out, "%u of ", (unsigned)want);
	ol_text_plain(t->out, x->at.n ? x->at : OL_STR("a finding"), 80);
	if (x->severity.n) {
		ol_buf_char(t->out, ' ');
		ol_text_plain(t->out, x->severity, 0);
	}
	if (x->message.n) {
		ol_buf_z(t->out, " \"");
		ol_text_plain(t->out, x->message, 200);
		ol_buf_char(t->out, '"');
	}
	if (x->because.n) {
		ol_buf_z(t->out, " because \"");
		ol_text_plain(t->out, x->because, 200);
		ol_buf_char(t->out, '"');
	}
	for (uint32_t i = 0; i < x->fixes.n; i++) {
		ol_buf_z(t->out, i ? ", '" : " with the fix '");
		ol_text_plain(t->out, x->fixes.at[i], 80);
		ol_buf_char(t->out, '\'');
	}
	ol_buf_z(t->out, ", ");
}

static void compare(struct tester *t, const struct ol_model *m, const struct ol_findings *f)
{
	const struct ol_rule_example *x = t->example;

	if (!x->bad || !x->n_expects) {
		if (x->bad == (f->n > 0))
			return;
		fail(t, 0);
		ol_buf_z(t->out, x->bad ? "expected a finding, " : "expected nothing, ");
		put_findings(t, m, f);
		return;
	}
	for (uint32_t i = 0; i < x->n_expects; i++) {
		uint32_t have = 0, want = x->expects[i].count ? x->expects[i].count : 1;

		for (uint32_t k = 0; k < f->n; k++)
			have += meets(t, m, &f->at[k], &x->expects[i]);
		if (have == want)
			continue;
		fail(t, x->expects[i].line);
		put_expect(t, &x->expects[i], want);
		put_findings(t, m, f);
	}
	for (uint32_t k = 0; k < f->n; k++) {
		bool expected = false;

		for (uint32_t i = 0; i < x->n_expects && !expected; i++)
			expected = meets(t, m, &f->at[k], &x->expects[i]);
		if (expected || t->told)
			continue;
		fail(t, 0);
		ol_buf_z(t->out, "expected no more than that, got ");
		put_finding(t, m, &f->at[k]);
		ol_buf_char(t->out, '\n');
	}
}

/* ---- running one ---- */
static uint32_t targets_of(const struct tester *t, struct ol_target targets[TARGETS])
{
	uint32_t n = 0;

	if (t->example->target.n) {
		targets[0] = ol_target_find(t->example->target);
		return targets[0].row ? 1 : 0;
	}
	for (; t->rule->for_each_target && n < TARGETS; n++) {
		targets[n] = ol_target_at(n);
		if (!targets[n].row)
			break;
	}
	return n;
}

/* Examples are judged as with --weights. */
static void run_on(struct tester *t, struct ol_ir *ir, const struct ol_infer *inf)
{
	const struct ol_weights_options read = {.threads = 1};
	struct ol_weights weights;
	struct ol_rule rule = *t->rule;
	struct ol_rules one = {.at = &rule, .n = 1, .cap = 1};
	struct ol_target targets[TARGETS];
	struct ol_rule_stats stats = {0};
	struct ol_engine_options o;
	struct ol_findings f;
	struct ol_err err = {0};

	rule.enabled = true;
	ol_engine_options_default(&o);
	o.n_targets = targets_of(t, targets);
	o.targets = targets;
	o.inf = inf;
	o.weights = &weights;
	ol_findings_init(&f);
	if (ol_weights_scan(&weights, ir->model, &read, &err)) {
		t->no_memory = true;
	} else if (ol_engine_run(ir, &one, &o, &f, &stats, &err)) {
		t->no_memory = true;
	} else if (ol_findings_rank(&f, ir)) {
		t->no_memory = true;
	} else {
		compare(t, ir->model, &f);
	}
	if (stats.errors) {
		fail(t, 0);
		ol_buf_z(t->out, "an expression of the rule failed: ");
		ol_text_plain(t->out, ol_str(stats.error), 0);
		ol_buf_char(t->out, '\n');
	}
	ol_findings_free(&f);
	ol_weights_free(&weights);
}

static void run_example(struct tester *t)
{
	struct ol_buf bytes = {0};
	struct ol_load_options lo;
	struct ol_err err = {0};
	struct ol_str text = t->example->model, model;
	struct ol_infer_options told = {.tell = true};
	struct ol_infer *inf = NULL;
	struct ol_model *m;
	struct ol_ir *ir;

	/* rules about unreadable text are shown text that cannot be read: the loader shall say so
	 */
	if (ol_text_parse(text, &bytes, &err) && !ol_str_is(t->rule->builtin, "diagnostics")) {
		t->no_memory |= err.code == OL_ERR_MEMORY;
		fail(t, 0);
		ol_buf_printf(t->out, "line %u of the model: ", (unsigned)err.line);
		ol_text_plain(t->out, ol_str(err.message), 0);
		ol_buf_char(t->out, '\n');
		ol_buf_free(&bytes);
		return;
	}
	model = err.code ? text : ol_buf_view(&bytes);
	ol_load_options_default(&lo);
	err = (struct ol_err){0};
	m = ol_load_memory(model.p, model.n, "example", &lo, &err);
	ir = m ? ol_ir_build(m, &err) : NULL;
	if (ir && m->complete)
		inf = ol_infer_run(ir, m, &told, &err);
	if (ir && (inf || !m->complete))
		run_on(t, ir, inf);
	else
		t->no_memory = true;
	ol_infer_free(inf);
	ol_ir_free(ir);
	ol_model_free(m);
	ol_buf_free(&bytes);
}

int ol_engine_test_rules(const struct ol_rules *rules, const struct ol_rule *only,
			 struct ol_buf *out)
{
	uint32_t n_rules = 0, n = 0;
	int failed = 0;

	for (uint32_t i = 0; i < rules->n; i++) {
		const struct ol_rule *r = &rules->at[i];
		uint32_t bad = 0, good = 0;

		if (only && r != only)
			continue;
		n_rules++;
		for (uint32_t k = 0; k < r->n_examples; k++) {
			const struct ol_rule_example *x = &r->examples[k];
			struct tester t = {
			    .rule = r, .example = x, .number = x->bad ? ++bad : ++good, .out = out};

			run_example(&t);
			if (t.no_memory || out->failed)
				return -1;
			n++;
			failed += t.told;
		}
		if (!good) {
			ol_buf_z(out, "FAIL ");
			ol_text_plain(out, r->id, 0);
			ol_buf_z(out, ": ");
			ol_text_plain(out, r->file, 0);
			ol_buf_printf(
			    out,
			    ":%u: no good example: show a model that the rule must leave alone\n",
			    (unsigned)r->line);
			failed++;
			n++;
		}
	}
	ol_buf_printf(out, "%u %s, %u examples: %u ok, %d failed\n", (unsigned)n_rules,
		      n_rules == 1 ? "rule" : "rules", (unsigned)n, (unsigned)n - (unsigned)failed,
		      failed);
	return out->failed ? -1 : failed;
}
