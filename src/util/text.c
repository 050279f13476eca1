/* text.c: UTF-8, escaping for people, near words, numbers as text. */
#include "util/text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

uint32_t ol_utf8_next(struct ol_str s, size_t *i)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t left = s.n - *i, n;
	uint32_t cp, least;

	if (p[0] < 0x80) {
		*i += 1;
		return p[0];
	}
	if (p[0] >= 0xc2 && p[0] < 0xe0) {
		n = 2;
		cp = p[0] & 0x1fu;
		least = 0x80;
	} else if (p[0] >= 0xe0 && p[0] < 0xf0) {
		n = 3;
		cp = p[0] & 0x0fu;
		least = 0x800;
	} else if (p[0] >= 0xf0 && p[0] < 0xf5) {
		n = 4;
		cp = p[0] & 0x07u;
		least = 0x10000;
	} else {
		goto bad;
	}
	if (n > left)
		goto bad;
	for (size_t k = 1; k < n; k++) {
		if ((p[k] & 0xc0) != 0x80)
			goto bad;
		cp = cp << 6 | (p[k] & 0x3fu);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		goto bad;
	*i += n;
	return cp;
bad:
	*i += 1;
	return 0xdc00u + p[0];
}

bool ol_utf8_valid(struct ol_str s, size_t *bad)
{
	for (size_t i = 0; i < s.n;) {
		size_t at = i;

		/* names are ASCII nearly always: eight bytes at a time */
		if (s.n - i >= 8) {
			uint64_t w;

			memcpy(&w, s.p + i, 8);
			if (!(w & 0x8080808080808080u)) {
				i += 8;
				continue;
			}
		}
		if ((ol_utf8_next(s, &i) & ~0xffu) == 0xdc00) {
			if (bad)
				*bad = at;
			return false;
		}
	}
	return true;
}

struct cp_range {
	uint32_t first, last;
};

static bool in_ranges(const struct cp_range *r, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= r[i].first && cp <= r[i].last)
			return true;
	return false;
}

/* Unicode's East Asian Width W and F, by blocks (UAX #11), and the emoji blocks */
static const struct cp_range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},	{0x3041, 0x33ff},   {0x3400, 0x4dbf},	{0x4e00, 0x9fff},
	{0xa000, 0xa4cf},   {0xac00, 0xd7a3},	{0xf900, 0xfaff},   {0xfe30, 0xfe4f},	{0xff00, 0xff60},
	{0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
static const struct cp_range combining[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
	{0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f}, {0xfe00, 0xfe0f},
};
/* What can reorder, hide or break text: C1, bidi controls, zero-width, line separators, tags, variation (UAX #9, #50) */
static const struct cp_range hidden[] = {
	{0x00, 0x1f},	  {0x7f, 0x9f},	    {0xad, 0xad},     {0x061c, 0x061c}, {0x180e, 0x180e},
	{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
	{0xd800, 0xdfff}, {0xe0000, 0xe007f},
};
#define IN(table, cp) in_ranges(table, sizeof(table) / sizeof(table[0]), cp)

int ol_text_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	return IN(combining, cp) ? 0 : IN(wide, cp) ? 2 : 1;
}

/* One code point, safe to print; returns its columns. */
static int plain_one(char to[16], uint32_t cp, struct ol_str s, size_t from, size_t next)
{
	if (cp == '\n')
		return snprintf(to, 16, "\\n");
	if (cp == '\t')
		return snprintf(to, 16, "\\t");
	if ((cp & ~0xffu) == 0xdc00)
		return snprintf(to, 16, "\\x%02x", cp & 0xff);
	if (cp < 0x20 || cp == 0x7f)
		return snprintf(to, 16, "\\x%02x", cp);
	if (cp >= 0x7f && IN(hidden, cp))
		return snprintf(to, 16, "\\u{%x}", cp);
	memcpy(to, s.p + from, next - from);
	to[next - from] = '\0';
	return ol_text_width(cp);
}

void ol_text_plain(struct ol_buf *out, struct ol_str s, size_t max)
{
	size_t columns = 0, keep = out->n;

	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t cp = ol_utf8_next(s, &i);
		char one[16];
		size_t w = (size_t)plain_one(one, cp, s, from, i);

		if (max && columns + w > max) {
			/* there was room for the mark at `keep` */
			out->n = keep;
			out->p[keep] = '\0';
			ol_buf_z(out, "…");
			return;
		}
		ol_buf_z(out, one);
		if (out->failed)
			return;
		columns += w;
		if (max && columns + 1 <= max)
			keep = out->n;
	}
}

