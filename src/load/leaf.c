/* leaf.c: one message that is no container: checked, copied compactly, unpacked by protobuf-c.
 *
 * The copy leaves out what would cost memory or time in proportion to bytes rather than structure:
 * raw_data and lists of numbers (their places are noted instead), nested graphs (walked later),
 * doc_strings, long texts and unknown fields. A tensor's raw_data becomes a token: its index among
 * the leaf's tensors. protobuf-c cuts strings at a NUL, so that "Relu\0x" would read as Relu: the
 * copy has byte 0x1A in its place. Lengths are written as five bytes, since what is left out is
 * known only at the end of a message. */
#include "load/walk.h"

#include "onnx.pb-c.h"

enum { LENGTH_BYTES = 5, NUL_STANDS_AS = 0x1a };

struct frame {
	size_t length_at; /* in the copy */
	uint32_t tensor;  /* index of the tensor whose frame this is, or OL_NONE */
	uint64_t start;
	uint32_t first_piece;
};

static char *put_varint(char *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (char)(v | 0x80);
		v >>= 7;
	}
	*p++ = (char)v;
	return p;
}

/* The tag of h in wire type `wire`, then room for n bytes: where they go, or NULL. */
static char *put_tag(struct walk *w, const struct head *h, uint8_t wire, size_t n)
{
	char *p = ol_buf_reserve(&w->copy, n + 20), *q;

	if (!p) {
		ol_walk_refused(w);
		return NULL;
	}
	q = put_varint(p, (uint64_t)h->id << 3 | wire);
	w->copy.n += (size_t)(q - p);
	return q;
}

static int put_bytes(struct walk *w, const struct head *h, size_t n, bool has_nul)
{
	const uint8_t *from = ol_walk_bytes(w, h->at, n);
	char *p, *q;

	if (!from)
		return -1;
	p = put_tag(w, h, WIRE_BYTES, n);
	if (!p)
		return -1;
	q = put_varint(p, n);
	if (n)
		memcpy(q, from, n);
	w->copy.n += (size_t)(q - p) + n;
	for (; has_nul && n; n--, q++)
		if (*q == 0)
			*q = NUL_STANDS_AS;
	return 0;
}

static int push_frame(struct walk *w, const struct shape *shape, uint64_t at, uint64_t length)
{
	struct frame *f;

	if (w->n_stack == w->cap_stack) {
		struct level *p =
		    ol_walk_grow(w, w->stack, w->n_stack, 1, &w->cap_stack, sizeof(*p));

		if (!p)
			return -1;
		w->stack = p;
	}
	f = ol_walk_push(w, &w->frames, sizeof(*f));
	if (!f)
		return -1;
	*f = (struct frame){.length_at = w->copy.n, .tensor = OL_NONE, .start = at};
	w->stack[w->n_stack++] = (struct level){.pos = at, .end = at + length, .shape = shape};
	if (shape->d == &onnx__tensor_proto__descriptor) {
		struct tensor_at *t = ol_walk_push(w, &w->tensors, sizeof(*t));

		if (!t)
			return -1;
		*t = (struct tensor_at){{at, length}, w->pieces.n, 0};
		f->tensor = w->tensors.n - 1;
	}
	return 0;
}

/* The end of the innermost message: a tensor's token, then the length. */
static int pop_frame(struct walk *w)
{
	struct frame *f = (struct frame *)w->frames.at + --w->frames.n;

	if (f->tensor != OL_NONE) {
		struct tensor_at *t = (struct tensor_at *)w->tensors.at + f->tensor;
		char *p = put_tag(w, &(struct head){.id = 9}, WIRE_BYTES, 5);

		if (!p)
			return -1;
		*p++ = 4;
		memcpy(p, &f->tensor, 4);
		w->copy.n += 5;
		t->n = w->pieces.n - t->first;
	}
	w->n_stack--;
	if (w->n_stack) { /* the outermost has no length before it */
		size_t n = w->copy.n - f->length_at;
		char *p = w->copy.p + f->length_at - LENGTH_BYTES;

		if (n > INT32_MAX)
			return ol_walk_refused(w);
		for (int i = 0; i < LENGTH_BYTES; i++, n >>= 7)
			p[i] = (char)((n & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0));
	}
	return 0;
}

static int enter(struct walk *w, const struct head *h, uint32_t depth)
{
	if (ol_walk_enter(w, depth + w->n_stack, h->at) || !put_tag(w, h, WIRE_BYTES, LENGTH_BYTES))
		return -1;
	w->copy.n += LENGTH_BYTES;
	return push_frame(w, &w->shapes[h->f->sub], h->at, h->length);
}

