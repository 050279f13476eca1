/* convert.c: what protobuf-c unpacked becomes rows of the model: names interned, lists in the
 * arena. */
#include "load/walk.h"

#include "onnx.pb-c.h"

static int name_z(struct walk *w, const char *z, uint32_t *id)
{
	*id = z && *z ? ol_walk_name(w, z, strlen(z)) : 0;
	return *id == UINT32_MAX ? -1 : 0;
}

static int text(struct walk *w, const void *p, size_t n, struct ol_str *to)
{
	*to = ol_arena_str(&w->m->arena, (struct ol_str){p, n});
	return to->p ? 0 : ol_walk_refused(w);
}

static void *items(struct walk *w, size_t n, size_t size)
{
	void *p = ol_arena_calloc(&w->m->arena, n, size);

	if (!p)
		ol_walk_refused(w);
	return p;
}

static int texts(struct walk *w, const ProtobufCBinaryData *from, size_t n,
		 const struct ol_str **to)
{
	struct ol_str *s = items(w, n, sizeof(*s));

	if (!s)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (text(w, from[i].data, from[i].len, &s[i]))
			return -1;
	*to = s;
	return 0;
}

static int dims_of(struct walk *w, const int64_t *from, size_t n, uint32_t *rank,
		   const int64_t **to)
{
	int64_t *d;

	*rank = (uint32_t)n;
	*to = NULL;
	if (n == 0)
		return 0;
	d = items(w, n, sizeof(*d));
	if (!d)
		return -1;
	memcpy(d, from, n * sizeof(*d));
	*to = d;
	return 0;
}

int ol_walk_kv(struct walk *w, const ProtobufCMessage *msg, struct ol_kv *kv)
{
	const Onnx__StringStringEntryProto *e = (const void *)msg;

	return name_z(w, e->key, &kv->key) ||
		       text(w, e->value, e->value ? strlen(e->value) : 0, &kv->value)
		   ? -1
		   : 0;
}

static int kvs(struct walk *w, Onnx__StringStringEntryProto *const *from, size_t n,
	       struct ol_kvs *to)
{
	struct ol_kv *kv;

	*to = (struct ol_kvs){NULL, 0};
	if (n == 0)
		return 0;
	kv = items(w, n, sizeof(*kv));
	if (!kv)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (ol_walk_kv(w, &from[i]->base, &kv[i]))
			return -1;
	*to = (struct ol_kvs){kv, (uint32_t)n};
	return 0;
}

/* ---- types ---- */

static uint32_t add_type(struct walk *w)
{
	struct ol_model *m = w->m;

	if (m->n_types == w->cap_types) {
		struct ol_type *p =
		    ol_walk_grow(w, m->types, m->n_types, 1, &w->cap_types, sizeof(*p));

		if (!p)
			return UINT32_MAX;
		m->types = p;
	}
	m->types[m->n_types] = (struct ol_type){.elem = OL_NONE};
	return m->n_types++;
}

static int shape_of(struct walk *w, const Onnx__TensorShapeProto *s, struct ol_type *t)
{
	struct ol_dim *d;

	if (!s)
		return 0;
	t->has_shape = true;
	t->rank = (uint32_t)s->n_dim;
	if (s->n_dim == 0)
		return 0;
	d = items(w, s->n_dim, sizeof(*d));
	if (!d)
		return -1;
	t->dims = d;
	for (size_t i = 0; i < s->n_dim; i++, d++) {
		const Onnx__TensorShapeProto__Dimension *from = s->dim[i];

		if (from->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE) {
			d->kind = OL_DIM_VALUE;
			d->value = from->dim_value;
		} else if (from->value_case ==
			   ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM) {
			d->kind = OL_DIM_PARAM;
			if (name_z(w, from->dim_param, &d->param))
				return -1;
		}
	}
	return 0;
}

/* One level of a type; *next is what it is made of. */
static int one_type(struct walk *w, const Onnx__TypeProto *p, struct ol_type *t,
		    const Onnx__TypeProto **next)
{
	*next = NULL;
	if (name_z(w, p->denotation, &t->denotation))
		return -1;
	switch (p->value_case) {
	case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
		t->kind = OL_TYPE_TENSOR;
		t->elem_type = p->tensor_type->elem_type;
		return shape_of(w, p->tensor_type->shape, t);
	case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
		t->kind = OL_TYPE_SPARSE_TENSOR;
		t->elem_type = p->sparse_tensor_type->elem_type;
		return shape_of(w, p->sparse_tensor_type->shape, t);
	case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
		t->kind = OL_TYPE_SEQUENCE;
		*next = p->sequence_type->elem_type;
		return 0;
	case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
		t->kind = OL_TYPE_OPTIONAL;
		*next = p->optional_type->elem_type;
		return 0;
	case ONNX__TYPE_PROTO__VALUE_MAP_TYPE:
		t->kind = OL_TYPE_MAP;
		t->elem_type = p->map_type->key_type;
		*next = p->map_type->value_type;
		return 0;
	case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE:
		t->kind = OL_TYPE_OPAQUE;
		return name_z(w, p->opaque_type->name, &t->name) ||
			       name_z(w, p->opaque_type->domain, &t->domain)
			   ? -1
			   : 0;
	case ONNX__TYPE_PROTO__VALUE__NOT_SET:
	case _ONNX__TYPE_PROTO__VALUE__CASE_IS_INT_SIZE:
		break;
	}
	return 0;
}

