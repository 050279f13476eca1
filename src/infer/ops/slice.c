/* slice.c: Slice, with bounds and sizes that may be symbols.
 *
 * A bound counts from the end when negative and is clamped to the axis; both are done with symbols,
 * by minimum and maximum, which fall away where they can be proved to.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Slice.html */
#include "infer/move.h"

/* Exporters write "to the end" as the greatest (or least) number of 32 or 64 bits. */
static bool is_end(struct ol_num n)
{
	return ol_num_is_known(n) && n.v >= INT32_MAX;
}
static bool is_start(struct ol_num n)
{
	return ol_num_is_known(n) && n.v <= -INT32_MAX;
}

/* A bound of a slice that steps forward, as a position from 0 to size. */
static struct ol_num position(struct ol_op *x, struct ol_num bound, struct ol_num size)
{
	struct ol_syms *s = x->syms;
	struct ol_num room;

	if (ol_num_is(bound, 0) || is_start(bound))
		return ol_num(0);
	if (is_end(bound) || ol_num_equal(s, bound, size) == OL_YES)
		return size;
	if (ol_num_is_known(bound) && bound.v < 0)
		return ol_num_max(s, ol_num_add(s, size, bound), ol_num(0));
	if (!ol_num_nonnegative(s, bound))
		return ol_num_unknown(); /* it may count from the end */
	room = ol_num_sub(s, size, bound);
	return ol_num_nonnegative(s, room) ? bound : ol_num_min(s, bound, size);
}

static struct ol_num forward(struct ol_op *x, struct ol_num start, struct ol_num end,
			     struct ol_num size, struct ol_num step)
{
	struct ol_syms *s = x->syms;
	struct ol_num from = position(x, start, size), to = position(x, end, size), n;

	if (ol_num_equal(s, to, size) == OL_YES && ol_num_is_known(start) && start.v >= 0)
		n = is_end(start)
			? ol_num(0)
			: ol_num_sub(s, size, start); /* the clamp of start is that of n */
	else if (ol_num_equal(s, to, size) == OL_YES && ol_num_is_known(start) && !is_start(start))
		n = ol_num_min(s, size, ol_num(-start.v));
	else
		n = ol_num_sub(s, to, from);
	if (n.sym == OL_NUM_UNKNOWN)
		return n;
	if (!ol_num_nonnegative(s, n))
		n = ol_num_max(s, n, ol_num(0));
	return ol_num_is(step, 1) ? n : ol_num_ceildiv(s, n, step);
}

/* Numbers only: from and to of a slice of `size` elements. */
static int64_t clamp(int64_t bound, int64_t size, int64_t least, int64_t most)
{
	if (bound < 0)
		bound = bound < -size - 1 ? least : bound + size;
	return bound < least ? least : bound > most ? most : bound;
}

static int64_t count(int64_t start, int64_t end, int64_t size, int64_t step, int64_t *from)
{
	int64_t to;

	*from = 0;
	if (size == 0)
		return 0;
	*from = step > 0 ? clamp(start, size, 0, size) : clamp(start, size, 0, size - 1);
	to = step > 0 ? clamp(end, size, 0, size) : clamp(end, size, -1, size - 1);
	if (step > 0)
		return to > *from ? (to - *from - 1) / step + 1 : 0;
	if (step == INT64_MIN)
		step++;
	return *from > to ? (*from - to - 1) / -step + 1 : 0;
}

struct cut { /* what is asked for; one item an axis */
	const struct ol_num *starts, *ends, *steps;
	const uint32_t *axes;
	uint32_t n;
};

/* Backwards, the greatest numbers as an end mean the beginning to some and the last element to
 * others. */
static bool is_ambiguous(const struct cut *c, uint32_t i)
{
	return c->steps && c->steps[i].v < 0 && ol_num_is_known(c->ends[i]) &&
	       (c->ends[i].v == INT32_MAX || c->ends[i].v == INT64_MAX);
}

/* The size of one axis after the cut. */
static struct ol_num cut_size(struct ol_op *x, const struct cut *c, uint32_t i, struct ol_num size)
{
	struct ol_num start = c->starts[i], end = c->ends[i],
		      step = c->steps ? c->steps[i] : ol_num(1);
	int64_t from;

	if (!ol_num_is_known(step) || is_ambiguous(c, i))
		return ol_num_unknown();
	if (ol_num_is_known(start) && ol_num_is_known(end) && ol_num_is_known(size))
		return ol_num(count(start.v, end.v, size.v, step.v, &from));
	if (step.v > 0)
		return forward(x, start, end, size, step);
	/* all of it, from its end */
	if (step.v > INT64_MIN && (ol_num_is(start, -1) || is_end(start)) && is_start(end))
		return step.v == -1 ? size : ol_num_ceildiv(x->syms, size, ol_num(-step.v));
	return ol_num_unknown();
}

