/* expr.h: the Common Expression Language, apart from protobuf messages, timestamps and durations.
 *
 * Specification: google/cel-spec, doc/langdef.md. An expression is compiled once against an environment (variables,
 * host classes, functions) into one position-independent block of bytes that may be copied, stored in a file and
 * embedded in the program; evaluating allocates from a scratch arena only. No ONNX in here: the host declares classes.
 *
 * Three-valued facts: a host field may give OL_V_UNKNOWN. It spreads through every operation that needs it, and is
 * absorbed where the result does not depend on it (true || unknown, false && unknown, …). OL_V_ERROR spreads likewise;
 * an error beside an unknown gives unknown. */
#ifndef OL_EXPR_EXPR_H
#define OL_EXPR_EXPR_H

#include <stdint.h>

#include "util/arena.h"
#include "util/err.h"

enum ol_vkind {
	OL_V_NULL,
	OL_V_BOOL,
	OL_V_INT,
	OL_V_UINT,
	OL_V_DOUBLE,
	OL_V_STRING,
	OL_V_BYTES,
	OL_V_LIST,
	OL_V_MAP,
	OL_V_TYPE,
	OL_V_OBJECT,  /* of a host class */
	OL_V_UNKNOWN,
	OL_V_ERROR    /* u.s says why */
};

struct ol_val;
struct ol_eval;

/* Items made on demand, so that model.nodes of a million nodes is no array. */
struct ol_list {
	uint64_t n;
	const struct ol_val *items; /* or NULL: then get() */
	struct ol_val (*get)(struct ol_eval *e, const struct ol_list *l, uint64_t i);
	const void *host; /* for get() */
	uint64_t a, b;
};

struct ol_map {
	uint64_t n;
	const struct ol_val *keys, *values; /* parallel, insertion order */
};

struct ol_val {
	uint8_t kind;  /* enum ol_vkind */
	uint8_t cls;   /* OBJECT: index in env.classes; TYPE: the enum ol_vkind it names */
	union {
		bool b;
		int64_t i;
		uint64_t u;
		double d;
		struct ol_str s; /* STRING (valid UTF-8 is the host's care), BYTES, ERROR, TYPE (its name) */
		const struct ol_list *list;
		const struct ol_map *map;
		struct {
			uint64_t a, b; /* the host's own: ids */
		} obj;
	} u;
};

/* A field of a host class. type: "int" "uint" "double" "bool" "string" "bytes" "dyn" "list(T)" "map(K, V)" "CLASS",
 * a trailing "?" = may be null. */
struct ol_field {
	const char *name, *type;
	struct ol_val (*get)(struct ol_eval *e, struct ol_val self);
	const char *about; /* one line, for the manual */
};

/* A function, or a method when `cls` is set. */
struct ol_func {
	const char *cls;  /* receiver class name, NULL for a global function */
	const char *name;
	const char *args; /* "string, int"; a last "..." = more of the same; "[x]" = optional: "string, [dyn]"; "" = none */
	const char *type; /* result */
	struct ol_val (*call)(struct ol_eval *e, const struct ol_val *argv, uint32_t argc); /* receiver is argv[0] */
	const char *about;
};

struct ol_class {
	const char *name; /* "node" */
	const struct ol_field *fields; /* NULL name ends */
	const char *about;
};

struct ol_var {
	const char *name, *type;
};

struct ol_env {
	const struct ol_class *classes; uint32_t n_classes;
	const struct ol_func *funcs;    uint32_t n_funcs;
	const struct ol_var *vars;      uint32_t n_vars; /* in order: slot i of the evaluation's `slots` */
	const char *container;          /* for name resolution; usually "" */
	bool dyn_vars;                  /* undeclared names are dyn, resolved at run time (conformance cases) */
	bool no_macros, no_check;
};

/* What is wrong with a text, as many as could be told apart. offset/length: bytes in the text. */
struct ol_expr_diag {
	uint32_t offset, length;
	char message[256];
	char nearest[64]; /* a valid word near the wrong one, or "" */
};

