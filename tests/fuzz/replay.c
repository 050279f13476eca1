/* replay.c: runs files through a fuzzer's entry without libFuzzer: what once crashed, and the
 * seeds. Linked with one fuzz_*.c; where that has a mutator of its own, N mutants of each file are run too, each a change
 * of the one before, which seeds counted from S choose.
 *
 * Usage: replay [-m N] [-s S] [-o FOLDER] FILE-OR-FOLDER…   -o: mutants are written there too */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

enum { LARGEST = 64 << 20, MUTANT = 1 << 18 };

static unsigned ran, unreadable, mutants = 4, seed;
static const char *out;
static char now_at[1100];

void __asan_on_error(void);
void __asan_on_error(void)
{
	fprintf(stderr, "replay: at %s\n", now_at);
}

static void died(int sig)
{
	(void)!write(STDERR_FILENO, now_at, strlen(now_at));
	(void)!write(STDERR_FILENO, ": died here\n", 12);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* Of its exact size, so that a sanitizer sees the first byte past it. */
static void bytes(const uint8_t *p, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);

	if (exact) {
		memcpy(exact, p, n);
		alarm(60); /* a hang ends here */
		LLVMFuzzerTestOneInput(exact, n);
		alarm(0);
		ran++;
	}
	free(exact);
}

static void keep(const uint8_t *p, size_t n)
{
	static unsigned count;
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mutant-%u-%u.onnx", out, seed, count++);
	f = fopen(path, "wb");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f))
		exit(2);
}

static void mutate(uint8_t *p, size_t n)
{
	size_t name = strlen(now_at);

	for (unsigned i = 0; i < mutants; i++) {
		n = LLVMFuzzerCustomMutator(p, n, MUTANT, seed + i);
		snprintf(now_at + name, sizeof(now_at) - name, " mutant %u of seed %u", i + 1, seed);
		if (out)
			keep(p, n);
		bytes(p, n);
	}
}

static void file(const char *path, off_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc((size_t)size + MUTANT);
	size_t n;

	if (!f || !p) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		unreadable++;
	} else {
		n = fread(p, 1, (size_t)size, f);
		bytes(p, n);
		if (LLVMFuzzerCustomMutator && n <= MUTANT)
			mutate(p, n);
	}
	free(p);
	if (f)
		fclose(f);
}

static void any(const char *path)
{
	struct stat st;
	struct dirent *e;
	char inner[1024];
	DIR *d;

	if (stat(path, &st))
		return;
	if (S_ISREG(st.st_mode) && st.st_size <= LARGEST) {
		snprintf(now_at, sizeof(now_at), "%s", path);
		file(path, st.st_size);
		return;
	}
	d = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) < (int)sizeof(inner) &&
		    stat(inner, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LARGEST) {
			snprintf(now_at, sizeof(now_at), "%s", inner);
			file(inner, st.st_size);
		}
	}
	if (d)
		closedir(d);
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "m:s:o:")) != -1) {
		if (c == 'm')
			mutants = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 's')
			seed = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'o')
			out = optarg;
		else
			return 2;
	}
	signal(SIGABRT, died);
	signal(SIGALRM, died);
	for (int i = optind; i < argc; i++)
		any(argv[i]);
	printf("%u passed, %u failed\n", ran, unreadable);
	return unreadable || !ran;
}
