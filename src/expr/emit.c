/* emit.c: a checked tree to one flat block: header, instructions of a stack machine, constants,
 * bytes of strings. All references are offsets, so that the block may be moved. Also the entry
 * point of compiling. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr/internal.h"
#include "util/buf.h"
#include "util/text.h"

struct emitter {
	struct ol_cc *c;
	struct ol_buf code, consts, strings;
	uint32_t n_code, n_consts, stack, max_stack;
};

static void emit(struct emitter *m, const struct ol_ast *n);

static uint32_t instr(struct emitter *m, uint16_t op, uint32_t a, uint32_t b, uint32_t c)
{
	struct ol_instr i = {op, (uint16_t)a, b, c};

	ol_buf_add(&m->code, &i, sizeof(i));
	return m->n_code++;
}

static void moved(struct emitter *m, int by)
{
	m->stack = (uint32_t)((int)m->stack + by);
	if (m->stack > m->max_stack)
		m->max_stack = m->stack;
}

/* Where an instruction jumps is known once the code behind it is there. */
static void patch(struct emitter *m, uint32_t at, bool is_c)
{
	struct ol_instr *i;

	if (m->code.failed)
		return;
	i = (struct ol_instr *)(void *)m->code.p + at;
	if (is_c)
		i->c = m->n_code;
	else
		i->b = m->n_code;
}

static uint32_t string(struct emitter *m, struct ol_str s)
{
	uint32_t at = (uint32_t)m->strings.n;

	ol_buf_str(&m->strings, s);
	ol_buf_char(&m->strings, '\0');
	return at;
}

static uint32_t constant(struct emitter *m, const struct ol_val *v)
{
	struct ol_const k;

	memset(&k, 0, sizeof(k));
	k.kind = v->kind;
	k.cls = v->cls;
	if (v->kind == OL_V_STRING || v->kind == OL_V_BYTES || v->kind == OL_V_TYPE) {
		k.n = (uint32_t)v->u.s.n;
		k.u.u = string(m, v->u.s);
	} else if (v->kind == OL_V_BOOL) {
		k.u.u = v->u.b;
	} else if (v->kind != OL_V_NULL) {
		k.u.u = v->u.u;
	}
	ol_buf_add(&m->consts, &k, sizeof(k));
	return m->n_consts++;
}

static uint32_t name(struct emitter *m, struct ol_str s)
{
	struct ol_val v = ol_v_str(s);

	return constant(m, &v);
}

static void push_const(struct emitter *m, const struct ol_val *v)
{
	instr(m, OL_OP_CONST, 0, constant(m, v), 0);
	moved(m, 1);
}

static void emit_ref(struct emitter *m, const struct ol_ast *n)
{
	if (n->ref_kind == OL_R_TYPE) {
		push_const(m, &n->val);
		return;
	}
	if (n->ref_kind == OL_R_LOCAL)
		instr(m, OL_OP_LOCAL, 0, n->ref, 0);
	else if (n->ref_kind == OL_R_SLOT)
		instr(m, OL_OP_SLOT, 0, n->ref, 0);
	else
		instr(m, OL_OP_NAME, 0, name(m, n->full), 0);
	moved(m, 1);
}

static void emit_select(struct emitter *m, const struct ol_ast *n)
{
	if (n->ref_kind == OL_R_SLOT || n->ref_kind == OL_R_NAME) {
		emit_ref(m, n);
		return;
	}
	emit(m, n->first);
	if (n->has)
		instr(m, OL_OP_HAS, 0, name(m, n->name), 0);
	else if (n->ref_kind == OL_R_FIELD)
		instr(m, OL_OP_FIELD, n->ref >> 16, n->ref & 0xffff, 0);
	else
		instr(m, OL_OP_SELECT, 0, name(m, n->name), 0);
}

