/* large.h: memory in large pages, where the system has them and the piece is large. */
#ifndef OL_UTIL_LARGE_H
#define OL_UTIL_LARGE_H

#include <stddef.h>

enum { OL_LARGE_PAGE = 2 << 20 };

/* malloc, calloc, and realloc from `held` bytes to `want`, more of them. What they give is for free(). */
void *ol_alloc(size_t n);
void *ol_alloc_zero(size_t n);
void *ol_grow(void *p, size_t held, size_t want);

#endif
