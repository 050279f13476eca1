/* unbound_symbols.c: graph outputs with a dimension named by a symbol that nothing the caller gives decides.
 *
 * A symbol is bound when an input of the graph has a dimension of its name. Where inference derives the dimension otherwise,
 * the declared name stands for that. Source: docs/IR.md of onnx, dimension variables. */
#include "rules/check.h"

#include <stdlib.h>

#include "util/buf.h"
#include "util/text.h"

static const struct ol_builtin_var vars[] = {
	{"value", "string", "the output"},
	{"symbols", "string", "the symbols, in quotes"},
	{"count", "int", "how many"},
	{NULL, NULL, NULL},
};

enum { NAMED_MOST = 4, NAME_WIDTH = 60 };

static void bind(const struct ol_model *m, uint32_t type, uint8_t *bound)
{
	/* sequences and optionals bind by what they hold; a file cannot make this chain cyclic */
	for (; type != OL_NONE; type = m->types[type].elem) {
		const struct ol_type *t = &m->types[type];

		for (uint32_t i = 0; t->has_shape && i < t->rank; i++)
			if (t->dims[i].kind == OL_DIM_PARAM)
				bound[t->dims[i].param] = 1;
	}
}

/* Is the dim, after inference, nothing but the declared name? */
static bool underived(const struct ol_check *c, struct ol_num dim, struct ol_str name, struct ol_buf *text)
{
	if (!ol_num_is_sym(dim))
		return false;
	ol_buf_clear(text);
	ol_num_print(&c->inf->syms, dim, text);
	c->scratch->refused |= text->failed;
	return ol_str_eq(ol_buf_view(text), name);
}

static void check_output(struct ol_check *c, const struct ol_info *info, uint32_t value, uint8_t *bound,
			 struct ol_buf *text)
{
	const struct ol_model *m = c->ir->model;
	const struct ol_fact *f = &c->inf->facts[value];
	struct ol_place place = OL_NOWHERE;
	const struct ol_type *t;
	struct ol_buf list = {0};
	struct ol_val v[3];
	int64_t n = 0;

	if (info->type == OL_NONE)
		return;
	t = &m->types[info->type];
	if (t->kind != OL_TYPE_TENSOR || !t->has_shape || !f->has_rank || f->rank != t->rank)
		return;
	for (uint32_t i = 0; i < t->rank; i++) {
		uint32_t param = t->dims[i].kind == OL_DIM_PARAM ? t->dims[i].param : 0;

		if (!param || bound[param] || !underived(c, f->dims[i], ol_name(m, param), text))
			continue;
		bound[param] = 1; /* told once */
		if (n++ >= NAMED_MOST)
			continue;
		ol_buf_z(&list, n > 1 ? ", '" : "'");
		ol_text_plain(&list, ol_name(m, param), NAME_WIDTH);
		ol_buf_char(&list, '\'');
	}
	if (n == 0)
		return;
	if (n > NAMED_MOST)
		ol_buf_printf(&list, " and %lld more", (long long)n - NAMED_MOST);
	v[0] = ol_v_str(ol_name(m, info->name));
	v[1] = ol_v_str(ol_buf_keep(&list, c->scratch));
	v[2] = ol_v_int(n);
	place.graph = 0;
	place.value = info->name;
	place.at = info->at;
	ol_check_because(c, OL_ORIGIN_SHAPE, value);
	ol_check_emit(c, place, v);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct ol_buf text = {0};
	struct ol_range r;
	uint8_t *bound;

	if (!c->inf || !m->has_graph)
		return;
	bound = calloc((size_t)m->names.count + 1, 1);
	if (!bound) {
		c->scratch->refused = true;
		return;
	}
	r = m->graphs[0].inputs;
	for (uint32_t i = r.first; i < r.first + r.n; i++)
		bind(m, m->infos[i].type, bound);
	r = m->graphs[0].outputs;
	for (uint32_t i = r.first; i < r.first + r.n; i++)
		if (c->ir->info_value[i] != OL_NONE)
			check_output(c, &m->infos[i], c->ir->info_value[i], bound, &text);
	ol_buf_free(&text);
	free(bound);
}

const struct ol_builtin ol_builtin_unbound_symbols = {
	.name = "unbound-symbols",
	.about = "output dimensions named by symbols that no input has and inference does not derive",
	.vars = vars,
	.run = run,
};
