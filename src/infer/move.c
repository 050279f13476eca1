/* move.c: operands given as numbers, and elements of small tensors taken from other places. */
#include "infer/move.h"

enum ol_given ol_move_ints(struct ol_op *x, uint32_t k, const char *attr, const struct ol_num **at,
			   uint32_t *n)
{
	const struct ol_data *data;
	const struct ol_fact *f;
	struct ol_num *nums;
	const int64_t *ints;

	*at = NULL;
	*n = 0;
	if (attr && ol_op_attr(x, attr)) {
		ints = ol_op_ints(x, attr, n);
		if (!ints || *n > OL_DATA_MOST)
			return OL_GIVEN_HIDDEN;
		nums = OL_NEWN(&x->inf->arena, struct ol_num, *n);
		if (!nums)
			return OL_GIVEN_HIDDEN;
		for (uint32_t i = 0; i < *n; i++)
			nums[i] = ol_num(ints[i]);
		*at = nums;
		return OL_GIVEN_COUNTED;
	}
	if (k == UINT32_MAX || !ol_op_has_in(x, k))
		return OL_GIVEN_NOT;
	data = ol_op_ints_in(x, k);
	if (data) {
		*at = data->i;
		*n = data->n;
		return OL_GIVEN_COUNTED;
	}
	f = ol_op_in(x, k);
	if (!f->has_rank || f->rank != 1 || !ol_num_is_known(f->dims[0]) || f->dims[0].v < 0 ||
	    f->dims[0].v > OL_MOVE_RANK)
		return OL_GIVEN_HIDDEN;
	*n = (uint32_t)f->dims[0].v;
	nums = OL_NEWN(&x->inf->arena, struct ol_num, *n);
	if (!nums)
		return OL_GIVEN_HIDDEN;
	for (uint32_t i = 0; i < *n; i++)
		nums[i] = ol_num_unknown();
	*at = nums;
	return OL_GIVEN_COUNTED;
}

enum ol_given ol_move_axes(struct ol_op *x, uint32_t k, const char *attr, uint32_t rank, bool once,
			   const uint32_t **axes, uint32_t *n, bool *bad)
{
	const struct ol_num *at;
	enum ol_given given = ol_move_ints(x, k, attr, &at, n);
	uint64_t seen = 0;
	uint32_t *out;

	*axes = NULL;
	*bad = false;
	if (given != OL_GIVEN_COUNTED)
		return given;
	if (rank > OL_MOVE_RANK)
		return OL_GIVEN_HIDDEN;
	for (uint32_t i = 0; i < *n; i++)
		if (!ol_num_is_known(at[i]))
			return OL_GIVEN_HIDDEN;
	out = OL_NEWN(&x->inf->arena, uint32_t, *n);
	if (!out)
		return OL_GIVEN_HIDDEN;
	for (uint32_t i = 0; i < *n; i++) {
		if (!ol_op_axis(x, at[i].v, rank, false, &out[i])) {
			*bad = true;
			return OL_GIVEN_HIDDEN;
		}
		if (once && seen >> out[i] & 1) {
			ol_op_tell(x, "shape/bad-axis", "axis %lld is given twice",
				   (long long)at[i].v);
			*bad = true;
			return OL_GIVEN_HIDDEN;
		}
		seen |= (uint64_t)1 << out[i];
	}
	*axes = out;
	return OL_GIVEN_COUNTED;
}

bool ol_move_is_list(struct ol_op *x, uint32_t k, const char *what, uint32_t length)
{
	const struct ol_fact *f = ol_op_in(x, k);

	if (!f->has_rank || (f->rank == 1 && (length == UINT32_MAX || !ol_num_is_known(f->dims[0]) ||
					      f->dims[0].v == length)))
		return true;
	if (length == UINT32_MAX)
		ol_op_tell(x, "shape/rank", "%s %.*s must have rank 1", what, OL_FMT(ol_op_in_text(x, k)));
	else
		ol_op_tell(x, "shape/rank", "%s %.*s must have the shape [%u]", what, OL_FMT(ol_op_in_text(x, k)),
			   length);
	return false;
}