static int type_of(struct walk *w, const Onnx__TypeProto *p, uint32_t *row)
{
	uint32_t above = OL_NONE, at;

	*row = OL_NONE;
	while (p) {
		const Onnx__TypeProto *next;
		struct ol_type t = {.elem = OL_NONE};

		at = add_type(w);
		if (at == UINT32_MAX || one_type(w, p, &t, &next))
			return -1;
		w->m->types[at] = t;
		if (above == OL_NONE)
			*row = at;
		else
			w->m->types[above].elem = at;
		above = at;
		p = next;
	}
	return 0;
}

int ol_walk_info(struct walk *w, const ProtobufCMessage *msg, struct ol_span at, struct ol_info *i)
{
	const Onnx__ValueInfoProto *v = (const void *)msg;

	i->at = at;
	return name_z(w, v->name, &i->name) || type_of(w, v->type, &i->type) ? -1 : 0;
}

int ol_walk_opset(struct walk *w, const ProtobufCMessage *msg, struct ol_span at,
		  struct ol_opset *o)
{
	const Onnx__OperatorSetIdProto *p = (const void *)msg;

	o->version = p->has_version ? p->version : 0;
	o->has_version = p->has_version;
	o->at = at;
	return name_z(w, p->domain, &o->domain);
}

int ol_walk_annotation(struct walk *w, const ProtobufCMessage *msg, struct ol_annotation *a)
{
	const Onnx__TensorAnnotation *p = (const void *)msg;

	return name_z(w, p->tensor_name, &a->tensor_name) ||
		       kvs(w, p->quant_parameter_tensor_names, p->n_quant_parameter_tensor_names,
			   &a->params)
		   ? -1
		   : 0;
}

/* ---- tensors ---- */

/* Small or scattered numbers are decoded; a long packed list stays where it is, counted. */
static int typed_data(struct walk *w, const struct piece *p, uint32_t n, uint8_t field,
		      struct ol_tensor *t)
{
	uint32_t mine = 0, first = 0;
	void *data;

	for (uint32_t i = n; i-- > 0;)
		if (p[i].field == field) {
			mine++;
			first = i;
		}
	t->payload = (struct ol_span){p[first].at, p[first].length};
	/* data of another field than the type's own would be read as what it is not */
	if (field != ol_dtype_info(t->dtype)->data_field ||
	    (mine == 1 && p[first].packed && p[first].length > OL_SMALL_PAYLOAD))
		return ol_walk_count(w, p, n, field, &t->count);
	data = ol_walk_numbers(w, p, n, field, false, &t->count);
	t->data = data;
	return data ? 0 : -1;
}

static int payload_of(struct walk *w, const struct piece *p, uint32_t n, struct ol_tensor *t)
{
	uint8_t typed = 0, own = ol_dtype_info(t->dtype)->data_field;
	const struct piece *raw = NULL;

	for (uint32_t i = 0; i < n; i++) {
		t->fields |= 1u << p[i].field;
		if (p[i].raw)
			raw = &p[i];
		else if (!typed || p[i].field == own)
			typed = p[i].field;
	}
	if (raw) {
		t->payload = (struct ol_span){raw->at, raw->length};
		if (raw->length <= OL_SMALL_PAYLOAD) {
			const uint8_t *from = ol_walk_bytes(w, raw->at, (size_t)raw->length);
			void *to =
			    from ? ol_arena_alloc(&w->m->arena, (size_t)raw->length + 1) : NULL;

			if (!from)
				return -1;
			if (!to)
				return ol_walk_refused(w);
			memcpy(to, from, (size_t)raw->length);
			t->data = to;
		}
		return 0;
	}
	return typed ? typed_data(w, p, n, typed, t) : 0;
}

