/* replay.c: runs files through a fuzzer's entry without libFuzzer: what once crashed, and the
 * seeds. Linked with one fuzz_*.c. Usage: replay FILE-OR-FOLDER… */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 64 << 20 };

static unsigned ran, unreadable;
static char now_at[1024];

void __asan_on_error(void);
void __asan_on_error(void)
{
	fprintf(stderr, "replay: at %s\n", now_at);
}

static void file(const char *path, off_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc((size_t)size + 1), *exact;
	size_t n;

	if (!f || !p) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		unreadable++;
	} else {
		n = fread(p, 1, (size_t)size, f);
		/* of its exact size, so that a sanitizer sees the first byte past it */
		exact = malloc(n ? n : 1);
		if (exact) {
			memcpy(exact, p, n);
			alarm(60); /* a hang ends here */
			LLVMFuzzerTestOneInput(exact, n);
			alarm(0);
			ran++;
		}
		free(exact);
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
	for (int i = 1; i < argc; i++)
		any(argv[i]);
	printf("%u passed, %u failed\n", ran, unreadable);
	return unreadable || !ran;
}
