/* fingerprint.c: sixteen hex digits by which a finding is known again in the next export of the
 * model.
 *
 * SHA-256 over the rule, a canonical locator and an ordinal. The locator is the name of the thing
 * when somebody gave it one, and its surroundings (operator, attributes, types, two hops up, one
 * down) when the name was counted out by an exporter ("Conv_12", "123"), since those move with
 * every change. A nameless node is known by what it makes: a name, or the graph's k-th output. No path, no offset, no target goes in. */
#include <stdlib.h>

#include "findings/order.h"
#include "util/sha256.h"

enum { PORTS = 4096, INPUTS = 32, HOP2 = 8, CONSUMERS = 16, ITEMS = 64, DEPTH = 8, SCOPE_OPSET_IMPORT = 5 };

struct mark {
	uint8_t digest[16];
	struct ol_finding *f;
};

static void put(struct ol_sha256 *h, struct ol_str s)
{
	uint32_t n = s.n > UINT32_MAX ? UINT32_MAX : (uint32_t)s.n;
	uint8_t len[4] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};

	ol_sha256_add(h, len, 4); /* lengths keep neighbours apart */
	ol_sha256_add(h, s.n ? s.p : "", s.n);
}

static void put_int(struct ol_sha256 *h, int64_t i)
{
	uint8_t b[8];

	for (int k = 0; k < 8; k++)
		b[k] = (uint8_t)((uint64_t)i >> (8 * k));
	ol_sha256_add(h, b, 8);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool same_word(struct ol_str a, const char *p, size_t n)
{
	if (a.n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((a.p[i] | 32) != (p[i] | 32))
			return false;
	return true;
}

/* Was the name counted out: digits alone, or the operator or a word without meaning and a number?
 */
static bool automatic(struct ol_str name, struct ol_str op)
{
	static const char *const generic[] = {
	    "node",   "n",   "op",  "value", "val", "v",   "t", "tensor", "x",	    "y",
	    "output", "out", "tmp", "var",   "arg", "add", "i", "input",  "tensors"};
	size_t n = name.n;
	bool number = false;

	if (!n)
		return true;
	if (ol_str_starts(name, "onnx::"))
		return true;
	if (n && *name.p == '/' && !memchr(name.p + 1, '/', n - 1)) {
		name.p++;
		n = --name.n;
	}
	for (int again = 0; again < 2; again++) {
		while (n &&
		       (is_digit(name.p[n - 1]) || name.p[n - 1] == '_' || name.p[n - 1] == '.')) {
			number |= is_digit(name.p[n - 1]);
			n--;
		}
		if (n > 7 && memcmp(name.p + n - 7, "_output", 7) == 0)
			n -= 7;
	}
	if (!n)
		return true;
	if (!number)
		return false;
	name.n = n;
	/* a letter and a number */
	if (n == 1 || (op.n && same_word(name, op.p, op.n)))
		return true;
	for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]); i++)
		if (same_word(name, generic[i], strlen(generic[i])))
			return true;
	return false;
}

static void put_op(struct ol_sha256 *h, const struct ol_model *m, uint32_t node)
{
	put(h, node == OL_NONE ? OL_STR("-") : ol_name(m, m->nodes[node].op_type));
}

static void put_attr(struct ol_sha256 *h, const struct ol_model *m, const struct ol_attr *a)
{
	put(h, ol_name(m, a->name));
	put_int(h, a->type);
	if (a->type == OL_ATTR_INT) {
		put_int(h, a->i);
	} else if (a->type == OL_ATTR_FLOAT) {
		ol_sha256_add(h, &a->f, sizeof(a->f));
	} else if (a->type == OL_ATTR_STRING) {
		put(h, a->s);
	} else if (a->type == OL_ATTR_INTS) {
		for (uint32_t i = 0; i < a->n && i < ITEMS; i++)
			put_int(h, a->list.ints[i]);
	} else {
		put_int(h, a->n);
	}
}

static void put_value(struct ol_sha256 *h, const struct ol_ir *ir, uint32_t value)
{
	const struct ol_value *v = &ir->values[value];

	put_int(h, ol_ir_dtype(ir, value));
	if (v->tensor != OL_NONE && !(v->flags & OL_VALUE_SPARSE)) {
		const struct ol_tensor *t = &ir->model->tensors[v->tensor];

		for (uint32_t i = 0; i < t->rank && i < ITEMS; i++)
			put_int(h, t->dims[i]);
	}
}

