/* facts_shape.c: type, shape and known elements of a value: what inference found, else what the model declares, else what
 * a stored tensor brings along. What is none of these is unknown, not wrong. */
#include "engine/facts_table.h"
#include "util/text.h"

enum { SHAPE_TEXT_MOST = 512 };

/* A shape, and how its dims are read. */
struct shape {
	uint32_t rank;
	const void *dims;
	struct ol_val (*number)(struct ol_eval *, const struct ol_list *, uint64_t); /* or unknown */
	struct ol_val (*text)(struct ol_eval *, const struct ol_list *, uint64_t);
};

static struct ol_val printed(struct ol_eval *e, int64_t v)
{
	struct ol_str s = ol_arena_printf(e->scratch, "%lld", (long long)v);

	return s.p ? ol_v_str(s) : ol_v_error(e, "out of memory");
}

/* ---- inferred dims ---- */
static struct ol_val num_number(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_num *n = (const struct ol_num *)l->host + i;

	(void)e;
	return ol_num_is_known(*n) ? ol_v_int(n->v) : ol_v_unknown();
}

static struct ol_val num_text(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_num *n = (const struct ol_num *)l->host + i;
	struct ol_buf b = {0};
	struct ol_str s;

	if (ol_num_is_known(*n))
		return printed(e, n->v);
	ol_num_print(&ol_facts_of(e)->inf->syms, *n, &b);
	s = ol_buf_keep(&b, e->scratch);
	return s.p ? ol_facts_text(e, s) : ol_v_error(e, "out of memory");
}

/* ---- declared dims ---- */
static struct ol_val dim_number(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_dim *d = (const struct ol_dim *)l->host + i;

	(void)e;
	return d->kind == OL_DIM_VALUE && d->value >= 0 ? ol_v_int(d->value) : ol_v_unknown();
}

static struct ol_val dim_text(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	const struct ol_dim *d = (const struct ol_dim *)l->host + i;

	if (d->kind == OL_DIM_PARAM && d->param)
		return ol_facts_name(e, d->param);
	return d->kind == OL_DIM_VALUE ? printed(e, d->value) : ol_v_str(OL_STR("?"));
}

/* ---- a tensor's dims ---- */
struct ol_val ol_facts_int_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	(void)e;
	return ol_v_int(((const int64_t *)l->host)[i]);
}

static struct ol_val int_text(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	return printed(e, ((const int64_t *)l->host)[i]);
}

static bool shape_of(struct ol_eval *e, uint32_t value, struct shape *s)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	const struct ol_model *m = ir->model;
	const struct ol_value *v = &ir->values[value];
	const struct ol_fact *f = ol_known_fact(ol_facts_of(e)->inf, value);
	uint32_t row = ol_ir_type(ir, value);
	const struct ol_type *t = row == OL_NONE ? NULL : &m->types[row];

	if (f && f->has_rank) {
		*s = (struct shape){f->rank, f->dims, num_number, num_text};
	} else if (t && (t->kind == OL_TYPE_TENSOR || t->kind == OL_TYPE_SPARSE_TENSOR) && t->has_shape) {
		*s = (struct shape){t->rank, t->dims, dim_number, dim_text};
	} else if (v->tensor == OL_NONE) {
		return false;
	} else if (v->flags & OL_VALUE_SPARSE) {
		*s = (struct shape){m->sparses[v->tensor].rank, m->sparses[v->tensor].dims, ol_facts_int_item, int_text};
	} else {
		*s = (struct shape){m->tensors[v->tensor].rank, m->tensors[v->tensor].dims, ol_facts_int_item, int_text};
	}
	return true;
}

struct ol_val ol_facts_lazy(struct ol_eval *e, uint64_t n, const void *host,
			    struct ol_val (*get)(struct ol_eval *, const struct ol_list *, uint64_t))
{
	struct ol_list *l = OL_NEW(e->scratch, struct ol_list);

	if (!l)
		return ol_v_error(e, "out of memory");
	*l = (struct ol_list){.n = n, .get = get, .host = host};
	return (struct ol_val){.kind = OL_V_LIST, .u.list = l};
}

/* ---- fields ---- */
OL_FACTS_GET(value_dtype)
{
	return ol_facts_known_dtype(e, (uint32_t)self.u.obj.a);
}

OL_FACTS_GET(value_type_kind)
{
	static const char *const names[] = {"none", "tensor", "sparse_tensor", "sequence", "map", "optional", "opaque"};
	const struct ol_ir *ir = ol_facts_ir(e);
	uint32_t value = (uint32_t)self.u.obj.a, row = ol_ir_type(ir, value);
	const struct ol_fact *f = ol_known_fact(ol_facts_of(e)->inf, value);
	uint8_t kind = f ? f->kind : OL_TYPE_NONE;

	if (kind == OL_TYPE_NONE && row != OL_NONE)
		kind = ir->model->types[row].kind;
	if (kind > OL_TYPE_NONE && kind <= OL_TYPE_OPAQUE)
		return ol_v_str(ol_str(names[kind]));
	if (!(ir->values[value].flags & OL_VALUE_SPARSE) && ir->values[value].tensor != OL_NONE)
		return ol_v_str(OL_STR("tensor"));
	return ol_v_unknown();
}

