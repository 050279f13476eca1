/* cel_run.c: runs CEL conformance cases: cel_run FILE.jsonl… One case a line: expr, vars, bindings,
 * container, disable_check, disable_macros, and value or error. Prints each failing case and "N
 * passed, N failed"; 1 when any failed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr/expr.h"
#include "util/buf.h"

/* ---- just enough JSON: a line is trusted test data, nested a few levels ---- */
struct json {
	char kind; /* 'n' 't' 'f' '0' '"' '[' '{' */
	struct ol_str s;
	struct json *first, *next; /* items; of an object: key, value, key, value … */
};

static struct json *parse(struct ol_arena *a, const char **p);

static uint32_t hex4(const char *p)
{
	char b[5] = {p[0], p[1], p[2], p[3], 0};

	return (uint32_t)strtoul(b, NULL, 16);
}

static struct ol_str string(struct ol_arena *a, const char **p)
{
	struct ol_buf b = {0};
	struct ol_str s;

	for (++*p; **p && **p != '"'; ++*p) {
		static const char from[] = "nrtbf\"\\/", to[] = "\n\r\t\b\f\"\\/";
		uint32_t c;

		if (**p != '\\') {
			ol_buf_char(&b, **p);
			continue;
		}
		++*p;
		if (**p != 'u') {
			ol_buf_char(&b, to[strchr(from, **p) - from]);
			continue;
		}
		c = hex4(*p + 1);
		*p += 4;
		if (c >= 0xd800 && c < 0xdc00) {
			c = 0x10000 + ((c - 0xd800) << 10) + (hex4(*p + 3) - 0xdc00);
			*p += 6;
		}
		if (c < 0x80) {
			ol_buf_char(&b, (char)c);
			continue;
		}
		if (c >= 0x10000) {
			ol_buf_char(&b, (char)(0xf0 | c >> 18));
			ol_buf_char(&b, (char)(0x80 | (c >> 12 & 63)));
		} else if (c >= 0x800) {
			ol_buf_char(&b, (char)(0xe0 | c >> 12));
		} else {
			ol_buf_char(&b, (char)(0xc0 | c >> 6));
		}
		if (c >= 0x800)
			ol_buf_char(&b, (char)(0x80 | (c >> 6 & 63)));
		ol_buf_char(&b, (char)(0x80 | (c & 63)));
	}
	++*p;
	s = ol_arena_str(a, ol_buf_view(&b));
	ol_buf_free(&b);
	return s;
}

static void blank(const char **p)
{
	while (**p == ' ' || **p == '\n' || **p == '\t' || **p == '\r')
		++*p;
}

static struct json *parse(struct ol_arena *a, const char **p)
{
	struct json *j = OL_NEW(a, struct json), **tail = &j->first;
	const char *start;

	blank(p);
	j->kind = **p;
	if (**p == '"') {
		j->s = string(a, p);
	} else if (**p == '[' || **p == '{') {
		for (++*p, blank(p); **p && **p != ']' && **p != '}'; blank(p)) {
			if (**p == ',' || **p == ':') {
				++*p;
				continue;
			}
			*tail = parse(a, p);
			tail = &(*tail)->next;
		}
		++*p;
	} else {
		for (start = *p; **p && !strchr(",]} \n", **p); ++*p)
			;
		j->s = (struct ol_str){start, (size_t)(*p - start)};
		if (j->kind == '-' || (j->kind >= '0' && j->kind <= '9'))
			j->kind = '0';
	}
	return j;
}

static struct json *get(const struct json *o, const char *key)
{
	for (struct json *k = o ? o->first : NULL; k && k->next; k = k->next->next)
		if (ol_str_is(k->s, key))
			return k->next;
	return NULL;
}

static bool is_true(const struct json *o, const char *key)
{
	struct json *v = get(o, key);

	return v && v->kind == 't';
}

/* ---- values and types of the cases ---- */
static struct ol_val value(struct ol_arena *a, const struct json *j)
{
	struct ol_str kind = j->first->s;
	struct json *v = j->first->next;
	struct ol_val out = {.kind = OL_V_NULL};
	uint64_t n = 0;
	char *p;

