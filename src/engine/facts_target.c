/* facts_target.c: targets and what they say of an operator. A table that says nothing gives
 * unknown, never yes. */
#include "engine/facts_table.h"

static const struct ol_target *target(struct ol_val self)
{
	return (const struct ol_target *)(uintptr_t)self.u.obj.a;
}

static const struct ol_target_support *support(struct ol_val self)
{
	return (const struct ol_target_support *)(uintptr_t)self.u.obj.a;
}

static struct ol_val target_name(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(target(self)->name);
}

static struct ol_val target_title(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(target(self)->title);
}

static struct ol_val target_version(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(target(self)->version);
}

static struct ol_val target_source(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(target(self)->source);
}

static struct ol_val target_min_ir(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(target(self)->min_ir, 0);
}

static struct ol_val target_max_ir(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(target(self)->max_ir, 0);
}

static struct ol_val target_evidence(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(ol_str(ol_evidence_names[target(self)->evidence]));
}

static struct ol_val target_fallback(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(target(self)->fallback);
}

const struct ol_field ol_facts_target_fields[] = {
    {"name", "string", target_name, "name, as on the command line"},
    {"title", "string", target_title, "name for people"},
    {"version", "string", target_version, "version that the table is about"},
    {"source", "string", target_source, "where the facts come from"},
    {"min_ir", "int?", target_min_ir, "least IR version; null when not known"},
    {"max_ir", "int?", target_max_ir, "largest IR version; null when not known"},
    {"evidence", "string", target_evidence,
     "what the table was made from: \"table\" \"names\" \"probe\" \"kernels\" \"measured\""},
    {"fallback", "string", target_fallback,
     "target that runs the nodes that this one does not; may be empty"},
    {0},
};

static struct ol_val support_status(struct ol_eval *e, struct ol_val self)
{
	static const char *const names[] = {"unknown", "none", "partial", "full"};
	uint32_t s = (uint32_t)support(self)->status;

	(void)e;
	return ol_v_str(ol_str(names[s < 4 ? s : 0]));
}

static struct ol_val support_note(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(support(self)->note);
}

static struct ol_val support_layer(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(support(self)->layer);
}

static struct ol_val support_by_function(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(support(self)->by_function);
}

static struct ol_val support_min_opset(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_facts_opt_int(support(self)->min_opset, 0);
}

static struct ol_val support_max_opset(struct ol_eval *e, struct ol_val self)
{
	int32_t m = support(self)->max_opset;

	(void)e;
	return ol_facts_opt_int(m ? m : INT32_MAX, INT32_MAX);
}

const struct ol_field ol_facts_support_fields[] = {
    {"status", "string", support_status, "\"full\" \"partial\" \"none\" \"unknown\""},
    {"note", "string", support_note, "the limitation, in words; may be empty"},
    {"layer", "string", support_layer, "what it becomes; may be empty"},
    {"by_function", "bool", support_by_function, "only by expanding the operator's function body"},
    {"min_opset", "int?", support_min_opset, "first opset that the statement holds for"},
    {"max_opset", "int?", support_max_opset, "last opset that it holds for; null when open"},
    {0},
};

/* A call of a local function is no question to the table: the body's nodes are asked one by one. */
static struct ol_target_support supports(struct ol_eval *e, const struct ol_target *t,
					 struct ol_val node)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	const struct ol_opkind *k = &ir->kinds[ir->node_kind[node.u.obj.a]];

	if (k->function != OL_NONE)
		return (struct ol_target_support){.status = OL_SUPPORT_FULL, .by_function = true};
	return ol_target_supports(t, ol_facts_domain(ir->model, k->domain),
				  ol_name(ir->model, k->op_type), k->opset);
}

OL_FACTS_CALL(target_supports)
{
	struct ol_target_support s = supports(e, target(argv[0]), argv[1]);

	(void)argc;
	return ol_facts_copy(e, OL_CLS_SUPPORT, &s, sizeof(s));
}

