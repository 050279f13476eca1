/* test_engine_facts.c: what expressions see. The expected values are worked out by hand from the
 * text of the model and, for schemas, from the operator pages of the ONNX documentation. */
#include "test_engine_model.h"

#define MODEL                                                                                      \
	"<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 2, \"lib\" : 1],\n"              \
	" producer_name: \"maker\", producer_version: \"1.5\">\n"                                  \
	"main (float[N,3,8,8] x, bool c, int64[2] d) => (float[N,1,8,8] y, float[2] z)\n"          \
	"<float[1,3,1,1] w = {1, 2, 3}, float[2] k = {1.5, -2}, int64[2] d = {3, 4}> {\n"          \
	"  [first] y = Conv <group = 1, pads = [0,0,0,0]> (x, w)\n"                                \
	"  t = com.acme.Special (y)\n"                                                             \
	"  q = Gemmm (t)\n"                                                                        \
	"  r = Mish (q)\n"                                                                         \
	"  u = lib.twice (r)\n"                                                                    \
	"  s = Clip (u, , k)\n"                                                                    \
	"  v = Add (s, s)\n"                                                                       \
	"  z = If (c) <then_branch = a () => (float[2] o) { o = Relu (v) },\n"                     \
	"              else_branch = b () => (float[2] o) { o = Neg (k) }>\n"                      \
	"}\n"                                                                                      \
	"<domain: \"lib\", opset_import: [\"\" : 17]>\n"                                           \
	"twice (i) => (o) { o = Add (i, i) }\n"

struct row {
	const char *expr, *want; /* want: a CEL literal; "?" unknown, "!" error */
};

static struct ol_val evaluate(struct world *w, const char *expr, const char *at, struct ol_arena *a,
			      struct ol_arena *scratch, struct ol_eval *e, struct ol_facts *facts,
			      struct ol_val slots[2])
{
	static const struct ol_var vars[] = {{"model", "model"}, {"node", "node"}};
	static struct ol_env env;
	struct ol_expr_diag diags[4];
	const struct ol_expr *x;
	uint32_t n = 0;

	env = *ol_facts_env();
	env.vars = vars;
	env.n_vars = 2;
	x = ol_expr_compile(a, ol_str(expr), &env, NULL, diags, 4, &n);
	if (!x)
		fail_msg("%s: %s", expr, diags[0].message);
	assert_int_equal(ol_facts_resolve(facts, w->ir, a), 0);
	slots[0] = ol_v_obj(OL_CLS_MODEL, 0, 0);
	slots[1] = ol_v_unknown();
	for (uint32_t i = 0; i < w->m->n_nodes; i++)
		if (ol_str_is(ol_name(w->m, w->m->nodes[i].op_type), at))
			slots[1] = ol_v_obj(OL_CLS_NODE, i, 0);
	*e = (struct ol_eval){
	    .env = &env, .slots = slots, .scratch = scratch, .host = facts, .max_steps = 100000};
	return ol_expr_eval(e, x);
}

static void check(struct world *w, const char *at, const struct row *rows)
{
	for (; rows->expr; rows++) {
		struct ol_arena a, scratch;
		struct ol_facts facts = {0};
		struct ol_eval e;
		struct ol_val slots[2], v;
		struct ol_buf out = {0};

		ol_arena_init(&a, 0);
		ol_arena_init(&scratch, 0);
		v = evaluate(w, rows->expr, at, &a, &scratch, &e, &facts, slots);
		if (v.kind == OL_V_UNKNOWN)
			ol_buf_z(&out, "?");
		else if (v.kind == OL_V_ERROR)
			ol_buf_z(&out, "!");
		else
			ol_v_literal(&e, v, &out);
		if (strcmp(out.p, rows->want) != 0)
			fail_msg("%s at %s: %s, not %s", rows->expr, at, out.p, rows->want);
		ol_buf_free(&out);
		ol_arena_free(&scratch);
		ol_arena_free(&a);
	}
}

