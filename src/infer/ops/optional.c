/* optional.c: types of the optional operators: what may be there, and taking it out.
 *
 * Sources: https://onnx.ai/onnx/operators/onnx__Optional.html and its siblings */
#include "infer/facts.h"
#include "infer/op.h"

static void optional(struct ol_op *x)
{
	const struct ol_attr *a = ol_op_attr(x, "type");
	struct ol_fact item = *ol_op_in(x, 0);

	if (!ol_op_has_in(x, 0) && a && a->type == OL_ATTR_TYPE_PROTO && a->n == 1)
		item = ol_fact_of_type(x->inf, a->list.ids[0]);
	ol_op_set_elem(x, 0, OL_TYPE_OPTIONAL, &item);
}

/* From version 18 the input may also be what is no optional: then it is passed on. */
static void get_element(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);

	if (!x->n_out || !x->out[0] || f->kind == OL_TYPE_NONE)
		return;
	if (f->kind != OL_TYPE_OPTIONAL)
		*x->out[0] = *f;
	else if (f->elem)
		*x->out[0] = *f->elem;
}

static void has_element(struct ol_op *x)
{
	const struct ol_fact *f = ol_op_in(x, 0);
	struct ol_num has;

	ol_op_dtype(x, 0, OL_DT_BOOL);
	ol_op_scalar(x, 0);
	if (ol_op_has_in(x, 0) && (f->kind == OL_TYPE_NONE || f->kind == OL_TYPE_OPTIONAL))
		return;
	has = ol_num(ol_op_has_in(x, 0));
	ol_op_set_ints(x, 0, &has, 1);
}

static const struct ol_infer_row ops[] = {
    {"Optional", optional},
    {"OptionalGetElement", get_element},
    {"OptionalHasElement", has_element},
    {NULL, NULL},
};

const struct ol_infer_family ol_infer_family_optional = {"", ops};
