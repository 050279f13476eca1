/* col2im.c: blocks put together to images.
 *
 * Input (N, C * block elements, blocks), image shape, block shape: (N, C, image…). The blocks along
 * spatial axis i are (image + pads - extent) / stride + 1, with extent = (block - 1) * dilation +
 * 1; their product is the last axis of the input. */
#include "infer/nn.h"

#include <inttypes.h>

#define SPATIAL_MOST 1024

struct col {
	const struct ol_data *image, *block;
	const int64_t *dilations, *strides, *pads; /* NULL: as if not there */
	uint32_t n;				   /* spatial axes */
};

/* An attribute of `each` items a spatial axis, each at least `least`. false and told when not. */
static bool list(struct ol_op *x, const char *name, uint32_t each, int64_t least,
		 struct ol_nn_length *n, const int64_t **out)
{
	uint32_t have;
	const int64_t *v = ol_op_ints(x, name, &have);

	*out = NULL;
	if (!v || !have)
		return true;
	if (have % each || (ol_num_is_known(n->n) && n->n.v != (int64_t)(have / each))) {
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute '%s' has %" PRIu32 " items, %" PRIu32
			   " for each spatial axis are needed",
			   name, have, each);
		return false;
	}
	if (!ol_nn_at_least(x, name, v, have, least))
		return false;
	if (!ol_num_is_known(n->n))
		ol_nn_fix(n, have / each);
	*out = v;
	return true;
}

/* Are all known numbers of input k 1 or more? Told when not. */
static bool positive(struct ol_op *x, uint32_t k, const struct ol_data *data)
{
	for (uint32_t i = 0; data && i < data->n; i++) {
		if (!ol_num_is_known(data->i[i]) || data->i[i].v > 0)
			continue;
		ol_op_tell(x, "shape/bad-attribute",
			   "item %" PRIu32 " of %.*s is %" PRId64 ", the least is 1", i,
			   OL_FMT(ol_op_in_text(x, k)), data->i[i].v);
		return false;
	}
	return true;
}

/* What attributes and operands say, and the number of spatial axes as any of them says. */
static bool read(struct ol_op *x, struct col *c)
{
	struct ol_nn_length n = OL_NN_LENGTH("number of spatial axes");
	bool good;

	*c = (struct col){.image = ol_op_ints_in(x, 1), .block = ol_op_ints_in(x, 2)};
	good = ol_nn_meet_all(x, 1, (struct ol_nn_length *const[]){&n}, 1);
	good = ol_nn_meet_all(x, 2, (struct ol_nn_length *const[]){&n}, 1) && good;
	good = good && list(x, "dilations", 1, 1, &n, &c->dilations);
	good = good && list(x, "strides", 1, 1, &n, &c->strides);
	good = good && list(x, "pads", 2, 0, &n, &c->pads);
	good = good && positive(x, 1, c->image) && positive(x, 2, c->block);
	if (!good || !ol_num_is_known(n.n) || n.n.v < 1 || n.n.v > SPATIAL_MOST)
		return false;
	c->n = (uint32_t)n.n.v;
	if (c->image && c->image->n != c->n)
		c->image = NULL;
	if (c->block && c->block->n != c->n)
		c->block = NULL;
	return true;
}

/* Blocks in all: unknown when any number is. */
static struct ol_num blocks(struct ol_op *x, const struct col *c)
{
	struct ol_num all = ol_num(1);

	for (uint32_t i = 0; i < c->n; i++) {
		struct ol_num room, extent;

		if (!c->image || !c->block || !ol_num_is_known(c->image->i[i]) ||
		    !ol_num_is_known(c->block->i[i]))
			return ol_num_unknown();
		extent = ol_num_mul(x->syms, ol_num_sub(x->syms, c->block->i[i], ol_num(1)),
				    ol_num(c->dilations ? c->dilations[i] : 1));
		room = ol_num_sub(x->syms, c->image->i[i], ol_num_add(x->syms, extent, ol_num(1)));
		if (c->pads) {
			room = ol_num_add(x->syms, room, ol_num(c->pads[i]));
			room = ol_num_add(x->syms, room, ol_num(c->pads[c->n + i]));
		}
		if (!ol_num_is_known(room))
			return ol_num_unknown();
		if (room.v < 0) {
			ol_op_tell(x, "shape/mismatch",
				   "a block (with dilation) is longer than spatial axis %" PRIu32
				   " of the padded image",
				   i);
			return ol_num_unknown();
		}
		all =
		    ol_num_mul(x->syms, all, ol_num(room.v / (c->strides ? c->strides[i] : 1) + 1));
	}
	return all;
}

static void col2im(struct ol_op *x)
{
	struct ol_nn_length last = OL_NN_LENGTH("number of blocks");
	struct ol_num *d, per, c, count;
	struct col col;

	if (ol_nn_has_rank(x, 0) && !ol_nn_rank(x, 0, 3, 3))
		return;
	if (!read(x, &col) || !(d = ol_op_dims(x, col.n + 2)))
		return;
	c = ol_nn_dim(x, 0, 1);
	per = col.block ? ol_op_product(x, col.block->i, col.block->n) : ol_num_unknown();
	if (ol_num_is_known(per) && ol_num_is_known(c) && per.v > 0 && c.v % per.v) {
		ol_op_tell(x, "shape/mismatch",
			   "axis 1 of input %.*s must be a multiple of the block's %" PRId64
			   " elements",
			   OL_FMT(ol_op_in_text(x, 0)), per.v);
		per = ol_num_unknown();
	}
	count = blocks(x, &col);
	if (ol_num_is_known(count)) {
		ol_nn_fix(&last, count.v);
		ol_nn_meet(x, &last, 0, 2);
	}
	d[0] = ol_nn_dim(x, 0, 0);
	d[1] = ol_num_floordiv(x->syms, c, per);
	for (uint32_t i = 0; i < col.n; i++)
		d[2 + i] = col.image ? ol_nn_size(col.image->i[i]) : ol_num_unknown();
	ol_op_shape(x, 0, d, col.n + 2);
}

static const struct ol_infer_row rows[] = {
    {"Col2Im", col2im},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_col2im = {"", rows};
