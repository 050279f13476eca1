/* graph.h: the resolved model: which value each name is, who makes it, who reads it, what each operator is.
 *
 * Graph ids are the rows of ol_model.graphs, node ids the rows of ol_model.nodes: nothing is renumbered. Values are new:
 * one row for each SSA name in each graph. Building never fails on a bad model: what is wrong becomes a diag in the
 * model (rules graph/…, domain/…, model/…), and what can be resolved is. Every pass is linear and iterative.
 *
 * Names resolve as in https://onnx.ai/onnx/repo-docs/IR.html (names within a graph, outer scope, functions). */
#ifndef OL_GRAPH_GRAPH_H
#define OL_GRAPH_GRAPH_H

#include "load/model.h"

enum ol_value_flag {
	OL_VALUE_INPUT = 1,        /* graph or function input */
	OL_VALUE_INITIALIZER = 2,  /* dense or sparse */
	OL_VALUE_OUTPUT = 4,       /* graph or function output */
	OL_VALUE_NODE = 8,         /* made by a node */
	OL_VALUE_UNDEFINED = 16,   /* read but defined nowhere: a placeholder, so that every id resolves */
	OL_VALUE_SPARSE = 32,      /* the initializer is sparse: `tensor` is a row of model.sparses */
	OL_VALUE_CAPTURED = 64,    /* read from a nested graph */
	OL_VALUE_CONSTANT = 128    /* made by a Constant node: `tensor` its value attribute's tensor if any */
};

struct ol_value {
	uint32_t name;      /* interned */
	uint32_t graph;     /* the graph that defines it */
	uint32_t producer;  /* node, or OL_NONE */
	uint32_t info;      /* row in model.infos that declares its type (input, output or value_info), or OL_NONE */
	uint32_t tensor;    /* row in model.tensors (or sparses): initializer or Constant, or OL_NONE */
	uint32_t users;     /* first in ir.users */
	uint32_t n_users;   /* uses by nodes, of any graph; a node that reads it twice counts twice */
	uint16_t flags;     /* enum ol_value_flag */
	uint16_t output_of_producer; /* which output of the producer, saturated */
};

/* A distinct operator of the model: one row for each (domain, op_type, overload, opset scope). */
struct ol_opkind {
	uint32_t domain;    /* interned as written; "ai.onnx" and "" are the same operator set, see is_onnx */
	uint32_t op_type, overload;
	uint32_t scope;     /* OL_NONE: the model's opset imports, else a function row whose imports hold */
	bool is_onnx;       /* domain is "" or "ai.onnx" */
	int64_t opset;      /* version imported for the domain; -1 when it is not imported */
	uint32_t function;  /* the local function that it calls, or OL_NONE */
	struct ol_range nodes; /* ir.nodes_by_kind */
};

/* Per-graph facts, same index as model.graphs. */
struct ol_scope {
	struct ol_range values;   /* ir.values defined in it, in order: inputs, initializers, node outputs, undefined */
	struct ol_range order;    /* ir.order: its nodes in topological order; nodes on a cycle come last, in file order */
	uint32_t root;            /* the graph without a parent that it is nested in */
	bool sorted;              /* the file's order is topological */
	bool cyclic;
};

struct ol_ir {
	const struct ol_model *model; /* not owned */
	struct ol_arena arena;
	struct ol_value *values;     uint32_t n_values;
	uint32_t *args;              /* value ids, parallel to model.names_of: OL_NONE where left out */
	uint32_t *node_kind;         /* by node: row in kinds */
	struct ol_opkind *kinds;     uint32_t n_kinds;
	uint32_t *nodes_by_kind;     /* node ids grouped by kind, file order within */
	uint32_t *users;             uint32_t n_users; /* node ids, grouped by value, file order within */
	uint32_t *order;             /* node ids in topological order, graph after graph */
	struct ol_scope *scopes;     /* by graph */
	uint32_t *info_value;        /* by row of model.infos: the value it is about, or OL_NONE */
	uint32_t *tensor_value;      /* by row of model.tensors: the value it initializes, or OL_NONE */
	uint8_t *live;               /* by node: 1 when some output of its graph depends on it (or it is in such a node's subgraph) */
	uint32_t *blocks;            /* by node: nodes downstream of it, itself included, at most: an upper bound that costs
	                                linear time (see blocks.c); NULL until ol_ir_blocks */
	uint64_t n_undefined;
	/* ol_ir_find_value: the first value of a name, and a hash (graph, name) of all others */
	uint32_t *name_value, n_name_value;
	uint32_t *more, more_mask, n_more;
};

/* NULL only when memory is refused. m must outlive the IR; its diags grow. Free with ol_ir_free. */
struct ol_ir *ol_ir_build(struct ol_model *m, struct ol_err *err);
void ol_ir_free(struct ol_ir *ir);

/* How many nodes lie downstream of node (itself included): exact, a walk over users, through subgraph owners. Stops at
 * `most` (0 = no bound). 0 when memory is refused. */
uint32_t ol_ir_downstream(const struct ol_ir *ir, uint32_t node, uint32_t most);
/* Fills ir->blocks; once. -1 when memory is refused. */
int ol_ir_blocks(struct ol_ir *ir);

/* Value ids of a node: inputs and outputs, OL_NONE where left out. */
static inline const uint32_t *ol_ir_inputs(const struct ol_ir *ir, uint32_t node)
{
	return ir->args + ir->model->nodes[node].inputs.first;
}
static inline const uint32_t *ol_ir_outputs(const struct ol_ir *ir, uint32_t node)
{
	return ir->args + ir->model->nodes[node].outputs.first;
}
static inline const struct ol_opkind *ol_ir_kind(const struct ol_ir *ir, uint32_t node)
{
	return &ir->kinds[ir->node_kind[node]];
}

/* The value that `name` means in graph (searching outwards), or OL_NONE. Linear in the nesting depth. */
uint32_t ol_ir_find_value(const struct ol_ir *ir, uint32_t graph, uint32_t name);
/* The attribute of a node by name, or NULL. */
const struct ol_attr *ol_ir_attr(const struct ol_ir *ir, uint32_t node, const char *name);
/* Declared element type of a value: from its value_info, initializer or Constant; OL_DT_UNDEFINED when not declared.
 * And the declared type row, OL_NONE when none. */
int32_t ol_ir_dtype(const struct ol_ir *ir, uint32_t value);
uint32_t ol_ir_type(const struct ol_ir *ir, uint32_t value);
/* "main/12.then_branch", "fn:domain:name", "training/0.algorithm": the contract's path of a graph. */
struct ol_buf;
void ol_ir_graph_path(const struct ol_model *m, uint32_t graph, struct ol_buf *out);
/* One line a graph, value and node, for debugging. */
void ol_ir_print(const struct ol_ir *ir, struct ol_buf *out);
/* The version that `scope` (OL_NONE = model, else function row) imports for a domain ("" and "ai.onnx" are one); -1. */
int64_t ol_ir_opset(const struct ol_model *m, uint32_t scope, struct ol_str domain);

#endif
