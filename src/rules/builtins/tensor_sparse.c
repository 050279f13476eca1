/* tensor_sparse.c: sparse tensors: what SparseTensorProto demands of shape, values and indices.
 *
 * Source: SparseTensorProto in onnx.proto: values [NNZ]; indices int64 [NNZ] linear or [NNZ, rank]; in ascending order, unique. */
#include "rules/check.h"

#include <inttypes.h>

static const struct ol_builtin_var vars[] = {
	{"tensor", "string", "the name of the sparse tensor"},
	{"text", "string", "what is wrong, in words"},
	{NULL, NULL, NULL},
};

static void emit(struct ol_check *c, const struct ol_place *p, struct ol_str name, struct ol_val text)
{
	struct ol_val v[] = {ol_v_str(name), text};

	ol_check_emit(c, *p, v);
}

/* Indices in range and ascending, where they are at hand. Returns what is wrong, or a null value. */
static struct ol_val check_indices(struct ol_check *c, const struct ol_sparse *s, const struct ol_tensor *indices,
				   int64_t nnz, int64_t dense)
{
	uint32_t width = indices->rank == 2 ? s->rank : 1;
	int64_t before = -1;

	for (int64_t i = 0; i < nnz; i++) {
		int64_t linear = 0, x;

		for (uint32_t k = 0; k < width; k++) {
			int64_t most = width == 1 && indices->rank == 1 ? dense : s->dims[k];

			if (!ol_tensor_int(indices, (uint64_t)i * width + k, &x))
				return ol_v_null(); /* not at hand */
			if (x < 0 || x >= most)
				return ol_check_text(c, "index %" PRId64 " at row %" PRId64 " is out of range 0..%" PRId64,
						     x, i, most - 1);
			/* below the dense size, which fits */
			linear = indices->rank == 1 ? x : linear * most + x;
		}
		if (linear <= before)
			return ol_check_text(c, "the indices are not in ascending order at row %" PRId64, i);
		before = linear;
	}
	return ol_v_null();
}

static void check(struct ol_check *c, struct ol_place place, const struct ol_sparse *s)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_tensor *values, *indices;
	struct ol_tensor shape = {.rank = s->rank, .dims = s->dims};
	int64_t dense = ol_tensor_elements(&shape), nnz;
	struct ol_str name = ol_name(m, s->values == OL_NONE ? 0 : m->tensors[s->values].name);
	struct ol_val wrong;

	place.at = s->at;
	if (s->values != OL_NONE)
		place.value = m->tensors[s->values].name;
	if (s->values == OL_NONE) {
		emit(c, &place, name, ol_v_str(OL_STR("it has no values")));
		return;
	}
	values = &m->tensors[s->values];
	if (dense == -1) {
		emit(c, &place, name, ol_v_str(OL_STR("a dimension of its dense shape is negative")));
		return;
	}
	if (dense == -2) {
		emit(c, &place, name, ol_v_str(OL_STR("the product of its dense dimensions does not fit 64 bits")));
		return;
	}
	if (s->rank == 0 || values->rank != 1) {
		emit(c, &place, name,
		     s->rank ? ol_check_text(c, "its values have rank %u, not 1", values->rank)
			     : ol_v_str(OL_STR("its dense shape has no dimensions")));
		return;
	}
	nnz = values->dims[0];
	if (nnz < 0)
		return; /* said of the values tensor */
	if (s->indices == OL_NONE) {
		if (nnz)
			emit(c, &place, name, ol_v_str(OL_STR("it has values but no indices")));
		return;
	}
	indices = &m->tensors[s->indices];
	if (indices->dtype != OL_DT_INT64) {
		emit(c, &place, name,
		     ol_check_text(c, "its indices are %s, not int64", ol_dtype_info(indices->dtype)->name));
		return;
	}
	if ((indices->rank != 1 && indices->rank != 2) || indices->dims[0] != nnz ||
	    (indices->rank == 2 && indices->dims[1] != (int64_t)s->rank)) {
		emit(c, &place, name,
		     ol_check_text(c, "its indices must have shape [%" PRId64 "] or [%" PRId64 ", %u]", nnz, nnz, s->rank));
		return;
	}
	wrong = check_indices(c, s, indices, nnz, dense);
	if (wrong.kind == OL_V_STRING)
		emit(c, &place, name, wrong);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t g = 0; g < m->n_graphs && m->n_sparses; g++) {
		const struct ol_graph *graph = &m->graphs[g];
		struct ol_place place = OL_NOWHERE;

		place.graph = g;
		for (uint32_t i = 0; i < graph->sparse.n; i++)
			check(c, place, &m->sparses[graph->sparse.first + i]);
		for (uint32_t i = 0; i < graph->nodes.n; i++) {
			uint32_t node = graph->nodes.first + i;
			struct ol_range attrs = m->nodes[node].attrs;

			for (uint32_t k = 0; k < attrs.n; k++) {
				const struct ol_attr *a = &m->attrs[attrs.first + k];

				if (a->type != OL_ATTR_SPARSE_TENSOR && a->type != OL_ATTR_SPARSE_TENSORS)
					continue;
				for (uint32_t x = 0; x < a->n; x++)
					check(c, ol_check_node(c, node, a->name), &m->sparses[a->list.ids[x]]);
			}
		}
	}
}

const struct ol_builtin ol_builtin_tensor_sparse = {
	.name = "tensor-sparse",
	.about = "sparse tensors whose shape, values and indices do not go together",
	.vars = vars,
	.run = run,
};
