/* model.h: a model as the file says it, decoded but not resolved.
 *
 * Names are interned (uint32_t ids into `names`, 0 = empty or absent); everything else is arrays, addressed by uint32_t
 * ids, and what they point to, which lives in the arena. OL_NONE is "no such id". Graphs, subgraphs, function bodies and training graphs are all rows of
 * `graphs`; the nodes, initializers and value_infos of a graph are contiguous ranges. Payloads (weights) stay in the
 * file: a tensor knows where its bytes are. What was wrong with the file stands in `diags`; what could be read is here.
 *
 * Source of the fields: onnx.proto; https://onnx.ai/onnx/repo-docs/IR.html */
#ifndef OL_LOAD_MODEL_H
#define OL_LOAD_MODEL_H

#include <stdarg.h>

#include "load/dtype.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/intern.h"

#define OL_NONE UINT32_MAX

/* A run of bytes in the model file. For models read from text syntax: length 0 and offset 0. */
struct ol_span {
	uint64_t offset, length;
};

/* A range [first, first + n) of one of the model's arrays. */
struct ol_range {
	uint32_t first, n;
};

struct ol_kv {
	uint32_t key;        /* interned */
	struct ol_str value; /* in the arena; cut at the doc limit */
};

struct ol_kvs {
	const struct ol_kv *at;
	uint32_t n;
};

enum ol_dim_kind { OL_DIM_UNSET, OL_DIM_VALUE, OL_DIM_PARAM };

struct ol_dim {
	int64_t value;     /* kind VALUE; may be negative: the file says so */
	uint32_t param;    /* kind PARAM: interned */
	uint8_t kind;      /* enum ol_dim_kind */
};

enum ol_type_kind {
	OL_TYPE_NONE, /* absent, or a TypeProto with no case set */
	OL_TYPE_TENSOR,
	OL_TYPE_SPARSE_TENSOR,
	OL_TYPE_SEQUENCE,
	OL_TYPE_MAP,
	OL_TYPE_OPTIONAL,
	OL_TYPE_OPAQUE
};

/* TypeProto. Elements of sequence, optional and map are other rows (`elem`). */
struct ol_type {
	uint8_t kind;      /* enum ol_type_kind */
	bool has_shape;    /* tensor kinds: is there a TensorShapeProto (rank known)? */
	int32_t elem_type; /* tensor kinds: dtype; map: key dtype; opaque: 0 */
	uint32_t rank;
	const struct ol_dim *dims; /* rank items */
	uint32_t elem;             /* row in model.types, or OL_NONE */
	uint32_t name, domain;     /* opaque: interned */
	uint32_t denotation;       /* interned */
};

/* ValueInfoProto; also a function's input or output name (type OL_NONE). */
struct ol_info {
	uint32_t name;
	uint32_t type; /* row in model.types, OL_NONE when absent */
	struct ol_span at;
};

/* TensorProto */
struct ol_tensor {
	uint32_t name;
	int32_t dtype; /* as written; may be none of enum ol_dtype */
	uint32_t rank;
	const int64_t *dims;
	struct ol_span at;
	/* Which data fields are present: bit f for field f of 4 5 6 7 9 10 11 (9 = raw_data). */
	uint32_t fields;
	/* The data: raw_data or the packed typed field; for several chunks or unpacked fields, `bytes` of the first and
	 * `data` when it was gathered. Not set for external data. */
	struct ol_span payload;
	/* The same bytes in memory, when payload.length <= OL_SMALL_PAYLOAD: raw little-endian for raw_data, else
	 * decoded: float[], int32_t[], int64_t[], double[], uint64_t[] for fields 4 5 7 10 11. NULL otherwise, also
	 * when the field is not the one that the dtype's elements belong in (ol_dtype_info: data_field). */
	const void *data;
	uint64_t count;              /* elements in the typed field (not raw); strings: how many */
	const struct ol_str *strings; /* field 6, cut at the doc limit each; NULL when none */
	int32_t location;            /* 0 default, 1 external, anything else is wrong */
	struct ol_kvs external;      /* keys as written: location offset length checksum … */
	uint32_t ext_file;           /* row in model.ext_files once checked, else OL_NONE */
	uint64_t ext_offset, ext_length; /* checked values; length 0 = to the file's end was resolved */
	bool segment;                /* has the (long unused) segment field */
};

#define OL_SMALL_PAYLOAD 4096

struct ol_sparse {
	uint32_t values, indices; /* rows in model.tensors, OL_NONE when absent */
	uint32_t rank;
	const int64_t *dims;
	struct ol_span at;
};

