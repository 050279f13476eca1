/* parse.c: tokens to a tree, by precedence climbing; macros become loops here. The first syntax
 * error ends it. */
#include "expr/internal.h"

struct parser {
	struct ol_cc *c;
	struct ol_token t; /* the current token */
	uint32_t at, prev_end;
	uint32_t depth;
	bool failed;
};

static struct ol_ast *expression(struct parser *p);

static void next(struct parser *p)
{
	p->prev_end = p->t.off + p->t.len;
	p->t = ol_lex(p->c, &p->at);
	if (p->t.kind == OL_T_BAD)
		p->failed = true;
}

static struct ol_ast *fail(struct parser *p, const char *nearest, const char *what)
{
	static const struct {
		const char *word, *cel;
	} words[] = {{"and", "&&"}, {"or", "||"}, {"not", "!"}, {"is", "=="}, {"None", "null"}};

	if (p->failed || p->c->no_memory)
		return NULL;
	p->failed = true;
	if (p->t.kind == OL_T_END) {
		ol_cc_diag(p->c, p->t.off, 0, nearest, "the expression ends too early: %s", what);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && p->t.kind == OL_T_IDENT; i++)
		if (ol_str_is(p->t.name, words[i].word)) {
			ol_cc_diag(p->c, p->t.off, p->t.len, words[i].cel,
				   "'%s' is no operator of CEL", words[i].word);
			return NULL;
		}
	ol_cc_diag(p->c, p->t.off, p->t.len, nearest, "unexpected '%.*s': %s",
		   p->t.len > 40 ? 40 : (int)p->t.len, p->c->text.p + p->t.off, what);
	return NULL;
}

static bool take(struct parser *p, uint8_t kind, const char *what)
{
	if (p->t.kind != kind) {
		fail(p, "", what);
		return false;
	}
	next(p);
	return !p->failed;
}

static struct ol_ast *node(struct parser *p, uint8_t kind, uint32_t off)
{
	struct ol_ast *n = OL_NEW(&p->c->tmp, struct ol_ast);

	if (!n) {
		p->c->no_memory = p->failed = true;
		return NULL;
	}
	n->kind = kind;
	n->off = n->noff = off;
	n->type = &ol_xtype_dyn;
	n->depth = 1;
	return n;
}

/* Adds the child (NULL: it failed). False on failure or when the tree gets too deep. */
static bool add(struct parser *p, struct ol_ast *n, struct ol_ast *child)
{
	if (!child || p->failed)
		return false;
	if (n->last)
		n->last->next = child;
	else
		n->first = child;
	n->last = child;
	n->n++;
	if (child->depth >= n->depth)
		n->depth = (uint16_t)(child->depth + 1);
	if (n->depth > OL_EXPR_MAX_DEPTH) {
		p->failed = true;
		ol_cc_diag(p->c, n->off, p->prev_end - n->off, "",
			   "nested deeper than %d levels: split it with let", OL_EXPR_MAX_DEPTH);
		return false;
	}
	return true;
}

static struct ol_ast *done(struct parser *p, struct ol_ast *n)
{
	n->len = p->prev_end - n->off;
	return p->failed ? NULL : n;
}

/* Items up to the closing token, which is taken; a trailing comma is allowed in lists and maps. */
static bool items(struct parser *p, struct ol_ast *n, uint8_t close, bool pairs, bool trailing)
{
	while (p->t.kind != close) {
		if (!add(p, n, expression(p)))
			return false;
		if (pairs &&
		    (!take(p, OL_T_COLON, "':' and a value wanted") || !add(p, n, expression(p))))
			return false;
		if (p->t.kind != OL_T_COMMA)
			break;
		next(p);
		if (p->t.kind == close && !trailing) {
			fail(p, "", "an argument wanted");
			return false;
		}
	}
	return take(p, close,
		    close == OL_T_RPAREN   ? "',' or ')' wanted"
		    : close == OL_T_RBRACK ? "',' or ']' wanted"
					   : "',' or '}' wanted");
}

