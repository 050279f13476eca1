/* facts_tensor.c: stored tensors as expressions see them. Data is at hand for small ones only;
 * weights are not read. */
#include "engine/facts_table.h"

static const struct ol_tensor *tensor_row(struct ol_eval *e, struct ol_val self)
{
	return &ol_facts_model(e)->tensors[self.u.obj.a];
}

static struct ol_val tensor_name(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_name(e, tensor_row(e, self)->name);
}

static struct ol_val tensor_dtype(struct ol_eval *e, struct ol_val self)
{
	return ol_facts_dtype(e, tensor_row(e, self)->dtype);
}

static struct ol_val tensor_dtype_number(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(tensor_row(e, self)->dtype);
}

static struct ol_val tensor_dtype_valid(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(ol_dtype_valid(tensor_row(e, self)->dtype));
}

static struct ol_val tensor_rank(struct ol_eval *e, struct ol_val self)
{
	return ol_v_int(tensor_row(e, self)->rank);
}

static struct ol_val tensor_dims(struct ol_eval *e, struct ol_val self)
{
	const struct ol_tensor *t = tensor_row(e, self);

	return ol_facts_lazy(e, t->rank, t->dims, ol_facts_int_item);
}

static struct ol_val tensor_elements(struct ol_eval *e, struct ol_val self)
{
	int64_t n = ol_tensor_elements(tensor_row(e, self));

	return n < 0 ? ol_v_unknown() : ol_v_int(n);
}

static struct ol_val tensor_byte_size(struct ol_eval *e, struct ol_val self)
{
	const struct ol_tensor *t = tensor_row(e, self);
	int64_t n = ol_tensor_elements(t);
	int64_t bytes = n < 0 ? -1 : ol_dtype_bytes(t->dtype, n);

	return bytes < 0 ? ol_v_unknown() : ol_v_int(bytes);
}

static struct ol_val tensor_stored_bytes(struct ol_eval *e, struct ol_val self)
{
	const struct ol_tensor *t = tensor_row(e, self);

	if (t->location == 1)
		return t->ext_file == OL_NONE ? ol_v_unknown() : ol_v_int((int64_t)t->ext_length);
	return ol_v_int((int64_t)t->payload.length);
}

static struct ol_val tensor_external(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(tensor_row(e, self)->location == 1);
}

static struct ol_val tensor_location(struct ol_eval *e, struct ol_val self)
{
	const struct ol_model *m = ol_facts_model(e);
	const struct ol_tensor *t = tensor_row(e, self);

	for (uint32_t i = 0; t->location == 1 && i < t->external.n; i++)
		if (ol_str_is(ol_name(m, t->external.at[i].key), "location"))
			return ol_facts_text(e, t->external.at[i].value);
	return ol_v_null();
}

static struct ol_val tensor_fields(struct ol_eval *e, struct ol_val self)
{
	static const struct {
		uint8_t field;
		const char *name;
	} rows[] = {{4, "float_data"}, {5, "int32_data"},   {6, "string_data"}, {7, "int64_data"},
		    {9, "raw_data"},   {10, "double_data"}, {11, "uint64_data"}};
	const struct ol_tensor *t = tensor_row(e, self);
	struct ol_val v[sizeof(rows) / sizeof(rows[0])];
	uint32_t n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (t->fields & (1u << rows[i].field))
			v[n++] = ol_v_str(ol_str(rows[i].name));
	return ol_v_list(e, v, n);
}

static struct ol_val element(struct ol_eval *e, const struct ol_tensor *t, uint64_t i)
{
	int64_t n;
	double d;

	if (t->dtype == OL_DT_STRING)
		return t->strings && i < t->count ? ol_facts_text(e, t->strings[i])
						  : ol_v_unknown();
	if (ol_tensor_int(t, i, &n))
		return t->dtype == OL_DT_BOOL ? ol_v_bool(n != 0) : ol_v_int(n);
	return ol_tensor_double(t, i, &d) ? ol_v_double(d) : ol_v_unknown();
}

static struct ol_val element_item(struct ol_eval *e, const struct ol_list *l, uint64_t i)
{
	return element(e, l->host, i);
}

static struct ol_val tensor_values(struct ol_eval *e, struct ol_val self)
{
	const struct ol_tensor *t = tensor_row(e, self);
	int64_t n = ol_tensor_elements(t);

	if (n < 0 || n > OL_SMALL_PAYLOAD * 8 || (n && !t->data && !t->strings))
		return ol_v_unknown();
	return ol_facts_lazy(e, (uint64_t)n, t, element_item);
}

static struct ol_val tensor_segment(struct ol_eval *e, struct ol_val self)
{
	return ol_v_bool(tensor_row(e, self)->segment);
}

const struct ol_field ol_facts_tensor_fields[] = {
    {"name", "string", tensor_name, "name, may be empty"},
    {"dtype", "string", tensor_dtype, "element type; unknown when it is none that ONNX defines"},
    {"dtype_number", "int", tensor_dtype_number, "number of TensorProto.DataType in the file"},
    {"dtype_valid", "bool", tensor_dtype_valid, "is that a type that ONNX defines"},
    {"rank", "int", tensor_rank, "number of dims"},
    {"dims", "list(int)", tensor_dims, "dims"},
    {"elements", "int", tensor_elements, "product of the dims; unknown when negative or too large"},
    {"byte_size", "int", tensor_byte_size, "bytes that dims and type ask for; unknown for strings"},
    {"stored_bytes", "int", tensor_stored_bytes, "bytes that are stored, here or externally"},
    {"external", "bool", tensor_external, "does it live in another file"},
    {"location", "string?", tensor_location, "that file, as written"},
    {"fields", "list(string)", tensor_fields, "data fields present: \"raw_data\" …"},
    {"values", "list(dyn)", tensor_values,
     "elements of a small tensor; unknown for a large or external one"},
    {"stats", "stats", ol_get_tensor_stats,
     "what its elements are like; unknown for a large one without --weights"},
    {"has_segment", "bool", tensor_segment, "has the unused segment field"},
    {0},
};
