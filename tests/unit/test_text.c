/* test_text.c: ONNX text syntax: what is written, where errors are, what looks like text. The wide
 * comparison with the onnx package is tests/interop/text_vs_onnx.py; the bytes here are what that
 * package serializes, or hand-made. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "load/load.h"
#include "onnx.pb-c.h"
#include "util/buf.h"

#define HEAD "<ir_version: 8, opset_import: [\"\" : 18]>\n"

static Onnx__ModelProto *parse(const char *text)
{
	struct ol_buf out = {0};
	struct ol_err err = {0};
	Onnx__ModelProto *m;

	if (ol_text_parse(ol_str(text), &out, &err) < 0) {
		print_error("%u:%u: %s\n", err.line, err.column, err.message);
		fail();
	}
	m = onnx__model_proto__unpack(NULL, out.n, (const uint8_t *)out.p);
	assert_non_null(m);
	ol_buf_free(&out);
	return m;
}

static void done(Onnx__ModelProto *m)
{
	onnx__model_proto__free_unpacked(m, NULL);
}

static void test_bare_graph(void **state)
{
	Onnx__ModelProto *m = parse("g (float[1,4] x, w) => (float[N,?] y) { y = Conv(x, , w) }");
	Onnx__TensorShapeProto *s;

	(void)state;
	assert_int_equal(m->ir_version, 10);
	assert_int_equal(m->n_opset_import, 1);
	assert_string_equal(m->opset_import[0]->domain, "");
	assert_int_equal(m->opset_import[0]->version, 21);
	assert_string_equal(m->graph->name, "g");
	assert_int_equal(m->graph->n_input, 2);
	assert_null(m->graph->input[1]->type);
	s = m->graph->output[0]->type->tensor_type->shape;
	assert_int_equal(s->n_dim, 2);
	assert_string_equal(s->dim[0]->dim_param, "N");
	assert_int_equal(s->dim[1]->value_case,
			 ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE__NOT_SET);
	assert_int_equal(m->graph->node[0]->n_input, 3);
	assert_string_equal(m->graph->node[0]->input[1], "");
	done(m);
}

static void test_header_without_imports(void **state)
{
	Onnx__ModelProto *m = parse("<producer_name: \"p\">\n g () => () {}");

	(void)state;
	assert_false(m->has_ir_version);
	assert_int_equal(m->n_opset_import, 0);
	assert_string_equal(m->producer_name, "p");
	done(m);
}

/* The bytes that onnx 1.23.2 serializes for the same text. */
static void test_bytes(void **state)
{
	static const unsigned char want[] = {
	    0x08, 0x08, 0x3a, 0x2b, 0x0a, 0x16, 0x0a, 0x01, 0x78, 0x12, 0x01, 0x79, 0x22, 0x02,
	    0x4f, 0x70, 0x2a, 0x08, 0x0a, 0x01, 0x61, 0x18, 0x03, 0xa0, 0x01, 0x02, 0x3a, 0x00,
	    0x12, 0x01, 0x67, 0x5a, 0x03, 0x0a, 0x01, 0x78, 0x62, 0x09, 0x0a, 0x01, 0x79, 0x12,
	    0x04, 0x0a, 0x02, 0x08, 0x07, 0x42, 0x04, 0x0a, 0x00, 0x10, 0x12,
	};
	Onnx__ModelProto *b = parse(HEAD "g (x) => (int64[] y) { y = Op <a = 3> (x) }");
	unsigned char *packed;
	size_t n;

	(void)state;
	n = onnx__model_proto__get_packed_size(b);
	assert_int_equal(n, sizeof(want));
	packed = malloc(n);
	assert_non_null(packed);
	onnx__model_proto__pack(b, packed);
	assert_memory_equal(packed, want, n);
	free(packed);
	done(b);
}

