/* nested.c: what goes into bodies and what comes out of them.
 *
 * A loop's body is inferred with the shapes that its first iteration really has; when a carried shape comes out otherwise,
 * it is inferred once more with what holds for both. Two passes bound the work, whatever the nesting. */
#include "infer/nested.h"

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

static struct ol_fact *new_facts(struct ol_op *x, uint32_t n)
{
	struct ol_fact *f = OL_NEWN(&x->inf->arena, struct ol_fact, n + !n);

	if (!f)
		x->inf->failed = true;
	return f;
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

/* ---- the values of a body's interface ---- */

/* Returns what the body declares otherwise, as ol_fact_declare. */
static int set_input(struct ol_op *x, uint32_t graph, uint32_t k, const struct ol_fact *f)
{
	const struct ol_model *m = x->m;
	struct ol_range r = m->graphs[graph].inputs;
	uint32_t value = k < r.n ? x->inf->ir->info_value[r.first + k] : OL_NONE;
	struct ol_fact declared;

	if (value == OL_NONE)
		return 0;
	x->inf->facts[value] = *f;
	if (m->infos[r.first + k].type == OL_NONE)
		return 0;
	declared = ol_fact_of_type(x->inf, m->infos[r.first + k].type);
	return ol_fact_declare(x->inf, &x->inf->facts[value], &declared);
}

static struct ol_fact output_of(const struct ol_op *x, uint32_t graph, uint32_t k)
{
	struct ol_range r = x->m->graphs[graph].outputs;
	uint32_t value = k < r.n ? x->inf->ir->info_value[r.first + k] : OL_NONE;

	return value == OL_NONE ? (struct ol_fact){0} : x->inf->facts[value];
}

static void set_out(struct ol_op *x, uint32_t k, struct ol_fact f)
{
	if (k < x->n_out && x->out[k])
		*x->out[k] = f;
}

/* ---- Scan's attributes: which input and output axes are scanned ---- */

struct scan {
	uint32_t states, scans, offset; /* offset: opset 8 has sequence_lens first */
	bool batched;                   /* opset 8: a batch axis before the scanned one */
};

static struct scan scan_of(struct ol_op *x)
{
	int64_t n = ol_op_int(x, "num_scan_inputs", 0);
	struct scan s = {0};

	s.batched = x->since == 8;
	s.offset = s.batched ? 1 : 0;
	if (n < 0 || n + s.offset > x->n_in)
		n = 0;
	s.scans = (uint32_t)n;
	s.states = x->n_in > s.offset + s.scans ? x->n_in - s.offset - s.scans : 0;
	return s;
}

static int64_t scan_axis(struct ol_op *x, const char *name, uint32_t k)
{
	uint32_t n;
	const int64_t *axes = ol_op_ints(x, name, &n);

	return k < n ? axes[k] : 0;
}

/* How often the body runs: the length of what is scanned. */
static struct ol_num scan_length(struct ol_op *x, const struct scan *s)
{
	struct ol_num length = ol_num_unknown();

	for (uint32_t k = 0; k < s->scans; k++) {
		const struct ol_fact *f = ol_op_in(x, s->offset + s->states + k);
		int64_t axis = s->batched ? 1 : scan_axis(x, "scan_input_axes", k);

		if (axis < 0)
			axis += f->rank;
		if (f->has_rank && axis >= 0 && axis < f->rank && !ol_num_is_known(length) &&
		    (length.sym == OL_NUM_UNKNOWN || ol_num_is_known(f->dims[axis])))
			length = f->dims[axis];
	}
	return length.sym == OL_NUM_UNKNOWN ? ol_num_fresh(x->syms) : length;
}

static struct ol_fact unbatched(struct ol_op *x, const struct scan *s, const struct ol_fact *f)
{
	struct ol_fact r = s->batched ? ol_fact_without(x->inf, f, 0) : *f;

