/* target.c: the targets: by name, by further name, in each of their versions.
 *
 * Idea: a target in an older version is the same rows seen from an earlier edition. Its name then
 * has the version in it, so that two versions of one target can stand side by side in a run. */
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

static const struct ol_img_edition *edition_row(const struct ol_img_target *t, uint32_t i)
{
	uint32_t n;
	const struct ol_img_edition *e = rows(OL_IMG_EDITIONS, &n);

	return i < t->n_editions ? &e[t->editions + i] : NULL;
}

static struct ol_target view(const struct ol_img_target *t, uint32_t edition)
{
	const struct ol_img_edition *e = edition_row(t, edition);
	struct ol_target out;

	memset(&out, 0, sizeof(out));
	out.row = t;
	out.name = out.base = str(t->name);
	out.title = str(t->title);
	out.version = str(t->version);
	out.source = str(t->source);
	out.about = str(t->about);
	out.fallback = str(t->fallback);
	out.caveat = str(t->caveat);
	out.evidence = (enum ol_evidence)t->evidence;
	out.min_ir = t->min_ir;
	out.max_ir = t->max_ir;
	out.n_rows = t->n_rows;
	out.n_editions = t->n_editions;
	out.edition = t->n_editions ? edition : t->like_edition;
	if (e && edition + 1 < t->n_editions) {
		out.name = str(e->name);
		out.version = str(e->version);
		out.min_ir = e->min_ir;
		out.max_ir = e->max_ir;
	}
	return out;
}

struct ol_target ol_target_at(uint32_t i)
{
	uint32_t n;
	const struct ol_img_target *t = rows(OL_IMG_TARGETS, &n);
	struct ol_target none;

	memset(&none, 0, sizeof(none));
	return i < n ? view(t + i, t[i].n_editions ? t[i].n_editions - 1 : 0) : none;
}

struct ol_target ol_target_edition(const struct ol_target *t, uint32_t i)
{
	struct ol_target none;

	memset(&none, 0, sizeof(none));
	return t->row && i < t->n_editions ? view(t->row, i) : none;
}

struct ol_str ol_target_alias(const struct ol_target *t, uint32_t i)
{
	const struct ol_img_target *row = t->row;
	uint32_t n;
	const uint32_t *a = rows(OL_IMG_ALIASES, &n);

	return row && i < row->n_aliases ? str(a[row->aliases + i]) : (struct ol_str){NULL, 0};
}

static bool is_called(const struct ol_target *t, struct ol_str name)
{
	struct ol_str alias;

	if (ol_str_eq(t->name, name))
		return true;
	for (uint32_t i = 0; (alias = ol_target_alias(t, i)).n; i++)
		if (ol_str_eq(alias, name))
			return true;
	return false;
}

/* "1.20" is the beginning of "1.20.1", not of "1.200". */
static bool begins(struct ol_str version, struct ol_str with)
{
	return with.n && with.n <= version.n && !memcmp(version.p, with.p, with.n) &&
	       (with.n == version.n || version.p[with.n] == '.');
}

/* The newest version that begins so. */
static struct ol_target in_version(const struct ol_target *t, struct ol_str version)
{
	struct ol_target at = *t, none;

	for (uint32_t i = t->n_editions; i-- > 0;) {
		at = ol_target_edition(t, i);
		if (begins(at.version, version))
			return at;
	}
	memset(&none, 0, sizeof(none));
	return !t->n_editions && begins(t->version, version) ? *t : none;
}

struct ol_target ol_target_find(struct ol_str name)
{
	const char *at = name.n ? memchr(name.p, '@', name.n) : NULL;
	struct ol_str base = {name.p, at ? (size_t)(at - name.p) : name.n};
	struct ol_target t;

	for (uint32_t i = 0; (t = ol_target_at(i)).row; i++) {
		if (!is_called(&t, base))
			continue;
		return at ? in_version(&t, (struct ol_str){at + 1, name.n - base.n - 1}) : t;
	}
	return t;
}

struct ol_target ol_target_fallback(const struct ol_target *t)
{
	struct ol_target none;

	memset(&none, 0, sizeof(none));
	return t->fallback.n ? ol_target_find(t->fallback) : none;
}

struct ol_str ol_target_nearest(struct ol_str name)
{
	struct ol_str best = {NULL, 0}, alias;
	uint32_t least = UINT32_MAX, distance;
	struct ol_target t;

	for (uint32_t i = 0; name.n && name.n <= 64 && (t = ol_target_at(i)).row; i++) {
		alias = t.name;
		for (uint32_t k = 0; alias.n; alias = ol_target_alias(&t, k++))
			if (ol_text_near(name, alias, &distance) && distance < least) {
				least = distance;
				best = alias;
			}
	}
	return best;
}

static const struct ol_img_opset *opset_row(const struct ol_target *t, struct ol_str domain)
{
	const struct ol_img_target *row = t->row;
	const struct ol_img_edition *e = row ? edition_row(row, t->edition) : NULL;
	uint32_t n, first, count;
	const struct ol_img_opset *o = rows(OL_IMG_OPSETS, &n);

	if (!row)
		return NULL;
	first = e ? e->opsets : row->opsets;
	count = e ? e->n_opsets : row->n_opsets;
	domain = ol_image_domain(domain);
	for (uint32_t i = 0; i < count; i++)
		if (ol_str_eq(str(o[first + i].domain), domain))
			return &o[first + i];
	return NULL;
}

bool ol_target_opsets(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max)
{
	const struct ol_img_opset *o = opset_row(t, domain);

	if (!o)
		return false;
	*min = o->min;
	*max = o->max;
	return true;
}

bool ol_target_tried(const struct ol_target *t, struct ol_str domain, int32_t *min, int32_t *max)
{
	const struct ol_img_opset *o = opset_row(t, domain);

	if (!o || !o->tried_max)
		return false;
	*min = o->tried_min;
	*max = o->tried_max;
	return true;
}


bool ol_target_tolerates(const struct ol_target *t, struct ol_str rule, struct ol_str op,
			 unsigned places)
{
	const struct ol_img_target *row = t->row;
	uint32_t any;
	const struct ol_img_tolerance *all = rows(OL_IMG_TOLERATES, &any);

	for (uint32_t i = 0; row && i < row->n_tolerates; i++) {
		const struct ol_img_tolerance *x = &all[row->tolerates + i];

		if ((x->place & ~places) || !ol_str_eq(str(x->rule), rule))
			continue;
		if (x->op == OL_IMG_NONE || ol_str_eq(str(x->op), op))
			return true;
	}
	return false;
}
