/* value.c: making values, and the texts of values. */
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr/internal.h"
#include "util/buf.h"
#include "util/text.h"

static struct ol_val error_text(struct ol_str s)
{
	return (struct ol_val){.kind = OL_V_ERROR, .u.s = s};
}

struct ol_val ol_v_error(struct ol_eval *e, const char *fmt, ...)
{
	char buf[256], *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof(buf))
		n = (int)sizeof(buf) - 1;
	p = ol_arena_alloc(e->scratch, (size_t)n + 1);
	if (!p)
		return ol_expr_no_memory();
	memcpy(p, buf, (size_t)n + 1);
	return error_text((struct ol_str){p, (size_t)n});
}

struct ol_val ol_expr_no_memory(void)
{
	return error_text(OL_STR("expression needs too much memory"));
}

struct ol_val ol_expr_cost(struct ol_eval *e)
{
	(void)e;
	return error_text(OL_STR("expression costs too much"));
}

const char *ol_expr_kind_name(const struct ol_eval *e, const struct ol_val *v)
{
	static const char *const names[] = {"null",   "bool",	 "int",	 "uint", "double",
					    "string", "bytes",	 "list", "map",	 "type",
					    "object", "unknown", "error"};

	if (v->kind == OL_V_OBJECT && v->cls < e->env->n_classes)
		return e->env->classes[v->cls].name;
	return v->kind < sizeof(names) / sizeof(names[0]) ? names[v->kind] : "?";
}

struct ol_val ol_expr_no_overload(struct ol_eval *e, const char *what, const struct ol_val *argv,
				  uint32_t argc)
{
	char list[160];
	size_t at = 0;
	int w;

	list[0] = '\0';
	for (uint32_t i = 0; i < argc; i++) {
		if (argv[i].kind == OL_V_NULL && argv[i].cls != OL_X_LITERAL_NULL)
			return ol_v_unknown(); /* a fact that is absent, not a wrong one */
		w = snprintf(list + at, sizeof(list) - at, "%s%s", at ? ", " : "",
			     ol_expr_kind_name(e, &argv[i]));
		at += w > 0 ? (size_t)w : 0;
		if (at >= sizeof(list) - 1)
			break;
	}
	return ol_v_error(e, "no matching overload: %s does not take (%s)", what, list);
}

struct ol_val *ol_expr_new_list(struct ol_eval *e, uint64_t n, struct ol_val *v)
{
	struct ol_list *l;
	struct ol_val *items;

	if (!ol_expr_pay(e, n)) {
		*v = ol_expr_cost(e);
		return NULL;
	}
	l = OL_NEW(e->scratch, struct ol_list);
	items = n < SIZE_MAX / sizeof(*items)
		    ? ol_arena_alloc(e->scratch, (size_t)n * sizeof(*items))
		    : NULL;
	if (!l || !items) {
		*v = ol_expr_no_memory();
		return NULL;
	}
	l->n = n;
	l->items = items;
	*v = (struct ol_val){.kind = OL_V_LIST, .u.list = l};
	return items;
}

/* v->kind is set already: STRING or BYTES. */
char *ol_expr_new_string(struct ol_eval *e, uint64_t n, struct ol_val *v)
{
	char *p;

	if (n > OL_EXPR_MAX_STRING) {
		*v = ol_v_error(e, "a string gets longer than %d MiB", OL_EXPR_MAX_STRING >> 20);
		return NULL;
	}
	if (!ol_expr_pay(e, n / 32)) {
		*v = ol_expr_cost(e);
		return NULL;
	}
	p = ol_arena_alloc(e->scratch, (size_t)n + 1);
	if (!p) {
		*v = ol_expr_no_memory();
		return NULL;
	}
	p[n] = '\0';
	v->u.s = (struct ol_str){p, (size_t)n};
	return p;
}

struct ol_val ol_v_list(struct ol_eval *e, const struct ol_val *items, uint64_t n)
{
	struct ol_val v, *out = ol_expr_new_list(e, n, &v);

	if (out && n)
		memcpy(out, items, (size_t)n * sizeof(*out));
	return v;
}

struct ol_val ol_v_item(struct ol_eval *e, const struct ol_val *list, uint64_t i)
{
	return list->u.list->items ? list->u.list->items[i] : list->u.list->get(e, list->u.list, i);
}

