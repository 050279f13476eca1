/* source.c: pread through one window that reads ahead as far as the reader has shown to be
 * sequential.
 *
 * After a jump 4 KiB are read (a header between two payloads that are skipped), then twice as much
 * each time the reader goes on where it stopped, up to 256 KiB: skipping over gigabytes of weights
 * touches a few pages. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH */
#endif
#include "load/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AHEAD_MIN = 4096, AHEAD_MAX = 256 * 1024 };

static struct ol_source *new_source(struct ol_err *err)
{
	struct ol_source *s = calloc(1, sizeof(*s));

	if (!s) {
		ol_err_set(err, OL_ERR_MEMORY,
			   "model: out of memory: close other programs and try again");
		return NULL;
	}
	s->fd = s->dir_fd = -1;
	s->ahead = AHEAD_MIN;
	return s;
}

void ol_source_close(struct ol_source *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	free(s->owned);
	free(s->window);
	free(s);
}

struct ol_source *ol_source_memory(const void *bytes, size_t n, struct ol_err *err)
{
	struct ol_source *s = new_source(err);

	if (!s)
		return NULL;
	s->mem = bytes;
	s->size = n;
	return s;
}

static int read_all(struct ol_source *s, int fd, uint64_t max, struct ol_err *err)
{
	size_t cap = 0, n = 0;

	for (;;) {
		ssize_t got;

		if (n == cap) {
			size_t want = cap ? cap * 2 : 65536;
			uint8_t *p = realloc(s->owned, want);

			if (!p)
				return ol_err_set(
				    err, OL_ERR_MEMORY,
				    "-: out of memory after %zu bytes: give the model as a file",
				    n);
			s->owned = p;
			cap = want;
		}
		got = read(fd, s->owned + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ol_err_set(
			    err, OL_ERR_IO,
			    "-: cannot read standard input: %s: give the model as a file",
			    strerror(errno));
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max)
			return ol_err_set(
			    err, OL_ERR_LIMIT,
			    "-: standard input is longer than %llu bytes: give the model as a file",
			    (unsigned long long)max);
	}
	s->mem = s->owned;
	s->size = n;
	return 0;
}

/* A window for a file source; memory sources need none. */
static int add_window(struct ol_source *s, struct ol_err *err)
{
	s->cap = AHEAD_MAX;
	s->window = malloc(s->cap);
	if (!s->window)
		return ol_err_set(err, OL_ERR_MEMORY,
				  "model: out of memory: close other programs and try again");
	return 0;
}

static int open_stdin(struct ol_source *s, uint64_t max, struct ol_err *err)
{
	struct stat st;

	/* a redirected file is as good as a named one */
	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(STDIN_FILENO, 0, SEEK_CUR) == 0) {
		s->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		if (s->fd >= 0) {
			s->size = (uint64_t)st.st_size;
			return add_window(s, err);
		}
	}
	if (fstat(STDIN_FILENO, &st) == 0 && S_ISDIR(st.st_mode))
		return ol_err_set(err, OL_ERR_IO,
				  "-: standard input is a folder: give a model's bytes");
	return read_all(s, STDIN_FILENO, max, err);
}

