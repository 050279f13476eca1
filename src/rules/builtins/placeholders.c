/* placeholders.c: nodes of operators that a file of custom operators declares as placeholders. By kind of operator, so
 * that a model without such a file pays nothing. */
#include "rules/check.h"

#include "schema/kinds.h"

static const struct ol_builtin_var vars[] = {
	{"reason", "string", "why it is one, as the file says; may be empty"},
	{NULL, NULL, NULL},
};

static void run(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;

	for (uint32_t k = 0; ir->model->custom && k < ir->n_kinds; k++) {
		const struct ol_custom_op *op = ol_kind_custom(ir, k);
		struct ol_range r = ir->kinds[k].nodes;

		for (uint32_t i = 0; op && op->placeholder && i < r.n; i++) {
			struct ol_val v[] = {ol_v_str(op->reason.n ? op->reason : op->about)};

			ol_check_emit(c, ol_check_node(c, ir->nodes_by_kind[r.first + i], 0), v);
		}
	}
}

const struct ol_builtin ol_builtin_placeholders = {
	.name = "placeholders",
	.about = "operators that a file of custom operators calls placeholders",
	.vars = vars,
	.run = run,
};
