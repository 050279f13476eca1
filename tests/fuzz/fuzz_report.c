/* fuzz_report.c: any bytes as a model, audited, in both reports (libFuzzer). Nothing of the model
 * may reach them raw: JSON is valid UTF-8 without control bytes, text has besides no C1 controls,
 * no marks of direction and nothing invisible. */
#include <stdint.h>
#include <stdlib.h>

#include "clean.h"
#include "onnxlint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take_json(void *user, const char *bytes, size_t n)
{
	(void)user;
	ol_check_clean(bytes, n, 0);
	return 0;
}

static int take_text(void *user, const char *bytes, size_t n)
{
	(void)user;
	ol_check_clean(bytes, n, 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct onnxlint *a;
	const struct onnxlint_style wide = {.verbose = 1}, narrow = {.width = 40, .ascii = 1};
	const struct onnxlint_style *const styles[] = {NULL, &wide, &narrow};
	struct onnxlint_result *r;

	if (!a) {
		a = onnxlint_new();
		if (!a || onnxlint_set(a, "target", "all") || onnxlint_set(a, "time-limit", "5") ||
		    onnxlint_set(a, "max-per-rule", "20"))
			abort();
	}
	r = onnxlint_check_memory(a, data, size, "fuzz");
	if (!r) {
		if (!onnxlint_error(a)[0])
			abort();
		return 0;
	}
	for (int i = 0; i < 3; i++) {
		struct onnxlint_report *text =
		    onnxlint_report_open(a, "text", styles[i], take_text, NULL);
		struct onnxlint_report *json =
		    onnxlint_report_open(a, "json", styles[i], take_json, NULL);

		onnxlint_report_add(text, r);
		onnxlint_report_add(json, r);
		if (onnxlint_report_close(text) || onnxlint_report_close(json))
			abort();
	}
	if (!onnxlint_result_model(r)->complete && onnxlint_result_findings(r) == 0)
		abort();
	onnxlint_result_free(r);
	return 0;
}
