/* read.c: one part of a payload: from memory, through a mapped window, or copied into a buffer. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "load/load.h"
#include "load/source.h"
#include "weights/scan.h"

/* Of less than this a copy is cheaper than a mapping. Windows begin where large pages do: the page cache keeps files in large
 * pieces where it can, and one entry of the page table then does for 512. */
enum { MAP_LEAST = 1 << 20, LARGE_PAGE = 2 << 20 };

static int no_buffer(struct ol_reader *r, struct ol_err *err)
{
	if (!r->buffer)
		r->buffer = malloc(OL_SCAN_BUFFER);
	return r->buffer ? 0 : ol_err_set(err, OL_ERR_MEMORY, "weights: out of memory for a buffer: free some");
}

static int read_varints(struct ol_reader *r, const struct ol_scan_part *part, struct ol_tally *to, struct ol_err *err)
{
	const struct ol_model *m = r->scan->m;
	const struct ol_tensor *t = &m->tensors[part->tensor];
	struct ol_varints v = {0};

	if (no_buffer(r, err))
		return -1;
	for (uint64_t at = 0; at < part->bytes;) {
		size_t n = part->bytes - at < OL_SCAN_BUFFER ? (size_t)(part->bytes - at) : OL_SCAN_BUFFER;

		if (ol_load_payload(m, t, at, r->buffer, n, err))
			return -1;
		if (ol_weights_varints(to, t->dtype, r->scan->kernel, &v, r->buffer, n, part->n))
			return ol_err_set(err, OL_ERR_IO, "model: changed while it was read: try again");
		at += n;
		if (!ol_scan_go_on(r, n))
			return 1;
	}
	return 0;
}

/* Elements in n bytes from element `at` of the part on. */
static uint64_t elements(const struct ol_scan_part *part, unsigned bits, uint64_t at, size_t n)
{
	uint64_t fit = (uint64_t)n * 8 / bits;

	return fit < part->n - at ? fit : part->n - at;
}

static int read_copied(struct ol_reader *r, const struct ol_scan_part *part, struct ol_tally *to, struct ol_err *err)
{
	const struct ol_model *m = r->scan->m;
	const struct ol_tensor *t = &m->tensors[part->tensor];
	unsigned bits = ol_dtype_info(t->dtype)->bits;
	size_t most = OL_SCAN_BUFFER / 24 * 24; /* whole groups of any width */
	uint64_t at = 0;

	if (no_buffer(r, err))
		return -1;
	for (uint64_t offset = 0; offset < part->bytes;) {
		size_t n = part->bytes - offset < most ? (size_t)(part->bytes - offset) : most;
		uint64_t some = elements(part, bits, at, n);

		if (ol_load_payload(m, t, part->offset + offset, r->buffer, n, err))
			return -1;
		ol_weights_raw(to, t->dtype, r->scan->kernel, r->buffer, some, part->at + at);
		at += some;
		offset += n;
		if (!ol_scan_go_on(r, n))
			return 1;
	}
	return 0;
}

static int cut_short(struct ol_err *err)
{
	return ol_err_set(err, OL_ERR_IO, "weights: their file became shorter while it was read: try again");
}

/* 1: stopped; 2: it cannot be mapped, copy it. */
static int read_mapped(struct ol_reader *r, const struct ol_scan_part *part, int fd, uint64_t offset, struct ol_tally *to,
		       struct ol_err *err)
{
	const struct ol_tensor *t = &r->scan->m->tensors[part->tensor];
	size_t unit = r->scan->page < LARGE_PAGE ? LARGE_PAGE : r->scan->page;
	size_t before = (size_t)(offset % unit), n = before + (size_t)part->bytes;
	int flags = MAP_SHARED, stat;
	struct stat st;
	uint8_t *p;

#ifdef MAP_POPULATE
	flags |= MAP_POPULATE; /* reads ahead, and spares a fault a page */
#endif
	if (fstat(fd, &st) || (uint64_t)st.st_size < offset + part->bytes)
		return cut_short(err);
	p = mmap(NULL, n, PROT_READ, flags, fd, (off_t)(offset - before));
	if (p == MAP_FAILED)
		return 2;
	ol_weights_raw(to, t->dtype, r->scan->kernel, p + before, part->n, part->at);
	munmap(p, n);
	/* what was seen past a new end is not the file's */
	stat = fstat(fd, &st);
	if (stat || (uint64_t)st.st_size < offset + part->bytes)
		return cut_short(err);
	return ol_scan_go_on(r, part->bytes) ? 0 : 1;
}

int ol_scan_read(struct ol_reader *r, const struct ol_scan_part *part, struct ol_tally *to, struct ol_err *err)
{
	const struct ol_model *m = r->scan->m;
	const struct ol_tensor *t = &m->tensors[part->tensor];
	const struct ol_source *s = m->source;
	bool external = t->location == 1;
	uint64_t offset = (external ? t->ext_offset : t->payload.offset) + part->offset;
	int fd = external ? m->ext_files[t->ext_file].fd : s->fd, rc;

	if (part->varints)
		return read_varints(r, part, to, err);
	if (!external && s->mem && offset <= s->size && part->bytes <= s->size - offset) {
		ol_weights_raw(to, t->dtype, r->scan->kernel, s->mem + offset, part->n, part->at);
		return ol_scan_go_on(r, part->bytes) ? 0 : 1;
	}
	if (r->scan->o->map && fd >= 0 && part->bytes >= MAP_LEAST) {
		rc = read_mapped(r, part, fd, offset, to, err);
		if (rc != 2)
			return rc;
	}
	return read_copied(r, part, to, err);
}
