/* generate.c: tensors that are made up: random numbers, identity matrices, windows.
 *
 * Sources: https://onnx.ai/onnx/operators/ (one page an operator) */
#include "infer/op.h"

/* The element type: attribute `name`, else that of the first input. */
static void dtype_or_like(struct ol_op *x, const char *name)
{
	if (ol_op_attr(x, name))
		ol_op_dtype(x, 0, ol_op_int(x, name, OL_DT_UNDEFINED));
	else
		ol_op_dtype_like(x, 0, 0);
}

static void random_of_shape(struct ol_op *x)
{
	uint32_t n;
	const int64_t *shape = ol_op_ints(x, "shape", &n);
	struct ol_num *d;

	ol_op_dtype(x, 0, ol_op_int(x, "dtype", OL_DT_FLOAT));
	if (!shape)
		return;
	d = ol_op_dims(x, n);
	if (!d)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (shape[i] < 0) {
			ol_op_tell(x, "shape/bad-attribute",
				   "attribute 'shape' has the size %lld, below 0",
				   (long long)shape[i]);
			return;
		}
		d[i] = ol_num(shape[i]);
	}
	ol_op_shape(x, 0, d, n);
}

static void random_like(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	dtype_or_like(x, "dtype");
}

static void multinomial(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t samples = ol_op_int(x, "sample_size", 1);
	struct ol_num *d;

	ol_op_dtype(x, 0, ol_op_int(x, "dtype", OL_DT_INT32));
	if (f->has_rank && f->rank != 2) {
		ol_op_tell(x, "shape/rank", "input %.*s must be a matrix: [batch, classes]",
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	if (samples < 0) {
		ol_op_tell(x, "shape/bad-attribute", "sample_size is %lld, below 0",
			   (long long)samples);
		return;
	}
	d = ol_op_dims(x, 2);
	if (!d)
		return;
	d[0] = f->has_rank ? f->dims[0] : ol_num_fresh(x->syms);
	d[1] = ol_num(samples);
	ol_op_shape(x, 0, d, 2);
}

static void eye_like(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	dtype_or_like(x, "dtype");
	if (f->has_rank && f->rank != 2)
		ol_op_tell(x, "shape/rank", "input %.*s must be a matrix",
			   OL_FMT(ol_op_in_text(x, 0)));
	else
		ol_op_like(x, 0, 0);
}

/* As many items as the one number of the input says. */
static void window(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *data = ol_op_ints_in(x, 0);
	struct ol_num *d, n = ol_num(1);

	ol_op_dtype(x, 0, ol_op_int(x, "output_datatype", OL_DT_FLOAT));
	/* implementations take one number of any rank that is not known before the run */
	if (f->has_rank && f->rank)
		n = ol_op_elements(x, f);
	if (f->has_rank && f->rank && (data || (ol_num_is_known(n) && n.v != 1))) {
		ol_op_tell(x, "shape/rank", "size %.*s must be a scalar",
			   OL_FMT(ol_op_in_text(x, 0)));
		return;
	}
	if (!data || data->n != 1 || data->i[0].sym == OL_NUM_UNKNOWN) {
		ol_op_rank(x, 0, 1);
		return;
	}
	if (ol_num_is_known(data->i[0]) && data->i[0].v < 0) {
		ol_op_tell(x, "shape/bad-attribute", "the size of the window is %lld, below 0",
			   (long long)data->i[0].v);
		return;
	}
	d = ol_op_dims(x, 1);
	if (!d)
		return;
	d[0] = data->i[0];
	ol_op_shape(x, 0, d, 1);
}

static const struct ol_infer_row rows[] = {
    {"Bernoulli", random_like},
    {"BlackmanWindow", window},
    {"EyeLike", eye_like},
    {"HammingWindow", window},
    {"HannWindow", window},
    {"Multinomial", multinomial},
    {"RandomNormal", random_of_shape},
    {"RandomNormalLike", random_like},
    {"RandomUniform", random_of_shape},
    {"RandomUniformLike", random_like},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_generate = {"", rows};
