/* target.c: what a target says of an operator, looked up in the compiled-in image.
 *
 * Idea: a row that names operator versions (`since`) is matched through the schemas: the opset of
 * the model gives the operator's version, and only a row that names this very version holds. So
 * "13+" never covers a later revision. */
#include "schema/image.h"
#include "util/text.h"

static const void *rows(enum ol_image_section s, uint32_t *n)
{
	return ol_image_rows(ol_targets_image, OL_IMAGE_TARGETS, s, n);
}

static struct ol_str str(uint32_t ref)
{
	return ol_image_str(ol_targets_image, ref);
}

struct ol_target ol_target_at(uint32_t i)
{
	uint32_t n;
	const struct ol_img_target *t = rows(OL_IMG_TARGETS, &n);
	struct ol_target out;

	memset(&out, 0, sizeof(out));
	if (i >= n)
		return out;
	t += i;
	out.row = t;
	out.name = str(t->name);
	out.title = str(t->title);
	out.version = str(t->version);
	out.source = str(t->source);
	out.about = str(t->about);
	out.min_ir = t->min_ir;
	out.max_ir = t->max_ir;
	out.n_rows = t->n_rows;
	return out;
}

struct ol_target ol_target_find(struct ol_str name)
{
	struct ol_target t;

	for (uint32_t i = 0; (t = ol_target_at(i)).row; i++)
		if (ol_str_eq(t.name, name))
			break;
	return t;
}

struct ol_str ol_target_nearest(struct ol_str name)
{
	struct ol_str best = {NULL, 0};
	uint32_t least = UINT32_MAX, distance;
	struct ol_target t;

	for (uint32_t i = 0; name.n && name.n <= 64 && (t = ol_target_at(i)).row; i++)
		if (ol_text_near(name, t.name, &distance) && distance < least) {
			least = distance;
			best = t.name;
		}
	return best;
}

bool ol_target_opsets(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max)
{
	const struct ol_img_target *row = t->row;
	uint32_t n;
	const struct ol_img_opset *o = rows(OL_IMG_OPSETS, &n);

	domain = ol_image_domain(domain);
	for (uint32_t i = 0; row && i < row->n_opsets; i++) {
		const struct ol_img_opset *at = &o[row->opsets + i];

		if (!ol_str_eq(str(at->domain), domain))
			continue;
		*min = at->min;
		*max = at->max;
		return true;
	}
	return false;
}

/* The first row of domain::op; in *n how many. */
static const struct ol_img_trow *rows_of(const struct ol_target *t, struct ol_str domain,
					 struct ol_str op, uint32_t *n)
{
	const struct ol_img_target *target = t->row;
	uint32_t lo, hi, end, any;
	const struct ol_img_trow *r = rows(OL_IMG_ROWS, &any);

	*n = 0;
	if (!target)
		return NULL;
	domain = ol_image_domain(domain);
	lo = target->rows;
	hi = end = target->rows + target->n_rows;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = ol_str_cmp(str(r[mid].domain), domain);

		if (!c)
			c = ol_str_cmp(str(r[mid].op), op);
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == end || !ol_str_eq(str(r[lo].domain), domain) || !ol_str_eq(str(r[lo].op), op))
		return NULL;
	for (hi = lo; hi < end && r[hi].domain == r[lo].domain && r[hi].op == r[lo].op; hi++)
		;
	*n = hi - lo;
	return r + lo;
}

static const int32_t *since_of(const struct ol_img_trow *r)
{
	uint32_t n;

	return (const int32_t *)rows(OL_IMG_SINCE, &n) + r->since;
}

static bool names_version(const struct ol_img_trow *r, int32_t version)
{
	const int32_t *since = since_of(r);

	for (uint32_t i = 0; i < r->n_since; i++)
		if (since[i] == version)
			return true;
	return false;
}

/* The opsets in which the operator's version `since` holds, cut to what the target accepts. */
static void span(const struct ol_target *t, struct ol_str domain, struct ol_str op, int32_t since,
		 int32_t *min, int32_t *max)
{
	struct ol_schema s = ol_schema_find(domain, op, since);
	int32_t lo, hi;

	*min = since;
	*max = s.row && s.since_version == since ? s.until_version : since;
	if (ol_target_opsets(t, domain, &lo, &hi)) {
		if (*min < lo)
			*min = lo;
		if (*max > hi)
			*max = hi;
	}
}

struct ol_target_support ol_target_supports(const struct ol_target *t, struct ol_str domain,
					    struct ol_str op, int64_t opset)
{
	uint32_t n;
	const struct ol_img_trow *r = rows_of(t, domain, op, &n);
	struct ol_schema s = ol_schema_find(domain, op, opset);
	const struct ol_img_target *target = t->row;
	struct ol_target_support out;
	int32_t lo, hi;

	memset(&out, 0, sizeof(out));
	out.status = OL_SUPPORT_UNKNOWN;
	if (!target)
		return out;
	for (; n; n--, r++) {
		if (r->n_since ? s.row && names_version(r, s.since_version)
			       : r->min <= opset && opset <= r->max)
			break;
	}
	if (!n) {
		/* What silence means, the target says: of the domains that it lists, and of all
		 * others. */
		out.status = ol_target_opsets(t, domain, &lo, &hi)
				 ? (enum ol_support)target->unlisted
				 : (enum ol_support)target->custom;
		return out;
	}
	out.row = r;
	out.status = (enum ol_support)r->status;
	out.by_function = r->by_function;
	out.note = str(r->note);
	out.layer = str(r->layer);
	out.source = str(r->source);
	out.min_opset = r->min;
	out.max_opset = r->max;
	if (r->n_since)
		span(t, domain, op, s.since_version, &out.min_opset, &out.max_opset);
	return out;
}

bool ol_target_types(const struct ol_target *t, const struct ol_target_support *s,
		     struct ol_str constraint, struct ol_typeset *out)
{
	const struct ol_img_trow *r = s->row;
	uint32_t n, set;
	const struct ol_img_types *types = rows(OL_IMG_TYPES, &n);
	const struct ol_typeset *sets = rows(OL_IMG_TYPESETS, &n);

	if (!t->row)
		return false;
	set = ((const struct ol_img_target *)t->row)->typeset;
	if (r && r->typeset != OL_IMG_NONE)
		set = r->typeset;
	for (uint32_t i = 0; r && i < r->n_types; i++)
		if (ol_str_eq(str(types[r->types + i].constraint), constraint))
			set = types[r->types + i].typeset;
	if (set == OL_IMG_NONE)
		return false;
	*out = sets[set];
	return true;
}

bool ol_target_range(const struct ol_target *t, struct ol_str domain, struct ol_str op, uint32_t i,
		     int32_t *min, int32_t *max, enum ol_support *status)
{
	uint32_t n;
	const struct ol_img_trow *r = rows_of(t, domain, op, &n);

	for (; n; n--, r++) {
		if (r->status != OL_SUPPORT_PARTIAL && r->status != OL_SUPPORT_FULL)
			continue;
		if (i >= (r->n_since ? r->n_since : 1u)) {
			i -= r->n_since ? r->n_since : 1u;
			continue;
		}
		*status = (enum ol_support)r->status;
		*min = r->min;
		*max = r->max;
		if (r->n_since)
			span(t, domain, op, since_of(r)[i], min, max);
		return true;
	}
	return false;
}
