/* op.c: what shape functions share. */
#include "infer/op.h"

#include <stdarg.h>
#include <stdio.h>

#include "infer/facts.h"
#include "infer/nested.h"
#include "util/buf.h"

/* ---- inputs ---- */

static const struct ol_fact nothing;

enum { DATA_BUDGET = 256 << 20 };

const struct ol_fact *ol_op_in(const struct ol_op *x, uint32_t k)
{
	return k < x->n_in && x->in[k] ? x->in[k] : &nothing;
}

bool ol_op_has_in(const struct ol_op *x, uint32_t k)
{
	return k < x->n_in && x->in[k];
}

const struct ol_data *ol_op_ints_in(const struct ol_op *x, uint32_t k)
{
	const struct ol_fact *f = ol_op_in(x, k);

	return f->data && f->data->i ? f->data : NULL;
}

bool ol_op_int_in(const struct ol_op *x, uint32_t k, int64_t *v)
{
	const struct ol_data *d = ol_op_ints_in(x, k);

	if (!d || d->n != 1 || !ol_num_is_known(d->i[0]))
		return false;
	*v = d->i[0].v;
	return true;
}

/* ---- attributes ---- */

const struct ol_attr *ol_op_attr(const struct ol_op *x, const char *name)
{
	return ol_nested_attr(x->inf, ol_ir_attr(x->inf->ir, x->node, name), x->call);
}

int64_t ol_op_int(const struct ol_op *x, const char *name, int64_t otherwise)
{
	const struct ol_attr *a = ol_op_attr(x, name);

	return a && a->type == OL_ATTR_INT ? a->i : otherwise;
}

double ol_op_float(const struct ol_op *x, const char *name, double otherwise)
{
	const struct ol_attr *a = ol_op_attr(x, name);

	return a && a->type == OL_ATTR_FLOAT ? (double)a->f : otherwise;
}

struct ol_str ol_op_str(const struct ol_op *x, const char *name, const char *otherwise)
{
	const struct ol_attr *a = ol_op_attr(x, name);

	return a && a->type == OL_ATTR_STRING ? a->s : ol_str(otherwise);
}

const int64_t *ol_op_ints(const struct ol_op *x, const char *name, uint32_t *n)
{
	static const int64_t none[1];
	const struct ol_attr *a = ol_op_attr(x, name);

	*n = 0;
	if (!a || a->type != OL_ATTR_INTS)
		return NULL;
	*n = a->n;
	return a->n ? a->list.ints : none;
}

/* ---- outputs ---- */

static struct ol_fact *out(const struct ol_op *x, uint32_t k)
{
	return k < x->n_out ? x->out[k] : NULL;
}

struct ol_num *ol_op_dims(struct ol_op *x, uint32_t rank)
{
	struct ol_num *d;

	/* more is not followed: each node of a hostile model could ask for as much */
	if (rank > OL_DATA_MOST)
		return NULL;
	d = ol_arena_alloc(&x->inf->arena, (rank + !rank) * sizeof(*d));
	if (!d)
		x->inf->failed = true;
	return d;
}

void ol_op_shape(struct ol_op *x, uint32_t k, const struct ol_num *dims, uint32_t rank)
{
	struct ol_fact *f = out(x, k);

	if (!f || (rank && !dims))
		return;
	if (f->kind == OL_TYPE_NONE)
		f->kind = OL_TYPE_TENSOR;
	f->has_rank = true;
	f->rank = rank;
	f->dims = dims;
}

void ol_op_like(struct ol_op *x, uint32_t k, uint32_t j)
{
	const struct ol_fact *f = ol_op_in(x, j);

	if (f->has_rank)
		ol_op_shape(x, k, f->dims, f->rank);
}

void ol_op_scalar(struct ol_op *x, uint32_t k)
{
	ol_op_shape(x, k, NULL, 0);
}

void ol_op_dtype(struct ol_op *x, uint32_t k, int64_t dtype)
{
	struct ol_fact *f = out(x, k);

	if (!f || !ol_dtype_valid(dtype))
		return;
	f->kind = OL_TYPE_TENSOR;
	f->dtype = (uint8_t)dtype;
}

void ol_op_dtype_like(struct ol_op *x, uint32_t k, uint32_t j)
{
	const struct ol_fact *f = ol_op_in(x, j);

	if (f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR)
		ol_op_dtype(x, k, f->dtype);
}

void ol_op_rank(struct ol_op *x, uint32_t k, uint32_t rank)
{
	struct ol_num *d = rank <= 1024 ? ol_op_dims(x, rank) : NULL;

	if (!d)
		return;
	for (uint32_t i = 0; i < rank; i++)
		d[i] = ol_num_fresh(x->syms);
	ol_op_shape(x, k, d, rank);
}

