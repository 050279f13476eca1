/* op_attributes.c: the attributes of nodes against the schema: unknown, missing, of another type, not an allowed value, or
 * broken in themselves.
 *
 * Source: OpSchema attributes; AttributeProto (exactly one value field, the one that `type` names). The schema's attribute
 * names are looked up among the model's names once a kind, so that a node's attribute is a comparison of numbers. */
#include "rules/check.h"

#include "util/buf.h"
#include "util/text.h"

enum { MOST_ATTRS = 64 };

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "unknown, missing, type, value or malformed"},
	{"attr", "string", "the attribute's name"},
	{"have", "string", "its type or value in the model"},
	{"want", "string", "the type or values that the schema allows; for an unknown one: the names it has"},
	{"nearest", "string?", "an attribute of the operator with nearly this name"},
	{NULL, NULL, NULL},
};

static const char *const type_names[OL_ATTR_TYPE_COUNT] = {
	"none",	   "float",   "int",   "string",	"tensor",	  "graph", "floats", "ints",
	"strings", "tensors", "graphs", "sparse_tensor", "sparse_tensors", "type_proto", "type_protos",
};

static const char *type_name(int64_t type)
{
	return type >= 0 && type < OL_ATTR_TYPE_COUNT ? type_names[type] : "undefined";
}

struct table { /* the schema's attributes with their names as the model's numbers */
	uint32_t n;
	uint32_t sym[MOST_ATTRS];
	struct ol_schema_attr at[MOST_ATTRS];
};

static void emit(struct ol_check *c, uint32_t node, const struct ol_attr *a, const char *fault, struct ol_str attr,
		 struct ol_str have, struct ol_str want, struct ol_str nearest)
{
	struct ol_val v[] = {
		ol_v_str(ol_str(fault)), ol_v_str(attr), ol_v_str(have), ol_v_str(want),
		nearest.n ? ol_v_str(nearest) : ol_v_null(),
	};
	struct ol_place p = ol_check_node(c, node, a ? a->name : 0);

	if (a && a->at.length)
		p.at = a->at;
	ol_check_emit(c, p, v);
}

static void unknown(struct ol_check *c, uint32_t node, const struct ol_attr *a, const struct table *t)
{
	struct ol_str name = ol_name(c->ir->model, a->name), nearest = {0};
	struct ol_buf list = {0};
	uint32_t best = UINT32_MAX, d;

	for (uint32_t i = 0; i < t->n; i++) {
		ol_buf_printf(&list, "%s%.*s", i ? ", " : "", OL_FMT(t->at[i].name));
		if (ol_text_near(name, t->at[i].name, &d) && d < best) {
			best = d;
			nearest = t->at[i].name;
		}
	}
	emit(c, node, a, "unknown", name, ol_str(type_name(a->type)),
	     ol_buf_keep(&list, c->scratch), nearest);
}

/* Is s one of the space-separated words? */
static bool is_word(struct ol_str words, struct ol_str s)
{
	for (size_t i = 0, from = 0; i <= words.n; i++) {
		if (i < words.n && words.p[i] != ' ')
			continue;
		if (ol_str_eq((struct ol_str){words.p + from, i - from}, s))
			return true;
		from = i + 1;
	}
	return false;
}

static void check_values(struct ol_check *c, uint32_t node, const struct ol_attr *a, const struct ol_schema_attr *want)
{
	struct ol_str name = ol_name(c->ir->model, a->name), none = {0};

	if (a->type == OL_ATTR_STRING && !is_word(want->one_of, a->s))
		emit(c, node, a, "value", name, a->s, want->one_of, none);
	if (a->type == OL_ATTR_STRINGS)
		for (uint32_t i = 0; i < a->n; i++)
			if (!is_word(want->one_of, a->list.strings[i]))
				emit(c, node, a, "value", name, a->list.strings[i], want->one_of, none);
}

