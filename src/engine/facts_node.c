/* facts_node.c: nodes as expressions see them.
 *
 * A field that is the same for all nodes of one operator kind is read from the kind; every other
 * one calls ol_facts_touch, so that the engine knows when it must ask node by node. */
#include <stdlib.h>

#include "engine/facts_table.h"
#include "schema/kinds.h"
#include "util/text.h"

static const struct ol_node *node_row(struct ol_eval *e, struct ol_val self)
{
	ol_facts_touch(e);
	return &ol_facts_model(e)->nodes[self.u.obj.a];
}

static uint32_t kind_id(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_ir(e)->node_kind[self.u.obj.a];
}

static const struct ol_opkind *kind_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_ir(e)->kinds[kind_id(e, self)];
}

static const struct ol_schema *kind_schema(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_of(e)->kind_schema[kind_id(e, self)];
}

/* ---- the same for all nodes of a kind ---- */
static struct ol_val node_op(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, kind_row(e, self)->op_type);
}

static struct ol_val node_domain(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_text(e, ol_facts_domain(ol_facts_model(e), kind_row(e, self)->domain));
}

static struct ol_val node_domain_title(struct ol_eval *e, struct ol_val self)
{
	struct ol_str s = ol_facts_domain(ol_facts_model(e), kind_row(e, self)->domain);

	return s.n ? ol_facts_text(e, s) : ol_v_str(OL_STR("ai.onnx"));
}

static struct ol_val node_overload(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, kind_row(e, self)->overload);
}

static struct ol_val node_opset(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_opt_int(kind_row(e, self)->opset, -1);
}

static struct ol_val node_schema(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_schema(e, kind_schema(e, self));
}

static struct ol_val node_since_version(struct ol_eval *e, struct ol_val self)
{
	const struct ol_schema *s = kind_schema(e, self);

	return s->row ? ol_v_int(s->since_version) : ol_v_null();
}

static struct ol_val node_function(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_FUNCTION, kind_row(e, self)->function);
}

static struct ol_val node_status(struct ol_eval *e, struct ol_val self)
{
	return ol_v_str(ol_str(ol_op_status_names[ol_facts_of(e)->kind_status[kind_id(e, self)]]));
}

static struct ol_val node_nearest_op(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_opkind *k = kind_row(e, self);
	struct ol_str s =
	    ol_schema_nearest(ol_facts_domain(m, k->domain), ol_name(m, k->op_type), k->opset);

	return s.n ? ol_v_str(s) : ol_v_null();
}

static struct ol_val node_elsewhere(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_opkind *k = kind_row(e, self);
	struct ol_str s =
	    ol_schema_elsewhere(ol_facts_domain(m, k->domain), ol_name(m, k->op_type));

	return s.n ? ol_v_str(s) : ol_v_null();
}

/* which: 'f' first opset, 'l' last, 'd' deprecated since */
static struct ol_val life(struct ol_eval *e, struct ol_val self, char which)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_opkind *k = kind_row(e, self);
	struct ol_schema_life l;

	if (!ol_schema_life(ol_facts_domain(m, k->domain), ol_name(m, k->op_type), &l))
		return ol_v_null();
	if (which == 'f')
		return ol_v_int(l.first);
	if (which == 'l')
		return ol_facts_opt_int(l.last, INT32_MAX);
	return ol_facts_opt_int(l.deprecated_since, 0);
}

static struct ol_val node_life_first(struct ol_eval *e, struct ol_val self)
{
	return life(e, self, 'f');
}

static struct ol_val node_life_last(struct ol_eval *e, struct ol_val self)
{
	return life(e, self, 'l');
}

static struct ol_val node_deprecated_since(struct ol_eval *e, struct ol_val self)
{
	return life(e, self, 'd');
}

static const struct ol_custom_op *declared(struct ol_eval *e, struct ol_val self)
{
	return ol_kind_custom(ol_facts_ir(e), kind_id(e, self));
}

