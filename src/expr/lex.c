/* lex.c: text to tokens, literals decoded. One token at a time, nothing is kept. */
#include "expr/internal.h"

static const char *const reserved[] = {
    "as",  "break", "const",	 "continue", "else",   "for", "function", "if",	  "import",
    "let", "loop",  "namespace", "package",  "return", "var", "void",	  "while"};

static const struct {
	char text[3];
	uint8_t kind;
} signs[] = {
    {"&&", OL_T_AND},	{"||", OL_T_OR},     {"==", OL_T_EQ},	   {"!=", OL_T_NE},
    {"<=", OL_T_LE},	{">=", OL_T_GE},     {"(", OL_T_LPAREN},   {")", OL_T_RPAREN},
    {"[", OL_T_LBRACK}, {"]", OL_T_RBRACK},  {"{", OL_T_LBRACE},   {"}", OL_T_RBRACE},
    {".", OL_T_DOT},	{",", OL_T_COMMA},   {"?", OL_T_QUESTION}, {":", OL_T_COLON},
    {"!", OL_T_NOT},	{"-", OL_T_MINUS},   {"+", OL_T_PLUS},	   {"*", OL_T_STAR},
    {"/", OL_T_SLASH},	{"%", OL_T_PERCENT}, {"<", OL_T_LT},	   {">", OL_T_GT},
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int hex(char c)
{
	return digit(c)		      ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static char at(const struct ol_cc *c, uint32_t i)
{
	return i < c->text.n ? c->text.p[i] : '\0';
}

static uint32_t utf8_put(char *p, uint32_t cp)
{
	if (cp < 0x80) {
		p[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		p[0] = (char)(0xc0 | cp >> 6);
		p[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		p[0] = (char)(0xe0 | cp >> 12);
		p[1] = (char)(0x80 | (cp >> 6 & 63));
		p[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	p[0] = (char)(0xf0 | cp >> 18);
	p[1] = (char)(0x80 | (cp >> 12 & 63));
	p[2] = (char)(0x80 | (cp >> 6 & 63));
	p[3] = (char)(0x80 | (cp & 63));
	return 4;
}

/* The escape after a backslash at *i (which moves behind it) to out; -1 on a bad one. */
static int escape(const struct ol_cc *c, uint32_t *i, bool bytes, char *out)
{
	static const char from[] = "abfnrtv\\?\"'`", to[] = "\a\b\f\n\r\t\v\\?\"'`";
	char k = at(c, *i);
	uint32_t cp = 0, digits = 0;
	const char *f;

	if (k == '\0')
		return -1;
	f = strchr(from, k);
	if (f) {
		*out = to[f - from];
		++*i;
		return 1;
	}
	if (k >= '0' && k <= '3') {
		for (; digits < 3; digits++) {
			k = at(c, *i + digits);
			if (k < '0' || k > '7')
				return -1;
			cp = cp * 8 + (uint32_t)(k - '0');
		}
		*i += 3;
	} else {
		digits = k == 'x' || k == 'X' ? 2 : bytes ? 0 : k == 'u' ? 4 : k == 'U' ? 8 : 0;
		if (!digits)
			return -1;
		for (uint32_t d = 1; d <= digits; d++) {
			int h = hex(at(c, *i + d));

			if (h < 0)
				return -1;
			cp = cp << 4 | (uint32_t)h;
		}
		*i += digits + 1;
	}
	if (bytes) {
		*out = (char)cp;
		return 1;
	}
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return -1;
	return (int)utf8_put(out, cp);
}

static struct ol_token bad(struct ol_cc *c, uint32_t off, uint32_t end, const char *nearest,
			   const char *what)
{
	ol_cc_diag(c, off, end - off, nearest, "%s", what);
	return (struct ol_token){.kind = OL_T_BAD, .off = off, .len = end - off};
}

/* From the quote at i; the token began at off. */
static struct ol_token string(struct ol_cc *c, uint32_t off, uint32_t i, bool raw, bool bytes,
			      uint32_t *next)
{
	char q = at(c, i), *out;
	bool triple = at(c, i + 1) == q && at(c, i + 2) == q;
	uint32_t n = 0, end;
	int k;

	i += triple ? 3 : 1;
	for (end = i;; end++) {
		if (end >= c->text.n ||
		    (!triple && (c->text.p[end] == '\n' || c->text.p[end] == '\r')))
			return bad(c, off, end < c->text.n ? end : (uint32_t)c->text.n, "",
				   "string is not closed");
		if (c->text.p[end] == '\\' && !raw)
			end++;
		else if (c->text.p[end] == q &&
			 (!triple || (at(c, end + 1) == q && at(c, end + 2) == q)))
			break;
	}
	*next = end + (triple ? 3 : 1);
	/* decoding never makes it longer */
	out = ol_arena_alloc(&c->tmp, (size_t)(end - i) + 1);
	if (!out) {
		c->no_memory = true;
		return (struct ol_token){.kind = OL_T_BAD, .off = off, .len = end - off};
	}
	while (i < end) {
		if (raw || c->text.p[i] != '\\') {
			out[n++] = c->text.p[i++];
			continue;
		}
		i++;
		k = escape(c, &i, bytes, out + n);
		if (k < 0)
			return bad(c, i - 1, i < end ? i + 1 : end, "", "not an escape of CEL");
		n += (uint32_t)k;
	}
	return (struct ol_token){
	    .kind = OL_T_STRING,
	    .off = off,
	    .len = *next - off,
	    .val = {.kind = bytes ? OL_V_BYTES : OL_V_STRING, .u.s = {out, n}}};
}

static struct ol_token number(struct ol_cc *c, uint32_t off, uint32_t *next)
{
	struct ol_token t = {.kind = OL_T_NUMBER, .off = off};
	uint32_t i = off;
	uint64_t u = 0;
	bool over = false, is_hex, real = false;

	is_hex = at(c, i) == '0' && (at(c, i + 1) == 'x' || at(c, i + 1) == 'X') &&
		 hex(at(c, i + 2)) >= 0;
	if (is_hex)
		i += 2;
	for (; is_hex ? hex(at(c, i)) >= 0 : digit(at(c, i)); i++) {
		uint64_t base = is_hex ? 16 : 10, d = (uint64_t)hex(at(c, i));

		if (u > (UINT64_MAX - d) / base)
			over = true;
		else
			u = u * base + d;
	}
	if (!is_hex && at(c, i) == '.' && digit(at(c, i + 1))) {
		real = true;
		for (i++; digit(at(c, i)); i++)
			;
	}
	if (!is_hex && (at(c, i) == 'e' || at(c, i) == 'E')) {
		uint32_t k = i + 1 + (at(c, i + 1) == '+' || at(c, i + 1) == '-');

		if (digit(at(c, k))) {
			real = true;
			for (i = k; digit(at(c, i)); i++)
				;
		}
	}
	t.len = i - off;
	*next = i;
	if (real) {
		over = false;
		t.val.kind = OL_V_DOUBLE;
		if (!ol_expr_double_read((struct ol_str){c->text.p + off, t.len}, &t.val.u.d))
			return bad(c, off, i, "", "number is too large");
	} else if (at(c, i) == 'u' || at(c, i) == 'U') {
		*next = i + 1;
		t.len++;
		t.val = (struct ol_val){.kind = OL_V_UINT, .u.u = u};
	} else {
		t.wide = u == (uint64_t)INT64_MAX + 1;
		over |= u > (uint64_t)INT64_MAX + 1;
		t.val = ol_v_int(t.wide ? INT64_MIN : (int64_t)(u & INT64_MAX));
	}
	if (over)
		return bad(c, off, *next, "", "number is too large for 64 bits");
	if (word_start(at(c, *next)))
		return bad(c, off, *next + 1, "", "a letter follows the number");
	return t;
}

static struct ol_token word(struct ol_cc *c, uint32_t off, uint32_t *next)
{
	struct ol_token t = {.kind = OL_T_IDENT, .off = off};
	uint32_t i = off;

	while (word_start(at(c, i)) || digit(at(c, i)))
		i++;
	*next = i;
	t.len = i - off;
	t.name = (struct ol_str){c->text.p + off, t.len};
	if (ol_str_is(t.name, "true"))
		t.kind = OL_T_TRUE;
	else if (ol_str_is(t.name, "false"))
		t.kind = OL_T_FALSE;
	else if (ol_str_is(t.name, "null"))
		t.kind = OL_T_NULL;
	else if (ol_str_is(t.name, "in"))
		t.kind = OL_T_IN;
	for (size_t k = 0; k < sizeof(reserved) / sizeof(reserved[0]); k++)
		if (ol_str_is(t.name, reserved[k]))
			t.kind = OL_T_RESERVED;
	return t;
}

static struct ol_token sign(struct ol_cc *c, uint32_t off, uint32_t *next)
{
	struct ol_str rest = {c->text.p + off, c->text.n - off};
	uint32_t end = off + 1;

	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
		if (ol_str_starts(rest, signs[k].text)) {
			*next = off + (uint32_t)strlen(signs[k].text);
			return (struct ol_token){
			    .kind = signs[k].kind, .off = off, .len = *next - off};
		}
	if (*rest.p == '=')
		return bad(c, off, end, "==", "'=' does not compare");
	if (*rest.p == '|')
		return bad(c, off, end, "||",
			   "'|' is no operator, and there are no filters: call a function");
	if (*rest.p == '&')
		return bad(c, off, end, "&&", "'&' is no operator");
	while (end < c->text.n && ((unsigned char)c->text.p[end] & 0xc0) == 0x80)
		end++;
	return bad(c, off, end, "", "this character has no meaning here");
}

struct ol_token ol_lex(struct ol_cc *c, uint32_t *next)
{
	uint32_t i = *next, k;
	bool raw = false, bytes = false;

	for (;; i++) {
		char w = at(c, i);

		if (w == '/' && at(c, i + 1) == '/')
			while (i < c->text.n && at(c, i) != '\n')
				i++;
		else if (w != ' ' && w != '\t' && w != '\n' && w != '\r' && w != '\f')
			break;
		if (i >= c->text.n)
			break;
	}
	*next = i;
	if (i >= c->text.n)
		return (struct ol_token){.kind = OL_T_END, .off = (uint32_t)c->text.n};
	/* string prefixes: r, b, br, rb in either case */
	for (k = i; k < i + 2; k++) {
		char w = at(c, k);

		if ((w == 'r' || w == 'R') && !raw)
			raw = true;
		else if ((w == 'b' || w == 'B') && !bytes)
			bytes = true;
		else
			break;
	}
	if (at(c, k) == '"' || at(c, k) == '\'')
		return string(c, i, k, raw, bytes, next);
	if (word_start(at(c, i)))
		return word(c, i, next);
	if (digit(at(c, i)) || (at(c, i) == '.' && digit(at(c, i + 1))))
		return number(c, i, next);
	if (at(c, i) == '`') {
		for (k = i + 1; k < c->text.n && c->text.p[k] != '`' && c->text.p[k] != '\n'; k++)
			;
		if (at(c, k) != '`')
			return bad(c, i, k, "", "quoted name is not closed");
		*next = k + 1;
		return (struct ol_token){.kind = OL_T_QUOTED,
					 .off = i,
					 .len = k + 1 - i,
					 .name = {c->text.p + i + 1, k - i - 1}};
	}
	return sign(c, i, next);
}
