/* diff.h: what two versions of a model differ in, between finding it and writing it. */
#ifndef OL_API_DIFF_H
#define OL_API_DIFF_H

#include "api/api.h"

struct ol_diff_op {
	struct ol_str domain, op_type;
	uint64_t n;
};
struct ol_diff_port {
	struct ol_str name, type; /* "float32[1, 3, N]" */
};
/* One version. */
struct ol_diff_side {
	struct ol_arena arena;
	struct onnxlint_result *r;
	struct ol_diff_op *ops; /* by domain and name */
	uint32_t n_ops;
	struct ol_diff_port *ports[2]; /* inputs (but for initializers), outputs; in order */
	uint32_t n_ports[2];
	uint64_t weight_bytes;
	struct ol_report_finding **by_print; /* findings that are not suppressed, by fingerprint */
	uint32_t n_findings;
};

enum ol_diff_kind { OL_DIFF_SAME, OL_DIFF_GONE, OL_DIFF_NEW, OL_DIFF_CHANGED };
struct ol_diff {
	struct ol_diff_side old, new;
	struct ol_diff_opset {
		struct ol_str domain;
		int64_t from, to; /* -1: not there */
	} * opsets;
	uint32_t n_opsets;
	struct ol_diff_count {
		struct ol_str domain, op_type;
		uint64_t from, to;
	} * ops; /* that differ */
	uint32_t n_ops;
	struct ol_diff_io {
		uint8_t kind;
		struct ol_str name, from, to;
	} * io[2]; /* that differ, by place in the new version, then those that are gone */
	uint32_t n_io[2];
	bool reordered[2]; /* the same names in another order */
	struct ol_diff_verdict {
		struct ol_str target;
		const struct ol_target_verdict *from, *to;
		bool worse;
	} * verdicts;
	uint32_t n_verdicts;
	/* by rank: of the new version, of the old one; raised: known, but more severe now */
	const struct ol_report_finding **added, **gone, **raised;
	uint32_t n_added, n_gone, n_raised, n_same;
	int fail_on;
	uint32_t failing; /* added or raised ones at or above it */
	bool worse;
};

void ol_diff_text(const struct ol_diff *d, const struct ol_layout *l, bool all);
void ol_diff_json(const struct ol_diff *d, struct ol_buf *out);

#endif
