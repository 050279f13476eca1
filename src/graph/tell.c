/* tell.c: diags of the builder: how nodes and values are called in messages, and where they are. */
#include <stdio.h>

#include "graph/build.h"

const char *ol_graph_name(const struct ol_model *m, uint32_t name, char out[OL_NAME_ROOM])
{
	struct ol_str s = ol_name(m, name);
	size_t n = s.n;

	if (n < OL_NAME_ROOM - 4) {
		snprintf(out, OL_NAME_ROOM, "%.*s", OL_FMT(s));
		return out;
	}
	/* cut between code points */
	for (n = OL_NAME_ROOM - 8; n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80; n--)
		;
	snprintf(out, OL_NAME_ROOM, "%.*s...", (int)n, s.p);
	return out;
}

const char *ol_graph_label(const struct ol_model *m, uint32_t node, char out[OL_LABEL_ROOM])
{
	const struct ol_node *n = &m->nodes[node];
	uint32_t index = node - m->graphs[n->graph].nodes.first;
	const char *op = NAME(m, n->op_type);

	if (n->name) {
		snprintf(out, OL_LABEL_ROOM, "node '%s' (%s, #%u)", NAME(m, n->name), op, index);
		return out;
	}
	for (uint32_t i = 0; i < n->outputs.n; i++) {
		uint32_t y = m->names_of[n->outputs.first + i];

		if (y) {
			snprintf(out, OL_LABEL_ROOM, "node #%u (%s, makes '%s')", index, op,
				 NAME(m, y));
			return out;
		}
	}
	snprintf(out, OL_LABEL_ROOM, "node #%u (%s)", index, op);
	return out;
}

const char *ol_graph_function_label(const struct ol_model *m, uint32_t function,
				    char out[OL_LABEL_ROOM])
{
	const struct ol_function *f = &m->functions[function];

	snprintf(out, OL_LABEL_ROOM, "%s:%s%s%s", NAME(m, f->domain), NAME(m, f->name),
		 f->overload ? ":" : "", NAME(m, f->overload));
	return out;
}

struct ol_place ol_graph_at_node(const struct ol_model *m, uint32_t node, uint32_t value)
{
	const struct ol_node *n = &m->nodes[node];
	struct ol_place p = OL_NOWHERE;

	p.graph = n->graph;
	p.node = node;
	p.value = value;
	p.function = m->graphs[n->graph].function;
	p.at = (struct ol_span){n->offset, n->length};
	return p;
}

struct ol_place ol_graph_at_graph(const struct ol_model *m, uint32_t graph, uint32_t value,
				  struct ol_span at)
{
	struct ol_place p = OL_NOWHERE;

	p.graph = graph;
	p.value = value;
	p.function = m->graphs[graph].function;
	p.at = at;
	return p;
}

struct ol_place ol_graph_at_function(const struct ol_model *m, uint32_t function)
{
	struct ol_place p = OL_NOWHERE;

	p.graph = m->functions[function].graph;
	p.function = function;
	p.at = m->functions[function].at;
	return p;
}

bool ol_graph_room(struct ol_build *b, const char *rule)
{
	/* of a file that was not read to its end, nobody knows what is missing */
	return b->m->complete && !ol_model_diag_full(b->m, rule);
}

void ol_graph_say(struct ol_build *b, const char *rule, struct ol_place place, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	if (place.graph != OL_NONE && b->ir->scopes[place.graph].root != OL_NONE &&
	    b->m->graphs[b->ir->scopes[place.graph].root].kind == OL_GRAPH_TRAINING)
		rule = "graph/training-info";
	if (ol_model_diag_full(b->m, rule))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ol_model_diag(b->m, rule, place, "%s", text);
}
