/* facts_domains.c: what is asked of every opset import, found out once: does a node use its domain, does the model import
 * it in two versions. Bits by the domain's name, so that a model with many imports costs one look each. */
#include <stdlib.h>

#include "engine/facts_table.h"

/* "" and "ai.onnx" are one domain: name 0 is "". */
static uint32_t domain_of(const struct ol_model *m, uint32_t name)
{
	return ol_str_is(ol_name(m, name), "ai.onnx") ? 0 : name;
}

struct import {
	uint32_t domain;
	int64_t version;
};

static int by_domain(const void *a, const void *b)
{
	const struct import *x = a, *y = b;

	if (x->domain != y->domain)
		return x->domain < y->domain ? -1 : 1;
	return (x->version > y->version) - (x->version < y->version);
}

static int mark_conflicts(const struct ol_model *m, uint8_t *bits)
{
	uint32_t n = m->opsets.n;
	struct import *rows = malloc(((size_t)n + 1) * sizeof(*rows));

	if (!rows)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		const struct ol_opset *o = &m->all_opsets[m->opsets.first + i];

		rows[i] = (struct import){domain_of(m, o->domain), o->version};
	}
	qsort(rows, n, sizeof(*rows), by_domain);
	for (uint32_t i = 1; i < n; i++)
		if (rows[i].domain == rows[i - 1].domain && rows[i].version != rows[i - 1].version)
			bits[rows[i].domain] |= OL_DOMAIN_CONFLICT;
	free(rows);
	return 0;
}

int ol_facts_resolve_domains(struct ol_facts *f, const struct ol_ir *ir, struct ol_arena *a)
{
	uint8_t *bits = OL_NEWN(a, uint8_t, ir->model->names.count);

	if (!bits)
		return -1;
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		bits[domain_of(ir->model, ir->kinds[k].domain)] |= OL_DOMAIN_USED;
	f->domain_bits = bits;
	return mark_conflicts(ir->model, bits);
}

bool ol_facts_domain_is(struct ol_eval *e, uint32_t name, enum ol_domain_bit bit)
{
	const struct ol_facts *f = e->host;

	return (f->domain_bits[domain_of(ol_facts_model(e), name)] & bit) != 0;
}
