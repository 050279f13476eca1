/* find_node.c: the node that a person names: by its name, "#INDEX" in the main graph or "=OUTPUT". */
#include "api/api.h"
#include "util/text.h"

uint32_t ol_api_find_node(const struct ol_ir *ir, struct ol_str s)
{
	const struct ol_model *m = ir->model;
	struct ol_str rest = s.n ? (struct ol_str){s.p + 1, s.n - 1} : s;
	uint32_t name, v;
	int64_t i;

	if (!m->n_graphs)
		return OL_NONE;
	if (ol_str_starts(s, "#"))
		return ol_text_int(rest, &i) && i >= 0 && i < m->graphs[0].nodes.n
			       ? m->graphs[0].nodes.first + (uint32_t)i
			       : OL_NONE;
	name = ol_intern_find(&m->names, ol_str_starts(s, "=") ? rest : s);
	if (name == UINT32_MAX || name == 0)
		return OL_NONE;
	if (ol_str_starts(s, "=")) {
		v = ol_ir_find_value(ir, 0, name);
		return v == OL_NONE ? OL_NONE : ir->values[v].producer;
	}
	for (uint32_t n = 0; n < m->n_nodes; n++)
		if (m->nodes[n].name == name)
			return n;
	return OL_NONE;
}
