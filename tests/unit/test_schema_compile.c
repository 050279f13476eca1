/* Type sets and the compiler of schema and target files: what is refused, and where. Expected
 * values by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "schema/builder.h"

#define BIT(d) (UINT64_C(1) << (d))

static void parses_types(void **state)
{
	static const char *const bad[] = {"",
					  "tensor",
					  "tensor(",
					  "tensor()",
					  "tensor(flaot)",
					  "seq(float",
					  "seq(map(float))",
					  "map(int64)",
					  "map(int64,)",
					  "optional(map(int64,float))",
					  "sparse_tensor(seq(float))",
					  "seq(seq(tensor(float)))",
					  "()",
					  "T"};
	struct ol_typeset t = {0};

	(void)state;
	assert_int_equal(ol_typeset_add(&t, OL_STR("tensor(float)")), 0);
	assert_int_equal(ol_typeset_add(&t, OL_STR("bfloat16")), 0);
	assert_int_equal(ol_typeset_add(&t, OL_STR("tensor(float6e3m2)")), 0);
	assert_true(t.tensor == (BIT(1) | BIT(16) | BIT(28)));
	assert_int_equal(ol_typeset_add(&t, OL_STR("sparse_tensor(double)")), 0);
	assert_true(t.sparse == BIT(11));
	assert_int_equal(ol_typeset_add(&t, OL_STR("seq(tensor(string))")), 0);
	assert_true(t.seq == BIT(8));
	assert_int_equal(ol_typeset_add(&t, OL_STR("optional(tensor(int8))")), 0);
	assert_true(t.optional_tensor == BIT(3));
	assert_int_equal(ol_typeset_add(&t, OL_STR("optional(seq(tensor(bool)))")), 0);
	assert_true(t.optional_seq == BIT(9));
	assert_int_equal(t.other, 0);
	assert_int_equal(ol_typeset_add(&t, OL_STR("map(int64, tensor(float))")), 0);
	assert_int_equal(ol_typeset_add(&t, OL_STR("seq(map(string,float))")), 0);
	assert_int_equal(t.other, 3);
	assert_int_equal(t.any, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ol_typeset before = t;

		assert_int_equal(ol_typeset_add(&t, ol_str(bad[i])), -1);
		assert_memory_equal(&before, &t, sizeof(t));
	}
}

static void assert_prints(const char *const *types, const char *want)
{
	struct ol_typeset t = {0};
	struct ol_buf out = {0};

	for (; *types; types++)
		assert_int_equal(ol_typeset_add(&t, ol_str(*types)), 0);
	ol_typeset_print(&t, &out);
	assert_string_equal(out.p, want);
	ol_buf_free(&out);
}

static void prints_types(void **state)
{
	struct ol_typeset any = {.any = 1};
	struct ol_buf out = {0};

	(void)state;
	assert_prints((const char *const[]){"tensor(double)", "tensor(float)", NULL},
		      "float32, float64");
	assert_prints((const char *const[]){"seq(tensor(int8))", "seq(tensor(bool))", NULL},
		      "seq(int8, bool)");
	assert_prints((const char *const[]){"optional(seq(tensor(int8)))", "int8", NULL},
		      "int8, optional(seq(int8))");
	assert_prints((const char *const[]){"map(int64,float)", NULL}, "map");
	assert_prints((const char *const[]){NULL}, "no type");
	ol_typeset_print(&any, &out);
	assert_string_equal(out.p, "any type");
	ol_buf_free(&out);
}

/* Compiles one text; the first complaint as "line:column message", or "" when there is none. */
static void assert_complains(bool schemas, const char *text, const char *want)
{
	struct ol_yaml_file f = {.path = "x.yaml", .text = ol_str(text)};
	struct ol_arena arena;
	struct ol_builder b;
	struct ol_buf have = {0};
	int rc;

	ol_arena_init(&arena, 0);
	f.root = ol_yaml_parse(&arena, f.text, f.path, &ol_yaml_default_limits, &f.notes);
	assert_non_null(f.root);
	ol_builder_init(&b);
	rc = schemas ? ol_compile_schemas(&b, &f, 1) : ol_compile_targets(&b, &f, 1);
	assert_int_equal(rc != 0, f.notes.n != 0);
	ol_buf_z(&have, "");
	if (f.notes.n)
		ol_buf_printf(&have, "%u:%u %.*s", f.notes.at[0].line, f.notes.at[0].column,
			      OL_FMT(f.notes.at[0].message));
	assert_string_equal(have.n ? have.p : "", want);
	ol_buf_free(&have);
	ol_builder_free(&b);
	ol_notes_free(&f.notes);
	ol_arena_free(&arena);
}

