/* op_reasons.c: which facts a told fault hangs on, and where each comes from.
 *
 * A message names operands with their shapes. Of those it names the shape is traced, of an operand whose elements nodes
 * have computed the elements; where it names none, of the first operands that are known. */
#include "infer/op.h"
#include "infer/origin.h"

#include <stdlib.h>
#include <string.h>

enum { LOOKED_AT = 64, TEXT_MOST = 4096, NAME_MOST = 256 };

/* Is the value named, in quotes, in the text? */
static bool names(struct ol_str text, struct ol_str name)
{
	size_t n = text.n < TEXT_MOST ? text.n : TEXT_MOST;

	for (size_t i = 0; name.n <= NAME_MOST && i + name.n + 2 <= n; i++)
		if (text.p[i] == '\'' && text.p[i + name.n + 1] == '\'' &&
		    (name.n == 0 || memcmp(text.p + i + 1, name.p, name.n) == 0))
			return true;
	return false;
}

static bool full(const struct ol_op *x, uint32_t first)
{
	return x->inf->failed || x->inf->n_reasons - first >= OL_REASONS_MOST;
}

static void add(struct ol_op *x, uint32_t first, enum ol_origin_of of, uint32_t value, const struct ol_fact *f)
{
	struct ol_infer *inf = x->inf;
	struct ol_reason r;

	for (uint32_t i = first; i < inf->n_reasons; i++)
		if (inf->reasons[i].of == of && inf->reasons[i].value_name == inf->ir->values[value].name)
			return;
	if (full(x, first) || !ol_reason_make(inf, of, value, f, &inf->arena, &r)) {
		inf->failed |= inf->arena.refused;
		return;
	}
	if (inf->n_reasons == inf->cap_reasons) {
		uint32_t cap = inf->cap_reasons ? inf->cap_reasons * 2 : 16;
		struct ol_reason *p = realloc(inf->reasons, cap * sizeof(*p));

		if (!p) {
			inf->failed = true;
			return;
		}
		inf->reasons = p;
		inf->cap_reasons = cap;
	}
	inf->reasons[inf->n_reasons++] = r;
}

/* The output that the message is about, as the operator makes it: its value has no fact yet. */
static void output(struct ol_op *x, uint32_t first, enum ol_origin_of of, struct ol_str text)
{
	const uint32_t *out = ol_ir_outputs(x->inf->ir, x->node);

	for (uint32_t k = 0; k < x->n_out && k < LOOKED_AT && !full(x, first); k++)
		if (out[k] != OL_NONE && x->out[k] && x->inf->ir->values[out[k]].producer == x->node &&
		    names(text, ol_name(x->m, x->inf->ir->values[out[k]].name)))
			add(x, first, of, out[k], x->out[k]);
}

static void inputs(struct ol_op *x, uint32_t first, const char *rule, struct ol_str text)
{
	bool sizes = strcmp(rule, "shape/mismatch") == 0 || strcmp(rule, "shape/broadcast") == 0 ||
		     strcmp(rule, "shape/rank") == 0;
	const uint32_t *in = ol_ir_inputs(x->inf->ir, x->node);
	uint32_t n = x->n_in < LOOKED_AT ? x->n_in : LOOKED_AT, at_first;

	/* what the message names; else the first two; constants that were computed in any case */
	for (uint32_t i = 0; i < n && !full(x, first); i++)
		if (in[i] != OL_NONE && names(text, ol_name(x->m, x->inf->ir->values[in[i]].name)) &&
		    (sizes || !ol_origin_is_computed(x->inf, in[i])))
			add(x, first, OL_ORIGIN_SHAPE, in[i], NULL);
	at_first = x->inf->n_reasons;
	for (uint32_t i = 0; i < n && at_first == first && x->inf->n_reasons < first + 2; i++)
		if (in[i] != OL_NONE && (sizes || !x->inf->facts[in[i]].data))
			add(x, first, OL_ORIGIN_SHAPE, in[i], NULL);
	for (uint32_t i = 0; i < n && !full(x, first); i++)
		if (in[i] != OL_NONE && !sizes && ol_origin_is_computed(x->inf, in[i]))
			add(x, first, OL_ORIGIN_DATA, in[i], NULL);
}

void ol_op_reasons(struct ol_op *x, const char *rule, struct ol_str text)
{
	struct ol_model *m = x->inf->sink;
	uint32_t first = x->inf->n_reasons;
	const char *kind = strchr(rule, '/');

	if (!m->n_diags || m->diags[m->n_diags - 1].rule != rule || m->diags[m->n_diags - 1].place.node != x->node)
		return;
	if (kind && strcmp(kind, "/declared") == 0)
		output(x, first, rule[0] == 'd' ? OL_ORIGIN_DTYPE : OL_ORIGIN_SHAPE, text);
	else
		inputs(x, first, rule, text);
	m->diags[m->n_diags - 1].reasons = (struct ol_range){first, x->inf->n_reasons - first};
}
