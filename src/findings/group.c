/* group.c: which findings are one matter.
 *
 * First those with one root cause, as their rule names it. Of these some come together: one import that several targets do
 * not take, where one conversion helps them; findings that hang on the type that one node made; groups that are told in the same words of nodes with the same surroundings, as the instances of a repeated
 * block are; and with each finding what it led to, unless that is worse than itself. Linear but for sorting. */
#include <stdlib.h>

#include "findings/order.h"
#include "util/sha256.h"

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

struct work {
	struct ol_findings *f;
	const struct ol_ir *ir;
	const uint32_t *cause;
	uint32_t *gid;
	uint32_t *root;	 /* the first cause of each that it may stand under; itself when there is none */
	uint32_t *stamp; /* scratch, zero */
};

static bool moves(const struct work *w, uint32_t i)
{
	return w->root[i] != i;
}

/* ---- first causes ---- */
static void find_roots(struct work *w)
{
	uint32_t n = w->f->n;

	for (uint32_t i = 0; i < n; i++)
		w->root[i] = OL_NONE;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i, root;

		/* to the end, to what is resolved, or round a circle, which is cut */
		while (w->root[at] == OL_NONE && w->stamp[at] != i + 1 && w->cause[at] != OL_NONE) {
			w->stamp[at] = i + 1;
			at = w->cause[at];
		}
		root = w->root[at] != OL_NONE ? w->root[at] : at;
		w->root[root] = root;
		for (at = i; w->root[at] == OL_NONE; at = w->cause[at])
			w->root[at] = root;
	}
	/* nothing stands under what is less */
	for (uint32_t i = 0; i < n; i++)
		if (ol_findings_band(&w->f->at[w->root[i]]) > ol_findings_band(&w->f->at[i]))
			w->root[i] = i;
}

/* ---- root causes as rules name them: findings are sorted so ---- */
static bool together(const struct ol_finding *a, const struct ol_finding *b)
{
	return a->group.n && ol_str_eq(a->rule, b->rule) && ol_str_eq(a->group, b->group) &&
	       ol_findings_band(a) == ol_findings_band(b);
}

static void by_key(struct work *w)
{
	uint32_t first = 0;

	for (uint32_t i = 0; i < w->f->n; i++) {
		if (i && !together(&w->f->at[first], &w->f->at[i]))
			first = i;
		w->gid[i] = first;
	}
	/* the first that stays stands for the group */
	for (uint32_t i = 0, rep = OL_NONE; i < w->f->n; i++) {
		if (w->gid[i] == i)
			rep = OL_NONE;
		if (moves(w, i)) {
			w->gid[i] = i;
			continue;
		}
		rep = rep == OL_NONE ? i : rep;
		w->gid[i] = rep;
	}
}

/* ---- one import that several targets do not take, and one conversion that helps them ---- */
enum { IMPORTS = 256 };

struct import {
	uint32_t finding, name;
	int32_t min, max;
	bool newer; /* than the target takes */
};

static void convert_together(struct work *w, struct import *x, uint32_t n, uint32_t from)
{
	const struct import *a = &x[from];
	int32_t to = a->newer ? a->max : a->min;

	for (uint32_t i = from + 1; i < n; i++)
		if (x[i].name == a->name && x[i].newer == a->newer && a->min <= x[i].max && a->max >= x[i].min)
			to = a->newer ? (x[i].max < to ? x[i].max : to) : x[i].min > to ? x[i].min : to;
	if (to < a->min || to > a->max)
		to = a->newer ? a->max : a->min;
	for (uint32_t i = from; i < n; i++) {
		if (x[i].name != a->name || x[i].newer != a->newer || to < x[i].min || to > x[i].max)
			continue;
		if (w->f->at[x[i].finding].convert_to)
			continue;
		w->gid[x[i].finding] = a->finding;
		w->f->at[x[i].finding].convert_to = to;
	}
}

static void by_import(struct work *w)
{
	struct import x[IMPORTS];
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->f->n && n < IMPORTS; i++) {
		int64_t have;

		if (moves(w, i) || !ol_findings_opset(w->f, w->ir, i, &have, &x[n].min, &x[n].max))
			continue;
		x[n].finding = i;
		x[n].name = w->f->at[i].place.value;
		x[n].newer = have > x[n].max;
		n++;
	}
	for (uint32_t i = 0; i < n; i++)
		if (!w->f->at[x[i].finding].convert_to)
			convert_together(w, x, n, i);
}

