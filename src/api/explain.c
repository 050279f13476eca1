/* explain.c: what a name means: a rule, a target, ranking, an operator or a family of rules, tried in this order. */
#include "api/api.h"
#include "util/text.h"

enum { LABEL = 13 };

struct ol_layout ol_api_layout(const struct onnxlint_style *style, struct ol_buf *out)
{
	struct ol_layout l = {.out = out};

	if (style) {
		l.color = style->color;
		l.width = style->width < 40 ? 0 : style->width;
	}
	return l;
}

void ol_api_row(const struct ol_layout *l, const char *label, struct ol_str text)
{
	if (!text.n)
		return;
	ol_buf_z(l->out, "  ");
	ol_layout_paint(l, OL_PAINT_DIM, label);
	for (size_t n = strlen(label); n < LABEL - 2; n++)
		ol_buf_char(l->out, ' ');
	ol_layout_text(l, text, LABEL, LABEL, 0);
	ol_buf_char(l->out, '\n');
}

void ol_api_heading(const struct ol_layout *l, const char *text)
{
	ol_buf_char(l->out, '\n');
	ol_layout_paint(l, OL_PAINT_BOLD, text);
	ol_buf_char(l->out, '\n');
}

/* ---- rules ---- */

/* A name says what stands there; what is computed would hide the words around it. */
static bool is_name(struct ol_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '_' && s.p[i] != '.')
			return false;
	return s.n > 0;
}

static void template_text(const struct ol_template *t, struct ol_buf *out)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->parts[i].expr && !is_name(t->parts[i].text))
			ol_buf_z(out, "{…}");
		else if (t->parts[i].expr)
			ol_buf_printf(out, "{%.*s}", OL_FMT(t->parts[i].text));
		else
			ol_buf_str(out, t->parts[i].text);
}

