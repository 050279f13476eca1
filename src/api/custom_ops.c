/* custom_ops.c: the file of custom operators that an auditor goes by. */
#include <stdlib.h>

#include "api/api.h"
#include "schema/custom.h"

enum { FILE_MAX = 1 << 20 };

int ol_api_custom_ops(struct onnxlint *a, const char *path)
{
	struct ol_notes notes = {0};
	struct ol_custom *c;
	struct ol_buf text = {0};
	struct ol_err err = {0};

	if (ol_file_read(path, FILE_MAX, &text, &err)) {
		ol_buf_free(&text);
		return ol_api_fail(a, "%s: check --custom-ops", err.message);
	}
	c = ol_custom_compile(ol_buf_view(&text), path, &notes);
	if (!c) {
		ol_notes_print(&notes, ol_buf_view(&text), &a->notes);
		if (!notes.n || a->notes.failed)
			ol_api_no_memory(a);
		else
			ol_api_fail(a, "%s: not a valid file of custom operators: correct what is marked, onnxlint(1) has the form",
				    path);
	}
	ol_notes_free(&notes);
	ol_buf_free(&text);
	if (!c)
		return -1;
	ol_custom_free(a->custom);
	a->custom = c;
	a->load.custom = c;
	a->load.functions = c->functions;
	a->load.n_functions = c->n_functions;
	a->load.function_bytes = c->function_bytes;
	return 0;
}