static void move_data(struct ol_op *x, const struct cut *c)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t sizes[OL_MOVE_RANK];
	int64_t strides[OL_MOVE_RANK], base = 0, from, step;

	if (!ol_move_sizes(f, sizes))
		return;
	if (f->data->n == 0) {
		ol_move_same(x, 0, 0);
		return;
	}
	ol_move_strides(sizes, f->rank, strides);
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t a = c->axes[i];

		if (!ol_num_is_known(c->starts[i]) || !ol_num_is_known(c->ends[i]) ||
		    (c->steps && !ol_num_is_known(c->steps[i])) || is_ambiguous(c, i))
			return;
		step = c->steps ? c->steps[i].v : 1;
		sizes[a] = (uint32_t)count(c->starts[i].v, c->ends[i].v, sizes[a], step, &from);
		base += from * strides[a];
		/* with one element or none the step is not taken */
		strides[a] = sizes[a] > 1 ? strides[a] * step : 0;
	}
	ol_move_walk(x, 0, f->data, base, sizes, strides, f->rank);
}

/* How many numbers an operand has must be what the others have. */
static bool agree(struct ol_op *x, const char *what, uint32_t n, const char *other, uint32_t m)
{
	if (n == m)
		return true;
	ol_op_tell(x, "shape/mismatch", "%s has %u elements, %s has %u: there must be as many",
		   what, n, other, m);
	return false;
}

static void slice(struct ol_op *x)
{
	bool old = x->since && x->since < 10, bad;
	const struct ol_fact *f = ol_op_in(x, 0);
	enum ol_given starts, ends, axes, steps;
	uint32_t n_starts, n_ends, n_steps, all[OL_MOVE_RANK];
	struct cut c = {0};
	struct ol_num *dims;

	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	axes = ol_move_axes(x, old ? UINT32_MAX : 3, old ? "axes" : NULL, f->rank, true, &c.axes,
			    &c.n, &bad);
	starts = ol_move_ints(x, old ? UINT32_MAX : 1, old ? "starts" : NULL, &c.starts, &n_starts);
	ends = ol_move_ints(x, old ? UINT32_MAX : 2, old ? "ends" : NULL, &c.ends, &n_ends);
	steps = ol_move_ints(x, old ? UINT32_MAX : 4, NULL, &c.steps, &n_steps);
	if (bad)
		return;
	if (starts == OL_GIVEN_COUNTED && ends == OL_GIVEN_COUNTED &&
	    !agree(x, "starts", n_starts, "ends", n_ends))
		return;
	if (starts == OL_GIVEN_COUNTED && axes == OL_GIVEN_COUNTED &&
	    !agree(x, "starts", n_starts, "axes", c.n))
		return;
	if (starts == OL_GIVEN_COUNTED && steps == OL_GIVEN_COUNTED &&
	    !agree(x, "starts", n_starts, "steps", n_steps))
		return;
	for (uint32_t i = 0; steps == OL_GIVEN_COUNTED && i < n_steps; i++)
		if (ol_num_is(c.steps[i], 0)) {
			ol_op_tell(x, "shape/bad-attribute", "element %u of steps is 0", i);
			return;
		}
	if (axes == OL_GIVEN_NOT && starts == OL_GIVEN_COUNTED) {
		if (n_starts > f->rank) {
			ol_op_tell(x, "shape/mismatch",
				   "starts has %u elements, more than the rank of %.*s", n_starts,
				   OL_FMT(ol_op_in_text(x, 0)));
			return;
		}
		for (uint32_t i = 0; i < n_starts; i++)
			all[i] = i;
		c.axes = all;
		c.n = n_starts;
	}
	if (!c.axes) {
		ol_op_rank(x, 0, f->rank);
		return;
	}
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	for (uint32_t i = 0; i < c.n; i++)
		dims[c.axes[i]] =
		    ol_move_dim(x, starts == OL_GIVEN_COUNTED && ends == OL_GIVEN_COUNTED &&
					   steps != OL_GIVEN_HIDDEN
				       ? cut_size(x, &c, i, f->dims[c.axes[i]])
				       : ol_num_unknown());
	ol_op_shape(x, 0, dims, f->rank);
	if (starts == OL_GIVEN_COUNTED && ends == OL_GIVEN_COUNTED && steps != OL_GIVEN_HIDDEN)
		move_data(x, &c);
}

static const struct ol_infer_row rows[] = {
    {"Slice", slice},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_slice = {"", rows};
