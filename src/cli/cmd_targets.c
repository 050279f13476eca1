/* cmd_targets.c: the list of targets, or what is known of one. */
#include "cli/cli.h"

static const struct cli_column columns[] = {{"name", CLI_NAME}, {"title", CLI_ABOUT}, {"version", CLI_DETAIL}, {NULL, CLI_NAME}};

static void list(struct cli *c)
{
	struct onnxlint_entry e;
	int width = cli_catalogue_width(c, onnxlint_target_at);

	for (size_t i = 0; onnxlint_target_at(c->a, i, &e); i++)
		printf("%-*s  %s%s%s\n", width, e.name, e.about, *e.detail ? " " : "", e.detail);
}

int cmd_targets(struct cli *c)
{
	struct onnxlint_style style;
	bool json;

	if (cli_want_json(c, &json) || cli_auditor(c) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	if (c->n_operands == 0) {
		if (json)
			return cli_catalogue_json(c, onnxlint_target_at, columns);
		list(c);
		return CLI_OK;
	}
	if (onnxlint_target(c->a, c->operands[0], json ? "json" : "text", &style, onnxlint_to_stream, stdout))
		return cli_fail_api(c);
	return CLI_OK;
}
