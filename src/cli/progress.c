/* progress.c: a line on standard error that tells how far weights are read, and what makes it safe to map them.
 *
 * The line appears when reading takes longer than an eye notices, and is gone when it is over: also when the program is
 * interrupted. The program owns its signals, so the files are mapped; when a page of one cannot be had (the file was cut short, the
 * disk failed), the kernel sends SIGBUS: the page is replaced by an empty one, and the model is given up. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#endif
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

enum { QUIET_MS = 300, WIDEST = 40 };

/* Signals reach no argument: what the handlers see is one a process, as signals are. */
static volatile sig_atomic_t drawn, lost;
static size_t page;

/* ---- the line ---- */

static void rub_out(void)
{
	static const char clear[] = "\r\033[K";
	ssize_t n;

	if (!drawn)
		return;
	drawn = 0;
	n = write(STDERR_FILENO, clear, sizeof(clear) - 1);
	(void)n;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int draw(void *user, uint64_t done, uint64_t total)
{
	struct cli_progress *p = user;
	uint64_t ms = now_ms() - p->since;
	char bar[WIDEST + 1], line[160];
	unsigned width = WIDEST, full;
	struct winsize w;
	int n;

	if (lost || done >= total) { /* the last call */
		rub_out();
		return 0;
	}
	if (!p->shown || ms < QUIET_MS)
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		width = w.ws_col < 50 ? 0 : w.ws_col - 50u > WIDEST ? WIDEST : w.ws_col - 50u;
	full = (unsigned)((double)done / (double)total * width);
	memset(bar, '.', width);
	memset(bar, '#', full < width ? full : width);
	bar[width] = '\0';
	n = snprintf(line, sizeof(line), "\r%s%s%sweights %3.0f %%, %.1f of %.1f GiB, %.1f GiB/s\033[K", width ? "[" : "", bar,
		     width ? "] " : "", (double)done / (double)total * 100, (double)done / 1073741824.0,
		     (double)total / 1073741824.0, (double)done / 1073741824.0 / ((double)ms / 1000));
	if (n > 0 && (size_t)n < sizeof(line)) {
		ssize_t written = write(STDERR_FILENO, line, (size_t)n);

		(void)written;
		drawn = 1;
	}
	return 0;
}

/* ---- signals ---- */

static void interrupted(int signal)
{
	rub_out();
	raise(signal); /* SA_RESETHAND: the usual end, once this returns */
}

/* A page that cannot be had. Not one of a window: mapping over it does no good, and the next fault ends the program. */
static void no_page(int signal, siginfo_t *info, void *context)
{
	int was = errno;
	void *at = (void *)((uintptr_t)info->si_addr & ~(uintptr_t)(page - 1));

	(void)context;
	if (info->si_code != BUS_ADRERR || lost > 10000 ||
	    mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		struct sigaction usual = {.sa_handler = SIG_DFL};

		sigaction(signal, &usual, NULL);
		return;
	}
	lost++;
	errno = was;
}

static bool guard(void)
{
	struct sigaction bus = {.sa_sigaction = no_page, .sa_flags = SA_SIGINFO}, end = {.sa_handler = interrupted};
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction old;
	long size = sysconf(_SC_PAGESIZE);

	end.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		/* one that the caller has ignored stays so */
		if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(ends[i], &end, NULL);
	page = size > 0 ? (size_t)size : 4096;
	return sigaction(SIGBUS, &bus, NULL) == 0;
}

/* ---- for the commands ---- */

int cli_progress_begin(struct cli *c, struct cli_progress *p)
{
	const char *when = cli_value(c, "progress");

	if (when && strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
		return -cli_fail("--progress '%s': auto, always or never is wanted", when);
	*p = (struct cli_progress){.on = cli_given(c, "weights")};
	if (!p->on)
		return 0;
	if (when && strcmp(when, "auto") != 0)
		p->shown = strcmp(when, "always") == 0;
	else
		p->shown = isatty(STDERR_FILENO) && !cli_given(c, "quiet");
	if (guard() && onnxlint_set(c->a, "map", "yes"))
		return -cli_fail_api(c);
	onnxlint_on_progress(c->a, draw, p);
	return 0;
}

void cli_progress_model(struct cli_progress *p)
{
	p->since = now_ms();
	lost = 0;
}

bool cli_progress_lost(const struct cli_progress *p)
{
	rub_out();
	return p->on && lost;
}
