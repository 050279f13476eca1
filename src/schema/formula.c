/* formula.c: the dims of a declared operator's outputs, from text to postfix steps.
 *
 *	sum     = product { ("+" | "-") product }
 *	product = atom { ("*" | "/" | "%") atom }
 *	atom    = number | "?" | "-" atom | "(" sum ")" | NAME [ index ]
 *	        | "rank" "(" INPUT ")" | "values" "(" INPUT ")" index
 *	        | ("min" | "max" | "ceil") "(" sum "," sum ")"
 *	index   = "[" [ int ] [ ":" [ int ] ] "]"
 *
 * A slice stands alone: it is several dims. Nesting is bounded, so the descent may recurse. */
#include <ctype.h>
#include <stdio.h>

#include "schema/builder.h"
#include "schema/custom.h"
#include "util/text.h"

enum { NESTING = 32, INDEX_MOST = 1 << 20 };

struct parser {
	struct ol_custom_reader *r;
	const struct ol_yaml *y;
	struct ol_str s;
	size_t at;
	uint32_t depth, n;
	struct ol_formula_step steps[OL_FORMULA_STEPS];
	struct ol_formula *out;
	bool bad;
};

static void fail(struct parser *p, size_t at, const char *what)
{
	struct ol_yaml_file *f = p->r->file;
	uint32_t line, column;

	if (p->bad)
		return;
	p->bad = true;
	ol_yaml_where(p->y, f->text, at, &line, &column);
	if (at < p->s.n)
		ol_notes_add(&f->notes, f->path, line, column, 1, NULL, "%s, found '%c'", what,
			     isprint((unsigned char)p->s.p[at]) ? p->s.p[at] : '?');
	else
		ol_notes_add(&f->notes, f->path, line, column, 1, NULL, "%s, found the end", what);
}

static char peek(struct parser *p)
{
	while (p->at < p->s.n && (p->s.p[p->at] == ' ' || p->s.p[p->at] == '\t' || p->s.p[p->at] == '\n'))
		p->at++;
	return p->at < p->s.n ? p->s.p[p->at] : '\0';
}

static bool accept(struct parser *p, char c)
{
	if (p->bad || peek(p) != c)
		return false;
	p->at++;
	return true;
}

static void expect(struct parser *p, char c, const char *what)
{
	if (!accept(p, c))
		fail(p, p->at, what);
}

static void step(struct parser *p, enum ol_formula_op op, uint32_t a, int64_t v)
{
	if (p->n == OL_FORMULA_STEPS)
		fail(p, p->at, "a formula has at most 64 terms");
	else
		p->steps[p->n++] = (struct ol_formula_step){(uint8_t)op, a, v};
}

static struct ol_str word(struct parser *p)
{
	size_t from;

	peek(p);
	from = p->at;
	while (p->at < p->s.n && (isalnum((unsigned char)p->s.p[p->at]) || p->s.p[p->at] == '_'))
		p->at++;
	return (struct ol_str){p->s.p + from, p->at - from};
}

static bool integer(struct parser *p, int64_t most, int64_t *v)
{
	bool minus = accept(p, '-');
	size_t at = p->at;
	struct ol_str s = word(p);

	if (!s.n || !ol_text_int(s, v) || *v > most) {
		fail(p, at, "a whole number is expected");
		return false;
	}
	if (minus)
		*v = -*v;
	return true;
}

/* "[1]" or "[a:b]" of what `of` and a name; a slice makes the whole formula a spread. */
static void indexed(struct parser *p, enum ol_formula_op of, uint32_t a, size_t start)
{
	int64_t from = 0, to = OL_FORMULA_OPEN;
	bool slice;

	expect(p, '[', "an index in [] is expected");
	if (p->bad)
		return;
	if (peek(p) != ':' && !integer(p, INDEX_MOST, &from))
		return;
	slice = accept(p, ':');
	if (slice && peek(p) != ']' && !integer(p, INDEX_MOST, &to))
		return;
	expect(p, ']', "']' is expected");
	if (!slice) {
		step(p, of, a, from);
		return;
	}
	if (p->n || p->depth > 1 || peek(p)) {
		fail(p, start, "a slice is several dims and stands alone");
		return;
	}
	*p->out = (struct ol_formula){.spread = true, .from = from, .to = to, .of = (uint8_t)of, .a = a};
}

static void sum(struct parser *p);

static void two(struct parser *p, enum ol_formula_op op)
{
	expect(p, '(', "'(' is expected");
	sum(p);
	expect(p, ',', "',' is expected");
	sum(p);
	expect(p, ')', "')' is expected");
	step(p, op, 0, 0);
}

