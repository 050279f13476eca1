/* nested_body.h: between the nested*.c files: a body's inputs and outputs. */
#ifndef OL_INFER_NESTED_BODY_H
#define OL_INFER_NESTED_BODY_H

#include "infer/nested.h"

/* n facts that know nothing; NULL when memory is refused. */
struct ol_fact *ol_body_facts(struct ol_op *x, uint32_t n);
/* Sets input k of a body. Returns what the body declares otherwise, as ol_fact_declare. */
int ol_body_set_input(struct ol_op *x, uint32_t graph, uint32_t k, const struct ol_fact *f);
struct ol_fact ol_body_output(const struct ol_op *x, uint32_t graph, uint32_t k);
/* The node's own output k. */
void ol_body_set_out(struct ol_op *x, uint32_t k, struct ol_fact f);
bool ol_body_declares_shape(const struct ol_op *x, uint32_t graph, uint32_t k);
/* A carried value may change its shape: a body that declares another one than the first iteration has is run by
 * onnxruntime, so that neither is taken to hold. */
void ol_body_forget_shape(struct ol_op *x, uint32_t graph, uint32_t k);
/* Tells that the node's input k is not what the body declares for its input `own`. */
void ol_body_tell_other(struct ol_op *x, uint32_t graph, uint32_t own, const char *what, uint32_t k);

/* nested_scan.c */
void ol_scan_enter(struct ol_op *x, struct ol_nested *n);
void ol_scan_finish(struct ol_op *x, struct ol_nested *n);

#endif
