/* text_node.c: nodes and attributes of ONNX text syntax: `[label] y, z = domain.Op:overload <a = 1>
 * (x, "")`.
 *
 * An attribute's type is that of its first value, or what its annotation `name: type` says; an int
 * becomes a float where a float is due. */
#include "load/text.h"

#include "load/model.h"

/* onnx.proto */
enum { N_INPUT = 1, N_OUTPUT = 2, N_NAME = 3, N_OP = 4, N_ATTR = 5, N_DOMAIN = 7, N_OVERLOAD = 8 };
enum { A_NAME = 1, A_TYPE = 20, A_REF = 21 };
enum { T_NAME = 8 };

/* What a type is called, which field holds it, and the type of its items if it is a list. */
static const struct attr_row {
	const char *word;
	uint32_t field;
	uint8_t item, list; /* enum ol_attr_type: of a list, its items; of an item, its list */
} attr_rows[OL_ATTR_TYPE_COUNT] = {
	[OL_ATTR_FLOAT] = {"float", 2, 0, OL_ATTR_FLOATS},
	[OL_ATTR_INT] = {"int", 3, 0, OL_ATTR_INTS},
	[OL_ATTR_STRING] = {"string", 4, 0, OL_ATTR_STRINGS},
	[OL_ATTR_TENSOR] = {"tensor", 5, 0, OL_ATTR_TENSORS},
	[OL_ATTR_GRAPH] = {"graph", 6, 0, OL_ATTR_GRAPHS},
	[OL_ATTR_SPARSE_TENSOR] = {"sparse_tensor", 22, 0, OL_ATTR_SPARSE_TENSORS},
	[OL_ATTR_TYPE_PROTO] = {"type_proto", 14, 0, OL_ATTR_TYPE_PROTOS},
	[OL_ATTR_FLOATS] = {"floats", 7, OL_ATTR_FLOAT, 0},
	[OL_ATTR_INTS] = {"ints", 8, OL_ATTR_INT, 0},
	[OL_ATTR_STRINGS] = {"strings", 9, OL_ATTR_STRING, 0},
	[OL_ATTR_TENSORS] = {"tensors", 10, OL_ATTR_TENSOR, 0},
	[OL_ATTR_GRAPHS] = {"graphs", 11, OL_ATTR_GRAPH, 0},
	[OL_ATTR_SPARSE_TENSORS] = {"sparse_tensors", 23, OL_ATTR_SPARSE_TENSOR, 0},
	[OL_ATTR_TYPE_PROTOS] = {"type_protos", 15, OL_ATTR_TYPE_PROTO, 0},
};

static uint32_t field_of(enum ol_attr_type item, bool in_list)
{
	return attr_rows[in_list ? attr_rows[item].list : item].field;
}

static int value_literal(struct ol_txt *t, enum ol_attr_type want, bool in_list,
			 const struct ol_txt_literal *l, enum ol_attr_type *type)
{
	int64_t i;
	float f;

	if (l->kind == OL_TXT_INT && want != OL_ATTR_FLOAT) {
		*type = OL_ATTR_INT;
		if (ol_txt_to_int(t, l, &i) < 0)
			return -1;
		ol_txt_put_int(t->out, field_of(*type, in_list), i);
	} else if (l->kind == OL_TXT_STRING) {
		*type = OL_ATTR_STRING;
		ol_txt_put_str(t->out, field_of(*type, in_list), l->text);
	} else {
		*type = OL_ATTR_FLOAT;
		if (ol_txt_to_float(t, l, &f) < 0)
			return -1;
		ol_txt_put_float(t->out, field_of(*type, in_list), f);
	}
	return 0;
}

static int value_graph(struct ol_txt *t, struct ol_str name, bool in_list, enum ol_attr_type *type)
{
	size_t mark = ol_txt_open(t->out, field_of(OL_ATTR_GRAPH, in_list));

	*type = OL_ATTR_GRAPH;
	if (ol_txt_graph(t, name) < 0)
		return -1;
	ol_txt_close(t->out, mark);
	return 0;
}

