/* test_graph.c: names, operators, order, liveness and paths of resolved models. Expected values are
 * worked out by hand from the text of each model. */
#include "graph_fixture.h"

#define IF_MODEL                                                                                   \
	"<ir_version: 10, opset_import: [\"\" : 21, \"ai.onnx.ml\" : 3]>\n"                        \
	"g (bool c, float[2] x, float[2] d) => (float[2] y)\n"                                     \
	"<float[2] w = {1, 2}, float[2] d = {3, 4}, int64[2] a> {\n"                               \
	"  a = Add (x, w)\n"                                                                       \
	"  k = Constant <value = int32[1] {7}> ()\n"                                               \
	"  kf = Constant <value_floats = [1.0, 2.0]> ()\n"                                         \
	"  y = If (c) <\n"                                                                         \
	"    then_branch = t () => (float[2] p) { p = Mul (a, d) q = Neg (a) },\n"                 \
	"    else_branch = e () => (float[2] p) <float[2] w2 = {5, 6}> { p = Mul (w2, a) }>\n"     \
	"  z = Clip (a, , d)\n"                                                                    \
	"}\n"

static void values_and_users(void **state)
{
	struct fixture f = resolve(IF_MODEL);
	uint32_t t = graph(&f, "t"), e = graph(&f, "e"), a = value(&f, 0, "a"),
		 d = value(&f, 0, "d"), clip;

	(void)state;
	assert_int_equal(f.m->n_diags, f.before);
	assert_int_equal(f.ir->values[value(&f, 0, "x")].flags, OL_VALUE_INPUT);
	assert_int_equal(f.ir->values[value(&f, 0, "w")].flags, OL_VALUE_INITIALIZER);
	assert_int_equal(f.ir->values[d].flags,
			 OL_VALUE_INPUT | OL_VALUE_INITIALIZER | OL_VALUE_CAPTURED);
	assert_int_equal(f.ir->values[a].flags, OL_VALUE_NODE | OL_VALUE_CAPTURED);
	assert_int_equal(f.ir->values[value(&f, 0, "y")].flags, OL_VALUE_NODE | OL_VALUE_OUTPUT);
	/* a: Mul and Neg in t, Mul in e, Clip */
	assert_int_equal(f.ir->values[a].n_users, 4);
	assert_int_equal(f.ir->values[d].n_users, 2);
	assert_int_equal(f.ir->users[f.ir->values[value(&f, 0, "c")].users], node(&f, "If"));
	/* inner names are seen inside only, outer names from everywhere */
	assert_int_equal(value(&f, t, "a"), a);
	assert_int_equal(value(&f, 0, "p"), OL_NONE);
	assert_int_equal(value(&f, 0, "w2"), OL_NONE);
	assert_int_not_equal(value(&f, t, "p"), value(&f, e, "p"));
	assert_int_equal(f.ir->values[value(&f, e, "p")].graph, e);
	assert_int_equal(f.ir->values[value(&f, e, "w2")].graph, e);
	/* left-out arguments */
	clip = node(&f, "Clip");
	assert_int_equal(ol_ir_inputs(f.ir, clip)[0], a);
	assert_int_equal(ol_ir_inputs(f.ir, clip)[1], OL_NONE);
	assert_int_equal(ol_ir_inputs(f.ir, clip)[2], d);
	assert_int_equal(f.ir->values[ol_ir_outputs(f.ir, clip)[0]].producer, clip);
	/* rows that point back */
	assert_int_equal(f.ir->tensor_value[f.ir->values[value(&f, 0, "w")].tensor],
			 value(&f, 0, "w"));
	assert_int_equal(f.ir->info_value[f.m->graphs[0].outputs.first], value(&f, 0, "y"));
	assert_int_equal(f.ir->values[a].info, f.m->graphs[0].value_infos.first);
	/* every value lies in its graph's range */
	for (uint32_t g = 0; g < f.m->n_graphs; g++)
		for (uint32_t v = 0; v < f.ir->scopes[g].values.n; v++)
			assert_int_equal(f.ir->values[f.ir->scopes[g].values.first + v].graph, g);
	drop(&f);
}

