/* file.c: a whole text file, read with a bound. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/yaml.h"

static int fail(struct ol_err *err, const char *path, const char *what)
{
	return ol_err_set(err, OL_ERR_IO, "%s: %s: %s", path, what, strerror(errno));
}

static int read_to_end(int fd, const char *path, size_t max, struct ol_buf *out, struct ol_err *err)
{
	enum { CHUNK = 64 << 10 };
	size_t start = out->n;
	ssize_t got;

	for (;;) {
		char *to = ol_buf_reserve(out, CHUNK);

		if (!to)
			return ol_err_set(err, OL_ERR_MEMORY, "%s: not enough memory to read it",
					  path);
		got = read(fd, to, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(err, path, "cannot be read");
		if (got == 0)
			return 0;
		out->n += (size_t)got;
		out->p[out->n] = '\0';
		if (out->n - start > max)
			return ol_err_set(err, OL_ERR_LIMIT, "%s: larger than %zu bytes", path,
					  max);
	}
}

int ol_file_read(const char *path, size_t max, struct ol_buf *out, struct ol_err *err)
{
	/* without O_NONBLOCK a FIFO that nobody writes to would hold the open for ever */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc;
	struct stat st;

	if (fd < 0)
		return fail(err, path, "cannot be opened");
	if (fstat(fd, &st)) {
		rc = fail(err, path, "cannot be read");
	} else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode)) {
		rc = ol_err_set(err, OL_ERR_IO, "%s: %s: give a file", path,
				S_ISDIR(st.st_mode) ? "is a folder" : "is not a regular file");
	} else {
		if (S_ISFIFO(st.st_mode))
			fcntl(fd, F_SETFL, 0);
		rc = read_to_end(fd, path, max, out, err);
	}
	close(fd);
	return rc;
}
