/* facts_graph.c: graphs and attributes as expressions see them. */
#include "engine/facts_table.h"

static const struct ol_graph *graph_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_model(e)->graphs[self.u.obj.a];
}

static struct ol_val graph_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, graph_row(e, self)->name);
}

static struct ol_val graph_has_name(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(graph_row(e, self)->has_name);
}

static struct ol_val graph_path(struct ol_eval *e, struct ol_val self)
{
	struct ol_buf b = {0};

	ol_ir_graph_path(ol_facts_model(e), (uint32_t)self.u.obj.a, &b);
	return ol_facts_text(e, ol_buf_keep(&b, e->scratch));
}

static struct ol_val graph_depth(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(graph_row(e, self)->depth);
}

static struct ol_val graph_kind(struct ol_eval *e, struct ol_val self)
{
	static const char *const names[] = {"main", "subgraph", "function", "training"};
	uint8_t k = graph_row(e, self)->kind;

	return ol_v_str(ol_str(k < 4 ? names[k] : "main"));
}

static struct ol_val graph_is_main(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(graph_row(e, self)->kind == OL_GRAPH_MAIN);
}

static struct ol_val graph_parent(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_GRAPH, graph_row(e, self)->parent);
}

static struct ol_val graph_parent_node(struct ol_eval *e, struct ol_val self)
{
	const struct ol_graph *g = graph_row(e, self);

	ol_facts_touch(e);
	return ol_facts_obj(OL_CLS_NODE, g->kind == OL_GRAPH_SUB ? g->parent_node : OL_NONE);
}

static struct ol_val graph_function(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_obj(OL_CLS_FUNCTION, graph_row(e, self)->function);
}

static struct ol_val graph_nodes(struct ol_eval *e, struct ol_val self)
{
	const struct ol_graph *g = graph_row(e, self);

	ol_facts_touch(e);
	return ol_facts_rows(e, OL_CLS_NODE, g->nodes.first, g->nodes.n);
}

static struct ol_val graph_inputs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_graph *g = graph_row(e, self);

	return ol_facts_ids(e, OL_CLS_VALUE, ol_facts_ir(e)->info_value + g->inputs.first,
			    g->inputs.n);
}

static struct ol_val graph_outputs(struct ol_eval *e, struct ol_val self)
{
	const struct ol_graph *g = graph_row(e, self);

	return ol_facts_ids(e, OL_CLS_VALUE, ol_facts_ir(e)->info_value + g->outputs.first,
			    g->outputs.n);
}

static struct ol_val graph_values(struct ol_eval *e, struct ol_val self)
{
	struct ol_range r = ol_facts_ir(e)->scopes[self.u.obj.a].values;

	return ol_facts_rows(e, OL_CLS_VALUE, r.first, r.n);
}

static struct ol_val graph_initializers(struct ol_eval *e, struct ol_val self)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	struct ol_range r = ir->scopes[self.u.obj.a].values;
	uint32_t *ids = OL_NEWN(e->scratch, uint32_t, r.n), n = 0;

	if (!ids)
		return ol_v_error(e, "out of memory");
	for (uint32_t i = r.first; i < r.first + r.n; i++)
		if (ir->values[i].flags & OL_VALUE_INITIALIZER)
			ids[n++] = i;
	e->steps += r.n / 64;
	return ol_facts_ids(e, OL_CLS_VALUE, ids, n);
}

static struct ol_val graph_sorted(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(ol_facts_ir(e)->scopes[self.u.obj.a].sorted);
}

static struct ol_val graph_cyclic(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(ol_facts_ir(e)->scopes[self.u.obj.a].cyclic);
}

static struct ol_val graph_doc_length(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(graph_row(e, self)->doc_length);
}

const struct ol_field ol_facts_graph_fields[] = {
    {"name", "string", graph_name, "name, may be empty"},
    {"has_name", "bool", graph_has_name, "does the file state a name"},
    {"path", "string", graph_path,
     "where it is: \"main\", \"main/12.then_branch\", \"fn:domain:name\""},
    {"kind", "string", graph_kind, "\"main\" \"subgraph\" \"function\" \"training\""},
    {"is_main", "bool", graph_is_main, "is it the model's main graph"},
    {"depth", "int", graph_depth, "nesting depth; 0 for main graphs and function bodies"},
    {"parent", "graph?", graph_parent, "the graph around it"},
    {"parent_node", "node?", graph_parent_node, "the node whose attribute it is"},
    {"function", "function?", graph_function, "the function whose body it is or is nested in"},
    {"nodes", "list(node)", graph_nodes, "its nodes, in file order"},
    {"inputs", "list(value)", graph_inputs, "its inputs"},
    {"outputs", "list(value)", graph_outputs, "its outputs"},
    {"initializers", "list(value)", graph_initializers, "its initializers, dense and sparse"},
    {"values", "list(value)", graph_values, "all values defined in it"},
    {"sorted", "bool", graph_sorted, "is the file's order of nodes topological"},
    {"cyclic", "bool", graph_cyclic, "does a node depend on itself"},
    {"doc_length", "int", graph_doc_length, "bytes of the doc_string"},
    {0},
};

