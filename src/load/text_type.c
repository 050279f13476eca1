/* text_type.c: types, shapes and tensor values of ONNX text syntax.
 *
 * `float` is a scalar, `float[]` has unknown rank, `float[N, 3, ?]` a shape. A tensor's values are
 * written for the data field that its element type uses: the types of 16 bits and less as their bit
 * patterns. */
#include "load/text.h"

#include "load/dtype.h"
#include "util/text.h"

/* onnx.proto */
enum { TP_TENSOR = 1, TP_SEQUENCE = 4, TP_MAP = 5, TP_OPAQUE = 7, TP_SPARSE = 8, TP_OPTIONAL = 9 };
enum { DIM_VALUE = 1, DIM_PARAM = 2 };
enum {
	T_DIMS = 1,
	T_TYPE = 2,
	T_FLOATS = 4,
	T_INT32S = 5,
	T_STRINGS = 6,
	T_INT64S = 7,
	T_DOUBLES = 10,
	T_UINT64S = 11,
	T_EXTERNAL = 13,
	T_LOCATION = 14
};

static int type_sequence(struct ol_txt *t);
static int type_map(struct ol_txt *t);
static int type_optional(struct ol_txt *t);
static int type_sparse(struct ol_txt *t);
static int type_opaque(struct ol_txt *t);

static const struct type_word {
	const char *word;
	uint32_t field;
	int (*read)(struct ol_txt *t);
} type_words[] = {
	{"seq", TP_SEQUENCE, type_sequence},
	{"map", TP_MAP, type_map},
	{"optional", TP_OPTIONAL, type_optional},
	{"sparse_tensor", TP_SPARSE, type_sparse},
	{"opaque", TP_OPAQUE, type_opaque},
	{NULL, 0, NULL},
};

static const struct type_word *find_word(struct ol_str s)
{
	for (const struct type_word *w = type_words; w->word; w++)
		if (ol_str_is(s, w->word))
			return w;
	return NULL;
}

/* The syntax knows an element type by its ONNX name only: `float32` may be the name of a value. */
static enum ol_dtype find_elem(struct ol_str s)
{
	enum ol_dtype d = ol_dtype_find(s);

	return ol_str_is(s, ol_dtype_info(d)->onnx_name) ? d : OL_DT_UNDEFINED;
}

bool ol_txt_at_type(struct ol_txt *t)
{
	struct ol_str s = ol_txt_peek_ident(t);

	return s.n && (find_elem(s) != OL_DT_UNDEFINED || find_word(s));
}

int ol_txt_unknown_type(struct ol_txt *t, const char *what)
{
	struct ol_str s = ol_txt_peek_ident(t);
	const char *best = NULL;
	uint32_t near = UINT32_MAX, d;

	for (int32_t i = 1; i < OL_DT_COUNT; i++) {
		const struct ol_dtype_info *info = ol_dtype_info(i);

		if (ol_str_is(s, info->name)) {
			best = info->onnx_name;
			break;
		}
		if (ol_text_near(s, ol_str(info->onnx_name), &d) && d < near) {
			near = d;
			best = info->onnx_name;
		}
	}
	if (!s.n || !best)
		return ol_txt_expected(t, "%s", what);
	return ol_txt_expected(t, "%s (did you mean '%s'?)", what, best);
}

static int dim(struct ol_txt *t)
{
	size_t mark = ol_txt_open(t->out, 1);
	struct ol_str s;
	int64_t v = 0;

	if (ol_txt_accept(t, '?')) {
		t->type.numeric = false;
	} else if (ol_txt_peek(t) == '"' || ol_txt_peek_ident(t).n) {
		if (ol_txt_name(t, "a dimension", &s) < 0)
			return -1;
		ol_txt_put_str(t->out, DIM_PARAM, s);
		t->type.numeric = false;
	} else {
		if (ol_txt_int(t, "a dimension (number, name or '?')", &v) < 0)
			return -1;
		ol_txt_put_int(t->out, DIM_VALUE, v);
		ol_buf_add(&t->type.dims, &v, sizeof(v));
	}
	ol_txt_close(t->out, mark);
	return 0;
}

