/* Configuration files: globs (expected as git and bash's globstar have them), dates (as date(1) has
 * them), the search, what a file says, suppressions, baselines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"

static void globs(void **state)
{
	static const struct {
		const char *glob, *path;
		bool holds;
	} rows[] = {
	    {"*.onnx", "a.onnx", true},
	    {"*.onnx", "deep/down/a.onnx", true},
	    {"*.onnx", "a.onnxtxt", false},
	    {"a?.onnx", "ab.onnx", true},
	    {"x/*.onnx", "x/a.onnx", true},
	    {"x/*.onnx", "x/y/a.onnx", false},
	    {"x/*.onnx", "z/x/a.onnx", false},
	    {"./x/*.onnx", "x/a.onnx", true},
	    {"x/**", "x/y/z/a.onnx", true},
	    {"x/**", "xx/a.onnx", false},
	    {"**/x/*.onnx", "x/a.onnx", true},
	    {"**/x/*.onnx", "p/q/x/a.onnx", true},
	    {"**/x/*.onnx", "p/xx/a.onnx", false},
	    {"**/x/*.onnx", "p/q-x/a.onnx", false},
	    {"x/**/a.onnx", "x/a.onnx", true},
	    {"x/**/a.onnx", "x/1/2/a.onnx", true},
	    {"x/**/a.onnx", "x/1/2/b-a.onnx", false},
	    {"x/**/y/**/a.onnx", "x/1/y/2/3/a.onnx", true},
	    {"x/**/y/**/a.onnx", "x/1/2/3/a.onnx", false},
	    {"x/*/y/*.onnx", "x/1/y/a.onnx", true},
	    {"x/*/y/*.onnx", "x/1/2/y/a.onnx", false},
	    {"x/", "x/y/a.onnx", true},
	    {"x/", "y/x/a.onnx", false},
	    {"**/x/", "y/x/a.onnx", true},
	    {"x/a*b*c.onnx", "x/a1b2b3c.onnx", true},
	    {"x/a*b*c.onnx", "x/a1b2/b3c.onnx", false},
	    {"**", "anything/at/all", true},
	    {"", "a", false},
	    {"?", "/", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (ol_config_glob(ol_str(rows[i].glob), ol_str(rows[i].path)) != rows[i].holds)
			fail_msg("%s on %s: %d is wanted", rows[i].glob, rows[i].path,
				 rows[i].holds);
}

static void globs_take_no_time(void **state)
{
	char glob[1024] = "", path[8192];

	(void)state;
	for (int i = 0; i < 170; i++)
		strcat(glob, "**/*a");
	memset(path, 'a', sizeof(path));
	for (size_t i = 7; i < sizeof(path); i += 8)
		path[i] = '/';
	path[sizeof(path) - 1] = '\0';
	alarm(10);
	ol_config_glob(ol_str(glob), ol_str(path));
	memset(glob, '*', sizeof(glob) - 2);
	for (size_t i = 1; i < sizeof(glob) - 2; i += 2)
		glob[i] = 'a';
	ol_config_glob(ol_str(glob), ol_str(path));
	alarm(0);
}

static void dates(void **state)
{
	(void)state;
	assert_int_equal(ol_config_days(OL_STR("1970-01-01")), 0);
	assert_int_equal(ol_config_days(OL_STR("2000-02-29")), 11016);
	assert_int_equal(ol_config_days(OL_STR("2026-11-23")), 20780);
	assert_int_equal(ol_config_days(OL_STR("9999-12-31")), 2932896);
	assert_int_equal(ol_config_days(OL_STR("2100-02-29")), -1);
	assert_int_equal(ol_config_days(OL_STR("2026-13-01")), -1);
	assert_int_equal(ol_config_days(OL_STR("2026-00-10")), -1);
	assert_int_equal(ol_config_days(OL_STR("2026-1-1")), -1);
	assert_int_equal(ol_config_days(OL_STR("26-11-2023")), -1);
	assert_int_equal(ol_config_days(OL_STR("2026-11-2x")), -1);
	assert_int_equal(ol_config_days(OL_STR("2026--1-01")), -1);
	assert_true(ol_config_today() > 20000);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static char folder[] = "/tmp/onnxlint-config-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") || system(command);
}

static void searches(void **state)
{
	struct ol_buf b = {0};
	char at[128];

	(void)state;
	mkdir("r", 0755);
	mkdir("r/.git", 0755);
	mkdir("r/a", 0755);
	mkdir("r/a/b", 0755);
	write_file(".onnxlint.yaml", "");
	snprintf(at, sizeof(at), "%s/r/a/b", folder);
	assert_false(ol_config_find(ol_str(at), &b));
	write_file("r/.onnxlint.yaml", "");
	assert_true(ol_config_find(ol_str(at), &b));
	assert_string_equal(b.p + strlen(folder), "/r/.onnxlint.yaml");
	ol_buf_clear(&b);
	assert_true(ol_config_find(ol_str(folder), &b));
	assert_string_equal(b.p + strlen(folder), "/.onnxlint.yaml");
	ol_buf_free(&b);
	assert_false(ol_config_find(OL_STR("/proc"), &b));
}

