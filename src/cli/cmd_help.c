/* cmd_help.c: how the program and its commands are used. */
#include "cli/cli.h"

int cmd_help(struct cli *c)
{
	const struct cli_command *of;
	struct cli_near near;

	if (c->n_operands == 0) {
		cli_help(NULL);
		return CLI_OK;
	}
	of = cli_command_find(c->operands[0]);
	if (of) {
		cli_help(of);
		return CLI_OK;
	}
	cli_near_init(&near, c->operands[0]);
	for (of = cli_commands; of->name; of++)
		cli_near_try(&near, of->name);
	if (near.best[0])
		return cli_fail("unknown command '%s': did you mean %s?", c->operands[0], near.best);
	return cli_fail("unknown command '%s': onnxlint help lists them", c->operands[0]);
}
