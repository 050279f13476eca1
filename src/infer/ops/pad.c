/* pad.c: axes made longer or shorter: Pad, CenterCropPad.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Pad.html, onnx__CenterCropPad.html */
#include "infer/move.h"

/* A vector padded with a number, so that shapes that are padded stay known. */
static void pad_data(struct ol_op *x, struct ol_num before, struct ol_num after)
{
	const struct ol_data *data = ol_op_ints_in(x, 0), *fill = ol_op_ints_in(x, 2);
	struct ol_num out[OL_DATA_MOST], value = ol_num(0);
	int64_t n;

	if (!data || !ol_num_is_known(before) || !ol_num_is_known(after) || before.v < 0 ||
	    after.v < 0 || before.v > OL_DATA_MOST || after.v > OL_DATA_MOST ||
	    !ol_str_is(ol_op_str(x, "mode", "constant"), "constant"))
		return;
	if (ol_op_has_in(x, 2)) {
		if (!fill || fill->n != 1)
			return;
		value = fill->i[0];
	}
	n = before.v + after.v + data->n;
	if (n > OL_DATA_MOST)
		return;
	for (int64_t i = 0; i < n; i++)
		out[i] = i < before.v || i >= before.v + data->n ? value : data->i[i - before.v];
	ol_op_set_ints(x, 0, out, (uint32_t)n);
}

static void pad(struct ol_op *x)
{
	bool old = x->since && x->since < 11, bad;
	const char *attr = !old ? NULL : x->since == 1 ? "paddings" : "pads";
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t n, n_axes, all[OL_MOVE_RANK];
	const struct ol_num *at;
	const uint32_t *axes;
	enum ol_given given;
	struct ol_num *dims;

	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	given = ol_move_axes(x, old ? UINT32_MAX : 3, NULL, f->rank, true, &axes, &n_axes, &bad);
	if (bad)
		return;
	if (given == OL_GIVEN_NOT) {
		for (uint32_t i = 0; i < f->rank; i++)
			all[i] = i;
		axes = all;
		n_axes = f->rank;
	}
	/* [1, n] is refused of a constant only: onnxruntime runs it otherwise */
	if (!old && (ol_op_ints_in(x, 1) || ol_op_in(x, 1)->rank != 2) &&
	    !ol_move_is_list(x, 1, "pads", UINT32_MAX))
		return;
	if (!axes || ol_move_ints(x, old ? UINT32_MAX : 1, attr, &at, &n) != OL_GIVEN_COUNTED) {
		ol_op_rank(x, 0, f->rank);
		return;
	}
	if (n != 2 * n_axes) {
		ol_op_tell(x, "shape/bad-attribute",
			   "%u pads for %u axes of %.*s: two for each axis are needed", n, n_axes,
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	dims = ol_move_copy(x, f);
	if (!dims)
		return;
	for (uint32_t i = 0; i < n_axes; i++) {
		struct ol_num *d = &dims[axes[i]];

		*d = ol_num_add(x->syms, *d, ol_num_add(x->syms, at[i], at[n_axes + i]));
		if (ol_num_is_known(*d) && d->v < 0) {
			ol_op_tell(
			    x, "shape/bad-attribute",
			    "the pads %lld and %lld take more off axis %u of %.*s than it has",
			    (long long)at[i].v, (long long)at[n_axes + i].v, axes[i],
			    OL_FMT(ol_op_in_text(x, 0)));
			return;
		}
		*d = ol_move_dim(x, *d);
	}
	ol_op_shape(x, 0, dims, f->rank);
	if (f->rank == 1 && n_axes == 1)
		pad_data(x, at[0], at[1]);
}

static void center_crop_pad(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	uint32_t n, n_axes, all[OL_MOVE_RANK];
	const struct ol_num *at;
	const uint32_t *axes;
	enum ol_given given;
	struct ol_num *dims;
	bool bad;

	if (!f->has_rank || f->rank > OL_MOVE_RANK)
		return;
	given = ol_move_axes(x, UINT32_MAX, "axes", f->rank, true, &axes, &n_axes, &bad);
	if (bad)
		return;
	if (given == OL_GIVEN_NOT) {
		for (uint32_t i = 0; i < f->rank; i++)
			all[i] = i;
		axes = all;
		n_axes = f->rank;
	}
	dims = ol_move_copy(x, f);
	if (!dims || !axes)
		return;
	given = ol_move_ints(x, 1, NULL, &at, &n);
	/* a shape of one number that is not known before the run is repeated for all axes */
	if (given == OL_GIVEN_COUNTED && n == 1 && n_axes > 1 && !ol_num_is_known(at[0]))
		given = OL_GIVEN_NOT;
	if (given == OL_GIVEN_COUNTED && n != n_axes) {
		ol_op_tell(x, "shape/mismatch", "the shape has %u elements for %u axes of %.*s", n,
			   n_axes, OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	for (uint32_t i = 0; i < n_axes; i++) {
		bool usable = given == OL_GIVEN_COUNTED && !(ol_num_is_known(at[i]) && at[i].v < 0);

		dims[axes[i]] = ol_move_dim(x, usable ? at[i] : ol_num_unknown());
	}
	ol_op_shape(x, 0, dims, f->rank);
}

static const struct ol_infer_row rows[] = {
    {"Pad", pad},
    {"CenterCropPad", center_crop_pad},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_pad = {"", rows};
