/* buf.c: doubles when full. */
#include "util/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void ol_buf_free(struct ol_buf *b)
{
	free(b->p);
	*b = (struct ol_buf){0};
}

void ol_buf_clear(struct ol_buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

char *ol_buf_reserve(struct ol_buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 64;
	char *p;

	if (!b->failed && n < b->cap && b->n < b->cap - n)
		return b->p + b->n;
	if (b->failed || n >= SIZE_MAX / 2 - b->n) {
		b->failed = true;
		return NULL;
	}
	while (cap < b->n + n + 1)
		cap *= 2;
	if (cap != b->cap) {
		p = realloc(b->p, cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void ol_buf_add(struct ol_buf *b, const void *p, size_t n)
{
	char *to = ol_buf_reserve(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void ol_buf_str(struct ol_buf *b, struct ol_str s)
{
	ol_buf_add(b, s.p, s.n);
}

void ol_buf_z(struct ol_buf *b, const char *z)
{
	ol_buf_add(b, z, strlen(z));
}

void ol_buf_char(struct ol_buf *b, char c)
{
	if (b->n + 1 >= b->cap || b->failed) {
		ol_buf_add(b, &c, 1);
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void ol_buf_uint(struct ol_buf *b, uint64_t u)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + u % 10);
	while (u /= 10);
	ol_buf_add(b, digits + at, sizeof(digits) - at);
}

void ol_buf_int(struct ol_buf *b, int64_t i)
{
	if (i < 0)
		ol_buf_char(b, '-');
	ol_buf_uint(b, i < 0 ? -(uint64_t)i : (uint64_t)i);
}

void ol_buf_vprintf(struct ol_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) {
		b->failed = true;
		return;
	}
	to = ol_buf_reserve(b, (size_t)n);
	if (!to)
		return;
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void ol_buf_printf(struct ol_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ol_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct ol_str ol_buf_keep(struct ol_buf *b, struct ol_arena *a)
{
	struct ol_str s = {0};

	if (b->failed)
		a->refused = true;
	else
		s = ol_arena_str(a, ol_buf_view(b));
	ol_buf_free(b);
	return s;
}
