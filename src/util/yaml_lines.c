/* yaml_lines.c: the table of lines, and libyaml's syntax errors told in terms of what people do
 * wrong.
 *
 * Idea: libyaml reports where it gave up, which is often a line or more behind the cause. The
 * source line says more: a value that begins with '!', '{' or '%', a tab, a ': ' inside a value. */
#include "util/yaml_lines.h"

#include <stdlib.h>

#include "util/text.h"

static bool allowed(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	if (c >= 0x7f && c < 0xa0)
		return c == 0x85;
	return c != 0xfeff && (c & 0xfffe) != 0xfffe;
}

static int add_line(struct ol_lines *l, uint32_t *cap, size_t byte, size_t chars)
{
	if (l->n == *cap) {
		uint32_t more = *cap ? *cap * 2 : 256;
		struct ol_line *p = realloc(l->at, more * sizeof(*p));

		if (!p)
			return -1;
		l->at = p;
		*cap = more;
	}
	l->at[l->n++] = (struct ol_line){byte, chars};
	return 0;
}

int ol_lines_init(struct ol_lines *l, struct ol_str text, const char *file, struct ol_notes *notes)
{
	uint32_t cap = 0, before = notes->n;
	size_t bad, i = 0, chars = 0, next;
	bool valid = ol_utf8_valid(text, &bad);

	*l = (struct ol_lines){.ascii = true};
	l->marks = calloc(text.n / OL_LINES_STEP + 1, sizeof(*l->marks));
	if (!l->marks || add_line(l, &cap, 0, 0))
		goto no_memory;
	while (i < text.n) {
		unsigned char c = (unsigned char)text.p[i];

		if (chars % OL_LINES_STEP == 0)
			l->marks[chars / OL_LINES_STEP] = i;
		next = i + 1;
		if (!valid && i == bad) {
			ol_notes_add(notes, file, l->n,
				     (uint32_t)(chars - l->at[l->n - 1].chars + 1), 1, NULL,
				     "byte 0x%02X is not valid UTF-8: save the file as UTF-8", c);
			return -1;
		}
		if (c < 0x20 || c >= 0x7f) {
			size_t j = i;
			uint32_t cp = ol_utf8_next(text, &j);

			next = j;
			if (c >= 0x80)
				l->ascii = false;
			if (!allowed(cp))
				ol_notes_add(notes, file, l->n,
					     (uint32_t)(chars - l->at[l->n - 1].chars + 1), 1, NULL,
					     "control character U+%04X: remove it, or write an "
					     "escape in double quotes",
					     (unsigned)cp);
		}
		chars++;
		i = next;
		if (c == '\n' && add_line(l, &cap, i, chars))
			goto no_memory;
	}
	return notes->n == before ? 0 : -1;
no_memory:
	ol_notes_add(notes, file, 1, 1, 0, NULL, "not enough memory to read the file");
	return -1;
}

void ol_lines_free(struct ol_lines *l)
{
	free(l->at);
	free(l->marks);
	*l = (struct ol_lines){0};
}

void ol_lines_place(const struct ol_lines *l, size_t index, uint32_t *line, uint32_t *column)
{
	uint32_t low = 0, high = l->n;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (l->at[mid].chars <= index)
			low = mid;
		else
			high = mid;
	}
	*line = low + 1;
	*column = (uint32_t)(index - l->at[low].chars + 1);
}

static size_t byte_of(const struct ol_lines *l, struct ol_str text, size_t index)
{
	size_t i;

	if (l->ascii)
		return index < text.n ? index : text.n;
	if (index / OL_LINES_STEP > text.n / OL_LINES_STEP)
		return text.n;
	i = l->marks[index / OL_LINES_STEP];
	if (!i && index >= OL_LINES_STEP)
		return text.n;
	for (size_t k = index % OL_LINES_STEP; k && i < text.n; k--)
		ol_utf8_next(text, &i);
	return i;
}

char ol_lines_char(const struct ol_lines *l, struct ol_str text, size_t index)
{
	size_t i = byte_of(l, text, index);

	return i < text.n ? text.p[i] : '\0';
}

uint32_t ol_lines_chars(struct ol_str s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n ? n : 1;
}

static struct ol_str line_text(const struct ol_lines *l, struct ol_str text, uint32_t line)
{
	size_t from, to;

