/* commands.c: the table of commands. A command is a row here and a file cmd_<name>.c. */
#include <string.h>

#include "cli/cli.h"

const struct cli_command cli_commands[] = {
	{"check", "MODEL...", "audit models", CLI_CHECK, cmd_check, "@files",
	 "MODEL is a file in protobuf form or ONNX text syntax, a folder (all *.onnx, *.onnxtxt and\n"
	 "*.onnxtext below it), or - for standard input. Exit status: 0 nothing at or above\n"
	 "--fail-on, 1 findings, 2 the work could not be done.",
	 "onnxlint check model.onnx\n"
	 "onnxlint check --target keras,onnxruntime-cpu model.onnx\n"
	 "onnxlint check -f text -f json=report.json models/\n"
	 "onnxlint check --ignore graph/unused-initializer --fail-on warning model.onnx\n"},
	{"diff", "OLD NEW", "tell what a new version of a model gains and loses", CLI_DIFF, cmd_diff, "@files",
	 "Findings are known again by their fingerprints. Exit status: 0 NEW is not worse, 1 it has a new\n"
	 "finding at or above --fail-on or a worse verdict, 2 the work could not be done.",
	 "onnxlint diff model.onnx models/model.onnx\n"
	 "onnxlint diff --target keras -f json model.onnx models/model.onnx\n"},
	{"explain", "RULE|FAMILY|OP|TARGET|score", "tell what is known of a rule, an operator or a target", CLI_EXPLAIN, cmd_explain,
	 "@rules @targets", NULL,
	 "onnxlint explain op/unknown\n"
	 "onnxlint explain quant\n"
	 "onnxlint explain Conv\n"
	 "onnxlint explain com.microsoft:Gelu\n"
	 "onnxlint explain keras\n"
	 "onnxlint explain score\n"},
	{"rules", "list | fields | test [RULE|FILE...] | eval EXPR MODEL | schema [config]", "list, test and try rules", CLI_RULES, cmd_rules,
	 "list fields test eval schema",
	 "list    the rules, their severity and what they are for\n"
	 "fields  what expressions can use: classes, fields, functions, variables of checks in C\n"
	 "test    run the examples of all rules, of those named, or of the rule files named\n"
	 "eval    evaluate an expression of the rule language on a model\n"
	 "schema  the JSON Schema of rule files, or of configuration files, for editors",
	 "onnxlint rules list\n"
	 "onnxlint rules fields | less\n"
	 "onnxlint rules test my-rules.yaml\n"
	 "onnxlint rules eval 'model.nodes.filter(n, n.op == \"Conv\").size()' model.onnx\n"
	 "onnxlint rules eval --node conv1 'node.inputs[0].shape' model.onnx\n"},
	{"targets", "[NAME]", "list the targets, or tell about one", CLI_TARGETS, cmd_targets, "@targets", NULL,
	 "onnxlint targets\n"
	 "onnxlint targets keras\n"},
	{"show", "MODEL", "summarize a model, or tell types and shapes of its values", CLI_SHOW, cmd_show, "@files",
	 "Without options: opsets, operators, inputs and outputs. A dim of --values is a number, an\n"
	 "expression of the model's symbols, or ? (JSON: null) where it is not known.",
	 "onnxlint show model.onnx\n"
	 "onnxlint show -f json model.onnx\n"
	 "onnxlint show --values model.onnx\n"
	 "onnxlint show --node conv1 model.onnx\n"},
	{"completion", "bash|zsh|fish|mdoc", "write completion for a shell, or the manual's option list", CLI_COMPLETION,
	 cmd_completion, "bash zsh fish mdoc", NULL,
	 "onnxlint completion bash > ~/.local/share/bash-completion/completions/onnxlint\n"},
	{"help", "[COMMAND]", "tell how a command is used", CLI_HELP, cmd_help, "@commands", NULL,
	 "onnxlint help check\n"},
	{0},
};

const struct cli_command *cli_command_find(const char *name)
{
	for (const struct cli_command *c = cli_commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}