/* ---- macros ---- */
static const struct {
	const char *name;
	uint8_t vars, args, loop;
} macros[] = {
    {"all", 1, 2, OL_LOOP_ALL},
    {"all", 2, 3, OL_LOOP_ALL},
    {"exists", 1, 2, OL_LOOP_EXISTS},
    {"exists", 2, 3, OL_LOOP_EXISTS},
    {"exists_one", 1, 2, OL_LOOP_ONE},
    {"existsOne", 1, 2, OL_LOOP_ONE},
    {"existsOne", 2, 3, OL_LOOP_ONE},
    {"exists_one", 2, 3, OL_LOOP_ONE},
    {"filter", 1, 2, OL_LOOP_FILTER},
    {"map", 1, 2, OL_LOOP_MAP},
    {"map", 1, 3, OL_LOOP_MAP_IF},
    {"transformList", 2, 3, OL_LOOP_MAP},
    {"transformList", 2, 4, OL_LOOP_MAP_IF},
    {"transformMap", 2, 3, OL_LOOP_TMAP},
    {"transformMap", 2, 4, OL_LOOP_TMAP_IF},
};

/* A call that is a macro becomes LOOP (range, [condition], body) or SELECT with `has`. NULL:
 * complained about. */
static struct ol_ast *macro(struct parser *p, struct ol_ast *n)
{
	struct ol_ast *range = n->first, *v;

	if (!n->method && n->n == 1 && ol_str_is(n->name, "has")) {
		v = n->first;
		if (v->kind != OL_A_SELECT) {
			p->failed = true;
			ol_cc_diag(p->c, v->off, v->len, "", "has() takes a field: has(x.field)");
			return NULL;
		}
		v->has = true;
		v->off = n->off;
		v->len = n->len;
		return v;
	}
	for (size_t i = 0; n->method && i < sizeof(macros) / sizeof(macros[0]); i++) {
		if (n->n != macros[i].args + 1u || !ol_str_is(n->name, macros[i].name))
			continue;
		v = range->next;
		for (uint32_t k = 0; k < macros[i].vars; k++, v = v->next) {
			if (v->kind != OL_A_IDENT || v->rooted) {
				p->failed = true;
				ol_cc_diag(p->c, v->off, v->len, "",
					   "%s() wants a plain name for its %s", macros[i].name,
					   macros[i].vars == 2 ? "variables" : "variable");
				return NULL;
			}
			n->v[k] = v->name;
		}
		if (macros[i].vars == 2 && ol_str_eq(n->v[0], n->v[1])) {
			p->failed = true;
			ol_cc_diag(p->c, n->noff, n->nlen, "", "the two variables have one name");
			return NULL;
		}
		range->next = v;
		n->n -= macros[i].vars;
		n->kind = OL_A_LOOP;
		n->loop = macros[i].loop;
		return n;
	}
	return n;
}

/* ---- operands ---- */
static struct ol_ast *call(struct parser *p, struct ol_ast *n)
{
	next(p); /* ( */
	if (!items(p, n, OL_T_RPAREN, false, false))
		return NULL;
	if (n->n > OL_EXPR_MAX_ARGS) {
		p->failed = true;
		ol_cc_diag(p->c, n->noff, n->nlen, "", "more than %d arguments", OL_EXPR_MAX_ARGS);
		return NULL;
	}
	if (!done(p, n))
		return NULL;
	return p->c->env->no_macros ? n : macro(p, n);
}

static struct ol_ast *constant(struct parser *p, struct ol_val v)
{
	struct ol_ast *n = node(p, OL_A_CONST, p->t.off);

	if (!n)
		return NULL;
	n->val = v;
	n->noff = p->t.off;
	n->nlen = p->t.len;
	next(p);
	return done(p, n);
}

static struct ol_ast *primary(struct parser *p)
{
	static const struct ol_val null = {.kind = OL_V_NULL, .cls = OL_X_LITERAL_NULL};
	struct ol_ast *n;
	uint32_t off = p->t.off;
	bool rooted;

