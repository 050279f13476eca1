/* kinds.c: the distinct operators of the model. Everything that depends on (domain, op_type,
 * overload, imports) alone is found once a kind, not once a node. */
#include <stdlib.h>
#include <string.h>

#include "graph/build.h"

static int index_imports(struct ol_build *b, uint32_t scope, const struct ol_range *r)
{
	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		uint32_t domain = ol_graph_domain(b, b->m->all_opsets[i].domain);
		uint32_t *row = ol_keymap_put(&b->opsets, (struct ol_key){{domain, scope, 0, 0}});

		if (!row)
			return -1;
		*row = i; /* of two for one domain the last counts, as in readers that use a map */
	}
	return 0;
}

static int index_functions(struct ol_build *b)
{
	struct ol_model *m = b->m;

	for (uint32_t f = 0; f < m->n_functions; f++) {
		const struct ol_function *fn = &m->functions[f];
		struct ol_key key = {{ol_graph_domain(b, fn->domain), fn->name, fn->overload, 0}};
		uint32_t *row = ol_keymap_put(&b->functions, key);

		if (!row || index_imports(b, f, &fn->opsets) != 0)
			return -1;
		if (*row != OL_NONE)
			ol_graph_tell(b, "domain/function-duplicate", ol_graph_at_function(m, f),
				      "function '%s' is defined twice (functions #%u and #%u): "
				      "keep one, or give them "
				      "different overloads",
				      FLABEL(m, f), *row, f);
		else
			*row = f;
	}
	return 0;
}

static int new_kind(struct ol_build *b, const struct ol_node *n, uint32_t scope, uint32_t *cap)
{
	struct ol_ir *ir = b->ir;
	struct ol_opkind *k = ol_graph_grow(ir->kinds, ir->n_kinds, cap, sizeof(*k));
	uint32_t domain = ol_graph_domain(b, n->domain), import;

	if (!k)
		return -1;
	ir->kinds = k;
	k = &ir->kinds[ir->n_kinds];
	import = ol_keymap_get(&b->opsets, (struct ol_key){{ domain, scope, 0, 0 }});
	*k = (struct ol_opkind){.domain = n->domain,
				.op_type = n->op_type,
				.overload = n->overload,
				.scope = scope,
				.is_onnx = domain == 0};
	k->opset = import == OL_NONE ? -1 : b->m->all_opsets[import].version;
	k->function =
	    ol_keymap_get(&b->functions, (struct ol_key){{domain, n->op_type, n->overload, 0}});
	ir->n_kinds++;
	return 0;
}

static int group_nodes(struct ol_build *b)
{
	struct ol_ir *ir = b->ir;
	uint32_t at = 0, nodes = b->m->n_nodes;

	for (uint32_t n = 0; n < nodes; n++)
		ir->kinds[ir->node_kind[n]].nodes.n++;
	for (uint32_t k = 0; k < ir->n_kinds; k++) {
		ir->kinds[k].nodes.first = at;
		at += ir->kinds[k].nodes.n;
		ir->kinds[k].nodes.n = 0;
	}
	for (uint32_t n = 0; n < nodes; n++) {
		struct ol_opkind *k = &ir->kinds[ir->node_kind[n]];

		ir->nodes_by_kind[k->nodes.first + k->nodes.n++] = n;
	}
	return 0;
}

/* What a Constant node makes is a constant, and its tensor is at hand. */
static void mark_constants(struct ol_build *b, const struct ol_opkind *k)
{
	struct ol_model *m = b->m;
	uint32_t value = ol_intern_find(&m->names, OL_STR("value"));

	for (uint32_t i = k->nodes.first; i < k->nodes.first + k->nodes.n; i++) {
		uint32_t n = b->ir->nodes_by_kind[i], v;
		const struct ol_range *attrs = &m->nodes[n].attrs;

		v = m->nodes[n].outputs.n ? ol_ir_outputs(b->ir, n)[0] : OL_NONE;
		if (v == OL_NONE)
			continue;
		b->ir->values[v].flags |= OL_VALUE_CONSTANT;
		for (uint32_t a = attrs->first; a < attrs->first + attrs->n; a++)
			if (m->attrs[a].name == value && m->attrs[a].type == OL_ATTR_TENSOR &&
			    m->attrs[a].n == 1) {
				b->ir->values[v].tensor = m->attrs[a].list.ids[0];
				b->ir->tensor_value[m->attrs[a].list.ids[0]] = v;
				break;
			}
	}
}

enum { RECENT = 64 };

static bool is_kind(const struct ol_opkind *k, const struct ol_key *key)
{
	return k->domain == key->at[0] && k->op_type == key->at[1] && k->overload == key->at[2] &&
	       k->scope == key->at[3];
}

int ol_graph_kinds(struct ol_build *b)
{
	struct ol_model *m = b->m;
	struct ol_ir *ir = b->ir;
	struct ol_keymap kinds;
	struct ol_opkind *grown;
	uint32_t cap = 0, op = ol_intern_find(&m->names, OL_STR("Constant"));
	uint32_t recent[RECENT]; /* by op_type: what it was last, which it mostly is again */
	int bad;

	memset(recent, 0xff, sizeof(recent));
	ol_keymap_init(&kinds, m->names.key[0]);
	ir->node_kind = ol_arena_alloc(&ir->arena, m->n_nodes * sizeof(uint32_t));
	ir->nodes_by_kind = ol_arena_alloc(&ir->arena, m->n_nodes * sizeof(uint32_t));
	bad = !ir->node_kind || !ir->nodes_by_kind || index_imports(b, OL_NONE, &m->opsets) ||
	      index_functions(b);
	for (uint32_t n = 0; !bad && n < m->n_nodes; n++) {
		const struct ol_node *node = &m->nodes[n];
		struct ol_key key = {
		    {node->domain, node->op_type, node->overload, m->graphs[node->graph].function}};
		uint32_t *row, lately = node->op_type % RECENT;

		if (recent[lately] != OL_NONE && is_kind(&ir->kinds[recent[lately]], &key)) {
			ir->node_kind[n] = recent[lately];
			continue;
		}
		row = ol_keymap_put(&kinds, key);
		if (!row || (*row == OL_NONE && new_kind(b, node, key.at[3], &cap) != 0)) {
			bad = 1;
			break;
		}
		if (*row == OL_NONE)
			*row = ir->n_kinds - 1;
		ir->node_kind[n] = recent[lately] = *row;
	}
	ol_keymap_free(&kinds);
	/* the rows move to the arena, now that their number is known */
	grown = ir->kinds;
	ir->kinds = NULL;
	if (!bad) {
		ir->kinds = ol_arena_alloc(&ir->arena, ir->n_kinds * sizeof(*ir->kinds));
		bad = !ir->kinds;
	}
	if (!bad && grown)
		memcpy(ir->kinds, grown, ir->n_kinds * sizeof(*grown));
	free(grown);
	if (bad)
		return -1;
	group_nodes(b);
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		if (ir->kinds[k].op_type == op && ir->kinds[k].is_onnx &&
		    ir->kinds[k].function == OL_NONE)
			mark_constants(b, &ir->kinds[k]);
	return 0;
}
