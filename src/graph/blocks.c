/* blocks.c: how much of the model hangs on a node.
 *
 * Exactly (ol_ir_downstream): a walk over users; a node reached inside a nested graph also stops
 * the node that holds the graph. For all nodes at once (ol_ir_blocks) an upper bound in linear
 * time: going backwards through the order, bound(n) = min(size(n) + sum of bound over uses of its
 * outputs, sizes from n to the order's end) plus, in a nested graph, the bound of the node that
 * holds it; size is 1 and all nodes nested in n. The sum counts a node once a path, so it is exact
 * for chains and trees and cut by the second term where paths join; both terms can only be too
 * high. */
#include <stdlib.h>

#include "graph/build.h"

uint32_t ol_ir_downstream(const struct ol_ir *ir, uint32_t node, uint32_t most)
{
	const struct ol_model *m = ir->model;
	uint64_t *seen = calloc(m->n_nodes / 64 + 1, sizeof(*seen));
	uint32_t *stack = malloc(m->n_nodes * sizeof(*stack) + 1), n = 0, count = 0;

	if (!seen || !stack)
		goto out;
	stack[n++] = node;
	seen[node / 64] |= UINT64_C(1) << node % 64;
	while (n && (!most || count < most)) {
		uint32_t x = stack[--n], owner = m->graphs[m->nodes[x].graph].parent_node;

		count++;
		if (owner != OL_NONE && !(seen[owner / 64] >> owner % 64 & 1)) {
			seen[owner / 64] |= UINT64_C(1) << owner % 64;
			stack[n++] = owner;
		}
		for (uint32_t k = 0; k < m->nodes[x].outputs.n; k++) {
			uint32_t y = ol_ir_outputs(ir, x)[k];

			for (uint32_t u = 0; y != OL_NONE && u < ir->values[y].n_users; u++) {
				uint32_t to = ir->users[ir->values[y].users + u];

				if (seen[to / 64] >> to % 64 & 1)
					continue;
				seen[to / 64] |= UINT64_C(1) << to % 64;
				stack[n++] = to;
			}
		}
	}
out:
	free(seen);
	free(stack);
	return count;
}

/* Rows of graphs by depth, outer ones first: a counting sort, for the rows' own order is not
 * promised. */
static uint32_t *outer_first(const struct ol_model *m)
{
	uint32_t *at = calloc((size_t)m->n_graphs + 2, sizeof(*at)),
		 *rows = malloc(m->n_graphs * sizeof(*rows) + 1);

	if (!at || !rows) {
		free(at);
		free(rows);
		return NULL;
	}
	for (uint32_t g = 0; g < m->n_graphs; g++)
		at[(m->graphs[g].depth < m->n_graphs ? m->graphs[g].depth : m->n_graphs - 1) + 1]++;
	for (uint32_t d = 0; d < m->n_graphs; d++)
		at[d + 1] += at[d];
	for (uint32_t g = 0; g < m->n_graphs; g++)
		rows[at[m->graphs[g].depth < m->n_graphs ? m->graphs[g].depth
							 : m->n_graphs - 1]++] = g;
	free(at);
	return rows;
}

static uint32_t add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/* By node: 1 and all nodes nested in it. */
static uint32_t *weigh(const struct ol_model *m, const uint32_t *rows)
{
	uint32_t *weight = malloc(m->n_nodes * sizeof(*weight) + 1);

	for (uint32_t n = 0; weight && n < m->n_nodes; n++)
		weight[n] = 1;
	for (uint32_t i = m->n_graphs; weight && i-- > 0;) {
		const struct ol_graph *g = &m->graphs[rows[i]];
		uint32_t total = 0;

		if (g->parent_node == OL_NONE)
			continue;
		for (uint32_t n = g->nodes.first; n < g->nodes.first + g->nodes.n; n++)
			total = add(total, weight[n]);
		weight[g->parent_node] = add(weight[g->parent_node], total);
	}
	return weight;
}

/* The sum over uses of what a node of graph g makes, as its graph sees them. */
static uint32_t uses(const struct ol_ir *ir, uint32_t g, uint32_t n, uint32_t outside)
{
	const struct ol_model *m = ir->model;
	uint32_t sum = 0;

	for (uint32_t k = 0; k < m->nodes[n].outputs.n; k++) {
		uint32_t y = ol_ir_outputs(ir, n)[k];

		for (uint32_t u = 0; y != OL_NONE && u < ir->values[y].n_users; u++) {
			uint32_t to = ol_graph_climb(m, ir->users[ir->values[y].users + u], g);

			if (to != OL_NONE)
				sum = add(sum, ir->blocks[to] - outside);
		}
	}
	return sum;
}

int ol_ir_blocks(struct ol_ir *ir)
{
	const struct ol_model *m = ir->model;
	uint32_t *rows, *weight = NULL;

	if (ir->blocks)
		return 0;
	rows = outer_first(m);
	if (rows)
		weight = weigh(m, rows);
	if (weight)
		ir->blocks = OL_NEWN(&ir->arena, uint32_t, m->n_nodes);
	for (uint32_t i = 0; ir->blocks && i < m->n_graphs; i++) {
		const struct ol_scope *s = &ir->scopes[rows[i]];
		uint32_t owner = m->graphs[rows[i]].parent_node, left = 0;
		uint32_t outside = owner == OL_NONE ? 0 : ir->blocks[owner];

		for (uint32_t k = 0; s->cyclic && k < s->order.n; k++)
			left = add(left, weight[ir->order[s->order.first + k]]);
		for (uint32_t k = s->order.n; k-- > 0;) {
			uint32_t n = ir->order[s->order.first + k], sum = left;

			if (!s->cyclic) {
				left = add(left, weight[n]);
				sum = add(weight[n], uses(ir, rows[i], n, outside));
			}
			ir->blocks[n] = add(sum < left ? sum : left, outside);
		}
	}
	for (uint32_t n = 0; ir->blocks && n < m->n_nodes; n++)
		if (ir->blocks[n] > m->n_nodes)
			ir->blocks[n] = m->n_nodes;
	free(rows);
	free(weight);
	return ir->blocks ? 0 : -1;
}
