/* build.h: what the passes that build the IR share. Private to src/graph. */
#ifndef OL_GRAPH_BUILD_H
#define OL_GRAPH_BUILD_H

#include "graph/graph.h"
#include "graph/keymap.h"

/* A read of a value that is made later, or by the reader itself: checked again once cycles are
 * known. */
struct ol_late {
	uint32_t node;	/* the reader */
	uint32_t input; /* which input of it */
};

struct ol_build {
	struct ol_model *m;
	struct ol_ir *ir;
	struct ol_err *err;
	uint32_t n_syms; /* names interned when building began */
	/* By name: the value that it means in the graph being resolved. All OL_NONE between graphs;
	 * later passes use it as a mark for each name. */
	uint32_t *visible;
	uint32_t *depth;     /* by graph: nesting depth, training graphs one below the main graph */
	uint32_t *stack;     /* by depth: the chain of graphs being resolved */
	uint32_t *first_sub; /* by node: its first nested graph, or OL_NONE; NULL when no graph is
				nested */
	uint32_t *next_sub;  /* by graph: the next one that the same node holds */
	struct ol_shadow {
		uint32_t name, value;
	} * shadows; /* outer meanings that nested graphs hide: put back when they end */
	uint32_t n_shadows, cap_shadows;
	struct ol_late *late;
	uint32_t n_late, cap_late;
	struct ol_keymap opsets; /* (domain, scope) -> row in m->all_opsets, the last that counts */
	struct ol_keymap functions; /* (domain, name, overload) -> function */
	uint32_t cap_values;
	uint32_t sym_onnx; /* "ai.onnx", or OL_NONE */
};

/* The passes, in the order of ol_ir_build. 0, or -1 when memory is refused. */
int ol_graph_resolve(struct ol_build *b);
int ol_graph_kinds(struct ol_build *b);
int ol_graph_users(struct ol_build *b);
int ol_graph_order(struct ol_build *b);
int ol_graph_live(struct ol_build *b);
int ol_graph_check(struct ol_build *b);
int ol_graph_check_io(struct ol_build *b);
int ol_graph_check_nested(struct ol_build *b);
int ol_graph_check_functions(struct ol_build *b);
void ol_graph_tell_undefined(struct ol_build *b);

/* ---- parts of ol_graph_resolve ---- */
/* Makes a value of a name that graph g does not define yet, and lets the name mean it. OL_NONE: no
 * memory. */
uint32_t ol_graph_define(struct ol_build *b, uint32_t g, uint32_t name, uint16_t flags);
/* Enters a value that is not the first of its name for ol_ir_find_value. */
int ol_graph_index_value(struct ol_ir *ir, uint32_t value);
int ol_graph_bind_outputs(struct ol_build *b, uint32_t g);
void ol_graph_bind_infos(struct ol_build *b, uint32_t g);
void ol_graph_bind_annotations(struct ol_build *b, uint32_t g);

/* ---- names and places for diags ---- */
/* "an input", "an initializer", "a node's output". */
const char *ol_graph_what(const struct ol_value *v);
#define OL_NAME_ROOM  144
#define OL_LABEL_ROOM (2 * OL_NAME_ROOM + 64)
/* A name for a message, clipped. */
const char *ol_graph_name(const struct ol_model *m, uint32_t name, char out[OL_NAME_ROOM]);
/* "node 'conv1' (Conv, #12)"; a node without name: "node #12 (Relu, makes 'y')". */
const char *ol_graph_label(const struct ol_model *m, uint32_t node, char out[OL_LABEL_ROOM]);
/* "local:Scale" or "local:Scale:overload". */
const char *ol_graph_function_label(const struct ol_model *m, uint32_t function,
				    char out[OL_LABEL_ROOM]);
#define NAME(m, name)  ol_graph_name((m), (name), (char[OL_NAME_ROOM]){0})
#define LABEL(m, node) ol_graph_label((m), (node), (char[OL_LABEL_ROOM]){0})
#define FLABEL(m, f)   ol_graph_function_label((m), (f), (char[OL_LABEL_ROOM]){0})

struct ol_place ol_graph_at_node(const struct ol_model *m, uint32_t node, uint32_t value);
struct ol_place ol_graph_at_graph(const struct ol_model *m, uint32_t graph, uint32_t value,
				  struct ol_span at);
struct ol_place ol_graph_at_function(const struct ol_model *m, uint32_t function);
/* Is a diag of this rule still kept? Asked before work that only feeds the message; false counts as
 * told. */
bool ol_graph_room(struct ol_build *b, const char *rule);
/* Records a diag. What is wrong in a training graph, which neither checker nor runtime reads, is
 * graph/training-info. */
void ol_graph_say(struct ol_build *b, const char *rule, struct ol_place place, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, but the arguments, which cost more than the rest, are not looked at once the rule has
 * told enough. */
#define ol_graph_tell(b, rule, ...)                                                                \
	do {                                                                                       \
		if (ol_graph_room((b), (rule)))                                                    \
			ol_graph_say((b), (rule), __VA_ARGS__);                                    \
	} while (0)

/* "" for "ai.onnx": the two spell one operator set. */
static inline uint32_t ol_graph_domain(const struct ol_build *b, uint32_t domain)
{
	return domain == b->sym_onnx ? 0 : domain;
}

/* The node of graph `g` that `node` is, or is nested in; OL_NONE when neither. */
uint32_t ol_graph_climb(const struct ol_model *m, uint32_t node, uint32_t g);

/* Room for one more item in a malloc'ed vector; NULL keeps the old one. */
void *ol_graph_grow(void *at, uint32_t n, uint32_t *cap, size_t size);

#endif