struct ol_num *ol_move_dims(struct ol_op *x, uint32_t rank)
{
	return rank > OL_MOVE_RANK ? NULL : ol_op_dims(x, rank);
}

struct ol_num *ol_move_copy(struct ol_op *x, const struct ol_fact *f)
{
	struct ol_num *dims = f->has_rank ? ol_move_dims(x, f->rank) : NULL;

	if (dims && f->rank)
		memcpy(dims, f->dims, f->rank * sizeof(*dims));
	return dims;
}

struct ol_num ol_move_dim(struct ol_op *x, struct ol_num n)
{
	return n.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : n;
}

struct ol_num ol_move_better(struct ol_num a, struct ol_num b)
{
	if (ol_num_is_known(a))
		return a;
	if (ol_num_is_known(b))
		return b;
	return a.sym == OL_NUM_UNKNOWN ? b : a;
}

bool ol_move_count(const struct ol_fact *f, uint32_t sizes[OL_MOVE_RANK], uint64_t *n)
{
	*n = 1;
	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return false;
	for (uint32_t i = 0; i < f->rank; i++) {
		if (!ol_num_is_known(f->dims[i]) || f->dims[i].v < 0 || f->dims[i].v > UINT32_MAX)
			return false;
		sizes[i] = (uint32_t)f->dims[i].v;
		if (__builtin_mul_overflow(*n, (uint64_t)sizes[i], n))
			return false;
	}
	return true;
}

bool ol_move_sizes(const struct ol_fact *f, uint32_t sizes[OL_MOVE_RANK])
{
	uint64_t n;

	return f->data && ol_move_count(f, sizes, &n) && n == f->data->n;
}

void ol_move_strides(const uint32_t *sizes, uint32_t rank, int64_t *strides)
{
	int64_t s = 1;

	/* the product is at most OL_DATA_MOST, or a size is 0 and no stride is used */
	for (uint32_t d = rank; d-- > 0; s = (int64_t)((uint64_t)s * sizes[d]))
		strides[d] = s;
}

void ol_move_pick(struct ol_op *x, uint32_t k, const struct ol_data *from, const uint32_t *at,
		  uint32_t n)
{
	struct ol_num i[OL_DATA_MOST];
	double d[OL_DATA_MOST];

	if (k >= x->n_out || !x->out[k] || n > OL_DATA_MOST || (n && !from->i && !from->d))
		return;
	for (uint32_t e = 0; e < n; e++)
		if (at[e] >= from->n)
			return;
	if (from->d) {
		for (uint32_t e = 0; e < n; e++)
			d[e] = from->d[at[e]];
		ol_op_set_doubles(x, k, d, n);
	} else {
		for (uint32_t e = 0; e < n; e++)
			i[e] = from->i[at[e]];
		ol_op_set_ints(x, k, i, n);
	}
}

void ol_move_walk(struct ol_op *x, uint32_t k, const struct ol_data *from, int64_t base,
		  const uint32_t *sizes, const int64_t *strides, uint32_t rank)
{
	uint32_t at[OL_DATA_MOST], index[2 * OL_MOVE_RANK] = {0}, d;
	uint64_t n = 1;
	int64_t p = base;

	if (rank > 2 * OL_MOVE_RANK)
		return;
	for (d = 0; d < rank; d++)
		if (sizes[d] == 0)
			n = 0;
	for (d = 0; d < rank && n; d++) {
		n *= sizes[d];
		if (n > OL_DATA_MOST)
			return;
	}
	for (uint32_t e = 0; e < n; e++) {
		if (p < 0 || p >= from->n)
			return;
		at[e] = (uint32_t)p;
		for (d = rank; d-- > 0;) { /* the next index, last axis first */
			p += strides[d];
			if (++index[d] < sizes[d])
				break;
			p -= strides[d] * (int64_t)sizes[d];
			index[d] = 0;
		}
	}
	ol_move_pick(x, k, from, at, (uint32_t)n);
}

void ol_move_same(struct ol_op *x, uint32_t k, uint32_t j)
{
	if (k < x->n_out && x->out[k])
		x->out[k]->data = ol_op_in(x, j)->data;
}