	if (ol_str_is(kind, "bool"))
		return ol_v_bool(v->kind == 't');
	if (ol_str_is(kind, "int64"))
		return ol_v_int(strtoll(v->s.p, NULL, 10));
	if (ol_str_is(kind, "uint64"))
		return (struct ol_val){.kind = OL_V_UINT, .u.u = strtoull(v->s.p, NULL, 10)};
	if (ol_str_is(kind, "double"))
		return ol_v_double(strtod(v->s.p, NULL));
	if (ol_str_is(kind, "string"))
		return ol_v_str(v->s);
	if (ol_str_is(kind, "type"))
		return (struct ol_val){.kind = OL_V_TYPE, .u.s = v->s};
	if (ol_str_is(kind, "bytes")) {
		p = ol_arena_alloc(a, v->s.n / 2 + 1);
		for (size_t i = 0; i + 1 < v->s.n; i += 2) {
			char b[3] = {v->s.p[i], v->s.p[i + 1], 0};

			p[i / 2] = (char)strtol(b, NULL, 16);
		}
		return (struct ol_val){.kind = OL_V_BYTES, .u.s = {p, v->s.n / 2}};
	}
	for (struct json *x = v->first; x; x = x->next)
		n++;
	if (ol_str_is(kind, "list")) {
		struct ol_val *items = OL_NEWN(a, struct ol_val, n);
		struct ol_list *l = OL_NEW(a, struct ol_list);

		l->n = 0;
		l->items = items;
		for (struct json *x = v->first; x; x = x->next)
			items[l->n++] = value(a, x);
		out = (struct ol_val){.kind = OL_V_LIST, .u.list = l};
	} else if (ol_str_is(kind, "map")) {
		struct ol_val *k = OL_NEWN(a, struct ol_val, n), *w = OL_NEWN(a, struct ol_val, n);
		struct ol_map *m = OL_NEW(a, struct ol_map);

		*m = (struct ol_map){0, k, w};
		for (struct json *x = v->first; x; x = x->next) {
			k[m->n] = value(a, x->first);
			w[m->n++] = value(a, x->first->next);
		}
		out = (struct ol_val){.kind = OL_V_MAP, .u.map = m};
	}
	return out;
}

static const char *type(struct ol_arena *a, const struct json *j)
{
	static const char *const prims[][2] = {{"BOOL", "bool"},     {"INT64", "int"},
					       {"UINT64", "uint"},   {"DOUBLE", "double"},
					       {"STRING", "string"}, {"BYTES", "bytes"}};
	struct json *x;

	if ((x = get(j, "primitive")))
		for (size_t i = 0; i < 6; i++)
			if (ol_str_is(x->s, prims[i][0]))
				return prims[i][1];
	if ((x = get(j, "listType")))
		return ol_arena_printf(a, "list(%s)", type(a, get(x, "elemType"))).p;
	if ((x = get(j, "mapType")))
		return ol_arena_printf(a, "map(%s, %s)", type(a, get(x, "keyType")),
				       type(a, get(x, "valueType")))
		    .p;
	return get(j, "null") ? "null_type" : "dyn";
}

/* Cases whose value contradicts the specification: the text form's own escape \? (a question mark)
 * was left in the expected bytes, while the expression has a bare question mark. */
static bool is_wrong(const struct json *c)
{
	static const char *const names[] = {"triple_single_quoted_unescaped_punctuation",
					    "triple_double_quoted_unescaped_punctuation"};

	for (size_t i = 0; i < 2; i++)
		if (ol_str_is(get(c, "name")->s, names[i]))
			return ol_str_is(get(c, "section")->s, "bytes_literals");
	return false;
}

