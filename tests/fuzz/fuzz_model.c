/* fuzz_model.c: models changed by their structure (mutate.h), through the whole audit: several targets, weights, both
 * reports and the list of values. No crash, leak or output that is not clean, the same words each time, and no model of
 * some kilobytes takes seconds.
 *
 * With libFuzzer the mutator is its own; replay runs each file, and some mutants of it from fixed seeds. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "clean.h"
#include "mutate.h"
#include "onnxlint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one, const uint8_t *two, size_t n_two, uint8_t *out,
				 size_t most, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct mut m;
	size_t n = 0;

	if (mut_begin(&m, data, size, seed)) {
		size_t times = 1 + below(&m, chance(&m, 4) ? 12 : 3);

		while (times--)
			change_once(&m);
		n = mut_end(&m, data, most);
	}
	ol_arena_free(&m.arena);
	return n ? n : size;
}

/* The second model's nodes behind the first one's, with its values in reach. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one, const uint8_t *two, size_t n_two, uint8_t *out,
				 size_t most, unsigned seed)
{
	struct mut m;
	Onnx__ModelProto *b;
	Onnx__GraphProto *to, *from;
	size_t n = 0;

	if (!mut_begin(&m, one, n_one, seed)) {
		ol_arena_free(&m.arena);
		return 0;
	}
	b = model_of(&m, two, n_two);
	if (b && b->graph) {
		to = m.model->graph;
		from = b->graph;
		for (size_t i = 0; i < from->n_initializer; i++)
			put_in(&m, &to->initializer, &to->n_initializer, to->n_initializer, from->initializer[i]);
		for (size_t i = 0; i < from->n_node; i++)
			put_in(&m, &to->node, &to->n_node, to->n_node, from->node[i]);
		for (size_t i = 0; i < from->n_input && chance(&m, 2); i++)
			put_in(&m, &to->input, &to->n_input, to->n_input, from->input[i]);
		for (size_t i = 0; i < b->n_functions; i++)
			put_in(&m, &m.model->functions, &m.model->n_functions, 0, b->functions[i]);
		for (size_t i = 0; i < b->n_opset_import && chance(&m, 2); i++)
			put_in(&m, &m.model->opset_import, &m.model->n_opset_import, m.model->n_opset_import,
			       b->opset_import[i]);
		n = mut_end(&m, out, most);
	}
	ol_arena_free(&m.arena);
	return n;
}

/* ---- the audit ---- */

struct output {
	uint64_t hash;
	int text;
};

static int take(void *user, const char *p, size_t n)
{
	struct output *o = user;

	ol_check_clean(p, n, o->text);
	for (size_t i = 0; i < n; i++)
		o->hash = (o->hash ^ (unsigned char)p[i]) * 1099511628211u;
	return 0;
}

static struct onnxlint *auditor(const char *targets, const char *weights)
{
	struct onnxlint *a = onnxlint_new();

	if (!a || (*targets && onnxlint_set(a, "target", targets)) || onnxlint_set(a, "weights", weights) ||
	    onnxlint_set(a, "jobs", "1") || onnxlint_set(a, "time-limit", "20") ||
	    onnxlint_set(a, "max-per-rule", "20"))
		abort();
	return a;
}

static uint64_t report(struct onnxlint *a, const struct onnxlint_result *r, const char *format,
		       const struct onnxlint_style *style)
{
	struct output o = {14695981039346656037u, format[0] == 't'};
	struct onnxlint_report *w = onnxlint_report_open(a, format, style, take, &o);

	onnxlint_report_add(w, r);
	if (onnxlint_report_close(w))
		abort();
	return o.hash;
}

/* All words of one audit, as a number. */
static uint64_t audit(struct onnxlint *a, const uint8_t *data, size_t n)
{
	static const struct onnxlint_style narrow = {.width = 50, .ascii = 1, .verbose = 1};
	struct onnxlint_result *r = onnxlint_check_memory(a, data, n, "fuzz");
	uint64_t h;

	if (!r)
		abort();
	if (!onnxlint_result_model(r)->complete && onnxlint_result_findings(r) == 0)
		abort();
	h = report(a, r, "text", &narrow) + report(a, r, "json", NULL);
	onnxlint_result_free(r);
	return h;
}

static void values(struct onnxlint *a, const uint8_t *data, size_t n)
{
	struct output text = {0, 1}, json = {0, 0};
	char path[64];
	int fd = memfd_create("model", 0);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	onnxlint_show_values(a, path, "text", NULL, NULL, take, &text);
	onnxlint_show_values(a, path, "json", "#0", NULL, take, &json);
	onnxlint_show_values(a, path, "json", NULL, NULL, take, &json);
	close(fd);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct onnxlint *all, *few, *none;
	struct onnxlint *a;
	double begin = seconds();
	uint64_t h = size;

	if (!all) {
		all = auditor("all", "yes");
		few = auditor("keras,tensorrt,onnxruntime-cpu", "no");
		none = auditor("", "yes");
	}
	for (size_t i = 0; i < size; i++)
		h = (h ^ data[i]) * 1099511628211u;
	a = h % 8 == 0 ? all : h % 8 < 5 ? few : none;
	if (h % 11 == 0 && audit(a, data, size) != audit(a, data, size))
		abort();
	audit(a, data, size);
	values(a, data, size);
	/* of a sanitizer's time */
	if (size < 100000 && seconds() - begin > 5) {
		fprintf(stderr, "fuzz_model: %.1f s for %zu bytes\n", seconds() - begin, size);
		abort();
	}
	return 0;
}
