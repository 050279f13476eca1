/* bind.c: what a graph says about values that its nodes have made by now: outputs, value_info,
 * annotations. */
#include "graph/build.h"

int ol_graph_bind_outputs(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];
	bool function = gr->kind == OL_GRAPH_FUNCTION;

	for (uint32_t i = gr->outputs.first, e = i + gr->outputs.n; i < e; i++) {
		uint32_t name = m->infos[i].name, v;
		struct ol_place at = ol_graph_at_graph(m, g, name, m->infos[i].at);
		struct ol_value *of;

		if (name == 0) {
			ol_graph_tell(b, "graph/unnamed-io", at, "output %u has no name",
				      i - gr->outputs.first);
			continue;
		}
		v = b->visible[name];
		if (v != OL_NONE && b->ir->values[v].graph != g && gr->kind == OL_GRAPH_SUB &&
		    !(b->ir->values[v].flags & OL_VALUE_UNDEFINED)) {
			ol_graph_tell(b, "graph/output-not-produced", at,
				      "output '%s' of a nested graph is %s of an outer graph, "
				      "which it cannot return as "
				      "it is: pass it through an Identity node",
				      NAME(m, name), ol_graph_what(&b->ir->values[v]));
			b->ir->values[v].flags |= OL_VALUE_CAPTURED;
			b->ir->info_value[i] = v;
			continue;
		}
		if (v == OL_NONE || b->ir->values[v].graph != g) {
			v = ol_graph_define(b, g, name, OL_VALUE_UNDEFINED);
			if (v == OL_NONE)
				return -1;
			b->ir->n_undefined++;
		}
		of = &b->ir->values[v];
		b->ir->info_value[i] = v;
		if (of->flags & OL_VALUE_OUTPUT)
			ol_graph_tell(
			    b, function ? "domain/function-signature" : "graph/duplicate-output",
			    at, "output '%s' is listed twice (again as output %u)", NAME(m, name),
			    i - gr->outputs.first);
		else if (of->flags & OL_VALUE_UNDEFINED)
			ol_graph_tell(b, "graph/output-not-produced", at,
				      "%s output '%s' is made by no node%s",
				      function ? "function" : "graph", NAME(m, name),
				      function ? "" : ", and is no input or initializer");
		else if (function && (of->flags & OL_VALUE_INPUT))
			ol_graph_tell(b, "domain/function-passthrough", at,
				      "function output '%s' is an input of the function: pass it "
				      "through Identity",
				      NAME(m, name));
		of->flags |= OL_VALUE_OUTPUT;
		if (of->info == OL_NONE || !(of->flags & OL_VALUE_INPUT))
			of->info = i;
	}
	return 0;
}

/* value_info: gives a type to what has none yet. */
void ol_graph_bind_infos(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_graph *gr = &m->graphs[g];

	for (uint32_t i = gr->value_infos.first, e = i + gr->value_infos.n; i < e; i++) {
		uint32_t name = m->infos[i].name, v = name ? b->visible[name] : OL_NONE;
		struct ol_place at = ol_graph_at_graph(m, g, name, m->infos[i].at);
		struct ol_value *of;

		if (v == OL_NONE) {
			ol_graph_tell(b, "graph/value-info-unknown", at,
				      "value_info describes '%s', which nothing defines or reads",
				      NAME(m, name));
			continue;
		}
		b->ir->info_value[i] = v;
		of = &b->ir->values[v];
		if (of->graph != g)
			continue;
		if (of->info == OL_NONE)
			of->info = i;
		else if (of->info >= gr->value_infos.first && of->info < e)
			ol_graph_tell(b, "graph/duplicate-value-info", at,
				      "value_info describes '%s' twice", NAME(m, name));
	}
}

void ol_graph_bind_annotations(struct ol_build *b, uint32_t g)
{
	struct ol_model *m = b->m;
	const struct ol_range *r = &m->graphs[g].annotations;

	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		const struct ol_annotation *a = &m->annotations[i];
		struct ol_place at =
		    ol_graph_at_graph(m, g, a->tensor_name, (struct ol_span){0, 0});

		if (!a->tensor_name || b->visible[a->tensor_name] == OL_NONE)
			ol_graph_tell(b, "graph/annotation-unknown", at,
				      "quantization annotation is for '%s', which nothing defines",
				      NAME(m, a->tensor_name));
		for (uint32_t k = 0; k < a->params.n; k++) {
			uint32_t name = ol_intern_find(&m->names, a->params.at[k].value);

			if (name == OL_NONE || name == 0 || name >= b->n_syms ||
			    b->visible[name] == OL_NONE)
				ol_graph_tell(
				    b, "graph/annotation-unknown", at,
				    "quantization annotation of '%s' has %s '%.*s', which nothing "
				    "defines",
				    NAME(m, a->tensor_name), NAME(m, a->params.at[k].key),
				    (int)(a->params.at[k].value.n < 120 ? a->params.at[k].value.n
									: 120),
				    a->params.at[k].value.n ? a->params.at[k].value.p : "");
		}
	}
}