#define HEAD "domain: d\nops:\n"
#define ROW  "- {op: A, since: 1, arity: {in: [1, 1], out: [1, any]}"

static void refuses_schemas(void **state)
{
	(void)state;
	assert_complains(true, HEAD ROW "}\n", "");
	assert_complains(
	    true,
	    HEAD ROW ", inputs: [{name: x, type: T}], types: {T: [float, seq(tensor(int8))]}}\n",
	    "");
	assert_complains(true, HEAD ROW ", color: red}\n",
			 "3:57 'color' is not a key of an operator");
	assert_complains(true,
			 HEAD ROW ", inputs: [{name: x, type: T}], types: {T: [float, flaot]}}\n",
			 "3:106 'flaot' is not a type: write float, int64, seq(tensor(float)), …");
	assert_complains(true, HEAD ROW ", inputs: [{name: x, type: U}], types: {T: [float]}}\n",
			 "3:82 'U' is neither a type nor under 'types'");
	assert_complains(true,
			 HEAD ROW ", attributes: [{name: a, type: INT}, {name: a, type: INT}]}\n",
			 "3:92 the attribute is there twice");
	assert_complains(true, HEAD ROW ", attributes: [{name: a, type: INTEGER}]}\n",
			 "3:86 'INTEGER' is no attribute type");
	assert_complains(true, HEAD ROW ", flags: [old]}\n", "3:65 'old' is no flag");
	assert_complains(true, HEAD ROW "}\n" ROW "}\n",
			 "4:3 A since 1 overlaps the version since 1");
	assert_complains(true,
			 HEAD "- {op: A, since: 1, until: 7, arity: {in: [1, 1], out: [1, 1]}}\n"
			      "- {op: A, since: 7, arity: {in: [1, 1], out: [1, 1]}}\n",
			 "4:3 A since 7 overlaps the version since 1");
	assert_complains(true, HEAD "- {op: A, since: 0, arity: {in: [1, 1], out: [1, 1]}}\n",
			 "3:18 a number from 1 to 10000 must stand here");
	assert_complains(true, HEAD "- {op: A, since: 1, arity: {in: [3, 1], out: [1, 1]}}\n",
			 "3:37 a number from 3 to 65534 must stand here");
	assert_complains(true, "ops: []\n", "1:1 the key 'domain' is missing");
	assert_complains(true, "- a\n", "1:1 a schema file must be a mapping");
	assert_complains(true, "releases:\n- {onnx: '1', ir: x, ai.onnx: 1}\n",
			 "2:19 a number from 1 to 10000 must stand here");
}

#define THEAD                                                                                      \
	"name: t\ntitle: T\nversion: '1'\nsource: [{title: s, date: '2026'}]\nopsets: {ai.onnx: "  \
	"[1, 28]}\ndefault: none\nops:\n"

