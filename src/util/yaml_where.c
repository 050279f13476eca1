/* yaml_where.c: from a byte of a scalar's text back to its place in the file.
 *
 * Idea: read the scalar's source again, counting the bytes of text that each piece of it stands
 * for, until the wanted byte is reached. Exact for plain, quoted and literal text; in folded blocks
 * runs of blanks may be off by some. */
#include "util/text.h"
#include "util/yaml.h"

struct walk {
	struct ol_str s; /* the file */
	size_t i;	 /* where in it */
	uint32_t line, column;
	size_t left; /* bytes of text before the wanted one */
};

static void next(struct walk *w)
{
	if (w->i >= w->s.n)
		return;
	if (w->s.p[w->i] == '\n') {
		w->line++;
		w->column = 1;
		w->i++;
	} else {
		ol_utf8_next(w->s, &w->i);
		w->column++;
	}
}

static char peek(const struct walk *w, size_t k)
{
	return w->i + k < w->s.n ? w->s.p[w->i + k] : '\0';
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void seek(struct walk *w, uint32_t line, uint32_t column)
{
	while (w->line < line && w->i < w->s.n) {
		const char *lf = memchr(w->s.p + w->i, '\n', w->s.n - w->i);

		if (!lf)
			return;
		w->i = (size_t)(lf - w->s.p) + 1;
		w->line++;
	}
	while (w->column < column && w->i < w->s.n && w->s.p[w->i] != '\n')
		next(w);
}

/* Takes n bytes of text; true when the wanted one is among them, or reached. */
static bool take(struct walk *w, size_t n)
{
	if (n > w->left)
		return true;
	w->left -= n;
	return false;
}

/* Blanks in flow text: kept within a line; around line ends they fold to one space or to the empty
 * lines' feeds. */
static bool take_blanks(struct walk *w)
{
	struct walk start = *w;
	size_t n = 0, breaks = 0;

	while (blank(peek(w, 0)) || peek(w, 0) == '\n') {
		breaks += peek(w, 0) == '\n';
		n++;
		next(w);
	}
	if (!breaks) {
		if (w->left < n) {
			while (start.left--)
				next(&start);
			*w = start;
			w->left = 0;
			return true;
		}
		w->left -= n;
		return false;
	}
	if (take(w, breaks == 1 ? 1 : breaks - 1)) {
		*w = start;
		return true;
	}
	return false;
}

/* Bytes of text that the escape at "\" stands for, and the source characters it takes. */
static size_t escape(const struct walk *w, size_t *source)
{
	static const struct {
		char sign;
		uint8_t digits, bytes; /* bytes 0: by the value */
	} table[] = {{'x', 2, 0}, {'u', 4, 0}, {'U', 8, 0}, {'N', 0, 2},
		     {'_', 0, 2}, {'L', 0, 3}, {'P', 0, 3}};
	uint32_t cp = 0;

	*source = 2;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (peek(w, 1) != table[i].sign)
			continue;
		*source += table[i].digits;
		if (table[i].bytes)
			return table[i].bytes;
		for (size_t k = 0; k < table[i].digits; k++) {
			char c = peek(w, 2 + k);
			const char *at =
				strchr("0123456789abcdef", c >= 'A' && c <= 'F' ? c + 32 : c);

			cp = cp * 16 + (c && at ? (uint32_t)(at - "0123456789abcdef") % 16 : 0);
		}
		return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	}
	return 1;
}

static void walk_flow(struct walk *w, char style)
{
	if (style != ' ')
		next(w);
	while (w->i < w->s.n) {
		char c = peek(w, 0);
		size_t before = w->i, n = 1, source = 1;

		if (blank(c) || c == '\n') {
			if (take_blanks(w))
				return;
			continue;
		}
		if (style == '\'' && c == '\'') {
			if (peek(w, 1) != '\'')
				return;
			source = 2;
		} else if (style == '"' && c == '"') {
			return;
		} else if (style == '"' && c == '\\' &&
			   (peek(w, 1) == '\n' || (peek(w, 1) == '\r' && peek(w, 2) == '\n'))) {
			next(w);
			while (blank(peek(w, 0)) || peek(w, 0) == '\n')
				next(w);
			continue;
		} else if (style == '"' && c == '\\') {
			n = escape(w, &source);
		} else {
			ol_utf8_next(w->s, &before);
			n = before - w->i;
		}
		if (take(w, n))
			return;
		while (source--)
			next(w);
	}
}

/* Blocks: line by line, less the indentation. */
static void walk_literal(struct walk *w, uint32_t indent)
{
	while (w->i < w->s.n) {
		size_t before;

		for (uint32_t k = 1; k < indent && peek(w, 0) == ' '; k++)
			next(w);
		while (w->i < w->s.n && peek(w, 0) != '\n' &&
		       !(peek(w, 0) == '\r' && peek(w, 1) == '\n')) {
			before = w->i;
			ol_utf8_next(w->s, &before);
			if (take(w, before - w->i))
				return;
			next(w);
		}
		if (take(w, 1))
			return;
		if (peek(w, 0) == '\r')
			next(w);
		next(w);
	}
}

/* Folding changes only blanks, so the characters that are none match one to one. */
static void walk_folded(struct walk *w, struct ol_str text, size_t offset)
{
	size_t solid = 0, i;

	for (i = 0; i < offset && i < text.n; i++)
		solid += !blank(text.p[i]) && text.p[i] != '\n';
	w->left = solid;
	while (w->i < w->s.n) {
		char c = peek(w, 0);

		if (!blank(c) && c != '\n') {
			size_t before = w->i;

			ol_utf8_next(w->s, &before);
			if (take(w, before - w->i))
				return;
		}
		next(w);
	}
}

void ol_yaml_where(const struct ol_yaml *y, struct ol_str text, size_t offset, uint32_t *line,
		   uint32_t *column)
{
	struct walk w = {.s = text, .line = 1, .column = 1, .left = offset};

	*line = y->line;
	*column = y->column;
	if (y->kind != OL_YAML_SCALAR || (offset == 0 && y->style == ' '))
		return;
	if (ol_str_starts(text, "\xef\xbb\xbf"))
		w.i = 3;
	if (y->block)
		seek(&w, y->line, 1);
	else
		seek(&w, y->line, y->column);
	if (y->style == '|')
		walk_literal(&w, y->column);
	else if (y->style == '>')
		walk_folded(&w, y->text, offset);
	else
		walk_flow(&w, y->style);
	*line = w.line;
	*column = w.column;
}
