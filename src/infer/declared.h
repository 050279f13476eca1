/* declared.h: types and shapes of operators that a file of custom operators declares. */
#ifndef OL_INFER_DECLARED_H
#define OL_INFER_DECLARED_H

#include "infer/op.h"
#include "schema/custom.h"

void ol_infer_declared(struct ol_op *x, const struct ol_custom_op *op);

#endif