/* ---- types with one origin ---- */
struct origin {
	uint64_t targets;
	uint32_t node, value; /* OL_NONE and a name, or a node and 0 */
	uint32_t finding, n;  /* n: findings with this origin */
};

static int by_origin(const void *x, const void *y)
{
	const struct origin *a = x, *b = y;
	int c = CMP(a->targets, b->targets);

	c = c ? c : CMP(a->node, b->node);
	c = c ? c : CMP(a->value, b->value);
	return c ? c : CMP(a->finding, b->finding);
}

static bool same_origin(const struct origin *a, const struct origin *b)
{
	return a->targets == b->targets && a->node == b->node && a->value == b->value;
}

/* The origin that a finding shares with most others; of equal ones the nodes, then the first. */
static int by_finding(const void *x, const void *y)
{
	const struct origin *a = x, *b = y;
	int c = CMP(a->finding, b->finding);

	c = c ? c : CMP(b->n, a->n);
	return c ? c : by_origin(x, y);
}

static bool origin_of(const struct ol_reason *r, struct origin *o)
{
	if (r->of != OL_ORIGIN_DTYPE)
		return false;
	o->node = r->from_name || !r->n ? OL_NONE : r->steps[0].node;
	o->value = r->from_name;
	return o->node != OL_NONE || o->value;
}

static uint32_t list_origins(const struct work *w, struct origin *o)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->f->n; i++)
		for (uint32_t k = 0; k < w->f->at[i].n_reasons && !moves(w, i); k++) {
			struct origin here = {.finding = i, .targets = w->f->at[i].targets};

			if (!origin_of(&w->f->at[i].reasons[k], &here))
				continue;
			if (o)
				o[n] = here;
			n++;
		}
	return n;
}

static void count_origins(struct origin *o, uint32_t n)
{
	qsort(o, n, sizeof(*o), by_origin);
	for (uint32_t i = 0, k; i < n; i = k) {
		uint32_t findings = 0;

		for (k = i; k < n && same_origin(&o[i], &o[k]); k++)
			findings += k == i || o[k].finding != o[k - 1].finding;
		for (uint32_t j = i; j < k; j++)
			o[j].n = findings;
	}
}

static int by_type(struct work *w)
{
	uint32_t all = list_origins(w, NULL), n = 0;
	struct origin *o = all ? calloc(all, sizeof(*o)) : NULL;

	if (!o)
		return all ? -1 : 0;
	list_origins(w, o);
	count_origins(o, all);
	qsort(o, all, sizeof(*o), by_finding);
	for (uint32_t i = 0; i < all; i++)
		if (i == 0 || o[i].finding != o[i - 1].finding)
			o[n++] = o[i];
	count_origins(o, n);
	for (uint32_t i = 0, first = 0; i < n; i++) {
		struct ol_finding *f = &w->f->at[o[i].finding];

		if (!i || !same_origin(&o[first], &o[i]))
			first = i;
		if (o[i].n < 2)
			continue;
		w->gid[o[i].finding] = o[first].finding;
		f->origin = o[i].node;
		f->origin_value = o[i].value;
	}
	free(o);
	return 0;
}

/* ---- blocks that repeat ---- */
struct block {
	uint8_t digest[16];
	uint32_t rep, size;
};

static int by_digest(const void *x, const void *y)
{
	const struct block *a = x, *b = y;
	int c = memcmp(a->digest, b->digest, sizeof(a->digest));

	return c ? c : CMP(a->rep, b->rep);
}

/* A message without what names the place: what stands in quotes, and numbers after '#'. */
static void put_words(struct ol_sha256 *h, struct ol_str s)
{
	bool quoted = false, number = false;
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool drop;

		number = s.p[i] == '#' || (number && s.p[i] >= '0' && s.p[i] <= '9');
		quoted ^= s.p[i] == '\'';
		drop = quoted || number;
		if (!drop)
			continue;
		ol_sha256_add(h, s.p + from, i - from);
		from = i + 1;
	}
	ol_sha256_add(h, s.p + from, s.n - from);
}

