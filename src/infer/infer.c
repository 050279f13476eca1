/* infer.c: the pass over the nodes: order, bodies, what the schema decides, what the model declares.
 *
 * Graphs are frames on an explicit stack; a node with bodies stays the current one of its frame until they are done. What an
 * operator needs of its schema is looked up once a kind. */
#include "infer/infer.h"

#include <stdlib.h>

#include "infer/declared.h"
#include "infer/facts.h"
#include "infer/plan.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/large.h"

enum { FORMALS = OL_INFER_FORMALS, CALL_DEPTH = 100, CLOCK_EVERY = 4096, LOOP_WORTH = 32 };

/* Bodies are entered again for each call and for each pass of a loop, so that a small file can ask for any amount of
 * it: beyond these no further body is entered. */
static const uint64_t WORK_MOST = 8000000;           /* and four times what the nodes of all bodies are worth */
static const size_t MEMORY_MOST = (size_t)512 << 20; /* of the arena */

struct frame {
	uint32_t graph, at; /* position in the graph's order */
	const struct ol_call *call;
	bool working;       /* the node at `at` has bodies in work */
	uint32_t body;      /* which */
	struct ol_nested nested;
	bool tell;
};

struct pass {
	struct ol_infer *inf;
	struct frame *frames;
	uint32_t n, cap;
	struct ol_fact *outs;        /* room for one node's outputs */
	struct ol_fact **out_at;
	const struct ol_fact **in_at;
	uint32_t cap_in, cap_out;
};

/* ---- values that no node makes ---- */

static void set_roots(struct ol_infer *inf)
{
	const struct ol_ir *ir = inf->ir;
	const struct ol_model *m = ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		struct ol_range r = m->graphs[g].inputs;

		for (uint32_t i = r.first; i < r.first + r.n; i++)
			if (ir->info_value[i] != OL_NONE && m->infos[i].type != OL_NONE)
				inf->facts[ir->info_value[i]] = ol_fact_of_type(inf, m->infos[i].type);
	}
	for (uint32_t v = 0; v < ir->n_values; v++) {
		const struct ol_value *value = &ir->values[v];
		struct ol_fact f;

		if (!(value->flags & OL_VALUE_INITIALIZER) || value->tensor == OL_NONE)
			continue;
		/* from IR 4 on a caller may override an initializer that is an input too */
		if (value->flags & OL_VALUE_SPARSE)
			f = ol_fact_of_sparse(inf, &m->sparses[value->tensor]);
		else
			f = ol_fact_of_tensor(inf, &m->tensors[value->tensor],
					      !(value->flags & OL_VALUE_INPUT) || m->ir_version < 4);
		if (value->flags & OL_VALUE_INPUT && inf->facts[v].kind != OL_TYPE_NONE && m->ir_version >= 4)
			continue;
		inf->facts[v] = f;
	}
}

/* ---- one node ---- */

static int room(struct pass *p, uint32_t ins, uint32_t outs)
{
	if (ins > p->cap_in) {
		uint32_t cap = ins * 2;
		const struct ol_fact **a = realloc(p->in_at, cap * sizeof(*a));

		if (!a)
			return -1;
		p->in_at = a;
		p->cap_in = cap;
	}
	if (outs > p->cap_out) {
		uint32_t cap = outs * 2;
		struct ol_fact *f = realloc(p->outs, cap * sizeof(*f)), **a;

		if (!f)
			return -1;
		p->outs = f;
		a = realloc(p->out_at, cap * sizeof(*a));
		if (!a)
			return -1;
		p->out_at = a;
		p->cap_out = cap;
	}
	return 0;
}

/* Types that the schema's constraints decide. */
static void constrain(struct ol_op *x, const struct ol_infer_kind *k)
{
	const struct ol_fact *bound[FORMALS * 2] = {0};

	for (uint32_t i = 0; i < x->n_in && k->n_in; i++) {
		uint32_t f = i < k->n_in ? i : (uint32_t)k->n_in - 1;

		if (x->in[i] && x->in[i]->kind != OL_TYPE_NONE && k->in[f].var < FORMALS * 2 && !bound[k->in[f].var])
			bound[k->in[f].var] = x->in[i];
	}
	for (uint32_t i = 0; i < x->n_out && k->n_out; i++) {
		const struct ol_infer_formal *f = &k->out[i < k->n_out ? i : (uint32_t)k->n_out - 1];

		if (!x->out[i])
			continue;
		if (f->kind) {
			x->out[i]->kind = f->kind;
			x->out[i]->dtype = f->dtype;
		} else if (f->var < FORMALS * 2 && bound[f->var]) {
			x->out[i]->kind = bound[f->var]->kind;
			x->out[i]->dtype = bound[f->var]->dtype;
			x->out[i]->elem = bound[f->var]->elem;
		}
	}
}

