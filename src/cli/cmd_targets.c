/* cmd_targets.c: the list of targets, or what is known of one. */
#include "cli/cli.h"
#include "util/json.h"

static void list(struct cli *c)
{
	struct onnxlint_entry e;
	size_t width = 0;

	for (size_t i = 0; onnxlint_target_at(c->a, i, &e); i++)
		width = strlen(e.name) > width ? strlen(e.name) : width;
	for (size_t i = 0; onnxlint_target_at(c->a, i, &e); i++)
		printf("%-*s  %s%s%s\n", (int)width, e.name, e.about, *e.detail ? " " : "", e.detail);
}

static int list_json(struct cli *c)
{
	struct onnxlint_entry e;
	struct ol_buf b = {0};
	struct ol_json j;

	ol_json_init(&j, &b, 1);
	ol_json_open(&j, '[');
	for (size_t i = 0; onnxlint_target_at(c->a, i, &e); i++) {
		ol_json_open(&j, '{');
		ol_json_key(&j, "name");
		ol_json_str(&j, ol_str(e.name));
		ol_json_key(&j, "title");
		ol_json_str(&j, ol_str(e.about));
		ol_json_key(&j, "version");
		ol_json_str(&j, ol_str(e.detail));
		ol_json_close(&j, '}');
	}
	ol_json_close(&j, ']');
	if (b.failed)
		return cli_fail("out of memory");
	puts(b.p);
	ol_buf_free(&b);
	return CLI_OK;
}

int cmd_targets(struct cli *c)
{
	struct onnxlint_style style;
	bool json;

	if (cli_want_json(c, &json) || cli_auditor(c) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	if (c->n_operands == 0) {
		if (json)
			return list_json(c);
		list(c);
		return CLI_OK;
	}
	if (onnxlint_target(c->a, c->operands[0], json ? "json" : "text", &style, onnxlint_to_stream, stdout))
		return cli_fail_api(c);
	return CLI_OK;
}
