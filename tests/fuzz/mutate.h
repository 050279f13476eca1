/* mutate.h: changes a model by its structure: other operators, attributes, dims, types, wiring, bodies, functions,
 * versions. What comes out is a message that any reader of protobuf takes, and most often a model that is nearly
 * valid, which bytes changed at random never are.
 *
 * Only this file's users see protobuf-c structs; all that is made lies in one arena. Static functions, for one program
 * a fuzzer. */
#ifndef OL_FUZZ_MUTATE_H
#define OL_FUZZ_MUTATE_H

#include <stdio.h>
#include <string.h>

#include "load/load.h"
#include "onnx.pb-c.h"
#include "schema/schema.h"
#include "util/buf.h"

enum { POOL = 4096, MUT_DEPTH = 90 };

/* What a model holds, so that a change can pick among all of a kind. */
struct mut {
	struct ol_arena arena;
	ProtobufCAllocator alloc;
	uint64_t state; /* of the random numbers */
	Onnx__ModelProto *model;
	Onnx__GraphProto *graphs[POOL];
	Onnx__NodeProto *nodes[POOL];
	Onnx__AttributeProto *attrs[POOL];
	Onnx__TensorProto *tensors[POOL];
	Onnx__TypeProto *types[POOL];
	uint32_t n_graphs, n_nodes, n_attrs, n_tensors, n_types;
	char *names[POOL]; /* of values */
	uint32_t n_names, n_schemas, fresh;
};

/* ---- random choices ---- */

