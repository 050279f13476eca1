/* schema.c: finds operator versions in the compiled-in image.
 *
 * Idea: rows are sorted by (domain, name, since), so that every question is a binary search; views
 * point into the image and are copied freely. */
#include "schema/image.h"

static const void *rows(enum ol_image_section s, uint32_t *n)
{
	return ol_image_rows(ol_schemas_image, OL_IMAGE_SCHEMAS, s, n);
}

static struct ol_str str(uint32_t ref)
{
	return ol_image_str(ol_schemas_image, ref);
}

/* A schema's own image: a file of custom operators brings one. */
static const unsigned char *image_of(const struct ol_schema *s)
{
	return s->image ? s->image : ol_schemas_image;
}

static struct ol_schema view_in(const unsigned char *image, const struct ol_img_op *op)
{
	struct ol_schema s;

	memset(&s, 0, sizeof(s));
	if (!op)
		return s;
	s.row = op;
	s.image = image;
	s.domain = ol_image_str(image, op->domain);
	s.name = ol_image_str(image, op->name);
	s.since_version = op->since;
	s.until_version = op->until;
	s.deprecated = op->flags & OL_OP_DEPRECATED;
	s.has_function = op->flags & OL_OP_FUNCTION;
	s.experimental = op->flags & OL_OP_EXPERIMENTAL;
	s.ort_only = op->flags & OL_OP_ORT_ONLY;
	s.min_input = op->min_in;
	s.max_input = op->max_in;
	s.min_output = op->min_out;
	s.max_output = op->max_out;
	s.n_inputs = op->n_in;
	s.n_outputs = op->n_out;
	s.n_attrs = op->n_attrs;
	return s;
}

static struct ol_schema view(const struct ol_img_op *op)
{
	return view_in(ol_schemas_image, op);
}

struct ol_schema ol_schema_in(const unsigned char *image, uint32_t i)
{
	uint32_t n;
	const struct ol_img_op *ops = ol_image_rows(image, OL_IMAGE_SCHEMAS, OL_IMG_OPS, &n);

	return view_in(image, i < n ? &ops[i] : NULL);
}

