/* write.c: reports through a caller's writer, model after model. */
#include <stdlib.h>

#include "api/api.h"

struct onnxlint_report {
	struct onnxlint *auditor;
	struct ol_report r;
	onnxlint_writer *write;
	void *user;
	bool failed;
};

static int flush(struct onnxlint_report *r)
{
	if (r->r.out.failed) {
		ol_api_no_memory(r->auditor);
		r->failed = true;
	} else if (!r->failed && r->r.out.n && r->write(r->user, r->r.out.p, r->r.out.n)) {
		ol_api_fail(r->auditor, "report: cannot be written");
		r->failed = true;
	}
	ol_buf_clear(&r->r.out);
	return r->failed ? -1 : 0;
}

struct onnxlint_report *onnxlint_report_open(struct onnxlint *a, const char *format, const struct onnxlint_style *style,
					     onnxlint_writer *write, void *user)
{
	const struct ol_format *f = ol_format_find(ol_str(format));
	struct onnxlint_report *r;
	char buf[128];
	const char *near;

	ol_api_begin(a);
	if (!f) {
		near = ol_api_near(buf, sizeof(buf), ol_format_nearest(ol_str(format)));
		ol_api_fail(a, "unknown format '%s': %s", format, near ? near : "`onnxlint help check` lists them");
		return NULL;
	}
	r = calloc(1, sizeof(*r));
	if (!r) {
		ol_api_no_memory(a);
		return NULL;
	}
	r->auditor = a;
	r->write = write;
	r->user = user;
	r->r.rules = &a->rules;
	r->r.version = onnxlint_version();
	if (style) {
		r->r.color = style->color;
		r->r.ascii = style->ascii;
		r->r.width = style->width;
		r->r.limit = style->top;
		r->r.verbose = style->verbose;
		r->r.explain_score = style->explain_score;
	}
	ol_report_begin(&r->r, f);
	return r;
}

int onnxlint_report_add(struct onnxlint_report *r, const struct onnxlint_result *result)
{
	if (r->failed)
		return -1;
	r->r.rules = result->rules;
	ol_report_model(&r->r, result->view);
	return flush(r);
}

int onnxlint_report_close(struct onnxlint_report *r)
{
	int rc;

	if (!r)
		return 0;
	ol_report_end(&r->r);
	rc = flush(r);
	ol_buf_free(&r->r.out);
	free(r);
	return rc;
}
