/* show_values.c: the types and shapes that inference finds, value after value, written as it goes: a model of a million
 * nodes does not become one text in memory. */
#include "api/show_values.h"
#include "infer/facts.h"
#include "util/text.h"

enum { CHUNK = 1 << 20, NAME_MOST = 40, TYPE_LEAST = 24, TEXT_MOST = 200 };

struct show {
	struct onnxlint *a;
	struct ol_infer *inf;
	const struct ol_ir *ir;
	const struct ol_model *m;
	struct ol_layout l;
	struct ol_buf out, graph, cell; /* graph: path of the graph at hand */
	const struct onnxlint_style *style;
	onnxlint_writer *write;
	void *user;
	bool json, any;
	uint32_t of, width; /* the graph that `graph` and `width` are about */
	/* JSON: what all lines of a graph begin with, and how the line before ended, for the many values whose fact is
	 * their neighbour's */
	struct ol_buf head, tail;
	struct ol_fact tail_of;
	int rc;
};

static void flush(struct show *s, bool end)
{
	if (s->rc || (!end && s->out.n < CHUNK))
		return;
	ol_layout_guard(&s->out, 0, s->json ? ":" : "\\x3A", s->json ? "\\u0023" : "\\x23");
	if (!s->json && s->style && s->style->ascii)
		ol_layout_ascii(&s->out, 0);
	if (s->out.failed || s->graph.failed || s->cell.failed || s->head.failed || s->tail.failed)
		s->rc = ol_api_no_memory(s->a);
	else if (s->out.n && s->write(s->user, s->out.p, s->out.n))
		s->rc = ol_api_fail(s->a, "output: cannot be written");
	ol_buf_clear(&s->out);
}

static uint32_t columns(const struct ol_buf *b)
{
	struct ol_str s = ol_buf_view(b);
	uint32_t n = 0;

	for (size_t i = 0; i < s.n;)
		n += (uint32_t)ol_text_width(ol_utf8_next(s, &i));
	return n;
}

/* ---- text ---- */

/* The cell, escaped text, and blanks up to a width. */
static void put_cell(struct show *s, uint32_t width, bool last)
{
	ol_buf_str(&s->out, ol_buf_view(&s->cell));
	for (uint32_t n = columns(&s->cell); n < width && !last; n++)
		ol_buf_char(&s->out, ' ');
	ol_buf_clear(&s->cell);
}

/* Where the value comes from, or what it is to the node that was asked for. */
static void origin(struct show *s, const struct ol_show_value *v)
{
	const struct ol_value *of = v->value == OL_NONE ? NULL : &s->ir->values[v->value];

	if (!of) {
		ol_buf_z(&s->cell, "declared only");
	} else if (v->role != OL_SHOW_PLAIN) {
		ol_buf_printf(&s->cell, "%s %u", v->role == OL_SHOW_INPUT ? "input" : "output", (unsigned)v->k);
	} else if (of->flags & OL_VALUE_INITIALIZER) {
		ol_buf_z(&s->cell, "initializer");
	} else if (of->flags & OL_VALUE_INPUT) {
		ol_buf_z(&s->cell, "input");
	} else if (of->producer != OL_NONE) {
		const struct ol_node *n = &s->m->nodes[of->producer];

		ol_text_plain(&s->cell, ol_name(s->m, n->op_type), 40);
		ol_buf_printf(&s->cell, " #%u", (unsigned)(of->producer - s->m->graphs[n->graph].nodes.first));
		if (of->flags & OL_VALUE_OUTPUT)
			ol_buf_z(&s->cell, ", output");
	}
}

static void put_text(struct show *s, const struct ol_show_value *v)
{
	struct ol_buf raw = {0};

	ol_buf_z(&s->out, "  ");
	ol_text_plain(&s->cell, ol_name(s->m, v->name), TEXT_MOST);
	put_cell(s, s->width, false);
	ol_buf_z(&s->out, "  ");
	ol_show_fact(s->inf, v->fact, &raw);
	/* the first of many weights tell a reader nothing, those of a shape do */
	if (v->fact->data && (v->fact->data->i || v->fact->data->n <= OL_SHOW_CONST_TEXT)) {
		ol_buf_char(&raw, ' ');
		ol_show_const(s->inf, v->fact, &raw);
	}
	ol_text_plain(&s->cell, ol_buf_view(&raw), 0);
	s->out.failed |= raw.failed;
	ol_buf_free(&raw);
	put_cell(s, TYPE_LEAST, false);
	ol_buf_z(&s->out, "  ");
	origin(s, v);
	ol_layout_paint(&s->l, OL_PAINT_DIM, s->cell.p ? s->cell.p : "");
	ol_buf_clear(&s->cell);
	ol_buf_char(&s->out, '\n');
}

/* The width of the first column: of the longest name of the graph, within reason. */
static void measure(struct show *s, struct ol_range values)
{
	s->width = 1;
	for (uint32_t v = values.first; v < values.first + values.n && s->width < NAME_MOST; v++) {
		uint32_t n;

		ol_text_plain(&s->cell, ol_name(s->m, s->ir->values[v].name), NAME_MOST);
		n = columns(&s->cell);
		ol_buf_clear(&s->cell);
		if (n > s->width)
			s->width = n < NAME_MOST ? n : NAME_MOST;
	}
}

