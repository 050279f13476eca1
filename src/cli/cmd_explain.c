/* cmd_explain.c: rules, operators and targets by name. */
#include "cli/cli.h"

int cmd_explain(struct cli *c)
{
	struct onnxlint_style style;

	if (c->n_operands == 0)
		return cli_fail("explain: no name: give a rule (op/unknown), an operator (Conv) or a target (keras)");
	if (cli_auditor(c) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	for (uint32_t i = 0; i < c->n_operands; i++) {
		if (i)
			putchar('\n');
		if (onnxlint_explain(c->a, c->operands[i], &style, onnxlint_to_stream, stdout))
			return cli_fail_api(c);
	}
	return CLI_OK;
}
