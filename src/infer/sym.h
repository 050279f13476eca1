/* sym.h: whole numbers as far as they are known: a number, an expression of named symbols, or nothing.
 *
 * Expressions are polynomials over atoms in a normal form, each kept once: two equal ids are provably equal. An atom is a
 * symbol (dim_param of the model, or one that inference made up) or a division, minimum or maximum that is no
 * polynomial. Size is bounded: what would grow past the bound is unknown. */
#ifndef OL_INFER_SYM_H
#define OL_INFER_SYM_H

#include "util/arena.h"
#include "util/buf.h"
#include "util/intern.h"

enum { OL_NUM_KNOWN = 0, OL_NUM_UNKNOWN = 1 }; /* values of ol_num.sym; greater ones are expressions */

struct ol_num {
	int64_t v;    /* when sym is OL_NUM_KNOWN */
	uint32_t sym;
};

enum ol_truth { OL_NO, OL_YES, OL_MAYBE };

struct ol_syms {
	struct ol_arena *arena;
	const struct ol_intern *names; /* of the model, for printing */
	struct ol_sym_expr *exprs;  uint32_t n_exprs, cap_exprs;
	struct ol_sym_atom *atoms;  uint32_t n_atoms, cap_atoms;
	uint32_t *table, mask;      /* hash of expressions to id + 1 */
	uint32_t *atom_table, atom_mask;
	uint64_t key[2];            /* of the hashes */
	bool failed;                /* memory was refused: results are unknown from then on */
};

int ol_syms_init(struct ol_syms *s, struct ol_arena *arena, const struct ol_intern *names);
void ol_syms_free(struct ol_syms *s);

static inline struct ol_num ol_num(int64_t v)
{
	return (struct ol_num){v, OL_NUM_KNOWN};
}
static inline struct ol_num ol_num_unknown(void)
{
	return (struct ol_num){0, OL_NUM_UNKNOWN};
}
static inline bool ol_num_is_known(struct ol_num a)
{
	return a.sym == OL_NUM_KNOWN;
}
static inline bool ol_num_is(struct ol_num a, int64_t v)
{
	return a.sym == OL_NUM_KNOWN && a.v == v;
}
static inline bool ol_num_is_sym(struct ol_num a)
{
	return a.sym > OL_NUM_UNKNOWN;
}

/* The symbol of a name (dim_param, interned in the model); and one that stands for itself only. Both are taken to be >= 0. */
struct ol_num ol_num_named(struct ol_syms *s, uint32_t name);
struct ol_num ol_num_fresh(struct ol_syms *s);

struct ol_num ol_num_add(struct ol_syms *s, struct ol_num a, struct ol_num b);
struct ol_num ol_num_sub(struct ol_syms *s, struct ol_num a, struct ol_num b);
struct ol_num ol_num_mul(struct ol_syms *s, struct ol_num a, struct ol_num b);
/* Rounded to minus infinity (floor) or up (ceil); exact where the polynomial divides. b == 0: unknown. */
struct ol_num ol_num_floordiv(struct ol_syms *s, struct ol_num a, struct ol_num b);
struct ol_num ol_num_ceildiv(struct ol_syms *s, struct ol_num a, struct ol_num b);
struct ol_num ol_num_mod(struct ol_syms *s, struct ol_num a, struct ol_num b); /* result has the sign of b */
struct ol_num ol_num_min(struct ol_syms *s, struct ol_num a, struct ol_num b);
struct ol_num ol_num_max(struct ol_syms *s, struct ol_num a, struct ol_num b);

/* Equal: OL_YES when provably, OL_NO when provably not (numbers differ, or by a constant), else OL_MAYBE. */
enum ol_truth ol_num_equal(struct ol_syms *s, struct ol_num a, struct ol_num b);
/* Is it >= 0, as far as symbols are? (All coefficients and the constant are.) */
bool ol_num_nonnegative(const struct ol_syms *s, struct ol_num a);

/* "12", "N", "2*N + 1", "floor(N/2)"; made-up symbols and unknown: "?". */
void ol_num_print(const struct ol_syms *s, struct ol_num a, struct ol_buf *out);
/* Does it name nothing but symbols of the model (so that printing it tells something)? */
bool ol_num_printable(const struct ol_syms *s, struct ol_num a);

#endif
