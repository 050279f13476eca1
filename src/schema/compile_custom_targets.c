/* compile_custom_targets.c: what targets make of a declared operator: a library to load, a plugin, a layer. */
#include <stdio.h>

#include "schema/builder.h"
#include "schema/custom.h"

static const char *const keys[] = {"supported", "library", "plugin",  "package", "class",
				   "config",	"weights", "note", NULL};
static const char *const truth[] = {"false", "true", NULL};

static struct ol_str keep(struct ol_custom_reader *r, struct ol_str s)
{
	struct ol_str copy = ol_arena_str(r->arena, s);

	r->failed |= !copy.p;
	return copy.p ? copy : OL_STR("");
}

static struct ol_str text(struct ol_custom_reader *r, const struct ol_yaml *y, const char *key)
{
	return keep(r, ol_read_str(r->file, y, key, false));
}

/* Values of the layer's arguments: the name of an attribute, or a constant. */
static void config(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_custom_target *t)
{
	struct ol_custom_pair *to;

	if (!ol_read_map(r->file, y, "'config'", NULL))
		return;
	to = OL_NEWN(r->arena, struct ol_custom_pair, y->n + 1);
	r->failed |= !to;
	for (uint32_t i = 0; to && i < y->n; i++) {
		if (y->items[i].kind != OL_YAML_SCALAR) {
			ol_read_complain(r->file, &y->items[i], "an argument must be an attribute's name or a constant");
			continue;
		}
		to[t->n_config++] = (struct ol_custom_pair){keep(r, y->keys[i].text), keep(r, y->items[i].text)};
	}
	t->config = to;
}

static void weights(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_custom_target *t)
{
	uint32_t *to;

	if (!ol_read_seq(r->file, y, "'weights'"))
		return;
	to = OL_NEWN(r->arena, uint32_t, y->n + 1);
	r->failed |= !to;
	for (uint32_t i = 0; to && i < y->n; i++) {
		const struct ol_yaml *w = &y->items[i];
		uint32_t input = w->kind == OL_YAML_SCALAR ? ol_custom_input(r, w->text) : OL_NONE;

		if (w->kind != OL_YAML_SCALAR)
			ol_read_complain(r->file, w, "a weight must be the name of an input");
		else if (input == OL_NONE)
			ol_custom_unknown(r, w, 0, w->text, false);
		else
			to[t->n_weights++] = input;
	}
	t->weights = to;
}

static void condition(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_custom_target *t)
{
	const struct ol_yaml *v = ol_yaml_get(y, "supported");
	bool no = v && ol_read_word(r->file, v, "truth value", truth) == 0;
	struct ol_str note = ol_read_str(r->file, y, "note", false);
	struct ol_buf b = {0};

	if (t->library.n)
		ol_buf_printf(&b, "with the library %.*s registered", OL_FMT(t->library));
	if (t->plugin.n)
		ol_buf_printf(&b, "%swith the plugin %.*s loaded", b.n ? ", " : "", OL_FMT(t->plugin));
	if (t->class_name.n)
		ol_buf_printf(&b, "%sas the layer %.*s%s%.*s", b.n ? ", " : "", OL_FMT(t->package), t->package.n ? ">" : "",
			      OL_FMT(t->class_name));
	if (note.n)
		ol_buf_printf(&b, "%s%.*s", b.n ? ": " : "", OL_FMT(note));
	t->note = keep(r, ol_buf_view(&b));
	r->failed |= b.failed;
	ol_buf_free(&b);
	t->status = no ? OL_SUPPORT_NONE : t->note.n ? OL_SUPPORT_PARTIAL : OL_SUPPORT_FULL;
	if (no && (t->library.n || t->plugin.n || t->class_name.n))
		ol_read_complain(r->file, v, "'supported: false' beside what would support it");
	if (t->package.n && !t->class_name.n)
		ol_read_complain(r->file, y, "'package' without 'class'");
	if (!v && !t->note.n)
		ol_read_complain(r->file, y, "nothing is said: give it 'library', 'plugin', 'class' or 'supported'");
}

void ol_custom_read_targets(struct ol_custom_reader *r, const struct ol_yaml *y)
{
	struct ol_custom_target *to;
	char hint[128];

	if (!ol_read_map(r->file, y, "'targets'", NULL))
		return;
	to = OL_NEWN(r->arena, struct ol_custom_target, y->n + 1);
	r->failed |= !to;
	for (uint32_t i = 0; to && i < y->n; i++) {
		const struct ol_yaml *at = &y->items[i], *v, *key = &y->keys[i];
		struct ol_target t = ol_target_find(key->text);
		struct ol_custom_target *o = &to[r->op->n_targets];

		if (!t.row) {
			struct ol_str near = ol_target_nearest(key->text);

			snprintf(hint, sizeof(hint), "did you mean '%.*s'?", OL_FMT(near));
			ol_notes_add(&r->file->notes, r->file->path, key->line, key->column, (uint32_t)key->text.n,
				     near.n ? hint : NULL, "unknown target '%.*s'", OL_FMT(key->text));
			continue;
		}
		if (!ol_read_map(r->file, at, "a target", keys))
			continue;
		o->target = keep(r, memchr(key->text.p, '@', key->text.n) ? t.name : t.base);
		o->library = text(r, at, "library");
		o->plugin = text(r, at, "plugin");
		o->package = text(r, at, "package");
		o->class_name = text(r, at, "class");
		v = ol_yaml_get(at, "config");
		if (v)
			config(r, v, o);
		v = ol_yaml_get(at, "weights");
		if (v)
			weights(r, v, o);
		condition(r, at, o);
		r->op->n_targets++;
	}
	r->op->targets = to;
}