	if (!line || line > l->n)
		return OL_STR("");
	from = l->at[line - 1].byte;
	to = line < l->n ? l->at[line].byte : text.n;
	while (to > from && (text.p[to - 1] == '\n' || text.p[to - 1] == '\r'))
		to--;
	return (struct ol_str){text.p + from, to - from};
}

static size_t spaces(struct ol_str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == ' ')
		i++;
	return i;
}

void ol_lines_block(const struct ol_lines *l, struct ol_str text, struct ol_str content,
		    uint32_t *line, uint32_t *column)
{
	uint32_t i = *line + 1;
	size_t start = 0, own = 0, all;

	while (i < l->n && spaces(line_text(l, text, i)) == line_text(l, text, i).n)
		i++;
	all = spaces(line_text(l, text, i));
	/* spaces that the content keeps (after |2) are no indentation */
	for (size_t k = 0; k < content.n && (content.p[k] == ' ' || content.p[k] == '\n'); k++)
		if (content.p[k] == '\n')
			start = k + 1;
	own = spaces((struct ol_str){content.p + start, content.n - start});
	(*line)++;
	*column = (uint32_t)(all > own ? all - own : 0) + 1;
}

/* The first byte of the value on a "key: value" or "- value" line, or s.n. */
static size_t value_of(struct ol_str s)
{
	size_t i = spaces(s), key;

	while (i + 1 < s.n && s.p[i] == '-' && s.p[i + 1] == ' ')
		for (i++; i < s.n && s.p[i] == ' ';)
			i++;
	key = i;
	for (; i + 1 < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\'' || s.p[i] == '{' || s.p[i] == '[' ||
		    s.p[i] == '#')
			break;
		if (s.p[i] == ':' && s.p[i + 1] == ' ') {
			for (i++; i < s.n && s.p[i] == ' ';)
				i++;
			return i;
		}
	}
	return key;
}

struct cause {
	const char *problem; /* part of libyaml's words, or NULL: any */
	const char *first;   /* the value begins with one of these, or NULL: any */
	const char *message, *hint;
};

/* Told at the value's first character. */
static const struct cause value_causes[] = {
	{NULL, "!", "'!' at the start of a value is a YAML tag, and tags are refused",
	 "quote the expression: \"!…\""},
	{NULL, "&", "'&' at the start of a value is a YAML anchor, and anchors are refused",
	 "quote the value"},
	{NULL, "*", "'*' at the start of a value is a YAML alias, and aliases are refused",
	 "quote the value"},
	{NULL, "%@`", "this character cannot start a value", "quote the value"},
	{NULL, "{", "a value that starts with '{' is a YAML mapping",
	 "quote the whole text if text is meant"},
	{NULL, "[", "a value that starts with '[' is a YAML list",
	 "quote the whole text if text is meant"},
	{"expected", "\"'", "a quoted value ends at its closing quote, and more follows",
	 "quote the whole value"},
};

static bool tell_value(const struct ol_lines *l, struct ol_str text, const char *file,
		       uint32_t line, const yaml_parser_t *yaml, struct ol_notes *notes)
{
	struct ol_str s = line_text(l, text, line);
	size_t v = value_of(s);

	if (v >= s.n)
		return false;
	for (size_t i = 0; i < sizeof(value_causes) / sizeof(*value_causes); i++) {
		const struct cause *c = &value_causes[i];

		if (!strchr(c->first, s.p[v]) || (c->problem && !strstr(yaml->problem, c->problem)))
			continue;
		/* a mapping or list that is merely never closed is told as such */
		if ((*c->first == '{' || *c->first == '[') &&
		    !memchr(s.p + v, *c->first == '{' ? '}' : ']', s.n - v))
			continue;
		ol_notes_add(notes, file, line, ol_lines_chars((struct ol_str){s.p, v}) + (v > 0),
			     1, c->hint, "%s", c->message);
		return true;
	}
	return false;
}

/* Past the closing quote of the quoted text at i; text.n when there is none. */
static size_t quote_end(struct ol_str text, size_t i)
{
	char q = text.p[i++];

	for (; i < text.n; i++) {
		if (q == '"' && text.p[i] == '\\')
			i++;
		else if (text.p[i] == q && q == '\'' && i + 1 < text.n && text.p[i + 1] == q)
			i++;
		else if (text.p[i] == q)
			return i + 1;
	}
	return text.n;
}

