/* strings.c: the strings extension of CEL. Positions count code points; every result is made in one
 * allocation. */
#define _GNU_SOURCE /* memmem: linear time */
#include "expr/internal.h"
#include "util/buf.h"
#include "util/text.h"

#define FN(name)                                                                                   \
	static struct ol_val name(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)

size_t ol_expr_find(struct ol_str s, struct ol_str what, size_t from)
{
	const char *p;

	if (from > s.n || what.n > s.n - from)
		return s.n + 1;
	if (!what.n)
		return from;
	p = memmem(s.p + from, s.n - from, what.p, what.n);
	return p ? (size_t)(p - s.p) : s.n + 1;
}

static int64_t count(struct ol_str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; n++)
		ol_utf8_next(s, &i);
	return n;
}

/* Byte offset of code point k; false when the string is shorter. k == its length is the end. */
static bool offset(struct ol_str s, int64_t k, size_t *at)
{
	*at = 0;
	if (k < 0)
		return false;
	for (; k > 0 && *at < s.n; k--)
		ol_utf8_next(s, at);
	return k == 0;
}

static struct ol_val range_error(struct ol_eval *e, int64_t i)
{
	return ol_v_error(e, "index out of range: %lld", (long long)i);
}

static bool pay(struct ol_eval *e, struct ol_str s)
{
	return ol_expr_pay(e, s.n / 16);
}

static struct ol_str cut(struct ol_str s, size_t from, size_t to)
{
	return (struct ol_str){s.p + from, to - from};
}

FN(fn_char_at)
{
	struct ol_str s = argv[0].u.s;
	size_t at, end;

	(void)argc;
	if (!pay(e, s))
		return ol_expr_cost(e);
	if (!offset(s, argv[1].u.i, &at))
		return range_error(e, argv[1].u.i);
	end = at;
	if (at < s.n)
		ol_utf8_next(s, &end);
	return ol_v_str(cut(s, at, end));
}

FN(fn_index_of)
{
	struct ol_str s = argv[0].u.s;
	size_t from = 0, at;

	if (!pay(e, s))
		return ol_expr_cost(e);
	if (argc > 2 && !offset(s, argv[2].u.i, &from))
		return range_error(e, argv[2].u.i);
	at = ol_expr_find(s, argv[1].u.s, from);
	return ol_v_int(at > s.n ? -1 : count(cut(s, 0, at)));
}

FN(fn_last_index_of)
{
	struct ol_str s = argv[0].u.s, w = argv[1].u.s;
	size_t limit = s.n, at, best = s.n + 1;

	if (!pay(e, s))
		return ol_expr_cost(e);
	if (argc > 2 && !offset(s, argv[2].u.i, &limit))
		return range_error(e, argv[2].u.i);
	if (!w.n)
		return ol_v_int(count(cut(s, 0, limit)));
	/* forwards: memmem is linear in what is left, so step by whole finds and pay for each */
	for (at = ol_expr_find(s, w, 0); at <= limit && at <= s.n;
	     at = ol_expr_find(s, w, at + 1)) {
		best = at;
		if (!ol_expr_pay(e, 1 + w.n / 8))
			return ol_expr_cost(e);
	}
	return ol_v_int(best > s.n ? -1 : count(cut(s, 0, best)));
}

static struct ol_val ascii_case(struct ol_eval *e, struct ol_str s, char first, char last)
{
	struct ol_val v = {.kind = OL_V_STRING};
	char *p = ol_expr_new_string(e, s.n, &v);

	for (size_t i = 0; p && i < s.n; i++)
		p[i] = s.p[i] >= first && s.p[i] <= last ? (char)(s.p[i] ^ 0x20) : s.p[i];
	return v;
}

FN(fn_lower)
{
	(void)argc;
	return ascii_case(e, argv->u.s, 'A', 'Z');
}

FN(fn_upper)
{
	(void)argc;
	return ascii_case(e, argv->u.s, 'a', 'z');
}

FN(fn_substring)
{
	struct ol_str s = argv[0].u.s;
	size_t from, to = s.n;

	if (!pay(e, s))
		return ol_expr_cost(e);
	if (!offset(s, argv[1].u.i, &from))
		return range_error(e, argv[1].u.i);
	if (argc > 2 && !offset(s, argv[2].u.i, &to))
		return range_error(e, argv[2].u.i);
	if (from > to)
		return ol_v_error(e, "invalid substring range: start %lld, end %lld",
				  (long long)argv[1].u.i, (long long)argv[2].u.i);
	return ol_v_str(cut(s, from, to));
}

/* Where the separator next stands; an empty one stands between all code points. */
static size_t next_at(struct ol_str s, struct ol_str w, size_t from, bool first)
{
	if (w.n)
		return ol_expr_find(s, w, from);
	if (first)
		return from;
	if (from >= s.n)
		return s.n + 1;
	ol_utf8_next(s, &from);
	return from;
}

FN(fn_replace)
{
	struct ol_str s = argv[0].u.s, old = argv[1].u.s, new = argv[2].u.s;
	int64_t max = argc > 3 && argv[3].u.i >= 0 ? argv[3].u.i : INT64_MAX;
	struct ol_val v = {.kind = OL_V_STRING};
	uint64_t n = 0;
	size_t at, from = 0;
	char *p;

	if (!pay(e, s))
		return ol_expr_cost(e);
	for (at = next_at(s, old, 0, true); at <= s.n && (int64_t)n < max;
	     at = next_at(s, old, at + old.n, false))
		n++;
	if (!n)
		return argv[0];
	if (new.n > OL_EXPR_MAX_STRING || n > OL_EXPR_MAX_STRING / (new.n + 1))
		return ol_v_error(e, "a string gets longer than %d MiB", OL_EXPR_MAX_STRING >> 20);
	p = ol_expr_new_string(e, s.n - n * old.n + n * new.n, &v);
	if (!p)
		return v;
	for (at = next_at(s, old, 0, true); n--; at = next_at(s, old, at + old.n, false)) {
		if (at > from)
			memcpy(p, s.p + from, at - from);
		p += at - from;
		if (new.n)
			memcpy(p, new.p, new.n);
		p += new.n;
		from = at + old.n;
	}
	if (s.n > from)
		memcpy(p, s.p + from, s.n - from);
	return v;
}

