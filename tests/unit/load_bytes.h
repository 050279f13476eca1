/* load_bytes.h: writes protobuf messages by hand, so that tests of the loader can also write wrong
 * ones. A message is bytes in a buffer; field numbers are those of onnx.proto. */
#ifndef LOAD_BYTES_H
#define LOAD_BYTES_H

/* cmocka.h needs these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "load/load.h"
#include "util/buf.h"

static inline void put_varint(struct ol_buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		ol_buf_char(b, (char)(v | 0x80));
	ol_buf_char(b, (char)v);
}

static inline void put_tag(struct ol_buf *b, uint32_t field, uint32_t wire)
{
	put_varint(b, (uint64_t)field << 3 | wire);
}

static inline void put_int(struct ol_buf *b, uint32_t field, int64_t v)
{
	put_tag(b, field, 0);
	put_varint(b, (uint64_t)v);
}

static inline void put_bytes(struct ol_buf *b, uint32_t field, const void *p, size_t n)
{
	put_tag(b, field, 2);
	put_varint(b, n);
	ol_buf_add(b, p, n);
}

static inline void put_text(struct ol_buf *b, uint32_t field, const char *z)
{
	put_bytes(b, field, z, strlen(z));
}

/* Adds a message and frees it. */
static inline void put_message(struct ol_buf *b, uint32_t field, struct ol_buf *sub)
{
	put_bytes(b, field, sub->p, sub->n);
	ol_buf_free(sub);
	*sub = (struct ol_buf){0};
}

/* A node of op_type with one input and one output. */
static inline struct ol_buf node_bytes(const char *op, const char *in, const char *out)
{
	struct ol_buf b = {0};

	put_text(&b, 1, in);
	put_text(&b, 2, out);
	put_text(&b, 4, op);
	return b;
}

/* ModelProto with ir_version 8, opset 17 and the graph, which is freed. */
static inline struct ol_buf model_bytes(struct ol_buf *graph)
{
	struct ol_buf b = {0}, opset = {0};

	put_int(&b, 1, 8);
	put_int(&opset, 2, 17);
	put_message(&b, 8, &opset);
	put_message(&b, 7, graph);
	return b;
}

static inline struct ol_model *load_bytes(const struct ol_buf *b)
{
	struct ol_err err = {0};
	struct ol_model *m = ol_load_memory(b->p, b->n, "test.onnx", NULL, &err);

	if (!m)
		fail_msg("not loaded: %s", err.message);
	return m;
}

static inline const struct ol_diag *find_diag(const struct ol_model *m, const char *rule)
{
	for (uint32_t i = 0; i < m->n_diags; i++)
		if (strcmp(m->diags[i].rule, rule) == 0)
			return &m->diags[i];
	return NULL;
}

static inline void assert_diag(const struct ol_model *m, const char *rule, const char *words)
{
	const struct ol_diag *d = find_diag(m, rule);

	if (!d)
		fail_msg("no %s; first of %u: %s", rule, m->n_diags,
			 m->n_diags ? m->diags[0].message.p : "none");
	else if (words && !strstr(d->message.p, words))
		fail_msg("%s says: %s; wanted: %s", rule, d->message.p, words);
}

static inline void assert_name(const struct ol_model *m, uint32_t id, const char *z)
{
	assert_true(id < m->names.count);
	assert_string_equal(ol_name(m, id).p, z);
}

#endif
