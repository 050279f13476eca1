/* cast.c: changes of the element type: Cast, CastLike, BitCast. Small constants keep their values.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Cast.html, onnx__CastLike.html, onnx__BitCast.html
 */
#include <ctype.h>
#include <math.h>

#include "infer/each.h"

/* A float as an integer type takes it: cut towards zero; unknown when it does not fit. */
static struct ol_num cut(const double *in, int64_t to_bool)
{
	if (to_bool)
		return ol_num(in[0] != 0); /* NaN is true */
	if (!(in[0] > -9.2e18 && in[0] < 9.2e18))
		return ol_num_unknown();
	return ol_num((int64_t)in[0]);
}

static struct ol_num whole(struct ol_op *x, const struct ol_num *in, int64_t to_bool)
{
	if (!to_bool)
		return in[0];
	if (ol_num_is_known(in[0]))
		return ol_num(in[0].v != 0);
	/* a sum that is at least 1 */
	return ol_num_nonnegative(x->syms, ol_num_sub(x->syms, in[0], ol_num(1)))
		   ? ol_num(1)
		   : ol_num_unknown();
}

static double same(const double *in, int64_t how)
{
	(void)how;
	return in[0];
}

/* Large numbers are rounded. false: there are symbols among them. */
static bool int_to_float(struct ol_op *x, const struct ol_data *data)
{
	double d[OL_DATA_MOST];

	for (uint32_t i = 0; i < data->n; i++) {
		if (!ol_num_is_known(data->i[i]))
			return false;
		d[i] = (double)data->i[i].v;
		if (!ol_each_round(&d[i], x->out[0]->dtype))
			return true;
	}
	ol_op_set_doubles(x, 0, d, data->n);
	return true;
}

static void cast_data(struct ol_op *x)
{
	static const struct ol_each each = {whole, same, cut};
	const struct ol_fact *f = ol_op_in(x, 0);
	int64_t to;

	if (!x->n_out || !x->out[0] || !f->data || f->data->n > OL_DATA_MOST)
		return;
	to = x->out[0]->dtype;
	if (to == f->dtype)
		x->out[0]->data = f->data;
	else if (f->data->i && ol_each_is_float(to) && int_to_float(x, f->data))
		return;
	else if (ol_each_is_int(f->dtype) || ol_each_is_float(f->dtype))
		ol_each(x, 1, &each, to == OL_DT_BOOL);
}

/* Before 6, `to` is the name of a type: "FLOAT", "INT64". */
static int64_t named(struct ol_str name)
{
	char lower[16];

	if (name.n >= sizeof(lower))
		return OL_DT_UNDEFINED;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	return ol_dtype_find((struct ol_str){lower, name.n});
}

static void cast(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	if (x->since && x->since < 6)
		ol_op_dtype(x, 0, named(ol_op_str(x, "to", "")));
	else
		ol_op_dtype(x, 0, ol_op_int(x, "to", OL_DT_UNDEFINED));
	cast_data(x);
}

static void cast_like(struct ol_op *x)
{
	ol_op_like(x, 0, 0);
	ol_op_dtype_like(x, 0, 1);
	cast_data(x);
}

static void bit_cast(struct ol_op *x)
{
	int64_t to = ol_op_int(x, "to", OL_DT_UNDEFINED);
	const struct ol_fact *f = ol_op_in(x, 0);

	ol_op_like(x, 0, 0);
	ol_op_dtype(x, 0, to);
	if (ol_dtype_valid(to) && to != OL_DT_STRING && f->dtype && f->dtype != OL_DT_STRING &&
	    ol_dtype_info(to)->bits != ol_dtype_info(f->dtype)->bits)
		ol_op_tell(x, "shape/bad-attribute",
			   "attribute 'to' names %s, of another width than the elements of %.*s",
			   ol_dtype_info(to)->name, OL_FMT(ol_op_in_text(x, 0)));
}

static const struct ol_infer_row rows[] = {
    {"BitCast", bit_cast},
    {"Cast", cast},
    {"CastLike", cast_like},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_cast = {"", rows};
