/* check_io.c: the interface of the main graph: onnx.checker wants a type with an element type and a
 * shape for each input and output of it (nested graphs and functions may leave them out). */
#include <stdlib.h>

#include "graph/build.h"

/* What a type lacks at its innermost element, "" when nothing. Steps are bounded by the rows: a
 * type cannot hold itself. */
static const char *lack(const struct ol_model *m, uint32_t type, bool *shape)
{
	*shape = false;
	for (uint32_t steps = 0; steps <= m->n_types; steps++) {
		const struct ol_type *t;

		if (type == OL_NONE)
			return "type";
		t = &m->types[type];
		switch ((enum ol_type_kind)t->kind) {
		case OL_TYPE_NONE:
			return "type";
		case OL_TYPE_TENSOR:
		case OL_TYPE_SPARSE_TENSOR:
			*shape = t->has_shape;
			return t->elem_type == OL_DT_UNDEFINED ? "element type" : "";
		case OL_TYPE_OPAQUE:
			*shape = true;
			return "";
		case OL_TYPE_MAP:
			if (t->elem_type == OL_DT_UNDEFINED)
				return "key type";
			break;
		case OL_TYPE_SEQUENCE:
		case OL_TYPE_OPTIONAL:
			break;
		}
		type = t->elem;
	}
	return "";
}

static void check_dims(struct ol_build *b, struct ol_place at, const char *side,
		       const struct ol_type *t)
{
	struct ol_model *m = b->m;
	uint32_t unset = 0, first = 0;

	for (uint32_t i = 0; i < t->rank; i++) {
		if (t->dims[i].kind == OL_DIM_VALUE && t->dims[i].value < 0) {
			ol_graph_tell(b, "graph/io-dim-negative", at,
				      "graph %s '%s' has dimension %u of %lld: write a dim_param "
				      "for an unknown size",
				      side, NAME(m, at.value), i, (long long)t->dims[i].value);
			break;
		}
	}
	for (uint32_t i = t->rank; i-- > 0;)
		if (t->dims[i].kind == OL_DIM_UNSET ||
		    (t->dims[i].kind == OL_DIM_PARAM && !t->dims[i].param)) {
			unset++;
			first = i;
		}
	if (unset)
		ol_graph_tell(b, "graph/io-dim-unset", at,
			      "graph %s '%s' has %s %u with neither size nor name", side,
			      NAME(m, at.value),
			      unset == 1 ? "dimension" : "several dimensions, the first is", first);
}

static void check_side(struct ol_build *b, const struct ol_range *r, const char *side)
{
	struct ol_model *m = b->m;

	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		uint32_t type = m->infos[i].type;
		struct ol_place at = ol_graph_at_graph(m, 0, m->infos[i].name, m->infos[i].at);
		bool shape;
		const char *missing = lack(m, type, &shape);

		if (*missing) {
			ol_graph_tell(b, "graph/io-without-type", at, "graph %s '%s' has no %s",
				      side, NAME(m, m->infos[i].name), missing);
			continue;
		}
		/* the checker looks at the outermost type only; within sequences and optionals a
		 * shape is free */
		if (m->types[type].kind != OL_TYPE_TENSOR &&
		    m->types[type].kind != OL_TYPE_SPARSE_TENSOR)
			continue;
		if (!shape)
			ol_graph_tell(b, "graph/io-without-shape", at, "graph %s '%s' has no shape",
				      side, NAME(m, m->infos[i].name));
		else
			check_dims(b, at, side, &m->types[type]);
	}
}

int ol_graph_check_io(struct ol_build *b)
{
	struct ol_model *m = b->m;

	if (m->n_graphs && m->graphs[0].kind == OL_GRAPH_MAIN) {
		check_side(b, &m->graphs[0].inputs, "input");
		check_side(b, &m->graphs[0].outputs, "output");
	}
	return 0;
}
