/* schema_dump: prints what the lookups of src/schema answer, one JSON object a line, for
 * tests/interop/schemas_vs_onnx.py.
 *
 *     schema_dump rows             each operator version
 *     schema_dump lookups          each operator: the version that opsets 1 to 30 give
 *     schema_dump versions         IR version and release of each opset
 *     schema_dump target NAME      each operator version: what the target says of it, with types
 *
 * Build: make build/interop/schema_dump, or by hand
 *     cc -std=c11 -Isrc -o schema_dump tests/interop/schema_dump.c build/libonnxlint.a -lprotobuf-c
 * -lyaml -lpcre2-8 -lm */
#include <stdio.h>

#include "schema/target.h"
#include "util/json.h"

static void emit(struct ol_json *j)
{
	struct ol_buf *line = j->out;

	ol_buf_char(line, '\n');
	if (!line->failed)
		fwrite(line->p, 1, line->n, stdout);
	ol_buf_clear(line);
	ol_json_init(j, line, 0);
}

static void put_str(struct ol_json *j, const char *key, struct ol_str s)
{
	ol_json_key(j, key);
	ol_json_str(j, s);
}

static void put_int(struct ol_json *j, const char *key, int64_t i)
{
	ol_json_key(j, key);
	ol_json_int(j, i);
}

static void put_bool(struct ol_json *j, const char *key, bool b)
{
	ol_json_key(j, key);
	ol_json_bool(j, b);
}

/* The masks as numbers: the reader of this has the enum from the onnx package. */
static void put_types(struct ol_json *j, const struct ol_typeset *t)
{
	ol_json_key(j, "types");
	ol_json_open(j, '[');
	ol_json_uint(j, t->tensor);
	ol_json_uint(j, t->sparse);
	ol_json_uint(j, t->seq);
	ol_json_uint(j, t->optional_tensor);
	ol_json_uint(j, t->optional_seq);
	ol_json_uint(j, t->other);
	ol_json_uint(j, t->any);
	ol_json_close(j, ']');
}

