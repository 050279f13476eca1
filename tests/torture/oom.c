/* oom.c: every allocation fails once. What an audit does is counted in allocations; then it is done
 * again and again, and each time another allocation is refused: once that one alone, once that one
 * and all that follow. No crash, hang or leak may come of it, and never a result that differs from
 * the true one without an error being told.
 *
 * Usage: oom [-t SECONDS] [-s SEED] [-k FAULTS] [-v] [SCENARIO [N [alone|rest]]]. Within the time
 * (30 s), work of few allocations is tried at each one and other work at every k-th, from a start
 * that the seed chooses. Linked with the allocator's names wrapped (see the Makefile): our code and
 * the static libraries call what is here. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* canonicalize_file_name */
#endif
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "onnxlint.h"

/* ---- the allocator ---- */

static struct {
	uint64_t calls;	  /* since the start of this run */
	uint64_t fail_at; /* 1 = the first; 0 = none */
	bool rest;	  /* and all after it */
	bool failed;	  /* one was refused */
	int64_t live;
} heap;

static bool refuse(void)
{
	heap.calls++;
	if (!heap.fail_at || heap.calls < heap.fail_at || (heap.calls > heap.fail_at && !heap.rest))
		return false;
	heap.failed = true;
	errno = ENOMEM;
	return true;
}

static void *count(void *p)
{
	heap.live += p != NULL;
	return p;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
void __real_free(void *p);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
DIR *__real_opendir(const char *path);
int __real_closedir(DIR *d);

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);
void __wrap_free(void *p);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
DIR *__wrap_opendir(const char *path);
int __wrap_closedir(DIR *d);

