/* cmd_check.c: audits models, several at a time; one that cannot be read does not stop the others.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { TOLD = 20 }; /* suppressions, a run */

struct check {
	struct cli *c;
	const struct cli_models *models;
	struct cli_outputs *out;
	struct cli_progress *progress;
	char *told; /* faults of a configuration file that were told already */
	int status;
	bool given_up;
};

static void failed(struct check *k, const char *path)
{
	const char *notes = onnxlint_notes(k->c->a);

	k->status = CLI_FAILED;
	/* a configuration file that is wrong is so for each of its models */
	if (k->told && *notes && strcmp(k->told, notes) == 0) {
		cli_fail("%s: not audited: %s", path, onnxlint_error(k->c->a));
		return;
	}
	cli_fail_api(k->c);
	if (*notes) {
		free(k->told);
		k->told = strdup(notes);
	}
}

static int each(void *user, size_t i, struct onnxlint_result *r)
{
	struct check *k = user;
	bool lost = cli_progress_lost(k->progress);
	int one;

	cli_progress_model(k->progress);
	if (lost) {
		onnxlint_result_free(r);
		k->status = cli_fail("%s: its weights cannot be read: the file became shorter, or "
				     "the disk failed: try again",
				     k->models->at[i]);
		return 0;
	}
	if (!r) {
		failed(k, k->models->at[i]);
		return 0;
	}
	one = onnxlint_result_status(r);
	k->given_up = cli_outputs_add(k->out, k->c, r) != 0;
	onnxlint_result_free(r);
	if (one > k->status)
		k->status = one;
	return k->given_up;
}

/* What a configuration file still accepts without need. */
static void tell_suppressions(const struct cli *c)
{
	struct onnxlint_suppression s;
	size_t told = 0;

	for (size_t i = 0; onnxlint_suppression_at(c->a, i, &s); i++) {
		if (!s.models)
			continue;
		if (!s.expired && s.findings)
			continue;
		if (told++ >= TOLD)
			continue;
		if (s.findings)
			cli_fail("%s:%u:%u: the suppression of %s expired on %s: mend what it is "
				 "about, or decide anew",
				 s.file, s.line, s.column, s.rule, s.expires);
		else
			cli_fail(
			    "%s:%u:%u: the suppression of %s meets nothing any more: leave it out",
			    s.file, s.line, s.column, s.rule);
	}
	if (told > TOLD)
		cli_fail("%zu more suppressions are over or meet nothing", told - TOLD);
}

static int check_all(struct cli *c, const struct cli_models *m, struct cli_outputs *out,
		     struct cli_progress *progress)
{
	struct check k = {.c = c,
			  .models = m,
			  .out = out,
			  .progress = progress,
			  .status = m->failed ? CLI_FAILED : CLI_OK};

	cli_progress_model(progress);
	if (onnxlint_check_files(c->a, (const char *const *)m->at, m->n, each, &k) && !k.given_up) {
		k.status = cli_fail_api(c);
		k.given_up = true;
	}
	free(k.told);
	if (cli_outputs_close(out, c, !k.given_up) || k.given_up)
		return CLI_FAILED;
	if (!cli_given(c, "quiet"))
		tell_suppressions(c);
	/* what is written to a baseline is known from now on */
	return k.status == CLI_FINDINGS && cli_given(c, "write-baseline") ? CLI_OK : k.status;
}

int cmd_check(struct cli *c)
{
	struct cli_models models = {0};
	struct cli_outputs out = {0};
	struct cli_progress progress;
	int status = CLI_FAILED;

	if (!c->n_operands)
		return cli_fail("check: no model: name a file, a folder, or - for standard input");
	if (cli_auditor(c) || cli_progress_begin(c, &progress))
		return CLI_FAILED;
	cli_models_find(&models, c->operands, c->n_operands);
	if (!models.failed || models.n) {
		if (cli_outputs_open(&out, c, &models))
			cli_outputs_close(&out, c, false);
		else
			status = check_all(c, &models, &out, &progress);
	}
	cli_models_free(&models);
	return status;
}
