/* dtype_attribute.c: operators whose output type is said by an attribute: is it a type, and one that the version makes?
 *
 * Cast says `to`, Constant the type of its tensor, RandomNormal `dtype`. Source: https://onnx.ai/onnx/operators/ */
#include "rules/check.h"

#include "util/buf.h"

static const struct ol_builtin_var vars[] = {
	{"attr", "string", "the attribute"},
	{"number", "int", "the element type's number"},
	{"dtype", "string", "its name; 'undefined' when it is none"},
	{"allowed", "string", "the types that the output may have"},
	{NULL, NULL, NULL},
};

/* Attribute and the output that it types; `tensor`: the attribute is a tensor whose element type counts. */
static const struct typed_by {
	const char *op, *attr;
	uint8_t output;
	bool tensor;
} table[] = {
	{"Cast", "to", 0, false},
	{"Constant", "value", 0, true},
	{"ConstantOfShape", "value", 0, true},
	{"RandomNormal", "dtype", 0, false},
	{"RandomNormalLike", "dtype", 0, false},
	{"RandomUniform", "dtype", 0, false},
	{"RandomUniformLike", "dtype", 0, false},
	{"Multinomial", "dtype", 0, false},
	{"Bernoulli", "dtype", 0, false},
	{"EyeLike", "dtype", 0, false},
	{"SequenceEmpty", "dtype", 0, false},
	{"QuantizeLinear", "output_dtype", 0, false},
	{"DequantizeLinear", "output_dtype", 0, false},
	{"HannWindow", "output_datatype", 0, false},
	{"HammingWindow", "output_datatype", 0, false},
	{"BlackmanWindow", "output_datatype", 0, false},
	{"MelWeightMatrix", "output_datatype", 0, false},
};

static void check_node(struct ol_check *c, uint32_t node, const struct typed_by *by, const struct ol_schema_param *out)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_attr *a = ol_ir_attr(c->ir, node, by->attr);
	struct ol_buf list = {0};
	struct ol_place place;
	bool valid, allowed;
	int64_t dtype;

	if (!a || a->ref_attr)
		return;
	if (by->tensor) {
		if (a->type != OL_ATTR_TENSOR || a->n != 1)
			return;
		dtype = m->tensors[a->list.ids[0]].dtype;
		if (!ol_dtype_valid(dtype))
			return; /* tensor/bad-dtype says so */
	} else {
		if (a->type != OL_ATTR_INT)
			return;
		dtype = a->i;
	}
	/* DequantizeLinear and QuantizeLinear: 0 = as the other operands say */
	if (dtype == 0 && ol_str_starts(ol_str(by->attr), "output_"))
		return;
	valid = ol_dtype_valid(dtype);
	allowed = out->types.any || ((out->types.tensor | out->types.seq) >> (valid ? dtype : 0) & 1);
	if (valid && allowed)
		return;
	ol_typeset_print(&out->types, &list);
	{
		struct ol_val v[] = {
			ol_v_str(ol_str(by->attr)),
			ol_v_int(dtype),
			ol_v_str(ol_str(ol_dtype_info(dtype)->name)),
			ol_v_str(ol_buf_keep(&list, c->scratch)),
		};

		place = ol_check_node(c, node, a->name);
		if (a->at.length)
			place.at = a->at;
		ol_check_emit(c, place, v);
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *s = &c->kind_schema[k];

		if (!s->row || !kind->is_onnx || kind->function != OL_NONE)
			continue;
		for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++) {
			struct ol_schema_param out;

			if (!ol_str_is(ol_name(m, kind->op_type), table[t].op) || table[t].output >= s->n_outputs)
				continue;
			out = ol_schema_output(s, table[t].output);
			for (uint32_t i = 0; i < kind->nodes.n; i++)
				check_node(c, c->ir->nodes_by_kind[kind->nodes.first + i], &table[t], &out);
		}
	}
}

const struct ol_builtin ol_builtin_dtype_attribute = {
	.name = "dtype-attribute",
	.about = "an attribute that says the output's element type, and says one that the operator does not make",
	.vars = vars,
	.run = run,
};
