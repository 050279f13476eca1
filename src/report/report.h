/* report.h: findings in a form that somebody reads. One src/report/fmt_<name>.c a format, with one const struct
 * `ol_format_<name>`; the build lists the files. */
#ifndef OL_REPORT_REPORT_H
#define OL_REPORT_REPORT_H

#include "findings/findings.h"
#include "rules/rules.h"

struct ol_report_model {
	struct ol_str path;
	const struct ol_model *model; /* NULL only when the file could not be read at all */
	const struct ol_ir *ir;
	const struct ol_findings *findings;
};

struct ol_report {
	const struct ol_report_model *models;
	uint32_t n_models;
	const struct ol_rules *rules; /* for why and references */
	bool color, utf8;
	uint32_t width;               /* columns, 0 = do not wrap */
	uint32_t limit;               /* groups shown a model in text, 0 = all */
	int verbose;                  /* -1 quiet, 0, 1 */
	const char *version;
};

struct ol_format {
	const char *name, *about;
	void (*write)(const struct ol_report *r, struct ol_buf *out);
};
extern const struct ol_format *const ol_formats[]; /* NULL-ended, generated list */
const struct ol_format *ol_format_find(struct ol_str name);

#endif
