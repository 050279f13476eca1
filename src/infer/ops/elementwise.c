/* elementwise.c: operators of one operand: the output is like the input.
 *
 * Sources: https://onnx.ai/onnx/operators/ (one page an operator) */
#include <math.h>

#include "infer/each.h"

static void unary(struct ol_op *x, const struct ol_each *f)
{
	ol_op_like(x, 0, 0);
	if (f && x->n_out && x->out[0])
		ol_each(x, 1, f, 0);
}

static void like(struct ol_op *x)
{
	unary(x, NULL);
}

/* ---- what small constants become ---- */

static struct ol_num int_neg(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_sub(x->syms, ol_num(0), in[0]);
}

static struct ol_num int_abs(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	if (ol_num_is_sym(in[0]) && ol_num_nonnegative(x->syms, in[0]))
		return in[0];
	if (ol_num_is_known(in[0]) && in[0].v >= 0)
		return in[0];
	return ol_num_is_known(in[0]) ? int_neg(x, in, how) : ol_num_unknown();
}

static struct ol_num int_sign(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	return ol_num_is_known(in[0]) ? ol_num((in[0].v > 0) - (in[0].v < 0)) : ol_num_unknown();
}

static struct ol_num int_relu(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_max(x->syms, in[0], ol_num(0));
}

static struct ol_num int_not(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	return ol_num_is_known(in[0]) ? ol_num(!in[0].v) : ol_num_unknown();
}

/* Of signed numbers; of unsigned ones it is out of range, and so unknown. */
static struct ol_num int_invert(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_sub(x->syms, ol_num(-1), in[0]);
}

static struct ol_num int_same(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	return in[0];
}

static double float_neg(const double *in, int64_t how)
{
	(void)how;
	return -in[0];
}

static double float_abs(const double *in, int64_t how)
{
	(void)how;
	return fabs(in[0]);
}

static double float_sign(const double *in, int64_t how)
{
	(void)how;
	return in[0] > 0 ? 1 : in[0] < 0 ? -1 : in[0];
}

static double float_relu(const double *in, int64_t how)
{
	(void)how;
	return in[0] < 0 ? 0 : in[0];
}

static double float_floor(const double *in, int64_t how)
{
	(void)how;
	return floor(in[0]);
}

static double float_ceil(const double *in, int64_t how)
{
	(void)how;
	return ceil(in[0]);
}

/* To the nearest, halves to even, whatever the rounding mode. */
static double float_round(const double *in, int64_t how)
{
	double low = floor(in[0]), rest = in[0] - low;

	(void)how;
	if (!isfinite(in[0]) || rest < 0.5)
		return isfinite(in[0]) ? low : in[0];
	return rest > 0.5 || fmod(low, 2) != 0 ? low + 1 : low;
}

static double float_sqrt(const double *in, int64_t how)
{
	(void)how;
	return sqrt(in[0]);
}

static double float_reciprocal(const double *in, int64_t how)
{
	(void)how;
	return 1 / in[0];
}

static struct ol_num is_nan(const double *in, int64_t how)
{
	(void)how;
	return ol_num(isnan(in[0]) != 0);
}

static void neg(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_neg, float_neg, NULL});
}

static void absolute(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_abs, float_abs, NULL});
}

static void sign(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_sign, float_sign, NULL});
}

static void relu(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_relu, float_relu, NULL});
}

static void logical_not(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_not, NULL, NULL});
}

static void invert(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_invert, NULL, NULL});
}

static void floor_of(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_same, float_floor, NULL});
}

static void ceil_of(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_same, float_ceil, NULL});
}

static void round_of(struct ol_op *x)
{
	unary(x, &(struct ol_each){int_same, float_round, NULL});
}

static void square_root(struct ol_op *x)
{
	unary(x, &(struct ol_each){NULL, float_sqrt, NULL});
}

static void reciprocal(struct ol_op *x)
{
	unary(x, &(struct ol_each){NULL, float_reciprocal, NULL});
}

static void nan_of(struct ol_op *x)
{
	unary(x, &(struct ol_each){NULL, NULL, is_nan});
}

/* ---- operators with rules of their own ---- */

/* Any type: what is known of the input is known of the output. */
static void identity(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (!x->n_out || !x->out[0] || f->kind == OL_TYPE_NONE)
		return;
	if (f->kind == OL_TYPE_TENSOR && f->dtype == OL_DT_UNDEFINED) {
		ol_op_like(x, 0, 0);
		x->out[0]->data = f->data;
		return;
	}
	*x->out[0] = *f;
}

static struct ol_num int_clip(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	struct ol_num v = how & 1 ? ol_num_max(x->syms, in[0], in[1]) : in[0];

	return how & 2 ? ol_num_min(x->syms, v, in[2]) : v;
}

