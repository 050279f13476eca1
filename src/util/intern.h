/* intern.h: strings become numbers once. Id 0 is always the empty string.
 *
 * The hash is keyed with a random value per table, so that a model cannot choose names that collide. */
#ifndef OL_UTIL_INTERN_H
#define OL_UTIL_INTERN_H

#include <stdint.h>

#include "util/arena.h"

struct ol_intern_entry {
	const char *p; /* NUL-terminated copy in the arena */
	uint32_t n;
};

/* The hash stands beside the id, so that probing stays within a cache line and looks at a string only to confirm. */
struct ol_intern_slot {
	uint32_t hash;
	uint32_t id; /* id + 1; 0 = free */
};

struct ol_intern {
	struct ol_arena *arena; /* holds the bytes; not owned */
	struct ol_intern_entry *entries; /* by id */
	struct ol_intern_slot *table;    /* open addressing, a power of two */
	uint32_t count, cap, mask;
	uint64_t key[2];
};

/* 0, or -1 when memory is refused. arena must outlive the table. */
int ol_intern_init(struct ol_intern *t, struct ol_arena *arena);
void ol_intern_free(struct ol_intern *t);
/* The id of s, added if new. UINT32_MAX when memory is refused or s is longer than UINT32_MAX - 1. */
uint32_t ol_intern_add(struct ol_intern *t, struct ol_str s);
/* The same in two steps, for several strings at once: hash them all (which fetches where each belongs), then add. */
uint32_t ol_intern_hash(const struct ol_intern *t, struct ol_str s);
uint32_t ol_intern_add_hashed(struct ol_intern *t, struct ol_str s, uint32_t hash);
/* The id of s, or UINT32_MAX when it was never added. */
uint32_t ol_intern_find(const struct ol_intern *t, struct ol_str s);
static inline struct ol_str ol_intern_str(const struct ol_intern *t, uint32_t id)
{
	return (struct ol_str){t->entries[id].p, t->entries[id].n};
}

/* The keyed hash that the table uses (for other name tables); key from ol_hash_key. */
void ol_hash_key(uint64_t key[2]);
uint64_t ol_hash(const uint64_t key[2], const void *p, size_t n);

#endif
