/* The public header as a caller uses it: options and their errors, results, reports, look-ups. What a model must give is
 * known from its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "onnxlint.h"

#define CLEAN "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 2], producer_name: \"maker\">\n" \
	      "g (float[1,3] x) => (float[1,3] y) { y = Relu (x) }\n"
#define WRONG "<ir_version: 8, opset_import: [\"\" : 17]>\n" \
	      "g (float[1,3] x) => (float[1,3] y) { [first] a = Relu (x)\n [second] y = Relou (a) }\n"

struct text {
	char p[65536];
	size_t n;
	int calls, fail_at; /* fail_at: the call that is refused, from 1; 0 = none */
};

static int gather(void *user, const char *bytes, size_t n)
{
	struct text *t = user;

	if (++t->calls == t->fail_at || n >= sizeof(t->p) - t->n)
		return 1;
	memcpy(t->p + t->n, bytes, n);
	t->p[t->n += n] = '\0';
	return 0;
}

static struct text *text_new(void)
{
	struct text *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	return t;
}

static int set_up(void **state)
{
	*state = onnxlint_new();
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	onnxlint_free(*state);
	return 0;
}

static struct onnxlint_result *check(struct onnxlint *a, const char *model)
{
	struct onnxlint_result *r = onnxlint_check_memory(a, model, strlen(model), "in memory");

	assert_non_null(r);
	return r;
}

static void frees_nothing(void **state)
{
	(void)state;
	onnxlint_free(NULL);
	onnxlint_result_free(NULL);
	assert_int_equal(onnxlint_report_close(NULL), 0);
}

static void says_what_the_model_is(void **state)
{
	struct onnxlint *a = *state;
	struct onnxlint_result *r = check(a, CLEAN);
	const struct onnxlint_model *m = onnxlint_result_model(r);
	int64_t version = 0;

	assert_string_equal(m->path, "in memory");
	assert_int_equal(m->size, strlen(CLEAN));
	assert_int_equal(m->complete, 1);
	assert_int_equal(m->ir_version, 8);
	assert_string_equal(m->producer, "maker");
	assert_string_equal(m->producer_version, "");
	assert_int_equal(m->nodes, 1);
	assert_int_equal(m->opsets, 2);
	assert_string_equal(onnxlint_result_opset(r, 0, &version), "");
	assert_int_equal(version, 17);
	assert_string_equal(onnxlint_result_opset(r, 1, &version), "com.acme");
	assert_int_equal(version, 2);
	assert_null(onnxlint_result_opset(r, 2, &version));
	onnxlint_result_free(r);
}

static void finds_and_tells_where(void **state)
{
	struct onnxlint *a = *state;
	struct onnxlint_result *r;
	const struct onnxlint_finding *f;

	assert_int_equal(onnxlint_set(a, "select", "op/unknown"), 0);
	r = check(a, WRONG);
	assert_int_equal(onnxlint_result_findings(r), 1);
	assert_int_equal(onnxlint_result_count(r, ONNXLINT_ERROR), 1);
	assert_int_equal(onnxlint_result_count(r, ONNXLINT_NOTE), 0);
	assert_int_equal(onnxlint_result_status(r), 1);
	f = onnxlint_result_finding(r, 0);
	assert_non_null(f);
	assert_null(onnxlint_result_finding(r, 1));
	assert_string_equal(f->rule, "op/unknown");
	assert_int_equal(f->severity, ONNXLINT_ERROR);
	assert_int_equal(f->rank, 1);
	assert_string_equal(f->graph, "main");
	assert_string_equal(f->node, "second");
	assert_int_equal(f->index, 1);
	assert_string_equal(f->op_type, "Relou");
	assert_string_equal(f->domain, "");
	assert_string_equal(f->locator, "node:second");
	assert_non_null(strstr(f->message, "Relou"));
	assert_int_equal(strlen(f->fingerprint), 16);
	assert_int_equal(f->n_targets, 0);
	assert_true(f->n_fixes > 0 && *f->fixes[0].title);
	onnxlint_result_free(r);
}