/* Where a standard function stands: this one, or (f NULL) the first of the name. */
static uint32_t std_row(const struct ol_func *f, struct ol_str s)
{
	for (uint32_t t = 0; ol_expr_std_tables[t]; t++)
		for (uint32_t i = 0; ol_expr_std_tables[t][i].name; i++) {
			const struct ol_func *row = &ol_expr_std_tables[t][i];

			if (f ? row == f : ol_str_is(s, row->name))
				return t << 16 | i;
		}
	return OL_STD_NONE;
}

static uint32_t signature(struct emitter *m, const struct ol_func *f, uint32_t argc)
{
	struct ol_sig sig = {.at = f->args};
	uint32_t at = (uint32_t)m->strings.n, i = 0;

	if (f->cls)
		i = 1;
	for (uint32_t k = 0; k < argc; k++) {
		uint8_t b[2];
		bool null = false;

		if (k < i)
			b[0] = ol_sig_kind(m->c->env, ol_str(f->cls), &b[1], &null);
		else if (ol_sig_next(&sig))
			b[0] = ol_sig_kind(m->c->env, sig.type, &b[1], &null);
		else
			b[0] = OL_X_DYN, b[1] = 0;
		b[0] |= null ? 0x80 : 0;
		ol_buf_add(&m->strings, b, 2);
	}
	return at;
}

static void emit_call(struct emitter *m, const struct ol_ast *n)
{
	const struct ol_env *env = m->c->env;
	const struct ol_ast *x = n->first;
	uint32_t argc = n->n, flags = 0;

	if (n->space) {
		x = x->next;
		argc--;
	}
	for (; x; x = x->next)
		emit(m, x);
	if (n->ref_kind == OL_R_DYN)
		return;
	if (n->ref_kind == OL_R_FUNC) {
		bool host = n->fn >= env->funcs && n->fn < env->funcs + env->n_funcs;
		uint32_t i =
		    host ? (uint32_t)(n->fn - env->funcs) | OL_CALL_ENV : std_row(n->fn, n->full);

		instr(m, OL_OP_CALL, argc, i, signature(m, n->fn, argc));
	} else {
		flags = n->method && !n->space ? OL_LATE_METHOD : 0;
		for (uint32_t i = 0; i < env->n_funcs; i++)
			if (ol_str_is(n->full, env->funcs[i].name))
				flags |= OL_LATE_ENV;
		instr(m, OL_OP_LATE, argc | flags, std_row(NULL, n->full), name(m, n->full));
	}
	moved(m, 1 - (int)argc);
}

/* x in ["a", "b"]: no list is made. */
static bool emit_in_const(struct emitter *m, const struct ol_ast *n)
{
	const struct ol_ast *list = n->first->next;
	uint32_t first = m->n_consts;

	if (list->kind != OL_A_LIST)
		return false;
	for (const struct ol_ast *x = list->first; x; x = x->next)
		if (x->kind != OL_A_CONST)
			return false;
	emit(m, n->first);
	first = m->n_consts;
	for (const struct ol_ast *x = list->first; x; x = x->next)
		constant(m, &x->val);
	instr(m, OL_OP_IN_CONST, 0, first, m->n_consts - first);
	return true;
}

static void emit_logic(struct emitter *m, const struct ol_ast *n)
{
	bool and = n->kind == OL_A_AND;
	uint32_t first = UINT32_MAX, at;

	emit(m, n->first);
	for (const struct ol_ast *x = n->first->next; x; x = x->next) {
		/* the jumps of a chain are linked through b until the end is known */
		first = instr(m, and? OL_OP_JFALSE : OL_OP_JTRUE, 0, first, 0);
		emit(m, x);
		instr(m, and? OL_OP_AND : OL_OP_OR, 0, 0, 0);
		moved(m, -1);
	}
	while (first != UINT32_MAX && !m->code.failed) {
		at = first;
		first = ((struct ol_instr *)(void *)m->code.p)[at].b;
		patch(m, at, false);
	}
}