	switch (p->t.kind) {
	case OL_T_NUMBER:
		if (p->t.wide) {
			p->failed = true;
			ol_cc_diag(p->c, off, p->t.len, "", "number is too large for an int");
			return NULL;
		}
		return constant(p, p->t.val);
	case OL_T_STRING:
		return constant(p, p->t.val);
	case OL_T_TRUE:
	case OL_T_FALSE:
		return constant(p, ol_v_bool(p->t.kind == OL_T_TRUE));
	case OL_T_NULL:
		return constant(p, null);
	case OL_T_LPAREN:
		next(p);
		n = expression(p);
		return n && take(p, OL_T_RPAREN, "')' wanted") ? n : NULL;
	case OL_T_LBRACK:
	case OL_T_LBRACE:
		n = node(p, p->t.kind == OL_T_LBRACK ? OL_A_LIST : OL_A_MAP, off);
		if (!n)
			return NULL;
		next(p);
		if (!items(p, n, n->kind == OL_A_LIST ? OL_T_RBRACK : OL_T_RBRACE,
			   n->kind == OL_A_MAP, true))
			return NULL;
		return done(p, n);
	case OL_T_DOT:
	case OL_T_IDENT:
		rooted = p->t.kind == OL_T_DOT;
		if (rooted)
			next(p);
		if (p->t.kind != OL_T_IDENT)
			return fail(p, "", "a name wanted");
		n = node(p, OL_A_IDENT, off);
		if (!n)
			return NULL;
		n->rooted = rooted;
		n->name = p->t.name;
		n->noff = p->t.off;
		n->nlen = p->t.len;
		next(p);
		if (p->t.kind == OL_T_LPAREN) {
			n->kind = OL_A_CALL;
			return call(p, n);
		}
		return done(p, n);
	case OL_T_RESERVED:
		return fail(p, "", "this word is reserved");
	default:
		return fail(p, "", "a value wanted");
	}
}

static struct ol_ast *postfix(struct parser *p)
{
	struct ol_ast *x = primary(p), *n;

	while (x && !p->failed) {
		if (p->t.kind == OL_T_LBRACK) {
			n = node(p, OL_A_INDEX, x->off);
			if (!n)
				return NULL;
			n->noff = p->t.off;
			n->nlen = 1;
			next(p);
			if (!add(p, n, x) || !add(p, n, expression(p)) ||
			    !take(p, OL_T_RBRACK, "']' wanted"))
				return NULL;
			x = done(p, n);
		} else if (p->t.kind == OL_T_DOT) {
			next(p);
			if (p->t.kind != OL_T_IDENT && p->t.kind != OL_T_QUOTED &&
			    p->t.kind != OL_T_RESERVED)
				return fail(p, "", "a field or method wanted");
			n = node(p, OL_A_SELECT, x->off);
			if (!n)
				return NULL;
			n->name = p->t.name;
			n->noff = p->t.off;
			n->nlen = p->t.len;
			next(p);
			if (!add(p, n, x))
				return NULL;
			if (p->t.kind == OL_T_LPAREN) {
				n->kind = OL_A_CALL;
				n->method = true;
				x = call(p, n);
			} else {
				x = done(p, n);
			}
		} else {
			return x;
		}
	}
	return NULL;
}

static struct ol_ast *unary(struct parser *p)
{
	struct ol_ast *outer = NULL, *inner = NULL, *n, *x;
	uint32_t count = 0;

	while (p->t.kind == OL_T_NOT || p->t.kind == OL_T_MINUS) {
		uint8_t op = p->t.kind == OL_T_NOT ? OL_OP_NOT : OL_OP_NEG;
		uint32_t off = p->t.off;

		next(p);
		if (op == OL_OP_NEG && p->t.kind == OL_T_NUMBER && p->t.val.kind != OL_V_UINT) {
			/* a literal with its sign: the smallest int has no positive twin */
			if (p->t.val.kind == OL_V_DOUBLE)
				p->t.val.u.d = -p->t.val.u.d;
			else if (!p->t.wide)
				p->t.val.u.i = -p->t.val.u.i;
			p->t.wide = false;
			p->t.len += p->t.off - off;
			p->t.off = off;
			break;
		}
		n = node(p, OL_A_UNARY, off);
		if (!n || ++count > OL_EXPR_MAX_DEPTH) {
			if (n) {
				p->failed = true;
				ol_cc_diag(p->c, off, 1, "", "nested deeper than %d levels",
					   OL_EXPR_MAX_DEPTH);
			}
			return NULL;
		}
		n->op = op;
		n->nlen = 1;
		n->next = outer; /* the stack of operators, innermost first */
		outer = n;
	}
	x = postfix(p);
	for (n = outer; n && x; n = inner) {
		inner = n->next;
		n->next = NULL;
		if (!add(p, n, x))
			return NULL;
		x = done(p, n);
	}
	return p->failed ? NULL : x;
}

