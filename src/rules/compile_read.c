/* compile_read.c: keys, kinds and words of a rule file, checked against the tables of keys.c.
 *
 * Idea: a complaint never ends the run. A misspelt key is taken for the one that is meant, a wrong
 * value for the default, so that whatever else is wrong is told too, and nothing is told twice. */
#include <stdarg.h>
#include <stdio.h>

#include "rules/compile.h"
#include "util/text.h"

static const char *const kinds[] = {
	[OL_YAML_SCALAR] = "text", [OL_YAML_SEQ] = "a list", [OL_YAML_MAP] = "a mapping"};

static const struct {
	uint8_t takes; /* bits by enum ol_yaml_kind */
	const char *what;
} shapes[] = {
	[OL_KEY_TEXT] = {1 << OL_YAML_SCALAR, "text"},
	[OL_KEY_NAME] = {1 << OL_YAML_SCALAR, "a name"},
	[OL_KEY_WORD] = {1 << OL_YAML_SCALAR, "a word"},
	[OL_KEY_BOOL] = {1 << OL_YAML_SCALAR, "true or false"},
	[OL_KEY_COUNT] = {1 << OL_YAML_SCALAR, "a number"},
	[OL_KEY_EXPR] = {1 << OL_YAML_SCALAR, "an expression"},
	[OL_KEY_TEMPLATE] = {1 << OL_YAML_SCALAR, "text"},
	[OL_KEY_NAMES] = {1 << OL_YAML_SCALAR | 1 << OL_YAML_SEQ, "a name or a list of names"},
	[OL_KEY_NAMES_NOT] = {1 << OL_YAML_SCALAR | 1 << OL_YAML_SEQ | 1 << OL_YAML_MAP,
			      "names or {not-in: names}"},
	[OL_KEY_TEXTS] = {1 << OL_YAML_SEQ, "a list of texts"},
	[OL_KEY_URLS] = {1 << OL_YAML_SEQ, "a list of web addresses"},
	[OL_KEY_OBJECT] = {1 << OL_YAML_MAP, "a mapping"},
	[OL_KEY_OBJECTS] = {1 << OL_YAML_SEQ, "a list"},
	[OL_KEY_LETS] = {1 << OL_YAML_MAP, "a mapping of names to expressions"},
	[OL_KEY_WITH] = {1 << OL_YAML_MAP, "a mapping of names to values"},
};

void *ol_compile_rows(struct ol_compile *c, uint32_t n, size_t size)
{
	void *p = ol_arena_calloc(&c->arena, n, size);

	if (!p)
		ol_notes_add(c->notes, c->file, 1, 1, 0, NULL,
			     "not enough memory to compile the file");
	return p;
}

void ol_compile_note(struct ol_compile *c, const struct ol_yaml *y, const char *hint,
		     const char *fmt, ...)
{
	uint32_t length = 1;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (y->kind == OL_YAML_SCALAR && !y->block && y->line == y->end_line &&
	    y->end_column > y->column)
		length = y->end_column - y->column;
	ol_notes_add(c->notes, c->file, y->line, y->column, length, hint, "%s", text);
}

struct ol_hint ol_compile_hint(struct ol_str near)
{
	struct ol_hint h = {""};

	if (near.n)
		snprintf(h.text, sizeof(h.text), "did you mean '%.*s'?", OL_SHORT(near));
	return h;
}

/* "one of error, warning, note" */
static struct ol_hint all_words(const char *const *words)
{
	struct ol_hint h = {"one of "};
	size_t n = strlen(h.text);

	for (uint32_t i = 0; words[i] && n < sizeof(h.text); i++)
		n += (size_t)snprintf(h.text + n, sizeof(h.text) - n, "%s%s", i ? ", " : "",
				      words[i]);
	return h;
}

struct ol_str ol_compile_nearest(struct ol_str word, const char *const *words)
{
	uint32_t best = UINT32_MAX, d;
	struct ol_str near = OL_STR("");

