/* io.c: the program with a system that fails. Linked with the command line's own main and system
 *calls wrapped (see the Makefile): each case is a child that runs the real main with one fault set,
 *its output in files that are then judged.
 *
 *	short reads, EINTR              nothing changes
 *	EIO, a file cut while it is read, ENFILE, ENOMEM of a call, for every call of the run
 *	                                status 2 and one line on standard error, or a finding; never
 *another clean result ENOSPC and others on writing    status 2, one line, and neither the report
 *nor a temporary file is there
 *
 * Usage: io [-v] [CASE] */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* fopencookie */
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum call { READ, PREAD, FSTAT, OPEN, OPENAT, READDIR, FDOPEN, WRITE, CLOSE, RENAME, LSEEK, CALLS };
static const char *const call_names[CALLS] = {"read",	"pread",   "fstat",  "open",
					      "openat", "readdir", "fdopen", "write",
					      "close",	"rename",  "lseek"};

enum mode { NONE, FAIL_ONCE, FAIL_ON, SHORT, INTERRUPT, CUT };

static struct fault {
	enum mode mode;
	enum call call;
	unsigned at; /* the call that fails, 1 = the first; SHORT: most bytes */
	int error;
} fault;
static unsigned *seen; /* by call, shared with the parent */

/* Does this call fail? errno is set. */
static bool fails(enum call c)
{
	unsigned n = ++seen[c];

	if (fault.mode == INTERRUPT && (c == READ || c == PREAD) && n % 2) {
		errno = EINTR;
		return true;
	}
	if ((fault.mode != FAIL_ONCE && fault.mode != FAIL_ON) || fault.call != c || n < fault.at ||
	    (fault.mode == FAIL_ONCE && n > fault.at))
		return false;
	errno = fault.error;
	return true;
}

static bool cut(enum call c)
{
	return fault.mode == CUT && fault.call == c && seen[c] >= fault.at;
}

static size_t most(size_t n)
{
	return fault.mode == SHORT && n > fault.at ? fault.at : n;
}

ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __real_pread(int fd, void *to, size_t n, off_t at);
int __real_fstat(int fd, struct stat *st);
int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
struct dirent *__real_readdir(DIR *d);
FILE *__real_fdopen(int fd, const char *mode);
int __real_close(int fd);
int __real_rename(const char *from, const char *to);
off_t __real_lseek(int fd, off_t at, int whence);
int __real_main(int argc, char **argv);

ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __wrap_pread(int fd, void *to, size_t n, off_t at);
int __wrap_fstat(int fd, struct stat *st);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
struct dirent *__wrap_readdir(DIR *d);
FILE *__wrap_fdopen(int fd, const char *mode);
int __wrap_close(int fd);
int __wrap_rename(const char *from, const char *to);
off_t __wrap_lseek(int fd, off_t at, int whence);
int __wrap_main(int argc, char **argv);

ssize_t __wrap_read(int fd, void *to, size_t n)
{
	if (fails(READ))
		return -1;
	return cut(READ) ? 0 : __real_read(fd, to, most(n));
}

ssize_t __wrap_pread(int fd, void *to, size_t n, off_t at)
{
	if (fails(PREAD))
		return -1;
	return cut(PREAD) ? 0 : __real_pread(fd, to, most(n), at);
}

int __wrap_fstat(int fd, struct stat *st)
{
	return fails(FSTAT) ? -1 : __real_fstat(fd, st);
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & O_CREAT ? (mode_t)va_arg(ap, unsigned) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(OPEN) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(OPENAT) ? -1 : __real_openat(dir, path, flags, mode);
}

struct dirent *__wrap_readdir(DIR *d)
{
	return fails(READDIR) ? NULL : __real_readdir(d);
}

off_t __wrap_lseek(int fd, off_t at, int whence)
{
	return fails(LSEEK) ? -1 : __real_lseek(fd, at, whence);
}

int __wrap_close(int fd)
{
	bool bad = fails(CLOSE);
	int error = errno;

	if (__real_close(fd))
		return -1;
	errno = error;
	return bad ? -1 : 0;
}

int __wrap_rename(const char *from, const char *to)
{
	return fails(RENAME) ? -1 : __real_rename(from, to);
}

/* stdio's own writes cannot be wrapped: a stream whose writes are ours stands in */
static ssize_t stream_write(void *cookie, const char *bytes, size_t n)
{
	int fd = (int)(intptr_t)cookie;
	size_t done = 0;

	if (fails(WRITE))
		return 0;
	while (done < n) {
		ssize_t got = write(fd, bytes + done, n - done);

		if (got < 0)
			return 0;
		done += (size_t)got;
	}
	return (ssize_t)n;
}

