/* plan.c: a kind of operator: its schema, its shape function or declaration, and what type constraints decide. */
#include "infer/plan.h"

#include "schema/kinds.h"

static void single_type(const struct ol_typeset *t, struct ol_infer_formal *f)
{
	const struct {
		uint64_t set;
		uint8_t kind;
	} sets[] = {{t->tensor, OL_TYPE_TENSOR}, {t->sparse, OL_TYPE_SPARSE_TENSOR}};
	int n = 0;

	if (t->any || t->seq || t->optional_tensor || t->optional_seq || t->other)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!sets[i].set)
			continue;
		n += sets[i].set & (sets[i].set - 1) ? 2 : 1;
		f->kind = sets[i].kind;
		f->dtype = (uint8_t)__builtin_ctzll(sets[i].set);
	}
	if (n != 1)
		f->kind = f->dtype = 0;
}

static void plan_formals(struct ol_infer_kind *k, const struct ol_schema *s)
{
	k->n_in = s->n_inputs < OL_INFER_FORMALS ? s->n_inputs : OL_INFER_FORMALS;
	k->n_out = s->n_outputs < OL_INFER_FORMALS ? s->n_outputs : OL_INFER_FORMALS;
	for (uint32_t i = 0; i < k->n_in; i++) {
		struct ol_schema_param p = ol_schema_input(s, i);

		k->in[i] = (struct ol_infer_formal){.var = p.option == OL_PARAM_VARIADIC && !p.homogeneous ? OL_INFER_NO_VAR : p.type_var};
	}
	for (uint32_t i = 0; i < k->n_out; i++) {
		struct ol_schema_param p = ol_schema_output(s, i);

		k->out[i] = (struct ol_infer_formal){.var = p.option == OL_PARAM_VARIADIC && !p.homogeneous ? OL_INFER_NO_VAR : p.type_var};
		single_type(&p.types, &k->out[i]);
	}
}

void ol_infer_plan(struct ol_infer *inf, uint32_t kind)
{
	const struct ol_opkind *o = &inf->ir->kinds[kind];
	struct ol_infer_kind *k = &inf->kinds[kind];
	struct ol_str domain = ol_kind_domain(inf->ir, o), op = ol_name(inf->ir->model, o->op_type);
	struct ol_schema *s = &inf->schemas[kind];

	*s = ol_kind_schema(inf->ir, kind);
	if (o->nodes.n)
		k->nested = ol_nested_kind(inf, inf->ir->nodes_by_kind[o->nodes.first]);
	if (s->row)
		plan_formals(k, s);
	if (o->function != OL_NONE)
		return;
	k->declared = ol_kind_custom(inf->ir, kind);
	if (k->declared && k->declared->has_signature)
		return;
	k->declared = NULL;
	for (uint32_t f = 0; ol_infer_families[f]; f++) {
		if (!ol_str_is(domain, ol_infer_families[f]->domain))
			continue;
		for (const struct ol_infer_row *r = ol_infer_families[f]->rows; r->op; r++)
			if (ol_str_is(op, r->op))
				k->run = r->run;
	}
}
