/* graph_dead.c: nodes that no output depends on: a scan of one byte a node. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{NULL, NULL, NULL},
};

/* A dead node within the body of a dead node is told by that one; a graph without outputs has its own rule. */
static bool told_elsewhere(const struct ol_check *c, uint32_t node)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_graph *g = &m->graphs[m->nodes[node].graph];

	return g->outputs.n == 0 || (g->parent_node != OL_NONE && !c->ir->live[g->parent_node]);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	const uint8_t *live = c->ir->live;

	for (uint32_t node = 0; m->complete && node < m->n_nodes; node++) {
		const uint8_t *dead = memchr(live + node, 0, m->n_nodes - node);

		if (!dead)
			break;
		node = (uint32_t)(dead - live);
		if (!told_elsewhere(c, node))
			ol_check_emit(c, ol_check_node(c, node, 0), NULL);
	}
}

const struct ol_builtin ol_builtin_graph_dead = {
	.name = "graph-dead",
	.about = "nodes that no output of their graph depends on",
	.vars = vars,
	.run = run,
};