/* ---- operators ---- */
static const struct {
	uint8_t token, op, level;
} binaries[] = {
    {OL_T_OR, 0, 1},
    {OL_T_AND, 0, 2},
    {OL_T_EQ, OL_OP_EQ, 3},
    {OL_T_NE, OL_OP_NE, 3},
    {OL_T_LT, OL_OP_LT, 3},
    {OL_T_LE, OL_OP_LE, 3},
    {OL_T_GT, OL_OP_GT, 3},
    {OL_T_GE, OL_OP_GE, 3},
    {OL_T_IN, OL_OP_IN, 3},
    {OL_T_PLUS, OL_OP_ADD, 4},
    {OL_T_MINUS, OL_OP_SUB, 4},
    {OL_T_STAR, OL_OP_MUL, 5},
    {OL_T_SLASH, OL_OP_DIV, 5},
    {OL_T_PERCENT, OL_OP_MOD, 5},
};

/* Recurses at most once a level: five deep. */
static struct ol_ast *binary(struct parser *p, int level)
{
	struct ol_ast *x = unary(p), *n;
	size_t i;

	while (x && !p->failed) {
		for (i = 0;
		     i < sizeof(binaries) / sizeof(binaries[0]) && binaries[i].token != p->t.kind;
		     i++)
			;
		if (i == sizeof(binaries) / sizeof(binaries[0]) || binaries[i].level < level)
			return x;
		if (binaries[i].level < 3) {
			uint8_t kind = p->t.kind == OL_T_OR ? OL_A_OR : OL_A_AND;

			/* a chain is one node, however long */
			n = x->kind == kind ? x : node(p, kind, x->off);
			if (!n || (n != x && !add(p, n, x)))
				return NULL;
		} else {
			n = node(p, OL_A_BINARY, x->off);
			if (!n || !add(p, n, x))
				return NULL;
		}
		n->op = binaries[i].op;
		n->noff = p->t.off;
		n->nlen = p->t.len;
		next(p);
		if (p->failed || !add(p, n, binary(p, binaries[i].level + 1)))
			return NULL;
		x = done(p, n);
	}
	return NULL;
}

static struct ol_ast *expression(struct parser *p)
{
	struct ol_ast *x, *n;

	if (p->failed)
		return NULL;
	if (++p->depth > OL_EXPR_MAX_DEPTH) {
		p->failed = true;
		ol_cc_diag(p->c, p->t.off, p->t.len, "",
			   "nested deeper than %d levels: split it with let", OL_EXPR_MAX_DEPTH);
		return NULL;
	}
	x = binary(p, 1);
	if (x && p->t.kind == OL_T_QUESTION) {
		n = node(p, OL_A_COND, x->off);
		if (!n || !add(p, n, x))
			return NULL;
		n->noff = p->t.off;
		n->nlen = 1;
		next(p);
		if (!add(p, n, binary(p, 1)) || !take(p, OL_T_COLON, "':' wanted") ||
		    !add(p, n, expression(p)))
			return NULL;
		x = done(p, n);
	}
	p->depth--;
	return x;
}

struct ol_ast *ol_parse(struct ol_cc *c)
{
	struct parser p = {.c = c};
	struct ol_ast *n;

	next(&p);
	if (!p.failed && p.t.kind == OL_T_END) {
		ol_cc_diag(c, 0, 0, "", "the expression is empty");
		return NULL;
	}
	n = expression(&p);
	if (n && p.t.kind != OL_T_END)
		return fail(&p, "", "an operator wanted");
	return p.failed ? NULL : n;
}
