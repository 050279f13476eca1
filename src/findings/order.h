/* order.h: between the files of src/findings/ only. */
#ifndef OL_FINDINGS_ORDER_H
#define OL_FINDINGS_ORDER_H

#include "findings/findings.h"

/* File order: what is about the whole model first, then graph, node, value; <0, 0, >0. */
int ol_findings_by_place(const struct ol_finding *a, const struct ol_finding *b);
/* Place, rule, message: a total order of findings that differ. */
int ol_findings_by_text(const struct ol_finding *a, const struct ol_finding *b);

/* Sets `blocks` of all findings: nodes at risk. -1 when memory is refused. */
int ol_findings_blast(struct ol_findings *f, const struct ol_ir *ir);
/* The band's number, 0 the highest. */
int ol_findings_band(const struct ol_finding *f);
/* Which findings others led to: cause by index, OL_NONE when none; `caused_by` of the finding is set.
 * cause has room for f->n. -1 when memory is refused. */
int ol_findings_causes(struct ol_findings *f, const struct ol_ir *ir, uint32_t *cause);
/* Of a finding about an opset that one target does not take: what the model imports, and what the
 * target takes. false: it is no such finding. */
bool ol_findings_opset(const struct ol_findings *f, const struct ol_ir *ir, uint32_t finding,
		       int64_t *have, int32_t *min, int32_t *max);
/* Sets gid of each finding: the index of some finding of its group. Groups of equal root cause; then
 * those whose type one node made, those of equal blocks (`origin`, `instances` are set), and last
 * what another finding led to. -1 when memory is refused. */
int ol_findings_group(struct ol_findings *f, const struct ol_ir *ir, const uint32_t *cause,
		      uint32_t *gid);
/* What is the same around a node in each instance of a block: 16 bytes. */
void ol_findings_surroundings(const struct ol_ir *ir, uint32_t node, uint8_t digest[16]);
/* Sets `fingerprint` of all findings. -1 when memory is refused. */
int ol_findings_fingerprint(struct ol_findings *f, const struct ol_ir *ir);

#endif