static void of_input(struct parser *p, bool values)
{
	struct ol_str name;
	size_t at;
	uint32_t a;

	expect(p, '(', "'(' is expected");
	if (p->bad)
		return;
	peek(p);
	at = p->at;
	name = word(p);
	a = ol_custom_input(p->r, name);
	if (a == OL_NONE) {
		p->bad = true;
		ol_custom_unknown(p->r, p->y, at, name, false);
		return;
	}
	expect(p, ')', "')' is expected");
	if (values)
		indexed(p, OL_FORMULA_VALUE, a, at);
	else
		step(p, OL_FORMULA_RANK, a, 0);
}

static void named(struct parser *p, struct ol_str name, size_t at)
{
	uint32_t a = ol_custom_input(p->r, name);
	const struct ol_custom_attr *attr;

	if (a != OL_NONE) {
		if (peek(p) != '[')
			fail(p, p->at, "an input has several dims: write X[0], X[-1] or X[1:]");
		else
			indexed(p, OL_FORMULA_DIM, a, at);
		return;
	}
	a = ol_custom_attr(p->r, name);
	if (a == OL_NONE) {
		p->bad = true;
		ol_custom_unknown(p->r, p->y, at, name, true);
		return;
	}
	attr = &p->r->op->attrs[a];
	if (attr->type == OL_ATTR_INTS)
		indexed(p, OL_FORMULA_ATTR_AT, a, at);
	else if (attr->type == OL_ATTR_INT)
		step(p, OL_FORMULA_ATTR, a, 0);
	else
		fail(p, at, "an attribute in a shape must be of type int or ints");
}

static void atom(struct parser *p)
{
	static const struct {
		const char *name;
		enum ol_formula_op op;
	} calls[] = {{"min", OL_FORMULA_MIN}, {"max", OL_FORMULA_MAX}, {"ceil", OL_FORMULA_CEIL}};
	struct ol_str name;
	int64_t v;
	size_t at;
	char c;

	if (p->bad)
		return;
	c = peek(p);
	at = p->at;
	if (isdigit((unsigned char)c)) {
		if (integer(p, INT64_MAX, &v))
			step(p, OL_FORMULA_NUMBER, 0, v);
		return;
	}
	if (accept(p, '?')) {
		step(p, OL_FORMULA_ANY, 0, 0);
		return;
	}
	if (accept(p, '(')) {
		sum(p);
		expect(p, ')', "')' is expected");
		return;
	}
	if (accept(p, '-')) {
		step(p, OL_FORMULA_NUMBER, 0, 0);
		if (++p->depth > NESTING)
			fail(p, at, "a formula nests at most 32 deep");
		atom(p);
		p->depth--;
		step(p, OL_FORMULA_SUB, 0, 0);
		return;
	}
	name = word(p);
	if (!name.n) {
		fail(p, at, "a number, an input's dim or an attribute is expected");
		return;
	}
	if (peek(p) == '(') {
		for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
			if (ol_str_is(name, calls[i].name)) {
				two(p, calls[i].op);
				return;
			}
		if (ol_str_is(name, "rank") || ol_str_is(name, "values")) {
			of_input(p, ol_str_is(name, "values"));
			return;
		}
		fail(p, at, "no function of this name: min, max, ceil, rank and values are known");
		return;
	}
	named(p, name, at);
}

static void product(struct parser *p)
{
	static const struct {
		char sign;
		enum ol_formula_op op;
	} ops[] = {{'*', OL_FORMULA_MUL}, {'/', OL_FORMULA_DIV}, {'%', OL_FORMULA_MOD}};

	atom(p);
	for (size_t i = 0; i < 3 && !p->bad;) {
		if (!accept(p, ops[i].sign)) {
			i++;
			continue;
		}
		atom(p);
		step(p, ops[i].op, 0, 0);
		i = 0;
	}
}

static void sum(struct parser *p)
{
	if (p->bad)
		return;
	if (++p->depth > NESTING) {
		fail(p, p->at, "a formula nests at most 32 deep");
		return;
	}
	product(p);
	while (!p->bad) {
		bool plus = accept(p, '+');

		if (!plus && !accept(p, '-'))
			break;
		product(p);
		step(p, plus ? OL_FORMULA_ADD : OL_FORMULA_SUB, 0, 0);
	}
	p->depth--;
}

int ol_formula_compile(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_formula *out)
{
	struct parser p = {.r = r, .y = y, .out = out};

	*out = (struct ol_formula){0};
	if (y->kind != OL_YAML_SCALAR) {
		ol_read_complain(r->file, y, "a dim must be a number or a formula in quotes");
		return -1;
	}
	p.s = y->text;
	sum(&p);
	if (!p.bad && peek(&p))
		fail(&p, p.at, "an operator or the end is expected");
	if (p.bad)
		return -1;
	if (!out->spread) {
		struct ol_formula_step *to = OL_NEWN(r->arena, struct ol_formula_step, p.n + 1);

		r->failed |= !to;
		if (to)
			memcpy(to, p.steps, p.n * sizeof(*to));
		out->at = to;
		out->n = to ? p.n : 0;
	}
	return 0;
}
