/* keymap.c: open addressing, linear probing, at most half full. */
#include "graph/keymap.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static uint32_t slot_of(const struct ol_keymap *m, const struct ol_key *k)
{
	uint64_t h = mix(m->seed ^ ((uint64_t)k->at[0] << 32 | k->at[1]));

	h = mix(h ^ m->seed ^ ((uint64_t)k->at[2] << 32 | k->at[3]));
	return (uint32_t)(h >> 32) & m->mask;
}

static struct ol_keymap_slot *find(const struct ol_keymap *m, const struct ol_key *k)
{
	uint32_t i = slot_of(m, k);

	while (m->slots[i].value != UINT32_MAX && memcmp(&m->slots[i].key, k, sizeof(*k)) != 0)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

static int grow(struct ol_keymap *m)
{
	struct ol_keymap old = *m;
	uint64_t cap = old.slots ? ((uint64_t)old.mask + 1) * 2 : 64;

	if (cap > UINT32_MAX / 2 || !(m->slots = malloc((size_t)cap * sizeof(*m->slots)))) {
		m->slots = old.slots;
		return -1;
	}
	m->mask = (uint32_t)(cap - 1);
	for (uint64_t i = 0; i < cap; i++)
		m->slots[i].value = UINT32_MAX;
	for (uint32_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].value != UINT32_MAX)
			*find(m, &old.slots[i].key) = old.slots[i];
	free(old.slots);
	return 0;
}

void ol_keymap_init(struct ol_keymap *m, uint64_t seed)
{
	*m = (struct ol_keymap){.seed = seed};
}

void ol_keymap_free(struct ol_keymap *m)
{
	free(m->slots);
	*m = (struct ol_keymap){0};
}

uint32_t ol_keymap_get(const struct ol_keymap *m, struct ol_key key)
{
	return m->slots ? find(m, &key)->value : UINT32_MAX;
}

uint32_t *ol_keymap_put(struct ol_keymap *m, struct ol_key key)
{
	struct ol_keymap_slot *s;

	if ((!m->slots || m->n > m->mask / 2) && grow(m) != 0)
		return NULL;
	s = find(m, &key);
	if (s->value == UINT32_MAX) {
		s->key = key;
		m->n++;
	}
	return &s->value;
}
