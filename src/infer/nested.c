/* nested.c: what goes into bodies and what comes out of them.
 *
 * A loop's body is inferred with the shapes that its first iteration really has; when a carried shape comes out otherwise,
 * it is inferred once more with what holds for both. Two passes bound the work, whatever the nesting. */
#include "infer/nested_body.h"

#include "infer/facts.h"
#include "util/buf.h"

const struct ol_attr *ol_nested_attr(struct ol_infer *inf, const struct ol_attr *a, const struct ol_call *call)
{
	const struct ol_model *m = inf->ir->model;

	while (a && a->ref_attr) {
		const struct ol_function *f;
		const struct ol_attr *given;
		uint32_t name = a->ref_attr;

		if (!call)
			return NULL;
		f = &m->functions[call->function];
		given = ol_ir_attr(inf->ir, call->node, ol_name(m, name).p);
		for (uint32_t i = 0; !given && i < f->attrs.n; i++)
			if (m->attrs[f->attrs.first + i].name == name)
				return &m->attrs[f->attrs.first + i];
		a = given;
		call = call->outer;
	}
	return a;
}

enum ol_nested_kind ol_nested_kind(const struct ol_infer *inf, uint32_t node)
{
	const struct ol_opkind *kind = ol_ir_kind(inf->ir, node);
	static const struct {
		const char *op;
		enum ol_nested_kind kind;
	} table[] = {{"If", OL_NESTED_IF}, {"Loop", OL_NESTED_LOOP}, {"Scan", OL_NESTED_SCAN},
		     {"SequenceMap", OL_NESTED_MAP}};

	if (kind->function != OL_NONE)
		return OL_NESTED_CALL;
	for (size_t i = 0; kind->is_onnx && i < sizeof(table) / sizeof(table[0]); i++)
		if (ol_str_is(ol_name(inf->ir->model, kind->op_type), table[i].op))
			return table[i].kind;
	return OL_NESTED_NONE;
}

static uint32_t body(struct ol_op *x, const char *name)
{
	const struct ol_attr *a = ol_op_attr(x, name);

	return a && a->type == OL_ATTR_GRAPH && a->n == 1 ? a->list.ids[0] : OL_NONE;
}

bool ol_nested_open(struct ol_op *x, struct ol_nested *n)
{
	static const char *const names[][2] = {
		[OL_NESTED_IF] = {"then_branch", "else_branch"}, [OL_NESTED_LOOP] = {"body"},
		[OL_NESTED_SCAN] = {"body"},                    [OL_NESTED_MAP] = {"body"},
		[OL_NESTED_CALL] = {NULL}};

	if (n->kind == OL_NESTED_CALL) {
		uint32_t f = ol_ir_kind(x->inf->ir, x->node)->function;

		n->graphs[n->n_graphs++] = x->m->functions[f].graph;
		return true;
	}
	for (int i = 0; i < 2 && names[n->kind][i]; i++) {
		uint32_t g = body(x, names[n->kind][i]);

		if (g == OL_NONE)
			return false;
		n->graphs[n->n_graphs++] = g;
	}
	return n->n_graphs > 0;
}

/* ---- in ---- */

static void enter_loop(struct ol_op *x, struct ol_nested *n)
{
	struct ol_fact i = {.kind = OL_TYPE_TENSOR, .dtype = OL_DT_INT64, .has_rank = true},
		       c = {.kind = OL_TYPE_TENSOR, .dtype = OL_DT_BOOL, .has_rank = true};

	if (n->pass == 0) {
		n->n_carried = x->n_in > 2 ? x->n_in - 2 : 0;
		n->carried = ol_body_facts(x, n->n_carried);
		for (uint32_t k = 0; n->carried && k < n->n_carried; k++) {
			n->carried[k] = *ol_op_in(x, k + 2);
			n->carried[k].data = NULL;
		}
	}
	/* scalars, or one element: runtimes take both, so that the body's word counts */
	i.has_rank = !ol_body_declares_shape(x, n->graphs[0], 0);
	c.has_rank = !ol_body_declares_shape(x, n->graphs[0], 1);
	if (ol_op_in(x, 1)->has_rank) { /* the first condition is the node's */
		c.has_rank = true;
		c.rank = ol_op_in(x, 1)->rank;
		c.dims = ol_op_in(x, 1)->dims;
	}
	ol_body_set_input(x, n->graphs[0], 0, &i);
	if (ol_body_set_input(x, n->graphs[0], 1, &c)) {
		if (n->pass == 0)
			ol_body_tell_other(x, n->graphs[0], 1, "the condition", 1);
		ol_body_forget_shape(x, n->graphs[0], 1);
	}
	for (uint32_t k = 0; n->carried && k < n->n_carried; k++)
		if (ol_body_set_input(x, n->graphs[0], k + 2, &n->carried[k]) > 1)
			ol_body_forget_shape(x, n->graphs[0], k + 2);
}

