/* layout.h: how text output is set: colour, wrapping with a hanging indent, ASCII for terminals that have no more. All
 * text from outside is escaped here. */
#ifndef OL_REPORT_LAYOUT_H
#define OL_REPORT_LAYOUT_H

#include <stdint.h>

#include "util/buf.h"

enum ol_paint { OL_PAINT_BOLD, OL_PAINT_DIM, OL_PAINT_RED, OL_PAINT_YELLOW, OL_PAINT_CYAN, OL_PAINT_GREEN };

struct ol_layout {
	struct ol_buf *out;
	bool color;
	uint32_t width; /* 0 = do not wrap */
};

/* Our own text in a colour. */
void ol_layout_paint(const struct ol_layout *l, enum ol_paint how, const char *text);
/* Escaped text that starts at column `at` (after what the line holds already); further lines are indented by `indent`.
 * Runs of blanks and single line feeds count as one blank; an empty line starts a new paragraph. At most `max` columns
 * in all (0 = all), then "…". Does not end the line. */
void ol_layout_text(const struct ol_layout *l, struct ol_str raw, uint32_t at, uint32_t indent, size_t max);
/* The same from column 2 to the end of the line. */
void ol_layout_paragraph(const struct ol_layout *l, struct ol_str raw, uint32_t indent);
/* Escaped text as it is: preformatted lines, each after `indent` blanks and ended by a line feed. */
void ol_layout_lines(const struct ol_layout *l, struct ol_str raw, uint32_t indent);
/* Rewrites b from byte `from` on in ASCII: "…" as "...", the rest as \u{..}. */
void ol_layout_ascii(struct ol_buf *b, size_t from);
/* Breaks what a CI log would take for a command, from byte `from` on: "::" that begins a line and "##[", "##vso[" anywhere
 * get their first character as `colon` or `hash`, an escape of the format. */
void ol_layout_guard(struct ol_buf *b, size_t from, const char *colon, const char *hash);
/* The first sentence of a text. */
struct ol_str ol_layout_sentence(struct ol_str text);

#endif
