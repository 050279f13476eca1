/* dtype_schema.c: declared element types against the schema's type constraints.
 *
 * Two faults: a type that the constraint does not list, and two operands that must have one type and do not. Only types that
 * the model declares (value_info, graph input or output, initializer, Constant) are judged.
 * Source: OpSchema type constraints; https://onnx.ai/onnx/operators/ */
#include "rules/check.h"

#include "util/buf.h"

enum { MOST_VARS = 16 };

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "not-allowed or mismatch"},
	{"value", "string", "the operand"},
	{"formal", "string", "the schema's name for it"},
	{"role", "string", "input or output"},
	{"dtype", "string", "its declared type"},
	{"allowed", "string", "the types that the operator takes there; for a mismatch: the other operand's type"},
	{"other", "string", "mismatch: the other operand"},
	{"constraint", "string", "the type variable that both share (T), or the type the schema demands"},
	{NULL, NULL, NULL},
};

/* The declared type of a value, as far as a constraint can judge it. */
struct declared {
	uint8_t kind;  /* enum ol_type_kind; NONE: not declared */
	uint8_t inner; /* kind of the element of a sequence or optional */
	int32_t dtype;
};

static struct declared declared_of(const struct ol_check *c, uint32_t value)
{
	const struct ol_model *m = c->ir->model;
	uint32_t row = ol_ir_type(c->ir, value);
	const struct ol_type *t;
	struct declared d = {0};

	if (row == OL_NONE) {
		d.dtype = ol_ir_dtype(c->ir, value);
		d.kind = d.dtype == OL_DT_UNDEFINED ? OL_TYPE_NONE
			 : c->ir->values[value].flags & OL_VALUE_SPARSE ? OL_TYPE_SPARSE_TENSOR
								       : OL_TYPE_TENSOR;
		return d;
	}
	t = &m->types[row];
	d.kind = t->kind;
	d.dtype = t->elem_type;
	/* optional(sequence(tensor)): two steps inwards at most, deeper ones are not judged */
	for (int depth = 0; depth < 2 && (t->kind == OL_TYPE_SEQUENCE || t->kind == OL_TYPE_OPTIONAL); depth++) {
		if (t->elem == OL_NONE)
			return (struct declared){0};
		t = &m->types[t->elem];
		if (depth == 0)
			d.inner = t->kind;
		else if (d.kind == OL_TYPE_SEQUENCE || t->kind != OL_TYPE_TENSOR)
			return (struct declared){0};
		d.dtype = t->elem_type;
	}
	return d;
}

static bool admits(const struct ol_typeset *s, struct declared d)
{
	uint64_t bit = d.dtype > 0 && d.dtype < 64 ? UINT64_C(1) << d.dtype : 0;

	if (s->any)
		return true;
	switch ((enum ol_type_kind)d.kind) {
	case OL_TYPE_TENSOR:
		return s->tensor & bit;
	case OL_TYPE_SPARSE_TENSOR:
		/* schemas do not list sparse forms although sparse initializers stand for dense values (IR.md) */
		return (s->sparse | s->tensor) & bit;
	case OL_TYPE_SEQUENCE:
		return d.inner == OL_TYPE_TENSOR ? s->seq & bit : d.inner == OL_TYPE_MAP ? s->other & 2 : true;
	case OL_TYPE_OPTIONAL:
		return d.inner == OL_TYPE_TENSOR     ? s->optional_tensor & bit
		       : d.inner == OL_TYPE_SEQUENCE ? s->optional_seq & bit
						     : true;
	case OL_TYPE_MAP:
		return s->other & 1;
	case OL_TYPE_OPAQUE:
		return s->other & 4;
	case OL_TYPE_NONE:
		break;
	}
	return true;
}

static struct ol_val type_text(struct ol_check *c, struct declared d)
{
	const char *name = ol_dtype_info(d.dtype)->name;

