/* compile_target.h: between compile_targets.c (a file's head) and compile_target_rows.c (its rows). */
#ifndef OL_SCHEMA_COMPILE_TARGET_H
#define OL_SCHEMA_COMPILE_TARGET_H

#include "schema/builder.h"

enum { OL_EDITIONS_MOST = 200 };

/* Reads `ops` into rows of t. -1 when memory is refused. */
int ol_compile_target_rows(struct ol_builder *b, struct ol_yaml_file *f, struct ol_img_target *t);
/* Reads `tolerates`. */
void ol_compile_target_tolerates(struct ol_builder *b, struct ol_yaml_file *f,
				 struct ol_img_target *t);
/* The index of a version in the file's `versions`, or -1. */
int ol_compile_target_version(const struct ol_yaml_file *f, struct ol_str version);

#endif
