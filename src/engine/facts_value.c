/* facts_value.c: values as expressions see them; their types and shapes are in facts_shape.c. */
#include "engine/facts_table.h"

static const struct ol_value *value_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_ir(e)->values[self.u.obj.a];
}

/* The tensor row behind a dense initializer or Constant, or OL_NONE. */
static uint32_t dense(const struct ol_value *v)
{
	return v->flags & OL_VALUE_SPARSE ? OL_NONE : v->tensor;
}

static const struct ol_type *declared(struct ol_eval *e, struct ol_val self)
{
	uint32_t t = ol_ir_type(ol_facts_ir(e), (uint32_t)self.u.obj.a);

	return t == OL_NONE ? NULL : &ol_facts_model(e)->types[t];
}

static bool is_tensor_type(const struct ol_type *t)
{
	return t && (t->kind == OL_TYPE_TENSOR || t->kind == OL_TYPE_SPARSE_TENSOR);
}

static struct ol_val value_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, value_row(e, self)->name);
}

static struct ol_val value_kind(struct ol_eval *e, struct ol_val self)
{
	uint16_t f = value_row(e, self)->flags;

	if (f & OL_VALUE_INITIALIZER)
		return ol_v_str(OL_STR("initializer"));
	if (f & OL_VALUE_INPUT)
		return ol_v_str(OL_STR("input"));
	if (f & OL_VALUE_UNDEFINED)
		return ol_v_str(OL_STR("undefined"));
	return f & OL_VALUE_OUTPUT ? ol_v_str(OL_STR("output")) : ol_v_str(OL_STR("intermediate"));
}

static struct ol_val value_graph(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_GRAPH, value_row(e, self)->graph);
}

static struct ol_val value_producer(struct ol_eval *e, struct ol_val self)
{
	ol_facts_touch(e);
	return ol_facts_obj(OL_CLS_NODE, value_row(e, self)->producer);
}

static struct ol_val value_output_index(struct ol_eval *e, struct ol_val self)
{
	const struct ol_value *v = value_row(e, self);

	return v->producer == OL_NONE ? ol_v_null() : ol_v_int(v->output_of_producer);
}

static struct ol_val value_consumers(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	const struct ol_value *v = value_row(e, self);
	const uint32_t *users = ir->users + v->users;
	bool doubles = false;
	uint32_t *ids, n = 0;

	ol_facts_touch(e);
	/* users are in file order, so the same node twice stands side by side */
	for (uint32_t i = 1; i < v->n_users && !doubles; i++)
		doubles = users[i] == users[i - 1];
	e->steps += v->n_users / 64;
	if (!doubles)
		return ol_facts_ids(e, OL_CLS_NODE, users, v->n_users);
	ids = OL_NEWN(e->scratch, uint32_t, v->n_users);
	if (!ids)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < v->n_users; i++)
		if (i == 0 || users[i] != users[i - 1])
			ids[n++] = users[i];
	return ol_facts_ids(e, OL_CLS_NODE, ids, n);
}

static struct ol_val value_n_uses(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(value_row(e, self)->n_users);
}

static struct ol_val flag(struct ol_eval *e, struct ol_val self, uint16_t f)
{
	return ol_v_bool((value_row(e, self)->flags & f) != 0);
}

static struct ol_val value_is_input(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_INPUT);
}

static struct ol_val value_is_graph_output(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_OUTPUT);
}

static struct ol_val value_is_initializer(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_INITIALIZER);
}

static struct ol_val value_is_sparse(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_SPARSE);
}

static struct ol_val value_is_captured(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_CAPTURED);
}

static struct ol_val value_is_undefined(struct ol_eval *e, struct ol_val self)
{
	return flag(e, self, OL_VALUE_UNDEFINED);
}

/* An initializer that is a graph input too is a default the caller may replace, from IR version 4.
 */
static bool overridable(struct ol_eval *e, const struct ol_value *v)
{
	const struct ol_model *m = ol_facts_model(e);

	return (v->flags & OL_VALUE_INITIALIZER) && (v->flags & OL_VALUE_INPUT) &&
	       m->ir_version >= 4;
}

static bool constant(struct ol_eval *e, const struct ol_value *v)
{
	return (v->flags & (OL_VALUE_INITIALIZER | OL_VALUE_CONSTANT)) && !overridable(e, v);
}

static struct ol_val value_is_overridable(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(overridable(e, value_row(e, self)));
}

static struct ol_val value_is_const(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(constant(e, value_row(e, self)));
}

static struct ol_val value_const(struct ol_eval *e, struct ol_val self)
{
	const struct ol_value *v = value_row(e, self);

