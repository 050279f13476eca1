/* reason.c: a walk back to the origin of a fact, in words and as a record for findings.
 *
 * A sentence names who set the fact and what handed it on. A long chain is cut to its ends and a count, names and lists of
 * a hostile model to a readable length. */
#include "infer/facts.h"
#include "infer/origin.h"
#include "util/buf.h"

enum { NAMED_MOST = 4, NAME_BYTES = 80, IS_BYTES = 200, TEXT_BYTES = 1500, ELEMENTS_SHOWN = 8 };

static struct ol_str shortened(struct ol_str s, size_t most)
{
	if (s.n <= most)
		return s;
	s.n = most;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--; /* not within a character */
	return s;
}

static void put_short(struct ol_buf *out, struct ol_str s, size_t most)
{
	ol_buf_str(out, shortened(s, most));
	if (s.n > most)
		ol_buf_z(out, "…");
}

static void put_name(const struct ol_infer *inf, uint32_t value, struct ol_buf *out)
{
	ol_buf_char(out, '\'');
	put_short(out, ol_name(inf->ir->model, inf->ir->values[value].name), NAME_BYTES);
	ol_buf_char(out, '\'');
}

static void put_node(const struct ol_model *m, uint32_t node, struct ol_buf *out)
{
	const struct ol_node *n = &m->nodes[node];
	uint32_t at = node - m->graphs[n->graph].nodes.first;

	put_short(out, ol_name(m, n->op_type), NAME_BYTES);
	if (n->name) {
		ol_buf_z(out, " '");
		put_short(out, ol_name(m, n->name), NAME_BYTES);
		ol_buf_printf(out, "' (#%u)", at);
	} else {
		ol_buf_printf(out, " #%u", at);
	}
}

static void put_elements(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out)
{
	bool scalar = f->data->n == 1 && f->has_rank && f->rank == 0;

	if (!scalar)
		ol_buf_char(out, '[');
	for (uint32_t i = 0; i < f->data->n; i++) {
		if (i)
			ol_buf_z(out, ", ");
		if (i == ELEMENTS_SHOWN) {
			ol_buf_printf(out, "… (%u elements)", f->data->n);
			break;
		}
		if (f->data->d)
			ol_buf_printf(out, "%.6g", f->data->d[i]);
		else
			ol_num_print(&inf->syms, f->data->i[i], out);
	}
	if (!scalar)
		ol_buf_char(out, ']');
}

/* What is known, or nothing. */
static void put_fact(const struct ol_infer *inf, uint8_t of, const struct ol_fact *f, struct ol_buf *out)
{
	struct ol_buf b = {0};

	if (of == OL_ORIGIN_DTYPE && ol_dtype_valid(f->dtype))
		ol_buf_z(&b, ol_dtype_info(f->dtype)->name);
	else if (of == OL_ORIGIN_SHAPE && f->has_rank)
		ol_dims_print(inf, f->dims, f->rank, &b);
	else if (of == OL_ORIGIN_DATA && f->data)
		put_elements(inf, f, &b);
	put_short(out, ol_buf_view(&b), IS_BYTES);
	out->failed |= b.failed;
	ol_buf_free(&b);
}

static bool knows(uint8_t of, const struct ol_fact *f)
{
	return of == OL_ORIGIN_DTYPE ? ol_dtype_valid(f->dtype) : of == OL_ORIGIN_SHAPE ? f->has_rank : f->data != NULL;
}

/* What a value is at which a chain begins. */
static const char *role(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_value *v = &inf->ir->values[value];

	if (v->flags & OL_VALUE_INITIALIZER)
		return "an initializer";
	if (v->flags & OL_VALUE_CONSTANT)
		return "a Constant";
	if (v->flags & OL_VALUE_INPUT && inf->ir->model->graphs[v->graph].kind == OL_GRAPH_FUNCTION)
		return "an input of the function";
	if (v->flags & OL_VALUE_INPUT)
		return v->graph ? "an input of the nested graph" : "a graph input";
	return "declared so";
}

