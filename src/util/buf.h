/* buf.h: a byte string that grows. A failed allocation is remembered; check `failed` once, at the end. */
#ifndef OL_UTIL_BUF_H
#define OL_UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>

#include "util/arena.h"
#include "util/str.h"

struct ol_buf {
	char *p; /* malloc'ed; NUL-terminated when not NULL */
	size_t n, cap;
	bool failed;
};

void ol_buf_free(struct ol_buf *b);
/* Empties it, keeps the room, and `failed`. */
void ol_buf_clear(struct ol_buf *b);
/* Room for n more bytes; the pointer to write them to, or NULL. Does not change n. */
char *ol_buf_reserve(struct ol_buf *b, size_t n);
void ol_buf_add(struct ol_buf *b, const void *p, size_t n);
void ol_buf_str(struct ol_buf *b, struct ol_str s);
void ol_buf_z(struct ol_buf *b, const char *z);
void ol_buf_char(struct ol_buf *b, char c);
void ol_buf_int(struct ol_buf *b, int64_t i);
void ol_buf_uint(struct ol_buf *b, uint64_t u);
void ol_buf_printf(struct ol_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ol_buf_vprintf(struct ol_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* A copy in the arena; frees b. p is NULL on refusal, which the arena remembers (`refused`) even if it was the buffer's. */
struct ol_str ol_buf_keep(struct ol_buf *b, struct ol_arena *a);
static inline struct ol_str ol_buf_view(const struct ol_buf *b)
{
	return (struct ol_str){b->p, b->n};
}

#endif
