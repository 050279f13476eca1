/* load.c: a configuration file and what it extends, base first. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/read.h"
#include "util/text.h"

/* Files on the way from the first one: one that stands there again goes round in a circle. */
struct chain {
	const struct chain *up;
	const char *path;
	dev_t dev;
	ino_t ino;
	uint32_t depth;
};

struct loading {
	struct ol_config *out;
	struct ol_config_parts roots, sections;
	bool no_memory;
};

static void load(struct loading *l, struct ol_config_file *file, const struct chain *at);

static struct ol_config_file *new_file(struct loading *l, struct ol_str path, struct ol_err *err)
{
	struct ol_config *c = l->out;
	struct ol_config_file *f = OL_NEW(&c->arena, struct ol_config_file);
	struct ol_str name = ol_arena_str(&c->arena, path);
	struct ol_buf text = {0};
	int rc;

	if (!f || !name.p) {
		l->no_memory = true;
		return NULL;
	}
	rc = ol_file_read(name.p, OL_CONFIG_BYTES, &text, err);
	f->path = name.p;
	f->text = rc ? (struct ol_str){0} : ol_buf_keep(&text, &c->arena);
	if (rc)
		ol_buf_free(&text);
	else
		l->no_memory |= !f->text.p;
	if (rc || !f->text.p)
		return NULL;
	ol_arena_init(&f->notes.arena, 0);
	c->files[c->n_files++] = f;
	return f;
}

/* "b.yaml > a.yaml" */
static void way(const struct chain *at, ino_t until, char *out, size_t n)
{
	size_t used = strlen(out);
	const char *slash = strrchr(at->path, '/');

	if (at->ino != until && at->up)
		way(at->up, until, out, n);
	used = strlen(out);
	snprintf(out + used, n - used, "%.60s > ", slash ? slash + 1 : at->path);
}

static void extend(struct loading *l, struct ol_config_file *from, const struct chain *at,
		   const struct ol_config_word *w)
{
	struct chain next = {.up = at, .path = w->text.p, .depth = at->depth + 1};
	struct ol_config_file *file;
	struct ol_err err = {0};
	struct stat st;
	const char *slash = strrchr(w->text.p, '/');

	if (stat(w->text.p, &st)) {
		ol_notes_add(&from->notes, from->path, w->line, w->column, w->length, NULL,
			     "cannot extend %s: %s: paths start from the folder of this file",
			     w->text.p, strerror(errno));
		return;
	}
	for (const struct chain *c = at; c; c = c->up)
		if (c->dev == st.st_dev && c->ino == st.st_ino) {
			char text[600] = "";

			way(at, st.st_ino, text, sizeof(text));
			ol_notes_add(&from->notes, from->path, w->line, w->column, w->length, NULL,
				     "extends itself: %s%.60s: leave one of them out", text,
				     slash ? slash + 1 : w->text.p);
			return;
		}
	if (next.depth >= OL_CONFIG_DEPTH || l->out->n_files >= OL_CONFIG_FILES) {
		ol_notes_add(
		    &from->notes, from->path, w->line, w->column, w->length, NULL,
		    "extends more than %d files one after the other, or %d in all: join some",
		    OL_CONFIG_DEPTH - 1, OL_CONFIG_FILES - 1);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		ol_notes_add(&from->notes, from->path, w->line, w->column, w->length, NULL,
			     "cannot extend %s: it is no regular file", w->text.p);
		return;
	}
	next.dev = st.st_dev;
	next.ino = st.st_ino;
	file = new_file(l, w->text, &err);
	if (file)
		load(l, file, &next);
	else if (!l->no_memory)
		ol_notes_add(&from->notes, from->path, w->line, w->column, w->length, NULL,
			     "cannot extend: %s", err.message);
}

/* Depth is bounded by OL_CONFIG_DEPTH. */
static void load(struct loading *l, struct ol_config_file *file, const struct chain *at)
{
	struct ol_config_reader *r = calloc(1, sizeof(*r));
	struct ol_config_words extends;

	if (!r) {
		l->no_memory = true;
		return;
	}
	ol_arena_init(&r->c.arena, 0);
	r->c.text = file->text;
	r->c.file = file->path;
	r->c.notes = &file->notes;
	r->out = l->out;
	r->file = file;
	r->roots = &l->roots;
	r->sections = &l->sections;
	if (ol_config_read_head(r, &extends)) {
		for (uint32_t i = 0; i < extends.n && !l->no_memory; i++)
			extend(l, file, at, &extends.at[i]);
		ol_config_read_body(r);
	}
	l->no_memory |= r->no_memory;
	ol_arena_free(&r->c.arena);
	free(r);
}