static uint64_t rnd(struct mut *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static size_t below(struct mut *m, size_t n)
{
	return n ? (size_t)(rnd(m) % n) : 0;
}

static bool chance(struct mut *m, unsigned in)
{
	return below(m, in) == 0;
}

#define PICK(m, list) ((list)[below((m), sizeof(list) / sizeof(*(list)))])

static int64_t some_int(struct mut *m)
{
	static const int64_t edges[] = {INT64_MIN, INT64_MAX,	INT64_MIN + 1, INT32_MAX, INT32_MIN,
					1ll << 31, 1ll << 32,	-65536,	       65536,	  1024,
					1025,	   1000000007,	-2,	       -3,	  -7,
					1ll << 62, 1ll << 40};

	if (chance(m, 6))
		return PICK(m, edges);
	return (int64_t)below(m, 12) - 3;
}

static int64_t some_dim(struct mut *m)
{
	return chance(m, 4) ? some_int(m) : (int64_t)below(m, 9);
}

static double some_float(struct mut *m)
{
	static const double edges[] = {0, -0.0, 1, -1, 0.5, 1e-45, 1e38, -1e38, 1e300, 2.5, 1024};

	if (chance(m, 8))
		return (double)(1 - 2 * (int)below(m, 2)) * __builtin_inf();
	return chance(m, 8) ? __builtin_nan("") : PICK(m, edges);
}

static int32_t some_dtype(struct mut *m)
{
	static const int32_t usual[] = {1, 7, 6, 9, 10, 2, 3, 8, 11};

	return chance(m, 3) ? (int32_t)below(m, 28) - 1 : PICK(m, usual);
}

/* ---- made in the arena ---- */

static char *text(struct mut *m, const char *s)
{
	return (char *)(uintptr_t)ol_arena_str(&m->arena, (struct ol_str){s, strlen(s)}).p;
}

static char *fresh_name(struct mut *m)
{
	return (char *)(uintptr_t)ol_arena_printf(&m->arena, "fresh_%u_%u", m->fresh++, (unsigned)below(m, 1000)).p;
}

static char *some_text(struct mut *m)
{
	static const char *const words[] = {
	    "",	       "SAME_UPPER", "SAME_LOWER", "VALID",  "NOTSET", "nearest", "linear", "cubic",  "half_pixel",
	    "asymmetric", "align_corners", "tf_crop_and_resize", "floor", "constant", "reflect", "edge", "wrap", "sum",
	    "mean",    "none",	     "add",	   "mul",    "max",    "DCR",	  "CRD",    "forward", "bidirectional",
	    "reverse", "ij,jk->ik",  "...i,i...->...", "ii->i", "i,,j", "->",  "a->bb", "bij,bjk", "\xff\xfe", "x\x1b[2J",
	    "::error::", "output_half_pixel", "zeros", "bilinear", "border", "tanh", "round_prefer_ceil", "stretch",
	    "not_larger", "Tanh", "Sigmoid", "LeakyRelu", "ai.onnx", "com.microsoft", "ai.onnx.ml"};

	if (chance(m, 40)) {
		char *p = ol_arena_calloc(&m->arena, 1, 3001);

		if (p)
			memset(p, 'a', 3000);
		return p ? p : text(m, "");
	}
	return text(m, PICK(m, words));
}

static char *some_name(struct mut *m)
{
	if (!m->n_names || chance(m, 12))
		return chance(m, 2) ? fresh_name(m) : some_text(m);
	return m->names[below(m, m->n_names)];
}

static ProtobufCBinaryData bytes(struct mut *m, const char *s)
{
	ProtobufCBinaryData b = {strlen(s), (uint8_t *)(uintptr_t)text(m, s)};

	return b;
}

/* A deep copy of a message, by its bytes. */
static void *copy_of(struct mut *m, const void *message)
{
	const ProtobufCMessage *from = message;
	size_t n = protobuf_c_message_get_packed_size(from);
	uint8_t *p = ol_arena_alloc(&m->arena, n + 1);

	if (!p)
		return NULL;
	protobuf_c_message_pack(from, p);
	return protobuf_c_message_unpack(from->descriptor, &m->alloc, n, p);
}

static void *make(struct mut *m, const ProtobufCMessageDescriptor *of)
{
	void *p = ol_arena_alloc(&m->arena, of->sizeof_message);

	if (p)
		protobuf_c_message_init(of, p);
	return p;
}

#define NEW(m, of) make((m), &onnx__##of##__descriptor)

/* Lists of pointers: an item put in at a place, one taken out. */
static bool put_in(struct mut *m, void *list, size_t *n, size_t at, const void *item)
{
	void **old, **all = ol_arena_calloc(&m->arena, *n + 1, sizeof(*all));

	memcpy(&old, list, sizeof(old));
	if (!all || !item || *n > 20000)
		return false;
	if (*n)
		memcpy(all, old, at * sizeof(*all));
	memcpy(all + at, &item, sizeof(item));
	if (*n)
		memcpy(all + at + 1, old + at, (*n - at) * sizeof(*all));
	memcpy(list, &all, sizeof(all));
	++*n;
	return true;
}

static void take_out(void *list, size_t *n, size_t at)
{
	void **all;

	memcpy(&all, list, sizeof(all));
	if (at < *n) {
		memmove(all + at, all + at + 1, (*n - at - 1) * sizeof(*all));
		--*n;
	}
}

/* ---- what is there ---- */

static void name_is(struct mut *m, char *s)
{
	if (s && s[0] && m->n_names < POOL)
		m->names[m->n_names++] = s;
}

static void see_type(struct mut *m, Onnx__TypeProto *t)
{
	for (int depth = 0; t && depth < MUT_DEPTH && m->n_types < POOL; depth++) {
		m->types[m->n_types++] = t;
		if (t->value_case == ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE && t->sequence_type)
			t = t->sequence_type->elem_type;
		else if (t->value_case == ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE && t->optional_type)
			t = t->optional_type->elem_type;
		else if (t->value_case == ONNX__TYPE_PROTO__VALUE_MAP_TYPE && t->map_type)
			t = t->map_type->value_type;
		else
			t = NULL;
	}
}

static void see_graph(struct mut *m, Onnx__GraphProto *g, int depth);

static void see_tensor(struct mut *m, Onnx__TensorProto *t)
{
	if (t && m->n_tensors < POOL)
		m->tensors[m->n_tensors++] = t;
}

static void see_nodes(struct mut *m, Onnx__NodeProto **nodes, size_t n, int depth)
{
	for (size_t i = 0; i < n && m->n_nodes < POOL; i++) {
		Onnx__NodeProto *node = nodes[i];

		m->nodes[m->n_nodes++] = node;
		for (size_t k = 0; k < node->n_output; k++)
			name_is(m, node->output[k]);
		for (size_t k = 0; k < node->n_attribute && m->n_attrs < POOL; k++) {
			Onnx__AttributeProto *a = node->attribute[k];

			m->attrs[m->n_attrs++] = a;
			see_tensor(m, a->t);
			see_type(m, a->tp);
			see_graph(m, a->g, depth + 1);
			for (size_t j = 0; j < a->n_graphs; j++)
				see_graph(m, a->graphs[j], depth + 1);
		}
	}
}

static void see_infos(struct mut *m, Onnx__ValueInfoProto **infos, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		name_is(m, infos[i]->name);
		see_type(m, infos[i]->type);
	}
}

static void see_graph(struct mut *m, Onnx__GraphProto *g, int depth)
{
	if (!g || m->n_graphs == POOL || depth > MUT_DEPTH)
		return;
	m->graphs[m->n_graphs++] = g;
	see_infos(m, g->input, g->n_input);
	see_infos(m, g->output, g->n_output);
	see_infos(m, g->value_info, g->n_value_info);
	for (size_t i = 0; i < g->n_initializer; i++) {
		see_tensor(m, g->initializer[i]);
		name_is(m, g->initializer[i]->name);
	}
	for (size_t i = 0; i < g->n_sparse_initializer; i++) {
		see_tensor(m, g->sparse_initializer[i]->values);
		see_tensor(m, g->sparse_initializer[i]->indices);
	}
	see_nodes(m, g->node, g->n_node, depth);
}

static void see_all(struct mut *m)
{
	m->n_graphs = m->n_nodes = m->n_attrs = m->n_tensors = m->n_types = m->n_names = 0;
	see_graph(m, m->model->graph, 0);
	for (size_t i = 0; i < m->model->n_functions; i++) {
		Onnx__FunctionProto *f = m->model->functions[i];

		see_nodes(m, f->node, f->n_node, 0);
		for (size_t k = 0; k < f->n_input; k++)
			name_is(m, f->input[k]);
	}
}

#define ONE_OF(m, kind) ((m)->n_##kind ? (m)->kind[below((m), (m)->n_##kind)] : NULL)

