/* tensor_narrow.c: large int64 weights whose numbers all fit int32, where every reader takes int32.
 *
 * Sizes first: only tensors of 64 KiB and more are read, up to a budget, and each up to the first number that does not
 * fit. */
#include "load/load.h"
#include "rules/check.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"tensor", "string", "the initializer"},
	{"bytes", "int", "its bytes"},
	{"least", "int", "its least number"},
	{"most", "int", "its greatest"},
	{NULL, NULL, NULL},
};

enum {
	LEAST = 64 << 10,
	CHUNK = 64 << 10,
	INPUTS_MOST = 64 /* of a reader: one with more is variadic, and may read the value at each of a million places */
};
#define MOST_BYTES (UINT64_C(64) << 20)

/* Does every reader take int32 in its place, bound to no other operand? */
static bool readers_take_int32(const struct ol_check *c, uint32_t value)
{
	const struct ol_ir *ir = c->ir;
	const struct ol_value *v = &ir->values[value];

	if (v->flags & (OL_VALUE_OUTPUT | OL_VALUE_INPUT) || !v->n_users)
		return false;
	for (uint32_t i = 0; i < v->n_users; i++) {
		uint32_t node = ir->users[v->users + i];
		const struct ol_schema *s = &c->kind_schema[ir->node_kind[node]];

		if (!s->row || ir->model->nodes[node].inputs.n > INPUTS_MOST)
			return false;
		for (uint32_t k = 0; k < ir->model->nodes[node].inputs.n; k++) {
			uint32_t at = ol_schema_input_at(s, k);
			struct ol_schema_param p;

			if (ir->args[ir->model->nodes[node].inputs.first + k] != value || at >= s->n_inputs)
				continue;
			p = ol_schema_input(s, at);
			/* data that is passed on changes the type of what follows */
			if (p.types.any || !(p.types.tensor >> OL_DT_INT32 & 1) || ol_str_is(p.type_str, "T"))
				return false;
		}
	}
	return true;
}

static bool fits(struct ol_check *c, const struct ol_tensor *t, int64_t *buffer, int64_t *least, int64_t *most)
{
	struct ol_err err;

	for (uint64_t at = 0; at < t->payload.length; at += CHUNK) {
		size_t n = t->payload.length - at < CHUNK ? (size_t)(t->payload.length - at) : CHUNK;

		if (ol_load_payload(c->ir->model, t, at, buffer, n, &err))
			return false;
		for (size_t i = 0; i < n / 8; i++) {
			*least = buffer[i] < *least ? buffer[i] : *least;
			*most = buffer[i] > *most ? buffer[i] : *most;
		}
		if (*least < INT32_MIN || *most > INT32_MAX)
			return false;
	}
	return true;
}

static void run(struct ol_check *c)
{
	const struct ol_ir *ir = c->ir;
	const struct ol_model *m = ir->model;
	int64_t *buffer = NULL;
	uint64_t read = 0;

	for (uint32_t i = 0; i < m->n_tensors; i++) {
		const struct ol_tensor *t = &m->tensors[i];
		int64_t least = INT64_MAX, most = INT64_MIN;
		struct ol_place place = OL_NOWHERE;
		struct ol_val v[4];

		if (t->dtype != OL_DT_INT64 || t->location == 1 || t->fields != 1u << 9 || t->payload.length < LEAST ||
		    t->payload.length % 8 || ir->tensor_value[i] == OL_NONE || !readers_take_int32(c, ir->tensor_value[i]))
			continue;
		read += t->payload.length;
		if (read > MOST_BYTES || (!buffer && !(buffer = ol_check_calloc(c, CHUNK, 1))))
			break;
		if (!fits(c, t, buffer, &least, &most))
			continue;
		place.graph = ir->values[ir->tensor_value[i]].graph;
		place.value = t->name;
		place.at = t->at;
		v[0] = ol_v_str(ol_name(m, t->name));
		v[1] = ol_v_int((int64_t)t->payload.length);
		v[2] = ol_v_int(least);
		v[3] = ol_v_int(most);
		ol_check_emit(c, place, v);
	}
	free(buffer);
}

const struct ol_builtin ol_builtin_tensor_narrow = {
	.name = "tensor-narrow",
	.about = "large int64 initializers that int32 could hold, and whose readers take it",
	.vars = vars,
	.run = run,
};
