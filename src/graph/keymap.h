/* keymap.h: a small hash from four ids to one, keyed so that a model cannot choose ids that
 * collide. */
#ifndef OL_GRAPH_KEYMAP_H
#define OL_GRAPH_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

struct ol_key {
	uint32_t at[4];
};

struct ol_keymap {
	struct ol_keymap_slot {
		struct ol_key key;
		uint32_t value; /* UINT32_MAX = free */
	} * slots;
	uint32_t mask, n; /* mask + 1 slots when slots is set */
	uint64_t seed;
};

void ol_keymap_init(struct ol_keymap *m, uint64_t seed);
void ol_keymap_free(struct ol_keymap *m);
/* The value of a key, or UINT32_MAX. */
uint32_t ol_keymap_get(const struct ol_keymap *m, struct ol_key key);
/* Where the value of a key stands, added as UINT32_MAX if new (set it before the next call). NULL:
 * no memory. */
uint32_t *ol_keymap_put(struct ol_keymap *m, struct ol_key key);

#endif
