/* options.c: the table of options and its parser. `--name value`, `--name=value`, `-x value`, `-xvalue`, bundled flags,
 * and `--` for operands that begin with a dash. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const struct cli_option cli_options[] = {
	{'t', "target", "T,...", "audit for these targets too; all = every one", CLI_CHECK | CLI_DIFF | CLI_RULES, "@targets all", true},
	{0, "select", "R,...", "only these rules: family/name, family, or family/glob*", CLI_CHECK | CLI_DIFF, "@rules", true},
	{0, "ignore", "R,...", "not these rules", CLI_CHECK | CLI_DIFF, "@rules", true},
	{0, "severity", "R=LEVEL,...", "another severity for rules: error, warning, note or off", CLI_CHECK | CLI_DIFF, "@rules", true},
	{0, "fail-on", "LEVEL", "exit with 1 from this severity on: error (default), warning, note or never", CLI_CHECK | CLI_DIFF,
	 "error warning note never", true},
	{'f', "format", "F[=FILE]", "write this format, to a file if given; may be repeated", CLI_CHECK, "@formats", false},
	{'f', "format", "F", "text (default) or json", CLI_DIFF | CLI_RULES | CLI_TARGETS | CLI_SHOW, "text json", false},
	{0, "rules", "PATH", "add a rule file or a folder of them; may be repeated", CLI_CHECK | CLI_DIFF | CLI_EXPLAIN | CLI_RULES,
	 "@files", true},
	{0, "config", "FILE", "this configuration file instead of the nearest " CLI_CONFIG, CLI_CHECK | CLI_DIFF, "@files", true},
	{0, "no-config", NULL, "no configuration file", CLI_CHECK | CLI_DIFF, "", false},
	{0, "baseline", "FILE", "set aside the findings that this baseline has", CLI_CHECK, "@files", true},
	{0, "write-baseline", "FILE", "write the findings to a baseline; they do not count for the exit status", CLI_CHECK, "@files",
	 false},
	{0, "statistics", NULL, "counts by rule and family over all models, and what each rule cost", CLI_CHECK, "", true},
	{0, "custom-ops", "FILE", "what operators of other domains are: bodies, signatures, layers", CLI_CHECK | CLI_DIFF | CLI_SHOW |
	 CLI_RULES, "@files", true},
	{0, "values", NULL, "type and shape of every value, as far as they can be inferred", CLI_SHOW, "", false},
	{0, "node", "N", "a node's name, #INDEX or =OUTPUT: `node` of the expression, or whose values are shown",
	 CLI_RULES | CLI_SHOW, "", false},
	{0, "value", "NAME", "a value: `value` of the expression, and `initializer` when it is one", CLI_RULES, "", false},
	{0, "tensor", "NAME", "a stored tensor: `tensor` of the expression", CLI_RULES, "", false},
	{0, "top", "N", "show at most N groups a model in text; 0 = all (default 20)", CLI_CHECK, "", false},
	{0, "explain-score", NULL, "each score term by term, and the weights, in text and JSON", CLI_CHECK, "", false},
	{0, "score", "NAME=N,...", "another weight for ranking and verdicts: onnxlint explain score", CLI_CHECK | CLI_EXPLAIN,
	 "", true},
	{0, "max-findings", "N", "keep at most N findings a model (default 10000)", CLI_CHECK | CLI_DIFF, "", true},
	{0, "max-per-rule", "N", "keep at most N findings a rule (default 1000)", CLI_CHECK | CLI_DIFF, "", true},
	{0, "time-limit", "SECONDS", "stop reading, inference and rules of a model after this long (default 60; 0 = never)", CLI_CHECK | CLI_DIFF, "", true},
	{0, "weights", NULL, "read the weights too: NaN, infinities, what float16 or int32 could not hold, …", CLI_CHECK, "", true},
	{'j', "jobs", "N", "models audited at a time, or threads that read weights; 0 = one a processor (default)", CLI_CHECK, "", true},
	{0, "limit", "NAME=N", "raise or lower a limit of loading; may be repeated", CLI_CHECK | CLI_DIFF | CLI_SHOW | CLI_RULES,
	 "@limits", true},
	{0, "external-root", "DIR", "a further folder that external data may lie in", CLI_CHECK | CLI_DIFF, "@folders", true},
	{'q', "quiet", NULL, "one line a finding, nothing else", CLI_CHECK, "", false},
	{'v', "verbose", NULL, "all places, the whole reasons, and what stayed undecided", CLI_CHECK | CLI_DIFF, "", false},
	{0, "color", "WHEN", "auto (default), always or never; NO_COLOR is honoured", CLI_CHECK | CLI_DIFF | CLI_EXPLAIN | CLI_TARGETS |
	 CLI_SHOW | CLI_RULES, "auto always never", false},
	{0, "progress", "WHEN", "how far weights are read: auto (default: on a terminal), always or never", CLI_CHECK,
	 "auto always never", false},
	{'h', "help", NULL, "tell how the command is used", CLI_ALL, "", false},
	{'V', "version", NULL, "tell the version", CLI_ALL, "", false},
	{0},
};

static int add(struct cli *c, const struct cli_option *o, const char *value)
{
	struct cli_given *g = realloc(c->given, (c->n_given + 1) * sizeof(*g));

	if (!g)
		return -cli_fail("out of memory");
	c->given = g;
	g[c->n_given++] = (struct cli_given){o, value};
	return 0;
}

static int unknown(const struct cli *c, const char *name, size_t n)
{
	struct cli_near near;
	char word[64], dashed[160];

	snprintf(word, sizeof(word), "%.*s", (int)(n < 60 ? n : 60), name);
	cli_near_init(&near, word);
	for (const struct cli_option *o = cli_options; o->name; o++)
		if (o->commands & c->command->bit)
			cli_near_try(&near, o->name);
	snprintf(dashed, sizeof(dashed), "did you mean --%s?", near.best);
	return -cli_fail("unknown option --%s of %s: %s%s", word, c->command->name,
			 near.best[0] ? dashed : "see onnxlint help ", near.best[0] ? "" : c->command->name);
}

static int long_option(struct cli *c, const char *text, char **argv, int argc, int *i)
{
	const char *eq = strchr(text, '=');
	size_t n = eq ? (size_t)(eq - text) : strlen(text);
	const struct cli_option *o = cli_options;

	while (o->name && (strlen(o->name) != n || strncmp(o->name, text, n) != 0 || !(o->commands & c->command->bit)))
		o++;
	if (!o->name)
		return unknown(c, text, n);
	if (!o->arg && eq)
		return -cli_fail("option --%s takes no value: leave out %s", o->name, eq);
	if (o->arg && !eq && *i + 1 >= argc)
		return -cli_fail("option --%s: no value: give it %s", o->name, o->arg);
	return add(c, o, !o->arg ? NULL : eq ? eq + 1 : argv[++*i]);
}

static int short_options(struct cli *c, const char *text, char **argv, int argc, int *i)
{
	for (; *text; text++) {
		const struct cli_option *o = cli_options;

		while (o->name && (o->letter != *text || !(o->commands & c->command->bit)))
			o++;
		if (!o->name)
			return -cli_fail("unknown option -%c of %s: see onnxlint help %s", *text, c->command->name,
					 c->command->name);
		if (!o->arg) {
			if (add(c, o, NULL))
				return -1;
			continue;
		}
		if (text[1])
			return add(c, o, text + 1 + (text[1] == '='));
		if (*i + 1 >= argc)
			return -cli_fail("option -%c: no value: give it %s", o->letter, o->arg);
		return add(c, o, argv[++*i]);
	}
	return 0;
}

int cli_parse(struct cli *c, int argc, char **argv)
{
	bool options = true;

	c->operands = calloc((size_t)argc + 1, sizeof(*c->operands));
	if (!c->operands)
		return -cli_fail("out of memory");
	for (int i = 0; i < argc; i++) {
		const char *s = argv[i];
		int rc = 0;

		if (options && strcmp(s, "--") == 0)
			options = false;
		else if (options && strncmp(s, "--", 2) == 0)
			rc = long_option(c, s + 2, argv, argc, &i);
		else if (options && s[0] == '-' && s[1])
			rc = short_options(c, s + 1, argv, argc, &i);
		else
			c->operands[c->n_operands++] = s;
		if (rc)
			return -1;
	}
	return 0;
}

static const struct cli_given *last(const struct cli *c, const char *name)
{
	for (uint32_t i = c->n_given; i-- > 0;)
		if (strcmp(c->given[i].option->name, name) == 0)
			return &c->given[i];
	return NULL;
}

const char *cli_value(const struct cli *c, const char *name)
{
	const struct cli_given *g = last(c, name);

	return !g ? NULL : g->value ? g->value : "";
}

bool cli_given(const struct cli *c, const char *name)
{
	return last(c, name) != NULL;
}

int cli_number(const struct cli *c, const char *name, int64_t least, int64_t most, int64_t otherwise, int64_t *out)
{
	const char *v = cli_value(c, name);

	*out = otherwise;
	if (!v)
		return 0;
	if (!ol_text_int(ol_str(v), out) || *out < least || *out > most)
		return -cli_fail("--%s '%s': a number from %lld to %lld is wanted", name, v, (long long)least,
				 (long long)most);
	return 0;
}

static int turn_of(const char *option)
{
	return strcmp(option, "rules") == 0 ? 0 : strcmp(option, "config") == 0 ? 1 : 2;
}

int cli_auditor(struct cli *c)
{
	bool config = cli_given(c, "config"), none = cli_given(c, "no-config");

	c->a = onnxlint_new();
	if (!c->a)
		return -cli_fail("out of memory");
	if (config && none)
		return -cli_fail("--config and --no-config: leave out one of them");
	/* what selects rules must know all rules, those of configuration files too */
	for (int turn = 0; turn < 3; turn++) {
		if (turn == 1 && !config && !none && c->command->bit & (CLI_CHECK | CLI_DIFF) &&
		    onnxlint_set(c->a, "config", "auto"))
			return -cli_fail_api(c);
		for (uint32_t i = 0; i < c->n_given; i++) {
			const struct cli_given *g = &c->given[i];

			if (!g->option->api || turn_of(g->option->name) != turn)
				continue;
			if (onnxlint_set(c->a, g->option->name, g->value ? g->value : "yes"))
				return -cli_fail_api(c);
		}
	}
	return 0;
}

int cli_want_json(const struct cli *c, bool *json)
{
	const char *f = cli_value(c, "format");

	*json = f && strcmp(f, "json") == 0;
	if (f && !*json && strcmp(f, "text") != 0)
		return -cli_fail("unknown format '%s' of %s: text or json", f, c->command->name);
	return 0;
}