void ol_text_json(struct ol_buf *out, struct ol_str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t cp;

		while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f && s.p[i] != '"' && s.p[i] != '\\')
			i++;
		if (i > from)
			ol_buf_add(out, s.p + from, i - from);
		if (i >= s.n)
			break;
		from = i;
		cp = ol_utf8_next(s, &i);
		if (cp == '"' || cp == '\\')
			ol_buf_printf(out, "\\%c", (char)cp);
		else if (cp == '\n')
			ol_buf_z(out, "\\n");
		else if (cp == '\t')
			ol_buf_z(out, "\\t");
		else if (cp == '\r')
			ol_buf_z(out, "\\r");
		else if ((cp & ~0xffu) == 0xdc00)
			ol_buf_printf(out, "\\\\x%02x", cp & 0xff);
		else if (cp >= 0x10000 && IN(hidden, cp))
			ol_buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10),
				      0xdc00 + ((cp - 0x10000) & 0x3ff));
		else if (IN(hidden, cp))
			ol_buf_printf(out, "\\u%04x", cp);
		else
			ol_buf_add(out, s.p + from, i - from);
	}
}

/* Rows of the dynamic programme are on the stack: words longer than this are never near. */
enum { LONGEST_WORD = 96 };

uint32_t ol_text_distance(struct ol_str a, struct ol_str b, uint32_t max)
{
	uint32_t rows[3][LONGEST_WORD + 1];
	uint32_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (gap > max || a.n > LONGEST_WORD || b.n > LONGEST_WORD)
		return max + 1;
	for (uint32_t j = 0; j <= b.n; j++)
		above[j] = j;
	for (uint32_t i = 1; i <= a.n; i++) {
		uint32_t least = row[0] = i, *t;

		for (uint32_t j = 1; j <= b.n; j++) {
			uint32_t d = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			if (above[j] + 1 < d)
				d = above[j] + 1;
			if (row[j - 1] + 1 < d)
				d = row[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
			    before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			row[j] = d;
			if (d < least)
				least = d;
		}
		if (least > max)
			return max + 1;
		t = before;
		before = above;
		above = row;
		row = t;
	}
	return above[b.n] > max ? max + 1 : above[b.n];
}

/* Equal but for case and separators? */
static bool same_letters(struct ol_str a, struct ol_str b)
{
	size_t i = 0, j = 0;

	for (;;) {
		unsigned char x, y;

		while (i < a.n && (a.p[i] == '_' || a.p[i] == '-'))
			i++;
		while (j < b.n && (b.p[j] == '_' || b.p[j] == '-'))
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n && a.n > 0;
		x = (unsigned char)a.p[i++];
		y = (unsigned char)b.p[j++];
		if (x >= 'A' && x <= 'Z')
			x = (unsigned char)(x + 32);
		if (y >= 'A' && y <= 'Z')
			y = (unsigned char)(y + 32);
		if (x != y)
			return false;
	}
}

bool ol_text_near(struct ol_str a, struct ol_str b, uint32_t *distance)
{
	size_t longer = a.n > b.n ? a.n : b.n;
	uint32_t d;

	if (same_letters(a, b)) {
		*distance = ol_str_eq(a, b) ? 0 : 1;
		return true;
	}
	d = ol_text_distance(a, b, 2);
	*distance = d;
	return d <= 2 && d * 3 <= longer;
}

bool ol_text_int(struct ol_str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v = 0;

	if (s.n == (size_t)minus)
		return false;
	for (size_t i = minus; i < s.n; i++) {
		uint64_t d = (uint64_t)(unsigned char)s.p[i] - '0';

		if (d > 9 || __builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, d, &v))
			return false;
	}
	if (v > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

void ol_text_bytes(struct ol_buf *out, uint64_t n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double v = (double)n;
	size_t u = 0;

	while (v >= 1024 && u < 6) {
		v /= 1024;
		u++;
	}
	if (u == 0)
		ol_buf_printf(out, "%" PRIu64 " B", n);
	else
		ol_buf_printf(out, "%.*f %s", v < 10 ? 2 : 1, v, units[u]);
}

void ol_text_count(struct ol_buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			ol_buf_char(out, ',');
		ol_buf_char(out, digits[i]);
	}
}

bool ol_text_glob(struct ol_str pattern, struct ol_str s)
{
	size_t p = 0, i = 0, star = SIZE_MAX, from = 0;

	/* on a mismatch only the last star has to take one more byte: linear in the text for each star */
	while (i < s.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			from = i;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == s.p[i])) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

void ol_text_double(struct ol_buf *out, double d)
{
	char text[40];

	if (isnan(d)) {
		ol_buf_z(out, "nan");
		return;
	}
	if (isinf(d)) {
		ol_buf_z(out, d < 0 ? "-inf" : "inf");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	ol_buf_z(out, text);
}
