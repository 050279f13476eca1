/* graphs.h: what graphs.c and nodes.c share: the graph that is being walked. */
#ifndef OL_LOAD_GRAPHS_H
#define OL_LOAD_GRAPHS_H

#include "load/walk.h"

/* Rows of the graph being walked that must be contiguous, whatever order the file has them in. */
struct staged {
	struct vec infos[3]; /* input, output, value_info */
	struct vec sparse, annotations, opsets, attrs, attr_names, kv;
	struct vec ins, outs, node_kv; /* of the node */
	/* Initializers: at the end of model.tensors, while nothing else is added; then in `inits`. */
	uint32_t first_init, n_init;
	struct vec inits;
};

/* Names of nodes wait here for their ids. Each look-up of a new name is a miss in every cache:
 * asked for one by one they would take most of the time of loading a large model, so the table's
 * place is fetched ahead (PENDING names). */
enum { PENDING = 64, PENDING_BYTES = 8192, OL_PLAIN_NAME = 127 };

enum name_of { OF_INPUT, OF_OUTPUT, OF_NAME, OF_OP_TYPE, OF_DOMAIN, OF_OVERLOAD, OF_NOTHING };

struct pending {
	uint32_t node, k; /* k-th input or output */
	uint32_t hash;
	uint16_t at, n; /* in `bytes` */
	uint8_t of;	/* enum name_of */
};

/* Reached from convert.c through ol_walk_make_way. */
struct graph_walk {
	struct staged s;
	struct pending pending[PENDING];
	uint32_t n_pending, n_bytes;
	char bytes[PENDING_BYTES];
};

#define ADD(w, vec, type, item) ol_walk_add_item((w), (vec), &(item), sizeof(type))
int ol_walk_add_item(struct walk *w, struct vec *v, const void *item, size_t size);
/* Appends staged items to one of the model's arrays, given by the address of its pointer; the range
 * they got. */
int ol_walk_append(struct walk *w, const struct vec *v, void *array, uint32_t *n, uint32_t *cap,
		   size_t size, struct ol_range *range);

static inline struct ol_span ol_walk_span(const struct head *h)
{
	return (struct ol_span){h->at, h->length};
}

/* A leaf of the field's own type; NULL: told or stopped. */
static inline ProtobufCMessage *ol_walk_field_leaf(struct walk *w, const struct head *h,
						   uint32_t depth)
{
	return ol_walk_leaf(w, h, &w->shapes[h->f->sub], depth);
}

/* ---- attrs.c ---- */
/* 1: the attribute is plain, and is in `a`; 0: it is not, nothing was changed; -1: the walk stops. */
int ol_walk_plain_attr(struct walk *w, const struct head *h, uint32_t depth, struct ol_attr *a);

/* ---- nodes.c ---- */
int ol_walk_add_node(struct walk *w, const struct head *h, uint32_t depth);
int ol_walk_node_attr(struct walk *w, const struct head *h, uint32_t depth, struct ol_attr *a);
/* Gives ids to the names that still wait. */
int ol_walk_give_ids(struct walk *w);

#endif
