/* reader.c: strict reading of schema and target files.
 *
 * Idea: what a file may hold is said at the call, in a line; everything else is a complaint with
 * its place. A reader goes on after a complaint, so that one run tells all of them. */
#include "schema/builder.h"

#include <stdio.h>

#include "util/text.h"

void ol_read_complain(struct ol_yaml_file *f, const struct ol_yaml *at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ol_notes_add(
	    &f->notes, f->path, at ? at->line : 1, at ? at->column : 1,
	    at && at->kind == OL_YAML_SCALAR && at->line == at->end_line ? (uint32_t)at->text.n : 0,
	    NULL, "%s", text);
}

/* Complains of a word with the nearest that would do. */
static void complain_near(struct ol_yaml_file *f, const struct ol_yaml *at, const char *const *words, const char *fmt,
			  const char *what)
{
	char text[512], hint[128] = "";
	uint32_t best = UINT32_MAX, d;

	for (; words && *words; words++)
		if (ol_text_near(at->text, ol_str(*words), &d) && d < best) {
			best = d;
			snprintf(hint, sizeof(hint), "did you mean '%s'?", *words);
		}
	snprintf(text, sizeof(text), "'%.*s' %s %s", OL_FMT(at->text), fmt, what);
	ol_notes_add(&f->notes, f->path, at->line, at->column, at->line == at->end_line ? (uint32_t)at->text.n : 0,
		     hint[0] ? hint : NULL, "%s", text);
}

bool ol_read_map(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what,
		 const char *const *keys)
{
	if (!y || y->kind != OL_YAML_MAP) {
		ol_read_complain(f, y, "%s must be a mapping", what);
		return false;
	}
	for (uint32_t i = 0; keys && i < y->n; i++) {
		const char *const *k = keys;

		while (*k && !ol_str_is(y->keys[i].text, *k))
			k++;
		if (!*k)
			complain_near(f, &y->keys[i], keys, "is not a key of", what);
	}
	return true;
}

bool ol_read_seq(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what)
{
	if (y && y->kind == OL_YAML_SEQ)
		return true;
	ol_read_complain(f, y, "%s must be a list", what);
	return false;
}

struct ol_str ol_read_str(struct ol_yaml_file *f, const struct ol_yaml *map, const char *key,
			  bool required)
{
	const struct ol_yaml *y = ol_yaml_get(map, key);
	struct ol_str none = {NULL, 0};

	if (!y) {
		if (required)
			ol_read_complain(f, map, "the key '%s' is missing", key);
		return none;
	}
	if (y->kind != OL_YAML_SCALAR || y->text.n > 60000) {
		ol_read_complain(f, y, "'%s' must be a text of at most 60000 bytes", key);
		return none;
	}
	if (required && !y->text.n)
		ol_read_complain(f, y, "'%s' must not be empty", key);
	return y->text;
}

int64_t ol_read_int(struct ol_yaml_file *f, const struct ol_yaml *y, int64_t min, int64_t max)
{
	int64_t i;

	if (y && y->kind == OL_YAML_SCALAR && y->plain && ol_text_int(y->text, &i) && i >= min &&
	    i <= max)
		return i;
	ol_read_complain(f, y, "a number from %lld to %lld must stand here", (long long)min,
			 (long long)max);
	return min;
}

bool ol_read_range(struct ol_yaml_file *f, const struct ol_yaml *y, int64_t open, int64_t *min,
		   int64_t *max)
{
	const struct ol_yaml *end;

	if (!y || y->kind != OL_YAML_SEQ || y->n != 2) {
		ol_read_complain(f, y, "a range must be written [first, last]");
		return false;
	}
	*min = ol_read_int(f, &y->items[0], 0, open - 1);
	end = &y->items[1];
	if (end->kind == OL_YAML_SCALAR && end->plain &&
	    (ol_str_is(end->text, "any") || ol_str_is(end->text, "null")))
		*max = open;
	else
		*max = ol_read_int(f, end, *min, open - 1);
	return true;
}

int ol_read_word(struct ol_yaml_file *f, const struct ol_yaml *y, const char *what,
		 const char *const *words)
{
	if (y && y->kind == OL_YAML_SCALAR)
		for (int i = 0; words[i]; i++)
			if (ol_str_is(y->text, words[i]))
				return i;
	if (y && y->kind == OL_YAML_SCALAR)
		complain_near(f, y, words, "is no", what);
	else
		ol_read_complain(f, y, "the %s must be one word", what);
	return -1;
}

bool ol_read_types(struct ol_yaml_file *f, const struct ol_yaml *y, const struct ol_yaml *sets,
		   struct ol_typeset *out)
{
	bool good = true;

	memset(out, 0, sizeof(*out));
	if (y && y->kind == OL_YAML_SCALAR) {
		const struct ol_yaml *named = NULL;

		for (uint32_t i = 0; sets && sets->kind == OL_YAML_MAP && i < sets->n && !named;
		     i++)
			if (ol_str_eq(sets->keys[i].text, y->text))
				named = &sets->items[i];
		if (!named || named->kind != OL_YAML_SEQ) {
			ol_read_complain(f, y, "'%.*s' is not a list under 'typesets'",
					 OL_FMT(y->text));
			return false;
		}
		y = named;
	}
	if (!ol_read_seq(f, y, "types"))
		return false;
	for (uint32_t i = 0; i < y->n; i++) {
		const struct ol_yaml *t = &y->items[i];

		if (t->kind != OL_YAML_SCALAR || ol_typeset_add(out, t->text)) {
			ol_read_complain(
			    f, t, "'%.*s' is not a type: write float, int64, seq(tensor(float)), …",
			    t->kind == OL_YAML_SCALAR ? (int)t->text.n : 0,
			    t->kind == OL_YAML_SCALAR && t->text.n ? t->text.p : "");
			good = false;
		}
	}
	return good;
}
