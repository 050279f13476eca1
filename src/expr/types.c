/* types.c: static types: read from the host's text form, compared, joined, printed. */
#include "expr/internal.h"

#include <stdio.h>

#define T(k) [k] = {.kind = (k)}
const struct ol_xtype ol_xtypes[] = {
    T(OL_V_NULL),   T(OL_V_BOOL),  T(OL_V_INT),	 T(OL_V_UINT), T(OL_V_DOUBLE),
    T(OL_V_STRING), T(OL_V_BYTES), T(OL_V_LIST), T(OL_V_MAP),  T(OL_V_TYPE),
};
#undef T
const struct ol_xtype ol_xtype_dyn = {.kind = OL_X_DYN}, ol_xtype_bad = {.kind = OL_X_BAD};
const struct ol_xtype ol_xtype_list = {.kind = OL_V_LIST, .a = &ol_xtype_dyn};
const struct ol_xtype ol_xtype_map = {.kind = OL_V_MAP, .a = &ol_xtype_dyn, .b = &ol_xtype_dyn};

static const struct {
	const char *name;
	uint8_t kind;
} kinds[] = {
    {"int", OL_V_INT},	 {"string", OL_V_STRING}, {"bool", OL_V_BOOL},	 {"double", OL_V_DOUBLE},
    {"dyn", OL_X_DYN},	 {"uint", OL_V_UINT},	  {"bytes", OL_V_BYTES}, {"null_type", OL_V_NULL},
    {"type", OL_V_TYPE}, {"list", OL_V_LIST},	  {"map", OL_V_MAP},	 {"any", OL_X_DYN},
};

static struct ol_str strip(struct ol_str s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool is_class(const struct ol_env *env, struct ol_str name, uint8_t *cls)
{
	for (uint32_t i = 0; env && i < env->n_classes && i < 256; i++)
		if (ol_str_is(name, env->classes[i].name)) {
			*cls = (uint8_t)i;
			return true;
		}
	return false;
}

/* Where the comma at depth 0 stands, or n. */
static size_t comma(struct ol_str s)
{
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')')
			depth--;
		else if (s.p[i] == ',' && depth == 0)
			return i;
	}
	return s.n;
}

uint8_t ol_sig_kind(const struct ol_env *env, struct ol_str t, uint8_t *cls, bool *null)
{
	size_t n;

	t = strip(t);
	*cls = 0;
	*null = t.n && t.p[t.n - 1] == '?';
	if (*null)
		t.n--;
	for (n = 0; n < t.n && t.p[n] != '('; n++)
		;
	t.n = n;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ol_str_is(t, kinds[i].name))
			return kinds[i].kind;
	return is_class(env, t, cls) ? (uint8_t)OL_V_OBJECT : (uint8_t)OL_X_DYN;
}

const struct ol_xtype *ol_xtype_make(struct ol_arena *a, uint8_t kind, const struct ol_xtype *x,
				     const struct ol_xtype *y)
{
	struct ol_xtype *t = OL_NEW(a, struct ol_xtype);

	if (!t)
		return &ol_xtype_bad;
	t->kind = kind;
	t->a = x;
	t->b = y;
	return t;
}

const struct ol_xtype *ol_xtype_nullable(struct ol_arena *a, const struct ol_xtype *t)
{
	struct ol_xtype *n;

	if (t->null || t->kind == OL_V_NULL || ol_xtype_loose(t))
		return t;
	n = OL_NEW(a, struct ol_xtype);
	if (!n)
		return &ol_xtype_bad;
	*n = *t;
	n->null = true;
	return n;
}

/* Host texts nest a few levels; past that: dyn. */
static const struct ol_xtype *parse(struct ol_arena *a, const struct ol_env *env,
				    struct ol_str text, int depth)
{
	const struct ol_xtype *x = &ol_xtype_dyn, *y = &ol_xtype_dyn;
	uint8_t cls, kind;
	bool null;
	struct ol_str in;
	struct ol_xtype *t;
	size_t n;

	text = strip(text);
	kind = ol_sig_kind(env, text, &cls, &null);
	if (kind == OL_X_DYN || depth > 8)
		return &ol_xtype_dyn;
	if (kind == OL_V_LIST || kind == OL_V_MAP) {
		for (n = 0; n < text.n && text.p[n] != '('; n++)
			;
		if (n < text.n) {
			in = (struct ol_str){text.p + n + 1, text.n - n - 1};
			while (in.n && in.p[in.n - 1] != ')')
				in.n--;
			in.n -= in.n > 0;
			n = kind == OL_V_MAP ? comma(in) : in.n;
			x = parse(a, env, (struct ol_str){in.p, n}, depth + 1);
			if (n < in.n)
				y = parse(a, env, (struct ol_str){in.p + n + 1, in.n - n - 1},
					  depth + 1);
		}
	} else if (kind != OL_V_OBJECT && !null) {
		return &ol_xtypes[kind];
	}
	t = OL_NEW(a, struct ol_xtype);
	if (!t)
		return &ol_xtype_bad;
	*t = (struct ol_xtype){.kind = kind, .cls = cls, .null = null, .a = x, .b = y};
	return t;
}