void *__wrap_malloc(size_t n)
{
	return refuse() ? NULL : count(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return refuse() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	void *q;

	if (refuse())
		return NULL;
	q = __real_realloc(p, n);
	return p ? q : count(q);
}

void *__wrap_aligned_alloc(size_t align, size_t n)
{
	return refuse() ? NULL : count(__real_aligned_alloc(align, n));
}

void __wrap_free(void *p)
{
	heap.live -= p != NULL;
	__real_free(p);
}

char *__wrap_strdup(const char *s)
{
	return refuse() ? NULL : count(__real_strdup(s));
}

char *__wrap_strndup(const char *s, size_t n)
{
	return refuse() ? NULL : count(__real_strndup(s, n));
}

DIR *__wrap_opendir(const char *path)
{
	return refuse() ? NULL : count(__real_opendir(path));
}

int __wrap_closedir(DIR *d)
{
	heap.live -= d != NULL;
	return __real_closedir(d);
}

/* The C library's own calls of malloc are not ours: what it hands out to be freed is counted here. */
char *realpath(const char *restrict path, char *restrict to)
{
	(void)to; /* always NULL here */
	return refuse() ? NULL : count(canonicalize_file_name(path));
}

/* ---- what is done ---- */

/* All that a run wrote and said, as a number, and whether it said that it failed. */
struct outcome {
	uint64_t hash;
	size_t written;
	bool error;    /* a call failed */
	bool nameless; /* and onnxlint_error had no words */
	int status;
	char what[200];
};

static int take(void *user, const char *bytes, size_t n)
{
	struct outcome *o = user;

	for (size_t i = 0; i < n; i++)
		o->hash = (o->hash ^ (unsigned char)bytes[i]) * 1099511628211u;
	o->written += n;
	return 0;
}

/* rc of a call: below zero, it failed and must have said why. */
static bool fine(struct outcome *o, struct onnxlint *a, int rc)
{
	if (rc >= 0)
		return true;
	if (!o->error) {
		o->nameless = !onnxlint_error(a)[0];
		snprintf(o->what, sizeof(o->what), "%s", onnxlint_error(a));
	}
	o->error = true;
	(void)onnxlint_notes(a);
	return false;
}

static void one_report(struct outcome *o, struct onnxlint *a, const char *format,
		       const struct onnxlint_style *style, const struct onnxlint_result *result)
{
	struct onnxlint_report *r = onnxlint_report_open(a, format, style, take, o);

	if (!fine(o, a, r ? 0 : -1))
		return;
	fine(o, a, onnxlint_report_add(r, result));
	fine(o, a, onnxlint_report_close(r));
}

static void both_reports(struct outcome *o, struct onnxlint *a, const struct onnxlint_result *r)
{
	const struct onnxlint_style narrow = {.color = 1, .width = 70, .verbose = 1};

	o->status = o->status * 2 + onnxlint_result_status(r);
	one_report(o, a, "text", &narrow, r);
	one_report(o, a, "json", NULL, r);
}

/* arg: a model */
static void audit(struct outcome *o, struct onnxlint *a, const char *arg)
{
	struct onnxlint_result *r;

	if (!fine(o, a, onnxlint_set(a, "target", "all")))
		return;
	r = onnxlint_check_file(a, arg);
	if (!fine(o, a, r ? 0 : -1))
		return;
	both_reports(o, a, r);
	onnxlint_result_free(r);
}

/* Without targets; options of all kinds. */
static void audit_options(struct outcome *o, struct onnxlint *a, const char *arg)
{
	struct onnxlint_result *r;

	if (!fine(o, a, onnxlint_set(a, "severity", "op/*=note,graph/*=warning")) ||
	    !fine(o, a, onnxlint_set(a, "ignore", "model/*")) ||
	    !fine(o, a, onnxlint_set(a, "max-per-rule", "2")) ||
	    !fine(o, a, onnxlint_set(a, "external-root", "testdata/broken")))
		return;
	r = onnxlint_check_file(a, arg);
	if (!fine(o, a, r ? 0 : -1))
		return;
	both_reports(o, a, r);
	onnxlint_result_free(r);
}

/* With weights read, in this thread: calls of two could not be counted. */
static void audit_weights(struct outcome *o, struct onnxlint *a, const char *arg)
{
	if (fine(o, a, onnxlint_set(a, "weights", "yes")) && fine(o, a, onnxlint_set(a, "jobs", "1")))
		audit(o, a, arg);
}

/* With operators that a file declares. */
static void audit_custom(struct outcome *o, struct onnxlint *a, const char *arg)
{
	if (fine(o, a, onnxlint_set(a, "custom-ops", "testdata/custom/ops.yaml")))
		audit(o, a, arg);
}

/* With a configuration that extends another one. */
static void audit_config(struct outcome *o, struct onnxlint *a, const char *arg)
{
	if (fine(o, a, onnxlint_set(a, "config", "tests/cases/config/merge/both.yaml")))
		audit_options(o, a, arg);
}

/* Statistics hold times: that they are told is all that can be compared. */
static void audit_statistics(struct outcome *o, struct onnxlint *a, const char *arg)
{
	if (fine(o, a, onnxlint_set(a, "statistics", "yes")))
		audit_options(o, a, arg);
	o->hash = 0;
	o->written = 0;
}

/* arg: the newer version */
static void diff(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_diff(a, "testdata/clean.onnxtxt", arg, "text", NULL, take, o));
	fine(o, a, onnxlint_diff(a, "testdata/clean.onnxtxt", arg, "json", NULL, take, o));
}

/* arg: rules, tried on a model */
static void rules(struct outcome *o, struct onnxlint *a, const char *arg)
{
	struct onnxlint_result *r;

	if (!fine(o, a, onnxlint_set(a, "rules", arg))) {
		const char *notes = onnxlint_notes(a);

		take(o, notes, strlen(notes));
		return;
	}
	r = onnxlint_check_file(a, "testdata/faults.onnxtxt");
	if (!fine(o, a, r ? 0 : -1))
		return;
	both_reports(o, a, r);
	onnxlint_result_free(r);
}

static void examples(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_rules_test(a, arg, take, o));
}

static void show(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_show(a, arg, "text", NULL, take, o));
	fine(o, a, onnxlint_show(a, arg, "json", NULL, take, o));
}

static void show_values(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_show_values(a, arg, "text", NULL, NULL, take, o));
	fine(o, a, onnxlint_show_values(a, arg, "json", NULL, NULL, take, o));
}

static void show_node(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_show_values(a, arg, "text", "=s", NULL, take, o));
	fine(o, a, onnxlint_show_values(a, arg, "json", "#6", NULL, take, o));
}

static void explain(struct outcome *o, struct onnxlint *a, const char *arg)
{
	char copy[200], *save, *word;

	snprintf(copy, sizeof(copy), "%s", arg);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		fine(o, a, onnxlint_explain(a, word, NULL, take, o));
}

