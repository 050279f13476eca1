/* text_lex.c: the words of ONNX text syntax, and where an error is.
 *
 * No token list: the grammar is decided by the next character or identifier, so the reader asks for
 * what it wants. Line and column are counted when an error needs them. */
#include "load/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/load.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

static void skip(struct ol_txt *t)
{
	const char *end;

	for (;;) {
		while (t->at < t->n && is_space(t->p[t->at]))
			t->at++;
		if (t->at == t->n || t->p[t->at] != '#')
			return;
		end = memchr(t->p + t->at, '\n', t->n - t->at);
		t->at = end ? (size_t)(end - t->p) : t->n;
	}
}

static void place(const struct ol_txt *t, size_t at)
{
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		if (t->p[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)t->p[i] & 0xc0) != 0x80) {
			column++; /* characters, not bytes */
		}
	}
	t->err->line = line;
	t->err->column = column;
}

static int fail_message(struct ol_txt *t, size_t at, const char *message)
{
	if (t->err && t->err->code == OL_OK)
		place(t, at);
	return ol_err_set(t->err, OL_ERR_SYNTAX, "%s", message);
}

int ol_txt_fail(struct ol_txt *t, size_t at, const char *fmt, ...)
{
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return fail_message(t, at, message);
}

/* What stands here, in a few words. */
static void found(struct ol_txt *t, char *to, size_t n)
{
	size_t end = t->at;
	char c;

	if (t->at == t->n) {
		snprintf(to, n, "the end of the text");
		return;
	}
	c = t->p[t->at];
	while (end < t->n && end - t->at < 40 && (is_word(t->p[end]) || t->p[end] == '.'))
		end++;
	if (c == '"')
		snprintf(to, n, "a string");
	else if (end > t->at)
		snprintf(to, n, "'%.*s'", (int)(end - t->at), t->p + t->at);
	else if (c > ' ' && c < 0x7f)
		snprintf(to, n, "'%c'", c);
	else
		snprintf(to, n, "byte 0x%02x", (unsigned char)c);
}

int ol_txt_expected(struct ol_txt *t, const char *fmt, ...)
{
	char want[128], have[64], message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	skip(t);
	found(t, have, sizeof(have));
	snprintf(message, sizeof(message), "expected %s, found %s", want, have);
	return fail_message(t, t->at, message);
}

unsigned char ol_txt_peek(struct ol_txt *t)
{
	skip(t);
	return t->at < t->n ? (unsigned char)t->p[t->at] : 0;
}

bool ol_txt_accept(struct ol_txt *t, char c)
{
	skip(t);
	if (t->at == t->n || t->p[t->at] != c)
		return false;
	t->at++;
	return true;
}

int ol_txt_expect(struct ol_txt *t, char c, const char *where)
{
	if (ol_txt_accept(t, c))
		return 0;
	return ol_txt_expected(t, "'%c' %s", c, where);
}

int ol_txt_arrow(struct ol_txt *t, const char *where)
{
	skip(t);
	if (t->n - t->at < 2 || t->p[t->at] != '=' || t->p[t->at + 1] != '>')
		return ol_txt_expected(t, "'=>' %s", where);
	t->at += 2;
	return 0;
}

struct ol_str ol_txt_peek_ident(struct ol_txt *t)
{
	size_t end;

	skip(t);
	end = t->at;
	if (end < t->n && !is_digit(t->p[end]))
		while (end < t->n && is_word(t->p[end]))
			end++;
	return (struct ol_str){t->p + t->at, end - t->at};
}

struct ol_str ol_txt_ident(struct ol_txt *t)
{
	struct ol_str s = ol_txt_peek_ident(t);

	t->at += s.n;
	return s;
}

/* From the opening quote. A backslash takes the next character as it is. */
static int quoted(struct ol_txt *t, struct ol_str *out)
{
	size_t from = t->at + 1, i = from, run = from;

	ol_buf_clear(&t->string);
	for (; i < t->n && t->p[i] != '"'; i++) {
		if (t->p[i] != '\\')
			continue;
		ol_buf_add(&t->string, t->p + run, i - run);
		run = ++i;
		if (i == t->n)
			break;
	}
	if (i >= t->n)
		return ol_txt_fail(t, t->at, "string without a closing '\"'");
	t->at = i + 1;
	if (run == from) {
		*out = (struct ol_str){t->p + from, i - from};
		return 0;
	}
	ol_buf_add(&t->string, t->p + run, i - run);
	if (t->string.failed)
		return ol_err_set(t->err, OL_ERR_MEMORY, "not enough memory for a string");
	*out = ol_buf_view(&t->string);
	return 0;
}

int ol_txt_string(struct ol_txt *t, const char *what, struct ol_str *out)
{
	if (ol_txt_peek(t) != '"')
		return ol_txt_expected(t, "%s in double quotes", what);
	return quoted(t, out);
}

int ol_txt_name(struct ol_txt *t, const char *what, struct ol_str *out)
{
	if (ol_txt_peek(t) == '"')
		return quoted(t, out);
	*out = ol_txt_ident(t);
	return out->n ? 0 : ol_txt_expected(t, "%s", what);
}

