/* declared.c: a declared operator's outputs, by the formulas of its signature.
 *
 * Each dim is a few steps on a small stack; what a formula asks of an unknown is unknown, and a dim that an input
 * provably lacks is told. */
#include "infer/declared.h"

struct eval {
	struct ol_op *x;
	const struct ol_custom_op *op;
};

static struct ol_num dim_of(struct eval *e, uint32_t input, int64_t index)
{
	const struct ol_fact *f = ol_op_in(e->x, input);
	struct ol_str text;
	int64_t at = index;

	if (!f->has_rank)
		return ol_num_unknown();
	if (at < 0)
		at += f->rank;
	if (at >= 0 && at < f->rank)
		return f->dims[at];
	text = ol_op_in_text(e->x, input);
	ol_op_tell(e->x, "shape/rank", "%.*s has no dimension %lld, which the declaration of %.*s::%.*s uses", OL_FMT(text),
		   (long long)index, OL_FMT(e->op->domain), OL_FMT(e->op->name));
	return ol_num_unknown();
}

static struct ol_num item(const struct ol_num *at, uint32_t n, int64_t index)
{
	if (index < 0)
		index += n;
	return at && index >= 0 && index < n ? at[index] : ol_num_unknown();
}

/* The items of an ints attribute, or its default. */
static const int64_t *ints_of(struct eval *e, uint32_t attr, uint32_t *n)
{
	const struct ol_custom_attr *a = &e->op->attrs[attr];
	const int64_t *v = ol_op_ints(e->x, a->name, n);

	if (v || ol_op_attr(e->x, a->name) || !a->has_default)
		return v;
	*n = a->n_ints;
	return a->ints;
}

static struct ol_num attr_of(struct eval *e, uint32_t attr)
{
	const struct ol_custom_attr *a = &e->op->attrs[attr];
	const struct ol_attr *given = ol_op_attr(e->x, a->name);

	if (given)
		return given->type == OL_ATTR_INT ? ol_num(given->i) : ol_num_unknown();
	return a->has_default ? ol_num(a->i) : ol_num_unknown();
}

static struct ol_num attr_at(struct eval *e, uint32_t attr, int64_t index)
{
	uint32_t n;
	const int64_t *v = ints_of(e, attr, &n);

	if (index < 0)
		index += n;
	return v && index >= 0 && index < n ? ol_num(v[index]) : ol_num_unknown();
}

static struct ol_num combine(struct ol_syms *s, uint8_t op, struct ol_num a, struct ol_num b)
{
	switch (op) {
	case OL_FORMULA_ADD:
		return ol_num_add(s, a, b);
	case OL_FORMULA_SUB:
		return ol_num_sub(s, a, b);
	case OL_FORMULA_MUL:
		return ol_num_mul(s, a, b);
	case OL_FORMULA_DIV:
		return ol_num_floordiv(s, a, b);
	case OL_FORMULA_CEIL:
		return ol_num_ceildiv(s, a, b);
	case OL_FORMULA_MOD:
		return ol_num_mod(s, a, b);
	case OL_FORMULA_MIN:
		return ol_num_min(s, a, b);
	default:
		return ol_num_max(s, a, b);
	}
}

static struct ol_num formula(struct eval *e, const struct ol_formula *f)
{
	struct ol_num stack[OL_FORMULA_STEPS];
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		const struct ol_formula_step *s = &f->at[i];
		struct ol_num v;

		if (s->op >= OL_FORMULA_ADD) { /* the reader made sure of two operands */
			n--;
			stack[n - 1] = combine(e->x->syms, s->op, stack[n - 1], stack[n]);
			continue;
		}
		v = ol_num_unknown();
		if (s->op == OL_FORMULA_NUMBER) {
			v = ol_num(s->v);
		} else if (s->op == OL_FORMULA_DIM) {
			v = dim_of(e, s->a, s->v);
		} else if (s->op == OL_FORMULA_RANK) {
			const struct ol_fact *in = ol_op_in(e->x, s->a);

			v = in->has_rank ? ol_num(in->rank) : v;
		} else if (s->op == OL_FORMULA_VALUE) {
			const struct ol_data *d = ol_op_ints_in(e->x, s->a);

			v = d ? item(d->i, d->n, s->v) : v;
		} else if (s->op == OL_FORMULA_ATTR) {
			v = attr_of(e, s->a);
		} else if (s->op == OL_FORMULA_ATTR_AT) {
			v = attr_at(e, s->a, s->v);
		}
		stack[n++] = v;
	}
	return n ? stack[0] : ol_num_unknown();
}

