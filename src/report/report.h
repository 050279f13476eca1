/* report.h: findings in a form that somebody reads. One src/report/fmt_<name>.c a format, with one const struct
 * `ol_format_<name>`; the build lists the files.
 *
 * A format sees plain text and numbers (ol_report_model), never a loaded model: models are audited, reported and freed
 * one after the other, and a saved result is reported by the same code. */
#ifndef OL_REPORT_REPORT_H
#define OL_REPORT_REPORT_H

#include "findings/findings.h"
#include "rules/rules.h"
#include "util/json.h"

/* Where a finding is. Text that does not apply is empty, numbers are -1. */
struct ol_report_place {
	struct ol_str graph;            /* "main/12.then_branch" */
	bool has_node;
	struct ol_str node;             /* the node's name; may be empty with has_node */
	struct ol_str domain, op_type;
	struct ol_str function;         /* "fn:domain:name" when it is about a function as a whole */
	struct ol_str value;
	struct ol_str where;            /* in words: "node conv1 (Conv, #12) in main/3.then_branch" */
	struct ol_str locator;          /* for suppressions and links: "node:conv1" */
	int64_t index;                  /* of the node in its graph */
	int64_t offset, length, line, column;
};

/* A node that a fact was derived by, and what is known of what it made. */
struct ol_report_step {
	struct ol_report_place at;
	struct ol_str is;
};

/* Where a fact comes from that a finding hangs on. */
struct ol_report_reason {
	const char *fact;               /* "dtype" "shape" "constant" */
	struct ol_str value, is;        /* whose, and what it is: "float16", "[2, 6]" */
	struct ol_str text;             /* all of it in a sentence */
	struct ol_str from, from_is;    /* what the chain begins with; empty: its first node needs nothing */
	const char *from_role;          /* "a graph input"; "" without from */
	const struct ol_report_step *steps;
	uint32_t n_steps, omitted;      /* in the order of the work; omitted in the middle */
};

struct ol_report_finding {
	uint32_t rank, group_size, blocks;
	uint32_t group_id;              /* 0 to n_groups - 1, in order of first appearance */
	struct ol_str rule, message, group, fingerprint;
	uint8_t severity, confidence, effort;
	double score;
	struct ol_report_place at;
	struct ol_place place;          /* ids, for callers that hold the model */
	const struct ol_str *targets;   /* names */
	uint32_t n_targets;
	const struct ol_fix_offer *fixes;
	uint32_t n_fixes;
	const struct ol_report_reason *reasons;
	uint32_t n_reasons;
	uint8_t baseline;               /* enum ol_in_baseline */
	const struct ol_suppressed *suppressed; /* or NULL */
	uint32_t cause;                 /* rank of the finding that led to it, 0: none */
	const char *caused_by;          /* how: "type" "shape" "unknown" "opset"; "" without a cause */
	uint32_t instances;             /* of the block that its group tells of, 0: no such */
	int32_t convert_to;             /* opset that helps all targets of its group, 0: not about opsets */
	struct ol_str origin;           /* what made the type that its group hangs on, in words; or empty */
	const struct ol_str *stops;     /* names of targets that it blocks */
	uint32_t n_stops;
	struct ol_score_terms terms;
};

struct ol_report_opset {
	struct ol_str domain;
	int64_t version;
};

/* What an audit cost. */
enum ol_step { OL_STEP_LOAD, OL_STEP_GRAPH, OL_STEP_INFER, OL_STEP_WEIGHTS, OL_STEP_RULES, OL_STEPS };
struct ol_report_cost {
	struct ol_str rule;
	uint64_t candidates, matches, ns; /* things looked at, hits, wall time */
};
struct ol_report_stats {
	uint64_t ns[OL_STEPS];
	struct ol_report_cost *rules; /* those that ran */
	uint32_t n;
};

/* A model's audit. All text lies in `arena` and is NUL-terminated; a NUL byte in a model's text stands as "\x00". */
struct ol_report_model {
	struct ol_arena arena;
	struct ol_str path, producer, producer_version;
	uint64_t size;
	bool complete, has_ir_version;
	int64_t ir_version;
	const struct ol_report_opset *opsets;
	uint32_t n_opsets;
	uint64_t nodes, initializers, parameters;
	const struct ol_target_verdict *verdicts;
	uint32_t n_verdicts;
	const struct ol_matrix *matrix; /* or NULL */
	struct ol_readiness readiness;
	struct ol_fix_first first;
	struct ol_score_weights weights;
	struct ol_report_finding *findings; /* by rank; behind n_findings those that are hidden */
	uint32_t n_findings, n_groups;
	uint32_t n_hidden;              /* suppressed or in the baseline */
	bool has_baseline;
	const struct ol_absent *absent; /* of the baseline, not found any more */
	uint32_t n_absent;
	uint64_t in_baseline;
	struct ol_str config;           /* configuration file that holds for it, or empty */
	struct ol_str custom_ops;       /* file of custom operators that was used, or empty */
	const struct ol_report_stats *stats; /* or NULL */
	uint32_t counts[OL_SEV_COUNT];
	uint64_t suppressed, undecided, dropped, rule_errors;
};

