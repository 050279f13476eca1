/* image.h: how schemas and targets lie in their compiled-in images.
 *
 * An image is one read-only block without pointers: sections of fixed-size rows, found by byte
 * offset from its start, and a pool of strings. It is written by the build (tools/embed_schemas) in
 * the byte order and layout of this very header and mapped with the program: no start-up work,
 * nothing to relocate, pages are shared between processes. Rows refer to each other by index, to
 * strings by offset; a string has its length in the two bytes before it. */
#ifndef OL_SCHEMA_IMAGE_H
#define OL_SCHEMA_IMAGE_H

#include <stddef.h>
#include <string.h>

#include "schema/target.h"

extern const unsigned char ol_schemas_image[]; /* aligned to 16 */
extern const size_t ol_schemas_image_size;
extern const unsigned char ol_targets_image[];
extern const size_t ol_targets_image_size;

/* First word of an image. Another byte order reads another number, and finds nothing. */
#define OL_IMAGE_SCHEMAS 0x314d534fu /* "OSM1" */
#define OL_IMAGE_TARGETS 0x324d544fu /* "OTM2" */
#define OL_IMAGE_OPEN	 INT32_MAX   /* a version range without an end */

enum ol_image_section {
	OL_IMG_TYPESETS, /* struct ol_typeset, in both images */
	/* schemas */
	OL_IMG_DOMAINS,	 /* struct ol_img_domain, by name */
	OL_IMG_OPS,	 /* struct ol_img_op, by (domain, name, since) */
	OL_IMG_PARAMS,	 /* struct ol_img_param: inputs, then outputs of a row */
	OL_IMG_ATTRS,	 /* struct ol_img_attr, of a row: by name */
	OL_IMG_RELEASES, /* struct ol_img_release, oldest first */
	/* targets */
	OL_IMG_TARGETS, /* struct ol_img_target, by name */
	OL_IMG_OPSETS,	/* struct ol_img_opset: what a target accepts of a domain */
	OL_IMG_ROWS,	/* struct ol_img_trow, of a target: by (domain, op, first version) */
	OL_IMG_SINCE,	/* int32_t: the schema versions that a row covers */
	OL_IMG_TYPES,	/* struct ol_img_types: type set of a constraint of a row */
	OL_IMG_EDITIONS,   /* struct ol_img_edition: versions of a target, oldest first */
	OL_IMG_ALIASES,	   /* uint32_t: further names of a target */
	OL_IMG_CONDITIONS, /* struct ol_img_condition: equal ones are one */
	OL_IMG_NEEDS,	   /* uint32_t: the conditions of a row */
	OL_IMG_TOLERATES,  /* struct ol_img_tolerance, of a target */
	OL_IMG_SECTIONS
};

struct ol_img_header {
	uint32_t magic, size;
	struct {
		uint32_t offset, n;
	} section[OL_IMG_SECTIONS];
	uint32_t strings; /* offset of the pool */
	uint32_t pad;
};

#define OL_IMG_NONE UINT32_MAX /* no type set */

/* ol_img_op.flags */
enum {
	OL_OP_DEPRECATED = 1,
	OL_OP_EXPERIMENTAL = 2,
	OL_OP_FUNCTION = 4,
	OL_OP_ORT_ONLY = 8
};

struct ol_img_domain {
	uint32_t name, first, n; /* rows of OL_IMG_OPS */
	int32_t newest;
};

struct ol_img_op {
	uint32_t domain, name;
	int32_t since, until;
	uint32_t params, attrs; /* first of each */
	uint16_t n_in, n_out, n_attrs, flags;
	uint16_t min_in, max_in, min_out, max_out;
};

struct ol_img_param {
	uint32_t name, type_str, typeset; /* OL_IMG_NONE: no constraint known */
	uint16_t type_var, min_arity;
	uint8_t option, homogeneous, pad[2];
};

struct ol_img_attr {
	uint32_t name, default_text, one_of;
	uint8_t type, required, pad[2];
};

struct ol_img_release {
	uint32_t name;
	int32_t ir, onnx, ml, training; /* 0: not yet there */
};

struct ol_img_target {
	uint32_t name, title, version, source, about;
	uint32_t rows, n_rows, opsets, n_opsets;
	uint32_t typeset; /* or OL_IMG_NONE */
	int32_t min_ir, max_ir;
	uint32_t unlisted; /* enum ol_support of an operator without a row, in a domain that the
			      target lists */
	uint32_t custom;   /* … in any other domain */
	uint32_t fallback; /* name of the target that runs what this one does not */
	uint32_t evidence; /* enum ol_evidence */
	uint32_t caveat;
	uint32_t editions, n_editions, aliases, n_aliases;
	uint32_t tolerates, n_tolerates;
	uint32_t like_edition; /* the rows are another target's, in this edition of it */
};

/* A version of a target: what it accepts, beside the rows that hold for it. */
struct ol_img_edition {
	uint32_t name, version; /* "onnxruntime-cpu@1.20.1", "1.20.1" */
	uint32_t opsets, n_opsets;
	int32_t min_ir, max_ir;
};

struct ol_img_condition {
	uint32_t needs, note; /* an expression over `node`; in words */
	uint32_t target, line; /* where it was first read, for complaints about the expression */
};

/* A finding that does not keep the target from taking the model. */
struct ol_img_tolerance {
	uint32_t rule, op, note; /* op: OL_IMG_NONE = any */
	uint32_t place;		 /* enum ol_tolerance_place; 0 = anywhere */
};

struct ol_img_opset {
	uint32_t domain;
	int32_t min, max;
	int32_t tried_min, tried_max; /* what the project says that it is tested with */
};

struct ol_img_trow {
	uint32_t target; /* its index, so that a row alone finds the target's types */
	uint32_t domain, op;
	int32_t min, max; /* versions; with n_since: first and last of them */
	uint32_t since, types;
	uint16_t n_since, n_types;
	uint32_t typeset; /* of the whole row, or OL_IMG_NONE */
	uint32_t note, layer, source;
	uint32_t needs, n_needs;
	uint16_t from, until; /* editions that the row holds for; until UINT16_MAX: still */
	uint8_t status, by_function, pad[2];
};

struct ol_img_types {
	uint32_t constraint, typeset;
};

/* The first row of a section and the number of rows; NULL and 0 when the image is not of this
 * layout. */
static inline const void *ol_image_rows(const unsigned char *image, uint32_t magic,
					enum ol_image_section s, uint32_t *n)
{
	const struct ol_img_header *h = (const void *)image;

	if (h->magic != magic) {
		*n = 0;
		return NULL;
	}
	*n = h->section[s].n;
	return image + h->section[s].offset;
}

static inline struct ol_str ol_image_str(const unsigned char *image, uint32_t ref)
{
	const struct ol_img_header *h = (const void *)image;
	const unsigned char *p = image + h->strings + ref;
	uint16_t n;

	memcpy(&n, p - 2, sizeof(n));
	return (struct ol_str){(const char *)p, n};
}

/* The i-th operator of another image than the compiled-in one, which must stay. */
struct ol_schema ol_schema_in(const unsigned char *image, uint32_t i);

/* "ai.onnx" and "" are one domain; an image has "". */
static inline struct ol_str ol_image_domain(struct ol_str domain)
{
	if (domain.n == 7 && !memcmp(domain.p, "ai.onnx", 7))
		domain.n = 0;
	return domain;
}

#endif
