/* custom.h: operators that a file declares (--custom-ops): their signatures, bodies, and what targets make of them.
 *
 * A signature is a row of an image like those of the standard operators, so that whatever asks for a schema gets it; its
 * shapes are formulas over the dims of inputs and over attributes. A body is a local function that the loader adds to
 * models that call it. Everything is fixed once the file is read. */
#ifndef OL_SCHEMA_CUSTOM_H
#define OL_SCHEMA_CUSTOM_H

#include "load/load.h"
#include "schema/target.h"
#include "util/buf.h"
#include "util/yaml.h"

enum ol_formula_op {
	OL_FORMULA_NUMBER,  /* v */
	OL_FORMULA_ANY,	    /* "?": not known before the model runs */
	OL_FORMULA_DIM,	    /* dim v of input a, from the end when negative */
	OL_FORMULA_RANK,    /* of input a */
	OL_FORMULA_VALUE,   /* element v of input a */
	OL_FORMULA_ATTR,    /* attribute a */
	OL_FORMULA_ATTR_AT, /* element v of attribute a */
	OL_FORMULA_ADD,
	OL_FORMULA_SUB,
	OL_FORMULA_MUL,
	OL_FORMULA_DIV,	 /* rounded down */
	OL_FORMULA_CEIL, /* rounded up */
	OL_FORMULA_MOD,
	OL_FORMULA_MIN,
	OL_FORMULA_MAX
};

struct ol_formula_step {
	uint8_t op; /* enum ol_formula_op */
	uint32_t a;
	int64_t v;
};

enum { OL_FORMULA_STEPS = 64, OL_CUSTOM_DIMS = 64, OL_FORMULA_OPEN = INT32_MAX };

/* One dim in postfix order; or a spread, several dims: X[from:to], values(X)[from:to], attr[from:to]. */
struct ol_formula {
	const struct ol_formula_step *at;
	uint32_t n;
	bool spread;
	int64_t from, to; /* to: OL_FORMULA_OPEN = to the end */
	uint8_t of;	  /* OL_FORMULA_DIM, _VALUE or _ATTR_AT */
	uint32_t a;
};

enum ol_custom_shape { OL_CUSTOM_UNKNOWN, OL_CUSTOM_LIKE, OL_CUSTOM_BROADCAST, OL_CUSTOM_LIST };

struct ol_custom_output {
	uint8_t shape;		 /* enum ol_custom_shape */
	uint32_t type_attr;	 /* attribute that holds the element type, or OL_NONE */
	const uint32_t *inputs;	 /* like, broadcast */
	uint32_t n_inputs;
	const struct ol_formula *dims; /* list */
	uint32_t n_dims;
};

struct ol_custom_attr {
	const char *name;
	uint8_t type; /* enum ol_attr_type */
	bool has_default;
	int64_t i; /* the default of an int */
	const int64_t *ints;
	uint32_t n_ints;
};

struct ol_custom_pair {
	struct ol_str key, value;
};

/* What a target makes of the operator. */
struct ol_custom_target {
	struct ol_str target;	/* "tensorrt", or "tensorrt@10.1" for that version only */
	enum ol_support status; /* PARTIAL when there is a condition, in `note` */
	struct ol_str note;
	struct ol_str library, plugin, package, class_name; /* as the file has them; may be empty */
	const struct ol_custom_pair *config; /* the layer's arguments: name, and the attribute or a constant */
	uint32_t n_config;
	const uint32_t *weights; /* inputs that are the layer's weights, in order */
	uint32_t n_weights;
};

struct ol_custom_op {
	struct ol_str domain, name, about, reason;
	int32_t since, until; /* versions of the domain; until INT32_MAX: still */
	uint32_t line;	      /* of the file */
	bool placeholder, has_function, has_signature;
	struct ol_schema schema; /* of the signature; row NULL when there is none */
	const struct ol_custom_attr *attrs;
	uint32_t n_attrs;
	const struct ol_custom_output *outputs;
	uint32_t n_outputs;
	const struct ol_custom_target *targets;
	uint32_t n_targets;
};

struct ol_custom {
	struct ol_arena arena;
	struct ol_str path;
	unsigned char *image;	 /* of the signatures */
	struct ol_custom_op *at; /* by (domain, name, since) */
	uint32_t n;
	const struct ol_load_function *functions; /* for ol_load_options */
	uint32_t n_functions;
	struct ol_str function_bytes;
};

/* Reads a file's text. NULL with notes when it is wrong, without when memory is refused. Free with ol_custom_free. */
struct ol_custom *ol_custom_compile(struct ol_str text, const char *path, struct ol_notes *notes);
void ol_custom_free(struct ol_custom *c);

/* The entry that holds for an operator at a version of its domain, or NULL. c may be NULL. */
const struct ol_custom_op *ol_custom_find(const struct ol_custom *c, struct ol_str domain, struct ol_str op,
					  int64_t version);
/* What it says of a target, or NULL. */
const struct ol_custom_target *ol_custom_at_target(const struct ol_custom_op *op, const struct ol_target *t);

/* ---- between the compile_custom*.c files ---- */
struct ol_custom_reader {
	struct ol_yaml_file *file;
	struct ol_arena *arena;
	struct ol_custom_op *op; /* at hand, attributes read */
	const struct ol_yaml *inputs;
	bool failed; /* memory was refused */
};
/* formula.c: one item of a shape list. -1: told. */
int ol_formula_compile(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_formula *out);
/* The input or attribute of that name, or OL_NONE. */
uint32_t ol_custom_input(const struct ol_custom_reader *r, struct ol_str name);
uint32_t ol_custom_attr(const struct ol_custom_reader *r, struct ol_str name);
/* Complains that nothing has the name, with the nearest that has. length: of the name, at `offset` of the scalar. */
void ol_custom_unknown(struct ol_custom_reader *r, const struct ol_yaml *y, size_t offset, struct ol_str name,
		       bool attributes);
/* compile_custom_targets.c: the key `targets`. */
void ol_custom_read_targets(struct ol_custom_reader *r, const struct ol_yaml *y);
/* compile_custom_function.c: the key `function`: adds to the list. */
struct ol_custom_functions {
	struct ol_load_function *at;
	uint32_t n, cap;
};
void ol_custom_read_function(struct ol_custom_reader *r, const struct ol_yaml *y, struct ol_custom_functions *to);

#endif