/* AttributeProto.AttributeType */
enum ol_attr_type {
	OL_ATTR_UNDEFINED = 0,
	OL_ATTR_FLOAT = 1,
	OL_ATTR_INT = 2,
	OL_ATTR_STRING = 3,
	OL_ATTR_TENSOR = 4,
	OL_ATTR_GRAPH = 5,
	OL_ATTR_FLOATS = 6,
	OL_ATTR_INTS = 7,
	OL_ATTR_STRINGS = 8,
	OL_ATTR_TENSORS = 9,
	OL_ATTR_GRAPHS = 10,
	OL_ATTR_SPARSE_TENSOR = 11,
	OL_ATTR_SPARSE_TENSORS = 12,
	OL_ATTR_TYPE_PROTO = 13,
	OL_ATTR_TYPE_PROTOS = 14,
	OL_ATTR_TYPE_COUNT = 15
};

/* AttributeProto. `type` is what the file declares (0 = absent: IR < 2 or broken); `fields` has bit t set for each
 * enum ol_attr_type whose field is present, so that a disagreement can be told. */
struct ol_attr {
	uint32_t name;
	uint32_t ref_attr; /* interned; not 0 inside functions only */
	int32_t type;
	uint32_t fields;
	float f;
	int64_t i;
	struct ol_str s;
	uint32_t n; /* items of the one list that `type` names (FLOATS … TYPE_PROTOS) */
	union {
		const float *floats;
		const int64_t *ints;
		const struct ol_str *strings;
		/* one or many; singular TENSOR, GRAPH, SPARSE_TENSOR, TYPE_PROTO have n == 1 */
		const uint32_t *ids; /* rows in model.tensors, graphs, sparses, types */
	} list;
	struct ol_span at;
};

/* NodeProto. inputs and outputs index model.names_of: interned names, 0 = left out. */
struct ol_node {
	uint32_t name, op_type, domain, overload;
	uint32_t graph;
	struct ol_range inputs, outputs;
	struct ol_range attrs; /* model.attrs */
	uint32_t length;       /* of the message, saturated */
	uint64_t offset;       /* of the message's content in the file */
	uint32_t metadata;     /* row in model.kvlists or OL_NONE */
};

enum ol_graph_kind { OL_GRAPH_MAIN, OL_GRAPH_SUB, OL_GRAPH_FUNCTION, OL_GRAPH_TRAINING };

/* GraphProto, or the body of a FunctionProto. */
struct ol_graph {
	uint8_t kind; /* enum ol_graph_kind */
	bool has_name;
	uint32_t name;
	uint32_t parent;      /* SUB: the graph that holds the owning node; else OL_NONE */
	uint32_t parent_node; /* SUB: row in model.nodes */
	uint32_t parent_attr; /* SUB: interned attribute name */
	uint32_t parent_k;    /* SUB: position within a GRAPHS list, OL_NONE for a single GRAPH */
	uint32_t function;    /* row in model.functions whose body this is or is nested in, else OL_NONE */
	uint32_t depth;       /* 0 for roots */
	struct ol_range nodes;         /* model.nodes */
	struct ol_range initializers;  /* model.tensors */
	struct ol_range sparse;        /* model.sparses */
	struct ol_range inputs, outputs, value_infos; /* model.infos */
	struct ol_range annotations;   /* model.annotations */
	uint32_t metadata;             /* row in model.kvlists or OL_NONE */
	uint32_t doc_length;
	struct ol_span at;
};

struct ol_annotation { /* TensorAnnotation */
	uint32_t tensor_name;
	struct ol_kvs params; /* SCALE_TENSOR, ZERO_POINT_TENSOR -> value names */
};

struct ol_opset {
	uint32_t domain; /* interned; "ai.onnx" is kept as written */
	int64_t version;
	bool has_version;
	struct ol_span at;
};

struct ol_function { /* FunctionProto */
	uint32_t name, domain, overload;
	uint32_t graph;             /* its body: row in model.graphs; inputs/outputs are there, without types */
	struct ol_range opsets;     /* model.opsets */
	struct ol_range attr_names; /* model.names_of: attributes without default */
	struct ol_range attrs;      /* model.attrs: attributes with default (attribute_proto) */
	struct ol_span at;
	bool added;                 /* not of the file: ol_load_options.functions */
};

/* An external data file that some tensor names, opened beneath the model's folder. */
struct ol_ext_file {
	uint32_t location; /* interned, as written */
	uint64_t size;     /* bytes; 0 when not usable */
	bool usable;
	int fd;            /* kept open for payload reads, or -1: opened again when asked for */
};

