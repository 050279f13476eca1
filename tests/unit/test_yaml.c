/* Places of YAML items (expected by hand, and the same as PyYAML's marks), refusals, limits, and
 * how notes are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/yaml.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct doc {
	struct ol_arena arena;
	struct ol_notes notes;
	struct ol_yaml *root;
	struct ol_str text;
};

static void open_doc(struct doc *d, struct ol_str text, const struct ol_yaml_limits *limits)
{
	*d = (struct doc){.text = text};
	ol_arena_init(&d->arena, 0);
	d->root = ol_yaml_parse(&d->arena, text, "t.yaml", limits, &d->notes);
}

static void close_doc(struct doc *d)
{
	ol_notes_free(&d->notes);
	ol_arena_free(&d->arena);
}

static void test_places(void **state)
{
	static const char text[] = "\xef\xbb\xbf# c\r\n"
				   "a: \xc3\xa9 b\r\n"			       /* 2 */
				   "list:\r\n"				       /* 3 */
				   "  - one\r\n"			       /* 4 */
				   "  - {k: 'v', \"\xe2\x82\xac\": \"w\"}\r\n" /* 5 */
				   "lit: |-\r\n"			       /* 6 */
				   "\r\n"				       /* 7 */
				   "   deep\r\n"			       /* 8 */
				   "    er\r\n"				       /* 9 */
				   "end: x";				       /* 10 */
	const struct ol_yaml *y;
	struct doc d;

	(void)state;
	open_doc(&d, ol_str(text), NULL);
	assert_non_null(d.root);
	assert_int_equal(d.notes.n, 0);
	assert_int_equal(d.root->kind, OL_YAML_MAP);
	assert_int_equal(d.root->n, 4);
	y = ol_yaml_get(d.root, "a");
	assert_true(ol_str_is(y->text, "\xc3\xa9 b"));
	assert_int_equal(y->line, 2);
	assert_int_equal(y->column, 4);
	assert_int_equal(y->end_line, 2);
	assert_int_equal(y->end_column, 7);
	y = ol_yaml_get(d.root, "list");
	assert_int_equal(y->line, 4);
	assert_int_equal(y->column, 3);
	assert_int_equal(y->n, 2);
	assert_int_equal(y->items[1].column, 5);
	assert_int_equal(y->items[1].keys[1].column, 14);
	assert_int_equal(y->items[1].items[1].column, 19);
	assert_false(y->items[1].items[1].plain);
	assert_int_equal(y->items[1].items[0].style, '\'');
	y = ol_yaml_get(d.root, "lit");
	assert_true(ol_str_is(y->text, "\ndeep\n er"));
	assert_true(y->block);
	assert_int_equal(y->line, 7);
	assert_int_equal(y->column, 4);
	y = ol_yaml_get(d.root, "end");
	assert_int_equal(y->line, 10);
	assert_null(ol_yaml_get(d.root, "nothing"));
	close_doc(&d);
	open_doc(&d, OL_STR("# nothing\n"), NULL);
	assert_null(d.root);
	assert_int_equal(d.notes.n, 0);
	close_doc(&d);
}

