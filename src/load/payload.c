/* payload.c: reads the bytes of a tensor's payload where they stand: in the model, or in an
 * external file that was found fit when the model was loaded. */
#include <errno.h>
#include <unistd.h>

#include "load/external.h"

static int read_fd(int fd, uint64_t at, void *to, size_t n, struct ol_err *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)to + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ol_err_set(err, OL_ERR_IO,
					  "external data: cannot be read at byte %llu: %s",
					  (unsigned long long)(at + done),
					  got ? strerror(errno) : "the file became shorter");
		done += (size_t)got;
	}
	return 0;
}

static int read_external(const struct ol_model *m, const struct ol_tensor *t, uint64_t at, void *to,
			 size_t n, struct ol_err *err)
{
	const struct ol_ext_file *f = t->ext_file == OL_NONE ? NULL : &m->ext_files[t->ext_file];
	struct ext_found found;
	int r;

	if (!f || !f->usable)
		return ol_err_set(err, OL_ERR_IO,
				  "external data: is not at hand: see the model's findings");
	if (at > t->ext_length || n > t->ext_length - at)
		return ol_err_set(err, OL_ERR_USAGE, "tensor: %zu bytes at %llu pass its payload",
				  n, (unsigned long long)at);
	if (f->fd >= 0)
		return read_fd(f->fd, t->ext_offset + at, to, n, err);
	/* a link was judged when the model was loaded; one that was put there since is refused */
	ol_external_open(m->source->dir_fd, ol_name(m, f->location).p, NULL, &found);
	if (found.state != EXT_FINE)
		return ol_err_set(err, OL_ERR_IO, "external data: cannot be opened again");
	r = read_fd(found.fd, t->ext_offset + at, to, n, err);
	close(found.fd);
	return r;
}

int ol_load_payload(const struct ol_model *m, const struct ol_tensor *t, uint64_t at, void *to,
		    size_t n, struct ol_err *err)
{
	if (t->location == 1)
		return read_external(m, t, at, to, n, err);
	if (at > t->payload.length || n > t->payload.length - at)
		return ol_err_set(err, OL_ERR_USAGE, "tensor: %zu bytes at %llu pass its payload",
				  n, (unsigned long long)at);
	return ol_source_copy(m->source, t->payload.offset + at, to, n, err);
}