int ol_walk_tensor(struct walk *w, const ProtobufCMessage *msg, struct ol_tensor *t)
{
	const Onnx__TensorProto *p = (const void *)msg;
	const struct tensor_at *known = NULL;
	uint32_t token;

	*t = (struct ol_tensor){.ext_file = OL_NONE};
	if (p->has_raw_data && p->raw_data.len == 4) {
		memcpy(&token, p->raw_data.data, 4);
		if (token < w->tensors.n)
			known = (const struct tensor_at *)w->tensors.at + token;
	}
	if (name_z(w, p->name, &t->name) || dims_of(w, p->dims, p->n_dims, &t->rank, &t->dims) ||
	    kvs(w, p->external_data, p->n_external_data, &t->external))
		return -1;
	t->dtype = p->has_data_type ? p->data_type : 0;
	t->location = p->has_data_location ? (int32_t)p->data_location : 0;
	t->segment = p->segment != NULL;
	if (p->n_string_data) {
		t->fields |= 1u << 6;
		t->count = p->n_string_data;
		if (texts(w, p->string_data, p->n_string_data, &t->strings))
			return -1;
	}
	if (known) {
		t->at = known->at;
		if (known->n &&
		    payload_of(w, (const struct piece *)w->pieces.at + known->first, known->n, t))
			return -1;
	}
	return 0;
}

uint32_t ol_walk_add_tensor(struct walk *w, const struct ol_tensor *t)
{
	struct ol_model *m = w->m;

	if (ol_walk_make_way(w))
		return UINT32_MAX;
	if (m->n_tensors == w->cap_tensors) {
		struct ol_tensor *p =
		    ol_walk_grow(w, m->tensors, m->n_tensors, 1, &w->cap_tensors, sizeof(*p));

		if (!p)
			return UINT32_MAX;
		m->tensors = p;
	}
	m->tensors[m->n_tensors] = *t;
	return m->n_tensors++;
}

static uint32_t tensor_row(struct walk *w, const Onnx__TensorProto *p)
{
	struct ol_tensor t;

	return ol_walk_tensor(w, &p->base, &t) ? UINT32_MAX : ol_walk_add_tensor(w, &t);
}

int ol_walk_sparse(struct walk *w, const ProtobufCMessage *msg, struct ol_span at,
		   struct ol_sparse *s)
{
	const Onnx__SparseTensorProto *p = (const void *)msg;

	*s = (struct ol_sparse){.values = OL_NONE, .indices = OL_NONE, .at = at};
	if (dims_of(w, p->dims, p->n_dims, &s->rank, &s->dims))
		return -1;
	if (p->values && (s->values = tensor_row(w, p->values)) == UINT32_MAX)
		return -1;
	if (p->indices && (s->indices = tensor_row(w, p->indices)) == UINT32_MAX)
		return -1;
	return 0;
}

static uint32_t sparse_row(struct walk *w, const Onnx__SparseTensorProto *p)
{
	struct ol_model *m = w->m;
	struct ol_sparse s, *to;

	/* its own span is not known apart from its attribute's; its values tell theirs */
	if (ol_walk_sparse(w, &p->base, (struct ol_span){0, 0}, &s))
		return UINT32_MAX;
	if (m->n_sparses == w->cap_sparses) {
		to = ol_walk_grow(w, m->sparses, m->n_sparses, 1, &w->cap_sparses, sizeof(*to));
		if (!to)
			return UINT32_MAX;
		m->sparses = to;
	}
	m->sparses[m->n_sparses] = s;
	return m->n_sparses++;
}

/* ---- attributes ---- */

/* The graphs of an attribute become rows; a repeated single `g` is further parts of the same graph.
 */
static int graphs_of(struct walk *w, const Onnx__AttributeProto *p, uint8_t field, uint32_t depth,
		     struct ol_attr *a, uint32_t **ids, uint32_t *n)
{
	const struct graph_at *g = w->subs.at;
	uint32_t name, k = 0, *to = NULL;

	for (uint32_t i = 0; i < w->subs.n; i++)
		k += g[i].field == field;
	*n = k;
	*ids = NULL;
	if (k == 0)
		return 0;
	if (name_z(w, p->name, &name))
		return -1;
	to = items(w, k, sizeof(*to));
	if (!to)
		return -1;
	*ids = to;
	*n = 0;
	for (uint32_t i = 0; i < w->subs.n; i++) {
		struct ol_graph *row;
		uint32_t id;

		if (g[i].field != field)
			continue;
		if (field == 6 && *n) {
			if (ol_walk_add_part(w, to[0], g[i].at, depth + 1))
				return -1;
			continue;
		}
		id = ol_walk_add_graph(w, OL_GRAPH_SUB, g[i].at, depth + 1);
		if (id == UINT32_MAX)
			return -1;
		row = &w->m->graphs[id];
		row->parent = w->in_graph;
		row->parent_node = w->in_node;
		row->parent_attr = name;
		row->parent_k = field == 6 ? OL_NONE : *n;
		if (w->in_graph != OL_NONE) {
			row->function = w->m->graphs[w->in_graph].function;
			row->depth = w->m->graphs[w->in_graph].depth + 1;
		}
		to[(*n)++] = id;
	}
	a->fields |= 1u << (field == 6 ? OL_ATTR_GRAPH : OL_ATTR_GRAPHS);
	return 0;
}

