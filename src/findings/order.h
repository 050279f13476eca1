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
/* 0 to 1 within the band; then the band's number (0 the highest) and the score of a group of n. */
double ol_findings_quality(const struct ol_finding *f, uint32_t n_nodes);
int ol_findings_band(const struct ol_finding *f);
double ol_findings_score(int band, double best, uint32_t n);
/* Sets `fingerprint` of all findings. -1 when memory is refused. */
int ol_findings_fingerprint(struct ol_findings *f, const struct ol_ir *ir);

#endif
