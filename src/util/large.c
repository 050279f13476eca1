/* large.c: a fault for each page is most of what a model of a million nodes costs the kernel. */
#include "util/large.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Large pages must be asked for before the first byte is written. */
static void *large(size_t n)
{
	size_t whole = (n + OL_LARGE_PAGE - 1) & ~(size_t)(OL_LARGE_PAGE - 1);
	void *p = whole < n ? NULL : aligned_alloc(OL_LARGE_PAGE, whole);

#ifdef MADV_HUGEPAGE
	if (p)
		madvise(p, whole, MADV_HUGEPAGE); /* a hint */
#endif
	return p;
}

void *ol_alloc(size_t n)
{
	return n < OL_LARGE_PAGE ? malloc(n) : large(n);
}

void *ol_alloc_zero(size_t n)
{
	void *p = n < OL_LARGE_PAGE ? calloc(1, n) : large(n);

	if (p && n >= OL_LARGE_PAGE)
		memset(p, 0, n);
	return p;
}

void *ol_grow(void *p, size_t held, size_t want)
{
	void *to;

	if (want < OL_LARGE_PAGE)
		return realloc(p, want);
	to = large(want);
	if (!to)
		return NULL;
	if (held)
		memcpy(to, p, held);
	free(p);
	return to;
}
