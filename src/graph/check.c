/* check.c: what is wrong with single nodes: names that mean nothing, attributes and node names that
 * stand twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/build.h"
#include "util/buf.h"
#include "util/text.h"

/* ---- inputs that nothing defines ---- */
enum { MAX_SEARCHES = 200, MAX_SCOPE = 20000, MAX_COMPARES = 500000, MAX_NAME = 200 };

struct search {
	struct ol_build *b;
	uint32_t searches, compares;
};

/* Do two names differ in their digits alone? Then they are of one series, and one is no slip of the
 * other. */
static bool one_series(struct ol_str a, struct ol_str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && a.p[i] >= '0' && a.p[i] <= '9')
			i++;
		while (k < b.n && b.p[k] >= '0' && b.p[k] <= '9')
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (a.p[i++] != b.p[k++])
			return false;
	}
}

/* The nearest name that graph g sees, or 0. The work is bounded over all searches together. */
static uint32_t nearest(struct search *s, uint32_t g, uint32_t name)
{
	const struct ol_model *m = s->b->m;
	struct ol_str want = ol_name(m, name);
	uint32_t best = 0, best_distance = UINT32_MAX;

	if (want.n > MAX_NAME || s->searches++ >= MAX_SEARCHES)
		return 0;
	for (; g != OL_NONE; g = m->graphs[g].parent) {
		const struct ol_range *r = &s->b->ir->scopes[g].values;

		if (r->n >= MAX_SCOPE || r->n > MAX_COMPARES - s->compares)
			break;
		s->compares += r->n;
		for (uint32_t v = r->first; v < r->first + r->n; v++) {
			const struct ol_value *of = &s->b->ir->values[v];
			struct ol_str have = ol_name(m, of->name);
			uint32_t d;

			/* near means two edits at most, or equal but for separators */
			if ((of->flags & OL_VALUE_UNDEFINED) || have.n > want.n + 8 ||
			    want.n > have.n + 8)
				continue;
			if (ol_text_near(want, have, &d) && d < best_distance &&
			    !one_series(want, have)) {
				best = of->name;
				best_distance = d;
			}
		}
	}
	return best;
}

/* A graph that does define the name, but where the reader cannot see it. */
static uint32_t elsewhere(const struct ol_build *b, uint32_t name)
{
	uint32_t v = b->ir->name_value[name];

	return v != OL_NONE && !(b->ir->values[v].flags & OL_VALUE_UNDEFINED) ? v : OL_NONE;
}

static void tell_undefined(struct search *s, uint32_t node, uint32_t input, uint32_t name)
{
	struct ol_build *b = s->b;
	const struct ol_model *m = b->m;
	struct ol_place at = ol_graph_at_node(m, node, name);
	uint32_t near = 0, v;
	struct ol_buf path = {0};

	if (!ol_graph_room(b, "graph/undefined-input"))
		return;
	v = elsewhere(b, name);
	if (v == OL_NONE)
		near = nearest(s, m->nodes[node].graph, name);
	if (v != OL_NONE) {
		ol_ir_graph_path(m, b->ir->values[v].graph, &path);
		b->m->arena.refused |= path.failed;
		ol_graph_tell(b, "graph/undefined-input", at,
			      "input %u '%s' of %s is defined in graph %.*s only, which this node "
			      "cannot see into",
			      input, NAME(m, name), LABEL(m, node),
			      (int)(path.n < 400 ? path.n : 400), path.p ? path.p : "");
		ol_buf_free(&path);
		return;
	}
	if (near)
		ol_graph_tell(b, "graph/undefined-input", at,
			      "input %u '%s' of %s is defined nowhere; is '%s' meant?", input,
			      NAME(m, name), LABEL(m, node), NAME(m, near));
	else
		ol_graph_tell(b, "graph/undefined-input", at,
			      "input %u '%s' of %s is defined nowhere", input, NAME(m, name),
			      LABEL(m, node));
}

void ol_graph_tell_undefined(struct ol_build *b)
{
	struct search s = {.b = b};

	if (!b->ir->n_undefined)
		return;
	for (uint32_t n = 0; n < b->m->n_nodes; n++) {
		const struct ol_range *in = &b->m->nodes[n].inputs;

		for (uint32_t k = 0; k < in->n; k++) {
			uint32_t v = b->ir->args[in->first + k];

			if (v != OL_NONE && (b->ir->values[v].flags & OL_VALUE_UNDEFINED))
				tell_undefined(&s, n, k, b->ir->values[v].name);
		}
	}
}

/* ---- attributes ---- */
/* Is the name among the node's attributes before `at`? Few are compared, many are marked in
 * b->visible. */
static bool seen_attr(struct ol_build *b, uint32_t node, const struct ol_range *r, uint32_t at)
{
	uint32_t name = b->m->attrs[at].name;

	if (r->n > 16) {
		bool seen = b->visible[name] == node;

		b->visible[name] = node;
		return seen;
	}
	for (uint32_t i = r->first; i < at; i++)
		if (b->m->attrs[i].name == name)
			return true;
	return false;
}

static void check_attrs(struct ol_build *b, uint32_t node)
{
	struct ol_model *m = b->m;
	const struct ol_range *r = &m->nodes[node].attrs;
	bool inside = m->graphs[m->nodes[node].graph].function != OL_NONE;

	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		const struct ol_attr *a = &m->attrs[i];

		if (r->n > 1 && seen_attr(b, node, r, i))
			ol_graph_tell(b, "graph/duplicate-attribute",
				      ol_graph_at_node(m, node, a->name),
				      "attribute '%s' of %s is given twice", NAME(m, a->name),
				      LABEL(m, node));
		if (a->ref_attr && !inside)
			ol_graph_tell(b, "graph/ref-attr-outside-function",
				      ol_graph_at_node(m, node, a->name),
				      "attribute '%s' of %s refers to attribute '%s' of a "
				      "function, but is in none",
				      NAME(m, a->name), LABEL(m, node), NAME(m, a->ref_attr));
	}
}

/* ---- node names ---- */
static void check_node_name(struct ol_build *b, uint32_t node)
{
	struct ol_model *m = b->m;
	uint32_t name = m->nodes[node].name, before = b->visible[name];

	b->visible[name] = node;
	if (before >= m->n_nodes || m->nodes[before].graph != m->nodes[node].graph ||
	    m->nodes[before].name != name || before == node)
		return;
	b->visible[name] = before; /* always told against the first */
	ol_graph_tell(b, "graph/duplicate-node-name", ol_graph_at_node(m, node, name),
		      "%s has the name of node #%u (%s) of the same graph", LABEL(m, node),
		      before - m->graphs[m->nodes[before].graph].nodes.first,
		      NAME(m, m->nodes[before].op_type));
}

int ol_graph_check(struct ol_build *b)
{
	const struct ol_model *m = b->m;

	/* resolve left b->visible all OL_NONE; attribute marks are node ids, which the second pass
	 * cannot mistake for its own unless they are right */
	for (uint32_t n = 0; n < m->n_nodes; n++)
		if (m->nodes[n].attrs.n)
			check_attrs(b, n);
	for (uint32_t g = 0; g < m->n_graphs; g++)
		for (uint32_t n = m->graphs[g].nodes.first;
		     n < m->graphs[g].nodes.first + m->graphs[g].nodes.n; n++)
			if (m->nodes[n].name)
				check_node_name(b, n);
	return 0;
}
