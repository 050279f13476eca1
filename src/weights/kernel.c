/* kernel.c: the loops of kernel_width.h for each width and kind of processor, and the choice. */
#include "weights/kernel.h"

#define FOR
#define NAME(x) OL_PASTE(OL_PASTE(x, _plain_), W)
#define W 8
#include "weights/kernel_width.h"
#define W 16
#include "weights/kernel_width.h"
#define W 32
#include "weights/kernel_width.h"
#define W 64
#include "weights/kernel_width.h"
#undef FOR
#undef NAME

#define ROWS(kind)                                                                                                     \
	{                                                                                                              \
		{range_##kind##_8, marks_##kind##_8, equal_##kind##_8},                                                \
		    {range_##kind##_16, marks_##kind##_16, equal_##kind##_16},                                         \
		    {range_##kind##_32, marks_##kind##_32, equal_##kind##_32},                                         \
		    {range_##kind##_64, marks_##kind##_64, equal_##kind##_64},                                         \
	}

static const struct ol_kernel plain = {"plain", ROWS(plain)};

#if defined(__x86_64__) && defined(__GNUC__)
#define OL_HAVE_AVX2 1
#define FOR __attribute__((target("avx2")))
#define NAME(x) OL_PASTE(OL_PASTE(x, _avx2_), W)
#define W 8
#include "weights/kernel_width.h"
#define W 16
#include "weights/kernel_width.h"
#define W 32
#include "weights/kernel_width.h"
#define W 64
#include "weights/kernel_width.h"

static const struct ol_kernel avx2 = {"avx2", ROWS(avx2)};
#endif

const struct ol_kernel *ol_kernel_at(unsigned i)
{
	if (i == 0)
		return &plain;
#ifdef OL_HAVE_AVX2
	if (i == 1 && __builtin_cpu_supports("avx2"))
		return &avx2;
#endif
	return NULL;
}

const struct ol_kernel *ol_kernel_best(void)
{
	const struct ol_kernel *k = ol_kernel_at(1);

	return k ? k : &plain;
}
