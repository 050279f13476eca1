/* external.h: shared by the files that check external data. */
#ifndef OL_LOAD_EXTERNAL_H
#define OL_LOAD_EXTERNAL_H

#include <sys/types.h>

#include "load/walk.h"

/* One entry of an external file that is being checked. */
struct ext_place {
	uint32_t tensor; /* row of model.tensors */
	uint32_t file;	 /* row of model.ext_files */
	uint64_t offset, length;
	bool has_length;
	const char *checksum; /* as written, or NULL */
	size_t checksum_n;
};

/* What a location turned out to be. */
enum ext_state {
	EXT_FINE,
	EXT_MISSING,	 /* words: why */
	EXT_ESCAPES,	 /* its symbolic links leave the model's folder and the configured roots */
	EXT_NOT_REGULAR, /* words: what it is */
};

struct ext_found {
	enum ext_state state;
	bool symlink; /* but stays inside */
	const char *words;
	int fd; /* to read from, when FINE */
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
/* Opens a location that has no fault beneath the model's folder. Never blocks, never follows a link
 * unseen. */
void ol_external_open(int dir_fd, const char *location, const char *const *roots,
		      struct ext_found *to);

/* ---- one model's check ---- */
/* A file that tensors are in. */
struct ext_file {
	uint32_t location; /* interned */
	uint32_t same;	   /* the first row with the same device and inode */
	uint32_t tensors, first_tensor;
	dev_t dev;
	ino_t ino;
	int8_t hashed; /* 0 not tried, 1 hex is set, -1 too large, -2 it cannot be read */
	char hex[41];
};

/* Whose tensor it is. */
struct ext_owner {
	uint32_t graph, node;
};

struct ext_check {
	struct ol_model *m;
	struct ext_owner *owners; /* by tensor */
	struct ext_place *at;
	uint32_t n;
	struct ext_file *files;
	uint64_t hashed; /* bytes */
	uint32_t open;	 /* files kept open */
	const char *const *roots;
};

#define SHOWN(s) (int)((s).n > 200 ? 200 : (s).n), (s).n ? (s).p : ""

struct ol_place ol_external_place(const struct ext_check *c, uint32_t tensor);
/* A diag on a tensor; the words go on after its name. */
#define TELL(c, t, rule, fmt, ...)                                                                 \
	ol_model_diag((c)->m, rule, ol_external_place(c, t), "tensor '%.*s': " fmt,                \
		      SHOWN(ol_name((c)->m, (c)->m->tensors[t].name)), __VA_ARGS__)

/* ---- external_files.c ---- */
/* Finds rows of ext_files that are one file by device and inode. -1: out of memory. */
int ol_external_find_same(struct ext_check *c);
/* Sorts the places; ranges that cut each other are told. */
void ol_external_find_overlaps(struct ext_check *c);
void ol_external_check_checksum(struct ext_check *c, const struct ext_place *p);

/* SHA-1 (FIPS 180-4) of a file's bytes as 40 hex digits; -1 when it cannot be read to `size`. */
int ol_sha1_file(int fd, uint64_t size, char hex[41]);

#endif
