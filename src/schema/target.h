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

/* What the table was made from: how far its yes and no can be trusted. */
enum ol_evidence {
	OL_EVIDENCE_TABLE,   /* the project's own documentation */
	OL_EVIDENCE_NAMES,   /* names in a converter's registry: a no is certain, a yes is not */
	OL_EVIDENCE_PROBE,   /* models of one node that were loaded */
	OL_EVIDENCE_KERNELS, /* the runtime's kernel registry */
	OL_EVIDENCE_MEASURED /* conversions that were run and compared */
};
extern const char *const ol_evidence_names[]; /* by enum, NULL ends */

/* A target in one of its versions. */
struct ol_target {
	const void *row; /* NULL: no such target */
	/* name: as asked for, "onnxruntime-cpu@1.20.1" when in an older version; base: without it */
	struct ol_str name, base, title, version, source, about;
	struct ol_str fallback; /* target that runs the nodes that this one does not; may be empty */
	struct ol_str caveat;	/* what the table cannot say; may be empty */
	enum ol_evidence evidence;
	int64_t min_ir, max_ir; /* 0: no bound known */
	uint32_t n_rows;
	uint32_t edition, n_editions; /* which of the known versions, oldest first; 0 of 0: one only */
};

/* A condition of a row: the node is supported only where `needs` holds of it. */
struct ol_target_condition {
	uint32_t id; /* index of the program that the build compiled from `needs` */
	struct ol_str needs, note;
};

struct ol_target_support {
	enum ol_support status;
	bool by_function;    /* only by expanding the operator's ONNX function body */
	struct ol_str note;  /* limitation, in words; may be empty */
	struct ol_str layer; /* keras: what it becomes ("layers.Conv2D"); may be empty */
	struct ol_str
	    source; /* where the row differs from the target's own sources; may be empty */
	int32_t min_opset, max_opset; /* of the row that holds; max INT32_MAX = open */
	uint32_t n_conditions;
	const void *row;
};

/* By name or further name ("keras", "onnxruntime-cpu", "tensorrt@10.1"); row == NULL if unknown. A
 * version may be cut short at a dot: the newest that begins so. */
struct ol_target ol_target_find(struct ol_str name);
/* All, in order of name, each in its newest version: i from 0 until row == NULL. */
struct ol_target ol_target_at(uint32_t i);
/* The same target in its i-th version, oldest first; row == NULL past the end. */
struct ol_target ol_target_edition(const struct ol_target *t, uint32_t i);
/* Where a finding stands, as far as it matters to whether a target tolerates it: bits. */
enum ol_tolerance_place {
	OL_TOLERANCE_SUPPORTED = 1, /* a node that the target runs, as its table says */
	OL_TOLERANCE_OUTPUT = 2	    /* an output of a graph that a node makes */
};
extern const char *const ol_tolerance_places[]; /* by bit, NULL ends */
/* Does the target take a model in spite of this finding of rule `rule`, at a node of operator `op`
 * (empty: at none)? */
bool ol_target_tolerates(const struct ol_target *t, struct ol_str rule, struct ol_str op,
			 unsigned places);
/* The target that runs what this one does not; row == NULL when there is none. */
struct ol_target ol_target_fallback(const struct ol_target *t);
/* The i-th further name; n == 0 past the end. */
struct ol_str ol_target_alias(const struct ol_target *t, uint32_t i);
/* The i-th condition of a row, i < s->n_conditions. */
struct ol_target_condition ol_target_condition(const struct ol_target_support *s, uint32_t i);
/* All conditions of all targets, by id, with the file and line they stand at; false past the end. */
bool ol_target_condition_at(uint32_t id, struct ol_target_condition *out, struct ol_str *target,
			    uint32_t *line);
struct ol_str ol_target_nearest(struct ol_str name);
/* Opset range accepted for a domain ("" = ai.onnx); false when the target says nothing of the
 * domain. */
bool ol_target_opsets(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max);
/* The opsets that its project says it is tested with, where it accepts others too; false when the
 * target says nothing of that. */
bool ol_target_tried(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max);
/* What it says of the operator as of `opset` of the domain. */
struct ol_target_support ol_target_supports(const struct ol_target *t, struct ol_str domain,
					    struct ol_str op, int64_t opset);
/* The dtypes it takes for a type constraint ("T") or parameter name of that row, else for the whole
 * row, else for the whole target. false: the table says nothing of dtypes. */
bool ol_target_types(const struct ol_target *t, const struct ol_target_support *s,
		     struct ol_str constraint, struct ol_typeset *out);
/* The same for a parameter of the operator's schema. A list that is not the parameter's own says
 * nothing of it when it has none of the types that the schema allows there. */
bool ol_target_param_types(const struct ol_target *t, const struct ol_target_support *s,
			   const struct ol_schema_param *p, struct ol_typeset *out);
/* For opset advice: the opset ranges in which the target supports the operator at all, by rows; i
 * from 0; false = end. */
bool ol_target_range(const struct ol_target *t, struct ol_str domain, struct ol_str op, uint32_t i,
		     int32_t *min, int32_t *max, enum ol_support *status);

#endif
