/* target_dtypes.c: element types of operands, inferred or declared, against the types that the target takes for them. */
#include "rules/check.h"

#include "util/buf.h"

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the operand"},
	{"formal", "string", "the schema's name for it"},
	{"role", "string", "input or output"},
	{"dtype", "string", "its type, inferred or declared"},
	{"takes", "string", "the types that the target takes there"},
	{NULL, NULL, NULL},
};

struct walk {
	struct ol_check *c;
	const struct ol_target_support *support;
	const struct ol_schema *schema;
};

static bool judge(const struct walk *w, uint32_t node, uint32_t value, const struct ol_schema_param *p, bool output)
{
	struct ol_check *c = w->c;
	const struct ol_model *m = c->ir->model;
	struct ol_known known = ol_known_type(c->ir, c->inf, value);
	int32_t dtype = known.dtype;
	struct ol_typeset set;
	struct ol_buf list = {0};

	if (!ol_dtype_valid(dtype) || (known.kind != OL_TYPE_TENSOR && known.kind != OL_TYPE_SPARSE_TENSOR))
		return false;
	if (!ol_target_types(c->target, w->support, p->type_var == UINT16_MAX ? p->name : p->type_str, &set))
		return false;
	if (set.any || set.tensor >> dtype & 1)
		return false;
	/* a type that the schema itself refuses is said by dtype/… */
	if (!p->types.any && !(p->types.tensor >> dtype & 1))
		return false;
	ol_typeset_print(&set, &list);
	{
		struct ol_val v[] = {
			ol_v_str(ol_name(m, c->ir->values[value].name)),
			ol_v_str(p->name),
			ol_v_str(output ? OL_STR("output") : OL_STR("input")),
			ol_v_str(ol_str(ol_dtype_info(dtype)->name)),
			ol_v_str(ol_buf_keep(&list, c->scratch)),
		};

		ol_check_emit(c, ol_check_node(c, node, c->ir->values[value].name), v);
	}
	return true;
}

/* The first operand that the target does not take is enough: one finding a node. */
static void check_node(const struct walk *w, uint32_t node)
{
	const struct ol_ir *ir = w->c->ir;
	const struct ol_node *n = &ir->model->nodes[node];

	for (uint32_t pass = 0; pass < 2; pass++) {
		struct ol_range r = pass ? n->outputs : n->inputs;
		uint32_t formal = pass ? w->schema->n_outputs : w->schema->n_inputs;

		for (uint32_t a = 0; a < r.n && formal; a++) {
			uint32_t value = ir->args[r.first + a];
			uint32_t at = pass ? ol_schema_output_at(w->schema, a) : ol_schema_input_at(w->schema, a);
			struct ol_schema_param p;

			if (value == OL_NONE || at >= formal)
				continue;
			p = pass ? ol_schema_output(w->schema, at) : ol_schema_input(w->schema, at);
			if (judge(w, node, value, &p, pass))
				return;
		}
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *schema = &c->kind_schema[k];
		struct ol_target_support s;
		struct walk w = {c, &s, schema};

		if (kind->function != OL_NONE || !schema->row)
			continue;
		s = ol_target_supports(c->target, ol_name(m, kind->domain), ol_name(m, kind->op_type), kind->opset);
		if (s.status != OL_SUPPORT_FULL && s.status != OL_SUPPORT_PARTIAL)
			continue;
		for (uint32_t i = 0; i < kind->nodes.n; i++)
			check_node(&w, c->ir->nodes_by_kind[kind->nodes.first + i]);
	}
}

const struct ol_builtin ol_builtin_target_dtypes = {
	.name = "target-dtypes",
	.about = "operands of an element type that the target does not take",
	.vars = vars,
	.run = run,
};
