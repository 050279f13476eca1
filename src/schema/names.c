/* names.c: what was meant, when a domain or operator name is not known; and which version came with
 * which release.
 *
 * These walk the rows of a domain: they run for findings, not for every node, and a name too long
 * to be near to any operator is turned away first. */
#include "schema/image.h"
#include "util/text.h"

#define NAME_MAX_NEAR 64

static const void *rows(enum ol_image_section s, uint32_t *n)
{
	return ol_image_rows(ol_schemas_image, OL_IMAGE_SCHEMAS, s, n);
}

static struct ol_str str(uint32_t ref)
{
	return ol_image_str(ol_schemas_image, ref);
}

static const struct ol_img_domain *find_domain(struct ol_str domain)
{
	uint32_t n;
	const struct ol_img_domain *d = rows(OL_IMG_DOMAINS, &n);

	domain = ol_image_domain(domain);
	for (; n; n--, d++)
		if (ol_str_eq(str(d->name), domain))
			return d;
	return NULL;
}

int32_t ol_schema_domain_newest(struct ol_str domain)
{
	const struct ol_img_domain *d = find_domain(domain);

	return d ? d->newest : 0;
}

/* Case and separators aside: "conv_transpose" is ConvTranspose. */
static bool same_letters(struct ol_str a, struct ol_str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && (a.p[i] == '_' || a.p[i] == '-'))
			i++;
		while (k < b.n && (b.p[k] == '_' || b.p[k] == '-'))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if ((a.p[i] ^ b.p[k]) & ~0x20)
			return false;
		i++;
		k++;
	}
}

/* "LayerNorm" for LayerNormalization. */
static bool begins(struct ol_str name, struct ol_str op)
{
	return op.n >= 5 && op.n < name.n && same_letters(op, (struct ol_str){name.p, op.n});
}

struct ol_str ol_schema_nearest(struct ol_str domain, struct ol_str op, int64_t version)
{
	const struct ol_img_domain *d = find_domain(domain);
	const struct ol_img_op *o, *end;
	struct ol_str best = {NULL, 0}, longer = {NULL, 0};
	uint32_t least = UINT32_MAX, any, n_longer = 0;

	if (!d || !op.n || op.n > NAME_MAX_NEAR)
		return best;
	o = (const struct ol_img_op *)rows(OL_IMG_OPS, &any) + d->first;
	for (end = o + d->n; o < end; o++) {
		uint32_t distance;

		if (o->since > version || version > o->until ||
		    o->flags & (OL_OP_DEPRECATED | OL_OP_ORT_ONLY))
			continue;
		if (same_letters(op, str(o->name)))
			return str(o->name);
		if (ol_text_near(op, str(o->name), &distance) && distance < least) {
			least = distance;
			best = str(o->name);
		}
		if (begins(str(o->name), op)) {
			longer = str(o->name);
			n_longer++;
		}
	}
	return !best.n && n_longer == 1 ? longer : best;
}

struct ol_str ol_schema_elsewhere(struct ol_str domain, struct ol_str op)
{
	uint32_t n;
	const struct ol_img_domain *d = rows(OL_IMG_DOMAINS, &n);

	domain = ol_image_domain(domain);
	for (; n; n--, d++) {
		struct ol_str name = str(d->name);
		struct ol_schema s;

		if (ol_str_eq(name, domain))
			continue;
		s = ol_schema_find(name, op, INT32_MAX);
		if (s.row && !s.ort_only)
			return name.n ? name : OL_STR("ai.onnx");
	}
	return (struct ol_str){NULL, 0};
}

int64_t ol_schema_newest_ir(void)
{
	uint32_t n;
	const struct ol_img_release *r = rows(OL_IMG_RELEASES, &n);
	int64_t ir = 0;

	for (; n; n--, r++)
		if (r->ir > ir)
			ir = r->ir;
	return ir;
}

/* The first release that has the opset; NULL when none has. */
static const struct ol_img_release *release(struct ol_str domain, int64_t opset)
{
	uint32_t n;
	const struct ol_img_release *r = rows(OL_IMG_RELEASES, &n);

	domain = ol_image_domain(domain);
	if (opset < 1)
		return NULL;
	for (; n; n--, r++) {
		int32_t has = 0;

		if (!domain.n)
			has = r->onnx;
		else if (ol_str_is(domain, "ai.onnx.ml"))
			has = r->ml;
		else if (ol_str_is(domain, "ai.onnx.preview.training"))
			has = r->training;
		if (has >= opset)
			return r;
	}
	return NULL;
}

int64_t ol_schema_ir_for_opset(struct ol_str domain, int64_t opset)
{
	const struct ol_img_release *r = release(domain, opset);

	return r ? r->ir : 0;
}

struct ol_str ol_schema_release_of_opset(struct ol_str domain, int64_t opset)
{
	const struct ol_img_release *r = release(domain, opset);

	return r ? str(r->name) : (struct ol_str){NULL, 0};
}
