/* facts.c: facts from declarations and tensors, joins, and what the model declares beside them. */
#include "infer/facts.h"

#include "util/buf.h"

/* Shapes of a higher rank are not followed: no operator has a use for them, and each node would copy them. */
enum { RANK_MOST = 1024, DIMS_SHOWN = 16 };

static struct ol_num *new_dims(struct ol_infer *inf, uint32_t rank)
{
	struct ol_num *d = ol_arena_alloc(&inf->arena, rank * sizeof(*d));

	if (!d)
		inf->failed = true;
	return d;
}

struct ol_fact ol_fact_of_type(struct ol_infer *inf, uint32_t type)
{
	const struct ol_model *m = inf->ir->model;
	struct ol_fact f = {0}, *elem;
	const struct ol_type *t;
	uint32_t chain[8], n = 0;

	/* from the inside out: sequences of optionals of … deeper than anybody needs are unknown */
	for (uint32_t row = type; row != OL_NONE && n < 8; row = m->types[row].elem)
		chain[n++] = row;
	if (n == 8)
		return f;
	while (n--) {
		t = &m->types[chain[n]];
		elem = NULL;
		if (f.kind && (t->kind == OL_TYPE_SEQUENCE || t->kind == OL_TYPE_OPTIONAL || t->kind == OL_TYPE_MAP)) {
			elem = ol_arena_alloc(&inf->arena, sizeof(*elem));
			if (!elem) {
				inf->failed = true;
				return (struct ol_fact){0};
			}
			*elem = f;
		}
		f = (struct ol_fact){.kind = t->kind, .elem = elem};
		f.dtype = ol_dtype_valid(t->elem_type) ? (uint8_t)t->elem_type : OL_DT_UNDEFINED;
		if ((t->kind != OL_TYPE_TENSOR && t->kind != OL_TYPE_SPARSE_TENSOR) || !t->has_shape ||
		    t->rank > RANK_MOST)
			continue;
		if (t->rank) {
			struct ol_num *d = new_dims(inf, t->rank);

			if (!d)
				return (struct ol_fact){0};
			for (uint32_t i = 0; i < t->rank; i++)
				d[i] = t->dims[i].kind == OL_DIM_VALUE && t->dims[i].value >= 0
					       ? ol_num(t->dims[i].value)
				       : t->dims[i].kind == OL_DIM_PARAM && t->dims[i].param
					       ? ol_num_named(&inf->syms, t->dims[i].param)
					       : ol_num_fresh(&inf->syms);
			f.dims = d;
		}
		f.has_rank = true;
		f.rank = t->rank;
	}
	return f;
}

static const struct ol_data *tensor_data(struct ol_infer *inf, const struct ol_tensor *t)
{
	int64_t n = ol_tensor_elements(t), v;
	bool ints = t->dtype != OL_DT_FLOAT && t->dtype != OL_DT_DOUBLE && t->dtype != OL_DT_FLOAT16 &&
		    t->dtype != OL_DT_BFLOAT16;
	struct ol_data *data;
	struct ol_num *i;
	double *d, x;

	if (n < 0 || n > OL_DATA_MOST || (n && !t->data) || t->dtype == OL_DT_STRING || t->location == 1)
		return NULL;
	if (n && !(ints ? ol_tensor_int(t, 0, &v) : ol_tensor_double(t, 0, &x)))
		return NULL;
	data = ol_arena_calloc(&inf->arena, 1, sizeof(*data));
	i = ints ? ol_arena_alloc(&inf->arena, (size_t)n * sizeof(*i)) : NULL;
	d = ints ? NULL : ol_arena_alloc(&inf->arena, (size_t)n * sizeof(*d));
	if (!data || (!i && !d)) {
		inf->failed = true;
		return NULL;
	}
	for (int64_t k = 0; k < n; k++) {
		if (ints && ol_tensor_int(t, (uint64_t)k, &v))
			i[k] = ol_num(v);
		else if (!ints && ol_tensor_double(t, (uint64_t)k, &x))
			d[k] = x;
		else
			return NULL;
	}
	data->n = (uint32_t)n;
	data->i = i;
	data->d = d;
	return data;
}

static void known_dims(struct ol_infer *inf, struct ol_fact *f, const int64_t *dims, uint32_t rank)
{
	struct ol_num *d = rank && rank <= RANK_MOST ? new_dims(inf, rank) : NULL;

	if (rank && !d)
		return;
	for (uint32_t i = 0; i < rank; i++)
		d[i] = dims[i] >= 0 ? ol_num(dims[i]) : ol_num_unknown();
	f->dims = d;
	f->rank = rank;
	f->has_rank = true;
}

