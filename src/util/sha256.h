/* sha256.h: SHA-256 (FIPS 180-4), for fingerprints and checksums. */
#ifndef OL_UTIL_SHA256_H
#define OL_UTIL_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct ol_sha256 {
	uint32_t h[8];
	uint64_t bytes;
	uint8_t block[64];
};
void ol_sha256_init(struct ol_sha256 *s);
void ol_sha256_add(struct ol_sha256 *s, const void *p, size_t n);
void ol_sha256_end(struct ol_sha256 *s, uint8_t out[32]);

#endif
