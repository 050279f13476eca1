/* cmd_completion.c: completion for shells, written from the tables of commands and options. What changes between
 * versions (targets, rules, formats) is asked of the program when the key is pressed. */
#include <string.h>

#include "cli/cli.h"

/* Kinds of words that a shell asks the program for: a command whose first column are the words. */
static const struct {
	const char *kind, *command;
} asked[] = {
	{"@targets", "onnxlint targets"},
	{"@rules", "onnxlint rules list"},
};

static const char *ask(const char *kind)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		if (strcmp(kind, asked[i].kind) == 0)
			return asked[i].command;
	return NULL;
}

static void names(int (*at)(struct onnxlint *a, size_t i, struct onnxlint_entry *e), const char *after)
{
	struct onnxlint *a = onnxlint_new();
	struct onnxlint_entry e;

	for (size_t i = 0; a && at(a, i, &e); i++)
		printf("%s%s%s", i ? " " : "", e.name, after);
	onnxlint_free(a);
}

/* The words of `choices`, fixed ones written out and asked ones as a command substitution in `open` … `close`. */
static void words(const char *choices, const char *open, const char *close)
{
	for (const char *p = choices; *p;) {
		size_t n = strcspn(p, " ");
		char word[32];
		const char *command;

		snprintf(word, sizeof(word), "%.*s", (int)n, p);
		command = ask(word);
		if (p != choices)
			putchar(' ');
		if (command)
			printf("%s%s 2>/dev/null | cut -d' ' -f1%s", open, command, close);
		else if (strcmp(word, "@formats") == 0)
			names(onnxlint_format_at, "");
		else if (strcmp(word, "@limits") == 0)
			names(onnxlint_limit_at, "=");
		else if (strcmp(word, "@commands") == 0)
			for (const struct cli_command *c = cli_commands; c->name; c++)
				printf("%s%s", c == cli_commands ? "" : " ", c->name);
		else
			fputs(word, stdout);
		p += n + (p[n] == ' ');
	}
}

static bool is_path(const char *choices)
{
	return strcmp(choices, "@files") == 0 || strcmp(choices, "@folders") == 0;
}

/* ---- bash ---- */

static void bash_reply(const char *choices)
{
	if (is_path(choices)) {
		printf("COMPREPLY=($(compgen -%c -- \"$word\"))", choices[2] == 'i' ? 'f' : 'd');
		return;
	}
	fputs("COMPREPLY=($(compgen -W \"", stdout);
	words(choices, "$(", ")");
	fputs("\" -- \"${word##*,}\"))", stdout);
}

static void bash(void)
{
	puts("# bash completion for onnxlint; written by `onnxlint completion bash`\n"
	     "_onnxlint() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
	     "\tCOMPREPLY=()\n"
	     "\tcase $last in");
	for (const struct cli_option *o = cli_options; o->name; o++) {
		if (!o->arg)
			continue;
		fputs("\t", stdout);
		if (o->letter)
			printf("-%c|", o->letter);
		printf("--%s) ", o->name);
		if (o->choices && *o->choices) {
			bash_reply(o->choices);
			fputs("; ", stdout);
		}
		puts("return;;");
	}
	puts("\tesac\n\tif ((COMP_CWORD == 1)); then");
	fputs("\t\tCOMPREPLY=($(compgen -W \"", stdout);
	words("@commands", "", "");
	puts(" --help --version\" -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $command in");
	for (const struct cli_command *c = cli_commands; c->name; c++) {
		printf("\t%s)\n\t\tif [[ $word == -* ]]; then\n\t\t\tCOMPREPLY=($(compgen -W \"", c->name);
		for (const struct cli_option *o = cli_options; o->name; o++)
			if (o->commands & c->bit)
				printf("--%s ", o->name);
		fputs("\" -- \"$word\"))\n\t\telse\n\t\t\t", stdout);
		bash_reply(c->choices);
		puts("\n\t\tfi;;");
	}
	puts("\tesac\n}\ncomplete -o default -F _onnxlint onnxlint");
}

/* ---- zsh ---- */

