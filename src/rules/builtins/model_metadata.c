/* model_metadata.c: keys that stand more than once in metadata_props of the model.
 *
 * Source: docs/MetadataProps.md of onnx; onnx.checker refuses duplicate keys. */
#include "rules/check.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"key", "string", "the key that stands more than once"},
	{NULL, NULL, NULL},
};

static int by_key(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_kvs *kvs = m->metadata == OL_NONE ? NULL : &m->kvlists[m->metadata];
	uint32_t *keys = kvs && kvs->n > 1 ? ol_check_calloc(c, kvs->n, sizeof(*keys)) : NULL;

	if (!keys)
		return;
	for (uint32_t i = 0; i < kvs->n; i++)
		keys[i] = kvs->at[i].key;
	qsort(keys, kvs->n, sizeof(*keys), by_key);
	for (uint32_t i = 1; i < kvs->n; i++) {
		struct ol_val v;

		/* the second of a run tells it, once */
		if (keys[i] != keys[i - 1] || (i > 1 && keys[i] == keys[i - 2]))
			continue;
		v = ol_v_str(ol_name(m, keys[i]));
		ol_check_emit(c, OL_NOWHERE, &v);
	}
	free(keys);
}

const struct ol_builtin ol_builtin_model_metadata = {
	.name = "model-metadata",
	.about = "keys of metadata_props that stand more than once",
	.vars = vars,
	.run = run,
};