static void emit_cond(struct emitter *m, const struct ol_ast *n)
{
	uint32_t test, over;

	emit(m, n->first);
	test = instr(m, OL_OP_COND, 0, 0, 0);
	moved(m, -1);
	emit(m, n->first->next);
	over = instr(m, OL_OP_JUMP, 0, 0, 0);
	moved(m, -1);
	patch(m, test, false);
	emit(m, n->last);
	patch(m, test, true);
	patch(m, over, false);
}

static void emit_loop(struct emitter *m, const struct ol_ast *n)
{
	uint32_t kind = n->loop | (n->v[1].n ? OL_ITER_TWO : 0u), iter, start, keep = UINT32_MAX,
		 step;
	const struct ol_ast *x = n->first->next;

	emit(m, n->first);
	iter = instr(m, OL_OP_ITER, kind, n->ref, 0);
	moved(m, 2);
	start = instr(m, OL_OP_NEXT, kind, n->ref, 0);
	if (x->next) {
		emit(m, x);
		keep = instr(m, OL_OP_KEEP, kind, start, 0);
		moved(m, -1);
		x = x->next;
	}
	emit(m, x);
	step = instr(m, OL_OP_STEP, kind, start, 0);
	moved(m, -3);
	patch(m, iter, true);
	patch(m, start, true);
	patch(m, step, true);
	if (keep != UINT32_MAX)
		patch(m, keep, true);
}

static void emit(struct emitter *m, const struct ol_ast *n)
{
	switch ((enum ol_ast_kind)n->kind) {
	case OL_A_CONST:
		push_const(m, &n->val);
		break;
	case OL_A_IDENT:
		emit_ref(m, n);
		break;
	case OL_A_SELECT:
		emit_select(m, n);
		break;
	case OL_A_CALL:
		emit_call(m, n);
		break;
	case OL_A_UNARY:
		emit(m, n->first);
		instr(m, n->op, 0, 0, 0);
		break;
	case OL_A_INDEX:
	case OL_A_BINARY:
		if (n->kind == OL_A_BINARY && n->op == OL_OP_IN && emit_in_const(m, n))
			break;
		emit(m, n->first);
		emit(m, n->first->next);
		instr(m, n->kind == OL_A_INDEX ? (uint16_t)OL_OP_INDEX : n->op, 0, 0, 0);
		moved(m, -1);
		break;
	case OL_A_AND:
	case OL_A_OR:
		emit_logic(m, n);
		break;
	case OL_A_COND:
		emit_cond(m, n);
		break;
	case OL_A_LIST:
	case OL_A_MAP:
		for (const struct ol_ast *x = n->first; x; x = x->next)
			emit(m, x);
		instr(m, n->kind == OL_A_LIST ? OL_OP_LIST : OL_OP_MAP, 0,
		      n->kind == OL_A_LIST ? n->n : n->n / 2, 0);
		moved(m, 1 - (int)n->n);
		break;
	case OL_A_LOOP:
		emit_loop(m, n);
		break;
	}
}