/* ---- changes: operators and attributes ---- */

static struct ol_schema some_schema(struct mut *m)
{
	return ol_schema_at((uint32_t)below(m, m->n_schemas));
}

static void change_op(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes), *other = ONE_OF(m, nodes);

	if (!n)
		return;
	if (chance(m, 3)) {
		n->op_type = other->op_type;
		n->domain = other->domain;
	} else {
		struct ol_schema s = some_schema(m);

		/* most often one that takes as many inputs */
		for (int i = 0; i < 20 && (s.min_input > n->n_input || s.max_input < n->n_input); i++)
			s = some_schema(m);
		n->op_type = (char *)(uintptr_t)ol_arena_str(&m->arena, s.name).p;
		n->domain = (char *)(uintptr_t)ol_arena_str(&m->arena, s.domain).p;
	}
}

static Onnx__TensorProto *some_tensor(struct mut *m);
static Onnx__TypeProto *some_type(struct mut *m);

static void fill(struct mut *m, Onnx__AttributeProto *a, unsigned type)
{
	size_t n = below(m, 6);

	a->has_type = !chance(m, 20);
	a->type = (Onnx__AttributeProto__AttributeType)type;
	switch (type) {
	case 1:
		a->has_f = 1;
		a->f = (float)some_float(m);
		break;
	case 2:
		a->has_i = 1;
		a->i = some_int(m);
		break;
	case 3:
		a->has_s = 1;
		a->s = bytes(m, some_text(m));
		break;
	case 4:
		a->t = some_tensor(m);
		break;
	case 5:
		if (m->n_graphs)
			a->g = copy_of(m, ONE_OF(m, graphs));
		break;
	case 6:
		a->floats = ol_arena_calloc(&m->arena, n + 1, sizeof(float));
		for (a->n_floats = 0; a->floats && a->n_floats < n; a->n_floats++)
			a->floats[a->n_floats] = (float)some_float(m);
		break;
	case 7:
		a->ints = ol_arena_calloc(&m->arena, n + 1, sizeof(int64_t));
		for (a->n_ints = 0; a->ints && a->n_ints < n; a->n_ints++)
			a->ints[a->n_ints] = some_int(m);
		break;
	case 8:
		a->strings = ol_arena_calloc(&m->arena, n + 1, sizeof(*a->strings));
		for (a->n_strings = 0; a->strings && a->n_strings < n; a->n_strings++)
			a->strings[a->n_strings] = bytes(m, some_text(m));
		break;
	case 13:
		a->tp = some_type(m);
		break;
	default:
		break;
	}
}

static void add_attribute(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes);
	struct ol_schema s;
	struct ol_schema_attr row;
	Onnx__AttributeProto *a;

	if (!n || !n->op_type)
		return;
	s = ol_schema_find((struct ol_str){n->domain ? n->domain : "", n->domain ? strlen(n->domain) : 0},
			   (struct ol_str){n->op_type, strlen(n->op_type)}, 1 + (int64_t)below(m, 25));
	if (!s.row || !s.n_attrs)
		return;
	row = ol_schema_attr(&s, (uint32_t)below(m, s.n_attrs));
	a = NEW(m, attribute_proto);
	if (!a)
		return;
	a->name = (char *)(uintptr_t)ol_arena_str(&m->arena, row.name).p;
	fill(m, a, row.type);
	if (row.one_of.n && row.type == 3 && chance(m, 2)) {
		/* a word that the documentation lists */
		char *p = (char *)(uintptr_t)ol_arena_str(&m->arena, row.one_of).p, *space;

		for (size_t k = below(m, 4); p && k && (space = strchr(p, ' ')); k--)
			p = space + 1;
		if (p)
			a->s = (ProtobufCBinaryData){strcspn(p, " "), (uint8_t *)p};
	}
	for (size_t i = 0; i < n->n_attribute; i++)
		if (n->attribute[i]->name && strcmp(n->attribute[i]->name, a->name) == 0 && !chance(m, 10)) {
			n->attribute[i] = a;
			return;
		}
	put_in(m, &n->attribute, &n->n_attribute, n->n_attribute, a);
}

static void drop_attribute(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes);

	if (n && n->n_attribute)
		take_out(&n->attribute, &n->n_attribute, below(m, n->n_attribute));
}

static void change_ints(struct mut *m, int64_t **list, size_t *n)
{
	int64_t *all = ol_arena_calloc(&m->arena, *n + 2, sizeof(*all));
	size_t at = below(m, *n), to;

	if (!all)
		return;
	if (*n)
		memcpy(all, *list, *n * sizeof(*all));
	*list = all;
	switch (below(m, 6)) {
	case 0:
		all[(*n)++] = some_int(m);
		break;
	case 1:
		*n -= *n > 0;
		break;
	case 2:
		to = below(m, *n);
		if (*n) {
			int64_t swap = all[at];

			all[at] = all[to];
			all[to] = swap;
		}
		break;
	case 3:
		if (*n)
			all[at] = all[below(m, *n)];
		break;
	default:
		if (*n)
			all[at] = chance(m, 2) ? some_int(m) : (int64_t)((uint64_t)all[at] + below(m, 3) - 1);
	}
}

