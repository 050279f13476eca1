/* kinds.c: from a kind of operator to its schema. */
#include "schema/kinds.h"

struct ol_str ol_kind_domain(const struct ol_ir *ir, const struct ol_opkind *k)
{
	return k->is_onnx ? OL_STR("") : ol_name(ir->model, k->domain);
}

/* A domain of one version only is no riddle when it is not imported. */
static int64_t opset_of(const struct ol_opkind *k, struct ol_str domain)
{
	return k->opset < 0 && ol_schema_domain_newest(domain) == 1 ? 1 : k->opset;
}

const struct ol_custom_op *ol_kind_custom(const struct ol_ir *ir, uint32_t kind)
{
	const struct ol_opkind *k = &ir->kinds[kind];

	if (!ir->model->custom || k->is_onnx)
		return NULL;
	return ol_custom_find(ir->model->custom, ol_name(ir->model, k->domain), ol_name(ir->model, k->op_type), k->opset);
}

struct ol_schema ol_kind_schema(const struct ol_ir *ir, uint32_t kind)
{
	const struct ol_opkind *k = &ir->kinds[kind];
	const struct ol_custom_op *custom = ol_kind_custom(ir, kind);
	struct ol_str domain = ol_kind_domain(ir, k);
	int64_t opset = opset_of(k, domain);

	if (k->function != OL_NONE || opset < 0)
		return (struct ol_schema){0};
	if (custom && custom->has_signature)
		return custom->schema;
	return ol_schema_find(domain, ol_name(ir->model, k->op_type), opset);
}
