/* main.c: finds the command, parses its options, runs it, and makes sure that what was written has arrived. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static int unknown_command(const char *word)
{
	struct cli_near near;

	cli_near_init(&near, word);
	for (const struct cli_command *c = cli_commands; c->name; c++)
		cli_near_try(&near, c->name);
	if (near.best[0])
		return cli_fail("unknown command '%s': did you mean %s?", word, near.best);
	return cli_fail("unknown command '%s': onnxlint help lists them", word);
}

static int run(struct cli *c)
{
	if (cli_given(c, "help")) {
		cli_help(c->command);
		return CLI_OK;
	}
	if (cli_given(c, "version")) {
		printf("onnxlint %s\n", onnxlint_version());
		return CLI_OK;
	}
	return c->command->run(c);
}

static int dispatch(int argc, char **argv)
{
	struct cli c = {0};
	struct stat st;
	int status = CLI_FAILED;

	if (argc < 2) {
		cli_fail("no command: onnxlint check MODEL audits a model, onnxlint help lists the others");
		return CLI_FAILED;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		cli_help(NULL);
		return CLI_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("onnxlint %s\n", onnxlint_version());
		return CLI_OK;
	}
	c.command = cli_command_find(argv[1]);
	argv += 2;
	argc -= 2;
	if (!c.command) {
		/* `onnxlint model.onnx` and `onnxlint --target keras model.onnx` audit */
		if (argv[-1][0] != '-' && stat(argv[-1], &st))
			return unknown_command(argv[-1]);
		c.command = cli_command_find("check");
		argv--;
		argc++;
	}
	if (cli_parse(&c, argc, argv) == 0)
		status = run(&c);
	onnxlint_free(c.a);
	free(c.given);
	free(c.operands);
	return status;
}

/* A standard stream that is closed would be the number of the next file that is opened: what is meant for it would go into
 * a report. In its place stands what takes nothing: writing to it fails, reading it ends. */
static int fill_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	if (fill_standard_streams())
		return cli_fail("/dev/null: %s: check the system", strerror(errno));
	setlocale(LC_CTYPE, "");
	/* a reader that goes away is a write error, told and with status 2 */
	signal(SIGPIPE, SIG_IGN);
	status = dispatch(argc, argv);
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && status != CLI_FAILED)
		status = cli_fail("standard output: %s: the output is not complete", strerror(errno ? errno : EIO));
	return status;
}
