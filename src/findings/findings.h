/* findings.h: what the audit found: records, where, how they are named, grouped and ranked. */
#ifndef OL_FINDINGS_FINDINGS_H
#define OL_FINDINGS_FINDINGS_H

#include "graph/graph.h"
#include "infer/origin.h"

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

struct ol_finding {
	struct ol_str rule; /* "op/unknown"; text outlives the finding */
	uint8_t severity, confidence, effort, blast;
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
	char fingerprint[17];
};

struct ol_findings {
	struct ol_arena arena; /* messages, fixes */
	struct ol_finding *at;
	uint32_t n, cap;
	uint64_t dropped;	     /* beyond --max-findings and the limit a rule */
	uint64_t dropped_errors[65]; /* of those the errors, by target; [64]: about no target */
	uint64_t undecided;	     /* assertions that met an unknown fact */
	uint64_t suppressed;
	uint64_t rule_errors; /* evaluations that ended in an error: faults of rules, see
				 ol_rule_stats */
	uint32_t counts[OL_SEV_COUNT];
	uint32_t n_groups;
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

/* How a place is written: "node conv1 (Conv, #12) in main/3.then_branch", "value x", "initializer
 * w", "model". */
void ol_place_print(const struct ol_model *m, const struct ol_place *p, struct ol_buf *out);
/* The word by which suppressions, baselines and links name the place of a finding: "node:NAME" (the
 * first output where there is no name), "value:X", "initializer:W", "opset:ai.onnx",
 * "function:DOMAIN:NAME", "graph:main", "model". A thing in a nested graph has the graph's path
 * before its name: "node:main/12.then_branch/NAME". */
void ol_finding_locator(const struct ol_model *m, const struct ol_finding *f, struct ol_buf *out);

#endif
