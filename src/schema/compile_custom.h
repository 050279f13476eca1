/* compile_custom.h: between the compile_custom*.c files: one file of custom operators while it is read. */
#ifndef OL_SCHEMA_COMPILE_CUSTOM_H
#define OL_SCHEMA_COMPILE_CUSTOM_H

#include "schema/builder.h"
#include "schema/custom.h"

enum { OL_CUSTOM_PARAMS = 64 };

struct ol_custom_compiler {
	struct ol_custom_reader r;
	struct ol_custom *c;
	struct ol_builder b;
	struct ol_custom_functions functions;
};

/* compile_custom.c: a copy in the file's own arena. */
struct ol_str ol_custom_keep(struct ol_custom_compiler *k, struct ol_str s);
/* The parameter of a list that has the name, or OL_NONE. */
uint32_t ol_custom_by_name(const struct ol_yaml *list, struct ol_str name);
/* Is the key there, and true? */
bool ol_custom_flag(struct ol_custom_compiler *k, const struct ol_yaml *y, const char *key);
/* compile_custom_signature.c: inputs, outputs, types and attributes of an entry become the row's parameters and attributes,
 * and the formulas of the operator at hand. */
void ol_custom_read_signature(struct ol_custom_compiler *k, const struct ol_yaml *y, struct ol_img_op *row);

#endif
