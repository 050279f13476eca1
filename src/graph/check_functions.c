/* check_functions.c: local functions: their signatures, what they call, and what inlining them
 * would cost.
 *
 * Calls need no search: the kinds whose scope is a function are its distinct operators, in its body
 * and in all nested graphs, with a count of nodes; those that name a function are the edges of the
 * call graph. Cycles, depth and the number of nodes after inlining are found on it by one iterative
 * depth-first walk; nothing is ever inlined. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/build.h"

enum { MAX_DEPTH = 100 }; /* what onnxruntime takes */
#define MAX_EXPANSION UINT64_C(10000000)

struct calls {
	struct ol_build *b;
	uint32_t *first; /* by function, and one more: its kinds in `kinds` */
	uint32_t *kinds; /* rows of ir.kinds, grouped by scope */
	uint32_t *next;	 /* by function: the next of its kinds to look at */
	uint32_t *stack;
	uint8_t *state;	 /* 0 new, 1 on the stack, 2 done */
	uint32_t *depth; /* of calls, itself included */
	uint64_t *size;	 /* nodes after inlining, saturated */
};

static uint64_t add64(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t mul64(uint64_t a, uint64_t b)
{
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* ---- signatures ---- */
static void check_attr_names(struct ol_build *b, uint32_t f)
{
	struct ol_model *m = b->m;
	const struct ol_function *fn = &m->functions[f];
	uint32_t total = fn->attr_names.n + fn->attrs.n, mark = m->n_nodes + f;

	for (uint32_t i = 0; i < total; i++) {
		uint32_t name = i < fn->attr_names.n
				    ? m->names_of[fn->attr_names.first + i]
				    : m->attrs[fn->attrs.first + i - fn->attr_names.n].name;

		if (b->visible[name] == mark)
			ol_graph_tell(b, "domain/function-signature", ol_graph_at_function(m, f),
				      "function '%s' declares attribute '%s' twice", FLABEL(m, f),
				      NAME(m, name));
		b->visible[name] = mark;
	}
}

static void check_refs(struct ol_build *b, uint32_t f, uint32_t node)
{
	struct ol_model *m = b->m;
	const struct ol_range *r = &m->nodes[node].attrs;

	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		const struct ol_attr *a = &m->attrs[i];

		if (a->ref_attr && b->visible[a->ref_attr] != m->n_nodes + f)
			ol_graph_tell(b, "domain/function-undeclared-attribute",
				      ol_graph_at_node(m, node, a->ref_attr),
				      "attribute '%s' of %s refers to '%s', which function '%s' "
				      "does not declare",
				      NAME(m, a->name), LABEL(m, node), NAME(m, a->ref_attr),
				      FLABEL(m, f));
	}
}

/* Attribute references, function after function: graphs are grouped by function first. */
static int check_attributes(struct ol_build *b)
{
	struct ol_model *m = b->m;
	uint32_t *first = calloc((size_t)m->n_functions + 2, sizeof(*first));
	uint32_t *rows = malloc(m->n_graphs * sizeof(*rows) + 1);
	int bad = !first || !rows;

	for (uint32_t g = 0; !bad && g < m->n_graphs; g++)
		if (m->graphs[g].function != OL_NONE)
			first[m->graphs[g].function + 2]++;
	for (uint32_t f = 0; !bad && f < m->n_functions; f++)
		first[f + 1] += first[f];
	for (uint32_t g = 0; !bad && g < m->n_graphs; g++)
		if (m->graphs[g].function != OL_NONE)
			rows[first[m->graphs[g].function + 1]++] = g;
	for (uint32_t f = 0; !bad && f < m->n_functions; f++) {
		check_attr_names(b, f);
		for (uint32_t i = first[f]; i < first[f + 1]; i++) {
			const struct ol_range *nodes = &m->graphs[rows[i]].nodes;

			for (uint32_t n = nodes->first; n < nodes->first + nodes->n; n++)
				check_refs(b, f, n);
		}
	}
	free(first);
	free(rows);
	return bad ? -1 : 0;
}

/* ---- calls: how many arguments they pass is the operator rules' matter ---- */
static int check_kinds(struct ol_build *b)
{
	struct ol_model *m = b->m;
	struct ol_keymap told;
	int bad = 0;

	ol_keymap_init(&told, m->names.key[0]);
	for (uint32_t k = 0; !bad && k < b->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &b->ir->kinds[k];
		uint32_t node = b->ir->nodes_by_kind[kind->nodes.first], *row;

		if (kind->scope == OL_NONE || kind->opset != -1 ||
		    ol_keymap_get(&b->opsets, (struct ol_key){{ol_graph_domain(b, kind->domain),
							       kind->scope, 0, 0}}) != OL_NONE)
			continue;
		row = ol_keymap_put(&told, (struct ol_key){{kind->domain, kind->scope, 0, 0}});
		bad = !row;
		if (bad || *row != OL_NONE)
			continue;
		*row = 0;
		ol_graph_tell(b, "domain/function-undeclared", ol_graph_at_node(m, node, 0),
			      "%s uses domain '%s', which function '%s' does not import",
			      LABEL(m, node), kind->is_onnx ? "ai.onnx" : NAME(m, kind->domain),
			      FLABEL(m, kind->scope));
	}
	ol_keymap_free(&told);
	return bad ? -1 : 0;
}

static void tell_cycle(struct calls *c, uint32_t n_stack, uint32_t callee)
{
	const struct ol_model *m = c->b->m;
	char text[1400];
	size_t at = 0;
	uint32_t i = n_stack, shown = 0, length;

	if (!ol_graph_room(c->b, "domain/function-recursive"))
		return;
	while (c->stack[i - 1] != callee)
		i--;
	length = n_stack - i + 1;
	text[0] = 0;
	for (i--; i < n_stack && shown < 8 && at < sizeof(text) - 1; i++, shown++) {
		int w = snprintf(text + at, sizeof(text) - at, "%s -> ", FLABEL(m, c->stack[i]));

		at += w < 0 ? 0 : (size_t)w;
	}
	if (length > shown)
		ol_graph_tell(c->b, "domain/function-recursive", ol_graph_at_function(m, callee),
			      "function '%s' calls itself: %s... (%u functions)", FLABEL(m, callee),
			      text, length);
	else
		ol_graph_tell(c->b, "domain/function-recursive", ol_graph_at_function(m, callee),
			      "function '%s' calls itself: %s%s", FLABEL(m, callee), text,
			      FLABEL(m, callee));
}

static void finish(struct calls *c, uint32_t f)
{
	const struct ol_ir *ir = c->b->ir;

	c->state[f] = 2;
	c->depth[f] = 1;
	for (uint32_t i = c->first[f]; i < c->first[f + 1]; i++) {
		const struct ol_opkind *k = &ir->kinds[c->kinds[i]];

		if (k->function == OL_NONE || c->state[k->function] != 2) {
			c->size[f] = add64(c->size[f], k->nodes.n);
			continue;
		}
		c->size[f] = add64(c->size[f], mul64(k->nodes.n, c->size[k->function]));
		if (c->depth[k->function] >= c->depth[f])
			c->depth[f] = c->depth[k->function] + 1;
	}
}

static void visit(struct calls *c, uint32_t root)
{
	uint32_t n = 0;

	c->stack[n++] = root;
	c->state[root] = 1;
	while (n) {
		uint32_t f = c->stack[n - 1], callee;

		if (c->next[f] == c->first[f + 1]) {
			finish(c, f);
			n--;
			continue;
		}
		callee = c->b->ir->kinds[c->kinds[c->next[f]++]].function;
		if (callee == OL_NONE || c->state[callee] == 2)
			continue;
		if (c->state[callee] == 1) {
			tell_cycle(c, n, callee);
			continue;
		}
		c->state[callee] = 1;
		c->stack[n++] = callee;
	}
}

/* Depth is told once, at the deepest function; size once, for the model. */
static void tell_cost(struct calls *c)
{
	struct ol_build *b = c->b;
	const struct ol_model *m = b->m;
	uint32_t worst = 0, big = OL_NONE;
	uint64_t total = 0;

	for (uint32_t f = 0; f < m->n_functions; f++)
		if (c->depth[f] > c->depth[worst])
			worst = f;
	if (c->depth[worst] > MAX_DEPTH)
		ol_graph_tell(b, "domain/function-depth", ol_graph_at_function(m, worst),
			      "calls of local functions go %u deep from function '%s' on; "
			      "onnxruntime takes %d",
			      c->depth[worst], FLABEL(m, worst), MAX_DEPTH);
	for (uint32_t k = 0; k < b->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &b->ir->kinds[k];
		uint64_t cost;

		if (kind->scope != OL_NONE || kind->function == OL_NONE)
			continue;
		cost = mul64(kind->nodes.n, c->size[kind->function]);
		total = add64(total, cost);
		if (big == OL_NONE || c->size[kind->function] > c->size[big])
			big = kind->function;
	}
	if (total <= MAX_EXPANSION || total / 2 < m->n_nodes)
		return;
	if (total == UINT64_MAX)
		ol_graph_tell(b, "domain/function-expansion", ol_graph_at_function(m, big),
			      "inlining the local functions would make more than 2^64 nodes, most "
			      "of them from '%s'",
			      FLABEL(m, big));
	else
		ol_graph_tell(
		    b, "domain/function-expansion", ol_graph_at_function(m, big),
		    "inlining the local functions would make %llu nodes, most of them from '%s'",
		    (unsigned long long)total, FLABEL(m, big));
}

static int group_kinds(struct calls *c)
{
	const struct ol_ir *ir = c->b->ir;
	uint32_t n = c->b->m->n_functions;

	c->first = calloc((size_t)n + 2, sizeof(uint32_t));
	c->kinds = malloc(ir->n_kinds * sizeof(uint32_t) + 1);
	c->next = malloc(n * sizeof(uint32_t));
	c->stack = malloc(n * sizeof(uint32_t));
	c->state = calloc(n, 1);
	c->depth = calloc(n, sizeof(uint32_t));
	c->size = calloc(n, sizeof(uint64_t));
	if (!c->first || !c->kinds || !c->next || !c->stack || !c->state || !c->depth || !c->size)
		return -1;
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		if (ir->kinds[k].scope != OL_NONE)
			c->first[ir->kinds[k].scope + 2]++;
	for (uint32_t f = 0; f <= n; f++)
		c->first[f + 1] += c->first[f];
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		if (ir->kinds[k].scope != OL_NONE)
			c->kinds[c->first[ir->kinds[k].scope + 1]++] = k;
	memcpy(c->next, c->first, n * sizeof(uint32_t));
	return 0;
}

static void check_unused(struct calls *c)
{
	struct ol_build *b = c->b;
	uint32_t n = 0;

	/* reached from the model: state 3 */
	for (uint32_t k = 0; k < b->ir->n_kinds; k++) {
		uint32_t f = b->ir->kinds[k].scope == OL_NONE ? b->ir->kinds[k].function : OL_NONE;

		if (f != OL_NONE && c->state[f] != 3) {
			c->state[f] = 3;
			c->stack[n++] = f;
		}
	}
	while (n) {
		uint32_t f = c->stack[--n];

		for (uint32_t i = c->first[f]; i < c->first[f + 1]; i++) {
			uint32_t to = b->ir->kinds[c->kinds[i]].function;

			if (to != OL_NONE && c->state[to] != 3) {
				c->state[to] = 3;
				c->stack[n++] = to;
			}
		}
	}
	for (uint32_t f = 0; f < b->m->n_functions; f++) {
		const struct ol_function *fn = &b->m->functions[f];
		struct ol_key key = {{ol_graph_domain(b, fn->domain), fn->name, fn->overload, 0}};

		/* one that another hides is told as a duplicate */
		if (c->state[f] != 3 && ol_keymap_get(&b->functions, key) == f)
			ol_graph_tell(b, "domain/function-unused", ol_graph_at_function(b->m, f),
				      "function '%s' is called by nothing", FLABEL(b->m, f));
	}
}

int ol_graph_check_functions(struct ol_build *b)
{
	struct ol_model *m = b->m;
	struct calls c = {.b = b};
	int bad;

	if (!m->n_functions)
		return 0;
	bad = check_attributes(b) || check_kinds(b) || group_kinds(&c);
	for (uint32_t f = 0; !bad && f < m->n_functions; f++)
		if (!c.state[f])
			visit(&c, f);
	if (!bad) {
		tell_cost(&c);
		check_unused(&c);
	}
	free(c.first);
	free(c.kinds);
	free(c.next);
	free(c.stack);
	free(c.state);
	free(c.depth);
	free(c.size);
	return bad ? -1 : 0;
}