static struct ol_data *set_data(struct ol_op *x, uint32_t k, uint32_t n)
{
	struct ol_fact *f = out(x, k);
	struct ol_data *data;

	/* elements are a luxury: types and shapes come first when there are many of them */
	if (!f || n > OL_DATA_MOST || x->inf->arena.used > DATA_BUDGET)
		return NULL;
	data = ol_arena_calloc(&x->inf->arena, 1, sizeof(*data));
	if (!data) {
		x->inf->failed = true;
		return NULL;
	}
	data->n = n;
	f->data = data;
	return data;
}

void ol_op_set_ints(struct ol_op *x, uint32_t k, const struct ol_num *i, uint32_t n)
{
	struct ol_data *data = set_data(x, k, n);
	struct ol_num *copy;

	if (!data)
		return;
	copy = ol_op_dims(x, n);
	if (!copy) {
		x->out[k]->data = NULL;
		return;
	}
	if (n)
		memcpy(copy, i, n * sizeof(*copy));
	data->i = copy;
}

void ol_op_set_doubles(struct ol_op *x, uint32_t k, const double *d, uint32_t n)
{
	struct ol_data *data = set_data(x, k, n);
	double *copy;

	if (!data)
		return;
	copy = ol_arena_alloc(&x->inf->arena, n * sizeof(*copy));
	if (!copy) {
		x->inf->failed = true;
		x->out[k]->data = NULL;
		return;
	}
	if (n)
		memcpy(copy, d, n * sizeof(*copy));
	data->d = copy;
}

void ol_op_set_elem(struct ol_op *x, uint32_t k, enum ol_type_kind kind, const struct ol_fact *elem)
{
	struct ol_fact *f = out(x, k), *copy;

	if (!f)
		return;
	f->kind = (uint8_t)kind;
	f->elem = NULL;
	if (!elem || elem->kind == OL_TYPE_NONE)
		return;
	copy = ol_arena_alloc(&x->inf->arena, sizeof(*copy));
	if (!copy) {
		x->inf->failed = true;
		return;
	}
	*copy = *elem;
	copy->data = NULL;
	f->elem = copy;
}

/* ---- common work ---- */

/* One dim of a broadcast: false when the two provably do not fit. */
static bool broadcast_dim(struct ol_op *x, struct ol_num a, struct ol_num b, struct ol_num *to)
{
	*to = a;
	if (ol_num_is(a, 1)) {
		*to = b;
	} else if (ol_num_is(b, 1)) {
		*to = a;
	} else if (ol_num_is_known(a) && ol_num_is_known(b)) {
		return a.v == b.v;
	} else if (ol_num_is_known(a) || ol_num_is_known(b)) {
		/* the other is 1 or equal: the number holds (0 counts: 0 against 1 gives 0) */
		*to = ol_num_is_known(a) ? a : b;
	} else if (ol_num_equal(x->syms, a, b) != OL_YES) {
		*to = ol_num_fresh(x->syms);
	}
	return true;
}

const struct ol_num *ol_op_broadcast2(struct ol_op *x, const struct ol_num *a, uint32_t ra, const struct ol_num *b,
				      uint32_t rb, uint32_t *rank)
{
	const struct ol_num *longer = ra >= rb ? a : b, *shorter = ra >= rb ? b : a;
	uint32_t r = ra >= rb ? ra : rb, gap = r - (ra >= rb ? rb : ra);
	struct ol_num *d = NULL;

	*rank = r;
	for (uint32_t i = gap; i < r; i++) {
		struct ol_num n;

		if (!broadcast_dim(x, longer[i], shorter[i - gap], &n)) {
			ol_op_tell(x, "shape/broadcast", "shapes %.*s and %.*s do not broadcast",
				   OL_FMT(ol_op_shape_text(x, a, ra)), OL_FMT(ol_op_shape_text(x, b, rb)));
			*rank = UINT32_MAX;
			return NULL;
		}
		if (!d && n.sym == longer[i].sym && (n.sym || n.v == longer[i].v))
			continue; /* mostly the longer shape is the result: share it */
		if (!d) {
			d = ol_op_dims(x, r);
			if (!d) {
				*rank = UINT32_MAX;
				return NULL;
			}
			memcpy(d, longer, r * sizeof(*d));
		}
		d[i] = n;
	}
	return d ? d : longer;
}

