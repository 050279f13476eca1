/* stats.c: what is known of a tensor: from the scan, or, of what is in memory, from a look at it now. */
#include <inttypes.h>

#include "weights/tally.h"

bool ol_weights_stats(const struct ol_weights *w, const struct ol_model *m, uint32_t tensor, struct ol_stats *to)
{
	const struct ol_tensor *t = &m->tensors[tensor];
	const struct ol_layout_of *l = ol_weights_layout(t->dtype);
	struct ol_stored s = ol_weights_stored(m, t);
	const struct ol_kernel *k = ol_kernel_best();
	struct ol_tally now;

	if (s.where == OL_WHERE_NOWHERE)
		return false;
	if (s.where == OL_WHERE_MEMORY) {
		ol_tally_init(&now);
		if (t->fields == 1u << 9)
			ol_weights_raw(&now, t->dtype, k, t->data, s.n, 0);
		else
			ol_weights_typed(&now, t, k, s.n);
		ol_tally_stats(&now, l, to);
		return true;
	}
	/* one that was not read to its end is not known */
	if (!w || !w->at || w->at[tensor].n != s.n)
		return false;
	ol_tally_stats(&w->at[tensor], l, to);
	return true;
}

struct ol_str ol_weights_position(struct ol_arena *a, const struct ol_tensor *t, uint64_t i)
{
	enum { SHOWN = 12 };
	struct ol_str s = OL_STR("]");

	/* from the last dimension on; a list as long as its tensor's rank could be hostile */
	if (t->rank > SHOWN)
		return ol_arena_printf(a, "#%" PRIu64, i);
	for (uint32_t k = t->rank; k-- > 0 && s.p;) {
		uint64_t d = t->dims[k] > 0 ? (uint64_t)t->dims[k] : 1;

		s = ol_arena_printf(a, "%s%" PRIu64 "%.*s", k ? ", " : "", i % d, OL_FMT(s));
		i /= d;
	}
	return s.p ? ol_arena_printf(a, "[%.*s", OL_FMT(s)) : s;
}
