/* tell.c: what goes to standard error: one line a complaint, "onnxlint: what: way out". */
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

int cli_fail(const char *fmt, ...)
{
	struct ol_buf raw = {0}, line = {0};
	va_list ap;

	va_start(ap, fmt);
	ol_buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	ol_text_plain(&line, ol_buf_view(&raw), 2000);
	/* "##[" and "##vso[" would be commands in the log of a CI */
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i] == '#' && line.p[i - 1] == '#')
			line.p[i - 1] = '?';
	fprintf(stderr, "onnxlint: %s\n", line.n && !line.failed ? line.p : "out of memory");
	ol_buf_free(&raw);
	ol_buf_free(&line);
	return CLI_FAILED;
}

int cli_fail_api(const struct cli *c)
{
	fputs(onnxlint_notes(c->a), stderr);
	return cli_fail("%s", onnxlint_error(c->a));
}

void cli_near_init(struct cli_near *n, const char *word)
{
	*n = (struct cli_near){.word = ol_str(word), .distance = UINT32_MAX};
}

void cli_near_try(struct cli_near *n, const char *candidate)
{
	uint32_t d;

	/* a beginning that is typed out is as good as near */
	if (n->word.n >= 3 && strncmp(candidate, n->word.p, n->word.n) == 0)
		d = 0;
	else if (!ol_text_near(n->word, ol_str(candidate), &d))
		return;
	if (d >= n->distance || strlen(candidate) >= sizeof(n->best))
		return;
	n->distance = d;
	strcpy(n->best, candidate);
}
