/* cmd_show.c: the summary of a model. */
#include "cli/cli.h"

int cmd_show(struct cli *c)
{
	struct onnxlint_style style;
	struct cli_models m = {0};
	int status = CLI_OK;
	bool json;

	if (c->n_operands != 1)
		return cli_fail("show: one model is wanted: name a file, or - for standard input");
	if (cli_want_json(c, &json) || cli_auditor(c) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	cli_models_find(&m, c->operands, 1);
	if (m.failed || m.n != 1)
		status = m.failed ? CLI_FAILED : cli_fail("show: one model is wanted: the folder has %u", (unsigned)m.n);
	else if (onnxlint_show(c->a, m.at[0], json ? "json" : "text", &style, onnxlint_to_stream, stdout))
		status = cli_fail_api(c);
	cli_models_free(&m);
	return status;
}
