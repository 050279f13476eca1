/* test_load_model.c: a right model: everything that a field says arrives, in whatever order the
 * file has it. Expected values are the ones written here by hand; field numbers from onnx.proto. */
#include "load_bytes.h"

static void whole_model(void **state)
{
	struct ol_buf g = {0}, n = node_bytes("Relu", "x", "y"), m, kv = {0};
	struct ol_model *l;

	(void)state;
	put_text(&n, 3, "first");
	put_text(&n, 7, "my.domain");
	put_text(&kv, 1, "key");
	put_text(&kv, 2, "value");
	put_message(&n, 9, &kv);
	put_message(&g, 1, &n);
	put_text(&g, 2, "main graph");
	put_text(&g, 10, "12345");
	m = model_bytes(&g);
	put_text(&m, 2, "producer");
	put_text(&m, 3, "1.2");
	put_int(&m, 5, -7);
	l = load_bytes(&m);
	assert_true(l->complete);
	assert_int_equal(l->n_diags, 0);
	assert_int_equal(l->ir_version, 8);
	assert_int_equal(l->model_version, -7);
	assert_name(l, l->producer_name, "producer");
	assert_name(l, l->producer_version, "1.2");
	assert_int_equal(l->opsets.n, 1);
	assert_int_equal(l->all_opsets[0].version, 17);
	assert_int_equal(l->all_opsets[0].domain, 0);
	assert_int_equal(l->n_graphs, 1);
	assert_name(l, l->graphs[0].name, "main graph");
	assert_int_equal(l->graphs[0].doc_length, 5);
	assert_int_equal(l->n_nodes, 1);
	assert_name(l, l->nodes[0].op_type, "Relu");
	assert_name(l, l->nodes[0].name, "first");
	assert_name(l, l->nodes[0].domain, "my.domain");
	assert_name(l, l->names_of[l->nodes[0].inputs.first], "x");
	assert_name(l, l->names_of[l->nodes[0].outputs.first], "y");
	assert_int_equal(l->nodes[0].metadata, 0);
	assert_name(l, l->kvlists[0].at[0].key, "key");
	assert_string_equal(l->kvlists[0].at[0].value.p, "value");
	/* the offset is that of the node's content: its first byte is the tag of input */
	assert_int_equal(m.p[l->nodes[0].offset], 0x0a);
	ol_model_free(l);
	ol_buf_free(&m);
}

/* Outputs before inputs, initializers between nodes, interface fields mixed: ranges are contiguous
 * all the same. */
static void any_order(void **state)
{
	struct ol_buf g = {0}, n = {0}, m, t = {0}, a = {0}, v = {0};
	struct ol_model *l;
	const struct ol_graph *r;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char name[8] = {'w', (char)('0' + i)};

		put_text(&v, 1, i == 1 ? "in1" : "in");
		put_message(&g, 11, &v);
		put_text(&v, 1, "out");
		put_message(&g, 12, &v);
		put_text(&t, 8, name);
		put_int(&t, 1, 2);
		put_int(&t, 2, OL_DT_FLOAT);
		put_message(&g, 5, &t);
		put_text(&n, 2, "o");
		put_text(&n, 1, "i0");
		put_text(&n, 2, "o2");
		put_text(&n, 1, "i1");
		put_text(&n, 4, "Constant");
		put_text(&a, 1, "value"); /* a tensor of its own, between initializers */
		put_int(&a, 20, OL_ATTR_TENSOR);
		put_text(&t, 8, "const");
		put_int(&t, 2, OL_DT_INT64);
		put_message(&a, 5, &t);
		put_message(&n, 5, &a);
		put_message(&g, 1, &n);
	}
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_true(l->complete);
	r = &l->graphs[0];
	assert_int_equal(r->nodes.n, 3);
	assert_int_equal(r->inputs.n, 3);
	assert_int_equal(r->outputs.n, 3);
	assert_int_equal(r->initializers.n, 3);
	assert_name(l, l->infos[r->inputs.first + 1].name, "in1");
	assert_name(l, l->infos[r->outputs.first + 2].name, "out");
	for (uint32_t i = 0; i < 3; i++) {
		const struct ol_node *x = &l->nodes[i];
		char want[8] = {'w', (char)('0' + i)};

		assert_name(l, l->tensors[r->initializers.first + i].name, want);
		assert_name(l, l->names_of[x->inputs.first], "i0");
		assert_name(l, l->names_of[x->inputs.first + 1], "i1");
		assert_name(l, l->names_of[x->outputs.first + 1], "o2");
		assert_int_equal(x->attrs.n, 1);
		assert_name(l, l->tensors[l->attrs[x->attrs.first].list.ids[0]].name, "const");
	}
	assert_int_equal(l->n_tensors, 6);
	assert_int_equal(l->n_parameters, 6);
	ol_model_free(l);
	ol_buf_free(&m);
}

