/* eval.c: the stack machine. No recursion but for lazy slots, which is bounded; nothing is
 * allocated for constants, fields and comparisons. Unknown and error are values like others:
 * operations hand them on. */
#include "expr/machine.h"

static inline struct ol_val load_const(const struct ol_machine *m, uint32_t i)
{
	const struct ol_const *k = &m->consts[i];
	struct ol_val v = {.kind = k->kind, .cls = k->cls};

	if (k->kind == OL_V_STRING || k->kind == OL_V_BYTES || k->kind == OL_V_TYPE)
		v.u.s = (struct ol_str){(const char *)m->x + k->u.u, k->n};
	else if (k->kind == OL_V_BOOL)
		v.u.b = k->u.u != 0;
	else
		v.u.u = k->u.u;
	return v;
}

static struct ol_str const_name(const struct ol_machine *m, uint32_t i)
{
	return (struct ol_str){(const char *)m->x + m->consts[i].u.u, m->consts[i].n};
}

static struct ol_val load_slot(struct ol_eval *e, uint32_t i)
{
	struct ol_val v;

	if (!e->slots)
		return ol_v_error(e, "variable '%s' has no value", e->env->vars[i].name);
	v = e->slots[i];
	if (v.kind == OL_V_UNKNOWN && e->lazy && e->lazy[i] &&
	    (!e->lazy_state || e->lazy_state[i] != 2)) {
		if (e->lazy_state && e->lazy_state[i] == 1)
			return ol_v_error(e, "'%s' needs itself", e->env->vars[i].name);
		if (e->depth >= OL_EXPR_MAX_LET)
			return ol_v_error(e, "lets need one another more than %d deep",
					  OL_EXPR_MAX_LET);
		if (e->lazy_state)
			e->lazy_state[i] = 1;
		e->depth++;
		v = ol_expr_eval(e, e->lazy[i]);
		e->depth--;
		e->slots[i] = v;
		if (e->lazy_state)
			e->lazy_state[i] = 2;
	}
	if (v.kind == OL_V_NULL)
		v.cls = 0; /* an absent fact, wherever it came from */
	return v;
}

/* The longest leading part that is bound, then fields of it. */
static struct ol_val load_name(struct ol_eval *e, struct ol_str full)
{
	struct ol_str part = full, rest, field;
	const struct ol_map *b = e->bindings;
	struct ol_val v;

	for (;;) {
		for (uint64_t i = 0; b && i < b->n; i++) {
			if (b->keys[i].kind != OL_V_STRING || !ol_str_eq(b->keys[i].u.s, part))
				continue;
			v = b->values[i];
			if (v.kind == OL_V_NULL)
				v.cls = OL_X_LITERAL_NULL;
			rest = (struct ol_str){full.p + part.n, full.n - part.n};
			while (rest.n) {
				rest.p++;
				rest.n--;
				field = rest;
				for (field.n = 0; field.n < rest.n && rest.p[field.n] != '.';
				     field.n++)
					;
				ol_expr_select(e, &v, field, false);
				rest.p += field.n;
				rest.n -= field.n;
			}
			return v;
		}
		while (part.n && part.p[part.n - 1] != '.')
			part.n--;
		if (!part.n)
			return ol_v_error(e, "no variable '%.*s'", full.n > 80 ? 80 : (int)full.n,
					  full.p);
		part.n--;
	}
}

static void in_const(struct ol_machine *m, const struct ol_instr *i)
{
	struct ol_val *a = &m->sp[-1], k;

	if (a->kind == OL_V_UNKNOWN || a->kind == OL_V_ERROR)
		return;
	if (!ol_expr_pay(m->e, i->c / 4)) {
		*a = ol_expr_cost(m->e);
		return;
	}
	for (uint32_t n = 0; n < i->c; n++) {
		k = load_const(m, i->b + n);
		if (a->kind == OL_V_STRING && k.kind == OL_V_STRING) {
			if (!ol_str_eq(a->u.s, k.u.s))
				continue;
		} else if (ol_expr_equal(m->e, a, &k, 0) != OL_EQ_TRUE) {
			continue;
		}
		*a = ol_v_bool(true);
		return;
	}
	*a = ol_v_bool(false);
}