static void put_params(struct ol_json *j, const struct ol_schema *s, bool outputs)
{
	uint32_t n = outputs ? s->n_outputs : s->n_inputs;

	ol_json_key(j, outputs ? "outputs" : "inputs");
	ol_json_open(j, '[');
	for (uint32_t i = 0; i < n; i++) {
		struct ol_schema_param p = outputs ? ol_schema_output(s, i) : ol_schema_input(s, i);

		ol_json_open(j, '{');
		put_str(j, "name", p.name);
		put_str(j, "type", p.type_str);
		put_int(j, "option", p.option);
		put_bool(j, "homogeneous", p.homogeneous);
		put_int(j, "min", p.min_arity);
		put_int(j, "var", p.type_var == UINT16_MAX ? -1 : p.type_var);
		put_types(j, &p.types);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void put_attrs(struct ol_json *j, const struct ol_schema *s)
{
	ol_json_key(j, "attributes");
	ol_json_open(j, '[');
	for (uint32_t i = 0; i < s->n_attrs; i++) {
		struct ol_schema_attr a = ol_schema_attr(s, i), again;

		ol_json_open(j, '{');
		put_str(j, "name", a.name);
		put_int(j, "type", a.type);
		put_bool(j, "required", a.required);
		put_str(j, "default", a.default_text);
		put_str(j, "one_of", a.one_of);
		put_bool(j, "found",
			 ol_schema_find_attr(s, a.name, &again) && again.name.p == a.name.p);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static void dump_rows(struct ol_json *j)
{
	struct ol_schema s;

	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		ol_json_open(j, '{');
		put_str(j, "domain", s.domain);
		put_str(j, "op", s.name);
		put_int(j, "since", s.since_version);
		put_int(j, "until", s.until_version);
		put_bool(j, "deprecated", s.deprecated);
		put_bool(j, "function", s.has_function);
		put_bool(j, "experimental", s.experimental);
		put_bool(j, "ort_only", s.ort_only);
		put_int(j, "min_input", s.min_input);
		put_int(j, "max_input", s.max_input);
		put_int(j, "min_output", s.min_output);
		put_int(j, "max_output", s.max_output);
		put_params(j, &s, false);
		put_params(j, &s, true);
		put_attrs(j, &s);
		ol_json_close(j, '}');
		emit(j);
	}
}

static void dump_lookups(struct ol_json *j)
{
	struct ol_schema s;
	struct ol_str last = {NULL, 0};

	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		struct ol_schema_life life;

		if (s.name.p == last.p)
			continue;
		last = s.name;
		ol_json_open(j, '{');
		put_str(j, "domain", s.domain);
		put_str(j, "op", s.name);
		ol_json_key(j, "since");
		ol_json_open(j, '[');
		for (int v = 1; v <= 30; v++)
			ol_json_int(j, ol_schema_find(s.domain, s.name, v).since_version);
		ol_json_close(j, ']');
		ol_schema_life(s.domain, s.name, &life);
		put_int(j, "first", life.first);
		put_int(j, "last", life.last);
		put_int(j, "deprecated_since", life.deprecated_since);
		put_int(j, "newest", ol_schema_domain_newest(s.domain));
		ol_json_close(j, '}');
		emit(j);
	}
}

static void dump_versions(struct ol_json *j)
{
	static const char *const domains[] = {"", "ai.onnx.ml", "ai.onnx.preview.training"};

	for (size_t d = 0; d < sizeof(domains) / sizeof(*domains); d++)
		for (int v = 1; v <= ol_schema_domain_newest(ol_str(domains[d])) + 1; v++) {
			ol_json_open(j, '{');
			put_str(j, "domain", ol_str(domains[d]));
			put_int(j, "opset", v);
			put_int(j, "ir", ol_schema_ir_for_opset(ol_str(domains[d]), v));
			put_str(j, "release", ol_schema_release_of_opset(ol_str(domains[d]), v));
			put_int(j, "newest_ir", ol_schema_newest_ir());
			ol_json_close(j, '}');
			emit(j);
		}
}

/* The types of a type variable occur with each parameter that has it; the first one tells. */
static void put_target_types(struct ol_json *j, const struct ol_target *t,
			     const struct ol_target_support *u, const struct ol_schema *s)
{
	ol_json_key(j, "by_type");
	ol_json_open(j, '[');
	for (uint32_t i = 0; i < (uint32_t)s->n_inputs + s->n_outputs; i++) {
		struct ol_schema_param p =
		    i < s->n_inputs ? ol_schema_input(s, i) : ol_schema_output(s, i - s->n_inputs);
		struct ol_typeset types;

		if (!ol_target_types(t, u, p.type_str, &types))
			continue;
		ol_json_open(j, '{');
		put_str(j, "var", p.type_str);
		put_types(j, &types);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

static int dump_target(struct ol_json *j, const char *name)
{
	struct ol_target t = ol_target_find(ol_str(name));
	struct ol_schema s;

	if (!t.row)
		return 1;
	for (uint32_t i = 0; (s = ol_schema_at(i)).row; i++) {
		struct ol_target_support u =
		    ol_target_supports(&t, s.domain, s.name, s.since_version);

		ol_json_open(j, '{');
		put_str(j, "domain", s.domain);
		put_str(j, "op", s.name);
		put_int(j, "since", s.since_version);
		put_bool(j, "ort_only", s.ort_only);
		put_bool(j, "deprecated", s.deprecated);
		put_int(j, "status", (int64_t)u.status);
		put_bool(j, "row", u.row != NULL);
		put_bool(j, "by_function", u.by_function);
		put_int(j, "min", u.min_opset);
		put_int(j, "max", u.max_opset);
		put_str(j, "layer", u.layer);
		put_str(j, "note", u.note);
		put_target_types(j, &t, &u, &s);
		ol_json_close(j, '}');
		emit(j);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct ol_buf line = {0};
	struct ol_json j;
	int rc = 0;

	ol_json_init(&j, &line, 0);
	if (argc == 2 && !strcmp(argv[1], "rows"))
		dump_rows(&j);
	else if (argc == 2 && !strcmp(argv[1], "lookups"))
		dump_lookups(&j);
	else if (argc == 2 && !strcmp(argv[1], "versions"))
		dump_versions(&j);
	else if (argc == 3 && !strcmp(argv[1], "target"))
		rc = dump_target(&j, argv[2]);
	else
		rc = 2;
	ol_buf_free(&line);
	return rc;
}