FN(fn_split)
{
	struct ol_str s = argv[0].u.s, w = argv[1].u.s;
	int64_t max = argc > 2 && argv[2].u.i >= 0 ? argv[2].u.i : INT64_MAX;
	struct ol_val v, *item;
	uint64_t n = 1;
	size_t at, from = 0;

	if (!pay(e, s))
		return ol_expr_cost(e);
	if (max == 0 || (!s.n && !w.n))
		return ol_v_list(e, NULL, 0);
	for (at = next_at(s, w, 0, false); at < s.n + (w.n > 0) && (int64_t)n < max;
	     at = next_at(s, w, at + w.n, false))
		n++;
	item = ol_expr_new_list(e, n, &v);
	for (; item && n > 1; n--) {
		at = next_at(s, w, from, false);
		*item++ = ol_v_str(cut(s, from, at));
		from = at + w.n;
	}
	if (item)
		*item = ol_v_str(cut(s, from, s.n));
	return v;
}

FN(fn_join)
{
	struct ol_str sep = argc > 1 ? argv[1].u.s : OL_STR("");
	const struct ol_list *l = argv->u.list;
	struct ol_val v = {.kind = OL_V_STRING}, x;
	struct ol_buf b = {0};
	char *p;

	for (uint64_t i = 0; i < l->n; i++) {
		x = ol_v_item(e, argv, i);
		if (x.kind != OL_V_STRING) {
			ol_buf_free(&b);
			return x.kind == OL_V_UNKNOWN || x.kind == OL_V_ERROR
				   ? x
				   : ol_expr_no_overload(e, "join() of items", &x, 1);
		}
		if (i)
			ol_buf_str(&b, sep);
		ol_buf_str(&b, x.u.s);
		if (b.n > OL_EXPR_MAX_STRING || !ol_expr_pay(e, 1))
			break;
	}
	p = b.failed ? NULL : ol_expr_new_string(e, b.n, &v);
	if (p && b.n)
		memcpy(p, b.p, b.n);
	if (b.failed)
		v = ol_expr_no_memory();
	ol_buf_free(&b);
	return v;
}

/* White space as Unicode has it. */
static bool space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

FN(fn_trim)
{
	struct ol_str s = argv->u.s;
	size_t first = s.n, end = 0, at;

	(void)argc;
	if (!pay(e, s))
		return ol_expr_cost(e);
	for (size_t i = 0; i < s.n;) {
		at = i;
		if (space(ol_utf8_next(s, &i)))
			continue;
		first = at < first ? at : first;
		end = i;
	}
	return ol_v_str(first < end ? cut(s, first, end) : OL_STR(""));
}

FN(fn_reverse)
{
	struct ol_str s = argv->u.s;
	struct ol_val v = {.kind = OL_V_STRING};
	char *p = ol_expr_new_string(e, s.n, &v);
	size_t at;

	(void)argc;
	for (size_t i = 0; p && i < s.n;) {
		at = i;
		ol_utf8_next(s, &i);
		memcpy(p + s.n - i, s.p + at, i - at);
	}
	return v;
}

FN(fn_quote)
{
	struct ol_val v = {.kind = OL_V_STRING};
	struct ol_buf b = {0};
	char *p;

	(void)argc;
	if (!pay(e, argv->u.s))
		return ol_expr_cost(e);
	ol_v_literal(e, argv[0], &b);
	p = b.failed ? NULL : ol_expr_new_string(e, b.n, &v);
	if (p && b.n)
		memcpy(p, b.p, b.n);
	if (b.failed)
		v = ol_expr_no_memory();
	ol_buf_free(&b);
	return v;
}

const struct ol_func ol_expr_std_strings[] = {
    {"string", "charAt", "int", "string", fn_char_at, "the character at a position"},
    {"string", "indexOf", "string, [int]", "int", fn_index_of,
     "where the other is first, from a position; -1: nowhere"},
    {"string", "lastIndexOf", "string, [int]", "int", fn_last_index_of,
     "where the other is last; -1: nowhere"},
    {"string", "lowerAscii", "", "string", fn_lower, "A to Z in lower case"},
    {"string", "upperAscii", "", "string", fn_upper, "a to z in upper case"},
    {"string", "substring", "int, [int]", "string", fn_substring, "from a position, up to another"},
    {"string", "replace", "string, string, [int]", "string", fn_replace,
     "each of one text by another, at most n times"},
    {"string", "split", "string, [int]", "list(string)", fn_split,
     "parts between separators, at most n"},
    {"list", "join", "[string]", "string", fn_join, "the items as one string, with a separator"},
    {"string", "trim", "", "string", fn_trim, "without white space at both ends"},
    {"string", "reverse", "", "string", fn_reverse, "the characters backwards"},
    {NULL, "strings.quote", "string", "string", fn_quote, "as a literal"},
    {"string", "format", "list", "string", ol_expr_format,
     "%s %d %f %e %x %X %o %b filled from the list"},
    {0},
};
