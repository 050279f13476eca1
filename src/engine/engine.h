/* engine.h: runs rules over a resolved model: op-indexed dispatch, limits, coverage counters. */
#ifndef OL_ENGINE_ENGINE_H
#define OL_ENGINE_ENGINE_H

#include "engine/facts.h"

struct ol_stands;

struct ol_engine_options {
	const struct ol_target *targets; /* selected ones, at most 64 */
	uint32_t n_targets;
	const struct ol_infer *inf; /* what was inferred of the model's values, or NULL */
	const struct ol_stands *stands; /* by target (stand.h), or NULL: worked out when asked for */
	const struct ol_weights *weights; /* what was read of the weights, or NULL */
	const uint8_t
	    *rule_on; /* by rule of the set: 0 = deselected; NULL = as the rule's `enabled` says */
	const int8_t *rule_severity;	     /* by rule: override, -1 = none; NULL = none */
	const struct ol_score_weights *score; /* what ranking and verdicts weigh with; NULL = defaults */
	uint32_t max_per_rule, max_findings; /* 1,000 (a rule and target) and 10,000 */
	uint64_t deadline_ms; /* 0 = none; past it the run stops with a finding model/time-limit */
	uint64_t deadline;    /* when that is, in ns of the monotonic clock; 0: counted from the run's
				 beginning */
};
void ol_engine_options_default(struct ol_engine_options *o);

struct ol_rule_stats {
	uint64_t candidates; /* things that the index led to */
	uint64_t matches, unknown, steps;
	uint64_t errors; /* evaluations that failed: a fault of the rule */
	char error[160]; /* the first of them; "" when none */
	uint64_t ns;	 /* wall time */
};

/* Appends findings (unranked). stats: by rule, or NULL. -1 only when memory is refused. */
int ol_engine_run(const struct ol_ir *ir, const struct ol_rules *rules,
		  const struct ol_engine_options *o, struct ol_findings *out,
		  struct ol_rule_stats *stats, struct ol_err *err);
/* Verdicts of the selected targets, into out->verdicts; readiness; what to fix first. After ranking. */
int ol_engine_verdicts(const struct ol_ir *ir, const struct ol_engine_options *o,
		       struct ol_findings *out, struct ol_err *err);
/* The model as a whole, from its verdicts or, without targets, from its findings. */
void ol_engine_readiness(const struct ol_ir *ir, struct ol_findings *out);
/* Points off a score for groups that block. */
double ol_engine_minus(const struct ol_score_weights *w, uint32_t groups, bool fixable);
/* Has it a safe automatic fix? */
bool ol_engine_is_fixable(const struct ol_finding *f);

/* Runs the examples of every rule whose id a selector names (NULL = all). Prints one line a failure
 * and a summary to out. Returns how many failed, -1 when memory is refused. */
int ol_engine_test_rules(const struct ol_rules *rules, const struct ol_rule *only,
			 struct ol_buf *out);

#endif