/* Faults that need no schema: what the file says of the type and what is there disagree. */
static const char *malformed(const struct ol_attr *a, int64_t ir_version)
{
	uint32_t others = a->type > 0 && a->type < OL_ATTR_TYPE_COUNT ? a->fields & ~(1u << a->type) : a->fields;

	if (!a->name)
		return "it has no name";
	if (a->ref_attr)
		return a->fields ? "it has both a value and a reference to a function's attribute" : NULL;
	if (a->type < 0 || a->type >= OL_ATTR_TYPE_COUNT)
		return "its type is a number that means nothing";
	if (a->type == OL_ATTR_UNDEFINED)
		return ir_version >= 2 ? "it does not say its type" : NULL;
	if (others && (a->fields & (others - 1)) == 0 && a->fields == others)
		return "its value is of another type than it says";
	if (others)
		return "it has several values";
	/* scalars of value 0 may be left out by proto3 writers; a message may not */
	if (!a->fields && (a->type == OL_ATTR_TENSOR || a->type == OL_ATTR_GRAPH || a->type == OL_ATTR_SPARSE_TENSOR ||
			   a->type == OL_ATTR_TYPE_PROTO))
		return "it has no value";
	return NULL;
}

static void check_node(struct ol_check *c, uint32_t node, const struct ol_schema *s, const struct table *t)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_node *n = &m->nodes[node];
	struct ol_str none = {0};
	uint64_t seen = 0;

	for (uint32_t k = 0; k < n->attrs.n; k++) {
		const struct ol_attr *a = &m->attrs[n->attrs.first + k];
		const char *why = malformed(a, m->has_ir_version ? m->ir_version : INT64_MAX);
		uint32_t i = 0;

		if (why)
			emit(c, node, a, "malformed", ol_name(m, a->name), ol_str(why), ol_str(type_name(a->type)),
			     none);
		if (!s)
			continue;
		while (i < t->n && t->sym[i] != a->name)
			i++;
		if (i == t->n) {
			/* names that begin with __ are a tool's own and ignored by the reference checker */
			if (a->name && !ol_str_starts(ol_name(m, a->name), "__"))
				unknown(c, node, a, t);
			continue;
		}
		seen |= UINT64_C(1) << i;
		if (a->type != t->at[i].type && a->type != OL_ATTR_UNDEFINED)
			emit(c, node, a, "type", t->at[i].name, ol_str(type_name(a->type)),
			     ol_str(type_name(t->at[i].type)), none);
		else if (t->at[i].one_of.n && !a->ref_attr)
			check_values(c, node, a, &t->at[i]);
	}
	for (uint32_t i = 0; s && i < t->n; i++)
		if (t->at[i].required && !(seen >> i & 1))
			emit(c, node, NULL, "missing", t->at[i].name, none, ol_str(type_name(t->at[i].type)), none);
}

static void run(struct ol_check *c)
{
	struct table t;

	for (uint32_t k = 0; k < c->ir->n_kinds; k++) {
		const struct ol_opkind *kind = &c->ir->kinds[k];
		const struct ol_schema *s = &c->kind_schema[k];
		bool required = false;

		if (!s->row || kind->function != OL_NONE || s->n_attrs > MOST_ATTRS)
			s = NULL;
		t.n = s ? s->n_attrs : 0;
		for (uint32_t i = 0; i < t.n; i++) {
			t.at[i] = ol_schema_attr(s, i);
			t.sym[i] = ol_intern_find(&c->ir->model->names, t.at[i].name);
			required |= t.at[i].required;
		}
		for (uint32_t i = 0; i < kind->nodes.n; i++) {
			uint32_t node = c->ir->nodes_by_kind[kind->nodes.first + i];

			if (required || c->ir->model->nodes[node].attrs.n)
				check_node(c, node, s, &t);
		}
	}
}

const struct ol_builtin ol_builtin_op_attributes = {
	.name = "op-attributes",
	.about = "attributes that the operator does not have, lacks, or has with another type or value",
	.vars = vars,
	.run = run,
};
