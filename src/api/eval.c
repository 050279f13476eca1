/* eval.c: an expression of the rule language on a model: the playground of authors. */
#include "api/api.h"
#include "engine/facts.h"
#include "util/json.h"
#include "util/text.h"

enum { MAX_DIAGS = 8, MEMORY = 256 << 20, STEPS = 10000000, VARS = 8, JSON_DEPTH = 16, JSON_ITEMS = 100000 };

static void note_diags(struct onnxlint *a, struct ol_str text, const struct ol_expr_diag *d, uint32_t n)
{
	struct ol_notes notes = {0};
	char hint[96];

	for (uint32_t i = 0; i < n; i++) {
		uint32_t line = 1, column = 1;

		for (uint32_t k = 0; k < d[i].offset && k < text.n; k++) {
			column = text.p[k] == '\n' ? 1 : column + 1;
			line += text.p[k] == '\n';
		}
		ol_notes_add(&notes, "expression", line, column, d[i].length,
			     ol_api_near(hint, sizeof(hint), ol_str(d[i].nearest)), "%s", d[i].message);
	}
	ol_notes_print(&notes, text, &a->notes);
	ol_notes_free(&notes);
}

/* What is bound, and evaluated on. */
struct playground {
	const struct onnxlint_eval_options *o;
	struct ol_ir *ir;
	struct ol_infer *inf; /* NULL: of a model that was not read whole nothing is inferred */
	struct ol_var vars[VARS];
	struct ol_val slots[VARS];
	uint32_t n;
	struct ol_arena code, scratch;
};

static void bind(struct playground *p, const char *name, const char *class_name, struct ol_val v)
{
	p->vars[p->n] = (struct ol_var){name, class_name};
	p->slots[p->n++] = v;
}

/* The value of a name: of the main graph, else of the first graph that has one. */
static uint32_t find_value(const struct ol_ir *ir, struct ol_str name)
{
	uint32_t id = ol_intern_find(&ir->model->names, name), v;

	if (id == UINT32_MAX || id == 0 || !ir->model->n_graphs)
		return OL_NONE;
	v = ol_ir_find_value(ir, 0, id);
	for (uint32_t i = 0; v == OL_NONE && i < ir->n_values; i++)
		if (ir->values[i].name == id)
			v = i;
	return v;
}

static uint32_t find_tensor(const struct ol_model *m, struct ol_str name)
{
	for (uint32_t i = 0; i < m->n_tensors; i++)
		if (name.n && ol_str_eq(ol_name(m, m->tensors[i].name), name))
			return i;
	return OL_NONE;
}

static int bind_all(struct onnxlint *a, struct playground *p)
{
	const struct onnxlint_eval_options *o = p->o;
	const struct ol_model *m = p->ir->model;
	uint32_t graph = 0, id;

	bind(p, "model", "model", ol_v_obj(OL_CLS_MODEL, 0, 0));
	if (o->node) {
		id = ol_api_find_node(p->ir, ol_str(o->node));
		if (id == OL_NONE)
			return ol_api_fail(a, "node '%s': not in the model: give its name, #INDEX or =OUTPUT", o->node);
		bind(p, "node", "node", ol_v_obj(OL_CLS_NODE, id, 0));
		graph = m->nodes[id].graph;
	}
	if (o->value) {
		id = find_value(p->ir, ol_str(o->value));
		if (id == OL_NONE)
			return ol_api_fail(a, "value '%s': not in the model: `onnxlint show --values` lists them", o->value);
		bind(p, "value", "value", ol_v_obj(OL_CLS_VALUE, id, 0));
		if (p->ir->values[id].flags & OL_VALUE_INITIALIZER)
			bind(p, "initializer", "value", ol_v_obj(OL_CLS_VALUE, id, 0));
		if (!o->node)
			graph = p->ir->values[id].graph;
	}
	if (o->tensor) {
		id = find_tensor(m, ol_str(o->tensor));
		if (id == OL_NONE)
			return ol_api_fail(a, "tensor '%s': none is stored by that name", o->tensor);
		bind(p, "tensor", "tensor", ol_v_obj(OL_CLS_TENSOR, id, 0));
	}
	if (graph < m->n_graphs)
		bind(p, "graph", "graph", ol_v_obj(OL_CLS_GRAPH, graph, 0));
	if (a->n_targets)
		bind(p, "target", "target", ol_v_obj(OL_CLS_TARGET, (uintptr_t)&a->targets[0], 0));
	return 0;
}