/* The first row of domain::op, and in *n how many there are. */
static const struct ol_img_op *versions(struct ol_str domain, struct ol_str op, uint32_t *n)
{
	uint32_t n_domains, n_ops, lo, hi;
	const struct ol_img_domain *d = rows(OL_IMG_DOMAINS, &n_domains);
	const struct ol_img_op *ops = rows(OL_IMG_OPS, &n_ops);

	*n = 0;
	domain = ol_image_domain(domain);
	for (; n_domains && !ol_str_eq(str(d->name), domain); d++)
		n_domains--;
	if (!n_domains)
		return NULL;
	lo = d->first;
	hi = d->first + d->n;
	n_ops = hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (ol_str_cmp(str(ops[mid].name), op) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (hi = lo; hi < n_ops && ops[hi].name == ops[lo].name; hi++)
		;
	if (lo == n_ops || !ol_str_eq(str(ops[lo].name), op))
		return NULL;
	*n = hi - lo;
	return ops + lo;
}

struct ol_schema ol_schema_find(struct ol_str domain, struct ol_str op, int64_t version)
{
	uint32_t n;
	const struct ol_img_op *v = versions(domain, op, &n);

	while (n--)
		if (v[n].since <= version)
			return view(version <= v[n].until || v[n].until == OL_IMAGE_OPEN ? &v[n]
											 : NULL);
	return view(NULL);
}

bool ol_schema_life(struct ol_str domain, struct ol_str op, struct ol_schema_life *out)
{
	uint32_t n, first = 0;
	const struct ol_img_op *v = versions(domain, op, &n);

	memset(out, 0, sizeof(*out));
	if (!n)
		return false;
	/* Versions that only onnxruntime has do not make an operator of the standard older than it
	 * is. */
	while (first + 1 < n && v[first].flags & OL_OP_ORT_ONLY &&
	       !(v[n - 1].flags & OL_OP_ORT_ONLY))
		first++;
	out->first = v[first].since;
	out->last = v[n - 1].until;
	while (n-- > first && v[n].flags & OL_OP_DEPRECATED)
		out->deprecated_since = v[n].since;
	return true;
}

struct ol_schema ol_schema_at(uint32_t i)
{
	uint32_t n;
	const struct ol_img_op *ops = rows(OL_IMG_OPS, &n);

	return view(i < n ? &ops[i] : NULL);
}

static struct ol_schema_param param(const struct ol_schema *s, uint32_t i, uint32_t n,
				    uint32_t skip)
{
	const struct ol_img_op *op = s->row;
	const struct ol_img_param *p;
	const struct ol_typeset *sets;
	struct ol_schema_param out;
	uint32_t any;

	memset(&out, 0, sizeof(out));
	out.type_var = UINT16_MAX;
	out.types.any = 1;
	if (!op || i >= n)
		return out;
	p = ol_image_rows(image_of(s), OL_IMAGE_SCHEMAS, OL_IMG_PARAMS, &any);
	p += op->params + skip + i;
	sets = ol_image_rows(image_of(s), OL_IMAGE_SCHEMAS, OL_IMG_TYPESETS, &any);
	out.name = ol_image_str(image_of(s), p->name);
	out.type_str = ol_image_str(image_of(s), p->type_str);
	out.option = p->option;
	out.homogeneous = p->homogeneous;
	out.min_arity = p->min_arity;
	out.type_var = p->type_var;
	if (p->typeset != OL_IMG_NONE)
		out.types = sets[p->typeset];
	return out;
}

struct ol_schema_param ol_schema_input(const struct ol_schema *s, uint32_t i)
{
	return param(s, i, s->n_inputs, 0);
}

struct ol_schema_param ol_schema_output(const struct ol_schema *s, uint32_t i)
{
	return param(s, i, s->n_outputs, s->n_inputs);
}

uint32_t ol_schema_input_at(const struct ol_schema *s, uint32_t k)
{
	uint32_t n = s->n_inputs;

	return k >= n && n && ol_schema_input(s, n - 1).option == OL_PARAM_VARIADIC ? n - 1 : k;
}

uint32_t ol_schema_output_at(const struct ol_schema *s, uint32_t k)
{
	uint32_t n = s->n_outputs;

	return k >= n && n && ol_schema_output(s, n - 1).option == OL_PARAM_VARIADIC ? n - 1 : k;
}

static const struct ol_img_attr *attrs(const struct ol_schema *s)
{
	uint32_t n;
	const struct ol_img_op *op = s->row;

	const struct ol_img_attr *a = ol_image_rows(image_of(s), OL_IMAGE_SCHEMAS, OL_IMG_ATTRS, &n);

	return op ? a + op->attrs : NULL;
}

static struct ol_schema_attr attr_view(const unsigned char *image, const struct ol_img_attr *a)
{
	return (struct ol_schema_attr){
	    .name = ol_image_str(image, a->name),
	    .type = a->type,
	    .required = a->required,
	    .default_text = ol_image_str(image, a->default_text),
	    .one_of = ol_image_str(image, a->one_of),
	};
}

struct ol_schema_attr ol_schema_attr(const struct ol_schema *s, uint32_t i)
{
	struct ol_schema_attr none;

	memset(&none, 0, sizeof(none));
	return s->row && i < s->n_attrs ? attr_view(image_of(s), attrs(s) + i) : none;
}

bool ol_schema_find_attr(const struct ol_schema *s, struct ol_str name, struct ol_schema_attr *out)
{
	const struct ol_img_attr *a = attrs(s);
	uint32_t lo = 0, hi = s->row ? s->n_attrs : 0, n = hi;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (ol_str_cmp(ol_image_str(image_of(s), a[mid].name), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == n || !ol_str_eq(ol_image_str(image_of(s), a[lo].name), name))
		return false;
	*out = attr_view(image_of(s), &a[lo]);
	return true;
}
