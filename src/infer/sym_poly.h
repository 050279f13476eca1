/* sym_poly.h: how symbolic numbers are kept, for sym*.c alone.
 *
 * A polynomial is a list of terms sorted by degree, then by atoms (graded lexicographic order), each with a coefficient
 * other than 0. This order goes with multiplication, so that long division works on it. */
#ifndef OL_INFER_SYM_POLY_H
#define OL_INFER_SYM_POLY_H

#include "infer/sym.h"

enum {
	OL_SYM_TERMS = 12,
	OL_SYM_FACTORS = 6,
	OL_SYM_DEPTH = 6,
	OL_SYM_MOST = 1000000 /* expressions, and atoms, of a table */
};
enum ol_sym_kind { OL_SYM_NAMED, OL_SYM_FRESH, OL_SYM_FLOOR, OL_SYM_CEIL, OL_SYM_MOD, OL_SYM_MIN, OL_SYM_MAX };
#define OL_SYM_NO_BOUND INT64_MIN

struct ol_sym_term {
	int64_t c;
	uint32_t at[OL_SYM_FACTORS]; /* atoms, ascending, then zeros; an atom that is there twice is squared */
};
struct ol_sym_poly {
	uint32_t n;
	struct ol_sym_term t[OL_SYM_TERMS];
};
struct ol_sym_expr { /* id: index + 2 */
	const struct ol_sym_term *t; /* in the arena */
	int64_t lo;                  /* never less than this, or OL_SYM_NO_BOUND */
	uint32_t hash;
	uint8_t n, depth;
	bool printable;
};
struct ol_sym_atom { /* id: index + 1 */
	struct ol_num a, b;
	int64_t lo;
	uint32_t name; /* of OL_SYM_NAMED */
	uint32_t hash;
	uint8_t kind, depth;
	bool printable;
};

static inline const struct ol_sym_expr *ol_sym_expr(const struct ol_syms *s, uint32_t id)
{
	return &s->exprs[id - 2];
}
static inline const struct ol_sym_atom *ol_sym_atom(const struct ol_syms *s, uint32_t id)
{
	return &s->atoms[id - 1];
}
static inline bool ol_sym_is_constant(const struct ol_sym_term *t)
{
	return t->at[0] == 0;
}

/* Never less than this, or OL_SYM_NO_BOUND. */
int64_t ol_sym_lo(const struct ol_syms *s, struct ol_num a);
/* The polynomial of a number; false when it is unknown. */
bool ol_sym_load(const struct ol_syms *s, struct ol_num a, struct ol_sym_poly *p);
/* The number of a polynomial in normal form. */
struct ol_num ol_sym_keep(struct ol_syms *s, const struct ol_sym_poly *p);
/* The number that is the one atom of this kind. */
struct ol_num ol_sym_make(struct ol_syms *s, enum ol_sym_kind kind, struct ol_num a, struct ol_num b);
/* out = a + k * b; false past a bound. out may be a or b. */
bool ol_sym_plus(struct ol_sym_poly *out, const struct ol_sym_poly *a, int64_t k, const struct ol_sym_poly *b);
/* The product of two terms, and the quotient of two where it is one; false past a bound or where not. */
bool ol_sym_term_times(struct ol_sym_term *out, const struct ol_sym_term *a, const struct ol_sym_term *b);
bool ol_sym_term_over(struct ol_sym_term *out, const struct ol_sym_term *a, const struct ol_sym_term *b);

#endif
