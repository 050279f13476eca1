/* std.c: the standard functions that are no operators: conversions, sizes, tests of strings; and
 * finding a function at run time. A table row is declared as a host's function is. */
#include <math.h>
#include <stdio.h>

#include "expr/internal.h"
#include "util/text.h"

const struct ol_func *const ol_expr_std_tables[] = {ol_expr_std_basic, ol_expr_std_strings,
						    ol_expr_std_math, NULL};

#define FN(name)                                                                                   \
	static struct ol_val name(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)

/* ---- sizes ---- */
FN(fn_size)
{
	uint64_t n = 0;

	(void)argc;
	switch (argv->kind) {
	case OL_V_LIST:
		n = argv->u.list->n;
		break;
	case OL_V_MAP:
		n = argv->u.map->n;
		break;
	case OL_V_BYTES:
		n = argv->u.s.n;
		break;
	default:
		if (!ol_expr_pay(e, argv->u.s.n / 32))
			return ol_expr_cost(e);
		for (size_t i = 0; i < argv->u.s.n; n++)
			ol_utf8_next(argv->u.s, &i);
	}
	return ol_v_int((int64_t)n);
}

/* ---- conversions ---- */
FN(fn_type)
{
	static const char *const names[] = {
	    [OL_V_NULL] = "null_type", [OL_V_BOOL] = "bool",	 [OL_V_INT] = "int",
	    [OL_V_UINT] = "uint",      [OL_V_DOUBLE] = "double", [OL_V_STRING] = "string",
	    [OL_V_BYTES] = "bytes",    [OL_V_LIST] = "list",	 [OL_V_MAP] = "map",
	    [OL_V_TYPE] = "type"};
	const char *name = argv->kind <= OL_V_TYPE ? names[argv->kind] : ol_expr_kind_name(e, argv);

	(void)argc;
	return (struct ol_val){.kind = OL_V_TYPE, .cls = argv->kind, .u.s = ol_str(name)};
}

FN(fn_same)
{
	(void)e;
	(void)argc;
	return *argv;
}

static struct ol_val no_range(struct ol_eval *e, const char *to)
{
	return ol_v_error(e, "range error: the value does not fit %s", to);
}

FN(fn_int)
{
	int64_t i;

	(void)argc;
	switch (argv->kind) {
	case OL_V_UINT:
		return argv->u.u > INT64_MAX ? no_range(e, "int") : ol_v_int((int64_t)argv->u.u);
	case OL_V_DOUBLE:
		/* both ends out: they are not what was written */
		if (!(argv->u.d > -9223372036854775808.0 && argv->u.d < 9223372036854775808.0))
			return no_range(e, "int");
		return ol_v_int((int64_t)argv->u.d);
	default:
		if (!ol_text_int(argv->u.s, &i))
			return ol_v_error(e, "the string is no int");
		return ol_v_int(i);
	}
}

FN(fn_uint)
{
	uint64_t u = 0;

	(void)argc;
	switch (argv->kind) {
	case OL_V_INT:
		if (argv->u.i < 0)
			return no_range(e, "uint");
		u = (uint64_t)argv->u.i;
		break;
	case OL_V_DOUBLE:
		if (!(argv->u.d > -1 && argv->u.d < 18446744073709551616.0))
			return no_range(e, "uint");
		u = argv->u.d < 0 ? 0 : (uint64_t)argv->u.d;
		break;
	default:
		for (size_t i = 0; i < argv->u.s.n; i++) {
			unsigned d = (unsigned)(argv->u.s.p[i] - '0');

			if (d > 9 || u > (UINT64_MAX - d) / 10)
				return ol_v_error(e, "the string is no uint");
			u = u * 10 + d;
		}
		if (!argv->u.s.n)
			return ol_v_error(e, "the string is no uint");
	}
	return (struct ol_val){.kind = OL_V_UINT, .u.u = u};
}

FN(fn_double)
{
	static const struct {
		const char *text;
		double value;
	} words[] = {{"NaN", (double)NAN},
		     {"Infinity", (double)INFINITY},
		     {"+Infinity", (double)INFINITY},
		     {"-Infinity", (double)-INFINITY},
		     {"inf", (double)INFINITY},
		     {"-inf", (double)-INFINITY},
		     {"nan", (double)NAN}};
	double d;

	(void)argc;
	if (argv->kind == OL_V_INT)
		return ol_v_double((double)argv->u.i);
	if (argv->kind == OL_V_UINT)
		return ol_v_double((double)argv->u.u);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ol_str_is(argv->u.s, words[i].text))
			return ol_v_double(words[i].value);
	return ol_expr_double_read(argv->u.s, &d) ? ol_v_double(d)
						  : ol_v_error(e, "the string is no double");
}

