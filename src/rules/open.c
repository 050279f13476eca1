/* open.c: an image becomes a set of rules that can be asked.
 *
 * Idea: strings and expressions are used where they lie; only the arrays of views are made, each
 * place checked against the image's size on the way. */
#include <stdlib.h>

#include "rules/image.h"
#include "rules/rules.h"
#include "util/text.h"

struct reader {
	const char *p;
	size_t n;
	struct ol_arena *arena;
	bool broken, no_memory;
};

/* The bytes at a place, aligned to 8 when they are rows; NULL when there are none. */
static const void *at(struct reader *r, uint32_t off, uint64_t size, bool aligned)
{
	if (off > r->n || size > r->n - off || (aligned && off % 8)) {
		r->broken = true;
		return NULL;
	}
	return r->p + off;
}

static struct ol_str str(struct reader *r, struct ol_image_ref ref)
{
	const char *p = ref.n ? at(r, ref.at, ref.n, false) : NULL;

	return (struct ol_str){p ? p : "", p ? ref.n : 0};
}

/* A list's rows, and room for as many views; n is 0 unless both are there. */
static const void *list(struct reader *r, struct ol_image_ref ref, size_t row, size_t view,
			void **views, uint32_t *n)
{
	const void *p = ref.n ? at(r, ref.at, (uint64_t)ref.n * row, true) : NULL;

	*n = 0;
	*views = NULL;
	if (!p)
		return NULL;
	*views = ol_arena_calloc(r->arena, ref.n, view);
	if (!*views)
		r->no_memory = true;
	else
		*n = ref.n;
	return p;
}

static const struct ol_expr *expr(struct reader *r, uint32_t off)
{
	const struct ol_expr *x = off ? at(r, off, sizeof(*x), true) : NULL;

	if (x && (x->size < sizeof(*x) || !at(r, off, x->size, true)))
		r->broken = true;
	return r->broken ? NULL : x;
}

static struct ol_names names(struct reader *r, struct ol_image_ref ref)
{
	struct ol_names names;
	void *views;
	const struct ol_image_ref *rows =
		list(r, ref, sizeof(*rows), sizeof(struct ol_str), &views, &names.n);
	struct ol_str *s = views;

	for (uint32_t i = 0; i < names.n; i++)
		s[i] = str(r, rows[i]);
	names.at = s;
	return names;
}

static struct ol_template template(struct reader *r, struct ol_image_ref ref)
{
	struct ol_template t;
	void *views;
	const struct ol_image_part *rows =
		list(r, ref, sizeof(*rows), sizeof(*t.parts), &views, &t.n);
	struct ol_template_part *p = views;

	for (uint32_t i = 0; i < t.n; i++)
		p[i] = (struct ol_template_part){str(r, rows[i].text), expr(r, rows[i].expr)};
	t.parts = p;
	return t;
}

static void open_lets(struct reader *r, struct ol_image_ref ref, struct ol_rule *rule)
{
	void *views;
	const struct ol_image_let *rows =
		list(r, ref, sizeof(*rows), sizeof(*rule->lets), &views, &rule->n_lets);
	struct ol_rule_let *lets = views;

	for (uint32_t i = 0; i < rule->n_lets; i++)
		lets[i] = (struct ol_rule_let){str(r, rows[i].name), expr(r, rows[i].expr)};
	rule->lets = lets;
}

static void open_grades(struct reader *r, struct ol_image_ref ref, struct ol_rule *rule)
{
	void *views;
	const struct ol_image_grade *rows =
		list(r, ref, sizeof(*rows), sizeof(*rule->severity_when), &views,
		     &rule->n_severity_when);
	struct ol_rule_severity *grades = views;

	for (uint32_t i = 0; i < rule->n_severity_when; i++)
		grades[i] = (struct ol_rule_severity){expr(r, rows[i].when), rows[i].severity,
						      rows[i].confidence};
	rule->severity_when = grades;
}

static void open_with(struct reader *r, struct ol_image_ref ref, struct ol_rule_fix *f)
{
	void *keys, *values;
	const struct ol_image_with *rows =
		list(r, ref, sizeof(*rows), sizeof(struct ol_str), &keys, &f->n_with);
	struct ol_str *k = keys;
	struct ol_template *v;

	list(r, ref, sizeof(*rows), sizeof(struct ol_template), &values, &f->n_with);
	v = values;
	for (uint32_t i = 0; k && i < f->n_with; i++) {
		k[i] = str(r, rows[i].key);
		v[i] = template(r, rows[i].value);
	}
	f->with_keys = k;
	f->with_values = v;
}

