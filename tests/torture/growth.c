/* growth.c: twice the input takes about twice the time. Each kind of input is made in two sizes, n
 * and 2n, and audited in this process; the ratio of processor times must stay below 2.5, or the
 * audit is quadratic in something that a model's author chooses. Times are the least of several
 * tries; a ratio that is too high is measured again before it counts.
 *
 * Usage: growth [-v] [KIND [N]] */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "onnxlint.h"
#include "util/buf.h"

#define MOST 2.5

/* ---- ONNX text ---- */

static void head(struct ol_buf *b)
{
	ol_buf_z(b, "<ir_version: 8, opset_import: [\"\" : 17, \"my\" : 1]");
}

static void begin(struct ol_buf *b)
{
	head(b);
	ol_buf_z(b, ">\ng (float[4] x) => (float[4] y)\n");
}

static void chain(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = Relu(%s%u)\n", i + 1, i ? "v" : "x", i);
	/* the first input is x, not x0 */
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n);
}

static void fix_chain(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = Relu(v%u)\n", i + 1, i);
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n);
}

/* Against the order: every node before what it needs. */
static void backwards(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_printf(b, "{\ny = Identity(v%u)\n", n);
	for (unsigned i = n; i > 0; i--)
		ol_buf_printf(b, "v%u = Relu(v%u)\n", i, i - 1);
	ol_buf_z(b, "v0 = Relu(x)\n}\n");
}

static void diamonds(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "a%u = Relu(v%u)\nb%u = Relu(v%u)\nv%u = Add(a%u, b%u)\n", i, i, i,
			      i, i + 1, i, i);
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n);
}

static void fan(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "a%u = Relu(v)\n", i);
	ol_buf_z(b, "y = Sum(a0");
	for (unsigned i = 1; i < n; i++)
		ol_buf_printf(b, ", a%u", i);
	ol_buf_z(b, ")\n}\n");
}

static void initializers(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "<");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "%sfloat[1] w%u = {1.0}", i ? ",\n" : "", i);
	ol_buf_z(b, ">\n{ y = Relu(x) }\n");
}

static void infos(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "<");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "%sfloat[N%u] v%u", i ? ",\n" : "", i, i);
	ol_buf_z(b, ">\n{ y = Relu(x) }\n");
}

static void functions(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{ y = my.f0(x) }\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b,
			      "<domain: \"my\", opset_import: [\"\" : 17, \"my\" : 1]>\nf%u (a) => "
			      "(b) { b = %s%.*u(a) }\n",
			      i, i + 1 < n ? "my.f" : "Relu", i + 1 < n ? 1 : 0,
			      i + 1 < n ? i + 1 : 0);
}

static void one_function_called(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = my.f(v%u)\n", i + 1, i);
	ol_buf_printf(b,
		      "y = Identity(v%u)\n}\n<domain: \"my\", opset_import: [\"\" : 17]>\nf (a) => "
		      "(b) { b = Relu(a) }\n",
		      n);
}

/* n ifs one after the other, each in a chain of ten nested ones. */
static void nests(struct ol_buf *b, unsigned n, unsigned depth)
{
	head(b);
	ol_buf_z(b, ">\ng (bool c, float[4] x) => (float[4] y)\n{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n / depth; i++) {
		ol_buf_printf(b, "v%u = ", i + 1);
		for (unsigned d = 0; d < depth; d++)
			ol_buf_printf(b,
				      "If(c) <else_branch = e%u_%u () => (float[4] o%u_%u) { "
				      "o%u_%u = Relu(v%u) }, "
				      "then_branch = t%u_%u () => (float[4] p%u_%u) { p%u_%u = ",
				      i, d, i, d, i, d, i, i, d, i, d, i, d);
		ol_buf_printf(b, "Relu(v%u)", i);
		for (unsigned d = 0; d < depth; d++)
			ol_buf_z(b, " }>");
		ol_buf_z(b, "\n");
	}
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n / depth);
}

static void ifs(struct ol_buf *b, unsigned n)
{
	nests(b, n, 10);
}

/* As deep as they may be. */
static void deep_ifs(struct ol_buf *b, unsigned n)
{
	nests(b, n, 31);
}

static void attributes(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{ y = Relu <");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "%sa%u = %u", i ? ", " : "", i, i);
	ol_buf_z(b, ">(x) }\n");
}

static void undefined(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = Relu(missing_value_%u)\n", i, i);
	ol_buf_z(b, "y = Relu(x)\n}\n");
}

static void unknown_ops(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = NoSuchOperator%u(v%u)\n", i + 1, i, i);
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n);
}

