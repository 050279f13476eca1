/* schema.h: what each version of each operator takes, compiled in from rules/schemas/ (facts of
 * onnx and onnxruntime).
 *
 * The tables are one read-only image, addressed by offsets: nothing is parsed or relocated at
 * start-up. */
#ifndef OL_SCHEMA_SCHEMA_H
#define OL_SCHEMA_SCHEMA_H

#include "load/dtype.h"
#include "util/arena.h"
#include "util/err.h"

enum ol_param_option { OL_PARAM_SINGLE, OL_PARAM_OPTIONAL, OL_PARAM_VARIADIC };

/* Types that a parameter may have: bit d of `tensor` for tensor(dtype d); others as sets of the
 * same width. */
struct ol_typeset {
	uint64_t tensor, sparse, seq, optional_tensor, optional_seq;
	uint32_t other; /* bit 0: some map(...); bit 1: seq(map(...)); bit 2: opaque; bit 3:
			   anything not listed here */
	uint32_t any;	/* 1: no constraint is known */
};

struct ol_schema_param {
	struct ol_str name;	/* "X" */
	struct ol_str type_str; /* "T", or a concrete type "tensor(int64)" */
	uint8_t option;		/* enum ol_param_option */
	bool homogeneous;	/* variadic: all of one type */
	uint16_t min_arity;
	uint16_t type_var; /* index into type constraints: params with an equal one must have one
			      type; UINT16_MAX = concrete */
	struct ol_typeset types;
};

struct ol_schema_attr {
	struct ol_str name;
	uint8_t type; /* enum ol_attr_type */
	bool required;
	struct ol_str default_text; /* as printed in the documentation; n == 0 when none */
	/* allowed strings where the documentation lists them ("NOTSET SAME_UPPER …"),
	 * space-separated; n == 0: any */
	struct ol_str one_of;
};

/* One operator version: a view into the image, cheap to copy. */
struct ol_schema {
	const void *row;	    /* NULL: no such schema */
	const unsigned char *image; /* that it is in; NULL: the compiled-in one */
	struct ol_str domain, name; /* domain "" for ai.onnx */
	int32_t since_version,
	    until_version; /* until: last opset it holds for; INT32_MAX for the latest */
	bool deprecated;
	bool has_function; /* has a function body (also context-dependent) */
	bool experimental;
	bool
	    ort_only; /* in the ONNX domain, but only onnxruntime has it: not a standard operator */
	uint16_t min_input, max_input, min_output, max_output; /* UINT16_MAX: unbounded */
	uint16_t n_inputs, n_outputs, n_attrs;
};

/* The version of domain::op that opset `version` gives. domain "" and "ai.onnx" are one. row ==
 * NULL when there is none. */
struct ol_schema ol_schema_find(struct ol_str domain, struct ol_str op, int64_t version);
/* First and last version in which the operator exists: {first since, last until (INT32_MAX: still),
 * …}. false: never. */
struct ol_schema_life {
	int32_t first,
	    last; /* first since_version; last opset that has it, INT32_MAX when the newest has */
	int32_t deprecated_since; /* 0 when not deprecated */
};
bool ol_schema_life(struct ol_str domain, struct ol_str op, struct ol_schema_life *out);
struct ol_schema_param ol_schema_input(const struct ol_schema *s,
				       uint32_t i); /* declared parameter i */
struct ol_schema_param ol_schema_output(const struct ol_schema *s, uint32_t i);
/* The parameter that the k-th actual input or output falls on (variadic: the last one). row == NULL
 * behaviour: i < n only. */
uint32_t ol_schema_input_at(const struct ol_schema *s, uint32_t k);
uint32_t ol_schema_output_at(const struct ol_schema *s, uint32_t k);
struct ol_schema_attr ol_schema_attr(const struct ol_schema *s, uint32_t i);
bool ol_schema_find_attr(const struct ol_schema *s, struct ol_str name, struct ol_schema_attr *out);
/* "float32, float16, …" for messages. */
struct ol_buf;
void ol_typeset_print(const struct ol_typeset *t, struct ol_buf *out);
/* Adds a type as schemas spell it: "tensor(float)" or bare "float", "seq(tensor(float))",
 * "optional(…)", "map(…)". -1: none. */
int ol_typeset_add(struct ol_typeset *t, struct ol_str type);

/* Is it a domain that we hold schemas of? Newest version known for it (0 = unknown domain). */
int32_t ol_schema_domain_newest(struct ol_str domain);
/* The operator name of a domain (any version, alive at `version`) nearest to op, when near enough;
 * n == 0 otherwise. */
struct ol_str ol_schema_nearest(struct ol_str domain, struct ol_str op, int64_t version);
/* The domain we know that has an operator of this name, other than `domain`; n == 0 if none.
 * "ai.onnx" is spelt out. */
struct ol_str ol_schema_elsewhere(struct ol_str domain, struct ol_str op);
/* Walks all rows, for `explain` and tests: i from 0 until row == NULL. Sorted by (domain, name,
 * since). */
struct ol_schema ol_schema_at(uint32_t i);

/* Version facts (versions.json): newest IR version known; first onnx release ("1.14.0") that has an
 * opset of a domain or an IR version. */
int64_t ol_schema_newest_ir(void);
/* The least IR version that goes with an ai.onnx / ai.onnx.ml opset; 0 when unknown. */
int64_t ol_schema_ir_for_opset(struct ol_str domain, int64_t opset);
struct ol_str ol_schema_release_of_opset(struct ol_str domain, int64_t opset);

#endif
