/* nn.c: ranks, and lengths that several inputs of a node agree on.
 *
 * A length remembers who gave it, so that a contradiction can name both places with their shapes.
 */
#include "infer/nn.h"

#include <inttypes.h>

bool ol_nn_rank(struct ol_op *x, uint32_t k, uint32_t least, uint32_t most)
{
	const struct ol_fact *f = ol_op_in(x, k);
	struct ol_str text;

	if (!ol_op_has_in(x, k) || !f->has_rank)
		return false;
	if (f->rank >= least && f->rank <= most)
		return true;
	text = ol_op_in_text(x, k);
	if (least == most)
		ol_op_tell(x, "shape/rank", "input %.*s must have rank %" PRIu32 ", not %" PRIu32,
			   OL_FMT(text), least, f->rank);
	else if (most == UINT32_MAX)
		ol_op_tell(x, "shape/rank",
			   "input %.*s must have rank %" PRIu32 " or more, not %" PRIu32,
			   OL_FMT(text), least, f->rank);
	else
		ol_op_tell(x, "shape/rank",
			   "input %.*s must have a rank from %" PRIu32 " to %" PRIu32
			   ", not %" PRIu32,
			   OL_FMT(text), least, most, f->rank);
	return false;
}

struct ol_num ol_nn_dim(const struct ol_op *x, uint32_t k, uint32_t axis)
{
	const struct ol_fact *f = ol_op_in(x, k);

	return f->has_rank && axis < f->rank ? f->dims[axis] : ol_num_unknown();
}

static void clash(struct ol_op *x, const struct ol_nn_length *l, uint32_t k, uint32_t axis,
		  int64_t v)
{
	struct ol_str a = ol_op_in_text(x, k), b;

	if (l->k == UINT32_MAX) {
		ol_op_tell(x, "shape/mismatch",
			   "%s must be %" PRId64 " here, but axis %" PRIu32 " of %.*s is %" PRId64,
			   l->name, l->n.v, axis, OL_FMT(a), v);
		return;
	}
	b = ol_op_in_text(x, l->k);
	ol_op_tell(x, "shape/mismatch",
		   "%s is %" PRId64 " on axis %" PRIu32 " of %.*s, but %" PRId64 " on axis %" PRIu32
		   " of %.*s",
		   l->name, l->n.v, l->axis, OL_FMT(b), v, axis, OL_FMT(a));
}

bool ol_nn_meet(struct ol_op *x, struct ol_nn_length *l, uint32_t k, uint32_t axis)
{
	struct ol_num d = ol_nn_dim(x, k, axis);

	if (d.sym == OL_NUM_UNKNOWN)
		return true;
	if (ol_num_is_known(d) && ol_num_is_known(l->n)) {
		if (d.v == l->n.v)
			return true;
		clash(x, l, k, axis, d.v);
		return false;
	}
	/* a number says more than a symbol, and a named symbol more than one that was made up */
	if (ol_num_is_known(l->n))
		return true;
	if (!ol_num_is_known(d) && l->n.sym != OL_NUM_UNKNOWN &&
	    (ol_num_printable(x->syms, l->n) || !ol_num_printable(x->syms, d)))
		return true;
	l->n = d;
	l->k = k;
	l->axis = axis;
	return true;
}

void ol_nn_fix(struct ol_nn_length *l, int64_t v)
{
	l->n = ol_num(v);
	l->k = UINT32_MAX;
	l->axis = 0;
}

bool ol_nn_meet_all(struct ol_op *x, uint32_t k, struct ol_nn_length *const *l, uint32_t n)
{
	bool good = true;

	if (!ol_op_has_in(x, k) || !ol_op_in(x, k)->has_rank)
		return true;
	if (!ol_nn_rank(x, k, n, n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (l[i] && !ol_nn_meet(x, l[i], k, i))
			good = false;
	return good;
}

void ol_nn_put(struct ol_op *x, uint32_t k, const struct ol_num *dims, uint32_t rank)
{
	struct ol_num *d;

	if (k >= x->n_out || !x->out[k] || !(d = ol_op_dims(x, rank)))
		return;
	memcpy(d, dims, rank * sizeof(*d));
	ol_op_shape(x, k, d, rank);
}

bool ol_nn_at_least(struct ol_op *x, const char *name, const int64_t *v, uint32_t n, int64_t least)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i] >= least)
			continue;
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' has %" PRId64 " at position %" PRIu32
			   ", the least is %" PRId64,
			   name, v[i], i, least);
		return false;
	}
	return true;
}