static void change_attribute(struct mut *m)
{
	Onnx__AttributeProto *a = ONE_OF(m, attrs);

	if (!a)
		return;
	if (a->n_ints && !chance(m, 10)) {
		change_ints(m, &a->ints, &a->n_ints);
	} else if (a->has_i && !chance(m, 10)) {
		a->i = chance(m, 2) ? some_int(m) : (int64_t)((uint64_t)a->i + below(m, 3) - 1);
	} else if (a->has_s && a->s.len && !chance(m, 3)) {
		char *p = text(m, "");

		p = ol_arena_alloc(&m->arena, a->s.len);
		if (!p)
			return;
		memcpy(p, a->s.data, a->s.len);
		p[below(m, a->s.len)] = (char)PICK(m, "ijk.,-> abB\0\xff_0");
		a->s.data = (uint8_t *)p;
		a->s.len -= chance(m, 4);
	} else if (chance(m, 6)) {
		a->ref_attr_name = some_text(m);
	} else if (chance(m, 6)) {
		a->name = some_text(m);
	} else {
		fill(m, a, chance(m, 4) ? (unsigned)below(m, 16) : (unsigned)a->type);
	}
}

/* ---- changes: wiring ---- */

static void change_input(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes);
	size_t at;

	if (!n)
		return;
	at = below(m, n->n_input);
	switch (below(m, 6)) {
	case 0:
		put_in(m, &n->input, &n->n_input, below(m, n->n_input + 1), some_name(m));
		break;
	case 1:
		take_out(&n->input, &n->n_input, at);
		break;
	case 2:
		if (n->n_input) {
			size_t to = below(m, n->n_input);
			char *swap = n->input[at];

			n->input[at] = n->input[to];
			n->input[to] = swap;
		}
		break;
	case 3:
		if (n->n_input)
			n->input[at] = text(m, "");
		break;
	default:
		if (n->n_input)
			n->input[at] = some_name(m);
	}
}

static void change_output(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes);
	size_t at;

	if (!n)
		return;
	at = below(m, n->n_output);
	switch (below(m, 4)) {
	case 0:
		put_in(m, &n->output, &n->n_output, n->n_output, chance(m, 3) ? some_name(m) : fresh_name(m));
		break;
	case 1:
		take_out(&n->output, &n->n_output, at);
		break;
	default:
		if (n->n_output)
			n->output[at] = chance(m, 2) ? text(m, "") : some_name(m);
	}
}

static void change_nodes(struct mut *m)
{
	Onnx__GraphProto *g = ONE_OF(m, graphs), *from = ONE_OF(m, graphs);
	Onnx__NodeProto *n;
	size_t at;

	if (!g || !from || !from->n_node)
		return;
	n = from->node[below(m, from->n_node)];
	at = below(m, g->n_node + 1);
	switch (below(m, 5)) {
	case 0:
		if (g->n_node)
			take_out(&g->node, &g->n_node, below(m, g->n_node));
		break;
	case 1: /* again, after what it was made of, under other names */
		n = copy_of(m, n);
		for (size_t i = 0; n && i < n->n_output; i++)
			n->output[i] = fresh_name(m);
		put_in(m, &g->node, &g->n_node, g->n_node, n);
		break;
	case 2:
		put_in(m, &g->node, &g->n_node, at, copy_of(m, n));
		break;
	case 3:
		if (g->n_node) {
			size_t a = below(m, g->n_node), b = below(m, g->n_node);

			n = g->node[a];
			g->node[a] = g->node[b];
			g->node[b] = n;
		}
		break;
	default:
		n->name = chance(m, 2) ? some_text(m) : some_name(m);
	}
}

static Onnx__NodeProto *new_node(struct mut *m, const char *op, char *in, char *out)
{
	Onnx__NodeProto *n = NEW(m, node_proto);

	if (!n)
		return NULL;
	n->op_type = text(m, op);
	if (in)
		put_in(m, &n->input, &n->n_input, 0, in);
	if (out)
		put_in(m, &n->output, &n->n_output, 0, out);
	return n;
}

/* A new operator with inputs and attributes of its own, between two values or beside all. */
static void add_node(struct mut *m)
{
	Onnx__GraphProto *g = ONE_OF(m, graphs);
	struct ol_schema s = some_schema(m);
	Onnx__NodeProto *n;
	size_t most = s.max_input > s.min_input + 3u ? s.min_input + 3u : s.max_input;

	if (!g)
		return;
	n = new_node(m, "x", NULL, fresh_name(m));
	if (!n)
		return;
	n->op_type = (char *)(uintptr_t)ol_arena_str(&m->arena, s.name).p;
	n->domain = (char *)(uintptr_t)ol_arena_str(&m->arena, s.domain).p;
	for (size_t i = 0, k = s.min_input + below(m, most - s.min_input + 1); i < k; i++)
		put_in(m, &n->input, &n->n_input, i, some_name(m));
	for (size_t i = 1; i < s.n_outputs && chance(m, 2); i++)
		put_in(m, &n->output, &n->n_output, i, fresh_name(m));
	for (uint32_t i = 0; i < s.n_attrs; i++) {
		struct ol_schema_attr row = ol_schema_attr(&s, i);
		Onnx__AttributeProto *a;

		if (!row.required && !chance(m, 4))
			continue;
		a = NEW(m, attribute_proto);
		if (!a)
			return;
		a->name = (char *)(uintptr_t)ol_arena_str(&m->arena, row.name).p;
		fill(m, a, row.type);
		put_in(m, &n->attribute, &n->n_attribute, n->n_attribute, a);
	}
	put_in(m, &g->node, &g->n_node, chance(m, 4) ? below(m, g->n_node + 1) : g->n_node, n);
	/* something reads it */
	if (n->n_output && chance(m, 2)) {
		Onnx__NodeProto *reader = ONE_OF(m, nodes);

		if (reader && reader->n_input)
			reader->input[below(m, reader->n_input)] = n->output[0];
	}
}

