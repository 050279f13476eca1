/* arith.c: arithmetic of two or more operands, with broadcasting.
 *
 * Before opset 7 (8 for Max, Min, Sum and Mean) there is no multidirectional broadcasting: the
 * output has the shape of the first operand.
 *
 * Sources: https://onnx.ai/onnx/repo-docs/Broadcasting.html and the operators' pages */
#include <math.h>

#include "infer/broadcast.h"
#include "infer/each.h"

/* ---- integers ---- */

static bool known2(const struct ol_num *in)
{
	return ol_num_is_known(in[0]) && ol_num_is_known(in[1]);
}

static bool nonnegative2(struct ol_op *x, const struct ol_num *in)
{
	return ol_num_nonnegative(x->syms, in[0]) && ol_num_nonnegative(x->syms, in[1]);
}

static struct ol_num int_add(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_add(x->syms, in[0], in[1]);
}

static struct ol_num int_sub(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_sub(x->syms, in[0], in[1]);
}

static struct ol_num int_mul(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	/* of floats, nothing times infinity is none */
	if ((ol_num_is(in[0], 0) || ol_num_is(in[1], 0)) && !ol_each_is_float(x->out[0]->dtype))
		return ol_num(0);
	return ol_num_mul(x->syms, in[0], in[1]);
}

/* Rounds towards zero: as floor for what is not negative, and any way when it is exact. Whole
 * numbers of float type must divide. */
static struct ol_num int_div(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	bool is_float = ol_each_is_float(x->out[0]->dtype);
	struct ol_num q;

	(void)how;
	if (ol_num_is(in[1], 0))
		return ol_num_unknown();
	if (known2(in)) {
		if ((in[0].v == INT64_MIN && in[1].v == -1) || (is_float && in[0].v % in[1].v))
			return ol_num_unknown();
		return ol_num(in[0].v / in[1].v);
	}
	q = ol_num_floordiv(x->syms, in[0], in[1]);
	if (!is_float && nonnegative2(x, in))
		return q;
	return ol_num_equal(x->syms, ol_num_mul(x->syms, q, in[1]), in[0]) == OL_YES
		   ? q
		   : ol_num_unknown();
}

/* The sign of the divisor, or with fmod that of the dividend. */
static struct ol_num int_mod(struct ol_op *x, const struct ol_num *in, int64_t fmod_set)
{
	if (ol_num_is(in[1], 0))
		return ol_num_unknown();
	if (known2(in)) {
		int64_t r = in[1].v == -1 ? 0 : in[0].v % in[1].v;

		return ol_num(!fmod_set && r && (r < 0) != (in[1].v < 0) ? r + in[1].v : r);
	}
	return fmod_set && !nonnegative2(x, in) ? ol_num_unknown()
						: ol_num_mod(x->syms, in[0], in[1]);
}

static struct ol_num int_pow(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	struct ol_num p = ol_num(1);

	(void)how;
	if (!ol_num_is_known(in[1]) || in[1].v < 0 || in[1].v > 62)
		return ol_num_unknown();
	for (int64_t i = 0; i < in[1].v; i++)
		p = ol_num_mul(x->syms, p, in[0]);
	return p;
}

static struct ol_num int_max(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_max(x->syms, in[0], in[1]);
}

static struct ol_num int_min(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return ol_num_min(x->syms, in[0], in[1]);
}

/* ---- floats ---- */

static double float_add(const double *in, int64_t how)
{
	(void)how;
	return in[0] + in[1];
}

static double float_sub(const double *in, int64_t how)
{
	(void)how;
	return in[0] - in[1];
}

static double float_mul(const double *in, int64_t how)
{
	(void)how;
	return in[0] * in[1];
}

static double float_div(const double *in, int64_t how)
{
	(void)how;
	return in[0] / in[1];
}

static double float_pow(const double *in, int64_t how)
{
	(void)how;
	return pow(in[0], in[1]);
}

static double float_mod(const double *in, int64_t how)
{
	(void)how;
	return fmod(in[0], in[1]);
}

/* NaN wins */
static double float_max(const double *in, int64_t how)
{
	(void)how;
	return in[0] >= in[1] || isnan(in[0]) ? in[0] : in[1];
}

static double float_min(const double *in, int64_t how)
{
	(void)how;
	return in[0] <= in[1] || isnan(in[0]) ? in[0] : in[1];
}

/* ---- operators ---- */

static void add(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_add, float_add, NULL}, 0);
}

static void sub(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_sub, float_sub, NULL}, 0);
}

static void mul(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_mul, float_mul, NULL}, 0);
}

/* From 14 on, of integers too. */
static void divide(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_div, float_div, NULL}, 0);
}

static void mod(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_mod, float_mod, NULL},
			    ol_op_int(x, "fmod", 0));
}

static void power(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_pow, float_pow, NULL}, 0);
}

static void variadic(struct ol_op *x, const struct ol_each *f)
{
	if (x->since && x->since < 8) {
		ol_op_like(x, 0, 0);
		return;
	}
	if (ol_broadcast_all(x, x->n_in) && f && x->n_out && x->out[0])
		ol_each_fold(x, f);
}

static void maximum(struct ol_op *x)
{
	variadic(x, &(struct ol_each){int_max, float_max, NULL});
}

static void minimum(struct ol_op *x)
{
	variadic(x, &(struct ol_each){int_min, float_min, NULL});
}

static void sum(struct ol_op *x)
{
	variadic(x, &(struct ol_each){int_add, float_add, NULL});
}

static void mean(struct ol_op *x)
{
	variadic(x, NULL);
}

/* The slope is broadcast to X, so that the output is like X. onnxruntime broadcasts both ways: what
 * fits only its way is not told. */
static void prelu(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	if (x->since >= 7)
		ol_broadcast_fits(x, 0, 1);
}

static const struct ol_infer_row rows[] = {
    {"Add", add},     {"Div", divide}, {"Max", maximum}, {"Mean", mean},
    {"Min", minimum}, {"Mod", mod},    {"Mul", mul},	 {"PRelu", prelu},
    {"Pow", power},   {"Sub", sub},    {"Sum", sum},	 {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_arith = {"", rows};
