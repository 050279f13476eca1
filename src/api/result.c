/* result.c: reading a result. */
#include <stdlib.h>

#include "api/api.h"

void onnxlint_result_free(struct onnxlint_result *r)
{
	if (!r)
		return;
	ol_report_model_free(r->view);
	free(r);
}

const struct onnxlint_model *onnxlint_result_model(const struct onnxlint_result *r)
{
	return &r->model;
}

const char *onnxlint_result_opset(const struct onnxlint_result *r, size_t i, int64_t *version)
{
	if (i >= r->view->n_opsets)
		return NULL;
	if (version)
		*version = r->view->opsets[i].version;
	return r->view->opsets[i].domain.n ? r->view->opsets[i].domain.p : "";
}

size_t onnxlint_result_findings(const struct onnxlint_result *r)
{
	return r->view->n_findings;
}

size_t onnxlint_result_hidden(const struct onnxlint_result *r)
{
	return r->view->n_hidden;
}

const struct onnxlint_finding *onnxlint_result_finding(const struct onnxlint_result *r, size_t i)
{
	return i < r->view->n_findings + r->view->n_hidden ? &r->findings[i] : NULL;
}

size_t onnxlint_result_count(const struct onnxlint_result *r, enum onnxlint_severity severity)
{
	return (unsigned)severity < OL_SEV_COUNT ? r->view->counts[severity] : 0;
}

const struct onnxlint_verdict *onnxlint_result_verdict(const struct onnxlint_result *r, size_t i)
{
	return i < r->view->n_verdicts ? &r->verdicts[i] : NULL;
}

const struct onnxlint_readiness *onnxlint_result_readiness(const struct onnxlint_result *r)
{
	return &r->readiness;
}

int onnxlint_result_status(const struct onnxlint_result *r)
{
	return r->status;
}