/* ---- changes: types and shapes ---- */

static void change_dim(struct mut *m, Onnx__TensorShapeProto__Dimension *d)
{
	switch (below(m, 5)) {
	case 0:
		d->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE__NOT_SET;
		break;
	case 1:
		d->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
		d->dim_param = chance(m, 6) ? some_text(m) : text(m, chance(m, 2) ? "N" : "M");
		break;
	default:
		d->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
		d->dim_value = some_dim(m);
	}
}

static Onnx__TensorShapeProto *some_shape(struct mut *m)
{
	Onnx__TensorShapeProto *s = NEW(m, tensor_shape_proto);
	size_t n = chance(m, 60) ? 70 : below(m, 6);

	for (size_t i = 0; s && i < n; i++) {
		Onnx__TensorShapeProto__Dimension *d =
		    NEW(m, tensor_shape_proto__dimension);

		if (!d)
			return NULL;
		change_dim(m, d);
		put_in(m, &s->dim, &s->n_dim, i, d);
	}
	return s;
}

static Onnx__TypeProto *some_type(struct mut *m)
{
	Onnx__TypeProto *t = NEW(m, type_proto), *outer;
	Onnx__TypeProto__Tensor *tensor = NEW(m, type_proto__tensor);

	if (!t || !tensor)
		return NULL;
	t->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
	t->tensor_type = tensor;
	tensor->has_elem_type = !chance(m, 20);
	tensor->elem_type = some_dtype(m);
	if (!chance(m, 5))
		tensor->shape = some_shape(m);
	while (chance(m, 6)) {
		outer = NEW(m, type_proto);
		if (!outer)
			break;
		if (chance(m, 2)) {
			outer->value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE;
			outer->sequence_type =
			    NEW(m, type_proto__sequence);
			if (outer->sequence_type)
				outer->sequence_type->elem_type = t;
		} else {
			outer->value_case = ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE;
			outer->optional_type =
			    NEW(m, type_proto__optional);
			if (outer->optional_type)
				outer->optional_type->elem_type = t;
		}
		t = outer;
	}
	return t;
}

static void change_type(struct mut *m)
{
	Onnx__TypeProto *t = ONE_OF(m, types), *with;
	Onnx__TypeProto__Tensor *x;

	if (!t)
		return;
	if (t->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE || !t->tensor_type || chance(m, 10)) {
		with = some_type(m);
		if (with)
			*t = *with;
		return;
	}
	x = t->tensor_type;
	switch (below(m, 6)) {
	case 0:
		x->elem_type = some_dtype(m);
		break;
	case 1:
		x->shape = chance(m, 2) ? NULL : some_shape(m);
		break;
	case 2:
		if (x->shape && x->shape->n_dim)
			take_out(&x->shape->dim, &x->shape->n_dim, below(m, x->shape->n_dim));
		break;
	case 3:
		if (x->shape) {
			Onnx__TensorShapeProto__Dimension *d = NEW(m, tensor_shape_proto__dimension);

			if (d)
				change_dim(m, d);
			put_in(m, &x->shape->dim, &x->shape->n_dim, below(m, x->shape->n_dim + 1), d);
		}
		break;
	default:
		if (x->shape && x->shape->n_dim)
			change_dim(m, x->shape->dim[below(m, x->shape->n_dim)]);
	}
}

static void add_info(struct mut *m)
{
	Onnx__GraphProto *g = ONE_OF(m, graphs);
	Onnx__ValueInfoProto *v = NEW(m, value_info_proto);

	if (!g || !v)
		return;
	v->name = some_name(m);
	v->type = chance(m, 3) && m->n_types ? copy_of(m, ONE_OF(m, types)) : some_type(m);
	switch (below(m, 8)) {
	case 0:
		put_in(m, &g->input, &g->n_input, g->n_input, v);
		break;
	case 1:
	case 2:
		put_in(m, &g->output, &g->n_output, g->n_output, v);
		break;
	case 3:
		if (g->n_input)
			take_out(&g->input, &g->n_input, below(m, g->n_input));
		break;
	case 4:
		if (g->n_output)
			take_out(&g->output, &g->n_output, below(m, g->n_output));
		break;
	default:
		put_in(m, &g->value_info, &g->n_value_info, g->n_value_info, v);
	}
}

/* ---- changes: tensors ---- */

