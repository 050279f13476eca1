/* wire.c: field headers of the protobuf wire format, checked against the message types.
 *
 * Source of the format: https://protobuf.dev/programming-guides/encoding/ . Stricter than protobuf
 * readers where a lenient one would see another model than a second lenient one: field 0, groups,
 * wrong wire types. */
#include "load/walk.h"

#include "onnx.pb-c.h"
#include "util/clock.h"
#include "util/text.h"

enum { CLOCK_EVERY = 16384 };

static const char *const wire_names[8] = {"a varint",	 "8 bytes",	  "length-delimited",
					  "a group",	 "a group's end", "4 bytes",
					  "wire type 6", "wire type 7"};

/* ---- message types ---- */

static enum wire wire_of(ProtobufCType t)
{
	switch (t) {
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return WIRE_32;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return WIRE_64;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return WIRE_BYTES;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_ENUM:
		break;
	}
	return WIRE_VARINT;
}

static enum field_use use_of(const ProtobufCMessageDescriptor *d, const ProtobufCFieldDescriptor *f)
{
	bool tensor = d == &onnx__tensor_proto__descriptor;

	if (f->type == PROTOBUF_C_TYPE_STRING)
		return strcmp(f->name, "doc_string") == 0				 ? USE_DROP
		       : d == &onnx__string_string_entry_proto__descriptor && f->id == 2 ? USE_TEXT
											 : USE_NAME;
	if (f->type == PROTOBUF_C_TYPE_BYTES)
		return tensor && f->id == 9 ? USE_RAW : USE_BYTES;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return f->descriptor == &onnx__graph_proto__descriptor ? USE_GRAPH : USE_MESSAGE;
	if (f->label == PROTOBUF_C_LABEL_REPEATED &&
	    ((tensor && f->id != 1) || d == &onnx__attribute_proto__descriptor))
		return USE_NUMBERS;
	return USE_COPY;
}

const struct shape *ol_walk_shape(const struct walk *w, const ProtobufCMessageDescriptor *d)
{
	for (uint8_t i = 0; i < w->n_shapes; i++)
		if (w->shapes[i].d == d)
			return &w->shapes[i];
	return NULL;
}

static int add_shape(struct walk *w, const ProtobufCMessageDescriptor *d)
{
	const struct shape *have = ol_walk_shape(w, d);

	if (have)
		return (int)(have - w->shapes);
	if (w->n_shapes == sizeof(w->shapes) / sizeof(*w->shapes))
		return ol_err_set(w->err, OL_ERR_INTERNAL,
				  "loader: too many message types in onnx.proto");
	w->shapes[w->n_shapes].d = d;
	return w->n_shapes++;
}