static void types(void **state)
{
	struct fixture f = resolve(IF_MODEL);

	(void)state;
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "x")), OL_DT_FLOAT);
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "c")), OL_DT_BOOL);
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "w")), OL_DT_FLOAT);
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "a")),
			 OL_DT_INT64); /* as value_info says */
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "k")), OL_DT_INT32);
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "kf")), OL_DT_FLOAT);
	assert_int_equal(ol_ir_dtype(f.ir, value(&f, 0, "z")), OL_DT_UNDEFINED);
	assert_int_equal(ol_ir_type(f.ir, value(&f, 0, "z")), OL_NONE);
	assert_true(f.ir->values[value(&f, 0, "k")].flags & OL_VALUE_CONSTANT);
	assert_int_not_equal(f.ir->values[value(&f, 0, "k")].tensor, OL_NONE);
	assert_int_equal(f.ir->values[value(&f, 0, "kf")].tensor, OL_NONE);
	assert_non_null(ol_ir_attr(f.ir, node(&f, "If"), "then_branch"));
	assert_null(ol_ir_attr(f.ir, node(&f, "If"), "value"));
	assert_null(ol_ir_attr(f.ir, node(&f, "If"), "no such name anywhere"));
	drop(&f);
}

static void kinds(void **state)
{
	struct fixture f =
	    resolve("<ir_version: 10, opset_import: [\"ai.onnx\" : 21, \"l\" : 3, \"v\" : 2]>\n"
		    "g (float[2] x) => (float[2] y) {\n"
		    "  a = Relu (x)\n  b = ai.onnx.Relu (a)\n  c = Relu (b)\n  d = l.f (c)\n"
		    "  e = v.Relu (d)\n  y = u.Relu (e)\n}\n"
		    "<domain: \"l\", opset_import: [\"\" : 18, \"l\" : 1]>\n"
		    "f (p) => (q) { r = Relu (p) q = l.h (r) }\n"
		    "<domain: \"l\", opset_import: [\"\" : 18]>\n"
		    "h (p) => (q) { q = Relu (p) }\n");
	const uint32_t *kind = f.ir->node_kind;
	uint32_t grouped = 0;

	(void)state;
	assert_int_equal(f.m->n_nodes, 9);
	assert_int_equal(kind[0], kind[2]);
	assert_int_not_equal(kind[0], kind[1]); /* kinds keep the spelling */
	assert_true(f.ir->kinds[kind[1]].is_onnx);
	assert_int_equal(f.ir->kinds[kind[0]].opset, 21);
	assert_int_equal(f.ir->kinds[kind[1]].opset, 21);
	assert_int_equal(f.ir->kinds[kind[0]].function, OL_NONE);
	assert_int_equal(f.ir->kinds[kind[3]].function, 0);
	assert_int_equal(f.ir->kinds[kind[3]].opset, 3);
	assert_int_equal(f.ir->kinds[kind[4]].opset, 2);
	assert_int_equal(f.ir->kinds[kind[5]].opset, -1);
	for (uint32_t n = 6; n < 9; n++)
		assert_int_equal(f.ir->kinds[kind[n]].scope,
				 f.m->graphs[f.m->nodes[n].graph].function);
	assert_int_equal(ol_ir_kind(f.ir, f.m->graphs[f.m->functions[0].graph].nodes.first)->opset,
			 18);
	assert_int_equal(ol_ir_opset(f.m, OL_NONE, OL_STR("")), 21);
	assert_int_equal(ol_ir_opset(f.m, 0, OL_STR("ai.onnx")), 18);
	assert_int_equal(ol_ir_opset(f.m, 0, OL_STR("v")), -1);
	for (uint32_t k = 0; k < f.ir->n_kinds; k++)
		for (uint32_t i = 0; i < f.ir->kinds[k].nodes.n; i++, grouped++)
			assert_int_equal(kind[f.ir->nodes_by_kind[f.ir->kinds[k].nodes.first + i]],
					 k);
	assert_int_equal(grouped, f.m->n_nodes);
	drop(&f);
}

/* Is each graph's order a permutation of its nodes in which no node reads, itself or through a
 * nested graph, what a later one makes? */
static bool order_holds(const struct fixture *f)
{
	uint32_t *at = calloc(f->m->n_nodes, sizeof(*at));
	bool good = true;

	for (uint32_t i = 0; i < f->m->n_nodes; i++)
		at[f->ir->order[i]]++;
	for (uint32_t i = 0; i < f->m->n_nodes; i++)
		good = good && at[i] == 1;
	for (uint32_t i = 0; i < f->m->n_nodes; i++)
		at[f->ir->order[i]] = i;
	for (uint32_t n = 0; n < f->m->n_nodes; n++)
		for (uint32_t k = 0; k < f->m->nodes[n].inputs.n; k++) {
			uint32_t v = ol_ir_inputs(f->ir, n)[k], x = n, p;

			p = v == OL_NONE ? OL_NONE : f->ir->values[v].producer;
			while (p != OL_NONE && f->m->nodes[x].graph != f->m->nodes[p].graph)
				x = f->m->graphs[f->m->nodes[x].graph].parent_node;
			good = good && (p == OL_NONE || at[p] < at[x]);
		}
	free(at);
	return good;
}

