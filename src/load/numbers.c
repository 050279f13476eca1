/* numbers.c: lists of numbers, decoded from where they stand in the file.
 *
 * protobuf-c would keep forty bytes for each element that has its own tag (attributes' ints and
 * floats always have). */
#include "load/walk.h"

/* Kinds of elements: memory type by field number. */
enum kind { K_FLOAT, K_DOUBLE, K_INT32, K_INT64 };

static enum kind kind_of(uint8_t field, bool is_attr)
{
	if (is_attr)
		return field == 7 ? K_FLOAT : K_INT64;
	return field == 4 ? K_FLOAT : field == 10 ? K_DOUBLE : field == 5 ? K_INT32 : K_INT64;
}

size_t ol_walk_number_size(uint8_t field, bool is_attr)
{
	enum kind k = kind_of(field, is_attr);

	return k == K_FLOAT || k == K_INT32 ? 4 : 8;
}

static int count_packed(struct walk *w, const struct piece *p, uint64_t *count)
{
	const struct field f = {.wire = p->wire};
	struct head h = {.f = &f, .at = p->at, .length = p->length};

	return ol_walk_packed(w, &h, count);
}

/* Elements with a tag each: the tags and lengths were checked when the pieces were noted. */
static int count_tagged(struct walk *w, const struct piece *p, uint64_t *count)
{
	uint64_t at = p->at, end = p->at + p->length, v, n = 0;

	for (; at < end; n++) {
		if (ol_walk_varint(w, &at, end, &v))
			return -1;
		if (p->wire != WIRE_VARINT)
			at += p->wire == WIRE_32 ? 4 : 8;
		else if (ol_walk_varint(w, &at, end, &v))
			return -1;
	}
	*count = n;
	return 0;
}

int ol_walk_count(struct walk *w, const struct piece *p, uint32_t n, uint8_t field, uint64_t *count)
{
	uint64_t one;

	*count = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (p[i].field != field || p[i].raw)
			continue;
		if (p[i].packed ? count_packed(w, &p[i], &one) : count_tagged(w, &p[i], &one))
			return -1;
		*count += one;
	}
	return 0;
}

static int decode(struct walk *w, const struct piece *p, enum kind k, char **to)
{
	uint64_t at = p->at, end = p->at + p->length, v;
	const uint8_t *from;
	size_t size = p->wire == WIRE_32 ? 4 : 8;

	while (at < end) {
		if (!p->packed && ol_walk_varint(w, &at, end, &v))
			return -1;
		if (p->wire == WIRE_VARINT) {
			if (ol_walk_varint(w, &at, end, &v))
				return -1;
			if (k == K_INT32) {
				uint32_t low = (uint32_t)v;

				memcpy(*to, &low, 4);
				*to += 4;
			} else {
				memcpy(*to, &v, 8);
				*to += 8;
			}
			continue;
		}
		from = ol_walk_bytes(w, at, size);
		if (!from)
			return -1;
		memcpy(*to, from, size); /* little-endian, as the machines this runs on */
		*to += size;
		at += size;
	}
	return 0;
}

void *ol_walk_numbers(struct walk *w, const struct piece *p, uint32_t n, uint8_t field,
		      bool is_attr, uint64_t *count)
{
	enum kind k = kind_of(field, is_attr);
	char *to, *all;

	if (ol_walk_count(w, p, n, field, count))
		return NULL;
	all = to = ol_arena_alloc(&w->m->arena, *count * ol_walk_number_size(field, is_attr));
	if (!all) {
		ol_walk_refused(w);
		return NULL;
	}
	for (uint32_t i = 0; i < n; i++)
		if (p[i].field == field && !p[i].raw && decode(w, &p[i], k, &to))
			return NULL;
	return all;
}