OL_FACTS_CALL(target_supports_op)
{
	struct ol_target_support s =
	    ol_target_supports(target(argv[0]), argv[1].u.s, argv[2].u.s, argv[3].u.i);

	(void)argc;
	return ol_facts_copy(e, OL_CLS_SUPPORT, &s, sizeof(s));
}

/* The types under a parameter's name, else under its type variable. */
static bool types_of(struct ol_eval *e, const struct ol_val *argv, struct ol_typeset *out)
{
	const struct ol_facts *f = ol_facts_of(e);
	const struct ol_schema *s = &f->kind_schema[f->ir->node_kind[argv[1].u.obj.a]];
	struct ol_target_support sup = supports(e, target(argv[0]), argv[1]);
	struct ol_str var = argv[2].u.s;

	if (!sup.row)
		return false;
	for (uint32_t i = 0; s->row && i < (uint32_t)s->n_inputs + s->n_outputs; i++) {
		struct ol_schema_param p =
		    i < s->n_inputs ? ol_schema_input(s, i) : ol_schema_output(s, i - s->n_inputs);

		if (ol_str_eq(p.name, argv[2].u.s)) {
			var = p.type_str;
			break;
		}
	}
	return ol_target_types(target(argv[0]), &sup, var, out);
}

OL_FACTS_CALL(target_types)
{
	struct ol_typeset t;

	(void)argc;
	return types_of(e, argv, &t) ? ol_facts_typeset(e, &t) : ol_v_unknown();
}

OL_FACTS_CALL(target_takes)
{
	enum ol_dtype d = ol_dtype_find(argv[3].u.s);
	struct ol_typeset t;

	(void)argc;
	if (!types_of(e, argv, &t) || t.any || d == OL_DT_UNDEFINED)
		return ol_v_unknown();
	return ol_v_bool((t.tensor >> d) & 1);
}

OL_FACTS_CALL(target_min_opset)
{
	int32_t min, max;

	(void)e;
	(void)argc;
	if (!ol_target_opsets(target(argv[0]), argv[1].u.s, &min, &max))
		return ol_v_null();
	return ol_facts_opt_int(min, 0);
}

OL_FACTS_CALL(target_tried)
{
	int32_t min, max;

	(void)e;
	(void)argc;
	if (!ol_target_tried(target(argv[0]), argv[1].u.s, &min, &max))
		return ol_v_bool(true);
	return ol_v_bool(min <= argv[2].u.i && argv[2].u.i <= max);
}

OL_FACTS_CALL(target_max_opset)
{
	int32_t min, max;

	(void)e;
	(void)argc;
	if (!ol_target_opsets(target(argv[0]), argv[1].u.s, &min, &max))
		return ol_v_null();
	return ol_facts_opt_int(max ? max : INT32_MAX, INT32_MAX);
}

/* The opset nearest to the node's at which the target takes the operator: what to convert to. */
OL_FACTS_CALL(target_opset_for)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	const struct ol_opkind *k = &ir->kinds[ir->node_kind[argv[1].u.obj.a]];
	struct ol_str domain = ol_facts_domain(ir->model, k->domain),
		      op = ol_name(ir->model, k->op_type);
	int64_t best = -1, distance = INT64_MAX;
	int32_t min, max;
	enum ol_support status;

	(void)argc;
	for (uint32_t i = 0; ol_target_range(target(argv[0]), domain, op, i, &min, &max, &status);
	     i++) {
		int64_t at = k->opset, d;

		if (status != OL_SUPPORT_FULL && status != OL_SUPPORT_PARTIAL)
			continue;
		if (at < min)
			at = min;
		if (at > max)
			at = max;
		d = at > k->opset ? at - k->opset : k->opset - at;
		if (d < distance) {
			distance = d;
			best = at;
		}
	}
	return ol_facts_opt_int(best, -1);
}
