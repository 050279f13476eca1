/* einsum.c: Einstein summation: "ij,jk->ik", with an ellipsis for leading axes that are broadcast.
 *
 * One scan over the equation. Each letter has a length that all its axes agree on, but for those of
 * length 1, which stretch. Without "->" the output has the letters that occur once, in the order of
 * their codes, after the ellipsis. */
#include "infer/nn.h"

#include <inttypes.h>

#define LETTERS 128

struct equation {
	struct ol_str s;
	size_t at;
	struct ol_num length[LETTERS];
	uint32_t input[LETTERS]; /* that gave the length */
	uint32_t seen[LETTERS];	 /* how often on the left */
	struct ol_num *dots;	 /* axes that "..." stands for */
	uint32_t n_dots;
	bool has_dots, dots_known;
};

/* A term: letters, and where "..." is among them. */
struct term {
	size_t first, end;
	uint32_t letters, before; /* before: letters before the ellipsis */
	bool dots;
};

static void tell_syntax(struct ol_op *x, const struct equation *e)
{
	ol_op_tell(x, "shape/bad-attribute",
		   "equation '%.*s' is not understood at position %zu: terms are letters and one "
		   "ellipsis, as in \"...ij, jk -> ik\"",
		   OL_FMT(e->s), e->at);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Scans to ',', "->" or the end. false: no term. */
static bool scan_term(struct equation *e, struct term *t)
{
	*t = (struct term){.first = e->at};
	for (; e->at < e->s.n; e->at++) {
		char c = e->s.p[e->at];

		if (c == ',' || c == '-')
			break;
		if (is_letter(c)) {
			t->letters++;
		} else if (c == '.' && !t->dots && e->s.n - e->at >= 3 &&
			   !memcmp(e->s.p + e->at, "...", 3)) {
			t->dots = true;
			t->before = t->letters;
			e->at += 2;
		} else {
			return false;
		}
	}
	t->end = e->at;
	return true;
}

/* Two lengths of one letter or ellipsis axis, where 1 stretches. false: they clash. */
static bool join(struct ol_num *have, struct ol_num d)
{
	if (ol_num_is_known(*have) && ol_num_is_known(d)) {
		if (have->v == 1)
			*have = d;
		return d.v == 1 || d.v == have->v;
	}
	if (ol_num_is_known(d) && d.v != 1)
		*have = d;
	else if (ol_num_is(*have, 1) || have->sym == OL_NUM_UNKNOWN)
		*have = ol_num_is(d, 1) ? ol_num_unknown() : d;
	return true;
}

static void tell_letter(struct ol_op *x, const struct equation *e, char c, uint32_t k)
{
	struct ol_str a = ol_op_in_text(x, e->input[(unsigned char)c]), b = ol_op_in_text(x, k);

	if (e->input[(unsigned char)c] == k) {
		ol_op_tell(x, "shape/mismatch",
			   "equation '%.*s': letter '%c' stands for axes of different lengths of "
			   "%.*s",
			   OL_FMT(e->s), c, OL_FMT(b));
		return;
	}
	ol_op_tell(x, "shape/mismatch",
		   "equation '%.*s': letter '%c' has different lengths in %.*s and %.*s",
		   OL_FMT(e->s), c, OL_FMT(a), OL_FMT(b));
}

/* The axes that the ellipsis of input k stands for. */
static bool join_dots(struct ol_op *x, struct equation *e, uint32_t k, const struct ol_num *d,
		      uint32_t n)
{
	if (!e->dots_known) {
		e->dots = ol_op_dims(x, n);
		if (!e->dots)
			return false;
		if (n)
			memcpy(e->dots, d, n * sizeof(*d));
		e->n_dots = n;
		e->dots_known = true;
		return true;
	}
	if (n != e->n_dots) {
		struct ol_str text = ol_op_in_text(x, k);

		ol_op_tell(x, "shape/rank",
			   "equation '%.*s': the ellipsis stands for %" PRIu32
			   " axes of %.*s, and for %" PRIu32 " elsewhere",
			   OL_FMT(e->s), n, OL_FMT(text), e->n_dots);
		return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!join(&e->dots[i], d[i])) {
			struct ol_str text = ol_op_in_text(x, k);

			ol_op_tell(x, "shape/broadcast",
				   "equation '%.*s': the ellipsis axes of %.*s do not go with "
				   "those of other inputs",
				   OL_FMT(e->s), OL_FMT(text));
			return false;
		}
	}
	return true;
}

