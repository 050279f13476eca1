/* target_json.c: a target's table as JSON: limits, versions, and every operator with its ranges and conditions. */
#include "api/api.h"
#include "util/json.h"

static void range(struct ol_json *j, const char *key, int32_t min, int32_t max)
{
	ol_json_key_open(j, key, '[');
	ol_json_int(j, min);
	if (max == INT32_MAX)
		ol_json_null(j);
	else
		ol_json_int(j, max);
	ol_json_close(j, ']');
}

static void opsets(struct ol_json *j, const struct ol_target *t)
{
	struct ol_str last = {0};
	struct ol_schema s;

	ol_json_key_open(j, "opsets", '[');
	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		int32_t min, max;

		if (i && ol_str_eq(s.domain, last))
			continue;
		last = s.domain;
		if (!ol_target_opsets(t, s.domain, &min, &max))
			continue;
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", s.domain);
		range(j, "accepted", min, max);
		if (ol_target_tried(t, s.domain, &min, &max))
			range(j, "tested", min, max);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void support(struct ol_json *j, const struct ol_target_support *s)
{
	static const char *const words[] = {"unknown", "none", "partial", "full"};

	ol_json_key_str(j, "status", ol_str(words[s->status]));
	if (s->by_function) {
		ol_json_key(j, "by_function");
		ol_json_bool(j, true);
	}
	if (s->note.n)
		ol_json_key_str(j, "note", s->note);
	if (s->layer.n)
		ol_json_key_str(j, "layer", s->layer);
	if (!s->n_conditions)
		return;
	ol_json_key_open(j, "conditions", '[');
	for (uint32_t i = 0; i < s->n_conditions; i++) {
		struct ol_target_condition c = ol_target_condition(s, i);

		ol_json_open(j, '{');
		ol_json_key_str(j, "needs", c.needs);
		ol_json_key_str(j, "note", c.note);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

/* Is it the first parameter of its type variable? */
static bool first_of_var(const struct ol_schema *s, uint32_t i, const struct ol_schema_param *p)
{
	for (uint32_t k = 0; k < i; k++) {
		struct ol_schema_param q = k < s->n_inputs ? ol_schema_input(s, k) : ol_schema_output(s, k - s->n_inputs);

		if (ol_str_eq(q.type_str, p->type_str))
			return false;
	}
	return true;
}

/* {"T": "float32, float16"}: what the table takes for a type variable, where it speaks of types. */
static void dtypes(struct ol_json *j, const struct ol_target *t, const struct ol_target_support *x, const struct ol_schema *s)
{
	bool open = false;

	for (uint32_t i = 0; i < (uint32_t)s->n_inputs + s->n_outputs && x->status >= OL_SUPPORT_PARTIAL; i++) {
		struct ol_schema_param p =
			i < s->n_inputs ? ol_schema_input(s, i) : ol_schema_output(s, i - s->n_inputs);
		struct ol_typeset set;
		struct ol_buf b = {0};

		if (!first_of_var(s, i, &p) || !ol_target_param_types(t, x, &p, &set) || set.any)
			continue;
		if (!open) {
			ol_json_key_open(j, "dtypes", '{');
			open = true;
		}
		ol_typeset_print(&set, &b);
		ol_json_keys(j, p.type_str);
		ol_json_str(j, ol_buf_view(&b));
		j->out->failed |= b.failed;
		ol_buf_free(&b);
	}
	if (open)
		ol_json_close(j, '}');
}

/* One object a version of the operator (since, until), in order. */
static void operators(struct ol_json *j, const struct ol_target *t)
{
	struct ol_schema s;

	ol_json_key_open(j, "operators", '[');
	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		int32_t min, max, at = s.until_version;
		struct ol_target_support x;

		/* at the last opset of the version that the target takes */
		if (ol_target_opsets(t, s.domain, &min, &max) && max < at)
			at = max;
		x = ol_target_supports(t, s.domain, s.name, at > s.since_version ? at : s.since_version);

		/* what no row speaks of, the domain's default answers */
		if (!x.row && (s.domain.n || s.ort_only || !ol_target_opsets(t, s.domain, &min, &max)))
			continue;
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", s.domain);
		ol_json_key_str(j, "op_type", s.name);
		range(j, "opset", s.since_version, s.until_version);
		support(j, &x);
		dtypes(j, t, &x, &s);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void list(struct ol_json *j, const char *key, const struct ol_target *t, bool versions)
{
	struct ol_target e;
	struct ol_str alias;

	ol_json_key_open(j, key, '[');
	for (uint32_t i = 0; versions && (e = ol_target_edition(t, i)).row; i++)
		ol_json_str(j, e.version);
	for (uint32_t i = 0; !versions && (alias = ol_target_alias(t, i)).n; i++)
		ol_json_str(j, alias);
	ol_json_close(j, ']');
}

void ol_api_target_json(struct ol_buf *out, const struct ol_target *t)
{
	struct ol_json j;

	ol_json_init(&j, out, 1);
	ol_json_open(&j, '{');
	ol_json_key_str(&j, "name", t->name);
	ol_json_key_str(&j, "title", t->title);
	ol_json_key_str(&j, "version", t->version);
	list(&j, "versions", t, true);
	list(&j, "aliases", t, false);
	ol_json_key_str(&j, "about", t->about);
	if (t->caveat.n)
		ol_json_key_str(&j, "caveat", t->caveat);
	ol_json_key_str(&j, "evidence", ol_str(ol_evidence_names[t->evidence]));
	ol_json_key_str(&j, "source", t->source);
	if (t->fallback.n)
		ol_json_key_str(&j, "fallback", t->fallback);
	if (t->min_ir)
		ol_json_key_int(&j, "min_ir", t->min_ir);
	if (t->max_ir)
		ol_json_key_int(&j, "max_ir", t->max_ir);
	opsets(&j, t);
	operators(&j, t);
	ol_json_close(&j, '}');
	ol_buf_char(out, '\n');
}
