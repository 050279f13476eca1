/* text_model.c: graphs, functions and models of ONNX text syntax. */
#include "load/text.h"

#include <locale.h>

#include "load/load.h"
#include "util/text.h"

/* onnx.proto */
enum {
	M_IR = 1,
	M_PRODUCER = 2,
	M_PRODUCER_VERSION = 3,
	M_DOMAIN = 4,
	M_VERSION = 5,
	M_DOC = 6,
	M_GRAPH = 7,
	M_OPSET = 8,
	M_METADATA = 14,
	M_FUNCTION = 25
};
enum {
	F_NAME = 1,
	F_INPUT = 4,
	F_OUTPUT = 5,
	F_ATTR_NAME = 6,
	F_NODE = 7,
	F_DOC = 8,
	F_OPSET = 9,
	F_DOMAIN = 10,
	F_ATTR = 11,
	F_INFO = 12,
	F_OVERLOAD = 13
};
enum { G_NODE = 1, G_NAME = 2, G_INITIALIZER = 5, G_INPUT = 11, G_OUTPUT = 12, G_INFO = 13 };
enum { V_NAME = 1, V_TYPE = 2 };
enum { T_NAME = 8 };

/* What a graph without a header gets. */
enum { DEFAULT_IR = 10, DEFAULT_OPSET = 21 };

enum entry_kind { ENTRY_INT, ENTRY_STRING, ENTRY_OPSETS, ENTRY_PAIRS };

struct entry {
	const char *word;
	uint32_t field;
	enum entry_kind kind;
};

static const struct entry model_entries[] = {
	{"ir_version", M_IR, ENTRY_INT},
	{"opset_import", M_OPSET, ENTRY_OPSETS},
	{"producer_name", M_PRODUCER, ENTRY_STRING},
	{"producer_version", M_PRODUCER_VERSION, ENTRY_STRING},
	{"domain", M_DOMAIN, ENTRY_STRING},
	{"model_version", M_VERSION, ENTRY_INT},
	{"doc_string", M_DOC, ENTRY_STRING},
	{"metadata_props", M_METADATA, ENTRY_PAIRS},
	{NULL, 0, ENTRY_INT},
};

static const struct entry function_entries[] = {
	{"domain", F_DOMAIN, ENTRY_STRING},
	{"overload", F_OVERLOAD, ENTRY_STRING},
	{"opset_import", F_OPSET, ENTRY_OPSETS},
	{"doc_string", F_DOC, ENTRY_STRING},
	{NULL, 0, ENTRY_INT},
};

static int opsets(struct ol_txt *t, uint32_t field)
{
	struct ol_str domain;
	int64_t version;
	size_t mark;

	do {
		mark = ol_txt_open(t->out, field);
		if (ol_txt_string(t, "a domain", &domain) < 0)
			return -1;
		ol_txt_put_str(t->out, 1, domain);
		if (ol_txt_expect(t, ':', "after the domain") < 0 ||
		    ol_txt_int(t, "a version", &version) < 0)
			return -1;
		ol_txt_put_int(t->out, 2, version);
		ol_txt_close(t->out, mark);
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, ']', "after the opset imports");
}

static int entry_value(struct ol_txt *t, const struct entry *e)
{
	struct ol_str s;
	int64_t v;

	switch (e->kind) {
	case ENTRY_INT:
		if (ol_txt_int(t, "an integer", &v) < 0)
			return -1;
		ol_txt_put_int(t->out, e->field, v);
		return 0;
	case ENTRY_STRING:
		if (ol_txt_string(t, "a string", &s) < 0)
			return -1;
		ol_txt_put_str(t->out, e->field, s);
		return 0;
	case ENTRY_OPSETS:
	case ENTRY_PAIRS:
		break;
	}
	if (ol_txt_expect(t, '[', "before the list") < 0)
		return -1;
	if (ol_txt_accept(t, ']'))
		return 0;
	return e->kind == ENTRY_OPSETS ? opsets(t, e->field) : ol_txt_pairs(t, e->field);
}

static int unknown_entry(struct ol_txt *t, const struct entry *entries, const char *what)
{
	struct ol_str s = ol_txt_peek_ident(t);
	uint32_t d;

	for (const struct entry *e = entries; s.n && e->word; e++)
		if (ol_text_near(s, ol_str(e->word), &d))
			return ol_txt_expected(t, "%s (did you mean '%s'?)", what, e->word);
	return ol_txt_expected(t, "%s", what);
}

