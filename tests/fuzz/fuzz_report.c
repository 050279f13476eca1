/* fuzz_report.c: any bytes as a model, audited, in both reports (libFuzzer). Nothing of the model
 * may reach them raw: JSON is valid UTF-8 without control bytes, text has besides no C1 controls,
 * no marks of direction and nothing invisible. */
#include <stdint.h>
#include <stdlib.h>

#include "onnxlint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The code point at p, its bytes in *n; aborts where it is not valid UTF-8. */
static uint32_t next(const unsigned char *p, size_t left, size_t *n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t cp = p[0];

	*n = cp < 0x80 ? 1 : cp >> 5 == 6 ? 2 : cp >> 4 == 14 ? 3 : cp >> 3 == 30 ? 4 : 0;
	if (*n == 0 || *n > left)
		abort();
	if (*n > 1)
		cp &= 0x7fu >> *n;
	for (size_t i = 1; i < *n; i++) {
		if (p[i] >> 6 != 2)
			abort();
		cp = cp << 6 | (p[i] & 0x3f);
	}
	if (cp < least[*n] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		abort();
	return cp;
}

static void check(const char *bytes, size_t n, int text)
{
	for (size_t i = 0, k; i < n; i += k) {
		uint32_t cp = next((const unsigned char *)bytes + i, n - i, &k);

		if ((cp < ' ' && cp != '\n') || cp == 0x7f)
			abort();
		if (text && ((cp >= 0x80 && cp < 0xa0) || (cp >= 0x200b && cp <= 0x200f) ||
			     (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
			     cp == 0x61c || cp == 0xfeff || (cp >= 0xe0000 && cp < 0xe0080)))
			abort();
	}
}

static int take_json(void *user, const char *bytes, size_t n)
{
	(void)user;
	check(bytes, n, 0);
	return 0;
}

static int take_text(void *user, const char *bytes, size_t n)
{
	(void)user;
	check(bytes, n, 1);
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
