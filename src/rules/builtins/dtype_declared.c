/* dtype_declared.c: element types that the model declares and that are none of ONNX's, or came after the model's IR version.
 *
 * Source: docs/IR.md of onnx (tensor element types), docs/Versioning.md (what came with which IR version). */
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"fault", "string", "undefined or needs-ir"},
	{"name", "string", "the value or initializer"},
	{"number", "int", "the element type's number in the file"},
	{"dtype", "string", "its name"},
	{"since_ir", "int", "the IR version that brought it"},
	{NULL, NULL, NULL},
};

static void judge(struct ol_check *c, struct ol_place place, int32_t dtype)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_dtype_info *info = ol_dtype_info(dtype);
	bool valid = ol_dtype_valid(dtype);
	struct ol_val v[] = {
		ol_v_str(valid ? OL_STR("needs-ir") : OL_STR("undefined")),
		ol_v_str(ol_name(m, place.value)),
		ol_v_int(dtype),
		ol_v_str(ol_str(info->name)),
		ol_v_int(info->min_ir),
	};

	if (!valid || (m->has_ir_version && info->min_ir > m->ir_version))
		ol_check_emit(c, place, v);
}

static void infos(struct ol_check *c, uint32_t graph, struct ol_range r)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t i = r.first; i < r.first + r.n; i++) {
		const struct ol_info *info = &m->infos[i];
		struct ol_place place = OL_NOWHERE;
		const struct ol_type *t;

		if (info->type == OL_NONE)
			continue;
		t = &m->types[info->type];
		/* sequences and optionals are judged by what they hold; a file cannot make this chain cyclic */
		while ((t->kind == OL_TYPE_SEQUENCE || t->kind == OL_TYPE_OPTIONAL) && t->elem != OL_NONE)
			t = &m->types[t->elem];
		if (t->kind != OL_TYPE_TENSOR && t->kind != OL_TYPE_SPARSE_TENSOR)
			continue;
		place.graph = graph;
		place.function = m->graphs[graph].function;
		place.value = info->name;
		place.at = info->at;
		judge(c, place, t->elem_type);
	}
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++) {
		const struct ol_graph *graph = &m->graphs[g];

		infos(c, g, graph->inputs);
		infos(c, g, graph->outputs);
		infos(c, g, graph->value_infos);
		for (uint32_t i = 0; i < graph->initializers.n; i++) {
			const struct ol_tensor *t = &m->tensors[graph->initializers.first + i];
			struct ol_place place = OL_NOWHERE;

			if (!ol_dtype_valid(t->dtype))
				continue; /* tensor/… says so */
			place.graph = g;
			place.function = graph->function;
			place.value = t->name;
			place.at = t->at;
			judge(c, place, t->dtype);
		}
	}
}

const struct ol_builtin ol_builtin_dtype_declared = {
	.name = "dtype-declared",
	.about = "declared element types that do not exist, or not in the model's IR version",
	.vars = vars,
	.run = run,
};
