/* walk.h: the one pass over the wire format, shared by the files of this folder.
 *
 * Containers (ModelProto, GraphProto, FunctionProto, TrainingInfoProto, NodeProto) are walked field
 * by field where they stand in the file. Every other message is a leaf: it is checked on the wire
 * (leaf.c), copied without its payloads and nested graphs, unpacked by protobuf-c from that copy,
 * and converted to rows of the model (convert.c). Graphs found on the way are rows of model.graphs
 * at once and are walked when their turn comes, so nothing here recurses.
 *
 * A message that is wrong is left at the fault and its parent goes on behind it, since the parent's
 * lengths still hold; the model is then not complete. A limit, a read error or lack of memory stops
 * everything. */
#ifndef OL_LOAD_WALK_H
#define OL_LOAD_WALK_H

#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include "load/load.h"
#include "load/source.h"
#include "util/buf.h"

enum {
	TEXT_KEPT = 64 * 1024, /* of a longer doc_string, metadata value or bytes attribute the
				  beginning is kept */
	NAME_NOTED = 4096,     /* a longer name is told */
	FIELDS = 32	       /* onnx.proto numbers its fields below this */
};

/* What a leaf does with a field. */
enum field_use {
	USE_NONE,    /* no such field */
	USE_COPY,    /* numbers */
	USE_NAME,    /* string that identifies something */
	USE_TEXT,    /* string that is for people: cut */
	USE_DROP,    /* doc_string: checked, not kept */
	USE_BYTES,   /* cut */
	USE_RAW,     /* raw_data: where it is */
	USE_NUMBERS, /* repeated numbers: where they are */
	USE_GRAPH,   /* nested graph: where it is */
	USE_MESSAGE
};

enum wire { WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_GROUP, WIRE_END_GROUP, WIRE_32 };

struct field {
	const char *name;
	uint8_t use;  /* enum field_use */
	uint8_t wire; /* enum wire of one element */
	bool repeated, packable, oneof;
	uint8_t sub; /* message: index of its shape */
};

/* A message type, made from protobuf-c's descriptor for look-up by field number. */
struct shape {
	const ProtobufCMessageDescriptor *d;
	bool container;
	struct field fields[FIELDS];
};

/* A message being walked. */
struct level {
	uint64_t pos, end;
	const struct shape *shape;
	uint32_t seen;	  /* bit a singular field */
	uint32_t repeats; /* of singular messages */
	uint8_t oneof;	  /* field number of the member seen, 0 none */
	uint8_t field;	  /* field number being walked, for the path */
	uint32_t index;	  /* and which of its run */
};

/* A field's header. */
struct head {
	uint32_t id;
	uint8_t wire;
	const struct field *f; /* NULL: unknown */
	uint64_t start;	       /* of its tag */
	uint64_t at, length;   /* of its content */
	uint64_t value;	       /* varint */
};

/* Where numbers or raw bytes of a leaf stand. */
struct piece {
	uint64_t at, length;
	uint8_t field;
	uint8_t wire; /* of an element */
	bool packed;  /* else: elements with a tag each */
	bool raw;
};

/* A TensorProto within a leaf. */
struct tensor_at {
	struct ol_span at;
	uint32_t first, n; /* pieces */
};

/* A nested graph within an attribute. */
struct graph_at {
	struct ol_span at;
	uint8_t field;
};

/* A part of a graph that is to be walked; a graph that stands twice in a singular field has
 * several. */
struct part {
	struct ol_span at;
	uint32_t next;	/* index of the next part + 1, 0: last */
	uint32_t depth; /* messages above it */
};

struct unknown {
	const struct shape *shape;
	uint32_t id;
	uint64_t n;
	struct ol_span first;
	struct ol_place place;
};

/* Growable scratch; items are of one size. */
struct vec {
	void *at;
	uint32_t n, cap;
};

struct walk {
	struct ol_model *m;
	struct ol_source *src;
	const struct ol_limits *lim;
	struct ol_err *err;
	uint64_t size;
	uint64_t budget;  /* for arena and arrays */
	uint64_t held;	  /* bytes of arrays */
	uint64_t deadline; /* as ol_load_options */
	uint32_t since_clock;
	bool stop;	  /* limit, deadline, memory or read error: nothing further is read */
	bool refused;	  /* memory: no model at all */
	bool text;	  /* from text syntax: offsets mean nothing to the user */
	uint64_t missing; /* a top-level field passes the end of the file by this much */
	bool cut_told;

	struct shape shapes[40];
	uint8_t n_shapes;
	const struct shape *model, *graph, *function, *training, *node;

