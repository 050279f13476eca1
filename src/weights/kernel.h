/* kernel.h: the loops over elements, as bit patterns of 1, 2, 4 or 8 bytes: plain C whose trip counts are constant, so that
 * compilers turn them into vector code; where the processor may have wider vectors than the program was built for, a second
 * copy is built for those and chosen when it runs. */
#ifndef OL_WEIGHTS_KERNEL_H
#define OL_WEIGHTS_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum { OL_KERNEL_BLOCK = 8192 }; /* bytes: two passes over a block find it in the first-level cache */

/* Least and greatest pattern, compared as signed (extended) and as unsigned numbers. Of floats this tells the least and
 * greatest magnitude of either sign. */
struct ol_kernel_range {
	int64_t smin, smax;
	uint64_t umin, umax;
};

/* n: elements, at most a block's. p: at any alignment. */
struct ol_kernel_width {
	void (*range)(const void *p, size_t n, struct ol_kernel_range *to);
	/* above[i]: how many have a magnitude (the pattern without its top bit) of at least mark[i] */
	void (*marks)(const void *p, size_t n, const uint64_t mark[6], uint32_t above[6]);
	uint32_t (*equal)(const void *p, size_t n, uint64_t pattern);
};

struct ol_kernel {
	const char *name;
	struct ol_kernel_width width[4]; /* 1, 2, 4, 8 bytes */
};

/* The best that this processor runs. */
const struct ol_kernel *ol_kernel_best(void);
/* The i-th that this processor runs, plain C first; NULL past the end. For tests. */
const struct ol_kernel *ol_kernel_at(unsigned i);

#endif