/* Lengths of two and three bytes, and what stands in the buffer already. */
static void test_long_messages(void **state)
{
	struct ol_buf text = {0}, out = {0};
	Onnx__ModelProto *m;
	struct ol_err err = {0};

	(void)state;
	ol_buf_z(&text, HEAD "g () => () <float[9000] w = {0");
	for (int i = 1; i < 9000; i++)
		ol_buf_printf(&text, ", %d", i);
	ol_buf_z(&text, "}> { y = Op (w) }");
	ol_buf_z(&out, "before");
	assert_int_equal(ol_text_parse(ol_buf_view(&text), &out, &err), 0);
	assert_memory_equal(out.p, "before", 6);
	m = onnx__model_proto__unpack(NULL, out.n - 6, (const uint8_t *)out.p + 6);
	assert_non_null(m);
	assert_int_equal(m->graph->initializer[0]->n_float_data, 9000);
	assert_float_equal(m->graph->initializer[0]->float_data[8999], 8999, 0);
	assert_int_equal(m->graph->n_value_info, 0);
	done(m);
	ol_buf_clear(&text);
	ol_buf_z(&text, "g (");
	out.n = 6;
	assert_int_equal(ol_text_parse(ol_buf_view(&text), &out, &err), -1);
	assert_int_equal(out.n, 6);
	ol_buf_free(&text);
	ol_buf_free(&out);
}

static void test_functions(void **state)
{
	Onnx__ModelProto *m = parse(
	    HEAD
	    "g (x) => (y) { [n] y = d.e.f:o (x) }\n"
	    "<domain: \"d.e\", overload: \"o\", opset_import: [\"\": 18]>\n"
	    "f <k, alpha: float = 1> (float[N] x) => (y) { y = Elu <alpha: float = @alpha> (x) }\n"
	    "<domain: \"z\"> h () => () {}");
	Onnx__FunctionProto *f = m->functions[0];

	(void)state;
	assert_int_equal(m->n_functions, 2);
	assert_string_equal(m->graph->node[0]->name, "n");
	assert_string_equal(m->graph->node[0]->domain, "d.e");
	assert_string_equal(m->graph->node[0]->op_type, "f");
	assert_string_equal(m->graph->node[0]->overload, "o");
	assert_string_equal(f->domain, "d.e");
	assert_string_equal(f->attribute[0], "k");
	assert_float_equal(f->attribute_proto[0]->f, 1, 0);
	assert_string_equal(f->value_info[0]->name, "x");
	assert_string_equal(f->node[0]->attribute[0]->ref_attr_name, "alpha");
	assert_int_equal(f->node[0]->attribute[0]->type, 1);
	done(m);
}

static void test_strings(void **state)
{
	Onnx__ModelProto *m = parse(HEAD "g () => () { \"a\\\"b\\\\\" = Op <s = \"x\ny\\n\"> () }");

	(void)state;
	assert_string_equal(m->graph->node[0]->output[0], "a\"b\\");
	assert_int_equal(m->graph->node[0]->attribute[0]->s.len, 4);
	assert_memory_equal(m->graph->node[0]->attribute[0]->s.data, "x\nyn", 4);
	done(m);
}

static void test_lists_that_the_reference_drops(void **state)
{
	Onnx__ModelProto *m =
	    parse(HEAD "g () => () { = Op <a: tensors = [float[1] {1}, int8 \"t u\" = {2}], "
		       "b = [g () => () {}, \"h i\" => () {}], c = [float, seq(float)]> () }");
	Onnx__AttributeProto **a = m->graph->node[0]->attribute;

	(void)state;
	assert_int_equal(a[0]->n_tensors, 2);
	assert_string_equal(a[0]->tensors[1]->name, "t u");
	assert_int_equal(a[0]->type, 9);
	assert_int_equal(a[1]->n_graphs, 2);
	assert_string_equal(a[1]->graphs[1]->name, "h i");
	assert_int_equal(a[1]->type, 10);
	assert_int_equal(a[2]->n_type_protos, 2);
	assert_int_equal(a[2]->type, 14);
	done(m);
}