static void put_form(struct ol_sha256 *h, const struct ol_model *m, const struct ol_node *n)
{
	put(h, ol_name(m, n->domain));
	put(h, ol_name(m, n->op_type));
	for (uint32_t i = 0; i < n->attrs.n && i < ITEMS; i++)
		put_attr(h, m, &m->attrs[n->attrs.first + i]);
}

static void put_node(struct ol_sha256 *h, const struct ol_ir *ir, uint32_t node)
{
	const struct ol_model *m = ir->model;
	const struct ol_node *n = &m->nodes[node];
	const uint32_t *in = ol_ir_inputs(ir, node), *out = ol_ir_outputs(ir, node);

	put_form(h, m, n);
	for (uint32_t i = 0; i < n->inputs.n && i < INPUTS; i++) {
		uint32_t up = in[i] == OL_NONE ? OL_NONE : ir->values[in[i]].producer;

		if (in[i] != OL_NONE)
			put_value(h, ir, in[i]);
		put_op(h, m, up);
		for (uint32_t k = 0; up != OL_NONE && k < m->nodes[up].inputs.n && k < HOP2; k++) {
			uint32_t v = ol_ir_inputs(ir, up)[k];

			put_op(h, m, v == OL_NONE ? OL_NONE : ir->values[v].producer);
		}
	}
	for (uint32_t i = 0; i < n->outputs.n && i < INPUTS; i++) {
		const struct ol_value *v = out[i] == OL_NONE ? NULL : &ir->values[out[i]];

		for (uint32_t k = 0; v && k < v->n_users && k < CONSUMERS; k++)
			put_op(h, m, ir->users[v->users + k]);
	}
}

/* One hop up only: the first and the last instance of a block have other neighbours beyond. */
void ol_findings_surroundings(const struct ol_ir *ir, uint32_t node, uint8_t digest[16])
{
	const struct ol_node *n = &ir->model->nodes[node];
	const uint32_t *in = ol_ir_inputs(ir, node);
	struct ol_sha256 h;
	uint8_t full[32];

	ol_sha256_init(&h);
	put_form(&h, ir->model, n);
	for (uint32_t i = 0; i < n->inputs.n && i < INPUTS; i++) {
		if (in[i] != OL_NONE)
			put_value(&h, ir, in[i]);
		put_op(&h, ir->model, in[i] == OL_NONE ? OL_NONE : ir->values[in[i]].producer);
	}
	ol_sha256_end(&h, full);
	memcpy(digest, full, 16);
}

static void put_loose_value(struct ol_sha256 *h, const struct ol_ir *ir, uint32_t value)
{
	const struct ol_value *v = &ir->values[value];

	put_value(h, ir, value);
	if (v->producer != OL_NONE) {
		put_int(h, v->output_of_producer);
		put_node(h, ir, v->producer);
		return;
	}
	for (uint32_t k = 0; k < v->n_users && k < CONSUMERS; k++)
		put_op(h, ir->model, ir->users[v->users + k]);
}

/* Graphs around, by the operators and attributes that hold them. */
static void put_graph(struct ol_sha256 *h, const struct ol_model *m, uint32_t graph)
{
	for (int i = 0; i < DEPTH && graph < m->n_graphs; i++) {
		const struct ol_graph *g = &m->graphs[graph];

		put_int(h, g->kind);
		if (g->kind == OL_GRAPH_FUNCTION && g->function < m->n_functions) {
			put(h, ol_name(m, m->functions[g->function].domain));
			put(h, ol_name(m, m->functions[g->function].name));
		}
		if (g->kind != OL_GRAPH_SUB)
			return;
		put(h, ol_name(m, g->parent_attr));
		put_op(h, m, g->parent_node < m->n_nodes ? g->parent_node : OL_NONE);
		graph = g->parent;
	}
}

/* The place of an input or output of its graph in the list of them: what callers of the model know
 * stays where it is when everything between is exported anew. */
static bool put_port(struct ol_sha256 *h, const struct ol_ir *ir, uint32_t value)
{
	const struct ol_model *m = ir->model;
	const struct ol_value *v = &ir->values[value];
	bool input = v->flags & OL_VALUE_INPUT;
	const struct ol_range *r;

	if (v->graph >= m->n_graphs || !(v->flags & (OL_VALUE_INPUT | OL_VALUE_OUTPUT)))
		return false;
	r = input ? &m->graphs[v->graph].inputs : &m->graphs[v->graph].outputs;
	for (uint32_t i = 0; i < r->n && i < PORTS; i++) {
		if (m->infos[r->first + i].name != v->name)
			continue;
		put(h, input ? OL_STR("input") : OL_STR("output"));
		put_int(h, i);
		return true;
	}
	return false;
}