static void test_where(void **state)
{
	static const struct {
		const char *text;   /* of a mapping with one pair */
		const char *needle; /* in the value */
		uint32_t line, column;
	} rows[] = {
		{"a: one two", "two", 1, 8},
		{"a: \xc3\xa9\xc3\xa9 two", "two", 1, 7},
		{"a:   one\n     two\n\n  three", "two", 2, 6},
		{"a:   one\n     two\n\n  three", "three", 4, 3},
		{"a: 'it''s two'", "two", 1, 11},
		{"a: 'it''s two'", "s two", 1, 9},
		{"a: \"x\\\"y two\"", "two", 1, 10},
		{"a: \"\\u00e9\\t\\x41 two\"", "two", 1, 18},
		{"a: \"\\u20ac\\U0001F600z\"", "z", 1, 21},
		{"a: \"one\\\n   two\"", "two", 2, 4},
		{"a: \"one\n   two\"", "two", 2, 4},
		{"a: |\n  one\n  two three\n", "three", 3, 7},
		{"a: |2\n    one\n  two\n", "two", 3, 3},
		{"a: |\n\n\n  one\n", "one", 4, 3},
		{"a: |\n  one\n\n   two\n", "two", 4, 4},
		{"a: >\n  one\n  two\n\n  three\n", "three", 5, 3},
		{"a: >-\n  one\n  two\n", "two", 3, 3},
		{"\xef\xbb\xbf"
		 "a: one two",
		 "two", 1, 8},
		{"# x\r\na: |\r\n  one\r\n  two\r\n", "two", 4, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ol_str text = ol_str(rows[i].text);
		uint32_t line, column;
		const char *at;
		struct doc d;

		open_doc(&d, text, NULL);
		assert_non_null(d.root);
		at = strstr(d.root->items[0].text.p, rows[i].needle);
		assert_non_null(at);
		ol_yaml_where(&d.root->items[0], text, (size_t)(at - d.root->items[0].text.p),
			      &line, &column);
		if (line != rows[i].line || column != rows[i].column)
			fail_msg("row %zu: %u:%u, not %u:%u", i, line, column, rows[i].line,
				 rows[i].column);
		close_doc(&d);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *message, *hint;
	} rows[] = {
		{"when: !x", 1, 7, "'!' at the start of a value is a YAML tag",
		 "quote the expression"},
		{"- a: 1\n  when: !has(x) && y\n", 2, 9,
		 "'!' at the start of a value is a YAML tag", "quote"},
		{"a: !!str x", 1, 4, "YAML tag", ""},
		{"a: &x 1", 1, 4, "anchors are refused", "write the value out"},
		{"a: *x", 1, 4, "aliases are refused", "write the value out"},
		{"<<: {a: 1}", 1, 1, "merge keys are refused", "write the keys out"},
		{"a: 1\nb: 2\na: 3", 3, 1, "key 'a' is given twice", "first on line 1"},
		{"a: 1\n--- \nb: 2", 2, 1, "a second document", ""},
		{"a:\n\tb: 1", 2, 1, "a tab in the indentation", "spaces"},
		{"a:\n  b: 1\n \tc: 1", 3, 2, "a tab in the indentation", "spaces"},
		{"x: a ? b : c", 1, 10, "': ' inside a value", "quote the value"},
		{"x: {a} is bad", 1, 4, "starts with '{'", "quote the whole text"},
		{"x: [a] + b", 1, 4, "starts with '['", "quote the whole text"},
		{"x: 'a' + b", 1, 4, "ends at its closing quote", "quote the whole value"},
		{"x: %a", 1, 4, "cannot start a value", "quote"},
		{"x: @a", 1, 4, "cannot start a value", "quote"},
		{"a: 1\nx: \"abc\nd: 2\n", 2, 4, "never closed", ""},
		{"a: [b,\n c\nd: 1\n", 1, 4, "'[' is opened here and not closed", "close it"},
		{"? [a, b]\n: c", 1, 3, "a list cannot be a key", "quote"},
		{"a: \x01", 1, 4, "control character U+0001", ""},
		{"a: \xc2\x9b"
		 "31m",
		 1, 4, "control character U+009B", ""},
		{"\xc3\xa9: \xff", 1, 4, "0xFF is not valid UTF-8", ""},
		{"a: 1\n c: 2\n", 2, 3, "starts a mapping", "quote"},
		{"a:\n  b: 1\n c: 2\n", 3, 2, "indentation", ""},
		{"a: 1\nword\nb: 2\n", 2, 1, "no ':'", ""},
		{"a:\n  - x\n  y: 1\n", 3, 3, "list", ""},
		{"a: \"\\q\"\n", 1, 5, "escape", ""},
		{"a: \"\\0\"\n", 1, 4, "NUL", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct ol_note *n;
		struct doc d;

		open_doc(&d, ol_str(rows[i].text), NULL);
		assert_null(d.root);
		assert_int_not_equal(d.notes.n, 0);
		n = &d.notes.at[0];
		if (n->line != rows[i].line || n->column != rows[i].column ||
		    !strstr(n->message.p, rows[i].message) || !strstr(n->hint.p, rows[i].hint))
			fail_msg("row %zu: %u:%u %s | %s", i, n->line, n->column, n->message.p,
				 n->hint.p);
		close_doc(&d);
	}
}

static void test_goes_on(void **state)
{
	struct ol_notes notes = {0};
	struct ol_arena a;
	struct ol_yaml *y;

	(void)state;
	ol_arena_init(&a, 0);
	y = ol_yaml_parse_all(&a, OL_STR("a: !x\nb: &q 1\nb: *q\nc: 4\n"), "t", NULL, &notes);
	assert_non_null(y);
	assert_int_equal(notes.n, 4);
	assert_true(ol_str_is(ol_yaml_get(y, "c")->text, "4"));
	ol_notes_free(&notes);
	ol_arena_free(&a);
}

static void repeat(struct ol_buf *b, const char *what, size_t n)
{
	ol_buf_clear(b);
	while (n--)
		ol_buf_z(b, what);
}

static void test_limits(void **state)
{
	static const struct {
		const char *unit;
		size_t n;
		bool good;
		const char *message;
	} rows[] = {
		{"[", 32, false, "a value is missing here"},
		{"[", 33, false, "nested deeper than 32 levels"},
		{"[", 500000, false, "nested deeper than 32 levels"},
		{"{a: ", 200000, false, "nested deeper than 32 levels"},
		{"- ", 100000, false, "nested deeper than 32 levels"},
		{"? ", 100000, false, "cannot be a key"},
		{"- a\n", 150000, true, NULL},
		{"- a\n", 210000, false, "too many items"},
		{"- a\n", 300000, false, "larger than 1048576 bytes"},
		{"x", 65536, true, NULL},
		{"x", 65537, false, "longer than 65536 bytes"},
		{":", 1000000, false, "longer than 65536 bytes"},
		{"'", 1000000, false, "longer"},
		{"\t", 1000000, false, "a tab"},
		{"\n", 1000000, true, NULL},
		{"&", 1000000, false, ""},
		{"&a ", 300000, false, ""},
		{"!", 1000000, false, ""},
		{"\xe2\x80\xa8", 300000, true, NULL},
		{"\xef\xbb\xbf", 300000, false, "control character"},
		{"\x01", 1000000, false, "control character"},
	};
	struct ol_buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ol_buf out = {0};
		struct doc d;

		repeat(&b, rows[i].unit, rows[i].n);
		open_doc(&d, ol_buf_view(&b), NULL);
		if (rows[i].good != (d.notes.n == 0))
			fail_msg("row %zu: %u notes: %s", i, d.notes.n,
				 d.notes.n ? d.notes.at[0].message.p : "");
		if (rows[i].message && !strstr(d.notes.at[0].message.p, rows[i].message))
			fail_msg("row %zu: %s", i, d.notes.at[0].message.p);
		assert_true(d.notes.n <= OL_NOTES_MOST + 1);
		ol_notes_print(&d.notes, d.text, &out);
		assert_true(out.n < 200000);
		ol_buf_free(&out);
		close_doc(&d);
	}
	ol_buf_free(&b);
}

static void test_print(void **state)
{
	static const char text[] = "one: 1\n\tx:\xc3\xa9 \xe4\xb8\x96 wen\x1b[31m\nlast";
	static const char want[] = "error: first\n"
				   "  --> a\\x1bb.yaml:2:8\n"
				   "  |\n"
				   "2 |         x:\xc3\xa9 \xe4\xb8\x96 wen\\x1b[31m\n"
				   "  |                ^^^ did you mean 'when'?\n"
				   "\n"
				   "error: bad \\x1b word\n"
				   "  --> a\\x1bb.yaml:3:5\n"
				   "  |\n"
				   "3 | last\n"
				   "  |     ^\n"
				   "\n"
				   "error: beyond\n"
				   "  --> a\\x1bb.yaml:9:1\n";
	struct ol_notes n = {0};
	struct ol_buf out = {0};

	(void)state;
	ol_notes_add(&n, "a\033b.yaml", 9, 1, 0, NULL, "beyond");
	ol_notes_add(&n, "a\033b.yaml", 3, 5, 0, NULL, "bad %s word", "\033");
	ol_notes_add(&n, "a\033b.yaml", 2, 8, 3, "did you mean 'when'?", "first");
	ol_notes_print(&n, ol_str(text), &out);
	assert_string_equal(out.p, want);
	ol_buf_free(&out);
	ol_notes_free(&n);
}

static void test_print_long_line(void **state)
{
	struct ol_buf text = {0}, out = {0};
	struct ol_notes n = {0};
	const char *source, *caret;

	(void)state;
	repeat(&text, "x", 500000);
	text.p[300000] = 'Y';
	ol_notes_add(&n, "t", 1, 300001, 1, NULL, "here");
	ol_notes_print(&n, ol_buf_view(&text), &out);
	assert_true(out.n < 400);
	/* the caret stands under the Y, though the line is cut on both sides */
	source = strstr(out.p, "1 | ");
	caret = strchr(source, '\n') + 1;
	/* the cut's sign takes three bytes and one column */
	assert_int_equal(strchr(source, 'Y') - source - 2, strchr(caret, '^') - caret);
	ol_buf_free(&out);
	ol_buf_free(&text);
	ol_notes_free(&n);
}

static void test_file_read(void **state)
{
	char dir[] = "/tmp/test_yaml.XXXXXX", path[64];
	struct ol_buf b = {0};
	struct ol_err err = {0};
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(ol_file_read(path, 100, &b, &err), -1);
	assert_non_null(strstr(err.message, "cannot be opened: No such file"));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("hello", f);
	fclose(f);
	err = (struct ol_err){0};
	assert_int_equal(ol_file_read(path, 5, &b, &err), 0);
	assert_true(ol_str_is(ol_buf_view(&b), "hello"));
	ol_buf_clear(&b);
	assert_int_equal(ol_file_read(path, 4, &b, &err), -1);
	assert_int_equal(err.code, OL_ERR_LIMIT);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	ol_buf_clear(&b);
	err = (struct ol_err){0};
	assert_int_equal(ol_file_read(path, 4, &b, &err),
			 0); /* nobody writes: empty, and no wait */
	assert_int_equal(b.n, 0);
	unlink(path);
	assert_int_equal(ol_file_read(dir, 4, &b, &err), -1);
	assert_non_null(strstr(err.message, "is a folder"));
	err = (struct ol_err){0};
	assert_int_equal(ol_file_read("/dev/zero", 4, &b, &err), -1);
	assert_non_null(strstr(err.message, "not a regular file"));
	rmdir(dir);
	ol_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),		cmocka_unit_test(test_where),
		cmocka_unit_test(test_refusals),	cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_limits),		cmocka_unit_test(test_print),
		cmocka_unit_test(test_print_long_line), cmocka_unit_test(test_file_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
