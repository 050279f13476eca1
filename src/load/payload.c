/* payload.c: reads the bytes of a tensor's payload where they stand. */

#include "load/walk.h"

int ol_load_payload(const struct ol_model *m, const struct ol_tensor *t, uint64_t at, void *to, size_t n,
		    struct ol_err *err)
{
	if (t->location == 1)
		return ol_external_read(m, t, at, to, n, err);
	if (at > t->payload.length || n > t->payload.length - at)
		return ol_err_set(err, OL_ERR_USAGE, "tensor: %zu bytes at %llu pass its payload", n,
				  (unsigned long long)at);
	return ol_source_copy(m->source, t->payload.offset + at, to, n, err);
}
