/* call.c: which function a call means: the host's first, then the standard ones, by name, receiver
 * and argument types. Where only run time can tell (an argument is dyn and several rows fit), the
 * call stays late-bound. */
#include <stdio.h>

#include "expr/check.h"
#include "util/text.h"

struct search {
	struct ol_cc *c;
	struct ol_ast *n;
	struct ol_str name;
	bool method;			    /* with a receiver that is a value */
	uint32_t named;			    /* rows of this name */
	uint32_t received;		    /* … and receiver */
	uint32_t fits;			    /* … and arguments */
	const struct ol_func *only, *first; /* a row received; the first that fits */
	const struct ol_xtype *type;	    /* of the result */
	struct ol_near near;
	bool suggest; /* fill near: only when nothing is found, it costs */
};

static const struct ol_xtype *parse(struct ol_cc *c, struct ol_str text)
{
	return ol_xtype_parse(&c->tmp, c->env, text);
}

static const struct ol_xtype *result(struct search *s, const struct ol_func *f)
{
	const struct ol_xtype *t = NULL;

	if (strcmp(f->type, "$") != 0)
		return parse(s->c, ol_str(f->type));
	for (struct ol_ast *x = s->n->first; x; x = x->next)
		if (!(x == s->n->first && s->n->space))
			t = t ? ol_xtype_join(&s->c->tmp, t, x->type) : x->type;
	return t ? t : &ol_xtype_dyn;
}

static void arity(const struct ol_func *f, uint32_t *min, uint32_t *max)
{
	struct ol_sig sig = {.at = f->args};

	*min = *max = 0;
	while (*max < OL_EXPR_MAX_ARGS && ol_sig_next(&sig)) {
		if (sig.more) {
			*max = OL_EXPR_MAX_ARGS;
			return;
		}
		++*max;
		*min += !sig.optional;
	}
}

static bool fits(struct search *s, const struct ol_func *f, struct ol_ast *args, uint32_t argc)
{
	struct ol_sig sig = {.at = f->args};
	uint32_t min, max;

	arity(f, &min, &max);
	if (argc < min || argc > max)
		return false;
	for (; args && ol_sig_next(&sig); args = args->next)
		if (!ol_xtype_fits(args->type, parse(s->c, sig.type)))
			return false;
	return true;
}

static void row(struct search *s, const struct ol_func *f)
{
	struct ol_ast *args = s->n->first;
	uint32_t argc = s->n->n;

	if ((f->cls != NULL) != s->method)
		return;
	if (f->cls) {
		if (!ol_xtype_fits(args->type, parse(s->c, ol_str(f->cls))))
			return; /* of another class: no suggestion either */
	}
	if (!ol_str_is(s->name, f->name)) {
		if (s->suggest)
			ol_near_try(&s->near, ol_str(f->name));
		return;
	}
	s->named++;
	if (args && (s->method || s->n->space)) {
		args = args->next;
		argc--;
	}
	s->received++;
	s->only = f;
	if (!fits(s, f, args, argc))
		return;
	s->type = s->fits++ ? ol_xtype_join(&s->c->tmp, s->type, result(s, f)) : result(s, f);
	if (!s->first)
		s->first = f;
}

static void rows(struct search *s)
{
	for (uint32_t i = 0; i < s->c->env->n_funcs; i++)
		row(s, &s->c->env->funcs[i]);
	for (uint32_t t = 0; ol_expr_std_tables[t]; t++)
		for (const struct ol_func *f = ol_expr_std_tables[t]; f->name; f++)
			row(s, f);
}

static bool is_global(const struct ol_cc *c, struct ol_str name)
{
	for (uint32_t i = 0; i < c->env->n_funcs; i++)
		if (!c->env->funcs[i].cls && ol_str_is(name, c->env->funcs[i].name))
			return true;
	for (uint32_t t = 0; ol_expr_std_tables[t]; t++)
		for (const struct ol_func *f = ol_expr_std_tables[t]; f->name; f++)
			if (!f->cls && ol_str_is(name, f->name))
				return true;
	return false;
}

/* ---- complaints ---- */
enum { N_MACROS = 5 };
static const char *const macros[N_MACROS] = {"all", "exists", "exists_one", "filter", "map"};

static bool is_macro(struct ol_str name)
{
	for (size_t i = 0; i < N_MACROS; i++)
		if (ol_str_is(name, macros[i]))
			return true;
	return false;
}

static void unknown(struct search *s)
{
	struct ol_ast *n = s->n;
	char is[96];

	if (s->c->n_diags >= s->c->max)
		return;
	s->suggest = true;
	s->near.word = s->name;
	rows(s);
	for (size_t i = 0; s->method && i < N_MACROS; i++) {
		if (ol_str_is(s->name, macros[i])) {
			ol_check_say(s->c, n->noff, n->nlen, (struct ol_str){"", 0},
				     "%s() takes a name and an expression: %s(x, …)", macros[i],
				     macros[i]);
			return;
		}
		ol_near_try(&s->near, ol_str(macros[i]));
	}
	if (!s->method) {
		ol_check_say(s->c, n->noff, n->nlen, s->near.best, "no function '%.*s'",
			     s->name.n > 60 ? 60 : (int)s->name.n, s->name.p);
		return;
	}
	ol_xtype_print(s->c->env, n->first->type, is, sizeof(is));
	ol_check_say(s->c, n->noff, n->nlen, s->near.best, "%s has no method '%.*s'", is,
		     s->name.n > 60 ? 60 : (int)s->name.n, s->name.p);
}

