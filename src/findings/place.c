/* place.c: how the place of a finding is written, for people and as a locator. Text of the model
 * goes in as it is. */
#include "findings/findings.h"
#include "util/buf.h"

/* The order is that of enum ol_scope_kind, which a higher layer declares. */
enum { SCOPE_VALUE = 3, SCOPE_INITIALIZER = 4, SCOPE_OPSET_IMPORT = 5 };
enum { SCAN = 4096 }; /* initializers looked through for a name; past it only its bytes tell */

static bool is_initializer(const struct ol_model *m, const struct ol_place *p)
{
	struct ol_range r;
	uint32_t lo, hi;

	if (p->graph >= m->n_graphs || !p->value)
		return false;
	r = m->graphs[p->graph].initializers;
	if (r.n <= SCAN) {
		for (uint32_t i = r.first; i < r.first + r.n; i++)
			if (m->tensors[i].name == p->value)
				return true;
		return false;
	}
	for (lo = r.first, hi = r.first + r.n; p->at.length && lo < hi;) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (m->tensors[mid].at.offset == p->at.offset)
			return m->tensors[mid].name == p->value;
		if (m->tensors[mid].at.offset < p->at.offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static uint32_t first_output(const struct ol_model *m, const struct ol_node *n)
{
	for (uint32_t i = n->outputs.first; i < n->outputs.first + n->outputs.n; i++)
		if (m->names_of[i])
			return m->names_of[i];
	return 0;
}

static void in_graph(const struct ol_model *m, uint32_t graph, struct ol_buf *out)
{
	if (graph >= m->n_graphs || m->graphs[graph].kind == OL_GRAPH_MAIN)
		return;
	ol_buf_z(out, " in ");
	ol_ir_graph_path(m, graph, out);
}

void ol_place_print(const struct ol_model *m, const struct ol_place *p, struct ol_buf *out)
{
	if (p->node < m->n_nodes) {
		const struct ol_node *n = &m->nodes[p->node];
		uint32_t index = p->node - m->graphs[n->graph].nodes.first;

		ol_buf_z(out, "node ");
		if (n->name) {
			ol_buf_str(out, ol_name(m, n->name));
			ol_buf_z(out, " (");
			ol_buf_str(out, ol_name(m, n->op_type));
			ol_buf_printf(out, ", #%u)", index);
		} else {
			ol_buf_str(out, ol_name(m, n->op_type));
			ol_buf_printf(out, " #%u", index);
		}
		in_graph(m, n->graph, out);
	} else if (p->value) {
		ol_buf_z(out, p->graph == OL_NONE    ? ""
			      : is_initializer(m, p) ? "initializer "
						     : "value ");
		ol_buf_str(out, ol_name(m, p->value));
		in_graph(m, p->graph, out);
	} else if (p->function < m->n_functions) {
		const struct ol_function *f = &m->functions[p->function];

		ol_buf_z(out, "function ");
		if (f->domain) {
			ol_buf_str(out, ol_name(m, f->domain));
			ol_buf_char(out, '.');
		}
		ol_buf_str(out, ol_name(m, f->name));
	} else if (p->graph < m->n_graphs) {
		ol_buf_z(out, "graph ");
		ol_ir_graph_path(m, p->graph, out);
	} else {
		ol_buf_z(out, "model");
	}
	if (p->line)
		ol_buf_printf(out, ", line %u", p->line);
}

static void nested(const struct ol_model *m, uint32_t graph, struct ol_buf *out)
{
	if (graph >= m->n_graphs || m->graphs[graph].kind == OL_GRAPH_MAIN)
		return;
	ol_ir_graph_path(m, graph, out);
	ol_buf_char(out, '/');
}

/* Would the name, behind the path of its graph or alone in the main graph, read as the path of another graph? */
static bool like_path(struct ol_str s, bool in_nested)
{
	size_t i = 0;

	if (!in_nested)
		return ol_str_starts(s, "main/") || ol_str_starts(s, "fn:") || ol_str_starts(s, "training/");
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i && i < s.n && s.p[i] == '.' && memchr(s.p + i, '/', s.n - i);
}

/* Names mostly hold slashes, and stand as they are. Only where one would be taken for a path its first separator is
 * written %2F (%3A), and what looks so already has its % written %25. */
static void put_name(const struct ol_model *m, uint32_t graph, struct ol_str s, struct ol_buf *out)
{
	bool in_nested = graph < m->n_graphs && m->graphs[graph].kind != OL_GRAPH_MAIN, cut = like_path(s, in_nested);

	for (size_t i = 0; i < s.n; i++) {
		bool escape = s.p[i] == '%' && i + 2 < s.n &&
			      (memcmp(s.p + i, "%2F", 3) == 0 || memcmp(s.p + i, "%3A", 3) == 0 || memcmp(s.p + i, "%25", 3) == 0);

		if (cut && (s.p[i] == '/' || s.p[i] == ':')) {
			ol_buf_z(out, s.p[i] == '/' ? "%2F" : "%3A");
			cut = false;
		} else if (escape) {
			ol_buf_z(out, "%25");
		} else {
			ol_buf_char(out, s.p[i]);
		}
	}
}

void ol_finding_locator(const struct ol_model *m, const struct ol_finding *f, struct ol_buf *out)
{
	const struct ol_place *p = &f->place;
	bool of_value = p->value && (f->scope == SCOPE_VALUE || f->scope == SCOPE_INITIALIZER);

	if (f->scope == SCOPE_OPSET_IMPORT && p->node == OL_NONE) {
		struct ol_str d = ol_name(m, p->value);

		ol_buf_z(out, "opset:");
		ol_buf_str(out, d.n ? d : OL_STR("ai.onnx"));
	} else if (p->node < m->n_nodes && !of_value) {
		const struct ol_node *n = &m->nodes[p->node];

		ol_buf_z(out, "node:");
		nested(m, n->graph, out);
		put_name(m, n->graph, ol_name(m, n->name ? n->name : first_output(m, n)), out);
	} else if (p->value) {
		ol_buf_z(out, f->scope == SCOPE_INITIALIZER || is_initializer(m, p) ? "initializer:"
										    : "value:");
		nested(m, p->graph, out);
		put_name(m, p->graph, ol_name(m, p->value), out);
	} else if (p->function < m->n_functions) {
		ol_buf_z(out, "function:");
		ol_buf_str(out, ol_name(m, m->functions[p->function].domain));
		ol_buf_char(out, ':');
		ol_buf_str(out, ol_name(m, m->functions[p->function].name));
	} else if (p->graph < m->n_graphs) {
		ol_buf_z(out, "graph:");
		ol_ir_graph_path(m, p->graph, out);
	} else {
		ol_buf_z(out, "model");
	}
}