FN(fn_string)
{
	struct ol_val v = {.kind = OL_V_STRING};
	char buf[40], *p;
	size_t bad;
	int n = 0;

	(void)argc;
	switch (argv->kind) {
	case OL_V_BOOL:
		return ol_v_str(argv->u.b ? OL_STR("true") : OL_STR("false"));
	case OL_V_INT:
		n = snprintf(buf, sizeof(buf), "%lld", (long long)argv->u.i);
		break;
	case OL_V_UINT:
		n = snprintf(buf, sizeof(buf), "%llu", (unsigned long long)argv->u.u);
		break;
	case OL_V_DOUBLE:
		n = ol_expr_double_text(argv->u.d, buf);
		break;
	default: /* bytes */
		if (!ol_utf8_valid(argv->u.s, &bad))
			return ol_v_error(e, "invalid UTF-8 in bytes at %zu", bad);
		return ol_v_str(argv->u.s);
	}
	p = ol_expr_new_string(e, (uint64_t)n, &v);
	if (p)
		memcpy(p, buf, (size_t)n);
	return v;
}

FN(fn_bytes)
{
	(void)e;
	(void)argc;
	return (struct ol_val){.kind = OL_V_BYTES, .u.s = argv->u.s};
}

FN(fn_bool)
{
	static const char *const yes[] = {"1", "t", "true", "TRUE", "True"};
	static const char *const no[] = {"0", "f", "false", "FALSE", "False"};

	(void)argc;
	for (size_t i = 0; i < 5; i++) {
		if (ol_str_is(argv->u.s, yes[i]))
			return ol_v_bool(true);
		if (ol_str_is(argv->u.s, no[i]))
			return ol_v_bool(false);
	}
	return ol_v_error(e, "type conversion error: the string is no bool");
}

/* ---- strings ---- */
FN(fn_starts)
{
	(void)argc;
	if (!ol_expr_pay(e, argv[1].u.s.n / 32))
		return ol_expr_cost(e);
	return ol_v_bool(
	    argv[0].u.s.n >= argv[1].u.s.n &&
	    (!argv[1].u.s.n || memcmp(argv[0].u.s.p, argv[1].u.s.p, argv[1].u.s.n) == 0));
}

FN(fn_ends)
{
	size_t n = argv[0].u.s.n, k = argv[1].u.s.n;

	(void)argc;
	if (!ol_expr_pay(e, k / 32))
		return ol_expr_cost(e);
	return ol_v_bool(n >= k && (!k || memcmp(argv[0].u.s.p + n - k, argv[1].u.s.p, k) == 0));
}

FN(fn_contains)
{
	(void)argc;
	if (!ol_expr_pay(e, argv[0].u.s.n / 32))
		return ol_expr_cost(e);
	return ol_v_bool(ol_expr_find(argv[0].u.s, argv[1].u.s, 0) <= argv[0].u.s.n);
}

FN(fn_matches)
{
	(void)argc;
	return ol_expr_matches(e, argv[0].u.s, argv[1].u.s);
}

const struct ol_func ol_expr_std_basic[] = {
    {NULL, "size", "string", "int", fn_size, "code points of a string"},
    {NULL, "size", "bytes", "int", fn_size, "bytes"},
    {NULL, "size", "list", "int", fn_size, "items of a list"},
    {NULL, "size", "map", "int", fn_size, "keys of a map"},
    {"string", "size", "", "int", fn_size, "code points"},
    {"bytes", "size", "", "int", fn_size, "bytes"},
    {"list", "size", "", "int", fn_size, "items"},
    {"map", "size", "", "int", fn_size, "keys"},
    {NULL, "type", "dyn", "type", fn_type, "the type of a value"},
    {NULL, "int", "int", "int", fn_same, "the same"},
    {NULL, "int", "uint", "int", fn_int, "the same number, an error when too large"},
    {NULL, "int", "double", "int", fn_int, "cut towards zero"},
    {NULL, "int", "string", "int", fn_int, "read from decimal digits"},
    {NULL, "uint", "uint", "uint", fn_same, "the same"},
    {NULL, "uint", "int", "uint", fn_uint, "the same number, an error when negative"},
    {NULL, "uint", "double", "uint", fn_uint, "cut towards zero"},
    {NULL, "uint", "string", "uint", fn_uint, "read from decimal digits"},
    {NULL, "double", "double", "double", fn_same, "the same"},
    {NULL, "double", "int", "double", fn_double, "the nearest double"},
    {NULL, "double", "uint", "double", fn_double, "the nearest double"},
    {NULL, "double", "string", "double", fn_double, "read from text"},
    {NULL, "string", "string", "string", fn_same, "the same"},
    {NULL, "string", "int", "string", fn_string, "decimal"},
    {NULL, "string", "uint", "string", fn_string, "decimal"},
    {NULL, "string", "double", "string", fn_string, "shortest decimal that reads back the same"},
    {NULL, "string", "bytes", "string", fn_string, "an error when not UTF-8"},
    {NULL, "string", "bool", "string", fn_string, "true or false"},
    {NULL, "bytes", "bytes", "bytes", fn_same, "the same"},
    {NULL, "bytes", "string", "bytes", fn_bytes, "its UTF-8"},
    {NULL, "bool", "bool", "bool", fn_same, "the same"},
    {NULL, "bool", "string", "bool", fn_bool, "true, t, 1, false, f, 0"},
    {"string", "startsWith", "string", "bool", fn_starts, "does it begin with the other"},
    {"string", "endsWith", "string", "bool", fn_ends, "does it end with the other"},
    {"string", "contains", "string", "bool", fn_contains, "is the other anywhere in it"},
    {"string", "matches", "string", "bool", fn_matches, "is the regular expression found in it"},
    {NULL, "matches", "string, string", "bool", fn_matches,
     "is the regular expression found in it"},
    {0},
};

