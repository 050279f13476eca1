/* findings.h: what the audit found: records, where, how they are named, grouped and ranked. */
#ifndef OL_FINDINGS_FINDINGS_H
#define OL_FINDINGS_FINDINGS_H

#include "graph/graph.h"
#include "infer/origin.h"
#include "schema/target.h"

enum ol_severity { OL_SEV_NOTE, OL_SEV_WARNING, OL_SEV_ERROR, OL_SEV_COUNT };
enum ol_confidence { OL_CONF_POSSIBLE, OL_CONF_LIKELY, OL_CONF_CERTAIN };
enum ol_effort { OL_EFFORT_TRIVIAL, OL_EFFORT_LOW, OL_EFFORT_MODERATE, OL_EFFORT_HIGH };
enum ol_blast { OL_BLAST_NODE, OL_BLAST_DOWNSTREAM, OL_BLAST_SUBGRAPH, OL_BLAST_MODEL };
enum ol_applicability { OL_FIX_SAFE, OL_FIX_UNSAFE, OL_FIX_MANUAL };

extern const char *const ol_severity_names[]; /* by enum, NULL ends: "note" "warning" "error" */
extern const char *const ol_confidence_names[];
extern const char *const ol_effort_names[];
extern const char *const ol_blast_names[];
extern const char *const ol_applicability_names[];
/* Index of a name in such a table, -1 when absent. */
int ol_name_index(const char *const *names, struct ol_str name);

struct ol_fix_offer {
	struct ol_str title, action; /* action empty: manual */
	struct ol_kvs_text {
		const struct ol_str *keys, *values;
		uint32_t n;
	} with;
	uint8_t applicability;
};

/* Why a finding is taken for what another one led to. */
enum ol_cause {
	OL_CAUSE_NONE,
	OL_CAUSE_DTYPE,	  /* the type that it hangs on was made by a node with a finding about types */
	OL_CAUSE_SHAPE,	  /* the same of a shape, or of elements */
	OL_CAUSE_UNKNOWN, /* what it needs is not known from the other finding's node on */
	OL_CAUSE_OPSET	  /* it is gone once the opset is converted that the other asks for */
};
extern const char *const ol_cause_names[]; /* "none" "type" "shape" "unknown" "opset" */

struct ol_finding {
	struct ol_str rule; /* "op/unknown"; text outlives the finding */
	uint8_t severity, confidence, effort, blast;
	uint8_t by_rule; /* the severity before the user's own word: what a target does not take, it does
			    not take whatever the report calls it */
	uint8_t scope;	  /* enum ol_scope_kind (rules.h): what kind of thing the rule is about */
	uint64_t targets; /* bit i: the i-th selected target; 0: not about a target */
	struct ol_str message;
	struct ol_place place; /* ids of the model that the list belongs to */
	struct ol_str group;   /* root cause: equal strings are one group */
	const struct ol_fix_offer *fixes;
	uint32_t n_fixes;
	const struct ol_reason *reasons; /* where the facts come from that it hangs on */
	uint32_t n_reasons;
	/* set by ol_findings_rank */
	uint32_t rank; /* 1 is the first */
	uint32_t group_id, group_size;
	uint32_t blocks; /* nodes at risk */
	double score;	 /* 0 to 100 */
	double best;	 /* the best quality of its group's members in its band, and how many */
	uint32_t company; /* of them count (score.c) */
	uint32_t cause;	  /* rank of the finding that led to it; 0: none */
	uint8_t caused_by; /* enum ol_cause */
	uint32_t origin; /* node that made the type that all of its group hang on, or OL_NONE */
	uint32_t origin_value; /* the same, of a value that no node made: its name, or 0 */
	int32_t convert_to; /* opset that helps all targets of its group; 0: not about opsets */
	uint32_t instances; /* of one block, told as one group; 0: no such */
	/* set by ol_engine_verdicts */
	uint64_t stops; /* targets that it blocks, by bit */
	char fingerprint[17];
	/* set by what hides findings (suppressions, baselines) */
	uint8_t baseline; /* enum ol_in_baseline */
	const struct ol_suppressed *suppressed; /* or NULL */
};

