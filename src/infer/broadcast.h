/* broadcast.h: operators whose operands are broadcast together. */
#ifndef OL_INFER_BROADCAST_H
#define OL_INFER_BROADCAST_H

#include "infer/each.h"

/* Output 0 of the first n inputs by multidirectional broadcasting. false: they do not fit (told,
 * with the names of two that do not). */
bool ol_broadcast_all(struct ol_op *x, uint32_t n);
/* Two operands, of any version, and their small constants. */
void ol_broadcast_binary(struct ol_op *x, const struct ol_each *f, int64_t how);
/* Do inputs a and b broadcast together, as far as numbers tell? Told when not. */
bool ol_broadcast_fits(struct ol_op *x, uint32_t a, uint32_t b);

#endif
