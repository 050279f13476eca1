/* facts_argument.c: what a node passes to a parameter: the value together with what the schema says
 * of its place. */
#include "engine/facts_table.h"

/* obj.b is the position, with this bit for outputs. */
#define OUT_BIT ((uint64_t)1 << 32)

static struct ol_val argument_at(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	(void)e;
	return ol_v_obj(OL_CLS_ARGUMENT, l->a, l->b | i);
}

struct ol_val ol_facts_arguments(struct ol_eval *e, struct ol_val self, bool out)
{
	const struct ol_node *n = &ol_facts_model(e)->nodes[self.u.obj.a];
	struct ol_list *l = OL_NEW(e->scratch, struct ol_list);

	ol_facts_touch(e);
	if (!l)
		return ol_v_error(e, "out of memory");
	*l = (struct ol_list){.n = out ? n->outputs.n : n->inputs.n,
			      .get = argument_at,
			      .a = self.u.obj.a,
			      .b = out ? OUT_BIT : 0};
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

static bool is_out(struct ol_val self)
{
	return (self.u.obj.b & OUT_BIT) != 0;
}

static uint32_t position(struct ol_val self)
{
	return (uint32_t)self.u.obj.b;
}

static uint32_t argument_value_id(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t node = (uint32_t)self.u.obj.a;

	ol_facts_touch(e);
	return (is_out(self) ? ol_ir_outputs(ir, node) : ol_ir_inputs(ir, node))[position(self)];
}

/* false when there is no schema, or no parameter that far */
static bool param_of(struct ol_eval *e, struct ol_val self, struct ol_schema_param *p)
{
	const struct ol_facts *f = ol_facts_of(e);
	const struct ol_schema *s = &f->kind_schema[f->ir->node_kind[self.u.obj.a]];
	uint32_t i, n;

	if (!s->row)
		return false;
	n = is_out(self) ? s->n_outputs : s->n_inputs;
	i = is_out(self) ? ol_schema_output_at(s, position(self))
			 : ol_schema_input_at(s, position(self));
	if (i >= n)
		return false;
	*p = is_out(self) ? ol_schema_output(s, i) : ol_schema_input(s, i);
	return true;
}

static struct ol_val argument_node(struct ol_eval *e, struct ol_val self)
{
	ol_facts_touch(e);
	return ol_v_obj(OL_CLS_NODE, self.u.obj.a, 0);
}

static struct ol_val argument_index(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int(position(self));
}

static struct ol_val argument_is_output(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(is_out(self));
}

static struct ol_val argument_missing(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(argument_value_id(e, self) == OL_NONE);
}

static struct ol_val argument_value(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_VALUE, argument_value_id(e, self));
}

static struct ol_val argument_dtype(struct ol_eval *e, struct ol_val self)
{
	uint32_t v = argument_value_id(e, self);

	return v == OL_NONE ? ol_v_unknown() : ol_facts_known_dtype(e, v);
}

static struct ol_val argument_formal(struct ol_eval *e, struct ol_val self)
{
	struct ol_schema_param p;

	return param_of(e, self, &p) ? ol_v_str(p.name) : ol_v_str(OL_STR(""));
}

static struct ol_val argument_type_var(struct ol_eval *e, struct ol_val self)
{
	struct ol_schema_param p;

	return param_of(e, self, &p) ? ol_v_str(p.type_str) : ol_v_str(OL_STR(""));
}

static struct ol_val argument_param(struct ol_eval *e, struct ol_val self)
{
	struct ol_schema_param p;

	return param_of(e, self, &p) ? ol_facts_copy(e, OL_CLS_PARAM, &p, sizeof(p)) : ol_v_null();
}

static struct ol_val argument_types(struct ol_eval *e, struct ol_val self)
{
	struct ol_schema_param p;

	return param_of(e, self, &p) ? ol_facts_typeset(e, &p.types) : ol_v_unknown();
}

static struct ol_val argument_accepted(struct ol_eval *e, struct ol_val self)
{
	uint32_t v = argument_value_id(e, self);
	struct ol_schema_param p;
	int r;

	if (v == OL_NONE || !param_of(e, self, &p))
		return ol_v_unknown();
	r = ol_known_admits(ol_known_type(ol_facts_ir(e), ol_facts_of(e)->inf, v), &p.types);
	return r < 0 ? ol_v_unknown() : ol_v_bool(r);
}

const struct ol_field ol_facts_argument_fields[] = {
    {"node", "node", argument_node, "the node"},
    {"index", "int", argument_index, "position among its inputs or outputs"},
    {"is_output", "bool", argument_is_output, "is it an output"},
    {"missing", "bool", argument_missing, "is it left out"},
    {"value", "value?", argument_value, "the value; null when left out"},
    {"dtype", "string", argument_dtype, "element type, inferred or declared; unknown when neither is"},
    {"param", "param?", argument_param, "the schema's parameter; null when there is none"},
    {"formal", "string", argument_formal, "name of the parameter, \"\" when there is none"},
    {"type_var", "string", argument_type_var,
     "type variable of the parameter: \"T\", or a concrete type"},
    {"types", "list(string)", argument_types, "types that the schema allows there"},
    {"accepted", "bool", argument_accepted,
     "does the schema allow the value's type; unknown when not known"},
    {0},
};
