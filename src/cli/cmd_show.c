/* cmd_show.c: the summary of a model, or what is known of its values. */
#include "cli/cli.h"

static int show(struct cli *c, const char *path, const char *format, const struct onnxlint_style *style)
{
	const char *node = cli_value(c, "node");

	if (!node && !cli_given(c, "values"))
		return onnxlint_show(c->a, path, format, style, onnxlint_to_stream, stdout);
	return onnxlint_show_values(c->a, path, format, node, style, onnxlint_to_stream, stdout);
}

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
	else if (show(c, m.at[0], json ? "json" : "text", &style))
		status = cli_fail_api(c);
	cli_models_free(&m);
	return status;
}
