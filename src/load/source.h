/* source.h: where a model's bytes come from: a file read by pread through a window, or memory.
 *
 * Read, not mapped: a file cut short while it is read gives an error, never SIGBUS; and pages of weights that are
 * skipped never count as the process's memory. */
#ifndef OL_LOAD_SOURCE_H
#define OL_LOAD_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct ol_source {
	int fd;               /* -1 for memory */
	int dir_fd;           /* the model's folder, for external data; -1 when none */
	const uint8_t *mem;   /* memory source */
	uint8_t *owned;       /* memory to free (standard input) */
	uint64_t size;
	const uint8_t *tail;  /* bytes that stand behind the source's own, from offset `size` on; not owned */
	size_t n_tail;
	uint8_t *window;      /* bytes [at, at + n) of the file */
	uint64_t at;
	size_t n, cap;
	uint64_t next;        /* where a sequential reader would go on: decides how far to read ahead */
	size_t ahead;
};

/* O_NONBLOCK|O_NOCTTY|O_CLOEXEC, regular files only; "-" reads standard input whole (bounded by max_stdin). */
struct ol_source *ol_source_open(const char *path, uint64_t max_stdin, struct ol_err *err);
struct ol_source *ol_source_memory(const void *bytes, size_t n, struct ol_err *err);
void ol_source_close(struct ol_source *s);
/* Pointer to n contiguous bytes at `offset`, valid until the next call. NULL: past the end, or a read error (err set). */
const uint8_t *ol_source_get(struct ol_source *s, uint64_t offset, size_t n, struct ol_err *err);
/* As many contiguous bytes as are cheap to have, at least 1 and at most n; *got says how many. */
const uint8_t *ol_source_some(struct ol_source *s, uint64_t offset, size_t n, size_t *got, struct ol_err *err);
/* Copies, without touching the window: safe from several threads for file sources. */
int ol_source_copy(const struct ol_source *s, uint64_t offset, void *to, size_t n, struct ol_err *err);

#endif
