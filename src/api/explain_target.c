/* explain_target.c: targets: what one says of all operators, and what all say of one.
 *
 * Operators are asked at the newest opset that the target takes. Where its older versions say less, the version is named
 * from which on it is so. */
#include <stdio.h>

#include "api/api.h"

static const char *const support_words[] = {
	[OL_SUPPORT_UNKNOWN] = "unknown",
	[OL_SUPPORT_NONE] = "not supported",
	[OL_SUPPORT_PARTIAL] = "partial",
	[OL_SUPPORT_FULL] = "supported",
};

static const char *const evidence_words[] = {
	[OL_EVIDENCE_TABLE] = "the project's own table",
	[OL_EVIDENCE_NAMES] = "names in a registry: a no is certain, a yes is not",
	[OL_EVIDENCE_PROBE] = "models of one node that were loaded",
	[OL_EVIDENCE_KERNELS] = "the runtime's kernel registry",
	[OL_EVIDENCE_MEASURED] = "conversions that were run and compared",
};

static const char *spelt(struct ol_str domain, char *buf, size_t n)
{
	snprintf(buf, n, "%.*s", OL_FMT(domain));
	return domain.n ? buf : "ai.onnx";
}

static int32_t newest_opset(const struct ol_target *t, struct ol_str domain)
{
	int32_t min, max, newest = ol_schema_domain_newest(domain);

	return ol_target_opsets(t, domain, &min, &max) && max < newest ? max : newest;
}

static void print_range(struct ol_buf *b, int32_t from, int32_t to)
{
	ol_buf_printf(b, "%ld", (long)from);
	if (to == INT32_MAX)
		ol_buf_z(b, " on");
	else if (to != from)
		ol_buf_printf(b, " to %ld", (long)to);
}

/* ", opset 6 to 28": the ranges that the target's rows for the operator give, those that meet put together; nothing where
 * there is one row for all. */
static void ranges(struct ol_buf *b, const struct ol_target *t, struct ol_str domain, struct ol_str op, const char *before)
{
	int32_t from = 0, to = -1, min, max;
	enum ol_support status;
	bool first = true;

	for (uint32_t i = 0;; i++) {
		bool more = ol_target_range(t, domain, op, i, &min, &max, &status);

		if (more && status < OL_SUPPORT_PARTIAL)
			continue;
		if (more && to >= from && min <= to + (to < INT32_MAX)) {
			to = max > to ? max : to;
			continue;
		}
		if (to >= from && !(first && from <= 1 && to == INT32_MAX)) {
			ol_buf_z(b, first ? before : ", ");
			print_range(b, from, to);
			first = false;
		}
		if (!more)
			return;
		from = min;
		to = max;
	}
}

/* Conditions and the limitation that is left, in words. */
static void conditions(struct ol_buf *b, const struct ol_target_support *s, const char *before)
{
	for (uint32_t i = 0; i < s->n_conditions; i++) {
		ol_buf_printf(b, "%s%.*s", before, OL_FMT(ol_target_condition(s, i).note));
		before = "; ";
	}
	if (s->note.n)
		ol_buf_printf(b, "%s%.*s", before, OL_FMT(s->note));
}

/* ", from version 1.21.1 on" where an older version of the target says less. */
static void since_version(struct ol_buf *b, const struct ol_target *t, struct ol_str domain, struct ol_str op,
			  enum ol_support now)
{
	struct ol_target e;
	uint32_t i = t->n_editions ? t->edition : 0;

	/* each version at the newest opset that it takes */
	while (i > 0) {
		e = ol_target_edition(t, i - 1);
		if (ol_target_supports(&e, domain, op, newest_opset(&e, domain)).status < now)
			break;
		i--;
	}
	if (i == 0 || now < OL_SUPPORT_PARTIAL)
		return;
	e = ol_target_edition(t, i);
	ol_buf_printf(b, ", from version %.*s on", OL_FMT(e.version));
}