enum ol_in_baseline { OL_BASELINE_NONE, OL_BASELINE_NEW, OL_BASELINE_UNCHANGED };

/* Why a finding is accepted. */
struct ol_suppressed {
	struct ol_str reason, by, expires; /* the latter two may be empty */
	struct ol_str where;		   /* "FILE:LINE:COLUMN" */
};

/* What a baseline has and the audit did not find any more. */
struct ol_absent {
	struct ol_str rule, locator, fingerprint;
};

/* What ranking weighs with; weights.c has the table with names, bounds and defaults, score.c the
 * formula. */
struct ol_score_weights {
	double error, warning, note; /* lower end of the bands */
	double least;		     /* what a finding weighs that puts nothing else at risk */
	double company;
	double confidence[3], ease[4];		/* by enum ol_confidence, enum ol_effort */
	double blocker, halved, unknown_node; /* of verdicts */
};
extern const struct ol_score_weights ol_score_defaults;
struct ol_score_weight {
	const char *name, *about;
	double value, least, most;
};
/* The table: i from 0 until false. */
bool ol_score_weight_at(const struct ol_score_weights *w, uint32_t i, struct ol_score_weight *out);
/* Sets one by name; -1 with err: no such name, or out of its bounds. */
int ol_score_weight_set(struct ol_score_weights *w, struct ol_str name, double value,
			struct ol_err *err);
/* Do the bands stand one above the other? */
int ol_score_weights_check(const struct ol_score_weights *w, struct ol_err *err);

/* The terms of a finding's score. */
enum { OL_BANDS = 4 };
extern const char *const ol_band_names[]; /* "error" "warning" "note" "possible note" */
struct ol_score_terms {
	int band;	   /* 0 is the highest */
	double low, high;  /* of the band */
	double share;	   /* of the model's nodes that is at risk */
	double reach;	   /* what that weighs */
	double confidence, ease;
	double quality;	   /* the product of the three */
	double best;	   /* quality of the best of its company */
	uint32_t company;
	double together;   /* with company */
	double score;
};
void ol_score_terms(const struct ol_score_weights *w, const struct ol_finding *f, uint32_t n_nodes,
		    struct ol_score_terms *out);

/* What ranking may ask, and how it weighs; set before ol_findings_rank, by ol_engine_run. */
struct ol_rank_options {
	struct ol_score_weights weights;
	const struct ol_infer *inf;	  /* or NULL: nothing is known of unknown values */
	const struct ol_target *targets; /* by bit of ol_finding.targets */
	uint32_t n_targets;
	bool unread; /* the file was not read to its end: what the rest holds may block any target */
};

/* The group to begin with: the one whose removal makes most targets ready, or brings most of them
 * nearest to it; then by rank. */
struct ol_fix_first {
	uint32_t rank;	  /* of its first finding; 0: there are no findings */
	uint64_t readies; /* targets that are ready without the group */
	uint64_t nearer;  /* targets that it blocks together with others */
	bool hidden;	  /* findings that are set aside block targets too */
};

/* The model as a whole. Without targets: what holds for any. */
struct ol_readiness {
	const char *verdict; /* the worst of the targets' */
	int score;	     /* their mean */
	uint32_t ready, fixable, blocked; /* targets */
	uint32_t blocking;   /* findings that block all targets, when none is selected */
};

