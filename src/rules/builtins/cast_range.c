/* cast_range.c: Casts of constants that the new type cannot hold.
 *
 * Elements are those that inference follows: small initializers, Constants, and what is computed from them. A float that
 * rounds to no finite float16 is infinite from there on; an integer past the range wraps, or is what the hardware makes
 * of it. Source: https://onnx.ai/onnx/operators/onnx__Cast.html */
#include "rules/check.h"

#include <inttypes.h>
#include <math.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "float16 or integer"},
	{"value", "string", "the constant's name"},
	{"from", "string", "its element type"},
	{"to", "string", "the type that it is cast to"},
	{"worst", "string", "the element farthest out of range"},
	{"least", "string", "the least number of the new type"},
	{"most", "string", "its greatest number"},
	{"count", "int", "elements out of range"},
	{"total", "int", "elements"},
	{NULL, NULL, NULL},
};

/* float16 rounds to nearest: from half an ulp past 65504 on, to infinity. */
static const double half_bound = 65520, half_most = 65504;

static bool whole_type(int32_t d)
{
	switch (d) {
	case OL_DT_INT64:
	case OL_DT_INT32:
	case OL_DT_INT16:
	case OL_DT_INT8:
	case OL_DT_INT4:
	case OL_DT_INT2:
	case OL_DT_UINT64:
	case OL_DT_UINT32:
	case OL_DT_UINT16:
	case OL_DT_UINT8:
	case OL_DT_UINT4:
	case OL_DT_UINT2:
		return true;
	default:
		return false;
	}
}

static bool is_signed(int32_t d)
{
	return d == OL_DT_INT64 || d == OL_DT_INT32 || d == OL_DT_INT16 || d == OL_DT_INT8 || d == OL_DT_INT4 ||
	       d == OL_DT_INT2;
}

struct range {
	int64_t least, most; /* uint64: most is that of int64, and integers that are known stay below it */
	double past;         /* floats from here on do not fit */
};

static struct range range_of(int32_t d)
{
	uint32_t bits = ol_dtype_info(d)->bits, digits = is_signed(d) ? bits - 1 : bits;
	struct range r;

	r.most = digits >= 63 ? INT64_MAX : (INT64_C(1) << digits) - 1;
	r.least = is_signed(d) ? -r.most - 1 : 0;
	r.past = ldexp(1, (int)digits);
	return r;
}

struct seen {
	uint32_t n;
	double worst, far;
	int64_t worst_int;
};

static void note(struct seen *s, double v, int64_t i, double by)
{
	if (s->n++ == 0 || by > s->far) {
		s->worst = v;
		s->worst_int = i;
		s->far = by;
	}
}

static void look(const struct ol_data *data, int32_t to, const struct range *r, struct seen *s)
{
	for (uint32_t i = 0; i < data->n; i++) {
		double v = data->d ? data->d[i] : 0;

		if (data->i) {
			if (!ol_num_is_known(data->i[i]))
				continue;
			v = (double)data->i[i].v;
		}
		if (to == OL_DT_FLOAT16) {
			if (isfinite(v) && fabs(v) >= half_bound)
				note(s, v, data->i ? data->i[i].v : 0, fabs(v));
		} else if (data->i) {
			if (data->i[i].v < r->least || data->i[i].v > r->most)
				note(s, v, data->i[i].v, fabs(v));
		} else if (!(trunc(v) >= (double)r->least && trunc(v) < r->past)) {
			note(s, v, 0, isnan(v) ? 0 : fabs(v));
		}
	}
}

static void check_node(struct ol_check *c, uint32_t node)
{
	uint32_t in = ol_check_input(c, node, 0), out;
	const struct ol_fact *f = in == OL_NONE ? NULL : ol_known_fact(c->inf, in);
	struct range r = {0};
	struct seen s = {0};
	struct ol_val v[9];
	int32_t to;

	if (!f || !f->data || c->ir->model->nodes[node].outputs.n != 1)
		return;
	out = ol_ir_outputs(c->ir, node)[0];
	to = out == OL_NONE ? OL_DT_UNDEFINED : ol_check_dtype(c, out);
	/* elements of uint64 past int64 are kept as negative ones */
	if (f->dtype == to || f->dtype == OL_DT_UINT64 || f->dtype == OL_DT_STRING)
		return;
	if (whole_type(to))
		r = range_of(to);
	else if (to != OL_DT_FLOAT16)
		return;
	look(f->data, to, &r, &s);
	if (!s.n)
		return;
	v[0] = ol_v_str(to == OL_DT_FLOAT16 ? OL_STR("float16") : OL_STR("integer"));
	v[1] = ol_v_str(ol_name(c->ir->model, c->ir->values[in].name));
	v[2] = ol_v_str(ol_str(ol_dtype_info(f->dtype)->name));
	v[3] = ol_v_str(ol_str(ol_dtype_info(to)->name));
	v[4] = f->data->i ? ol_check_text(c, "%" PRId64, s.worst_int) : ol_check_text(c, "%.6g", s.worst);
	v[5] = to == OL_DT_FLOAT16 ? ol_check_text(c, "-%.0f", half_most) : ol_check_text(c, "%" PRId64, r.least);
	v[6] = to == OL_DT_FLOAT16 ? ol_check_text(c, "%.0f", half_most)
	       : to == OL_DT_UINT64 ? ol_check_text(c, "%" PRIu64, UINT64_MAX)
				    : ol_check_text(c, "%" PRId64, r.most);
	v[7] = ol_v_int(s.n);
	v[8] = ol_v_int(f->data->n);
	ol_check_because(c, OL_ORIGIN_DATA, in);
	ol_check_because(c, OL_ORIGIN_DTYPE, in);
	ol_check_emit(c, ol_check_node(c, node, 0), v);
}

static void run(struct ol_check *c)
{
	ol_check_nodes(c, "Cast", check_node);
}

const struct ol_builtin ol_builtin_cast_range = {
	.name = "cast-range",
	.about = "casts of known elements to a type that cannot hold them",
	.vars = vars,
	.run = run,
};
