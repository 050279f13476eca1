/* check.c: gives every node of the tree its static type. Complains and goes on: a wrong part gets
 * the type BAD, which no later check complains about. Depth is bounded by the parser. */
#include <stdio.h>

#include "expr/check.h"

static const struct ol_xtype *prim(enum ol_vkind k)
{
	return &ol_xtypes[k];
}

void ol_check_say(struct ol_cc *c, uint32_t off, uint32_t len, struct ol_str near, const char *fmt,
		  ...)
{
	char text[256], word[64];
	va_list ap;

	if (c->env->no_check)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(word, sizeof(word), "%.*s", OL_FMT(near));
	ol_cc_diag(c, off, len, word, "%s", text);
}

/* "'rank'", "'size()'", "\"4\"", "this part"; and where to point. */
static void describe(const struct ol_cc *c, const struct ol_ast *n, char buf[64], uint32_t *off,
		     uint32_t *len)
{
	bool named = n->kind == OL_A_IDENT || n->kind == OL_A_SELECT || n->kind == OL_A_CALL;

	*off = named ? n->noff : n->off;
	*len = named ? n->nlen : n->len;
	if (named)
		snprintf(buf, 64, "'%.*s%s'", n->name.n > 40 ? 40 : (int)n->name.n, n->name.p,
			 n->kind == OL_A_CALL ? "()" : "");
	else if (n->kind == OL_A_CONST && n->len <= 40)
		snprintf(buf, 64, "%.*s", (int)n->len, c->text.p + n->off);
	else
		snprintf(buf, 64, "this");
}

static void type_text(const struct ol_cc *c, const struct ol_xtype *t, char buf[96])
{
	ol_xtype_print(c->env, t, buf, 96);
}

void ol_check_want(struct ol_cc *c, const struct ol_ast *n, const struct ol_xtype *want)
{
	char who[64], is[96], must[96];
	uint32_t off, len;

	if (ol_xtype_fits(n->type, want))
		return;
	describe(c, n, who, &off, &len);
	type_text(c, n->type, is);
	type_text(c, want, must);
	ol_check_say(c, off, len, (struct ol_str){"", 0}, "%s is %s, %s wanted", who, is, must);
}

void ol_check_result(struct ol_cc *c, const struct ol_ast *root, const char *want)
{
	const struct ol_xtype *must = ol_xtype_parse(&c->tmp, c->env, ol_str(want));
	char is[96];

	if (ol_xtype_fits(root->type, must))
		return;
	type_text(c, root->type, is);
	ol_check_say(c, root->off, root->len, (struct ol_str){"", 0}, "the result is %s, %s wanted",
		     is, want);
}

/* ---- operators ---- */
static bool has_order(const struct ol_xtype *t)
{
	return ol_xtype_loose(t) || ol_xtype_number(t) || t->kind == OL_V_STRING ||
	       t->kind == OL_V_BYTES || t->kind == OL_V_BOOL;
}

/* Points at the side that is no literal: "'rank' is int, compared with string". */
static void mismatch(struct ol_cc *c, const struct ol_ast *n, const char *how)
{
	const struct ol_ast *x = n->first, *y = x->next, *tmp;
	char who[64], is[96], other[96];
	uint32_t off, len;

	if (x->kind == OL_A_CONST && y->kind != OL_A_CONST) {
		tmp = x;
		x = y;
		y = tmp;
	}
	describe(c, x, who, &off, &len);
	type_text(c, x->type, is);
	type_text(c, y->type, other);
	ol_check_say(c, off, len, (struct ol_str){"", 0}, "%s is %s, %s %s", who, is, how, other);
}

static void check_in(struct ol_cc *c, struct ol_ast *n)
{
	const struct ol_xtype *x = n->first->type, *y = n->first->next->type;
	char who[64], is[96], part[96];
	uint32_t off, len;

	n->type = prim(OL_V_BOOL);
	if (ol_xtype_loose(y))
		return;
	if (y->kind != OL_V_LIST && y->kind != OL_V_MAP) {
		describe(c, n->first->next, who, &off, &len);
		type_text(c, y, is);
		ol_check_say(c, off, len, (struct ol_str){"", 0},
			     "%s is %s, 'in' looks into a list or a map", who, is);
	} else if (!ol_xtype_equal(x, y->a)) {
		describe(c, n->first, who, &off, &len);
		type_text(c, x, is);
		type_text(c, y->a, part);
		ol_check_say(c, off, len, (struct ol_str){"", 0}, "%s is %s, the %s of %s", who, is,
			     y->kind == OL_V_LIST ? "list is" : "map's keys are", part);
	}
}

static bool takes(uint8_t op, uint8_t kind)
{
	switch (kind) {
	case OL_V_INT:
	case OL_V_UINT:
		return true;
	case OL_V_DOUBLE:
		return op != OL_OP_MOD;
	case OL_V_STRING:
	case OL_V_BYTES:
	case OL_V_LIST:
		return op == OL_OP_ADD;
	default:
		return kind >= OL_X_DYN;
	}
}

