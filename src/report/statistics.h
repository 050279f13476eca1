/* statistics.h: counts and costs over all models of a report, for --statistics. */
#ifndef OL_REPORT_STATISTICS_H
#define OL_REPORT_STATISTICS_H

#include "report/report.h"

/* A rule that ran, or a family of them. */
struct ol_stat_rule {
	struct ol_str rule;
	uint64_t counts[OL_SEV_COUNT]; /* findings that are not set aside */
	uint64_t aside;		       /* suppressed or in the baseline */
	uint32_t models;	       /* with a finding of it */
	uint32_t last;		       /* the model that was counted last, from 1 */
	uint64_t candidates, matches, ns;
};

struct ol_statistics {
	struct ol_arena arena;
	struct ol_stat_rule *rules; /* by id */
	uint32_t n, cap;
	uint32_t models;
	uint64_t ns[OL_STEPS];
	bool failed;
};
extern const char *const ol_step_names[]; /* by enum ol_step */

/* Takes in a model; does nothing for one without stats. */
void ol_statistics_add(struct ol_report *r, const struct ol_report_model *m);
void ol_statistics_free(struct ol_report *r);
/* Sums a family of rules, whose ids begin alike; from: its first rule. Returns the index behind its
 * last. */
uint32_t ol_statistics_family(const struct ol_statistics *s, uint32_t from,
			      struct ol_stat_rule *out);

/* For the formats; they write nothing when there are none. */
void ol_statistics_text(struct ol_report *r);
void ol_statistics_json(struct ol_report *r);

#endif
