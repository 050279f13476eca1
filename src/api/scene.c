/* scene.c: what holds for one model: its configuration file, found or named, below the options of
 * the auditor.
 *
 * Files that were read are kept in a store that the threads of a run share; a file is read once. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"

struct kept {
	struct kept *next;
	char *path, *folder;
	struct ol_config *config; /* NULL: wrong */
	struct onnxlint *own;	  /* holds the rules, where the file adds some */
	char *error, *notes;	  /* when wrong */
	bool forgotten;
};

struct ol_api_store {
	pthread_mutex_t lock;
	struct kept *first;
};

struct ol_api_store *ol_api_store_new(void)
{
	struct ol_api_store *s = calloc(1, sizeof(*s));

	if (s && pthread_mutex_init(&s->lock, NULL)) {
		free(s);
		return NULL;
	}
	return s;
}

static void free_kept(struct kept *k)
{
	ol_config_free(k->config);
	onnxlint_free(k->own);
	free(k->path);
	free(k->folder);
	free(k->error);
	free(k->notes);
	free(k);
}

void ol_api_store_free(struct ol_api_store *s)
{
	if (!s)
		return;
	for (struct kept *k = s->first, *next; k; k = next) {
		next = k->next;
		free_kept(k);
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void ol_api_store_forget(struct ol_api_store *s)
{
	for (struct kept *k = s->first; k; k = k->next)
		k->forgotten = true;
}

bool ol_api_store_selects(const struct ol_api_store *s, struct ol_str selector)
{
	for (const struct kept *k = s->first; k; k = k->next)
		for (uint32_t i = 0; k->own && !k->forgotten && i < k->own->rules.n; i++)
			if (ol_rule_selected(&k->own->rules.at[i], selector))
				return true;
	return false;
}

/* ---- reading one file ---- */

static bool adds_rules(const struct ol_config *c)
{
	for (uint32_t i = 0; i < c->n_parts; i++)
		if (c->parts[i].rules.n)
			return true;
	return false;
}

/* The built-in rules, those of the options, and those of the file. A fault is told with the place
 * in the file that names the rules. */
static int load_rules(struct onnxlint *a, struct kept *k)
{
	struct ol_config *c = k->config;

	if (!adds_rules(c))
		return 0;
	k->own = onnxlint_new();
	if (!k->own)
		return ol_api_no_memory(a);
	for (uint32_t i = 0; i < a->rule_paths.n; i++)
		if (ol_api_rules_load(k->own, a->rule_paths.at[i]))
			return ol_api_fail(a, "%s", onnxlint_error(k->own));
	for (uint32_t i = 0; i < c->n_parts; i++)
		for (uint32_t r = 0; r < c->parts[i].rules.n; r++) {
			const struct ol_config_word *w = &c->parts[i].rules.at[r];

			if (ol_api_rules_load(k->own, w->text.p) == 0)
				continue;
			ol_buf_z(&a->notes, onnxlint_notes(k->own));
			return ol_api_fail(a, "%s:%u:%u: %s", c->parts[i].file->path,
					   (unsigned)w->line, (unsigned)w->column,
					   onnxlint_error(k->own));
		}
	return 0;
}

static int read_file(struct onnxlint *a, struct kept *k)
{
	struct ol_err err = {0};

	k->config = ol_config_read(k->path, ol_str(k->folder), &err);
	if (!k->config && err.code == OL_ERR_IO && a->config)
		return ol_api_fail(a, "%s: check --config", err.message);
	if (!k->config)
		return ol_api_fail_err(a, &err);
	if (!k->config->wrong && load_rules(a, k))
		return -1;
	ol_config_check(k->config, k->own ? &k->own->rules : &a->rules);
	if (!k->config->wrong)
		return 0;
	ol_config_notes(k->config, &a->notes);
	return ol_api_fail(
	    a,
	    "%s: not a valid configuration file: correct what is marked, onnxlint(1) has the form",
	    k->path);
}

/* The store is locked. */
static struct kept *keep(struct onnxlint *a, const char *path, const char *folder)
{
	struct kept *k;

	for (k = a->store->first; k; k = k->next)
		if (!k->forgotten && strcmp(k->path, path) == 0)
			return k;
	k = calloc(1, sizeof(*k));
	if (k) {
		k->path = strdup(path);
		k->folder = strdup(folder);
	}
	if (!k || !k->path || !k->folder) {
		if (k)
			free_kept(k);
		return NULL;
	}
	if (read_file(a, k)) {
		/* told again with each model that it holds for */
		ol_config_free(k->config);
		k->config = NULL;
		k->error = strdup(onnxlint_error(a));
		k->notes = strdup(onnxlint_notes(a));
	}
	k->next = a->store->first;
	a->store->first = k;
	return k;
}

static int use(struct onnxlint *a, const char *path, const char *folder, struct ol_api_scene *s)
{
	struct kept *k;

	pthread_mutex_lock(&a->store->lock);
	k = keep(a, path, folder);
	pthread_mutex_unlock(&a->store->lock);
	if (!k)
		return ol_api_no_memory(a);
	if (!k->config) {
		ol_buf_free(&a->notes);
		ol_buf_z(&a->notes, k->notes ? k->notes : "");
		return ol_api_fail(a, "%s", k->error ? k->error : "out of memory");
	}
	s->config = k->config;
	if (k->own)
		s->rules = &k->own->rules;
	return 0;
}

/* ---- one model ---- */

/* The path from the root of the file system, links of folders followed; *folder: how much of it is
 * the folder. NULL with errno. */
static char *from_root(const char *path, size_t *folder)
{
	const char *slash = strcmp(path, "-") == 0 ? NULL : strrchr(path, '/'),
		   *name = slash ? slash + 1 : path;
	char *dir = slash == path ? strdup("/")
		    : slash	  ? strndup(path, (size_t)(slash - path))
				  : strdup(".");
	char *real = dir ? realpath(dir, NULL) : NULL, *all;
	int error = dir && real ? 0 : errno;

	free(dir);
	errno = error;
	if (!real && error != ENOMEM) /* elsewhere would be another configuration */
		real = realpath(".", NULL);
	if (!real)
		return NULL;
	*folder = strlen(real);
	all = malloc(*folder + strlen(name) + 2);
	if (all)
		sprintf(all, "%s%s%s", real, *folder == 1 ? "" : "/", name);
	free(real);
	errno = all ? 0 : ENOMEM;
	return all;
}

/* The path as people would write it, from the working folder where it is below. NULL when memory is
 * refused. */
static const char *below(const char *path)
{
	char *cwd = realpath(".", NULL);
	bool no_memory = !cwd && errno == ENOMEM;
	size_t n = cwd ? strlen(cwd) : 0;
	bool in = n > 1 && strncmp(path, cwd, n) == 0 && path[n] == '/';

	free(cwd);
	return no_memory ? NULL : in ? path + n + 1 : path;
}

static int find(struct onnxlint *a, struct ol_api_scene *s, size_t folder)
{
	struct ol_buf b = {0};
	char *slash, *dir;
	const char *shown;
	int rc = 0;

	if (a->config) {
		char *cwd = realpath(".", NULL);

		rc = cwd ? use(a, a->config, cwd, s)
		     : errno == ENOMEM
			 ? ol_api_no_memory(a)
			 : ol_api_fail(a, ".: the working folder is gone: go to another one");
		free(cwd);
		return rc;
	}
	if (!a->find_config || !ol_config_find((struct ol_str){s->path, folder}, &b)) {
		rc = b.failed ? ol_api_no_memory(a) : 0;
		ol_buf_free(&b);
		return rc;
	}
	slash = strrchr(b.p, '/');
	dir = strndup(b.p, slash == b.p ? 1 : (size_t)(slash - b.p));
	shown = below(b.p);
	rc = dir && shown ? use(a, shown, dir, s) : ol_api_no_memory(a);
	free(dir);
	ol_buf_free(&b);
	return rc;
}

static void add_target(struct ol_api_scene *s, struct ol_target t)
{
	for (uint32_t i = 0; i < s->n_targets; i++)
		if (ol_str_eq(s->targets[i].name, t.name))
			return;
	if (s->n_targets < OL_API_TARGETS)
		s->targets[s->n_targets++] = t;
}

static void take_targets(struct ol_api_scene *s, const struct ol_config_words *w)
{
	struct ol_target t;

	s->n_targets = 0;
	for (uint32_t i = 0; i < w->n; i++)
		if (ol_str_is(w->at[i].text, "all"))
			for (uint32_t k = 0; (t = ol_target_at(k)).row; k++)
				add_target(s, t);
		else
			add_target(s, ol_target_find(w->at[i].text));
}

static int take_limits(struct onnxlint *a, struct ol_api_scene *s, const struct ol_config_part *p)
{
	struct ol_err err = {0};
	struct ol_buf b = {0};
	int rc = 0;

	for (uint32_t i = 0; i < p->limits.n && rc == 0; i++) {
		ol_buf_clear(&b);
		ol_buf_printf(&b, "%.*s=%.*s", OL_FMT(p->limits.at[i].text),
			      OL_FMT(p->bounds.at[i].text));
		rc = b.failed					 ? ol_api_no_memory(a)
		     : ol_limits_set(&s->load.limits, b.p, &err) ? ol_api_fail_err(a, &err)
								 : 0;
	}
	ol_buf_free(&b);
	return rc;
}

static int apply(struct onnxlint *a, struct ol_api_scene *s)
{
	struct ol_err err = {0};

	s->parts = calloc((size_t)s->config->n_parts + 1, sizeof(*s->parts));
	if (!s->parts)
		return ol_api_no_memory(a);
	for (uint32_t i = 0; i < s->config->n_parts; i++) {
		const struct ol_config_part *p = &s->config->parts[i];

		if (!ol_config_holds(s->config, &p->paths, ol_str(s->path)))
			continue;
		s->parts[s->n_parts++] = p;
		if (p->targets.given && !a->n_targets)
			take_targets(s, &p->targets);
		if (p->fail_on >= 0 && a->fail_on < 0)
			s->fail_on = p->fail_on;
		if (take_limits(a, s, p))
			return -1;
	}
	for (uint32_t i = 0; s->n_parts && i < a->limits.n; i++)
		if (ol_limits_set(&s->load.limits, a->limits.at[i], &err))
			return ol_api_fail_err(a, &err);
	return 0;
}

int ol_api_scene(struct onnxlint *a, const char *path, struct ol_api_scene *s)
{
	size_t folder = 0;

	*s = (struct ol_api_scene){.rules = &a->rules,
				   .n_targets = a->n_targets,
				   .fail_on = a->fail_on < 0 ? OL_SEV_ERROR : a->fail_on,
				   .load = a->load};
	memcpy(s->targets, a->targets, a->n_targets * sizeof(*s->targets));
	if (!a->find_config && !a->config)
		return 0;
	s->path = from_root(path, &folder);
	if (!s->path && errno == ENOMEM)
		return ol_api_no_memory(a);
	if (!s->path)
		return ol_api_fail(a,
				   "%s: its folder cannot be found: name it from the root, or "
				   "audit without configuration",
				   path);
	if (find(a, s, folder))
		return -1;
	return s->config ? apply(a, s) : 0;
}

void ol_api_scene_free(struct ol_api_scene *s)
{
	free(s->parts);
	free(s->path);
	s->parts = NULL;
	s->path = NULL;
}

/* In the order of files and places, whatever thread read them first. */
static int compare_kept(const void *x, const void *y)
{
	return strcmp((*(const struct kept *const *)x)->path,
		      (*(const struct kept *const *)y)->path);
}

int onnxlint_suppression_at(struct onnxlint *a, size_t i, struct onnxlint_suppression *s)
{
	const struct kept **all;
	size_t n = 0;
	int found = 0;

	for (const struct kept *k = a->store->first; k; k = k->next)
		n += !k->forgotten && k->config;
	all = calloc(n + 1, sizeof(const struct kept *));
	if (!all)
		return 0;
	n = 0;
	for (const struct kept *k = a->store->first; k; k = k->next)
		if (!k->forgotten && k->config)
			all[n++] = k;
	qsort(all, n, sizeof(const struct kept *), compare_kept);
	for (size_t k = 0; k < n && !found; k++) {
		struct ol_config_suppression *x;

		if (i >= all[k]->config->n_suppressions) {
			i -= all[k]->config->n_suppressions;
			continue;
		}
		x = &all[k]->config->suppressions[i];
		*s = (struct onnxlint_suppression){.rule = x->rules.at[0].text.p,
						   .reason = x->reason.p ? x->reason.p : "",
						   .expires = x->expires.n ? x->expires.p : "",
						   .file = x->file->path,
						   .line = x->line,
						   .column = x->column,
						   .models = atomic_load(&x->tried),
						   .findings = atomic_load(&x->met),
						   .expired = x->expired};
		found = 1;
	}
	free(all);
	return found;
}