/* Steps from one nearer to the origin to one nearer to the value, both included. */
static void put_steps(const struct ol_infer *inf, const struct ol_origin *o, uint32_t far, uint32_t near,
		      struct ol_buf *out)
{
	uint32_t n = far - near + 1;

	for (uint32_t i = 0; i < n; i++) {
		if (n > NAMED_MOST && i == NAMED_MOST - 2) {
			ol_buf_printf(out, ", %u more", n - NAMED_MOST + 1);
			i = n - 1;
		}
		ol_buf_z(out, i == 0 ? "" : i == n - 1 ? " and " : ", ");
		put_node(inf->ir->model, o->steps[far - i].node, out);
	}
}

/* What the node that set a shape made it of, and where that comes from. */
static void put_upstream(const struct ol_infer *inf, const struct ol_origin *o, struct ol_buf *out)
{
	uint32_t of = o->set + 1 < o->n ? o->steps[o->set + 1].value : o->root;

	ol_buf_z(out, "; ");
	put_name(inf, of, out);
	ol_buf_z(out, " comes from ");
	if (o->root != OL_NONE) {
		put_name(inf, o->root, out);
		ol_buf_char(out, ' ');
		put_fact(inf, o->of, &inf->facts[o->root], out);
		ol_buf_z(out, " through ");
	}
	put_steps(inf, o, o->n - 1, o->set + 1, out);
}

static void put_handed(const struct ol_infer *inf, const struct ol_origin *o, struct ol_buf *out)
{
	uint32_t below;

	if (o->set < o->n) {
		put_node(inf->ir->model, o->steps[o->set].node, out);
		ol_buf_z(out, " makes it");
		below = o->set + 1 < o->n ? o->steps[o->set + 1].value : o->root;
		if (o->of == OL_ORIGIN_SHAPE && below != OL_NONE) {
			ol_buf_z(out, " of ");
			put_name(inf, below, out);
			ol_buf_char(out, ' ');
			put_fact(inf, o->of, &inf->facts[below], out);
		}
	} else if (o->cut) {
		ol_buf_z(out, "it comes so from ");
		put_name(inf, o->root, out);
	} else {
		if (o->root == o->value)
			ol_buf_z(out, "it");
		else
			put_name(inf, o->root, out);
		ol_buf_printf(out, " is %s", role(inf, o->root));
	}
	if (o->set) {
		ol_buf_z(out, ", through ");
		put_steps(inf, o, o->set - 1, 0, out);
	}
	if (o->of == OL_ORIGIN_SHAPE && o->set + 1 < o->n)
		put_upstream(inf, o, out);
}

static void put_computed(const struct ol_infer *inf, const struct ol_origin *o, struct ol_buf *out)
{
	if (o->n == 0) {
		ol_buf_printf(out, "it is %s", role(inf, o->value));
		return;
	}
	put_node(inf->ir->model, o->steps[0].node, out);
	ol_buf_z(out, " computes it");
	if (o->n > 1) {
		ol_buf_z(out, " with ");
		put_steps(inf, o, o->n - 1, 1, out);
	}
	if (o->root != OL_NONE) {
		ol_buf_z(out, " from ");
		put_name(inf, o->root, out);
		if (inf->facts[o->root].has_rank) {
			ol_buf_char(out, ' ');
			put_fact(inf, OL_ORIGIN_SHAPE, &inf->facts[o->root], out);
		}
	}
}

static void put_reason(const struct ol_infer *inf, const struct ol_origin *o, const struct ol_fact *f,
		       struct ol_buf *out)
{
	put_name(inf, o->value, out);
	ol_buf_z(out, " is ");
	put_fact(inf, o->of, f, out);
	ol_buf_z(out, " because ");
	if (o->of == OL_ORIGIN_DATA)
		put_computed(inf, o, out);
	else
		put_handed(inf, o, out);
}