/* `< word : value, … >`, after the '<' */
static int header(struct ol_txt *t, const struct entry *entries, const char *what)
{
	uint32_t seen = 0;
	struct ol_str s;
	size_t at;

	do {
		const struct entry *e = entries;

		s = ol_txt_peek_ident(t);
		at = t->at;
		while (e->word && !ol_str_is(s, e->word))
			e++;
		if (!e->word)
			return unknown_entry(t, entries, what);
		ol_txt_ident(t);
		if (ol_txt_expect(t, ':', "after the header's word") < 0)
			return -1;
		if (seen & UINT32_C(1) << (e - entries) &&
		    (e->kind == ENTRY_INT || e->kind == ENTRY_STRING))
			return ol_txt_fail(t, at, "'%s' is given twice", e->word);
		seen |= UINT32_C(1) << (e - entries);
		if (entry_value(t, e) < 0)
			return -1;
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, '>', "after the header");
}

/* A value's name. What follows a misspelt type shows that the word was meant as one. */
static int value_name(struct ol_txt *t, bool typed, struct ol_str *name)
{
	bool word = ol_txt_peek(t) != '"';
	size_t at = t->at;
	unsigned char c;

	if (ol_txt_name(t, typed ? "a value's name" : "a value's type or name", name) < 0)
		return -1;
	c = ol_txt_peek(t);
	if (typed || !word || !(c == '[' || c == '(' || c == '"' || ol_txt_peek_ident(t).n))
		return 0;
	t->at = at;
	return ol_txt_unknown_type(t, "a type");
}

/* The content of a ValueInfoProto. */
static int value_info(struct ol_txt *t, uint32_t field, struct ol_str *name)
{
	size_t mark = ol_txt_open(t->out, field);
	bool typed = ol_txt_at_type(t);

	t->type.tensor = false;
	if (typed && ol_txt_type(t, V_TYPE) < 0)
		return -1;
	if (value_name(t, typed, name) < 0)
		return -1;
	ol_txt_put_str(t->out, V_NAME, *name);
	ol_txt_close(t->out, mark);
	return 0;
}

static int initializer(struct ol_txt *t, struct ol_str name, size_t at)
{
	size_t mark = ol_txt_open(t->out, G_INITIALIZER);

	ol_txt_put_str(t->out, T_NAME, name);
	if (ol_txt_tensor(t, at) < 0)
		return -1;
	ol_txt_close(t->out, mark);
	return 0;
}

/* A list of value infos up to `close`; with `values`, each may have `= data`. An input keeps its
 * value info then, an entry of the `<…>` list becomes an initializer only. */
static int value_infos(struct ol_txt *t, uint32_t field, char close, bool values)
{
	struct ol_str name;
	size_t before, at;

	if (ol_txt_accept(t, close))
		return 0;
	do {
		before = t->out->n;
		ol_txt_peek(t);
		at = t->at;
		if (value_info(t, field, &name) < 0)
			return -1;
		if (!values || !ol_txt_accept(t, '='))
			continue;
		if (field == G_INFO)
			ol_txt_undo(t->out, before);
		if (initializer(t, name, at) < 0)
			return -1;
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, close,
			     field == G_INPUT	 ? "after the inputs"
			     : field == G_OUTPUT ? "after the outputs"
						 : "after the value infos");
}

int ol_txt_graph(struct ol_txt *t, struct ol_str name)
{
	if (t->graphs == OL_TXT_GRAPHS)
		return ol_txt_fail(t, t->at, "graphs nest deeper than %d", OL_TXT_GRAPHS);
	t->graphs++;
	ol_txt_put_str(t->out, G_NAME, name);
	if (ol_txt_accept(t, '(') && value_infos(t, G_INPUT, ')', true) < 0)
		return -1;
	if (ol_txt_arrow(t, "between inputs and outputs") < 0 ||
	    ol_txt_expect(t, '(', "before the outputs") < 0 ||
	    value_infos(t, G_OUTPUT, ')', false) < 0)
		return -1;
	if (ol_txt_accept(t, '<') && value_infos(t, G_INFO, '>', true) < 0)
		return -1;
	if (ol_txt_nodes(t, G_NODE) < 0)
		return -1;
	t->graphs--;
	return 0;
}

/* `<name, name = default, …>`, after the '<' */
static int function_attrs(struct ol_txt *t)
{
	struct ol_str name;
	unsigned char c;

	do {
		if (ol_txt_name(t, "an attribute's name", &name) < 0)
			return -1;
		c = ol_txt_peek(t);
		if (c != ':' && c != '=')
			ol_txt_put_str(t->out, F_ATTR_NAME, name);
		else if (ol_txt_attr(t, name, F_ATTR) < 0)
			return -1;
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, '>', "after the function's attributes");
}

/* `(x, float[N] y)`: a typed one is also a value info. */
static int function_values(struct ol_txt *t, uint32_t field, const char *where)
{
	struct ol_str name;

	if (ol_txt_expect(t, '(', where) < 0)
		return -1;
	if (ol_txt_accept(t, ')'))
		return 0;
	do {
		if (ol_txt_at_type(t)) {
			if (value_info(t, F_INFO, &name) < 0)
				return -1;
		} else if (value_name(t, false, &name) < 0) {
			return -1;
		}
		ol_txt_put_str(t->out, field, name);
	} while (ol_txt_accept(t, ','));
	return ol_txt_expect(t, ')', "after the function's values");
}