const struct ol_func *ol_expr_std_func(uint32_t i)
{
	for (uint32_t t = 0; ol_expr_std_tables[t]; t++)
		for (const struct ol_func *f = ol_expr_std_tables[t]; f->name; f++)
			if (i-- == 0)
				return f;
	return NULL;
}

/* ---- by name, at run time ---- */
enum fit { NO, ABSENT, YES }; /* ABSENT: but for a null that is an absent fact */

static enum fit fit_one(const struct ol_eval *e, struct ol_str type, const struct ol_val *v)
{
	uint8_t cls;
	bool null;
	uint8_t kind = ol_sig_kind(e->env, type, &cls, &null);

	if (kind == OL_X_DYN || (kind == v->kind && (kind != OL_V_OBJECT || cls == v->cls)))
		return YES;
	if (v->kind != OL_V_NULL)
		return NO;
	return null ? YES : v->cls == OL_X_LITERAL_NULL ? NO : ABSENT;
}

static enum fit fit_row(const struct ol_eval *e, const struct ol_func *f, const struct ol_val *argv,
			uint32_t argc)
{
	struct ol_sig sig = {.at = f->args};
	enum fit all = YES, one;
	uint32_t i = 0;

	if (f->cls) {
		all = fit_one(e, ol_str(f->cls), argv);
		i = 1;
	}
	for (; i < argc && all != NO; i++) {
		if (!ol_sig_next(&sig))
			return NO;
		one = fit_one(e, sig.type, &argv[i]);
		all = one < all ? one : all;
	}
	if (all != NO && !sig.more && ol_sig_next(&sig) && !sig.optional && !sig.more)
		return NO;
	return all;
}

/* Tries the rows of the name, from `f` on while they have it; true: *v is the call's result. */
static bool try_rows(struct ol_eval *e, const struct ol_func *f, const struct ol_func *end,
		     struct ol_str name, bool method, const struct ol_val *argv, uint32_t argc,
		     struct ol_val *v, bool *found, bool *absent)
{
	for (; f != end && f->name; f++) {
		enum fit fit;

		if ((f->cls != NULL) != method || !ol_str_is(name, f->name))
			continue;
		*found = true;
		fit = fit_row(e, f, argv, argc);
		*absent |= fit == ABSENT;
		if (fit == YES) {
			*v = f->call(e, argv, argc);
			if (v->kind == OL_V_NULL)
				v->cls = 0; /* as in a call that is not late */
			return true;
		}
	}
	return false;
}

struct ol_val ol_expr_late(struct ol_eval *e, struct ol_str name, uint32_t std, uint32_t flags,
			   const struct ol_val *argv, uint32_t argc)
{
	const struct ol_val *error = NULL;
	bool method = (flags & OL_LATE_METHOD) != 0, absent = false, found = false;
	struct ol_val v;
	char what[80];

	for (uint32_t i = 0; i < argc; i++) {
		if (argv[i].kind == OL_V_UNKNOWN)
			return argv[i];
		if (argv[i].kind == OL_V_ERROR && !error)
			error = &argv[i];
	}
	if (error)
		return *error;
	if ((flags & OL_LATE_ENV) && try_rows(e, e->env->funcs, e->env->funcs + e->env->n_funcs,
					      name, method, argv, argc, &v, &found, &absent))
		return v;
	if (std < OL_STD_ANY &&
	    try_rows(e, ol_expr_std(std), NULL, name, method, argv, argc, &v, &found, &absent))
		return v;
	for (uint32_t t = 0; std == OL_STD_ANY && ol_expr_std_tables[t]; t++)
		if (try_rows(e, ol_expr_std_tables[t], NULL, name, method, argv, argc, &v, &found,
			     &absent))
			return v;
	if (absent || (method && argc && argv->kind == OL_V_NULL && argv->cls != OL_X_LITERAL_NULL))
		return ol_v_unknown();
	snprintf(what, sizeof(what), "%.*s()", name.n > 60 ? 60 : (int)name.n, name.p);
	if (!found)
		return ol_v_error(e, "no function %s", what);
	return ol_expr_no_overload(e, what, argv, argc);
}
