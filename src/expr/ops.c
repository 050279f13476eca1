/* ops.c: equality, order, arithmetic, membership and access, on values of any kind. */
#include <math.h>

#include "expr/internal.h"

/* ---- numbers: across int, uint and double; a whole number beyond 2^53 counts as the nearest
 * double, as CEL's cases demand: 9223372036854775807 is not less than 9223372036854775808.0 ---- */
static int cmp_double(double a, double b)
{
	return isnan(a) || isnan(b) ? 2 : (a > b) - (a < b);
}

static int cmp_int_uint(int64_t i, uint64_t u)
{
	return i < 0 || (uint64_t)i < u ? -1 : (uint64_t)i > u;
}

#define PAIR(a, b) ((a) << 4 | (b))

int ol_expr_compare(const struct ol_val *a, const struct ol_val *b)
{
	switch (PAIR(a->kind, b->kind)) {
	case PAIR(OL_V_INT, OL_V_INT):
		return (a->u.i > b->u.i) - (a->u.i < b->u.i);
	case PAIR(OL_V_UINT, OL_V_UINT):
		return (a->u.u > b->u.u) - (a->u.u < b->u.u);
	case PAIR(OL_V_DOUBLE, OL_V_DOUBLE):
		return cmp_double(a->u.d, b->u.d);
	case PAIR(OL_V_INT, OL_V_UINT):
		return cmp_int_uint(a->u.i, b->u.u);
	case PAIR(OL_V_UINT, OL_V_INT):
		return -cmp_int_uint(b->u.i, a->u.u);
	case PAIR(OL_V_INT, OL_V_DOUBLE):
		return cmp_double((double)a->u.i, b->u.d);
	case PAIR(OL_V_DOUBLE, OL_V_INT):
		return cmp_double(a->u.d, (double)b->u.i);
	case PAIR(OL_V_UINT, OL_V_DOUBLE):
		return cmp_double((double)a->u.u, b->u.d);
	case PAIR(OL_V_DOUBLE, OL_V_UINT):
		return cmp_double(a->u.d, (double)b->u.u);
	case PAIR(OL_V_STRING, OL_V_STRING):
	case PAIR(OL_V_BYTES, OL_V_BYTES): {
		/* byte order of UTF-8 is the order of its code points */
		int c = ol_str_cmp(a->u.s, b->u.s);

		return (c > 0) - (c < 0);
	}
	case PAIR(OL_V_BOOL, OL_V_BOOL):
		return (int)a->u.b - (int)b->u.b;
	default:
		return 3;
	}
}

/* ---- equality ---- */
static enum ol_eq equal_lists(struct ol_eval *e, const struct ol_list *a, const struct ol_list *b,
			      uint32_t depth)
{
	enum ol_eq all = OL_EQ_TRUE, one;

	if (a->n != b->n)
		return OL_EQ_FALSE;
	for (uint64_t i = 0; i < a->n; i++) {
		struct ol_val x = a->items ? a->items[i] : a->get(e, a, i),
			      y = b->items ? b->items[i] : b->get(e, b, i);

		if (!ol_expr_pay(e, 1))
			return OL_EQ_UNKNOWN;
		one = ol_expr_equal(e, &x, &y, depth + 1);
		if (one == OL_EQ_FALSE)
			return one;
		if (one == OL_EQ_UNKNOWN)
			all = one;
	}
	return all;
}

/* Where the key is in the map, or map->n; UINT64_MAX: the cost bound is passed. */
static uint64_t find_key(struct ol_eval *e, const struct ol_map *m, const struct ol_val *k)
{
	if (!ol_expr_pay(e, m->n / 4))
		return UINT64_MAX;
	for (uint64_t i = 0; i < m->n; i++)
		if (k->kind == OL_V_STRING
			? m->keys[i].kind == OL_V_STRING && ol_str_eq(m->keys[i].u.s, k->u.s)
			: ol_expr_compare(&m->keys[i], k) == 0)
			return i;
	return m->n;
}

static enum ol_eq equal_maps(struct ol_eval *e, const struct ol_map *a, const struct ol_map *b,
			     uint32_t depth)
{
	enum ol_eq all = OL_EQ_TRUE, one;

	if (a->n != b->n)
		return OL_EQ_FALSE;
	for (uint64_t i = 0; i < a->n; i++) {
		uint64_t k = find_key(e, b, &a->keys[i]);

		if (k == UINT64_MAX)
			return OL_EQ_UNKNOWN;
		if (k == b->n)
			return OL_EQ_FALSE;
		one = ol_expr_equal(e, &a->values[i], &b->values[k], depth + 1);
		if (one == OL_EQ_FALSE)
			return one;
		if (one == OL_EQ_UNKNOWN)
			all = one;
	}
	return all;
}

