/* internal.h: what the files of src/expr/ share. The way of an expression:
 * text -> lex.c -> parse.c (tree) -> check.c, call.c (types, names) -> emit.c (block) -> eval.c
 * (stack machine). */
#ifndef OL_EXPR_INTERNAL_H
#define OL_EXPR_INTERNAL_H

#include "expr/expr.h"

enum {
	OL_EXPR_MAX_TEXT = 256 * 1024, /* bytes of an expression */
	OL_EXPR_MAX_DEPTH = 250,       /* of the tree */
	OL_EXPR_MAX_ARGS = 255,	       /* of a call */
	OL_EXPR_MAX_STRING = 16 << 20, /* bytes of a string made by an expression */
	OL_EXPR_MAX_LET = 128,	       /* lazy slots that need one another */
	OL_EXPR_MAX_VALUE = 600	       /* nesting of a value that is compared or printed */
};

/* ---- types ---- */
enum { OL_X_DYN = 0x20, OL_X_BAD }; /* kinds beside ol_vkind; BAD: already complained about */

struct ol_xtype {
	uint8_t kind; /* ol_vkind or the two above; all OL_V_ERROR and UNKNOWN are unused */
	uint8_t cls;
	bool null;		      /* may be null */
	const struct ol_xtype *a, *b; /* LIST: of a; MAP: a to b */
};
extern const struct ol_xtype ol_xtypes[]; /* of the kinds without parts: index by ol_vkind */
extern const struct ol_xtype ol_xtype_dyn, ol_xtype_bad, ol_xtype_list, ol_xtype_map;

const struct ol_xtype *ol_xtype_parse(struct ol_arena *a, const struct ol_env *env,
				      struct ol_str text);
const struct ol_xtype *ol_xtype_nullable(struct ol_arena *a, const struct ol_xtype *t);
const struct ol_xtype *ol_xtype_make(struct ol_arena *a, uint8_t kind, const struct ol_xtype *x,
				     const struct ol_xtype *y);
/* May a value of type `from` stand where `to` is wanted? T? may stand for T: a null at run time
 * gives unknown. */
bool ol_xtype_fits(const struct ol_xtype *from, const struct ol_xtype *to);
/* May they be compared with ==? */
bool ol_xtype_equal(const struct ol_xtype *x, const struct ol_xtype *y);
const struct ol_xtype *ol_xtype_join(struct ol_arena *a, const struct ol_xtype *x,
				     const struct ol_xtype *y);
void ol_xtype_print(const struct ol_env *env, const struct ol_xtype *t, char *buf, size_t n);
static inline bool ol_xtype_loose(const struct ol_xtype *t)
{
	return t->kind >= OL_X_DYN;
}
static inline bool ol_xtype_number(const struct ol_xtype *t)
{
	return t->kind == OL_V_INT || t->kind == OL_V_UINT || t->kind == OL_V_DOUBLE;
}

/* One parameter of a signature, as text; ol_sig_next walks "string, [dyn]", "int, ...". */
struct ol_sig {
	const char *at;
	struct ol_str type;  /* of the current parameter */
	bool optional, more; /* more: repeats for all further arguments */
};
/* False when there are no more parameters. */
bool ol_sig_next(struct ol_sig *s);
/* Top kind of a type's text (OL_V_…, OL_X_DYN); *cls for a class; *null for "?". */
uint8_t ol_sig_kind(const struct ol_env *env, struct ol_str type, uint8_t *cls, bool *null);

/* ---- tree ---- */
enum ol_ast_kind {
	OL_A_CONST,
	OL_A_IDENT,
	OL_A_SELECT,
	OL_A_INDEX,
	OL_A_CALL,
	OL_A_UNARY,
	OL_A_BINARY,
	OL_A_AND,
	OL_A_OR,
	OL_A_COND,
	OL_A_LIST,
	OL_A_MAP,
	OL_A_LOOP
};

/* How the checker resolved a name. */
enum ol_ast_ref {
	OL_R_NONE,
	OL_R_LOCAL, /* ref: local slot */
	OL_R_SLOT,  /* ref: env.vars index */
	OL_R_NAME,  /* at run time, by `full` */
	OL_R_TYPE,  /* val is the type */
	OL_R_FIELD, /* ref: class << 16 | field */
	OL_R_FUNC,  /* fn */
	OL_R_LATE,  /* function by name at run time */
	OL_R_DYN    /* dyn(x): x */
};

struct ol_ast {
	uint8_t kind, op, ref_kind;
	bool has;     /* SELECT: is the field there? */
	bool rooted;  /* IDENT: written with a leading dot */
	bool method;  /* CALL: the first child is the receiver */
	bool space;   /* CALL: that receiver is a name space, no value */
	uint8_t loop; /* LOOP: enum ol_loop */
	uint16_t depth;
	uint32_t off, len;   /* all of it */
	uint32_t noff, nlen; /* the name or operator */
	struct ol_str name, full;
	struct ol_str v[2]; /* LOOP: variables; v[1].n == 0: one */
	struct ol_val val;
	struct ol_ast *first, *last, *next;
	uint32_t n; /* children */
	uint32_t ref;
	const struct ol_func *fn;
	const struct ol_xtype *type;
};