/* `float[2]` is a type; `float[2] {1, 2}`, `float[2] name = {1, 2}` are tensors. */
static int value_type_or_tensor(struct ol_txt *t, bool in_list, enum ol_attr_type *type)
{
	size_t before = t->out->n, at = t->at, mark;
	struct ol_str name;
	unsigned char c;

	*type = OL_ATTR_TYPE_PROTO;
	if (ol_txt_type(t, field_of(*type, in_list)) < 0)
		return -1;
	c = ol_txt_peek(t);
	if (c != '{' && c != '=' && c != '"' && !ol_txt_peek_ident(t).n)
		return 0;
	*type = OL_ATTR_TENSOR;
	ol_txt_undo(t->out, before);
	mark = ol_txt_open(t->out, field_of(*type, in_list));
	name = OL_STR("");
	if (c != '{' && c != '=' && ol_txt_name(t, "the tensor's name", &name) < 0)
		return -1;
	ol_txt_put_str(t->out, T_NAME, name);
	ol_txt_accept(t, '=');
	if (ol_txt_tensor(t, at) < 0)
		return -1;
	ol_txt_close(t->out, mark);
	return 0;
}

static bool at_graph_parts(struct ol_txt *t)
{
	unsigned char c = ol_txt_peek(t);

	return c == '(' || c == '=';
}

static int single(struct ol_txt *t, enum ol_attr_type want, bool in_list, enum ol_attr_type *type)
{
	static const char what[] = "an attribute value";
	struct ol_txt_literal l;
	struct ol_str word;
	size_t at;

	ol_txt_peek(t);
	at = t->at;
	word = ol_txt_peek_ident(t);
	if (ol_txt_at_type(t))
		return value_type_or_tensor(t, in_list, type);
	if (word.n && !ol_txt_is_float_word(word)) {
		ol_txt_ident(t);
		if (at_graph_parts(t))
			return value_graph(t, word, in_list, type);
		t->at = at;
		return ol_txt_expected(t, "%s (a string stands in double quotes)", what);
	}
	if (ol_txt_literal(t, what, &l) < 0)
		return -1;
	if (l.kind == OL_TXT_STRING && at_graph_parts(t))
		return value_graph(t, l.text, in_list, type);
	return value_literal(t, want, in_list, &l, type);
}

static int check_type(struct ol_txt *t, size_t at, enum ol_attr_type want, enum ol_attr_type have,
		      bool annotated)
{
	if (!want || want == have)
		return 0;
	return ol_txt_fail(t, at, "expected %s value as %s, found %s value", attr_rows[want].word,
			   annotated ? "the attribute's type says" : "the list began with one",
			   attr_rows[have].word);
}

static int list(struct ol_txt *t, enum ol_attr_type *type)
{
	enum ol_attr_type want = OL_ATTR_UNDEFINED, have = OL_ATTR_UNDEFINED;
	bool annotated = *type != OL_ATTR_UNDEFINED;
	size_t at = t->at - 1;

	if (annotated) {
		want = (enum ol_attr_type)attr_rows[*type].item;
		if (!want)
			return ol_txt_fail(
			    t, at, "expected one %s as the attribute's type says, found a list",
			    attr_rows[*type].word);
	}
	if (ol_txt_accept(t, ']')) {
		if (annotated)
			return 0;
		return ol_txt_fail(t, at, "an empty list needs its type: write name: ints = []");
	}
	do {
		if (ol_txt_peek(t) == '@')
			return ol_txt_fail(t, t->at,
					   "an attribute reference cannot stand in a list");
		at = t->at;
		if (single(t, want, true, &have) < 0 ||
		    check_type(t, at, want, have, annotated) < 0)
			return -1;
		want = have;
	} while (ol_txt_accept(t, ','));
	*type = (enum ol_attr_type)attr_rows[want].list;
	return ol_txt_expect(t, ']', "after the list");
}

static int annotation(struct ol_txt *t, enum ol_attr_type *type)
{
	struct ol_str s = ol_txt_peek_ident(t);

	for (int i = 1; i < OL_ATTR_TYPE_COUNT; i++) {
		if (!ol_str_is(s, attr_rows[i].word))
			continue;
		*type = (enum ol_attr_type)i;
		ol_txt_ident(t);
		return 0;
	}
	return ol_txt_expected(t, "an attribute type (int, floats, graph, tensor, …)");
}