static void check_binary(struct ol_cc *c, struct ol_ast *n)
{
	static const char *const words[] = {[OL_OP_ADD] = "+",
					    [OL_OP_SUB] = "-",
					    [OL_OP_MUL] = "*",
					    [OL_OP_DIV] = "/",
					    [OL_OP_MOD] = "%"};
	struct ol_ast *a = n->first, *b = a->next;
	const struct ol_xtype *x, *y;
	char who[64], is[96], how[64];
	uint32_t off, len;

	ol_check(c, a);
	ol_check(c, b);
	x = a->type;
	y = b->type;
	switch (n->op) {
	case OL_OP_IN:
		check_in(c, n);
		return;
	case OL_OP_EQ:
	case OL_OP_NE:
		n->type = prim(OL_V_BOOL);
		if (ol_xtype_equal(x, y))
			return;
		if (y->kind == OL_V_NULL || x->kind == OL_V_NULL) {
			describe(c, y->kind == OL_V_NULL ? a : b, who, &off, &len);
			type_text(c, y->kind == OL_V_NULL ? x : y, is);
			ol_check_say(c, off, len, (struct ol_str){"", 0},
				     "%s is %s, which is never null", who, is);
			return;
		}
		mismatch(c, n, "compared with");
		return;
	case OL_OP_LT:
	case OL_OP_LE:
	case OL_OP_GT:
	case OL_OP_GE:
		n->type = prim(OL_V_BOOL);
		for (struct ol_ast *s = a; s; s = s->next)
			if (!has_order(s->type)) {
				describe(c, s, who, &off, &len);
				type_text(c, s->type, is);
				ol_check_say(c, off, len, (struct ol_str){"", 0},
					     "%s is %s, which has no order", who, is);
				return;
			}
		if (!ol_xtype_equal(x, y))
			mismatch(c, n, "compared with");
		return;
	default:
		break;
	}
	for (struct ol_ast *s = a; s; s = s->next)
		if (!takes(n->op, s->type->kind)) {
			describe(c, s, who, &off, &len);
			type_text(c, s->type, is);
			ol_check_say(c, off, len, (struct ol_str){"", 0},
				     "%s is %s, there is no '%s' for it", who, is, words[n->op]);
			n->type = &ol_xtype_bad;
			return;
		}
	if (!ol_xtype_loose(x) && !ol_xtype_loose(y) && x->kind != y->kind) {
		snprintf(how, sizeof(how), "the other side of '%s' is", words[n->op]);
		mismatch(c, n, how);
		n->type = &ol_xtype_bad;
		return;
	}
	if (ol_xtype_loose(x) || ol_xtype_loose(y))
		x = ol_xtype_loose(x) ? y : x;
	if (x->kind == OL_V_LIST)
		x = ol_xtype_loose(a->type) || ol_xtype_loose(b->type)
			? &ol_xtype_list
			: ol_xtype_make(&c->tmp, OL_V_LIST,
					ol_xtype_join(&c->tmp, a->type->a, b->type->a), NULL);
	n->type = x->null ? prim((enum ol_vkind)x->kind) : x;
}

static void check_index(struct ol_cc *c, struct ol_ast *n)
{
	const struct ol_xtype *x, *i;
	char who[64], is[96];
	uint32_t off, len;

	ol_check(c, n->first);
	ol_check(c, n->first->next);
	x = n->first->type;
	i = n->first->next->type;
	if (ol_xtype_loose(x)) {
		n->type = x;
	} else if (x->kind == OL_V_LIST) {
		n->type = x->a;
		ol_check_want(c, n->first->next, prim(OL_V_INT));
	} else if (x->kind == OL_V_MAP) {
		n->type = x->b;
		if (!ol_xtype_equal(i, x->a))
			ol_check_want(c, n->first->next, x->a);
	} else {
		describe(c, n->first, who, &off, &len);
		type_text(c, x, is);
		ol_check_say(c, off, len, (struct ol_str){"", 0}, "%s is %s, which has no index",
			     who, is);
		n->type = &ol_xtype_bad;
	}
}

