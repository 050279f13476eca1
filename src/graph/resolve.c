/* resolve.c: names become values. Graphs are walked parent first along an explicit stack; one
 * array, name -> value, holds what every name means at the moment: a graph enters its names on the
 * way in and takes them back on the way out, so that the whole model costs one step for each name
 * that it writes.
 *
 * A nested graph sees the names of all graphs around it. That an outer value is made after the node
 * that holds the nested graph is a fault of order (kept in b->late), not of naming. */
#include <stdlib.h>
#include <string.h>

#include "graph/build.h"

/* ---- definitions ---- */
static uint32_t new_value(struct ol_build *b, uint32_t g, uint32_t name, uint16_t flags)
{
	struct ol_ir *ir = b->ir;
	void *grown =
	    ir->n_values < b->cap_values
		? ir->values
		: ol_graph_grow(ir->values, ir->n_values, &b->cap_values, sizeof(*ir->values));

	if (!grown || ir->n_values == OL_NONE - 1)
		return OL_NONE;
	ir->values = grown;
	ir->values[ir->n_values] = (struct ol_value){.name = name,
						     .graph = g,
						     .producer = OL_NONE,
						     .info = OL_NONE,
						     .tensor = OL_NONE,
						     .flags = flags};
	return ir->n_values++;
}

uint32_t ol_graph_define(struct ol_build *b, uint32_t g, uint32_t name, uint16_t flags)
{
	struct ol_ir *ir = b->ir;
	uint32_t before = b->visible[name], v = new_value(b, g, name, flags);

	if (v == OL_NONE)
		return OL_NONE;
	if (before != OL_NONE) { /* hides an outer meaning: remember it */
		struct ol_shadow *s =
		    ol_graph_grow(b->shadows, b->n_shadows, &b->cap_shadows, sizeof(*s));

		if (!s)
			return OL_NONE;
		b->shadows = s;
		s[b->n_shadows++] = (struct ol_shadow){name, before};
	}
	b->visible[name] = v;
	before = ir->name_value[name];
	/* the first place is for a definition rather than for a placeholder: diags ask it where a
	 * name is defined */
	if (before == OL_NONE || (ir->values[before].flags & OL_VALUE_UNDEFINED)) {
		ir->name_value[name] = v;
		if (before == OL_NONE)
			return v;
	} else {
		before = v;
	}
	return ol_graph_index_value(ir, before) == 0 ? v : OL_NONE;
}

static uint32_t own(const struct ol_build *b, uint32_t g, uint32_t name)
{
	uint32_t v = b->visible[name];

	return v != OL_NONE && b->ir->values[v].graph == g ? v : OL_NONE;
}

/* The node of graph `outer` that the graph being resolved is nested in. */
static uint32_t owner_in(const struct ol_build *b, uint32_t outer)
{
	return b->m->graphs[b->stack[b->depth[outer] + 1]].parent_node;
}

/* The outer value that a name already means where graph g stands, or OL_NONE. What a later node
 * makes does not count. */
static uint32_t hidden_by(const struct ol_build *b, uint32_t g, uint32_t name)
{
	uint32_t v = b->visible[name];
	const struct ol_value *o;

	if (v == OL_NONE)
		return OL_NONE;
	o = &b->ir->values[v];
	if (o->graph == g || (o->flags & OL_VALUE_UNDEFINED))
		return OL_NONE;
	return o->producer == OL_NONE || o->producer < owner_in(b, o->graph) ? v : OL_NONE;
}

const char *ol_graph_what(const struct ol_value *v)
{
	if (v->flags & OL_VALUE_INPUT)
		return "an input";
	if (v->flags & OL_VALUE_INITIALIZER)
		return "an initializer";
	return v->flags & OL_VALUE_NODE ? "a node's output" : "undefined";
}

static void tell_hiding(struct ol_build *b, uint32_t g, uint32_t name, const char *as,
			struct ol_span at)
{
	uint32_t v = hidden_by(b, g, name);

	if (v != OL_NONE)
		ol_graph_tell(b, "graph/shadowing-input", ol_graph_at_graph(b->m, g, name, at),
			      "%s '%s' of a nested graph has the name of %s of an outer graph, "
			      "which it hides",
			      as, NAME(b->m, name), ol_graph_what(&b->ir->values[v]));
}

static int define_inputs(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];
	bool function = gr->kind == OL_GRAPH_FUNCTION;

	for (uint32_t i = gr->inputs.first, e = i + gr->inputs.n; i < e; i++) {
		uint32_t name = m->infos[i].name, v;

		if (name == 0) {
			ol_graph_tell(b, "graph/unnamed-io",
				      ol_graph_at_graph(m, g, 0, m->infos[i].at),
				      "input %u has no name", i - gr->inputs.first);
			continue;
		}
		v = own(b, g, name);
		if (v != OL_NONE) {
			ol_graph_tell(
			    b, function ? "domain/function-signature" : "graph/duplicate-input",
			    ol_graph_at_graph(m, g, name, m->infos[i].at),
			    "input '%s' is declared twice (again as input %u)", NAME(m, name),
			    i - gr->inputs.first);
			b->ir->info_value[i] = v;
			continue;
		}
		if (gr->kind == OL_GRAPH_SUB)
			tell_hiding(b, g, name, "input", m->infos[i].at);
		v = ol_graph_define(b, g, name, OL_VALUE_INPUT);
		if (v == OL_NONE)
			return -1;
		b->ir->values[v].info = i;
		b->ir->info_value[i] = v;
	}
	return 0;
}

