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

#endif
