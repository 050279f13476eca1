/* fuzz_expr.c: libFuzzer entry of the expression language: any text is compiled against a small
 * host and, when it compiles, evaluated. The first byte chooses checked or unchecked. Build with
 *   clang -fsanitize=fuzzer,address,undefined -DOL_ARENA_DEBUG -Isrc tests/fuzz/fuzz_expr.c
 * LIBCORE.a -lpcre2-8 -lm */
#include "expr/expr.h"
#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ol_val get_name(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(self.u.obj.a ? OL_STR("conv") : OL_STR("\xc3\xa9\xff"));
}

static struct ol_val get_rank(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return self.u.obj.a == 0   ? ol_v_null()
	       : self.u.obj.a == 1 ? ol_v_unknown()
				   : ol_v_int((int64_t)self.u.obj.a);
}

static struct ol_val node_at(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	(void)e;
	(void)l;
	return ol_v_obj(0, i, 0);
}

static struct ol_val get_nodes(struct ol_eval *e, struct ol_val self)
{
	struct ol_list *l = OL_NEW(e->scratch, struct ol_list);

	(void)self;
	if (!l)
		return ol_v_error(e, "memory");
	l->n = 5;
	l->get = node_at;
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

static struct ol_val get_shape(struct ol_eval *e, struct ol_val self)
{
	struct ol_val items[] = {ol_v_int(1), ol_v_null(), ol_v_unknown(),
				 ol_v_int((int64_t)self.u.obj.a)};

	return ol_v_list(e, items, 4);
}

static struct ol_val call_attr(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	(void)e;
	if (argv[0].kind != OL_V_OBJECT || argv[1].kind != OL_V_STRING)
		__builtin_trap();
	return argc > 2 ? argv[2] : ol_v_null();
}

static struct ol_val call_sum(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	int64_t n = 0;

	(void)e;
	for (uint32_t i = 0; i < argc; i++) {
		if (argv[i].kind != OL_V_INT)
			__builtin_trap();
		n += argv[i].u.i & 255;
	}
	return ol_v_int(n);
}

static const struct ol_field node_fields[] = {
    {"name", "string", get_name, ""},	    {"rank", "int?", get_rank, ""},
    {"nodes", "list(node)", get_nodes, ""}, {"shape", "list(int?)?", get_shape, ""},
    {"any", "dyn", get_shape, ""},	    {0},
};
static const struct ol_class classes[] = {{"node", node_fields, ""}};
static const struct ol_func funcs[] = {
    {"node", "attr", "string, [dyn]", "dyn", call_attr, ""},
    {NULL, "sum", "int, ...", "int", call_sum, ""},
};
static const struct ol_var vars[] = {{"node", "node"}, {"n", "int"},
				     {"s", "string"},  {"d", "double?"},
				     {"late", "dyn"},  {"a.b", "map(string, int)"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ol_env env = {classes, 1, funcs, 2, vars, 6, "", false, false, false};
	struct ol_val slots[6] = {ol_v_obj(0, 2, 0), ol_v_int(7),    ol_v_str(OL_STR("a\xc3\xa9z")),
				  ol_v_null(),	     ol_v_unknown(), ol_v_unknown()},
		      v;
	const struct ol_expr *lazy[6] = {NULL};
	uint8_t state[6] = {0};
	struct ol_expr_diag diags[8];
	struct ol_arena a, scratch;
	struct ol_eval e = {.env = &env,
			    .slots = slots,
			    .lazy = lazy,
			    .lazy_state = state,
			    .scratch = &scratch,
			    .max_steps = 20000};
	const struct ol_expr *x;
	struct ol_buf out = {0};
	uint32_t n;

	if (!size)
		return 0;
	env.no_check = data[0] & 1;
	env.dyn_vars = data[0] & 2;
	ol_arena_init(&a, 64 << 20);
	ol_arena_init(&scratch, 64 << 20);
	x = ol_expr_compile(&a, (struct ol_str){(const char *)data + 1, size - 1}, &env,
			    data[0] & 4 ? "bool" : NULL, diags, 8, &n);
	if (!x != (n > 0))
		__builtin_trap();
	for (uint32_t i = 0; i < n; i++)
		if ((size_t)diags[i].offset + diags[i].length > size - 1)
			__builtin_trap();
	if (x) {
		lazy[4] = x; /* one that needs itself */
		v = ol_expr_eval(&e, x);
		ol_v_literal(&e, v, &out);
		ol_v_print(&e, v, &out);
	}
	ol_buf_free(&out);
	ol_arena_free(&scratch);
	ol_arena_free(&a);
	return 0;
}
