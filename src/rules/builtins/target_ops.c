/* target_ops.c: what the target's table says of each operator of the model. One look-up a kind of operator, then its nodes.
 *
 * A node that calls a local function is judged by the function's body, whose nodes are kinds of their own. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "none, version, partial, unknown or custom"},
	{"note", "string", "the limitation, as the table words it; may be empty"},
	{"opset", "int", "the opset that the model imports for the domain"},
	{"least", "int?", "version: the first opset in which the target has the operator"},
	{"most", "int?", "version: the last such opset; null = open"},
	{"by_function", "bool", "only by expanding the operator's function body"},
	{NULL, NULL, NULL},
};

/* The range of opsets nearest to the model's in which the target has the operator. */
static bool other_versions(const struct ol_target *t, struct ol_str domain, struct ol_str op, int64_t opset, int32_t *least,
			   int32_t *most)
{
	int64_t best = INT64_MAX;
	enum ol_support status;
	int32_t lo, hi;

	for (uint32_t i = 0; ol_target_range(t, domain, op, i, &lo, &hi, &status); i++) {
		int64_t gap = opset < lo ? lo - opset : opset > hi ? opset - hi : 0;

		if ((status == OL_SUPPORT_FULL || status == OL_SUPPORT_PARTIAL) && gap < best) {
			best = gap;
			*least = lo;
			*most = hi;
		}
	}
	return best != INT64_MAX;
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		struct ol_str domain = ol_name(m, kind->domain), op = ol_name(m, kind->op_type);
		struct ol_target_support s;
		const char *fault = NULL;
		int32_t least = 0, most = 0;

		if (kind->function != OL_NONE)
			continue;
		/* what is no operator at all is said by op/… and domain/…, once */
		if (!c->kind_schema[k].row && ol_schema_domain_newest(domain) > 0)
			continue;
		s = ol_target_supports(c->target, domain, op, kind->opset);
		if (ol_schema_domain_newest(domain) <= 0)
			fault = s.status == OL_SUPPORT_FULL || s.status == OL_SUPPORT_PARTIAL ? NULL : "custom";
		else if (s.status == OL_SUPPORT_NONE)
			fault = other_versions(c->target, domain, op, kind->opset, &least, &most) ? "version" : "none";
		else if (s.status == OL_SUPPORT_UNKNOWN)
			fault = "unknown";
		else if (s.status == OL_SUPPORT_PARTIAL)
			fault = "partial";
		if (!fault)
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];
			struct ol_val v[] = {
				ol_v_str(ol_str(fault)),
				ol_v_str(s.note),
				ol_v_int(kind->opset),
				least ? ol_v_int(least) : ol_v_null(),
				most && most != INT32_MAX ? ol_v_int(most) : ol_v_null(),
				ol_v_bool(s.by_function),
			};

			ol_check_emit(c, ol_check_node(c, node, 0), v);
		}
	}
}

const struct ol_builtin ol_builtin_target_ops = {
	.name = "target-ops",
	.about = "operators that the target lacks, has in other versions, has in part, or says nothing of",
	.vars = vars,
	.run = run,
};