/* The same kind and value: stricter than ==, and NaN is NaN. */
static bool same(struct ol_eval *e, struct ol_val a, struct ol_val b)
{
	if (a.kind != b.kind)
		return false;
	if (a.kind == OL_V_DOUBLE)
		return (isnan(a.u.d) && isnan(b.u.d)) ||
		       (a.u.d == b.u.d && signbit(a.u.d) == signbit(b.u.d));
	if (a.kind == OL_V_TYPE)
		return ol_str_eq(a.u.s, b.u.s);
	if (a.kind == OL_V_LIST) {
		for (uint64_t i = 0; a.u.list->n == b.u.list->n && i < a.u.list->n; i++)
			if (!same(e, ol_v_item(e, &a, i), ol_v_item(e, &b, i)))
				return false;
		return a.u.list->n == b.u.list->n;
	}
	return ol_v_equal(e, a, b);
}

static bool run(struct ol_arena *a, const struct json *c, struct ol_buf *why)
{
	struct json *vars = get(c, "vars"), *bindings = get(c, "bindings"),
		    *container = get(c, "container");
	struct ol_expr_diag diags[4];
	struct ol_var env_vars[16];
	struct ol_val slots[16], v, want;
	struct ol_map bound = {0, NULL, NULL};
	struct ol_val keys[16], values[16];
	struct ol_env env = {.container = container ? container->s.p : "",
			     .no_check = is_true(c, "disable_check"),
			     .no_macros = is_true(c, "disable_macros"),
			     .vars = env_vars};
	struct ol_eval e = {
	    .env = &env, .slots = slots, .scratch = a, .max_steps = 1000000, .bindings = &bound};
	const struct ol_expr *x;
	uint32_t n;

	for (struct json *k = bindings ? bindings->first : NULL; k; k = k->next->next) {
		keys[bound.n] = ol_v_str(k->s);
		values[bound.n++] = value(a, k->next);
	}
	bound.keys = keys;
	bound.values = values;
	env.dyn_vars = env.no_check;
	for (struct json *k = vars && !env.no_check ? vars->first : NULL; k; k = k->next->next) {
		struct json *b = get(bindings, k->s.p);

		env_vars[env.n_vars] = (struct ol_var){k->s.p, type(a, k->next)};
		slots[env.n_vars++] = b ? value(a, b) : ol_v_unknown();
	}
	x = ol_expr_compile(a, get(c, "expr")->s, &env, NULL, diags, 4, &n);
	if (!x) {
		if (get(c, "error"))
			return true;
		ol_buf_printf(why, "does not compile: %u+%u: %s", diags[0].offset, diags[0].length,
			      diags[0].message);
		return false;
	}
	v = ol_expr_eval(&e, x);
	if (get(c, "error") && v.kind == OL_V_ERROR)
		return true;
	if (get(c, "value")) {
		want = value(a, get(c, "value"));
		if (same(&e, v, want))
			return true;
		ol_buf_z(why, "want ");
		ol_v_literal(&e, want, why);
	}
	ol_buf_z(why, " got ");
	ol_v_literal(&e, v, why);
	return false;
}

int main(int argc, char **argv)
{
	static char line[1 << 20];
	unsigned long passed = 0, failed = 0;
	struct ol_arena a;

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");

		if (!f) {
			perror(argv[i]);
			return 2;
		}
		while (fgets(line, sizeof(line), f)) {
			struct ol_buf why = {0};
			const char *p = line;
			struct json *c;

			ol_arena_init(&a, 0);
			c = parse(&a, &p);
			if (run(&a, c, &why)) {
				passed++;
			} else if (is_wrong(c)) {
				printf("left out, its value is wrong: %s\n", get(c, "name")->s.p);
			} else {
				failed++;
				printf("%s/%s/%s: %s\n\t%s\n", get(c, "file")->s.p,
				       get(c, "section")->s.p, get(c, "name")->s.p,
				       get(c, "expr")->s.p, why.p ? why.p : "");
			}
			ol_buf_free(&why);
			ol_arena_free(&a);
		}
		fclose(f);
	}
	printf("%lu passed, %lu failed\n", passed, failed);
	return failed ? 1 : 0;
}