static struct ol_val node_declared(struct ol_eval *e, struct ol_val self)
{
	const struct ol_custom_op *op = declared(e, self);
	const char *how;

	if (!op)
		return ol_v_null();
	how = op->placeholder     ? "placeholder"
	      : op->has_function  ? "function"
	      : op->has_signature ? "signature"
				  : "targets";
	return ol_v_str(ol_str(how));
}

static struct ol_val node_declared_note(struct ol_eval *e, struct ol_val self)
{
	const struct ol_custom_op *op = declared(e, self);

	return ol_v_str(!op ? OL_STR("") : op->reason.n ? op->reason : op->about);
}

/* ---- a node's own ---- */
static struct ol_val node_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, node_row(e, self)->name);
}

static struct ol_val node_ref(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_node *n = node_row(e, self);
	struct ol_str op = ol_name(m, n->op_type);

	if (n->name)
		return ol_facts_name(e, n->name);
	return ol_facts_text(
	    e, ol_arena_printf(e->scratch, "%.*s #%u", OL_FMT(op),
			       (unsigned)self.u.obj.a - m->graphs[n->graph].nodes.first));
}

static struct ol_val node_graph(struct ol_eval *e, struct ol_val self)
{
	ol_facts_of(e)->node_read |= OL_READ_GRAPH;
	return ol_facts_obj(OL_CLS_GRAPH, ol_facts_model(e)->nodes[self.u.obj.a].graph);
}

static struct ol_val node_in_function(struct ol_eval *e, struct ol_val self)
{
	const struct ol_node *n = node_row(e, self);

	return ol_facts_obj(OL_CLS_FUNCTION, ol_facts_model(e)->graphs[n->graph].function);
}

static struct ol_val node_index(struct ol_eval *e, struct ol_val self)
{
	const struct ol_node *n = node_row(e, self);

	return ol_v_int((int64_t)self.u.obj.a - ol_facts_model(e)->graphs[n->graph].nodes.first);
}

static struct ol_val node_inputs(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_ids(e, OL_CLS_VALUE, ol_ir_inputs(ol_facts_ir(e), (uint32_t)self.u.obj.a),
			    node_row(e, self)->inputs.n);
}

static struct ol_val node_outputs(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_ids(e, OL_CLS_VALUE, ol_ir_outputs(ol_facts_ir(e), (uint32_t)self.u.obj.a),
			    node_row(e, self)->outputs.n);
}

static struct ol_val node_n_inputs(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(node_row(e, self)->inputs.n);
}

static struct ol_val node_n_outputs(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(node_row(e, self)->outputs.n);
}

static struct ol_val node_attrs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_node *n = node_row(e, self);

	return ol_facts_rows(e, OL_CLS_ATTRIBUTE, n->attrs.first, n->attrs.n);
}

static struct ol_val node_live(struct ol_eval *e, struct ol_val self)
{
	ol_facts_of(e)->node_read |= OL_READ_LIVE;
	return ol_v_bool(ol_facts_ir(e)->live[self.u.obj.a] != 0);
}

static struct ol_val node_offset(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int((int64_t)node_row(e, self)->offset);
}

static struct ol_val node_subgraphs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_node *n = node_row(e, self);
	uint64_t count = 0;
	uint32_t *ids;

	for (uint32_t i = n->attrs.first; i < n->attrs.first + n->attrs.n; i++)
		if (m->attrs[i].type == OL_ATTR_GRAPH || m->attrs[i].type == OL_ATTR_GRAPHS)
			count += m->attrs[i].n;
	ids = OL_NEWN(e->scratch, uint32_t, count);
	if (!ids)
		return ol_v_error(e, "out of memory");
	count = 0;
	for (uint32_t i = n->attrs.first; i < n->attrs.first + n->attrs.n; i++)
		if (m->attrs[i].type == OL_ATTR_GRAPH || m->attrs[i].type == OL_ATTR_GRAPHS)
			for (uint32_t k = 0; k < m->attrs[i].n; k++)
				ids[count++] = m->attrs[i].list.ids[k];
	return ol_facts_ids(e, OL_CLS_GRAPH, ids, count);
}

