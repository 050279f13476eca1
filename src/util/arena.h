/* arena.h: memory that is freed all at once, with a budget.
 *
 * Built with OL_ARENA_DEBUG (sanitizer builds) every item is its own malloc, so that an overrun is seen. */
#ifndef OL_UTIL_ARENA_H
#define OL_UTIL_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

struct ol_arena_block;

struct ol_arena {
	struct ol_arena_block *blocks; /* newest first */
	char *at, *end;                /* free room in the newest block */
	size_t used, budget;           /* bytes handed out; 0 = no budget */
	size_t next_block;             /* grows geometrically, bounded */
	bool refused;                  /* malloc gave nothing, once or more; ol_arena_reset keeps it */
};

/* budget: most bytes that may be handed out, 0 for no limit. Allocates nothing yet. */
void ol_arena_init(struct ol_arena *a, size_t budget);
/* Frees everything; the arena may be used again. */
void ol_arena_free(struct ol_arena *a);
/* Forgets all items but keeps the largest block for reuse: for scratch arenas in loops. */
void ol_arena_reset(struct ol_arena *a);

/* 16-byte aligned, not cleared. NULL when the budget or malloc refuses. size 0 gives a unique pointer. */
void *ol_arena_alloc(struct ol_arena *a, size_t size);
/* n items of size bytes, cleared; NULL on overflow or refusal. */
void *ol_arena_calloc(struct ol_arena *a, size_t n, size_t size);
/* A copy with a NUL behind it. p is NULL on refusal. */
struct ol_str ol_arena_str(struct ol_arena *a, struct ol_str s);
struct ol_str ol_arena_printf(struct ol_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define OL_NEW(arena, type) ((type *)ol_arena_calloc((arena), 1, sizeof(type)))
#define OL_NEWN(arena, type, n) ((type *)ol_arena_calloc((arena), (n), sizeof(type)))

#endif
