/* builder.c: collects rows, strings and type sets, then lays them out as one block.
 *
 * Idea: equal strings and equal type sets are stored once, so that comparing references compares
 * contents. */
#include "schema/builder.h"

#include <stdlib.h>

#define STRING_MAX 65535u

void ol_builder_init(struct ol_builder *b)
{
	memset(b, 0, sizeof(*b));
	/* Every pool begins with the length of the empty string, whose reference is 2. */
	ol_buf_add(&b->strings, "\0", 2);
}

void ol_builder_free(struct ol_builder *b)
{
	for (int i = 0; i < OL_IMG_SECTIONS; i++)
		ol_buf_free(&b->section[i]);
	ol_buf_free(&b->strings);
	free(b->slots);
	memset(b, 0, sizeof(*b));
}

static uint32_t hash(struct ol_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static struct ol_str pooled(const struct ol_builder *b, uint32_t ref)
{
	uint16_t n;

	memcpy(&n, b->strings.p + ref - 2, sizeof(n));
	return (struct ol_str){b->strings.p + ref, n};
}

static int grow(struct ol_builder *b)
{
	uint32_t n = b->n_slots ? b->n_slots * 2 : 1024;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -1;
	for (uint32_t i = 0; i < b->n_slots; i++) {
		uint32_t at;

		if (!b->slots[i])
			continue;
		at = hash(pooled(b, b->slots[i])) & (n - 1);
		while (slots[at])
			at = (at + 1) & (n - 1);
		slots[at] = b->slots[i];
	}
	free(b->slots);
	b->slots = slots;
	b->n_slots = n;
	return 0;
}

uint32_t ol_builder_str(struct ol_builder *b, struct ol_str s)
{
	uint32_t at, ref;
	uint16_t n;

	if (!s.n)
		return 2;
	if (s.n > STRING_MAX || b->strings.n > UINT32_MAX - 2 * STRING_MAX ||
	    (b->n_strings * 2 >= b->n_slots && grow(b))) {
		b->failed = true;
		return 2;
	}
	at = hash(s) & (b->n_slots - 1);
	for (; b->slots[at]; at = (at + 1) & (b->n_slots - 1))
		if (ol_str_eq(pooled(b, b->slots[at]), s))
			return b->slots[at];
	if (b->strings.n % 2)
		ol_buf_char(&b->strings, '\0');
	n = (uint16_t)s.n;
	ol_buf_add(&b->strings, &n, sizeof(n));
	ref = (uint32_t)b->strings.n;
	ol_buf_str(&b->strings, s);
	if (b->strings.failed) {
		b->failed = true;
		return 2;
	}
	b->slots[at] = ref;
	b->n_strings++;
	return ref;
}

uint32_t ol_builder_row(struct ol_builder *b, enum ol_image_section s, const void *row, size_t size)
{
	ol_buf_add(&b->section[s], row, size);
	if (b->section[s].failed)
		b->failed = true;
	return b->n[s]++;
}

uint32_t ol_builder_typeset(struct ol_builder *b, const struct ol_typeset *t)
{
	const struct ol_buf *have = &b->section[OL_IMG_TYPESETS];

	for (uint32_t i = 0; i < b->n[OL_IMG_TYPESETS] && !b->failed; i++)
		if (!memcmp(have->p + i * sizeof(*t), t, sizeof(*t)))
			return i;
	return ol_builder_row(b, OL_IMG_TYPESETS, t, sizeof(*t));
}

static void align(struct ol_buf *out)
{
	while (out->n % 16 && !out->failed)
		ol_buf_char(out, '\0');
}

int ol_builder_finish(struct ol_builder *b, uint32_t magic, struct ol_buf *out)
{
	struct ol_img_header h;

	memset(&h, 0, sizeof(h));
	h.magic = magic;
	ol_buf_add(out, &h, sizeof(h));
	for (int i = 0; i < OL_IMG_SECTIONS; i++) {
		align(out);
		h.section[i].offset = (uint32_t)out->n;
		h.section[i].n = b->n[i];
		ol_buf_str(out, ol_buf_view(&b->section[i]));
	}
	align(out);
	h.strings = (uint32_t)out->n;
	ol_buf_str(out, ol_buf_view(&b->strings));
	if (b->failed || out->failed || out->n > UINT32_MAX)
		return -1;
	h.size = (uint32_t)out->n;
	memcpy(out->p, &h, sizeof(h));
	return 0;
}