/* [from:to] of n items as a range, as in Python. */
static uint32_t slice(const struct ol_formula *f, uint32_t n, uint32_t *first)
{
	int64_t from = f->from < 0 ? f->from + n : f->from, to = f->to < 0 ? f->to + n : f->to;

	from = from < 0 ? 0 : from > n ? n : from;
	to = to < 0 ? 0 : to > n ? n : to;
	*first = (uint32_t)from;
	return to > from ? (uint32_t)(to - from) : 0;
}

/* Appends the dims of a spread. false: how many there are is not known. */
static bool spread(struct eval *e, const struct ol_formula *f, struct ol_num *to, uint32_t *n)
{
	const struct ol_fact *in = ol_op_in(e->x, f->a);
	const struct ol_data *d = ol_op_ints_in(e->x, f->a);
	const int64_t *ints = NULL;
	uint32_t have = 0, first, k;

	if (f->of == OL_FORMULA_DIM && in->has_rank)
		have = in->rank;
	else if (f->of == OL_FORMULA_VALUE && d)
		have = d->n;
	else if (f->of == OL_FORMULA_ATTR_AT && (ints = ints_of(e, f->a, &have)) != NULL)
		;
	else
		return false;
	k = slice(f, have, &first);
	if (k > OL_DATA_MOST - *n)
		return false;
	for (uint32_t i = first; i < first + k; i++)
		to[(*n)++] = f->of == OL_FORMULA_DIM ? in->dims[i] : ints ? ol_num(ints[i]) : d->i[i];
	return true;
}

static void list(struct eval *e, uint32_t k, const struct ol_custom_output *o)
{
	struct ol_num dims[OL_DATA_MOST], *to;
	uint32_t n = 0;

	for (uint32_t i = 0; i < o->n_dims; i++) {
		if (n == OL_DATA_MOST || (o->dims[i].spread && !spread(e, &o->dims[i], dims, &n)))
			return;
		if (!o->dims[i].spread)
			dims[n++] = formula(e, &o->dims[i]);
	}
	to = ol_op_dims(e->x, n);
	if (!to)
		return;
	for (uint32_t i = 0; i < n; i++) {
		bool known = dims[i].sym != OL_NUM_UNKNOWN && !(ol_num_is_known(dims[i]) && dims[i].v < 0);

		to[i] = known ? dims[i] : ol_num_fresh(e->x->syms);
	}
	ol_op_shape(e->x, k, to, n);
}

static void broadcast(struct eval *e, uint32_t k, const struct ol_custom_output *o)
{
	const struct ol_fact *f = ol_op_in(e->x, o->inputs[0]);
	const struct ol_num *dims = f->dims;
	uint32_t rank = f->has_rank ? f->rank : UINT32_MAX;

	for (uint32_t i = 1; i < o->n_inputs && rank != UINT32_MAX; i++) {
		f = ol_op_in(e->x, o->inputs[i]);
		if (!ol_op_has_in(e->x, o->inputs[i]))
			continue; /* left out */
		if (!f->has_rank)
			return;
		dims = ol_op_broadcast2(e->x, dims, rank, f->dims, f->rank, &rank);
	}
	if (rank != UINT32_MAX)
		ol_op_shape(e->x, k, dims, rank);
}

void ol_infer_declared(struct ol_op *x, const struct ol_custom_op *op)
{
	struct eval e = {x, op};

	for (uint32_t k = 0; k < x->n_out && op->n_outputs; k++) {
		/* a variadic output repeats the last declaration; what is too many has none */
		uint32_t at = ol_schema_output_at(&op->schema, k);
		const struct ol_custom_output *o;

		if (at >= op->n_outputs)
			break;
		o = &op->outputs[at];
		if (!x->out[k])
			continue;
		if (o->type_attr != OL_NONE) {
			struct ol_num v = attr_of(&e, o->type_attr);

			if (ol_num_is_known(v))
				ol_op_dtype(x, k, v.v);
		}
		if (o->shape == OL_CUSTOM_LIKE)
			ol_op_like(x, k, o->inputs[0]);
		else if (o->shape == OL_CUSTOM_BROADCAST)
			broadcast(&e, k, o);
		else if (o->shape == OL_CUSTOM_LIST)
			list(&e, k, o);
	}
}
