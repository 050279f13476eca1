/* models.c: from operands to files: folders are searched without following links to folders, sorted by name. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

static const char *const endings[] = {".onnx", ".onnxtxt", ".onnxtext", NULL};

static int add(struct cli_models *m, const char *path)
{
	char *copy;

	if (m->n == m->cap) {
		uint32_t cap = m->cap ? m->cap * 2 : 16;
		char **at = realloc(m->at, cap * sizeof(*at));

		if (!at)
			return -1;
		m->at = at;
		m->cap = cap;
	}
	copy = malloc(strlen(path) + 1);
	if (!copy)
		return -1;
	m->at[m->n++] = strcpy(copy, path);
	return 0;
}

void cli_models_free(struct cli_models *m)
{
	for (uint32_t i = 0; i < m->n; i++)
		free(m->at[i]);
	free(m->at);
	*m = (struct cli_models){0};
}

static bool is_model(const char *name)
{
	size_t n = strlen(name);

	for (const char *const *e = endings; *e; e++)
		if (n > strlen(*e) && strcmp(name + n - strlen(*e), *e) == 0)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the models of one folder to m and its folders to `folders`. */
static int read_folder(struct cli_models *m, struct cli_models *folders, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (!d) {
		cli_fail("%s: %s: check its permissions", path, strerror(errno));
		m->failed = true;
		return 0;
	}
	while (rc == 0 && (e = readdir(d))) {
		struct ol_buf b = {0};
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		ol_buf_printf(&b, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", e->d_name);
		if (b.failed)
			rc = -1;
		else if (lstat(b.p, &st) == 0 && S_ISDIR(st.st_mode))
			rc = add(folders, b.p);
		else if (is_model(e->d_name) && !(stat(b.p, &st) == 0 && S_ISDIR(st.st_mode)))
			rc = add(m, b.p);
		ol_buf_free(&b);
	}
	closedir(d);
	return rc;
}

static int search(struct cli_models *m, const char *path)
{
	struct cli_models folders = {0};
	uint32_t first = m->n;
	int rc = add(&folders, path);

	for (uint32_t i = 0; rc == 0 && i < folders.n; i++)
		rc = read_folder(m, &folders, folders.at[i]);
	if (m->n > first)
		qsort(m->at + first, m->n - first, sizeof(*m->at), by_name);
	if (rc == 0 && m->n == first) {
		cli_fail("%s: no models in the folder: name a file, or a folder with *.onnx files", path);
		m->failed = true;
	}
	cli_models_free(&folders);
	return rc;
}

/* A missing file: its folder may hold one with a near name. */
static void missing(const char *path, int error)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	DIR *d = folder && error == ENOENT ? opendir(folder) : NULL;
	struct dirent *e;
	struct cli_near near;

	cli_near_init(&near, slash ? slash + 1 : path);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			cli_near_try(&near, e->d_name);
	if (d)
		closedir(d);
	free(folder);
	if (near.best[0])
		cli_fail("%s: %s: did you mean %.*s%s?", path, strerror(error), slash ? (int)(slash + 1 - path) : 0, path,
			 near.best);
	else
		cli_fail("%s: %s: check the path", path, strerror(error));
}

void cli_models_find(struct cli_models *m, const char **operands, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct stat st;
		int rc;

		if (strcmp(operands[i], "-") == 0) {
			rc = add(m, "-");
		} else if (stat(operands[i], &st)) {
			missing(operands[i], errno);
			m->failed = true;
			rc = 0;
		} else {
			rc = S_ISDIR(st.st_mode) ? search(m, operands[i]) : add(m, operands[i]);
		}
		if (rc) {
			cli_fail("out of memory");
			m->failed = true;
			return;
		}
	}
}

bool cli_models_have(const struct cli_models *m, const char *path)
{
	struct stat out, in;

	if (stat(path, &out))
		return false;
	for (uint32_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i], "-") != 0 && stat(m->at[i], &in) == 0 && in.st_dev == out.st_dev &&
		    in.st_ino == out.st_ino)
			return true;
	return false;
}
