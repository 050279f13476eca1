/* arena.c: bump allocation in blocks that double up to a bound. */
#include "util/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/large.h"

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 16 << 20, ALIGN = 16 };

struct ol_arena_block {
	struct ol_arena_block *next;
	size_t size;
	_Alignas(ALIGN) char data[];
};

void ol_arena_init(struct ol_arena *a, size_t budget)
{
	*a = (struct ol_arena){.budget = budget, .next_block = FIRST_BLOCK};
}

void ol_arena_free(struct ol_arena *a)
{
	struct ol_arena_block *b = a->blocks, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	ol_arena_init(a, a->budget);
}

void ol_arena_reset(struct ol_arena *a)
{
	struct ol_arena_block *b = a->blocks, *keep = NULL, *next;

#ifdef OL_ARENA_DEBUG
	bool refused = a->refused;

	ol_arena_free(a);
	a->refused = refused;
	return;
#endif
	for (struct ol_arena_block *i = b; i; i = i->next)
		if (!keep || i->size > keep->size)
			keep = i;
	for (; b; b = next) {
		next = b->next;
		if (b != keep)
			free(b);
	}
	a->blocks = keep;
	a->used = 0;
	if (keep) {
		keep->next = NULL;
		a->at = keep->data;
		a->end = keep->data + keep->size;
	}
}

static int add_block(struct ol_arena *a, size_t size)
{
	struct ol_arena_block *b;

	if (size > SIZE_MAX - sizeof(*b))
		return -1;
	b = ol_alloc(sizeof(*b) + size);
	if (!b) {
		a->refused = true;
		return -1;
	}
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	a->at = b->data;
	a->end = b->data + size;
	return 0;
}

void *ol_arena_alloc(struct ol_arena *a, size_t size)
{
	size_t need = (size + (size == 0) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
#ifndef OL_ARENA_DEBUG
	size_t pad;
#endif
	void *p;

	if (need < size || (a->budget && need > a->budget - a->used))
		return NULL;
#ifdef OL_ARENA_DEBUG
	/* the item is exactly as long as asked for, so that a sanitizer sees the first byte past it */
	if (add_block(a, size))
		return NULL;
	p = a->at;
	a->at = a->end;
#else
	/* names are packed byte by byte between items (intern.c) */
	pad = (size_t)(-(uintptr_t)a->at & (ALIGN - 1));
	if (need + pad > (size_t)(a->end - a->at)) {
		size_t block = a->next_block ? a->next_block : FIRST_BLOCK;

		if (add_block(a, need > block ? need : block))
			return NULL;
		pad = 0;
		a->next_block = block < LARGEST_BLOCK ? block * 2 : block;
	}
	p = a->at + pad;
	a->at += pad + need;
#endif
	a->used += need;
	return p;
}

void *ol_arena_calloc(struct ol_arena *a, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / size)
		return NULL;
	p = ol_arena_alloc(a, n * size);
	if (p)
		memset(p, 0, n * size);
	return p;
}

struct ol_str ol_arena_str(struct ol_arena *a, struct ol_str s)
{
	char *p = ol_arena_alloc(a, s.n + 1);

	if (!p)
		return (struct ol_str){NULL, 0};
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct ol_str){p, s.n};
}

struct ol_str ol_arena_printf(struct ol_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	int n;
	char *p = NULL;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		p = ol_arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return (struct ol_str){p, p ? (size_t)n : 0};
}