bool ol_op_broadcast(struct ol_op *x, uint32_t k, uint32_t first, uint32_t n)
{
	const struct ol_num *dims = NULL;
	uint32_t rank = 0;

	for (uint32_t i = first; i < first + n && i < x->n_in; i++) {
		const struct ol_fact *f = ol_op_in(x, i);

		if (!x->in[i])
			continue;
		if (!f->has_rank)
			return true;
		dims = ol_op_broadcast2(x, dims, rank, f->dims, f->rank, &rank);
		if (rank == UINT32_MAX)
			return false;
	}
	ol_op_shape(x, k, dims, rank);
	return true;
}

struct ol_num ol_op_same(struct ol_op *x, struct ol_num a, struct ol_num b, const char *what, bool *clash)
{
	if (ol_num_is_known(a) && ol_num_is_known(b) && a.v != b.v) {
		if (clash)
			*clash = true;
		if (what)
			ol_op_tell(x, "shape/mismatch", "%s: %lld and %lld must be equal", what, (long long)a.v,
				   (long long)b.v);
		return a;
	}
	return ol_num_is_known(b) || (!ol_num_is_known(a) && !ol_num_printable(x->syms, a)) ? b : a;
}

bool ol_op_axis(struct ol_op *x, int64_t axis, uint32_t rank, bool end, uint32_t *to)
{
	int64_t most = (int64_t)rank + (end ? 0 : -1), least = -(int64_t)rank;

	if (axis < least || axis > most) {
		ol_op_tell(x, "shape/bad-axis", "axis %lld is out of range for rank %u: it may be %lld to %lld",
			   (long long)axis, rank, (long long)least, (long long)most);
		return false;
	}
	*to = (uint32_t)(axis < 0 ? axis + rank : axis);
	return true;
}

struct ol_num ol_op_product(struct ol_op *x, const struct ol_num *dims, uint32_t n)
{
	struct ol_num p = ol_num(1);

	for (uint32_t i = 0; i < n; i++)
		if (ol_num_is(dims[i], 0))
			return ol_num(0);
	for (uint32_t i = 0; i < n; i++)
		p = ol_num_mul(x->syms, p, dims[i]);
	return p;
}

struct ol_num ol_op_elements(struct ol_op *x, const struct ol_fact *f)
{
	return f->has_rank ? ol_op_product(x, f->dims, f->rank) : ol_num_unknown();
}

/* ---- faults ---- */

void ol_op_tell(struct ol_op *x, const char *rule, const char *fmt, ...)
{
	const struct ol_node *n = &x->m->nodes[x->node];
	struct ol_place p = OL_NOWHERE;
	struct ol_buf b = {0};
	va_list ap;

	if (!x->tell || !x->inf->sink || (x->inf->told_node == x->node && x->inf->told_rule == rule))
		return;
	x->inf->told_node = x->node;
	x->inf->told_rule = rule;
	if (ol_model_diag_full(x->inf->sink, rule))
		return;
	p.graph = n->graph;
	p.node = x->node;
	p.function = x->m->graphs[n->graph].function;
	if (x->m->format == OL_FORMAT_PROTOBUF)
		p.at = (struct ol_span){n->offset, n->length};
	va_start(ap, fmt);
	ol_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	ol_model_diag(x->inf->sink, rule, p, "%.*s: %.*s", OL_FMT(ol_name(x->m, n->op_type)), OL_FMT(b));
	ol_op_reasons(x, rule, ol_buf_view(&b));
	x->inf->failed |= b.failed;
	ol_buf_free(&b);
}

struct ol_str ol_op_shape_text(struct ol_op *x, const struct ol_num *dims, uint32_t rank)
{
	struct ol_buf b = {0};
	struct ol_str s;

	ol_dims_print(x->inf, dims, rank, &b);
	s = ol_arena_str(&x->inf->arena, ol_buf_view(&b));
	x->inf->failed |= b.failed;
	ol_buf_free(&b);
	return s;
}

struct ol_str ol_op_in_text(struct ol_op *x, uint32_t k)
{
	const struct ol_node *n = &x->m->nodes[x->node];
	const struct ol_fact *f = ol_op_in(x, k);
	struct ol_buf b = {0};
	struct ol_str s;

	if (k < n->inputs.n)
		ol_buf_printf(&b, "'%.*s' ", OL_FMT(ol_name(x->m, x->m->names_of[n->inputs.first + k])));
	ol_fact_print(x->inf, f, &b);
	s = ol_arena_str(&x->inf->arena, ol_buf_view(&b));
	x->inf->failed |= b.failed;
	ol_buf_free(&b);
	return s;
}
