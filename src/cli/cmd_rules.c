/* cmd_rules.c: rules list, fields, test, eval and schema: a table of its own. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

static const struct cli_column rule_columns[] = {
	{"id", CLI_NAME}, {"severity", CLI_DETAIL}, {"enabled", CLI_ENABLED}, {"about", CLI_ABOUT}, {NULL, CLI_NAME},
};

/* A paragraph of a rule file on one line. */
static void one_line(struct ol_buf *out, const char *text, size_t columns)
{
	struct ol_buf b = {0};

	for (; *text; text++)
		if (*text != '\n')
			ol_buf_char(&b, *text);
		else if (text[1])
			ol_buf_char(&b, ' ');
	ol_text_plain(out, ol_buf_view(&b), columns);
	ol_buf_free(&b);
}

static int list(struct cli *c)
{
	struct onnxlint_style style;
	struct onnxlint_entry e;
	size_t width;
	bool json;

	if (c->n_operands > 1)
		return cli_fail("rules list: takes no more words: onnxlint explain tells about one rule");
	if (cli_want_json(c, &json) || cli_style(c, stdout, &style))
		return CLI_FAILED;
	if (json)
		return cli_catalogue_json(c, onnxlint_rule_at, rule_columns);
	width = (size_t)cli_catalogue_width(c, onnxlint_rule_at);
	for (size_t i = 0; onnxlint_rule_at(c->a, i, &e); i++) {
		struct ol_buf b = {0};
		int error;

		one_line(&b, e.about, style.width > width + 31 ? style.width - width - 11 : 0);
		error = printf("%-*s  %-7s  %s\n", (int)width, e.name, e.enabled ? e.detail : "off", b.n ? b.p : "") < 0 ? errno : 0;
		ol_buf_free(&b);
		if (error) /* told here: at the end of the program the reason may be forgotten */
			return cli_fail("standard output: %s: the output is not complete", strerror(error));
	}
	return CLI_OK;
}

static int test(struct cli *c)
{
	int failed = 0, n = 0;

	if (c->n_operands == 1)
		failed = n = onnxlint_rules_test(c->a, NULL, onnxlint_to_stream, stdout);
	for (uint32_t i = 1; i < c->n_operands && n >= 0; i++) {
		struct stat st;

		/* a path's rules are added first, then tested alone */
		if (stat(c->operands[i], &st) == 0 && onnxlint_set(c->a, "rules", c->operands[i]))
			return cli_fail_api(c);
		n = onnxlint_rules_test(c->a, c->operands[i], onnxlint_to_stream, stdout);
		failed += n;
	}
	return n < 0 ? cli_fail_api(c) : failed > 0;
}

/* The expression from standard input, without the line feed at its end. -1: told. */
static int read_expression(struct ol_buf *b)
{
	enum { MOST = 64 * 1024 };
	char chunk[4096];
	size_t n;

	while (b->n <= MOST && (n = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		ol_buf_add(b, chunk, n);
	if (b->n > MOST)
		return -cli_fail("rules eval: the expression has more than %d bytes", MOST);
	while (b->n && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == '\r'))
		b->n--;
	ol_buf_char(b, '\0');
	return b->failed ? -cli_fail("out of memory") : 0;
}

static int eval(struct cli *c)
{
	const struct onnxlint_eval_options o = {
		.node = cli_value(c, "node"),
		.value = cli_value(c, "value"),
		.tensor = cli_value(c, "tensor"),
		.format = cli_value(c, "format"),
	};
	struct ol_buf text = {0};
	const char *expression;
	int status = CLI_OK;

	if (c->n_operands != 3)
		return cli_fail("rules eval: an expression and a model are wanted: rules eval EXPR MODEL");
	expression = c->operands[1];
	if (strcmp(expression, "-") == 0) {
		if (strcmp(c->operands[2], "-") == 0)
			return cli_fail("rules eval: expression and model both from standard input: name the model's file");
		if (read_expression(&text)) {
			ol_buf_free(&text);
			return CLI_FAILED;
		}
		expression = text.p;
	}
	if (onnxlint_evaluate(c->a, expression, c->operands[2], &o, onnxlint_to_stream, stdout))
		status = cli_fail_api(c);
	ol_buf_free(&text);
	return status;
}

static int fields(struct cli *c)
{
	const char *format = cli_value(c, "format");
	struct onnxlint_style style;

	if (c->n_operands > 1)
		return cli_fail("rules fields: takes no more words");
	if (cli_style(c, stdout, &style))
		return CLI_FAILED;
	if (onnxlint_rules_fields(c->a, format ? format : "text", &style, onnxlint_to_stream, stdout))
		return cli_fail_api(c);
	return CLI_OK;
}

static int schema(struct cli *c)
{
	const char *of = c->n_operands > 1 ? c->operands[1] : "rules";

	if (c->n_operands > 2 || (strcmp(of, "rules") != 0 && strcmp(of, "config") != 0))
		return cli_fail("rules schema '%s': rules (default) or config is wanted", c->operands[c->n_operands - 1]);
	if (strcmp(of, "config") == 0)
		return onnxlint_config_schema(c->a, onnxlint_to_stream, stdout) ? cli_fail_api(c) : CLI_OK;
	return onnxlint_rules_schema(c->a, onnxlint_to_stream, stdout) ? cli_fail_api(c) : CLI_OK;
}

static const struct {
	const char *name;
	int (*run)(struct cli *c);
} actions[] = {{"list", list}, {"fields", fields}, {"test", test}, {"eval", eval}, {"schema", schema}};

int cmd_rules(struct cli *c)
{
	const char *name = c->n_operands ? c->operands[0] : "list";
	struct cli_near near;

	cli_near_init(&near, name);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		cli_near_try(&near, actions[i].name);
		if (strcmp(actions[i].name, name) == 0)
			return cli_auditor(c) ? CLI_FAILED : actions[i].run(c);
	}
	if (near.best[0])
		return cli_fail("unknown action 'rules %s': did you mean rules %s?", name, near.best);
	return cli_fail("unknown action 'rules %s': list, fields, test, eval or schema", name);
}
