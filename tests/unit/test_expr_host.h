/* test_expr_host.h: a small host for the tests of expressions: nodes with known, unknown and null
 * facts. */
#ifndef OL_TESTS_EXPR_HOST_H
#define OL_TESTS_EXPR_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "expr/expr.h"
#include "util/buf.h"

static struct ol_val get_op(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_str(self.u.obj.a % 2 ? OL_STR("Relu") : OL_STR("Conv"));
}

/* node 1's rank is unknown, node 2's is null */
static struct ol_val get_rank(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return self.u.obj.a == 1 ? ol_v_unknown() : self.u.obj.a == 2 ? ol_v_null() : ol_v_int(4);
}

static struct ol_val get_index(struct ol_eval *e, struct ol_val self)
{
	++*(int *)e->host;
	return ol_v_int((int64_t)self.u.obj.a);
}

static struct ol_val get_shape(struct ol_eval *e, struct ol_val self)
{
	struct ol_val dims[] = {ol_v_int(1), ol_v_unknown(), ol_v_null(), ol_v_int(8)};

	(void)self;
	return ol_v_list(e, dims, 4);
}

static struct ol_val get_next(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return self.u.obj.a == 2 ? ol_v_null() : ol_v_obj(0, self.u.obj.a + 1, 0);
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

	l->n = self.u.obj.a;
	l->get = node_at;
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

static struct ol_val call_attr(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	(void)e;
	if (ol_str_is(argv[1].u.s, "group"))
		return ol_v_int(2);
	return argc > 2 ? argv[2] : ol_v_null();
}

static struct ol_val call_sum(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	int64_t n = 0;

	(void)e;
	for (uint32_t i = 0; i < argc; i++)
		n += argv[i].u.i;
	return ol_v_int(n);
}

static struct ol_val call_wide(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	(void)e;
	(void)argc;
	return ol_v_bool(argv[0].u.i > 3);
}

static const struct ol_field node_fields[] = {
    {"op", "string", get_op, ""},
    {"rank", "int?", get_rank, ""},
    {"index", "int", get_index, ""},
    {"shape", "list(int?)?", get_shape, ""},
    {"next", "node?", get_next, ""},
    {"any", "dyn", get_next, ""},
    {0},
};
static const struct ol_field model_fields[] = {{"nodes", "list(node)", get_nodes, ""}, {0}};
static const struct ol_class classes[] = {{"node", node_fields, ""}, {"model", model_fields, ""}};
static const struct ol_func funcs[] = {
    {"node", "attr", "string, [dyn]", "dyn", call_attr, ""},
    {NULL, "sum", "int, ...", "int", call_sum, ""},
    {NULL, "wide", "int", "bool", call_wide, ""},
};
static const struct ol_var vars[] = {
    {"model", "model"}, {"node", "node"}, {"have", "int"}, {"want", "int"}, {"mine", "int"},
};
static const struct ol_env env = {classes, 2, funcs, 3, vars, 5, "", false, false, false};

struct run {
	struct ol_arena arena, scratch;
	struct ol_val slots[5];
	const struct ol_expr *lazy[5];
	uint8_t state[5];
	int calls; /* of get_index */
	struct ol_eval e;
	struct ol_expr_diag diags[8];
	uint32_t n_diags;
};

static void run_open(struct run *r)
{
	memset(r, 0, sizeof(*r));
	ol_arena_init(&r->arena, 0);
	ol_arena_init(&r->scratch, 64 << 20);
	r->slots[0] = ol_v_obj(1, 5, 0);
	r->slots[1] = ol_v_obj(0, 0, 0);
	for (int i = 2; i < 5; i++)
		r->slots[i] = ol_v_unknown();
	r->e = (struct ol_eval){.env = &env,
				.slots = r->slots,
				.lazy = r->lazy,
				.lazy_state = r->state,
				.scratch = &r->scratch,
				.host = &r->calls,
				.max_steps = 100000};
}

static void run_close(struct run *r)
{
	ol_arena_free(&r->arena);
	ol_arena_free(&r->scratch);
}

static const struct ol_expr *run_compile(struct run *r, const char *text, const char *want)
{
	return ol_expr_compile(&r->arena, ol_str(text), &env, want, r->diags, 8, &r->n_diags);
}

/* The result as a literal; static buffer. */
static inline const char *run_text(struct run *r, const char *text)
{
	static char out[256];
	const struct ol_expr *x = run_compile(r, text, NULL);
	struct ol_buf b = {0};

	if (!x) {
		snprintf(out, sizeof(out), "%s", r->diags[0].message);
		return out;
	}
	ol_v_literal(&r->e, ol_expr_eval(&r->e, x), &b);
	snprintf(out, sizeof(out), "%s", b.p);
	ol_buf_free(&b);
	return out;
}

#endif
