/* constant_values.c: stored floats that are no numbers, or that float16 could not hold; int64 that int32 could not.
 *
 * Of tensors whose elements loading has at hand anyhow (4 KiB): biases, scales, norms, small weights and constants. Large
 * payloads are not read for it. */
#include "rules/check.h"

#include <inttypes.h>
#include <math.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "nan, infinite, past-float16, or past-int32 (of int64)"},
	{"tensor", "string", "the tensor's name, or the attribute's"},
	{"role", "string", "initializer, attribute, …"},
	{"dtype", "string", "its element type"},
	{"count", "int", "elements that are so"},
	{"total", "int", "elements"},
	{"first", "int", "position of the first of them, row-major"},
	{"worst", "string", "the one of the greatest magnitude"},
	{"negative", "bool", "infinite: are all of them negative, as in an attention mask"},
	{NULL, NULL, NULL},
};

enum fault { NAN_FOUND, INFINITE, PAST_FLOAT16, PAST_INT32, FAULTS };
static const char *const names[FAULTS] = {"nan", "infinite", "past-float16", "past-int32"};

struct found {
	int64_t n, first;
	double worst;
	int64_t worst_int;
	bool positive, varied;
};

static void note(struct found *f, int64_t i, double v)
{
	if (f->n++ == 0)
		f->first = i;
	else
		f->varied |= v < f->worst || v > f->worst;
	if (fabs(v) > fabs(f->worst))
		f->worst = v;
	f->positive |= v > 0;
}

static void emit(struct ol_check *c, const struct ol_tensor_site *site, enum fault fault, const struct found *f,
		 int64_t total)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	struct ol_val v[] = {
		ol_v_str(ol_str(names[fault])),
		ol_v_str(site->name),
		ol_v_str(ol_str(site->role)),
		ol_v_str(ol_str(ol_dtype_info(t->dtype)->name)),
		ol_v_int(f->n),
		ol_v_int(total),
		ol_v_int(f->first),
		fault == PAST_INT32 ? ol_check_text(c, "%" PRId64, f->worst_int) : ol_check_text(c, "%.6g", f->worst),
		ol_v_bool(!f->positive),
	};

	ol_check_emit(c, site->place, v);
}

/* The bounds stand for "no bound": they are cut to those of int32 everywhere. */
static bool is_bound(int64_t v)
{
	return v >= INT64_MAX - 1 || v <= INT64_MIN + 2;
}

static void check_ints(struct ol_check *c, const struct ol_tensor_site *site, int64_t total)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	struct found found = {0};
	int64_t v;

	for (int64_t i = 0; i < total && ol_tensor_int(t, (uint64_t)i, &v); i++) {
		if ((v >= INT32_MIN && v <= INT32_MAX) || is_bound(v))
			continue;
		if (found.n == 0 || fabs((double)v) > fabs(found.worst))
			found.worst_int = v;
		note(&found, i, (double)v);
	}
	if (found.n)
		emit(c, site, PAST_INT32, &found, total);
}

static void check(struct ol_check *c, const struct ol_tensor_site *site)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	int64_t total = ol_tensor_elements(t);
	struct found found[FAULTS] = {{0}};
	double v;

	if (!t->data || t->location == 1)
		return;
	if (t->dtype == OL_DT_INT64)
		check_ints(c, site, total);
	if (t->dtype != OL_DT_FLOAT && t->dtype != OL_DT_DOUBLE && t->dtype != OL_DT_FLOAT16 && t->dtype != OL_DT_BFLOAT16)
		return;
	for (int64_t i = 0; i < total && ol_tensor_double(t, (uint64_t)i, &v); i++) {
		if (isnan(v))
			note(&found[NAN_FOUND], i, v);
		else if (isinf(v))
			note(&found[INFINITE], i, v);
		else if (fabs(v) >= 65520) /* rounds to no finite float16 */
			note(&found[PAST_FLOAT16], i, v);
	}
	/* one negative number again and again: a mask, which converters cut to what float16 holds */
	if (!found[PAST_FLOAT16].positive && !found[PAST_FLOAT16].varied)
		found[PAST_FLOAT16].n = 0;
	for (int f = 0; f < FAULTS; f++)
		if (found[f].n)
			emit(c, site, (enum fault)f, &found[f], total);
}

static void run(struct ol_check *c)
{
	ol_check_tensors(c, check);
}

const struct ol_builtin ol_builtin_constant_values = {
	.name = "constant-values",
	.about = "small stored tensors with NaN, infinities, or numbers past float16",
	.vars = vars,
	.run = run,
};
