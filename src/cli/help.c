/* help.c: help and the manual's option list, from the tables. */
#include <string.h>

#include "cli/cli.h"

static void indented(const char *text)
{
	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		printf("  %.*s\n", (int)(end - text), text);
	}
}

static void options(unsigned commands)
{
	for (const struct cli_option *o = cli_options; o->name; o++) {
		char left[64];

		if (!(o->commands & commands))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? "," : " ", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		printf("  %-26s %s\n", left, o->help);
	}
}

static void entries(int (*at)(struct onnxlint *a, size_t i, struct onnxlint_entry *e), bool detail)
{
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_entry e;

	for (size_t i = 0; a && at(a, i, &e); i++)
		if (detail)
			printf("  %-16s %s (default %s)\n", e.name, e.about, e.detail);
		else
			printf("  %-16s %s\n", e.name, e.about);
	onnxlint_free(a);
}

static void of_program(void)
{
	puts("onnxlint: ONNX model linter and compatibility auditor\n");
	puts("usage: onnxlint COMMAND [OPTION...] ...\n       onnxlint MODEL... is onnxlint check MODEL...\n");
	for (const struct cli_command *c = cli_commands; c->name; c++)
		printf("  %-11s %s\n", c->name, c->about);
	puts("\nonnxlint help COMMAND tells the options of a command, man onnxlint all of them.");
}

void cli_help(const struct cli_command *c)
{
	if (!c) {
		of_program();
		return;
	}
	printf("onnxlint %s: %s\n\nusage: onnxlint %s [OPTION...] %s\n", c->name, c->about, c->name, c->args);
	if (c->more) {
		putchar('\n');
		indented(c->more);
	}
	puts("\nOptions:");
	options(c->bit);
	if (c->bit == CLI_CHECK) {
		puts("\nFormats:");
		entries(onnxlint_format_at, false);
		puts("\nLimits:");
		entries(onnxlint_limit_at, true);
	}
	if (c->examples) {
		puts("\nExamples:");
		indented(c->examples);
	}
}

static void mdoc_text(const char *text)
{
	/* roff reads a leading dot or quote as a request, and a backslash as an escape */
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '`')
			fputs("\\(ga", stdout);
		else
			putchar(*text);
	}
	putchar('\n');
}

/* The OPTIONS list of onnxlint(1). */
void cli_mdoc(void)
{
	puts(".Bl -tag -width Ds");
	for (const struct cli_option *o = cli_options; o->name; o++) {
		fputs(".It ", stdout);
		if (o->letter)
			printf("Fl %c%s%s , ", o->letter, o->arg ? " Ar " : "", o->arg ? o->arg : "");
		printf("Fl Fl %s%s%s\n", o->name, o->arg ? " Ar " : "", o->arg ? o->arg : "");
		mdoc_text(o->help);
		if (o->commands != CLI_ALL) {
			const char *before = "(";

			for (const struct cli_command *c = cli_commands; c->name; c++)
				if (o->commands & c->bit) {
					printf("%s%s", before, c->name);
					before = ", ";
				}
			puts(").");
		}
	}
	puts(".El");
}
