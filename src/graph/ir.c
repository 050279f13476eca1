/* ir.c: the resolved model: its making, pass after pass, and the questions that others ask it. */
#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "graph/build.h"
#include "util/buf.h"
#include "util/large.h"

void *ol_graph_grow(void *at, uint32_t n, uint32_t *cap, size_t size)
{
	uint64_t want;
	void *p;

	if (n < *cap)
		return at;
	want = *cap ? (uint64_t)*cap + *cap / 2 + 1 : 64;
	if (want > UINT32_MAX || want > SIZE_MAX / size)
		return NULL;
	p = ol_grow(at, n * size, (size_t)want * size);
	if (p)
		*cap = (uint32_t)want;
	return p;
}

uint32_t ol_graph_climb(const struct ol_model *m, uint32_t node, uint32_t g)
{
	while (node != OL_NONE && m->nodes[node].graph != g)
		node = m->graphs[m->nodes[node].graph].parent_node;
	return node;
}

static uint32_t *ids(struct ol_ir *ir, uint32_t n)
{
	uint32_t *p = ol_arena_alloc(&ir->arena, (size_t)n * sizeof(*p));

	if (p)
		memset(p, 0xff, (size_t)n * sizeof(*p));
	return p;
}

/* The graph without parent above each graph. Rows may stand in any order: a path is written back
 * once walked. */
static void find_roots(struct ol_ir *ir)
{
	const struct ol_model *m = ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		uint32_t r = g;

		while (m->graphs[r].parent != OL_NONE && ir->scopes[r].root == OL_NONE)
			r = m->graphs[r].parent;
		if (ir->scopes[r].root != OL_NONE)
			r = ir->scopes[r].root;
		for (uint32_t x = g; ir->scopes[x].root == OL_NONE;) {
			ir->scopes[x].root = r;
			if (m->graphs[x].parent == OL_NONE)
				break;
			x = m->graphs[x].parent;
		}
	}
}

/* The graphs that each node holds, in file order. */
static int link_nested(struct ol_build *b)
{
	struct ol_model *m = b->m;
	bool any = false;

	for (uint32_t g = 0; g < m->n_graphs && !any; g++)
		any = m->graphs[g].parent_node != OL_NONE;
	if (!any)
		return 0;
	b->first_sub = malloc(m->n_nodes * sizeof(uint32_t));
	b->next_sub = malloc(m->n_graphs * sizeof(uint32_t));
	if (!b->first_sub || !b->next_sub)
		return -1;
	memset(b->first_sub, 0xff, m->n_nodes * sizeof(uint32_t));
	for (uint32_t g = m->n_graphs; g-- > 0;) {
		uint32_t owner = m->graphs[g].parent_node;

		b->next_sub[g] = OL_NONE;
		if (owner != OL_NONE) {
			b->next_sub[g] = b->first_sub[owner];
			b->first_sub[owner] = g;
		}
	}
	return 0;
}

static int prepare(struct ol_build *b)
{
	struct ol_model *m = b->m;
	struct ol_ir *ir = b->ir;
	uint64_t defs = 16;

	b->n_syms = m->names.count;
	b->sym_onnx = ol_intern_find(&m->names, OL_STR("ai.onnx"));
	ol_keymap_init(&b->opsets, m->names.key[0]);
	ol_keymap_init(&b->functions, m->names.key[1]);
	for (uint32_t g = 0; g < m->n_graphs; g++)
		defs += (uint64_t)m->graphs[g].inputs.n + m->graphs[g].initializers.n +
			m->graphs[g].sparse.n;
	for (uint32_t n = 0; n < m->n_nodes; n++)
		defs += m->nodes[n].outputs.n;
	if (defs >= OL_NONE)
		return -1;
	b->cap_values = (uint32_t)defs;
	ir->values = ol_alloc((size_t)defs * sizeof(*ir->values));
	ir->n_name_value = b->n_syms;
	ir->name_value = ids(ir, b->n_syms);
	ir->args = ids(ir, m->n_names_of);
	ir->info_value = ids(ir, m->n_infos);
	ir->tensor_value = ids(ir, m->n_tensors);
	ir->order = ol_arena_alloc(&ir->arena, (size_t)m->n_nodes * sizeof(uint32_t));
	ir->live = OL_NEWN(&ir->arena, uint8_t, m->n_nodes);
	ir->scopes = OL_NEWN(&ir->arena, struct ol_scope, m->n_graphs);
	b->visible = malloc((size_t)b->n_syms * sizeof(uint32_t) + 1);
	b->depth = malloc((size_t)m->n_graphs * sizeof(uint32_t) + 1);
	b->stack = malloc((size_t)m->n_graphs * sizeof(uint32_t) + 1);
	if (!ir->values || !ir->name_value || !ir->args || !ir->info_value || !ir->tensor_value ||
	    !ir->order || !ir->live || !ir->scopes || !b->visible || !b->depth || !b->stack)
		return -1;
	memset(b->visible, 0xff, (size_t)b->n_syms * sizeof(uint32_t));
	for (uint32_t g = 0; g < m->n_graphs; g++) {
		ir->scopes[g].sorted = true;
		ir->scopes[g].root = OL_NONE;
	}
	find_roots(ir);
	return link_nested(b);
}

