/* nested_body.c: the values through which a body is entered and left. */
#include "infer/nested_body.h"

#include "infer/facts.h"

struct ol_fact *ol_body_facts(struct ol_op *x, uint32_t n)
{
	struct ol_fact *f = OL_NEWN(&x->inf->arena, struct ol_fact, n + !n);

	if (!f)
		x->inf->failed = true;
	return f;
}

/* Returns what the body declares otherwise, as ol_fact_declare. */
int ol_body_set_input(struct ol_op *x, uint32_t graph, uint32_t k, const struct ol_fact *f)
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

struct ol_fact ol_body_output(const struct ol_op *x, uint32_t graph, uint32_t k)
{
	struct ol_range r = x->m->graphs[graph].outputs;
	uint32_t value = k < r.n ? x->inf->ir->info_value[r.first + k] : OL_NONE;

	return value == OL_NONE ? (struct ol_fact){0} : x->inf->facts[value];
}

void ol_body_set_out(struct ol_op *x, uint32_t k, struct ol_fact f)
{
	if (k < x->n_out && x->out[k])
		*x->out[k] = f;
}

bool ol_body_declares_shape(const struct ol_op *x, uint32_t graph, uint32_t k)
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
void ol_body_forget_shape(struct ol_op *x, uint32_t graph, uint32_t k)
{
	uint32_t value = input_value(x, graph, k);

	if (value == OL_NONE)
		return;
	x->inf->facts[value].has_rank = false;
	x->inf->facts[value].rank = 0;
	x->inf->facts[value].dims = NULL;
}

/* The node's input k is not what the body declares for its own input. */
void ol_body_tell_other(struct ol_op *x, uint32_t graph, uint32_t own, const char *what, uint32_t k)
{
	uint32_t value = input_value(x, graph, own);

	ol_op_tell(x, "shape/mismatch", "%s %.*s is not what the body declares for its input '%.*s'", what,
		   OL_FMT(ol_op_in_text(x, k)),
		   OL_FMT(value == OL_NONE ? OL_STR("") : ol_name(x->m, x->inf->ir->values[value].name)));
}