void ol_nested_enter(struct ol_op *x, struct ol_nested *n, uint32_t i)
{
	switch (n->kind) {
	case OL_NESTED_LOOP:
		enter_loop(x, n);
		break;
	case OL_NESTED_SCAN:
		ol_scan_enter(x, n);
		break;
	case OL_NESTED_MAP:
		for (uint32_t k = 0; k < x->n_in; k++) {
			const struct ol_fact *f = ol_op_in(x, k);
			struct ol_fact item = f->kind == OL_TYPE_SEQUENCE ? f->elem ? *f->elem : (struct ol_fact){0} : *f;

			ol_body_set_input(x, n->graphs[0], k, &item);
		}
		break;
	case OL_NESTED_CALL:
		for (uint32_t k = 0; k < x->m->graphs[n->graphs[i]].inputs.n; k++)
			ol_body_set_input(x, n->graphs[i], k, ol_op_in(x, k));
		break;
	case OL_NESTED_IF:
	case OL_NESTED_NONE:
		break;
	}
}

/* ---- out ---- */

bool ol_nested_leave(struct ol_op *x, struct ol_nested *n, uint32_t i)
{
	uint32_t outputs = x->m->graphs[n->graphs[i]].outputs.n;
	bool again = false;

	if (n->kind == OL_NESTED_IF && i == 0) {
		n->first = ol_body_facts(x, outputs);
		for (uint32_t k = 0; n->first && k < outputs; k++)
			n->first[k] = ol_body_output(x, n->graphs[0], k);
	}
	if (n->kind != OL_NESTED_LOOP && n->kind != OL_NESTED_SCAN)
		return false;
	for (uint32_t k = 0; n->carried && k < n->n_carried; k++) {
		struct ol_fact f = ol_body_output(x, n->graphs[0], k + (n->kind == OL_NESTED_LOOP));

		if (f.kind == OL_TYPE_NONE || ol_fact_same(x->inf, &n->carried[k], &f))
			continue;
		n->carried[k] = ol_fact_join(x->inf, &n->carried[k], &f);
		again = true;
	}
	return again && n->pass++ == 0;
}

static void finish_if(struct ol_op *x, struct ol_nested *n)
{
	const struct ol_data *d = ol_op_ints_in(x, 0);
	bool known = d && d->n == 1 && ol_num_is_known(d->i[0]);

	for (uint32_t k = 0; k < x->n_out && n->first; k++) {
		struct ol_fact other = ol_body_output(x, n->graphs[1], k);

		if (k >= x->m->graphs[n->graphs[0]].outputs.n)
			break;
		/* a constant condition takes one branch */
		ol_body_set_out(x, k, known ? d->i[0].v ? n->first[k] : other : ol_fact_join(x->inf, &n->first[k], &other));
	}
}

static void finish_loop(struct ol_op *x, struct ol_nested *n)
{
	int64_t trips;
	const struct ol_data *cond = ol_op_ints_in(x, 1);
	struct ol_num length = ol_num_fresh(x->syms);

	/* a for loop: the trip count is known and the condition is not used */
	if (ol_op_int_in(x, 0, &trips) && trips >= 0 && !ol_op_has_in(x, 1) && !cond)
		length = ol_num(trips);
	for (uint32_t k = 0; k < x->n_out; k++) {
		struct ol_fact f = ol_body_output(x, n->graphs[0], k + 1);

		f.data = NULL;
		if (k < n->n_carried) {
			if (n->carried)
				f = ol_fact_join(x->inf, &n->carried[k], &f);
			ol_body_set_out(x, k, f);
		} else {
			/* of no iteration, some make a list of none, whatever the rank */
			if (ol_num_is(length, 0))
				f.has_rank = false;
			ol_body_set_out(x, k, ol_fact_with(x->inf, &f, 0, length));
		}
	}
}

void ol_nested_finish(struct ol_op *x, struct ol_nested *n)
{
	switch (n->kind) {
	case OL_NESTED_IF:
		finish_if(x, n);
		break;
	case OL_NESTED_LOOP:
		finish_loop(x, n);
		break;
	case OL_NESTED_SCAN:
		ol_scan_finish(x, n);
		break;
	case OL_NESTED_MAP:
		for (uint32_t k = 0; k < x->n_out; k++) {
			struct ol_fact f = ol_body_output(x, n->graphs[0], k);

			ol_op_set_elem(x, k, OL_TYPE_SEQUENCE, &f);
		}
		break;
	case OL_NESTED_CALL:
		for (uint32_t k = 0; k < x->n_out; k++)
			ol_body_set_out(x, k, ol_body_output(x, n->graphs[0], k));
		break;
	case OL_NESTED_NONE:
		break;
	}
}
