/* fuzz_text.c: any bytes as ONNX text syntax: parse, and what was written must be a message that
 * protobuf-c reads.
 *
 * clang -fsanitize=fuzzer,address,undefined; with -DFUZZ_MAIN a driver that runs the files it is
 * given. */
#include <stdint.h>
#include <stdlib.h>

#include "load/load.h"
#include "onnx.pb-c.h"
#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ol_str text = {(const char *)data, n};
	struct ol_buf out = {0};
	struct ol_err err = {0};
	Onnx__ModelProto *m;

	(void)ol_text_looks(text);
	if (ol_text_parse(text, &out, &err) < 0) {
		if (err.code == OL_OK || !err.message[0] ||
		    (err.code == OL_ERR_SYNTAX && !err.line) || out.n)
			abort();
	} else {
		m = onnx__model_proto__unpack(NULL, out.n, (const uint8_t *)out.p);
		if (!m || !m->graph)
			abort();
		onnx__model_proto__free_unpacked(m, NULL);
	}
	ol_buf_free(&out);
	return 0;
}

#ifdef FUZZ_MAIN
#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct ol_buf b = {0};
		FILE *f = fopen(argv[i], "rb");
		int c;

		if (!f)
			return 2;
		while ((c = getc(f)) != EOF)
			ol_buf_char(&b, (char)c);
		fclose(f);
		LLVMFuzzerTestOneInput((const uint8_t *)b.p, b.n);
		ol_buf_free(&b);
	}
	return 0;
}
#endif