static uint64_t key_hash(const struct ol_val *k)
{
	uint64_t h = 1469598103934665603u;

	if (k->kind == OL_V_STRING)
		for (size_t i = 0; i < k->u.s.n; i++)
			h = (h ^ (unsigned char)k->u.s.p[i]) * 1099511628211u;
	else
		h = ((k->kind == OL_V_BOOL ? (uint64_t)k->u.b + 77 : k->u.u) ^ h) *
		    0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Is a key there twice? Through a table of positions, since literals may be long. */
static bool repeated(struct ol_eval *e, const struct ol_val *keys, uint32_t n, struct ol_val *error)
{
	uint32_t *table, mask = 15, at;

	while (mask < n * 2u)
		mask = mask * 2 + 1;
	table = OL_NEWN(e->scratch, uint32_t, (size_t)mask + 1);
	if (!table) {
		*error = ol_expr_no_memory();
		return true;
	}
	for (uint32_t i = 0; i < n; i++) {
		for (at = (uint32_t)key_hash(&keys[i]) & mask; table[at]; at = (at + 1) & mask) {
			if (!ol_expr_pay(e, 1)) {
				*error = ol_expr_cost(e);
				return true;
			}
			if (ol_expr_compare(&keys[table[at] - 1], &keys[i]) == 0) {
				*error = ol_v_error(e, "a key is there twice");
				return true;
			}
		}
		table[at] = i + 1;
	}
	return false;
}

struct ol_val ol_expr_make_map(struct ol_eval *e, const struct ol_val *pairs, uint32_t n)
{
	struct ol_map *m = OL_NEW(e->scratch, struct ol_map);
	struct ol_val *k = OL_NEWN(e->scratch, struct ol_val, n),
		      *v = OL_NEWN(e->scratch, struct ol_val, n), error;
	const struct ol_val *first = NULL;

	if (!m || !k || !v)
		return ol_expr_no_memory();
	for (uint32_t i = 0; i < 2 * n; i++) {
		if (pairs[i].kind == OL_V_UNKNOWN)
			return pairs[i];
		if (pairs[i].kind == OL_V_ERROR && !first)
			first = &pairs[i];
	}
	if (first)
		return *first;
	for (uint32_t i = 0; i < n; i++) {
		k[i] = pairs[2 * i];
		v[i] = pairs[2 * i + 1];
		if (k[i].kind == OL_V_NULL && k[i].cls != OL_X_LITERAL_NULL)
			return ol_v_unknown();
		if (k[i].kind != OL_V_STRING && k[i].kind != OL_V_INT && k[i].kind != OL_V_UINT &&
		    k[i].kind != OL_V_BOOL)
			return ol_v_error(e, "unsupported key type: %s",
					  ol_expr_kind_name(e, &k[i]));
	}
	if (n > 1 && repeated(e, k, n, &error))
		return error;
	*m = (struct ol_map){n, k, v};
	return (struct ol_val){.kind = OL_V_MAP, .u.map = m};
}

/* ---- doubles ---- */
int ol_expr_double_text(double d, char buf[40])
{
	char *comma;
	int n = 0;

	if (isnan(d))
		return snprintf(buf, 40, "NaN");
	if (isinf(d))
		return snprintf(buf, 40, d < 0 ? "-Infinity" : "Infinity");
	if (fabs(d) < 1e15 && d == floor(d))
		return snprintf(buf, 40, "%.0f", d);
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(buf, 40, "%.*g", digits, d);
		if (strtod(buf, NULL) == d)
			break;
	}
	comma = strchr(buf, localeconv()->decimal_point[0]);
	if (comma)
		*comma = '.';
	return n;
}

bool ol_expr_double_read(struct ol_str s, double *d)
{
	char small[64], *p = small, *end, *dot;
	bool ok;

	if (!s.n || s.n > 4096)
		return false;
	if (s.n >= sizeof(small))
		p = malloc(s.n + 1);
	if (!p)
		return false;
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	/* strtod knows hexadecimal, "nan(…)" and the locale's comma: none of them is CEL */
	ok = strspn(p, "0123456789+-.eE") == s.n;
	dot = strchr(p, '.');
	if (dot)
		*dot = localeconv()->decimal_point[0];
	if (ok) {
		*d = strtod(p, &end);
		ok = end == p + s.n;
	}
	if (p != small)
		free(p);
	return ok;
}

/* ---- texts ---- */
static void quote(struct ol_buf *out, struct ol_str s, bool bytes)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";

	if (bytes)
		ol_buf_char(out, 'b');
	ol_buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *f = c ? strchr(from, c) : NULL;

		if (f)
			ol_buf_printf(out, "\\%c", to[f - from]);
		else if ((unsigned char)c < 0x20 || c == 0x7f || (bytes && (unsigned char)c > 0x7f))
			ol_buf_printf(out, "\\x%02x", (unsigned char)c);
		else
			ol_buf_char(out, c);
	}
	ol_buf_char(out, '"');
}