struct ol_expr { /* header of the block; the rest follows it */
	uint32_t size;       /* bytes of the whole block */
	uint32_t root;
	uint32_t n_nodes;
	uint32_t max_slots;
};

/* NULL on error: *n_diags says how many of diags[max] were filled. The block lies in `a`, 8-byte aligned.
 * want: the type the result must have ("bool"), or NULL. */
const struct ol_expr *ol_expr_compile(struct ol_arena *a, struct ol_str text, const struct ol_env *env, const char *want,
				      struct ol_expr_diag *diags, uint32_t max, uint32_t *n_diags);
/* The static type of a compiled expression, printed ("int", "list(string)"); into buf of n bytes. */
void ol_expr_type(const struct ol_expr *x, char *buf, size_t n);

/* The i-th standard function, for the manual; NULL past the last. `cls` may be a kind ("string", "list"), as it may be in a
 * host's rows. */
const struct ol_func *ol_expr_std_func(uint32_t i);

/* One evaluation: slots[i] is the value of env.vars[i]. A slot may be lazy: kind OL_V_UNKNOWN with lazy[i] set is
 * evaluated on first use. */
struct ol_eval {
	const struct ol_env *env;
	struct ol_val *slots;
	const struct ol_expr *const *lazy; /* NULL, or by slot: evaluate this on first use (rules' let) */
	uint8_t *lazy_state;               /* with lazy: 0 not yet, 1 running, 2 done; by slot */
	struct ol_arena *scratch;
	void *host;      /* for the getters */
	uint64_t steps, max_steps; /* cost bound; past it: ERROR "expression costs too much" */
	/* conformance cases and dyn_vars: names to values */
	const struct ol_map *bindings;
	uint32_t depth; /* of lazy slots that need one another; starts at 0 */
	struct ol_regexes *regexes; /* compiled patterns of matches(), kept between evaluations; NULL: compiled each time */
};

/* A bounded number of compiled patterns, for one thread. NULL when memory is refused, which is as good as none. */
struct ol_regexes *ol_regexes_new(void);
void ol_regexes_free(struct ol_regexes *r);

struct ol_val ol_expr_eval(struct ol_eval *e, const struct ol_expr *x);

/* Makers and helpers for hosts. Memory from e->scratch; an ERROR value when refused. */
static inline struct ol_val ol_v_null(void) { return (struct ol_val){.kind = OL_V_NULL}; }
static inline struct ol_val ol_v_unknown(void) { return (struct ol_val){.kind = OL_V_UNKNOWN}; }
static inline struct ol_val ol_v_bool(bool b) { return (struct ol_val){.kind = OL_V_BOOL, .u.b = b}; }
static inline struct ol_val ol_v_int(int64_t i) { return (struct ol_val){.kind = OL_V_INT, .u.i = i}; }
static inline struct ol_val ol_v_double(double d) { return (struct ol_val){.kind = OL_V_DOUBLE, .u.d = d}; }
static inline struct ol_val ol_v_str(struct ol_str s) { return (struct ol_val){.kind = OL_V_STRING, .u.s = s}; }
static inline struct ol_val ol_v_obj(uint8_t cls, uint64_t a, uint64_t b)
{
	return (struct ol_val){.kind = OL_V_OBJECT, .cls = cls, .u.obj = {a, b}};
}
struct ol_val ol_v_error(struct ol_eval *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct ol_val ol_v_list(struct ol_eval *e, const struct ol_val *items, uint64_t n); /* copies the items */
struct ol_val ol_v_item(struct ol_eval *e, const struct ol_val *list, uint64_t i);  /* i < n */
bool ol_v_equal(struct ol_eval *e, struct ol_val a, struct ol_val b); /* CEL equality; unknowns are not equal */

/* Text of a value for messages: strings bare, lists comma-separated, doubles shortest. */
struct ol_buf;
void ol_v_print(struct ol_eval *e, struct ol_val v, struct ol_buf *out);
/* The value as a CEL literal ("…" quoted, [..], {..}), for `rules eval`. */
void ol_v_literal(struct ol_eval *e, struct ol_val v, struct ol_buf *out);

#endif