/* A description inside '…[…]'. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			putchar('\\');
		if (*text == '\'')
			fputs("'\\'", stdout);
		putchar(*text);
	}
}

static void zsh_values(const char *label, const char *choices)
{
	putchar(':');
	zsh_text(label);
	putchar(':');
	if (is_path(choices)) {
		fputs(choices[2] == 'i' ? "_files" : "_files -/", stdout);
	} else if (*choices) {
		putchar('(');
		words(choices, "$(", ")");
		putchar(')');
	}
}

static void zsh(void)
{
	puts("#compdef onnxlint\n# zsh completion for onnxlint; written by `onnxlint completion zsh`\n"
	     "_onnxlint() {\n\tlocal -a commands\n\tcommands=(");
	for (const struct cli_command *c = cli_commands; c->name; c++) {
		printf("\t\t'%s:", c->name);
		zsh_text(c->about);
		puts("'");
	}
	puts("\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\t_files\n\t\treturn\n\tfi\n"
	     "\tlocal command=$words[2]\n\tshift words\n\t((CURRENT--))\n\tcase $command in");
	for (const struct cli_command *c = cli_commands; c->name; c++) {
		printf("\t%s) _arguments -s", c->name);
		for (const struct cli_option *o = cli_options; o->name; o++) {
			bool dynamic = o->choices && o->choices[0] == '@' && !is_path(o->choices);

			if (!(o->commands & c->bit))
				continue;
			for (int form = 0; form < 1 + (o->letter != 0); form++) {
				printf(" \\\n\t\t%c*", dynamic ? '"' : '\'');
				if (form)
					printf("-%c", o->letter);
				else
					printf("--%s%s", o->name, o->arg ? "=" : "");
				putchar('[');
				zsh_text(o->help);
				putchar(']');
				if (o->arg)
					zsh_values(o->arg, o->choices ? o->choices : "");
				putchar(dynamic ? '"' : '\'');
			}
		}
		printf(" \\\n\t\t\"*");
		zsh_values("operand", c->choices);
		puts("\";;");
	}
	puts("\tesac\n}\n_onnxlint \"$@\"");
}

/* ---- fish ---- */

static void fish_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

static void fish_values(const char *choices)
{
	if (is_path(choices)) {
		fputs(choices[2] == 'i' ? " -F" : " -a '(__fish_complete_directories)'", stdout);
	} else if (*choices) {
		fputs(" -a \"", stdout);
		words(choices, "(", ")");
		putchar('"');
	}
}

static void fish(void)
{
	puts("# fish completion for onnxlint; written by `onnxlint completion fish`\ncomplete -c onnxlint -f");
	for (const struct cli_command *c = cli_commands; c->name; c++) {
		printf("complete -c onnxlint -n __fish_use_subcommand -a %s -d ", c->name);
		fish_quoted(c->about);
		putchar('\n');
		printf("complete -c onnxlint -n '__fish_seen_subcommand_from %s'", c->name);
		fish_values(c->choices);
		putchar('\n');
	}
	for (const struct cli_option *o = cli_options; o->name; o++) {
		fputs("complete -c onnxlint -n '__fish_seen_subcommand_from", stdout);
		for (const struct cli_command *c = cli_commands; c->name; c++)
			if (o->commands & c->bit)
				printf(" %s", c->name);
		printf("' -l %s", o->name);
		if (o->letter)
			printf(" -s %c", o->letter);
		fputs(!o->arg ? " -d " : o->choices && is_path(o->choices) ? " -r -d " : " -x -d ", stdout);
		fish_quoted(o->help);
		if (o->arg)
			fish_values(o->choices ? o->choices : "");
		putchar('\n');
	}
}

int cmd_completion(struct cli *c)
{
	static const struct {
		const char *name;
		void (*write)(void);
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}, {"mdoc", cli_mdoc}};
	struct cli_near near;

	if (c->n_operands != 1)
		return cli_fail("completion: one shell is wanted: bash, zsh or fish");
	cli_near_init(&near, c->operands[0]);
	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		cli_near_try(&near, shells[i].name);
		if (strcmp(shells[i].name, c->operands[0]) == 0) {
			shells[i].write();
			return CLI_OK;
		}
	}
	if (near.best[0])
		return cli_fail("unknown shell '%s': did you mean %s?", c->operands[0], near.best);
	return cli_fail("unknown shell '%s': bash, zsh or fish", c->operands[0]);
}