static const char *kind_of(mode_t mode)
{
	static const struct {
		mode_t fmt;
		const char *words;
	} kinds[] = {
	    {S_IFDIR, "is a folder: name a model file in it"},
	    {S_IFIFO, "is a pipe: use '-' to read standard input"},
	    {S_IFCHR, "is a device: name a regular file"},
	    {S_IFBLK, "is a device: name a regular file"},
	    {S_IFSOCK, "is a socket: name a regular file"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((mode & S_IFMT) == kinds[i].fmt)
			return kinds[i].words;
	return "is no regular file: name a regular file";
}

static int open_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd;

	if (!slash)
		return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	dir = strdup(path);
	if (!dir)
		return -1;
	dir[slash == path ? 1 : slash - path] = '\0';
	/* leave to pass through is enough */
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return fd;
}

static int open_file(struct ol_source *s, const char *path, struct ol_err *err)
{
	static const struct {
		int no;
		const char *way_out;
	} ways[] = {
	    {ENOENT, "check the name"},
	    {EACCES, "check its permissions"},
	    {ENAMETOOLONG, "use a shorter path"},
	    {ELOOP, "its symbolic links form a ring"},
	    {ENOTDIR, "check the name"},
	    {EMFILE, "raise the limit of open files (ulimit -n)"},
	};
	struct stat st;

	s->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (s->fd < 0) {
		int no = errno;
		const char *way_out = "check the file system";

		if (no == ENXIO) /* a socket */
			return ol_err_set(err, OL_ERR_IO, "%s: %s", path, kind_of(S_IFSOCK));
		for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
			if (ways[i].no == no)
				way_out = ways[i].way_out;
		return ol_err_set(err, OL_ERR_IO, "%s: cannot be opened: %s: %s", path,
				  strerror(no), way_out);
	}
	if (fstat(s->fd, &st))
		return ol_err_set(err, OL_ERR_IO,
				  "%s: cannot be examined: %s: check the file system", path,
				  strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ol_err_set(err, OL_ERR_IO, "%s: %s", path, kind_of(st.st_mode));
	s->size = (uint64_t)st.st_size;
	s->dir_fd = open_folder(path);
	if (s->dir_fd < 0)
		return ol_err_set(err, OL_ERR_IO, "%s: its folder cannot be opened: %s: check its permissions", path,
				  strerror(errno));
	return add_window(s, err);
}

struct ol_source *ol_source_open(const char *path, uint64_t max_stdin, struct ol_err *err)
{
	struct ol_source *s = new_source(err);

	if (!s)
		return NULL;
	if (strcmp(path, "-") == 0 ? open_stdin(s, max_stdin, err) : open_file(s, path, err)) {
		ol_source_close(s);
		return NULL;
	}
	return s;
}

/* pread until n bytes or the end; the count, or -1 with err. */
static ssize_t read_at(int fd, uint64_t offset, uint8_t *to, size_t n, struct ol_err *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, to + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ol_err_set(err, OL_ERR_IO,
					  "model: cannot be read at byte %llu: %s: check the disk",
					  (unsigned long long)(offset + done), strerror(errno));
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* Makes the window start at `offset` and hold at least n bytes (offset + n <= size is known). */
static int fill(struct ol_source *s, uint64_t offset, size_t n, struct ol_err *err)
{
	bool sequential = offset >= s->at && offset <= s->next;
	size_t want;
	ssize_t got;

	s->ahead = sequential ? (s->ahead < AHEAD_MAX ? s->ahead * 2 : AHEAD_MAX) : AHEAD_MIN;
	want = n > s->ahead ? n : s->ahead;
	if (want > s->size - offset)
		want = (size_t)(s->size - offset);
	if (want > s->cap || (s->cap > AHEAD_MAX && want <= AHEAD_MAX)) {
		/* a long text needs a long window, but only while it is read */
		size_t cap = want > AHEAD_MAX ? want : AHEAD_MAX;
		uint8_t *p;

		free(s->window);
		s->n = s->cap = 0;
		p = s->window = malloc(cap);
		if (!p)
			return ol_err_set(err, OL_ERR_MEMORY,
					  "model: out of memory for %zu bytes of text", want);
		s->cap = cap;
	}
	s->n = 0;
	got = read_at(s->fd, offset, s->window, want, err);
	if (got < 0)
		return -1;
	s->at = offset;
	s->n = (size_t)got;
	s->next = offset + s->n;
	if (s->n < n)
		return ol_err_set(err, OL_ERR_IO,
				  "model: became shorter while it was read (byte %llu): try again",
				  (unsigned long long)s->next);
	return 0;
}

/* n bytes of the tail, or NULL. */
static const uint8_t *in_tail(const struct ol_source *s, uint64_t offset, size_t n)
{
	uint64_t at = offset - s->size;

	return offset >= s->size && at <= s->n_tail && n <= s->n_tail - at && s->n_tail ? s->tail + at : NULL;
}

const uint8_t *ol_source_get(struct ol_source *s, uint64_t offset, size_t n, struct ol_err *err)
{
	if (offset > s->size || n > s->size - offset)
		return in_tail(s, offset, n);
	if (s->mem)
		return s->mem + offset;
	if (n == 0)
		return s->window ? s->window : (const uint8_t *)"";
	if (offset >= s->at && offset - s->at <= s->n && n <= s->n - (offset - s->at))
		return s->window + (offset - s->at);
	if (fill(s, offset, n, err))
		return NULL;
	return s->window;
}

const uint8_t *ol_source_some(struct ol_source *s, uint64_t offset, size_t n, size_t *got,
			      struct ol_err *err)
{
	if (offset >= s->size) {
		const uint8_t *p = in_tail(s, offset, 1);
		uint64_t left = p ? s->n_tail - (offset - s->size) : 0;

		*got = left < n ? (size_t)left : n;
		return p;
	}
	if (s->mem) {
		uint64_t left = s->size - offset;

		*got = left < n ? (size_t)left : n;
		return s->mem + offset;
	}
	if ((offset < s->at || offset - s->at >= s->n) && fill(s, offset, 1, err))
		return NULL;
	*got = s->n - (size_t)(offset - s->at);
	if (*got > n)
		*got = n;
	return s->window + (offset - s->at);
}

int ol_source_copy(const struct ol_source *s, uint64_t offset, void *to, size_t n,
		   struct ol_err *err)
{
	ssize_t got;

	if (in_tail(s, offset, n)) {
		memcpy(to, in_tail(s, offset, n), n);
		return 0;
	}
	if (offset > s->size || n > s->size - offset)
		return ol_err_set(err, OL_ERR_IO, "model: %zu bytes at %llu pass its end", n,
				  (unsigned long long)offset);
	if (n == 0)
		return 0;
	if (s->mem) {
		memcpy(to, s->mem + offset, n);
		return 0;
	}
	got = read_at(s->fd, offset, to, n, err);
	if (got < 0)
		return -1;
	if ((size_t)got < n)
		return ol_err_set(err, OL_ERR_IO,
				  "model: became shorter while it was read: try again");
	return 0;
}