/* One initializer: a new value, or the default of the input of the same name. */
static int define_initializer(struct ol_build *b, uint32_t g, uint32_t name, uint32_t row,
			      bool sparse, struct ol_span at, uint32_t index)
{
	struct ol_model *m = b->m;
	uint16_t flags = (uint16_t)(OL_VALUE_INITIALIZER | (sparse ? OL_VALUE_SPARSE : 0));
	uint32_t v;

	if (name == 0) {
		ol_graph_tell(b, "graph/unnamed-io", ol_graph_at_graph(m, g, 0, at),
			      "%sinitializer #%u has no name", sparse ? "sparse " : "", index);
		return 0;
	}
	v = own(b, g, name);
	if (v != OL_NONE && (b->ir->values[v].flags & OL_VALUE_INITIALIZER)) {
		ol_graph_tell(b, "graph/duplicate-initializer", ol_graph_at_graph(m, g, name, at),
			      "initializer '%s' is defined twice (again as %sinitializer #%u)",
			      NAME(m, name), sparse ? "sparse " : "", index);
		if (!sparse)
			b->ir->tensor_value[row] = v;
		return 0;
	}
	if (v == OL_NONE) {
		if (m->has_ir_version && m->ir_version < 4 &&
		    m->graphs[g].kind != OL_GRAPH_TRAINING)
			ol_graph_tell(b, "graph/initializer-not-input",
				      ol_graph_at_graph(m, g, name, at),
				      "initializer '%s' is no graph input, which IR version %lld "
				      "demands (free since 4)",
				      NAME(m, name), (long long)m->ir_version);
		if (m->graphs[g].kind == OL_GRAPH_SUB)
			tell_hiding(b, g, name, "initializer", at);
		v = ol_graph_define(b, g, name, 0);
		if (v == OL_NONE)
			return -1;
	}
	b->ir->values[v].flags |= flags;
	b->ir->values[v].tensor = row;
	if (!sparse)
		b->ir->tensor_value[row] = v;
	return 0;
}

static int define_initializers(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];

	for (uint32_t i = 0; i < gr->initializers.n; i++) {
		uint32_t row = gr->initializers.first + i;

		if (define_initializer(b, g, m->tensors[row].name, row, false, m->tensors[row].at,
				       i) != 0)
			return -1;
	}
	for (uint32_t i = 0; i < gr->sparse.n; i++) {
		uint32_t row = gr->sparse.first + i;
		uint32_t name =
		    m->sparses[row].values == OL_NONE ? 0 : m->tensors[m->sparses[row].values].name;

		if (define_initializer(b, g, name, row, true, m->sparses[row].at, i) != 0)
			return -1;
	}
	return 0;
}

static void tell_duplicate(struct ol_build *b, uint32_t g, uint32_t node, uint32_t name)
{
	struct ol_model *m = b->m;
	uint32_t v = own(b, g, name);
	const struct ol_value *first;

	if (v == OL_NONE) {
		first = &b->ir->values[b->visible[name]];
		ol_graph_tell(b, "graph/shadowed-name", ol_graph_at_node(m, node, name),
			      "output '%s' of %s has the name of %s of an outer graph",
			      NAME(m, name), LABEL(m, node), ol_graph_what(first));
		return;
	}
	first = &b->ir->values[v];
	if (first->producer == OL_NONE)
		ol_graph_tell(b, "graph/duplicate-value", ol_graph_at_node(m, node, name),
			      "output '%s' of %s is already the name of %s", NAME(m, name),
			      LABEL(m, node), ol_graph_what(first));
	else
		ol_graph_tell(b, "graph/duplicate-value", ol_graph_at_node(m, node, name),
			      "value '%s' is made twice: by %s and by %s", NAME(m, name),
			      LABEL(m, first->producer),
			      first->producer == node ? "the same node again" : LABEL(m, node));
}

