/* test_load_wire.c: wrong bytes: what is said, where, and that the rest is still read. */
#include "load_bytes.h"

static struct ol_model *with_tail(const void *tail, size_t n, struct ol_buf *m)
{
	struct ol_buf g = {0}, node = node_bytes("Relu", "x", "y");

	put_message(&g, 1, &node);
	*m = model_bytes(&g);
	ol_buf_add(m, tail, n);
	return load_bytes(m);
}

static void tails(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *rule, *words;
	} cases[] = {
	    {"\0", 1, "model/trailing-data", "field number 0"},
	    {"\x9b\x06", 2, "model/trailing-data", "a group"},
	    {"\x7e", 1, "model/trailing-data", "wire type 6"},
	    {"\x3a\x05\x0a", 3, "model/truncated", "4 bytes too early"},
	    {"\x39"
	     "12345678",
	     9, "model/malformed", "graph: is written as 8 bytes where length-delimited"},
	    {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, "model/malformed",
	     "more than 10 bytes"},
	    {"\x08\x09", 2, "model/repeated-field", "ir_version"},
	    {"\xf8\x06\x01", 3, "model/unknown-field", "field 111 is not defined for ModelProto"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_buf m;
		struct ol_model *l = with_tail(cases[i].bytes, cases[i].n, &m);

		assert_diag(l, cases[i].rule, cases[i].words);
		assert_int_equal(l->n_nodes, 1); /* what stood before is there */
		ol_model_free(l);
		ol_buf_free(&m);
	}
}

/* The file of a right model cut at every byte: never complete unless the cut is between two fields.
 */
static void cuts(void **state)
{
	struct ol_buf g = {0}, node = node_bytes("Relu", "x", "y"), m;
	size_t graph_at;

	(void)state;
	put_message(&g, 1, &node);
	put_text(&g, 2, "g");
	m = model_bytes(&g);
	graph_at = 6; /* ir_version 2 bytes, opset_import 4 */
	for (size_t n = 1; n < m.n; n++) {
		struct ol_model *l = ol_load_memory(m.p, n, "cut", NULL, NULL);

		assert_non_null(l);
		assert_false(l->complete);
		if (n > graph_at + 2)
			assert_diag(l, "model/truncated", "bytes too early");
		ol_model_free(l);
	}
	ol_buf_free(&m);
}

/* A NUL must not cut a name: protobuf-c alone would read "Relu". */
static void nul(void **state)
{
	struct ol_buf g = {0}, node = {0}, m, v = {0};
	struct ol_model *l;

	(void)state;
	put_text(&node, 2, "y");
	put_bytes(&node, 4, "Relu\0evil", 9);
	put_message(&g, 1, &node);
	put_bytes(&v, 1, "in\0put", 6); /* through protobuf-c */
	put_message(&g, 11, &v);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_diag(l, "model/name-nul", "graph.node[0].op_type");
	assert_int_equal(l->n_diags, 2);
	assert_name(l, l->nodes[0].op_type,
		    "Relu\x1a"
		    "evil");
	assert_name(l, l->infos[0].name, "in\x1aput");
	assert_int_equal(l->diags[0].place.node, 0);
	ol_model_free(l);
	ol_buf_free(&m);
}

static void utf8(void **state)
{
	struct ol_buf g = {0}, node = node_bytes("Re\xffu", "x", "y"), m;
	struct ol_model *l;

	(void)state;
	put_message(&g, 1, &node);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_diag(l, "model/name-utf8", "byte 2 of the text");
	assert_name(l, l->nodes[0].op_type, "Re\xffu");
	ol_model_free(l);
	ol_buf_free(&m);
}

/* One broken attribute costs itself alone. */
static void broken_attribute(void **state)
{
	struct ol_buf g = {0}, node = node_bytes("Op", "x", "y"), m, a = {0};
	struct ol_model *l;

	(void)state;
	put_text(&a, 1, "bad");
	put_tag(&a, 3, 5); /* i as fixed32 */
	ol_buf_add(&a, "1234", 4);
	put_message(&node, 5, &a);
	put_text(&a, 1, "good");
	put_int(&a, 20, OL_ATTR_INT);
	put_int(&a, 3, 4);
	put_message(&node, 5, &a);
	put_message(&g, 1, &node);
	node = node_bytes("Relu", "y", "z");
	put_message(&g, 1, &node);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_false(l->complete);
	assert_diag(l, "model/malformed",
		    "graph.node[0].attribute[0].i: is written as 4 bytes where a varint");
	assert_int_equal(l->n_nodes, 2);
	assert_int_equal(l->nodes[0].attrs.n, 1);
	assert_name(l, l->attrs[0].name, "good");
	ol_model_free(l);
	ol_buf_free(&m);
}

static void packed_payload(void **state)
{
	struct ol_buf g = {0}, t = {0}, m;
	struct ol_model *l;

	(void)state;
	put_int(&t, 2, OL_DT_FLOAT);
	put_bytes(&t, 4, "12345", 5); /* floats take four bytes each */
	put_message(&g, 5, &t);
	put_int(&t, 2, OL_DT_INT64);
	put_bytes(&t, 7, "\x01\x80", 2); /* the last one goes on past the end */
	put_message(&g, 5, &t);
	m = model_bytes(&g);
	l = load_bytes(&m);
	assert_false(l->complete);
	assert_int_equal(l->n_diags, 2);
	assert_non_null(strstr(l->diags[0].message.p, "no whole number"));
	assert_non_null(strstr(l->diags[1].message.p, "the last packed number is cut"));
	ol_model_free(l);
	ol_buf_free(&m);
}