static void put_heading(struct show *s)
{
	ol_text_plain(&s->cell, ol_buf_view(&s->graph), 200);
	if (s->any)
		ol_buf_char(&s->out, '\n');
	ol_layout_paint(&s->l, OL_PAINT_BOLD, s->cell.p ? s->cell.p : "");
	ol_buf_char(&s->out, '\n');
	ol_buf_clear(&s->cell);
}

/* ---- JSON: one value a line ---- */

/* May its tail serve the next? A fact of constants is not kept: elements would have to be compared too. */
static bool is_common(const struct ol_show_value *v)
{
	return v->value != OL_NONE && v->role == OL_SHOW_PLAIN && !v->fact->data && !v->fact->elem;
}

static bool like_before(const struct show *s, const struct ol_show_value *v)
{
	const struct ol_fact *f = v->fact, *t = &s->tail_of;

	if (!s->tail.n || !is_common(v))
		return false;
	if (f->kind != t->kind || f->dtype != t->dtype || f->has_rank != t->has_rank || f->rank != t->rank)
		return false;
	for (uint32_t i = 0; i < f->rank; i++)
		if (f->dims[i].sym != t->dims[i].sym || f->dims[i].v != t->dims[i].v)
			return false;
	return true;
}

static void put_tail(struct show *s, const struct ol_show_value *v)
{
	struct ol_json writer, *j = &writer;

	ol_buf_clear(&s->tail);
	ol_json_init(j, &s->tail, 0);
	ol_json_open(j, '{');
	if (v->value == OL_NONE) {
		ol_json_key(j, "declared_only");
		ol_json_bool(j, true);
	}
	if (v->role != OL_SHOW_PLAIN) {
		ol_json_key(j, v->role == OL_SHOW_INPUT ? "input" : "output");
		ol_json_uint(j, v->k);
	}
	ol_show_fact_json(s->inf, v->fact, j);
	ol_json_close(j, '}');
	s->tail_of = *v->fact;
}

static void put_json(struct show *s, const struct ol_show_value *v)
{
	char room[OL_JSON_ROOM];
	struct ol_str tail;

	if (!like_before(s, v))
		put_tail(s, v);
	tail = ol_buf_view(&s->tail);
	ol_buf_z(&s->out, s->any ? ",\n" : "\n");
	ol_buf_str(&s->out, ol_buf_view(&s->head));
	ol_text_json(&s->out, ol_json_cut(ol_name(s->m, v->name), room));
	ol_buf_z(&s->out, tail.n > 2 ? "\"," : "\"");
	if (tail.n)
		ol_buf_add(&s->out, tail.p + 1, tail.n - 1);
	if (!is_common(v))
		ol_buf_clear(&s->tail);
}

static void put_line_head(struct show *s)
{
	ol_buf_clear(&s->head);
	ol_buf_z(&s->head, "{\"graph\":\"");
	ol_text_json(&s->head, ol_buf_view(&s->graph));
	ol_buf_z(&s->head, "\",\"name\":\"");
}

static void put_head_json(struct show *s, uint32_t node)
{
	struct ol_json writer, *j = &writer;

	ol_json_init(j, &s->out, 0);
	ol_json_open(j, '{');
	ol_json_key(j, "schema");
	ol_json_str(j, OL_STR("onnxlint-values/1"));
	ol_json_key(j, "path");
	ol_json_str(j, s->m->path);
	if (node != OL_NONE) {
		const struct ol_node *n = &s->m->nodes[node];

		ol_ir_graph_path(s->m, n->graph, &s->graph);
		ol_json_key_open(j, "node", '{');
		ol_json_key(j, "graph");
		ol_json_str(j, ol_buf_view(&s->graph));
		ol_json_key_str(j, "name", ol_name(s->m, n->name));
		ol_json_key(j, "index");
		ol_json_uint(j, node - s->m->graphs[n->graph].nodes.first);
		ol_json_key_str(j, "domain", ol_name(s->m, n->domain));
		ol_json_key_str(j, "op_type", ol_name(s->m, n->op_type));
		ol_json_close(j, '}');
	}
	ol_buf_z(&s->out, ",\"values\":[");
}

/* ---- walks ---- */

static void put(struct show *s, struct ol_show_value *v)
{
	if (v->graph != s->of) {
		ol_buf_clear(&s->graph);
		ol_ir_graph_path(s->m, v->graph, &s->graph);
		s->of = v->graph;
		put_line_head(s);
		if (!s->json && v->role == OL_SHOW_PLAIN) {
			measure(s, s->ir->scopes[v->graph].values);
			put_heading(s);
		}
	}
	if (s->json)
		put_json(s, v);
	else
		put_text(s, v);
	s->any = true;
	flush(s, false);
}

