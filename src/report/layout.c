/* layout.c: words are measured in columns as they will be seen, that is after escaping. */
#include "report/layout.h"

#include "util/text.h"

static const char *const codes[] = {
	[OL_PAINT_BOLD] = "1",      [OL_PAINT_DIM] = "2",  [OL_PAINT_RED] = "1;31",
	[OL_PAINT_YELLOW] = "1;33", [OL_PAINT_CYAN] = "36", [OL_PAINT_GREEN] = "32",
};

void ol_layout_paint(const struct ol_layout *l, enum ol_paint how, const char *text)
{
	if (l->color)
		ol_buf_printf(l->out, "\033[%sm%s\033[0m", codes[how], text);
	else
		ol_buf_z(l->out, text);
}

static uint32_t columns(struct ol_str s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s.n;)
		n += (uint32_t)ol_text_width(ol_utf8_next(s, &i));
	return n;
}

static void line_feed(const struct ol_layout *l, uint32_t indent)
{
	ol_buf_char(l->out, '\n');
	for (uint32_t i = 0; i < indent; i++)
		ol_buf_char(l->out, ' ');
}

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

void ol_layout_text(const struct ol_layout *l, struct ol_str raw, uint32_t at, uint32_t indent, size_t max)
{
	struct ol_buf word = {0};
	uint32_t column = at, n;
	size_t total = 0;
	bool first = true;

	for (size_t i = 0; i < raw.n;) {
		size_t from, feeds = 0;

		for (; i < raw.n && blank(raw.p[i]); i++)
			feeds += raw.p[i] == '\n';
		for (from = i; i < raw.n && !blank(raw.p[i]); i++)
			;
		if (from == i)
			break;
		ol_buf_clear(&word);
		ol_text_plain(&word, (struct ol_str){raw.p + from, i - from}, max ? max - total : 0);
		l->out->failed |= word.failed;
		n = columns(ol_buf_view(&word));
		if (!first && feeds > 1) {
			ol_buf_char(l->out, '\n');
			line_feed(l, indent);
			column = indent;
		} else if (!first && l->width && column + 1 + n > l->width && column > indent) {
			line_feed(l, indent);
			column = indent;
		} else if (!first) {
			ol_buf_char(l->out, ' ');
			column++;
		}
		ol_buf_str(l->out, ol_buf_view(&word));
		column += n;
		total += n + 1;
		first = false;
		if (max && total >= max) {
			/* a word that was cut has its mark */
			if (i < raw.n && !(word.n >= 3 && memcmp(word.p + word.n - 3, "…", 3) == 0))
				ol_buf_z(l->out, "…");
			break;
		}
	}
	ol_buf_free(&word);
}

void ol_layout_paragraph(const struct ol_layout *l, struct ol_str raw, uint32_t indent)
{
	ol_buf_z(l->out, "  ");
	ol_layout_text(l, raw, 2, indent, 0);
	ol_buf_char(l->out, '\n');
}

void ol_layout_lines(const struct ol_layout *l, struct ol_str raw, uint32_t indent)
{
	for (size_t i = 0; i < raw.n;) {
		size_t from = i;

		while (i < raw.n && raw.p[i] != '\n')
			i++;
		for (uint32_t k = 0; k < indent && i > from; k++)
			ol_buf_char(l->out, ' ');
		ol_text_plain(l->out, (struct ol_str){raw.p + from, i - from}, 0);
		ol_buf_char(l->out, '\n');
		i++;
	}
}

void ol_layout_ascii(struct ol_buf *b, size_t from)
{
	static const struct {
		uint32_t cp;
		const char *text;
	} known[] = {{0x2026, "..."}, {0x2013, "-"},   {0x2014, "-"}, {0x2018, "'"}, {0x2019, "'"}, {0x201c, "\""},
		     {0x201d, "\""},  {0x2192, "->"}, {0xd7, "x"},   {0x2264, "<="}, {0x2265, ">="}};
	struct ol_buf ascii = {0};
	struct ol_str s;
	size_t i = from;

	while (i < b->n && (unsigned char)b->p[i] < 0x80)
		i++;
	if (b->failed || i >= b->n)
		return;
	from = i;
	for (s = ol_buf_view(b); i < s.n;) {
		uint32_t cp = ol_utf8_next(s, &i);
		const char *text = NULL;

		for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
			if (known[k].cp == cp)
				text = known[k].text;
		if (cp < 0x80)
			ol_buf_char(&ascii, (char)cp);
		else if (text)
			ol_buf_z(&ascii, text);
		else
			ol_buf_printf(&ascii, "\\u{%X}", (unsigned)cp);
	}
	b->n = from;
	ol_buf_str(b, ol_buf_view(&ascii));
	b->failed |= ascii.failed;
	ol_buf_free(&ascii);
}

static bool starts(struct ol_str s, size_t i, const char *word)
{
	size_t n = strlen(word);

	return s.n - i >= n && memcmp(s.p + i, word, n) == 0;
}

/* Is there nothing like a command? Nearly always; then the text is looked through at the speed of memchr. */
static bool tame(struct ol_str s, size_t from)
{
	for (const char *p = s.p + from, *end = s.p + s.n, *lf; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (end - p >= 2 && p[0] == ':' && p[1] == ':')
			return false;
		if (!lf)
			break;
	}
	for (const char *p = s.p + from, *end = s.p + s.n; (p = memchr(p, '#', (size_t)(end - p))) != NULL; p++)
		if (end - p >= 3 && p[1] == '#')
			return false;
	return true;
}

void ol_layout_guard(struct ol_buf *b, size_t from, const char *colon, const char *hash)
{
	struct ol_buf safe = {0};
	struct ol_str s = ol_buf_view(b);
	bool line_start = true, changed = false;

	if (b->failed || s.n == from || tame(s, from))
		return;
	for (size_t i = from; i < s.n; i++) {
		const char *put = NULL;

		if (line_start && starts(s, i, "::"))
			put = colon;
		else if (s.p[i] == '#' && (starts(s, i, "##[") || starts(s, i, "##vso[")))
			put = hash;
		/* log readers skip blanks before a command */
		line_start = s.p[i] == '\n' || (line_start && (s.p[i] == ' ' || s.p[i] == '\t'));
		if (put && !changed) {
			ol_buf_add(&safe, s.p + from, i - from);
			changed = true;
		}
		if (put)
			ol_buf_z(&safe, put);
		else if (changed)
			ol_buf_char(&safe, s.p[i]);
	}
	if (changed) {
		b->n = from;
		ol_buf_str(b, ol_buf_view(&safe));
		b->failed |= safe.failed;
	}
	ol_buf_free(&safe);
}

struct ol_str ol_layout_sentence(struct ol_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool stop = text.p[i] == '.' && (i + 1 == text.n || text.p[i + 1] == ' ' || text.p[i + 1] == '\n');

		/* "e.g. " and "i.e. " end no sentence */
		if (stop && i >= 2 && text.p[i - 2] == '.')
			continue;
		if (stop)
			return (struct ol_str){text.p, i + 1};
		if (text.p[i] == '\n' && i + 1 < text.n && text.p[i + 1] == '\n')
			return (struct ol_str){text.p, i};
	}
	return text;
}
