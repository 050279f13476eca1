/* external_files.c: what shows only when all tensors of a data file are seen together, and what its
 * bytes say. */
#include <stdlib.h>

#include "load/external.h"

enum { HASHED_AT_MOST = 64 << 20 };

struct inode {
	dev_t dev;
	ino_t ino;
	uint32_t row;
};

static int by_inode(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* "w.bin" and "./w.bin" are one file. */
int ol_external_find_same(struct ext_check *c)
{
	uint32_t n = c->m->n_ext_files;
	struct inode *all = calloc(n + 1, sizeof(*all));

	if (!all)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		all[i] = (struct inode){c->files[i].dev, c->files[i].ino, i};
	qsort(all, n, sizeof(*all), by_inode);
	for (uint32_t i = 0; i < n; i++) {
		bool again = i && c->m->ext_files[all[i].row].usable &&
			     all[i].dev == all[i - 1].dev && all[i].ino == all[i - 1].ino;

		c->files[all[i].row].same = again ? c->files[all[i - 1].row].same : all[i].row;
	}
	free(all);
	return 0;
}

/* By file, offset, then longer first. `file` is the row of the same inode by now. */
static int by_range(const void *a, const void *b)
{
	const struct ext_place *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->length != y->length)
		return x->length > y->length ? -1 : 1;
	return (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

/* Equal ranges are shared weights; ranges that cut each other are a mistake. */
void ol_external_find_overlaps(struct ext_check *c)
{
	const struct ext_place *reach = NULL; /* the range that ends last so far */

	qsort(c->at, c->n, sizeof(*c->at), by_range);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct ext_place *p = &c->at[i];

		if (!c->m->ext_files[p->file].usable ||
		    c->m->tensors[p->tensor].ext_file == OL_NONE || p->length == 0)
			continue;
		if (reach && reach->file == p->file && p->offset < reach->offset + reach->length &&
		    (p->offset != reach->offset || p->length != reach->length))
			TELL(c, p->tensor, "tensor/external-overlap",
			     "its bytes %llu to %llu of '%.*s' overlap those of tensor '%.*s' "
			     "(%llu to %llu): save the model "
			     "again",
			     (unsigned long long)p->offset,
			     (unsigned long long)(p->offset + p->length),
			     SHOWN(ol_name(c->m, c->files[p->file].location)),
			     SHOWN(ol_name(c->m, c->m->tensors[reach->tensor].name)),
			     (unsigned long long)reach->offset,
			     (unsigned long long)(reach->offset + reach->length));
		if (!reach || reach->file != p->file ||
		    p->offset + p->length > reach->offset + reach->length)
			reach = p;
	}
}

/* Not for large files, nor when many ask for it: reading is no part of a structural check. */
static void hash_file(struct ext_check *c, const struct ol_ext_file *x, struct ext_file *f)
{
	f->hashed = -1;
	if (x->size > HASHED_AT_MOST || c->hashed + x->size > 4 * (uint64_t)HASHED_AT_MOST ||
	    x->fd < 0)
		return;
	c->hashed += x->size;
	f->hashed = ol_sha1_file(x->fd, x->size, f->hex) ? -2 : 1;
}

void ol_external_check_checksum(struct ext_check *c, const struct ext_place *p)
{
	const struct ol_ext_file *x = &c->m->ext_files[p->file];
	struct ext_file *f = &c->files[c->files[p->file].same];
	struct ol_str name = ol_name(c->m, x->location);

	if (!x->usable)
		return;
	if (f->hashed == 0)
		hash_file(c, x, f);
	if (f->hashed == -2)
		TELL(c, p->tensor, "tensor/external-checksum",
		     "its data file '%.*s' cannot be read to its end, so that its checksum is not verified: "
		     "check the disk",
		     SHOWN(name));
	for (size_t i = 0; f->hashed == 1 && i < 40; i++) {
		char ch = p->checksum[i] >= 'A' && p->checksum[i] <= 'F'
			      ? (char)(p->checksum[i] | 0x20)
			      : p->checksum[i];

		if (ch == f->hex[i])
			continue;
		TELL(c, p->tensor, "tensor/external-checksum",
		     "its data file '%.*s' has the SHA-1 %s, not %.40s as the model says: the file "
		     "was changed or belongs "
		     "to another model",
		     SHOWN(name), f->hex, p->checksum);
		return;
	}
}