/* elem_type = 1 and shape = 2, as in TypeProto.Tensor and TypeProto.SparseTensor */
static int elem_and_shape(struct ol_txt *t, enum ol_dtype elem)
{
	size_t mark;

	t->type.elem = (int32_t)elem;
	t->type.has_shape = t->type.numeric = true;
	ol_buf_clear(&t->type.dims);
	ol_txt_put_int(t->out, 1, elem);
	if (ol_txt_accept(t, '[')) {
		if (ol_txt_accept(t, ']')) {
			t->type.has_shape = false;
			return 0;
		}
		mark = ol_txt_open(t->out, 2);
		do {
			if (dim(t) < 0)
				return -1;
		} while (ol_txt_accept(t, ','));
		if (ol_txt_expect(t, ']', "after the shape") < 0)
			return -1;
	} else {
		mark = ol_txt_open(t->out, 2);
	}
	ol_txt_close(t->out, mark);
	return 0;
}

static int elem_type(struct ol_txt *t, const char *what, enum ol_dtype *out)
{
	struct ol_str s = ol_txt_peek_ident(t);

	*out = find_elem(s);
	if (*out == OL_DT_UNDEFINED)
		return ol_txt_unknown_type(t, what);
	ol_txt_ident(t);
	return 0;
}

static int type_sparse(struct ol_txt *t)
{
	enum ol_dtype elem;

	if (elem_type(t, "an element type", &elem) < 0)
		return -1;
	return elem_and_shape(t, elem);
}

static int type_sequence(struct ol_txt *t)
{
	return ol_txt_type(t, 1);
}

static int type_optional(struct ol_txt *t)
{
	return ol_txt_type(t, 1);
}

static int type_map(struct ol_txt *t)
{
	enum ol_dtype key;

	if (elem_type(t, "an element type as the map's key", &key) < 0)
		return -1;
	ol_txt_put_int(t->out, 1, key);
	if (ol_txt_expect(t, ',', "after the map's key type") < 0)
		return -1;
	return ol_txt_type(t, 2);
}

/* opaque(), opaque(name), opaque(domain, name); the first word may have dots */
static int type_opaque(struct ol_txt *t)
{
	struct ol_str s;

	if (ol_txt_peek(t) == ')')
		return 0;
	ol_buf_clear(&t->id);
	do {
		s = ol_txt_ident(t);
		if (!s.n)
			return ol_txt_expected(t, "the opaque type's name");
		if (t->id.n)
			ol_buf_char(&t->id, '.');
		ol_buf_str(&t->id, s);
	} while (ol_txt_accept(t, '.'));
	if (!ol_txt_accept(t, ',')) {
		ol_txt_put_str(t->out, 2, ol_buf_view(&t->id));
		return 0;
	}
	ol_txt_put_str(t->out, 1, ol_buf_view(&t->id));
	s = ol_txt_ident(t);
	if (!s.n)
		return ol_txt_expected(t, "the opaque type's name after its domain");
	ol_txt_put_str(t->out, 2, s);
	return 0;
}

int ol_txt_type(struct ol_txt *t, uint32_t field)
{
	size_t mark = ol_txt_open(t->out, field), inner;
	struct ol_str s = ol_txt_peek_ident(t);
	enum ol_dtype elem = find_elem(s);
	const struct type_word *w;

	if (elem != OL_DT_UNDEFINED) {
		ol_txt_ident(t);
		inner = ol_txt_open(t->out, TP_TENSOR);
		if (elem_and_shape(t, elem) < 0)
			return -1;
		t->type.tensor = true;
	} else {
		w = find_word(s);
		if (!w)
			return ol_txt_unknown_type(t, "a type");
		if (t->types == OL_TXT_TYPES)
			return ol_txt_fail(t, t->at, "types nest deeper than %d", OL_TXT_TYPES);
		t->types++;
		ol_txt_ident(t);
		inner = ol_txt_open(t->out, w->field);
		if (ol_txt_expect(t, '(', "after the type's name") < 0 || w->read(t) < 0 ||
		    ol_txt_expect(t, ')', "at the type's end") < 0)
			return -1;
		t->type.tensor = false;
		t->types--;
	}
	ol_txt_close(t->out, inner);
	ol_txt_close(t->out, mark);
	return 0;
}

static int value_int32(struct ol_txt *t)
{
	const char *name = ol_dtype_info(t->type.elem)->onnx_name;
	size_t at;
	int64_t v;
	bool pattern = t->type.elem == OL_DT_FLOAT16 || t->type.elem == OL_DT_BFLOAT16;

	ol_txt_peek(t);
	at = t->at;
	if (ol_txt_int(t, pattern ? "an integer (the bit pattern of a 16-bit float)" : "an integer",
		       &v) < 0)
		return -1;
	if (v > INT32_MAX || v < INT32_MIN)
		return ol_txt_fail(t, at, "%lld is out of the range of %s data", (long long)v,
				   name);
	ol_txt_varint(t->out, (uint64_t)v);
	return 0;
}