static double float_clip(const double *in, int64_t how)
{
	double v = how & 1 && in[0] < in[1] ? in[1] : in[0];

	return how & 2 && v > in[2] ? in[2] : v;
}

/* Implementations differ on what infinity becomes where there is no bound. */
static bool infinite(const struct ol_fact *f)
{
	for (uint32_t i = 0; f->data && f->data->d && i < f->data->n; i++)
		if (isinf(f->data->d[i]))
			return true;
	return false;
}

/* Bounds are attributes before 11, then optional inputs. */
static void clip(struct ol_op *x)
{
	static const struct ol_each each = {int_clip, float_clip, NULL};
	bool low = ol_op_has_in(x, 1), high = ol_op_has_in(x, 2);

	ol_op_like(x, 0, 0);
	if (x->since < 11 || !x->n_out || !x->out[0] || infinite(ol_op_in(x, 0)))
		return;
	ol_each(x, high ? 3 : low ? 2 : 1, &each, (low ? 1 : 0) | (high ? 2 : 0));
}

static void dropout(struct ol_op *x)
{
	static const char *const names[] = {"data", "ratio", "training_mode"};

	ol_op_like(x, 0, 0);
	ol_op_like(x, 1, 0);
	for (uint32_t k = 1; k < 3 && x->since >= 12; k++)
		if (ol_op_in(x, k)->has_rank && ol_op_in(x, k)->rank)
			ol_op_tell(x, "shape/rank", "%s %.*s must be a scalar", names[k],
				   OL_FMT(ol_op_in_text(x, k)));
}

static void trilu(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	ol_op_like(x, 0, 0);
	if (f->has_rank && f->rank < 2)
		ol_op_tell(x, "shape/rank",
			   "input %.*s must be a matrix or a stack of them: rank 2 or more",
			   OL_FMT(ol_op_in_text(x, 0)));
}

/* Sums or products along an axis: the shape stays. */
static bool cumulative(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t axis;
	uint32_t at;

	ol_op_like(x, 0, 0);
	return f->has_rank && ol_op_int_in(x, 1, &axis) && ol_op_axis(x, axis, f->rank, false, &at);
}

static void cumulative_product(struct ol_op *x)
{
	cumulative(x);
}

/* Sums of a vector of integers are followed. */
static void cumulative_sum(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	const struct ol_data *data = ol_op_ints_in(x, 0);
	struct ol_num to[OL_DATA_MOST], sum;
	bool exclusive, reverse;

	if (!cumulative(x) || !data || f->rank != 1 || !x->n_out || !x->out[0])
		return;
	exclusive = ol_op_int(x, "exclusive", 0) != 0;
	reverse = ol_op_int(x, "reverse", 0) != 0;
	sum = ol_num(0);
	for (uint32_t i = 0; i < data->n && i < OL_DATA_MOST; i++) {
		uint32_t k = reverse ? data->n - 1 - i : i;
		struct ol_num next = ol_num_add(x->syms, sum, data->i[k]);

		to[k] = ol_each_fit(x, exclusive ? sum : next, x->out[0]->dtype);
		sum = ol_each_fit(x, next, x->out[0]->dtype);
	}
	ol_each_set(x, to, data->n);
}

static const struct ol_infer_row rows[] = {
    {"Abs", absolute},
    {"Acos", like},
    {"Acosh", like},
    {"Affine", like},
    {"Asin", like},
    {"Asinh", like},
    {"Atan", like},
    {"Atanh", like},
    {"BitwiseNot", invert},
    {"Ceil", ceil_of},
    {"Celu", like},
    {"Clip", clip},
    {"Cos", like},
    {"Cosh", like},
    {"CumProd", cumulative_product},
    {"CumSum", cumulative_sum},
    {"Dropout", dropout},
    {"Elu", like},
    {"Erf", like},
    {"Exp", like},
    {"Floor", floor_of},
    {"Gelu", like},
    {"HardSigmoid", like},
    {"HardSwish", like},
    {"Identity", identity},
    {"ImageScaler", like},
    {"IsInf", like},
    {"IsNaN", nan_of},
    {"LeakyRelu", like},
    {"Log", like},
    {"MemcpyFromHost", identity},
    {"MemcpyToHost", identity},
    {"Mish", like},
    {"Neg", neg},
    {"Not", logical_not},
    {"ParametricSoftplus", like},
    {"Reciprocal", reciprocal},
    {"Relu", relu},
    {"Round", round_of},
    {"Scale", like},
    {"ScaledTanh", like},
    {"Selu", like},
    {"Shrink", like},
    {"Sigmoid", like},
    {"Sign", sign},
    {"Sin", like},
    {"Sinh", like},
    {"Softplus", like},
    {"Softsign", like},
    {"Sqrt", square_root},
    {"Swish", like},
    {"Tan", like},
    {"Tanh", like},
    {"ThresholdedRelu", like},
    {"Trilu", trilu},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_elementwise = {"", rows};
