/* output.c: where reports go. A file is written beside its place under a temporary name and renamed when it is whole, so
 * that no half report is ever read; it never replaces a model that is audited, nor anything but a regular file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static int open_file(struct cli_output *o, const struct cli_models *inputs)
{
	struct ol_buf name = {0};
	struct stat st;
	int fd = -1;

	if (lstat(o->path, &st) == 0 && !S_ISREG(st.st_mode))
		return -cli_fail("%s: not a regular file: name another place for the report", o->path);
	if (cli_models_have(inputs, o->path))
		return -cli_fail("%s: is a model of this run: name another place for the report", o->path);
	for (unsigned i = 0; i < 100 && fd < 0; i++) {
		ol_buf_clear(&name);
		ol_buf_printf(&name, "%s.%ld.%u.tmp", o->path, (long)getpid(), i);
		if (name.failed)
			break;
		fd = open(name.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	o->temporary = name.p;
	if (fd < 0) {
		free(o->temporary);
		o->temporary = NULL;
		return -cli_fail("%s: %s: choose a folder that can be written", o->path, strerror(errno));
	}
	o->to = fdopen(fd, "w");
	if (!o->to) {
		close(fd);
		return -cli_fail("out of memory");
	}
	return 0;
}

/* What a report that was given up still says at its end goes nowhere. */
static int put(void *user, const char *bytes, size_t n)
{
	struct cli_output *o = user;

	return o->given_up ? 0 : onnxlint_to_stream(o->to, bytes, n);
}

/* "json" or "json=FILE" */
static int open_one(struct cli_outputs *all, struct cli *c, const char *text, const struct cli_models *inputs)
{
	struct cli_output *o = &all->at[all->n++];
	const char *eq = strchr(text, '=');
	struct onnxlint_style style;

	o->format = eq ? strndup(text, (size_t)(eq - text)) : strdup(text);
	if (!o->format)
		return -cli_fail("out of memory");
	if (eq && !eq[1])
		return -cli_fail("--format %s: no file: write %s=FILE, or %s alone for standard output", text, o->format,
				 o->format);
	if (eq && strcmp(eq + 1, "-") != 0) {
		o->path = strdup(eq + 1);
		if (!o->path)
			return -cli_fail("out of memory");
	}
	for (uint32_t i = 0; i + 1 < all->n; i++) {
		if (!o->path && !all->at[i].path)
			return -cli_fail("two formats for standard output: give one a file, as in --format %s=FILE",
					 o->format);
		if (o->path && all->at[i].path && strcmp(o->path, all->at[i].path) == 0)
			return -cli_fail("%s: two formats for one file: name another", o->path);
	}
	if (o->path && open_file(o, inputs))
		return -1;
	if (!o->path)
		o->to = stdout;
	if (cli_style(c, o->to, &style))
		return -1;
	o->report = onnxlint_report_open(c->a, o->format, &style, put, o);
	return o->report ? 0 : -cli_fail_api(c);
}

int cli_outputs_open(struct cli_outputs *o, struct cli *c, const struct cli_models *inputs)
{
	const char *baseline = cli_value(c, "write-baseline");
	bool any = false;
	int rc = 0;

	o->at = calloc((size_t)c->n_given + 2, sizeof(*o->at));
	if (!o->at)
		return -cli_fail("out of memory");
	for (uint32_t i = 0; i < c->n_given && rc == 0; i++) {
		if (strcmp(c->given[i].option->name, "format") != 0)
			continue;
		any = true;
		rc = open_one(o, c, c->given[i].value, inputs);
	}
	if (rc == 0 && baseline) {
		struct ol_buf b = {0};

		ol_buf_printf(&b, "baseline=%s", baseline);
		rc = b.failed ? -cli_fail("out of memory") : open_one(o, c, b.p, inputs);
		ol_buf_free(&b);
	}
	return rc || any ? rc : open_one(o, c, "text", inputs);
}

static int broken(const struct cli_output *o, int error)
{
	return -cli_fail("%s: %s: the report is not complete", o->path ? o->path : "standard output",
			 strerror(error ? error : EIO));
}

int cli_outputs_add(struct cli_outputs *o, struct cli *c, const struct onnxlint_result *r)
{
	for (uint32_t i = 0; i < o->n; i++) {
		errno = 0;
		if (onnxlint_report_add(o->at[i].report, r))
			return ferror(o->at[i].to) ? broken(&o->at[i], errno) : -cli_fail_api(c);
	}
	/* what is found is seen while the next model is read */
	fflush(stdout);
	return ferror(stdout) ? broken(&(struct cli_output){0}, errno) : 0;
}

static int close_one(struct cli_output *o, struct cli *c, bool keep)
{
	int rc = 0;

	o->given_up = !keep;
	errno = 0;
	if (onnxlint_report_close(o->report) && keep)
		rc = o->to && ferror(o->to) ? broken(o, errno) : -cli_fail_api(c);
	if (o->to && o->to != stdout) {
		errno = 0;
		if (fclose(o->to) && keep && rc == 0)
			rc = broken(o, errno);
		if (keep && rc == 0 && rename(o->temporary, o->path))
			rc = broken(o, errno);
		else if (keep && rc == 0)
			*o->temporary = '\0';
	} else if (o->to && keep && rc == 0 && fflush(stdout)) {
		rc = broken(o, errno);
	}
	if (o->temporary && *o->temporary)
		unlink(o->temporary);
	free(o->temporary);
	free(o->path);
	free(o->format);
	return rc;
}

int cli_outputs_close(struct cli_outputs *o, struct cli *c, bool keep)
{
	int rc = 0;

	for (uint32_t i = 0; i < o->n; i++)
		if (close_one(&o->at[i], c, keep))
			rc = -1;
	free(o->at);
	return rc;
}
