/* What is said of a wrong expression, and where. */
#include "test_expr_host.h"

struct want {
	const char *text;
	const char *at; /* the text that is pointed at */
	const char *message, *nearest;
	const char *type; /* wanted, or NULL */
};

static const struct want wants[] = {
    /* names */
    {"nod.op == 'x'", "nod", "no variable 'nod' here", "node", NULL},
    {"node.opp == 'x'", "opp", "node has no field 'opp'", "op", NULL},
    {"model.nodes.all(item, itm.rank == 4)", "itm", "no variable 'itm' here", "item", NULL},
    {"model.nodes.exits(n, n.rank == 4)", "exits", "list(node) has no method 'exits'", "exists",
     NULL},
    {"siez('a') > 0", "siez", "no function 'siez'", "size", NULL},
    {"node.atr('x')", "atr", "node has no method 'atr'", "attr", NULL},
    {"node.attr == 1", "attr", "'attr' of node is a method: call it", "attr", NULL},
    {"'a'.startWith('b')", "startWith", "string has no method 'startWith'", "startsWith", NULL},
    {"node.next.rnak == 1", "rnak", "node has no field 'rnak'", "rank", NULL},
    /* types */
    {"node.rank > '4'", "rank", "'rank' is int?, compared with string", "", NULL},
    {"'4' == node.index", "index", "'index' is int, compared with string", "", NULL},
    {"node.op + 1 == 'x'", "op", "'op' is string, the other side of '+' is int", "", NULL},
    {"node.op - 'x'", "op", "'op' is string, there is no '-' for it", "", NULL},
    {"node.index == null", "index", "'index' is int, which is never null", "", NULL},
    {"node < node", "node", "'node' is node, which has no order", "", NULL},
    {"node.index && true", "index", "'index' is int, bool wanted", "", NULL},
    {"!node.index", "index", "'index' is int, bool wanted", "", NULL},
    {"node.index ? 1 : 2", "index", "'index' is int, bool wanted", "", NULL},
    {"true ? 1 : 'a'", "?", "one side of ?: is int, the other string", "", NULL},
    {"node.op in [1, 2]", "op", "'op' is string, the list is of int", "", NULL},
    {"1 in node.op", "op", "'op' is string, 'in' looks into a list or a map", "", NULL},
    {"node.shape['a'] == 1", "'a'", "'a' is string, int wanted", "", NULL},
    {"node.op[0] == 'a'", "op", "'op' is string, which has no index", "", NULL},
    {"node.op.exists(c, true)", "op", "'op' is string, exists() goes over a list or a map", "",
     NULL},
    {"model.nodes.filter(n, n.rank)", "rank", "'rank' is int?, bool wanted", "", NULL},
    {"node.op.size", "size", "string has no field 'size'", "", NULL},
    {"{1.5: 2}", "1.5", "double cannot be a map's key: string, int, uint or bool", "", NULL},
    {"node.index", "node.index", "the result is int, bool wanted", "", "bool"},
    /* calls */
    {"node.attr()", "attr", "attr() takes at least 1 argument, 0 given", "", NULL},
    {"node.attr('a', 1, 2)", "attr", "attr() takes at most 2 arguments, 3 given", "", NULL},
    {"wide()", "wide", "wide() takes 1 argument, 0 given", "", NULL},
    {"node.attr(1)", "1", "argument 1 of attr() is int, string wanted", "", NULL},
    {"sum(1, 2, 'a')", "'a'", "argument 3 of sum() is string, int wanted", "", NULL},
    {"size(5)", "size", "size() does not take (int)", "", NULL},
    {"model.nodes.map(n)", "map", "map() takes a name and an expression: map(x, …)", "", NULL},
    {"model.nodes.all(n.x, true)", "n.x", "all() wants a plain name for its variable", "", NULL},
    {"has(node)", "node", "has() takes a field: has(x.field)", "", NULL},
    {"node.op.matches('(')", "'('", "bad regular expression: missing closing parenthesis at 1", "",
     NULL},
    /* syntax */
    {"", "", "the expression is empty", "", NULL},
    {"1 +", "", "the expression ends too early: a value wanted", "", NULL},
    {"(1 + 2", "", "the expression ends too early: ')' wanted", "", NULL},
    {"1 2", "2", "unexpected '2': an operator wanted", "", NULL},
    {"node.op = 'x'", "=", "'=' does not compare", "==", NULL},
    {"node.index == 1 and true", "and", "'and' is no operator of CEL", "&&", NULL},
    {"node.op | upper", "|", "'|' is no operator, and there are no filters: call a function", "||",
     NULL},
    {"node.op == 'x", "'x", "string is not closed", "", NULL},
    {"'a\\qb'", "\\q", "not an escape of CEL", "", NULL},
    {"99999999999999999999", "99999999999999999999", "number is too large for 64 bits", "", NULL},
    {"if == 1", "if", "unexpected 'if': this word is reserved", "", NULL},
    {"1 + $x", "$", "this character has no meaning here", "", NULL},
    {"'\xc3\xa9' == node.opp", "opp", "node has no field 'opp'", "op", NULL},
};

static void test_one(void **state)
{
	struct run r;

	(void)state;
	for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		const struct want *w = &wants[i];
		const struct ol_expr_diag *d;

		run_open(&r);
		if (run_compile(&r, w->text, w->type) || r.n_diags < 1)
			fail_msg("compiles: %s", w->text);
		d = &r.diags[0];
		if (strcmp(d->message, w->message) != 0)
			fail_msg("%s: said: %s", w->text, d->message);
		if (d->length != strlen(w->at) ||
		    strncmp(w->text + d->offset, w->at, d->length) != 0)
			fail_msg("%s: points at %u+%u", w->text, d->offset, d->length);
		if (strcmp(d->nearest, w->nearest) != 0)
			fail_msg("%s: near: %s", w->text, d->nearest);
		if (r.n_diags != 1)
			fail_msg("%s: said too much: %s", w->text, r.diags[1].message);
		run_close(&r);
	}
}

/* Independent faults are told together, in no more room than there is. */
static void test_several(void **state)
{
	static const char text[] = "nod.op == 'x' && node.rnk > 3 && node.op > 4 && sum('a') == 1";
	struct run r;
	uint32_t n;

	(void)state;
	run_open(&r);
	assert_null(run_compile(&r, text, "bool"));
	assert_int_equal(r.n_diags, 4);
	assert_int_equal(r.diags[1].offset, strstr(text, "rnk") - text);
	assert_string_equal(r.diags[3].message, "argument 1 of sum() is string, int wanted");
	assert_null(ol_expr_compile(&r.arena, ol_str(text), &env, NULL, r.diags, 2, &n));
	assert_int_equal(n, 2);
	assert_null(ol_expr_compile(&r.arena, ol_str(text), &env, NULL, NULL, 0, &n));
	assert_int_equal(n, 0);
	run_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_one),
					   cmocka_unit_test(test_several)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