static void tell(const struct ol_infer *inf, enum ol_origin_of of, uint32_t value, struct ol_buf *out)
{
	struct ol_origin o;

	if (!knows((uint8_t)of, &inf->facts[value]))
		return;
	ol_origin_walk(inf, of, value, NULL, &o);
	put_reason(inf, &o, &inf->facts[value], out);
}

void ol_origin_tell_dtype(const struct ol_infer *inf, uint32_t value, struct ol_buf *out)
{
	tell(inf, OL_ORIGIN_DTYPE, value, out);
}

void ol_origin_tell_shape(const struct ol_infer *inf, uint32_t value, struct ol_buf *out)
{
	tell(inf, OL_ORIGIN_SHAPE, value, out);
}

/* ---- records ---- */

static struct ol_str kept_fact(const struct ol_infer *inf, uint8_t of, const struct ol_fact *f, struct ol_arena *a)
{
	struct ol_buf b = {0};

	put_fact(inf, of, f, &b);
	if (b.n || b.failed)
		return ol_buf_keep(&b, a);
	ol_buf_free(&b);
	return OL_STR("");
}

/* The first of a long chain and the last; what lies between is counted. */
static void keep_steps(const struct ol_infer *inf, const struct ol_origin *o, const struct ol_fact *f,
		       struct ol_arena *a, struct ol_reason *to)
{
	uint32_t n = o->n < OL_REASON_STEPS ? o->n : OL_REASON_STEPS;
	struct ol_reason_step *steps = n ? OL_NEWN(a, struct ol_reason_step, n) : NULL;

	if (!steps)
		return;
	to->omitted = o->n - n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = o->n - 1 - (i < n / 2 ? i : i + to->omitted);
		const struct ol_origin_step *s = &o->steps[at];

		steps[i].node = s->node;
		steps[i].value_name = inf->ir->values[s->value].name;
		steps[i].is = kept_fact(inf, o->of, s->value == o->value ? f : &inf->facts[s->value], a);
	}
	to->steps = steps;
	to->n = n;
}

bool ol_reason_make(const struct ol_infer *inf, enum ol_origin_of of, uint32_t value, const struct ol_fact *f,
		    struct ol_arena *a, struct ol_reason *to)
{
	struct ol_buf text = {0};
	struct ol_origin o;

	*to = (struct ol_reason){.of = (uint8_t)of, .from_role = ""};
	if (!f)
		f = &inf->facts[value];
	if (!knows((uint8_t)of, f))
		return false;
	ol_origin_walk(inf, of, value, f, &o);
	put_reason(inf, &o, f, &text);
	to->value_name = inf->ir->values[value].name;
	to->is = kept_fact(inf, o.of, f, a);
	to->text = ol_arena_str(a, shortened(ol_buf_view(&text), TEXT_BYTES));
	a->refused |= text.failed;
	ol_buf_free(&text);
	if (o.root != OL_NONE && !o.cut) {
		to->from_name = inf->ir->values[o.root].name;
		to->from_role = inf->ir->values[o.root].producer == OL_NONE || o.n == 0 ? role(inf, o.root) : "a value";
		to->from_is = kept_fact(inf, of == OL_ORIGIN_DATA && o.n ? OL_ORIGIN_SHAPE : o.of,
					o.root == value ? f : &inf->facts[o.root], a);
	}
	keep_steps(inf, &o, f, a, to);
	return !a->refused;
}

bool ol_reason_copy(const struct ol_reason *from, struct ol_arena *a, struct ol_reason *to)
{
	struct ol_reason_step *steps = from->n ? OL_NEWN(a, struct ol_reason_step, from->n) : NULL;

	*to = *from;
	to->is = ol_arena_str(a, from->is);
	to->text = ol_arena_str(a, from->text);
	to->from_is = from->from_is.n ? ol_arena_str(a, from->from_is) : OL_STR("");
	to->n = steps ? from->n : 0;
	to->steps = steps;
	for (uint32_t i = 0; i < to->n; i++) {
		steps[i] = from->steps[i];
		steps[i].is = from->steps[i].is.n ? ol_arena_str(a, from->steps[i].is) : OL_STR("");
	}
	return !a->refused;
}
