/* facts_origin.c: where the type and the shape of a value come from, in words for messages. */
#include "engine/facts_table.h"
#include "infer/origin.h"

static struct ol_val words(struct ol_eval *e, struct ol_val self,
			   void (*tell)(const struct ol_infer *, uint32_t, struct ol_buf *))
{
	const struct ol_infer *inf = ol_facts_of(e)->inf;
	struct ol_buf b = {0};
	struct ol_str s;

	ol_facts_touch(e);
	if (inf)
		tell(inf, (uint32_t)self.u.obj.a, &b);
	e->steps += OL_ORIGIN_STEPS;
	if (!b.n && !b.failed) {
		ol_buf_free(&b);
		return ol_v_unknown();
	}
	s = ol_buf_keep(&b, e->scratch);
	return s.p ? ol_facts_text(e, s) : ol_v_error(e, "out of memory");
}

OL_FACTS_GET(value_dtype_origin)
{
	return words(e, self, ol_origin_tell_dtype);
}

OL_FACTS_GET(value_shape_origin)
{
	return words(e, self, ol_origin_tell_shape);
}
