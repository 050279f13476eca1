/* model.c: what holds a model together: diags and freeing. */
#include "load/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "load/source.h"

enum { DIAGS_PER_RULE = 1000 };

void ol_model_free(struct ol_model *m)
{
	if (!m)
		return;
	free(m->graphs);
	free(m->nodes);
	free(m->names_of);
	free(m->attrs);
	free(m->tensors);
	free(m->sparses);
	free(m->infos);
	free(m->types);
	free(m->annotations);
	free(m->all_opsets);
	free(m->functions);
	free(m->kvlists);
	for (uint32_t i = 0; i < m->n_ext_files; i++)
		if (m->ext_files[i].fd >= 0)
			close(m->ext_files[i].fd);
	free(m->ext_files);
	free(m->diags);
	free(m->diag_counts);
	ol_intern_free(&m->names);
	ol_source_close(m->source);
	ol_arena_free(&m->arena);
	free(m);
}

struct ol_diag_count {
	const char *rule;
	uint32_t n;
};

/* The counter of a rule, made when new; NULL when memory is refused. There are a few dozen rules at
 * most. */
static struct ol_diag_count *count_of(struct ol_model *m, const char *rule)
{
	struct ol_diag_count *c = m->diag_counts;

	for (uint32_t i = 0; i < m->n_diag_counts; i++)
		if (c[i].rule == rule || strcmp(c[i].rule, rule) == 0)
			return &c[i];
	c = realloc(c, (m->n_diag_counts + 1) * sizeof(*c));
	if (!c) {
		m->arena.refused = true;
		return NULL;
	}
	m->diag_counts = c;
	c += m->n_diag_counts++;
	*c = (struct ol_diag_count){rule, 0};
	return c;
}

bool ol_model_diag_full(struct ol_model *m, const char *rule)
{
	struct ol_diag_count *c = count_of(m, rule);
	bool full = !c || c->n >= DIAGS_PER_RULE;

	m->diags_dropped += full;
	return full;
}

static struct ol_str format(struct ol_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int n;
	char *p = NULL;

	va_copy(again, ap);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = vsnprintf(NULL, 0, fmt, again);
	if (n >= 0)
		p = ol_arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, ap);
#pragma GCC diagnostic pop
	va_end(again);
	return (struct ol_str){p, p ? (size_t)n : 0};
}

void ol_model_diag(struct ol_model *m, const char *rule, struct ol_place place, const char *fmt,
		   ...)
{
	struct ol_diag d = {.rule = rule, .place = place};
	va_list ap;

	if (ol_model_diag_full(m, rule))
		return;
	if (m->n_diags == m->cap_diags) {
		uint32_t cap = m->cap_diags ? m->cap_diags * 2 : 16;
		struct ol_diag *p = realloc(m->diags, cap * sizeof(*p));

		if (!p) {
			m->arena.refused = true;
			m->diags_dropped++;
			return;
		}
		m->diags = p;
		m->cap_diags = cap;
	}
	va_start(ap, fmt);
	d.message = format(&m->arena, fmt, ap);
	va_end(ap);
	m->diags[m->n_diags++] = d;
	count_of(m, rule)->n++; /* exists: asked above */
}
