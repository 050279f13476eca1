/* constant_values.c: stored numbers that are remarkable: NaN, infinities, what float16 or int32 could not hold, tensors of
 * nothing but one number.
 *
 * What elements are like comes from src/weights: of small tensors (4 KiB) always, of the others when weights are read. What is
 * no fault by itself is looked for only then (`read`): whoever asks for weights to be read wants to know. */
#include "rules/check.h"

#include <math.h>

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "nan, infinite, past-float16, below-float16, denormal, past-int32 or constant"},
	{"tensor", "string", "the tensor's name, or the attribute's"},
	{"role", "string", "initializer, attribute, …"},
	{"dtype", "string", "its element type"},
	{"count", "int", "elements that are so"},
	{"total", "int", "elements"},
	{"first", "int", "position of the first of them, row-major"},
	{"at", "string", "the same by dimension: \"[0, 5, 2]\""},
	{"worst", "string", "the one of the greatest magnitude; of a constant tensor, the number"},
	{"negative", "bool", "infinite: are all of them negative, as in an attention mask"},
	{"zero", "bool", "constant: is the number zero"},
	{"rank", "int", "dimensions of the tensor"},
	{"bytes", "int", "bytes that its elements take"},
	{"read", "bool", "were weights read (--weights)"},
	{NULL, NULL, NULL},
};

struct hit {
	const char *fault;
	enum ol_stat stat;
	double worst;
	bool negative;
};

static void emit(struct ol_check *c, const struct ol_tensor_site *site, const struct ol_stats *s, const struct hit *h)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	bool all = h->stat == OL_STAT_COUNT;
	uint64_t count = all ? s->n : s->count[h->stat], first = all ? 0 : s->first[h->stat];
	int64_t bytes = ol_dtype_bytes(t->dtype, (int64_t)s->n);
	struct ol_str at = ol_weights_position(c->scratch, t, first);
	struct ol_val v[] = {
		ol_v_str(ol_str(h->fault)),
		ol_v_str(site->name),
		ol_v_str(ol_str(site->role)),
		ol_v_str(ol_str(ol_dtype_info(t->dtype)->name)),
		ol_v_int((int64_t)count),
		ol_v_int((int64_t)s->n),
		ol_v_int((int64_t)first),
		at.p ? ol_v_str(at) : ol_v_unknown(),
		ol_check_text(c, "%.6g", h->worst),
		ol_v_bool(h->negative),
		ol_v_bool(s->count[OL_STAT_ZERO] == s->n),
		ol_v_int(t->rank),
		ol_v_int(bytes),
		ol_v_bool(c->weights != NULL),
	};

	ol_check_emit(c, site->place, v);
}

static bool is_float(int32_t d)
{
	return d == OL_DT_FLOAT || d == OL_DT_DOUBLE || d == OL_DT_FLOAT16 || d == OL_DT_BFLOAT16;
}

/* Small tensors often are all zero or all one, and few are worth a word. */
static bool is_constant(const struct ol_stats *s)
{
	return s->n > 1 && (s->constant || s->count[OL_STAT_ZERO] == s->n) && !s->count[OL_STAT_NAN] &&
	       !s->count[OL_STAT_INF];
}

static void check(struct ol_check *c, const struct ol_tensor_site *site)
{
	const struct ol_tensor *t = &c->ir->model->tensors[site->tensor];
	bool has_float = is_float(t->dtype), has_nan = has_float || (t->dtype >= OL_DT_FLOAT8E4M3FN && t->dtype <= OL_DT_FLOAT8E5M2FNUZ) ||
						    t->dtype == OL_DT_FLOAT8E8M0;
	struct ol_stats s;
	double far;

	/* without --weights, other integers have nothing to tell */
	if (!has_nan && t->dtype != OL_DT_INT64 && !c->weights)
		return;
	if (!ol_weights_stats(c->weights, c->ir->model, site->tensor, &s))
		return;
	far = fabs(s.min) > s.max ? s.min : s.max;
	if (has_nan && s.count[OL_STAT_NAN])
		emit(c, site, &s, &(struct hit){"nan", OL_STAT_NAN, (double)NAN, false});
	if (has_nan && s.count[OL_STAT_INF]) {
		bool negative = s.negative_infs == s.count[OL_STAT_INF];

		emit(c, site, &s, &(struct hit){"infinite", OL_STAT_INF, negative ? -HUGE_VAL : HUGE_VAL, negative});
	}
	/* one negative number again and again: a mask, which converters cut to what float16 holds */
	if (has_float && s.count[OL_STAT_PAST16] && (s.max >= s.least_past16 || s.min < -s.least_past16))
		emit(c, site, &s, &(struct hit){"past-float16", OL_STAT_PAST16, far, false});
	if (s.count[OL_STAT_PAST32])
		emit(c, site, &s, &(struct hit){"past-int32", OL_STAT_PAST32, far, false});
	if (!c->weights)
		return;
	if (has_float && s.count[OL_STAT_TINY16])
		emit(c, site, &s, &(struct hit){"below-float16", OL_STAT_TINY16, far, false});
	if (has_float && s.count[OL_STAT_DENORMAL])
		emit(c, site, &s, &(struct hit){"denormal", OL_STAT_DENORMAL, far, false});
	if (is_constant(&s))
		emit(c, site, &s, &(struct hit){"constant", OL_STAT_COUNT, s.min, false});
}

static void run(struct ol_check *c)
{
	ol_check_tensors(c, check);
}

const struct ol_builtin ol_builtin_constant_values = {
	.name = "constant-values",
	.about = "stored tensors with NaN, infinities, numbers that narrower types lose, or one number only",
	.vars = vars,
	.run = run,
};