static int stream_close(void *cookie)
{
	return __wrap_close((int)(intptr_t)cookie);
}

FILE *__wrap_fdopen(int fd, const char *mode)
{
	FILE *f;

	if (fails(FDOPEN))
		return NULL;
	f = fopencookie((void *)(intptr_t)fd, mode,
			(cookie_io_functions_t){.write = stream_write, .close = stream_close});
	if (f)
		setvbuf(f, NULL, _IOFBF, 1024); /* many writes */
	return f;
}

/* ---- cases ---- */

static char dir[] = "/tmp/onnxlint-io-XXXXXX";

enum { IN_FILE, IN_PIPE, IN_REDIRECT };

static const struct work {
	const char *name;
	const char *args;  /* with a report, its path follows */
	const char *input; /* standard input, NULL = none */
	bool pipe;
	int truth; /* its status when nothing fails */
	const char *report;
} works[] = {
    {"binary", "check testdata/mobilenet-small.onnx", NULL, false, 0, NULL},
    {"text", "check testdata/clean.onnxtxt", NULL, false, 0, NULL},
    {"faults", "check testdata/faults.onnxtxt", NULL, false, 1, NULL},
    {"external", "check testdata/broken/external-ok.onnx", NULL, false, 0, NULL},
    {"checksum", "check testdata/broken/external-checksum.onnx --fail-on warning", NULL, false, 1,
     NULL},
    {"symlink", "check testdata/broken/external-symlink.onnx", NULL, false, 0, NULL},
    {"pipe", "check -", "testdata/mobilenet-small.onnx", true, 0, NULL},
    {"stdin", "check -", "testdata/mobilenet-small.onnx", false, 0, NULL},
    {"rules", "check testdata/clean.onnxtxt --rules rules/checks/model.yaml", NULL, false, 0, NULL},
    {"report", "check testdata/faults.onnxtxt --format json=", NULL, false, 1, "report"},
    {"two", "check testdata/faults.onnxtxt --format text --format json=", NULL, false, 1, "report"},
    {"show", "show testdata/detector-small.onnx", NULL, false, 0, NULL},
    {"values", "show --values tests/torture/bodies.onnxtxt", NULL, false, 0, NULL},
    {"values-json", "show --values --node #0 -f json testdata/mobilenet-small.onnx", NULL, false, 0,
     NULL},
    {"report-targets", "check testdata/detector-small.onnx --target all --format json=", NULL,
     false, 1, "report"},
    {"matrix", "check tests/torture/bodies.onnxtxt -t keras,tensorrt@10.1,onnxruntime-cpu", NULL,
     false, 1, NULL},
    {"target", "targets tensorrt", NULL, false, 0, NULL},
    {"weights", "check --weights -j 2 testdata/mobilenet-small.onnx", NULL, false, 0, NULL},
    {"weights-external", "check --weights testdata/broken/external-ok.onnx", NULL, false, 0, NULL},
};
enum { WORKS = sizeof(works) / sizeof(*works) };

struct outcome {
	int status, signal;
	char *out, *err; /* what was written */
	size_t out_n;
	unsigned lines; /* on standard error */
	bool report, rubbish;
	char *report_text;
};

static char *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	size_t cap = 1 << 22, got = 0;
	char *p = calloc(cap + 1, 1);

	if (f && p)
		got = fread(p, 1, cap, f);
	if (f)
		fclose(f);
	if (n)
		*n = got;
	return f ? p : (free(p), NULL);
}

static void path_in(char *to, size_t n, const char *name)
{
	snprintf(to, n, "%s/%s", dir, name);
}

static void look_around(struct outcome *o)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[600];

	while (d && (e = __real_readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		path_in(path, sizeof(path), e->d_name);
		if (strcmp(e->d_name, "report") == 0) {
			o->report = true;
			o->report_text = slurp(path, NULL);
			unlink(path);
		} else if (strcmp(e->d_name, "out") != 0 && strcmp(e->d_name, "err") != 0) {
			o->rubbish = true;
			unlink(path);
		}
	}
	if (d)
		closedir(d);
}

static void feed(const struct work *w, int to)
{
	size_t n;
	char *bytes = slurp(w->input, &n);

	signal(SIGPIPE, SIG_IGN);
	for (size_t done = 0; bytes && done < n;) {
		ssize_t got = write(to, bytes + done, n - done);

		if (got <= 0)
			break;
		done += (size_t)got;
	}
	free(bytes);
	close(to);
}

