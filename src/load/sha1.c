/* sha1.c: SHA-1 (FIPS 180-4), which ONNX chose for the checksum of external data. Not used for
 * security. */
#include <errno.h>
#include <unistd.h>

#include "load/external.h"

struct sha1 {
	uint32_t h[5];
};

static uint32_t rotl(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void block(struct sha1 *s, const uint8_t *p)
{
	uint32_t w[80], a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f = i < 20   ? (b & c) | (~b & d)
			     : i < 40 ? b ^ c ^ d
			     : i < 60 ? (b & c) | (b & d) | (c & d)
				      : b ^ c ^ d;
		static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
		uint32_t t = rotl(a, 5) + f + e + k[i / 20] + w[i];

		e = d;
		d = c;
		c = rotl(b, 30);
		b = a;
		a = t;
	}
	s->h[0] += a;
	s->h[1] += b;
	s->h[2] += c;
	s->h[3] += d;
	s->h[4] += e;
}

int ol_sha1_file(int fd, uint64_t size, char hex[41])
{
	struct sha1 s = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
	uint8_t buf[16384], tail[128] = {0};
	uint64_t done = 0;
	size_t n = 0, pad;

	do { /* whole blocks; the rest of the last read goes to the tail */
		n = size - done < sizeof(buf) ? (size_t)(size - done) : sizeof(buf);
		for (size_t got = 0; got < n;) {
			ssize_t r = pread(fd, buf + got, n - got, (off_t)(done + got));

			if (r < 0 && errno == EINTR)
				continue;
			if (r <= 0)
				return -1;
			got += (size_t)r;
		}
		for (size_t i = 0; i + 64 <= n; i += 64)
			block(&s, buf + i);
		done += n;
	} while (done < size);
	memcpy(tail, buf + n / 64 * 64, n % 64);
	n %= 64;
	tail[n] = 0x80;
	pad = n < 56 ? 64 : 128;
	for (int i = 0; i < 8; i++)
		tail[pad - 1 - (size_t)i] = (uint8_t)(size * 8 >> 8 * i);
	for (size_t i = 0; i < pad; i += 64)
		block(&s, tail + i);
	for (int i = 0; i < 40; i++)
		hex[i] = "0123456789abcdef"[s.h[i / 8] >> (28 - 4 * (i % 8)) & 15];
	hex[40] = '\0';
	return 0;
}