static void result_outlives_auditor(void **state)
{
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_result *r;

	(void)state;
	assert_non_null(a);
	r = check(a, WRONG);
	onnxlint_free(a);
	assert_non_null(strstr(onnxlint_result_finding(r, 0)->message, "Relou"));
	onnxlint_result_free(r);
}

static void judges_targets(void **state)
{
	struct onnxlint *a = *state;
	struct onnxlint_result *r;
	const struct onnxlint_verdict *v;

	assert_int_equal(onnxlint_set(a, "target", "onnxruntime-cpu,keras"), 0);
	assert_int_equal(onnxlint_set(a, "target", "keras"), 0); /* twice is once */
	r = check(a, CLEAN);
	v = onnxlint_result_verdict(r, 0);
	assert_non_null(v);
	assert_string_equal(v->target, "onnxruntime-cpu");
	assert_string_equal(v->verdict, "ready");
	assert_int_equal(v->nodes, 1);
	assert_int_equal(v->supported_nodes, 1);
	assert_string_equal(onnxlint_result_verdict(r, 1)->target, "keras");
	assert_null(onnxlint_result_verdict(r, 2));
	onnxlint_result_free(r);
	r = check(a, WRONG);
	assert_string_equal(onnxlint_result_verdict(r, 0)->verdict, "blocked");
	onnxlint_result_free(r);
}