static void refuses_targets(void **state)
{
	(void)state;
	assert_complains(false, THEAD "- {op: A, status: full}\n", "");
	assert_complains(false,
			 THEAD "- {op: A, since: [1, 7], status: full, dtypes: {T: [float]}}\n"
			       "- {op: A, since: [13], status: none}\n",
			 "");
	assert_complains(
	    false,
	    THEAD "- {op: A, since: [1, 7], status: full}\n- {op: A, since: [7], status: none}\n",
	    "9:19 two rows of A cover this version");
	assert_complains(
	    false,
	    THEAD
	    "- {op: A, opset: [1, 7], status: full}\n- {op: A, opset: [7, null], status: none}\n",
	    "9:3 two rows of A cover opset 7");
	assert_complains(
	    false,
	    THEAD "- {op: A, opset: [1, 7], status: full}\n- {op: A, since: [8], status: none}\n",
	    "9:3 the rows of A mix 'opset' and 'since'");
	assert_complains(false, THEAD "- {op: A, since: [7, 1], status: full}\n",
			 "8:22 a number from 8 to 10000 must stand here");
	assert_complains(false, THEAD "- {op: A, status: good}\n", "8:19 'good' is no status");
	assert_complains(false, THEAD "- {op: A, status: partial}\n",
			 "8:3 a partial row must say its conditions in 'note'");
	assert_complains(false, THEAD "- {op: A, status: full, dtypes: floats}\n",
			 "8:33 'floats' is not a list under 'typesets'");
	assert_complains(false, THEAD "- {op: A, status: full, speed: 1}\n",
			 "8:25 'speed' is not a key of a row of 'ops'");
	/* several operators in a row, versions of the target, conditions */
	assert_complains(false, THEAD "- {op: [A, B], status: full, dtypes: any}\n", "");
	assert_complains(false, THEAD "- {op: [A, A], status: full}\n",
			 "8:3 two rows of A cover opset 1");
	assert_complains(false, THEAD "- {op: A, from: '2', status: full}\n",
			 "8:17 'from' must be a version under 'versions'");
	assert_complains(false,
			 "versions: [{version: '0'}, {version: '1'}]\n" THEAD
			 "- {op: A, until: '0', status: none}\n- {op: A, from: '1', status: full}\n",
			 "");
	assert_complains(false,
			 "versions: [{version: '0'}, {version: '1'}]\n" THEAD
			 "- {op: A, from: '1', until: '0', status: none}\n",
			 "9:3 the row ends before it begins");
	assert_complains(false, "versions: [{version: '0'}]\n" THEAD "- {op: A, status: full}\n",
			 "1:11 the last of 'versions' must be the file's 'version'");
	assert_complains(false, THEAD "- {op: A, status: full, when: [rank4]}\n",
			 "8:32 'rank4' is not a condition under 'conditions'");
	assert_complains(false,
			 "conditions: {c: {needs: 'true', note: n}}\n" THEAD
			 "- {op: A, status: full, when: [c, {needs: 'false', note: m}]}\n",
			 "");
	assert_complains(false,
			 "conditions: {c: {needs: 'true', note: n}}\n" THEAD
			 "- {op: A, status: none, when: [c]}\n",
			 "9:3 conditions of a row that is not supported anyway");
	assert_complains(false, "conditions: {c: {needs: 'true'}}\n" THEAD
			 "- {op: A, status: full, when: [c]}\n",
			 "1:17 the key 'note' is missing");
	assert_complains(false, "fallback: u\n" THEAD "- {op: A, status: full}\n",
			 "1:11 no target of this name");
	assert_complains(false,
			 "name: t\ntitle: T\nversion: '1'\nlike: u\n"
			 "source: [{title: s, date: '2026'}]\nopsets: {}\ndefault: none\n",
			 "4:7 no target of this name stands before this one");
	/* a list where the named sets should be */
	assert_complains(false,
			 "typesets: [floats]\n" THEAD "- {op: A, status: full, dtypes: floats}\n",
			 "9:33 'floats' is not a list under 'typesets'");
	assert_complains(
	    false,
	    "name: t\ntitle: T\nversion: '1'\nsource: []\nopsets: {}\ndefault: none\nops: []\n",
	    "4:9 a target needs at least one source");
}

static void pools_strings(void **state)
{
	struct ol_builder b;
	char text[32];
	uint32_t refs[3000];
	struct ol_buf out = {0};
	struct ol_typeset t = {.tensor = 2};

	(void)state;
	ol_builder_init(&b);
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "s%d", i % 1500);
		refs[i] = ol_builder_str(&b, ol_str(text));
	}
	for (int i = 0; i < 1500; i++) {
		assert_int_equal(refs[i], refs[i + 1500]);
		assert_true(!i || refs[i] != refs[i - 1]);
	}
	assert_int_equal(ol_builder_str(&b, OL_STR("")), 2);
	assert_int_equal(ol_builder_typeset(&b, &t), 0);
	assert_int_equal(ol_builder_typeset(&b, &t), 0);
	t.any = 1;
	assert_int_equal(ol_builder_typeset(&b, &t), 1);
	assert_int_equal(ol_builder_finish(&b, OL_IMAGE_SCHEMAS, &out), 0);
	for (int i = 0; i < 3000; i++) {
		struct ol_str s = ol_image_str((const unsigned char *)out.p, refs[i]);

		snprintf(text, sizeof(text), "s%d", i % 1500);
		assert_true(ol_str_is(s, text));
	}
	assert_int_equal(ol_image_str((const unsigned char *)out.p, 2).n, 0);
	ol_buf_free(&out);
	ol_builder_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses_types),    cmocka_unit_test(prints_types),
	    cmocka_unit_test(refuses_schemas), cmocka_unit_test(refuses_targets),
	    cmocka_unit_test(pools_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
