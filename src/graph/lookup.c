/* lookup.c: the value of a name in a graph, after building. Most names have one definition in the
 * whole model, which ir.name_value holds; the others are in a hash of (graph, name), keyed like the
 * names themselves. */
#include <stdlib.h>
#include <string.h>

#include "graph/build.h"

static uint32_t more_slot(const struct ol_ir *ir, uint32_t graph, uint32_t name)
{
	uint64_t h = ((uint64_t)graph << 32 | name) ^ ir->model->names.key[0];

	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33 ^ ir->model->names.key[1];
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32) & ir->more_mask;
}

static void more_place(struct ol_ir *ir, uint32_t value)
{
	uint32_t i = more_slot(ir, ir->values[value].graph, ir->values[value].name);

	while (ir->more[i] != OL_NONE)
		i = (i + 1) & ir->more_mask;
	ir->more[i] = value;
}

int ol_graph_index_value(struct ol_ir *ir, uint32_t value)
{
	if (!ir->more || ir->n_more > ir->more_mask / 2) {
		uint32_t *old = ir->more, n = old ? ir->more_mask + 1 : 0, cap = n ? n * 2 : 64;
		uint32_t *next = n > UINT32_MAX / 4 ? NULL : malloc((size_t)cap * sizeof(*next));

		if (!next)
			return -1;
		memset(next, 0xff, (size_t)cap * sizeof(*next));
		ir->more = next;
		ir->more_mask = cap - 1;
		for (uint32_t i = 0; i < n; i++)
			if (old[i] != OL_NONE)
				more_place(ir, old[i]);
		free(old);
	}
	more_place(ir, value);
	ir->n_more++;
	return 0;
}

uint32_t ol_ir_find_value(const struct ol_ir *ir, uint32_t graph, uint32_t name)
{
	if (name == 0 || name >= ir->n_name_value || ir->name_value[name] == OL_NONE)
		return OL_NONE;
	while (graph != OL_NONE) {
		uint32_t v = ir->name_value[name];

		if (ir->values[v].graph == graph)
			return v;
		if (ir->more) {
			uint32_t i = more_slot(ir, graph, name);

			for (; ir->more[i] != OL_NONE; i = (i + 1) & ir->more_mask) {
				v = ir->more[i];
				if (ir->values[v].graph == graph && ir->values[v].name == name)
					return v;
			}
		}
		/* training graphs share the names of the main graph (onnx.proto, TrainingInfoProto)
		 */
		if (ir->model->graphs[graph].kind == OL_GRAPH_TRAINING &&
		    ir->model->graphs[0].kind == OL_GRAPH_MAIN)
			graph = 0;
		else
			graph = ir->model->graphs[graph].parent;
	}
	return OL_NONE;
}
