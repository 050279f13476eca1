/* facts_funcs.c: the global functions of rules: version facts, element types, and words for
 * messages.
 *
 * The static types have been checked, but a dyn argument may be anything: each function looks
 * before it reads. */
#include "engine/facts_table.h"
#include "util/text.h"

/* ---- versions ---- */
OL_FACTS_CALL(opset)
{
	(void)argc;
	return ol_facts_opt_int(ol_ir_opset(ol_facts_model(e), OL_NONE, argv[0].u.s), -1);
}

OL_FACTS_CALL(schema_of)
{
	struct ol_schema s = ol_schema_find(argv[0].u.s, argv[1].u.s, argv[2].u.i);

	(void)argc;
	return s.row ? ol_facts_copy(e, OL_CLS_SCHEMA, &s, sizeof(s)) : ol_v_null();
}

OL_FACTS_CALL(newest_opset)
{
	(void)e;
	(void)argc;
	return ol_facts_opt_int(ol_schema_domain_newest(argv[0].u.s), 0);
}

OL_FACTS_CALL(release_of_opset)
{
	struct ol_str s = ol_schema_release_of_opset(argv[0].u.s, argv[1].u.i);

	(void)e;
	(void)argc;
	return s.n ? ol_v_str(s) : ol_v_null();
}

OL_FACTS_CALL(ir_for_opset)
{
	(void)e;
	(void)argc;
	return ol_facts_opt_int(ol_schema_ir_for_opset(argv[0].u.s, argv[1].u.i), 0);
}

/* ---- element types ---- */
OL_FACTS_CALL(dtype_bits)
{
	enum ol_dtype d = ol_dtype_find(argv[0].u.s);

	(void)argc;
	if (d == OL_DT_UNDEFINED)
		return ol_v_error(e, "dtype_bits: no such element type");
	return ol_v_int(ol_dtype_info(d)->bits);
}

OL_FACTS_CALL(dtype_min_ir)
{
	enum ol_dtype d = ol_dtype_find(argv[0].u.s);

	(void)argc;
	if (d == OL_DT_UNDEFINED)
		return ol_v_error(e, "dtype_min_ir: no such element type");
	return ol_v_int(ol_dtype_info(d)->min_ir);
}

OL_FACTS_CALL(known_dtype)
{
	(void)e;
	(void)argc;
	return ol_v_bool(ol_dtype_find(argv[0].u.s) != OL_DT_UNDEFINED);
}

/* What a type holds exactly: integers of so many bits (sign apart), fractions with so many bits of
 * exponent. */
static const struct {
	uint8_t dtype, is_signed, digits,
	    exponent; /* digits: of the integer or the significand, hidden bit included */
} ranges[] = {
    {OL_DT_BOOL, 0, 1, 0},    {OL_DT_UINT2, 0, 2, 0},	 {OL_DT_INT2, 1, 1, 0},
    {OL_DT_UINT4, 0, 4, 0},   {OL_DT_INT4, 1, 3, 0},	 {OL_DT_UINT8, 0, 8, 0},
    {OL_DT_INT8, 1, 7, 0},    {OL_DT_UINT16, 0, 16, 0},	 {OL_DT_INT16, 1, 15, 0},
    {OL_DT_UINT32, 0, 32, 0}, {OL_DT_INT32, 1, 31, 0},	 {OL_DT_UINT64, 0, 64, 0},
    {OL_DT_INT64, 1, 63, 0},  {OL_DT_FLOAT16, 1, 11, 5}, {OL_DT_BFLOAT16, 1, 8, 8},
    {OL_DT_FLOAT, 1, 24, 8},  {OL_DT_DOUBLE, 1, 53, 11},
};

static int range_of(struct ol_str name)
{
	enum ol_dtype d = ol_dtype_find(name);

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ranges[i].dtype == d)
			return (int)i;
	return -1;
}

/* Does every value of the first type have an equal one in the second? */
OL_FACTS_CALL(lossless_cast)
{
	int a = range_of(argv[0].u.s), b = range_of(argv[1].u.s);
	bool fits;

	(void)e;
	(void)argc;
	if (ol_dtype_find(argv[0].u.s) == ol_dtype_find(argv[1].u.s))
		return ol_v_bool(true);
	if (a < 0 || b < 0)
		return ol_v_bool(false);
	fits = ranges[a].digits <= ranges[b].digits && ranges[a].is_signed <= ranges[b].is_signed;
	/* an n-bit integer needs exponents up to n: 5 bits reach 2^15, 8 bits 2^127 */
	if (ranges[b].exponent && !ranges[a].exponent)
		return ol_v_bool(fits && (ranges[b].exponent > 5 || ranges[a].digits <= 15));
	return ol_v_bool(fits && ranges[a].exponent <= ranges[b].exponent);
}