static void reads(void **state)
{
	struct ol_config *c;
	struct ol_err err = {0};

	(void)state;
	write_file("base.yaml", "fail-on: note\nignore: [a, b]\npaths: [{paths: x/, ignore: c}]\n"
				"suppressions: [{rule: a, reason: one}]\n");
	write_file("file.yaml",
		   "extends: base.yaml\nfail-on: never\npaths: [{paths: y/, ignore: d}]\n"
		   "suppressions: [{rule: [b, c], reason: two, expires: 2020-01-01}]\n");
	c = ol_config_read("file.yaml", OL_STR("/w"), &err);
	assert_non_null(c);
	assert_false(c->wrong);
	assert_int_equal(c->n_parts, 4);
	assert_int_equal(c->parts[0].fail_on, OL_SEV_NOTE);
	assert_int_equal(c->parts[0].ignore.n, 2);
	assert_int_equal(c->parts[1].fail_on, OL_SEV_COUNT);
	assert_true(ol_str_is(c->parts[2].paths.at[0].text, "x/"));
	assert_true(ol_str_is(c->parts[3].paths.at[0].text, "y/"));
	assert_true(ol_config_holds(c, &c->parts[2].paths, OL_STR("/w/x/m.onnx")));
	assert_false(ol_config_holds(c, &c->parts[2].paths, OL_STR("/w/y/m.onnx")));
	assert_false(ol_config_holds(c, &c->parts[2].paths, OL_STR("/www/x/m.onnx")));
	assert_int_equal(c->n_suppressions, 2);
	assert_true(ol_str_is(c->suppressions[0].reason, "one"));
	assert_int_equal(c->suppressions[1].rules.n, 2);
	assert_true(c->suppressions[1].expired);
	ol_config_free(c);
	write_file("file.yaml", "");
	c = ol_config_read("file.yaml", OL_STR("/"), &err);
	assert_non_null(c);
	assert_false(c->wrong);
	ol_config_free(c);
	assert_null(ol_config_read("gone.yaml", OL_STR("/"), &err));
	assert_int_equal(err.code, OL_ERR_IO);
}

static void meets(void **state)
{
	static const struct ol_config_word word = {{"op/unknown", 10}, 1, 1, 1},
					   target = {{"keras", 5}, 1, 1, 1};
	struct ol_str targets[] = {OL_STR("keras@3.5"), OL_STR("onnxruntime-cpu")};
	struct ol_rule rule = {.id = OL_STR("op/unknown"), .family = OL_STR("op")};
	struct ol_config_suppression s = {.rules = {&word, 1, true}};
	struct ol_config_seen f = {.rule = &rule,
				   .locator = OL_STR("node:a/b"),
				   .node = OL_STR("a/b"),
				   .op_type = OL_STR("Foo"),
				   .fingerprint = OL_STR("0123")};

	(void)state;
	assert_true(ol_config_met(&s, &f));
	s.node = OL_STR("a*");
	assert_true(ol_config_met(&s, &f));
	s.op_type = OL_STR("Fo");
	assert_false(ol_config_met(&s, &f));
	s.op_type = OL_STR("F?o");
	assert_true(ol_config_met(&s, &f));
	s.value = OL_STR("*x*");
	assert_false(ol_config_met(&s, &f));
	s.value = OL_STR("");
	/* what is about no target, or about others too, is not accepted for one */
	s.targets = (struct ol_config_words){&target, 1, true};
	assert_false(ol_config_met(&s, &f));
	f.targets = targets;
	f.n_targets = 1;
	assert_true(ol_config_met(&s, &f));
	f.n_targets = 2;
	assert_false(ol_config_met(&s, &f));
	f.rule = NULL;
	assert_false(ol_config_met(&s, &f));
}

static void baselines(void **state)
{
	static const char text[] = "{\"schema\": \"onnxlint-baseline/1\", \"models\": [\n"
				   "{\"path\": \"./a/m.onnx\", \"findings\": [{\"fingerprint\": "
				   "\"2\", \"rule\": \"r/x\", \"locator\": \"n\\u0001\\u00e9\"},"
				   "{\"fingerprint\": \"1\", \"rule\": \"r/y\"}]},\n"
				   "{\"path\": \"b/m.onnx\", \"findings\": []}]}";
	const struct ol_baseline_model *m;
	struct ol_baseline b;
	struct ol_buf notes = {0};
	struct ol_err err = {0};

	(void)state;
	write_file("b.json", text);
	assert_int_equal(ol_baseline_read(&b, "b.json", &notes, &err), 0);
	m = ol_baseline_of(&b, OL_STR("a/m.onnx"));
	assert_non_null(m);
	assert_int_equal(m->n, 2);
	assert_ptr_equal(ol_baseline_of(&b, OL_STR("/home/x/a/m.onnx")), m);
	assert_null(ol_baseline_of(&b, OL_STR("m.onnx"))); /* both end so */
	assert_null(ol_baseline_of(&b, OL_STR("c/m.onnx")));
	assert_null(ol_baseline_of(&b, OL_STR("aa/m.onnx")));
	assert_true(ol_str_is(ol_baseline_find(m, OL_STR("1"))->rule, "r/y"));
	assert_true(ol_str_is(ol_baseline_find(m, OL_STR("2"))->locator, "n\001\303\251"));
	assert_null(ol_baseline_find(m, OL_STR("3")));
	assert_null(ol_baseline_find(NULL, OL_STR("1")));
	ol_baseline_free(&b);
	write_file("b.json", "[1, 2]");
	assert_int_equal(ol_baseline_read(&b, "b.json", &notes, &err), -1);
	assert_non_null(strstr(notes.p, "b.json:1:1"));
	ol_buf_free(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(globs),	 cmocka_unit_test(globs_take_no_time),
	    cmocka_unit_test(dates),	 cmocka_unit_test(searches),
	    cmocka_unit_test(reads),	 cmocka_unit_test(meets),
	    cmocka_unit_test(baselines),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