static Onnx__TensorProto *some_tensor(struct mut *m)
{
	Onnx__TensorProto *t = NEW(m, tensor_proto);
	size_t n = chance(m, 50) ? 1025 : below(m, 7), held = chance(m, 12) ? below(m, 9) : n;

	if (!t)
		return NULL;
	t->has_data_type = 1;
	t->data_type = some_dtype(m);
	t->dims = ol_arena_calloc(&m->arena, 3, sizeof(*t->dims));
	if (!t->dims)
		return NULL;
	if (n != 1 || chance(m, 2))
		t->dims[t->n_dims++] = (int64_t)n;
	if (chance(m, 6))
		t->dims[t->n_dims++] = chance(m, 3) ? some_int(m) : 1;
	if (chance(m, 2)) {
		t->data_type = chance(m, 8) ? t->data_type : 7;
		t->int64_data = ol_arena_calloc(&m->arena, held + 1, sizeof(*t->int64_data));
		for (; t->int64_data && t->n_int64_data < held; t->n_int64_data++)
			t->int64_data[t->n_int64_data] = some_int(m);
	} else if (chance(m, 2)) {
		t->data_type = chance(m, 8) ? t->data_type : 1;
		t->float_data = ol_arena_calloc(&m->arena, held + 1, sizeof(*t->float_data));
		for (; t->float_data && t->n_float_data < held; t->n_float_data++)
			t->float_data[t->n_float_data] = (float)some_float(m);
	} else if (chance(m, 3)) {
		t->int32_data = ol_arena_calloc(&m->arena, held + 1, sizeof(*t->int32_data));
		for (; t->int32_data && t->n_int32_data < held; t->n_int32_data++)
			t->int32_data[t->n_int32_data] = (int32_t)(uint32_t)(uint64_t)some_int(m);
	} else {
		static const uint8_t widths[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2, 1, 1, 1, 1};
		size_t w = t->data_type > 0 && t->data_type < 21 ? widths[t->data_type] : 1;

		t->has_raw_data = 1;
		t->raw_data.len = held * w;
		t->raw_data.data = ol_arena_calloc(&m->arena, 1, held * w + 1);
		for (size_t i = 0; t->raw_data.data && i < held * w; i++)
			t->raw_data.data[i] = w == 8 && i % 8 ? 0 : (uint8_t)below(m, chance(m, 2) ? 4 : 256);
	}
	return t;
}

/* A constant that something takes for an operand. */
static void add_constant(struct mut *m)
{
	Onnx__GraphProto *g = ONE_OF(m, graphs);
	Onnx__TensorProto *t = chance(m, 3) && m->n_tensors ? copy_of(m, ONE_OF(m, tensors)) : some_tensor(m);
	Onnx__NodeProto *reader = ONE_OF(m, nodes);

	if (!g || !t)
		return;
	t->name = chance(m, 6) ? some_name(m) : fresh_name(m);
	if (chance(m, 3)) {
		Onnx__NodeProto *c = new_node(m, "Constant", NULL, t->name);
		Onnx__AttributeProto *a = NEW(m, attribute_proto);

		if (!c || !a)
			return;
		a->name = text(m, "value");
		a->has_type = 1;
		a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR;
		a->t = t;
		put_in(m, &c->attribute, &c->n_attribute, 0, a);
		put_in(m, &g->node, &g->n_node, 0, c);
	} else {
		put_in(m, &g->initializer, &g->n_initializer, g->n_initializer, t);
	}
	if (reader && reader->n_input && !chance(m, 3))
		reader->input[below(m, reader->n_input)] = t->name;
	else if (reader)
		put_in(m, &reader->input, &reader->n_input, reader->n_input, t->name);
}

static void entry(struct mut *m, Onnx__TensorProto *t, const char *key, char *value)
{
	Onnx__StringStringEntryProto *kv =
	    NEW(m, string_string_entry_proto);

	if (!kv)
		return;
	kv->key = text(m, key);
	kv->value = value;
	put_in(m, &t->external_data, &t->n_external_data, t->n_external_data, kv);
}

static void change_tensor(struct mut *m)
{
	Onnx__TensorProto *t = ONE_OF(m, tensors), *with;

	if (!t)
		return;
	switch (below(m, 7)) {
	case 0:
		t->data_type = some_dtype(m);
		break;
	case 1:
		change_ints(m, &t->dims, &t->n_dims);
		break;
	case 2:
		if (t->n_int64_data)
			change_ints(m, &t->int64_data, &t->n_int64_data);
		else if (t->has_raw_data && t->raw_data.len)
			t->raw_data.data[below(m, t->raw_data.len)] = (uint8_t)rnd(m);
		else if (t->n_float_data)
			t->float_data[below(m, t->n_float_data)] = (float)some_float(m);
		break;
	case 3:
		if (t->has_raw_data)
			t->raw_data.len = below(m, t->raw_data.len + 1);
		break;
	case 4:
		t->has_data_location = 1;
		t->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
		entry(m, t, "location", chance(m, 2) ? some_text(m) : text(m, "../a/b"));
		if (chance(m, 2))
			entry(m, t, "offset", (char *)(uintptr_t)ol_arena_printf(&m->arena, "%lld", (long long)some_int(m)).p);
		if (chance(m, 2))
			entry(m, t, "length", (char *)(uintptr_t)ol_arena_printf(&m->arena, "%lld", (long long)some_int(m)).p);
		break;
	default:
		with = some_tensor(m);
		if (with) {
			with->name = t->name;
			*t = *with;
		}
	}
}

