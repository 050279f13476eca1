/* stand.c: element types of operands, inferred or declared, against what a target takes for them. */
#include "rules/stand.h"

struct ol_target_support ol_stand_support(const struct ol_target *t, struct ol_str domain,
					  struct ol_str op, int64_t opset)
{
	int32_t least, most;

	if (ol_target_opsets(t, domain, &least, &most) && opset > most)
		opset = most;
	return ol_target_supports(t, domain, op, opset);
}

static bool refused(const struct ol_ir *ir, const struct ol_infer *inf, const struct ol_target *t,
		    const struct ol_target_support *s, struct ol_stand_operand *x)
{
	struct ol_known known = ol_known_type(ir, inf, x->value);

	if (!ol_dtype_valid(known.dtype) ||
	    (known.kind != OL_TYPE_TENSOR && known.kind != OL_TYPE_SPARSE_TENSOR))
		return false;
	if (!ol_target_param_types(t, s, &x->param, &x->takes))
		return false;
	if (x->takes.any || x->takes.tensor >> known.dtype & 1)
		return false;
	/* a type that the schema itself refuses is said by dtype/… */
	if (!x->param.types.any && !(x->param.types.tensor >> known.dtype & 1))
		return false;
	x->dtype = known.dtype;
	return true;
}

bool ol_stand_operand(const struct ol_ir *ir, const struct ol_infer *inf, const struct ol_target *t,
		      const struct ol_target_support *s, const struct ol_schema *schema,
		      uint32_t node, struct ol_stand_operand *out)
{
	const struct ol_node *n = &ir->model->nodes[node];

	for (uint32_t pass = 0; pass < 2; pass++) {
		struct ol_range r = pass ? n->outputs : n->inputs;
		uint32_t formal = pass ? schema->n_outputs : schema->n_inputs;

		for (uint32_t a = 0; a < r.n && formal; a++) {
			struct ol_stand_operand x = {.value = ir->args[r.first + a], .output = pass};
			uint32_t at = pass ? ol_schema_output_at(schema, a)
					   : ol_schema_input_at(schema, a);

			if (x.value == OL_NONE || at >= formal)
				continue;
			x.param = pass ? ol_schema_output(schema, at) : ol_schema_input(schema, at);
			if (refused(ir, inf, t, s, &x)) {
				*out = x;
				return true;
			}
		}
	}
	return false;
}
