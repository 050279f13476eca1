/* known.c: types of values for the checks: inferred ones first. */
#include "rules/known.h"

/* optional(sequence(tensor)): two steps inwards at most, deeper ones are not judged. */
static struct ol_known inferred(const struct ol_fact *f)
{
	struct ol_known k = {.kind = f->kind, .dtype = f->dtype};

	for (int depth = 0; depth < 2 && (f->kind == OL_TYPE_SEQUENCE || f->kind == OL_TYPE_OPTIONAL); depth++) {
		if (!f->elem)
			return (struct ol_known){0};
		f = f->elem;
		if (depth == 0)
			k.inner = f->kind;
		else if (k.kind == OL_TYPE_SEQUENCE || f->kind != OL_TYPE_TENSOR)
			return (struct ol_known){0};
		k.dtype = f->dtype;
	}
	return k;
}

static struct ol_known declared(const struct ol_model *m, const struct ol_type *t)
{
	struct ol_known k = {.kind = t->kind, .dtype = t->elem_type};

	for (int depth = 0; depth < 2 && (t->kind == OL_TYPE_SEQUENCE || t->kind == OL_TYPE_OPTIONAL); depth++) {
		if (t->elem == OL_NONE)
			return (struct ol_known){0};
		t = &m->types[t->elem];
		if (depth == 0)
			k.inner = t->kind;
		else if (k.kind == OL_TYPE_SEQUENCE || t->kind != OL_TYPE_TENSOR)
			return (struct ol_known){0};
		k.dtype = t->elem_type;
	}
	return k;
}

struct ol_known ol_known_type(const struct ol_ir *ir, const struct ol_infer *inf, uint32_t value)
{
	const struct ol_fact *f = inf ? &inf->facts[value] : NULL;
	struct ol_known k = {0};
	uint32_t row;

	if (f && f->kind != OL_TYPE_NONE) {
		k = inferred(f);
		if (k.kind != OL_TYPE_NONE && k.dtype != OL_DT_UNDEFINED)
			return k;
	}
	row = ol_ir_type(ir, value);
	if (row != OL_NONE)
		return declared(ir->model, &ir->model->types[row]);
	k.dtype = ol_ir_dtype(ir, value);
	if (k.dtype != OL_DT_UNDEFINED)
		k.kind = ir->values[value].flags & OL_VALUE_SPARSE ? OL_TYPE_SPARSE_TENSOR : OL_TYPE_TENSOR;
	return k;
}

static int has(uint64_t set, uint64_t bit)
{
	return (set & bit) != 0;
}

int ol_known_admits(struct ol_known k, const struct ol_typeset *s)
{
	uint64_t bit = ol_dtype_valid(k.dtype) ? UINT64_C(1) << k.dtype : 0;

	if (s->any)
		return 1;
	switch ((enum ol_type_kind)k.kind) {
	case OL_TYPE_TENSOR:
		return bit ? has(s->tensor, bit) : -1;
	case OL_TYPE_SPARSE_TENSOR:
		/* schemas do not list sparse forms although sparse initializers stand for dense values (IR.md) */
		return bit ? has(s->sparse | s->tensor, bit) : -1;
	case OL_TYPE_SEQUENCE:
		if (k.inner == OL_TYPE_TENSOR)
			return bit ? has(s->seq, bit) : -1;
		return k.inner == OL_TYPE_MAP ? has(s->other, 2) : -1;
	case OL_TYPE_OPTIONAL:
		if (k.inner == OL_TYPE_TENSOR)
			return bit ? has(s->optional_tensor, bit) : -1;
		return k.inner == OL_TYPE_SEQUENCE && bit ? has(s->optional_seq, bit) : -1;
	case OL_TYPE_MAP:
		return has(s->other, 1);
	case OL_TYPE_OPAQUE:
		return has(s->other, 4);
	case OL_TYPE_NONE:
		break;
	}
	return -1;
}