/* An unknown or an error among the items is the result. */
static struct ol_val make_list(struct ol_eval *e, const struct ol_val *items, uint32_t n)
{
	const struct ol_val *error = NULL;

	for (uint32_t i = 0; i < n; i++) {
		if (items[i].kind == OL_V_UNKNOWN)
			return items[i];
		if (items[i].kind == OL_V_ERROR && !error)
			error = &items[i];
	}
	return error ? *error : ol_v_list(e, items, n);
}

/* ---- calls ---- */
static void call(struct ol_machine *m, const struct ol_instr *i)
{
	const unsigned char *sig = (const unsigned char *)m->x + m->x->strings + i->c;
	struct ol_val *argv = m->sp - i->a, v;
	const struct ol_func *f =
	    i->b & OL_CALL_ENV ? &m->e->env->funcs[i->b & ~OL_CALL_ENV] : ol_expr_std(i->b);
	const struct ol_val *error = NULL;
	bool late = false, unknown = false;

	for (uint32_t k = 0; k < i->a; k++) {
		uint8_t kind = sig[2 * k] & 0x7f;

		if (argv[k].kind == OL_V_UNKNOWN)
			unknown = true;
		else if (argv[k].kind == OL_V_ERROR)
			error = error ? error : &argv[k];
		else if (kind != OL_X_DYN &&
			 (argv[k].kind != kind ||
			  (kind == OL_V_OBJECT && argv[k].cls != sig[2 * k + 1]))) {
			if (argv[k].kind != OL_V_NULL || argv[k].cls == OL_X_LITERAL_NULL)
				late |= argv[k].kind != OL_V_NULL || !(sig[2 * k] & 0x80);
			else
				unknown |= !(sig[2 * k] & 0x80);
		}
	}
	if (unknown)
		v = ol_v_unknown();
	else if (error)
		v = *error;
	else if (late)
		/* the value is not what its declared type promised, or was dyn: another row may
		 * take it */
		v = ol_expr_late(m->e, ol_str(f->name), OL_STD_ANY,
				 OL_LATE_ENV | (f->cls ? OL_LATE_METHOD : 0u), argv, i->a);
	else
		v = f->call(m->e, argv, i->a);
	if (v.kind == OL_V_NULL)
		v.cls = 0; /* what a function gives is a fact, be it a default from the text */
	m->sp = argv + 1;
	*argv = v;
}

static void call_late(struct ol_machine *m, const struct ol_instr *i)
{
	uint32_t argc = i->a & 0xff;
	struct ol_val *argv = m->sp - argc, v;

	v = ol_expr_late(m->e, const_name(m, i->c), i->b, i->a & ~0xffu, argv, argc);
	m->sp = argv + 1;
	*argv = v;
}

static struct ol_val run(struct ol_machine *m)
{
	struct ol_eval *e = m->e;
	const struct ol_instr *code = m->x->code, *i = code;
	struct ol_val *v;