	switch ((enum ol_type_kind)d.kind) {
	case OL_TYPE_SPARSE_TENSOR:
		return ol_check_text(c, "sparse_tensor(%s)", name);
	case OL_TYPE_SEQUENCE:
		return ol_check_text(c, d.inner == OL_TYPE_MAP ? "seq(map)" : "seq(%s)", name);
	case OL_TYPE_OPTIONAL:
		return ol_check_text(c, d.inner == OL_TYPE_SEQUENCE ? "optional(seq(%s))" : "optional(%s)", name);
	case OL_TYPE_MAP:
		return ol_v_str(OL_STR("map"));
	case OL_TYPE_OPAQUE:
		return ol_v_str(OL_STR("opaque"));
	case OL_TYPE_TENSOR:
	case OL_TYPE_NONE:
		break;
	}
	return ol_v_str(ol_str(name));
}

struct bound { /* what the first operand bound a type variable to */
	struct declared d;
	uint32_t value;
};

static void check_param(struct ol_check *c, uint32_t node, uint32_t value, const struct ol_schema_param *p, bool output,
			struct bound *bound)
{
	const struct ol_model *m = c->ir->model;
	struct declared d = declared_of(c, value);
	struct ol_val v[8];

	if (d.kind == OL_TYPE_NONE || !ol_dtype_valid(d.dtype))
		return;
	v[1] = ol_v_str(ol_name(m, c->ir->values[value].name));
	v[2] = ol_v_str(p->name);
	v[3] = ol_v_str(output ? OL_STR("output") : OL_STR("input"));
	v[6] = ol_v_str(OL_STR(""));
	v[7] = ol_v_str(p->type_str);
	if (!admits(&p->types, d)) {
		struct ol_buf list = {0};

		ol_typeset_print(&p->types, &list);
		v[0] = ol_v_str(OL_STR("not-allowed"));
		v[4] = type_text(c, d);
		v[5] = ol_v_str(ol_buf_keep(&list, c->scratch));
		ol_check_emit(c, ol_check_node(c, node, c->ir->values[value].name), v);
		return;
	}
	if (p->type_var >= MOST_VARS || (p->option == OL_PARAM_VARIADIC && !p->homogeneous))
		return;
	bound += p->type_var;
	if (bound->d.kind == OL_TYPE_NONE) {
		*bound = (struct bound){d, value};
	} else if (bound->d.kind == d.kind && bound->d.inner == d.inner && bound->d.dtype != d.dtype) {
		v[0] = ol_v_str(OL_STR("mismatch"));
		v[4] = type_text(c, d);
		v[5] = type_text(c, bound->d);
		v[6] = ol_v_str(ol_name(m, c->ir->values[bound->value].name));
		ol_check_emit(c, ol_check_node(c, node, c->ir->values[value].name), v);
	}
}

static void run(struct ol_check *c)
{
	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *s = &c->kind_schema[k];
		struct ol_schema_param in[8], out[8];

		if (!s->row || kind->function != OL_NONE)
			continue;
		for (uint32_t i = 0; i < 8; i++) {
			if (i < s->n_inputs)
				in[i] = ol_schema_input(s, i);
			if (i < s->n_outputs)
				out[i] = ol_schema_output(s, i);
		}
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];
			const struct ol_node *n = &c->ir->model->nodes[node];
			struct bound bound[MOST_VARS] = {0};

			for (uint32_t a = 0; a < n->inputs.n && s->n_inputs; a++) {
				uint32_t at = ol_schema_input_at(s, a), value = c->ir->args[n->inputs.first + a];
				struct ol_schema_param p;

				if (value == OL_NONE || at >= s->n_inputs)
					continue;
				p = at < 8 ? in[at] : ol_schema_input(s, at);
				check_param(c, node, value, &p, false, bound);
			}
			for (uint32_t a = 0; a < n->outputs.n && s->n_outputs; a++) {
				uint32_t at = ol_schema_output_at(s, a), value = c->ir->args[n->outputs.first + a];
				struct ol_schema_param p;

				if (value == OL_NONE || at >= s->n_outputs)
					continue;
				p = at < 8 ? out[at] : ol_schema_output(s, at);
				check_param(c, node, value, &p, true, bound);
			}
		}
	}
}

const struct ol_builtin ol_builtin_dtype_schema = {
	.name = "dtype-schema",
	.about = "operands whose declared type the operator does not take, or that must agree and do not",
	.vars = vars,
	.run = run,
};
