/* fuzz_config.c: any bytes as a file of custom operators, a configuration and a baseline (libFuzzer): each is taken or
 * refused with a word, and the audit that follows gives clean output. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clean.h"
#include "onnxlint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char model[] = "<ir_version: 8, opset_import: [\"\" : 17, \"acme\" : 1]>\n"
			    "g (float[N, 4] x) => (float[N, 4] y)\n"
			    "{ a = acme.Swish <alpha = 0.5> (x) b = acme.Pool (a) c = Relu (b) y = Unknown (c) }\n";

static int take(void *user, const char *p, size_t n)
{
	(void)user;
	ol_check_clean(p, n, 0);
	return 0;
}

static void audit(struct onnxlint *a)
{
	struct onnxlint_result *r = onnxlint_check_memory(a, model, sizeof(model) - 1, "m.onnxtxt");
	struct onnxlint_report *w;

	if (!r) {
		if (!onnxlint_error(a)[0])
			abort();
		return;
	}
	w = onnxlint_report_open(a, "json", NULL, take, NULL);
	onnxlint_report_add(w, r);
	if (onnxlint_report_close(w))
		abort();
	onnxlint_result_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const options[] = {"custom-ops", "config", "baseline"};
	char path[64];
	int fd = memfd_create("file", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int i = 0; i < 3; i++) {
		struct onnxlint *a = onnxlint_new();

		if (!a)
			abort();
		if (onnxlint_set(a, options[i], path) == 0)
			audit(a);
		else if (!onnxlint_error(a)[0])
			abort();
		(void)onnxlint_notes(a);
		onnxlint_free(a);
	}
	close(fd);
	return 0;
}