/* ---- attributes ---- */
static const struct ol_attr *attr_row(struct ol_eval *e, uint64_t id)
{
	return &ol_facts_model(e)->attrs[id];
}

/* The declared type, or where the file declares none, that of the one field present. */
static int32_t attr_type(const struct ol_attr *a)
{
	int32_t t = a->type;

	if (t == OL_ATTR_UNDEFINED)
		for (int32_t i = 1; i < OL_ATTR_TYPE_COUNT; i++)
			if (a->fields & (1u << i))
				return i;
	return t;
}

static const char *const attr_type_names[OL_ATTR_TYPE_COUNT] = {
    "undefined", "float",   "int",    "string",	       "tensor",	 "graph", "floats", "ints",
    "strings",	 "tensors", "graphs", "sparse_tensor", "sparse_tensors", "type",  "types",
};

static struct ol_val attr_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, attr_row(e, self.u.obj.a)->name);
}

static struct ol_val attr_type_name(struct ol_eval *e, struct ol_val self)
{
	int32_t t = attr_type(attr_row(e, self.u.obj.a));

	return ol_v_str(
	    ol_str(t >= 0 && t < OL_ATTR_TYPE_COUNT ? attr_type_names[t] : "undefined"));
}

static struct ol_val attr_declared(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(attr_row(e, self.u.obj.a)->type);
}

static struct ol_val attr_consistent(struct ol_eval *e, struct ol_val self)
{
	const struct ol_attr *a = attr_row(e, self.u.obj.a);

	if (a->type <= 0 || a->type >= OL_ATTR_TYPE_COUNT)
		return ol_v_bool(a->type == 0 && a->ref_attr);
	return ol_v_bool((a->fields & ~(1u << a->type)) == 0);
}

static struct ol_val attr_ref(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, attr_row(e, self.u.obj.a)->ref_attr);
}

static struct ol_val attr_length(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(attr_row(e, self.u.obj.a)->n);
}

/* Items of FLOATS, INTS, STRINGS; l->host is the attribute. */
static struct ol_val attr_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_attr *a = l->host;

	switch (l->a) {
	case OL_ATTR_FLOATS:
		return ol_v_double((double)a->list.floats[i]);
	case OL_ATTR_INTS:
		return ol_v_int(a->list.ints[i]);
	default:
		return ol_facts_text(e, a->list.strings[i]);
	}
}

static struct ol_val attr_list(struct ol_eval *e, const struct ol_attr *a, int32_t t)
{
	struct ol_list *l = OL_NEW(e->scratch, struct ol_list);

	if (!l)
		return ol_v_error(e, "out of memory");
	*l = (struct ol_list){.n = a->n, .get = attr_item, .host = a, .a = (uint64_t)t};
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

struct ol_val ol_facts_attr_value(struct ol_eval *e, uint32_t attr)
{
	const struct ol_attr *a = attr_row(e, attr);
	int32_t t = attr_type(a);

	if (a->ref_attr)
		return ol_v_unknown(); /* the caller of the function decides */
	if (t > 0 && t < OL_ATTR_TYPE_COUNT && a->fields && !(a->fields & (1u << t)))
		return ol_v_unknown(); /* says one type and holds another */
	switch (t) {
	case OL_ATTR_FLOAT:
		return ol_v_double((double)a->f);
	case OL_ATTR_INT:
		return ol_v_int(a->i);
	case OL_ATTR_STRING:
		return ol_facts_text(e, a->s);
	case OL_ATTR_FLOATS:
	case OL_ATTR_INTS:
	case OL_ATTR_STRINGS:
		return attr_list(e, a, t);
	case OL_ATTR_TENSOR:
		return a->n == 1 ? ol_facts_obj(OL_CLS_TENSOR, a->list.ids[0]) : ol_v_unknown();
	case OL_ATTR_GRAPH:
		return a->n == 1 ? ol_facts_obj(OL_CLS_GRAPH, a->list.ids[0]) : ol_v_unknown();
	case OL_ATTR_TENSORS:
		return ol_facts_ids(e, OL_CLS_TENSOR, a->list.ids, a->n);
	case OL_ATTR_GRAPHS:
		return ol_facts_ids(e, OL_CLS_GRAPH, a->list.ids, a->n);
	default:
		return ol_v_unknown();
	}
}

static struct ol_val attr_value(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_attr_value(e, (uint32_t)self.u.obj.a);
}

const struct ol_field ol_facts_attribute_fields[] = {
    {"name", "string", attr_name, "name"},
    {"type", "string", attr_type_name,
     "\"int\" \"ints\" \"float\" \"string\" \"tensor\" \"graph\" …"},
    {"type_declared", "int", attr_declared, "number of AttributeType in the file; 0 when absent"},
    {"consistent", "bool", attr_consistent,
     "does it hold the field that its type names and no other"},
    {"value", "dyn", attr_value,
     "its value; unknown for a reference or a type without a value here"},
    {"length", "int", attr_length, "items, for the list types"},
    {"ref", "string", attr_ref, "the function attribute it refers to, or empty"},
    {0},
};
