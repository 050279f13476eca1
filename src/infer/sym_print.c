/* sym_print.c: symbolic numbers as text.
 *
 * Recursion goes as deep as atoms nest, which is bounded (OL_SYM_DEPTH). Since expressions are shared, the text of a small
 * table can be huge: it is cut after some hundred bytes. */
#include "infer/sym_poly.h"

#include <inttypes.h>

enum { MOST_BYTES = 256 };

struct printer {
	const struct ol_syms *s;
	struct ol_buf *out;
	size_t end; /* cut from here on */
	bool cut;
};

static void print_terms(struct printer *p, const struct ol_sym_term *t, uint32_t n);

/* parens: in a place that takes one factor (level 2) or one term (level 1) only, or anything (0). */
static void print_num(struct printer *p, struct ol_num a, uint32_t level)
{
	const struct ol_sym_term constant = {.c = a.v}, *t = &constant;
	uint32_t n = 1;
	bool parens;

	if (a.sym == OL_NUM_UNKNOWN) {
		ol_buf_char(p->out, '?');
		return;
	}
	if (ol_num_is_sym(a)) {
		t = ol_sym_expr(p->s, a.sym)->t;
		n = ol_sym_expr(p->s, a.sym)->n;
	}
	parens = (level > 0 && n > 1) || (level > 1 && (t->c < 0 || (t->at[0] && (t->c != 1 || t->at[1]))));
	if (parens)
		ol_buf_char(p->out, '(');
	print_terms(p, t, n);
	if (parens && !p->cut)
		ol_buf_char(p->out, ')');
}

/* floor((x + k - 1)/k) is kept for ceil(x/k); prints it so. */
static bool print_ceil(struct printer *p, const struct ol_sym_atom *x)
{
	const struct ol_sym_expr *e;
	uint32_t n;

	if (x->kind != OL_SYM_FLOOR || !ol_num_is_known(x->b) || !ol_num_is_sym(x->a))
		return false;
	e = ol_sym_expr(p->s, x->a.sym);
	n = e->n - 1u;
	if (!ol_sym_is_constant(&e->t[n]) || x->b.v < 2 || e->t[n].c != x->b.v - 1)
		return false;
	ol_buf_z(p->out, n > 1 ? "ceil((" : "ceil(");
	print_terms(p, e->t, n);
	if (!p->cut)
		ol_buf_printf(p->out, "%s/%" PRId64 ")", n > 1 ? ")" : "", x->b.v);
	return true;
}

static void print_atom(struct printer *p, const struct ol_sym_atom *x)
{
	static const char *const opens[] = {
		[OL_SYM_FLOOR] = "floor(", [OL_SYM_CEIL] = "ceil(", [OL_SYM_MOD] = "mod(",
		[OL_SYM_MIN] = "min(", [OL_SYM_MAX] = "max(",
	};
	bool division = x->kind == OL_SYM_FLOOR || x->kind == OL_SYM_CEIL;

	if (x->kind == OL_SYM_NAMED) {
		ol_buf_str(p->out, ol_intern_str(p->s->names, x->name));
		return;
	}
	if (x->kind == OL_SYM_FRESH) {
		ol_buf_char(p->out, '?');
		return;
	}
	if (print_ceil(p, x))
		return;
	ol_buf_z(p->out, opens[x->kind]);
	print_num(p, x->a, division ? 1 : 0);
	if (p->cut)
		return;
	ol_buf_z(p->out, division ? "/" : ", ");
	print_num(p, x->b, division ? 2 : 0);
	if (!p->cut)
		ol_buf_char(p->out, ')');
}

static void print_terms(struct printer *p, const struct ol_sym_term *t, uint32_t n)
{
	for (uint32_t i = 0; i < n && !p->cut; i++) {
		uint64_t c = t[i].c < 0 ? 0 - (uint64_t)t[i].c : (uint64_t)t[i].c;
		const char *between = "";

		if (i)
			ol_buf_z(p->out, t[i].c < 0 ? " - " : " + ");
		else if (t[i].c < 0)
			ol_buf_char(p->out, '-');
		if (c != 1 || ol_sym_is_constant(&t[i])) {
			ol_buf_uint(p->out, c);
			between = "*";
		}
		for (uint32_t k = 0; k < OL_SYM_FACTORS && t[i].at[k] && !p->cut; k++) {
			ol_buf_z(p->out, between);
			between = "*";
			if (p->out->n >= p->end) {
				ol_buf_z(p->out, "…");
				p->cut = true;
			} else {
				print_atom(p, ol_sym_atom(p->s, t[i].at[k]));
			}
		}
	}
}

void ol_num_print(const struct ol_syms *s, struct ol_num a, struct ol_buf *out)
{
	struct printer p = {.s = s, .out = out, .end = out->n + MOST_BYTES};

	print_num(&p, a, 0);
}

bool ol_num_printable(const struct ol_syms *s, struct ol_num a)
{
	return ol_num_is_known(a) || (ol_num_is_sym(a) && ol_sym_expr(s, a.sym)->printable);
}