/* Recursion ends at the depth of values; past it the answer is unknown. */
enum ol_eq ol_expr_equal(struct ol_eval *e, const struct ol_val *a, const struct ol_val *b,
			 uint32_t depth)
{
	int c;

	if (a->kind >= OL_V_UNKNOWN || b->kind >= OL_V_UNKNOWN || depth > OL_EXPR_MAX_VALUE)
		return OL_EQ_UNKNOWN;
	c = ol_expr_compare(a, b);
	if (c != 3)
		return c == 0 ? OL_EQ_TRUE : OL_EQ_FALSE;
	if (a->kind != b->kind)
		return OL_EQ_FALSE;
	switch ((enum ol_vkind)a->kind) {
	case OL_V_NULL:
		return OL_EQ_TRUE;
	case OL_V_LIST:
		return equal_lists(e, a->u.list, b->u.list, depth);
	case OL_V_MAP:
		return equal_maps(e, a->u.map, b->u.map, depth);
	case OL_V_TYPE:
		return a->cls == b->cls && ol_str_eq(a->u.s, b->u.s) ? OL_EQ_TRUE : OL_EQ_FALSE;
	case OL_V_OBJECT:
		return a->cls == b->cls && a->u.obj.a == b->u.obj.a && a->u.obj.b == b->u.obj.b
			   ? OL_EQ_TRUE
			   : OL_EQ_FALSE;
	case OL_V_BOOL:
	case OL_V_INT:
	case OL_V_UINT:
	case OL_V_DOUBLE:
	case OL_V_STRING:
	case OL_V_BYTES:
	case OL_V_UNKNOWN:
	case OL_V_ERROR:
		break;
	}
	return OL_EQ_UNKNOWN;
}

bool ol_v_equal(struct ol_eval *e, struct ol_val a, struct ol_val b)
{
	return ol_expr_equal(e, &a, &b, 0) == OL_EQ_TRUE;
}

/* An unknown or error operand is the result; false: there is none. */
static bool handed_on(struct ol_val *a, const struct ol_val *b)
{
	if (a->kind == OL_V_UNKNOWN)
		return true;
	if (b->kind == OL_V_UNKNOWN || (b->kind == OL_V_ERROR && a->kind != OL_V_ERROR)) {
		*a = *b;
		return true;
	}
	return a->kind == OL_V_ERROR;
}

/* ---- arithmetic ---- */
static void arith_int(struct ol_eval *e, uint8_t op, struct ol_val *a, int64_t b)
{
	int64_t r = 0;
	bool over = false;

	if ((op == OL_OP_DIV || op == OL_OP_MOD) && b == 0) {
		*a = ol_v_error(e, op == OL_OP_DIV ? "division by zero" : "modulus by zero");
		return;
	}
	switch (op) {
	case OL_OP_ADD:
		over = __builtin_add_overflow(a->u.i, b, &r);
		break;
	case OL_OP_SUB:
		over = __builtin_sub_overflow(a->u.i, b, &r);
		break;
	case OL_OP_MUL:
		over = __builtin_mul_overflow(a->u.i, b, &r);
		break;
	default:
		over = b == -1 && a->u.i == INT64_MIN;
		if (!over)
			r = op == OL_OP_DIV ? a->u.i / b : a->u.i % b;
	}
	if (over)
		*a = ol_v_error(e, "int overflow");
	else
		a->u.i = r;
}

static void arith_uint(struct ol_eval *e, uint8_t op, struct ol_val *a, uint64_t b)
{
	uint64_t r = 0;
	bool over = false;

	if ((op == OL_OP_DIV || op == OL_OP_MOD) && b == 0) {
		*a = ol_v_error(e, op == OL_OP_DIV ? "division by zero" : "modulus by zero");
		return;
	}
	switch (op) {
	case OL_OP_ADD:
		over = __builtin_add_overflow(a->u.u, b, &r);
		break;
	case OL_OP_SUB:
		over = __builtin_sub_overflow(a->u.u, b, &r);
		break;
	case OL_OP_MUL:
		over = __builtin_mul_overflow(a->u.u, b, &r);
		break;
	default:
		r = op == OL_OP_DIV ? a->u.u / b : a->u.u % b;
	}
	if (over)
		*a = ol_v_error(e, "uint overflow");
	else
		a->u.u = r;
}

