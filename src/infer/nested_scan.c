/* nested_scan.c: Scan: which axes are scanned, what its body is entered with, and what comes out. */
#include "infer/nested_body.h"

#include "infer/facts.h"
#include "util/buf.h"

/* ---- Scan's attributes: which input and output axes are scanned ---- */

struct scan {
	uint32_t states, scans, offset; /* offset: opset 8 has sequence_lens first */
	bool batched;                   /* opset 8: a batch axis before the scanned one */
};

static struct scan scan_of(struct ol_op *x)
{
	int64_t n = ol_op_int(x, "num_scan_inputs", 0);
	struct scan s = {0};

	s.batched = x->since == 8;
	s.offset = s.batched ? 1 : 0;
	if (n < 0 || n + s.offset > x->n_in)
		n = 0;
	s.scans = (uint32_t)n;
	s.states = x->n_in > s.offset + s.scans ? x->n_in - s.offset - s.scans : 0;
	return s;
}

static int64_t scan_axis(struct ol_op *x, const char *name, uint32_t k)
{
	uint32_t n;
	const int64_t *axes = ol_op_ints(x, name, &n);

	return k < n ? axes[k] : 0;
}

/* How often the body runs: the length of what is scanned. */
static struct ol_num scan_length(struct ol_op *x, const struct scan *s)
{
	struct ol_num length = ol_num_unknown();

	for (uint32_t k = 0; k < s->scans; k++) {
		const struct ol_fact *f = ol_op_in(x, s->offset + s->states + k);
		int64_t axis = s->batched ? 1 : scan_axis(x, "scan_input_axes", k);

		if (axis < 0)
			axis += f->rank;
		if (f->has_rank && axis >= 0 && axis < f->rank && !ol_num_is_known(length) &&
		    (length.sym == OL_NUM_UNKNOWN || ol_num_is_known(f->dims[axis])))
			length = f->dims[axis];
	}
	return length.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : length;
}

static struct ol_fact unbatched(struct ol_op *x, const struct scan *s, const struct ol_fact *f)
{
	struct ol_fact r = s->batched ? ol_fact_without(x->inf, f, 0) : *f;

	r.data = NULL; /* a carried value changes */
	return r;
}

/* A list of axes must be as long as what it is about, or absent. */
static void check_axes(struct ol_op *x, const char *name, uint32_t want)
{
	uint32_t have;
	const int64_t *axes = ol_op_ints(x, name, &have);

	if (axes && have != want)
		ol_op_tell(x, "shape/bad-attribute", "%s has %u entries, there are %u to scan", name, have, want);
}

static void check_scan(struct ol_op *x, const struct scan *s)
{
	uint32_t made = x->n_out > s->states ? x->n_out - s->states : 0, to;
	struct ol_num length = ol_num_unknown();

	if (s->batched)
		return;
	check_axes(x, "scan_input_axes", s->scans);
	check_axes(x, "scan_input_directions", s->scans);
	check_axes(x, "scan_output_axes", made);
	check_axes(x, "scan_output_directions", made);
	for (uint32_t k = 0; k < s->scans; k++) {
		const struct ol_fact *f = ol_op_in(x, s->states + k);
		struct ol_num have;

		if (!f->has_rank || !ol_op_axis(x, scan_axis(x, "scan_input_axes", k), f->rank, false, &to) ||
		    !ol_num_is_known(have = f->dims[to]))
			continue;
		if (ol_num_is_known(length) && length.v != have.v)
			ol_op_tell(x, "shape/mismatch",
				   "%.*s has %lld items to scan along axis %u, an input before it has %lld",
				   OL_FMT(ol_op_in_text(x, s->states + k)), (long long)have.v, to,
				   (long long)length.v);
		length = have;
	}
}

void ol_scan_enter(struct ol_op *x, struct ol_nested *n)
{
	struct scan s = scan_of(x);

	if (n->pass == 0)
		check_scan(x, &s);

	if (n->pass == 0) {
		n->n_carried = s.states;
		n->carried = ol_body_facts(x, s.states);
		for (uint32_t k = 0; n->carried && k < s.states; k++)
			n->carried[k] = unbatched(x, &s, ol_op_in(x, s.offset + k));
	}
	for (uint32_t k = 0; n->carried && k < s.states; k++)
		if (ol_body_set_input(x, n->graphs[0], k, &n->carried[k]) > 1) {
			if (n->pass == 0)
				ol_body_tell_other(x, n->graphs[0], k, "the state", s.offset + k);
			ol_body_forget_shape(x, n->graphs[0], k);
		}
	for (uint32_t k = 0; k < s.scans; k++) {
		struct ol_fact f = unbatched(x, &s, ol_op_in(x, s.offset + s.states + k));

		f = ol_fact_without(x->inf, &f, s.batched ? 0 : scan_axis(x, "scan_input_axes", k));
		if (ol_body_set_input(x, n->graphs[0], s.states + k, &f)) {
			struct ol_buf is = {0};

			ol_fact_print(x->inf, &f, &is);
			ol_op_tell(x, "shape/mismatch", "a slice of %.*s is %.*s, which the body declares otherwise",
				   OL_FMT(ol_op_in_text(x, s.offset + s.states + k)), OL_FMT(ol_buf_view(&is)));
			x->inf->failed |= is.failed;
			ol_buf_free(&is);
		}
	}
}

void ol_scan_finish(struct ol_op *x, struct ol_nested *n)
{
	struct scan s = scan_of(x);
	struct ol_num length = scan_length(x, &s), batch = ol_num_fresh(x->syms);

	for (uint32_t k = 0; s.batched && k < s.states + s.scans; k++)
		if (ol_op_in(x, s.offset + k)->has_rank && ol_op_in(x, s.offset + k)->rank) {
			batch = ol_op_in(x, s.offset + k)->dims[0];
			break;
		}
	for (uint32_t k = 0; k < x->n_out; k++) {
		struct ol_fact f = ol_body_output(x, n->graphs[0], k);

		f.data = NULL;
		if (k < s.states && n->carried)
			f = ol_fact_join(x->inf, &n->carried[k], &f);
		if (k >= s.states && !s.batched && f.has_rank) {
			uint32_t to;

			ol_op_axis(x, scan_axis(x, "scan_output_axes", k - s.states), f.rank + 1, false, &to);
		}
		if (k >= s.states)
			f = ol_fact_with(x->inf, &f, s.batched ? 0 : scan_axis(x, "scan_output_axes", k - s.states),
					 length);
		if (s.batched)
			f = ol_fact_with(x->inf, &f, 0, batch);
		ol_body_set_out(x, k, f);
	}
}