static void print(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out, bool literal,
		  uint32_t depth);

static void print_object(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out,
			 bool literal)
{
	const struct ol_class *cls = v->cls < e->env->n_classes ? &e->env->classes[v->cls] : NULL;
	struct ol_val name = ol_v_null();

	/* an object is known by its name, where it has one */
	for (uint32_t i = 0; cls && cls->fields && cls->fields[i].name; i++)
		if (strcmp(cls->fields[i].name, "name") == 0)
			name = cls->fields[i].get(e, *v);
	if (name.kind != OL_V_STRING) {
		ol_buf_printf(out, "<%s>", cls ? cls->name : "object");
	} else if (literal) {
		ol_buf_printf(out, "<%s ", cls->name);
		quote(out, name.u.s, false);
		ol_buf_char(out, '>');
	} else {
		ol_buf_str(out, name.u.s);
	}
}

static void print_items(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out, bool literal,
			uint32_t depth)
{
	uint64_t n = v->kind == OL_V_LIST ? v->u.list->n : v->u.map->n;
	bool brackets = literal || depth > 0 || v->kind == OL_V_MAP;
	struct ol_val x;

	if (brackets)
		ol_buf_char(out, v->kind == OL_V_LIST ? '[' : '{');
	for (uint64_t i = 0; i < n; i++) {
		if (out->failed || out->n > OL_EXPR_MAX_STRING || !ol_expr_pay(e, 1)) {
			ol_buf_z(out, "…");
			break;
		}
		if (i)
			ol_buf_z(out, ", ");
		if (v->kind == OL_V_LIST) {
			x = ol_v_item(e, v, i);
		} else {
			print(e, &v->u.map->keys[i], out, literal, depth + 1);
			ol_buf_z(out, ": ");
			x = v->u.map->values[i];
		}
		print(e, &x, out, literal, depth + 1);
	}
	if (brackets)
		ol_buf_char(out, v->kind == OL_V_LIST ? ']' : '}');
}

static void print(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out, bool literal,
		  uint32_t depth)
{
	char num[40];
	int n;

	switch ((enum ol_vkind)v->kind) {
	case OL_V_NULL:
		ol_buf_z(out, "null");
		break;
	case OL_V_BOOL:
		ol_buf_z(out, v->u.b ? "true" : "false");
		break;
	case OL_V_INT:
		ol_buf_printf(out, "%lld", (long long)v->u.i);
		break;
	case OL_V_UINT:
		ol_buf_printf(out, literal ? "%lluu" : "%llu", (unsigned long long)v->u.u);
		break;
	case OL_V_DOUBLE:
		n = ol_expr_double_text(v->u.d, num);
		if (literal && !isfinite(v->u.d)) {
			ol_buf_printf(out, "double(\"%s\")", num);
			break;
		}
		ol_buf_add(out, num, (size_t)n);
		if (literal && !strpbrk(num, ".e"))
			ol_buf_z(out, ".0");
		break;
	case OL_V_STRING:
	case OL_V_BYTES:
		if (literal)
			quote(out, v->u.s, v->kind == OL_V_BYTES);
		else
			ol_buf_str(out, v->u.s);
		break;
	case OL_V_TYPE:
		ol_buf_str(out, v->u.s);
		break;
	case OL_V_LIST:
	case OL_V_MAP:
		if (depth > 100)
			ol_buf_z(out, "…");
		else
			print_items(e, v, out, literal, depth);
		break;
	case OL_V_OBJECT:
		print_object(e, v, out, literal);
		break;
	case OL_V_UNKNOWN:
		ol_buf_z(out, literal ? "unknown" : "?");
		break;
	case OL_V_ERROR:
		ol_buf_printf(out, "%serror: ", literal ? "<" : "");
		ol_buf_str(out, v->u.s);
		ol_buf_z(out, literal ? ">" : "");
		break;
	}
}

void ol_v_print(struct ol_eval *e, struct ol_val v, struct ol_buf *out)
{
	print(e, &v, out, false, 0);
}

void ol_v_literal(struct ol_eval *e, struct ol_val v, struct ol_buf *out)
{
	print(e, &v, out, true, 0);
}

void ol_expr_print_nested(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out)
{
	print(e, v, out, false, 1);
}
