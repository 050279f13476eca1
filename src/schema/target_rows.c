/* target_rows.c: what a target says of an operator, looked up in the compiled-in image.
 *
 * Idea: a row that names operator versions (`since`) is matched through the schemas: the opset of
 * the model gives the operator's version, and only a row that names this very version holds. So
 * "13+" never covers a later revision. */
#include "schema/image.h"

static const void *rows(enum ol_image_section s, uint32_t *n)
{
	return ol_image_rows(ol_targets_image, OL_IMAGE_TARGETS, s, n);
}

static struct ol_str str(uint32_t ref)
{
	return ol_image_str(ol_targets_image, ref);
}

/* Does the row hold for the target's version? */
static bool holds(const struct ol_target *t, const struct ol_img_trow *r)
{
	return r->from <= t->edition && t->edition <= r->until;
}

/* The first row of domain::op, of whatever version; in *n how many. */
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
	const struct ol_img_target *target = t->row;
	struct ol_target_support out;
	struct ol_schema s;
	int32_t lo, hi;

	/* not imported: as if by the newest, which is what runtimes take that do without */
	if (opset < 0 && ol_target_opsets(t, domain, &lo, &hi))
		opset = hi;
	s = ol_schema_find(domain, op, opset);
	memset(&out, 0, sizeof(out));
	out.status = OL_SUPPORT_UNKNOWN;
	if (!target)
		return out;
	for (; n; n--, r++) {
		if (holds(t, r) && (r->n_since ? s.row && names_version(r, s.since_version)
					       : r->min <= opset && opset <= r->max))
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
	out.n_conditions = r->n_needs;
	out.min_opset = r->min;
	out.max_opset = r->max;
	if (r->n_since)
		span(t, domain, op, s.since_version, &out.min_opset, &out.max_opset);
	return out;
}

/* own: it is the list of this very constraint. */
static bool types_of(const struct ol_target *t, const struct ol_target_support *s,
		     struct ol_str constraint, struct ol_typeset *out, bool *own)
{
	const struct ol_img_trow *r = s->row;
	uint32_t n, set;
	const struct ol_img_types *types = rows(OL_IMG_TYPES, &n);
	const struct ol_typeset *sets = rows(OL_IMG_TYPESETS, &n);

	*own = false;
	if (!t->row)
		return false;
	set = ((const struct ol_img_target *)t->row)->typeset;
	if (r && r->typeset != OL_IMG_NONE)
		set = r->typeset;
	for (uint32_t i = 0; r && i < r->n_types; i++)
		if (ol_str_eq(str(types[r->types + i].constraint), constraint)) {
			set = types[r->types + i].typeset;
			*own = true;
		}
	if (set == OL_IMG_NONE)
		return false;
	*out = sets[set];
	return true;
}

bool ol_target_types(const struct ol_target *t, const struct ol_target_support *s,
		     struct ol_str constraint, struct ol_typeset *out)
{
	bool own;

	return types_of(t, s, constraint, out, &own);
}

bool ol_target_param_types(const struct ol_target *t, const struct ol_target_support *s,
			   const struct ol_schema_param *p, struct ol_typeset *out)
{
	bool own;

	if (types_of(t, s, p->name, out, &own) && own)
		return true;
	/* a parameter of one type leaves no choice that a list for all operands could speak of */
	if (p->type_var == UINT16_MAX || !types_of(t, s, p->type_str, out, &own))
		return false;
	return own || p->types.any || (out->tensor & p->types.tensor) != 0;
}

bool ol_target_range(const struct ol_target *t, struct ol_str domain, struct ol_str op, uint32_t i,
		     int32_t *min, int32_t *max, enum ol_support *status)
{
	uint32_t n;
	const struct ol_img_trow *r = rows_of(t, domain, op, &n);

	for (; n; n--, r++) {
		if (!holds(t, r) ||
		    (r->status != OL_SUPPORT_PARTIAL && r->status != OL_SUPPORT_FULL))
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

bool ol_target_condition_at(uint32_t id, struct ol_target_condition *out, struct ol_str *target,
			    uint32_t *line)
{
	uint32_t n;
	const struct ol_img_condition *c = rows(OL_IMG_CONDITIONS, &n);

	if (id >= n)
		return false;
	*out = (struct ol_target_condition){id, str(c[id].needs), str(c[id].note)};
	*target = str(c[id].target);
	*line = c[id].line;
	return true;
}

struct ol_target_condition ol_target_condition(const struct ol_target_support *s, uint32_t i)
{
	const struct ol_img_trow *r = s->row;
	struct ol_target_condition out;
	struct ol_str target;
	uint32_t n, line;
	const uint32_t *needs = rows(OL_IMG_NEEDS, &n);

	memset(&out, 0, sizeof(out));
	if (r && i < r->n_needs)
		ol_target_condition_at(needs[r->needs + i], &out, &target, &line);
	return out;
}