/* Each kind of attribute, ints both packed and not. */
static void attributes(void **state)
{
	struct ol_buf g = {0}, n = node_bytes("Op", "x", "y"), m, a = {0};
	const float half = 0.5f, two[2] = {1.5f, -2.0f};
	struct ol_model *l;
	const struct ol_attr *at;

	(void)state;
	put_text(&a, 1, "f");
	put_int(&a, 20, OL_ATTR_FLOAT);
	put_tag(&a, 2, 5);
	ol_buf_add(&a, &half, 4);
	put_message(&n, 5, &a);
	put_text(&a, 1, "ints");
	put_int(&a, 20, OL_ATTR_INTS);
	put_int(&a, 8, 3);
	put_int(&a, 8, -1);
	put_bytes(&a, 8, "\x05\x80\x01", 3);
	put_message(&n, 5, &a);
	put_text(&a, 1, "floats");
	put_int(&a, 20, OL_ATTR_FLOATS);
	put_bytes(&a, 7, two, 8);
	put_message(&n, 5, &a);
	put_text(&a, 1, "strings");
	put_int(&a, 20, OL_ATTR_STRINGS);
	put_bytes(&a, 9, "a\0b", 3);
	put_text(&a, 9, "");
	put_message(&n, 5, &a);
	put_text(&a, 1, "says 99");
	put_int(&a, 20, 99);
	put_int(&a, 3, INT64_MIN);
	put_text(&a, 21, "outer");
	put_message(&n, 5, &a);
	put_message(&g, 1, &n);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_true(l->complete);
	assert_int_equal(l->n_attrs, 5);
	at = l->attrs;
	assert_true(at[0].f == 0.5f);
	assert_int_equal(at[0].fields, 1u << OL_ATTR_FLOAT);
	assert_int_equal(at[1].n, 4);
	assert_int_equal(at[1].list.ints[1], -1);
	assert_int_equal(at[1].list.ints[2], 5);
	assert_int_equal(at[1].list.ints[3], 128);
	assert_int_equal(at[2].n, 2);
	assert_true(at[2].list.floats[1] == -2.0f);
	assert_int_equal(at[3].n, 2);
	assert_int_equal(at[3].list.strings[0].n, 3);
	assert_memory_equal(at[3].list.strings[0].p, "a\0b", 3);
	assert_int_equal(at[4].type, 99);
	assert_true(at[4].i == INT64_MIN);
	assert_name(l, at[4].ref_attr, "outer");
	ol_model_free(l);
	ol_buf_free(&m);
}

/* Nested graphs are rows with their owner; a graph's nodes are contiguous. */
static void nested(void **state)
{
	struct ol_buf g = {0}, n, inner, m, a = {0}, sub = {0};
	struct ol_model *l;

	(void)state;
	n = node_bytes("If", "c", "y");
	for (int i = 0; i < 2; i++) {
		put_text(&a, 1, i ? "else_branch" : "then_branch");
		put_int(&a, 20, OL_ATTR_GRAPH);
		for (int k = 0; k <= i; k++) {
			inner = node_bytes("Abs", "p", "q");
			put_message(&sub, 1, &inner);
		}
		put_message(&a, 6, &sub);
		put_message(&n, 5, &a);
	}
	put_message(&g, 1, &n);
	n = node_bytes("Relu", "y", "z");
	put_message(&g, 1, &n);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_true(l->complete);
	assert_int_equal(l->n_graphs, 3);
	assert_int_equal(l->n_nodes, 5);
	assert_int_equal(l->graphs[0].nodes.n, 2);
	assert_int_equal(l->graphs[2].nodes.n, 2);
	assert_int_equal(l->graphs[2].parent, 0);
	assert_int_equal(l->graphs[2].parent_node, 0);
	assert_int_equal(l->graphs[2].parent_k, OL_NONE);
	assert_int_equal(l->graphs[2].depth, 1);
	assert_name(l, l->graphs[2].parent_attr, "else_branch");
	assert_int_equal(l->attrs[1].list.ids[0], 2);
	ol_model_free(l);
	ol_buf_free(&m);
}