static void of_the_model(void **state)
{
	static const struct row rows[] = {
	    {"model.ir_version", "8"},
	    {"model.producer_name + ' ' + model.producer_version", "\"maker 1.5\""},
	    {"model.n_nodes", "11"},
	    {"size(model.nodes)", "11"},
	    {"size(model.graphs)", "4"},
	    {"model.graph.path", "\"main\""},
	    {"model.graph.name", "\"main\""},
	    {"model.graphs.map(g, g.kind).filter(k, k == 'subgraph').size()", "2"},
	    {"model.inputs.map(v, v.name)", "[\"x\", \"c\", \"d\"]"},
	    {"model.outputs.map(v, v.name)", "[\"y\", \"z\"]"},
	    {"model.initializers.map(v, v.name).size()", "3"},
	    {"model.opset_imports.map(o, o.title)", "[\"ai.onnx\", \"com.acme\", \"lib\"]"},
	    {"model.opset_imports[0].version", "17"},
	    {"model.opset_imports[1].newest", "null"},
	    {"model.opset_imports[1].used", "true"},
	    {"model.functions.map(f, f.domain + '.' + f.name)", "[\"lib.twice\"]"},
	    {"model.functions[0].n_calls", "1"},
	    {"model.function('lib', 'twice').inputs[0].name", "\"i\""},
	    {"model.function('lib', 'thrice') == null", "true"},
	    {"opset('')", "17"},
	    {"opset('ai.onnx')", "17"},
	    {"opset('nowhere')", "null"},
	    {"model.metadata.size()", "0"},
	    {"model.n_parameters", "7"}, /* 3 + 2 + 2 */
	    {NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, MODEL);
	check(&w, "Conv", rows);
	world_close(&w);
}

static void of_nodes(void **state)
{
	static const struct row conv[] = {
	    {"node.name", "\"first\""},
	    {"node.ref", "\"first\""},
	    {"node.op", "\"Conv\""},
	    {"node.domain", "\"\""},
	    {"node.domain_title", "\"ai.onnx\""},
	    {"node.status", "\"known\""},
	    {"node.opset", "17"},
	    {"node.since_version", "11"},
	    {"node.schema.until_version", "21"},
	    {"node.schema.min_input", "2"},
	    {"node.schema.max_input", "3"},
	    {"node.schema.inputs.map(p, p.name)", "[\"X\", \"W\", \"B\"]"},
	    {"node.schema.inputs[2].option", "\"optional\""},
	    {"node.schema.inputs[0].types", "[\"float32\", \"float16\", \"float64\"]"},
	    {"node.schema.accepts('T', 'float16')", "true"},
	    {"node.schema.accepts('X', 'int8')", "false"},
	    {"node.schema.attr('auto_pad').default", "\"NOTSET\""},
	    {"node.schema.has_attr('groups')", "false"},
	    {"node.attr('group')", "1"},
	    {"node.attr('pads')", "[0, 0, 0, 0]"},
	    {"node.attr('strides')", "null"},
	    {"node.attr('strides', [2, 2])", "[2, 2]"},
	    {"node.attr('auto_pad')", "\"NOTSET\""},
	    {"node.has_attr('auto_pad')", "false"},
	    {"node.attrs.map(a, a.type)", "[\"int\", \"ints\"]"},
	    {"node.inputs.map(v, v.name)", "[\"x\", \"w\"]"},
	    {"node.inputs[0].dims", "[\"N\", \"3\", \"8\", \"8\"]"},
	    {"node.inputs[0].shape[1]", "3"},
	    {"node.inputs[0].shape[0]", "?"},
	    {"node.inputs[0].rank", "4"},
	    {"node.inputs[0].is_static", "false"},
	    {"node.inputs[1].is_static", "true"},
	    {"node.inputs[1].is_const", "true"},
	    {"node.inputs[1].kind", "\"initializer\""},
	    {"node.inputs[1].tensor.byte_size", "12"},
	    {"shape_text(node.inputs[0])", "\"[N,3,8,8]\""},
	    {"node.input(2)", "null"},
	    {"node.args.map(a, a.formal)", "[\"X\", \"W\"]"},
	    {"node.args.map(a, a.accepted)", "[true, true]"},
	    {"node.results[0].formal", "\"Y\""},
	    {"node.outputs[0].is_graph_output", "true"},
	    {"node.consumers.map(n, n.op)", "[\"Special\"]"},
	    {"node.producers.size()", "0"},
	    {"node.index", "0"},
	    {"node.live", "true"},
	    {"node.life_first", "1"},
	    {"node.life_last", "null"},
	    {NULL, NULL},
	};
	static const struct row custom[] = {
	    {"node.status", "\"custom\""},
	    {"node.opset", "2"},
	    {"node.schema", "null"},
	    {"node.ref", "\"Special #1\""},
	    {"node.args[0].formal", "\"\""},
	    {"node.args[0].accepted", "?"},
	    {NULL, NULL},
	};
	static const struct row wrong[] = {
	    {"node.status", "\"unknown\""}, {"node.nearest_op", "\"Gemm\""},
	    {"node.inputs[0].dtype", "?"},  {"node.inputs[0].shape", "?"},
	    {"node.inputs[0].rank", "?"},   {NULL, NULL},
	};
	static const struct row future[] = {
	    {"node.status", "\"future\""},
	    {"node.life_first", "18"},
	    {"node.since_version", "null"},
	    {NULL, NULL},
	};
	static const struct row call[] = {
	    {"node.status", "\"function\""},
	    {"node.function.name", "\"twice\""},
	    {NULL, NULL},
	};
	static const struct row clip[] = {
	    {"node.inputs.map(v, v == null)", "[false, true, false]"},
	    {"node.n_inputs", "3"},
	    {"node.args[1].missing", "true"},
	    {"node.args[1].formal", "\"min\""},
	    {"node.inputs[2].const.values", "[1.5, -2.0]"},
	    {NULL, NULL},
	};
	static const struct row nested[] = {
	    {"node.graph.path", "\"main/7.then_branch\""},
	    {"node.graph.parent_node.op", "\"If\""},
	    {"node.graph.depth", "1"},
	    {"node.inputs[0].is_captured", "true"},
	    {"node.inputs[0].producer.op", "\"Add\""},
	    {NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, MODEL);
	check(&w, "Conv", conv);
	check(&w, "Special", custom);
	check(&w, "Gemmm", wrong);
	check(&w, "Mish", future);
	check(&w, "twice", call);
	check(&w, "Clip", clip);
	check(&w, "Relu", nested);
	world_close(&w);
}

/* An initializer that is a graph input as well is a default from IR version 4 on, and a constant
 * before. */
static void of_overridable(void **state)
{
	static const char *const models[] = {
	    "<ir_version: 3, opset_import: [\"\" : 7]>\n"
	    "g (float[2] x, float[2] d) => (float[2] y) <float[2] d = {3, 4}> { y = Add (x, d) }\n",
	    "<ir_version: 4, opset_import: [\"\" : 7]>\n"
	    "g (float[2] x, float[2] d) => (float[2] y) <float[2] d = {3, 4}> { y = Add (x, d) "
	    "}\n"};
	static const struct row before[] = {{"node.inputs[1].is_const", "true"},
					    {"node.inputs[1].const.values", "[3.0, 4.0]"},
					    {NULL, NULL}};
	static const struct row after[] = {{"node.inputs[1].is_const", "false"},
					   {"node.inputs[1].is_overridable", "true"},
					   {"node.inputs[1].const", "null"},
					   {"node.inputs[1].tensor.values", "[3.0, 4.0]"},
					   {NULL, NULL}};
	struct world w;

	(void)state;
	world_open(&w, models[0]);
	check(&w, "Add", before);
	world_close(&w);
	world_open(&w, models[1]);
	check(&w, "Add", after);
	world_close(&w);
}

static void functions(void **state)
{
	static const struct row rows[] = {
	    {"quote('a')", "\"'a'\""},
	    {"join([1, 2, 3], '-')", "\"1-2-3\""},
	    {"join(['a', 'b'])", "\"a, b\""},
	    {"sum([1, 2, 3])", "6"},
	    {"sum([])", "0"},
	    {"sum([1, 2.5])", "3.5"},
	    {"sum([9223372036854775807, 1])", "!"},
	    {"min([3, 1, 2])", "1"},
	    {"max([3.5, 1, 2])", "3.5"},
	    {"max([])", "!"},
	    {"glob('Conv*', 'Conv_12')", "true"},
	    {"glob('Conv?', 'Conv_12')", "false"},
	    {"near('Reluu', 'Relu')", "true"},
	    {"plural(1, 'node', 'nodes')", "\"node\""},
	    {"plural(2, 'node', 'nodes')", "\"nodes\""},
	    {"dtype_bits('float16')", "16"},
	    {"known_dtype('float33')", "false"},
	    /* exact sets: every int8 is a float16, no float16 is an int8; 2^24 + 1 is no float32 */
	    {"lossless_cast('int8', 'float16')", "true"},
	    {"lossless_cast('float16', 'float32')", "true"},
	    {"lossless_cast('float16', 'int8')", "false"},
	    {"lossless_cast('int32', 'float32')", "false"},
	    {"lossless_cast('int32', 'float64')", "true"},
	    {"lossless_cast('uint8', 'int8')", "false"},
	    {"lossless_cast('uint8', 'int16')", "true"},
	    {"lossless_cast('bfloat16', 'float16')", "false"},
	    {"lossless_cast('int64', 'int32')", "false"},
	    {"schema_of('', 'Mish', 18).since_version", "18"},
	    {"schema_of('', 'Mish', 17)", "null"},
	    {"schema_of('', 'Upsample', 10).deprecated", "true"},
	    {NULL, NULL},
	};
	struct world w;

	(void)state;
	world_open(&w, MODEL);
	check(&w, "Conv", rows);
	world_close(&w);
}

/* What an assertion reads of a node decides whether it may be asked once a kind. */
static void kind_level(void **state)
{
	static const struct {
		const char *expr;
		bool touches;
	} rows[] = {
	    {"node.op == 'Conv' && node.status == 'known'", false},
	    {"node.schema.deprecated || node.opset > 20", false},
	    {"model.ir_version > 3 && node.function == null", false},
	    {"node.live && node.graph.is_main", false}, /* read, but of few values */
	    {"node.name == ''", true},
	    {"node.inputs.size() > 2", true},
	    {"node.op == 'Relu' && node.name == ''",
	     false}, /* the name is not read: the operator is Conv */
	    {"node.has_attr('group')", true},
	    {"model.nodes.exists(n, n == node)", true},
	    {"model.graph.nodes[0] == node", true},
	    {"model.outputs[0].producer == node", true},
	};
	struct world w;

	(void)state;
	world_open(&w, MODEL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ol_arena a, scratch;
		struct ol_facts facts = {0};
		struct ol_eval e;
		struct ol_val slots[2];

		ol_arena_init(&a, 0);
		ol_arena_init(&scratch, 0);
		evaluate(&w, rows[i].expr, "Conv", &a, &scratch, &e, &facts, slots);
		if (((facts.node_read & OL_READ_OTHER) != 0) != rows[i].touches)
			fail_msg("%s", rows[i].expr);
		ol_arena_free(&scratch);
		ol_arena_free(&a);
	}
	world_close(&w);
}

/* Every class and function says what it is, and every type it names exists. */
static void the_table(void **state)
{
	const struct ol_env *env = ol_facts_env();

	(void)state;
	assert_int_equal(env->n_classes, OL_CLS_COUNT);
	for (uint32_t i = 0; i < env->n_classes; i++) {
		assert_true(strlen(env->classes[i].about) > 0);
		for (const struct ol_field *f = env->classes[i].fields; f->name; f++) {
			assert_true(strlen(f->about) > 0);
			assert_non_null(f->get);
		}
	}
	for (uint32_t i = 0; i < env->n_funcs; i++) {
		assert_true(strlen(env->funcs[i].about) > 0);
		assert_non_null(env->funcs[i].call);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_the_model),   cmocka_unit_test(of_nodes),
	    cmocka_unit_test(of_overridable), cmocka_unit_test(functions),
	    cmocka_unit_test(kind_level),     cmocka_unit_test(the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
