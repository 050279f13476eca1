/* read.h: between the files of src/config/ only. */
#ifndef OL_CONFIG_READ_H
#define OL_CONFIG_READ_H

#include "config/config.h"
#include "rules/compile.h"

struct ol_config_parts {
	struct ol_config_part *at;
	uint32_t n, cap;
};

/* One file being read. */
struct ol_config_reader {
	struct ol_compile c; /* arena of the tree, text, file, notes */
	struct ol_config *out;
	struct ol_config_file *file;
	struct ol_config_parts *roots, *sections;
	struct ol_yaml *root;
	const struct ol_yaml *got[OL_KEYS_MOST];
	bool no_memory;
};
/* The tree, and what it extends, from the root of the file system. False: nothing to be read (empty
 * or wrong). */
bool ol_config_read_head(struct ol_config_reader *r, struct ol_config_words *extends);
/* The rest. */
void ol_config_read_body(struct ol_config_reader *r);

#endif
