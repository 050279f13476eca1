/* target_dtypes.c: element types of operands, inferred or declared, against the types that the target takes for them. */
#include "rules/check.h"

#include "rules/stand.h"
#include "util/buf.h"

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the operand"},
	{"formal", "string", "the schema's name for it"},
	{"role", "string", "input or output"},
	{"dtype", "string", "its type, inferred or declared"},
	{"takes", "string", "the types that the target takes there"},
	{"falls_back", "bool", "another target takes the node over"},
	{NULL, NULL, NULL},
};

/* The first operand that the target does not take is enough: one finding a node. */
static void tell(struct ol_check *c, uint32_t node, const struct ol_stand_operand *x)
{
	struct ol_str name = ol_name(c->ir->model, c->ir->values[x->value].name);
	struct ol_buf list = {0};

	ol_typeset_print(&x->takes, &list);
	{
		struct ol_val v[] = {
			ol_v_str(name),
			ol_v_str(x->param.name),
			ol_v_str(x->output ? OL_STR("output") : OL_STR("input")),
			ol_v_str(ol_str(ol_dtype_info(x->dtype)->name)),
			ol_v_str(ol_buf_keep(&list, c->scratch)),
			ol_v_bool(c->stands && ol_stands_falls_back(c->stands, node)),
		};

		ol_check_emit(c, ol_check_node(c, node, c->ir->values[x->value].name), v);
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *schema = &c->kind_schema[k];
		struct ol_target_support s;

		if (kind->function != OL_NONE || !schema->row)
			continue;
		s = ol_stand_support(c->target, ol_name(m, kind->domain), ol_name(m, kind->op_type), kind->opset);
		if (s.status != OL_SUPPORT_FULL && s.status != OL_SUPPORT_PARTIAL)
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];
			struct ol_stand_operand x;

			if (ol_stand_operand(c->ir, c->inf, c->target, &s, schema, node, &x))
				tell(c, node, &x);
		}
	}
}

const struct ol_builtin ol_builtin_target_dtypes = {
	.name = "target-dtypes",
	.about = "operands of an element type that the target does not take",
	.vars = vars,
	.run = run,
};