	/* where the walk is, for diags */
	uint32_t in_graph;   /* row or OL_NONE */
	uint32_t in_node;    /* row of model.nodes or OL_NONE */
	struct level *stack; /* leaf levels */
	uint32_t n_stack, cap_stack;
	struct level *top[3]; /* containers: model; training; graph or function, node */
	uint32_t n_top;

	struct ol_arena scratch; /* protobuf-c's, forgotten after each leaf */
	ProtobufCAllocator alloc;
	bool alloc_failed;
	struct ol_buf copy;
	struct vec frames;  /* leaf.c's own */
	struct vec pieces;  /* struct piece: of tensors */
	struct vec lists;   /* struct piece: of an attribute's own floats and ints */
	struct vec tensors; /* struct tensor_at */
	struct vec subs;    /* struct graph_at */

	struct graph_walk *gw; /* graphs.c's own */
	const struct ol_load_options *o;
	uint8_t *added;	       /* by o->functions: it is in the model; NULL: none are looked for */
	uint8_t *called;       /* by name: 1 no function of o has it, 2 some has; 0 not yet asked */
	uint32_t n_called, scanned; /* scanned: nodes that were looked at for calls */
	struct vec parts;      /* struct part */
	struct vec first_part; /* uint32_t a graph: index of its first part + 1 */
	struct vec unknowns;   /* struct unknown */

	uint32_t cap_graphs, cap_nodes, cap_names_of, cap_attrs, cap_tensors, cap_sparses,
	    cap_infos, cap_types, cap_annotations, cap_opsets, cap_functions, cap_kvlists;
};

/* ---- wire.c ---- */
int ol_walk_shapes(struct walk *w);
const struct shape *ol_walk_shape(const struct walk *w, const ProtobufCMessageDescriptor *d);
/* The next field of a level: 1; 0 at its end; -1 when the message is wrong (told) or the walk
 * stops. */
int ol_walk_field(struct walk *w, struct level *l, struct head *h);
/* The bytes [at, end) where they lie in memory already; else NULL, and nothing has happened. */
static inline const uint8_t *ol_walk_at_hand(const struct walk *w, uint64_t at, uint64_t end)
{
	const struct ol_source *s = w->src;
	uint64_t from = s->mem ? 0 : s->at, have = s->mem ? s->size : s->n;

	if (at < from || end < at || end - from > have)
		return NULL;
	return (s->mem ? s->mem : s->window) + (at - from);
}
/* n bytes at a place that is known to be in the file; NULL stops the walk. */
const uint8_t *ol_walk_bytes(struct walk *w, uint64_t at, size_t n);
/* A varint within [*at, end): 0 and *at behind it; -1 cut by end; -2 longer than 10 bytes; -3 the
 * walk stops. */
int ol_walk_varint(struct walk *w, uint64_t *at, uint64_t end, uint64_t *value);
/* Counts the elements of packed numbers, and checks that they are well-formed. -1 told or stopped.
 */
int ol_walk_packed(struct walk *w, const struct head *h, uint64_t *count);
/* Checks a string field: length, NUL, UTF-8. *has_nul says that a NUL is to be replaced. */
int ol_walk_string(struct walk *w, const struct head *h, bool *has_nul);
/* Bit 0: perhaps a NUL, bit 1: a byte beyond ASCII. Eight bytes at a time. */
static inline unsigned ol_walk_odd_bytes(const uint8_t *p, size_t n)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	uint64_t v, high = 0, zero = 0;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&v, p, 8);
		high |= v;
		zero |= (v - ones) & ~v;
	}
	for (; n; n--, p++) {
		high |= *p;
		zero |= *p == 0 ? highs : 0;
	}
	return (zero & highs ? 1u : 0) | (high & highs ? 2u : 0);
}
/* Is a message allowed at this depth? Counts it. */
int ol_walk_enter(struct walk *w, uint32_t depth, uint64_t at);
void ol_walk_unknowns(struct walk *w);

/* ---- added.c ---- */
/* Prepares for the functions that options add. -1: memory was refused. */
int ol_walk_added_begin(struct walk *w);
/* Lines up those that nodes read since the last call use. -1 the walk stops. */
int ol_walk_added(struct walk *w);
/* Their rows get spans of no bytes: they stand in no file. */
void ol_walk_added_end(struct walk *w);
/* walk.c: a row for a function and its graph. */
int ol_walk_add_function(struct walk *w, struct ol_span at);

/* ---- tell.c ---- */
/* A diag at a byte of the file, in the words of the message's path:
 * "graph.node[3].attribute.t.dims: …". */
