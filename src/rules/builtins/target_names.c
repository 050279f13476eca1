/* target_names.c: names that a target cannot keep, counted by kind: those of TensorFlow scopes, of Keras operations. */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "tensorflow: no scope name of TensorFlow; keras: no name of a Keras operation"},
	{"count", "int", "names of values that are so"},
	{"total", "int", "names of values"},
	{"first", "string", "the first of them"},
	{NULL, NULL, NULL},
};

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* [A-Za-z0-9.][A-Za-z0-9_.\/>-]* */
static bool is_scope(struct ol_str s)
{
	if (!s.n || !(alnum(s.p[0]) || s.p[0] == '.'))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!alnum(s.p[i]) && (!s.p[i] || !strchr("_.\\/>-", s.p[i])))
			return false;
	return true;
}

/* No slash, and no dot, which a back end refuses in the names of parameters. */
static bool is_keras(struct ol_str s)
{
	return s.n && !memchr(s.p, '/', s.n) && !memchr(s.p, '.', s.n);
}

static void survey(struct ol_check *c, const char *fault, bool (*fits)(struct ol_str))
{
	const struct ol_ir *ir = c->ir;
	uint32_t n = 0, total = 0, first = 0;
	struct ol_val v[4];

	for (uint32_t i = 0; i < ir->n_values; i++) {
		if (!ir->values[i].name || ir->model->graphs[ir->values[i].graph].function != OL_NONE)
			continue;
		total++;
		if (!fits(ol_name(ir->model, ir->values[i].name)) && n++ == 0)
			first = ir->values[i].name;
	}
	if (!n)
		return;
	v[0] = ol_v_str(ol_str(fault));
	v[1] = ol_v_int(n);
	v[2] = ol_v_int(total);
	v[3] = ol_v_str(ol_name(ir->model, first));
	ol_check_emit(c, OL_NOWHERE, v);
}

static void run(struct ol_check *c)
{
	survey(c, "tensorflow", is_scope);
	survey(c, "keras", is_keras);
}

const struct ol_builtin ol_builtin_target_names = {
	.name = "target-names",
	.about = "names of values that are no TensorFlow scope names or no Keras names, in sums",
	.vars = vars,
	.run = run,
};
