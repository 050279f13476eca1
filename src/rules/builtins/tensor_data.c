/* tensor_data.c: does a tensor hold what its shape and element type say? No payload is read for it: lengths and counts suffice.
 *
 * Source: TensorProto in onnx.proto and its comments (which field holds which type; exactly one field; raw_data is little-endian
 * and not for strings; 4-bit types two an element of int32_data). */
#include "rules/check.h"

#include <inttypes.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "dtype, dim, overflow, fields, field, size, raw-string, segment or location"},
	{"tensor", "string", "the tensor's name, or the attribute's"},
	{"role", "string", "initializer, attribute, …"},
	{"text", "string", "what is wrong, in words"},
	{"dtype", "string", "its element type"},
	{NULL, NULL, NULL},
};

static void emit(struct ol_check *c, const struct ol_tensor_site *site, const char *fault, struct ol_val text)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	struct ol_val v[] = {
		ol_v_str(ol_str(fault)), ol_v_str(site->name), ol_v_str(ol_str(site->role)), text,
		ol_v_str(ol_str(ol_dtype_info(t->dtype)->name)),
	};

	ol_check_emit(c, site->place, v);
}

static const char *field_name(uint32_t field)
{
	static const char *const names[12] = {
		[4] = "float_data", [5] = "int32_data",	  [6] = "string_data",  [7] = "int64_data",
		[9] = "raw_data",   [10] = "double_data", [11] = "uint64_data",
	};

	return field < 12 && names[field] ? names[field] : "data";
}

/* How many items of its typed field an element count takes; -1 when that is not settled. */
static int64_t typed_count(int32_t dtype, int64_t elements)
{
	switch (dtype) {
	case OL_DT_COMPLEX64:
	case OL_DT_COMPLEX128:
		return elements > INT64_MAX / 2 ? -1 : elements * 2;
	case OL_DT_UINT4:
	case OL_DT_INT4:
	case OL_DT_FLOAT4E2M1:
		return elements / 2 + elements % 2;
	case OL_DT_UINT2:
	case OL_DT_INT2:
		return elements / 4 + (elements % 4 != 0);
	case OL_DT_FLOAT6E2M3:
	case OL_DT_FLOAT6E3M2:
		return -1;
	default:
		return elements;
	}
}

static void check_fields(struct ol_check *c, const struct ol_tensor_site *site, const struct ol_tensor *t, int64_t elements)
{
	const struct ol_dtype_info *info = ol_dtype_info(t->dtype);
	uint32_t field = (uint32_t)__builtin_ctz(t->fields | 1u << 31);
	int64_t want, have;

	if (t->fields == 1u << 9 && t->dtype == OL_DT_STRING) {
		emit(c, site, "raw-string", ol_v_str(OL_STR("strings cannot stand in raw_data; string_data holds them")));
		return;
	}
	if (t->fields == 1u << 9) {
		want = ol_dtype_bytes(t->dtype, elements);
		if (want >= 0 && (uint64_t)want != t->payload.length)
			emit(c, site, "size",
			     ol_check_text(c, "raw_data has %" PRIu64 " bytes, %" PRId64 " elements of %s take %" PRId64,
					   t->payload.length, elements, info->name, want));
		return;
	}
	if (field != info->data_field) {
		emit(c, site, "field", ol_check_text(c, "%s is in %s; %s or raw_data holds it", info->name,
						     field_name(field), field_name(info->data_field)));
		return;
	}
	want = typed_count(t->dtype, elements);
	have = t->count > INT64_MAX ? INT64_MAX : (int64_t)t->count;
	/* writers before 1.16 stored a 4-bit element an item */
	if (want >= 0 && have != want && !(info->bits < 8 && info->bits && have == elements))
		emit(c, site, "size", ol_check_text(c, "%s has %" PRId64 " items, the shape asks for %" PRId64,
						    field_name(field), have, want));
}

static void check(struct ol_check *c, const struct ol_tensor_site *site)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	int64_t elements = ol_tensor_elements(t);

	if (!ol_dtype_valid(t->dtype)) {
		emit(c, site, "dtype",
		     t->dtype ? ol_check_text(c, "data_type %d is no element type of ONNX", t->dtype)
			      : ol_v_str(OL_STR("data_type is missing or UNDEFINED")));
		return;
	}
	if (t->segment)
		emit(c, site, "segment", ol_v_str(OL_STR("it uses `segment`, which no runtime reads")));
	if (elements == -1) {
		for (uint32_t i = 0; i < t->rank; i++)
			if (t->dims[i] < 0) {
				emit(c, site, "dim", ol_check_text(c, "dimension %u is %" PRId64, i, t->dims[i]));
				break;
			}
		return;
	}
	if (elements == -2 || (t->dtype != OL_DT_STRING && ol_dtype_bytes(t->dtype, elements) < 0)) {
		emit(c, site, "overflow", ol_v_str(OL_STR("the product of its dimensions does not fit 64 bits")));
		return;
	}
	if (t->location == 1) {
		if (t->fields)
			emit(c, site, "fields", ol_v_str(OL_STR("it is external and has data in the model too")));
		return;
	}
	if (t->location != 0)
		emit(c, site, "location", ol_check_text(c, "data_location %d means nothing", t->location));
	if (t->fields & (t->fields - 1)) {
		emit(c, site, "fields", ol_v_str(OL_STR("it has data in more than one field")));
		return;
	}
	if (t->fields)
		check_fields(c, site, t, elements);
	else if (elements > 0)
		emit(c, site, "size", ol_check_text(c, "it has no data, the shape asks for %" PRId64 " elements", elements));
}

static void run(struct ol_check *c)
{
	ol_check_tensors(c, check);
}

const struct ol_builtin ol_builtin_tensor_data = {
	.name = "tensor-data",
	.about = "tensors whose data does not go with their shape or element type",
	.vars = vars,
	.run = run,
};
