/* matrix.h: operators by targets. */
#ifndef OL_ENGINE_MATRIX_H
#define OL_ENGINE_MATRIX_H

#include "engine/stand.h"

/* In `a`; NULL when memory is refused. */
struct ol_matrix *ol_engine_matrix(const struct ol_ir *ir, const struct ol_stands *stands,
				   uint32_t n_targets, struct ol_arena *a);

#endif
