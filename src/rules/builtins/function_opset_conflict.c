/* function_opset_conflict.c: operators in function bodies that mean something else at the version
 * of their domain that the model imports.
 *
 * Inlining a function leaves the model's imports in force. onnx.checker compares the operator's
 * schema at both versions for the nodes of the body itself (not of graphs nested in it): an
 * operator that did not change between the two is no conflict, nor is a domain that the model does
 * not import, nor one whose operators are not known. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fn", "string", "the function, as domain:name"},
	{"function_opset", "int", "version of the domain that the function imports"},
	{"function_since", "string", "version of the operator there, or 'none'"},
	{"model_opset", "int", "version that the model imports"},
	{"model_since", "string", "version of the operator there, or 'none'"},
	{NULL, NULL, NULL},
};

static struct ol_val since(struct ol_check *c, const struct ol_schema *s)
{
	return ol_v_str(s->row ? ol_arena_printf(c->scratch, "%d", s->since_version)
			       : OL_STR("none"));
}

static void check_node(struct ol_check *c, const struct ol_opkind *k, uint32_t node,
		       const struct ol_schema *here, int64_t model_opset,
		       const struct ol_schema *there)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_function *f = &m->functions[k->scope];
	struct ol_str domain = ol_name(m, f->domain), name = ol_name(m, f->name);
	struct ol_val v[] = {
	    ol_v_str(ol_arena_printf(c->scratch, "%.*s:%.*s", OL_FMT(domain), OL_FMT(name))),
	    ol_v_int(k->opset),
	    since(c, here),
	    ol_v_int(model_opset),
	    since(c, there),
	};

	ol_check_emit(c, ol_check_node(c, node, 0), v);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t i = 0; i < c->ir->n_kinds; i++) {
		const struct ol_opkind *k = &c->ir->kinds[i];
		struct ol_str domain = ol_name(m, k->domain);
		struct ol_schema here, there;
		int64_t opset;

		if (k->scope == OL_NONE || k->function != OL_NONE || k->opset == -1)
			continue;
		opset = ol_ir_opset(m, OL_NONE, domain);
		if (opset == -1 || opset == k->opset)
			continue;
		here = ol_schema_find(domain, ol_name(m, k->op_type), k->opset);
		there = ol_schema_find(domain, ol_name(m, k->op_type), opset);
		if ((!here.row && !there.row) ||
		    (here.row && there.row && here.since_version == there.since_version))
			continue;
		for (uint32_t n = k->nodes.first; n < k->nodes.first + k->nodes.n; n++) {
			uint32_t node = c->ir->nodes_by_kind[n];

			if (m->graphs[m->nodes[node].graph].kind == OL_GRAPH_FUNCTION)
				check_node(c, k, node, &here, opset, &there);
		}
	}
}

const struct ol_builtin ol_builtin_function_opset_conflict = {
	.name = "function-opset-conflict",
	.about = "operators in function bodies that differ at the version that the model imports",
	.vars = vars,
	.run = run,
};
