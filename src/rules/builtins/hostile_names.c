/* hostile_names.c: names that show something else than they are, or that mean something to a terminal or a file system.
 *
 * Every distinct name is looked at once, in the table of names: nearly all are plain ASCII and cost a pass over their
 * bytes. Only when one is found are the things that bear names walked, to say where it stands. */
#include "rules/check.h"
#include "rules/letters.h"
#include "util/text.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "control, bidi, invisible, mixed-script or path"},
	{"name", "string", "the name"},
	{"what", "string", "what bears it: value, node, operator, domain, …"},
	{"character", "string", "the first character that is meant: U+202E; of a path the part"},
	{NULL, NULL, NULL},
};

enum fault { NONE, PATH, MIXED, INVISIBLE, CONTROL, BIDI, FAULTS };
static const char *const names[FAULTS] = {"", "path", "mixed-script", "invisible", "control", "bidi"};

struct search {
	struct ol_check *c;
	uint8_t *fault; /* by name; NONE again once told */
	uint32_t left;
};

/* ---- one name ---- */
static bool is_bidi(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f || (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static bool is_invisible(uint32_t cp)
{
	return cp == 0xad || cp == 0x180e || (cp >= 0x200b && cp <= 0x200d) || (cp >= 0x2060 && cp <= 0x2064) || cp == 0xfeff ||
	       (cp >= 0xe0000 && cp <= 0xe007f);
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x2028 || cp == 0x2029;
}

/* 1 Latin, 2 scripts whose letters pass for Latin ones, 0 anything else. */
static int script(uint32_t cp)
{
	if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z'))
		return 1;
	if ((cp >= 0x370 && cp <= 0x3ff && cp != 0x37e && cp != 0x387) || (cp >= 0x400 && cp <= 0x52f) ||
	    (cp >= 0x531 && cp <= 0x587) || (cp >= 0x13a0 && cp <= 0x13fd) || (cp >= 0xff21 && cp <= 0xff5a))
		return 2;
	return 0;
}

/* Greek letters stand alone beside Latin ones in formulas (Δx, μ_r): only a word of three letters and more counts. */
enum { WORD_LEAST = 3 };

static enum fault unicode_fault(struct ol_str s, uint32_t *cp_out)
{
	enum fault worst = NONE;
	uint32_t latin = 0, other = 0, like = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp = ol_utf8_next(s, &i);
		enum fault f = is_bidi(cp) ? BIDI : is_control(cp) ? CONTROL : is_invisible(cp) ? INVISIBLE : NONE;
		int sc = script(cp);

		if (f > worst) {
			worst = f;
			*cp_out = cp;
		}
		if (!sc)
			latin = other = 0;
		latin += sc == 1;
		other += sc == 2;
		if (sc == 2)
			like = cp;
		if (worst == NONE && latin && other && latin + other >= WORD_LEAST) {
			worst = MIXED;
			*cp_out = like;
		}
	}
	return worst;
}

/* Does a part between slashes read ".."; or is it a drive or an address? */
static const char *path_part(struct ol_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		bool begins = i == 0 || s.p[i - 1] == '/' || s.p[i - 1] == '\\';
		bool ends = i + 2 == s.n || s.p[i + 2] == '/' || s.p[i + 2] == '\\';

		if (s.p[i] == '.' && s.p[i + 1] == '.' && begins && ends && s.n > 2)
			return "..";
	}
	if (s.n > 3 && s.p[1] == ':' && s.p[2] == '\\')
		return "a drive";
	if (s.n > 7 && (!memcmp(s.p, "file://", 7) || !memcmp(s.p, "http://", 7)))
		return "an address";
	return s.n > 8 && !memcmp(s.p, "https://", 8) ? "an address" : NULL;
}

static enum fault fault_of(const struct ol_letters *t, struct ol_str s, uint32_t *cp)
{
	unsigned has = ol_letters(t, s);
	enum fault f = has & (OL_LETTER_CONTROL | OL_LETTER_HIGH) ? unicode_fault(s, cp) : NONE;

	if (f == NONE && has & OL_LETTER_PATH && path_part(s))
		return PATH;
	return f;
}

/* ---- where it stands ---- */
static void tell(struct search *s, uint32_t name, const char *what, struct ol_place place)
{
	struct ol_str text = ol_name(s->c->ir->model, name);
	enum fault fault = (enum fault)s->fault[name];
	uint32_t cp = 0;
	struct ol_val v[4];

	if (fault == NONE)
		return;
	s->fault[name] = NONE;
	s->left--;
	unicode_fault(text, &cp);
	v[0] = ol_v_str(ol_str(names[fault]));
	v[1] = ol_v_str(text);
	v[2] = ol_v_str(ol_str(what));
	v[3] = fault == PATH ? ol_v_str(ol_str(path_part(text))) : ol_check_text(s->c, "U+%04X", cp);
	ol_check_emit(s->c, place, v);
}

static void nodes(struct search *s)
{
	const struct ol_model *m = s->c->ir->model;

	for (uint32_t n = 0; s->left && n < m->n_nodes; n++) {
		const struct ol_node *node = &m->nodes[n];

		tell(s, node->name, "node", ol_check_node(s->c, n, 0));
		tell(s, node->op_type, "operator", ol_check_node(s->c, n, 0));
		tell(s, node->domain, "domain", ol_check_node(s->c, n, 0));
		for (uint32_t a = 0; s->left && a < node->attrs.n; a++)
			tell(s, m->attrs[node->attrs.first + a].name, "attribute", ol_check_node(s->c, n, 0));
	}
}

static void values(struct search *s)
{
	const struct ol_ir *ir = s->c->ir;

	for (uint32_t i = 0; s->left && i < ir->n_values; i++) {
		struct ol_place place = OL_NOWHERE;

		place.graph = ir->values[i].graph;
		place.value = ir->values[i].name;
		tell(s, ir->values[i].name, ir->values[i].flags & OL_VALUE_INITIALIZER ? "initializer" : "value", place);
	}
}

static void rest(struct search *s)
{
	const struct ol_model *m = s->c->ir->model;

	for (uint32_t f = 0; s->left && f < m->n_functions; f++) {
		struct ol_place place = OL_NOWHERE;

		place.function = f;
		tell(s, m->functions[f].name, "function", place);
		tell(s, m->functions[f].domain, "domain", place);
	}
	for (uint32_t g = 0; s->left && g < m->n_graphs; g++) {
		struct ol_place place = OL_NOWHERE;

		place.graph = g;
		tell(s, m->graphs[g].name, "graph", place);
	}
	/* dimensions, metadata keys, domains of imports */
	for (uint32_t i = 1; s->left && i < m->names.count; i++)
		tell(s, i, "name", OL_NOWHERE);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct search s = {.c = c, .fault = ol_check_calloc(c, (size_t)m->names.count + 1, 1)};
	struct ol_letters letters;
	uint32_t cp;

	ol_letters_init(&letters);
	for (uint32_t i = 1; s.fault && i < m->names.count; i++) {
		s.fault[i] = (uint8_t)fault_of(&letters, ol_name(m, i), &cp);
		s.left += s.fault[i] != NONE;
	}
	if (s.left) {
		values(&s);
		nodes(&s);
		rest(&s);
	}
	free(s.fault);
}

const struct ol_builtin ol_builtin_hostile_names = {
	.name = "hostile-names",
	.about = "names with characters that hide or act, and names that are paths",
	.vars = vars,
	.run = run,
};