static int function(struct ol_txt *t)
{
	struct ol_str name;

	if (ol_txt_accept(t, '<') &&
	    header(t, function_entries, "domain, overload, opset_import or doc_string") < 0)
		return -1;
	if (ol_txt_name(t, "a function's name", &name) < 0)
		return -1;
	ol_txt_put_str(t->out, F_NAME, name);
	if (ol_txt_accept(t, '<') && function_attrs(t) < 0)
		return -1;
	if (function_values(t, F_INPUT, "before the function's inputs") < 0 ||
	    ol_txt_arrow(t, "between inputs and outputs") < 0 ||
	    function_values(t, F_OUTPUT, "before the function's outputs") < 0)
		return -1;
	if (ol_txt_accept(t, '<') && value_infos(t, F_INFO, '>', false) < 0)
		return -1;
	return ol_txt_nodes(t, F_NODE);
}

static void defaults(struct ol_txt *t)
{
	size_t mark;

	ol_txt_put_int(t->out, M_IR, DEFAULT_IR);
	mark = ol_txt_open(t->out, M_OPSET);
	ol_txt_put_str(t->out, 1, OL_STR(""));
	ol_txt_put_int(t->out, 2, DEFAULT_OPSET);
	ol_txt_close(t->out, mark);
}

static int model(struct ol_txt *t)
{
	struct ol_str name;
	size_t mark;

	if (!ol_txt_accept(t, '<'))
		defaults(t);
	else if (header(t, model_entries, "ir_version, opset_import, producer_name or the like") < 0)
		return -1;
	if (ol_txt_name(t, "the graph's name", &name) < 0)
		return -1;
	mark = ol_txt_open(t->out, M_GRAPH);
	if (ol_txt_graph(t, name) < 0)
		return -1;
	ol_txt_close(t->out, mark);
	while (ol_txt_peek(t) || t->at < t->n) {
		mark = ol_txt_open(t->out, M_FUNCTION);
		if (function(t) < 0)
			return -1;
		ol_txt_close(t->out, mark);
	}
	return 0;
}

static size_t bom(struct ol_str s)
{
	return ol_str_starts(s, "\xef\xbb\xbf") ? 3 : 0;
}

int ol_text_parse(struct ol_str text, struct ol_buf *out, struct ol_err *err)
{
	struct ol_txt t = {
	    .p = text.n ? text.p : "", .n = text.n, .at = bom(text), .out = out, .err = err};
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), old;
	size_t before = out->n;
	int rc;

	if (c == (locale_t)0)
		return ol_err_set(err, OL_ERR_MEMORY, "not enough memory to read numbers");
	old = uselocale(c); /* "1.5" is 1.5 whatever the user's language */
	rc = model(&t);
	uselocale(old);
	freelocale(c);
	if (rc == 0 && (out->failed || t.id.failed))
		rc = ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the model");
	if (rc < 0)
		ol_txt_undo(out, before);
	ol_buf_free(&t.type.dims);
	ol_buf_free(&t.string);
	ol_buf_free(&t.id);
	return rc;
}

/* Is a byte before `n` one that text does not have? Then names that look right are an accident. */
static bool binary(struct ol_str head, size_t n)
{
	for (size_t i = 0; i < head.n && i < n; i++) {
		unsigned char c = (unsigned char)head.p[i];

		if ((c < ' ' && !(c >= '\t' && c <= '\r')) || c == 0x7f)
			return true;
	}
	return false;
}

bool ol_text_looks(struct ol_str head)
{
	struct ol_txt t = {.p = head.n ? head.p : "", .n = head.n, .at = bom(head)};
	struct ol_str word;
	unsigned char c;

	if (binary(head, 512))
		return false;
	if (ol_txt_accept(&t, '<')) {
		word = ol_txt_peek_ident(&t);
		ol_txt_ident(&t);
		if (!word.n || !ol_txt_accept(&t, ':'))
			return false;
		c = ol_txt_peek(&t); /* `<svg:rect`: no value behind the colon */
		return c == '"' || c == '[' || c == '-' || (c >= '0' && c <= '9');
	}
	if (ol_txt_peek(&t) == '"') {
		if (ol_txt_string(&t, "", &word) < 0)
			t.at = t.n;
		ol_buf_free(&t.string);
	} else if (!ol_txt_ident(&t).n) {
		return false;
	}
	c = ol_txt_peek(&t);
	return c == '(' || (c == '=' && t.at + 1 < t.n && t.p[t.at + 1] == '>');
}
