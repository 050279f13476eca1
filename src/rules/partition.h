/* partition.h: which islands of a graph a partial provider of onnxruntime would take. */
#ifndef OL_RULES_PARTITION_H
#define OL_RULES_PARTITION_H

#include "rules/stand.h"

/* A preview over the main graph; nodes that are only stored tensors (Constant) do not count. */
struct ol_partition {
	uint32_t nodes, taken;	   /* of the main graph; those that the provider takes */
	uint32_t islands, largest; /* groups of them; nodes of the largest */
	uint32_t n_split;	   /* nodes between islands: what comes after them starts a new one */
	const uint32_t *split;	   /* the first of these, in order, at most OL_SPLIT_MOST */
};
enum { OL_SPLIT_MOST = 64 };

/* own: by node. Memory from `a`; -1 when it is refused. Linear in nodes and their operands. */
int ol_partition(const struct ol_ir *ir, const struct ol_stand *own, struct ol_arena *a,
		 struct ol_partition *out);

#endif