static void one_target(const struct ol_layout *l, const struct ol_target *t, struct ol_str domain, struct ol_str op)
{
	int32_t newest = newest_opset(t, domain);
	struct ol_target_support s = ol_target_supports(t, domain, op, newest);
	struct ol_buf b = {0};

	ol_buf_printf(&b, "%.*s: ", OL_FMT(t->name));
	if (s.status == OL_SUPPORT_NONE && t->fallback.n)
		ol_buf_printf(&b, "left to %.*s", OL_FMT(t->fallback));
	else if (s.status == OL_SUPPORT_FULL && t->evidence == OL_EVIDENCE_NAMES)
		ol_buf_z(&b, "known by name");
	else
		ol_buf_z(&b, support_words[s.status]);
	if (s.status == OL_SUPPORT_FULL && s.n_conditions)
		ol_buf_z(&b, " under conditions");
	ranges(&b, t, domain, op, s.status < OL_SUPPORT_PARTIAL ? ", runs in opset " : ", opset ");
	since_version(&b, t, domain, op, s.status);
	if (s.layer.n)
		ol_buf_printf(&b, ", as %.*s", OL_FMT(s.layer));
	if (s.by_function)
		ol_buf_z(&b, ", by its function body");
	else
		conditions(&b, &s, "; ");
	ol_layout_paragraph(l, ol_buf_view(&b), 6);
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

void ol_api_op_by_target(const struct ol_layout *l, struct ol_str domain, struct ol_str op)
{
	struct ol_target t;

	ol_api_heading(l, "Targets");
	for (uint32_t i = 0; (t = ol_target_at(i)).row; i++)
		one_target(l, &t, domain, op);
}

/* ---- one target ---- */

/* Of the operators of one domain, whose rows begin at `first`, at the newest opset that the target takes. */
static void coverage(const struct ol_target *t, uint32_t first, int32_t newest, struct ol_buf *b)
{
	struct ol_schema s, next, head = ol_schema_at(first);
	uint32_t n[4] = {0};

	for (uint32_t i = first; (s = ol_schema_at(i)).row && ol_str_eq(s.domain, head.domain); i++) {
		next = ol_schema_at(i + 1);
		if (next.row && ol_str_eq(next.domain, s.domain) && ol_str_eq(next.name, s.name))
			continue;
		s = ol_schema_find(s.domain, s.name, newest);
		if (s.row && !s.deprecated && !s.ort_only)
			n[ol_target_supports(t, s.domain, s.name, newest).status]++;
	}
	for (int k = OL_SUPPORT_FULL; k >= 0; k--)
		if (n[k])
			ol_buf_printf(b, ", %u %s", (unsigned)n[k], support_words[k]);
}

static void domains(const struct ol_layout *l, const struct ol_target *t)
{
	struct ol_str last = {0};
	struct ol_schema s;
	bool first = true;

	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		int32_t min, max;
		struct ol_buf b = {0};
		char domain[128];

		if (i && ol_str_eq(s.domain, last))
			continue;
		last = s.domain;
		if (!ol_target_opsets(t, s.domain, &min, &max))
			continue;
		ol_buf_printf(&b, "%s ", spelt(s.domain, domain, sizeof(domain)));
		print_range(&b, min, max);
		if (ol_target_tried(t, s.domain, &min, &max)) {
			ol_buf_z(&b, ", tested with ");
			print_range(&b, min, max);
		}
		coverage(t, i, newest_opset(t, s.domain), &b);
		ol_api_row(l, first ? "opsets" : "", ol_buf_view(&b));
		first = false;
		l->out->failed |= b.failed;
		ol_buf_free(&b);
	}
}

/* Operators that stand so: their names, or with what they stand under. */
static void operators(const struct ol_layout *l, const struct ol_target *t, enum ol_support status, bool conditional,
		      const char *heading)
{
	struct ol_schema s, next;
	struct ol_buf b = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		struct ol_target_support x;
		int32_t newest, min, max;

		next = ol_schema_at(i + 1);
		if (next.row && ol_str_eq(next.domain, s.domain) && ol_str_eq(next.name, s.name))
			continue;
		newest = newest_opset(t, s.domain);
		if (!ol_target_opsets(t, s.domain, &min, &max))
			continue;
		s = ol_schema_find(s.domain, s.name, newest);
		if (!s.row || s.deprecated || s.ort_only)
			continue;
		x = ol_target_supports(t, s.domain, s.name, newest);
		if (x.status != status || (status == OL_SUPPORT_FULL && (x.n_conditions > 0) != conditional))
			continue;
		/* what no row speaks of in a domain that the table is not about would fill pages */
		if (!x.row && s.domain.n)
			continue;
		if (n++ == 0)
			ol_api_heading(l, heading);
		if (!conditional) {
			ol_buf_printf(&b, "%s%.*s%s%.*s", b.n ? ", " : "", OL_FMT(s.domain), s.domain.n ? ":" : "",
				      OL_FMT(s.name));
			continue;
		}
		ol_buf_printf(&b, "%.*s%s%.*s", OL_FMT(s.domain), s.domain.n ? ":" : "", OL_FMT(s.name));
		conditions(&b, &x, ": ");
		ol_layout_paragraph(l, ol_buf_view(&b), 6);
		ol_buf_clear(&b);
	}
	if (b.n) {
		ol_layout_paragraph(l, ol_buf_view(&b), 2);
	}
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

