/* facts_stats.c: what a tensor's elements are like, as expressions see it: counts, range, position of the first. The struct is
 * made once for `tensor.stats` and kept in scratch. */
#include "engine/facts_table.h"

OL_FACTS_GET(tensor_stats)
{
	struct ol_stats s;

	if (!ol_weights_stats(ol_facts_of(e)->weights, ol_facts_model(e), (uint32_t)self.u.obj.a, &s))
		return ol_v_unknown();
	return ol_facts_copy(e, OL_CLS_STATS, &s, sizeof(s));
}

static const struct ol_stats *stats(struct ol_val self)
{
	return (const struct ol_stats *)(uintptr_t)self.u.obj.a;
}

static struct ol_val stats_n(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int((int64_t)stats(self)->n);
}

static struct ol_val stats_constant(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_bool(stats(self)->constant);
}

static struct ol_val stats_negative_infs(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return ol_v_int((int64_t)stats(self)->negative_infs);
}

static struct ol_val stats_min(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return stats(self)->has_range ? ol_v_double(stats(self)->min) : ol_v_null();
}

static struct ol_val stats_max(struct ol_eval *e, struct ol_val self)
{
	(void)e;
	return stats(self)->has_range ? ol_v_double(stats(self)->max) : ol_v_null();
}

/* A count, and the position of the first. */
#define COUNT(name, stat)                                                                                              \
	static struct ol_val count_##name(struct ol_eval *e, struct ol_val self)                                       \
	{                                                                                                              \
		(void)e;                                                                                               \
		return ol_v_int((int64_t)stats(self)->count[stat]);                                                    \
	}                                                                                                              \
	static struct ol_val first_##name(struct ol_eval *e, struct ol_val self)                                       \
	{                                                                                                              \
		(void)e;                                                                                               \
		return stats(self)->count[stat] ? ol_v_int((int64_t)stats(self)->first[stat]) : ol_v_null();           \
	}
COUNT(nan, OL_STAT_NAN)
COUNT(inf, OL_STAT_INF)
COUNT(zero, OL_STAT_ZERO)
COUNT(denormal, OL_STAT_DENORMAL)
COUNT(past16, OL_STAT_PAST16)
COUNT(tiny16, OL_STAT_TINY16)
COUNT(past32, OL_STAT_PAST32)

const struct ol_field ol_facts_stats_fields[] = {
    {"elements", "int", stats_n, "elements"},
    {"nans", "int", count_nan, "how many are NaN"},
    {"first_nan", "int?", first_nan, "row-major position of the first; null when there is none"},
    {"infs", "int", count_inf, "how many are infinite"},
    {"first_inf", "int?", first_inf, "position of the first"},
    {"negative_infs", "int", stats_negative_infs, "how many are minus infinity"},
    {"zeros", "int", count_zero, "how many are zero"},
    {"first_zero", "int?", first_zero, "position of the first"},
    {"denormals", "int", count_denormal, "floats: how many are not zero and below the type's smallest normal number"},
    {"first_denormal", "int?", first_denormal, "position of the first"},
    {"past_float16", "int", count_past16, "floats: how many are finite and infinite as float16"},
    {"first_past_float16", "int?", first_past16, "position of the first"},
    {"below_float16", "int", count_tiny16, "floats: how many are not zero, and zero as float16"},
    {"first_below_float16", "int?", first_tiny16, "position of the first"},
    {"past_int32", "int", count_past32, "integers: how many int32 does not hold, the extremes of int64 aside"},
    {"first_past_int32", "int?", first_past32, "position of the first"},
    {"min", "double?", stats_min, "the least finite element"},
    {"max", "double?", stats_max, "the greatest finite element"},
    {"constant", "bool", stats_constant, "do all have the same bits"},
    {0},
};
