/* kernel_width.h: the loops of one element width for one kind of processor; kernel.c includes it once for each pair.
 *
 * W: bits; NAME(x): the name for this pair; FOR: a function attribute, or nothing. A count over a block must fit W bits (the
 * counter then is as wide as the element and vector code needs no widening): PART elements are counted at once. */
#ifndef OL_WEIGHTS_KERNEL_TYPES
#define OL_WEIGHTS_KERNEL_TYPES
#include "weights/kernel.h"
/* payloads begin at any byte of a file */
typedef uint8_t ol_at8 __attribute__((may_alias));
typedef uint16_t ol_at16 __attribute__((aligned(1), may_alias));
typedef uint32_t ol_at32 __attribute__((aligned(1), may_alias));
typedef uint64_t ol_at64 __attribute__((aligned(1), may_alias));
#define OL_PASTE_(a, b) a##b
#define OL_PASTE(a, b) OL_PASTE_(a, b)
#endif

#ifdef W
#define AT OL_PASTE(ol_at, W)
#define UINT OL_PASTE(OL_PASTE(uint, W), _t)
#define SINT OL_PASTE(OL_PASTE(int, W), _t)
#define TOP ((UINT)((UINT)1 << (W - 1)))
#define BLOCK ((size_t)OL_KERNEL_BLOCK / (W / 8))
#define PART (W == 8 ? (size_t)128 : BLOCK)

/* Inlined with a constant n for whole blocks, which is what vectorizes at -O2. */
FOR static inline __attribute__((always_inline)) void NAME(range_n)(const AT *p, size_t n, struct ol_kernel_range *to)
{
	SINT smin = (SINT)p[0], smax = smin;
	UINT umin = p[0], umax = umin;

	for (size_t i = 0; i < n; i++) {
		UINT u = p[i];
		SINT s = (SINT)u;

		smin = s < smin ? s : smin;
		smax = s > smax ? s : smax;
		umin = u < umin ? u : umin;
		umax = u > umax ? u : umax;
	}
	*to = (struct ol_kernel_range){smin, smax, umin, umax};
}

FOR static void NAME(range)(const void *p, size_t n, struct ol_kernel_range *to)
{
	if (n == BLOCK)
		NAME(range_n)(p, BLOCK, to);
	else
		NAME(range_n)(p, n, to);
}

FOR static inline __attribute__((always_inline)) void NAME(marks_n)(const AT *p, size_t n, const UINT *m, uint32_t *above)
{
	UINT a = 0, b = 0, c = 0, d = 0, e = 0, f = 0;

	for (size_t i = 0; i < n; i++) {
		/* magnitudes are not negative: signed compares, which every vector unit has */
		SINT v = (SINT)(p[i] & (UINT)~TOP);

		a = (UINT)(a + (v >= (SINT)m[0]));
		b = (UINT)(b + (v >= (SINT)m[1]));
		c = (UINT)(c + (v >= (SINT)m[2]));
		d = (UINT)(d + (v >= (SINT)m[3]));
		e = (UINT)(e + (v >= (SINT)m[4]));
		f = (UINT)(f + (v >= (SINT)m[5]));
	}
	above[0] += (uint32_t)a;
	above[1] += (uint32_t)b;
	above[2] += (uint32_t)c;
	above[3] += (uint32_t)d;
	above[4] += (uint32_t)e;
	above[5] += (uint32_t)f;
}

FOR static void NAME(marks)(const void *bytes, size_t n, const uint64_t mark[6], uint32_t above[6])
{
	const AT *p = bytes;
	UINT m[6];

	for (int i = 0; i < 6; i++) {
		above[i] = 0;
		m[i] = (UINT)mark[i];
	}
	for (; n >= PART; n -= PART, p += PART)
		NAME(marks_n)(p, PART, m, above);
	NAME(marks_n)(p, n, m, above);
}

FOR static inline __attribute__((always_inline)) uint32_t NAME(equal_n)(const AT *p, size_t n, UINT v)
{
	UINT c = 0;

	for (size_t i = 0; i < n; i++)
		c = (UINT)(c + (p[i] == v));
	return (uint32_t)c;
}

FOR static uint32_t NAME(equal)(const void *bytes, size_t n, uint64_t pattern)
{
	const AT *p = bytes;
	uint32_t c = 0;

	for (; n >= PART; n -= PART, p += PART)
		c += NAME(equal_n)(p, PART, (UINT)pattern);
	return c + NAME(equal_n)(p, n, (UINT)pattern);
}

#undef AT
#undef UINT
#undef SINT
#undef TOP
#undef BLOCK
#undef PART
#undef W
#endif