static void test_numbers_in_any_locale(void **state)
{
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", NULL};
	Onnx__ModelProto *m;
	int i = 0;

	(void)state;
	while (names[i] && !setlocale(LC_NUMERIC, names[i]))
		i++;
	if (!names[i]) {
		print_message("no locale with a decimal comma is installed\n");
		skip();
	}
	m = parse(HEAD "g () => () { = Op <f = 1.5> () }");
	setlocale(LC_NUMERIC, "C");
	assert_float_equal(m->graph->node[0]->attribute[0]->f, 1.5, 0);
	done(m);
}

struct bad {
	const char *text;
	uint32_t line, column;
	const char *message;
};

/* Places counted by hand. */
static const struct bad bads[] = {
	{"", 1, 1, "expected the graph's name, found the end of the text"},
	{"# only\n  ", 2, 3, "expected the graph's name, found the end of the text"},
	{"g (x) => (y) { y = Relu (x = }", 1, 28, "expected ')' after the inputs, found '='"},
	{"g (x) => (y)\n{\n\ty = Relu x)\n}", 3, 11, "expected '(' before the inputs, found 'x'"},
	{"g (x) => (y) {\n  y = Relu (x)\n", 3, 1, "expected a node or '}', found the end of the text"},
	{"g (x) -> (y) {}", 1, 7, "expected '=>' between inputs and outputs, found '-'"},
	{"g (x) = > (y) {}", 1, 7, "expected '=>' between inputs and outputs, found '='"},
	{"g (x) => (y) { y = }", 1, 20, "expected an operator after '=', found '}'"},
	{"g (x) => (y) { y = a. (x) }", 1, 23, "expected an operator after '.', found '('"},
	{"g (x) => (y) { y Relu (x) }", 1, 18, "expected '=' after the outputs, found 'Relu'"},
	{"g (flot[2] x) => (y) {}", 1, 4, "expected a type (did you mean 'float'?), found 'flot'"},
	{"g (float32[2] x) => (y) {}", 1, 4,
     "expected a type (did you mean 'float'?), found 'float32'"},
	{"g (x) => (int63 y) {}", 1, 11, "expected a type (did you mean 'int64'?), found 'int63'"},
	{"g (tensor(float) x) => (y) {}", 1, 4, "expected a type, found 'tensor'"},
	{"g (x) => (y) {}\nf (what x) => (y) {}", 2, 4, "expected a type, found 'what'"},
	{"g (x, y = {1}) => (y) {}", 1, 7, "a value is given, but its type is no tensor type"},
	{"g (seq(flot) x) => (y) {}", 1, 8, "expected a type (did you mean 'float'?), found 'flot'"},
	{"g (seq(float32) x) => (y) {}", 1, 8,
     "expected a type (did you mean 'float'?), found 'float32'"},
	{"g (float[1.5] x) => (y) {}", 1, 10,
     "expected a dimension (number, name or '?'), found '1.5'"},
	{"g (float[1 x) => (y) {}", 1, 12, "expected ']' after the shape, found 'x'"},
	{"<ir_verion: 8> g () => () {}", 1, 2,
	 "expected ir_version, opset_import, producer_name or the like (did you mean "
	 "'ir_version'?), found 'ir_verion'"},
	{"<colour: 8> g () => () {}", 1, 2,
	 "expected ir_version, opset_import, producer_name or the like, found 'colour'"},
	{"<ir_version: 8, ir_version: 9> g () => () {}", 1, 17, "'ir_version' is given twice"},
	{"<ir_version: \"8\"> g () => () {}", 1, 14, "expected an integer, found a string"},
	{"<opset_import: [\"\" 10]> g () => () {}", 1, 20, "expected ':' after the domain, found '10'"},
	{"<opset_import: [\"a\" : 99999999999999999999]> g () => () {}", 1, 23,
     "99999999999999999999 is out of the range of int64"},
	{"g () => () <float[2] w = 1> {}", 1, 26,
     "expected '{' and values or '[' and external data, found '1'"},
	{"g () => () <float[N] w = {1}> {}", 1, 13,
     "a value is given, but its shape is not all numbers"},
	{"g () => () <float[] w = {1}> {}", 1, 13, "a value is given, but its type has no shape"},
	{"g () => () <w = {1}> {}", 1, 13, "a value is given, but its type is no tensor type"},
	{"g () => () <float[1] w = {\"é\", 1}> {}", 1, 27, "expected a number, found a string"},
	{"g () => () <string[2] w = {\"é\", 1}> {}", 1, 33,
     "expected a string in double quotes, found '1'"},
	{"g () => () <int8[1] w = {1.5}> {}", 1, 26, "expected an integer, found '1.5'"},
	{"g () => () <int8[1] w = {3000000000}> {}", 1, 26,
     "3000000000 is out of the range of int8 data"},
	{"g () => () <float16[1] w = {1.5}> {}", 1, 29,
     "expected an integer (the bit pattern of a 16-bit float), found '1.5'"},
	{"g () => () <float[1] w = {1e400}> {}", 1, 27, "1e400 is out of the range of float"},
	{"g () => () <uint64[1] w = {-1}> {}", 1, 28, "-1 is out of the range of uint64"},
	{"g () => () <float[1] w = {1.2.3}> {}", 1, 27, "malformed number"},
	{"g () => () <float[1] w = {1e}> {}", 1, 27, "number has an exponent without digits"},
	{"g () => () { y = Op <a = []> () }", 1, 26,
     "an empty list needs its type: write name: ints = []"},
	{"g () => () { y = Op <a = [1, 2.0]> () }", 1, 30,
     "expected int value as the list began with one, found float value"},
	{"g () => () { y = Op <a: float = \"s\"> () }", 1, 33,
     "expected float value as the attribute's type says, found string value"},
	{"g () => () { y = Op <a: int = [1]> () }", 1, 31,
     "expected one int as the attribute's type says, found a list"},
	{"g () => () { y = Op <a = [@b]> () }", 1, 27, "an attribute reference cannot stand in a list"},
	{"g () => () { y = Op <a = same> () }", 1, 26,
     "expected an attribute value (a string stands in double quotes), found 'same'"},
	{"g () => () { y = Op <a: in = 1> () }", 1, 25,
     "expected an attribute type (int, floats, graph, tensor, …), found 'in'"},
	{"g () => () { y = Op <a = \"x> () }\n", 1, 26, "string without a closing '\"'"},
	{"g () => () { y = Op <a = \"x\\", 1, 26, "string without a closing '\"'"},
	{"g () => () {}\n<domain: \"d\" f (x) => (y) {}", 2, 14,
     "expected '>' after the header, found 'f'"},
	{"g () => () {}\n<ir_version: 8> f () => () {}", 2, 2,
     "expected domain, overload, opset_import or doc_string, found 'ir_version'"},
	{"g () => () {} \x01", 1, 15, "expected a function's name, found byte 0x01"},
};