enum ol_loop {
	OL_LOOP_ALL,
	OL_LOOP_EXISTS,
	OL_LOOP_ONE,
	OL_LOOP_FILTER,
	OL_LOOP_MAP,
	OL_LOOP_MAP_IF,
	OL_LOOP_TMAP,
	OL_LOOP_TMAP_IF
};

/* ---- compiling ---- */
struct ol_cc {
	struct ol_arena tmp;
	struct ol_str text;
	const struct ol_env *env;
	struct ol_expr_diag *diags;
	uint32_t max, n_diags;
	bool no_memory;
	/* locals of the loops around */
	struct {
		struct ol_str name;
		const struct ol_xtype *type;
	} locals[2 * OL_EXPR_MAX_DEPTH];
	uint32_t n_locals, max_locals;
};

void ol_cc_diag(struct ol_cc *c, uint32_t off, uint32_t len, const char *nearest, const char *fmt,
		...) __attribute__((format(printf, 5, 6)));

enum ol_tok {
	OL_T_END,
	OL_T_IDENT,
	OL_T_QUOTED,
	OL_T_NUMBER,
	OL_T_STRING,
	OL_T_BAD,
	OL_T_TRUE,
	OL_T_FALSE,
	OL_T_NULL,
	OL_T_IN,
	OL_T_RESERVED,
	OL_T_LPAREN,
	OL_T_RPAREN,
	OL_T_LBRACK,
	OL_T_RBRACK,
	OL_T_LBRACE,
	OL_T_RBRACE,
	OL_T_DOT,
	OL_T_COMMA,
	OL_T_QUESTION,
	OL_T_COLON,
	OL_T_NOT,
	OL_T_MINUS,
	OL_T_PLUS,
	OL_T_STAR,
	OL_T_SLASH,
	OL_T_PERCENT,
	OL_T_EQ,
	OL_T_NE,
	OL_T_LT,
	OL_T_LE,
	OL_T_GT,
	OL_T_GE,
	OL_T_AND,
	OL_T_OR
};

struct ol_token {
	uint8_t kind;
	bool wide; /* 9223372036854775808: an int only behind a minus */
	uint32_t off, len;
	struct ol_str name; /* IDENT, QUOTED, RESERVED */
	struct ol_val val;  /* NUMBER, STRING */
};
/* The token at *at, which moves behind it. BAD: complained about. */
struct ol_token ol_lex(struct ol_cc *c, uint32_t *at);

struct ol_ast *ol_parse(struct ol_cc *c); /* NULL: complained about */
void ol_check(struct ol_cc *c, struct ol_ast *n);
void ol_check_call(struct ol_cc *c, struct ol_ast *n);
/* Complains unless the whole has the type that the caller wants. */
void ol_check_result(struct ol_cc *c, const struct ol_ast *root, const char *want);
const struct ol_expr *ol_emit(struct ol_cc *c, struct ol_ast *root, struct ol_arena *out);
/* Of all candidates tried, the nearest to `word` that is near enough. */
struct ol_near {
	struct ol_str word;
	struct ol_str best;
	uint32_t distance;
};
void ol_near_try(struct ol_near *n, struct ol_str candidate);

/* ---- block ---- */
enum ol_op {
	OL_OP_CONST,  /* push const b */
	OL_OP_LOCAL,  /* push local b */
	OL_OP_SLOT,   /* push env variable b */
	OL_OP_NAME,   /* push the variable of the dotted name const b, select the rest */
	OL_OP_FIELD,  /* class a, field b */
	OL_OP_SELECT, /* field or key const b */
	OL_OP_HAS,    /* is field const b there? */
	OL_OP_INDEX,
	OL_OP_NOT,
	OL_OP_NEG,
	OL_OP_ADD,
	OL_OP_SUB,
	OL_OP_MUL,
	OL_OP_DIV,
	OL_OP_MOD,
	OL_OP_EQ,
	OL_OP_NE,
	OL_OP_LT,
	OL_OP_LE,
	OL_OP_GT,
	OL_OP_GE,
	OL_OP_IN,
	OL_OP_IN_CONST, /* is the top among c consts from b? */
	OL_OP_LIST,	/* of the b topmost */
	OL_OP_MAP,	/* of the b topmost pairs */
	OL_OP_AND,
	OL_OP_OR, /* of the two topmost, in three values */
	OL_OP_JFALSE,
	OL_OP_JTRUE, /* to b, keeping the top, when it is so */
	OL_OP_COND,  /* pop: true go on; false jump b; else push it back and jump c */
	OL_OP_JUMP,  /* to b */
	OL_OP_CALL,  /* a arguments; function b (top bit: of env); signature at string offset c */
	OL_OP_LATE,  /* a arguments; first standard row of the name b, or OL_STD_NONE; name const c
		      */
	OL_OP_ITER,  /* begin a loop of kind a over the top; locals from b; end at c */
	OL_OP_NEXT,  /* set the locals from b, or end: jump c; kind a */
	OL_OP_KEEP,  /* pop a condition: false jump b (next); not bool: end, jump c */
	OL_OP_STEP,  /* pop the body's value; kind a; next at b, end at c */
	OL_OP_END
};

