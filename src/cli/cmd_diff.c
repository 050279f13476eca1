/* cmd_diff.c: what a new version of a model gains and loses. */
#include "cli/cli.h"

int cmd_diff(struct cli *c)
{
	struct onnxlint_style style;
	int worse;
	bool json;

	if (c->n_operands != 2)
		return cli_fail("diff: two models are wanted: onnxlint diff OLD NEW");
	if (cli_want_json(c, &json) || cli_auditor(c) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	worse = onnxlint_diff(c->a, c->operands[0], c->operands[1], json ? "json" : "text", &style,
			      onnxlint_to_stream, stdout);
	return worse < 0 ? cli_fail_api(c) : worse ? CLI_FINDINGS : CLI_OK;
}