/* ---- results ---- */

static void json_value(struct ol_eval *e, struct ol_json *j, struct ol_val v, uint32_t depth, uint32_t *items);

/* A map of strings; false when it has other keys, and nothing is written. */
static bool json_map(struct ol_eval *e, struct ol_json *j, struct ol_val v, uint32_t depth, uint32_t *items)
{
	const struct ol_map *m = v.u.map;

	for (uint64_t i = 0; i < m->n; i++)
		if (m->keys[i].kind != OL_V_STRING)
			return false;
	ol_json_open(j, '{');
	for (uint64_t i = 0; i < m->n && *items <= JSON_ITEMS; i++) {
		ol_json_keys(j, m->keys[i].u.s);
		json_value(e, j, m->values[i], depth + 1, items);
	}
	ol_json_close(j, '}');
	return true;
}

/* A value as JSON, objects as their literals. Depth and number of items are bounded; past that a literal stands. */
static void json_value(struct ol_eval *e, struct ol_json *j, struct ol_val v, uint32_t depth, uint32_t *items)
{
	struct ol_buf b = {0};

	if (++*items > JSON_ITEMS || depth > JSON_DEPTH) {
		ol_json_str(j, OL_STR("\xe2\x80\xa6"));
		return;
	}
	switch ((enum ol_vkind)v.kind) {
	case OL_V_NULL:
	case OL_V_UNKNOWN:
		ol_json_null(j);
		return;
	case OL_V_BOOL:
		ol_json_bool(j, v.u.b);
		return;
	case OL_V_INT:
		ol_json_int(j, v.u.i);
		return;
	case OL_V_UINT:
		ol_json_uint(j, v.u.u);
		return;
	case OL_V_DOUBLE:
		ol_json_double(j, v.u.d);
		return;
	case OL_V_STRING:
		ol_json_str(j, v.u.s);
		return;
	case OL_V_LIST:
		ol_json_open(j, '[');
		for (uint64_t i = 0; i < v.u.list->n && *items <= JSON_ITEMS; i++)
			json_value(e, j, ol_v_item(e, &v, i), depth + 1, items);
		ol_json_close(j, ']');
		return;
	case OL_V_MAP:
		if (!json_map(e, j, v, depth, items))
			break;
		return;
	case OL_V_BYTES:
	case OL_V_TYPE:
	case OL_V_OBJECT:
	case OL_V_ERROR:
		break;
	}
	ol_v_literal(e, v, &b);
	ol_json_str(j, ol_buf_view(&b));
	j->out->failed |= b.failed;
	ol_buf_free(&b);
}

static void write_json(struct ol_eval *e, const char *type, struct ol_val v, struct ol_buf *out)
{
	struct ol_json j;
	uint32_t items = 0;

	ol_json_init(&j, out, 1);
	ol_json_open(&j, '{');
	ol_json_key(&j, "type");
	ol_json_str(&j, ol_str(type));
	ol_json_key(&j, "known");
	ol_json_bool(&j, v.kind != OL_V_UNKNOWN);
	ol_json_key(&j, "value");
	json_value(e, &j, v, 0, &items);
	ol_json_close(&j, '}');
	ol_buf_char(out, '\n');
}

static void write_text(struct ol_eval *e, const char *type, struct ol_val v, struct ol_buf *out)
{
	struct ol_buf line = {0};

	ol_buf_printf(&line, "%s: ", type);
	if (v.kind == OL_V_UNKNOWN)
		ol_buf_z(&line, "unknown");
	else
		ol_v_literal(e, v, &line);
	/* text of the model may be in the value */
	ol_text_plain(out, ol_buf_view(&line), 0);
	ol_buf_char(out, '\n');
	out->failed |= line.failed;
	ol_buf_free(&line);
}

