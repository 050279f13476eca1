/* weights.c: how fast weights are read, beside a plain loop that adds up the same bytes: both in this process, with as many threads,
 * turn by turn, on what the page cache holds.
 *
 * Usage: weights MODEL BYTES-FILE THREADS REPEAT. BYTES-FILE is the file with the weights. Prints, in GB/s and as the best of
 * REPEAT turns each: the loop over mapped bytes, the whole audit with weights mapped, with weights copied, and seconds of the
 * audit without weights. Links libonnxlint. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "onnxlint.h"

struct share {
	const uint64_t *at;
	size_t n;
	uint64_t sum;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *add_up(void *user)
{
	struct share *s = user;
	uint64_t a = 0;

	for (size_t i = 0; i < s->n; i++)
		a += s->at[i];
	s->sum = a;
	return NULL;
}

static double loop(const uint64_t *at, size_t n, unsigned threads)
{
	pthread_t t[64];
	struct share s[64];
	double begin = now();

	for (unsigned i = 0; i < threads; i++) {
		s[i] = (struct share){at + n / threads * i, n / threads, 0};
		if (i && pthread_create(&t[i], NULL, add_up, &s[i]))
			exit(2);
	}
	add_up(&s[0]);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(t[i], NULL);
	begin = now() - begin;
	return s[0].sum == 1 ? 0 : begin; /* the sum is of use */
}

static double audit(const char *path, const char *jobs, const char *weights, const char *map)
{
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_result *r;
	double begin = now();

	if (!a || onnxlint_set(a, "weights", weights) || onnxlint_set(a, "map", map) || onnxlint_set(a, "jobs", jobs) ||
	    onnxlint_set(a, "select", "weights") || !(r = onnxlint_check_file(a, path)))
		exit(2);
	begin = now() - begin;
	onnxlint_result_free(r);
	onnxlint_free(a);
	return begin;
}

static void keep(double *best, double t)
{
	if (*best == 0 || t < *best)
		*best = t;
}

int main(int argc, char **argv)
{
	double sum = 0, mapped = 0, copied = 0, without = 0, bytes;
	unsigned threads;
	struct stat st;
	uint64_t *p;
	int fd;

	if (argc != 5 || (threads = (unsigned)atoi(argv[3])) < 1 || threads > 64)
		return 2;
	fd = open(argv[2], O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		return 2;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		return 2;
	bytes = (double)st.st_size / 1e9;
	loop(p, (size_t)st.st_size / 8, threads);
	for (int i = 0; i < atoi(argv[4]); i++) {
		keep(&sum, loop(p, (size_t)st.st_size / 8, threads));
		keep(&mapped, audit(argv[1], argv[3], "yes", "yes"));
		keep(&copied, audit(argv[1], argv[3], "yes", "no"));
		keep(&without, audit(argv[1], argv[3], "no", "no"));
	}
	printf("%.3f %.3f %.3f %.6f\n", bytes / sum, bytes / mapped, bytes / copied, without);
	return 0;
}
