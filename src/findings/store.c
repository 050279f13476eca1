/* store.c: the growing list of findings, and the words for its grades. */
#include <stdlib.h>

#include "findings/findings.h"

const char *const ol_severity_names[] = {"note", "warning", "error", NULL};
const char *const ol_confidence_names[] = {"possible", "likely", "certain", NULL};
const char *const ol_effort_names[] = {"trivial", "low", "moderate", "high", NULL};
const char *const ol_blast_names[] = {"node", "downstream", "subgraph", "model", NULL};
const char *const ol_applicability_names[] = {"safe", "unsafe", "manual", NULL};
const char *const ol_cause_names[] = {"none", "type", "shape", "unknown", "opset", NULL};
const char *const ol_band_names[] = {"error", "warning", "note", "possible note", NULL};

int ol_name_index(const char *const *names, struct ol_str name)
{
	for (int i = 0; names[i]; i++)
		if (ol_str_is(name, names[i]))
			return i;
	return -1;
}

void ol_findings_init(struct ol_findings *f)
{
	*f = (struct ol_findings){.how.weights = ol_score_defaults};
	ol_arena_init(&f->arena, 0);
}

void ol_findings_free(struct ol_findings *f)
{
	free(f->at);
	ol_arena_free(&f->arena);
	*f = (struct ol_findings){0};
}

struct ol_finding *ol_findings_add(struct ol_findings *f)
{
	struct ol_finding *at;
	uint32_t cap;

	if (f->n == f->cap) {
		if (f->cap > UINT32_MAX / 2)
			return NULL;
		cap = f->cap ? f->cap * 2 : 64;
		at = realloc(f->at, (size_t)cap * sizeof(*at));
		if (!at)
			return NULL;
		f->at = at;
		f->cap = cap;
	}
	at = &f->at[f->n++];
	*at = (struct ol_finding){.place = OL_NOWHERE};
	return at;
}