static void change_sparse(struct mut *m)
{
	Onnx__GraphProto *g = ONE_OF(m, graphs);
	Onnx__SparseTensorProto *s = NEW(m, sparse_tensor_proto);

	if (!g || !s)
		return;
	s->values = some_tensor(m);
	s->indices = some_tensor(m);
	if (s->values)
		s->values->name = chance(m, 2) ? some_name(m) : fresh_name(m);
	change_ints(m, &s->dims, &s->n_dims);
	change_ints(m, &s->dims, &s->n_dims);
	put_in(m, &g->sparse_initializer, &g->n_sparse_initializer, 0, s);
}

/* ---- changes: bodies and functions ---- */

/* Nodes from some place on become a body of If, Loop or Scan, which reads what it needs from outside. */
static void wrap_nodes(struct mut *m)
{
	static const char *const ops[] = {"If", "Loop", "Scan", "SequenceMap"};
	Onnx__GraphProto *g = ONE_OF(m, graphs), *body;
	size_t at, kind = below(m, 4);
	Onnx__NodeProto *n, *old;
	Onnx__AttributeProto *a;
	Onnx__ValueInfoProto *v;

	if (!g || !g->n_node)
		return;
	at = below(m, g->n_node);
	old = g->node[at];
	body = NEW(m, graph_proto);
	n = new_node(m, ops[kind], some_name(m), NULL);
	if (!n || !body)
		return;
	body->name = text(m, "body");
	put_in(m, &body->node, &body->n_node, 0, copy_of(m, old));
	for (size_t i = 0; i < old->n_output; i++) {
		v = NEW(m, value_info_proto);
		if (!v)
			return;
		v->name = old->output[i];
		v->type = chance(m, 3) ? some_type(m) : NULL;
		put_in(m, &body->output, &body->n_output, i, v);
		put_in(m, &n->output, &n->n_output, i, old->output[i]);
	}
	for (size_t i = 0, k = kind == 0 ? 0 : 1 + below(m, 4); i < k; i++) {
		v = NEW(m, value_info_proto);
		if (!v)
			return;
		v->name = chance(m, 2) && old->n_input ? old->input[below(m, old->n_input)] : fresh_name(m);
		v->type = chance(m, 2) ? some_type(m) : NULL;
		put_in(m, &body->input, &body->n_input, i, v);
		put_in(m, &n->input, &n->n_input, i, some_name(m));
	}
	if (kind == 1)
		for (size_t i = 0; i < 1 + below(m, 2) && body->n_input; i++) {
			v = copy_of(m, body->input[below(m, body->n_input)]);
			put_in(m, &body->output, &body->n_output, 0, v);
		}
	for (int i = 0; i < (kind == 0 ? 2 : 1); i++) {
		a = NEW(m, attribute_proto);
		if (!a)
			return;
		a->name = text(m, kind ? "body" : i ? "else_branch" : "then_branch");
		a->has_type = 1;
		a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH;
		a->g = i ? copy_of(m, body) : body;
		put_in(m, &n->attribute, &n->n_attribute, 0, a);
	}
	if (kind == 2) {
		a = NEW(m, attribute_proto);
		if (!a)
			return;
		a->name = text(m, "num_scan_inputs");
		fill(m, a, 2);
		put_in(m, &n->attribute, &n->n_attribute, 0, a);
	}
	g->node[at] = n;
}

static Onnx__OperatorSetIdProto *import_of(struct mut *m, char *domain, int64_t version)
{
	Onnx__OperatorSetIdProto *o = NEW(m, operator_set_id_proto);

	if (o) {
		o->domain = domain;
		o->has_version = 1;
		o->version = version;
	}
	return o;
}

/* A node becomes a call of a function that does what it did. */
static void wrap_in_function(struct mut *m)
{
	Onnx__NodeProto *n = ONE_OF(m, nodes), *inner;
	Onnx__FunctionProto *f = NEW(m, function_proto);
	Onnx__ModelProto *model = m->model;

	if (!n || !f)
		return;
	if (model->n_functions && chance(m, 3)) { /* a call of one that is there */
		Onnx__FunctionProto *of = model->functions[below(m, model->n_functions)];

		n->op_type = of->name;
		n->domain = of->domain;
		return;
	}
	inner = copy_of(m, n);
	if (!inner)
		return;
	f->name = chance(m, 8) && n->op_type ? n->op_type : fresh_name(m);
	f->domain = chance(m, 8) && n->domain ? n->domain : text(m, "local");
	for (size_t i = 0; i < n->n_input; i++)
		put_in(m, &f->input, &f->n_input, i, n->input[i]);
	for (size_t i = 0; i < n->n_output; i++)
		put_in(m, &f->output, &f->n_output, i, n->output[i]);
	for (size_t i = 0; i < inner->n_attribute; i++) {
		if (!chance(m, 2) || !inner->attribute[i]->name)
			continue;
		inner->attribute[i]->ref_attr_name = inner->attribute[i]->name;
		put_in(m, &f->attribute, &f->n_attribute, f->n_attribute, inner->attribute[i]->name);
	}
	put_in(m, &f->node, &f->n_node, 0, inner);
	for (size_t i = 0; i < model->n_opset_import; i++)
		put_in(m, &f->opset_import, &f->n_opset_import, i, model->opset_import[i]);
	n->op_type = f->name;
	n->domain = f->domain;
	put_in(m, &model->opset_import, &model->n_opset_import, 0, import_of(m, f->domain, 1));
	put_in(m, &model->functions, &model->n_functions, 0, f);
}