struct ol_fact ol_fact_of_tensor(struct ol_infer *inf, const struct ol_tensor *t, bool constant)
{
	struct ol_fact f = {.kind = OL_TYPE_TENSOR};

	if (ol_dtype_valid(t->dtype))
		f.dtype = (uint8_t)t->dtype;
	known_dims(inf, &f, t->dims, t->rank);
	if (constant)
		f.data = tensor_data(inf, t);
	return f;
}

struct ol_fact ol_fact_of_sparse(struct ol_infer *inf, const struct ol_sparse *s)
{
	struct ol_fact f = {.kind = OL_TYPE_TENSOR}; /* stands for its dense form (IR.md) */
	const struct ol_model *m = inf->ir->model;

	if (s->values != OL_NONE && ol_dtype_valid(m->tensors[s->values].dtype))
		f.dtype = (uint8_t)m->tensors[s->values].dtype;
	known_dims(inf, &f, s->dims, s->rank);
	return f;
}

bool ol_fact_same(struct ol_infer *inf, const struct ol_fact *a, const struct ol_fact *b)
{
	if (a->kind != b->kind || a->dtype != b->dtype || a->has_rank != b->has_rank || a->rank != b->rank)
		return false;
	for (uint32_t i = 0; a->has_rank && a->dims != b->dims && i < a->rank; i++)
		if (ol_num_equal(&inf->syms, a->dims[i], b->dims[i]) != OL_YES)
			return false;
	return true;
}

/* Depth is bounded, as it is where facts are made of types. */
static const struct ol_fact *join_elem(struct ol_infer *inf, const struct ol_fact *a, const struct ol_fact *b, int depth)
{
	struct ol_fact *to;
	struct ol_fact f = {.kind = a->kind, .dtype = a->dtype};

	if (a == b)
		return a;
	if (a->kind != b->kind || a->dtype != b->dtype)
		return NULL;
	if (a->elem && b->elem && depth < 8)
		f.elem = join_elem(inf, a->elem, b->elem, depth + 1);
	if (a->kind == OL_TYPE_TENSOR && a->has_rank && b->has_rank && a->rank == b->rank) {
		struct ol_num *d = a->rank ? new_dims(inf, a->rank) : NULL;

		if (a->rank && !d)
			return NULL;
		for (uint32_t i = 0; i < a->rank; i++)
			d[i] = ol_num_equal(&inf->syms, a->dims[i], b->dims[i]) == OL_YES ? a->dims[i]
											  : ol_num_unknown();
		f.has_rank = true;
		f.rank = a->rank;
		f.dims = d;
	}
	to = ol_arena_alloc(&inf->arena, sizeof(*to));
	if (!to) {
		inf->failed = true;
		return NULL;
	}
	*to = f;
	return to;
}

struct ol_fact ol_fact_join(struct ol_infer *inf, const struct ol_fact *a, const struct ol_fact *b)
{
	struct ol_fact f = {0};
	struct ol_num *d;

	if (a->kind != b->kind)
		return f;
	f.kind = a->kind;
	f.dtype = a->dtype == b->dtype ? a->dtype : OL_DT_UNDEFINED;
	if (a->elem && b->elem)
		f.elem = join_elem(inf, a->elem, b->elem, 0);
	if (!a->has_rank || !b->has_rank || a->rank != b->rank)
		return f;
	f.has_rank = true;
	f.rank = a->rank;
	if (a->dims == b->dims || ol_fact_same(inf, a, b)) {
		f.dims = a->dims;
		return f;
	}
	d = new_dims(inf, a->rank);
	if (!d)
		return (struct ol_fact){0};
	for (uint32_t i = 0; i < a->rank; i++)
		d[i] = ol_num_equal(&inf->syms, a->dims[i], b->dims[i]) == OL_YES ? a->dims[i]
										  : ol_num_fresh(&inf->syms);
	f.dims = d;
	return f;
}