static void test_errors(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(*bads); i++) {
		struct ol_buf out = {0};
		struct ol_err err = {0};

		assert_int_equal(ol_text_parse(ol_str(bads[i].text), &out, &err), -1);
		assert_int_equal(err.code, OL_ERR_SYNTAX);
		assert_int_equal(out.n, 0);
		if (err.line != bads[i].line || err.column != bads[i].column ||
		    strcmp(err.message, bads[i].message)) {
			print_error("%s\n  got  %u:%u: %s\n  want %u:%u: %s\n", bads[i].text,
				    err.line, err.column, err.message, bads[i].line, bads[i].column,
				    bads[i].message);
			wrong++;
		}
		ol_buf_free(&out);
		assert_int_equal(ol_text_parse(ol_str(bads[i].text), &out, NULL), -1);
		ol_buf_free(&out);
	}
	assert_int_equal(wrong, 0);
}

static int nested(const char *open, const char *inner, const char *close, int depth,
		  struct ol_err *err)
{
	struct ol_buf text = {0}, out = {0};
	int rc;

	ol_buf_z(&text, HEAD);
	for (int i = 0; i < depth; i++)
		ol_buf_z(&text, open);
	ol_buf_z(&text, inner);
	for (int i = 0; i < depth; i++)
		ol_buf_z(&text, close);
	*err = (struct ol_err){0};
	rc = ol_text_parse(ol_buf_view(&text), &out, err);
	ol_buf_free(&text);
	ol_buf_free(&out);
	return rc;
}