enum { OL_ITER_TWO = 0x100, OL_LATE_METHOD = 0x100, OL_LATE_ENV = 0x200 };
#define OL_CALL_ENV 0x80000000u

struct ol_instr {
	uint16_t op, a;
	uint32_t b, c;
};

struct ol_const {
	uint8_t kind, cls;
	uint16_t pad;
	uint32_t n; /* STRING, BYTES, TYPE: length */
	union {
		int64_t i;
		uint64_t u; /* STRING…: offset from the block's start */
		double d;
	} u;
};

struct ol_block {
	struct ol_expr h;
	uint32_t consts, strings, n_consts, max_stack; /* offsets from the block's start */
	uint32_t type, type_len;
	uint32_t pad[2];
	struct ol_instr code[];
};

/* ---- values and operations ---- */
#define OL_X_LITERAL_NULL                                                                          \
	1 /* cls of a null written in the text: CEL's own rules; others are absent facts */

enum ol_eq { OL_EQ_FALSE, OL_EQ_TRUE, OL_EQ_UNKNOWN };
enum ol_eq ol_expr_equal(struct ol_eval *e, const struct ol_val *a, const struct ol_val *b,
			 uint32_t depth);
/* -1, 0, 1; 2: not ordered (NaN); 3: kinds that have no order. */
int ol_expr_compare(const struct ol_val *a, const struct ol_val *b);
void ol_expr_binary(struct ol_eval *e, uint8_t op, struct ol_val *a,
		    const struct ol_val *b); /* result in *a */
void ol_expr_in(struct ol_eval *e, struct ol_val *a, const struct ol_val *b);
void ol_expr_index(struct ol_eval *e, struct ol_val *a, const struct ol_val *b);
void ol_expr_select(struct ol_eval *e, struct ol_val *a, struct ol_str name, bool has);
void ol_expr_field(struct ol_eval *e, struct ol_val *a, uint32_t cls, uint32_t field);
struct ol_val ol_expr_make_map(struct ol_eval *e, const struct ol_val *pairs, uint32_t n);
struct ol_val ol_expr_late(struct ol_eval *e, struct ol_str name, uint32_t std, uint32_t flags,
			   const struct ol_val *argv, uint32_t argc);
/* Takes `n` more steps; false when that is past the bound. */
static inline bool ol_expr_pay(struct ol_eval *e, uint64_t n)
{
	e->steps += n;
	return !e->max_steps || e->steps <= e->max_steps;
}
struct ol_val ol_expr_cost(struct ol_eval *e);
struct ol_val ol_expr_no_overload(struct ol_eval *e, const char *what, const struct ol_val *argv,
				  uint32_t argc);
struct ol_val ol_expr_no_memory(void);
const char *ol_expr_kind_name(const struct ol_eval *e, const struct ol_val *v);
/* A list or string to fill: room for n items/bytes. NULL when refused, *v then says why. */
struct ol_val *ol_expr_new_list(struct ol_eval *e, uint64_t n, struct ol_val *v);
char *ol_expr_new_string(struct ol_eval *e, uint64_t n, struct ol_val *v);
/* As ol_v_print, a list in brackets too. */
struct ol_buf;
void ol_expr_print_nested(struct ol_eval *e, const struct ol_val *v, struct ol_buf *out);
struct ol_val ol_expr_format(struct ol_eval *e, const struct ol_val *argv, uint32_t argc);
/* Decimal text of a double: the fewest digits that read back the same. Returns the length. */
int ol_expr_double_text(double d, char buf[40]);
/* Reads a decimal number whatever the locale; false when s is not all of one. */
bool ol_expr_double_read(struct ol_str s, double *d);
/* Is it a regular expression that compiles? why: of 128 bytes. */
bool ol_expr_regex_ok(struct ol_str pattern, char *why);

struct ol_val ol_expr_matches(struct ol_eval *e, struct ol_str text, struct ol_str pattern);
/* Byte offset of the first `what` in s at or behind `from`; s.n + 1: none. */
size_t ol_expr_find(struct ol_str s, struct ol_str what, size_t from);

/* Standard functions: rows of one name stand together. Result type "$": of the arguments. */
extern const struct ol_func
    *const ol_expr_std_tables[]; /* NULL-ended; each ends with a NULL name */
extern const struct ol_func ol_expr_std_basic[], ol_expr_std_strings[], ol_expr_std_math[];
/* A row is named by its table's number << 16 | its place. */
static inline const struct ol_func *ol_expr_std(uint32_t row)
{
	return &ol_expr_std_tables[row >> 16][row & 0xffff];
}
#define OL_STD_NONE UINT32_MAX	     /* no standard function of this name */
#define OL_STD_ANY  (UINT32_MAX - 1) /* not looked up yet */

#endif
