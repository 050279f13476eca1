/* json_schema.c: the form of rule files as a JSON Schema (2020-12), from the tables that the
 * compiler reads.
 *
 * Each table of keys is a definition under $defs, so that tables that hold each other are no
 * recursion here. */
#include "rules/keys.h"
#include "rules/rules.h"
#include "util/json.h"

static const struct ol_json_def rule_defs[] = {
	{&ol_keys_rule, "rule"},       {&ol_keys_match, "match"},   {&ol_keys_not_in, "not-in"},
	{&ol_keys_grade, "grade"},     {&ol_keys_fix, "fix"},	    {&ol_keys_examples, "examples"},
	{&ol_keys_example, "example"}, {&ol_keys_expect, "expect"}, {NULL, NULL},
};

/* Being written: the writer, and the definitions that it may refer to. */
struct schema {
	struct ol_json json;
	const struct ol_json_def *defs; /* NULL-ended */
};

static void pair(struct ol_json *j, const char *key, const char *value)
{
	ol_json_key(j, key);
	ol_json_str(j, ol_str(value));
}

static void ref(struct ol_json *j, const struct ol_keys *keys)
{
	/* the writer is the first member of struct schema */
	const struct ol_json_def *d = ((const struct schema *)(const void *)j)->defs;
	char text[64] = "#/$defs/";

	for (; d->keys; d++)
		if (d->keys == keys)
			strncat(text, d->name, sizeof(text) - strlen(text) - 1);
	pair(j, "$ref", text);
}

static void word_list(struct ol_json *j, const char *const *words)
{
	ol_json_key_open(j, "enum", '[');
	for (; *words; words++)
		ol_json_str(j, ol_str(*words));
	ol_json_close(j, ']');
}

/* Scalars that YAML readers take for numbers or booleans are text to us. */
static void any_scalar(struct ol_json *j)
{
	ol_json_key_open(j, "type", '[');
	ol_json_str(j, OL_STR("string"));
	ol_json_str(j, OL_STR("number"));
	ol_json_str(j, OL_STR("boolean"));
	ol_json_close(j, ']');
}

static void text(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	pair(j, "type", "string");
	ol_json_key(j, "minLength");
	ol_json_int(j, 1);
}

static void scalar(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	any_scalar(j);
	ol_json_key(j, "minLength");
	ol_json_int(j, 1);
}

static void name(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	pair(j, "type", "string");
	pair(j, "pattern", "^[a-z][a-z0-9]*(-[a-z0-9]+)*$");
	ol_json_key(j, "maxLength");
	ol_json_int(j, 64);
}

static void word(struct ol_json *j, const struct ol_key *k)
{
	word_list(j, k->words);
}

static void boolean(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	pair(j, "type", "boolean");
}

static void count(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	pair(j, "type", "integer");
	ol_json_key(j, "minimum");
	ol_json_int(j, 1);
	ol_json_key(j, "maximum");
	ol_json_int(j, 1000000);
}

static void one_name(struct ol_json *j, const struct ol_key *k)
{
	ol_json_open(j, '{');
	if (k->words)
		word_list(j, k->words);
	else
		any_scalar(j);
	ol_json_close(j, '}');
}

static void list_start(struct ol_json *j)
{
	pair(j, "type", "array");
	ol_json_key(j, "minItems");
	ol_json_int(j, 1);
	ol_json_key(j, "items");
}