static void order(void **state)
{
	struct fixture f = resolve(
	    "g (bool c, float[2] x) => (float[2] y) {\n"
	    "  y = Add (b, z)\n"
	    "  z = If (c) <then_branch = t () => (float[2] p) { p = Relu (q) q = Neg (b) },\n"
	    "              else_branch = e () => (float[2] r) { r = Abs (x) }>\n"
	    "  a = Relu (x)\n  b = Abs (a)\n  s = Sin (x)\n}");
	static const uint32_t main_order[] = {2, 3, 1, 0, 4};

	(void)state;
	assert_true(order_holds(&f));
	assert_false(f.ir->scopes[0].sorted);
	assert_false(f.ir->scopes[0].cyclic);
	assert_false(f.ir->scopes[graph(&f, "t")].sorted);
	assert_true(f.ir->scopes[graph(&f, "e")].sorted);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(f.ir->order[f.ir->scopes[0].order.first + i] -
				     f.m->graphs[0].nodes.first,
				 main_order[i]);
	drop(&f);
	f = resolve(
	    "g (float[2] x) => (float[2] y) {\n"
	    "  e = Neg (d)\n  b = Add (a, x)\n  a = Relu (b)\n  d = Abs (x)\n  y = Abs (a)\n}");
	assert_true(f.ir->scopes[0].cyclic);
	/* what can run, then the cycle and what waits for it, in file order */
	assert_int_equal(f.ir->order[0], 3);
	assert_int_equal(f.ir->order[1], 0);
	assert_int_equal(f.ir->order[2], 1);
	assert_int_equal(f.ir->order[3], 2);
	assert_int_equal(f.ir->order[4], 4);
	drop(&f);
}

/* Many shuffled graphs: the order is right, and sorted says what the file is. */
static void random_orders(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct ol_buf b = {0};
		struct fixture f;
		uint32_t n = 2 + (uint32_t)round % 40, place[64];

		for (uint32_t i = 0; i < n; i++)
			place[i] = i;
		for (uint32_t i = n - 1; i > 0 && round % 3; i--) {
			uint32_t j, x = place[i];

			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			j = (uint32_t)(seed >> 33) % (i + 1);
			place[i] = place[j];
			place[j] = x;
		}
		ol_buf_z(&b, "g (float[2] v0) => (float[2] y) {\n");
		for (uint32_t i = 0; i < n; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			ol_buf_printf(&b, "  v%u = Add (v%u, v%u)\n", place[i] + 1, place[i],
				      (uint32_t)(seed >> 33) % (place[i] + 1));
		}
		ol_buf_printf(&b, "  y = Neg (v%u)\n}\n", n);
		f = resolve(b.p);
		assert_true(order_holds(&f));
		assert_false(f.ir->scopes[0].cyclic);
		for (uint32_t i = 0; i <= n; i++)
			assert_true(f.ir->live[i]);
		drop(&f);
		ol_buf_free(&b);
	}
}

static void liveness(void **state)
{
	struct fixture f = resolve(IF_MODEL);

	(void)state;
	assert_true(f.ir->live[node(&f, "Add")]);
	assert_true(f.ir->live[node(&f, "If")]);
	assert_true(f.ir->live[node(&f, "Mul")]);
	assert_false(f.ir->live[node(&f, "Neg")]);
	assert_false(f.ir->live[node(&f, "Clip")]);
	assert_false(f.ir->live[node(&f, "Constant")]);
	drop(&f);
	/* nothing below a dead node is live */
	f = resolve("g (bool c, float[2] x) => (float[2] y) {\n"
		    "  n = Neg (x)\n"
		    "  z = If (c) <then_branch = t () => (float[2] p) { p = Sin (n) },\n"
		    "              else_branch = e () => (float[2] r) { r = Abs (x) }>\n"
		    "  y = Relu (x)\n}");
	for (uint32_t n = 0; n < f.m->n_nodes; n++)
		assert_int_equal(f.ir->live[n], n == node(&f, "Relu"));
	drop(&f);
}

