/* names.c: what a name means: a loop's variable, a variable of the host (the longest dotted name
 * wins), a type, a field. */
#include "expr/check.h"
#include "util/text.h"

void ol_near_try(struct ol_near *n, struct ol_str candidate)
{
	uint32_t d;

	if (candidate.n == 0 || candidate.n > 63 || n->word.n > 63)
		return;
	if (ol_text_near(n->word, candidate, &d) && (!n->best.n || d < n->distance)) {
		n->best = candidate;
		n->distance = d;
	}
}

static int find_local(const struct ol_cc *c, struct ol_str name)
{
	for (uint32_t i = c->n_locals; i-- > 0;)
		if (ol_str_eq(c->locals[i].name, name))
			return (int)i;
	return -1;
}

/* The variable `name` seen from the container, the innermost first; -1: none. */
static int find_var(const struct ol_cc *c, struct ol_str name, bool rooted)
{
	struct ol_str box = ol_str(rooted ? "" : c->env->container);

	for (;;) {
		for (uint32_t i = 0; i < c->env->n_vars; i++) {
			struct ol_str v = ol_str(c->env->vars[i].name);

			if (v.n == name.n + box.n + (box.n > 0) &&
			    ol_str_eq(name, (struct ol_str){v.p + v.n - name.n, name.n}) &&
			    (!box.n || (memcmp(v.p, box.p, box.n) == 0 && v.p[box.n] == '.')))
				return (int)i;
		}
		if (!box.n)
			return -1;
		while (box.n && box.p[box.n - 1] != '.')
			box.n--;
		box.n -= box.n > 0;
	}
}

struct ol_str ol_check_dotted(struct ol_cc *c, const struct ol_ast *n, bool *rooted)
{
	struct ol_str out = {NULL, 0};
	size_t total = 0, at;
	const struct ol_ast *x;
	char *p;

	for (x = n;; x = x->first) {
		if ((x->kind != OL_A_SELECT && x->kind != OL_A_IDENT) || (x->has && x != n) ||
		    c->text.p[x->noff] == '`')
			return out;
		total += x->name.n + 1;
		if (x->kind == OL_A_IDENT)
			break;
	}
	if (!x->rooted && find_local(c, x->name) >= 0)
		return out;
	*rooted = x->rooted;
	p = ol_arena_alloc(&c->tmp, total);
	if (!p) {
		c->no_memory = true;
		return out;
	}
	at = total - 1;
	for (x = n;; x = x->first) {
		at -= x->name.n;
		memcpy(p + at, x->name.p, x->name.n);
		if (x->kind == OL_A_IDENT)
			break;
		p[--at] = '.';
	}
	return (struct ol_str){p, total - 1};
}

bool ol_check_declared(const struct ol_cc *c, struct ol_str dotted, bool rooted)
{
	for (;;) {
		if (find_var(c, dotted, rooted) >= 0)
			return true;
		while (dotted.n && dotted.p[dotted.n - 1] != '.')
			dotted.n--;
		if (!dotted.n)
			return false;
		dotted.n--;
	}
}

static bool use_var(struct ol_cc *c, struct ol_ast *n, struct ol_str dotted, bool rooted)
{
	int i = find_var(c, dotted, rooted);

	if (i < 0)
		return false;
	n->ref_kind = OL_R_SLOT;
	n->ref = (uint32_t)i;
	n->type = ol_xtype_parse(&c->tmp, c->env, ol_str(c->env->vars[i].type));
	return true;
}

static bool use_type(struct ol_ast *n)
{
	static const struct {
		const char *name;
		uint8_t kind;
	} names[] = {{"bool", OL_V_BOOL},     {"int", OL_V_INT},       {"uint", OL_V_UINT},
		     {"double", OL_V_DOUBLE}, {"string", OL_V_STRING}, {"bytes", OL_V_BYTES},
		     {"list", OL_V_LIST},     {"map", OL_V_MAP},       {"null_type", OL_V_NULL},
		     {"type", OL_V_TYPE}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ol_str_is(n->name, names[i].name)) {
			n->ref_kind = OL_R_TYPE;
			n->val = (struct ol_val){.kind = OL_V_TYPE,
						 .cls = names[i].kind,
						 .u.s = {names[i].name, n->name.n}};
			n->type = &ol_xtypes[OL_V_TYPE];
			return true;
		}
	return false;
}