static int evaluate(struct onnxlint *a, struct playground *p, struct ol_str text, struct ol_buf *out)
{
	struct ol_env env = *ol_facts_env();
	struct ol_facts facts = {.inf = p->inf, .targets = a->targets, .n_targets = a->n_targets};
	struct ol_eval e = {.env = &env, .slots = p->slots, .scratch = &p->scratch, .host = &facts, .max_steps = STEPS};
	struct ol_expr_diag diags[MAX_DIAGS];
	const struct ol_expr *x;
	struct ol_val v;
	uint32_t n_diags = 0;
	char type[128];
	int rc = 0;

	env.vars = p->vars;
	env.n_vars = p->n;
	x = ol_expr_compile(&p->code, text, &env, NULL, diags, MAX_DIAGS, &n_diags);
	if (p->code.refused)
		return ol_api_no_memory(a);
	if (!x) {
		note_diags(a, text, diags, n_diags < MAX_DIAGS ? n_diags : MAX_DIAGS);
		return ol_api_fail(a, "expression: %s: correct what is marked", n_diags ? diags[0].message : "not valid");
	}
	if (ol_facts_resolve(&facts, p->ir, &p->code))
		return ol_api_no_memory(a);
	e.regexes = ol_regexes_new();
	v = ol_expr_eval(&e, x);
	ol_expr_type(x, type, sizeof(type));
	if (p->scratch.refused || p->code.refused)
		rc = ol_api_no_memory(a);
	else if (v.kind == OL_V_ERROR)
		rc = ol_api_fail(a, "expression: %.*s", OL_FMT(v.u.s));
	else if (p->o->format && strcmp(p->o->format, "json") == 0)
		write_json(&e, type, v, out);
	else
		write_text(&e, type, v, out);
	ol_regexes_free(e.regexes);
	return rc;
}

static int eval_on(struct onnxlint *a, struct ol_model *m, const char *expression, const struct onnxlint_eval_options *o,
		   struct ol_buf *out)
{
	struct ol_err err = {0};
	struct playground p = {.o = o, .ir = ol_ir_build(m, &err)};
	int rc = 0;

	if (!p.ir)
		return ol_api_fail_err(a, &err);
	ol_arena_init(&p.code, MEMORY);
	ol_arena_init(&p.scratch, MEMORY);
	if (m->complete) {
		p.inf = ol_infer_run(p.ir, m, NULL, &err);
		if (!p.inf)
			rc = ol_api_fail_err(a, &err);
	}
	if (rc == 0)
		rc = bind_all(a, &p);
	if (rc == 0)
		rc = evaluate(a, &p, ol_str(expression), out);
	ol_arena_free(&p.scratch);
	ol_arena_free(&p.code);
	ol_infer_free(p.inf);
	ol_ir_free(p.ir);
	return rc;
}

int onnxlint_evaluate(struct onnxlint *a, const char *expression, const char *path, const struct onnxlint_eval_options *o,
		      onnxlint_writer *write, void *user)
{
	struct ol_load_options load = a->load;
	struct ol_buf out = {0};
	struct ol_err err = {0};
	struct ol_model *m;
	int rc;

	ol_api_begin(a);
	if (o->format && strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
		return ol_api_fail(a, "unknown format '%s': text or json", o->format);
	load.check_external = false;
	m = ol_load_file(path, &load, &err);
	if (!m)
		return ol_api_fail_err(a, &err);
	rc = eval_on(a, m, expression, o, &out);
	ol_model_free(m);
	if (rc == 0)
		return ol_api_write(a, &out, write, user);
	ol_buf_free(&out);
	return rc;
}

int onnxlint_eval(struct onnxlint *a, const char *expression, const char *path, const char *node, onnxlint_writer *write,
		  void *user)
{
	const struct onnxlint_eval_options o = {.node = node};

	return onnxlint_evaluate(a, expression, path, &o, write, user);
}