static void concat(struct ol_eval *e, struct ol_val *a, const struct ol_val *b)
{
	struct ol_val v = {.kind = a->kind}, *items;
	char *p;

	if (a->kind != OL_V_LIST) {
		p = ol_expr_new_string(e, (uint64_t)a->u.s.n + b->u.s.n, &v);
		if (p && a->u.s.n)
			memcpy(p, a->u.s.p, a->u.s.n);
		if (p && b->u.s.n)
			memcpy(p + a->u.s.n, b->u.s.p, b->u.s.n);
		*a = v;
		return;
	}
	if (!b->u.list->n)
		return;
	if (!a->u.list->n) {
		*a = *b;
		return;
	}
	items = b->u.list->n > UINT64_MAX - a->u.list->n
		    ? NULL
		    : ol_expr_new_list(e, a->u.list->n + b->u.list->n, &v);
	for (uint64_t i = 0; items && i < a->u.list->n; i++)
		*items++ = ol_v_item(e, a, i);
	for (uint64_t i = 0; items && i < b->u.list->n; i++)
		*items++ = ol_v_item(e, b, i);
	*a = items ? v : ol_expr_no_memory();
}

static const char *const signs[] = {
    [OL_OP_ADD] = "+", [OL_OP_SUB] = "-", [OL_OP_MUL] = "*", [OL_OP_DIV] = "/", [OL_OP_MOD] = "%",
    [OL_OP_LT] = "<",  [OL_OP_LE] = "<=", [OL_OP_GT] = ">",  [OL_OP_GE] = ">="};

static void arith(struct ol_eval *e, uint8_t op, struct ol_val *a, const struct ol_val *b)
{
	struct ol_val argv[2];

	if (a->kind == b->kind) {
		if (a->kind == OL_V_INT) {
			arith_int(e, op, a, b->u.i);
			return;
		}
		if (a->kind == OL_V_UINT) {
			arith_uint(e, op, a, b->u.u);
			return;
		}
		if (a->kind == OL_V_DOUBLE && op != OL_OP_MOD) {
			a->u.d = op == OL_OP_ADD   ? a->u.d + b->u.d
				 : op == OL_OP_SUB ? a->u.d - b->u.d
				 : op == OL_OP_MUL ? a->u.d * b->u.d
						   : a->u.d / b->u.d;
			return;
		}
		if (op == OL_OP_ADD &&
		    (a->kind == OL_V_STRING || a->kind == OL_V_BYTES || a->kind == OL_V_LIST)) {
			concat(e, a, b);
			return;
		}
	}
	argv[0] = *a;
	argv[1] = *b;
	*a = ol_expr_no_overload(e, signs[op], argv, 2);
}

void ol_expr_binary(struct ol_eval *e, uint8_t op, struct ol_val *a, const struct ol_val *b)
{
	struct ol_val argv[2];
	enum ol_eq eq;
	int c;

	if (handed_on(a, b))
		return;
	if (op < OL_OP_EQ) {
		arith(e, op, a, b);
		return;
	}
	if (op <= OL_OP_NE) {
		eq = ol_expr_equal(e, a, b, 0);
		if (eq == OL_EQ_UNKNOWN)
			*a = ol_v_unknown();
		else
			*a = ol_v_bool((eq == OL_EQ_TRUE) == (op == OL_OP_EQ));
		return;
	}
	c = ol_expr_compare(a, b);
	if (c == 3) {
		argv[0] = *a;
		argv[1] = *b;
		*a = ol_expr_no_overload(e, signs[op], argv, 2);
	} else {
		*a = ol_v_bool(c != 2 && (op == OL_OP_LT   ? c < 0
					  : op == OL_OP_LE ? c <= 0
					  : op == OL_OP_GT ? c > 0
							   : c >= 0));
	}
}

/* ---- membership and access ---- */
void ol_expr_in(struct ol_eval *e, struct ol_val *a, const struct ol_val *b)
{
	bool unknown = false;
	struct ol_val x, argv[2];

	if (handed_on(a, b))
		return;
	if (b->kind == OL_V_MAP) {
		uint64_t i = find_key(e, b->u.map, a);

		*a = i == UINT64_MAX ? ol_expr_cost(e) : ol_v_bool(i < b->u.map->n);
		return;
	}
	if (b->kind != OL_V_LIST) {
		argv[0] = *a;
		argv[1] = *b;
		*a = ol_expr_no_overload(e, "in", argv + 1, 1);
		return;
	}
	for (uint64_t i = 0; i < b->u.list->n; i++) {
		enum ol_eq eq;

		if (!ol_expr_pay(e, 1)) {
			*a = ol_expr_cost(e);
			return;
		}
		x = ol_v_item(e, b, i);
		eq = ol_expr_equal(e, a, &x, 0);
		if (eq == OL_EQ_TRUE) {
			*a = ol_v_bool(true);
			return;
		}
		unknown |= eq == OL_EQ_UNKNOWN;
	}
	*a = unknown ? ol_v_unknown() : ol_v_bool(false);
}