static void template_row(const struct ol_layout *l, const char *label, const struct ol_template *t)
{
	struct ol_buf b = {0};

	template_text(t, &b);
	ol_api_row(l, label, ol_buf_view(&b));
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

static void names(struct ol_buf *b, const char *what, const struct ol_names *n)
{
	if (!n->n)
		return;
	ol_buf_z(b, b->n ? "; " : "");
	ol_buf_z(b, what);
	for (uint32_t i = 0; i < n->n; i++) {
		ol_buf_z(b, i ? ", " : " ");
		ol_buf_str(b, n->at[i].n ? n->at[i] : OL_STR("ai.onnx"));
	}
}

static void looks_at(const struct ol_layout *l, const struct ol_rule *r)
{
	struct ol_buf b = {0};

	if (r->scope == OL_SCOPE_MODEL)
		ol_buf_z(&b, "the model");
	else
		ol_buf_printf(&b, "each %s", ol_scope_names[r->scope]);
	names(&b, "operator", &r->match.op);
	names(&b, "domain", &r->match.domain);
	names(&b, "domain other than", &r->match.not_domain);
	names(&b, "dtype", &r->match.dtype);
	names(&b, "kind", &r->match.kind);
	names(&b, "status", &r->match.status);
	if (r->for_each_target)
		ol_buf_z(&b, "; once for each target");
	ol_api_row(l, "looks at", ol_buf_view(&b));
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

static void example(const struct ol_layout *l, const struct ol_rule_example *e)
{
	ol_buf_printf(l->out, "  %s", e->bad ? "bad" : "good");
	if (e->name.n) {
		ol_buf_z(l->out, ": ");
		ol_text_plain(l->out, e->name, 0);
	}
	ol_buf_char(l->out, '\n');
	ol_layout_lines(l, e->model, 4);
	for (uint32_t i = 0; i < e->n_expects; i++) {
		const struct ol_rule_expect *x = &e->expects[i];

		ol_buf_z(l->out, "    -> ");
		ol_text_plain(l->out, x->at, 0);
		ol_buf_z(l->out, x->at.n && x->message.n ? "  " : "");
		ol_text_plain(l->out, x->message, 0);
		ol_buf_char(l->out, '\n');
	}
}

void ol_api_explain_rule(const struct ol_layout *l, const struct ol_rule *r)
{
	struct ol_buf b = {0};

	ol_buf_str(&b, r->id);
	ol_layout_paint(l, OL_PAINT_BOLD, b.p ? b.p : "");
	l->out->failed |= b.failed;
	ol_buf_free(&b);
	ol_buf_printf(l->out, "  %s, %s, effort %s%s\n", ol_severity_names[r->severity],
		      ol_confidence_names[r->confidence], ol_effort_names[r->effort],
		      r->enabled ? "" : ", runs only when selected");
	ol_api_row(l, "family", r->about);
	/* "{text}": in the words of what found it */
	if (r->message.n != 1 || !r->message.parts[0].expr)
		template_row(l, "message", &r->message);
	looks_at(l, r);
	ol_api_row(l, "risk", ol_str(ol_blast_names[r->blast]));
	if (r->why.n) {
		ol_api_heading(l, "Why");
		ol_buf_z(l->out, "  ");
		ol_layout_text(l, r->why, 2, 2, 0);
		ol_buf_char(l->out, '\n');
	}
	if (r->n_fixes)
		ol_api_heading(l, "Fixes");
	for (uint32_t i = 0; i < r->n_fixes; i++) {
		const struct ol_rule_fix *f = &r->fixes[i];

		ol_buf_printf(&b, "%u ", (unsigned)i + 1);
		template_text(&f->title, &b);
		if (f->action.n)
			ol_buf_printf(&b, " [%s: %.*s]", ol_applicability_names[f->applicability], OL_FMT(f->action));
		ol_layout_paragraph(l, ol_buf_view(&b), 4);
		l->out->failed |= b.failed;
		ol_buf_free(&b);
	}
	if (r->references.n)
		ol_api_heading(l, "References");
	for (uint32_t i = 0; i < r->references.n; i++)
		ol_layout_lines(l, r->references.at[i], 2);
	if (r->n_examples)
		ol_api_heading(l, "Examples");
	for (uint32_t i = 0; i < r->n_examples; i++)
		example(l, &r->examples[i]);
}

/* ---- families ---- */

/* The family's rules; false when there is none of the name. */
static bool explain_family(const struct ol_layout *l, const struct ol_rules *rules, struct ol_str family)
{
	const struct ol_rule *first = NULL;

	for (uint32_t i = 0; i < rules->n; i++) {
		const struct ol_rule *r = &rules->at[i];

		if (!ol_str_eq(r->family, family))
			continue;
		if (!first) {
			first = r;
			ol_layout_paint(l, OL_PAINT_BOLD, "rules of ");
			ol_text_plain(l->out, family, 0);
			ol_buf_z(l->out, "\n");
			ol_api_row(l, "about", r->about);
			ol_buf_char(l->out, '\n');
		}
		ol_buf_z(l->out, "  ");
		ol_text_plain(l->out, r->id, 0);
		ol_buf_printf(l->out, "  %s%s\n    ", ol_severity_names[r->severity], r->enabled ? "" : ", runs only when selected");
		ol_layout_text(l, ol_layout_sentence(r->why), 4, 4, 0);
		ol_buf_char(l->out, '\n');
	}
	return first;
}

/* ---- names ---- */

int onnxlint_explain(struct onnxlint *a, const char *name, const struct onnxlint_style *style, onnxlint_writer *write,
		     void *user)
{
	struct ol_buf out = {0};
	struct ol_layout l = ol_api_layout(style, &out);
	struct ol_str s = ol_str(name), near, near_op = {0};
	const struct ol_rule *r;
	struct ol_target t;
	char buf[256];
	const char *hint;

	ol_api_begin(a);
	r = ol_rules_find(&a->rules, s);
	t = ol_target_find(s);
	if (r)
		ol_api_explain_rule(&l, r);
	else if (t.row)
		ol_api_explain_target(&l, &t);
	else if (ol_str_is(s, "score"))
		ol_api_explain_score(&l, &a->score);
	else if (!ol_api_explain_op(&l, s, &near_op) && !explain_family(&l, &a->rules, s)) {
		ol_buf_free(&out);
		near = ol_rules_nearest(&a->rules, s);
		if (!near.n)
			near = ol_target_nearest(s);
		if (!near.n)
			near = near_op;
		hint = ol_api_near(buf, sizeof(buf), near);
		return ol_api_fail(a, "nothing is known of '%s': %s", name,
				   hint ? hint : "name a rule (op/unknown), an operator (Conv) or a target (keras)");
	}
	ol_layout_guard(&out, 0, "\\x3A", "\\x23");
	if (style && style->ascii)
		ol_layout_ascii(&out, 0);
	return ol_api_write(a, &out, write, user);
}