static int value_int64(struct ol_txt *t)
{
	int64_t v;

	if (ol_txt_int(t, "an integer", &v) < 0)
		return -1;
	ol_txt_varint(t->out, (uint64_t)v);
	return 0;
}

static int value_uint64(struct ol_txt *t)
{
	uint64_t v;

	if (ol_txt_uint(t, "an integer", &v) < 0)
		return -1;
	ol_txt_varint(t->out, v);
	return 0;
}

static int want_number(struct ol_txt *t, struct ol_txt_literal *l)
{
	if (ol_txt_peek(t) == '"')
		return ol_txt_expected(t, "a number");
	return ol_txt_literal(t, "a number", l);
}

static int value_float(struct ol_txt *t)
{
	struct ol_txt_literal l;
	uint32_t bits;
	float v;

	if (want_number(t, &l) < 0 || ol_txt_to_float(t, &l, &v) < 0)
		return -1;
	memcpy(&bits, &v, sizeof(bits));
	ol_txt_fixed32(t->out, bits);
	return 0;
}

static int value_double(struct ol_txt *t)
{
	struct ol_txt_literal l;
	uint64_t bits;
	double v;

	if (want_number(t, &l) < 0 || ol_txt_to_double(t, &l, &v) < 0)
		return -1;
	memcpy(&bits, &v, sizeof(bits));
	ol_txt_fixed64(t->out, bits);
	return 0;
}

static int value_string(struct ol_txt *t)
{
	struct ol_str s;

	if (ol_txt_string(t, "a string", &s) < 0)
		return -1;
	ol_txt_put_str(t->out, T_STRINGS, s);
	return 0;
}

static const struct value_reader {
	uint32_t field;
	bool packed;
	int (*read)(struct ol_txt *t);
} value_readers[] = {
	{T_FLOATS, true, value_float},
	{T_INT32S, true, value_int32},
	{T_STRINGS, false, value_string},
	{T_INT64S, true, value_int64},
	{T_DOUBLES, true, value_double},
	{T_UINT64S, true, value_uint64},
	{0, false, NULL},
};

static int values(struct ol_txt *t)
{
	const struct value_reader *r = value_readers;
	size_t mark = 0;

	if (ol_txt_accept(t, '}'))
		return 0;
	while (r->read && r->field != ol_dtype_info(t->type.elem)->data_field)
		r++;
	if (!r->read)
		return ol_txt_fail(t, t->at, "values of type %s cannot be written in text",
				   ol_dtype_info(t->type.elem)->onnx_name);
	if (r->packed)
		mark = ol_txt_open(t->out, r->field);
	do {
		if (r->read(t) < 0)
			return -1;
	} while (ol_txt_accept(t, ','));
	if (r->packed)
		ol_txt_close(t->out, mark);
	return ol_txt_expect(t, '}', "after the values");
}

int ol_txt_pairs(struct ol_txt *t, uint32_t field)
{
	struct ol_str s;
	size_t mark;

	do {
		mark = ol_txt_open(t->out, field);
		if (ol_txt_string(t, "a key", &s) < 0)
			return -1;
		ol_txt_put_str(t->out, 1, s);
		if (ol_txt_expect(t, ':', "after the key") < 0 ||
		    ol_txt_string(t, "a value", &s) < 0)
			return -1;
		ol_txt_put_str(t->out, 2, s);
		ol_txt_close(t->out, mark);
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, ']', "after the key and value");
}

int ol_txt_tensor(struct ol_txt *t, size_t at)
{
	int64_t v;

	if (!t->type.tensor)
		return ol_txt_fail(t, at, "a value is given, but its type is no tensor type");
	if (!t->type.has_shape)
		return ol_txt_fail(t, at, "a value is given, but its type has no shape");
	if (!t->type.numeric)
		return ol_txt_fail(t, at, "a value is given, but its shape is not all numbers");
	if (t->type.dims.failed)
		return ol_err_set(t->err, OL_ERR_MEMORY, "not enough memory for a shape");
	for (size_t i = 0; i < t->type.dims.n; i += sizeof(v)) {
		memcpy(&v, t->type.dims.p + i, sizeof(v));
		ol_txt_put_int(t->out, T_DIMS, v);
	}
	ol_txt_put_int(t->out, T_TYPE, t->type.elem);
	if (ol_txt_accept(t, '{'))
		return values(t);
	if (!ol_txt_accept(t, '['))
		return ol_txt_expected(t, "'{' and values or '[' and external data");
	ol_txt_put_int(t->out, T_LOCATION, 1);
	return ol_txt_pairs(t, T_EXTERNAL);
}
