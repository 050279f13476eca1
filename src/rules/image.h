/* image.h: how compiled rules lie in bytes. image.c writes it, open.c reads it.
 *
 * Places are byte offsets from the image's start, 0 for none; rows and expressions are 8-byte
 * aligned. Numbers are the machine's own: an image is made for the program that embeds it, and the
 * header's order mark refuses any other. */
#ifndef OL_RULES_IMAGE_H
#define OL_RULES_IMAGE_H

#include <stdint.h>

#define OL_IMAGE_MAGIC "OLRULES"
enum { OL_IMAGE_VERSION = 1, OL_IMAGE_ORDER = 0x01020304 };

struct ol_image_ref {
	uint32_t at, n; /* n: bytes of a string, rows of a list */
};

struct ol_image_head {
	char magic[8];
	uint32_t version, order;
	uint32_t size;	    /* of the image, header and padding included */
	uint32_t rule_size; /* sizeof(struct ol_image_rule), against a stale build */
	struct ol_image_ref rules;
};

enum { /* the lists of a rule's match */
       OL_IMAGE_OP,
       OL_IMAGE_DOMAIN,
       OL_IMAGE_NOT_DOMAIN,
       OL_IMAGE_DTYPE,
       OL_IMAGE_KIND,
       OL_IMAGE_STATUS,
       OL_IMAGE_MATCHES
};

struct ol_image_rule {
	struct ol_image_ref id, family, file, about, why, builtin;
	struct ol_image_ref match[OL_IMAGE_MATCHES]; /* of refs */
	struct ol_image_ref lets, message, root_cause, grades, fixes, references, examples;
	uint32_t when, line, n_slots;
	uint8_t severity, confidence, scope, blast, effort, for_each_target, enabled, pad;
};
struct ol_image_let {
	struct ol_image_ref name;
	uint32_t expr, pad;
};
struct ol_image_part {
	struct ol_image_ref text;
	uint32_t expr, pad;
};
struct ol_image_grade {
	uint32_t when;
	int8_t severity, confidence;
	uint8_t pad[2];
};
struct ol_image_with {
	struct ol_image_ref key, value; /* value: of parts */
};
struct ol_image_fix {
	struct ol_image_ref title, action, with;
	uint32_t when, applicability;
};
struct ol_image_expect {
	struct ol_image_ref at, message, because, severity, fixes;
	uint32_t count, line;
};
struct ol_image_example {
	struct ol_image_ref name, model, target, becomes, expects;
	uint32_t line, bad;
};

#endif
