/* terminal.c: may output be coloured, how wide is it, does it take more than ASCII.
 *
 * --color, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then TERM and whether it is a terminal at all. What goes
 * to a pipe or a file is the same in every locale; only a terminal that is not UTF-8 gets ASCII. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

static bool set(const char *name)
{
	const char *v = getenv(name);

	return v && *v;
}

static bool forced(const char *name)
{
	return set(name) && strcmp(getenv(name), "0") != 0;
}

static bool auto_color(bool terminal)
{
	const char *term = getenv("TERM");

	if (set("NO_COLOR"))
		return false;
	if (forced("FORCE_COLOR") || forced("CLICOLOR_FORCE"))
		return true;
	return terminal && term && *term && strcmp(term, "dumb") != 0;
}

int cli_style(const struct cli *c, FILE *to, struct onnxlint_style *style)
{
	const char *when = cli_value(c, "color");
	bool standard = to == stdout, terminal = standard && isatty(fileno(to));
	struct winsize w;
	int64_t top;

	*style = (struct onnxlint_style){0};
	if (when && strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
		return -cli_fail("--color '%s': auto, always or never is wanted", when);
	if (when && strcmp(when, "auto") != 0)
		style->color = strcmp(when, "always") == 0;
	else
		style->color = standard && auto_color(terminal);
	if (terminal) {
		style->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
		if (ioctl(fileno(to), TIOCGWINSZ, &w) == 0)
			style->width = w.ws_col;
	}
	if (cli_number(c, "top", 0, UINT32_MAX, 20, &top))
		return -1;
	style->top = (unsigned)top;
	style->explain_score = cli_given(c, "explain-score");
	style->verbose = cli_given(c, "quiet") ? -1 : cli_given(c, "verbose");
	return 0;
}
