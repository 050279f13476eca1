/* loop.c: macros at run time. A loop has three values on the stack: the range, the position (a) and
 * count (b), and what is gathered. */
#include "expr/machine.h"

/* What FILTER and MAP fill. */
struct builder {
	struct ol_list list;
	struct ol_val *items;
	uint64_t cap;
};
struct map_builder {
	struct ol_map map;
	struct ol_val *keys, *values;
};

void ol_machine_logic(struct ol_eval *e, struct ol_val *a, const struct ol_val *b, bool strong)
{
	if (a->kind == OL_V_BOOL && a->u.b == strong)
		return;
	if (b->kind == OL_V_BOOL && (b->u.b == strong || a->kind == OL_V_BOOL)) {
		*a = *b;
		return;
	}
	if (a->kind == OL_V_UNKNOWN || b->kind == OL_V_UNKNOWN)
		*a = ol_v_unknown();
	else if (a->kind == OL_V_ERROR)
		;
	else if (b->kind == OL_V_ERROR)
		*a = *b;
	else if (a->kind == OL_V_BOOL)
		*a = ol_expr_no_overload(e, strong ? "||" : "&&", b, 1);
	else
		*a = ol_expr_no_overload(e, strong ? "||" : "&&", a, 1);
}

bool ol_loop_begin(struct ol_machine *m, const struct ol_instr *i)
{
	struct ol_val *r = &m->sp[-1];
	uint32_t kind = i->a & 0xff;
	uint64_t n;

	if (r->kind != OL_V_LIST && r->kind != OL_V_MAP) {
		if (r->kind != OL_V_UNKNOWN && r->kind != OL_V_ERROR)
			*r = ol_expr_no_overload(m->e, "a macro", r, 1);
		return false;
	}
	n = r->kind == OL_V_LIST ? r->u.list->n : r->u.map->n;
	m->sp[0] = (struct ol_val){.kind = OL_V_INT, .u.obj = {0, 0}};
	m->sp[1] = ol_v_bool(kind == OL_LOOP_ALL);
	if (kind >= OL_LOOP_TMAP) {
		struct map_builder *b = OL_NEW(m->e->scratch, struct map_builder);

		if (b) {
			b->map.keys = b->keys = OL_NEWN(m->e->scratch, struct ol_val, n);
			b->map.values = b->values = OL_NEWN(m->e->scratch, struct ol_val, n);
		}
		if (!b || !b->keys || !b->values) {
			*r = ol_expr_no_memory();
			return false;
		}
		m->sp[1].kind = OL_V_MAP;
		m->sp[1].u.map = &b->map;
	} else if (kind >= OL_LOOP_FILTER) {
		struct builder *b = OL_NEW(m->e->scratch, struct builder);

		if (!b) {
			*r = ol_expr_no_memory();
			return false;
		}
		m->sp[1].kind = OL_V_LIST;
		m->sp[1].u.list = &b->list;
	}
	m->sp += 2;
	return true;
}

static void loop_end(struct ol_machine *m, struct ol_val v)
{
	m->sp -= 2;
	m->sp[-1] = v;
}

/* Sets the variables; false at the end, the result is then on the stack. */
bool ol_loop_next(struct ol_machine *m, const struct ol_instr *i)
{
	struct ol_val *r = &m->sp[-3], *at = &m->sp[-2], *local = &m->locals[i->b];
	uint64_t k = at->u.obj.a, n = r->kind == OL_V_LIST ? r->u.list->n : r->u.map->n;

	if (k >= n) {
		loop_end(m, (i->a & 0xff) == OL_LOOP_ONE ? ol_v_bool(at->u.obj.b == 1) : m->sp[-1]);
		return false;
	}
	at->u.obj.a++;
	if (r->kind == OL_V_MAP) {
		*local = r->u.map->keys[k];
		if (i->a & OL_ITER_TWO)
			local[1] = r->u.map->values[k];
		return true;
	}
	if (i->a & OL_ITER_TWO)
		*local++ = ol_v_int((int64_t)k);
	*local = r->u.list->items ? r->u.list->items[k] : r->u.list->get(m->e, r->u.list, k);
	return true;
}

static bool append(struct ol_machine *m, struct ol_val *list, uint64_t n, const struct ol_val *v)
{
	struct builder *b =
	    (struct builder *)(uintptr_t)list->u.list; /* made by loop_begin, ours to write */

	if (b->list.n == b->cap) {
		uint64_t cap = b->cap ? b->cap * 2 : 8;
		struct ol_val *items;

		if (cap > n)
			cap = n;
		items = OL_NEWN(m->e->scratch, struct ol_val, cap);
		if (!items)
			return false;
		if (b->list.n)
			memcpy(items, b->items, b->list.n * sizeof(*items));
		b->list.items = b->items = items;
		b->cap = cap;
	}
	b->items[b->list.n++] = *v;
	return true;
}

/* A condition's value that is no bool ends the loop with it. */
bool ol_loop_condition(struct ol_machine *m, const struct ol_val *v)
{
	if (v->kind == OL_V_BOOL)
		return true;
	loop_end(m, v->kind == OL_V_UNKNOWN || v->kind == OL_V_ERROR
			? *v
			: ol_expr_no_overload(m->e, "a condition", v, 1));
	return false;
}

/* Takes the body's value; false: the loop is over. */
bool ol_loop_step(struct ol_machine *m, const struct ol_instr *i, const struct ol_val *locals)
{
	struct ol_val v = *--m->sp, *r = &m->sp[-3], *at = &m->sp[-2], *acc = &m->sp[-1];
	uint64_t n = r->kind == OL_V_LIST ? r->u.list->n : r->u.map->n;
	struct map_builder *b;

	switch ((enum ol_loop)(i->a & 0xff)) {
	case OL_LOOP_ALL:
	case OL_LOOP_EXISTS:
		ol_machine_logic(m->e, acc, &v, (i->a & 0xff) == OL_LOOP_EXISTS);
		if (acc->kind == OL_V_BOOL && acc->u.b == ((i->a & 0xff) == OL_LOOP_EXISTS)) {
			loop_end(m, *acc);
			return false;
		}
		return true;
	case OL_LOOP_ONE:
		if (!ol_loop_condition(m, &v))
			return false;
		at->u.obj.b += v.u.b;
		return true;
	case OL_LOOP_FILTER:
		if (!ol_loop_condition(m, &v))
			return false;
		if (v.u.b && !append(m, acc, n, locals)) {
			loop_end(m, ol_expr_no_memory());
			return false;
		}
		return true;
	case OL_LOOP_MAP:
	case OL_LOOP_MAP_IF:
	case OL_LOOP_TMAP:
	case OL_LOOP_TMAP_IF:
		break;
	}
	if (v.kind == OL_V_UNKNOWN || v.kind == OL_V_ERROR) {
		loop_end(m, v);
		return false;
	}
	if ((i->a & 0xff) < OL_LOOP_TMAP) {
		if (append(m, acc, n, &v))
			return true;
		loop_end(m, ol_expr_no_memory());
		return false;
	}
	b = (struct map_builder *)(uintptr_t)acc->u.map;
	b->keys[b->map.n] = locals[0];
	b->values[b->map.n++] = v;
	return true;
}