/* A term against input k. */
static bool bind(struct ol_op *x, struct equation *e, const struct term *t, uint32_t k)
{
	const struct ol_fact *f = ol_op_in(x, k);
	uint32_t axis = 0, n = 0;

	if (f->has_rank && (t->dots ? f->rank < t->letters : f->rank != t->letters)) {
		struct ol_str text = ol_op_in_text(x, k);

		ol_op_tell(x, "shape/rank",
			   "equation '%.*s' has %" PRIu32
			   " letters%s for input %.*s of rank %" PRIu32,
			   OL_FMT(e->s), t->letters, t->dots ? " and an ellipsis" : "",
			   OL_FMT(text), f->rank);
		return false;
	}
	e->has_dots |= t->dots;
	if (f->has_rank && t->dots) {
		n = f->rank - t->letters;
		if (!join_dots(x, e, k, f->dims + t->before, n))
			return false;
	}
	for (size_t i = t->first; i < t->end; i++) {
		char c = e->s.p[i];
		unsigned char u = (unsigned char)c;

		if (!is_letter(c))
			continue;
		if (t->dots && axis == t->before)
			axis += n;
		if (!e->seen[u]++) {
			e->length[u] = ol_nn_dim(x, k, axis);
			e->input[u] = k;
		} else if (!join(&e->length[u], ol_nn_dim(x, k, axis))) {
			tell_letter(x, e, c, k);
			return false;
		}
		axis++;
	}
	return true;
}

/* Room for the ellipsis axes and letters of the output; NULL when they are not known. */
static struct ol_num *start(struct ol_op *x, const struct equation *e, bool dots, uint32_t letters,
			    uint32_t *n)
{
	*n = letters;
	if (dots && e->has_dots && !e->dots_known)
		return NULL;
	if (dots)
		*n += e->n_dots;
	return ol_op_dims(x, *n);
}

static void explicit_output(struct ol_op *x, struct equation *e)
{
	uint32_t used[LETTERS] = {0}, n, at = 0;
	struct ol_num *d;
	struct term t;

	e->at += 2;
	if (!scan_term(e, &t) || t.end != e->s.n) {
		tell_syntax(x, e);
		return;
	}
	d = start(x, e, t.dots, t.letters, &n);
	for (size_t i = t.first; i < t.end; i++) {
		unsigned char u = (unsigned char)e->s.p[i];

		if (e->s.p[i] == '.') {
			if (d && e->n_dots)
				memcpy(d + at, e->dots, e->n_dots * sizeof(*d));
			at += e->n_dots;
			i += 2;
			continue;
		}
		if (!is_letter(e->s.p[i]))
			continue;
		if (!e->seen[u] || used[u]++) {
			ol_op_tell(x, "shape/bad-attribute",
				   "equation '%.*s': output letter '%c' %s", OL_FMT(e->s), u,
				   e->seen[u] ? "occurs twice" : "is in no input");
			return;
		}
		if (d)
			d[at] = e->length[u];
		at++;
	}
	if (d)
		ol_op_shape(x, 0, d, n);
}

static void implicit_output(struct ol_op *x, const struct equation *e)
{
	uint32_t letters = 0, n, at = e->n_dots;
	struct ol_num *d;

	for (uint32_t u = 0; u < LETTERS; u++)
		letters += e->seen[u] == 1;
	d = start(x, e, true, letters, &n);
	if (!d)
		return;
	if (e->n_dots)
		memcpy(d, e->dots, e->n_dots * sizeof(*d));
	for (uint32_t u = 0; u < LETTERS; u++)
		if (e->seen[u] == 1)
			d[at++] = e->length[u];
	ol_op_shape(x, 0, d, n);
}

/* Without spaces, which mean nothing anywhere. */
static struct ol_str squeeze(struct ol_op *x, struct ol_str s)
{
	char *p = s.n && memchr(s.p, ' ', s.n) ? ol_arena_alloc(&x->inf->arena, s.n) : NULL;
	size_t n = 0;

	if (!p)
		return s;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ')
			p[n++] = s.p[i];
	return (struct ol_str){p, n};
}

static void einsum(struct ol_op *x)
{
	struct equation e = {.s = squeeze(x, ol_op_str(x, "equation", ""))};
	struct term t;
	uint32_t k = 0;

	if (!e.s.n)
		return;
	for (;; e.at++) {
		if (!scan_term(&e, &t)) {
			tell_syntax(x, &e);
			return;
		}
		if (k < x->n_in && !bind(x, &e, &t, k))
			return;
		k++;
		if (e.at == e.s.n || e.s.p[e.at] == '-')
			break;
	}
	if (k != x->n_in) {
		ol_op_tell(x, "shape/bad-attribute",
			   "equation '%.*s' has %" PRIu32 " terms, the node has %" PRIu32 " inputs",
			   OL_FMT(e.s), k, x->n_in);
		return;
	}
	if (e.at == e.s.n)
		implicit_output(x, &e);
	else if (e.s.n - e.at >= 2 && e.s.p[e.at + 1] == '>')
		explicit_output(x, &e);
	else
		tell_syntax(x, &e);
}

static const struct ol_infer_row rows[] = {
    {"Einsum", einsum},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_einsum = {"", rows};
