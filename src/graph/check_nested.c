/* check_nested.c: nested graphs against the node that holds them: how many inputs and outputs the
 * operator passes in and takes back, and how deep graphs are nested. */
#include "graph/build.h"

enum { MAX_NESTING = 32 }; /* what onnxruntime takes */

struct shape_of_body {
	const char *op, *attr;
	int skip;   /* inputs of the node that are not the body's: -1 = the body has none */
	int given;  /* inputs of the body that are not the node's */
	int result; /* outputs of the body that are not the node's */
};

/* https://onnx.ai/onnx/operators/: Loop's body takes iteration number, condition and the carried
 * values and returns the condition first; SequenceMap maps inputs to outputs one to one. Scan below
 * opset 9 has sequence_lens in front. */
static const struct shape_of_body bodies[] = {
	{"If", "then_branch", -1, 0, 0}, {"If", "else_branch", -1, 0, 0},  {"Loop", "body", 2, 2, 1},
	{"Scan", "body", 0, 0, 0},	     {"SequenceMap", "body", 0, 0, 0},
};

/* Inputs without initializer: a runtime may leave out the others. */
static uint32_t required_inputs(const struct ol_build *b, uint32_t g)
{
	const struct ol_range *r = &b->m->graphs[g].inputs;
	uint32_t n = r->n;

	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		uint32_t v = b->ir->info_value[i];

		n -= v != OL_NONE && (b->ir->values[v].flags & OL_VALUE_INITIALIZER) != 0;
	}
	return n;
}

static void check_body(struct ol_build *b, uint32_t node, uint32_t g, const struct shape_of_body *s,
		       uint32_t skip)
{
	struct ol_model *m = b->m;
	const struct ol_node *n = &m->nodes[node];
	uint32_t given = s->skip < 0 || n->inputs.n < skip ? 0 : n->inputs.n - skip;
	uint32_t in = given + (uint32_t)s->given, out = n->outputs.n + (uint32_t)s->result;
	struct ol_place at = ol_graph_at_node(m, node, m->graphs[g].parent_attr);

	if (m->graphs[g].inputs.n != in && required_inputs(b, g) != in)
		ol_graph_tell(b, "graph/subgraph-arity", at,
			      "%s of %s has %u inputs, the node passes %u", s->attr, LABEL(m, node),
			      m->graphs[g].inputs.n, in);
	if (m->graphs[g].outputs.n != out)
		ol_graph_tell(b, "graph/subgraph-arity", at,
			      "%s of %s has %u outputs, the node needs %u (%u of its own%s)",
			      s->attr, LABEL(m, node), m->graphs[g].outputs.n, out, n->outputs.n,
			      s->result ? " and the condition" : "");
}

static void check_kind(struct ol_build *b, const struct ol_opkind *k, const struct shape_of_body *s,
		       uint32_t attr)
{
	const struct ol_model *m = b->m;
	uint32_t skip = s->skip < 0 ? 0 : (uint32_t)s->skip;

	if (ol_str_is(ol_str(s->op), "Scan") && k->opset >= 0 && k->opset < 9)
		skip = 1;
	for (uint32_t i = k->nodes.first; i < k->nodes.first + k->nodes.n; i++) {
		uint32_t n = b->ir->nodes_by_kind[i];

		for (uint32_t g = b->first_sub[n]; g != OL_NONE; g = b->next_sub[g])
			if (m->graphs[g].parent_attr == attr && m->graphs[g].parent_k == OL_NONE)
				check_body(b, n, g, s, skip);
	}
}

int ol_graph_check_nested(struct ol_build *b)
{
	struct ol_model *m = b->m;

	if (!b->first_sub)
		return 0;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		uint32_t op = ol_intern_find(&m->names, ol_str(bodies[i].op));
		uint32_t attr = ol_intern_find(&m->names, ol_str(bodies[i].attr));

		if (op == OL_NONE || attr == OL_NONE)
			continue;
		for (uint32_t k = 0; k < b->ir->n_kinds; k++) {
			const struct ol_opkind *kind = &b->ir->kinds[k];

			if (kind->op_type == op && kind->is_onnx && kind->function == OL_NONE)
				check_kind(b, kind, &bodies[i], attr);
		}
	}
	for (uint32_t g = 0; g < m->n_graphs; g++)
		if (m->graphs[g].parent != OL_NONE && b->depth[g] == MAX_NESTING + 1)
			ol_graph_tell(b, "graph/nesting",
				      ol_graph_at_graph(m, g, 0, m->graphs[g].at),
				      "graph '%s' is nested more than %d deep, which onnxruntime "
				      "refuses to load",
				      NAME(m, m->graphs[g].name), MAX_NESTING);
	return 0;
}