	for (uint32_t i = 0; words[i]; i++) {
		if (ol_text_near(word, ol_str(words[i]), &d) && d < best) {
			best = d;
			near = ol_str(words[i]);
		}
	}
	return near;
}

/* Is word one of the space-separated words? */
static bool listed(const char *words, struct ol_str word)
{
	const char *p = words;

	while (p && *p) {
		size_t n = strcspn(p, " ");

		if (ol_str_eq((struct ol_str){p, n}, word))
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

/* The row that a wrong key stands for, or n. Keys that are present are no candidates: that would
 * make them double. */
static uint32_t meant(const struct ol_keys *keys, const struct ol_yaml *y, struct ol_str word)
{
	uint32_t row = keys->n, best = UINT32_MAX, d;

	for (uint32_t i = 0; i < keys->n; i++) {
		if (!ol_text_near(word, ol_str(keys->at[i].name), &d))
			d = listed(keys->at[i].also, word) ? 100 : UINT32_MAX;
		if (d < best && !ol_yaml_get(y, keys->at[i].name)) {
			best = d;
			row = i;
		}
	}
	return row;
}

static bool empty(const struct ol_yaml *y)
{
	return y->kind == OL_YAML_SCALAR &&
	       (y->text.n == 0 ||
		(y->plain && (ol_str_is(y->text, "null") || ol_str_is(y->text, "~"))));
}

/* Is the value of the kind that its key takes? */
static bool fits(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *key,
		 const struct ol_yaml *y)
{
	bool text = shapes[k->shape].takes & 1 << OL_YAML_SCALAR;

	if (y->refused)
		return false;
	if (empty(y) && (!text || y->plain)) {
		ol_compile_note(c, key, NULL, "'%s' has no value: it takes %s", k->name,
				shapes[k->shape].what);
		return false;
	}
	if (shapes[k->shape].takes & 1 << y->kind)
		return true;
	ol_compile_note(c, y,
			text && y->kind == OL_YAML_MAP ? "quote the value: it starts a mapping"
						       : NULL,
			"'%s' takes %s, found %s", k->name, shapes[k->shape].what, kinds[y->kind]);
	return false;
}

bool ol_compile_keys(struct ol_compile *c, const struct ol_yaml *y, const struct ol_keys *keys,
		     const struct ol_yaml *got[OL_KEYS_MOST])
{
	bool named[OL_KEYS_MOST] = {false};

	for (uint32_t i = 0; i < OL_KEYS_MOST; i++)
		got[i] = NULL;
	if (y->refused)
		return false;
	if (y->kind != OL_YAML_MAP) {
		ol_compile_note(c, y, NULL, "%s is a mapping, found %s", keys->what,
				kinds[y->kind]);
		return false;
	}
	for (uint32_t i = 0; i < y->n; i++) {
		struct ol_str word = y->keys[i].text;
		uint32_t row = 0;

		while (row < keys->n && !ol_str_is(word, keys->at[row].name))
			row++;
		if (row == keys->n) {
			row = meant(keys, y, word);
			ol_compile_note(c, &y->keys[i],
					row < keys->n
						? ol_compile_hint(ol_str(keys->at[row].name)).text
						: NULL,
					"unknown key '%.*s' in %s", OL_SHORT(word), keys->what);
		}
		if (row == keys->n || named[row])
			continue;
		named[row] = true;
		if (fits(c, &keys->at[row], &y->keys[i], &y->items[i]))
			got[row] = &y->items[i];
	}
	for (uint32_t row = 0; row < keys->n; row++)
		if (keys->at[row].required && !named[row])
			ol_compile_note(c, y->n ? &y->keys[0] : y, NULL,
					"missing key '%s' in %s: %s", keys->at[row].name,
					keys->what, keys->at[row].about);
	return true;
}

int ol_compile_word(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
		    int otherwise)
{
	struct ol_str near;
	int i;

	if (!y)
		return otherwise;
	i = ol_name_index(k->words, y->text);
	if (i >= 0)
		return i;
	near = ol_compile_nearest(y->text, k->words);
	ol_compile_note(c, y, near.n ? ol_compile_hint(near).text : all_words(k->words).text,
			"unknown %s '%.*s'", k->name, OL_SHORT(y->text));
	return otherwise;
}

bool ol_compile_bool(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
		     bool otherwise)
{
	static const char *const words[] = {"true", "false", NULL};
	static const char *const other[][2] = {
		{"yes", "true"}, {"on", "true"}, {"no", "false"}, {"off", "false"}};
	struct ol_str near;

	if (!y)
		return otherwise;
	if (y->plain && ol_str_is(y->text, "true"))
		return true;
	if (y->plain && ol_str_is(y->text, "false"))
		return false;
	near = ol_compile_nearest(y->text, words);
	for (uint32_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (ol_str_is(y->text, other[i][0]))
			near = ol_str(other[i][1]);
	ol_compile_note(c, y, near.n ? ol_compile_hint(near).text : NULL,
			"'%s' takes true or false, found '%.*s'", k->name, OL_SHORT(y->text));
	return otherwise;
}

uint32_t ol_compile_count(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y,
			  uint32_t otherwise)
{
	int64_t n;

	if (!y)
		return otherwise;
	if (y->plain && ol_text_int(y->text, &n) && n >= 1 && n <= 1000000)
		return (uint32_t)n;
	ol_compile_note(c, y, NULL, "'%s' takes a whole number from 1 to 1000000, found '%.*s'",
			k->name, OL_SHORT(y->text));
	return otherwise;
}

struct ol_str ol_compile_name(struct ol_compile *c, const struct ol_key *k, const struct ol_yaml *y)
{
	struct ol_str s;
	bool good;

	if (!y)
		return OL_STR("");
	s = y->text;
	good = s.n > 0 && s.n <= 64 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[s.n - 1] != '-';
	for (size_t i = 0; i < s.n && good; i++)
		good = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		       (s.p[i] == '-' && s.p[i - 1] != '-');
	if (!good)
		ol_compile_note(c, y, NULL,
				"'%s' takes lower-case words joined by '-', at most 64 letters, "
				"found '%.*s'",
				k->name, OL_SHORT(s));
	return good ? s : OL_STR("");
}

/* Without the line ends that a block leaves behind. */
struct ol_str ol_compile_str(const struct ol_yaml *y)
{
	struct ol_str s = y ? y->text : OL_STR("");

	while (y && y->block && s.n && s.p[s.n - 1] == '\n')
		s.n--;
	return s;
}

const struct ol_yaml *ol_compile_item(const struct ol_yaml *y, uint32_t i)
{
	return y->kind == OL_YAML_SEQ ? &y->items[i] : y;
}

struct ol_names ol_compile_names(struct ol_compile *c, const struct ol_key *k,
				 const struct ol_yaml *y)
{
	uint32_t n = y ? y->kind == OL_YAML_SEQ ? y->n : 1 : 0;
	struct ol_names names = {0};
	struct ol_str *at;

	if (!n) {
		if (y)
			ol_compile_note(
				c, y, NULL,
				"'%s' is an empty list: name something or leave the key out",
				k->name);
		return names;
	}
	at = OL_ROWS(c, struct ol_str, n);
	if (!at)
		return names;
	for (uint32_t i = 0; i < n; i++) {
		const struct ol_yaml *item = ol_compile_item(y, i);

		if (item->refused)
			continue;
		if (item->kind != OL_YAML_SCALAR) {
			ol_compile_note(c, item, NULL, "'%s' takes names, found %s", k->name,
					kinds[item->kind]);
			continue;
		}
		if (k->words && ol_name_index(k->words, item->text) < 0)
			ol_compile_word(c, k, item, 0);
		else
			at[names.n++] = item->text;
	}
	names.at = at;
	return names;
}
