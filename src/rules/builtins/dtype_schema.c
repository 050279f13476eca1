/* dtype_schema.c: element types, inferred or declared, against the schema's type constraints.
 *
 * Two faults: a type that the constraint does not list, and two operands that must have one type and do not. An output that
 * has its type from a faulty input is no fault of its own.
 * Source: OpSchema type constraints; https://onnx.ai/onnx/operators/ */
#include "rules/check.h"

#include "util/buf.h"

enum { MOST_VARS = 16 };

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "not-allowed or mismatch"},
	{"value", "string", "the operand"},
	{"formal", "string", "the schema's name for it"},
	{"role", "string", "input or output"},
	{"dtype", "string", "its type, inferred or declared"},
	{"allowed", "string", "the types that the operator takes there; for a mismatch: the other operand's type"},
	{"other", "string", "mismatch: the other operand"},
	{"constraint", "string", "the type variable that both share (T), or the type the schema demands"},
	{NULL, NULL, NULL},
};

static struct ol_val type_text(struct ol_check *c, struct ol_known d)
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
	struct ol_known d;
	uint32_t value;
	bool faulty; /* an operand of the variable was told of */
};

/* Is the type one that the value's producer may not make either? Then it is told there, not again at each reader. */
static bool told_above(const struct ol_check *c, uint32_t value, struct ol_known d)
{
	const struct ol_value *v = &c->ir->values[value];
	const struct ol_schema *s = v->producer == OL_NONE ? NULL : &c->kind_schema[c->ir->node_kind[v->producer]];
	struct ol_schema_param p;
	uint32_t at;

	if (v->info != OL_NONE || !s || !s->row || !s->n_outputs)
		return false;
	at = ol_schema_output_at(s, v->output_of_producer);
	if (at >= s->n_outputs)
		return false;
	p = ol_schema_output(s, at);
	return ol_known_admits(d, &p.types) == 0;
}

static void operand(const struct ol_check *c, uint32_t value, const struct ol_schema_param *p, bool output,
		    struct ol_val *v)
{
	v[1] = ol_v_str(ol_name(c->ir->model, c->ir->values[value].name));
	v[2] = ol_v_str(p->name);
	v[3] = ol_v_str(output ? OL_STR("output") : OL_STR("input"));
	v[6] = ol_v_str(OL_STR(""));
	v[7] = ol_v_str(p->type_str);
}

/* false: something is wrong with the operand. */
static bool check_param(struct ol_check *c, uint32_t node, uint32_t value, const struct ol_schema_param *p, bool output,
			struct bound *bound)
{
	const struct ol_model *m = c->ir->model;
	struct ol_known d = ol_known_type(c->ir, c->inf, value);
	struct ol_val v[8];

	if (d.kind == OL_TYPE_NONE || !ol_dtype_valid(d.dtype))
		return true;
	if (p->type_var < MOST_VARS && output && bound[p->type_var].faulty)
		return false;
	if (ol_known_admits(d, &p->types) == 0) {
		struct ol_buf list = {0};

		if (p->type_var < MOST_VARS)
			bound[p->type_var].faulty = true;
		if (!output && told_above(c, value, d))
			return false;
		operand(c, value, p, output, v);
		ol_typeset_print(&p->types, &list);
		v[0] = ol_v_str(OL_STR("not-allowed"));
		v[4] = type_text(c, d);
		v[5] = ol_v_str(ol_buf_keep(&list, c->scratch));
		ol_check_because(c, OL_ORIGIN_DTYPE, value);
		ol_check_emit(c, ol_check_node(c, node, c->ir->values[value].name), v);
		return false;
	}
	if (p->type_var >= MOST_VARS || (p->option == OL_PARAM_VARIADIC && !p->homogeneous))
		return true;
	bound += p->type_var;
	if (bound->d.kind == OL_TYPE_NONE) {
		bound->d = d;
		bound->value = value;
	} else if (bound->d.kind == d.kind && bound->d.inner == d.inner && bound->d.dtype != d.dtype) {
		operand(c, value, p, output, v);
		v[0] = ol_v_str(OL_STR("mismatch"));
		v[4] = type_text(c, d);
		v[5] = type_text(c, bound->d);
		v[6] = ol_v_str(ol_name(m, c->ir->values[bound->value].name));
		ol_check_because(c, OL_ORIGIN_DTYPE, bound->value);
		if (!output || c->ir->values[value].producer == OL_NONE)
			ol_check_because(c, OL_ORIGIN_DTYPE, value);
		ol_check_emit(c, ol_check_node(c, node, c->ir->values[value].name), v);
		return false;
	}
	return true;
}

/* The types of a node's operands in order. What was found right once is right for the next node of the kind that has the
 * same: nearly all of a million nodes are judged by comparing eight bytes. */
enum { OPERANDS = 8 };

struct signature {
	uint8_t dtype[OPERANDS]; /* of tensors; 0: left out */
	uint32_t n_in, n_out;
};

static bool sign(const struct ol_check *c, const struct ol_node *n, struct signature *to)
{
	uint32_t total = n->inputs.n + n->outputs.n;

	*to = (struct signature){.n_in = n->inputs.n, .n_out = n->outputs.n};
	if (!c->inf || total > OPERANDS)
		return false;
	for (uint32_t i = 0; i < total; i++) {
		uint32_t value = c->ir->args[i < n->inputs.n ? n->inputs.first + i : n->outputs.first + i - n->inputs.n];
		const struct ol_fact *f = value == OL_NONE ? NULL : ol_infer_fact(c->inf, value);

		if (f && (f->kind != OL_TYPE_TENSOR || f->dtype == OL_DT_UNDEFINED))
			return false;
		to->dtype[i] = f ? f->dtype : 0;
	}
	return true;
}

static void run(struct ol_check *c)
{
	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *s = &c->kind_schema[k];
		struct ol_schema_param in[8], out[8];
		struct signature right = {0};
		bool known = false;

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
			struct bound bound[MOST_VARS];
			struct signature now;
			bool signed_now = sign(c, n, &now), good = true;

			if (signed_now && known && memcmp(&now, &right, sizeof(now)) == 0)
				continue;
			memset(bound, 0, sizeof(bound));
			for (uint32_t a = 0; a < n->inputs.n && s->n_inputs; a++) {
				uint32_t at = ol_schema_input_at(s, a), value = c->ir->args[n->inputs.first + a];
				struct ol_schema_param p;

				if (value == OL_NONE || at >= s->n_inputs)
					continue;
				p = at < 8 ? in[at] : ol_schema_input(s, at);
				good &= check_param(c, node, value, &p, false, bound);
			}
			for (uint32_t a = 0; a < n->outputs.n && s->n_outputs; a++) {
				uint32_t at = ol_schema_output_at(s, a), value = c->ir->args[n->outputs.first + a];
				struct ol_schema_param p;

				if (value == OL_NONE || at >= s->n_outputs)
					continue;
				p = at < 8 ? out[at] : ol_schema_output(s, at);
				good &= check_param(c, node, value, &p, true, bound);
			}
			if (signed_now && good) {
				right = now;
				known = true;
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