static void check_loop(struct ol_cc *c, struct ol_ast *n)
{
	struct ol_ast *range = n->first, *x;
	const struct ol_xtype *t, *item = &ol_xtype_dyn, *key = &ol_xtype_dyn;
	bool two = n->v[1].n > 0;
	char who[64], is[96];
	uint32_t off, len, base = c->n_locals;

	ol_check(c, range);
	t = range->type;
	if (t->kind == OL_V_LIST) {
		key = prim(OL_V_INT);
		item = t->a;
	} else if (t->kind == OL_V_MAP) {
		key = t->a;
		item = two ? t->b : t->a;
	} else if (!ol_xtype_loose(t)) {
		describe(c, range, who, &off, &len);
		type_text(c, t, is);
		ol_check_say(c, off, len, (struct ol_str){"", 0},
			     "%s is %s, %.*s() goes over a list or a map", who, is,
			     OL_FMT(n->name));
		key = item = &ol_xtype_bad;
	}
	n->ref = base;
	c->locals[base].name = n->v[0];
	c->locals[base].type = two ? key : item;
	c->locals[base + 1].name = n->v[1];
	c->locals[base + 1].type = item;
	c->n_locals = base + (two ? 2 : 1);
	if (c->n_locals > c->max_locals)
		c->max_locals = c->n_locals;
	for (x = range->next; x; x = x->next) {
		ol_check(c, x);
		if (x->next || n->loop <= OL_LOOP_FILTER)
			ol_check_want(c, x, prim(OL_V_BOOL));
	}
	c->n_locals = base;
	switch (n->loop) {
	case OL_LOOP_FILTER:
		n->type = t->kind == OL_V_LIST && !t->null
			      ? t
			      : ol_xtype_make(&c->tmp, OL_V_LIST, item, NULL);
		break;
	case OL_LOOP_MAP:
	case OL_LOOP_MAP_IF:
		n->type = ol_xtype_make(&c->tmp, OL_V_LIST, n->last->type, NULL);
		break;
	case OL_LOOP_TMAP:
	case OL_LOOP_TMAP_IF:
		n->type = ol_xtype_make(&c->tmp, OL_V_MAP, key, n->last->type);
		break;
	default:
		n->type = prim(OL_V_BOOL);
	}
}

static void check_literal(struct ol_cc *c, struct ol_ast *n)
{
	const struct ol_xtype *k = NULL, *v = NULL, **t;
	bool key = n->kind == OL_A_MAP;
	char is[96];

	for (struct ol_ast *x = n->first; x; x = x->next, key = n->kind == OL_A_MAP && !key) {
		ol_check(c, x);
		t = key ? &k : &v;
		*t = *t ? ol_xtype_join(&c->tmp, *t, x->type) : x->type;
		if (key && !ol_xtype_loose(x->type) && x->type->kind != OL_V_STRING &&
		    x->type->kind != OL_V_INT && x->type->kind != OL_V_UINT &&
		    x->type->kind != OL_V_BOOL) {
			type_text(c, x->type, is);
			ol_check_say(c, x->off, x->len, (struct ol_str){"", 0},
				     "%s cannot be a map's key: string, int, uint or bool", is);
			k = &ol_xtype_bad; /* a key never has parts: types stay as small as the text
					    */
		}
	}
	k = k ? k : &ol_xtype_dyn;
	v = v ? v : &ol_xtype_dyn;
	n->type = n->kind == OL_A_MAP ? ol_xtype_make(&c->tmp, OL_V_MAP, k, v)
				      : ol_xtype_make(&c->tmp, OL_V_LIST, v, NULL);
}

static void check_cond(struct ol_cc *c, struct ol_ast *n)
{
	struct ol_ast *a = n->first->next, *b = a->next;
	char x[96], y[96];

	ol_check(c, n->first);
	ol_check(c, a);
	ol_check(c, b);
	ol_check_want(c, n->first, prim(OL_V_BOOL));
	if (a->type->kind != OL_V_NULL && b->type->kind != OL_V_NULL &&
	    !ol_xtype_fits(a->type, b->type) && !ol_xtype_fits(b->type, a->type)) {
		type_text(c, a->type, x);
		type_text(c, b->type, y);
		ol_check_say(c, n->noff, n->nlen, (struct ol_str){"", 0},
			     "one side of ?: is %s, the other %s", x, y);
	}
	n->type = ol_xtype_join(&c->tmp, a->type, b->type);
}

void ol_check(struct ol_cc *c, struct ol_ast *n)
{
	switch ((enum ol_ast_kind)n->kind) {
	case OL_A_CONST:
		n->type = prim((enum ol_vkind)n->val.kind);
		break;
	case OL_A_IDENT:
		ol_check_ident(c, n);
		break;
	case OL_A_SELECT:
		ol_check_select(c, n);
		break;
	case OL_A_INDEX:
		check_index(c, n);
		break;
	case OL_A_CALL:
		ol_check_call(c, n);
		break;
	case OL_A_UNARY:
		ol_check(c, n->first);
		if (n->op == OL_OP_NOT) {
			ol_check_want(c, n->first, prim(OL_V_BOOL));
			n->type = prim(OL_V_BOOL);
			break;
		}
		n->type = n->first->type;
		if (ol_xtype_loose(n->type))
			break;
		if (n->type->kind != OL_V_INT && n->type->kind != OL_V_DOUBLE)
			ol_check_want(c, n->first, prim(OL_V_INT));
		else
			n->type = prim((enum ol_vkind)n->type->kind);
		break;
	case OL_A_BINARY:
		check_binary(c, n);
		break;
	case OL_A_AND:
	case OL_A_OR:
		for (struct ol_ast *x = n->first; x; x = x->next) {
			ol_check(c, x);
			ol_check_want(c, x, prim(OL_V_BOOL));
		}
		n->type = prim(OL_V_BOOL);
		break;
	case OL_A_COND:
		check_cond(c, n);
		break;
	case OL_A_LIST:
	case OL_A_MAP:
		check_literal(c, n);
		break;
	case OL_A_LOOP:
		check_loop(c, n);
		break;
	}
	if (c->env->no_check)
		n->type = &ol_xtype_dyn;
}