static struct ol_buf deep_type(unsigned levels)
{
	struct ol_buf type = {0}, seq = {0}, v = {0}, g = {0};

	for (unsigned i = 0; i < levels; i++) { /* two messages a level */
		put_message(&seq, 1, &type);
		put_message(&type, 4, &seq);
	}
	put_message(&v, 2, &type);
	put_message(&g, 13, &v);
	return model_bytes(&g);
}

/* 100 messages below ModelProto, as protobuf's own readers: graph, value_info, type and two for
 * each level. */
static void depth(void **state)
{
	struct ol_load_options o;
	struct ol_err err = {0};
	struct ol_buf ok = deep_type(48), deep = deep_type(49), bomb = deep_type(20000);
	struct ol_model *l = load_bytes(&ok);

	(void)state;
	assert_true(l->complete);
	ol_model_free(l);
	l = load_bytes(&deep);
	assert_false(l->complete);
	assert_diag(l, "model/limit", "--limit message-depth=N");
	ol_model_free(l);
	ol_load_options_default(&o);
	assert_int_equal(ol_limits_set(&o.limits, "message-depth=200", &err), 0);
	l = ol_load_memory(deep.p, deep.n, "deep", &o, NULL);
	assert_true(l->complete);
	ol_model_free(l);
	l = load_bytes(&bomb);
	assert_diag(l, "model/limit", "message-depth");
	ol_model_free(l);
	ol_buf_free(&ok);
	ol_buf_free(&deep);
	ol_buf_free(&bomb);
}

static void limits(void **state)
{
	struct ol_limits lim;
	struct ol_err err = {0};
	struct ol_buf g = {0}, m, n;
	struct ol_load_options o;
	struct ol_model *l;

	(void)state;
	ol_limits_default(&lim);
	assert_int_equal(lim.message_depth, 100);
	assert_int_equal(ol_limits_set(&lim, "name-length=12", &err), 0);
	assert_int_equal(lim.name_length, 12);
	assert_int_equal(ol_limits_set(&lim, "name-lenght=12", &err), -1);
	assert_non_null(strstr(err.message, "name-length"));
	for (size_t i = 0; i < 5; i++) {
		static const char *const bad[] = {"name-length", "name-length=", "name-length=-1",
						  "name-length=1k", "message-depth=100000"};

		err = (struct ol_err){0};
		assert_int_equal(ol_limits_set(&lim, bad[i], &err), -1);
		assert_true(err.code == OL_ERR_USAGE);
	}
	for (int i = 0; i < 20; i++) {
		n = node_bytes("Relu", "x", "y");
		put_message(&g, 1, &n);
	}
	m = model_bytes(&g);
	ol_load_options_default(&o);
	o.limits.messages = 10;
	l = ol_load_memory(m.p, m.n, "many", &o, NULL);
	assert_false(l->complete);
	assert_diag(l, "model/limit", "limit 'messages' of 10");
	ol_model_free(l);
	ol_buf_free(&m);
}

/* A few megabytes that ask for gigabytes: empty messages, two bytes each. */
static void bombs(void **state)
{
	static const uint32_t fields[] = {1, 5, 11, 15, 14, 16};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct ol_buf g = {0}, m;
		struct ol_model *l;

		for (uint32_t k = 0; k < 1000000; k++) {
			put_tag(&g, fields[i], 2);
			ol_buf_char(&g, 0);
		}
		m = model_bytes(&g);
		l = load_bytes(&m);
		assert_true(l->arena.used < (size_t)256 << 20);
		ol_model_free(l);
		ol_buf_free(&m);
	}
}

static void other_files(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *words;
	} cases[] = {
	    {"", 0, "an empty file"},
	    {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", 66,
	     "Git LFS pointer"},
	    {"<!DOCTYPE html><html>", 21, "HTML page"},
	    {"\211HDF\r\n\032\n\0\0\0\0", 12, "HDF5"},
	    {"\x1c\0\0\0TFL3\0\0\0\0", 12, "TensorFlow Lite"},
	    {"PK\3\4\0\0\0\0\0\0\0\0archive/data.pkl", 28, "PyTorch"},
	    {"\x80\x02}q\0", 5, "pickle"},
	    {"\x80\x04\x95\0\0\0", 6, "pickle"},
	    {"{\"a\": 1}", 8, "JSON"},
	    {"hello, world\n", 13, "plain text"},
	    {"\x10\0\0\0\0\0\0\0{\"a\":{}}        ", 26, "safetensors"},
	    {"\xde\xad\xbe\xef\xfe\xfe", 6, "no ONNX model"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_model *l =
		    ol_load_memory(cases[i].bytes, cases[i].n, "x.onnx", NULL, NULL);

		assert_non_null(l);
		assert_false(l->complete);
		assert_int_equal(l->n_diags, 1);
		assert_diag(l, "model/not-onnx", cases[i].words);
		ol_model_free(l);
	}
}

static void unreadable(void **state)
{
	static const struct {
		const char *path, *words;
	} cases[] = {
	    {"/nonexistent/model.onnx", "check the name"},
	    {"/", "is a folder"},
	    {"/dev/null", "is a device"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_err err = {0};

		assert_null(ol_load_file(cases[i].path, NULL, &err));
		assert_int_equal(err.code, OL_ERR_IO);
		assert_non_null(strstr(err.message, cases[i].words));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tails),
	    cmocka_unit_test(cuts),
	    cmocka_unit_test(nul),
	    cmocka_unit_test(utf8),
	    cmocka_unit_test(broken_attribute),
	    cmocka_unit_test(packed_payload),
	    cmocka_unit_test(depth),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(bombs),
	    cmocka_unit_test(other_files),
	    cmocka_unit_test(unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
