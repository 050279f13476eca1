/* fields.c: what expressions can use, from the tables that the type checker reads: classes with
 * their fields and methods, functions, and the variables that checks in C bind. One list of groups,
 * written as text, as JSON, or as mdoc for onnxlint-rules(5). */
#include "api/api.h"
#include "engine/facts.h"
#include "util/json.h"
#include "util/text.h"

struct item {
	const char *on; /* class of the receiver, where the group does not say it; or NULL */
	const char *name;
	const char *args; /* NULL: a field or variable */
	const char *type, *about;
};

struct group {
	const char *kind; /* "class" "functions" "check" */
	const char *name, *about;
	struct ol_buf items; /* of struct item */
};

static void add(struct group *g, struct item i)
{
	/* "$": as the checker finds it from the arguments */
	if (strcmp(i.type, "$") == 0)
		i.type = "dyn";
	ol_buf_add(&g->items, &i, sizeof(i));
}

static size_t count(const struct group *g)
{
	return g->items.n / sizeof(struct item);
}

static struct item at(const struct group *g, size_t i)
{
	struct item x;

	memcpy(&x, g->items.p + i * sizeof(x), sizeof(x));
	return x;
}

/* path, attr(string, [dyn]), string.size() */
static void signature(struct ol_buf *b, const struct item *i)
{
	ol_buf_printf(b, "%s%s%s", i->on ? i->on : "", i->on ? "." : "", i->name);
	if (i->args)
		ol_buf_printf(b, "(%s)", i->args);
}

/* ---- the three forms ---- */
struct form {
	const char *name;
	void (*begin)(struct ol_json *j);
	void (*write)(const struct group *g, const struct ol_layout *l, struct ol_json *j);
	void (*end)(struct ol_json *j);
};

static void pad(struct ol_buf *b, size_t columns)
{
	while (columns--)
		ol_buf_char(b, ' ');
}

static void text_item(const struct item *i, size_t left, size_t middle, const struct ol_layout *l)
{
	size_t from = l->out->n;

	ol_buf_z(l->out, "  ");
	signature(l->out, i);
	pad(l->out, l->out->n - from < left ? left - (l->out->n - from) : 0);
	ol_buf_z(l->out, "  ");
	left = l->out->n - from;
	ol_layout_paint(l, OL_PAINT_DIM, i->type);
	pad(l->out, middle - strlen(i->type));
	ol_layout_text(l, ol_str(i->about), (uint32_t)(left + middle), (uint32_t)(left + middle),
		       0);
	ol_buf_char(l->out, '\n');
}

static void text_group(const struct group *g, const struct ol_layout *l, struct ol_json *j)
{
	enum { WIDEST = 30 }; /* what is longer pushes the rest of its line */
	struct ol_buf s = {0};
	size_t left = 0, middle = 0;

	(void)j;
	for (size_t k = 0; k < count(g); k++) {
		struct item i = at(g, k);

		ol_buf_clear(&s);
		signature(&s, &i);
		left = s.n > left && s.n <= WIDEST ? s.n : left;
		middle = strlen(i.type) > middle ? strlen(i.type) : middle;
	}
	l->out->failed |= s.failed;
	ol_buf_free(&s);
	ol_buf_z(l->out, l->out->n ? "\n" : "");
	ol_layout_paint(l, OL_PAINT_BOLD, g->name);
	ol_buf_printf(l->out, ": %s\n", g->about);
	for (size_t k = 0; k < count(g); k++) {
		struct item i = at(g, k);

		text_item(&i, 2 + left, middle + 2, l);
	}
}

static void json_begin(struct ol_json *j)
{
	ol_json_open(j, '[');
}

static void json_end(struct ol_json *j)
{
	ol_json_close(j, ']');
	ol_buf_char(j->out, '\n');
}

static void json_pair(struct ol_json *j, const char *key, const char *value)
{
	if (!value)
		return;
	ol_json_key(j, key);
	ol_json_str(j, ol_str(value));
}

