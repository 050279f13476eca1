/* compile_text.c: CEL in a rule file, and templates with holes of it.
 *
 * Idea: the expression compiler counts bytes of the text it is given; ol_yaml_where finds the place
 * in the file that such a byte came from, whatever quotes, escapes or indentation stand between. */
#include <stdio.h>

#include "rules/compile.h"

enum { MOST_DIAGS = 16, LONGEST_HOLE = 4096 };

void ol_compile_var(struct ol_compile *c, const char *name, const char *type)
{
	if (c->n_vars == OL_COMPILE_VARS)
		return; /* told by who adds many: lets */
	c->vars[c->n_vars++] = (struct ol_var){name, type};
	c->env.vars = c->vars;
	c->env.n_vars = c->n_vars;
}

bool ol_compile_var_free(const struct ol_compile *c, struct ol_str name)
{
	for (uint32_t i = 0; i < c->n_vars; i++)
		if (ol_str_is(name, c->vars[i].name))
			return false;
	return true;
}

/* Did YAML end a plain value at a comment sign that the author took for text? */
static bool cut_by_comment(const struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_yaml end = *y;
	struct ol_str s = c->text;
	const char *p = s.p;

	if (!y->plain)
		return false;
	for (uint32_t line = 1; line < end.end_line && p; line++) {
		p = memchr(p, '\n', s.n - (size_t)(p - s.p));
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return false;
	for (uint32_t k = 1; p < s.p + s.n && *p != '\n' && *p != '\r'; p++) {
		if (k >= end.end_column && *p == '#')
			return true;
		k += ((unsigned char)*p & 0xc0) != 0x80;
	}
	return false;
}

/* The variable of a scope whose name is no variable itself. */
static struct ol_str scope_var(struct ol_str word)
{
	int scope = ol_name_index(ol_scope_names, word);

	return scope < 0 || ol_str_is(word, ol_scope_vars[scope].name)
		       ? OL_STR("")
		       : ol_str(ol_scope_vars[scope].name);
}

static void tell(struct ol_compile *c, const struct ol_yaml *y, size_t offset, size_t n,
		 const struct ol_expr_diag *d)
{
	struct ol_hint hint = ol_compile_hint(ol_str(d->nearest));
	uint32_t line, column, length = 0;
	size_t at = offset + (d->offset < n ? d->offset : n);

	if (ol_notes_full(c->notes))
		return; /* finding places costs */
	/* characters, not bytes, are underlined */
	for (size_t i = at; i < at + d->length && i < y->text.n; i++) {
		if (y->text.p[i] == '\n')
			break;
		length += ((unsigned char)y->text.p[i] & 0xc0) != 0x80;
	}
	if (!hint.text[0] && d->length <= y->text.n - at)
		hint = ol_compile_hint(scope_var((struct ol_str){y->text.p + at, d->length}));
	if (!hint.text[0] && (size_t)d->offset + d->length >= n && cut_by_comment(c, y))
		snprintf(hint.text, sizeof(hint.text), "' #' starts a comment: quote the value");
	ol_yaml_where(y, c->text, at, &line, &column);
	ol_notes_add(c->notes, c->file, line, column, length, hint.text, "%s", d->message);
}

/* Compiles the n bytes at offset of a scalar's text. */
static const struct ol_expr *piece(struct ol_compile *c, const struct ol_yaml *y, size_t offset,
				   size_t n, const char *want)
{
	struct ol_expr_diag diags[MOST_DIAGS];
	const struct ol_expr *x;
	uint32_t told = 0;

	x = ol_expr_compile(&c->arena, (struct ol_str){y->text.p + offset, n}, &c->env, want, diags,
			    MOST_DIAGS, &told);
	if (x)
		return x;
	for (uint32_t i = 0; i < told; i++)
		tell(c, y, offset, n, &diags[i]);
	if (!told)
		ol_compile_note(c, y, NULL, "the expression cannot be compiled");
	return NULL;
}

static bool only_blanks(struct ol_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(" \t\r\n", s.p[i]))
			return false;
	return true;
}