static struct ol_val node_producers(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t n = node_row(e, self)->inputs.n, k = 0;
	const uint32_t *in = ol_ir_inputs(ir, (uint32_t)self.u.obj.a);
	uint32_t *ids = OL_NEWN(e->scratch, uint32_t, n);

	if (!ids)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < n; i++)
		if (in[i] != OL_NONE)
			ids[k++] = ir->values[in[i]].producer;
	e->steps += n / 16;
	return ol_facts_ids(e, OL_CLS_NODE, ids, ol_facts_unique(ids, k));
}

static struct ol_val node_consumers(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t n = node_row(e, self)->outputs.n, k = 0;
	const uint32_t *out = ol_ir_outputs(ir, (uint32_t)self.u.obj.a);
	uint64_t total = 0;
	uint32_t *ids;

	for (uint32_t i = 0; i < n; i++)
		if (out[i] != OL_NONE && ir->values[out[i]].producer == self.u.obj.a)
			total += ir->values[out[i]].n_users;
	ids = total > UINT32_MAX ? NULL : OL_NEWN(e->scratch, uint32_t, total);
	if (!ids)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = 0; i < n && k < total; i++)
		if (out[i] != OL_NONE && ir->values[out[i]].producer == self.u.obj.a)
			for (uint32_t j = 0; j < ir->values[out[i]].n_users && k < total; j++)
				ids[k++] = ir->users[ir->values[out[i]].users + j];
	e->steps += total / 16;
	return ol_facts_ids(e, OL_CLS_NODE, ids, ol_facts_unique(ids, k));
}

static struct ol_val node_args(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_arguments(e, self, false);
}

static struct ol_val node_results(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_arguments(e, self, true);
}

const struct ol_field ol_facts_node_fields[] = {
    {"name", "string", node_name, "name, may be empty"},
    {"ref", "string", node_ref, "for messages: the name, or \"Conv #12\""},
    {"op", "string", node_op, "operator type"},
    {"domain", "string", node_domain,
     "operator domain; \"\" for both spellings of the ONNX domain"},
    {"domain_title", "string", node_domain_title, "domain for messages: \"ai.onnx\" when empty"},
    {"overload", "string", node_overload, "function overload, mostly empty"},
    {"status", "string", node_status,
     "\"known\" \"deprecated\" \"function\" \"future\" \"removed\" \"unknown\" \"custom\" "
     "\"unimported\" \"declared\""},
    {"declared", "string?", node_declared,
     "how --custom-ops declares it: \"placeholder\" \"function\" \"signature\" \"targets\"; null: not"},
    {"declared_note", "string", node_declared_note,
     "what --custom-ops says of it in words; may be empty"},
    {"opset", "int?", node_opset, "imported version of its domain where it stands"},
    {"since_version", "int?", node_since_version,
     "opset that brought the version of the operator in force"},
    {"schema", "schema?", node_schema, "what the operator takes at that opset"},
    {"function", "function?", node_function, "the local function that it calls"},
    {"life_first", "int?", node_life_first, "first opset that has the operator"},
    {"life_last", "int?", node_life_last, "last opset that has it; null when the newest has"},
    {"deprecated_since", "int?", node_deprecated_since, "opset that deprecated it"},
    {"nearest_op", "string?", node_nearest_op, "an operator of the domain with nearly this name"},
    {"elsewhere", "string?", node_elsewhere, "another domain that has an operator of this name"},
    {"graph", "graph", node_graph, "the graph it stands in"},
    {"in_function", "function?", node_in_function, "the function whose body it stands in"},
    {"index", "int", node_index, "position in its graph, from 0"},
    {"inputs", "list(value?)", node_inputs, "values read; null where left out"},
    {"outputs", "list(value?)", node_outputs, "values made; null where left out"},
    {"n_inputs", "int", node_n_inputs, "how many inputs, left-out ones included"},
    {"n_outputs", "int", node_n_outputs, "how many outputs, left-out ones included"},
    {"args", "list(argument)", node_args, "inputs, each with the parameter that it falls on"},
    {"results", "list(argument)", node_results,
     "outputs, each with the parameter that it falls on"},
    {"attrs", "list(attribute)", node_attrs, "attributes as written"},
    {"subgraphs", "list(graph)", node_subgraphs, "graphs in its attributes"},
    {"producers", "list(node)", node_producers, "the nodes that make its inputs"},
    {"consumers", "list(node)", node_consumers, "the nodes that read its outputs"},
    {"live", "bool", node_live, "does some graph output depend on it"},
    {"offset", "int", node_offset, "byte offset in the file"},
    {0},
};