int ol_txt_attr(struct ol_txt *t, struct ol_str name, uint32_t field)
{
	enum ol_attr_type type = OL_ATTR_UNDEFINED, want;
	size_t mark = ol_txt_open(t->out, field), at;
	struct ol_str ref;

	ol_txt_put_str(t->out, A_NAME, name);
	if (ol_txt_accept(t, ':') && annotation(t, &type) < 0)
		return -1;
	if (ol_txt_expect(t, '=', "after the attribute's name") < 0)
		return -1;
	want = type;
	if (ol_txt_accept(t, '[')) {
		if (list(t, &type) < 0)
			return -1;
	} else if (ol_txt_accept(t, '@')) {
		if (ol_txt_name(t, "the name of the function's attribute after '@'", &ref) < 0)
			return -1;
		ol_txt_put_str(t->out, A_REF, ref);
	} else {
		ol_txt_peek(t);
		at = t->at;
		if (single(t, want, false, &type) < 0 || check_type(t, at, want, type, true) < 0)
			return -1;
	}
	if (type)
		ol_txt_put_int(t->out, A_TYPE, type);
	ol_txt_close(t->out, mark);
	return 0;
}

static int attrs(struct ol_txt *t)
{
	struct ol_str name;

	do {
		name = ol_txt_ident(t);
		if (!name.n)
			return ol_txt_expected(t, "an attribute's name");
		if (ol_txt_attr(t, name, N_ATTR) < 0)
			return -1;
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, '>', "after the attributes");
}

/* A left-out name is "" or nothing before a comma: (,x) has two, (x,) has one, () has none. */
static int names(struct ol_txt *t, const char *what, uint32_t field)
{
	struct ol_str s;
	unsigned char c;

	for (;;) {
		c = ol_txt_peek(t);
		if (c != '"' && c != ',' && !ol_txt_peek_ident(t).n)
			return 0;
		s = OL_STR("");
		if (c != ',' && ol_txt_name(t, what, &s) < 0)
			return -1;
		ol_txt_put_str(t->out, field, s);
		if (!ol_txt_accept(t, ','))
			return 0;
	}
}

/* The domain is what stands before the last dot. */
static int op(struct ol_txt *t)
{
	struct ol_str s = ol_txt_ident(t);

	if (!s.n)
		return ol_txt_expected(t, "an operator after '='");
	ol_buf_clear(&t->id);
	while (ol_txt_accept(t, '.')) {
		if (t->id.n)
			ol_buf_char(&t->id, '.');
		ol_buf_str(&t->id, s);
		s = ol_txt_ident(t);
		if (!s.n)
			return ol_txt_expected(t, "an operator after '.'");
	}
	ol_txt_put_str(t->out, N_DOMAIN, ol_buf_view(&t->id));
	ol_txt_put_str(t->out, N_OP, s);
	if (!ol_txt_accept(t, ':'))
		return 0;
	s = ol_txt_ident(t);
	if (!s.n)
		return ol_txt_expected(t, "an overload after ':'");
	ol_txt_put_str(t->out, N_OVERLOAD, s);
	return 0;
}

static int node(struct ol_txt *t)
{
	struct ol_str label = OL_STR("");
	bool has_attrs = false;

	if (ol_txt_accept(t, '[')) {
		if (ol_txt_peek(t) != ']' && ol_txt_name(t, "the node's name", &label) < 0)
			return -1;
		ol_txt_put_str(t->out, N_NAME, label);
		if (ol_txt_expect(t, ']', "after the node's name") < 0)
			return -1;
	}
	if (names(t, "an output's name", N_OUTPUT) < 0 ||
	    ol_txt_expect(t, '=', "after the outputs") < 0 || op(t) < 0)
		return -1;
	if (ol_txt_accept(t, '<')) {
		has_attrs = true;
		if (attrs(t) < 0)
			return -1;
	}
	if (ol_txt_expect(t, '(', "before the inputs") < 0 ||
	    names(t, "an input's name", N_INPUT) < 0 ||
	    ol_txt_expect(t, ')', "after the inputs") < 0)
		return -1;
	if (!has_attrs && ol_txt_accept(t, '<'))
		return attrs(t);
	return 0;
}

int ol_txt_nodes(struct ol_txt *t, uint32_t field)
{
	unsigned char c;
	size_t mark;

	if (ol_txt_expect(t, '{', "before the nodes") < 0)
		return -1;
	while (!ol_txt_accept(t, '}')) {
		c = ol_txt_peek(t);
		if (c != '[' && c != '=' && c != '"' && c != ',' && !ol_txt_peek_ident(t).n)
			return ol_txt_expected(t, "a node or '}'");
		mark = ol_txt_open(t->out, field);
		if (node(t) < 0)
			return -1;
		ol_txt_close(t->out, mark);
	}
	return 0;
}
