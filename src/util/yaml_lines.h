/* yaml_lines.h: where things stand in a text, for yaml.c. */
#ifndef OL_UTIL_YAML_LINES_H
#define OL_UTIL_YAML_LINES_H

#include <yaml.h>

#include "util/yaml.h"

struct ol_line {
	size_t byte, chars; /* offsets of its first character */
};
struct ol_lines {
	struct ol_line *at;
	uint32_t n;
	bool ascii;
	size_t *marks; /* byte offset of every OL_LINES_STEP-th character, unless ascii */
};
enum { OL_LINES_STEP = 256 };

/* Also refuses what no YAML text may hold: bad UTF-8, control characters; -1 with notes.
 * ol_lines_free always. */
int ol_lines_init(struct ol_lines *l, struct ol_str text, const char *file, struct ol_notes *notes);
void ol_lines_free(struct ol_lines *l);
/* 1-based line and column of a character, given its index. */
void ol_lines_place(const struct ol_lines *l, size_t index, uint32_t *line, uint32_t *column);
/* The byte at a character, or '\0' past the end. */
char ol_lines_char(const struct ol_lines *l, struct ol_str text, size_t index);
/* From the place of a block scalar's sign to that of its first content line and its indentation. */
void ol_lines_block(const struct ol_lines *l, struct ol_str text, struct ol_str content,
		    uint32_t *line, uint32_t *column);
/* libyaml's error as a note, in words that name the usual causes. */
void ol_lines_syntax(const struct ol_lines *l, struct ol_str text, const char *file,
		     const yaml_parser_t *yaml, struct ol_notes *notes);
/* Characters of well-formed UTF-8. */
uint32_t ol_lines_chars(struct ol_str s);

#endif
