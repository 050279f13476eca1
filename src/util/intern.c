/* intern.c: open addressing over a keyed SipHash-1-3 (Aumasson, Bernstein: SipHash, 2012). */
#include "util/intern.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static void round1(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[0] = ROTL(v[0], 32);
	v[2] += v[3];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
}

uint64_t ol_hash(const uint64_t key[2], const void *p, size_t n)
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
			 key[1] ^ 0x7465646279746573};
	const unsigned char *s = p;
	uint64_t m, last = (uint64_t)n << 56;

	for (; n >= 8; n -= 8, s += 8) {
		memcpy(&m, s, 8);
		v[3] ^= m;
		round1(v);
		v[0] ^= m;
	}
	m = 0;
	if (n)
		memcpy(&m, s, n);
	last |= m;
	v[3] ^= last;
	round1(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	round1(v);
	round1(v);
	round1(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void ol_hash_key(uint64_t key[2])
{
	if (getrandom(key, 16, GRND_NONBLOCK) == 16)
		return;
	/* no entropy yet: weaker, but never fixed */
	key[0] = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
	key[1] = (uint64_t)(uintptr_t)key ^ (uint64_t)clock();
}

static int grow_table(struct ol_intern *t, uint32_t slots)
{
	uint32_t *table = calloc(slots, sizeof(*table));

	if (!table)
		return -1;
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t at = t->entries[i].hash & (slots - 1);

		while (table[at])
			at = (at + 1) & (slots - 1);
		table[at] = i + 1;
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
static uint32_t slot_of(const struct ol_intern *t, struct ol_str s, uint32_t hash)
{
	uint32_t at = hash & t->mask;

	for (; t->table[at]; at = (at + 1) & t->mask) {
		const struct ol_intern_entry *e = &t->entries[t->table[at] - 1];

		if (e->hash == hash && e->n == s.n && (s.n == 0 || memcmp(e->p, s.p, s.n) == 0))
			break;
	}
	return at;
}

uint32_t ol_intern_find(const struct ol_intern *t, struct ol_str s)
{
	uint32_t at = slot_of(t, s, (uint32_t)ol_hash(t->key, s.p, s.n));

	return t->table[at] ? t->table[at] - 1 : UINT32_MAX;
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

uint32_t ol_intern_add(struct ol_intern *t, struct ol_str s)
{
	uint32_t hash = (uint32_t)ol_hash(t->key, s.p, s.n), at = slot_of(t, s, hash);
	const char *copy;

	if (t->table[at])
		return t->table[at] - 1;
	if (s.n >= UINT32_MAX - 1 || t->count >= UINT32_MAX / 4)
		return UINT32_MAX;
	if (t->count == t->cap) {
		uint32_t cap = t->cap ? t->cap + t->cap / 2 : 128;
		struct ol_intern_entry *e = realloc(t->entries, (size_t)cap * sizeof(*e));

		if (!e)
			return UINT32_MAX;
		t->entries = e;
		t->cap = cap;
	}
	copy = keep(t, s);
	if (!copy)
		return UINT32_MAX;
	t->entries[t->count] = (struct ol_intern_entry){copy, (uint32_t)s.n, hash};
	t->table[at] = ++t->count;
	if ((uint64_t)t->count * 4 > (uint64_t)t->mask * 3 && grow_table(t, (t->mask + 1) * 2)) {
		t->count--; /* the slot stays but is never reached: forget it */
		t->table[at] = 0;
		return UINT32_MAX;
	}
	return t->count - 1;
}
