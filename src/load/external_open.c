/* external_open.c: where an external data file may be, and opening it there.
 *
 * The text of a location is judged first, by the rules of every system at once, since the model
 * will travel. Then the kernel resolves it: beneath the model's folder, without symbolic links
 * (openat2). Only when there is a link is it followed, to a descriptor that cannot be read
 * (O_PATH), and the place it led to is asked for. The descriptor that is read later is the one that
 * was judged. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH, syscall */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load/external.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool has_dotdot(struct ol_str s)
{
	for (size_t i = 0, start = 0; i <= s.n; i++)
		if (i == s.n || s.p[i] == '/' || s.p[i] == '\\') {
			if (i - start == 2 && s.p[start] == '.' && s.p[start + 1] == '.')
				return true;
			start = i + 1;
		}
	return false;
}

struct ext_fault ol_external_location(struct ol_str s)
{
	static const char absolute[] =
	    "is an absolute path, which exists on one machine only and may name any file: write it "
	    "relative to the model's folder";

	if (s.n == 0)
		return (struct ext_fault){"tensor/external-no-location", NULL};
	if (ol_str_starts(s, "*/_ORT_MEM_ADDR_/*"))
		return (struct ext_fault){
		    "tensor/external-in-memory",
		    "is onnxruntime's mark for an address in memory, which means nothing in a file "
		    "and "
		    "must never be trusted: save the model again with its data"};
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return (struct ext_fault){
			    "tensor/external-bad-location",
			    "holds a control character: rename the data file"};
	if (s.p[0] == '/' || s.p[0] == '\\' || s.p[0] == '~' ||
	    (s.n > 1 && is_letter(s.p[0]) && s.p[1] == ':'))
		return (struct ext_fault){"tensor/external-absolute", absolute};
	for (size_t i = 0; i + 2 < s.n; i++)
		if (s.p[i] == ':' && s.p[i + 1] == '/' && s.p[i + 2] == '/')
			return (struct ext_fault){
			    "tensor/external-absolute",
			    "is a URL, which no reader opens: put the data beside the model"};
	if (has_dotdot(s))
		return (struct ext_fault){
		    "tensor/external-escapes",
		    "goes up with '..', out of the model's folder: keep the data beside the model"};
	if (memchr(s.p, '\\', s.n))
		return (struct ext_fault){
		    "tensor/external-bad-location",
		    "holds '\\', which is a separator on Windows and part of the name elsewhere: "
		    "write '/'"};
	return (struct ext_fault){NULL, NULL};
}

/* Is `path` below `folder`? Both are real paths. */
static bool below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	return strncmp(path, folder, n) == 0 && (n == 1 || path[n] == '/');
}

/* The real path of a descriptor. */
static bool path_of(int fd, char to[PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, to, PATH_MAX - 1);
	if (n <= 0)
		return false;
	to[n] = '\0';
	return to[0] == '/';
}

static bool allowed(int fd, int dir_fd, const char *const *roots)
{
	char path[PATH_MAX], folder[PATH_MAX];

	if (!path_of(fd, path))
		return false;
	if (path_of(dir_fd, folder) && below(path, folder))
		return true;
	for (; roots && *roots; roots++)
		if (realpath(*roots, folder) && below(path, folder))
			return true;
	return false;
}

/* For kernels without openat2: component by component, no link is followed. */
static int open_stepwise(int dir_fd, const char *location)
{
	char name[NAME_MAX + 1];
	int at = dir_fd, fd = -1;

	while (*location) {
		size_t n = strcspn(location, "/");
		struct stat st;

		if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
			fd = -1;
			break;
		}
		if (n == 0) {
			location++;
			continue;
		}
		memcpy(name, location, n);
		name[n] = '\0';
		location += n;
		fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (at != dir_fd)
			close(at);
		at = fd;
		if (fd < 0)
			return -1;
		if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
			close(fd);
			errno = ELOOP;
			return -1;
		}
	}
	if (fd < 0 && at != dir_fd && at >= 0)
		close(at);
	return fd;
}

static int open_beneath(int dir_fd, const char *location)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve =
				   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, dir_fd, location, &how, sizeof(how));

	/* EPERM: a sandbox that does not know the call */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL))
		fd = open_stepwise(dir_fd, location);
	return fd;
}

static const char *kind_of(mode_t mode)
{
	return S_ISDIR(mode)			? "a folder"
	       : S_ISFIFO(mode)			? "a pipe"
	       : S_ISSOCK(mode)			? "a socket"
	       : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
						: "no regular file";
}

/* The same file, for reading. */
static int reopen(int fd, int dir_fd, const char *location, const struct stat *st)
{
	char link[64];
	struct stat now;
	int r;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	r = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (r < 0 && errno == ENOENT) /* no /proc */
		r = openat(dir_fd, location, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (r >= 0 && (fstat(r, &now) || now.st_dev != st->st_dev || now.st_ino != st->st_ino)) {
		close(r);
		errno = ESTALE;
		return -1;
	}
	return r;
}

static const char *reason(int no)
{
	static const struct {
		int no;
		const char *words;
	} why[] = {
	    {ENOENT, "does not exist"},
	    {ENOTDIR, "does not exist: part of its path is no folder"},
	    {EACCES, "may not be read"},
	    {ENAMETOOLONG, "has a name too long for the file system"},
	    {ELOOP, "is a ring of symbolic links"},
	    {ESTALE, "changed while it was opened"},
	};

	for (size_t i = 0; i < sizeof(why) / sizeof(*why); i++)
		if (why[i].no == no)
			return why[i].words;
	return "cannot be opened";
}

void ol_external_open(int dir_fd, const char *location, const char *const *roots,
		      struct ext_found *to)
{
	int fd = open_beneath(dir_fd, location);
	struct stat st;

	*to = (struct ext_found){.state = EXT_MISSING, .fd = -1};
	if (fd < 0 && (errno == ELOOP || errno == EXDEV)) {
		to->symlink = true;
		fd = openat(dir_fd, location, O_PATH | O_CLOEXEC);
	}
	if (fd < 0 || fstat(fd, &st)) {
		to->words = to->symlink && errno == ENOENT ? "is a symbolic link to nothing"
							   : reason(errno);
	} else if (to->symlink && !allowed(fd, dir_fd, roots)) {
		to->state = EXT_ESCAPES;
	} else if (!S_ISREG(st.st_mode)) {
		to->state = EXT_NOT_REGULAR;
		to->words = kind_of(st.st_mode);
	} else {
		to->dev = st.st_dev;
		to->ino = st.st_ino;
		to->links = st.st_nlink;
		to->size = (uint64_t)st.st_size;
		to->fd = reopen(fd, dir_fd, location, &st);
		if (to->fd < 0)
			to->words = reason(errno);
		else
			to->state = EXT_FINE;
	}
	if (fd >= 0)
		close(fd);
}