static void begin(struct pass *p, struct ol_op *x, const struct frame *f, uint32_t node)
{
	struct ol_infer *inf = p->inf;
	const struct ol_node *n = &inf->ir->model->nodes[node];
	const uint32_t *in = ol_ir_inputs(inf->ir, node), *out = ol_ir_outputs(inf->ir, node);
	uint32_t kind = inf->ir->node_kind[node];

	*x = (struct ol_op){.inf = inf, .syms = &inf->syms, .m = inf->ir->model, .node = node};
	if (room(p, n->inputs.n, n->outputs.n)) {
		inf->failed = true;
		return;
	}
	x->schema = &inf->schemas[kind];
	x->since = x->schema->row ? x->schema->since_version : 0;
	x->n_in = n->inputs.n;
	x->n_out = n->outputs.n;
	x->in = p->in_at;
	x->out = p->out_at;
	x->call = f->call;
	x->tell = f->tell;
	for (uint32_t i = 0; i < x->n_in; i++)
		p->in_at[i] = in[i] == OL_NONE ? NULL : &inf->facts[in[i]];
	for (uint32_t i = 0; i < x->n_out; i++) {
		p->outs[i] = (struct ol_fact){0};
		p->out_at[i] = out[i] == OL_NONE ? NULL : &p->outs[i];
	}
	constrain(x, &inf->kinds[kind]);
}

static void tell_declared(struct ol_op *x, uint32_t k, int wrong, const struct ol_fact *f, const struct ol_fact *declared)
{
	const struct ol_node *n = &x->m->nodes[x->node];
	struct ol_buf is = {0}, says = {0};

	ol_fact_print(x->inf, f, &is);
	ol_fact_print(x->inf, declared, &says);
	ol_op_tell(x, wrong == 1 ? "dtype/declared" : "shape/declared", "output '%.*s' is %.*s, but the model declares %.*s",
		   OL_FMT(ol_name(x->m, x->m->names_of[n->outputs.first + k])), OL_FMT(ol_buf_view(&is)),
		   OL_FMT(ol_buf_view(&says)));
	x->inf->failed |= is.failed || says.failed;
	ol_buf_free(&is);
	ol_buf_free(&says);
}

/* The node's outputs become facts of their values, with what the model declares of them. */
static void end(struct ol_op *x)
{
	struct ol_infer *inf = x->inf;
	const uint32_t *out = ol_ir_outputs(inf->ir, x->node);

	for (uint32_t i = 0; i < x->n_out && !inf->failed; i++) {
		uint32_t v = out[i], info;
		struct ol_fact f;

		if (v == OL_NONE || inf->ir->values[v].producer != x->node)
			continue;
		f = *x->out[i];
		if (f.data && f.has_rank) { /* data and shape must agree */
			struct ol_num n = ol_op_elements(x, &f);

			if (ol_num_is_known(n) && n.v != f.data->n)
				f.data = NULL;
		}
		info = inf->ir->values[v].info;
		if (info != OL_NONE && inf->ir->model->infos[info].type != OL_NONE) {
			struct ol_fact declared = ol_fact_of_type(inf, inf->ir->model->infos[info].type), before = f;
			int wrong = ol_fact_declare(inf, &f, &declared);

			if (wrong)
				tell_declared(x, i, wrong, &before, &declared);
		}
		inf->facts[v] = f;
	}
}

/* ---- frames ---- */

static int push(struct pass *p, uint32_t graph, const struct ol_call *call, bool tell)
{
	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 16;
		struct frame *f = realloc(p->frames, cap * sizeof(*f));

		if (!f)
			return -1;
		p->frames = f;
		p->cap = cap;
	}
	p->frames[p->n++] = (struct frame){.graph = graph, .call = call, .tell = tell};
	return 0;
}

static bool in_call(const struct ol_call *c, uint32_t function)
{
	for (; c; c = c->outer)
		if (c->function == function)
			return true;
	return false;
}

/* The next body of the frame's node, or its end. Returns whether a body was entered. */
static bool work(struct pass *p, uint32_t frame, struct ol_op *x)
{
	struct frame *f = &p->frames[frame];
	struct ol_infer *inf = p->inf;
	const struct ol_call *call = f->call;
	struct ol_call *deeper;

	if (!f->working) {
		f->nested = (struct ol_nested){.kind = inf->kinds[inf->ir->node_kind[x->node]].nested};
		f->body = 0;
		if (inf->work > inf->most_work || inf->arena.used > MEMORY_MOST || !ol_nested_open(x, &f->nested))
			return false;
		if (f->nested.kind == OL_NESTED_CALL) {
			uint32_t function = ol_ir_kind(inf->ir, x->node)->function;

			if ((call && call->depth >= CALL_DEPTH) || in_call(call, function))
				return false;
		}
		f->working = true;
	} else if (!ol_nested_leave(x, &f->nested, f->body)) {
		f->body++;
	}
	if (f->body >= f->nested.n_graphs) {
		ol_nested_finish(x, &f->nested);
		return false;
	}
	if (f->nested.kind == OL_NESTED_CALL) {
		deeper = OL_NEW(&inf->arena, struct ol_call);
		if (!deeper) {
			inf->failed = true;
			return false;
		}
		*deeper = (struct ol_call){x->node, ol_ir_kind(inf->ir, x->node)->function, call ? call->depth + 1 : 1, call};
		call = deeper;
	}
	ol_nested_enter(x, &f->nested, f->body);
	if (push(p, f->nested.graphs[f->body], call, f->tell && f->nested.pass == 0)) {
		inf->failed = true;
		return false;
	}
	return true;
}

