/* notes.c: complaints about a text file, printed with the line they are about and a caret under it.
 *
 * What is printed is bounded and escaped: the file may be hostile, and its lines a megabyte long.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/text.h"
#include "util/yaml.h"

enum { TAB = 8, WINDOW = 100, BEFORE = 40, MESSAGE_COLUMNS = 400 };

static void add(struct ol_notes *n, const struct ol_note *note)
{
	if (n->n == n->cap) {
		uint32_t cap = n->cap ? n->cap * 2 : 16;
		struct ol_note *p = OL_NEWN(&n->arena, struct ol_note, cap);

		if (!p)
			return;
		if (n->n)
			memcpy(p, n->at, n->n * sizeof(*p));
		n->at = p;
		n->cap = cap;
	}
	n->at[n->n++] = *note;
}

void ol_notes_add(struct ol_notes *n, const char *file, uint32_t line, uint32_t column,
		  uint32_t length, const char *hint, const char *fmt, ...)
{
	struct ol_note note = {.line = line, .column = column, .length = length};
	char text[1024];
	va_list ap;

	if (ol_notes_full(n))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n->n == OL_NOTES_MOST) {
		snprintf(text, sizeof(text), "too many errors: the rest is not told");
		hint = NULL;
	}
	note.file = file ? ol_arena_str(&n->arena, ol_str(file)).p : NULL;
	note.message = ol_arena_str(&n->arena, ol_str(text));
	note.hint = hint ? ol_arena_str(&n->arena, ol_str(hint)) : OL_STR("");
	add(n, &note);
}

void ol_notes_free(struct ol_notes *n)
{
	ol_arena_free(&n->arena);
	n->at = NULL;
	n->n = n->cap = 0;
}

static int by_place(const void *a, const void *b)
{
	const struct ol_note *x = *(const struct ol_note *const *)a,
			     *y = *(const struct ol_note *const *)b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x > y) - (x < y); /* as they were added */
}

/* One character as it is shown: a tab up to the next stop, the rest escaped. Returns the columns it
 * took. */
static size_t show_char(struct ol_buf *out, struct ol_str line, size_t *i, size_t column)
{
	size_t from = *i, before = out->n, width = 0, k;
	uint32_t c = ol_utf8_next(line, i);

	if (c == '\t') {
		width = TAB - column % TAB;
		ol_buf_printf(out, "%*s", (int)width, "");
		return width;
	}
	ol_text_plain(out, (struct ol_str){line.p + from, *i - from}, 0);
	for (k = before; k < out->n;)
		width += (size_t)ol_text_width(ol_utf8_next(ol_buf_view(out), &k));
	return width;
}

static void print_source(const struct ol_note *note, struct ol_str line, struct ol_buf *out)
{
	size_t caret = note->column ? note->column - 1 : 0,
	       length = note->length ? note->length : 1;
	size_t first = caret > WINDOW - BEFORE ? caret - BEFORE : 0;
	size_t i = 0, k = 0, column = 0, caret_at = 0, caret_end = 0;
	char gutter[16];
	int width = snprintf(gutter, sizeof(gutter), "%u", (unsigned)note->line);
	bool cut = false;

	ol_buf_printf(out, "%*s |\n%s | ", width, "", gutter);
	for (; k < first && i < line.n; k++)
		ol_utf8_next(line, &i);
	if (first) {
		ol_buf_z(out, "…");
		column = 1;
	}
	for (; i < line.n; k++) {
		if (k == caret)
			caret_at = column;
		if (column > WINDOW) {
			cut = true;
			break;
		}
		column += show_char(out, line, &i, column);
		if (k >= caret && k < caret + length)
			caret_end = column;
	}
	if (k <= caret) /* past the end of the line */
		caret_at = column + (caret - k);
	if (caret_end <= caret_at)
		caret_end = caret_at + 1;
	ol_buf_printf(out, "%s\n%*s | %*s", cut ? "…" : "", width, "", (int)caret_at, "");
	for (size_t j = caret_at; j < caret_end; j++)
		ol_buf_char(out, '^');
	if (note->hint.n) {
		ol_buf_char(out, ' ');
		ol_text_plain(out, note->hint, MESSAGE_COLUMNS);
	}
	ol_buf_char(out, '\n');
}

void ol_notes_print(const struct ol_notes *n, struct ol_str text, struct ol_buf *out)
{
	const struct ol_note **sorted = malloc((n->n + 1) * sizeof(*sorted));
	size_t at = 0, end;
	uint32_t line = 1;

	if (!sorted) {
		out->failed = true;
		return;
	}
	if (ol_str_starts(text, "\xef\xbb\xbf"))
		text = (struct ol_str){text.p + 3, text.n - 3};
	for (uint32_t i = 0; i < n->n; i++)
		sorted[i] = &n->at[i];
	qsort(sorted, n->n, sizeof(*sorted), by_place);
	for (uint32_t i = 0; i < n->n; i++) {
		const struct ol_note *note = sorted[i];
		const char *lf = NULL;

		ol_buf_z(out, i ? "\nerror: " : "error: ");
		ol_text_plain(out, note->message, MESSAGE_COLUMNS);
		ol_buf_z(out, "\n  --> ");
		ol_text_plain(out, ol_str(note->file ? note->file : "?"), 0);
		if (note->line)
			ol_buf_printf(out, ":%u:%u", (unsigned)note->line, (unsigned)note->column);
		ol_buf_char(out, '\n');
		while (line < note->line && at < text.n &&
		       (lf = memchr(text.p + at, '\n', text.n - at))) {
			at = (size_t)(lf - text.p) + 1;
			line++;
		}
		if (!note->line || line != note->line)
			continue;
		lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;
		end = lf ? (size_t)(lf - text.p) : text.n;
		if (end > at && text.p[end - 1] == '\r')
			end--;
		print_source(note, (struct ol_str){end > at ? text.p + at : "", end - at}, out);
	}
	free((void *)sorted);
}