static void open_fixes(struct reader *r, struct ol_image_ref ref, struct ol_rule *rule)
{
	void *views;
	const struct ol_image_fix *rows =
		list(r, ref, sizeof(*rows), sizeof(*rule->fixes), &views, &rule->n_fixes);
	struct ol_rule_fix *fixes = views;

	for (uint32_t i = 0; i < rule->n_fixes; i++) {
		fixes[i] = (struct ol_rule_fix){
			.title = template(r, rows[i].title),
			.when = expr(r, rows[i].when),
			.action = str(r, rows[i].action),
			.applicability = (uint8_t)rows[i].applicability,
		};
		open_with(r, rows[i].with, &fixes[i]);
	}
	rule->fixes = fixes;
}

static void open_expects(struct reader *r, struct ol_image_ref ref, struct ol_rule_example *e)
{
	void *views;
	const struct ol_image_expect *rows =
		list(r, ref, sizeof(*rows), sizeof(*e->expects), &views, &e->n_expects);
	struct ol_rule_expect *expects = views;

	for (uint32_t i = 0; i < e->n_expects; i++)
		expects[i] = (struct ol_rule_expect){
			.at = str(r, rows[i].at),
			.message = str(r, rows[i].message),
			.because = str(r, rows[i].because),
			.severity = str(r, rows[i].severity),
			.fixes = names(r, rows[i].fixes),
			.count = rows[i].count,
			.line = rows[i].line,
		};
	e->expects = expects;
}

static void open_examples(struct reader *r, struct ol_image_ref ref, struct ol_rule *rule)
{
	void *views;
	const struct ol_image_example *rows =
		list(r, ref, sizeof(*rows), sizeof(*rule->examples), &views, &rule->n_examples);
	struct ol_rule_example *examples = views;

	for (uint32_t i = 0; i < rule->n_examples; i++) {
		examples[i] = (struct ol_rule_example){
			.bad = rows[i].bad != 0,
			.name = str(r, rows[i].name),
			.model = str(r, rows[i].model),
			.target = str(r, rows[i].target),
			.becomes = str(r, rows[i].becomes),
			.line = rows[i].line,
		};
		open_expects(r, rows[i].expects, &examples[i]);
	}
	rule->examples = examples;
}

static void open_rule(struct reader *r, const struct ol_image_rule *x, struct ol_rule *rule)
{
	*rule = (struct ol_rule){
		.id = str(r, x->id),
		.family = str(r, x->family),
		.file = str(r, x->file),
		.about = str(r, x->about),
		.why = str(r, x->why),
		.builtin = str(r, x->builtin),
		.line = x->line,
		.severity = x->severity,
		.confidence = x->confidence,
		.scope = x->scope,
		.blast = x->blast,
		.effort = x->effort,
		.for_each_target = x->for_each_target != 0,
		.enabled = x->enabled != 0,
		.match =
			{
				.op = names(r, x->match[OL_IMAGE_OP]),
				.domain = names(r, x->match[OL_IMAGE_DOMAIN]),
				.not_domain = names(r, x->match[OL_IMAGE_NOT_DOMAIN]),
				.dtype = names(r, x->match[OL_IMAGE_DTYPE]),
				.kind = names(r, x->match[OL_IMAGE_KIND]),
				.status = names(r, x->match[OL_IMAGE_STATUS]),
			},
		.when = expr(r, x->when),
		.message = template(r, x->message),
		.root_cause = template(r, x->root_cause),
		.references = names(r, x->references),
		.n_slots = x->n_slots,
	};
	open_lets(r, x->lets, rule);
	open_grades(r, x->grades, rule);
	open_fixes(r, x->fixes, rule);
	open_examples(r, x->examples, rule);
	if (rule->id.n <= rule->family.n + 1 || rule->scope >= OL_SCOPE_COUNT)
		r->broken = true;
}

