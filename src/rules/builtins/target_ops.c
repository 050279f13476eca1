/* target_ops.c: what the target's table says of each operator of the model. One look-up a kind of operator, then its nodes,
 * each as it stands: a row's conditions may hold of one and not of another.
 *
 * A node that calls a local function is judged by the function's body, whose nodes are kinds of their own. */
#include "rules/check.h"

#include "rules/stand.h"
#include "schema/kinds.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "none, version, condition, dtype, undecided, partial, unknown or custom"},
	{"note", "string", "the limitation or the condition, as the table words it; may be empty"},
	{"opset", "int", "the opset that the model imports for the domain"},
	{"least", "int?", "version: the first opset in which the target has the operator"},
	{"most", "int?", "version: the last such opset; null = open"},
	{"by_function", "bool", "only by expanding the operator's function body"},
	{"falls_back", "bool", "another target takes the node over, as providers of onnxruntime do"},
	{"fallback", "string", "that target; may be empty"},
	{NULL, NULL, NULL},
};

static const char *const faults[] = {
	[OL_STAND_UNKNOWN] = "unknown",   [OL_STAND_NONE] = "none",   [OL_STAND_VERSION] = "version",
	[OL_STAND_CUSTOM] = "custom",     [OL_STAND_DTYPE] = "dtype", [OL_STAND_CONDITION] = "condition",
	[OL_STAND_UNDECIDED] = "undecided", [OL_STAND_PARTIAL] = "partial", [OL_STAND_FULL] = NULL,
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

/* The words for a node: those of the condition that it is about, else the row's. */
static struct ol_str words(const struct ol_target_support *s, struct ol_stand at)
{
	if (at.kind == OL_STAND_CONDITION || at.kind == OL_STAND_UNDECIDED)
		return ol_target_condition(s, at.at).note;
	if (at.kind == OL_STAND_DTYPE)
		return OL_STR("not for the element type of its operands");
	return s->note;
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; c->stands && k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		struct ol_str domain = ol_name(m, kind->domain), op = ol_name(m, kind->op_type);
		struct ol_target_support s = {0};
		const struct ol_custom_target *own;
		int32_t least = 0, most = 0;

		own = ol_custom_at_target(ol_kind_custom(c->ir, k), c->target);
		if (kind->function != OL_NONE && !own)
			continue;
		/* what is no operator at all is said by op/… and domain/…, once */
		if (!own && !c->kind_schema[k].row && ol_schema_domain_newest(domain) > 0)
			continue;
		if (own)
			s = (struct ol_target_support){.status = own->status, .note = own->note};
		else
			s = ol_stand_support(c->target, domain, op, kind->opset);
		if (!own && s.status == OL_SUPPORT_NONE)
			other_versions(c->target, domain, op, kind->opset, &least, &most);
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];
			struct ol_stand at = c->stands->own[node];
			struct ol_val v[] = {
				ol_v_str(ol_str(faults[at.kind] ? faults[at.kind] : "")),
				ol_v_str(words(&s, at)),
				ol_v_int(kind->opset),
				least ? ol_v_int(least) : ol_v_null(),
				most && most != INT32_MAX ? ol_v_int(most) : ol_v_null(),
				ol_v_bool(s.by_function),
				ol_v_bool(ol_stands_falls_back(c->stands, node)),
				ol_v_str(c->target->fallback),
			};

			if (faults[at.kind])
				ol_check_emit(c, ol_check_node(c, node, 0), v);
		}
	}
}

const struct ol_builtin ol_builtin_target_ops = {
	.name = "target-ops",
	.about = "operators that the target lacks, has in other versions or under conditions, or says nothing of",
	.vars = vars,
	.run = run,
};
