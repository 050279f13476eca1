/* run_match.c: from a rule's `match` to the things it may fire on.
 *
 * Nodes are reached through their operator kinds: a rule that names operators is resolved to kinds
 * by one look-up a name, so a rule for operators that the model does not use costs that look-up.
 * Within a kind, an assertion whose answer hung on nothing but the kind is asked once (see
 * ol_facts.node_read). */
#include <stdlib.h>

#include "engine/run.h"

struct op_row {
	uint32_t op, kind;
};

static int by_op(const void *a, const void *b)
{
	const struct op_row *x = a, *y = b;

	if (x->op != y->op)
		return x->op < y->op ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

int ol_run_index(struct ol_run *r)
{
	uint32_t n = r->ir->n_kinds;
	struct op_row *rows = malloc(((size_t)n + 1) * sizeof(*rows));

	r->by_op = OL_NEWN(&r->arena, uint32_t, n);
	if (!rows || !r->by_op) {
		free(rows);
		return -1;
	}
	for (uint32_t i = 0; i < n; i++)
		rows[i] = (struct op_row){r->ir->kinds[i].op_type, i};
	qsort(rows, n, sizeof(*rows), by_op);
	for (uint32_t i = 0; i < n; i++)
		r->by_op[i] = rows[i].kind;
	free(rows);
	return 0;
}

struct ol_place ol_run_place_of_node(const struct ol_ir *ir, uint32_t node)
{
	const struct ol_node *n = &ir->model->nodes[node];
	struct ol_place p = OL_NOWHERE;

	p.graph = n->graph;
	p.node = node;
	p.at = (struct ol_span){n->offset, n->length};
	return p;
}

/* ---- nodes ---- */
static bool in_names(const struct ol_names *names, struct ol_str s)
{
	for (uint32_t i = 0; i < names->n; i++)
		if (ol_str_eq(names->at[i], s))
			return true;
	return false;
}

/* "" and "ai.onnx" are one. */
static bool in_domains(const struct ol_names *names, struct ol_str domain)
{
	if (!domain.n || ol_str_is(domain, "ai.onnx"))
		return in_names(names, OL_STR("")) || in_names(names, OL_STR("ai.onnx"));
	return in_names(names, domain);
}

static bool domain_fits(const struct ol_match *m, struct ol_str domain)
{
	if (m->domain.n && !in_domains(&m->domain, domain))
		return false;
	return !m->not_domain.n || !in_domains(&m->not_domain, domain);
}

static bool kind_fits(const struct ol_run *r, uint32_t kind)
{
	const struct ol_match *m = &r->at->rule->match;

	if (!domain_fits(m, ol_name(r->ir->model, r->ir->kinds[kind].domain)))
		return false;
	return !m->status.n ||
	       in_names(&m->status, ol_str(ol_op_status_names[r->facts.kind_status[kind]]));
}

static bool dtype_fits(const struct ol_names *names, int32_t dtype)
{
	return ol_dtype_valid(dtype) && (in_names(names, ol_str(ol_dtype_info(dtype)->name)) ||
					 in_names(names, ol_str(ol_dtype_info(dtype)->onnx_name)));
}

/* A node fits by the element type of any of its inputs. */
static bool node_dtype_fits(const struct ol_run *r, uint32_t node)
{
	const uint32_t *in = ol_ir_inputs(r->ir, node);

	if (!r->at->rule->match.dtype.n)
		return true;
	for (uint32_t i = 0; i < r->ir->model->nodes[node].inputs.n; i++)
		if (in[i] != OL_NONE &&
		    dtype_fits(&r->at->rule->match.dtype,
			       ol_known_dtype(r->ir, r->o->inf, in[i])))
			return true;
	return false;
}

/* The last answer of a kind for live and for dead nodes: it holds for all that agree in what it
 * hung on. */
struct known {
	bool set;
	uint8_t read; /* enum ol_node_read */
	uint32_t graph;
	enum ol_answer answer;
};

static bool holds(const struct known *k, const struct ol_run *r, uint32_t node)
{
	return k->set &&
	       (!(k->read & OL_READ_GRAPH) || k->graph == r->ir->model->nodes[node].graph);
}

static enum ol_answer ask_node(struct ol_run *r, struct known *k, uint32_t node)
{
	enum ol_answer a;

	r->facts.node_read = 0;
	a = ol_run_ask(r, ol_v_obj(OL_CLS_NODE, node, 0), NULL);
	*k = (struct known){.set = !(r->facts.node_read & OL_READ_OTHER),
			    .read = r->facts.node_read,
			    .graph = r->ir->model->nodes[node].graph,
			    .answer = a};
	return a;
}

/* All nodes of a kind answer alike. */
static void same_for_all(struct ol_run *r, enum ol_answer a, uint64_t n)
{
	r->at->stats->candidates += n;
	if (a == OL_ANSWER_UNKNOWN) {
		r->at->stats->unknown += n;
		r->out->undecided += n;
	}
}

static void kind_nodes(struct ol_run *r, uint32_t kind)
{
	struct ol_range nodes = r->ir->kinds[kind].nodes;
	struct known known[2] = {{0}};

	for (uint32_t i = 0; i < nodes.n && !ol_run_over(r); i++) {
		uint32_t node = r->ir->nodes_by_kind[nodes.first + i];
		struct known *k = &known[r->ir->live[node] != 0];
		bool held = holds(k, r, node);

		if (held && !k->read && k->answer != OL_ANSWER_YES && !r->at->rule->match.dtype.n) {
			same_for_all(r, k->answer, nodes.n - i);
			return;
		}
		if (!node_dtype_fits(r, node))
			continue;
		r->at->stats->candidates++;
		if (held && k->answer == OL_ANSWER_NO)
			continue;
		if (held && k->answer == OL_ANSWER_YES && ol_run_full(r)) {
			r->at->stats->matches++;
			continue;
		}
		/* a finding's text is made of this node, so its slots are laid out anew */
		if (held && k->answer == OL_ANSWER_UNKNOWN)
			ol_run_tell(r, k->answer, OL_NOWHERE);
		else
			ol_run_tell(r, ask_node(r, k, node), ol_run_place_of_node(r->ir, node));
		ol_arena_reset(&r->scratch);
	}
}

static void nodes_of_op(struct ol_run *r, struct ol_str op)
{
	uint32_t id = ol_intern_find(&r->ir->model->names, op), lo = 0, hi = r->ir->n_kinds;

	if (id == UINT32_MAX)
		return;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (r->ir->kinds[r->by_op[mid]].op_type < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < r->ir->n_kinds && r->ir->kinds[r->by_op[lo]].op_type == id; lo++)
		if (kind_fits(r, r->by_op[lo]))
			kind_nodes(r, r->by_op[lo]);
}

static void match_nodes(struct ol_run *r)
{
	const struct ol_match *m = &r->at->rule->match;

	for (uint32_t i = 0; i < m->op.n; i++)
		nodes_of_op(r, m->op.at[i]);
	for (uint32_t k = 0; !m->op.n && k < r->ir->n_kinds; k++)
		if (kind_fits(r, k))
			kind_nodes(r, k);
}

/* ---- everything else ---- */
static void one(struct ol_run *r, struct ol_val own, struct ol_place place)
{
	r->at->stats->candidates++;
	ol_run_tell(r, ol_run_ask(r, own, NULL), place);
	ol_arena_reset(&r->scratch);
}

static struct ol_place place_of_value(const struct ol_ir *ir, uint32_t value)
{
	const struct ol_model *m = ir->model;
	const struct ol_value *v = &ir->values[value];
	struct ol_place p = OL_NOWHERE;

	p.graph = v->graph;
	p.value = v->name;
	if (v->flags & OL_VALUE_INITIALIZER && v->tensor != OL_NONE)
		p.at = v->flags & OL_VALUE_SPARSE ? m->sparses[v->tensor].at
						  : m->tensors[v->tensor].at;
	else if (v->info != OL_NONE)
		p.at = m->infos[v->info].at;
	return p;
}

enum value_kind { KIND_INITIALIZER, KIND_INPUT, KIND_UNDEFINED, KIND_OUTPUT, KIND_INTERMEDIATE, KINDS };

static enum value_kind kind_of_value(uint16_t flags)
{
	if (flags & OL_VALUE_INITIALIZER)
		return KIND_INITIALIZER;
	if (flags & OL_VALUE_INPUT)
		return KIND_INPUT;
	if (flags & OL_VALUE_UNDEFINED)
		return KIND_UNDEFINED;
	return flags & OL_VALUE_OUTPUT ? KIND_OUTPUT : KIND_INTERMEDIATE;
}

/* Bit k for each kind that the rule asks for; without any, all but those that are defined nowhere. */
static unsigned kinds_wanted(const struct ol_match *m)
{
	static const char *const names[KINDS] = {"initializer", "input", "undefined", "output",
						 "intermediate"};
	unsigned wanted = 0;

	for (int k = 0; k < KINDS; k++)
		if (m->kind.n ? in_names(&m->kind, ol_str(names[k])) : k != KIND_UNDEFINED)
			wanted |= 1u << k;
	return wanted;
}

static void match_values(struct ol_run *r)
{
	const struct ol_match *m = &r->at->rule->match;
	bool initializers = r->at->rule->scope == OL_SCOPE_INITIALIZER;
	unsigned wanted = kinds_wanted(m);

	for (uint32_t i = 0; i < r->ir->n_values; i++) {
		uint16_t flags = r->ir->values[i].flags;

		if (initializers && !(flags & OL_VALUE_INITIALIZER))
			continue;
		if (!(wanted >> kind_of_value(flags) & 1))
			continue;
		if (m->dtype.n && !dtype_fits(&m->dtype, ol_known_dtype(r->ir, r->o->inf, i)))
			continue;
		if (ol_run_over(r))
			return;
		one(r, ol_v_obj(OL_CLS_VALUE, i, 0), place_of_value(r->ir, i));
	}
}

static void match_graphs(struct ol_run *r)
{
	for (uint32_t i = 0; i < r->ir->model->n_graphs && !ol_run_over(r); i++) {
		struct ol_place p = OL_NOWHERE;

		p.graph = i;
		p.at = r->ir->model->graphs[i].at;
		one(r, ol_v_obj(OL_CLS_GRAPH, i, 0), p);
	}
}

static void match_functions(struct ol_run *r)
{
	const struct ol_model *m = r->ir->model;

	for (uint32_t i = 0; i < m->n_functions && !ol_run_over(r); i++) {
		struct ol_place p = OL_NOWHERE;

		p.function = i;
		p.at = m->functions[i].at;
		if (domain_fits(&r->at->rule->match, ol_name(m, m->functions[i].domain)))
			one(r, ol_v_obj(OL_CLS_FUNCTION, i, 0), p);
	}
}

static void opsets(struct ol_run *r, struct ol_range rows, uint32_t function)
{
	const struct ol_model *m = r->ir->model;

	for (uint32_t i = rows.first; i < rows.first + rows.n && !ol_run_over(r); i++) {
		struct ol_place p = OL_NOWHERE;

		p.function = function;
		p.value = m->all_opsets[i].domain;
		p.at = m->all_opsets[i].at;
		if (domain_fits(&r->at->rule->match, ol_name(m, m->all_opsets[i].domain)))
			one(r, ol_v_obj(OL_CLS_OPSET_IMPORT, i, 0), p);
	}
}

static void match_opsets(struct ol_run *r)
{
	const struct ol_model *m = r->ir->model;

	opsets(r, m->opsets, OL_NONE);
	for (uint32_t i = 0; i < m->n_functions; i++)
		opsets(r, m->functions[i].opsets, i);
}

static void match_model(struct ol_run *r)
{
	one(r, ol_v_obj(OL_CLS_MODEL, 0, 0), OL_NOWHERE);
}

void ol_run_match(struct ol_run *r)
{
	static void (*const by_scope[OL_SCOPE_COUNT])(struct ol_run *) = {
	    [OL_SCOPE_MODEL] = match_model,	   [OL_SCOPE_GRAPH] = match_graphs,
	    [OL_SCOPE_NODE] = match_nodes,	   [OL_SCOPE_VALUE] = match_values,
	    [OL_SCOPE_INITIALIZER] = match_values, [OL_SCOPE_OPSET_IMPORT] = match_opsets,
	    [OL_SCOPE_FUNCTION] = match_functions,
	};

	if (r->at->rule->scope < OL_SCOPE_COUNT)
		by_scope[r->at->rule->scope](r);
}
