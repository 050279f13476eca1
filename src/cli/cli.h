/* cli.h: what the files of the command line share. The tables of options and commands are the one source of parsing,
 * help, completion and the manual page's lists. */
#ifndef OL_CLI_CLI_H
#define OL_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "onnxlint.h"
#include "util/text.h"

#define CLI_CONFIG ".onnxlint.yaml"

enum { CLI_OK = 0, CLI_FINDINGS = 1, CLI_FAILED = 2 };

enum {
	CLI_CHECK = 1,
	CLI_EXPLAIN = 2,
	CLI_RULES = 4,
	CLI_TARGETS = 8,
	CLI_SHOW = 16,
	CLI_COMPLETION = 32,
	CLI_HELP = 64,
	CLI_DIFF = 128,
	CLI_ALL = 255
};

struct cli_option {
	char letter;         /* 0: long form only */
	const char *name;
	const char *arg;     /* NULL: a flag */
	const char *help;
	unsigned commands;   /* CLI_… that take it */
	const char *choices; /* for completion: words, or "@targets" "@rules" "@formats" "@limits" "@files" "@folders" */
	bool api;            /* goes to onnxlint_set under its own name */
};
extern const struct cli_option cli_options[]; /* NULL name ends */

struct cli;
struct cli_command {
	const char *name, *args, *about;
	unsigned bit;
	int (*run)(struct cli *c); /* exit status */
	const char *choices;       /* for completion of operands, as above */
	const char *more;          /* further help text; may be NULL */
	const char *examples;      /* lines */
};
extern const struct cli_command cli_commands[]; /* NULL name ends */
const struct cli_command *cli_command_find(const char *name);

struct cli_given {
	const struct cli_option *option;
	const char *value; /* NULL for a flag */
};

struct cli {
	const struct cli_command *command;
	struct cli_given *given; /* in order */
	uint32_t n_given;
	const char **operands;   /* NULL-ended */
	uint32_t n_operands;
	struct onnxlint *a;      /* made by cli_auditor */
};

/* ---- options.c ---- */
/* argv from the command's first word on. -1: told on stderr. */
int cli_parse(struct cli *c, int argc, char **argv);
/* The last value given; "" for a flag; NULL when absent. */
const char *cli_value(const struct cli *c, const char *name);
bool cli_given(const struct cli *c, const char *name);
/* A number from least to most, or `otherwise` when absent. -1 with a message. */
int cli_number(const struct cli *c, const char *name, int64_t least, int64_t most, int64_t otherwise, int64_t *out);
/* The auditor with all options applied, rules first. -1: told. */
int cli_auditor(struct cli *c);
/* The text or JSON choice of commands that list. -1: told. */
int cli_want_json(const struct cli *c, bool *json);

/* ---- tell.c ---- */
/* "onnxlint: …" on standard error, escaped, on one line. Returns CLI_FAILED. */
int cli_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The auditor's last error and its notes. Returns CLI_FAILED. */
int cli_fail_api(const struct cli *c);
/* ", did you mean" for a word among names given one by one; then cli_near_word gives the way out. */
struct cli_near {
	struct ol_str word;
	char best[128];
	uint32_t distance;
};
void cli_near_init(struct cli_near *n, const char *word);
void cli_near_try(struct cli_near *n, const char *candidate);

/* ---- terminal.c ---- */
enum cli_when { CLI_AUTO, CLI_ALWAYS, CLI_NEVER };
/* Layout for a stream: colour, ASCII and width, by the options, the environment and what the stream is. -1: told. */
int cli_style(const struct cli *c, FILE *to, struct onnxlint_style *style);

/* ---- progress.c ---- */
struct cli_progress {
	bool on, shown;
	uint64_t since; /* ms */
};
/* For a command that may read weights, once there is an auditor. -1: told. */
int cli_progress_begin(struct cli *c, struct cli_progress *p);
/* Before each model; after it: is some of its weights not what the file holds? Then its result is worth nothing. */
void cli_progress_model(struct cli_progress *p);
bool cli_progress_lost(const struct cli_progress *p);

/* ---- models.c ---- */
struct cli_models {
	char **at;
	uint32_t n, cap;
	bool failed; /* something named could not be read; told */
};
/* The files that the operands name, folders searched, in order. */
void cli_models_find(struct cli_models *m, const char **operands, uint32_t n);
void cli_models_free(struct cli_models *m);
/* Is the file at path one of them? */
bool cli_models_have(const struct cli_models *m, const char *path);

/* ---- output.c ---- */
struct cli_output {
	char *format;
	char *path, *temporary; /* NULL: standard output */
	FILE *to;
	bool given_up;
	struct onnxlint_report *report;
};
struct cli_outputs {
	struct cli_output *at;
	uint32_t n;
};
/* Opens what --format asks for. -1: told. */
int cli_outputs_open(struct cli_outputs *o, struct cli *c, const struct cli_models *inputs);
int cli_outputs_add(struct cli_outputs *o, struct cli *c, const struct onnxlint_result *r);
/* Ends the reports; files take their names when `keep`. -1: told. */
int cli_outputs_close(struct cli_outputs *o, struct cli *c, bool keep);

/* ---- catalogue.c ---- */
typedef int cli_entry_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e);
struct cli_column {
	const char *key; /* NULL ends */
	enum { CLI_NAME, CLI_ABOUT, CLI_DETAIL, CLI_ENABLED } what;
};
/* The entries as a JSON list. An exit status. */
int cli_catalogue_json(struct cli *c, cli_entry_at *at, const struct cli_column *columns);
/* The longest name, for the first column. */
int cli_catalogue_width(struct cli *c, cli_entry_at *at);

/* ---- help.c ---- */
void cli_help(const struct cli_command *command); /* NULL: of the program */
void cli_mdoc(void);

/* ---- commands ---- */
int cmd_check(struct cli *c);
int cmd_diff(struct cli *c);
int cmd_explain(struct cli *c);
int cmd_rules(struct cli *c);
int cmd_targets(struct cli *c);
int cmd_show(struct cli *c);
int cmd_completion(struct cli *c);
int cmd_help(struct cli *c);

#endif