/* n findings of one Cast, which are one group. */
static void one_cast(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nc = Cast <to = 11> (x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = Add(c, x)\n", i);
	ol_buf_z(b, "y = Identity(x)\n}\n");
}

/* n instances of a block with an axis that does not exist: one group. */
static void blocks(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = Relu(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "a%u = Exp(v%u)\nb%u = Concat <axis = 7> (a%u, a%u)\nv%u = Neg(a%u)\n", i, i, i, i, i,
			      i + 1, i);
	ol_buf_printf(b, "y = Identity(v%u)\n}\n", n);
}

static void same_name(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, "v = Relu(x)\n");
	ol_buf_z(b, "y = Relu(x)\n}\n");
}

/* ---- inference: what a body asks for again and again ---- */

/* Each function calls the next one twice; the last one's body is `last`. */
static void doubling(struct ol_buf *b, unsigned levels, const struct ol_buf *last)
{
	begin(b);
	ol_buf_z(b, "{ y = my.f0(x) }\n");
	for (unsigned i = 0; i < levels; i++) {
		ol_buf_printf(b, "<domain: \"my\", opset_import: [\"\" : 17, \"my\" : 1]>\nf%u (a) => (b) { ",
			      i);
		if (i + 1 < levels)
			ol_buf_printf(b, "t = my.f%u(a) b = my.f%u(t) }\n", i + 1, i + 1);
		else
			ol_buf_printf(b, "%.*s }\n", (int)last->n, last->p);
	}
}

static void calls_twice(struct ol_buf *b, unsigned n)
{
	struct ol_buf last = {0};

	ol_buf_z(&last, "b = Relu(a)");
	doubling(b, n, &last);
	ol_buf_free(&last);
}

/* A body of one node of n outputs, or n operands. */
static void calls_wide(struct ol_buf *b, unsigned n)
{
	struct ol_buf last = {0};

	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(&last, "%ss%u", i ? ", " : "", i);
	ol_buf_z(&last, " = Split <axis = 0> (a) b = Concat <axis = 0> (a");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(&last, ", a");
	ol_buf_z(&last, ")");
	doubling(b, 40, &last);
	ol_buf_free(&last);
}

/* n loops in each other, the innermost of which grows what is carried. */
static void loops(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ">\ng (float[N, 4] x, int64 trips, bool on) => (float[M, 4] y)\n{ y = ");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b,
			      "Loop(trips, on, %s%u) <body = b%u (int64 i%u, bool c%u, float[N%u, 4] s%u) "
			      "=> (bool d%u, float[M%u, 4] t%u) { d%u = Identity(c%u) t%u = ",
			      i ? "s" : "x", i ? i - 1 : 0, i, i, i, i, i, i, i, i, i, i, i);
	ol_buf_printf(b, "Concat <axis = 0> (s%u, s%u)", n - 1, n - 1);
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, " }>");
	ol_buf_z(b, "\n}\n");
}

/* Sums and products of ever more symbols. */
static void symbols(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ">\ng (float[A, B] x");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, ", float[D%u, E%u] i%u", i, i, i);
	ol_buf_z(b, ") => (float[4] y)\n{\nq0 = Shape(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b,
			      "s%u = Shape(i%u) v%u = Max(q%u, s%u) w%u = Min(v%u, q%u) u%u = Add(w%u, s%u) "
			      "q%u = Mul(u%u, v%u)\n",
			      i, i, i, i, i, i, i, i, i, i, i, i + 1, i, i);
	ol_buf_z(b, "y = Relu(x)\n}\n");
}

static void joined_symbols(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ">\ng (float[A, 4] v0");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, ", float[D%u, 4] i%u", i, i);
	ol_buf_z(b, ") => (float[4] y)\n{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = Concat <axis = 0> (v%u, i%u)\n", i + 1, i, i);
	ol_buf_printf(b, "y = Relu(v%u)\n}\n", n);
}

/* Constants of the greatest size that is followed, moved and computed with. */
static void constants(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "<int64[1024] v0 = {1");
	for (unsigned i = 1; i < 1024; i++)
		ol_buf_z(b, ", 1");
	ol_buf_z(b, "}, int64[2] to = {32, 32}, int64[1] flat = {-1}>\n{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b,
			      "r%u = Reshape(v%u, to) t%u = Transpose(r%u) a%u = Add(t%u, r%u) g%u = "
			      "Gather(v0, v%u) f%u = Reshape(a%u, flat) v%u = Concat <axis = 0> (f%u)\n",
			      i, i, i, i, i, i, i, i, i, i, i, i + 1, i);
	ol_buf_z(b, "y = Relu(x)\n}\n");
}

