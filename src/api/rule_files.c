/* rule_files.c: rule files given at run time, compiled by the compiler that makes the embedded ones. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "api/api.h"
#include "engine/facts.h"

enum { FILE_MAX = 1 << 20 };

static int add_image(struct onnxlint *a, struct ol_buf *image)
{
	void **images = realloc(a->images, ((size_t)a->n_images + 1) * sizeof(*images));
	struct ol_err err = {0};

	if (!images)
		return ol_api_no_memory(a);
	a->images = images;
	images[a->n_images++] = image->p;
	if (ol_rules_open(&a->rules, image->p, image->n, &err))
		return ol_api_fail_err(a, &err);
	return 0;
}

/* *wrong grows by one when the file does not compile: the others are tried all the same, so that all faults are told. */
static int load_file(struct onnxlint *a, const char *path, uint32_t *wrong)
{
	struct ol_buf text = {0}, image = {0};
	struct ol_notes notes = {0};
	struct ol_err err = {0};
	int rc = 0;

	if (ol_file_read(path, FILE_MAX, &text, &err)) {
		ol_buf_free(&text);
		return ol_api_fail_err(a, &err);
	}
	if (ol_rules_compile(ol_buf_view(&text), path, ol_facts_host(), &image, &notes)) {
		++*wrong;
		ol_notes_print(&notes, ol_buf_view(&text), &a->notes);
		if (image.failed || a->notes.failed)
			rc = ol_api_no_memory(a);
	} else if (image.n) {
		rc = add_image(a, &image);
		if (a->n_images && a->images[a->n_images - 1] == image.p)
			image = (struct ol_buf){0};
	}
	ol_notes_free(&notes);
	ol_buf_free(&image);
	ol_buf_free(&text);
	return rc;
}

static bool is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int compare(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static int list_folder(struct onnxlint *a, const char *path, struct ol_api_list *files)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (!d)
		return ol_api_fail(a, "%s: %s: check --rules", path, strerror(errno));
	while (rc == 0 && (e = readdir(d))) {
		struct ol_buf b = {0};

		if (!is_yaml(e->d_name))
			continue;
		ol_buf_printf(&b, "%s/%s", path, e->d_name);
		if (b.failed || ol_api_list_add(files, ol_buf_view(&b)))
			rc = ol_api_no_memory(a);
		ol_buf_free(&b);
	}
	closedir(d);
	if (files->n)
		qsort(files->at, files->n, sizeof(*files->at), compare);
	else if (rc == 0)
		rc = ol_api_fail(a, "%s: no rule files (*.yaml) in the folder: check --rules", path);
	return rc;
}

int ol_api_rules_load(struct onnxlint *a, const char *path)
{
	struct ol_api_list files = {0};
	struct stat st;
	uint32_t wrong = 0;
	int rc;

	if (stat(path, &st))
		return ol_api_fail(a, "%s: %s: check --rules", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		rc = list_folder(a, path, &files);
	else
		rc = ol_api_list_add(&files, ol_str(path)) ? ol_api_no_memory(a) : 0;
	for (uint32_t i = 0; rc == 0 && i < files.n; i++)
		rc = load_file(a, files.at[i], &wrong);
	if (rc == 0 && wrong)
		rc = ol_api_fail(a, "%s: not a valid rule file: correct what is marked, onnxlint-rules(5) has the form", path);
	ol_api_list_free(&files);
	return rc;
}
