/* signal.c: Fourier transforms and the mel filter bank.
 *
 * The last axis is 1 (real) or 2 (complex) long. One-sided: floor(n / 2) + 1 bins of n. */
#include "infer/nn.h"

#include <inttypes.h>

static struct ol_num half(struct ol_op *x, struct ol_num n)
{
	return ol_num_add(x->syms, ol_num_floordiv(x->syms, n, ol_num(2)), ol_num(1));
}

/* One integer of a scalar or one-element input, as a number or symbol. */
static struct ol_num scalar_in(const struct ol_op *x, uint32_t k)
{
	const struct ol_data *data = ol_op_ints_in(x, k);

	return data && data->n == 1 ? data->i[0] : ol_num_unknown();
}

/* The signal axis: an attribute in the first version, then input 2. false: not known or wrong. */
static bool dft_axis(struct ol_op *x, uint32_t rank, uint32_t *axis)
{
	int64_t v = -2;

	if (x->since < 20)
		v = ol_op_int(x, "axis", 1);
	else if (ol_op_has_in(x, 2) && !ol_op_int_in(x, 2, &v))
		return false;
	if (!ol_op_axis(x, v, rank, false, axis))
		return false;
	if (*axis != rank - 1)
		return true;
	ol_op_tell(x, "shape/bad-axis",
		   "axis %" PRId64 " is the last one, which holds real and imaginary parts", v);
	return false;
}

/* The last axis: 1 (real) or 2 (complex); one-sided forms take real ones, or complex ones back. */
static void check_parts(struct ol_op *x, const struct ol_fact *f, bool one, bool inverse)
{
	struct ol_num last = f->dims[f->rank - 1];

	if (!ol_num_is_known(last))
		return;
	if (last.v != 1 && last.v != 2)
		ol_op_tell(x, "shape/mismatch",
			   "the last axis of %.*s must be 1 (real) or 2 (real and imaginary)",
			   OL_FMT(ol_op_in_text(x, 0)));
	else if (one && last.v != (inverse ? 2 : 1))
		ol_op_tell(x, "shape/mismatch",
			   "a one-sided %s takes %s numbers: the last axis of %.*s must be %d",
			   inverse ? "inverse" : "transform", inverse ? "complex" : "real",
			   OL_FMT(ol_op_in_text(x, 0)), inverse ? 2 : 1);
}

static void dft(struct ol_op *x)
{
	bool one = ol_op_int(x, "onesided", 0) != 0, inverse = ol_op_int(x, "inverse", 0) != 0;
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num *d, n;
	uint32_t axis;

	if (!ol_nn_rank(x, 0, 2, UINT32_MAX) || !(d = ol_op_dims(x, f->rank)))
		return;
	memcpy(d, f->dims, f->rank * sizeof(*d));
	check_parts(x, f, one, inverse);
	if (!dft_axis(x, f->rank, &axis)) {
		for (uint32_t i = 0; i + 1 < f->rank; i++)
			if (one || ol_op_has_in(x, 1))
				d[i] = ol_num_unknown();
	} else {
		n = ol_op_has_in(x, 1) ? scalar_in(x, 1) : d[axis];
		if (one && inverse) {
			if (!ol_op_has_in(x, 1))
				n = ol_num_mul(x->syms, ol_num_sub(x->syms, n, ol_num(1)),
					       ol_num(2));
		} else if (one) {
			n = half(x, n);
		}
		d[axis] = ol_nn_size(n);
	}
	d[f->rank - 1] = ol_num(one && inverse ? 1 : 2);
	ol_op_shape(x, 0, d, f->rank);
}

/* Signal (batch, length, 1 or 2), step, window, frame length: (batch, frames, bins, 2). */
static void stft(struct ol_op *x)
{
	struct ol_num *d, size = ol_num_unknown(), step = scalar_in(x, 1), room;

	if (ol_nn_has_rank(x, 0) && !ol_nn_rank(x, 0, 2, 3))
		return;
	d = ol_op_dims(x, 4);
	if (!d)
		return;
	if (ol_op_has_in(x, 3))
		size = scalar_in(x, 3);
	if (ol_nn_has_rank(x, 2) && ol_nn_rank(x, 2, 1, 1)) {
		struct ol_num w = ol_nn_dim(x, 2, 0);

		if (ol_num_is_known(w) && ol_num_is_known(size) && w.v != size.v) {
			struct ol_str text = ol_op_in_text(x, 2);

			ol_op_tell(x, "shape/mismatch",
				   "window %.*s must be as long as the frame: %" PRId64,
				   OL_FMT(text), size.v);
		}
		if (!ol_num_is_known(size))
			size = w;
	}
	room = ol_num_sub(x->syms, ol_nn_dim(x, 0, 1), size);
	d[0] = ol_nn_dim(x, 0, 0);
	d[1] = ol_num_unknown();
	if (!(ol_num_is_known(room) && room.v < 0) && !(ol_num_is_known(step) && step.v <= 0))
		d[1] = ol_num_add(x->syms, ol_num_floordiv(x->syms, room, step), ol_num(1));
	d[2] = ol_op_int(x, "onesided", 1) ? half(x, size) : size;
	d[3] = ol_num(2);
	ol_op_shape(x, 0, d, 4);
}

/* (bins of the one-sided transform, mel bins) */
static void mel(struct ol_op *x)
{
	struct ol_num *d = ol_op_dims(x, 2);

	ol_op_dtype(x, 0, ol_op_int(x, "output_datatype", OL_DT_FLOAT));
	if (!d)
		return;
	d[0] = half(x, scalar_in(x, 1));
	d[1] = scalar_in(x, 0);
	for (int i = 0; i < 2; i++)
		if (ol_num_is_known(d[i]) && d[i].v <= 0)
			d[i] = ol_num_unknown();
	ol_op_shape(x, 0, d, 2);
}

static const struct ol_infer_row rows[] = {
    {"DFT", dft},
    {"MelWeightMatrix", mel},
    {"STFT", stft},
    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_signal = {"", rows};