bool ol_txt_is_float_word(struct ol_str s)
{
	static const char *const words[] = {"nan", "inf", "infinity", NULL};
	size_t i;

	for (const char *const *w = words; *w; w++) {
		for (i = 0; i < s.n && (*w)[i] && (s.p[i] | 0x20) == (*w)[i]; i++)
			;
		if (i == s.n && !(*w)[i])
			return true;
	}
	return false;
}

static size_t digits(const struct ol_txt *t, size_t at)
{
	while (at < t->n && is_digit(t->p[at]))
		at++;
	return at;
}

int ol_txt_literal(struct ol_txt *t, const char *what, struct ol_txt_literal *out)
{
	size_t from, at, exp;
	struct ol_str word;

	*out = (struct ol_txt_literal){.at = 0};
	if (ol_txt_peek(t) == '"') {
		out->at = t->at;
		out->kind = OL_TXT_STRING;
		return quoted(t, &out->text);
	}
	from = at = t->at;
	if (at < t->n && t->p[at] == '-')
		at++;
	if (at < t->n && is_digit(t->p[at])) {
		out->kind = OL_TXT_INT;
		at = digits(t, at);
		if (at < t->n && t->p[at] == '.') {
			out->kind = OL_TXT_FLOAT;
			at = digits(t, at + 1);
		}
		if (at < t->n && (t->p[at] == 'e' || t->p[at] == 'E')) {
			out->kind = OL_TXT_FLOAT;
			exp = at + 1;
			if (exp < t->n && (t->p[exp] == '+' || t->p[exp] == '-'))
				exp++;
			at = digits(t, exp);
			if (at == exp)
				return ol_txt_fail(t, from,
						   "number has an exponent without digits");
		}
		if (at < t->n && (is_word(t->p[at]) || t->p[at] == '.'))
			return ol_txt_fail(t, from, "malformed number");
	} else {
		t->at = at;
		word = at < t->n && !is_space(t->p[at]) ? ol_txt_peek_ident(t) : OL_STR("");
		t->at = from;
		if (!ol_txt_is_float_word(word))
			return ol_txt_expected(t, "%s", what);
		out->kind = OL_TXT_FLOAT;
		at += word.n;
	}
	if (at - from > OL_TXT_NUMBER)
		return ol_txt_fail(t, from, "number of more than %d characters", OL_TXT_NUMBER);
	out->at = from;
	out->text = (struct ol_str){t->p + from, at - from};
	t->at = at;
	return 0;
}

/* strto* want a NUL behind the number. */
static void number_text(const struct ol_txt_literal *l, char to[OL_TXT_NUMBER + 1])
{
	memcpy(to, l->text.p, l->text.n);
	to[l->text.n] = '\0';
}

static int out_of_range(struct ol_txt *t, const struct ol_txt_literal *l, const char *type)
{
	int n = l->text.n > 40 ? 40 : (int)l->text.n;

	return ol_txt_fail(t, l->at, "%.*s is out of the range of %s", n, l->text.p, type);
}

int ol_txt_to_int(struct ol_txt *t, const struct ol_txt_literal *l, int64_t *out)
{
	char text[OL_TXT_NUMBER + 1];

	number_text(l, text);
	errno = 0;
	*out = strtoll(text, NULL, 10);
	return errno ? out_of_range(t, l, "int64") : 0;
}

int ol_txt_to_float(struct ol_txt *t, const struct ol_txt_literal *l, float *out)
{
	char text[OL_TXT_NUMBER + 1];

	number_text(l, text);
	errno = 0;
	*out = strtof(text, NULL);
	/* underflow has rounded to the nearest value; overflow has none */
	return errno && isinf(*out) ? out_of_range(t, l, "float") : 0;
}

int ol_txt_to_double(struct ol_txt *t, const struct ol_txt_literal *l, double *out)
{
	char text[OL_TXT_NUMBER + 1];

	number_text(l, text);
	errno = 0;
	*out = strtod(text, NULL);
	return errno && isinf(*out) ? out_of_range(t, l, "double") : 0;
}

static int want_int(struct ol_txt *t, const char *what, struct ol_txt_literal *l)
{
	size_t at;

	if (ol_txt_literal(t, what, l) < 0)
		return -1;
	if (l->kind == OL_TXT_INT)
		return 0;
	at = t->at;
	t->at = l->at; /* name the wrong literal, not what is behind it */
	ol_txt_expected(t, "%s", what);
	t->at = at;
	return -1;
}

int ol_txt_int(struct ol_txt *t, const char *what, int64_t *out)
{
	struct ol_txt_literal l;

	return want_int(t, what, &l) < 0 ? -1 : ol_txt_to_int(t, &l, out);
}

int ol_txt_uint(struct ol_txt *t, const char *what, uint64_t *out)
{
	struct ol_txt_literal l;
	char text[OL_TXT_NUMBER + 1];

	if (want_int(t, what, &l) < 0)
		return -1;
	number_text(&l, text);
	errno = 0;
	*out = strtoull(text, NULL, 10);
	return errno || text[0] == '-' ? out_of_range(t, &l, "uint64") : 0;
}
