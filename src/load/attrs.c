/* attrs.c: plain attributes, decoded straight from the wire: a name, a type, and a number, a short text or a list of
 * numbers. That is nearly all of them; protobuf-c is for the rest, and for all that is wrong. */
#include "load/graphs.h"

enum { F_NAME = 1, F_F = 2, F_I = 3, F_S = 4, F_FLOATS = 7, F_INTS = 8, F_TYPE = 20 };

struct plain {
	const uint8_t *p, *end;
	struct ol_str name, s;
	uint64_t i, type;
	float f;
	uint32_t seen, n_floats, n_ints;
};

/* A varint within the attribute; false: cut, or longer than 10 bytes. */
static bool varint(struct plain *a, uint64_t *v)
{
	unsigned shift = 0;

	for (*v = 0; a->p < a->end && shift < 70; shift += 7) {
		uint8_t b = *a->p++;

		*v |= (uint64_t)(b & 0x7f) << (shift & 63);
		if (!(b & 0x80))
			return true;
	}
	return false;
}

/* The elements of one ints or floats field, packed or not; written to `ints` and `floats` where these are given. */
static bool numbers(struct plain *a, uint32_t id, uint32_t wire, int64_t *ints, float *floats)
{
	uint8_t one = id == F_INTS ? WIRE_VARINT : WIRE_32;
	uint32_t *n = id == F_INTS ? &a->n_ints : &a->n_floats;
	const uint8_t *stop = a->end;
	uint64_t v;

	if (wire == WIRE_BYTES) {
		if (!varint(a, &v) || v == 0 || v > (uint64_t)(a->end - a->p))
			return false;
		stop = a->p + v;
	} else if (wire != one) {
		return false;
	}
	do {
		if (one == WIRE_VARINT) {
			if (!varint(a, &v) || a->p > stop)
				return false;
			if (ints)
				memcpy(&ints[*n], &v, sizeof(v));
		} else {
			if (stop - a->p < 4)
				return false;
			if (floats)
				memcpy(&floats[*n], a->p, 4); /* little-endian, as the machines this runs on */
			a->p += 4;
		}
		++*n;
	} while (wire == WIRE_BYTES && a->p < stop);
	return true;
}

static bool text(struct plain *a, struct ol_str *to)
{
	uint64_t n;

	if (!varint(a, &n) || n > OL_PLAIN_NAME || n > (uint64_t)(a->end - a->p))
		return false;
	*to = (struct ol_str){(const char *)a->p, (size_t)n};
	a->p += n;
	return true;
}

/* One pass over the fields; false at the first that is not plain. */
static bool fields(struct plain *a, int64_t *ints, float *floats)
{
	while (a->p < a->end) {
		uint64_t tag;
		uint32_t id, wire;
		bool ok = false;

		if (!varint(a, &tag) || tag >> 3 > F_TYPE)
			return false;
		id = (uint32_t)(tag >> 3);
		wire = (uint32_t)(tag & 7);
		if (id != F_INTS && id != F_FLOATS && a->seen >> id & 1)
			return false;
		a->seen |= 1u << id;
		if (id == F_NAME && wire == WIRE_BYTES)
			ok = text(a, &a->name) && !ol_walk_odd_bytes((const uint8_t *)a->name.p, a->name.n);
		else if (id == F_S && wire == WIRE_BYTES)
			ok = text(a, &a->s);
		else if (id == F_I && wire == WIRE_VARINT)
			ok = varint(a, &a->i);
		else if (id == F_TYPE && wire == WIRE_VARINT)
			ok = varint(a, &a->type);
		else if (id == F_INTS || id == F_FLOATS)
			ok = numbers(a, id, wire, ints, floats);
		else if (id == F_F && wire == WIRE_32 && a->end - a->p >= 4)
			ok = (memcpy(&a->f, a->p, 4), a->p += 4, true);
		if (!ok)
			return false;
	}
	return true;
}

static int keep(struct walk *w, struct plain *a, const uint8_t *p, struct ol_attr *to)
{
	static const uint8_t bits[][2] = {{F_F, OL_ATTR_FLOAT},	   {F_I, OL_ATTR_INT},	 {F_S, OL_ATTR_STRING},
					  {F_FLOATS, OL_ATTR_FLOATS}, {F_INTS, OL_ATTR_INTS}};
	bool ints = to->type == OL_ATTR_INTS && a->n_ints, floats = to->type == OL_ATTR_FLOATS && a->n_floats;
	void *list = NULL;

	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		to->fields |= (a->seen >> bits[i][0] & 1) << bits[i][1];
	to->name = a->name.n ? ol_walk_name(w, a->name.p, a->name.n) : 0;
	if (to->name == UINT32_MAX)
		return -1;
	if (a->seen >> F_S & 1) {
		to->s = ol_arena_str(&w->m->arena, a->s);
		if (!to->s.p)
			return ol_walk_refused(w);
	}
	if (!ints && !floats)
		return 0;
	to->n = ints ? a->n_ints : a->n_floats;
	list = ol_arena_alloc(&w->m->arena, to->n * (ints ? sizeof(int64_t) : sizeof(float)));
	if (!list)
		return ol_walk_refused(w);
	*a = (struct plain){.p = p, .end = a->end};
	fields(a, ints ? list : NULL, floats ? list : NULL);
	if (ints)
		to->list.ints = list;
	else
		to->list.floats = list;
	return 0;
}

int ol_walk_plain_attr(struct walk *w, const struct head *h, uint32_t depth, struct ol_attr *to)
{
	const uint8_t *p = ol_walk_at_hand(w, h->at, h->at + h->length);
	struct plain a = {0};

	if (w->stop || !p || w->lim->name_length < OL_PLAIN_NAME || w->lim->text_length < OL_PLAIN_NAME)
		return 0;
	a.p = p;
	a.end = p + h->length;
	if (!fields(&a, NULL, NULL))
		return 0;
	*to = (struct ol_attr){
	    .type = (int32_t)(uint32_t)a.type, .f = a.f, .i = (int64_t)a.i, .at = ol_walk_span(h)};
	return ol_walk_enter(w, depth, h->at) || keep(w, &a, p, to) ? -1 : 1;
}