/* ---- methods ---- */
static const struct ol_attr *find_attr(struct ol_eval *e, const struct ol_val *argv, uint32_t *row)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_node *n = node_row(e, argv[0]);

	for (uint32_t i = n->attrs.first; i < n->attrs.first + n->attrs.n; i++)
		if (ol_str_eq(ol_name(m, m->attrs[i].name), argv[1].u.s)) {
			*row = i;
			return &m->attrs[i];
		}
	e->steps += n->attrs.n / 16;
	return NULL;
}

/* A schema's default as a value; the documentation prints it as text. */
static struct ol_val default_value(struct ol_eval *e, const struct ol_schema_attr *a)
{
	struct ol_str z;
	int64_t i;
	double d;
	char *end;

	switch (a->type) {
	case OL_ATTR_INT:
		return ol_text_int(a->default_text, &i) ? ol_v_int(i) : ol_v_unknown();
	case OL_ATTR_FLOAT:
		z = ol_arena_str(e->scratch, a->default_text);
		if (!z.p)
			return ol_v_error(e, "out of memory");
		d = strtod(z.p, &end);
		return end != z.p && !*end ? ol_v_double(d) : ol_v_unknown();
	case OL_ATTR_STRING:
		return ol_v_str(a->default_text);
	default:
		return ol_v_unknown();
	}
}

OL_FACTS_CALL(node_attr)
{
	const struct ol_schema *s = kind_schema(e, argv[0]);
	struct ol_schema_attr d;
	uint32_t row = 0;

	if (argv[1].kind != OL_V_STRING)
		return ol_v_error(e, "attr: the name must be a string");
	if (find_attr(e, argv, &row))
		return ol_facts_attr_value(e, row);
	if (argc > 2)
		return argv[2];
	if (s->row && ol_schema_find_attr(s, argv[1].u.s, &d) && d.default_text.n)
		return default_value(e, &d);
	return ol_v_null();
}

OL_FACTS_CALL(node_has_attr)
{
	uint32_t row;

	(void)argc;
	return ol_v_bool(find_attr(e, argv, &row) != NULL);
}

static struct ol_val nth(struct ol_eval *e, const struct ol_val *argv, bool out)
{
	const struct ol_node *n = node_row(e, argv[0]);
	const struct ol_ir *ir = ol_facts_ir(e);
	int64_t i = argv[1].u.i;

	if (i < 0 || i >= (int64_t)(out ? n->outputs.n : n->inputs.n))
		return ol_v_null();
	return ol_facts_obj(OL_CLS_VALUE, (out ? ol_ir_outputs(ir, (uint32_t)argv[0].u.obj.a)
					       : ol_ir_inputs(ir, (uint32_t)argv[0].u.obj.a))[i]);
}

OL_FACTS_CALL(node_input)
{
	(void)argc;
	return nth(e, argv, false);
}

OL_FACTS_CALL(node_output)
{
	(void)argc;
	return nth(e, argv, true);
}