/* The first of the set that is not before id. */
static uint32_t lower_bound(const struct ol_rules *r, struct ol_str id)
{
	uint32_t low = 0, high = r->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (ol_str_cmp(r->at[mid].id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int add(struct ol_rules *r, const struct ol_rule *rule)
{
	uint32_t i = lower_bound(r, rule->id);

	if (i < r->n && ol_str_eq(r->at[i].id, rule->id)) {
		r->at[i] = *rule;
		return 0;
	}
	if (r->n == r->cap) {
		uint32_t cap = r->cap ? r->cap * 2 : 64;
		struct ol_rule *p = OL_NEWN(&r->arena, struct ol_rule, cap);

		if (!p)
			return -1;
		if (r->n)
			memcpy(p, r->at, r->n * sizeof(*p));
		r->at = p;
		r->cap = cap;
	}
	memmove(&r->at[i + 1], &r->at[i], (r->n - i) * sizeof(*rule));
	r->at[i] = *rule;
	r->n++;
	return 0;
}

/* One image at the start of n bytes; the bytes it takes, or 0 with err. */
static size_t open_one(struct ol_rules *set, const char *p, size_t n, struct ol_err *err)
{
	struct reader r = {.p = p, .arena = &set->arena};
	const struct ol_image_rule *rows;
	struct ol_image_head head;
	struct ol_rule rule;

	if (n < sizeof(head) || (uintptr_t)p % 8) {
		ol_err_set(err, OL_ERR_INTERNAL,
			   "rules: the compiled rules are cut short or not aligned");
		return 0;
	}
	memcpy(&head, p, sizeof(head));
	if (memcmp(head.magic, OL_IMAGE_MAGIC, sizeof(head.magic)) ||
	    head.version != OL_IMAGE_VERSION || head.order != OL_IMAGE_ORDER ||
	    head.rule_size != sizeof(*rows) || head.size > n || head.size < sizeof(head) ||
	    head.size % 8) {
		ol_err_set(err, OL_ERR_INTERNAL,
			   "rules: not compiled rules of this version: build again");
		return 0;
	}
	r.n = head.size;
	rows = at(&r, head.rules.at, (uint64_t)head.rules.n * sizeof(*rows), true);
	for (uint32_t i = 0; rows && i < head.rules.n; i++) {
		open_rule(&r, &rows[i], &rule);
		if (r.broken || r.no_memory)
			break;
		r.no_memory = add(set, &rule) != 0;
	}
	if (r.broken) {
		ol_err_set(err, OL_ERR_INTERNAL,
			   "rules: the compiled rules are damaged: build again");
		return 0;
	}
	if (r.no_memory) {
		ol_err_set(err, OL_ERR_MEMORY, "rules: not enough memory for the rules");
		return 0;
	}
	return head.size;
}

void ol_rules_init(struct ol_rules *r)
{
	*r = (struct ol_rules){0};
	ol_arena_init(&r->arena, 0);
}

int ol_rules_open(struct ol_rules *r, const void *image, size_t n, struct ol_err *err)
{
	const char *p = image;

	while (n) {
		size_t took = open_one(r, p, n, err);

		if (!took)
			return -1;
		p += took;
		n -= took;
	}
	return 0;
}

void ol_rules_free(struct ol_rules *r)
{
	ol_arena_free(&r->arena);
	ol_rules_init(r);
}

const struct ol_rule *ol_rules_find(const struct ol_rules *r, struct ol_str id)
{
	uint32_t i = lower_bound(r, id);

	return i < r->n && ol_str_eq(r->at[i].id, id) ? &r->at[i] : NULL;
}

struct ol_str ol_rules_nearest(const struct ol_rules *r, struct ol_str id)
{
	struct ol_str near = OL_STR("");
	uint32_t best = UINT32_MAX, d;

	for (uint32_t i = 0; i < r->n; i++) {
		struct ol_str whole = r->at[i].id, name = whole;

		/* the family may have been left out */
		name.p += r->at[i].family.n + 1;
		name.n -= r->at[i].family.n + 1;
		if (ol_str_eq(name, id))
			return whole;
		if (ol_text_near(id, whole, &d) && d < best) {
			best = d;
			near = whole;
		}
	}
	return near;
}

bool ol_rule_selected(const struct ol_rule *r, struct ol_str selector)
{
	if (ol_str_eq(selector, r->family))
		return true;
	return ol_text_glob(selector, r->id);
}