/* Rows of one kind; the field is noted whether or not the declared type asks for it. */
static int rows_of(struct walk *w, void *const *from, size_t n, enum ol_attr_type type,
		   struct ol_attr *a)
{
	uint32_t *ids;

	if (n == 0)
		return 0;
	a->fields |= 1u << type;
	ids = items(w, n, sizeof(*ids));
	if (!ids)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (type == OL_ATTR_TENSOR || type == OL_ATTR_TENSORS)
			ids[i] = tensor_row(w, from[i]);
		else if (type == OL_ATTR_SPARSE_TENSOR || type == OL_ATTR_SPARSE_TENSORS)
			ids[i] = sparse_row(w, from[i]);
		else if (type_of(w, from[i], &ids[i]))
			return -1;
		if (ids[i] == UINT32_MAX)
			return -1;
	}
	if ((enum ol_attr_type)a->type == type) {
		a->n = (uint32_t)n;
		a->list.ids = ids;
	}
	return 0;
}

static int lists_of(struct walk *w, uint8_t field, enum ol_attr_type type, struct ol_attr *a)
{
	const struct piece *p = w->lists.at;
	bool any = false;
	uint64_t count;
	void *data;

	for (uint32_t i = 0; i < w->lists.n; i++)
		any |= p[i].field == field;
	if (!any)
		return 0;
	a->fields |= 1u << type;
	if (a->type != (int32_t)type)
		return 0;
	data = ol_walk_numbers(w, p, w->lists.n, field, true, &count);
	if (!data)
		return -1;
	a->n = (uint32_t)count;
	if (field == 7)
		a->list.floats = data;
	else
		a->list.ints = data;
	return 0;
}

int ol_walk_attr(struct walk *w, const ProtobufCMessage *msg, struct ol_span at, uint32_t depth,
		 struct ol_attr *a)
{
	const Onnx__AttributeProto *p = (const void *)msg;
	void *one;
	uint32_t *ids, n;

	*a = (struct ol_attr){
	    .type = p->has_type ? (int32_t)p->type : 0, .f = p->f, .i = p->i, .at = at};
	a->fields = (p->has_f ? 1u << OL_ATTR_FLOAT : 0) | (p->has_i ? 1u << OL_ATTR_INT : 0) |
		    (p->has_s ? 1u << OL_ATTR_STRING : 0) |
		    (p->n_strings ? 1u << OL_ATTR_STRINGS : 0);
	if (name_z(w, p->name, &a->name) || name_z(w, p->ref_attr_name, &a->ref_attr) ||
	    (p->has_s && text(w, p->s.data, p->s.len, &a->s)) ||
	    lists_of(w, 7, OL_ATTR_FLOATS, a) || lists_of(w, 8, OL_ATTR_INTS, a))
		return -1;
	if (a->type == OL_ATTR_STRINGS && p->n_strings) {
		if (texts(w, p->strings, p->n_strings, &a->list.strings))
			return -1;
		a->n = (uint32_t)p->n_strings;
	}
	one = p->t;
	if (rows_of(w, &one, p->t != NULL, OL_ATTR_TENSOR, a))
		return -1;
	one = p->sparse_tensor;
	if (rows_of(w, &one, p->sparse_tensor != NULL, OL_ATTR_SPARSE_TENSOR, a))
		return -1;
	one = p->tp;
	if (rows_of(w, &one, p->tp != NULL, OL_ATTR_TYPE_PROTO, a) ||
	    rows_of(w, (void *const *)p->tensors, p->n_tensors, OL_ATTR_TENSORS, a) ||
	    rows_of(w, (void *const *)p->sparse_tensors, p->n_sparse_tensors,
		    OL_ATTR_SPARSE_TENSORS, a) ||
	    rows_of(w, (void *const *)p->type_protos, p->n_type_protos, OL_ATTR_TYPE_PROTOS, a))
		return -1;
	for (uint8_t field = 6; field <= 11; field += 5) { /* g, graphs */
		if (graphs_of(w, p, field, depth, a, &ids, &n))
			return -1;
		if (n && a->type == (field == 6 ? OL_ATTR_GRAPH : OL_ATTR_GRAPHS)) {
			a->n = n;
			a->list.ids = ids;
		}
	}
	return 0;
}
