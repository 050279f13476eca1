/* intern.c: open addressing over a keyed hash. */
#include "util/intern.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "util/large.h"

/* Multiply and fold: each 8 bytes pass a 64x64->128 bit product with secret operands, the scheme of wyhash and its
 * relatives. Not a MAC; without the key, collisions cannot be chosen. */
__extension__ typedef unsigned __int128 product;

static uint64_t fold(uint64_t a, uint64_t b)
{
	product p = (product)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

uint64_t ol_hash(const uint64_t key[2], const void *p, size_t n)
{
	uint64_t h = key[0] ^ (uint64_t)n * 0x9e3779b97f4a7c15u, v = 0;
	const unsigned char *s = p;

	for (; n > 8; n -= 8, s += 8) {
		memcpy(&v, s, 8);
		h = fold(h ^ v, key[1]);
	}
	v = 0;
	if (n >= 4) {
		uint32_t a, b;

		memcpy(&a, s, 4);
		memcpy(&b, s + n - 4, 4);
		v = (uint64_t)a << 32 | b;
	} else if (n) {
		v = (uint64_t)s[0] << 16 | (uint64_t)s[n / 2] << 8 | s[n - 1];
	}
	return fold(h ^ v, key[1] ^ 0xd6e8feb86659fd93u) ^ h;
}

void ol_hash_key(uint64_t key[2])
{
	if (getrandom(key, 16, GRND_NONBLOCK) == 16) {
		key[1] |= 1; /* never zero */
		return;
	}
	/* no entropy yet: weaker, but never fixed */
	key[0] = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
	key[1] = (uint64_t)(uintptr_t)key ^ (uint64_t)clock();
	key[1] |= 1;
}

static int grow_table(struct ol_intern *t, uint32_t slots)
{
	struct ol_intern_slot *table = ol_alloc_zero(slots * sizeof(*table)); /* hit at random: large pages tell */

	if (!table)
		return -1;
	for (uint32_t i = 0; t->table && i <= t->mask; i++) {
		uint32_t at = t->table[i].hash & (slots - 1);

		if (!t->table[i].id)
			continue;
		while (table[at].id)
			at = (at + 1) & (slots - 1);
		table[at] = t->table[i];
	}
	free(t->table);
	t->table = table;
	t->mask = slots - 1;
	return 0;
}

int ol_intern_init(struct ol_intern *t, struct ol_arena *arena)
{
	*t = (struct ol_intern){.arena = arena};
	ol_hash_key(t->key);
	if (grow_table(t, 256) || ol_intern_add(t, OL_STR("")) != 0) {
		ol_intern_free(t);
		return -1;
	}
	return 0;
}

void ol_intern_free(struct ol_intern *t)
{
	free(t->entries);
	free(t->table);
	t->entries = NULL;
	t->table = NULL;
	t->count = t->cap = 0;
}

/* The slot that holds s, or the free slot where it belongs. */
static struct ol_intern_slot *slot_of(const struct ol_intern *t, struct ol_str s, uint32_t hash)
{
	uint32_t at = hash & t->mask;

	for (; t->table[at].id; at = (at + 1) & t->mask) {
		const struct ol_intern_entry *e;

		if (t->table[at].hash != hash)
			continue;
		e = &t->entries[t->table[at].id - 1];
		if (e->n == s.n && (s.n == 0 || memcmp(e->p, s.p, s.n) == 0))
			break;
	}
	return &t->table[at];
}

uint32_t ol_intern_find(const struct ol_intern *t, struct ol_str s)
{
	const struct ol_intern_slot *slot = slot_of(t, s, (uint32_t)ol_hash(t->key, s.p, s.n));

	return slot->id ? slot->id - 1 : UINT32_MAX;
}

/* Names need no alignment: a byte-wise pool inside the arena wastes nothing on short ones. */
static const char *keep(struct ol_intern *t, struct ol_str s)
{
	struct ol_str copy;

#ifndef OL_ARENA_DEBUG
	if ((size_t)(t->arena->end - t->arena->at) > s.n &&
	    (!t->arena->budget || s.n + 1 <= t->arena->budget - t->arena->used)) {
		char *p = t->arena->at;

		if (s.n)
			memcpy(p, s.p, s.n);
		p[s.n] = '\0';
		t->arena->at += s.n + 1;
		t->arena->used += s.n + 1;
		return p;
	}
#endif
	copy = ol_arena_str(t->arena, s);
	return copy.p;
}

uint32_t ol_intern_hash(const struct ol_intern *t, struct ol_str s)
{
	uint32_t hash = (uint32_t)ol_hash(t->key, s.p, s.n);

	__builtin_prefetch(&t->table[hash & t->mask]);
	return hash;
}

uint32_t ol_intern_add(struct ol_intern *t, struct ol_str s)
{
	return ol_intern_add_hashed(t, s, (uint32_t)ol_hash(t->key, s.p, s.n));
}

uint32_t ol_intern_add_hashed(struct ol_intern *t, struct ol_str s, uint32_t hash)
{
	struct ol_intern_slot *slot = slot_of(t, s, hash);
	const char *copy;

	if (slot->id)
		return slot->id - 1;
	if (s.n >= UINT32_MAX - 1 || t->count >= UINT32_MAX / 4)
		return UINT32_MAX;
	if (t->count == t->cap) {
		uint32_t cap = t->cap ? t->cap < 1 << 17 ? t->cap + t->cap / 2 : t->cap * 4 : 128;
		struct ol_intern_entry *e = ol_grow(t->entries, t->count * sizeof(*e), cap * sizeof(*e));

		if (!e)
			return UINT32_MAX;
		t->entries = e;
		t->cap = cap;
	}
	copy = keep(t, s);
	if (!copy)
		return UINT32_MAX;
	t->entries[t->count] = (struct ol_intern_entry){copy, (uint32_t)s.n};
	*slot = (struct ol_intern_slot){hash, ++t->count};
	if ((uint64_t)t->count * 3 > (uint64_t)t->mask * 2 && grow_table(t, (t->mask + 1) * 2)) {
		*slot = (struct ol_intern_slot){0}; /* nothing was put behind it since */
		t->count--;
		return UINT32_MAX;
	}
	return t->count - 1;
}
