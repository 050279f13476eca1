/* explain_op.c: operators: their versions, parameters and what each target says. */
#include <stdio.h>

#include "api/api.h"
#include "util/text.h"

static const char *const attr_types[OL_ATTR_TYPE_COUNT] = {
	"?",       "float",  "int",    "string", "tensor",        "graph",          "floats", "ints",
	"strings", "tensors", "graphs", "sparse_tensor", "sparse_tensors", "type",   "types",
};

static const char *spelt(struct ol_str domain, char *buf, size_t n)
{
	snprintf(buf, n, "%.*s", OL_FMT(domain));
	return domain.n ? buf : "ai.onnx";
}

static void params(const struct ol_layout *l, const char *label, const struct ol_schema *s, bool outputs)
{
	uint32_t n = outputs ? s->n_outputs : s->n_inputs;

	for (uint32_t i = 0; i < n; i++) {
		struct ol_schema_param p = outputs ? ol_schema_output(s, i) : ol_schema_input(s, i);
		struct ol_buf b = {0};

		ol_buf_str(&b, p.name);
		ol_buf_z(&b, p.option == OL_PARAM_OPTIONAL ? " (optional)" : p.option == OL_PARAM_VARIADIC ? " (variadic)" : "");
		ol_buf_printf(&b, ": %.*s", OL_FMT(p.type_str));
		if (p.type_var != UINT16_MAX && !p.types.any) {
			ol_buf_z(&b, " = ");
			ol_typeset_print(&p.types, &b);
		}
		ol_api_row(l, i ? "" : label, ol_buf_view(&b));
		l->out->failed |= b.failed;
		ol_buf_free(&b);
	}
}

static void attributes(const struct ol_layout *l, const struct ol_schema *s)
{
	for (uint32_t i = 0; i < s->n_attrs; i++) {
		struct ol_schema_attr at = ol_schema_attr(s, i);
		struct ol_buf b = {0};

		ol_buf_printf(&b, "%.*s: %s", OL_FMT(at.name), attr_types[at.type < OL_ATTR_TYPE_COUNT ? at.type : 0]);
		if (at.required)
			ol_buf_z(&b, ", required");
		if (at.default_text.n)
			ol_buf_printf(&b, ", default %.*s", OL_FMT(at.default_text));
		if (at.one_of.n)
			ol_buf_printf(&b, ", one of %.*s", OL_FMT(at.one_of));
		ol_api_row(l, i ? "" : "attributes", ol_buf_view(&b));
		l->out->failed |= b.failed;
		ol_buf_free(&b);
	}
}

/* rows [first, first + n) of one operator, ascending versions */
static void explain_versions(const struct ol_layout *l, uint32_t first, uint32_t n)
{
	struct ol_schema newest = ol_schema_at(first + n - 1);
	struct ol_buf b = {0};
	char domain[128];

	ol_buf_str(&b, newest.name);
	ol_layout_paint(l, OL_PAINT_BOLD, b.p ? b.p : "");
	ol_buf_clear(&b);
	ol_buf_printf(l->out, "  %s%s%s\n", spelt(newest.domain, domain, sizeof(domain)),
		      newest.deprecated ? ", deprecated" : "", newest.ort_only ? ", onnxruntime only" : "");
	for (uint32_t i = 0; i < n; i++) {
		struct ol_schema s = ol_schema_at(first + i);

		ol_buf_printf(&b, "%s%ld%s", i ? ", " : "", (long)s.since_version, s.deprecated ? " (deprecated)" : "");
		if (i + 1 == n && s.until_version != INT32_MAX)
			ol_buf_printf(&b, ", until opset %ld", (long)s.until_version);
	}
	ol_api_row(l, "versions", ol_buf_view(&b));
	ol_buf_clear(&b);
	if (newest.has_function)
		ol_api_row(l, "function", OL_STR("has a body of simpler operators"));
	params(l, "inputs", &newest, false);
	params(l, "outputs", &newest, true);
	attributes(l, &newest);
	if (newest.domain.n == 0 || ol_str_is(newest.domain, "ai.onnx"))
		ol_buf_printf(&b, "https://onnx.ai/onnx/operators/onnx__%.*s.html", OL_FMT(newest.name));
	ol_api_row(l, "reference", ol_buf_view(&b));
	l->out->failed |= b.failed;
	ol_buf_free(&b);
	ol_api_op_by_target(l, newest.domain, newest.name);
}

/* "Conv", "ai.onnx:Conv", "com.microsoft::Gelu" */
static void split(struct ol_str s, struct ol_str *domain, struct ol_str *op, bool *any)
{
	size_t i = s.n;

	while (i > 0 && s.p[i - 1] != ':')
		i--;
	*any = i == 0;
	*op = (struct ol_str){s.p + i, s.n - i};
	while (i > 0 && s.p[i - 1] == ':')
		i--;
	*domain = (struct ol_str){s.p, i};
	if (ol_str_is(*domain, "ai.onnx"))
		domain->n = 0;
}

int ol_api_explain_op(const struct ol_layout *l, struct ol_str name, struct ol_str *near)
{
	struct ol_str domain, op;
	uint32_t best = UINT32_MAX, d;
	bool any;
	int found = 0;

	split(name, &domain, &op, &any);
	for (uint32_t i = 0, n; ol_schema_at(i).row; i += n) {
		struct ol_schema s = ol_schema_at(i), next;

		for (n = 1; (next = ol_schema_at(i + n)).row && ol_str_eq(next.domain, s.domain) &&
			    ol_str_eq(next.name, s.name);)
			n++;
		if (!any && !ol_str_eq(s.domain, domain))
			continue;
		if (ol_str_eq(s.name, op)) {
			if (found++)
				ol_buf_char(l->out, '\n');
			explain_versions(l, i, n);
		} else if (ol_text_near(op, s.name, &d) && d < best) {
			best = d;
			*near = s.name;
		}
	}
	return found;
}
