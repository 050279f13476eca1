/* Broken rule files: tests/rules-bad/NN-name.yaml, and beside each the complaints expected of it,
 *counted by hand:
 *
 *	8:5: part of the message
 *		^ the text underlined
 *		? part of the hint
 *
 * All of them in one run, none besides. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/facts.h"
#include "rules/rules.h"

#define FOLDER "tests/rules-bad/"

struct want {
	unsigned line, column;
	char message[512], underlined[512], hint[512];
};

static uint32_t read_wants(const char *path, struct want *at, uint32_t max)
{
	FILE *f = fopen(path, "r");
	char line[512];
	uint32_t n = 0;

	if (!f)
		fail_msg("%s is missing", path);
	while (f && fgets(line, sizeof(line), f)) {
		int used = 0;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\t' && n) {
			snprintf(line[1] == '^' ? at[n - 1].underlined : at[n - 1].hint,
				 sizeof(at->hint), "%s", line + 3);
			continue;
		}
		if (n == max)
			fail_msg("%s: too many", path);
		at[n] = (struct want){0};
		if (sscanf(line, "%u:%u: %n", &at[n].line, &at[n].column, &used) != 2)
			fail_msg("%s: not understood: %s", path, line);
		snprintf(at[n].message, sizeof(at[n].message), "%s", line + used);
		n++;
	}
	if (f)
		fclose(f);
	return n;
}

/* What the printed carets stand under, found in the printed text: "N | source", then "  | ^^^". */
static void underlined(const char *block, char *out, size_t max)
{
	const char *source = strstr(block, "\n  |\n") ? strstr(block, "\n  |\n") + 5
						      : strstr(block, "\n   |\n") + 6;
	const char *carets = strchr(source, '\n') + 1, *from, *to;
	size_t skip = (size_t)(strchr(carets, '^') - carets), n = strspn(carets + skip, "^"),
	       column = 0;

	for (from = source; column < skip;
	     column++) /* one column a character: no wide ones in these files */
		do
			from++;
		while (((unsigned char)*from & 0xc0) == 0x80);
	for (to = from, column = 0; column < n && *to != '\n'; column++)
		do
			to++;
		while (((unsigned char)*to & 0xc0) == 0x80);
	snprintf(out, max, "%.*s", (int)(to - from), from);
}

static int by_place(const void *a, const void *b)
{
	const struct ol_note *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

static void compare(const char *path, struct ol_notes *notes, struct ol_str text,
		    const struct want *want, uint32_t n, int *bad)
{
	struct ol_buf out = {0};
	const char *block;

	qsort(notes->at, notes->n, sizeof(*notes->at), by_place);
	ol_notes_print(notes, text, &out);
	block = out.p;
	if (notes->n != n) {
		print_error("%s: %u complaints, %u expected:\n%s\n", path, notes->n, n,
			    out.p ? out.p : "");
		(*bad)++;
	}
	for (uint32_t i = 0; i < n && i < notes->n; i++) {
		const struct ol_note *m = &notes->at[i];
		char place[400], under[512];

		snprintf(place, sizeof(place), "--> %s:%u:%u\n", path, want[i].line,
			 want[i].column);
		underlined(block, under, sizeof(under));
		if (m->line != want[i].line || m->column != want[i].column ||
		    !strstr(m->message.p, want[i].message) || !strstr(m->hint.p, want[i].hint) ||
		    !strstr(block, place) ||
		    strcmp(under, *want[i].underlined == '\t' ? "        " : want[i].underlined)) {
			print_error("%s: expected %u:%u: %s ^%s ?%s\nunderlined '%s'\n%s\n", path,
				    want[i].line, want[i].column, want[i].message,
				    want[i].underlined, want[i].hint, under, block);
			(*bad)++;
		}
		block = strstr(block + 1, "\nerror: ") ? strstr(block + 1, "\nerror: ") : block;
	}
	ol_buf_free(&out);
}

static int one(const char *name)
{
	struct ol_buf text = {0}, image = {0};
	struct ol_notes notes = {0};
	struct ol_err err = {0};
	struct want want[16];
	char path[300], expected[300];
	int bad = 0, rc;
	uint32_t n;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	snprintf(expected, sizeof(expected), FOLDER "%.*s.expected", (int)(strlen(name) - 5), name);
	n = read_wants(expected, want, 16);
	assert_int_equal(ol_file_read(path, 1 << 20, &text, &err), 0);
	rc = ol_rules_compile(ol_buf_view(&text), path, ol_facts_host(), &image, &notes);
	if (rc != -1 || image.n) {
		print_error("%s: was compiled\n", path);
		bad++;
	}
	compare(path, &notes, ol_buf_view(&text), want, n, &bad);
	ol_notes_free(&notes);
	ol_buf_free(&image);
	ol_buf_free(&text);
	return bad;
}

static void test_bad_files(void **state)
{
	struct dirent **names;
	int n = scandir(FOLDER, &names, NULL, alphasort), files = 0, bad = 0;

	(void)state;
	if (n < 0) {
		print_message("no folder " FOLDER " here: run from the project's root\n");
		skip();
	}
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);

		if (len > 5 && strcmp(names[i]->d_name + len - 5, ".yaml") == 0) {
			files++;
			bad += one(names[i]->d_name);
		}
		free(names[i]);
	}
	free(names);
	print_message("%d files\n", files);
	assert_true(files >= 40);
	assert_int_equal(bad, 0);
}

/* Files that want to hurt: each is refused, at once, without harm. */
static void test_hostile_files(void **state)
{
	const char *shared = getenv("ONNXLINT_SHARED");
	char folder[200], path[500];
	struct dirent **names;
	int n;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/hostile/rules", shared ? shared : "../shared");
	n = scandir(folder, &names, NULL, alphasort);
	if (n < 0) {
		print_message("no %s: set ONNXLINT_SHARED\n", folder);
		skip();
	}
	for (int i = 0; i < n; i++) {
		struct ol_buf text = {0}, image = {0}, out = {0};
		struct ol_notes notes = {0};
		struct ol_err err = {0};

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && !ol_file_read(path, 1 << 20, &text, &err)) {
			assert_int_equal(ol_rules_compile(ol_buf_view(&text), path, ol_facts_host(),
							  &image, &notes),
					 -1);
			assert_int_not_equal(notes.n, 0);
			assert_int_equal(image.n, 0);
			ol_notes_print(&notes, ol_buf_view(&text), &out);
			assert_false(out.failed);
		}
		ol_notes_free(&notes);
		ol_buf_free(&out);
		ol_buf_free(&image);
		ol_buf_free(&text);
		free(names[i]);
	}
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_hostile_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
