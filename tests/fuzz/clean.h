/* clean.h: what must hold of a report whatever the model says: valid UTF-8 without control bytes; in text besides no C1
 * controls, no marks of direction and nothing invisible. */
#ifndef OL_FUZZ_CLEAN_H
#define OL_FUZZ_CLEAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The code point at p, its bytes in *n; aborts where it is not valid UTF-8. */
static inline uint32_t ol_check_next(const unsigned char *p, size_t left, size_t *n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t cp = p[0];

	*n = cp < 0x80 ? 1 : cp >> 5 == 6 ? 2 : cp >> 4 == 14 ? 3 : cp >> 3 == 30 ? 4 : 0;
	if (*n == 0 || *n > left)
		abort();
	if (*n > 1)
		cp &= 0x7fu >> *n;
	for (size_t i = 1; i < *n; i++) {
		if (p[i] >> 6 != 2)
			abort();
		cp = cp << 6 | (p[i] & 0x3f);
	}
	if (cp < least[*n] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		abort();
	return cp;
}

static inline void ol_check_clean(const char *bytes, size_t n, int text)
{
	for (size_t i = 0, k; i < n; i += k) {
		uint32_t cp = ol_check_next((const unsigned char *)bytes + i, n - i, &k);

		if ((cp < ' ' && cp != '\n') || cp == 0x7f)
			abort();
		if (text && ((cp >= 0x80 && cp < 0xa0) || (cp >= 0x200b && cp <= 0x200f) ||
			     (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
			     cp == 0x61c || cp == 0xfeff || (cp >= 0xe0000 && cp < 0xe0080)))
			abort();
	}
}

#endif