const struct ol_expr *ol_compile_expr(struct ol_compile *c, const struct ol_yaml *y,
				      const char *want)
{
	if (!y)
		return NULL;
	if (only_blanks(y->text)) {
		ol_compile_note(c, y, NULL, "the expression is empty");
		return NULL;
	}
	return piece(c, y, 0, ol_compile_str(y).n, want);
}

/* The end of the hole that opens at i: its '}', or s.n. Braces of map literals and of strings do
 * not count. */
static size_t hole_end(struct ol_str s, size_t i)
{
	size_t depth = 0, stop = s.n - i < LONGEST_HOLE ? s.n : i + LONGEST_HOLE;

	for (i++; i < stop; i++) {
		char q = s.p[i];

		if (q == '"' || q == '\'') {
			bool raw = s.p[i - 1] == 'r' || s.p[i - 1] == 'R';
			size_t start = i;

			for (i++; i < stop && s.p[i] != q && s.p[i] != '\n'; i++)
				i += s.p[i] == '\\' && !raw;
			if (i >= stop || s.p[i] == '\n')
				i = start; /* not closed: CEL will say so */
		} else if (q == '{') {
			depth++;
		} else if (q == '}' && depth-- == 0) {
			return i;
		}
	}
	return s.n;
}

static void tell_brace(struct ol_compile *c, const struct ol_yaml *y, size_t at, const char *hint,
		       const char *message)
{
	uint32_t line, column;

	if (ol_notes_full(c->notes))
		return;
	ol_yaml_where(y, c->text, at, &line, &column);
	ol_notes_add(c->notes, c->file, line, column, 1, hint, "%s", message);
}

/* One part from *i on; false when it is wrong (told) and *i is past it. Literal text goes to *room.
 */
static bool part(struct ol_compile *c, const struct ol_yaml *y, struct ol_str s, size_t *i,
		 char **room, struct ol_template_part *p)
{
	size_t from = *i, end;
	char *text = *room;

	if (s.p[from] == '{' && !(from + 1 < s.n && s.p[from + 1] == '{')) {
		end = hole_end(s, from);
		*i = end + 1;
		if (end == s.n) {
			tell_brace(c, y, from, "write '{{' for a brace",
				   "'{' opens an expression that no '}' closes");
			return false;
		}
		if (only_blanks((struct ol_str){s.p + from + 1, end - from - 1})) {
			tell_brace(c, y, from, "write '{{}}' for braces",
				   "the expression in braces is empty");
			return false;
		}
		p->text = (struct ol_str){s.p + from + 1, end - from - 1};
		p->expr = piece(c, y, from + 1, end - from - 1, NULL);
		return p->expr != NULL;
	}
	while (*i < s.n) {
		char ch = s.p[*i];
		bool twice = *i + 1 < s.n && s.p[*i + 1] == ch;

		if (ch == '{' && !twice)
			break;
		if (ch == '}' && !twice)
			tell_brace(c, y, *i, "write '}}' for a brace", "'}' closes nothing");
		*(*room)++ = ch;
		*i += (ch == '{' || ch == '}') && twice ? 2 : 1;
	}
	p->text = (struct ol_str){text, (size_t)(*room - text)};
	return true;
}

struct ol_template ol_compile_template(struct ol_compile *c, const struct ol_yaml *y)
{
	struct ol_str s = ol_compile_str(y);
	struct ol_template t = {0};
	struct ol_template_part *parts;
	uint32_t holes = 0;
	char *room;
	size_t i = 0;

	if (!s.n)
		return t;
	for (size_t k = 0; k < s.n; k++)
		holes += s.p[k] == '{';
	parts = OL_ROWS(c, struct ol_template_part, 2 * holes + 1);
	room = ol_compile_rows(c, (uint32_t)s.n, 1);
	if (!parts || !room)
		return t;
	while (i < s.n)
		if (part(c, y, s, &i, &room, &parts[t.n]))
			t.n++;
	t.parts = parts;
	return t;
}
