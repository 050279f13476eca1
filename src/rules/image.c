/* image.c: writes rules down as one position-independent block.
 *
 * Idea: children first, so that a row is complete when it is appended; the header is filled in
 * last. */
#include "rules/image.h"

#include "rules/compile.h"

struct writer {
	struct ol_buf *out;
	size_t base;
	struct ol_str shared[4]; /* strings that many rules point to are written once */
	struct ol_image_ref shared_at[4];
	uint32_t n_shared;
};

/* Appends n bytes, 8-aligned in the image; their offset. */
static uint32_t append(struct writer *w, const void *p, size_t n)
{
	static const char zeros[8];
	size_t at = w->out->n - w->base;

	ol_buf_add(w->out, zeros, -at & 7);
	at = w->out->n - w->base;
	ol_buf_add(w->out, p, n);
	if (at + n > UINT32_MAX)
		w->out->failed = true;
	return (uint32_t)at;
}

static struct ol_image_ref str(struct writer *w, struct ol_str s)
{
	if (!s.n)
		return (struct ol_image_ref){0};
	return (struct ol_image_ref){append(w, s.p, s.n), (uint32_t)s.n};
}

static struct ol_image_ref shared(struct writer *w, struct ol_str s)
{
	for (uint32_t i = 0; i < w->n_shared; i++)
		if (w->shared[i].p == s.p && w->shared[i].n == s.n)
			return w->shared_at[i];
	if (w->n_shared == sizeof(w->shared) / sizeof(*w->shared))
		return str(w, s);
	w->shared[w->n_shared] = s;
	return w->shared_at[w->n_shared++] = str(w, s);
}

static uint32_t expr(struct writer *w, const struct ol_expr *x)
{
	return x ? append(w, x, x->size) : 0;
}

/* Appends n zeroed rows, to be filled through row(). */
static struct ol_image_ref rows(struct writer *w, uint32_t n, size_t size)
{
	struct ol_image_ref r = {0, n};
	char *p;

	if (!n)
		return r;
	r.at = append(w, NULL, 0);
	p = ol_buf_reserve(w->out, n * size);
	if (p) {
		memset(p, 0, n * size);
		w->out->n += n * size;
	}
	return r;
}

/* Copies a row into its place: the buffer may have moved while the row's children were written. */
static void fill(struct writer *w, struct ol_image_ref list, uint32_t i, const void *row,
		 size_t size)
{
	if (!w->out->failed)
		memcpy(w->out->p + w->base + list.at + i * size, row, size);
}

static struct ol_image_ref names(struct writer *w, struct ol_names n)
{
	struct ol_image_ref list = rows(w, n.n, sizeof(struct ol_image_ref));

	for (uint32_t i = 0; i < n.n; i++) {
		struct ol_image_ref r = str(w, n.at[i]);

		fill(w, list, i, &r, sizeof(r));
	}
	return list;
}

static struct ol_image_ref parts(struct writer *w, struct ol_template t)
{
	struct ol_image_ref list = rows(w, t.n, sizeof(struct ol_image_part));

	for (uint32_t i = 0; i < t.n; i++) {
		struct ol_image_part p = {.text = str(w, t.parts[i].text),
					  .expr = expr(w, t.parts[i].expr)};

		fill(w, list, i, &p, sizeof(p));
	}
	return list;
}

static struct ol_image_ref lets(struct writer *w, const struct ol_rule *r)
{
	struct ol_image_ref list = rows(w, r->n_lets, sizeof(struct ol_image_let));

	for (uint32_t i = 0; i < r->n_lets; i++) {
		struct ol_image_let l = {.name = str(w, r->lets[i].name),
					 .expr = expr(w, r->lets[i].expr)};

		fill(w, list, i, &l, sizeof(l));
	}
	return list;
}

static struct ol_image_ref grades(struct writer *w, const struct ol_rule *r)
{
	struct ol_image_ref list = rows(w, r->n_severity_when, sizeof(struct ol_image_grade));

	for (uint32_t i = 0; i < r->n_severity_when; i++) {
		const struct ol_rule_severity *s = &r->severity_when[i];
		struct ol_image_grade g = {.when = expr(w, s->when),
					   .severity = s->severity,
					   .confidence = s->confidence};

		fill(w, list, i, &g, sizeof(g));
	}
	return list;
}

static struct ol_image_ref with(struct writer *w, const struct ol_rule_fix *f)
{
	struct ol_image_ref list = rows(w, f->n_with, sizeof(struct ol_image_with));