/* A quote that was forgotten ends at the next one in the file, lines below, in the middle of
 * something else. */
static bool tell_quote(const struct ol_lines *l, struct ol_str text, const char *file,
		       uint32_t line, struct ol_notes *notes)
{
	enum { LOOK_BACK = 30 };

	for (uint32_t k = line - 1; k && line - k < LOOK_BACK; k--) {
		struct ol_str s = line_text(l, text, k);
		size_t v = value_of(s), end;

		if (v >= s.n || !strchr("\"'", s.p[v]))
			continue;
		end = quote_end(text, l->at[k - 1].byte + v);
		if (end < l->at[line - 1].byte || end >= text.n ||
		    strchr(" \t\r\n,:]}", text.p[end]))
			continue;
		ol_notes_add(notes, file, k, ol_lines_chars((struct ol_str){s.p, v}) + (v > 0), 1,
			     NULL, "a quoted text is opened here and closed only on line %u",
			     (unsigned)line);
		return true;
	}
	return false;
}

/* A tab before the first word of a line that libyaml stumbled over. */
static bool tell_tab(const struct ol_lines *l, struct ol_str text, const char *file, uint32_t line,
		     struct ol_notes *notes)
{
	struct ol_str s = line_text(l, text, line);
	size_t i = spaces(s);

	if (i >= s.n || s.p[i] != '\t')
		return false;
	ol_notes_add(notes, file, line, (uint32_t)i + 1, 1, "indent with spaces",
		     "a tab in the indentation");
	return true;
}

void ol_lines_syntax(const struct ol_lines *l, struct ol_str text, const char *file,
		     const yaml_parser_t *yaml, struct ol_notes *notes)
{
	const char *problem = yaml->problem ? yaml->problem : "not readable as YAML";
	uint32_t line, column, from_line = 0, from_column = 0;

	ol_lines_place(l, yaml->problem_mark.index, &line, &column);
	if (yaml->context)
		ol_lines_place(l, yaml->context_mark.index, &from_line, &from_column);
	if (tell_tab(l, text, file, line, notes) ||
	    (line > 1 && column == 1 && tell_tab(l, text, file, line - 1, notes)))
		return;
	if (strstr(problem, "unexpected end of stream") || strstr(problem, "document indicator")) {
		ol_notes_add(notes, file, from_line ? from_line : line,
			     from_line ? from_column : column, 1, NULL,
			     "a quoted text is opened here and never closed");
		return;
	}
	if (tell_quote(l, text, file, line, notes) || tell_value(l, text, file, line, yaml, notes))
		return;
	if (from_line && from_line != line && strstr(problem, "expected key") && line > 1 &&
	    tell_value(l, text, file, line - 1, yaml, notes))
		return;
	if (strstr(problem, "mapping values are not allowed")) {
		ol_notes_add(notes, file, line, column, 1, "quote the value",
			     "': ' inside a value without quotes starts a mapping");
		return;
	}
	if (from_line && strstr(problem, "expected ',' or")) {
		ol_notes_add(notes, file, from_line, from_column, 1, "close it, or quote the value",
			     "%s is opened here and not closed",
			     strchr(problem, ']') ? "'['" : "'{'");
		return;
	}
	if (from_line && strstr(problem, "could not find expected ':'")) {
		ol_notes_add(notes, file, from_line, from_column, 1,
			     "a key is written 'key: value'", "no ':' follows this word");
		return;
	}
	if (strstr(problem, "expected node content")) {
		ol_notes_add(notes, file, line, column, 1, NULL, "a value is missing here");
		return;
	}
	if (strstr(problem, "expected key") || strstr(problem, "expected '-'")) {
		ol_notes_add(notes, file, line, column, 1, "align it with what it belongs to",
			     "the indentation fits no open %s",
			     strchr(problem, '-') ? "list" : "mapping");
		return;
	}
	if (from_line)
		ol_notes_add(notes, file, line, column, 1, NULL, "%s %s (begun at %u:%u)",
			     yaml->context, problem, (unsigned)from_line, (unsigned)from_column);
	else
		ol_notes_add(notes, file, line, column, 1, NULL, "%s", problem);
}