static void names_or(struct ol_json *j, const struct ol_key *k, bool exclusion)
{
	ol_json_key_open(j, "anyOf", '[');
	one_name(j, k);
	ol_json_open(j, '{');
	list_start(j);
	one_name(j, k);
	ol_json_close(j, '}');
	if (exclusion) {
		ol_json_open(j, '{');
		ref(j, k->inner);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void names(struct ol_json *j, const struct ol_key *k)
{
	names_or(j, k, false);
}

static void names_not(struct ol_json *j, const struct ol_key *k)
{
	names_or(j, k, true);
}

static void texts(struct ol_json *j, const struct ol_key *k)
{
	pair(j, "type", "array");
	ol_json_key(j, "items");
	one_name(j, k);
}

static void urls(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	pair(j, "type", "array");
	ol_json_key_open(j, "items", '{');
	pair(j, "type", "string");
	pair(j, "pattern", "^https?://");
	ol_json_close(j, '}');
}

static void object(struct ol_json *j, const struct ol_key *k)
{
	ref(j, k->inner);
}

static void objects(struct ol_json *j, const struct ol_key *k)
{
	list_start(j);
	ol_json_open(j, '{');
	ref(j, k->inner);
	ol_json_close(j, '}');
}

static void map(struct ol_json *j, const char *pattern, const char *const *words)
{
	pair(j, "type", "object");
	if (pattern) {
		ol_json_key_open(j, "propertyNames", '{');
		pair(j, "pattern", pattern);
		ol_json_close(j, '}');
	}
	ol_json_key_open(j, "additionalProperties", '{');
	if (words)
		word_list(j, words);
	else
		any_scalar(j);
	ol_json_close(j, '}');
}

static void lets(struct ol_json *j, const struct ol_key *k)
{
	(void)k;
	map(j, "^[A-Za-z_][A-Za-z0-9_]*$", NULL);
}

static void with(struct ol_json *j, const struct ol_key *k)
{
	map(j, NULL, k->words);
}

static void (*const shapes[])(struct ol_json *j, const struct ol_key *k) = {
	[OL_KEY_TEXT] = text,	    [OL_KEY_NAME] = name,   [OL_KEY_WORD] = word,
	[OL_KEY_BOOL] = boolean,    [OL_KEY_COUNT] = count, [OL_KEY_EXPR] = scalar,
	[OL_KEY_TEMPLATE] = scalar, [OL_KEY_NAMES] = names, [OL_KEY_NAMES_NOT] = names_not,
	[OL_KEY_TEXTS] = texts,	    [OL_KEY_URLS] = urls,   [OL_KEY_OBJECT] = object,
	[OL_KEY_OBJECTS] = objects, [OL_KEY_LETS] = lets,   [OL_KEY_WITH] = with,
};

static void table(struct ol_json *j, const struct ol_keys *keys)
{
	pair(j, "type", "object");
	ol_json_key(j, "additionalProperties");
	ol_json_bool(j, false);
	ol_json_key_open(j, "required", '[');
	for (uint32_t i = 0; i < keys->n; i++)
		if (keys->at[i].required)
			ol_json_str(j, ol_str(keys->at[i].name));
	ol_json_close(j, ']');
	ol_json_key_open(j, "properties", '{');
	for (uint32_t i = 0; i < keys->n; i++) {
		ol_json_key_open(j, keys->at[i].name, '{');
		pair(j, "description", keys->at[i].about);
		shapes[keys->at[i].shape](j, &keys->at[i]);
		ol_json_close(j, '}');
	}
	ol_json_close(j, '}');
}

void ol_keys_json_schema(const char *title, const struct ol_keys *root, const struct ol_json_def *defs, struct ol_buf *out)
{
	struct schema s = {.defs = defs};
	struct ol_json *j = &s.json;

	ol_json_init(j, out, 1);
	ol_json_open(j, '{');
	pair(j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	pair(j, "title", title);
	table(j, root);
	ol_json_key_open(j, "$defs", '{');
	for (; defs->keys; defs++) {
		ol_json_key_open(j, defs->name, '{');
		table(j, defs->keys);
		ol_json_close(j, '}');
	}
	ol_json_close(j, '}');
	ol_json_close(j, '}');
	ol_buf_char(out, '\n');
}

void ol_rules_json_schema(struct ol_buf *out)
{
	ol_keys_json_schema("onnxlint rule file", &ol_keys_file, rule_defs, out);
}
