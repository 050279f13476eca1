/* show_text.c: the summary of a model for people. */
#include "api/show.h"
#include "util/text.h"

enum { OPS = 15, PORTS = 20 };

static void count(struct ol_buf *b, uint64_t n, const char *one, const char *many)
{
	ol_text_count(b, n);
	ol_buf_printf(b, " %s", n == 1 ? one : many);
}

static void row(const struct ol_layout *l, const char *label, struct ol_buf *b)
{
	ol_api_row(l, label, ol_buf_view(b));
	l->out->failed |= b->failed;
	ol_buf_clear(b);
}

static void head(const struct ol_show *s, const struct ol_layout *l, struct ol_buf *b)
{
	const struct ol_model *m = s->model;

	ol_text_plain(b, m->path, 200);
	ol_layout_paint(l, OL_PAINT_BOLD, b->p ? b->p : "");
	ol_buf_clear(b);
	ol_buf_z(l->out, "  ");
	ol_text_bytes(l->out, m->size);
	ol_buf_printf(l->out, "%s%s\n", m->format == OL_FORMAT_TEXT ? ", text syntax" : "",
		      m->complete ? "" : ", not read to its end");
	if (m->has_ir_version)
		ol_buf_printf(b, "%lld", (long long)m->ir_version);
	row(l, "IR version", b);
	for (uint32_t i = 0; i < m->opsets.n && i < 100; i++) {
		const struct ol_opset *o = &m->all_opsets[m->opsets.first + i];
		struct ol_str d = ol_name(m, o->domain);

		ol_buf_z(b, i ? ", " : "");
		ol_buf_str(b, d.n ? d : OL_STR("ai.onnx"));
		ol_buf_printf(b, " %lld", (long long)o->version);
	}
	row(l, "opsets", b);
	ol_buf_str(b, ol_name(m, m->producer_name));
	if (m->producer_version)
		ol_buf_char(b, ' ');
	ol_buf_str(b, ol_name(m, m->producer_version));
	row(l, "producer", b);
	if (m->has_graph && m->n_graphs)
		ol_buf_str(b, ol_name(m, m->graphs[0].name));
	row(l, "graph", b);
}

static void sizes(const struct ol_show *s, const struct ol_layout *l, struct ol_buf *b)
{
	const struct ol_model *m = s->model;
	uint32_t main_nodes = m->has_graph && m->n_graphs ? m->graphs[0].nodes.n : 0;

	ol_text_count(b, m->n_nodes);
	if (main_nodes != m->n_nodes) {
		ol_buf_z(b, ", ");
		ol_text_count(b, main_nodes);
		ol_buf_z(b, " of them in the main graph, ");
		count(b, m->n_graphs, "graph", "graphs");
	}
	if (m->n_functions) {
		ol_buf_z(b, ", ");
		count(b, m->n_functions, "function", "functions");
	}
	row(l, "nodes", b);
	count(b, s->initializers, "initializer, ", "initializers, ");
	count(b, m->n_parameters, "parameter, ", "parameters, ");
	ol_text_bytes(b, s->weight_bytes);
	row(l, "weights", b);
}

static void ports(const struct ol_show *s, const struct ol_layout *l, struct ol_buf *b, bool outputs)
{
	const struct ol_model *m = s->model;
	const char *label = outputs ? "outputs" : "inputs";
	struct ol_range r;
	uint32_t shown = 0, more = 0;

	if (!m->has_graph || !m->n_graphs)
		return;
	r = outputs ? m->graphs[0].outputs : m->graphs[0].inputs;
	for (uint32_t i = r.first; i < r.first + r.n; i++) {
		if (!outputs && ol_show_is_initializer(s, i))
			continue;
		if (shown == PORTS) {
			more++;
			continue;
		}
		ol_buf_str(b, ol_name(m, m->infos[i].name));
		ol_buf_char(b, ' ');
		ol_show_type(m, m->infos[i].type, b);
		row(l, shown++ ? "" : label, b);
	}
	if (more) {
		ol_buf_printf(b, "and %u more, see --format json", (unsigned)more);
		row(l, "", b);
	}
}

static void operators(const struct ol_show *s, const struct ol_layout *l, struct ol_buf *b)
{
	for (uint32_t i = 0; i < s->n_ops && i < OPS; i++) {
		ol_text_count(b, s->ops[i].n);
		ol_buf_char(b, ' ');
		if (s->ops[i].domain.n) {
			ol_buf_str(b, s->ops[i].domain);
			ol_buf_char(b, ':');
		}
		ol_buf_str(b, s->ops[i].op_type);
		row(l, i ? "" : "operators", b);
	}
	if (s->n_ops > OPS) {
		ol_buf_printf(b, "and %u more kinds, see --format json", (unsigned)(s->n_ops - OPS));
		row(l, "", b);
	}
}

void ol_show_text(const struct ol_show *s, const struct ol_layout *l)
{
	struct ol_buf b = {0};

	head(s, l, &b);
	sizes(s, l, &b);
	ports(s, l, &b, false);
	ports(s, l, &b, true);
	operators(s, l, &b);
	if (s->model->n_diags) {
		count(&b, s->model->n_diags, "seen while reading", "seen while reading");
		ol_buf_z(&b, ": `onnxlint check` tells them");
		row(l, "problems", &b);
	}
	ol_buf_free(&b);
}