/* Roots first, then sections. */
static void join(struct loading *l)
{
	struct ol_config *c = l->out;
	uint32_t n = l->roots.n + l->sections.n;

	c->parts = OL_NEWN(&c->arena, struct ol_config_part, n);
	if (!c->parts) {
		l->no_memory = true;
		return;
	}
	if (l->roots.n)
		memcpy(c->parts, l->roots.at, l->roots.n * sizeof(*c->parts));
	if (l->sections.n)
		memcpy(c->parts + l->roots.n, l->sections.at, l->sections.n * sizeof(*c->parts));
	c->n_parts = n;
	for (uint32_t i = 0; i < c->n_files; i++)
		c->wrong |= c->files[i]->notes.n > 0;
}

struct ol_config *ol_config_read(const char *path, struct ol_str folder, struct ol_err *err)
{
	struct ol_config *c = calloc(1, sizeof(*c));
	struct loading l = {.out = c};
	struct chain first = {.path = path};
	struct ol_config_file *file;
	struct stat st;

	if (!c) {
		ol_err_set(err, OL_ERR_MEMORY, "%s: not enough memory to read it", path);
		return NULL;
	}
	ol_arena_init(&c->arena, 0);
	c->path = ol_arena_str(&c->arena, ol_str(path)).p;
	c->folder = ol_arena_str(&c->arena, folder);
	file = c->path && c->folder.p ? new_file(&l, ol_str(path), err) : NULL;
	if (file && stat(path, &st) == 0) {
		first.dev = st.st_dev;
		first.ino = st.st_ino;
	}
	if (file) {
		load(&l, file, &first);
		join(&l);
	}
	if (!file || l.no_memory) {
		if (!file && err && err->message[0])
			l.no_memory = false;
		if (l.no_memory)
			ol_err_set(err, OL_ERR_MEMORY, "%s: not enough memory to read it", path);
		ol_config_free(c);
		return NULL;
	}
	return c;
}

void ol_config_free(struct ol_config *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->n_files; i++)
		ol_notes_free(&c->files[i]->notes);
	ol_arena_free(&c->arena);
	free(c);
}

void ol_config_notes(const struct ol_config *c, struct ol_buf *out)
{
	for (uint32_t i = 0; i < c->n_files; i++)
		if (c->files[i]->notes.n)
			ol_notes_print(&c->files[i]->notes, c->files[i]->text, out);
}

static void check(struct ol_config *c, struct ol_config_file *f, const struct ol_config_words *w,
		  const struct ol_rules *rules)
{
	for (uint32_t i = 0; i < w->n; i++) {
		struct ol_str s = w->at[i].text, near;
		bool known = false;

		for (uint32_t k = 0; k < rules->n && !known; k++)
			known = ol_rule_selected(&rules->at[k], s);
		if (known)
			continue;
		c->wrong = true;
		/* to look for near names takes time, and nobody would see them */
		if (ol_notes_full(&f->notes))
			return;
		near = ol_rules_nearest(rules, s);
		ol_notes_add(&f->notes, f->path, w->at[i].line, w->at[i].column, w->at[i].length,
			     near.n ? ol_compile_hint(near).text : NULL,
			     "no rule matches '%.*s': `onnxlint rules list` lists them",
			     OL_SHORT(s));
	}
}

void ol_config_check(struct ol_config *c, const struct ol_rules *rules)
{
	for (uint32_t i = 0; i < c->n_parts; i++) {
		check(c, c->parts[i].file, &c->parts[i].select, rules);
		check(c, c->parts[i].file, &c->parts[i].ignore, rules);
		check(c, c->parts[i].file, &c->parts[i].severity, rules);
	}
	for (uint32_t i = 0; i < c->n_suppressions; i++)
		check(c, c->suppressions[i].file, &c->suppressions[i].rules, rules);
}

bool ol_config_find(struct ol_str folder, struct ol_buf *out)
{
	struct ol_str at = folder;
	struct ol_buf b = {0};
	bool found = false;

	while (at.n) {
		struct stat st;

		ol_buf_clear(&b);
		ol_buf_printf(&b, "%.*s%s%s", OL_FMT(at), at.n > 1 ? "/" : "", OL_CONFIG_NAME);
		if (b.failed)
			break;
		if (stat(b.p, &st) == 0 && S_ISREG(st.st_mode)) {
			found = true;
			break;
		}
		b.n -= strlen(OL_CONFIG_NAME);
		ol_buf_z(&b, ".git");
		if (b.failed || stat(b.p, &st) == 0 || at.n == 1)
			break;
		while (at.n > 1 && at.p[at.n - 1] != '/')
			at.n--;
		if (at.n > 1)
			at.n--;
	}
	if (found)
		ol_buf_str(out, ol_buf_view(&b));
	out->failed |= b.failed;
	ol_buf_free(&b);
	return found && !out->failed;
}