/* What is told, without where. */
static void describe(const struct work *w, struct block *b)
{
	const struct ol_finding *f = &w->f->at[b->rep];
	const uint32_t numbers[] = {b->size, (uint32_t)ol_findings_band(f), (uint32_t)f->targets,
				    (uint32_t)(f->targets >> 32), (uint32_t)f->rule.n};
	uint8_t full[32];
	struct ol_sha256 h;

	ol_sha256_init(&h);
	ol_sha256_add(&h, numbers, sizeof(numbers));
	ol_sha256_add(&h, f->rule.p, f->rule.n);
	put_words(&h, f->message);
	ol_sha256_end(&h, full);
	memcpy(b->digest, full, sizeof(b->digest));
}

/* And where, once others are told alike. */
static void locate(const struct work *w, struct block *b)
{
	uint8_t around[16];

	ol_findings_surroundings(w->ir, w->f->at[b->rep].place.node, around);
	for (size_t i = 0; i < sizeof(around); i++)
		b->digest[i] ^= around[i];
}

/* The end of the run of equal ones that begins at i. */
static uint32_t alike(const struct block *b, uint32_t i, uint32_t n)
{
	uint32_t k = i + 1;

	while (k < n && memcmp(b[i].digest, b[k].digest, sizeof(b->digest)) == 0)
		k++;
	return k;
}

/* to: by first finding of a group, the group that it goes into. */
static void fold(struct work *w, struct block *b, uint32_t n, uint32_t *to)
{
	qsort(b, n, sizeof(*b), by_digest);
	for (uint32_t i = 0, k; i < n; i = k) {
		k = alike(b, i, n);
		for (uint32_t j = i; j < k && k - i > 1; j++)
			locate(w, &b[j]);
	}
	qsort(b, n, sizeof(*b), by_digest);
	for (uint32_t i = 0, k; i < n; i = k) {
		k = alike(b, i, n);
		for (uint32_t j = i; j < k && k - i > 1; j++) {
			to[b[j].rep] = b[i].rep;
			w->f->at[b[j].rep].instances = k - i;
		}
	}
	for (uint32_t i = 0; i < w->f->n; i++) {
		uint32_t from = w->gid[i];

		w->gid[i] = to[from];
		w->f->at[i].instances = w->f->at[from].instances;
	}
}

static int by_block(struct work *w)
{
	uint32_t *to = w->stamp, n = 0;
	struct block *b = calloc(w->f->n, sizeof(*b));

	if (!b)
		return -1;
	memset(to, 0, w->f->n * sizeof(*to));
	for (uint32_t i = 0; i < w->f->n; i++)
		to[w->gid[i]]++; /* sizes, for now */
	for (uint32_t i = 0; i < w->f->n; i++) {
		const struct ol_finding *f = &w->f->at[i];

		if (w->gid[i] != i || moves(w, i) || f->place.node >= w->ir->model->n_nodes || f->origin != OL_NONE ||
		    f->origin_value || !f->message.n)
			continue;
		b[n] = (struct block){.rep = i, .size = to[i]};
		describe(w, &b[n++]);
	}
	for (uint32_t i = 0; i < w->f->n; i++)
		to[i] = i;
	fold(w, b, n, to);
	free(b);
	return 0;
}

int ol_findings_group(struct ol_findings *f, const struct ol_ir *ir, const uint32_t *cause, uint32_t *gid)
{
	struct work w = {.f = f, .ir = ir, .cause = cause, .gid = gid};
	int rc = -1;

	w.root = calloc(f->n, sizeof(*w.root));
	w.stamp = calloc(f->n, sizeof(*w.stamp));
	if (w.root && w.stamp) {
		for (uint32_t i = 0; i < f->n; i++) {
			f->at[i].origin = OL_NONE;
			f->at[i].convert_to = 0;
			f->at[i].origin_value = f->at[i].instances = 0;
		}
		find_roots(&w);
		by_key(&w);
		by_import(&w);
		rc = by_type(&w) || by_block(&w) ? -1 : 0;
		for (uint32_t i = 0; rc == 0 && i < f->n; i++) {
			uint32_t root = w.root[i];

			if (root == i)
				continue;
			gid[i] = gid[root];
			f->at[i].origin = f->at[root].origin;
			f->at[i].origin_value = f->at[root].origin_value;
			f->at[i].instances = f->at[root].instances;
		}
	}
	free(w.root);
	free(w.stamp);
	return rc;
}