	for (uint32_t i = 0; i < f->n_with; i++) {
		struct ol_image_with x = {.key = str(w, f->with_keys[i]),
					  .value = parts(w, f->with_values[i])};

		fill(w, list, i, &x, sizeof(x));
	}
	return list;
}

static struct ol_image_ref fixes(struct writer *w, const struct ol_rule *r)
{
	struct ol_image_ref list = rows(w, r->n_fixes, sizeof(struct ol_image_fix));

	for (uint32_t i = 0; i < r->n_fixes; i++) {
		const struct ol_rule_fix *f = &r->fixes[i];
		struct ol_image_fix x = {
			.title = parts(w, f->title),
			.action = str(w, f->action),
			.with = with(w, f),
			.when = expr(w, f->when),
			.applicability = f->applicability,
		};

		fill(w, list, i, &x, sizeof(x));
	}
	return list;
}

static struct ol_image_ref expects(struct writer *w, const struct ol_rule_example *e)
{
	struct ol_image_ref list = rows(w, e->n_expects, sizeof(struct ol_image_expect));

	for (uint32_t i = 0; i < e->n_expects; i++) {
		const struct ol_rule_expect *from = &e->expects[i];
		struct ol_image_expect x = {
			.at = str(w, from->at),
			.message = str(w, from->message),
			.because = str(w, from->because),
			.severity = str(w, from->severity),
			.fixes = names(w, from->fixes),
			.count = from->count,
			.line = from->line,
		};

		fill(w, list, i, &x, sizeof(x));
	}
	return list;
}

static struct ol_image_ref examples(struct writer *w, const struct ol_rule *r)
{
	struct ol_image_ref list = rows(w, r->n_examples, sizeof(struct ol_image_example));

	for (uint32_t i = 0; i < r->n_examples; i++) {
		const struct ol_rule_example *e = &r->examples[i];
		struct ol_image_example x = {
			.name = str(w, e->name),
			.model = str(w, e->model),
			.target = str(w, e->target),
			.becomes = str(w, e->becomes),
			.expects = expects(w, e),
			.line = e->line,
			.bad = e->bad,
		};

		fill(w, list, i, &x, sizeof(x));
	}
	return list;
}

static void rule(struct writer *w, struct ol_image_ref list, uint32_t i, const struct ol_rule *r)
{
	struct ol_image_rule x = {
		.id = str(w, r->id),
		.family = shared(w, r->family),
		.file = shared(w, r->file),
		.about = shared(w, r->about),
		.why = str(w, r->why),
		.builtin = str(w, r->builtin),
		.match =
			{
				[OL_IMAGE_OP] = names(w, r->match.op),
				[OL_IMAGE_DOMAIN] = names(w, r->match.domain),
				[OL_IMAGE_NOT_DOMAIN] = names(w, r->match.not_domain),
				[OL_IMAGE_DTYPE] = names(w, r->match.dtype),
				[OL_IMAGE_KIND] = names(w, r->match.kind),
				[OL_IMAGE_STATUS] = names(w, r->match.status),
			},
		.lets = lets(w, r),
		.message = parts(w, r->message),
		.root_cause = parts(w, r->root_cause),
		.grades = grades(w, r),
		.fixes = fixes(w, r),
		.references = names(w, r->references),
		.examples = examples(w, r),
		.when = expr(w, r->when),
		.line = r->line,
		.n_slots = r->n_slots,
		.severity = r->severity,
		.confidence = r->confidence,
		.scope = r->scope,
		.blast = r->blast,
		.effort = r->effort,
		.for_each_target = r->for_each_target,
		.enabled = r->enabled,
	};

	fill(w, list, i, &x, sizeof(x));
}

void ol_image_write(struct ol_buf *out, const struct ol_rule *rules, uint32_t n)
{
	static const char zeros[8];
	struct ol_image_head head = {
		.magic = OL_IMAGE_MAGIC,
		.version = OL_IMAGE_VERSION,
		.order = OL_IMAGE_ORDER,
		.rule_size = sizeof(struct ol_image_rule),
	};
	struct writer w = {.out = out};

	ol_buf_add(out, zeros, -out->n & 7);
	w.base = out->n;
	ol_buf_add(out, &head, sizeof(head));
	head.rules = rows(&w, n, sizeof(struct ol_image_rule));
	for (uint32_t i = 0; i < n; i++)
		rule(&w, head.rules, i, &rules[i]);
	head.size = append(&w, NULL, 0);
	if (!out->failed)
		memcpy(out->p + w.base, &head, sizeof(head));
}
