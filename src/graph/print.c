/* print.c: the resolved model as lines of text, for debugging: names are resolved, so that what is
 * wrong shows. */
#include "graph/build.h"
#include "util/buf.h"

static const struct {
	uint16_t flag;
	const char *name;
} flags[] = {
	{OL_VALUE_INPUT, "input"},	       {OL_VALUE_INITIALIZER, "initializer"},
	{OL_VALUE_OUTPUT, "output"},       {OL_VALUE_NODE, "node"},
	{OL_VALUE_UNDEFINED, "undefined"}, {OL_VALUE_SPARSE, "sparse"},
	{OL_VALUE_CAPTURED, "captured"},   {OL_VALUE_CONSTANT, "constant"},
};

static void print_args(const uint32_t *args, uint32_t n, struct ol_buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		if (args[i] == OL_NONE)
			ol_buf_printf(out, "%s-", i ? ", " : "");
		else
			ol_buf_printf(out, "%s%%%u", i ? ", " : "", args[i]);
	}
}

static void print_values(const struct ol_ir *ir, const struct ol_range *r, struct ol_buf *out)
{
	for (uint32_t v = r->first; v < r->first + r->n; v++) {
		const struct ol_value *of = &ir->values[v];

		ol_buf_printf(out, "  %%%u '", v);
		ol_buf_str(out, ol_name(ir->model, of->name));
		ol_buf_printf(out, "' dtype %d users %u", ol_ir_dtype(ir, v), of->n_users);
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (of->flags & flags[i].flag)
				ol_buf_printf(out, " %s", flags[i].name);
		ol_buf_char(out, '\n');
	}
}

void ol_ir_print(const struct ol_ir *ir, struct ol_buf *out)
{
	const struct ol_model *m = ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		const struct ol_scope *s = &ir->scopes[g];

		ol_ir_graph_path(m, g, out);
		ol_buf_printf(out, "%s%s:\n", s->sorted ? "" : " (not sorted)",
			      s->cyclic ? " (cyclic)" : "");
		print_values(ir, &s->values, out);
		for (uint32_t i = s->order.first; i < s->order.first + s->order.n; i++) {
			uint32_t n = ir->order[i];
			const struct ol_opkind *k = ol_ir_kind(ir, n);

			ol_buf_printf(out, "  #%u %s", n - m->graphs[g].nodes.first,
				      ir->live[n] ? "" : "(dead) ");
			print_args(ol_ir_outputs(ir, n), m->nodes[n].outputs.n, out);
			ol_buf_z(out, " = ");
			ol_buf_str(out, ol_name(m, k->domain));
			ol_buf_z(out, k->domain ? "." : "");
			ol_buf_str(out, ol_name(m, k->op_type));
			ol_buf_printf(out, "@%lld(", (long long)k->opset);
			print_args(ol_ir_inputs(ir, n), m->nodes[n].inputs.n, out);
			ol_buf_z(out, ")\n");
		}
	}
}