	for (;; i++) {
		if (!ol_expr_pay(e, 1))
			return ol_expr_cost(e);
		switch ((enum ol_op)i->op) {
		case OL_OP_CONST:
			*m->sp++ = load_const(m, i->b);
			break;
		case OL_OP_LOCAL:
			*m->sp++ = m->locals[i->b];
			break;
		case OL_OP_SLOT:
			*m->sp++ = load_slot(e, i->b);
			break;
		case OL_OP_NAME:
			*m->sp++ = load_name(e, const_name(m, i->b));
			break;
		case OL_OP_FIELD:
			ol_expr_field(e, &m->sp[-1], i->a, i->b);
			break;
		case OL_OP_SELECT:
		case OL_OP_HAS:
			ol_expr_select(e, &m->sp[-1], const_name(m, i->b), i->op == OL_OP_HAS);
			break;
		case OL_OP_INDEX:
			m->sp--;
			ol_expr_index(e, &m->sp[-1], &m->sp[0]);
			break;
		case OL_OP_NOT:
			v = &m->sp[-1];
			if (v->kind == OL_V_BOOL)
				v->u.b = !v->u.b;
			else if (v->kind != OL_V_UNKNOWN && v->kind != OL_V_ERROR)
				*v = ol_expr_no_overload(e, "!", v, 1);
			break;
		case OL_OP_NEG:
			v = &m->sp[-1];
			if (v->kind == OL_V_DOUBLE)
				v->u.d = -v->u.d;
			else if (v->kind == OL_V_INT && v->u.i != INT64_MIN)
				v->u.i = -v->u.i;
			else if (v->kind == OL_V_INT)
				*v = ol_v_error(e, "int overflow");
			else if (v->kind != OL_V_UNKNOWN && v->kind != OL_V_ERROR)
				*v = ol_expr_no_overload(e, "-", v, 1);
			break;
		case OL_OP_ADD:
		case OL_OP_SUB:
		case OL_OP_MUL:
		case OL_OP_DIV:
		case OL_OP_MOD:
		case OL_OP_EQ:
		case OL_OP_NE:
		case OL_OP_LT:
		case OL_OP_LE:
		case OL_OP_GT:
		case OL_OP_GE:
			m->sp--;
			ol_expr_binary(e, (uint8_t)i->op, &m->sp[-1], &m->sp[0]);
			break;
		case OL_OP_IN:
			m->sp--;
			ol_expr_in(e, &m->sp[-1], &m->sp[0]);
			break;
		case OL_OP_IN_CONST:
			in_const(m, i);
			break;
		case OL_OP_LIST:
			m->sp -= i->b;
			*m->sp = make_list(e, m->sp, i->b);
			m->sp++;
			break;
		case OL_OP_MAP:
			m->sp -= (size_t)i->b * 2;
			*m->sp = ol_expr_make_map(e, m->sp, i->b);
			m->sp++;
			break;
		case OL_OP_AND:
		case OL_OP_OR:
			m->sp--;
			ol_machine_logic(e, &m->sp[-1], &m->sp[0], i->op == OL_OP_OR);
			break;
		case OL_OP_JFALSE:
		case OL_OP_JTRUE:
			v = &m->sp[-1];
			if (v->kind == OL_V_BOOL && v->u.b == (i->op == OL_OP_JTRUE))
				i = code + i->b - 1;
			break;
		case OL_OP_COND:
			v = --m->sp;
			if (v->kind == OL_V_BOOL) {
				if (!v->u.b)
					i = code + i->b - 1;
				break;
			}
			if (v->kind != OL_V_UNKNOWN && v->kind != OL_V_ERROR)
				*v = ol_expr_no_overload(e, "?:", v, 1);
			m->sp++;
			i = code + i->c - 1;
			break;
		case OL_OP_JUMP:
			i = code + i->b - 1;
			break;
		case OL_OP_CALL:
			call(m, i);
			break;
		case OL_OP_LATE:
			call_late(m, i);
			break;
		case OL_OP_ITER:
			if (!ol_loop_begin(m, i))
				i = code + i->c - 1;
			break;
		case OL_OP_NEXT:
			if (!ol_loop_next(m, i))
				i = code + i->c - 1;
			break;
		case OL_OP_KEEP:
			v = --m->sp;
			if (!ol_loop_condition(m, v))
				i = code + i->c - 1;
			else if (!v->u.b)
				i = code + i->b - 1;
			break;
		case OL_OP_STEP:
			if (ol_loop_step(m, i, &m->locals[code[i->b].b]))
				i = code + i->b - 1;
			else
				i = code + i->c - 1;
			break;
		case OL_OP_END:
			return m->sp[-1];
		}
	}
}

struct ol_val ol_expr_eval(struct ol_eval *e, const struct ol_expr *expr)
{
	enum { INLINE = 24 };
	struct ol_val room[INLINE], *at = room;
	const struct ol_block *x = (const struct ol_block *)(const void *)expr;
	struct ol_machine m = {.e = e, .x = x};
	size_t need = (size_t)x->max_stack + x->h.max_slots + 1;

	m.consts = (const struct ol_const *)(const void *)((const char *)x + x->consts);
	if (need > INLINE) {
		at = ol_arena_alloc(e->scratch, need * sizeof(*at));
		if (!at)
			return ol_expr_no_memory();
	}
	m.locals = at;
	m.sp = at + x->h.max_slots;
	return run(&m);
}
