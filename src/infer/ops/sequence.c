/* sequence.c: types of the sequence operators. What is known of a sequence is what holds of every
 * item: sizes in which items may differ become a symbol of their own each time that an item is
 * taken out.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__SequenceConstruct.html and its siblings */
#include "infer/facts.h"
#include "infer/op.h"

static void construct(struct ol_op *x)
{
	struct ol_fact all = *ol_op_in(x, 0);
	uint8_t dtype = all.dtype;

	for (uint32_t k = 1; k < x->n_in; k++) {
		const struct ol_fact *f = ol_op_in(x, k);

		if (!dtype)
			dtype = f->dtype;
		all = ol_fact_join(x->inf, &all, f);
	}
	all.kind = OL_TYPE_TENSOR;
	all.dtype = dtype; /* all are of one type */
	ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, &all);
}

static void empty(struct ol_op *x)
{
	int64_t dtype = ol_op_int(x, "dtype", OL_DT_FLOAT);
	struct ol_fact item = {.kind = OL_TYPE_TENSOR};

	if (ol_dtype_valid(dtype))
		item.dtype = (uint8_t)dtype;
	ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, &item);
}

static const struct ol_fact *item_of(struct ol_op *x, uint32_t k)
{
	const struct ol_fact *f = ol_op_in(x, k);

	return f->kind == OL_TYPE_SEQUENCE ? f->elem : NULL;
}

/* A size of one item: what is the same for all of them, else a new symbol. */
static struct ol_num own(struct ol_op *x, struct ol_num n)
{
	return ol_num_printable(x->syms, n) ? n : ol_num_fresh(x->syms);
}

static void at(struct ol_op *x)
{
	const struct ol_fact *item = item_of(x, 0);
	struct ol_num *d;

	if (!item || !x->n_out || !x->out[0])
		return;
	*x->out[0] = *item;
	if (!item->has_rank)
		return;
	d = ol_op_dims(x, item->rank);
	if (!d)
		return;
	for (uint32_t i = 0; i < item->rank; i++)
		d[i] = own(x, item->dims[i]);
	ol_op_shape(x, 0, d, item->rank);
}

static void insert(struct ol_op *x)
{
	const struct ol_fact *item = item_of(x, 0), *more = ol_op_in(x, 1);
	struct ol_fact all;

	if (!item) {
		if (more->kind != OL_TYPE_TENSOR)
			return;
		all = (struct ol_fact){.kind = OL_TYPE_TENSOR, .dtype = more->dtype};
	} else {
		if (item->kind == OL_TYPE_TENSOR && more->kind == OL_TYPE_TENSOR && item->dtype && more->dtype &&
		    item->dtype != more->dtype)
			ol_op_tell(x, "shape/mismatch", "%.*s cannot take %.*s: all items have one type",
				   OL_FMT(ol_op_in_text(x, 0)), OL_FMT(ol_op_in_text(x, 1)));
		all = ol_fact_join(x->inf, item, more);
		all.kind = item->kind;
		all.dtype = item->dtype ? item->dtype : more->dtype;
	}
	ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, &all);
}

static void erase(struct ol_op *x)
{
	const struct ol_fact *item = item_of(x, 0);

	if (item)
		ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, item);
}

static void length(struct ol_op *x)
{
	ol_op_dtype(x, 0, OL_DT_INT64);
	ol_op_scalar(x, 0);
}

/* The size of every chunk along the axis, when it is the same for all. */
static struct ol_num chunk(struct ol_op *x, struct ol_num whole)
{
	const struct ol_fact *f = ol_op_in(x, 1);
	const struct ol_data *split = ol_op_ints_in(x, 1);
	struct ol_num sum = ol_num(0);

	if (!f->has_rank || !split || !split->n)
		return ol_num_unknown();
	if (!f->rank) {
		struct ol_num size = split->i[0];

		if (ol_num_is_known(size) && size.v <= 0) {
			ol_op_tell(x, "shape/bad-attribute",
				   "input 'split' is %lld, chunks have a size of at least 1",
				   (long long)size.v);
			return ol_num_unknown();
		}
		return ol_num_is(ol_num_mod(x->syms, whole, size), 0) ? size : ol_num_unknown();
	}
	for (uint32_t i = 0; i < split->n; i++)
		sum = ol_num_add(x->syms, sum, split->i[i]);
	if (ol_num_is_known(sum) && ol_num_is_known(whole) && sum.v != whole.v) {
		struct ol_str s = ol_op_in_text(x, 0);

		ol_op_tell(
		    x, "shape/bad-attribute",
		    "the sizes of input 'split' sum to %lld, the axis of input %.*s has %lld",
		    (long long)sum.v, OL_FMT(s), (long long)whole.v);
		return ol_num_unknown();
	}
	for (uint32_t i = 1; i < split->n; i++)
		if (ol_num_equal(x->syms, split->i[0], split->i[i]) != OL_YES)
			return ol_num_unknown();
	return split->i[0];
}

/* Without `split`: chunks of one, whose axis goes away when keepdims is 0. */
static void split_to_sequence(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_fact item = {.kind = OL_TYPE_TENSOR, .dtype = f->dtype};
	bool has_split = ol_op_has_in(x, 1), drop = !has_split && !ol_op_int(x, "keepdims", 1);
	uint32_t axis, n = 0;
	struct ol_num *d;

	if (f->has_rank && ol_op_axis(x, ol_op_int(x, "axis", 0), f->rank, false, &axis)) {
		d = ol_op_dims(x, f->rank);
		if (!d)
			return;
		for (uint32_t i = 0; i < f->rank; i++) {
			if (i != axis)
				d[n++] = f->dims[i];
			else if (!drop)
				d[n++] = has_split ? chunk(x, f->dims[i]) : ol_num(1);
		}
		item.has_rank = true;
		item.rank = n;
		item.dims = d;
	}
	ol_op_set_elem(x, 0, OL_TYPE_SEQUENCE, &item);
}

/* How many items there are is not known, so neither is the size along the axis. */
static void concat_from_sequence(struct ol_op *x)
{
	const struct ol_fact *item = item_of(x, 0);
	bool stack = ol_op_int(x, "new_axis", 0) == 1;
	uint32_t axis, rank;
	struct ol_num *d;

	if (!item)
		return;
	if (item->dtype)
		ol_op_dtype(x, 0, item->dtype);
	if (!item->has_rank || !ol_op_attr(x, "axis"))
		return;
	rank = item->rank + stack;
	if (!ol_op_axis(x, ol_op_int(x, "axis", 0), rank, false, &axis))
		return;
	d = ol_op_dims(x, rank);
	if (!d)
		return;
	for (uint32_t i = 0, k = 0; i < rank; i++) {
		d[i] = i == axis ? ol_num_fresh(x->syms) : own(x, item->dims[k]);
		k += i != axis || !stack;
	}
	ol_op_shape(x, 0, d, rank);
}

static const struct ol_infer_row ops[] = {
    {"ConcatFromSequence", concat_from_sequence},
    {"SequenceAt", at},
    {"SequenceConstruct", construct},
    {"SequenceEmpty", empty},
    {"SequenceErase", erase},
    {"SequenceInsert", insert},
    {"SequenceLength", length},
    {"SplitToSequence", split_to_sequence},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_sequence = {"", ops};