/* A node without a name of its own: known by what it makes, when that has one or leaves the graph;
 * else by its surroundings. */
static void put_nameless(struct ol_sha256 *h, const struct ol_ir *ir, uint32_t node)
{
	const struct ol_model *m = ir->model;
	const struct ol_node *n = &m->nodes[node];
	const uint32_t *out = ol_ir_outputs(ir, node);

	for (uint32_t i = 0; i < n->outputs.n && i < INPUTS; i++) {
		struct ol_str name = out[i] == OL_NONE ? OL_STR("") : ol_name(m, ir->values[out[i]].name);
		bool named = out[i] != OL_NONE && !automatic(name, ol_name(m, n->op_type));

		if (out[i] == OL_NONE || (!named && !put_port(h, ir, out[i])))
			continue;
		put(h, OL_STR("makes"));
		put_op(h, m, node);
		put_int(h, i);
		if (named)
			put(h, name);
		return;
	}
	put_node(h, ir, node);
}

static void locate(struct ol_sha256 *h, const struct ol_finding *f, const struct ol_ir *ir)
{
	const struct ol_model *m = ir->model;
	const struct ol_place *p = &f->place;
	uint32_t node = p->node < m->n_nodes ? p->node : OL_NONE, value = OL_NONE;

	put(h, f->rule);
	put_graph(h, m, node != OL_NONE ? m->nodes[node].graph : p->graph);
	if (p->function < m->n_functions) {
		put(h, ol_name(m, m->functions[p->function].domain));
		put(h, ol_name(m, m->functions[p->function].name));
	}
	if (node != OL_NONE) {
		struct ol_str name = ol_name(m, m->nodes[node].name);

		put(h, OL_STR("node"));
		if (automatic(name, ol_name(m, m->nodes[node].op_type)))
			put_nameless(h, ir, node);
		else
			put(h, name);
	}
	if (!p->value)
		return;
	put(h, OL_STR("value"));
	if (f->scope != SCOPE_OPSET_IMPORT && p->graph < m->n_graphs)
		value = ol_ir_find_value(ir, p->graph, p->value);
	if (value != OL_NONE &&
	    automatic(ol_name(m, p->value),
		      ir->values[value].producer == OL_NONE
			  ? OL_STR("")
			  : ol_name(m, m->nodes[ir->values[value].producer].op_type))) {
		if (!put_port(h, ir, value))
			put_loose_value(h, ir, value);
	} else {
		put(h, ol_name(m, p->value));
	}
}

static int by_digest(const void *x, const void *y)
{
	const struct mark *a = x, *b = y;
	int c = memcmp(a->digest, b->digest, sizeof(a->digest));

	return c ? c : ol_findings_by_text(a->f, b->f);
}

int ol_findings_fingerprint(struct ol_findings *f, const struct ol_ir *ir)
{
	struct mark *marks = calloc(f->n, sizeof(*marks));
	int64_t ordinal = 0;

	if (!marks)
		return -1;
	/* a part of findings that have theirs is ranked again: ordinals are counted over all */
	if (f->n && f->at[0].fingerprint[0]) {
		free(marks);
		return 0;
	}
	for (uint32_t i = 0; i < f->n; i++) {
		struct ol_sha256 h;
		uint8_t full[32];

		ol_sha256_init(&h);
		locate(&h, &f->at[i], ir);
		ol_sha256_end(&h, full);
		memcpy(marks[i].digest, full, sizeof(marks[i].digest));
		marks[i].f = &f->at[i];
	}
	qsort(marks, f->n, sizeof(*marks), by_digest);
	for (uint32_t i = 0; i < f->n; i++) {
		static const char hex[] = "0123456789abcdef";
		struct ol_sha256 h;
		uint8_t full[32];

		ordinal =
		    i && !memcmp(marks[i].digest, marks[i - 1].digest, sizeof(marks[i].digest))
			? ordinal + 1
			: 0;
		ol_sha256_init(&h);
		ol_sha256_add(&h, marks[i].digest, sizeof(marks[i].digest));
		put_int(&h, ordinal);
		ol_sha256_end(&h, full);
		for (int k = 0; k < 8; k++) {
			marks[i].f->fingerprint[2 * k] = hex[full[k] >> 4];
			marks[i].f->fingerprint[2 * k + 1] = hex[full[k] & 15];
		}
		marks[i].f->fingerprint[16] = '\0';
	}
	free(marks);
	return 0;
}
