/* math.c: the math extension of CEL. */
#include <math.h>

#include "expr/internal.h"

#define FN(name)                                                                                   \
	static struct ol_val name(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)

/* The first of equals stays. */
static struct ol_val extreme(struct ol_eval *e, const char *what, const struct ol_val *argv,
			     uint32_t argc, int sign)
{
	const struct ol_val *in = argc == 1 && argv->kind == OL_V_LIST ? argv : NULL;
	uint64_t n = in ? in->u.list->n : argc;
	struct ol_val best = {.kind = OL_V_NULL}, x;

	if (!n)
		return ol_v_error(e, "%s of an empty list", what);
	if (!ol_expr_pay(e, n))
		return ol_expr_cost(e);
	for (uint64_t i = 0; i < n; i++) {
		x = in ? ol_v_item(e, in, i) : argv[i];
		if (x.kind == OL_V_UNKNOWN || x.kind == OL_V_ERROR)
			return x;
		if (x.kind != OL_V_INT && x.kind != OL_V_UINT && x.kind != OL_V_DOUBLE)
			return ol_expr_no_overload(e, what, &x, 1);
		if (!i || ol_expr_compare(&x, &best) == sign)
			best = x;
	}
	return best;
}

FN(fn_greatest)
{
	return extreme(e, "math.greatest()", argv, argc, 1);
}

FN(fn_least)
{
	return extreme(e, "math.least()", argv, argc, -1);
}

#define REAL(name, expr)                                                                           \
	FN(name)                                                                                   \
	{                                                                                          \
		double d = argv->u.d;                                                              \
		(void)e;                                                                           \
		(void)argc;                                                                        \
		return expr;                                                                       \
	}
REAL(fn_ceil, ol_v_double(ceil(d)))
REAL(fn_floor, ol_v_double(floor(d)))
REAL(fn_round, ol_v_double(round(d)))
REAL(fn_trunc, ol_v_double(trunc(d)))
REAL(fn_nan, ol_v_bool(isnan(d)))
REAL(fn_inf, ol_v_bool(isinf(d)))
REAL(fn_finite, ol_v_bool(isfinite(d)))
REAL(fn_sign_double, ol_v_double(d > 0 ? 1 : d < 0 ? -1 : d))
REAL(fn_abs_double, ol_v_double(fabs(d)))

FN(fn_sqrt)
{
	double d = argv->kind == OL_V_DOUBLE ? argv->u.d
		   : argv->kind == OL_V_INT  ? (double)argv->u.i
					     : (double)argv->u.u;

	(void)e;
	(void)argc;
	return ol_v_double(sqrt(d));
}

FN(fn_abs_int)
{
	(void)argc;
	if (argv->u.i == INT64_MIN)
		return ol_v_error(e, "int overflow");
	return ol_v_int(argv->u.i < 0 ? -argv->u.i : argv->u.i);
}

FN(fn_abs_uint)
{
	(void)e;
	(void)argc;
	return *argv;
}

static struct ol_val same_kind(const struct ol_val *like, uint64_t u)
{
	return (struct ol_val){.kind = like->kind, .u.u = u};
}

FN(fn_sign)
{
	(void)e;
	(void)argc;
	if (argv->kind == OL_V_UINT)
		return same_kind(argv, argv->u.u > 0);
	return ol_v_int((argv->u.i > 0) - (argv->u.i < 0));
}

FN(fn_and)
{
	(void)e;
	(void)argc;
	return same_kind(argv, argv[0].u.u & argv[1].u.u);
}

FN(fn_or)
{
	(void)e;
	(void)argc;
	return same_kind(argv, argv[0].u.u | argv[1].u.u);
}

FN(fn_xor)
{
	(void)e;
	(void)argc;
	return same_kind(argv, argv[0].u.u ^ argv[1].u.u);
}

FN(fn_not)
{
	(void)e;
	(void)argc;
	return same_kind(argv, ~argv[0].u.u);
}

static struct ol_val shift(struct ol_eval *e, const struct ol_val *argv, bool left)
{
	int64_t by = argv[1].u.i;

	if (by < 0)
		return ol_v_error(e, "negative offset: %lld", (long long)by);
	if (by > 63)
		return same_kind(argv, 0);
	return same_kind(argv, left ? argv[0].u.u << by : argv[0].u.u >> by);
}

FN(fn_left)
{
	(void)argc;
	return shift(e, argv, true);
}

FN(fn_right)
{
	(void)argc;
	return shift(e, argv, false);
}

#define BOTH(name, args_int, args_uint, fn, about)                                                 \
	{NULL, name, args_int, "int", fn, about},                                                  \
	{                                                                                          \
		NULL, name, args_uint, "uint", fn, about                                           \
	}

const struct ol_func ol_expr_std_math[] = {
    {NULL, "math.greatest", "list", "dyn", fn_greatest, "the greatest number of a list"},
    {NULL, "math.greatest", "dyn, ...", "$", fn_greatest, "the greatest of its arguments"},
    {NULL, "math.least", "list", "dyn", fn_least, "the least number of a list"},
    {NULL, "math.least", "dyn, ...", "$", fn_least, "the least of its arguments"},
    {NULL, "math.ceil", "double", "double", fn_ceil, "rounded up"},
    {NULL, "math.floor", "double", "double", fn_floor, "rounded down"},
    {NULL, "math.round", "double", "double", fn_round, "rounded, halves away from zero"},
    {NULL, "math.trunc", "double", "double", fn_trunc, "cut towards zero"},
    {NULL, "math.sqrt", "double", "double", fn_sqrt, "square root"},
    {NULL, "math.sqrt", "int", "double", fn_sqrt, "square root"},
    {NULL, "math.sqrt", "uint", "double", fn_sqrt, "square root"},
    {NULL, "math.abs", "int", "int", fn_abs_int, "without its sign"},
    {NULL, "math.abs", "uint", "uint", fn_abs_uint, "the same"},
    {NULL, "math.abs", "double", "double", fn_abs_double, "without its sign"},
    {NULL, "math.sign", "int", "int", fn_sign, "-1, 0 or 1"},
    {NULL, "math.sign", "uint", "uint", fn_sign, "0 or 1"},
    {NULL, "math.sign", "double", "double", fn_sign_double, "-1, 0 or 1"},
    {NULL, "math.isNaN", "double", "bool", fn_nan, "is it not a number"},
    {NULL, "math.isInf", "double", "bool", fn_inf, "is it infinite"},
    {NULL, "math.isFinite", "double", "bool", fn_finite, "is it neither infinite nor NaN"},
    BOTH("math.bitAnd", "int, int", "uint, uint", fn_and, "bits in both"),
    BOTH("math.bitOr", "int, int", "uint, uint", fn_or, "bits in either"),
    BOTH("math.bitXor", "int, int", "uint, uint", fn_xor, "bits in one of them"),
    BOTH("math.bitNot", "int", "uint", fn_not, "the other bits"),
    BOTH("math.bitShiftLeft", "int, int", "uint, int", fn_left, "shifted, zeros fill"),
    BOTH("math.bitShiftRight", "int, int", "uint, int", fn_right, "shifted, zeros fill"),
    {0},
};