/* Where something is. Unused members are OL_NONE (0 for value). */
struct ol_place {
	uint32_t graph, node;
	uint32_t value;      /* interned name of a value, initializer, attribute or other thing */
	uint32_t function;
	struct ol_span at;   /* length 0 and offset 0: not known */
	uint32_t line, column; /* text syntax only, 1-based */
};
#define OL_NOWHERE ((struct ol_place){.graph = OL_NONE, .node = OL_NONE, .function = OL_NONE})

/* What loading or building found wrong. `rule` is the id of the rule in rules/checks whose words go with it. */
struct ol_diag {
	const char *rule; /* static string: "model/truncated" */
	struct ol_place place;
	struct ol_str message; /* raw text of the model may be in it: escape where printed */
	struct ol_range reasons; /* rows of ol_infer.reasons: where the facts that it is about come from */
};

enum ol_model_format { OL_FORMAT_PROTOBUF, OL_FORMAT_TEXT };

struct ol_source; /* load/source.h: where bytes come from */
struct ol_custom;

struct ol_model {
	struct ol_arena arena;
	struct ol_intern names;
	struct ol_source *source; /* stays open for payload reads */
	struct ol_str path;       /* as given; "-" for standard input */
	uint8_t format;           /* enum ol_model_format */
	uint64_t size;            /* bytes of the file */
	bool complete;            /* false: loading stopped at a fatal diag; counts below are what was read */

	bool has_ir_version, has_graph;
	int64_t ir_version, model_version;
	uint32_t producer_name, producer_version, domain; /* interned */
	uint32_t doc_length;
	struct ol_range opsets; /* model-level ones, in `all_opsets` */
	uint32_t metadata;      /* row in kvlists or OL_NONE */
	uint32_t n_training;    /* training_info messages */
	uint64_t n_unknown_fields, n_messages;
	uint64_t n_parameters;  /* elements of all initializers, saturated */

	/* arrays; counts beside them. graphs[0] is the main graph when has_graph. */
	struct ol_graph *graphs;           uint32_t n_graphs;
	struct ol_node *nodes;             uint32_t n_nodes;
	uint32_t *names_of;                uint32_t n_names_of; /* names of node inputs/outputs, function attributes */
	struct ol_attr *attrs;             uint32_t n_attrs;
	struct ol_tensor *tensors;         uint32_t n_tensors;
	struct ol_sparse *sparses;         uint32_t n_sparses;
	struct ol_info *infos;             uint32_t n_infos;
	struct ol_type *types;             uint32_t n_types;
	struct ol_annotation *annotations; uint32_t n_annotations;
	struct ol_opset *all_opsets;       uint32_t n_all_opsets;
	struct ol_function *functions;     uint32_t n_functions;
	struct ol_kvs *kvlists;            uint32_t n_kvlists;
	struct ol_ext_file *ext_files;     uint32_t n_ext_files;

	struct ol_diag *diags;             uint32_t n_diags, cap_diags;
	uint64_t diags_dropped; /* beyond the limit a rule */
	const struct ol_custom *custom; /* what a file declares of operators (schema/custom.h), or NULL; not owned */
	bool late;              /* reading stopped at the deadline, and the model is not complete */
	struct ol_diag_count *diag_counts; uint32_t n_diag_counts; /* model.c's */
};

static inline struct ol_str ol_name(const struct ol_model *m, uint32_t id)
{
	return ol_intern_str(&m->names, id);
}

/* Records a diag (message formatted into the arena). rule must be a static string. At most 1,000 a rule are kept.
 * Without memory for it, m->arena.refused is set: whoever loads or builds looks there at the end. */
void ol_model_diag(struct ol_model *m, const char *rule, struct ol_place place, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Has a rule its 1,000 already? Asked before a message is made at some cost; true counts as dropped. */
bool ol_model_diag_full(struct ol_model *m, const char *rule);

/* Frees the model and closes its files. NULL is allowed. */
void ol_model_free(struct ol_model *m);

/* Elements that dims say: product with overflow check. -1 on a negative dim, -2 on overflow. rank 0 gives 1. */
int64_t ol_tensor_elements(const struct ol_tensor *t);
/* Bytes that `elements` of `dtype` take as raw_data (4-bit types: two a byte, rounded up). -1 for string, undefined, overflow. */
int64_t ol_dtype_bytes(int64_t dtype, int64_t elements);

/* The i-th element as a number, for small tensors (t->data) of integer or bool, and float types. false when not at hand. */
bool ol_tensor_int(const struct ol_tensor *t, uint64_t i, int64_t *out);
bool ol_tensor_double(const struct ol_tensor *t, uint64_t i, double *out);

#endif