/* Copies what a report needs; the model, IR and findings may go afterwards. NULL when memory is refused. f must be ranked. */
struct ol_report_model *ol_report_model_new(const struct ol_model *m, const struct ol_findings *f);
void ol_report_model_free(struct ol_report_model *m);

/* A report being written. The caller fills the first part and takes `out` after each step. */
struct ol_report {
	const struct ol_rules *rules; /* for why and references; may be NULL */
	bool color, ascii;
	uint32_t width;               /* columns, 0 = do not wrap */
	uint32_t limit;               /* groups shown a model in text, 0 = all */
	int verbose;                  /* -1 quiet, 0, 1 */
	bool explain_score;
	const char *version;
	struct ol_buf out;
	/* kept by ol_report_* */
	const struct ol_format *format;
	struct ol_json json;          /* formats that are JSON */
	uint32_t n_models, n_clean;
	uint64_t n_groups, suppressed, undecided, in_baseline, absent;
	struct ol_statistics *statistics; /* or NULL: none asked for (statistics.h) */
	uint64_t counts[OL_SEV_COUNT];
};

struct ol_format {
	const char *name, *about;
	/* Each appends to r->out. begin and end may be NULL. When model() is called, r's counters do not hold it yet. */
	void (*begin)(struct ol_report *r);
	void (*model)(struct ol_report *r, const struct ol_report_model *m);
	void (*end)(struct ol_report *r);
};
extern const struct ol_format *const ol_formats[]; /* NULL-ended, generated list */
const struct ol_format *ol_format_find(struct ol_str name);
/* The nearest format name; n == 0 when none is near. */
struct ol_str ol_format_nearest(struct ol_str name);

/* ---- the files of this folder only ---- */
struct ol_layout;
/* Verdicts and matrix, copied (view_targets.c). */
void ol_report_keep_targets(struct ol_report_model *r, const struct ol_model *m, const struct ol_findings *f, bool *bad);
/* Islands of a verdict; the matrix (text_targets.c, json_targets.c). */
void ol_report_islands(const struct ol_layout *l, const struct ol_target_verdict *v);
void ol_report_matrix(const struct ol_layout *l, const struct ol_report_model *m);
void ol_report_islands_json(struct ol_json *j, const struct ol_target_verdict *v);
void ol_report_matrix_json(struct ol_json *j, const struct ol_report_model *m);
/* What ranking adds to a finding of the report: causes, blocks, terms (view_ranking.c). */
void ol_report_keep_ranking(struct ol_report_model *r, const struct ol_model *m, const struct ol_findings *f, uint32_t i,
			    bool *bad);
/* The group to begin with; the score of a finding, of a verdict, and the weights, term by term (text_ranking.c). */
void ol_report_errand(const struct ol_report_finding *f, struct ol_buf *out);
void ol_report_fix_first(const struct ol_layout *l, const struct ol_report_model *m);
void ol_report_overall(const struct ol_layout *l, const struct ol_report_model *m);
void ol_report_terms(const struct ol_layout *l, const struct ol_report_model *m, const struct ol_report_finding *f,
		     uint32_t column);
void ol_report_verdict_terms(const struct ol_layout *l, const struct ol_report_model *m, const struct ol_target_verdict *v);
void ol_report_weights(const struct ol_layout *l, const struct ol_score_weights *w);
/* The same as JSON (json_ranking.c). */
void ol_report_ranking_json(struct ol_json *j, const struct ol_report_model *m, const struct ol_report_finding *f, bool terms);
void ol_report_head_json(struct ol_json *j, const struct ol_report_model *m);
void ol_report_groups_json(struct ol_json *j, const struct ol_report_model *m);
void ol_report_weights_json(struct ol_json *j, const struct ol_score_weights *w);

void ol_report_begin(struct ol_report *r, const struct ol_format *f);
void ol_report_model(struct ol_report *r, const struct ol_report_model *m);
void ol_report_end(struct ol_report *r);

#endif