static int define_outputs(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];

	for (uint32_t n = gr->nodes.first, e = n + gr->nodes.n; n < e; n++) {
		const struct ol_range *out = &m->nodes[n].outputs;

		for (uint32_t k = 0; k < out->n; k++) {
			uint32_t name = m->names_of[out->first + k], v;

			if (name == 0)
				continue;
			if (own(b, g, name) != OL_NONE) {
				/* readers keep to the first; the second is a value of its own, so
				 * that every output has the node that makes it */
				tell_duplicate(b, g, n, name);
				v = new_value(b, g, name, OL_VALUE_NODE);
			} else {
				if (b->visible[name] != OL_NONE && gr->kind == OL_GRAPH_SUB &&
				    hidden_by(b, g, name) != OL_NONE)
					tell_duplicate(b, g, n, name);
				v = ol_graph_define(b, g, name, OL_VALUE_NODE);
			}
			if (v == OL_NONE)
				return -1;
			b->ir->values[v].producer = n;
			b->ir->values[v].output_of_producer =
			    (uint16_t)(k < UINT16_MAX ? k : UINT16_MAX);
			b->ir->args[out->first + k] = v;
		}
	}
	return 0;
}

/* ---- reads ---- */
static int read_inputs(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];

	for (uint32_t n = gr->nodes.first, e = n + gr->nodes.n; n < e; n++) {
		const struct ol_range *in = &m->nodes[n].inputs;

		for (uint32_t k = 0; k < in->n; k++) {
			uint32_t name = m->names_of[in->first + k], v, reader = n;
			struct ol_value *of;

			if (name == 0)
				continue;
			v = b->visible[name];
			if (v == OL_NONE) {
				v = ol_graph_define(b, g, name, OL_VALUE_UNDEFINED);
				if (v == OL_NONE)
					return -1;
				b->ir->n_undefined++;
			}
			b->ir->args[in->first + k] = v;
			of = &b->ir->values[v];
			of->n_users++;
			if (of->graph != g) {
				of->flags |= OL_VALUE_CAPTURED;
				reader = owner_in(b, of->graph);
			}
			if (of->producer != OL_NONE && of->producer >= reader) {
				struct ol_late *l =
				    ol_graph_grow(b->late, b->n_late, &b->cap_late, sizeof(*l));

				if (!l)
					return -1;
				b->late = l;
				l[b->n_late++] = (struct ol_late){n, k};
				b->ir->scopes[of->graph].sorted = false;
			}
		}
	}
	return 0;
}

static int enter(struct ol_build *b, uint32_t g)
{
	struct ol_scope *s = &b->ir->scopes[g];

	s->values.first = b->ir->n_values;
	if (define_inputs(b, g) || define_initializers(b, g) || define_outputs(b, g) ||
	    read_inputs(b, g) || ol_graph_bind_outputs(b, g))
		return -1;
	ol_graph_bind_infos(b, g);
	ol_graph_bind_annotations(b, g);
	s->values.n = b->ir->n_values - s->values.first;
	return 0;
}

static void leave(struct ol_build *b, uint32_t g)
{
	const struct ol_range *r = &b->ir->scopes[g].values;

	for (uint32_t v = r->first; v < r->first + r->n; v++)
		b->visible[b->ir->values[v].name] = OL_NONE;
}

/* Walks the tree of graphs below root in pre-order. first/next: child lists by graph. */
static int walk(struct ol_build *b, uint32_t root, const uint32_t *first, const uint32_t *next,
		uint32_t *marks)
{
	uint32_t depth = 0, g = root;

	for (;;) {
		b->depth[g] = depth;
		b->stack[depth] = g;
		marks[depth] = b->n_shadows;
		if (enter(b, g) != 0)
			return -1;
		if (first[g] != OL_NONE) {
			g = first[g];
			depth++;
			continue;
		}
		for (;;) {
			leave(b, g);
			while (b->n_shadows > marks[depth]) {
				b->n_shadows--;
				b->visible[b->shadows[b->n_shadows].name] =
				    b->shadows[b->n_shadows].value;
			}
			if (depth == 0)
				return 0;
			depth--;
			if (next[g] != OL_NONE)
				break;
			g = b->stack[depth];
		}
		g = next[g];
		depth++;
	}
}

int ol_graph_resolve(struct ol_build *b)
{
	struct ol_model *m = b->m;
	size_t n = m->n_graphs ? m->n_graphs : 1;
	uint32_t *first = malloc(n * 3 * sizeof(*first)), *next = first + n, *marks = next + n;
	int bad = first ? 0 : -1;

	if (!bad)
		memset(first, 0xff, n * 2 * sizeof(*first));
	/* backwards, so that lists are in file order */
	for (uint32_t g = m->n_graphs; !bad && g-- > 0;) {
		uint32_t parent = m->graphs[g].parent;

		if (m->graphs[g].kind == OL_GRAPH_TRAINING && g &&
		    m->graphs[0].kind == OL_GRAPH_MAIN)
			parent = 0;
		if (parent != OL_NONE) {
			next[g] = first[parent];
			first[parent] = g;
		}
	}
	for (uint32_t g = 0; !bad && g < m->n_graphs; g++)
		if (m->graphs[g].parent == OL_NONE && (m->graphs[g].kind != OL_GRAPH_TRAINING ||
						       !g || m->graphs[0].kind != OL_GRAPH_MAIN))
			bad = walk(b, g, first, next, marks);
	free(first);
	return bad;
}
