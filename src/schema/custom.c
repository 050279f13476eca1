/* custom.c: looks declared operators up. */
#include "schema/custom.h"

#include <stdlib.h>

#include "schema/image.h"

static int by_name(const struct ol_custom_op *a, struct ol_str domain, struct ol_str op)
{
	int c = ol_str_cmp(a->domain, domain);

	return c ? c : ol_str_cmp(a->name, op);
}

const struct ol_custom_op *ol_custom_find(const struct ol_custom *c, struct ol_str domain, struct ol_str op,
					  int64_t version)
{
	uint32_t lo = 0, hi = c ? c->n : 0;

	domain = ol_image_domain(domain);
	while (lo < hi) { /* the first row past the name */
		uint32_t mid = lo + (hi - lo) / 2;

		if (by_name(&c->at[mid], domain, op) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo && by_name(&c->at[lo - 1], domain, op) == 0; lo--)
		if (c->at[lo - 1].since <= version)
			return &c->at[lo - 1];
	return NULL;
}

const struct ol_custom_target *ol_custom_at_target(const struct ol_custom_op *op, const struct ol_target *t)
{
	const struct ol_custom_target *base = NULL;

	for (uint32_t i = 0; op && i < op->n_targets; i++) {
		if (ol_str_eq(op->targets[i].target, t->name))
			return &op->targets[i];
		if (ol_str_eq(op->targets[i].target, t->base))
			base = &op->targets[i];
	}
	return base;
}

void ol_custom_free(struct ol_custom *c)
{
	if (!c)
		return;
	free(c->image);
	ol_arena_free(&c->arena);
	free(c);
}