static int add_piece(struct walk *w, const struct head *h, bool raw)
{
	const struct frame *f = (const struct frame *)w->frames.at + w->frames.n - 1;
	struct vec *v = f->tensor != OL_NONE ? &w->pieces : &w->lists;
	uint32_t first =
	    f->tensor != OL_NONE ? ((struct tensor_at *)w->tensors.at)[f->tensor].first : 0;
	bool packed = raw || h->wire == WIRE_BYTES;
	struct piece *p = v->n > first ? (struct piece *)v->at + v->n - 1 : NULL;
	uint64_t count;

	if (packed && !raw && ol_walk_packed(w, h, &count))
		return -1;
	if (!packed && p && !p->packed && p->field == h->id && p->at + p->length == h->start) {
		p->length = h->at + h->length - p->at; /* goes on: elements with a tag each */
		return 0;
	}
	p = ol_walk_push(w, v, sizeof(*p));
	if (!p)
		return -1;
	*p = (struct piece){.at = h->at,
			    .length = h->length,
			    .field = (uint8_t)h->id,
			    .wire = h->f->wire,
			    .packed = packed,
			    .raw = raw};
	if (!packed) {
		p->at = h->start;
		p->length = h->at + h->length - h->start;
	}
	return 0;
}

static int copy_number(struct walk *w, const struct head *h)
{
	uint64_t count;
	char *p;

	if (h->wire == WIRE_BYTES)
		return ol_walk_packed(w, h, &count) ? -1
						    : put_bytes(w, h, (size_t)h->length, false);
	p = put_tag(w, h, h->wire, 10);
	if (!p)
		return -1;
	if (h->wire == WIRE_VARINT) {
		w->copy.n += (size_t)(put_varint(p, h->value) - p);
	} else {
		const uint8_t *from = ol_walk_bytes(w, h->at, (size_t)h->length);

		if (!from)
			return -1;
		memcpy(p, from, (size_t)h->length);
		w->copy.n += (size_t)h->length;
	}
	return 0;
}

/* A text is cut between characters. */
static size_t kept(struct walk *w, const struct head *h)
{
	size_t n = TEXT_KEPT;
	const uint8_t *p;

	if (h->length <= TEXT_KEPT)
		return (size_t)h->length;
	p = ol_walk_bytes(w, h->at, n + 1);
	if (p && h->f->use == USE_TEXT)
		while (n > TEXT_KEPT - 4 && (p[n] & 0xc0) == 0x80)
			n--;
	return n;
}

static int take(struct walk *w, const struct head *h, uint32_t depth)
{
	struct graph_at *g;
	bool has_nul;

	switch ((enum field_use)h->f->use) {
	case USE_NONE:
		return 0;
	case USE_COPY:
		return copy_number(w, h);
	case USE_NAME:
		return ol_walk_string(w, h, &has_nul) ? -1
						      : put_bytes(w, h, (size_t)h->length, has_nul);
	case USE_TEXT:
		return ol_walk_string(w, h, &has_nul) ? -1 : put_bytes(w, h, kept(w, h), has_nul);
	case USE_DROP:
		return ol_walk_string(w, h, &has_nul);
	case USE_BYTES:
		return put_bytes(w, h, kept(w, h), false);
	case USE_RAW:
		return add_piece(w, h, true);
	case USE_NUMBERS:
		return add_piece(w, h, false);
	case USE_GRAPH:
		g = ol_walk_push(w, &w->subs, sizeof(*g));
		if (!g)
			return -1;
		*g = (struct graph_at){{h->at, h->length}, (uint8_t)h->id};
		return 0;
	case USE_MESSAGE:
		return enter(w, h, depth);
	}
	return 0;
}

ProtobufCMessage *ol_walk_leaf(struct walk *w, const struct head *h, const struct shape *shape,
			       uint32_t depth)
{
	ProtobufCMessage *msg;
	struct head sub;
	int r = 0;

	ol_arena_reset(&w->scratch);
	ol_buf_clear(&w->copy);
	w->pieces.n = w->lists.n = w->tensors.n = w->subs.n = w->frames.n = 0;
	w->n_stack = 0;
	if (ol_walk_enter(w, depth, h->at) || push_frame(w, shape, h->at, h->length))
		r = -1;
	while (r == 0 && w->n_stack) {
		r = ol_walk_field(w, &w->stack[w->n_stack - 1], &sub);
		if (r == 1)
			r = sub.f ? take(w, &sub, depth) : 0;
		else if (r == 0)
			r = pop_frame(w);
	}
	w->n_stack = 0;
	if (r)
		return NULL;
	w->alloc_failed = false;
	msg =
	    protobuf_c_message_unpack(shape->d, &w->alloc, w->copy.n,
				      w->copy.n ? (const uint8_t *)w->copy.p : (const uint8_t *)"");
	if (!msg && w->alloc_failed)
		ol_walk_refused(w);
	else if (!msg)
		ol_walk_bad(
		    w, "model/malformed", h->at,
		    "its repeated parts cannot be merged into one %s: write the model again",
		    shape->d->short_name);
	return msg;
}