const struct ol_expr *ol_emit(struct ol_cc *c, struct ol_ast *root, struct ol_arena *out)
{
	struct emitter m = {.c = c};
	struct ol_block *x = NULL;
	char type[128];
	uint32_t type_at;
	size_t size;

	emit(&m, root);
	instr(&m, OL_OP_END, 0, 0, 0);
	ol_xtype_print(c->env, root->type, type, sizeof(type));
	type_at = string(&m, ol_str(type));
	size = sizeof(*x) + (size_t)m.n_code * sizeof(struct ol_instr);
	size = (size + 7) & ~(size_t)7;
	size += (size_t)m.n_consts * sizeof(struct ol_const) + m.strings.n;
	size = (size + 7) & ~(size_t)7;
	if (!m.code.failed && !m.consts.failed && !m.strings.failed && size <= UINT32_MAX)
		x = ol_arena_calloc(out, 1, size);
	if (x) {
		uint32_t consts =
		    (uint32_t)(sizeof(*x) + m.n_code * sizeof(struct ol_instr) + 7) & ~7u;
		uint32_t strings = consts + m.n_consts * (uint32_t)sizeof(struct ol_const);
		struct ol_const *k;

		x->h = (struct ol_expr){(uint32_t)size, 0, m.n_code, c->max_locals};
		x->consts = consts;
		x->strings = strings;
		x->n_consts = m.n_consts;
		x->max_stack = m.max_stack;
		x->type = strings + type_at;
		x->type_len = (uint32_t)strlen(type);
		memcpy(x->code, m.code.p, m.code.n);
		k = (struct ol_const *)(void *)((char *)x + consts);
		if (m.n_consts)
			memcpy(k, m.consts.p, m.consts.n);
		for (uint32_t i = 0; i < m.n_consts; i++)
			if (k[i].kind == OL_V_STRING || k[i].kind == OL_V_BYTES ||
			    k[i].kind == OL_V_TYPE)
				k[i].u.u += strings;
		memcpy((char *)x + strings, m.strings.p, m.strings.n);
	} else {
		c->no_memory = true;
	}
	ol_buf_free(&m.code);
	ol_buf_free(&m.consts);
	ol_buf_free(&m.strings);
	return x ? &x->h : NULL;
}

void ol_cc_diag(struct ol_cc *c, uint32_t off, uint32_t len, const char *nearest, const char *fmt,
		...)
{
	struct ol_expr_diag *d;
	va_list ap;

	if (c->n_diags >= c->max)
		return;
	for (uint32_t i = 0; i < c->n_diags; i++)
		if (c->diags[i].offset == off && c->diags[i].length == len)
			return;
	d = &c->diags[c->n_diags++];
	d->offset = off;
	d->length = len;
	snprintf(d->nearest, sizeof(d->nearest), "%s", nearest);
	va_start(ap, fmt);
	vsnprintf(d->message, sizeof(d->message), fmt, ap);
	va_end(ap);
}

const struct ol_expr *ol_expr_compile(struct ol_arena *a, struct ol_str text,
				      const struct ol_env *env, const char *want,
				      struct ol_expr_diag *diags, uint32_t max, uint32_t *n_diags)
{
	const struct ol_expr *x = NULL;
	struct ol_expr_diag one;
	struct ol_cc *c = calloc(1, sizeof(*c));
	struct ol_ast *root = NULL;
	size_t bad;

	*n_diags = 0;
	if (!c)
		return NULL;
	ol_arena_init(&c->tmp, (size_t)256 << 20);
	c->text = text;
	c->env = env;
	c->diags = max ? diags : &one;
	c->max = max ? max : 1;
	if (text.n > OL_EXPR_MAX_TEXT)
		ol_cc_diag(c, 0, 0, "", "longer than %d KiB: split it with let",
			   OL_EXPR_MAX_TEXT / 1024);
	else if (!ol_utf8_valid(text, &bad))
		ol_cc_diag(c, (uint32_t)bad, 1, "", "this is not UTF-8");
	else
		root = ol_parse(c);
	if (root)
		ol_check(c, root);
	if (root && want && !c->n_diags)
		ol_check_result(c, root, want);
	/* a type that found no room is any type, which would pass for right */
	c->no_memory |= c->tmp.refused;
	if (root && !c->n_diags && !c->no_memory)
		x = ol_emit(c, root, a);
	if (c->no_memory) {
		c->n_diags = 0;
		ol_cc_diag(c, 0, 0, "", "out of memory");
		x = NULL;
	}
	*n_diags = max ? c->n_diags : 0;
	ol_arena_free(&c->tmp);
	free(c);
	return x;
}

void ol_expr_type(const struct ol_expr *x, char *buf, size_t n)
{
	const struct ol_block *b = (const struct ol_block *)(const void *)x;

	snprintf(buf, n, "%.*s", (int)b->type_len, (const char *)x + b->type);
}
