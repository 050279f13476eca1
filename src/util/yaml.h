/* yaml.h: a YAML file as a tree with the place of every item, for rule, target, schema and configuration files.
 *
 * Read from libyaml's events. Refused, each with line and column: aliases, anchors, tags, merge keys, more than one
 * document, duplicate keys, invalid UTF-8, and anything past the limits (1 MiB, depth 32, 200,000 events, scalar 64 KiB;
 * generated fact files may raise them). Scalars stay text: what `no` or `1.0` means is the reader's decision. */
#ifndef OL_UTIL_YAML_H
#define OL_UTIL_YAML_H

#include <stdint.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"

enum ol_yaml_kind { OL_YAML_SCALAR, OL_YAML_SEQ, OL_YAML_MAP };

struct ol_yaml {
	uint8_t kind;
	bool plain;            /* scalar without quotes and not a block: `null`, numbers and booleans may be meant */
	bool block;            /* scalar in | or > style */
	bool refused;          /* an alias or a tagged value, told already: what it holds means nothing */
	char style;            /* scalar: ' ' plain, or the sign that opens it: ' " | > */
	uint32_t line, column; /* 1-based, of its first character (a block's: of its first content line) */
	uint32_t end_line, end_column;
	struct ol_str text;    /* scalar */
	uint32_t n;            /* items: of a map, pairs */
	struct ol_yaml *keys;  /* map: n scalars */
	struct ol_yaml *items; /* seq: n; map: the n values */
};

struct ol_yaml_limits {
	size_t bytes, scalar;
	uint32_t depth, events;
};
extern const struct ol_yaml_limits ol_yaml_default_limits;

/* Complaints about a text file, collected so that all are told at once. */
struct ol_note {
	const char *file;
	uint32_t line, column, length; /* length of what the caret underlines, 0 = 1 */
	struct ol_str message; /* what, then the way out */
	struct ol_str hint;    /* after the carets: "did you mean 'when'?"; may be empty */
};
struct ol_notes {
	struct ol_arena arena;
	struct ol_note *at;
	uint32_t n, cap;
};
/* Past this many, one note says that more were left out, and no more are taken. */
enum { OL_NOTES_MOST = 200 };
static inline bool ol_notes_full(const struct ol_notes *n)
{
	return n->n > OL_NOTES_MOST;
}
void ol_notes_add(struct ol_notes *n, const char *file, uint32_t line, uint32_t column, uint32_t length,
		  const char *hint, const char *fmt, ...) __attribute__((format(printf, 7, 8)));
/* "error: message\n --> file:line:col\n  | source line\n  | ^^^^ hint" for each, text is the file's content. Escapes
 * what is not printable. */
void ol_notes_print(const struct ol_notes *n, struct ol_str text, struct ol_buf *out);
void ol_notes_free(struct ol_notes *n);

/* The root of the one document (an empty file: NULL with no note added). NULL and notes on error. Lives in arena. */
struct ol_yaml *ol_yaml_parse(struct ol_arena *arena, struct ol_str text, const char *file,
			      const struct ol_yaml_limits *limits, struct ol_notes *notes);
/* The same, but gives the tree also when what was wrong could be stepped over (tags, anchors, aliases, duplicate keys), so
 * that the reader can tell its own complaints in the same run. NULL only when nothing can be read; check notes->n. */
struct ol_yaml *ol_yaml_parse_all(struct ol_arena *arena, struct ol_str text, const char *file,
				  const struct ol_yaml_limits *limits, struct ol_notes *notes);
/* Where the byte `offset` of a scalar's text stands in the file's text: undoes quotes, escapes, folding, indentation. */
void ol_yaml_where(const struct ol_yaml *scalar, struct ol_str text, size_t offset, uint32_t *line, uint32_t *column);
/* The value of a key, or NULL. */
struct ol_yaml *ol_yaml_get(const struct ol_yaml *map, const char *key);

/* Reads a whole file (bounded). -1 with err. */
int ol_file_read(const char *path, size_t max, struct ol_buf *out, struct ol_err *err);

#endif
