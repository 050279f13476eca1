/* added.c: functions that options add to a model: those that its nodes call, and those that their bodies call.
 *
 * The bytes stand behind the model's own, past its end, so that a function is walked like any other; its rows get no span. */
#include <stdlib.h>

#include "load/walk.h"

int ol_walk_added_begin(struct walk *w)
{
	const struct ol_load_options *o = w->o;

	if (!o->n_functions)
		return 0;
	w->added = calloc(o->n_functions, 1);
	if (!w->added)
		return ol_walk_refused(w);
	w->src->tail = (const uint8_t *)o->function_bytes.p;
	w->src->n_tail = o->function_bytes.n;
	return 0;
}

/* The model has a function of the name itself, which holds. */
static bool has_own(const struct ol_model *m, uint32_t domain, uint32_t name)
{
	for (uint32_t i = 0; i < m->n_functions; i++)
		if (m->functions[i].name == name && m->functions[i].domain == domain)
			return true;
	return false;
}

static int add(struct walk *w, uint32_t i)
{
	const struct ol_load_options *o = w->o;
	struct ol_str f = o->functions[i].proto;
	struct ol_span at = {w->size + (uint64_t)(f.p - o->function_bytes.p), f.n};

	if (ol_walk_add_function(w, at))
		return -1;
	w->m->functions[w->m->n_functions - 1].added = true;
	return 0;
}

/* The first function whose name is not before `name`. */
static uint32_t first_of(const struct ol_load_options *o, struct ol_str name)
{
	uint32_t lo = 0, hi = o->n_functions;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (ol_str_cmp(o->functions[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int more_names(struct walk *w)
{
	uint32_t n = w->m->names.count;
	uint8_t *p;

	if (n <= w->n_called)
		return 0;
	p = realloc(w->called, n);
	if (!p)
		return ol_walk_refused(w);
	memset(p + w->n_called, 0, n - w->n_called);
	w->called = p;
	w->n_called = n;
	return 0;
}

int ol_walk_added(struct walk *w)
{
	const struct ol_load_options *o = w->o;
	struct ol_model *m = w->m;

	if (more_names(w))
		return -1;
	for (; w->scanned < m->n_nodes; w->scanned++) {
		const struct ol_node *n = &m->nodes[w->scanned];
		struct ol_str name, domain;

		if (w->called[n->op_type] == 1)
			continue;
		name = ol_name(m, n->op_type);
		domain = ol_name(m, n->domain);
		w->called[n->op_type] = 1;
		for (uint32_t i = first_of(o, name); i < o->n_functions && ol_str_eq(o->functions[i].name, name); i++) {
			w->called[n->op_type] = 2;
			if (w->added[i] || !ol_str_eq(o->functions[i].domain, domain))
				continue;
			w->added[i] = 1;
			if (!has_own(m, n->domain, n->op_type) && add(w, i))
				return -1;
		}
	}
	return 0;
}

void ol_walk_added_end(struct walk *w)
{
	struct ol_model *m = w->m;
	const struct ol_span none = {0, 0};
	uint64_t end = w->size;

	if (!w->added || m->n_functions == 0 || !m->functions[m->n_functions - 1].added)
		return;
	for (uint32_t i = 0; i < m->n_graphs; i++)
		if (m->graphs[i].at.offset >= end)
			m->graphs[i].at = none;
	for (uint32_t i = 0; i < m->n_nodes; i++)
		if (m->nodes[i].offset >= end)
			m->nodes[i].offset = m->nodes[i].length = 0;
	for (uint32_t i = 0; i < m->n_attrs; i++)
		if (m->attrs[i].at.offset >= end)
			m->attrs[i].at = none;
	for (uint32_t i = 0; i < m->n_tensors; i++)
		if (m->tensors[i].at.offset >= end)
			m->tensors[i].at = none;
	for (uint32_t i = 0; i < m->n_infos; i++)
		if (m->infos[i].at.offset >= end)
			m->infos[i].at = none;
	for (uint32_t i = 0; i < m->n_all_opsets; i++)
		if (m->all_opsets[i].at.offset >= end)
			m->all_opsets[i].at = none;
	for (uint32_t i = 0; i < m->n_functions; i++)
		if (m->functions[i].at.offset >= end)
			m->functions[i].at = none;
	for (uint32_t i = 0; i < m->n_diags; i++)
		if (m->diags[i].place.at.offset >= end)
			m->diags[i].place.at = none;
}