static void test_depth(void **state)
{
	struct ol_err err;

	(void)state;
	assert_int_equal(nested("g () => () { = Op <b = ", "g () => () {}", "> () }", 31, &err), 0);
	assert_int_equal(nested("g () => () { = Op <b = ", "g () => () {}", "> () }", 32, &err),
			 -1);
	assert_string_equal(err.message, "graphs nest deeper than 32");
	assert_int_equal(nested("g () => () { = Op <b = ", "g () => () {}", "> () }", 100000, &err),
			 -1);
	assert_int_equal(nested("g (seq(", "", "", 1, &err), -1);
	assert_int_equal(
	    nested("",
		   "g (seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(float)"
		   "))))))))))))))) x) => () {}",
		   "", 0, &err),
	    0);
	assert_int_equal(
	    nested("",
		   "g (seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(seq(float)"
		   ")))))))))))))))) x) => () {}",
		   "", 0, &err),
	    -1);
	assert_string_equal(err.message, "types nest deeper than 16");
}

static void test_looks(void **state)
{
	static const struct {
		const char *head;
		bool text;
	} rows[] = {
	    {"<ir_version: 8", true},
	    {" \n # c\n < ir_version : 8, opset_import: [\"\" : 1]>", true},
	    {"<opset_import: [", true},
	    {"<ir_verion: 8>", true},
	    {"<producer_name: \"p\">", true},
	    {"g (float[1] x) => (float y)", true},
	    {"agraph(float x)", true},
	    {"\"a graph\" (float x)", true},
	    {"g => (y) {}", true},
	    {"\xef\xbb\xbfg (x)", true},
	    {"", false},
	    {"# only a comment", false},
	    {"<html>", false},
	    {"<html", false},
	    {"<!DOCTYPE html>", false},
	    {"<?xml version=\"1.0\"?>", false},
	    {"<svg:rect x=\"1\"/>", false},
	    {"<a href=\"x\">", false},
	    {"{\"a\": 1}", false},
	    {"[1, 2]", false},
	    {"\"a\": 1", false},
	    {"\"no end", false},
	    {"version https://git-lfs.github.com/spec/v1\noid sha256:0", false},
	    {"PK\x03\x04", false},
	    {"schema: onnxlint/rules/v1\n", false},
	    {"g = 1", false},
	    {"\x08\x07\x12\x07pytorch", false},
	    {"r(\n\x05model\x12", false},
	    {"\x89HDF\r\n\x1a\n", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (ol_text_looks(ol_str(rows[i].head)) != rows[i].text)
			fail_msg("row %zu: %s", i, rows[i].head);
	}
	assert_false(ol_text_looks((struct ol_str){"g\0(x)", 5}));
	assert_false(ol_text_looks((struct ol_str){NULL, 0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bare_graph),
	    cmocka_unit_test(test_header_without_imports),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_long_messages),
	    cmocka_unit_test(test_functions),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_lists_that_the_reference_drops),
	    cmocka_unit_test(test_numbers_in_any_locale),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
