/* target.h: what a target can run, compiled in from rules/targets/<name>.yaml. Every claim there
 * cites its source. */
#ifndef OL_SCHEMA_TARGET_H
#define OL_SCHEMA_TARGET_H

#include "schema/schema.h"

enum ol_support {
	OL_SUPPORT_UNKNOWN, /* the table says nothing: never read as supported */
	OL_SUPPORT_NONE,    /* certainly not */
	OL_SUPPORT_PARTIAL, /* under the conditions that `note` names */
	OL_SUPPORT_FULL
};

struct ol_target {
	const void *row; /* NULL: no such target */
	struct ol_str name, title, version, source, about;
	int64_t min_ir, max_ir; /* 0: no bound known */
	uint32_t n_rows;
};

struct ol_target_support {
	enum ol_support status;
	bool by_function;    /* only by expanding the operator's ONNX function body */
	struct ol_str note;  /* limitation, in words; may be empty */
	struct ol_str layer; /* keras: what it becomes ("layers.Conv2D"); may be empty */
	struct ol_str
	    source; /* where the row differs from the target's own sources; may be empty */
	int32_t min_opset, max_opset; /* of the row that holds; max INT32_MAX = open */
	const void *row;
};

/* By name ("keras", "onnxruntime-cpu"); row == NULL if unknown. */
struct ol_target ol_target_find(struct ol_str name);
/* All, in order of name: i from 0 until row == NULL. */
struct ol_target ol_target_at(uint32_t i);
struct ol_str ol_target_nearest(struct ol_str name);
/* Opset range accepted for a domain ("" = ai.onnx); false when the target says nothing of the
 * domain. */
bool ol_target_opsets(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max);
/* What it says of the operator as of `opset` of the domain. */
struct ol_target_support ol_target_supports(const struct ol_target *t, struct ol_str domain,
					    struct ol_str op, int64_t opset);
/* The dtypes it takes for a type constraint ("T") or parameter name of that row, else for the whole
 * row. false: the table says nothing of dtypes. */
bool ol_target_types(const struct ol_target *t, const struct ol_target_support *s,
		     struct ol_str constraint, struct ol_typeset *out);
/* For opset advice: the opset ranges in which the target supports the operator at all, by rows; i
 * from 0; false = end. */
bool ol_target_range(const struct ol_target *t, struct ol_str domain, struct ol_str op, uint32_t i,
		     int32_t *min, int32_t *max, enum ol_support *status);

#endif