static void index_map(struct ol_eval *e, struct ol_val *a, const struct ol_val *k)
{
	uint64_t i = find_key(e, a->u.map, k);

	if (i == UINT64_MAX)
		*a = ol_expr_cost(e);
	else if (i < a->u.map->n)
		*a = a->u.map->values[i];
	else if (k->kind == OL_V_STRING)
		*a = ol_v_error(e, "no such key: '%.*s'", k->u.s.n > 80 ? 80 : (int)k->u.s.n,
				k->u.s.p ? k->u.s.p : "");
	else if (k->kind == OL_V_NULL && k->cls != OL_X_LITERAL_NULL)
		*a = ol_v_unknown();
	else
		*a = ol_v_error(e, "no such key");
}

void ol_expr_index(struct ol_eval *e, struct ol_val *a, const struct ol_val *b)
{
	struct ol_val argv[2];
	bool negative = false, whole = true;
	uint64_t i = 0;

	if (handed_on(a, b))
		return;
	if (a->kind == OL_V_MAP) {
		index_map(e, a, b);
		return;
	}
	if (b->kind == OL_V_INT) {
		negative = b->u.i < 0;
		i = (uint64_t)b->u.i;
	} else if (b->kind == OL_V_UINT) {
		i = b->u.u;
	} else if (b->kind == OL_V_DOUBLE) {
		whole = b->u.d >= 0 && b->u.d < 9007199254740992.0 && b->u.d == floor(b->u.d);
		i = whole ? (uint64_t)b->u.d : 0;
	}
	if (a->kind != OL_V_LIST ||
	    (b->kind != OL_V_INT && b->kind != OL_V_UINT && b->kind != OL_V_DOUBLE)) {
		argv[0] = *a;
		argv[1] = *b;
		*a = ol_expr_no_overload(e, "[]", argv, 2);
	} else if (!whole) {
		*a = ol_v_error(e, "an index must be a whole number");
	} else if (negative || i >= a->u.list->n) {
		*a = ol_v_error(e, "index %s%llu is out of range: the list has %llu items",
				negative ? "-" : "", (unsigned long long)(negative ? 0 - i : i),
				(unsigned long long)a->u.list->n);
	} else {
		*a = ol_v_item(e, a, i);
	}
}

void ol_expr_field(struct ol_eval *e, struct ol_val *a, uint32_t cls, uint32_t field)
{
	if (a->kind == OL_V_OBJECT && a->cls == cls)
		*a = e->env->classes[cls].fields[field].get(e, *a);
	else if (a->kind == OL_V_OBJECT || a->kind < OL_V_OBJECT)
		ol_expr_select(e, a, ol_str(e->env->classes[cls].fields[field].name), false);
}

void ol_expr_select(struct ol_eval *e, struct ol_val *a, struct ol_str name, bool has)
{
	struct ol_val k = ol_v_str(name);
	const struct ol_class *cls;

	if (a->kind == OL_V_UNKNOWN || a->kind == OL_V_ERROR)
		return;
	if (a->kind == OL_V_MAP) {
		if (has)
			*a = ol_v_bool(find_key(e, a->u.map, &k) < a->u.map->n);
		else
			index_map(e, a, &k);
		return;
	}
	if (a->kind == OL_V_NULL && a->cls != OL_X_LITERAL_NULL) {
		*a = ol_v_unknown();
		return;
	}
	if (a->kind == OL_V_OBJECT && a->cls < e->env->n_classes) {
		cls = &e->env->classes[a->cls];
		for (uint32_t i = 0; cls->fields && cls->fields[i].name; i++) {
			if (!ol_str_is(name, cls->fields[i].name))
				continue;
			*a = cls->fields[i].get(e, *a);
			if (has && a->kind != OL_V_UNKNOWN && a->kind != OL_V_ERROR)
				*a = ol_v_bool(a->kind != OL_V_NULL);
			return;
		}
	}
	*a = ol_v_error(e, "%s has no field '%.*s'", ol_expr_kind_name(e, a),
			name.n > 80 ? 80 : (int)name.n, name.p);
}