static void eval(struct outcome *o, struct onnxlint *a, const char *arg)
{
	fine(o, a, onnxlint_eval(a, arg, "testdata/faults.onnxtxt", "#0", take, o));
}

static void schema(struct outcome *o, struct onnxlint *a, const char *arg)
{
	(void)arg;
	fine(o, a, onnxlint_rules_schema(a, take, o));
}

static const struct scenario {
	const char *name;
	void (*run)(struct outcome *o, struct onnxlint *a, const char *arg);
	const char *arg;
	bool fails; /* an error is its true outcome */
} scenarios[] = {
    {"detector", audit, "testdata/detector-small.onnx", false},
    {"clean", audit, "testdata/clean.onnxtxt", false},
    {"faults", audit, "testdata/faults.onnxtxt", false},
    {"faults-options", audit_options, "testdata/faults.onnxtxt", false},
    {"truncated", audit, "testdata/broken/truncated.onnx", false},
    {"syntax", audit, "testdata/broken/syntax.onnxtxt", false},
    {"deep", audit, "testdata/broken/deep.onnx", false},
    {"two-graphs", audit, "testdata/broken/two-graphs.onnx", false},
    {"external", audit_options, "testdata/broken/external-checksum.onnx", false},
    {"symlink", audit_options, "testdata/broken/external-symlink.onnx", false},
    {"overlap", audit, "testdata/broken/external-overlap.onnx", false},
    {"pickle", audit, "testdata/broken/pickle.onnx", false},
    {"missing", audit, "testdata/none.onnx", true},
    {"rules", rules, "rules/checks/dtype.yaml", false},
    {"rules-folder", rules, "rules/checks", false},
    {"rules-wrong", rules, "tests/rules-bad/07-all-at-once.yaml", true},
    {"rules-typo", rules, "tests/rules-bad/11-when-not-bool.yaml", true},
    {"examples", examples, "rules/checks/tensor.yaml", false},
    {"show", show, "testdata/faults.onnxtxt", false},
    /* If, Loop, Scan, SequenceMap, local functions, symbols, and what is wrong with them */
    {"bodies", audit, "tests/torture/bodies.onnxtxt", false},
    {"show-values", show_values, "tests/torture/bodies.onnxtxt", false},
    {"show-node", show_node, "tests/torture/bodies.onnxtxt", false},
    {"weights", audit_weights, "testdata/mobilenet-small.onnx", false},
    {"weights-external", audit_weights, "testdata/broken/external-ok.onnx", false},
    {"custom", audit_custom, "testdata/custom/acme.onnxtxt", false},
    {"config", audit_config, "testdata/faults.onnxtxt", false},
    {"statistics", audit_statistics, "testdata/faults.onnxtxt", false},
    {"diff", diff, "testdata/faults.onnxtxt", false},
    {"explain", explain, "op/unknown keras Conv com.microsoft:Gelu", false},
    {"explain-wrong", explain, "op/unknwn", true},
    {"eval", eval, "model.nodes.map(n, n.op + \"x\").filter(s, s.matches(\"^[A-C].*(x|y)$\"))",
     false},
    {"eval-wrong", eval, "node.nme.foo() + ", true},
    {"schema", schema, "", false},
};
enum { SCENARIOS = sizeof(scenarios) / sizeof(*scenarios) };

/* ---- a run ---- */

static char now_at[200] = "before the first run";

static void tell_place(void)
{
	(void)!write(STDERR_FILENO, now_at, strlen(now_at));
}

void __asan_on_error(void);
void __asan_on_error(void)
{
	tell_place();
}