const struct ol_xtype *ol_xtype_parse(struct ol_arena *a, const struct ol_env *env,
				      struct ol_str text)
{
	return parse(a, env, text, 0);
}

bool ol_xtype_fits(const struct ol_xtype *from, const struct ol_xtype *to)
{
	for (;;) {
		if (ol_xtype_loose(from) || ol_xtype_loose(to))
			return true;
		if (from->kind == OL_V_NULL && to->kind != OL_V_NULL)
			return to->null;
		if (from->kind != to->kind || (from->kind == OL_V_OBJECT && from->cls != to->cls))
			return false;
		if (from->kind == OL_V_MAP && !ol_xtype_fits(from->a, to->a))
			return false;
		if (from->kind != OL_V_LIST && from->kind != OL_V_MAP)
			return true;
		to = from->kind == OL_V_MAP ? to->b : to->a;
		from = from->kind == OL_V_MAP ? from->b : from->a;
	}
}

bool ol_xtype_equal(const struct ol_xtype *x, const struct ol_xtype *y)
{
	for (;;) {
		if (ol_xtype_loose(x) || ol_xtype_loose(y))
			return true;
		if (x->kind == OL_V_NULL || y->kind == OL_V_NULL) {
			const struct ol_xtype *o = x->kind == OL_V_NULL ? y : x;

			return o->null || o->kind == OL_V_NULL || o->kind == OL_V_OBJECT;
		}
		if (ol_xtype_number(x) && ol_xtype_number(y))
			return true;
		if (x->kind != y->kind || (x->kind == OL_V_OBJECT && x->cls != y->cls))
			return false;
		if (x->kind == OL_V_MAP && !ol_xtype_equal(x->a, y->a))
			return false;
		if (x->kind != OL_V_LIST && x->kind != OL_V_MAP)
			return true;
		y = x->kind == OL_V_MAP ? y->b : y->a;
		x = x->kind == OL_V_MAP ? x->b : x->a;
	}
}

/* The parts of equal kinds must fit both ways for the type to stay; otherwise dyn. */
const struct ol_xtype *ol_xtype_join(struct ol_arena *a, const struct ol_xtype *x,
				     const struct ol_xtype *y)
{
	if (x->kind == OL_X_BAD || y->kind == OL_X_BAD)
		return &ol_xtype_bad;
	if (ol_xtype_loose(x) || ol_xtype_loose(y))
		return &ol_xtype_dyn;
	if (x->kind == OL_V_NULL)
		return ol_xtype_nullable(a, y);
	if (y->kind == OL_V_NULL)
		return ol_xtype_nullable(a, x);
	if (!ol_xtype_fits(x, y) || !ol_xtype_fits(y, x))
		return &ol_xtype_dyn;
	if (x->kind == OL_V_LIST && ol_xtype_loose(x->a))
		return x->null || !y->null ? x : ol_xtype_nullable(a, x);
	return y->null ? y : x->null ? ol_xtype_nullable(a, y) : y;
}

static void print(const struct ol_env *env, const struct ol_xtype *t, char *buf, size_t n,
		  int depth)
{
	char one[96], two[96];
	const char *name = "?", *q = t->null ? "?" : "";

	if (t->kind == OL_V_OBJECT && t->cls < env->n_classes)
		name = env->classes[t->cls].name;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) - 1; i++)
		if (kinds[i].kind == t->kind)
			name = kinds[i].name;
	if (depth > 3 || (t->kind != OL_V_LIST && t->kind != OL_V_MAP)) {
		snprintf(buf, n, "%s%s", name, q);
		return;
	}
	print(env, t->a ? t->a : &ol_xtype_dyn, one, sizeof(one), depth + 1);
	if (t->kind == OL_V_LIST) {
		snprintf(buf, n, "list(%s)%s", one, q);
		return;
	}
	print(env, t->b ? t->b : &ol_xtype_dyn, two, sizeof(two), depth + 1);
	snprintf(buf, n, "map(%s, %s)%s", one, two, q);
}

void ol_xtype_print(const struct ol_env *env, const struct ol_xtype *t, char *buf, size_t n)
{
	print(env, t, buf, n, 0);
}

bool ol_sig_next(struct ol_sig *s)
{
	struct ol_str t = strip(ol_str(s->at));
	size_t n;

	if (s->more || !t.n)
		return s->more;
	n = comma(t);
	s->at = n < t.n ? t.p + n + 1 : t.p + t.n;
	t = strip((struct ol_str){t.p, n});
	if (ol_str_is(t, "...")) {
		s->more = true;
		return s->type.n > 0;
	}
	if (t.n >= 2 && t.p[0] == '[' && t.p[t.n - 1] == ']') {
		s->optional = true;
		t = strip((struct ol_str){t.p + 1, t.n - 2});
	}
	s->type = t;
	return true;
}