OL_FACTS_GET(value_rank)
{
	struct shape s;

	return shape_of(e, (uint32_t)self.u.obj.a, &s) ? ol_v_int(s.rank) : ol_v_unknown();
}

OL_FACTS_GET(value_shape)
{
	struct shape s;

	return shape_of(e, (uint32_t)self.u.obj.a, &s) ? ol_facts_lazy(e, s.rank, s.dims, s.number) : ol_v_unknown();
}

OL_FACTS_GET(value_dims)
{
	struct shape s;

	return shape_of(e, (uint32_t)self.u.obj.a, &s) ? ol_facts_lazy(e, s.rank, s.dims, s.text) : ol_v_unknown();
}

OL_FACTS_GET(value_is_static)
{
	struct ol_list l = {0};
	struct shape s;

	if (!shape_of(e, (uint32_t)self.u.obj.a, &s))
		return ol_v_unknown();
	l.host = s.dims;
	for (uint32_t i = 0; i < s.rank; i++)
		if (s.number(e, &l, i).kind != OL_V_INT)
			return ol_v_bool(false);
	return ol_v_bool(true);
}

/* The product of the dims, and of a bit width: -1 when a dim is no number or the product does not fit. */
static int64_t product(struct ol_eval *e, struct ol_val self, uint32_t bits)
{
	struct ol_list l = {0};
	struct shape s;
	int64_t n = 1;
	bool zero = false;

	if (!shape_of(e, (uint32_t)self.u.obj.a, &s))
		return -1;
	l.host = s.dims;
	for (uint32_t i = 0; i < s.rank; i++) {
		struct ol_val v = s.number(e, &l, i);

		if (v.kind != OL_V_INT || v.u.i < 0 || (v.u.i && __builtin_mul_overflow(n, v.u.i, &n)))
			return -1;
		zero |= v.u.i == 0;
	}
	if (zero)
		return 0;
	return __builtin_mul_overflow(n, (int64_t)bits, &n) ? -1 : n;
}

OL_FACTS_GET(value_n_elements)
{
	int64_t n = product(e, self, 1);

	return n < 0 ? ol_v_unknown() : ol_v_int(n);
}

OL_FACTS_GET(value_n_bytes)
{
	int32_t d = ol_known_dtype(ol_facts_ir(e), ol_facts_of(e)->inf, (uint32_t)self.u.obj.a);
	uint32_t bits = ol_dtype_info(d)->bits;
	int64_t n = bits ? product(e, self, bits) : -1;

	return n < 0 ? ol_v_unknown() : ol_v_int(n / 8 + (n % 8 != 0));
}

static const struct ol_data *data_of(struct ol_eval *e, struct ol_val self)
{
	const struct ol_fact *f = ol_known_fact(ol_facts_of(e)->inf, (uint32_t)self.u.obj.a);

	return f ? f->data : NULL;
}

OL_FACTS_GET(value_elements)
{
	const struct ol_data *d = data_of(e, self);

	return d && d->i ? ol_facts_lazy(e, d->n, d->i, num_number) : ol_v_unknown();
}

OL_FACTS_GET(value_has_elements)
{
	const struct ol_data *d = data_of(e, self);

	if (!d)
		return ol_v_bool(false);
	for (uint32_t i = 0; i < d->n && d->i; i++)
		if (d->i[i].sym == OL_NUM_UNKNOWN)
			return ol_v_bool(false);
	return ol_v_bool(true);
}

OL_FACTS_GET(value_is_known)
{
	const struct ol_ir *ir = ol_facts_ir(e);
	const struct ol_value *v = &ir->values[self.u.obj.a];
	const struct ol_data *d = data_of(e, self);

	/* from IR version 4 on a caller may replace an initializer that is an input too */
	if (v->flags & (OL_VALUE_INITIALIZER | OL_VALUE_CONSTANT) &&
	    !(v->flags & OL_VALUE_INPUT && ir->model->ir_version >= 4))
		return ol_v_bool(true);
	if (!d)
		return ol_v_bool(false);
	for (uint32_t i = 0; i < d->n && d->i; i++)
		if (!ol_num_is_known(d->i[i]))
			return ol_v_bool(false);
	return ol_v_bool(true);
}

OL_FACTS_CALL(shape_text)
{
	struct ol_buf b = {0};
	struct ol_list l = {0};
	struct shape s;
	struct ol_str text;

	(void)argc;
	if (!shape_of(e, (uint32_t)argv[0].u.obj.a, &s))
		return ol_v_str(OL_STR("?"));
	l.host = s.dims;
	ol_buf_char(&b, '[');
	for (uint32_t i = 0; i < s.rank && b.n < SHAPE_TEXT_MOST; i++) {
		struct ol_val v = s.text(e, &l, i);

		ol_buf_z(&b, i ? "," : "");
		if (v.kind == OL_V_STRING)
			ol_text_plain(&b, v.u.s, 40);
	}
	ol_buf_char(&b, ']');
	text = ol_buf_keep(&b, e->scratch);
	return text.p ? ol_v_str(text) : ol_v_error(e, "out of memory");
}
