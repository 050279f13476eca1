/* cmd_check.c: audits models one after the other; a model that cannot be read does not stop the others. */
#include "cli/cli.h"

static int check_all(struct cli *c, const struct cli_models *m, struct cli_outputs *out, struct cli_progress *progress)
{
	int status = m->failed ? CLI_FAILED : CLI_OK;

	for (uint32_t i = 0; i < m->n; i++) {
		struct onnxlint_result *r;
		int one;

		cli_progress_model(progress);
		r = onnxlint_check_file(c->a, m->at[i]);
		if (cli_progress_lost(progress)) {
			onnxlint_result_free(r);
			status = cli_fail("%s: its weights cannot be read: the file became shorter, or the disk failed: try again",
					  m->at[i]);
			continue;
		}
		if (!r) {
			status = cli_fail_api(c);
			continue;
		}
		one = onnxlint_result_status(r);
		if (cli_outputs_add(out, c, r)) {
			onnxlint_result_free(r);
			cli_outputs_close(out, c, false);
			return CLI_FAILED;
		}
		onnxlint_result_free(r);
		if (one > status)
			status = one;
	}
	return cli_outputs_close(out, c, true) ? CLI_FAILED : status;
}

int cmd_check(struct cli *c)
{
	struct cli_models models = {0};
	struct cli_outputs out = {0};
	struct cli_progress progress;
	int status = CLI_FAILED;

	if (!c->n_operands)
		return cli_fail("check: no model: name a file, a folder, or - for standard input");
	if (cli_auditor(c) || cli_progress_begin(c, &progress))
		return CLI_FAILED;
	cli_models_find(&models, c->operands, c->n_operands);
	if (!models.failed || models.n) {
		if (cli_outputs_open(&out, c, &models))
			cli_outputs_close(&out, c, false);
		else
			status = check_all(c, &models, &out, &progress);
	}
	cli_models_free(&models);
	return status;
}