/* A shape of n numbers. */
static void long_shape(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_printf(b, "<int64[%u] w = {1", n);
	for (unsigned i = 1; i < n; i++)
		ol_buf_z(b, ", 1");
	ol_buf_z(b, "}>\n{ r = Reshape(x, w) e = Expand(r, w) t = Tile(r, w) c = ConstantOfShape(w)\n"
		    "s = Shape(e) u = Reshape(t, s) y = Relu(x) }\n");
}

static void equation(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{ y = Einsum <equation = \"i");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, ",i");
	ol_buf_z(b, "->i\"> (x");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, ", x");
	ol_buf_z(b, ") }\n");
}

static void sequences(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv0 = SequenceConstruct(x)\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "v%u = SequenceInsert(v%u, x)\n", i + 1, i);
	ol_buf_printf(b, "l = SequenceLength(v%u) y = SequenceAt(v%u, l)\n}\n", n, n);
}

/* In a hash that is not keyed these names would fall together. */
static void strings(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\nv = Relu(x)\n");
	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < 16; k++)
			ol_buf_z(b, i >> k & 1 ? "Aa" : "BB");
		ol_buf_z(b, " = Relu(v)\n");
	}
	ol_buf_z(b, "y = Relu(x)\n}\n");
}

static void metadata(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ", metadata_props: [");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "%s\"key%u\" : \"value\"", i ? ", " : "", i);
	ol_buf_z(b, "]>\ng (float[4] x) => (float[4] y) { y = Relu(x) }\n");
}

static void opsets(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "<ir_version: 8, opset_import: [\"\" : 17");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, ", \"my.domain%u\" : 1", i);
	ol_buf_z(b, "]>\ng (float[4] x) => (float[4] y) { y = Relu(x) }\n");
}

static void inputs(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ">\ng (float[4] x");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, ", float[4] i%u", i);
	ol_buf_z(b, ") => (float[4] y) { y = Relu(x) }\n");
}

static void dims(struct ol_buf *b, unsigned n)
{
	head(b);
	ol_buf_z(b, ">\ng (float[1");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, ",D%u", i);
	ol_buf_z(b, "] x) => (float[4] y) { y = Relu(x) }\n");
}

static void long_name(struct ol_buf *b, unsigned n)
{
	begin(b);
	ol_buf_z(b, "{\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, "abcdefgh");
	ol_buf_z(b, " = Relu(x)\ny = Relu(x)\n}\n");
}

/* ---- bytes ---- */

static void varint(struct ol_buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		ol_buf_char(b, (char)(v | 0x80));
	ol_buf_char(b, (char)v);
}

static void message(struct ol_buf *b, unsigned field, const void *bytes, size_t n)
{
	varint(b, (uint64_t)field << 3 | 2);
	varint(b, n);
	ol_buf_add(b, bytes, n);
}

/* ir_version, opset 17 and the graph's content */
static void model(struct ol_buf *b, struct ol_buf *graph)
{
	ol_buf_add(b, "\x08\x08\x42\x04\x0a\x00\x10\x11", 8);
	message(b, 7, graph->p, graph->n);
	ol_buf_free(graph);
}

static void many(struct ol_buf *b, unsigned n, unsigned field, const char *bytes, size_t size)
{
	struct ol_buf g = {0};

	message(&g, 2, "g", 1);
	for (unsigned i = 0; i < n; i++)
		message(&g, field, bytes, size);
	model(b, &g);
}

static void empty_nodes(struct ol_buf *b, unsigned n)
{
	many(b, n, 1, "", 0);
}

static void empty_tensors(struct ol_buf *b, unsigned n)
{
	many(b, n, 5, "", 0);
}

static void unknown_fields(struct ol_buf *b, unsigned n)
{
	many(b, n, 900, "x", 1);
}

static void empty_infos(struct ol_buf *b, unsigned n)
{
	many(b, n, 11, "", 0);
}

static void annotations(struct ol_buf *b, unsigned n)
{
	many(b, n, 14, "\x0a\x01t", 3);
}

static void names_repeated(struct ol_buf *b, unsigned n)
{
	many(b, n, 2, "g", 1);
}

static void graphs_repeated(struct ol_buf *b, unsigned n)
{
	ol_buf_add(b, "\x08\x08", 2);
	for (unsigned i = 0; i < n; i++)
		message(b, 7, "\x12\x01g", 3);
}

static void node_names_repeated(struct ol_buf *b, unsigned n)
{
	many(b, n, 1, "\x0a\x01x\x12\x01v\x1a\x04same\x22\x04Relu", 18);
}

static void external(struct ol_buf *b, unsigned n)
{
	struct ol_buf g = {0}, t = {0}, kv = {0};

	for (unsigned i = 0; i < n; i++) {
		char name[32];

		t.n = kv.n = 0;
		ol_buf_add(&t, "\x08\x01\x10\x01", 4);
		snprintf(name, sizeof(name), "w%u", i);
		message(&t, 8, name, strlen(name));
		ol_buf_add(&kv, "\x0a\x08location", 10);
		snprintf(name, sizeof(name), "missing%u.bin", i);
		message(&kv, 2, name, strlen(name));
		message(&t, 13, kv.p, kv.n);
		ol_buf_add(&t, "\x70\x01", 2);
		message(&g, 5, t.p, t.n);
	}
	ol_buf_free(&t);
	ol_buf_free(&kv);
	model(b, &g);
}

/* ---- rule files ---- */

static void rules_many(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "family: local\nabout: Many rules.\nrules:\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(
		    b,
		    "  - id: rule-%u\n    severity: note\n    confidence: certain\n    scope: "
		    "node\n"
		    "    when: size(node.name) > %u\n    message: \"{node.name} is long\"\n    "
		    "why: It is.\n"
		    "    blast: node\n    effort: low\n    references: [https://example.org/]\n"
		    "    fixes:\n      - {title: Shorten it, applicability: manual}\n"
		    "    examples:\n      bad:\n        - name: no model\n"
		    "          model: x\n          expect: [{message: long}]\n"
		    "      good:\n        - name: short\n          model: y\n",
		    i, i + 1000);
}