static void child(const struct work *w, const char *stdout_path)
{
	char text[600], path[600], *argv[32], *save;
	int argc = 1, fd;

	argv[0] = (char *)(intptr_t) "onnxlint";
	snprintf(text, sizeof(text), "%s%s", w->args, w->report ? dir : "");
	if (w->report)
		strcat(text, "/report");
	for (char *a = strtok_r(text, " ", &save); a && argc < 31; a = strtok_r(NULL, " ", &save))
		argv[argc++] = a;
	argv[argc] = NULL;
	path_in(path, sizeof(path), "err");
	fd = __real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, 2);
	__real_close(fd);
	path_in(path, sizeof(path), "out");
	if (!stdout_path || *stdout_path) {
		fd = __real_open(stdout_path ? stdout_path : path, O_WRONLY | O_CREAT | O_TRUNC,
				 0600);
		dup2(fd, 1);
		__real_close(fd);
	} else {
		__real_close(1);
	}
	if (w->input && !w->pipe) {
		fd = __real_open(w->input, O_RDONLY);
		dup2(fd, 0);
		__real_close(fd);
	}
	alarm(30);
	exit(__real_main(argc, argv));
}

/* stdout_path: NULL = a file that is read, "" = closed */
static void run(const struct work *w, const struct fault *f, const char *stdout_path,
		struct outcome *o)
{
	char path[600];
	int status, ends[2] = {-1, -1};
	pid_t pid, feeder = 0;

	*o = (struct outcome){0};
	memset(seen, 0, CALLS * sizeof(*seen));
	if (w->pipe && pipe(ends))
		exit(2);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (w->pipe) {
			dup2(ends[0], 0);
			__real_close(ends[0]);
			__real_close(ends[1]);
		}
		fault = *f;
		child(w, stdout_path);
	}
	if (w->pipe) {
		close(ends[0]);
		feeder = fork();
		if (feeder == 0) {
			feed(w, ends[1]);
			_exit(0);
		}
		close(ends[1]);
	}
	waitpid(pid, &status, 0);
	if (feeder > 0)
		waitpid(feeder, NULL, 0);
	o->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	o->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	path_in(path, sizeof(path), "out");
	o->out = slurp(path, &o->out_n);
	unlink(path);
	path_in(path, sizeof(path), "err");
	o->err = slurp(path, NULL);
	for (const char *p = o->err; p && *p; p++)
		o->lines += *p == '\n';
	look_around(o);
}