static void names(const struct ol_layout *l, const struct ol_target *t)
{
	struct ol_buf b = {0};
	struct ol_target e;
	struct ol_str alias;

	for (uint32_t i = 0; (alias = ol_target_alias(t, i)).n; i++)
		ol_buf_printf(&b, "%s%.*s", i ? ", " : "", OL_FMT(alias));
	ol_api_row(l, "aliases", ol_buf_view(&b));
	ol_buf_clear(&b);
	for (uint32_t i = 0; (e = ol_target_edition(t, i)).row; i++)
		ol_buf_printf(&b, "%s%.*s", i ? ", " : "", OL_FMT(e.version));
	if (b.n)
		ol_buf_printf(&b, ": `--target %.*s@VERSION`", OL_FMT(t->base));
	ol_api_row(l, "versions", ol_buf_view(&b));
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

void ol_api_explain_target(const struct ol_layout *l, const struct ol_target *t)
{
	struct ol_buf b = {0};

	ol_buf_str(&b, t->name);
	ol_layout_paint(l, OL_PAINT_BOLD, b.p ? b.p : "");
	ol_buf_clear(&b);
	ol_buf_printf(l->out, "  %.*s %.*s\n", OL_FMT(t->title), OL_FMT(t->version));
	ol_api_row(l, "about", t->about);
	ol_api_row(l, "caveat", t->caveat);
	ol_api_row(l, "evidence", ol_str(evidence_words[t->evidence]));
	ol_api_row(l, "source", t->source);
	names(l, t);
	ol_api_row(l, "falls back", t->fallback);
	if (t->min_ir || t->max_ir) {
		if (t->min_ir)
			ol_buf_printf(&b, "%lld", (long long)t->min_ir);
		ol_buf_z(&b, t->min_ir && t->max_ir ? " to " : t->max_ir ? "up to " : " on");
		if (t->max_ir)
			ol_buf_printf(&b, "%lld", (long long)t->max_ir);
	}
	ol_api_row(l, "IR", ol_buf_view(&b));
	domains(l, t);
	ol_buf_clear(&b);
	ol_buf_printf(&b, "`onnxlint check --target %.*s MODEL` audits a model for it", OL_FMT(t->name));
	ol_api_row(l, "use", ol_buf_view(&b));
	operators(l, t, OL_SUPPORT_FULL, false, "Supported");
	operators(l, t, OL_SUPPORT_FULL, true, "Supported under conditions that are checked");
	operators(l, t, OL_SUPPORT_PARTIAL, true, "Partial");
	operators(l, t, OL_SUPPORT_NONE, false, t->fallback.n ? "Left to the fallback" : "Not supported");
	operators(l, t, OL_SUPPORT_UNKNOWN, false, "Unknown");
	l->out->failed |= b.failed;
	ol_buf_free(&b);
}

int onnxlint_target(struct onnxlint *a, const char *name, const char *format, const struct onnxlint_style *style,
		    onnxlint_writer *write, void *user)
{
	struct ol_buf out = {0};
	struct ol_layout l = ol_api_layout(style, &out);
	struct ol_target t;

	ol_api_begin(a);
	if (ol_api_target(a, ol_str(name), &t))
		return -1;
	if (strcmp(format, "json") == 0) {
		ol_api_target_json(&out, &t);
	} else if (strcmp(format, "text") == 0) {
		ol_api_explain_target(&l, &t);
		if (style && style->ascii)
			ol_layout_ascii(&out, 0);
	} else {
		return ol_api_fail(a, "unknown format '%s': text or json", format);
	}
	return ol_api_write(a, &out, write, user);
}
