/* str.h: a string as pointer and length. Not NUL-terminated, not owned. */
#ifndef OL_UTIL_STR_H
#define OL_UTIL_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ol_str {
	const char *p; /* may be NULL when n is 0 */
	size_t n;
};

/* A string literal as an ol_str. */
#define OL_STR(lit) ((struct ol_str){("" lit), sizeof(lit) - 1})
/* For printf: "%.*s", OL_FMT(s) */
#define OL_FMT(s) (int)(s).n, (s).n ? (s).p : ""

static inline struct ol_str ol_str(const char *z)
{
	return (struct ol_str){z, z ? strlen(z) : 0};
}

static inline bool ol_str_eq(struct ol_str a, struct ol_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool ol_str_is(struct ol_str a, const char *z)
{
	return ol_str_eq(a, ol_str(z));
}

/* Byte order, shorter first on a common prefix: <0, 0, >0. */
static inline int ol_str_cmp(struct ol_str a, struct ol_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static inline bool ol_str_starts(struct ol_str a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

#endif
