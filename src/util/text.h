/* text.h: text that people or programs will read: widths, escaping, near words. Text from a model is hostile. */
#ifndef OL_UTIL_TEXT_H
#define OL_UTIL_TEXT_H

#include <stdint.h>

#include "util/buf.h"

/* Is it well-formed UTF-8 (no surrogates, no overlong forms)? On false *bad is the offset of the first bad byte. */
bool ol_utf8_valid(struct ol_str s, size_t *bad);
/* The next code point of s from *i, which moves on; a bad byte gives U+DC00 + byte and moves by one. s.n: end. */
uint32_t ol_utf8_next(struct ol_str s, size_t *i);
/* Columns of a terminal that a code point takes: 0, 1, 2. */
int ol_text_width(uint32_t cp);

/* For a terminal or plain text: C0, DEL, C1, bidi controls, zero-width, U+2028/9 and bad UTF-8 become \xHH or \u{..};
 * line feeds become \n (two characters); at most `max` columns (0 = all), then "…". */
void ol_text_plain(struct ol_buf *out, struct ol_str s, size_t max);
/* Inside a JSON string, without the quotes; bad UTF-8 bytes become "\\xHH" text, so that nothing is lost or invalid. Also
 * escapes C1, bidi and U+2028/9 as \uXXXX. */
void ol_text_json(struct ol_buf *out, struct ol_str s);

/* Edit distance (optimal string alignment), bounded: > max gives max + 1. */
uint32_t ol_text_distance(struct ol_str a, struct ol_str b, uint32_t max);
/* Is b near enough to a to be suggested: distance <= 2 and less than a third of the longer, or equal but for case/_-. */
bool ol_text_near(struct ol_str a, struct ol_str b, uint32_t *distance);

/* Decimal without exception: false on anything but digits with an optional minus, or overflow. */
bool ol_text_int(struct ol_str s, int64_t *out);
/* "1.9 GiB", "412 B"; "12,345" */
void ol_text_bytes(struct ol_buf *out, uint64_t n);
void ol_text_count(struct ol_buf *out, uint64_t n);
/* Shell-style * and ? (and ** as *), linear time. */
bool ol_text_glob(struct ol_str pattern, struct ol_str s);
/* Shortest decimal that reads back as the same double: "0.1", "1e+300", "nan", "inf". */
void ol_text_double(struct ol_buf *out, double d);

#endif