static void rules_wrong(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "family: local\nabout: Many faults.\nrules:\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "  - id: rule-%u\n    severty: note\n    when: node.nme > \n", i);
}

static void rules_expression(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "family: local\nabout: A long expression.\nrules:\n  - id: long\n    severity: "
		    "note\n    scope: node\n"
		    "    message: no\n    why: It is.\n    when: |\n      node.name == 'x'\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_printf(b, "      || node.name == 'a%u'\n", i);
}

static void rules_text(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "family: local\nabout: A long text.\nrules:\n  - id: long\n    severity: "
		    "note\n    why: |\n");
	for (unsigned i = 0; i < n; i++)
		ol_buf_z(b, "      line after line, \"quoted\" and 'quoted', {not a hole}\n");
}

static void rules_brackets(struct ol_buf *b, unsigned n)
{
	ol_buf_z(b, "family: local\nabout: x\nrules: ");
	for (unsigned i = 0; i < n; i++)
		ol_buf_char(b, '[');
}

static const struct kind {
	const char *name;
	void (*make)(struct ol_buf *b, unsigned n);
	unsigned n;
	bool rules;
} kinds[] = {
    {"nodes", fix_chain, 8000, false},
    {"nodes-undefined-start", chain, 8000, false},
    {"backwards", backwards, 30000, false},
    {"diamonds", diamonds, 3000, false},
    {"fan", fan, 8000, false},
    {"initializers", initializers, 40000, false},
    {"value-infos", infos, 30000, false},
    {"functions", functions, 2000, false},
    {"calls", one_function_called, 8000, false},
    {"nested-ifs", ifs, 3000, false},
    {"deep-ifs", deep_ifs, 6200, false},
    {"targets-nodes", fix_chain, 4000, false}, /* targets-: every target is judged */
    {"targets-ops", unknown_ops, 3000, false},
    {"targets-ifs", ifs, 2000, false},
    {"calls-twice", calls_twice, 20, false},
    {"calls-wide", calls_wide, 1000, false},
    {"loops", loops, 18, false}, /* 18 pass the bound on work, 36 the limit on depth */
    {"symbols", symbols, 2000, false},
    {"joined-symbols", joined_symbols, 8000, false},
    {"constants", constants, 1000, false},
    {"long-shape", long_shape, 50000, false},
    {"equation", equation, 10000, false},
    {"sequences", sequences, 10000, false},
    {"attributes", attributes, 40000, false},
    {"undefined", undefined, 40000, false},
    {"unknown-ops", unknown_ops, 30000, false},
    {"all-unknown-ops", unknown_ops, 8000, false}, /* all-: every finding is kept and ranked */
    {"all-of-one-cast", one_cast, 8000, false},
    {"all-blocks", blocks, 10000, false},
    {"one-name", same_name, 40000, false},
    {"colliding-names", strings, 30000, false},
    {"metadata", metadata, 10000, false},
    {"opsets", opsets, 20000, false},
    {"inputs", inputs, 40000, false},
    {"dims", dims, 10000, false},
    {"long-name", long_name, 20000, false},
    {"empty-nodes", empty_nodes, 30000, false},
    {"empty-tensors", empty_tensors, 30000, false},
    {"empty-infos", empty_infos, 100000, false},
    {"unknown-fields", unknown_fields, 50000, false},
    {"annotations", annotations, 30000, false},
    {"names-repeated", names_repeated, 100000, false},
    {"graphs-repeated", graphs_repeated, 30000, false},
    {"node-names-repeated", node_names_repeated, 40000, false},
    {"external", external, 30000, false},
    {"rules", rules_many, 300, true},
    {"rules-wrong", rules_wrong, 1000, true},
    {"rules-expression", rules_expression, 1000, true},
    {"rules-text", rules_text, 4000, true},
    {"rules-brackets", rules_brackets, 100000, true},
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int swallow(void *user, const char *bytes, size_t n)
{
	(void)bytes;
	*(size_t *)user += n;
	return 0;
}

static size_t work(const struct kind *k, struct onnxlint *a, const struct ol_buf *b,
		   const char *path)
{
	static const char *const formats[] = {"text", "json", "baseline"};
	struct onnxlint_result *r;
	size_t n = 0;

	if (k->rules)
		return onnxlint_set(a, "rules", path) == 0;
	r = onnxlint_check_memory(a, b->p, b->n, b->n && b->p[0] == '<' ? "m.onnxtxt" : "m.onnx");
	for (int i = 0; i < 3 && r; i++) {
		struct onnxlint_report *out =
		    onnxlint_report_open(a, formats[i], NULL, swallow, &n);

		onnxlint_report_add(out, r);
		onnxlint_report_close(out);
	}
	n = r ? onnxlint_result_findings(r) : 0;
	onnxlint_result_free(r);
	return n;
}

/* Seconds for size n, the least of some tries. */
static double measure(const struct kind *k, unsigned n, int tries, size_t *findings)
{
	char path[] = "/tmp/onnxlint-growth-XXXXXX";
	struct ol_buf b = {0};
	double least = 1e9;
	int fd = -1;

	k->make(&b, n);
	if (b.failed)
		exit(2);
	if (k->rules) {
		fd = mkstemp(path);
		if (fd < 0 || write(fd, b.p, b.n) != (ssize_t)b.n)
			exit(2);
	}
	for (int i = 0; i < tries; i++) {
		struct onnxlint *a = onnxlint_new();
		double t;

		if (!a || onnxlint_set(a, "target", strncmp(k->name, "targets-", 8) == 0 ? "all" : "onnxruntime-cpu"))
			exit(2);
		if (strncmp(k->name, "all-", 4) == 0 &&
		    (onnxlint_set(a, "max-findings", "10000000") || onnxlint_set(a, "max-per-rule", "10000000")))
			exit(2);
		t = now();
		*findings = work(k, a, &b, path);
		t = now() - t;
		least = t < least ? t : least;
		onnxlint_free(a);
	}
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	ol_buf_free(&b);
	return least;
}

static bool verbose;

static bool grows(const struct kind *k, unsigned n)
{
	double one = 0, two = 0, ratio = 0;
	size_t findings = 0;

	for (int tries = 3; tries <= 12; tries *= 2) {
		one = measure(k, n, tries, &findings);
		two = measure(k, 2 * n, tries, &findings);
		/* what is below the clock's noise is no growth */
		ratio = two < 0.002 ? 1 : two / one;
		if (ratio < MOST)
			break;
	}
	if (verbose || ratio >= MOST)
		printf("%-22s %7u: %8.2f ms, twice: %8.2f ms, ratio %.2f, %zu findings%s\n",
		       k->name, n, one * 1e3, two * 1e3, ratio, findings,
		       ratio >= MOST ? " WRONG" : "");
	return ratio < MOST;
}

int main(int argc, char **argv)
{
	unsigned failed = 0, passed = 0;
	int c;

	while ((c = getopt(argc, argv, "v")) != -1)
		verbose |= c == 'v';
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (optind < argc && strcmp(argv[optind], kinds[i].name) != 0)
			continue;
		if (grows(&kinds[i], optind + 1 < argc
					 ? (unsigned)strtoul(argv[optind + 1], NULL, 10)
					 : kinds[i].n))
			passed++;
		else
			failed++;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
