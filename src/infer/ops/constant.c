/* constant.c: operators that make values from attributes and numbers: Constant, ConstantOfShape,
 * Range, Shape, Size.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Constant.html, onnx__ConstantOfShape.html,
 * onnx__Range.html, onnx__Shape.html, onnx__Size.html */
#include <math.h>

#include "infer/facts.h"
#include "infer/move.h"

/* A vector of n items. */
static void vector(struct ol_op *x, uint32_t k, uint32_t n)
{
	struct ol_num *dims = ol_op_dims(x, 1);

	if (!dims)
		return;
	dims[0] = ol_num(n);
	ol_op_shape(x, k, dims, 1);
}

static void constant_ints(struct ol_op *x, const int64_t *at, uint32_t n)
{
	struct ol_num i[OL_DATA_MOST];

	if (n > OL_DATA_MOST)
		return;
	for (uint32_t e = 0; e < n; e++)
		i[e] = ol_num(at[e]);
	ol_op_set_ints(x, 0, i, n);
}

static void constant_floats(struct ol_op *x, const float *at, uint32_t n)
{
	double d[OL_DATA_MOST];

	if (n > OL_DATA_MOST)
		return;
	for (uint32_t e = 0; e < n; e++)
		d[e] = (double)at[e];
	ol_op_set_doubles(x, 0, d, n);
}

/* The attributes that may hold the value, and what each makes. */
static const struct {
	const char *name;
	uint8_t type; /* enum ol_attr_type */
	uint8_t dtype;
} constants[] = {
    {"value", OL_ATTR_TENSOR, OL_DT_UNDEFINED},
    {"sparse_value", OL_ATTR_SPARSE_TENSOR, OL_DT_UNDEFINED},
    {"value_int", OL_ATTR_INT, OL_DT_INT64},
    {"value_ints", OL_ATTR_INTS, OL_DT_INT64},
    {"value_float", OL_ATTR_FLOAT, OL_DT_FLOAT},
    {"value_floats", OL_ATTR_FLOATS, OL_DT_FLOAT},
    {"value_string", OL_ATTR_STRING, OL_DT_STRING},
    {"value_strings", OL_ATTR_STRINGS, OL_DT_STRING},
};

static void constant(struct ol_op *x)
{
	const struct ol_attr *a = NULL;
	struct ol_fact f = {0};
	size_t row = 0;

	for (; row < sizeof(constants) / sizeof(constants[0]); row++) {
		a = ol_op_attr(x, constants[row].name);
		if (a)
			break;
	}
	if (!x->m->nodes[x->node].attrs.n)
		ol_op_tell(x, "shape/bad-attribute", "no attribute holds the value: exactly one of value, sparse_value, "
			   "value_int, value_ints, value_float, value_floats, value_string, value_strings must");
	if (!a || a->type != constants[row].type || x->n_out == 0 || !x->out[0])
		return;
	if (constants[row].dtype != OL_DT_UNDEFINED)
		ol_op_dtype(x, 0, constants[row].dtype);
	switch (a->type) {
	case OL_ATTR_TENSOR:
	case OL_ATTR_SPARSE_TENSOR:
		if (a->n != 1 || a->list.ids[0] == OL_NONE)
			return;
		f = a->type == OL_ATTR_TENSOR
			? ol_fact_of_tensor(x->inf, &x->m->tensors[a->list.ids[0]], true)
			: ol_fact_of_sparse(x->inf, &x->m->sparses[a->list.ids[0]]);
		ol_op_dtype(x, 0, f.dtype);
		if (f.has_rank)
			ol_op_shape(x, 0, f.dims, f.rank);
		x->out[0]->data = f.data;
		return;
	case OL_ATTR_INTS:
		vector(x, 0, a->n);
		constant_ints(x, a->list.ints, a->n);
		return;
	case OL_ATTR_FLOATS:
		vector(x, 0, a->n);
		constant_floats(x, a->list.floats, a->n);
		return;
	case OL_ATTR_STRINGS:
		vector(x, 0, a->n);
		return;
	case OL_ATTR_INT:
		constant_ints(x, &a->i, 1);
		break;
	case OL_ATTR_FLOAT:
		constant_floats(x, &a->f, 1);
		break;
	default: /* a string */
		break;
	}
	ol_op_scalar(x, 0);
}

/* All elements of the output are the one of `value`; left out: 0 as a float. */
static void fill(struct ol_op *x, uint32_t n, const struct ol_data *value)
{
	static const double zero[1];
	const struct ol_data none = {.n = 1, .d = zero};
	uint32_t at[OL_DATA_MOST] = {0};

	ol_move_pick(x, 0, value ? value : &none, at, n);
}