int ol_walk_shapes(struct walk *w)
{
	static const ProtobufCMessageDescriptor *const containers[] = {
	    &onnx__model_proto__descriptor, &onnx__graph_proto__descriptor,
	    &onnx__function_proto__descriptor, &onnx__training_info_proto__descriptor,
	    &onnx__node_proto__descriptor};

	for (size_t i = 0; i < sizeof(containers) / sizeof(*containers); i++)
		w->shapes[add_shape(w, containers[i])].container = true;
	w->model = &w->shapes[0];
	w->graph = &w->shapes[1];
	w->function = &w->shapes[2];
	w->training = &w->shapes[3];
	w->node = &w->shapes[4];
	for (uint8_t i = 0; i < w->n_shapes; i++) { /* grows while it is walked */
		struct shape *s = &w->shapes[i];

		for (unsigned k = 0; k < s->d->n_fields; k++) {
			const ProtobufCFieldDescriptor *f = &s->d->fields[k];
			struct field *to;
			int sub = 0;

			if (f->id >= FIELDS)
				return ol_err_set(w->err, OL_ERR_INTERNAL,
						  "loader: onnx.proto has field %u", f->id);
			to = &s->fields[f->id];
			if (f->type == PROTOBUF_C_TYPE_MESSAGE &&
			    (sub = add_shape(w, f->descriptor)) < 0)
				return -1;
			*to = (struct field){.name = f->name,
					     .use = (uint8_t)use_of(s->d, f),
					     .wire = (uint8_t)wire_of(f->type),
					     .repeated = f->label == PROTOBUF_C_LABEL_REPEATED,
					     .oneof = (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0,
					     .sub = (uint8_t)sub};
			to->packable = to->repeated && to->wire != WIRE_BYTES;
		}
	}
	return 0;
}

/* ---- bytes ---- */

const uint8_t *ol_walk_bytes(struct walk *w, uint64_t at, size_t n)
{
	const struct ol_source *s = w->src;
	const uint8_t *p;

	/* the common case, without a call */
	if (!s->mem && at >= s->at && at - s->at <= s->n && n <= s->n - (at - s->at))
		return s->window + (at - s->at);
	p = ol_source_get(w->src, at, n, w->err);
	if (!p)
		ol_walk_unreadable(w, at);
	return p;
}

int ol_walk_varint(struct walk *w, uint64_t *at, uint64_t end, uint64_t *value)
{
	size_t room = end - *at < 10 ? (size_t)(end - *at) : 10;
	const uint8_t *p = ol_walk_bytes(w, *at, room);
	uint64_t v = 0;

	if (!p)
		return -3;
	for (size_t i = 0; i < room; i++) {
		v |= (uint64_t)(p[i] & 0x7f) << (7 * i & 63);
		if (!(p[i] & 0x80)) {
			*value = v;
			*at += i + 1;
			return 0;
		}
	}
	return room < 10 ? -1 : -2;
}

/* Something passes the end of its message: either the file was cut, or a length is wrong. */
static int past_end(struct walk *w, const struct level *l, uint64_t at, uint64_t by,
		    const char *what)
{
	bool outer = l->shape == w->model;

	if (!w->text && l->end == w->size && (outer || w->missing)) {
		if (!w->missing)
			w->missing = by;
		w->m->complete = false;
		if (w->cut_told)
			return -1;
		w->cut_told = true;
		return ol_walk_bad(w, "model/truncated", at,
				   "truncated: the file ends at least %llu bytes too early: "
				   "copy or download it again, and "
				   "compare its size (%llu bytes) with the original's",
				   (unsigned long long)w->missing, (unsigned long long)w->size);
	}
	return ol_walk_bad(w, outer ? "model/trailing-data" : "model/malformed", at,
			   "%s passes the end of its message by %llu bytes: write the model again",
			   what, (unsigned long long)by);
}

static int bad_varint(struct walk *w, const struct level *l, uint64_t at, int how, const char *what)
{
	if (how == -3)
		return -1;
	if (how == -1)
		return past_end(w, l, at, 1, what);
	return ol_walk_bad(w, "model/malformed", at,
			   "%s is a varint of more than 10 bytes: write the model again", what);
}

/* ---- fields ---- */

static int unknown_field(struct walk *w, const struct level *l, const struct head *h)
{
	struct unknown *u = w->unknowns.at;

	if (++w->m->n_unknown_fields > w->lim->unknown_fields)
		return ol_walk_limit(w, offsetof(struct ol_limits, unknown_fields), h->start,
				     "the number of unknown fields");
	for (uint32_t i = 0; i < w->unknowns.n; i++)
		if (u[i].shape == l->shape && u[i].id == h->id) {
			u[i].n++;
			return 0;
		}
	if (w->unknowns.n >= 64)
		return 0; /* enough kinds told; all are counted */
	u = ol_walk_push(w, &w->unknowns, sizeof(*u));
	if (!u)
		return -1;
	*u = (struct unknown){.shape = l->shape, .id = h->id, .n = 1};
	u->first = (struct ol_span){h->start, h->at + h->length - h->start};
	u->place = OL_NOWHERE;
	u->place.graph = w->in_graph;
	u->place.node = w->in_node;
	return 0;
}

void ol_walk_unknowns(struct walk *w)
{
	const struct unknown *u = w->unknowns.at;

	for (uint32_t i = 0; i < w->unknowns.n; i++) {
		struct ol_place p = u[i].place;

		p.at = u[i].first;
		ol_model_diag(w->m, "model/unknown-field", p,
			      "field %u is not defined for %s and is ignored (%llu times, first at "
			      "byte %llu): the file "
			      "may need a newer reader",
			      u[i].id, u[i].shape->d->short_name, (unsigned long long)u[i].n,
			      (unsigned long long)u[i].first.offset);
	}
}

static int seen_twice(struct walk *w, struct level *l, const struct head *h)
{
	const struct field *f = h->f;

	if (f->oneof && l->oneof && l->oneof != h->id)
		ol_walk_tell(w, "model/duplicate-oneof", h->start, h->at + h->length - h->start,
			     "'%s' is set although '%s' is too, of which only one may be: the last "
			     "one counts",
			     f->name, l->shape->fields[l->oneof].name);
	if (f->oneof)
		l->oneof = (uint8_t)h->id;
	if (!(l->seen & 1u << h->id)) {
		l->seen |= 1u << h->id;
		return 0;
	}
	ol_walk_tell(
	    w, "model/repeated-field", h->start, h->at + h->length - h->start,
	    "the field stands more than once, which readers resolve differently: write it once");
	if ((f->use == USE_MESSAGE || f->use == USE_GRAPH) &&
	    ++l->repeats > w->lim->repeated_single)
		return ol_walk_limit(w, offsetof(struct ol_limits, repeated_single), h->start,
				     "a message that may stand once, repeated,");
	return 0;
}

static int wrong_wire(struct walk *w, const struct level *l, const struct head *h)
{
	if (h->wire == WIRE_GROUP || h->wire == WIRE_END_GROUP)
		return ol_walk_bad(
		    w,
		    l->shape == w->model && (l->seen & 1u << 7) ? "model/trailing-data"
								: "model/malformed",
		    h->start, "field %u of %s is %s, which ONNX never has: write the model again",
		    h->id, l->shape->d->short_name, wire_names[h->wire]);
	if (h->wire > WIRE_32)
		return ol_walk_bad(
		    w,
		    l->shape == w->model && (l->seen & 1u << 7) ? "model/trailing-data"
								: "model/malformed",
		    h->start, "field %u of %s has %s, which does not exist: write the model again",
		    h->id, l->shape->d->short_name, wire_names[h->wire]);
	return ol_walk_bad(w, "model/malformed", h->start,
			   "is written as %s where %s is expected: write the model again",
			   wire_names[h->wire], wire_names[h->f->wire]);
}

/* The content's place and length; what it may be is already known. */
static int content(struct walk *w, struct level *l, struct head *h, uint64_t at)
{
	uint64_t left;
	int how;

	h->value = 0;
	h->at = at;
	if (h->wire == WIRE_VARINT) {
		if ((how = ol_walk_varint(w, &at, l->end, &h->value)) != 0)
			return bad_varint(w, l, h->at, how, "the value");
		h->length = at - h->at;
		return 0;
	}
	if (h->wire == WIRE_BYTES) {
		if ((how = ol_walk_varint(w, &at, l->end, &h->length)) != 0)
			return bad_varint(w, l, h->at, how, "the length");
		h->at = at;
	} else {
		h->length = h->wire == WIRE_32 ? 4 : 8;
	}
	left = l->end - h->at;
	if (h->length <= left)
		return 0;
	if (l->end == w->size && (l->shape == w->model || w->missing) && !w->text && h->f &&
	    (h->f->use == USE_MESSAGE || h->f->use == USE_GRAPH) &&
	    w->shapes[h->f->sub].container) {
		/* cut within: go on inside, to tell where exactly and to keep what is there */
		if (!w->missing)
			w->missing = h->length - left;
		w->m->complete = false;
		h->length = left;
		return 0;
	}
	return past_end(w, l, h->at, h->length - left, "the content");
}

int ol_walk_field(struct walk *w, struct level *l, struct head *h)
{
	uint64_t tag, at = l->pos;
	int how;

	if (w->stop)
		return -1;
	if (at >= l->end)
		return 0;
	if (ol_clock_over(w->deadline, &w->since_clock, CLOCK_EVERY)) {
		w->m->late = w->stop = true;
		w->m->complete = false;
		return -1;
	}
	h->start = at;
	if ((how = ol_walk_varint(w, &at, l->end, &tag)) != 0) {
		l->field = 0;
		return bad_varint(w, l, h->start, how, "the field's tag");
	}
	h->wire = tag & 7;
	h->id = (uint32_t)(tag >> 3);
	if (tag > UINT32_MAX || h->id == 0) {
		l->field = 0;
		return ol_walk_bad(
		    w,
		    l->shape == w->model && (l->seen & 1u << 7) ? "model/trailing-data"
								: "model/malformed",
		    h->start, "%s of %s: write the model again",
		    h->id == 0 ? "field number 0, which does not exist, in the fields"
			       : "a field number past 32 bits in the fields",
		    l->shape->d->short_name);
	}
	h->f = h->id < FIELDS && l->shape->fields[h->id].use ? &l->shape->fields[h->id] : NULL;
	l->index = h->id == l->field ? l->index + 1 : 0;
	l->field = h->f ? (uint8_t)h->id : 0;
	if (h->wire == WIRE_GROUP || h->wire == WIRE_END_GROUP || h->wire > WIRE_32 ||
	    (h->f && h->wire != h->f->wire && !(h->f->packable && h->wire == WIRE_BYTES)))
		return wrong_wire(w, l, h);
	if (content(w, l, h, at))
		return -1;
	l->pos = h->at + h->length;
	if (!h->f)
		return unknown_field(w, l, h) ? -1 : 1;
	if (!h->f->repeated && seen_twice(w, l, h))
		return -1;
	return 1;
}

int ol_walk_packed(struct walk *w, const struct head *h, uint64_t *count)
{
	uint64_t at = h->at, end = h->at + h->length, n = 0;
	unsigned run = 0;

	if (h->f->wire != WIRE_VARINT) {
		unsigned size = h->f->wire == WIRE_32 ? 4 : 8;

		*count = h->length / size;
		if (h->length % size)
			return ol_walk_bad(
			    w, "model/malformed", h->at,
			    "packed numbers of %u bytes take %llu bytes, no whole number of them",
			    size, (unsigned long long)h->length);
		return 0;
	}
	while (at < end) {
		size_t got, want = end - at < 65536 ? (size_t)(end - at) : 65536;
		const uint8_t *p = ol_source_some(w->src, at, want, &got, w->err);

		if (!p)
			return ol_walk_unreadable(w, at);
		for (size_t i = 0; i < got; i++) {
			if (!(p[i] & 0x80)) {
				n++;
				run = 0;
			} else if (++run >= 10) {
				return ol_walk_bad(
				    w, "model/malformed", at + i,
				    "a packed number is a varint of more than 10 bytes");
			}
		}
		at += got;
	}
	if (run)
		return ol_walk_bad(w, "model/malformed", end, "the last packed number is cut");
	*count = n;
	return 0;
}

/* ---- strings ---- */

int ol_walk_string(struct walk *w, const struct head *h, bool *has_nul)
{
	bool name = h->f->use == USE_NAME;
	const uint8_t *p;
	unsigned odd;
	size_t n, bad;

	*has_nul = false;
	if (h->length > (name ? w->lim->name_length : w->lim->text_length))
		return ol_walk_limit(w,
				     name ? offsetof(struct ol_limits, name_length)
					  : offsetof(struct ol_limits, text_length),
				     h->at, name ? "a name's length" : "a text's length");
	n = (size_t)h->length;
	p = ol_walk_bytes(w, h->at, n);
	if (!p)
		return -1;
	odd = ol_walk_odd_bytes(p, n);
	if (name && n > NAME_NOTED)
		ol_walk_tell(w, "model/name-length", h->at, n,
			     "the name has %zu bytes: tools may cut or refuse it", n);
	/* the borrow of a zero byte may touch the byte above it: look again */
	if (odd & 1 && memchr(p, 0, n)) {
		*has_nul = true;
		if (name)
			ol_walk_tell(
			    w, "model/name-nul", h->at, n,
			    "the text holds a NUL byte, where C programs stop reading: remove it");
	}
	if (odd & 2 && !ol_utf8_valid((struct ol_str){(const char *)p, n}, &bad))
		ol_walk_tell(w, "model/name-utf8", h->at + bad, 1,
			     "byte %zu of the text is not valid UTF-8, which readers refuse or "
			     "replace: write it again",
			     bad);
	return 0;
}

int ol_walk_enter(struct walk *w, uint32_t depth, uint64_t at)
{
	if (depth > w->lim->message_depth)
		return ol_walk_limit(w, offsetof(struct ol_limits, message_depth), at,
				     "the nesting of messages");
	if (++w->m->n_messages > w->lim->messages)
		return ol_walk_limit(w, offsetof(struct ol_limits, messages), at,
				     "the number of messages");
	return 0;
}
