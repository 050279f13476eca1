/* constant_overflow.c: arithmetic on known integers whose result the element type cannot hold.
 *
 * Elements are those that inference follows; it computes nothing that wraps, so that the sums are done here, in 64 bits.
 * Signed types only: unsigned ones are meant to wrap where hashes and random numbers are computed.
 * Source: https://onnx.ai/onnx/operators/onnx__Mul.html (integer overflow wraps, or is not defined) */
#include "rules/check.h"

#include <inttypes.h>

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the result's name"},
	{"dtype", "string", "its element type"},
	{"sum", "string", "the first one that does not fit: \"70000 * 70000\""},
	{"count", "int", "elements that do not fit"},
	{"total", "int", "elements"},
	{NULL, NULL, NULL},
};

enum way { ADD, SUB, MUL };
static const struct arithmetic {
	const char *op;
	enum way way;
	char sign;
} table[] = {{"Add", ADD, '+'}, {"Sub", SUB, '-'}, {"Mul", MUL, '*'}};

static bool overflows(enum way way, int64_t a, int64_t b, uint32_t bits)
{
	int64_t r, most = bits >= 64 ? INT64_MAX : (INT64_C(1) << (bits - 1)) - 1;
	bool over = way == ADD   ? __builtin_add_overflow(a, b, &r)
		    : way == SUB ? __builtin_sub_overflow(a, b, &r)
				 : __builtin_mul_overflow(a, b, &r);

	return over || r > most || r < -most - 1;
}

static bool is_signed(int32_t d)
{
	return d == OL_DT_INT64 || d == OL_DT_INT32 || d == OL_DT_INT16 || d == OL_DT_INT8;
}

static void check_node(struct ol_check *c, uint32_t node, const struct arithmetic *op)
{
	uint32_t a = ol_check_input(c, node, 0), b = ol_check_input(c, node, 1), out, total;
	const struct ol_fact *x = a == OL_NONE ? NULL : ol_known_fact(c->inf, a);
	const struct ol_fact *y = b == OL_NONE ? NULL : ol_known_fact(c->inf, b);
	struct ol_val v[5];
	int64_t n = 0;

	if (!x || !y || !x->data || !y->data || !x->data->i || !y->data->i || x->dtype != y->dtype ||
	    !is_signed(x->dtype) || c->ir->model->nodes[node].outputs.n != 1)
		return;
	/* element by element, or one against all: other broadcasts are rare among constants */
	total = x->data->n > y->data->n ? x->data->n : y->data->n;
	if ((x->data->n != total && x->data->n != 1) || (y->data->n != total && y->data->n != 1) ||
	    (x->data->n == y->data->n && x->has_rank && y->has_rank && x->rank != y->rank))
		return;
	for (uint32_t i = 0; i < total; i++) {
		struct ol_num p = x->data->i[x->data->n == 1 ? 0 : i], q = y->data->i[y->data->n == 1 ? 0 : i];

		if (!ol_num_is_known(p) || !ol_num_is_known(q) ||
		    !overflows(op->way, p.v, q.v, ol_dtype_info(x->dtype)->bits))
			continue;
		if (n++ == 0)
			v[2] = ol_check_text(c, "%" PRId64 " %c %" PRId64, p.v, op->sign, q.v);
	}
	out = ol_ir_outputs(c->ir, node)[0];
	if (!n || out == OL_NONE)
		return;
	v[0] = ol_v_str(ol_name(c->ir->model, c->ir->values[out].name));
	v[1] = ol_v_str(ol_str(ol_dtype_info(x->dtype)->name));
	v[3] = ol_v_int(n);
	v[4] = ol_v_int(total);
	ol_check_because(c, OL_ORIGIN_DATA, a);
	ol_check_because(c, OL_ORIGIN_DATA, b);
	ol_check_because(c, OL_ORIGIN_DTYPE, a);
	ol_check_emit(c, ol_check_node(c, node, 0), v);
}

static void run(struct ol_check *c)
{
	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];

		for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++) {
			if (!kind->is_onnx || kind->function != OL_NONE ||
			    !ol_str_is(ol_name(c->ir->model, kind->op_type), table[t].op))
				continue;
			for (uint32_t i = 0; i < kind->nodes.n; i++)
				check_node(c, c->ir->nodes_by_kind[kind->nodes.first + i], &table[t]);
		}
	}
}

const struct ol_builtin ol_builtin_constant_overflow = {
	.name = "constant-overflow",
	.about = "sums, differences and products of known integers that their type cannot hold",
	.vars = vars,
	.run = run,
};