int ol_fact_declare(struct ol_infer *inf, struct ol_fact *f, const struct ol_fact *declared)
{
	struct ol_num *d = NULL;

	if (declared->kind == OL_TYPE_NONE)
		return 0;
	if (f->kind == OL_TYPE_NONE) /* a rank may be known all the same */
		f->kind = declared->kind;
	if (f->kind != declared->kind)
		return 1;
	if (f->dtype == OL_DT_UNDEFINED)
		f->dtype = declared->dtype;
	else if (declared->dtype != OL_DT_UNDEFINED && f->dtype != declared->dtype)
		return 1;
	if (!f->elem)
		f->elem = declared->elem;
	else if (declared->elem && f->elem->kind == OL_TYPE_TENSOR && declared->elem->kind == OL_TYPE_TENSOR &&
		 f->elem->dtype && declared->elem->dtype && f->elem->dtype != declared->elem->dtype)
		return 1;
	if (!declared->has_rank)
		return 0;
	if (!f->has_rank) {
		f->has_rank = true;
		f->rank = declared->rank;
		f->dims = declared->dims;
		return 0;
	}
	if (f->rank != declared->rank)
		return 2;
	/* a declaration that is wrong in one dim is not believed in the others */
	for (uint32_t i = 0; i < f->rank; i++)
		if (ol_num_is_known(f->dims[i]) && ol_num_is_known(declared->dims[i]) &&
		    f->dims[i].v != declared->dims[i].v)
			return 3;
	for (uint32_t i = 0; i < f->rank; i++) {
		struct ol_num a = f->dims[i], b = declared->dims[i];

		/* a number tells more than a symbol, a name of the model more than a made-up one */
		if (ol_num_is_known(a) || (!ol_num_is_known(b) && (ol_num_printable(&inf->syms, a) ||
								  !ol_num_printable(&inf->syms, b))))
			continue;
		if (!d) {
			d = new_dims(inf, f->rank);
			if (!d)
				return 0;
			memcpy(d, f->dims, f->rank * sizeof(*d));
		}
		d[i] = b;
	}
	if (d)
		f->dims = d;
	return 0;
}

struct ol_fact ol_fact_without(struct ol_infer *inf, const struct ol_fact *f, int64_t axis)
{
	struct ol_fact r = {.kind = f->kind, .dtype = f->dtype};
	struct ol_num *d;

	if (!f->has_rank || f->rank == 0)
		return r;
	if (axis < 0)
		axis += f->rank;
	if (axis < 0 || axis >= f->rank || !(d = new_dims(inf, f->rank)))
		return r;
	memcpy(d, f->dims, (size_t)axis * sizeof(*d));
	memcpy(d + axis, f->dims + axis + 1, (f->rank - 1 - (size_t)axis) * sizeof(*d));
	r.has_rank = true;
	r.rank = f->rank - 1;
	r.dims = d;
	return r;
}

struct ol_fact ol_fact_with(struct ol_infer *inf, const struct ol_fact *f, int64_t axis, struct ol_num dim)
{
	struct ol_fact r = {.kind = f->kind, .dtype = f->dtype};
	struct ol_num *d;

	if (!f->has_rank)
		return r;
	if (axis < 0)
		axis += (int64_t)f->rank + 1;
	if (axis < 0 || axis > f->rank || !(d = new_dims(inf, f->rank + 1)))
		return r;
	if (axis)
		memcpy(d, f->dims, (size_t)axis * sizeof(*d));
	d[axis] = dim;
	if (f->rank > axis)
		memcpy(d + axis + 1, f->dims + axis, (f->rank - (size_t)axis) * sizeof(*d));
	r.has_rank = true;
	r.rank = f->rank + 1;
	r.dims = d;
	return r;
}

void ol_dims_print(const struct ol_infer *inf, const struct ol_num *dims, uint32_t rank, struct ol_buf *out)
{
	ol_buf_char(out, '[');
	for (uint32_t i = 0; i < rank; i++) {
		if (i)
			ol_buf_z(out, ", ");
		if (i == DIMS_SHOWN) {
			ol_buf_printf(out, "… (%u dimensions)", rank);
			break;
		}
		/* an expression of made-up symbols tells nobody anything */
		if (ol_num_printable(&inf->syms, dims[i]))
			ol_num_print(&inf->syms, dims[i], out);
		else
			ol_buf_char(out, '?');
	}
	ol_buf_char(out, ']');
}

void ol_fact_print(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out)
{
	static const char *const wrap[] = {
		[OL_TYPE_SEQUENCE] = "seq(", [OL_TYPE_OPTIONAL] = "optional(", [OL_TYPE_MAP] = "map("};
	uint32_t open = 0;

	while (f && (f->kind == OL_TYPE_SEQUENCE || f->kind == OL_TYPE_OPTIONAL || f->kind == OL_TYPE_MAP)) {
		ol_buf_z(out, wrap[f->kind]);
		if (f->kind == OL_TYPE_MAP)
			ol_buf_printf(out, "%s, ", ol_dtype_info(f->dtype)->name);
		f = f->elem;
		open++;
	}
	if (!f || f->kind == OL_TYPE_NONE) {
		ol_buf_char(out, '?');
	} else if (f->kind == OL_TYPE_OPAQUE) {
		ol_buf_z(out, "opaque");
	} else {
		if (f->kind == OL_TYPE_SPARSE_TENSOR)
			ol_buf_z(out, "sparse ");
		ol_buf_z(out, f->dtype ? ol_dtype_info(f->dtype)->name : "?");
		if (f->has_rank)
			ol_dims_print(inf, f->dims, f->rank, out);
	}
	while (open--)
		ol_buf_char(out, ')');
}