	return ol_facts_obj(OL_CLS_TENSOR, constant(e, v) ? dense(v) : OL_NONE);
}

static struct ol_val value_tensor(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_TENSOR, dense(value_row(e, self)));
}

static struct ol_val value_declared_dtype(struct ol_eval *e, struct ol_val self)
{
	const struct ol_value *v = value_row(e, self);
	const struct ol_type *t = declared(e, self);

	(void)v;
	if (!is_tensor_type(t) || !ol_dtype_valid(t->elem_type))
		return ol_v_null();
	return ol_facts_dtype(e, t->elem_type);
}

static struct ol_val value_has_type(struct ol_eval *e, struct ol_val self)
{
	const struct ol_type *t = declared(e, self);

	return ol_v_bool(t && t->kind != OL_TYPE_NONE);
}

static struct ol_val value_has_shape(struct ol_eval *e, struct ol_val self)
{
	const struct ol_type *t = declared(e, self);

	return ol_v_bool(is_tensor_type(t) && t->has_shape);
}

const struct ol_field ol_facts_value_fields[] = {
    {"name", "string", value_name, "name"},
    {"kind", "string", value_kind,
     "\"input\" \"output\" \"initializer\" \"intermediate\" \"undefined\""},
    {"graph", "graph", value_graph, "the graph that defines it"},
    {"producer", "node?", value_producer, "the node that makes it"},
    {"output_index", "int?", value_output_index, "which output of the producer it is"},
    {"consumers", "list(node)", value_consumers,
     "the nodes that read it, each once, nested graphs included"},
    {"n_uses", "int", value_n_uses, "how often nodes read it"},
    {"is_input", "bool", value_is_input, "is it an input of its graph"},
    {"is_graph_output", "bool", value_is_graph_output, "is it an output of its graph"},
    {"is_initializer", "bool", value_is_initializer, "is it an initializer"},
    {"is_sparse", "bool", value_is_sparse, "is it a sparse initializer"},
    {"is_overridable", "bool", value_is_overridable,
     "is it an initializer that callers may replace (IR 4 on)"},
    {"is_captured", "bool", value_is_captured, "is it read from a nested graph"},
    {"is_undefined", "bool", value_is_undefined, "is it read but defined nowhere"},
    {"is_const", "bool", value_is_const,
     "is it an initializer nobody can replace, or made by Constant"},
    {"const", "tensor?", value_const, "the tensor of such a constant, when dense"},
    {"tensor", "tensor?", value_tensor, "the tensor of an initializer or Constant, when dense"},
    {"dtype", "string", ol_get_value_dtype,
     "element type (\"float32\"), inferred or declared; unknown when neither is"},
    {"declared_dtype", "string?", value_declared_dtype,
     "element type that a value_info, input or output states"},
    {"type_kind", "string", ol_get_value_type_kind,
     "\"tensor\" \"sequence\" \"map\" \"optional\" …; unknown when not known"},
    {"has_type", "bool", value_has_type, "is a type declared"},
    {"has_shape", "bool", value_has_shape, "is a shape declared"},
    {"rank", "int", ol_get_value_rank, "number of dims; unknown when not known"},
    {"shape", "list(int)", ol_get_value_shape,
     "dims, inferred or declared, unknown where symbolic; unknown when not known"},
    {"dims", "list(string)", ol_get_value_dims, "dims as text: \"3\" \"N\" \"2*N + 1\" \"?\""},
    {"is_static", "bool", ol_get_value_is_static,
     "are all dims numbers; unknown when no shape is known"},
    {"n_elements", "int", ol_get_value_n_elements,
     "product of the dims; unknown when one is no number"},
    {"n_bytes", "int", ol_get_value_n_bytes, "bytes that its elements take; unknown like n_elements"},
    {"elements", "list(int)", ol_get_value_elements,
     "elements of a small integer or bool tensor that inference follows, row-major; unknown when "
     "it does not"},
    {"has_elements", "bool", ol_get_value_has_elements,
     "does inference follow all its elements, as numbers or as symbols such as a dim of an input"},
    {"is_known", "bool", ol_get_value_is_known,
     "are its elements known before the model runs: a constant, or computed from constants and "
     "shapes alone"},
    {"dtype_origin", "string", ol_get_value_dtype_origin,
     "\"'x' is float16 because Cast 'c1' (#12) makes it, through Add #13\"; unknown when the type is"},
    {"shape_origin", "string", ol_get_value_shape_origin,
     "the same of its shape; unknown when the rank is"},
    {0},
};
