/* load.h: from bytes to a model. A bad model is a diag in the model; an error is when bytes cannot be had at all. */
#ifndef OL_LOAD_LOAD_H
#define OL_LOAD_LOAD_H

#include "load/model.h"

/* Every limit can be raised by `--limit NAME=N`; `name` is what a diag says. Defaults and reasons: SECURITY in CONTRIBUTING.md. */
struct ol_limits {
	uint64_t message_depth;   /* "message-depth"    100 below ModelProto, as protobuf's own readers */
	uint64_t messages;        /* "messages"         16,000,000 */
	uint64_t memory;          /* "memory"           bytes of the model arena, 2 GiB */
	uint64_t unknown_fields;  /* "unknown-fields"   1,000,000 */
	uint64_t repeated_single; /* "repeated-single"  16: a singular message field repeated */
	uint64_t name_length;     /* "name-length"      1 MiB */
	uint64_t text_length;     /* "text-length"      16 MiB: doc_string, metadata value; kept up to 64 KiB */
	uint64_t functions;       /* "functions"        10,000 */
	uint64_t text_input;      /* "text-input"       64 MiB of ONNX text syntax or standard input text */
};

/* The table of limits: name, offset of the member, default, unit; NULL name ends it. One place for parse and for messages. */
struct ol_limit_row {
	const char *name;
	size_t member; /* offsetof in struct ol_limits */
	uint64_t value; /* default */
	const char *about;
};
extern const struct ol_limit_row ol_limit_rows[];
void ol_limits_default(struct ol_limits *l);
/* "NAME=N"; -1 with the nearest name in err otherwise. */
int ol_limits_set(struct ol_limits *l, const char *assignment, struct ol_err *err);

/* A function that is added to a model whose nodes call it and that has none of its own by the name. */
struct ol_load_function {
	struct ol_str domain, name;
	struct ol_str proto; /* FunctionProto, within ol_load_options.function_bytes */
};

struct ol_load_options {
	struct ol_limits limits;
	uint64_t deadline;            /* ns of the monotonic clock, 0 = none: past it reading stops */
	bool check_external;          /* open and measure external data files */
	const char *const *roots;     /* further folders that external data may resolve into; NULL-ended or NULL */
	const struct ol_load_function *functions; /* by name, then domain */
	uint32_t n_functions;
	struct ol_str function_bytes; /* outlives the model */
	const struct ol_custom *custom; /* goes to ol_model.custom */
};
void ol_load_options_default(struct ol_load_options *o);

/* Opens path ("-" = standard input), finds out what it is, and loads it. NULL only when the bytes cannot be read
 * (missing, permission, folder, fifo, device: OL_ERR_IO) or memory is refused. A file that is no ONNX model gives a
 * model with complete == false and a diag that says what the file is. Free with ol_model_free. */
struct ol_model *ol_load_file(const char *path, const struct ol_load_options *o, struct ol_err *err);
/* The same for bytes in memory, which must stay until the model is freed; `path` is for messages; no external data. */
struct ol_model *ol_load_memory(const void *bytes, size_t n, const char *path, const struct ol_load_options *o,
				struct ol_err *err);
/* Parses ONNX text syntax (docs/Syntax.md of onnx/onnx) into serialized ModelProto bytes appended to `out`.
 * -1 with err->line, column and a message on the first error. Also used for rule examples. A graph without the `<…>`
 * header gets ir_version 10 and opset 21 of the default domain; a header gives what it says and nothing else. */
struct ol_buf;
int ol_text_parse(struct ol_str text, struct ol_buf *out, struct ol_err *err);
/* Does this look like ONNX text (first word `<`, an identifier then `(`, …) rather than some other file? */
bool ol_text_looks(struct ol_str head);

/* Reads n bytes of a tensor's payload (raw, packed or external) from byte `at`. -1 on error or past the end. */
int ol_load_payload(const struct ol_model *m, const struct ol_tensor *t, uint64_t at, void *to, size_t n,
		    struct ol_err *err);

#endif