/* ---- words ---- */
static struct ol_val taken(struct ol_eval *e, struct ol_buf *b)
{
	struct ol_str s;

	e->steps += b->n / 64;
	s = ol_buf_keep(b, e->scratch);
	return s.p ? ol_v_str(s) : ol_v_error(e, "out of memory");
}

OL_FACTS_CALL(quote)
{
	struct ol_buf b = {0};

	(void)argc;
	ol_buf_char(&b, '\'');
	ol_text_plain(&b, argv[0].u.s, 80);
	ol_buf_char(&b, '\'');
	return taken(e, &b);
}

static bool is_list(const struct ol_val *v)
{
	return v->kind == OL_V_LIST;
}

OL_FACTS_CALL(join)
{
	struct ol_buf b = {0};

	if (!is_list(&argv[0]) || (argc > 1 && argv[1].kind != OL_V_STRING))
		return ol_v_error(e, "join: wants a list and a string");
	for (uint64_t i = 0; i < argv[0].u.list->n && b.n < 4096; i++) {
		struct ol_val v = ol_v_item(e, &argv[0], i);

		if (i)
			ol_buf_str(&b, argc > 1 ? argv[1].u.s : OL_STR(", "));
		if (v.kind == OL_V_UNKNOWN)
			ol_buf_char(&b, '?');
		else
			ol_v_print(e, v, &b);
		e->steps++;
	}
	return taken(e, &b);
}

/* op: '+' '<' '>'. An unknown item makes the whole unknown. */
static struct ol_val fold(struct ol_eval *e, const struct ol_val *list, char op, const char *name)
{
	bool dbl = false;
	int64_t acc = 0;
	double d = 0;

	if (!is_list(list))
		return ol_v_error(e, "%s: wants a list of numbers", name);
	if (!list->u.list->n)
		return op == '+' ? ol_v_int(0) : ol_v_error(e, "%s: the list is empty", name);
	for (uint64_t i = 0; i < list->u.list->n; i++) {
		struct ol_val v = ol_v_item(e, list, i);

		if (v.kind == OL_V_UNKNOWN || v.kind == OL_V_ERROR)
			return v;
		if (v.kind != OL_V_INT && v.kind != OL_V_DOUBLE)
			return ol_v_error(e, "%s: wants a list of numbers", name);
		if (e->max_steps && ++e->steps > e->max_steps)
			return ol_v_error(e, "expression costs too much");
		if (v.kind == OL_V_DOUBLE && !dbl) {
			dbl = true;
			d = (double)acc;
		}
		if (dbl) {
			double x = v.kind == OL_V_DOUBLE ? v.u.d : (double)v.u.i;

			if (op == '+')
				d += x;
			else if (i == 0 || (op == '<' ? x < d : x > d))
				d = x;
		} else if (op == '+') {
			if (__builtin_add_overflow(acc, v.u.i, &acc))
				return ol_v_error(e, "%s: integer overflow", name);
		} else if (i == 0 || (op == '<' ? v.u.i < acc : v.u.i > acc)) {
			acc = v.u.i;
		}
	}
	return dbl ? ol_v_double(d) : ol_v_int(acc);
}

OL_FACTS_CALL(sum)
{
	(void)argc;
	return fold(e, &argv[0], '+', "sum");
}

OL_FACTS_CALL(min)
{
	(void)argc;
	return fold(e, &argv[0], '<', "min");
}

OL_FACTS_CALL(max)
{
	(void)argc;
	return fold(e, &argv[0], '>', "max");
}

OL_FACTS_CALL(glob)
{
	(void)argc;
	e->steps += argv[1].u.s.n / 64;
	return ol_v_bool(ol_text_glob(argv[0].u.s, argv[1].u.s));
}

OL_FACTS_CALL(near)
{
	uint32_t distance;

	(void)e;
	(void)argc;
	return ol_v_bool(ol_text_near(argv[0].u.s, argv[1].u.s, &distance));
}

OL_FACTS_CALL(plural)
{
	(void)e;
	(void)argc;
	return argv[0].u.i == 1 ? argv[1] : argv[2];
}

OL_FACTS_CALL(bytes_text)
{
	struct ol_buf b = {0};

	(void)argc;
	ol_text_bytes(&b, argv[0].u.i < 0 ? 0 : (uint64_t)argv[0].u.i);
	return taken(e, &b);
}

OL_FACTS_CALL(count_text)
{
	struct ol_buf b = {0};

	(void)argc;
	ol_text_count(&b, argv[0].u.i < 0 ? 0 : (uint64_t)argv[0].u.i);
	return taken(e, &b);
}
