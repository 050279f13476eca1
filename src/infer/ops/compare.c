/* compare.c: comparisons, logic, bits and Where: broadcasting, with results of bool or bits.
 *
 * A comparison of symbols is decided where it holds for all sizes, which are 0 or more.
 *
 * Sources: https://onnx.ai/onnx/operators/ (one page an operator) */
#include "infer/broadcast.h"
#include "infer/each.h"

/* ---- comparisons ---- */

/* a - b - least >= 0? */
static bool at_least(struct ol_op *x, struct ol_num a, struct ol_num b, int64_t least)
{
	struct ol_num d = ol_num_sub(x->syms, ol_num_sub(x->syms, a, b), ol_num(least));

	return ol_num_is_known(d) ? d.v >= 0 : ol_num_is_sym(d) && ol_num_nonnegative(x->syms, d);
}

static struct ol_num truth(bool yes, bool no)
{
	return yes ? ol_num(1) : no ? ol_num(0) : ol_num_unknown();
}

static struct ol_num less(struct ol_op *x, struct ol_num a, struct ol_num b)
{
	if (ol_num_is_known(a) && ol_num_is_known(b))
		return ol_num(a.v < b.v);
	return truth(at_least(x, b, a, 1), at_least(x, a, b, 0));
}

static struct ol_num int_equal(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	enum ol_truth t = ol_num_equal(x->syms, in[0], in[1]);

	(void)how;
	if (t != OL_MAYBE)
		return ol_num(t == OL_YES);
	return truth(false, at_least(x, in[0], in[1], 1) || at_least(x, in[1], in[0], 1));
}

static struct ol_num int_less(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return less(x, in[0], in[1]);
}

static struct ol_num int_greater(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return less(x, in[1], in[0]);
}

static struct ol_num negated(struct ol_num a)
{
	return ol_num_is_known(a) ? ol_num(!a.v) : a;
}

static struct ol_num int_less_equal(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return negated(less(x, in[1], in[0]));
}

static struct ol_num int_greater_equal(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	return negated(less(x, in[0], in[1]));
}

static struct ol_num float_equal(const double *in, int64_t how)
{
	(void)how;
	return ol_num(in[0] <= in[1] && in[0] >= in[1]);
}

static struct ol_num float_less(const double *in, int64_t how)
{
	(void)how;
	return ol_num(in[0] < in[1]);
}

static struct ol_num float_greater(const double *in, int64_t how)
{
	(void)how;
	return ol_num(in[0] > in[1]);
}

static struct ol_num float_less_equal(const double *in, int64_t how)
{
	(void)how;
	return ol_num(in[0] <= in[1]);
}

static struct ol_num float_greater_equal(const double *in, int64_t how)
{
	(void)how;
	return ol_num(in[0] >= in[1]);
}

static void equal(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_equal, NULL, float_equal}, 0);
}

static void less_than(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_less, NULL, float_less}, 0);
}

static void greater_than(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_greater, NULL, float_greater}, 0);
}

static void less_or_equal(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_less_equal, NULL, float_less_equal}, 0);
}

static void greater_or_equal(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_greater_equal, NULL, float_greater_equal}, 0);
}

/* ---- logic and bits: of bools the bits are the truth ---- */

static struct ol_num int_and(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	if (ol_num_is(in[0], 0) || ol_num_is(in[1], 0))
		return ol_num(0);
	return ol_num_is_known(in[0]) && ol_num_is_known(in[1]) ? ol_num(in[0].v & in[1].v)
								: ol_num_unknown();
}

static struct ol_num bit_or(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	return ol_num_is_known(in[0]) && ol_num_is_known(in[1]) ? ol_num(in[0].v | in[1].v)
								: ol_num_unknown();
}

static struct ol_num int_or(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	return ol_num_is(in[0], 1) || ol_num_is(in[1], 1) ? ol_num(1) : bit_or(x, in, how);
}

static struct ol_num int_xor(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)x, (void)how;
	return ol_num_is_known(in[0]) && ol_num_is_known(in[1]) ? ol_num(in[0].v ^ in[1].v)
								: ol_num_unknown();
}

/* Of numbers that are not negative; what is shifted out of the type is unknown. */
static struct ol_num int_shift(struct ol_op *x, const struct ol_num *in, int64_t right)
{
	(void)x;
	if (!ol_num_is_known(in[0]) || !ol_num_is_known(in[1]) || in[0].v < 0 || in[1].v < 0 ||
	    in[1].v > 62)
		return ol_num_unknown();
	if (right)
		return ol_num(in[0].v >> in[1].v);
	return in[0].v > INT64_MAX >> in[1].v ? ol_num_unknown() : ol_num(in[0].v << in[1].v);
}

static void logical_and(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_and, NULL, NULL}, 0);
}

static void logical_or(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_or, NULL, NULL}, 0);
}

static void bitwise_or(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){bit_or, NULL, NULL}, 0);
}

static void exclusive_or(struct ol_op *x)
{
	ol_broadcast_binary(x, &(struct ol_each){int_xor, NULL, NULL}, 0);
}

static void shift(struct ol_op *x)
{
	struct ol_str way = ol_op_str(x, "direction", "");

	ol_broadcast_binary(x, &(struct ol_each){int_shift, NULL, NULL}, ol_str_is(way, "RIGHT"));
}

/* ---- Where ---- */

static struct ol_num int_where(struct ol_op *x, const struct ol_num *in, int64_t how)
{
	(void)how;
	if (ol_num_is_known(in[0]))
		return in[0].v ? in[1] : in[2];
	return ol_num_equal(x->syms, in[1], in[2]) == OL_YES ? in[1] : ol_num_unknown();
}

/* Floats that a known condition chooses from. */
static void where_floats(struct ol_op *x)
{
	struct ol_each_map map[3];
	double to[OL_DATA_MOST];

	for (uint32_t k = 0; k < 3; k++)
		if (!ol_each_map(x, k, &map[k]) || (k ? !x->in[k]->data->d : !x->in[k]->data->i))
			return;
	for (uint32_t i = 0; i < map[0].total; i++) {
		struct ol_num c = x->in[0]->data->i[ol_each_at(&map[0], i)];
		uint32_t k = ol_num_is_known(c) && c.v ? 1 : 2;

		if (!ol_num_is_known(c))
			return;
		to[i] = x->in[k]->data->d[ol_each_at(&map[k], i)];
	}
	ol_op_set_doubles(x, 0, to, map[0].total);
}

static void where(struct ol_op *x)
{
	if (!ol_broadcast_all(x, 3) || !x->n_out || !x->out[0])
		return;
	if (ol_each_is_float(x->out[0]->dtype))
		where_floats(x);
	else
		ol_each(x, 3, &(struct ol_each){int_where, NULL, NULL}, 0);
}

static const struct ol_infer_row rows[] = {
    {"And", logical_and},	  {"BitShift", shift},
    {"BitwiseAnd", logical_and},  {"BitwiseOr", bitwise_or},
    {"BitwiseXor", exclusive_or}, {"Equal", equal},
    {"Greater", greater_than},	  {"GreaterOrEqual", greater_or_equal},
    {"Less", less_than},	  {"LessOrEqual", less_or_equal},
    {"Or", logical_or},		  {"Where", where},
    {"Xor", exclusive_or},	  {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_compare = {"", rows};