struct ol_ir *ol_ir_build(struct ol_model *m, struct ol_err *err)
{
	struct ol_build b = {.m = m, .err = err};
	struct ol_ir *ir = calloc(1, sizeof(*ir));
	int bad;

	if (!ir) {
		ol_err_set(err, OL_ERR_MEMORY, "graph: out of memory");
		return NULL;
	}
	ol_arena_init(&ir->arena, 0);
	ir->model = m;
	b.ir = ir;
	bad = prepare(&b) || ol_graph_resolve(&b) || ol_graph_users(&b) || ol_graph_kinds(&b) ||
	      ol_graph_order(&b) || ol_graph_live(&b);
	if (!bad)
		ol_graph_tell_undefined(&b);
	bad = bad || ol_graph_check(&b) || ol_graph_check_io(&b) || ol_graph_check_nested(&b) ||
	      ol_graph_check_functions(&b);
	free(b.visible);
	free(b.depth);
	free(b.stack);
	free(b.first_sub);
	free(b.next_sub);
	free(b.shadows);
	free(b.late);
	ol_keymap_free(&b.opsets);
	ol_keymap_free(&b.functions);
	if (bad || m->arena.refused) {
		ol_ir_free(ir);
		ol_err_set(err, OL_ERR_MEMORY, "graph: out of memory");
		return NULL;
	}
	return ir;
}

void ol_ir_free(struct ol_ir *ir)
{
	if (!ir)
		return;
	ol_arena_free(&ir->arena);
	free(ir->values);
	free(ir->more);
	free(ir);
}

const struct ol_attr *ol_ir_attr(const struct ol_ir *ir, uint32_t node, const char *name)
{
	const struct ol_model *m = ir->model;
	uint32_t sym = ol_intern_find(&m->names, ol_str(name));
	const struct ol_range *r = &m->nodes[node].attrs;

	if (sym == OL_NONE)
		return NULL;
	for (uint32_t i = r->first; i < r->first + r->n; i++)
		if (m->attrs[i].name == sym)
			return &m->attrs[i];
	return NULL;
}

uint32_t ol_ir_type(const struct ol_ir *ir, uint32_t value)
{
	return ir->values[value].info == OL_NONE ? OL_NONE
						 : ir->model->infos[ir->values[value].info].type;
}

/* Constant's other attributes say the type by their name. */
static const struct {
	const char *attr;
	int32_t dtype;
} constant_dtypes[] = {
	{"value_float", OL_DT_FLOAT}, {"value_floats", OL_DT_FLOAT},  {"value_int", OL_DT_INT64},
	{"value_ints", OL_DT_INT64},  {"value_string", OL_DT_STRING}, {"value_strings", OL_DT_STRING},
};

static int32_t constant_dtype(const struct ol_ir *ir, const struct ol_value *v)
{
	const struct ol_model *m = ir->model;
	const struct ol_attr *a = ol_ir_attr(ir, v->producer, "sparse_value");

	if (a && a->type == OL_ATTR_SPARSE_TENSOR && a->n == 1 &&
	    m->sparses[a->list.ids[0]].values != OL_NONE)
		return m->tensors[m->sparses[a->list.ids[0]].values].dtype;
	for (size_t i = 0; i < sizeof(constant_dtypes) / sizeof(constant_dtypes[0]); i++)
		if (ol_ir_attr(ir, v->producer, constant_dtypes[i].attr))
			return constant_dtypes[i].dtype;
	return OL_DT_UNDEFINED;
}

int32_t ol_ir_dtype(const struct ol_ir *ir, uint32_t value)
{
	const struct ol_model *m = ir->model;
	const struct ol_value *v = &ir->values[value];
	uint32_t type = ol_ir_type(ir, value);

	if (type != OL_NONE &&
	    (m->types[type].kind == OL_TYPE_TENSOR ||
	     m->types[type].kind == OL_TYPE_SPARSE_TENSOR) &&
	    m->types[type].elem_type != OL_DT_UNDEFINED)
		return m->types[type].elem_type;
	if (v->tensor != OL_NONE && (v->flags & OL_VALUE_SPARSE)) {
		uint32_t t = m->sparses[v->tensor].values;

		return t == OL_NONE ? OL_DT_UNDEFINED : m->tensors[t].dtype;
	}
	if (v->tensor != OL_NONE)
		return m->tensors[v->tensor].dtype;
	return v->flags & OL_VALUE_CONSTANT ? constant_dtype(ir, v) : OL_DT_UNDEFINED;
}

static bool is_onnx(struct ol_str domain)
{
	return domain.n == 0 || ol_str_is(domain, "ai.onnx");
}

int64_t ol_ir_opset(const struct ol_model *m, uint32_t scope, struct ol_str domain)
{
	const struct ol_range *r = scope == OL_NONE ? &m->opsets : &m->functions[scope].opsets;
	int64_t version = -1;

	for (uint32_t i = r->first; i < r->first + r->n;
	     i++) { /* of two for one domain the last counts */
		struct ol_str d = ol_name(m, m->all_opsets[i].domain);

		if (ol_str_eq(d, domain) || (is_onnx(d) && is_onnx(domain)))
			version = m->all_opsets[i].version;
	}
	return version;
}
