/* external.h: shared by the files that check external data. */
#ifndef OL_LOAD_EXTERNAL_H
#define OL_LOAD_EXTERNAL_H

#include <sys/types.h>

#include "load/walk.h"

/* One entry of an external file that is being checked. */
struct ext_place {
	uint32_t tensor; /* row of model.tensors */
	uint32_t file;   /* row of model.ext_files */
	uint64_t offset, length;
	bool has_length;
	const char *checksum; /* as written, or NULL */
	size_t checksum_n;
};

/* What a location turned out to be. */
enum ext_state {
	EXT_FINE,
	EXT_MISSING,     /* words: why */
	EXT_ESCAPES,     /* its symbolic links leave the model's folder and the configured roots */
	EXT_NOT_REGULAR, /* words: what it is */
};

struct ext_found {
	enum ext_state state;
	bool symlink; /* but stays inside */
	const char *words;
	int fd;       /* to read from, when FINE */
	dev_t dev;
	ino_t ino;
	nlink_t links;
	uint64_t size;
};

/* What is wrong with the text of a location, as rule and words; NULL rule: nothing. */
struct ext_fault {
	const char *rule, *words;
};
struct ext_fault ol_external_location(struct ol_str location);
/* Opens a location that has no fault beneath the model's folder. Never blocks, never follows a link unseen. */
void ol_external_open(int dir_fd, const char *location, const char *const *roots, struct ext_found *to);

/* SHA-1 (FIPS 180-4) of a file's bytes as 40 hex digits; -1 when it cannot be read to `size`. */
int ol_sha1_file(int fd, uint64_t size, char hex[41]);

#endif