static void change_function(struct mut *m)
{
	Onnx__ModelProto *model = m->model;
	Onnx__FunctionProto *f;

	if (!model->n_functions)
		return;
	f = model->functions[below(m, model->n_functions)];
	switch (below(m, 6)) {
	case 0:
		put_in(m, &f->input, &f->n_input, below(m, f->n_input + 1), some_name(m));
		break;
	case 1:
		if (f->n_input)
			take_out(&f->input, &f->n_input, below(m, f->n_input));
		break;
	case 2:
		put_in(m, &f->output, &f->n_output, 0, some_name(m));
		break;
	case 3:
		f->name = model->functions[below(m, model->n_functions)]->name;
		break;
	case 4:
		put_in(m, &model->functions, &model->n_functions, 0, copy_of(m, f));
		break;
	default:
		if (f->n_opset_import)
			f->opset_import[below(m, f->n_opset_import)] = import_of(m, some_text(m), (int64_t)below(m, 27));
	}
}

/* A body takes the place of another one. */
static void change_body(struct mut *m)
{
	Onnx__AttributeProto *a = ONE_OF(m, attrs);

	for (int i = 0; i < 30 && a && !a->g; i++)
		a = ONE_OF(m, attrs);
	if (a && a->g)
		a->g = copy_of(m, ONE_OF(m, graphs));
}

/* ---- changes: the model ---- */

static void change_versions(struct mut *m)
{
	Onnx__ModelProto *model = m->model;
	Onnx__OperatorSetIdProto *o;

	if (chance(m, 4)) {
		model->has_ir_version = !chance(m, 10);
		model->ir_version = (int64_t)below(m, 14);
	} else if (model->n_opset_import && !chance(m, 5)) {
		o = model->opset_import[below(m, model->n_opset_import)];
		o->has_version = 1;
		o->version = chance(m, 10) ? some_int(m) : (int64_t)below(m, 27);
	} else {
		put_in(m, &model->opset_import, &model->n_opset_import, 0,
		       import_of(m, some_text(m), (int64_t)below(m, 27)));
	}
}

/* ---- all of it ---- */

static const struct {
	void (*change)(struct mut *m);
	unsigned weight;
} changes[] = {
    {change_op, 8},	   {add_attribute, 8},	  {drop_attribute, 2}, {change_attribute, 10}, {change_input, 8},
    {change_output, 3},	   {change_nodes, 4},	  {add_node, 8},       {change_type, 10},      {add_info, 3},
    {add_constant, 8},	   {change_tensor, 6},	  {change_sparse, 1},  {wrap_nodes, 4},	       {wrap_in_function, 2},
    {change_function, 2}, {change_body, 1},	  {change_versions, 3},
};

static void change_once(struct mut *m)
{
	size_t sum = 0, at, i = 0;

	for (size_t k = 0; k < sizeof(changes) / sizeof(*changes); k++)
		sum += changes[k].weight;
	for (at = below(m, sum); at >= changes[i].weight; i++)
		at -= changes[i].weight;
	see_all(m);
	changes[i].change(m);
}

static void *arena_take(void *user, size_t n)
{
	return ol_arena_alloc(user, n);
}

static void arena_leave(void *user, void *p)
{
	(void)user;
	(void)p;
}

static Onnx__ModelProto *model_of(struct mut *m, const uint8_t *data, size_t n)
{
	Onnx__ModelProto *model = onnx__model_proto__unpack(&m->alloc, n, data);
	struct ol_buf b = {0};

	if (!model && ol_text_parse((struct ol_str){(const char *)data, n}, &b, NULL) == 0)
		model = onnx__model_proto__unpack(&m->alloc, b.n, (const uint8_t *)b.p);
	ol_buf_free(&b);
	return model;
}

static bool mut_begin(struct mut *m, const uint8_t *data, size_t n, uint64_t seed)
{
	static uint32_t n_schemas;

	while (!n_schemas || ol_schema_at(n_schemas).row)
		n_schemas++;
	memset(m, 0, sizeof(*m));
	ol_arena_init(&m->arena, 256u << 20);
	m->alloc = (ProtobufCAllocator){arena_take, arena_leave, &m->arena};
	m->state = seed;
	m->n_schemas = n_schemas;
	m->model = model_of(m, data, n);
	return m->model && m->model->graph;
}

/* Its bytes in `to`; 0 when they do not fit. */
static size_t mut_end(struct mut *m, uint8_t *to, size_t most)
{
	size_t n = m->arena.refused ? 0 : onnx__model_proto__get_packed_size(m->model);

	if (n && n <= most)
		onnx__model_proto__pack(m->model, to);
	ol_arena_free(&m->arena);
	return n <= most ? n : 0;
}

#endif
