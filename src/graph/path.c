/* path.c: how a graph is written: "main/12.then_branch", "fn:domain:name", "training/0.algorithm".
 */
#include <stdlib.h>

#include "graph/build.h"
#include "util/buf.h"

static void root_path(const struct ol_model *m, uint32_t g, struct ol_buf *out)
{
	const struct ol_graph *gr = &m->graphs[g];
	uint32_t k = 0;

	switch ((enum ol_graph_kind)gr->kind) {
	case OL_GRAPH_FUNCTION:
		ol_buf_z(out, "fn:");
		if (gr->function != OL_NONE) {
			const struct ol_function *f = &m->functions[gr->function];

			ol_buf_str(out, ol_name(m, f->domain));
			ol_buf_char(out, ':');
			ol_buf_str(out, ol_name(m, f->name));
			if (f->overload) {
				ol_buf_char(out, ':');
				ol_buf_str(out, ol_name(m, f->overload));
			}
		}
		return;
	case OL_GRAPH_TRAINING:
		/* parent_attr says which graph of the message it is, parent_k which message */
		if (gr->parent_k != OL_NONE) {
			k = gr->parent_k;
		} else {
			for (uint32_t i = 0; i < g; i++)
				k += m->graphs[i].kind == OL_GRAPH_TRAINING &&
				     m->graphs[i].parent_attr == gr->parent_attr;
		}
		ol_buf_printf(out, "training/%u.", k);
		if (gr->parent_attr)
			ol_buf_str(out, ol_name(m, gr->parent_attr));
		else
			ol_buf_z(out, "algorithm");
		return;
	case OL_GRAPH_MAIN:
	case OL_GRAPH_SUB:
		break;
	}
	ol_buf_z(out, "main");
}

void ol_ir_graph_path(const struct ol_model *m, uint32_t graph, struct ol_buf *out)
{
	uint32_t n = 0, i, *chain, g;

	for (g = graph; m->graphs[g].parent != OL_NONE; g = m->graphs[g].parent)
		n++;
	root_path(m, g, out);
	if (n == 0)
		return;
	chain = malloc(n * sizeof(*chain));
	if (!chain) {
		out->failed = true;
		return;
	}
	for (i = n, g = graph; i-- > 0; g = m->graphs[g].parent)
		chain[i] = g;
	for (i = 0; i < n; i++) {
		const struct ol_graph *gr = &m->graphs[chain[i]];

		ol_buf_printf(out, "/%u.", gr->parent_node - m->graphs[gr->parent].nodes.first);
		ol_buf_str(out, ol_name(m, gr->parent_attr));
		if (gr->parent_k != OL_NONE)
			ol_buf_printf(out, ".%u", gr->parent_k);
	}
	free(chain);
}
