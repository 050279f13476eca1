/* text.h: the parts of the reader for ONNX text syntax, private to src/load/text_*.c.
 *
 * One pass over the text that writes ModelProto wire bytes as it goes: no tree is built. A message
 * is opened, filled and closed (its length is put in front when it is known), and taken back when
 * what follows shows that it was something else (a value_info that turns out to be an initializer).
 * Grammar: docs/Syntax.md of onnx/onnx. */
#ifndef OL_LOAD_TEXT_H
#define OL_LOAD_TEXT_H

#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/str.h"

#define OL_TXT_GRAPHS 32  /* graphs nested, the main one counted: below the message depth */
#define OL_TXT_TYPES  16  /* types nested: seq(optional(…)) */
#define OL_TXT_NUMBER 512 /* longest number */

/* The tensor type that was read last: what a TensorProto takes from it. */
struct ol_txt_type {
	bool tensor, has_shape;
	bool numeric; /* every dim is a number */
	int32_t elem;
	struct ol_buf dims; /* int64_t each */
};

struct ol_txt {
	const char *p; /* the text */
	size_t n, at;
	struct ol_buf *out;
	struct ol_err *err;
	uint32_t graphs, types; /* nesting now */
	struct ol_txt_type type;
	struct ol_buf string; /* the last string that had escapes */
	struct ol_buf id;     /* the last qualified name */
};

enum ol_txt_kind { OL_TXT_NONE, OL_TXT_INT, OL_TXT_FLOAT, OL_TXT_STRING };

struct ol_txt_literal {
	enum ol_txt_kind kind;
	struct ol_str text; /* the number as written; the string without quotes and escapes */
	size_t at;
};

/* text_lex.c. Functions that can fail return -1 with the error set. A string stays valid until the
 * next one is read. */
int ol_txt_fail(struct ol_txt *t, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "expected <what>, found <what stands here>" */
int ol_txt_expected(struct ol_txt *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The next character that is neither white space nor comment; 0 at the end. */
unsigned char ol_txt_peek(struct ol_txt *t);
bool ol_txt_accept(struct ol_txt *t, char c);
int ol_txt_expect(struct ol_txt *t, char c, const char *where);
/* "=>" without a gap */
int ol_txt_arrow(struct ol_txt *t, const char *where);
/* Empty when none stands here; peek does not move on. */
struct ol_str ol_txt_ident(struct ol_txt *t);
struct ol_str ol_txt_peek_ident(struct ol_txt *t);
/* An identifier or a quoted string. */
int ol_txt_name(struct ol_txt *t, const char *what, struct ol_str *out);
int ol_txt_string(struct ol_txt *t, const char *what, struct ol_str *out);
int ol_txt_literal(struct ol_txt *t, const char *what, struct ol_txt_literal *out);
bool ol_txt_is_float_word(struct ol_str s);
int ol_txt_int(struct ol_txt *t, const char *what, int64_t *out);
int ol_txt_uint(struct ol_txt *t, const char *what, uint64_t *out);
int ol_txt_to_int(struct ol_txt *t, const struct ol_txt_literal *l, int64_t *out);
int ol_txt_to_float(struct ol_txt *t, const struct ol_txt_literal *l, float *out);
int ol_txt_to_double(struct ol_txt *t, const struct ol_txt_literal *l, double *out);

/* text_wire.c: protobuf wire format */
void ol_txt_varint(struct ol_buf *b, uint64_t v);
void ol_txt_fixed32(struct ol_buf *b, uint32_t v);
void ol_txt_fixed64(struct ol_buf *b, uint64_t v);
void ol_txt_put_int(struct ol_buf *b, uint32_t field, int64_t v);
void ol_txt_put_float(struct ol_buf *b, uint32_t field, float v);
void ol_txt_put_str(struct ol_buf *b, uint32_t field, struct ol_str s);
/* A submessage or packed field: returns the mark that close wants. */
size_t ol_txt_open(struct ol_buf *b, uint32_t field);
void ol_txt_close(struct ol_buf *b, size_t mark);
/* Forgets what was written since the buffer had n bytes. */
void ol_txt_undo(struct ol_buf *b, size_t n);

/* text_type.c */
bool ol_txt_at_type(struct ol_txt *t);
/* A TypeProto as field `field` of the open message; fills t->type. */
int ol_txt_type(struct ol_txt *t, uint32_t field);
/* "expected <what> (did you mean …?), found …" */
int ol_txt_unknown_type(struct ol_txt *t, const char *what);
/* The fields of a TensorProto of t->type after its name: dims, type and the values `{…}` or
 * external data `[…]`. */
int ol_txt_tensor(struct ol_txt *t, size_t at);
/* "key" : "value", … as StringStringEntryProto in field `field`, up to and with the closing ']'. */
int ol_txt_pairs(struct ol_txt *t, uint32_t field);

/* text_node.c */
int ol_txt_attr(struct ol_txt *t, struct ol_str name, uint32_t field);
/* `{ node* }`, each as field `field`. */
int ol_txt_nodes(struct ol_txt *t, uint32_t field);

/* text_model.c */
/* A graph's parts, from its inputs on, as the content of the open GraphProto. */
int ol_txt_graph(struct ol_txt *t, struct ol_str name);

#endif