static void downstream(void **state)
{
	struct fixture f = resolve(
	    "g (bool c, float[2] x) => (float[2] y) {\n"
	    "  a = Neg (x)\n  b1 = Abs (a)\n  b2 = Sin (a)\n  d = Add (b1, b2)\n"
	    "  y = If (c) <then_branch = t () => (float[2] p) { o = Cos (d) p = Tan (o) },\n"
	    "              else_branch = e () => (float[2] r) { r = Exp (x) }>\n"
	    "  z = Floor (y)\n}");

	(void)state;
	/* Neg: itself, Abs, Sin, Add, Cos, Tan, If, Floor */
	assert_int_equal(ol_ir_downstream(f.ir, node(&f, "Neg"), 0), 8);
	assert_int_equal(ol_ir_downstream(f.ir, node(&f, "Neg"), 3), 3);
	assert_int_equal(ol_ir_downstream(f.ir, node(&f, "Floor"), 0), 1);
	/* Exp: itself, the If that holds it, Floor */
	assert_int_equal(ol_ir_downstream(f.ir, node(&f, "Exp"), 0), 3);
	assert_int_equal(ol_ir_blocks(f.ir), 0);
	for (uint32_t n = 0; n < f.m->n_nodes; n++)
		assert_true(f.ir->blocks[n] >= ol_ir_downstream(f.ir, n, 0));
	assert_int_equal(f.ir->blocks[node(&f, "Floor")], 1);
	drop(&f);
}

static void expect_path(const struct fixture *f, uint32_t g, const char *want)
{
	struct ol_buf b = {0};

	ol_ir_graph_path(f->m, g, &b);
	assert_string_equal(b.p, want);
	ol_buf_free(&b);
}

static void paths(void **state)
{
	struct fixture f = resolve(IF_MODEL);

	(void)state;
	expect_path(&f, 0, "main");
	expect_path(&f, graph(&f, "t"), "main/3.then_branch");
	expect_path(&f, graph(&f, "e"), "main/3.else_branch");
	drop(&f);
	f = resolve("<ir_version: 10, opset_import: [\"\" : 21, \"l\" : 1]>\n"
		    "g (float[2] x) => (float[2] y) { a = Relu (x) y = l.f <many = [\n"
		    "  one () => (float[2] p) { p = Abs (x) },\n"
		    "  two () => (float[2] q) { s = Abs (x)\n"
		    "    q = l.k <body = three () => (float[2] r) { r = Neg (s) }> () }]> (a) }\n"
		    "<domain: \"l\", opset_import: [\"\" : 21, \"l\" : 1]>\n"
		    "f (a) => (b) { b = l.k <body = four () => (c) { c = Abs (a) }> () }\n");
	expect_path(&f, graph(&f, "one"), "main/1.many.0");
	expect_path(&f, graph(&f, "three"), "main/1.many.1/1.body");
	expect_path(&f, f.m->functions[0].graph, "fn:l:f");
	expect_path(&f, graph(&f, "four"), "fn:l:f/0.body");
	assert_int_equal(f.ir->scopes[graph(&f, "three")].root, 0);
	assert_int_equal(f.ir->scopes[graph(&f, "four")].root, f.m->functions[0].graph);
	/* names of the function's input are seen in the nested graph, the model's are not */
	assert_int_not_equal(value(&f, graph(&f, "four"), "a"), OL_NONE);
	assert_int_equal(f.ir->values[value(&f, graph(&f, "four"), "a")].graph,
			 f.m->functions[0].graph);
	assert_int_equal(value(&f, graph(&f, "four"), "x"), OL_NONE);
	drop(&f);
}

static void printing(void **state)
{
	struct fixture f =
	    resolve("g (float[2] x) => (float[2] y) { y = Clip (x, , hi) d = Abs (x) }");
	struct ol_buf b = {0};

	(void)state;
	ol_ir_print(f.ir, &b);
	assert_string_equal(
	    b.p, "main:\n  %0 'x' dtype 1 users 2 input\n  %1 'y' dtype 1 users 0 output node\n"
		 "  %2 'd' dtype 0 users 0 node\n  %3 'hi' dtype 0 users 1 undefined\n"
		 "  #0 %1 = Clip@21(%0, -, %3)\n  #1 (dead) %2 = Abs@21(%0)\n");
	ol_buf_free(&b);
	drop(&f);
}

static void empty_models(void **state)
{
	struct ol_model m = {0};
	struct ol_ir *ir;

	(void)state;
	assert_int_equal(ol_intern_init(&m.names, &m.arena), 0);
	ir = ol_ir_build(&m, NULL); /* a file without a graph */
	assert_non_null(ir);
	assert_int_equal(ir->n_values, 0);
	assert_int_equal(ol_ir_blocks(ir), 0);
	ol_ir_free(ir);
	ol_intern_free(&m.names);
	ol_arena_free(&m.arena);
	ol_ir_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_and_users),
	    cmocka_unit_test(types),
	    cmocka_unit_test(kinds),
	    cmocka_unit_test(order),
	    cmocka_unit_test(random_orders),
	    cmocka_unit_test(liveness),
	    cmocka_unit_test(downstream),
	    cmocka_unit_test(paths),
	    cmocka_unit_test(printing),
	    cmocka_unit_test(empty_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