static void fails_on(void **state)
{
	struct onnxlint *a = *state;
	static const struct {
		const char *severity, *fail_on;
		int status;
	} cases[] = {{"warning", "error", 0}, {"warning", "warning", 1}, {"warning", "note", 1},
		     {"note", "warning", 0},  {"note", "note", 1},       {"error", "never", 0}};
	char value[64];

	assert_int_equal(onnxlint_set(a, "select", "op/unknown"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct onnxlint_result *r;

		snprintf(value, sizeof(value), "op/unknown=%s", cases[i].severity);
		assert_int_equal(onnxlint_set(a, "severity", value), 0);
		assert_int_equal(onnxlint_set(a, "fail-on", cases[i].fail_on), 0);
		r = check(a, WRONG);
		assert_int_equal(onnxlint_result_status(r), cases[i].status);
		onnxlint_result_free(r);
	}
}

static void tells_what_is_wrong_with_options(void **state)
{
	struct onnxlint *a = *state;
	static const struct {
		const char *option, *value, *in_error;
	} cases[] = {
		{"target", "kears", "did you mean keras?"},
		{"target", "keras,nowhere", "nowhere"},
		{"select", "op/unknwon", "did you mean op/unknown?"},
		{"ignore", "zzz", "zzz"},
		{"severity", "op/unknown=fatal", "fatal"},
		{"severity", "op/unknown", "no level"},
		{"fail-on", "fatal", "fatal"},
		{"rules", "no/such/file.yaml", "No such file"},
		{"limit", "functoins=3", "functions"},
		{"limit", "functions=many", "functions"},
		{"max-findings", "-1", "-1"},
		{"time-limit", "soon", "soon"},
		{"colour", "red", "colour"},
		{"target", "", "empty"},
	};

	assert_string_equal(onnxlint_error(a), "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(onnxlint_set(a, cases[i].option, cases[i].value), -1);
		if (!strstr(onnxlint_error(a), cases[i].in_error))
			fail_msg("%s=%s: %s", cases[i].option, cases[i].value, onnxlint_error(a));
		assert_null(strchr(onnxlint_error(a), '\n'));
	}
	assert_int_equal(onnxlint_set(a, "fail-on", "note"), 0);
	assert_string_equal(onnxlint_error(a), "");
}

static void refuses_what_is_no_file(void **state)
{
	struct onnxlint *a = *state;

	assert_null(onnxlint_check_file(a, "/no/such/file.onnx"));
	assert_non_null(strstr(onnxlint_error(a), "/no/such/file.onnx"));
	assert_null(onnxlint_check_file(a, "/"));
	assert_true(*onnxlint_error(a));
}

static void bad_bytes_are_findings(void **state)
{
	struct onnxlint *a = *state;
	static const char *const bytes[] = {"", "\xff\xff\xff\xff", "not a model at all, but some words"};

	/* also when no rule of the family is selected */
	assert_int_equal(onnxlint_set(a, "select", "graph"), 0);
	for (size_t i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
		struct onnxlint_result *r = check(a, bytes[i]);

		assert_int_equal(onnxlint_result_status(r), 1);
		assert_true(onnxlint_result_findings(r) >= 1);
		assert_int_equal(onnxlint_result_model(r)->complete, 0);
		onnxlint_result_free(r);
	}
}

static void reports_through_a_writer(void **state)
{
	struct onnxlint *a = *state;
	struct onnxlint_result *r = check(a, CLEAN);
	struct text *t = text_new();
	struct onnxlint_report *report = onnxlint_report_open(a, "json", NULL, gather, t);

	assert_non_null(report);
	assert_int_equal(onnxlint_report_add(report, r), 0);
	assert_int_equal(onnxlint_report_add(report, r), 0);
	onnxlint_result_free(r);
	assert_int_equal(onnxlint_report_close(report), 0);
	assert_int_equal(strncmp(t->p, "{\n \"schema\": \"onnxlint/1\",", 26), 0);
	assert_int_equal(t->p[t->n - 1], '\n');
	free(t);
	assert_null(onnxlint_report_open(a, "jsno", NULL, gather, NULL));
	assert_non_null(strstr(onnxlint_error(a), "did you mean json?"));
}

static void a_refused_write_fails_the_report(void **state)
{
	struct onnxlint *a = *state;
	struct onnxlint_result *r = check(a, CLEAN);

	for (int at = 1; at <= 3; at++) {
		struct text *t = text_new();
		struct onnxlint_report *report = onnxlint_report_open(a, "json", NULL, gather, t);
		int rc;

		t->fail_at = at;
		assert_non_null(report);
		rc = onnxlint_report_add(report, r) | onnxlint_report_add(report, r) | onnxlint_report_close(report);
		assert_int_equal(rc, -1);
		assert_true(*onnxlint_error(a));
		free(t);
	}
	onnxlint_result_free(r);
}

static void looks_up(void **state)
{
	struct onnxlint *a = *state;
	int (*const lists[])(struct onnxlint *, size_t, struct onnxlint_entry *) = {
		onnxlint_rule_at, onnxlint_target_at, onnxlint_format_at, onnxlint_limit_at};
	struct onnxlint_entry e;
	struct text *t = text_new();

	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
		size_t n = 0;

		while (lists[l](a, n, &e)) {
			assert_true(*e.name && e.about && e.detail);
			n++;
		}
		assert_true(n >= 2);
	}
	assert_int_equal(onnxlint_explain(a, "op/unknown", NULL, gather, t), 0);
	assert_int_equal(onnxlint_explain(a, "Conv", NULL, gather, t), 0);
	assert_int_equal(onnxlint_explain(a, "keras", NULL, gather, t), 0);
	assert_int_equal(onnxlint_explain(a, "Covn", NULL, gather, t), -1);
	assert_non_null(strstr(onnxlint_error(a), "Conv"));
	assert_int_equal(onnxlint_rules_schema(a, gather, t), 0);
	free(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(frees_nothing),
		TEST(says_what_the_model_is),
		TEST(finds_and_tells_where),
		TEST(result_outlives_auditor),
		TEST(judges_targets),
		TEST(fails_on),
		TEST(tells_what_is_wrong_with_options),
		TEST(refuses_what_is_no_file),
		TEST(bad_bytes_are_findings),
		TEST(reports_through_a_writer),
		TEST(a_refused_write_fails_the_report),
		TEST(looks_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