static void bad_arguments(struct search *s)
{
	struct ol_ast *n = s->n, *x = n->first;
	uint32_t argc = n->n, min, max, k = 1;
	struct ol_sig sig = {.at = s->only->args};
	char is[96], want[96], list[160];
	size_t at = 0;

	if (s->method || n->space) {
		x = x->next;
		argc--;
	}
	arity(s->only, &min, &max);
	if (s->received == 1 && (argc < min || argc > max)) {
		ol_check_say(s->c, n->noff, n->nlen, (struct ol_str){"", 0},
			     "%s() takes %s%u argument%s, %u given", s->only->name,
			     max == min	  ? ""
			     : argc < min ? "at least "
					  : "at most ",
			     argc < min ? min : max, (argc < min ? min : max) == 1 ? "" : "s",
			     argc);
		return;
	}
	for (; s->received == 1 && x && ol_sig_next(&sig); x = x->next, k++) {
		if (ol_xtype_fits(x->type, parse(s->c, sig.type)))
			continue;
		ol_xtype_print(s->c->env, x->type, is, sizeof(is));
		ol_xtype_print(s->c->env, parse(s->c, sig.type), want, sizeof(want));
		ol_check_say(s->c, x->off, x->len, (struct ol_str){"", 0},
			     "argument %u of %s() is %s, %s wanted", k, s->only->name, is, want);
		return;
	}
	list[0] = '\0';
	for (; x && at + 1 < sizeof(list); x = x->next) {
		int w;

		ol_xtype_print(s->c->env, x->type, is, sizeof(is));
		w = snprintf(list + at, sizeof(list) - at, "%s%s", at ? ", " : "", is);
		at += w > 0 ? (size_t)w : 0;
	}
	ol_check_say(s->c, n->noff, n->nlen, (struct ol_str){"", 0}, "%s() does not take (%s)",
		     s->only->name, list);
}

/* A regular expression that is written out is tried now, not at the first model. */
static void check_regex(struct ol_cc *c, const struct ol_ast *n)
{
	char why[128];

	if (n->fn && strcmp(n->fn->name, "matches") == 0 && n->last &&
	    n->last->kind == OL_A_CONST && n->last->val.kind == OL_V_STRING &&
	    !ol_expr_regex_ok(n->last->val.u.s, why))
		ol_check_say(c, n->last->off, n->last->len, (struct ol_str){"", 0},
			     "bad regular expression: %s", why);
}

static bool is_method(const struct ol_cc *c, struct ol_str name)
{
	for (uint32_t i = 0; i < c->env->n_funcs; i++)
		if (c->env->funcs[i].cls && ol_str_is(name, c->env->funcs[i].name))
			return true;
	for (uint32_t t = 0; ol_expr_std_tables[t]; t++)
		for (const struct ol_func *f = ol_expr_std_tables[t]; f->name; f++)
			if (f->cls && ol_str_is(name, f->name))
				return true;
	return false;
}

/* x.exits(n, …), x.map(n): a macro misspelt or misused. To say that there is no variable n would
 * mislead. */
static bool misspelt_macro(struct search *s)
{
	struct ol_ast *n = s->n;

	if (s->c->env->no_check || !s->method || n->n < (is_macro(s->name) ? 2 : 3) ||
	    n->first->next->kind != OL_A_IDENT || is_method(s->c, s->name))
		return false;
	ol_check(s->c, n->first);
	if (n->first->type->kind != OL_X_BAD)
		unknown(s);
	n->type = &ol_xtype_bad;
	return true;
}

void ol_check_call(struct ol_cc *c, struct ol_ast *n)
{
	struct search s = {.c = c, .n = n, .name = n->name, .method = n->method};
	struct ol_ast *x = n->first;
	bool loose = false, bad = false, rooted = false;
	struct ol_str dotted;

	if (n->method) {
		dotted = ol_check_dotted(c, x, &rooted);
		if (dotted.n && !ol_check_declared(c, dotted, rooted)) {
			struct ol_str full =
			    ol_arena_printf(&c->tmp, "%.*s.%.*s", OL_FMT(dotted), OL_FMT(n->name));

			if (full.p && is_global(c, full)) {
				n->space = true;
				s.name = full;
				s.method = false;
				x = x->next;
			}
		}
	}
	n->full = s.name;
	if (misspelt_macro(&s))
		return;
	for (; x; x = x->next) {
		ol_check(c, x);
		loose |= ol_xtype_loose(x->type);
		bad |= x->type->kind == OL_X_BAD;
	}
	n->type = &ol_xtype_dyn;
	n->ref_kind = OL_R_LATE;
	if (!n->method && n->n == 1 && ol_str_is(n->name, "dyn")) {
		n->ref_kind = OL_R_DYN;
		return;
	}
	if (c->env->no_check)
		return;
	rows(&s);
	n->type = s.type ? s.type : &ol_xtype_bad;
	if (!s.fits) {
		if (bad && (s.named || (s.method && n->first->type->kind == OL_X_BAD)))
			return;
		if (!s.named)
			unknown(&s);
		else
			bad_arguments(&s);
		return;
	}
	if (s.fits > 1 && loose)
		return;
	n->ref_kind = OL_R_FUNC;
	n->fn = s.first;
	check_regex(c, n);
}