struct ol_findings {
	struct ol_arena arena; /* messages, fixes */
	struct ol_finding *at;
	uint32_t n, cap;
	uint32_t n_hidden; /* behind the first n: suppressed or in the baseline */
	bool has_baseline;
	const struct ol_absent *absent;
	uint32_t n_absent;
	uint64_t in_baseline;
	uint64_t dropped;	     /* beyond --max-findings and the limit a rule */
	uint64_t dropped_errors[65]; /* of those the errors, by target; [64]: about no target */
	uint64_t undecided;	     /* assertions that met an unknown fact */
	uint64_t suppressed;
	uint64_t rule_errors; /* evaluations that ended in an error: faults of rules, see
				 ol_rule_stats */
	uint32_t counts[OL_SEV_COUNT];
	uint32_t n_groups;
	struct ol_rank_options how;
	struct ol_fix_first first;
	struct ol_readiness readiness;
	struct ol_target_verdict *verdicts; /* by selected target */
	uint32_t n_verdicts;
	struct ol_matrix *matrix; /* operators by targets; NULL with fewer than two targets */
};

/* A target's verdict: ready (nothing blocks), fixable (all that blocks has a safe automatic fix),
 * blocked. */
struct ol_target_verdict {
	struct ol_str name, title, version;
	const char *verdict;
	int score; /* 0 to 100 */
	uint32_t supported_nodes, unknown_nodes, nodes, blocking;
	uint32_t blocking_groups;
	double of_nodes, minus; /* score = of_nodes - minus, cut to its bounds */
	uint32_t fallback_nodes; /* of the supported ones: another target takes them over */
	struct ol_str fallback;	 /* that target; empty when there is none */
	/* for targets with a fallback, of the main graph: nodes that the target takes, the islands
	 * that they form, and what splits them */
	struct ol_islands {
		uint32_t nodes, taken, islands, largest, n_split;
		const uint32_t *split; /* node ids, the first of n_split */
		uint32_t n_listed;
		const struct ol_str *where; /* the same in words, set for reports */
	} islands;
};

/* How the nodes of one operator stand with one target. */
struct ol_matrix_cell {
	uint32_t full, partial, undecided, unknown, fallback, none;
};

/* Operators that not every target runs as they are; the most refused first. */
struct ol_matrix {
	struct ol_matrix_row {
		struct ol_str domain, op;
		uint32_t nodes;
		const struct ol_matrix_cell *cells; /* by target */
	} *rows;
	uint32_t n_rows, more;		    /* more: rows that were left out */
	const struct ol_matrix_cell *total; /* by target, of all nodes */
	uint32_t n_targets;
};
enum { OL_MATRIX_ROWS_MOST = 400 };

void ol_findings_init(struct ol_findings *f);
void ol_findings_free(struct ol_findings *f);
/* A new record with everything zero and place nowhere, or NULL when memory is refused. */
struct ol_finding *ol_findings_add(struct ol_findings *f);
/* Merges findings that differ in target only, groups, scores, fingerprints and sorts them (UX.md
 * section 7: severity sets the band, blast, confidence and effort place a finding within it; ties
 * by place and rule). Deterministic. Nodes at risk are counted exactly for the first findings; for
 * the rest ir->blocks stands in, where ol_ir_blocks has been called: do so before ranking many. -1 when
 * memory is refused: ranks and fingerprints are then not to be shown. */
int ol_findings_rank(struct ol_findings *f, const struct ol_ir *ir);

/* Sets `first` from ranks and `stops`. Ranking does it; again after `stops` are set. -1 when memory is
 * refused. */
int ol_findings_first(struct ol_findings *f);

/* How a place is written: "node conv1 (Conv, #12) in main/3.then_branch", "value x", "initializer
 * w", "model". */
void ol_place_print(const struct ol_model *m, const struct ol_place *p, struct ol_buf *out);
/* The word by which suppressions, baselines and links name the place of a finding: "node:NAME" (the
 * first output where there is no name), "value:X", "initializer:W", "opset:ai.onnx",
 * "function:DOMAIN:NAME", "graph:main", "model". A thing in a nested graph has the graph's path
 * before its name: "node:main/12.then_branch/NAME". */
void ol_finding_locator(const struct ol_model *m, const struct ol_finding *f, struct ol_buf *out);

#endif