void ol_check_ident(struct ol_cc *c, struct ol_ast *n)
{
	int local = n->rooted ? -1 : find_local(c, n->name);
	struct ol_near near = {.word = n->name};

	if (local >= 0) {
		n->ref_kind = OL_R_LOCAL;
		n->ref = (uint32_t)local;
		n->type = c->locals[local].type;
		return;
	}
	if (use_var(c, n, n->name, n->rooted) || use_type(n))
		return;
	n->ref_kind = OL_R_NAME;
	n->full = n->name;
	if (c->env->dyn_vars || c->env->no_check)
		return;
	n->type = &ol_xtype_bad;
	if (c->n_diags >= c->max)
		return;
	for (uint32_t i = 0; i < c->n_locals; i++)
		ol_near_try(&near, c->locals[i].name);
	for (uint32_t i = 0; i < c->env->n_vars; i++)
		ol_near_try(&near, ol_str(c->env->vars[i].name));
	ol_check_say(c, n->noff, n->nlen, near.best, "no variable '%.*s' here",
		     n->name.n > 60 ? 60 : (int)n->name.n, n->name.p);
}

static void select_class(struct ol_cc *c, struct ol_ast *n, const struct ol_xtype *t)
{
	const struct ol_class *cls = &c->env->classes[t->cls];
	struct ol_near near = {.word = n->name};

	for (uint32_t i = 0; cls->fields && cls->fields[i].name; i++) {
		if (ol_str_is(n->name, cls->fields[i].name)) {
			n->ref_kind = OL_R_FIELD;
			n->ref = (uint32_t)t->cls << 16 | i;
			n->type = ol_xtype_parse(&c->tmp, c->env, ol_str(cls->fields[i].type));
			return;
		}
	}
	n->type = &ol_xtype_bad;
	if (c->n_diags >= c->max)
		return;
	for (uint32_t i = 0; cls->fields && cls->fields[i].name; i++)
		ol_near_try(&near, ol_str(cls->fields[i].name));
	for (uint32_t i = 0; i < c->env->n_funcs; i++) {
		const struct ol_func *f = &c->env->funcs[i];

		if (f->cls && strcmp(f->cls, cls->name) == 0) {
			if (ol_str_is(n->name, f->name)) {
				ol_check_say(c, n->noff, n->nlen, ol_str(f->name),
					     "'%s' of %s is a method: call it", f->name, cls->name);
				return;
			}
			ol_near_try(&near, ol_str(f->name));
		}
	}
	ol_check_say(c, n->noff, n->nlen, near.best, "%s has no field '%.*s'", cls->name,
		     n->name.n > 60 ? 60 : (int)n->name.n, n->name.p);
}

void ol_check_select(struct ol_cc *c, struct ol_ast *n)
{
	bool rooted = false, dyn = c->env->dyn_vars || c->env->no_check;
	struct ol_str dotted = n->has ? (struct ol_str){NULL, 0} : ol_check_dotted(c, n, &rooted);
	const struct ol_xtype *t;
	char is[96];

	n->ref_kind = OL_R_NONE;
	if (dotted.n && use_var(c, n, dotted, rooted))
		return;
	if (dotted.n && dyn && !ol_check_declared(c, dotted, rooted)) {
		n->ref_kind = OL_R_NAME;
		n->full = dotted;
		return;
	}
	ol_check(c, n->first);
	t = n->first->type;
	n->type = t->kind == OL_X_BAD ? &ol_xtype_bad : &ol_xtype_dyn;
	if (ol_xtype_loose(t)) {
		;
	} else if (t->kind == OL_V_OBJECT) {
		select_class(c, n, t);
	} else if (t->kind == OL_V_MAP && ol_xtype_fits(t->a, &ol_xtypes[OL_V_STRING])) {
		n->type = t->b;
	} else {
		ol_xtype_print(c->env, t, is, sizeof(is));
		ol_check_say(c, n->noff, n->nlen, (struct ol_str){"", 0}, "%s has no field '%.*s'",
			     is, n->name.n > 60 ? 60 : (int)n->name.n, n->name.p);
		n->type = &ol_xtype_bad;
	}
	if (n->has && n->type->kind != OL_X_BAD)
		n->type = &ol_xtypes[OL_V_BOOL];
}
