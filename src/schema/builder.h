/* builder.h: puts an image together. For the build's own program and for target files given at run
 * time. */
#ifndef OL_SCHEMA_BUILDER_H
#define OL_SCHEMA_BUILDER_H

#include "schema/image.h"
#include "util/buf.h"
#include "util/yaml.h"

struct ol_builder {
	struct ol_buf section[OL_IMG_SECTIONS];
	uint32_t n[OL_IMG_SECTIONS];
	struct ol_buf strings;
	uint32_t *slots; /* hash of the pool: references, 0 = free */
	uint32_t n_slots, n_strings;
	bool failed; /* no memory, or past 4 GiB */
};

void ol_builder_init(struct ol_builder *b);
void ol_builder_free(struct ol_builder *b);
/* Equal strings get one reference. At most 65535 bytes. */
uint32_t ol_builder_str(struct ol_builder *b, struct ol_str s);
uint32_t ol_builder_typeset(struct ol_builder *b, const struct ol_typeset *t);
/* Appends a row; its index. */
uint32_t ol_builder_row(struct ol_builder *b, enum ol_image_section s, const void *row,
			size_t size);
/* The image. -1 when something failed on the way. */
int ol_builder_finish(struct ol_builder *b, uint32_t magic, struct ol_buf *out);

/* One input file, parsed, with the complaints about it. */
struct ol_yaml_file {
	const char *path;
	struct ol_str text;
	struct ol_yaml *root;
	struct ol_notes notes;
};

/* Fill the sections from files; complaints go to the file that they are about. -1 when there are
 * any. */
int ol_compile_schemas(struct ol_builder *b, struct ol_yaml_file *files, uint32_t n);
int ol_compile_targets(struct ol_builder *b, struct ol_yaml_file *files, uint32_t n);

/* Reading with complaints (reader.c). `what` names the item for people: "an operator". All complain
 * and return false, or 0 / an empty string, when the item is not as it must be; required ones also
 * when it is missing. */
void ol_read_complain(struct ol_yaml_file *f, const struct ol_yaml *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool ol_read_map(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what,
		 const char *const *keys);
bool ol_read_seq(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what);
/* A scalar under a key. */
struct ol_str ol_read_str(struct ol_yaml_file *f, const struct ol_yaml *map, const char *key,
			  bool required);
int64_t ol_read_int(struct ol_yaml_file *f, const struct ol_yaml *y, int64_t min, int64_t max);
/* [min, max]; an open end is written `any` or `null`, and reads as `open`. */
bool ol_read_range(struct ol_yaml_file *f, const struct ol_yaml *y, int64_t open, int64_t *min,
		   int64_t *max);
/* The index of the scalar in words, or -1. */
int ol_read_word(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what,
		 const char *const *words);
/* A list of types, or the name of a list in `sets` (a map; may be NULL). */
bool ol_read_types(struct ol_yaml_file *f, const struct ol_yaml *y, const struct ol_yaml *sets,
		   struct ol_typeset *out);

#endif