/* FunctionProto before the graph: the main graph is row 0 all the same. */
static void functions(void **state)
{
	struct ol_buf g = {0}, n = node_bytes("F", "x", "y"), m = {0}, f = {0}, o = {0};
	struct ol_model *l;

	(void)state;
	put_text(&f, 1, "F");
	put_text(&f, 10, "local");
	put_text(&f, 4, "in");
	put_text(&f, 5, "out");
	put_text(&f, 6, "alpha");
	put_int(&o, 2, 15);
	put_message(&f, 9, &o);
	put_message(&f, 7, &n);
	put_message(&m, 25, &f);
	n = node_bytes("F", "x", "y");
	put_message(&g, 1, &n);
	put_message(&m, 7, &g);
	l = load_bytes(&m);
	assert_true(l->complete);
	assert_int_equal(l->n_functions, 1);
	assert_int_equal(l->graphs[0].kind, OL_GRAPH_MAIN);
	assert_int_equal(l->graphs[1].kind, OL_GRAPH_FUNCTION);
	assert_int_equal(l->functions[0].graph, 1);
	assert_name(l, l->functions[0].name, "F");
	assert_name(l, l->functions[0].domain, "local");
	assert_name(l, l->names_of[l->functions[0].attr_names.first], "alpha");
	assert_int_equal(l->all_opsets[l->functions[0].opsets.first].version, 15);
	assert_name(l, l->infos[l->graphs[1].inputs.first].name, "in");
	assert_int_equal(l->infos[l->graphs[1].inputs.first].type, OL_NONE);
	ol_model_free(l);
	ol_buf_free(&m);
}

/* sequence(optional(tensor(int64, [N, 3, ?]))): a row a level. */
static void types(void **state)
{
	struct ol_buf g = {0}, m, v = {0}, dim = {0}, shape = {0}, tensor = {0}, type = {0},
		      wrap = {0};
	struct ol_model *l;
	const struct ol_type *t;

	(void)state;
	put_text(&dim, 2, "N");
	put_message(&shape, 1, &dim);
	put_int(&dim, 1, 3);
	put_message(&shape, 1, &dim);
	put_message(&shape, 1, &dim);
	put_int(&tensor, 1, OL_DT_INT64);
	put_message(&tensor, 2, &shape);
	put_message(&type, 1, &tensor);
	put_message(&wrap, 1, &type);
	put_message(&type, 9, &wrap);
	put_message(&wrap, 1, &type);
	put_message(&type, 4, &wrap);
	put_text(&type, 6, "meaning");
	put_text(&v, 1, "s");
	put_message(&v, 2, &type);
	put_message(&g, 11, &v);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_true(l->complete);
	t = &l->types[l->infos[0].type];
	assert_int_equal(t->kind, OL_TYPE_SEQUENCE);
	assert_name(l, t->denotation, "meaning");
	t = &l->types[t->elem];
	assert_int_equal(t->kind, OL_TYPE_OPTIONAL);
	t = &l->types[t->elem];
	assert_int_equal(t->kind, OL_TYPE_TENSOR);
	assert_int_equal(t->elem_type, OL_DT_INT64);
	assert_true(t->has_shape);
	assert_int_equal(t->rank, 3);
	assert_int_equal(t->dims[0].kind, OL_DIM_PARAM);
	assert_name(l, t->dims[0].param, "N");
	assert_int_equal(t->dims[1].value, 3);
	assert_int_equal(t->dims[2].kind, OL_DIM_UNSET);
	ol_model_free(l);
	ol_buf_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_model), cmocka_unit_test(any_order),
	    cmocka_unit_test(attributes),  cmocka_unit_test(nested),
	    cmocka_unit_test(functions),   cmocka_unit_test(types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
