/* name_survey.c: the names of a model as a whole, counted: one finding for what an exporter does to all of them. */
#include "rules/check.h"
#include "rules/letters.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "unnamed, space, not-ascii, case, overridable or untyped"},
	{"count", "int", "how many"},
	{"total", "int", "of how many"},
	{"first", "string", "the first of them"},
	{"second", "string", "case: the other name"},
	{NULL, NULL, NULL},
};

struct tally {
	uint32_t n, total;
	struct ol_str first, second;
};

static void count(struct tally *t, struct ol_str name)
{
	if (t->n++ == 0)
		t->first = name;
}

static void emit(struct ol_check *c, const char *fault, const struct tally *t)
{
	struct ol_val v[] = {
		ol_v_str(ol_str(fault)),
		ol_v_int(t->n),
		ol_v_int(t->total),
		ol_v_str(t->first.p ? t->first : OL_STR("")),
		ol_v_str(t->second.p ? t->second : OL_STR("")),
	};

	if (t->n)
		ol_check_emit(c, OL_NOWHERE, v);
}

/* ---- nodes ---- */
/* Does it stand in a body that a file of custom operators gives? */
static bool added(const struct ol_model *m, uint32_t node)
{
	uint32_t f = m->graphs[m->nodes[node].graph].function;

	return f != OL_NONE && m->functions[f].added;
}

static void unnamed(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct tally t = {.total = m->n_nodes};
	uint32_t first = OL_NONE;

	for (uint32_t n = 0; n < m->n_nodes; n++)
		if (added(m, n))
			t.total--;
		else if (!m->nodes[n].name && t.n++ == 0)
			first = n;
	if (t.n)
		t.first = ol_check_node_name(c, first);
	emit(c, "unnamed", &t);
}

/* ---- values ---- */
static bool inferred(const struct ol_check *c, uint32_t value)
{
	const struct ol_fact *f = ol_known_fact(c->inf, value);

	return f && f->kind != OL_TYPE_NONE && (f->kind != OL_TYPE_TENSOR || f->dtype);
}

static void values(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;
	const struct ol_model *m = ir->model;
	struct tally weights = {0}, untyped = {0};

	for (uint32_t i = 0; i < ir->n_values; i++) {
		const struct ol_value *v = &ir->values[i];
		bool in_function = m->graphs[v->graph].function != OL_NONE;

		if (v->flags & OL_VALUE_INITIALIZER) {
			weights.total++;
			if (v->flags & OL_VALUE_INPUT && m->ir_version >= 4 && m->graphs[v->graph].kind == OL_GRAPH_MAIN)
				count(&weights, ol_name(m, v->name));
		}
		if (v->flags & OL_VALUE_NODE && v->n_users && !in_function && c->inf) {
			untyped.total++;
			if (!inferred(c, i) && ol_ir_type(ir, i) == OL_NONE)
				count(&untyped, ol_name(m, v->name));
		}
	}
	emit(c, "overridable", &weights);
	emit(c, "untyped", &untyped);
}

/* ---- spelling: each distinct name of a value or node once ---- */
struct folded {
	uint64_t hash;
	uint32_t name;
};

static int by_hash(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same_but_case(struct ol_str a, struct ol_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

/* Case-blind and keyed, so that names cannot be chosen to collide. */
static uint64_t fold(const uint64_t key[2], struct ol_str s)
{
	char small[128];
	uint64_t h = 0;

	for (size_t at = 0; at < s.n; at += sizeof(small)) {
		size_t n = s.n - at < sizeof(small) ? s.n - at : sizeof(small);

		for (size_t i = 0; i < n; i++)
			small[i] = lower(s.p[at + i]);
		h = h * 31 + ol_hash(key, small, n);
	}
	return h;
}

static void cases(struct ol_check *c, const uint8_t *seen, uint32_t n)
{
	const struct ol_model *m = c->ir->model;
	struct folded *f = ol_check_calloc(c, (size_t)n + 1, sizeof(*f));
	struct tally t = {.total = n};
	uint64_t key[2];
	uint32_t k = 0, first = OL_NONE;

	ol_hash_key(key);
	for (uint32_t i = 1; f && i < m->names.count && k < n; i++)
		if (seen[i])
			f[k++] = (struct folded){fold(key, ol_name(m, i)), i};
	if (k)
		qsort(f, k, sizeof(*f), by_hash);
	for (uint32_t i = 1; i < k; i++)
		if (f[i].hash == f[i - 1].hash && same_but_case(ol_name(m, f[i].name), ol_name(m, f[i - 1].name))) {
			t.n++;
			if (f[i - 1].name < first) { /* whatever the key */
				first = f[i - 1].name;
				t.first = ol_name(m, first);
				t.second = ol_name(m, f[i].name);
			}
		}
	free(f);
	emit(c, "case", &t);
}

static void spelling(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;
	const struct ol_model *m = ir->model;
	uint8_t *seen = ol_check_calloc(c, (size_t)m->names.count + 1, 1);
	struct tally space = {0}, high = {0};
	struct ol_letters letters;
	bool upper = false;
	uint32_t n = 0;

	ol_letters_init(&letters);
	for (uint32_t i = 0; seen && i < ir->n_values; i++) {
		uint32_t name = ir->values[i].name;
		unsigned has;

		if (!name || seen[name])
			continue;
		seen[name] = 1;
		n++;
		has = ol_letters(&letters, ol_name(m, name));
		upper |= (has & OL_LETTER_UPPER) != 0;
		if (has & OL_LETTER_SPACE)
			count(&space, ol_name(m, name));
		if (has & OL_LETTER_HIGH)
			count(&high, ol_name(m, name));
	}
	space.total = high.total = n;
	emit(c, "space", &space);
	emit(c, "not-ascii", &high);
	/* without capitals no two names differ by case */
	if (upper)
		cases(c, seen, n);
	free(seen);
}

static void run(struct ol_check *c)
{
	unnamed(c);
	values(c);
	spelling(c);
}

const struct ol_builtin ol_builtin_name_survey = {
	.name = "name-survey",
	.about = "names of nodes and values, and weights that callers may replace, in sums",
	.vars = vars,
	.run = run,
};
