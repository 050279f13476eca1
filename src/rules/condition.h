/* condition.h: the conditions of target tables, compiled: one program by id of the target image.
 *
 * The layer of the tables knows nothing of expressions, so the texts lie in the target image and the
 * programs, made by tools/embed_rules, beside the rules. */
#ifndef OL_RULES_CONDITION_H
#define OL_RULES_CONDITION_H

#include "expr/expr.h"
#include "schema/target.h"
#include "util/yaml.h"

/* The variables of a condition: `node`. */
extern const struct ol_var ol_condition_vars[];
enum { OL_CONDITION_VARS = 1 };

/* Compiles the conditions of the embedded target image into image bytes. -1 with notes. */
int ol_conditions_compile(const struct ol_env *env, struct ol_buf *image, struct ol_notes *notes);
/* The program of a condition; NULL when the image was not made from these tables. */
const struct ol_expr *ol_condition_program(uint32_t id);

/* The embedded image (generated into build/gen/). */
extern const unsigned char ol_conditions_image[]; /* aligned to 16 */
extern const size_t ol_conditions_image_size;

#endif
