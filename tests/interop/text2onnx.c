/* text2onnx.c: ONNX text syntax in, serialized ModelProto out, for comparison with the onnx
 * package.
 *
 *   text2onnx FILE…      writes FILE.out for each, or FILE.err with "line:column: message"
 *   text2onnx            standard input to standard output */
#include <stdio.h>
#include <stdlib.h>

#include "load/load.h"
#include "util/buf.h"

static int slurp(FILE *f, struct ol_buf *b)
{
	char part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		ol_buf_add(b, part, n);
	return ferror(f) || b->failed ? -1 : 0;
}

static int convert(struct ol_str text, const char *path)
{
	struct ol_buf out = {0};
	struct ol_err err = {0};
	char name[4096];
	FILE *f;
	int rc = ol_text_parse(text, &out, &err);

	if (!path) {
		if (rc == 0)
			fwrite(out.p, 1, out.n, stdout);
		else
			fprintf(stderr, "%u:%u: %s\n", err.line, err.column, err.message);
		ol_buf_free(&out);
		return rc;
	}
	snprintf(name, sizeof(name), "%s.%s", path, rc == 0 ? "out" : "err");
	f = fopen(name, "wb");
	if (!f) {
		perror(name);
		exit(2);
	}
	if (rc == 0)
		fwrite(out.p, 1, out.n, f);
	else
		fprintf(f, "%u:%u: %s\n", err.line, err.column, err.message);
	fclose(f);
	ol_buf_free(&out);
	return 0;
}

int main(int argc, char **argv)
{
	struct ol_buf text = {0};
	int rc = 0;

	if (argc < 2) {
		if (slurp(stdin, &text) < 0)
			return 2;
		rc = convert(ol_buf_view(&text), NULL) < 0;
	}
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");

		ol_buf_clear(&text);
		if (!f || slurp(f, &text) < 0) {
			perror(argv[i]);
			return 2;
		}
		fclose(f);
		convert(ol_buf_view(&text), argv[i]);
	}
	ol_buf_free(&text);
	return rc;
}