static void constant_of_shape(struct ol_op *x)
{
	const struct ol_attr *a = ol_op_attr(x, "value");
	struct ol_fact value = {.dtype = OL_DT_FLOAT};
	const struct ol_num *at;
	struct ol_num *dims, total;
	uint32_t n;

	if (a && a->type == OL_ATTR_TENSOR && a->n == 1 && a->list.ids[0] != OL_NONE)
		value = ol_fact_of_tensor(x->inf, &x->m->tensors[a->list.ids[0]], true);
	if (!a || value.dtype)
		ol_op_dtype(x, 0, value.dtype);
	if (a && value.has_rank && (value.rank != 1 || !ol_num_is(value.dims[0], 1)))
		ol_op_tell(x, "shape/bad-attribute", "attribute 'value' is %.*s: it must be a tensor of one element and one "
			   "dimension, [1]", OL_FMT(ol_op_shape_text(x, value.dims, value.rank)));
	/* of a constant, onnx and onnxruntime take the elements whatever its rank, but for a scalar */
	if (((!ol_op_ints_in(x, 0) || ol_op_in(x, 0)->rank == 0) &&
	     !ol_move_is_list(x, 0, "the shape", UINT32_MAX)) ||
	    ol_move_ints(x, 0, NULL, &at, &n) != OL_GIVEN_COUNTED)
		return;
	dims = ol_move_dims(x, n);
	if (!dims)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (ol_num_is_known(at[i]) && at[i].v < 0) {
			ol_op_tell(x, "shape/bad-attribute",
				   "element %u of the shape is %lld: sizes may not be negative", i,
				   (long long)at[i].v);
			return;
		}
		dims[i] = ol_move_dim(x, at[i]);
	}
	ol_op_shape(x, 0, dims, n);
	total = ol_op_product(x, dims, n);
	if (ol_num_is_known(total) && total.v <= OL_DATA_MOST &&
	    (!a || (value.data && value.data->n == 1)))
		fill(x, (uint32_t)total.v, value.data);
}

static void range_ints(struct ol_op *x, const struct ol_num arg[3])
{
	struct ol_num i[OL_DATA_MOST], *dims = ol_op_dims(x, 1), n, span;

	if (!dims)
		return;
	if (ol_num_is(arg[2], 0)) {
		ol_op_tell(x, "shape/bad-attribute", "delta is 0");
		return;
	}
	if (ol_num_is_known(arg[2]) && arg[2].v < 0)
		span = arg[2].v == INT64_MIN
			   ? ol_num_unknown()
			   : ol_num_ceildiv(x->syms, ol_num_sub(x->syms, arg[0], arg[1]),
					    ol_num(-arg[2].v));
	else
		span = ol_num_is_known(arg[2])
			   ? ol_num_ceildiv(x->syms, ol_num_sub(x->syms, arg[1], arg[0]), arg[2])
			   : ol_num_unknown();
	n = ol_num_nonnegative(x->syms, span) ? span : ol_num_max(x->syms, span, ol_num(0));
	dims[0] = ol_move_dim(x, n);
	ol_op_shape(x, 0, dims, 1);
	if (!ol_num_is_known(n) || n.v > OL_DATA_MOST)
		return;
	for (int64_t e = 0; e < n.v; e++)
		i[e] = e ? ol_num_add(x->syms, i[e - 1], arg[2]) : arg[0];
	ol_op_set_ints(x, 0, i, (uint32_t)n.v);
}

static void range(struct ol_op *x)
{
	const struct ol_data *in[3];
	struct ol_num arg[3], *dims;
	double n;

	ol_op_rank(x, 0, 1);
	for (uint32_t k = 0; k < 3; k++) {
		in[k] = ol_op_in(x, k)->data;
		if (!in[k] || in[k]->n != 1)
			return;
		arg[k] = in[k]->i ? in[k]->i[0] : ol_num_unknown();
	}
	if (in[0]->i && in[1]->i && in[2]->i) {
		range_ints(x, arg);
		return;
	}
	if (!in[0]->d || !in[1]->d || !in[2]->d)
		return;
	n = ceil((in[1]->d[0] - in[0]->d[0]) / in[2]->d[0]);
	if (!(n < 9e15))
		return; /* also for a delta of 0 and for NaN */
	dims = ol_op_dims(x, 1);
	if (!dims)
		return;
	dims[0] = ol_num(n > 0 ? (int64_t)n : 0);
	ol_op_shape(x, 0, dims, 1);
}

static void shape(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t start, end, rank = f->rank;

	if (!f->has_rank) {
		ol_op_rank(x, 0, 1);
		return;
	}
	start = ol_op_int(x, "start", 0);
	end = ol_op_int(x, "end", rank);
	start = start < -rank ? 0 : start < 0 ? start + rank : start > rank ? rank : start;
	end = end < -rank ? 0 : end < 0 ? end + rank : end > rank ? rank : end;
	if (end < start)
		end = start;
	vector(x, 0, (uint32_t)(end - start));
	ol_op_set_ints(x, 0, f->rank ? f->dims + start : NULL, (uint32_t)(end - start));
}

static void size(struct ol_op *x)
{
	struct ol_num n = ol_op_elements(x, ol_op_in(x, 0));

	ol_op_scalar(x, 0);
	if (n.sym != OL_NUM_UNKNOWN)
		ol_op_set_ints(x, 0, &n, 1);
}

static const struct ol_infer_row rows[] = {
    {"Constant", constant}, {"ConstantOfShape", constant_of_shape},
    {"Range", range},	    {"Shape", shape},
    {"Size", size},	    {NULL, NULL},
};
const struct ol_infer_family ol_infer_family_constant = {"", rows};