static void json_group(const struct group *g, const struct ol_layout *l, struct ol_json *j)
{
	(void)l;
	ol_json_open(j, '{');
	json_pair(j, "kind", g->kind);
	json_pair(j, "name", g->name);
	json_pair(j, "about", g->about);
	ol_json_key_open(j, "items", '[');
	for (size_t k = 0; k < count(g); k++) {
		struct item i = at(g, k);

		ol_json_open(j, '{');
		json_pair(j, "on", i.on);
		json_pair(j, "name", i.name);
		json_pair(j, "args", i.args);
		json_pair(j, "type", i.type);
		json_pair(j, "about", i.about);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_close(j, '}');
}

/* The tables hold no roff; what it would read as such is escaped all the same. */
static void mdoc_text(struct ol_buf *b, const char *text)
{
	ol_buf_z(b, *text == '.' || *text == '\'' ? "\\&" : "");
	for (; *text; text++)
		if (*text == '\\')
			ol_buf_z(b, "\\e");
		else if (*text == '"')
			ol_buf_z(b, "\\(dq");
		else
			ol_buf_char(b, *text);
}

static void mdoc_group(const struct group *g, const struct ol_layout *l, struct ol_json *j)
{
	struct ol_buf s = {0};

	(void)j;
	ol_buf_printf(l->out, ".It Sy %s :\n", g->name);
	mdoc_text(l->out, g->about);
	ol_buf_z(l->out, "\n.Bl -hang -width Ds -compact\n");
	for (size_t k = 0; k < count(g); k++) {
		struct item i = at(g, k);

		ol_buf_clear(&s);
		signature(&s, &i);
		ol_buf_printf(l->out, ".It Va \"%s\" : Vt \"%s\" \\(en\n", s.p ? s.p : "", i.type);
		mdoc_text(l->out, i.about);
		ol_buf_char(l->out, '\n');
	}
	ol_buf_z(l->out, ".El\n");
	l->out->failed |= s.failed;
	ol_buf_free(&s);
}

static void mdoc_begin(struct ol_json *j)
{
	ol_buf_z(j->out, ".Bl -tag -width Ds\n");
}

static void mdoc_end(struct ol_json *j)
{
	ol_buf_z(j->out, ".El\n");
}

static void nothing(struct ol_json *j)
{
	(void)j;
}

static const struct form forms[] = {
    {"text", nothing, text_group, nothing},
    {"json", json_begin, json_group, json_end},
    {"mdoc", mdoc_begin, mdoc_group, mdoc_end},
};

/* ---- the groups ---- */
struct walk {
	const struct form *form;
	const struct ol_layout *l;
	struct ol_json j;
};

static void give(struct walk *w, struct group *g)
{
	w->l->out->failed |= g->items.failed;
	if (!w->l->out->failed && g->items.n)
		w->form->write(g, w->l, &w->j);
	ol_buf_free(&g->items);
}

static void class_group(struct walk *w, const struct ol_env *env, const struct ol_class *c)
{
	struct group g = {.kind = "class", .name = c->name, .about = c->about};

	for (const struct ol_field *f = c->fields; f->name; f++)
		add(&g, (struct item){NULL, f->name, NULL, f->type, f->about});
	for (uint32_t i = 0; i < env->n_funcs; i++) {
		const struct ol_func *f = &env->funcs[i];

		if (f->cls && strcmp(f->cls, c->name) == 0)
			add(&g, (struct item){NULL, f->name, f->args, f->type, f->about});
	}
	give(w, &g);
}

static void all_groups(struct walk *w)
{
	const struct ol_env *env = ol_facts_env();
	struct group own = {.kind = "functions", .name = "functions", .about = "of onnxlint"};
	struct group std = {.kind = "functions",
			    .name = "standard functions",
			    .about = "of CEL and its extensions"};
	const struct ol_func *f;

	for (uint32_t i = 0; i < env->n_classes; i++)
		class_group(w, env, &env->classes[i]);
	for (uint32_t i = 0; i < env->n_funcs; i++)
		if (f = &env->funcs[i], !f->cls)
			add(&own, (struct item){NULL, f->name, f->args, f->type, f->about});
	give(w, &own);
	for (uint32_t i = 0; (f = ol_expr_std_func(i)); i++)
		add(&std, (struct item){f->cls, f->name, f->args, f->type, f->about});
	give(w, &std);
	for (uint32_t i = 0; ol_builtins[i]; i++) {
		struct group g = {
		    .kind = "check", .name = ol_builtins[i]->name, .about = ol_builtins[i]->about};

		for (const struct ol_builtin_var *v = ol_builtins[i]->vars; v && v->name; v++)
			add(&g, (struct item){NULL, v->name, NULL, v->type, v->about});
		give(w, &g);
	}
}

int onnxlint_rules_fields(struct onnxlint *a, const char *format,
			  const struct onnxlint_style *style, onnxlint_writer *write, void *user)
{
	struct ol_buf out = {0};
	struct ol_layout l = ol_api_layout(style, &out);
	struct walk w = {.l = &l};

	ol_api_begin(a);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(format, forms[i].name) == 0)
			w.form = &forms[i];
	if (!w.form)
		return ol_api_fail(
		    a, "unknown format '%s' of what expressions use: text, json or mdoc", format);
	ol_json_init(&w.j, &out, 1);
	w.form->begin(&w.j);
	all_groups(&w);
	w.form->end(&w.j);
	if (style && style->ascii)
		ol_layout_ascii(&out, 0);
	return ol_api_write(a, &out, write, user);
}