static void put_value(struct show *s, uint32_t value, enum ol_show_role role, uint32_t k)
{
	const struct ol_value *of = &s->ir->values[value];
	struct ol_show_value v = {value, of->graph, of->name, ol_infer_fact(s->inf, value), role, k};
	uint32_t type = ol_ir_type(s->ir, value);
	struct ol_fact declared;

	if (of->flags & OL_VALUE_UNDEFINED)
		return;
	/* bodies that inference does not enter: functions that nobody calls, training graphs */
	if (v.fact->kind == OL_TYPE_NONE && !v.fact->has_rank && type != OL_NONE) {
		declared = ol_fact_of_type(s->inf, type);
		v.fact = &declared;
	}
	put(s, &v);
}

/* What value_info declares of names that mean nothing in the graph: tools that fold or fuse nodes leave them. */
static void put_stale(struct show *s, uint32_t graph)
{
	struct ol_range r = s->m->graphs[graph].value_infos;

	for (uint32_t i = r.first; i < r.first + r.n && !s->rc; i++) {
		const struct ol_info *info = &s->m->infos[i];
		struct ol_show_value v = {.value = OL_NONE, .graph = graph, .name = info->name};
		struct ol_fact declared;

		if (s->ir->info_value[i] != OL_NONE || info->type == OL_NONE)
			continue;
		declared = ol_fact_of_type(s->inf, info->type);
		v.fact = &declared;
		put(s, &v);
	}
}

static void all(struct show *s)
{
	for (uint32_t g = 0; g < s->m->n_graphs && !s->rc; g++) {
		struct ol_range r = s->ir->scopes[g].values;

		for (uint32_t v = r.first; v < r.first + r.n && !s->rc; v++)
			put_value(s, v, OL_SHOW_PLAIN, 0);
		put_stale(s, g);
	}
}

static void of_node(struct show *s, uint32_t node)
{
	const struct ol_node *n = &s->m->nodes[node];

	if (!s->json) {
		ol_ir_graph_path(s->m, n->graph, &s->graph);
		ol_buf_printf(&s->graph, ", node %.*s%s%.*s #%u%s", OL_FMT(ol_name(s->m, n->name)),
			      n->name ? " (" : "", OL_FMT(ol_name(s->m, n->op_type)),
			      (unsigned)(node - s->m->graphs[n->graph].nodes.first), n->name ? ")" : "");
		put_heading(s);
		s->width = 24;
	}
	for (uint32_t pass = 0; pass < 2; pass++) {
		struct ol_range r = pass ? n->outputs : n->inputs;

		for (uint32_t k = 0; k < r.n && !s->rc; k++)
			if (s->ir->args[r.first + k] != OL_NONE)
				put_value(s, s->ir->args[r.first + k], pass ? OL_SHOW_OUTPUT : OL_SHOW_INPUT, k);
	}
}

static int show(struct show *s, struct ol_model *m, const char *node)
{
	struct ol_infer_options o = {.tell = false};
	struct ol_err err = {0};
	struct ol_ir *ir = ol_ir_build(m, &err);
	struct ol_infer *inf = NULL;
	uint32_t which = OL_NONE;

	if (!ir)
		return ol_api_fail_err(s->a, &err);
	if (node)
		which = ol_api_find_node(ir, ol_str(node));
	if (node && which == OL_NONE)
		s->rc = ol_api_fail(s->a, "node '%s': not in the model: give its name, #INDEX or =OUTPUT", node);
	else if (!(inf = ol_infer_run(ir, m, &o, &err)))
		s->rc = ol_api_fail_err(s->a, &err);
	if (s->rc == 0) {
		s->inf = inf;
		s->ir = ir;
		s->m = m;
		if (s->json)
			put_head_json(s, which);
		if (which == OL_NONE)
			all(s);
		else
			of_node(s, which);
		if (s->json)
			ol_buf_z(&s->out, "\n]}\n");
		flush(s, true);
	}
	if (s->rc == 0 && inf->failed)
		s->rc = ol_api_no_memory(s->a);
	ol_infer_free(inf);
	ol_ir_free(ir);
	return s->rc;
}

int onnxlint_show_values(struct onnxlint *a, const char *path, const char *format, const char *node,
			 const struct onnxlint_style *style, onnxlint_writer *write, void *user)
{
	struct show s = {.a = a, .style = style, .write = write, .user = user, .of = OL_NONE};
	struct ol_load_options load = a->load;
	struct ol_err err = {0};
	struct ol_model *m;
	int rc = -1;

	ol_api_begin(a);
	s.json = strcmp(format, "json") == 0;
	if (!s.json && strcmp(format, "text") != 0)
		return ol_api_fail(a, "unknown format '%s': text or json", format);
	s.l = ol_api_layout(style, &s.out);
	load.check_external = false;
	m = ol_load_file(path, &load, &err);
	if (!m)
		return ol_api_fail_err(a, &err);
	if (!m->complete)
		ol_api_fail(a, "%s: %.*s: `onnxlint check` says more", path,
			    OL_FMT(m->n_diags ? m->diags[0].message : OL_STR("not read whole")));
	else
		rc = show(&s, m, node);
	ol_model_free(m);
	ol_buf_free(&s.out);
	ol_buf_free(&s.graph);
	ol_buf_free(&s.cell);
	ol_buf_free(&s.head);
	ol_buf_free(&s.tail);
	return rc;
}
