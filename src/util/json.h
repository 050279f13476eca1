/* json.h: writes JSON, compact or indented. Keys in the order given; commas and nesting are kept here. */
#ifndef OL_UTIL_JSON_H
#define OL_UTIL_JSON_H

#include <stdint.h>

#include "util/buf.h"

struct ol_json {
	struct ol_buf *out;
	int indent; /* spaces a level, 0 = compact */
	uint32_t depth;
	bool first, after_key;
};

void ol_json_init(struct ol_json *j, struct ol_buf *out, int indent);
void ol_json_open(struct ol_json *j, char bracket);  /* '{' or '[' */
void ol_json_close(struct ol_json *j, char bracket); /* '}' or ']' */
void ol_json_key(struct ol_json *j, const char *key);
void ol_json_keys(struct ol_json *j, struct ol_str key);
void ol_json_str(struct ol_json *j, struct ol_str s);
void ol_json_int(struct ol_json *j, int64_t i);
void ol_json_uint(struct ol_json *j, uint64_t u);
void ol_json_double(struct ol_json *j, double d); /* NaN and infinities: strings "NaN", "Infinity", "-Infinity" */
void ol_json_bool(struct ol_json *j, bool b);
void ol_json_null(struct ol_json *j);

/* A key and its value. Text is cut at 2,048 bytes, between characters, with "…" for the rest: a hostile name of megabytes
 * would stand in every row that speaks of it. */
enum { OL_JSON_STRING_MOST = 2048, OL_JSON_ROOM = OL_JSON_STRING_MOST + 4 };
struct ol_str ol_json_cut(struct ol_str s, char room[OL_JSON_ROOM]); /* s, or what fits of it, in room */
void ol_json_key_str(struct ol_json *j, const char *key, struct ol_str s);
void ol_json_key_uint(struct ol_json *j, const char *key, uint64_t u);
void ol_json_key_int(struct ol_json *j, const char *key, int64_t i);
void ol_json_key_open(struct ol_json *j, const char *key, char bracket); /* closed by ol_json_close */

#endif