	r.data = NULL; /* a carried value changes */
	return r;
}

/* ---- in ---- */

static bool declares_shape(const struct ol_op *x, uint32_t graph, uint32_t k)
{
	struct ol_range r = x->m->graphs[graph].inputs;
	uint32_t type = k < r.n ? x->m->infos[r.first + k].type : OL_NONE;

	return type != OL_NONE && x->m->types[type].has_shape;
}

static uint32_t input_value(const struct ol_op *x, uint32_t graph, uint32_t k)
{
	struct ol_range r = x->m->graphs[graph].inputs;

	return k < r.n ? x->inf->ir->info_value[r.first + k] : OL_NONE;
}

/* A carried value may change its shape: a body that declares another one than the first iteration has is run by onnxruntime,
 * so that neither is taken to hold. */
static void forget_shape(struct ol_op *x, uint32_t graph, uint32_t k)
{
	uint32_t value = input_value(x, graph, k);

	if (value == OL_NONE)
		return;
	x->inf->facts[value].has_rank = false;
	x->inf->facts[value].rank = 0;
	x->inf->facts[value].dims = NULL;
}

/* The node's input k is not what the body declares for its own input. */
static void tell_other(struct ol_op *x, uint32_t graph, uint32_t own, const char *what, uint32_t k)
{
	uint32_t value = input_value(x, graph, own);

	ol_op_tell(x, "shape/mismatch", "%s %.*s is not what the body declares for its input '%.*s'", what,
		   OL_FMT(ol_op_in_text(x, k)),
		   OL_FMT(value == OL_NONE ? OL_STR("") : ol_name(x->m, x->inf->ir->values[value].name)));
}

static void enter_loop(struct ol_op *x, struct ol_nested *n)
{
	struct ol_fact i = {.kind = OL_TYPE_TENSOR, .dtype = OL_DT_INT64, .has_rank = true},
		       c = {.kind = OL_TYPE_TENSOR, .dtype = OL_DT_BOOL, .has_rank = true};

	if (n->pass == 0) {
		n->n_carried = x->n_in > 2 ? x->n_in - 2 : 0;
		n->carried = new_facts(x, n->n_carried);
		for (uint32_t k = 0; n->carried && k < n->n_carried; k++) {
			n->carried[k] = *ol_op_in(x, k + 2);
			n->carried[k].data = NULL;
		}
	}
	/* scalars, or one element: runtimes take both, so that the body's word counts */
	i.has_rank = !declares_shape(x, n->graphs[0], 0);
	c.has_rank = !declares_shape(x, n->graphs[0], 1);
	if (ol_op_in(x, 1)->has_rank) { /* the first condition is the node's */
		c.has_rank = true;
		c.rank = ol_op_in(x, 1)->rank;
		c.dims = ol_op_in(x, 1)->dims;
	}
	set_input(x, n->graphs[0], 0, &i);
	if (set_input(x, n->graphs[0], 1, &c)) {
		if (n->pass == 0)
			tell_other(x, n->graphs[0], 1, "the condition", 1);
		forget_shape(x, n->graphs[0], 1);
	}
	for (uint32_t k = 0; n->carried && k < n->n_carried; k++)
		if (set_input(x, n->graphs[0], k + 2, &n->carried[k]) > 1)
			forget_shape(x, n->graphs[0], k + 2);
}

/* A list of axes must be as long as what it is about, or absent. */
static void check_axes(struct ol_op *x, const char *name, uint32_t want)
{
	uint32_t have;
	const int64_t *axes = ol_op_ints(x, name, &have);

	if (axes && have != want)
		ol_op_tell(x, "shape/bad-attribute", "%s has %u entries, there are %u to scan", name, have, want);
}

static void check_scan(struct ol_op *x, const struct scan *s)
{
	uint32_t made = x->n_out > s->states ? x->n_out - s->states : 0, to;
	struct ol_num length = ol_num_unknown();

	if (s->batched)
		return;
	check_axes(x, "scan_input_axes", s->scans);
	check_axes(x, "scan_input_directions", s->scans);
	check_axes(x, "scan_output_axes", made);
	check_axes(x, "scan_output_directions", made);
	for (uint32_t k = 0; k < s->scans; k++) {
		const struct ol_fact *f = ol_op_in(x, s->states + k);
		struct ol_num have;

		if (!f->has_rank || !ol_op_axis(x, scan_axis(x, "scan_input_axes", k), f->rank, false, &to) ||
		    !ol_num_is_known(have = f->dims[to]))
			continue;
		if (ol_num_is_known(length) && length.v != have.v)
			ol_op_tell(x, "shape/mismatch",
				   "%.*s has %lld items to scan along axis %u, an input before it has %lld",
				   OL_FMT(ol_op_in_text(x, s->states + k)), (long long)have.v, to,
				   (long long)length.v);
		length = have;
	}
}

static void enter_scan(struct ol_op *x, struct ol_nested *n)
{
	struct scan s = scan_of(x);

	if (n->pass == 0)
		check_scan(x, &s);

	if (n->pass == 0) {
		n->n_carried = s.states;
		n->carried = new_facts(x, s.states);
		for (uint32_t k = 0; n->carried && k < s.states; k++)
			n->carried[k] = unbatched(x, &s, ol_op_in(x, s.offset + k));
	}
	for (uint32_t k = 0; n->carried && k < s.states; k++)
		if (set_input(x, n->graphs[0], k, &n->carried[k]) > 1) {
			if (n->pass == 0)
				tell_other(x, n->graphs[0], k, "the state", s.offset + k);
			forget_shape(x, n->graphs[0], k);
		}
	for (uint32_t k = 0; k < s.scans; k++) {
		struct ol_fact f = unbatched(x, &s, ol_op_in(x, s.offset + s.states + k));

		f = ol_fact_without(x->inf, &f, s.batched ? 0 : scan_axis(x, "scan_input_axes", k));
		if (set_input(x, n->graphs[0], s.states + k, &f)) {
			struct ol_buf is = {0};

			ol_fact_print(x->inf, &f, &is);
			ol_op_tell(x, "shape/mismatch", "a slice of %.*s is %.*s, which the body declares otherwise",
				   OL_FMT(ol_op_in_text(x, s.offset + s.states + k)), OL_FMT(ol_buf_view(&is)));
			x->inf->failed |= is.failed;
			ol_buf_free(&is);
		}
	}
}

void ol_nested_enter(struct ol_op *x, struct ol_nested *n, uint32_t i)
{
	switch (n->kind) {
	case OL_NESTED_LOOP:
		enter_loop(x, n);
		break;
	case OL_NESTED_SCAN:
		enter_scan(x, n);
		break;
	case OL_NESTED_MAP:
		for (uint32_t k = 0; k < x->n_in; k++) {
			const struct ol_fact *f = ol_op_in(x, k);
			struct ol_fact item = f->kind == OL_TYPE_SEQUENCE ? f->elem ? *f->elem : (struct ol_fact){0} : *f;

			set_input(x, n->graphs[0], k, &item);
		}
		break;
	case OL_NESTED_CALL:
		for (uint32_t k = 0; k < x->m->graphs[n->graphs[i]].inputs.n; k++)
			set_input(x, n->graphs[i], k, ol_op_in(x, k));
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
		n->first = new_facts(x, outputs);
		for (uint32_t k = 0; n->first && k < outputs; k++)
			n->first[k] = output_of(x, n->graphs[0], k);
	}
	if (n->kind != OL_NESTED_LOOP && n->kind != OL_NESTED_SCAN)
		return false;
	for (uint32_t k = 0; n->carried && k < n->n_carried; k++) {
		struct ol_fact f = output_of(x, n->graphs[0], k + (n->kind == OL_NESTED_LOOP));

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
		struct ol_fact other = output_of(x, n->graphs[1], k);

		if (k >= x->m->graphs[n->graphs[0]].outputs.n)
			break;
		/* a constant condition takes one branch */
		set_out(x, k, known ? d->i[0].v ? n->first[k] : other : ol_fact_join(x->inf, &n->first[k], &other));
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
		struct ol_fact f = output_of(x, n->graphs[0], k + 1);

		f.data = NULL;
		if (k < n->n_carried) {
			if (n->carried)
				f = ol_fact_join(x->inf, &n->carried[k], &f);
			set_out(x, k, f);
		} else {
			/* of no iteration, some make a list of none, whatever the rank */
			if (ol_num_is(length, 0))
				f.has_rank = false;
			set_out(x, k, ol_fact_with(x->inf, &f, 0, length));
		}
	}
}

static void finish_scan(struct ol_op *x, struct ol_nested *n)
{
	struct scan s = scan_of(x);
	struct ol_num length = scan_length(x, &s), batch = ol_num_fresh(x->syms);

	for (uint32_t k = 0; s.batched && k < s.states + s.scans; k++)
		if (ol_op_in(x, s.offset + k)->has_rank && ol_op_in(x, s.offset + k)->rank) {
			batch = ol_op_in(x, s.offset + k)->dims[0];
			break;
		}
	for (uint32_t k = 0; k < x->n_out; k++) {
		struct ol_fact f = output_of(x, n->graphs[0], k);

		f.data = NULL;
		if (k < s.states && n->carried)
			f = ol_fact_join(x->inf, &n->carried[k], &f);
		if (k >= s.states && !s.batched && f.has_rank) {
			uint32_t to;

			ol_op_axis(x, scan_axis(x, "scan_output_axes", k - s.states), f.rank + 1, false, &to);
		}
		if (k >= s.states)
			f = ol_fact_with(x->inf, &f, s.batched ? 0 : scan_axis(x, "scan_output_axes", k - s.states),
					 length);
		if (s.batched)
			f = ol_fact_with(x->inf, &f, 0, batch);
		set_out(x, k, f);
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
		finish_scan(x, n);
		break;
	case OL_NESTED_MAP:
		for (uint32_t k = 0; k < x->n_out; k++) {
			struct ol_fact f = output_of(x, n->graphs[0], k);

			ol_op_set_elem(x, k, OL_TYPE_SEQUENCE, &f);
		}
		break;
	case OL_NESTED_CALL:
		for (uint32_t k = 0; k < x->n_out; k++)
			set_out(x, k, output_of(x, n->graphs[0], k));
		break;
	case OL_NESTED_NONE:
		break;
	}
}