void ol_walk_tell(struct walk *w, const char *rule, uint64_t at, uint64_t length, const char *fmt,
		  ...) __attribute__((format(printf, 5, 6)));
/* The same, and the model is not complete; -1. */
int ol_walk_bad(struct walk *w, const char *rule, uint64_t at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for a limit: stops the walk. */
int ol_walk_limit(struct walk *w, size_t member, uint64_t at, const char *what);
/* No memory, or a read error in w->err: stops the walk; -1. */
int ol_walk_refused(struct walk *w);
int ol_walk_unreadable(struct walk *w, uint64_t at);
/* Room for `more` further items; NULL when refused. Counts against the budget. */
void *ol_walk_grow(struct walk *w, void *at, uint32_t n, uint32_t more, uint32_t *cap, size_t size);
void *ol_walk_push(struct walk *w, struct vec *v, size_t size);
uint32_t ol_walk_name(struct walk *w, const char *p, size_t n); /* interned; UINT32_MAX: stopped */

/* ---- leaf.c ---- */
/* Checks a message on the wire and unpacks it from a compact copy; the result lives until the next
 * leaf. NULL: told. */
ProtobufCMessage *ol_walk_leaf(struct walk *w, const struct head *h, const struct shape *shape,
			       uint32_t depth);

/* ---- numbers.c ---- */
/* Decodes numbers of pieces (all of field `field`) into the arena: *count elements. NULL: stopped.
 */
void *ol_walk_numbers(struct walk *w, const struct piece *p, uint32_t n, uint8_t field,
		      bool is_attr, uint64_t *count);
size_t ol_walk_number_size(uint8_t field, bool is_attr);
int ol_walk_count(struct walk *w, const struct piece *p, uint32_t n, uint8_t field,
		  uint64_t *count);

/* ---- convert.c: leaves to rows; 0, or -1 when the walk stops ---- */
struct Onnx__TensorProto;
int ol_walk_tensor(struct walk *w, const ProtobufCMessage *msg, struct ol_tensor *t);
int ol_walk_sparse(struct walk *w, const ProtobufCMessage *msg, struct ol_span at,
		   struct ol_sparse *s);
int ol_walk_info(struct walk *w, const ProtobufCMessage *msg, struct ol_span at, struct ol_info *i);
int ol_walk_attr(struct walk *w, const ProtobufCMessage *msg, struct ol_span at, uint32_t depth,
		 struct ol_attr *a);
int ol_walk_kv(struct walk *w, const ProtobufCMessage *msg, struct ol_kv *kv);
int ol_walk_annotation(struct walk *w, const ProtobufCMessage *msg, struct ol_annotation *a);
int ol_walk_opset(struct walk *w, const ProtobufCMessage *msg, struct ol_span at,
		  struct ol_opset *o);
/* A new row of model.tensors for a tensor that is no initializer. */
uint32_t ol_walk_add_tensor(struct walk *w, const struct ol_tensor *t);

/* ---- graphs.c ---- */
int ol_walk_take_name(struct walk *w, const struct head *h, uint32_t *id);
int ol_walk_add_kv(struct walk *w, const struct head *h, uint32_t depth, struct vec *to);
int ol_walk_keep_kvs(struct walk *w, const struct vec *v, uint32_t *row);
/* A new graph, to be walked later; UINT32_MAX: stopped. */
uint32_t ol_walk_add_graph(struct walk *w, enum ol_graph_kind kind, struct ol_span at,
			   uint32_t depth);
int ol_walk_add_part(struct walk *w, uint32_t graph, struct ol_span at, uint32_t depth);
void ol_walk_graphs(struct walk *w);
/* The initializers of the graph being walked give way to another tensor row. */
int ol_walk_make_way(struct walk *w);

/* ---- walk.c ---- */
/* Walks the model in w->src; what is wrong becomes diags. -1 when memory was refused. */
int ol_walk_model(struct ol_model *m, const struct ol_load_options *o, bool text,
		  struct ol_err *err);

/* ---- sniff.c ---- */
/* What a file is by its first bytes, when it is no model: "a ZIP archive: …" with the way out; NULL
 * when not known. */
const char *ol_sniff(const uint8_t *head, size_t n, uint64_t size, const char *path);
bool ol_sniff_is_text(const uint8_t *head, size_t n);

/* ---- external.c ---- */
/* Checks every tensor with external data; opens and measures the files. -1 when memory was refused.
 */
int ol_external_check(struct ol_model *m, const struct ol_load_options *o, struct ol_err *err);

#endif
