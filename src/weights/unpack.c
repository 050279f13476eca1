/* unpack.c: from stored bytes to elements of the machine: raw little-endian data, elements of less than a byte, and the typed
 * fields, whose items are wider than most of the elements that they hold. */
#include <string.h>

#include "weights/tally.h"

enum { ITEMS = 1024 }; /* elements unpacked at once */

/* An element of `bits` bits: signed integers are extended, the sign of small floats goes to the top bit. */
static uint8_t small(const struct ol_layout_of *l, unsigned bits, unsigned v)
{
	unsigned top = 1u << (bits - 1);

	v &= (top << 1) - 1;
	if (l->form == OL_FORM_SIGNED)
		return (uint8_t)((v ^ top) - top);
	if (l->form == OL_FORM_FLOAT && v & top)
		return (uint8_t)((v & (top - 1)) | 0x80);
	return (uint8_t)v;
}

/* Elements of 2, 4 or 6 bits, from the low bits up. */
static void add_small(struct ol_tally *t, const struct ol_layout_of *l, unsigned bits, const struct ol_kernel *k,
		      const uint8_t *p, uint64_t n, uint64_t at)
{
	uint8_t out[ITEMS];

	while (n) {
		size_t some = n < ITEMS ? (size_t)n : ITEMS;

		for (size_t i = 0; i < some; i++) {
			size_t bit = i * bits;
			unsigned v = p[bit / 8];

			if (bit % 8 + bits > 8)
				v |= (unsigned)p[bit / 8 + 1] << 8;
			out[i] = small(l, bits, v >> bit % 8);
		}
		ol_tally_add(t, l, k, out, some, at);
		p += some * bits / 8; /* ITEMS of them fill bytes */
		at += some;
		n -= some;
	}
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SWAPPED 1
#else
#define SWAPPED 0
#endif

/* The same elements with their bytes turned around. */
static void add_swapped(struct ol_tally *t, const struct ol_layout_of *l, const struct ol_kernel *k, const uint8_t *p, uint64_t n,
			uint64_t at)
{
	size_t width = (size_t)1 << l->width;
	uint64_t room[ITEMS];
	uint8_t *out = (uint8_t *)room;

	while (n) {
		size_t some = n < ITEMS ? (size_t)n : ITEMS;

		for (size_t i = 0; i < some * width; i++)
			out[i] = p[i - i % width + (width - 1 - i % width)];
		ol_tally_add(t, l, k, out, some, at);
		p += some * width;
		at += some;
		n -= some;
	}
}

void ol_weights_raw(struct ol_tally *t, int32_t dtype, const struct ol_kernel *k, const uint8_t *p, uint64_t n, uint64_t at)
{
	const struct ol_layout_of *l = ol_weights_layout(dtype);
	unsigned bits = ol_dtype_info(dtype)->bits;

	if (bits < 8)
		add_small(t, l, bits, k, p, n, at);
	else if (SWAPPED && l->width)
		add_swapped(t, l, k, p, n, at);
	else
		ol_tally_add(t, l, k, p, (size_t)n, at);
}

/* ---- typed fields ---- */

/* Elements that are gathered until a tally of them pays. */
struct gather {
	struct ol_tally *t;
	const struct ol_layout_of *l;
	const struct ol_kernel *k;
	unsigned bits;
	uint64_t left; /* elements that the shape asks for yet */
	uint64_t at;
	size_t n;
	uint64_t room[ITEMS];
};

static void flush(struct gather *g)
{
	if (g->n)
		ol_tally_add(g->t, g->l, g->k, g->room, g->n, g->at);
	g->at += g->n;
	g->n = 0;
}

static void put(struct gather *g, uint64_t v)
{
	uint8_t *to = (uint8_t *)g->room + (g->n << g->l->width);
	uint8_t a = (uint8_t)v;
	uint16_t b = (uint16_t)v;
	uint32_t c = (uint32_t)v;

	if (!g->left)
		return;
	g->left--;
	switch (g->l->width) {
	case 0:
		memcpy(to, &a, 1);
		break;
	case 1:
		memcpy(to, &b, 2);
		break;
	case 2:
		memcpy(to, &c, 4);
		break;
	default:
		memcpy(to, &v, 8);
	}
	if (++g->n == ITEMS)
		flush(g);
}

/* One item of a typed field: a byte's worth of elements of 2 or 4 bits, else one element. */
static void put_item(struct gather *g, uint64_t v)
{
	if (g->bits < 6)
		for (unsigned i = 0; i < 8; i += g->bits)
			put(g, small(g->l, g->bits, (unsigned)(v >> i)));
	else
		put(g, g->bits < 8 ? small(g->l, g->bits, (unsigned)v) : v);
}

static void begin(struct gather *g, struct ol_tally *t, int32_t dtype, const struct ol_kernel *k, uint64_t left, uint64_t at)
{
	g->t = t;
	g->l = ol_weights_layout(dtype);
	g->k = k;
	g->bits = ol_dtype_info(dtype)->bits;
	g->left = left;
	g->at = at;
	g->n = 0;
}

void ol_weights_typed(struct ol_tally *t, const struct ol_tensor *tensor, const struct ol_kernel *k, uint64_t n)
{
	const struct ol_layout_of *l = ol_weights_layout(tensor->dtype);
	unsigned field = ol_dtype_info(tensor->dtype)->data_field;
	struct gather g;

	/* these are as wide as what they hold: float_data, double_data, int64_data and int32_data of int32 */
	if (field == 4 || field == 10 || field == 7 || tensor->dtype == OL_DT_INT32 || tensor->dtype == OL_DT_UINT64) {
		ol_tally_add(t, l, k, tensor->data, (size_t)n, 0);
		return;
	}
	begin(&g, t, tensor->dtype, k, n, 0);
	for (uint64_t i = 0; i < tensor->count && g.left; i++)
		put_item(&g, field == 11 ? ((const uint64_t *)tensor->data)[i]
					 : (uint64_t)(int64_t)((const int32_t *)tensor->data)[i]);
	flush(&g);
}

int ol_weights_varints(struct ol_tally *t, int32_t dtype, const struct ol_kernel *k, struct ol_varints *v, const uint8_t *p,
		       size_t bytes, uint64_t n)
{
	struct gather g;

	begin(&g, t, dtype, k, n - v->at, v->at);
	for (size_t i = 0; i < bytes; i++) {
		if (v->shift > 63)
			return -1;
		v->value |= (uint64_t)(p[i] & 0x7f) << v->shift;
		v->shift += 7;
		if (p[i] & 0x80)
			continue;
		put_item(&g, v->value);
		v->value = 0;
		v->shift = 0;
	}
	flush(&g);
	v->at = g.at;
	return 0;
}

/* ---- where they are ---- */

struct ol_stored ol_weights_stored(const struct ol_model *m, const struct ol_tensor *t)
{
	const struct ol_dtype_info *info = ol_dtype_info(t->dtype);
	struct ol_stored s = {OL_WHERE_NOWHERE, 0, 0}, nowhere = s;
	int64_t n = ol_tensor_elements(t), bytes = n < 0 ? -1 : ol_dtype_bytes(t->dtype, n);
	/* small elements that have an item to themselves, or share a byte's */
	uint64_t per_item = info->bits && info->bits < 6 ? 8u / info->bits : 1;

	if (bytes <= 0 || ol_weights_layout(t->dtype)->form == OL_FORM_NONE)
		return nowhere;
	s.n = (uint64_t)n;
	s.bytes = (uint64_t)bytes;
	if (t->location == 1) {
		s.where = OL_WHERE_FIXED;
		return t->ext_file != OL_NONE && m->ext_files[t->ext_file].usable && t->ext_length >= s.bytes ? s : nowhere;
	}
	if (t->location != 0 || t->fields & (t->fields - 1))
		return nowhere;
	if (t->fields == 1u << 9) {
		s.where = t->data ? OL_WHERE_MEMORY : OL_WHERE_FIXED;
		return t->payload.length >= s.bytes ? s : nowhere;
	}
	if (t->fields != 1u << info->data_field || t->count < (s.n + per_item - 1) / per_item)
		return nowhere;
	if (t->data) {
		s.where = OL_WHERE_MEMORY;
	} else if (info->data_field == 4 || info->data_field == 10) {
		s.where = OL_WHERE_FIXED;
		return t->payload.length >= s.bytes ? s : nowhere;
	} else {
		s.where = OL_WHERE_VARINTS;
		s.bytes = t->payload.length;
	}
	return s;
}