/* What a visit of a node costs, four for a plain one: its operands, the lists and texts of its attributes, and the
 * elements of its constants. */
static uint64_t worth(const struct ol_model *m, uint32_t node)
{
	const struct ol_node *n = &m->nodes[node];
	uint64_t w = 2 + (uint64_t)n->inputs.n + n->outputs.n + n->attrs.n;

	for (uint32_t i = n->attrs.first; i < n->attrs.first + n->attrs.n; i++) {
		const struct ol_attr *a = &m->attrs[i];

		w += (a->n + a->s.n) / 8;
		if (a->type == OL_ATTR_TENSOR && a->n == 1 && m->tensors[a->list.ids[0]].data)
			w += m->tensors[a->list.ids[0]].payload.length / 64;
	}
	return w;
}

/* The same for what its operands are: shapes and constants from elsewhere. */
static uint64_t worth_of_operands(const struct ol_op *x)
{
	uint64_t w = 0;

	for (uint32_t i = 0; i < x->n_in; i++)
		if (x->in[i])
			w += (x->in[i]->rank + (x->in[i]->data ? x->in[i]->data->n : 0)) / 8;
	return w;
}

static void step(struct pass *p)
{
	struct ol_infer *inf = p->inf;
	uint32_t frame = p->n - 1;
	struct frame *f = &p->frames[frame];
	const struct ol_scope *scope = &inf->ir->scopes[f->graph];
	const struct ol_infer_kind *k;
	struct ol_op x;
	uint32_t node;

	if (f->at == scope->order.n) {
		p->n--;
		return;
	}
	node = inf->ir->order[scope->order.first + f->at];
	k = &inf->kinds[inf->ir->node_kind[node]];
	begin(p, &x, f, node);
	if (inf->failed)
		return;
	if (p->n > 1 && !f->working)
		inf->work += worth(inf->ir->model, node) + worth_of_operands(&x) +
			     (k->nested == OL_NESTED_LOOP || k->nested == OL_NESTED_SCAN ? LOOP_WORTH : 0);
	if (k->nested != OL_NESTED_NONE) {
		if (work(p, frame, &x))
			return; /* comes back when the body is done */
		f = &p->frames[frame];
		f->working = false;
	} else if (k->declared) {
		ol_infer_declared(&x, k->declared);
	} else if (k->run) {
		k->run(&x);
	}
	end(&x);
	f->at++;
}

struct ol_infer *ol_infer_run(const struct ol_ir *ir, struct ol_model *m, const struct ol_infer_options *o,
			      struct ol_err *err)
{
	struct ol_infer *inf = calloc(1, sizeof(*inf));
	struct pass p = {.inf = inf};
	uint64_t deadline = o ? o->deadline : 0;

	if (!inf)
		goto fail;
	inf->ir = ir;
	inf->sink = o && o->tell ? m : NULL;
	inf->told_node = OL_NONE;
	inf->most_work = WORK_MOST;
	for (uint32_t g = 1; g < ir->model->n_graphs; g++)
		for (uint32_t n = 0; n < ir->model->graphs[g].nodes.n; n++)
			inf->most_work += 4 * worth(ir->model, ir->model->graphs[g].nodes.first + n);
	ol_arena_init(&inf->arena, 0);
	inf->facts = ol_alloc_zero((ir->n_values + 1) * sizeof(*inf->facts));
	inf->kinds = OL_NEWN(&inf->arena, struct ol_infer_kind, ir->n_kinds + 1);
	inf->schemas = OL_NEWN(&inf->arena, struct ol_schema, ir->n_kinds + 1);
	if (!inf->facts || !inf->kinds || !inf->schemas || ol_syms_init(&inf->syms, &inf->arena, &ir->model->names))
		goto fail;
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		ol_infer_plan(inf, k);
	set_roots(inf);
	if (ir->model->has_graph && push(&p, 0, NULL, true))
		goto fail;
	inf->since_clock = CLOCK_EVERY; /* loading may have taken all the time */
	while (p.n && !inf->failed && !inf->late) {
		step(&p);
		inf->late = ol_clock_over(deadline, &inf->since_clock, CLOCK_EVERY);
	}
	if (!inf->failed && !inf->syms.failed && !inf->arena.refused && !m->arena.refused)
		goto out;
fail:
	ol_infer_free(inf);
	inf = NULL;
	ol_err_set(err, OL_ERR_MEMORY, "types and shapes: out of memory: close other programs and try again");
out:
	free(p.frames);
	free(p.outs);
	free(p.out_at);
	free(p.in_at);
	return inf;
}

void ol_infer_free(struct ol_infer *inf)
{
	if (!inf)
		return;
	ol_syms_free(&inf->syms);
	free(inf->facts);
	free(inf->reasons);
	ol_arena_free(&inf->arena);
	free(inf);
}