static void drop(struct outcome *o)
{
	free(o->out);
	free(o->err);
	free(o->report_text);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- judging ---- */

static unsigned passed, failed;
static bool verbose;

static const char *whole(const struct outcome *truth, const struct outcome *o)
{
	if (o->status != truth->status || !same(o->out, truth->out) ||
	    !same(o->report_text, truth->report_text))
		return "the result is another one";
	return o->rubbish ? "a temporary file is left" : NULL;
}

/* After a real failure: an error told, or a finding, or nothing changed. */
static const char *told(const struct outcome *truth, const struct outcome *o)
{
	static const char *const met[] = {"model/truncated", "cannot be read",
					  "tensor/external-missing", "not read to its end"};

	if (o->rubbish)
		return "a temporary file is left";
	if (o->status == 2) {
		if (o->lines != 1 || strncmp(o->err, "onnxlint: ", 10) != 0)
			return "not one line on standard error";
		return NULL;
	}
	if (o->report && !same(o->report_text, truth->report_text) && o->status != 1)
		return "the report is another one, without an error";
	if (o->status == 1 && truth->status == 0)
		return o->out_n ? NULL : "status 1 without a finding";
	/* what was met is in the result */
	for (size_t i = 0; o->lines == 0 && i < sizeof(met) / sizeof(*met); i++)
		if ((o->out && strstr(o->out, met[i])) ||
		    (o->report_text && strstr(o->report_text, met[i])))
			return NULL;
	return whole(truth, o) ? "another result, and no error is told" : NULL;
}

static const char *unwritten(const struct outcome *o)
{
	if (o->status != 2)
		return "status is not 2";
	if (o->lines != 1)
		return "not one line on standard error";
	if (o->report)
		return "a report is there that is not whole";
	return o->rubbish ? "a temporary file is left" : NULL;
}

static void judge(const struct work *w, const char *what, const char *wrong, struct outcome *o)
{
	if (o->signal)
		wrong = o->signal == SIGALRM ? "it hangs" : "it died of a signal";
	if (wrong)
		failed++;
	else
		passed++;
	if (wrong || verbose)
		printf("%s: %s: %s (status %d, %u lines: %.200s)\n", w->name, what,
		       wrong ? wrong : "fine", o->status, o->lines, o->err ? o->err : "");
	drop(o);
}

static void one(const struct work *w, const struct outcome *truth, struct fault f, const char *what,
		int kind)
{
	struct outcome o;
	char words[200];

	run(w, &f, NULL, &o);
	snprintf(words, sizeof(words), "%s, %s call %u, %s", what, call_names[f.call], f.at,
		 f.error ? strerror(f.error) : "");
	judge(w, words,
	      kind == 0	  ? whole(truth, &o)
	      : kind == 1 ? told(truth, &o)
			  : unwritten(&o),
	      &o);
}

static void harmless(const struct work *w, const struct outcome *truth)
{
	static const unsigned sizes[] = {1, 7, 4095};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		one(w, truth, (struct fault){SHORT, READ, sizes[i], 0}, "short reads", 0);
	one(w, truth, (struct fault){INTERRUPT, READ, 0, 0}, "interrupts", 0);
}

static void reading(const struct work *w, const struct outcome *truth, const unsigned *calls)
{
	static const struct {
		enum call call;
		int error;
	} kinds[] = {{READ, EIO},    {PREAD, EIO},     {FSTAT, EIO},
		     {OPEN, EMFILE}, {OPEN, EIO},      {OPENAT, EMFILE},
		     {READDIR, EIO}, {FDOPEN, ENOMEM}, {LSEEK, EIO}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		unsigned step = calls[kinds[k].call] / 40 + 1;

		for (unsigned n = 1; n <= calls[kinds[k].call]; n += step) {
			struct fault f = {FAIL_ONCE, kinds[k].call, n, kinds[k].error};

			one(w, truth, f, "alone", 1);
			f.mode = FAIL_ON;
			one(w, truth, f, "and all after", 1);
		}
	}
	for (unsigned n = 1; n <= calls[PREAD]; n += calls[PREAD] / 40 + 1)
		one(w, truth, (struct fault){CUT, PREAD, n, 0}, "cut", 1);
}

static void writing(const struct work *w, const unsigned *calls)
{
	static const int errors[] = {ENOSPC, EIO, EPIPE, EDQUOT};

	if (!w->report)
		return;
	for (size_t e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
		for (unsigned n = 1; n <= calls[WRITE]; n += calls[WRITE] / 40 + 1) {
			one(w, NULL, (struct fault){FAIL_ONCE, WRITE, n, errors[e]}, "alone", 2);
			one(w, NULL, (struct fault){FAIL_ON, WRITE, n, errors[e]}, "and all after",
			    2);
		}
		one(w, NULL, (struct fault){FAIL_ONCE, RENAME, 1, errors[e]}, "alone", 2);
	}
}

/* Standard output that takes nothing. */
static void no_output(const struct work *w)
{
	static const char *const places[] = {"/dev/full", ""};
	struct outcome o;

	for (int i = 0; i < 2; i++) {
		const char *wrong;

		run(w, &(struct fault){NONE, READ, 0, 0}, places[i], &o);
		wrong = unwritten(&o);
		if (w->report && strncmp(w->name, "report", 6) == 0) /* it writes nothing there */
			wrong = o.status == w->truth && o.report && !o.rubbish
				    ? NULL
				    : "the report has failed";
		else if (w->report && wrong && o.status == 2 && o.lines == 1 && o.report_text &&
			 o.report_text[0] == '{' && !o.rubbish)
			wrong = NULL; /* whole, though the other is not */
		judge(w, *places[i] ? "standard output is full" : "standard output is closed",
		      wrong, &o);
	}
}

int __wrap_main(int argc, char **argv)
{
	const char *only = NULL;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-v") == 0)
			verbose = true;
		else
			only = argv[i];
	seen = mmap(NULL, CALLS * sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (seen == MAP_FAILED || !mkdtemp(dir))
		return 2;
	for (size_t i = 0; i < WORKS; i++) {
		const struct work *w = &works[i];
		struct outcome truth;
		unsigned calls[CALLS];

		if (only && strcmp(only, w->name) != 0)
			continue;
		run(w, &(struct fault){NONE, READ, 0, 0}, NULL, &truth);
		memcpy(calls, seen, sizeof(calls));
		if (truth.status != w->truth) {
			printf("%s: status %d without any fault, %d expected: %s\n", w->name,
			       truth.status, w->truth, truth.err ? truth.err : "");
			failed++;
		}
		harmless(w, &truth);
		reading(w, &truth, calls);
		writing(w, calls);
		no_output(w);
		drop(&truth);
	}
	{
		char path[600];

		path_in(path, sizeof(path), "err");
		unlink(path);
		rmdir(dir);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