static void died(int sig)
{
	tell_place();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void run(const struct scenario *s, uint64_t at, bool rest, struct outcome *o)
{
	struct onnxlint *a;

	snprintf(now_at, sizeof(now_at), "\noom: %s: allocation %llu refused, %s: stopped here\n",
		 s->name, (unsigned long long)at, rest ? "and all that follow" : "alone");
	*o = (struct outcome){.hash = 14695981039346656037u};
	heap.calls = 0;
	heap.live = 0;
	heap.fail_at = at;
	heap.rest = rest;
	heap.failed = false;
	alarm(20);
	a = onnxlint_new();
	if (a)
		s->run(o, a, s->arg);
	else
		o->error = true;
	onnxlint_free(a);
	alarm(0);
	heap.fail_at = 0;
}

static bool verbose;

/* What is wrong with an outcome, or NULL. */
static const char *judge(const struct scenario *s, const struct outcome *truth,
			 const struct outcome *o)
{
	(void)s;
	if (heap.live)
		return "blocks were not freed";
	if (o->nameless)
		return "a call failed without a word";
	if (!o->error &&
	    (o->hash != truth->hash || o->written != truth->written || o->status != truth->status))
		return "the result differs, and no error was told";
	if (!heap.failed)
		return "nothing was refused: the work is not the same each time";
	return NULL;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned faults, limit = 40;

static void try_one(const struct scenario *s, const struct outcome *truth, uint64_t at, bool rest)
{
	struct outcome o;
	const char *wrong;

	run(s, at, rest, &o);
	wrong = judge(s, truth, &o);
	if (!wrong && !verbose)
		return;
	faults += wrong != NULL;
	printf("%s: allocation %llu refused, %s: %s%s%s (%lld blocks left, error \"%s\", %zu bytes "
	       "of output against %zu)\n",
	       s->name, (unsigned long long)at, rest ? "and all that follow" : "alone",
	       wrong ? "WRONG: " : "", wrong ? wrong : "fine", o.error ? "" : ", as without",
	       (long long)heap.live, o.what, o.written, truth->written);
}

/* Tries every allocation, or as many as go into the time, evenly spread. How many. */
static unsigned torture(const struct scenario *s, double budget, uint64_t seed)
{
	struct outcome truth;
	double begin, cost;
	uint64_t n, step = 1;
	unsigned tried = 0;

	run(s, 0, false, &truth); /* fills the caches of the C library */
	begin = seconds();
	run(s, 0, false, &truth);
	cost = seconds() - begin;
	n = heap.calls;
	if (truth.error != s->fails || heap.live) {
		printf("%s: wrong without any failure: %s (%lld blocks left)\n", s->name,
		       truth.what, (long long)heap.live);
		faults++;
		return 1;
	}
	/* a refusal in the middle of the work ends it there, so half the cost is usual */
	if ((double)n * cost > budget)
		step = (uint64_t)((double)n * cost / budget) + 1;
	begin = seconds();
	for (uint64_t i = step == 1 ? 1 : 1 + seed % step; i <= n && seconds() - begin < 2 * budget;
	     i += step) {
		try_one(s, &truth, i, false);
		if (step == 1 || tried % 4 == 0)
			try_one(s, &truth, i, true);
		tried++;
		if (faults > limit)
			break;
	}
	printf("%-16s %6llu allocations, %u refused%s\n", s->name, (unsigned long long)n, tried,
	       step == 1 ? ", which is each one" : "");
	return tried;
}

int main(int argc, char **argv)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM};
	double budget = 30;
	uint64_t seed = 0;
	unsigned tried = 0;
	int c;

	while ((c = getopt(argc, argv, "t:s:k:v")) != -1) {
		if (c == 't')
			budget = strtod(optarg, NULL);
		else if (c == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (c == 'k')
			limit = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'v')
			verbose = true;
		else
			return 2;
	}
#ifndef __SANITIZE_ADDRESS__
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], died);
#else
	signal(SIGALRM, died);
	(void)signals;
#endif
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < SCENARIOS; i++) {
		if (optind < argc && strcmp(argv[optind], scenarios[i].name) != 0)
			continue;
		if (optind + 1 < argc) {
			struct outcome truth;
			uint64_t at = strtoull(argv[optind + 1], NULL, 10);

			run(&scenarios[i], 0, false, &truth);
			verbose = true;
			if (optind + 2 == argc || argv[optind + 2][0] == 'a')
				try_one(&scenarios[i], &truth, at, false);
			if (optind + 2 == argc || argv[optind + 2][0] == 'r')
				try_one(&scenarios[i], &truth, at, true);
			return faults != 0;
		}
		tried += torture(&scenarios[i], optind < argc ? budget : budget / SCENARIOS, seed);
	}
	printf("%u passed, %u failed\n", tried > faults ? tried - faults : 0, faults);
	return faults || !tried;
}
