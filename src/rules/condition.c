/* condition.c: conditions of target tables become programs, and are found again by id. */
#include "rules/condition.h"

enum { MOST_DIAGS = 8, MAGIC = 0x31444e43 /* "CND1" */ };

struct head {
	uint32_t magic, n;
	/* n offsets from the image's start follow, then the programs, each 8-byte aligned */
};

const struct ol_var ol_condition_vars[] = {{"node", "node"}};

static const struct ol_expr *compile(const struct ol_target_condition *c, const struct ol_env *env,
				     struct ol_arena *a, const char *file, uint32_t line,
				     struct ol_notes *notes)
{
	struct ol_expr_diag diags[MOST_DIAGS];
	uint32_t n = 0;
	const struct ol_expr *x = ol_expr_compile(a, c->needs, env, "bool", diags, MOST_DIAGS, &n);

	for (uint32_t i = 0; i < n && !x; i++)
		ol_notes_add(notes, file, line, 1, 0, diags[i].nearest, "%s, in: %.*s",
			     diags[i].message, OL_FMT(c->needs));
	return x;
}

int ol_conditions_compile(const struct ol_env *env, struct ol_buf *image, struct ol_notes *notes)
{
	struct ol_env own = *env;
	struct head h = {MAGIC, 0};
	struct ol_target_condition c;
	struct ol_str file;
	struct ol_arena a;
	uint32_t line;
	size_t table;

	own.vars = ol_condition_vars;
	own.n_vars = OL_CONDITION_VARS;
	while (ol_target_condition_at(h.n, &c, &file, &line))
		h.n++;
	ol_buf_add(image, &h, sizeof(h));
	table = image->n;
	for (uint32_t i = 0, zero = 0; i < h.n; i++)
		ol_buf_add(image, &zero, sizeof(zero));
	ol_arena_init(&a, 0);
	for (uint32_t i = 0; ol_target_condition_at(i, &c, &file, &line); i++) {
		const struct ol_expr *x = compile(&c, &own, &a, file.p, line, notes);
		uint32_t at;

		while (image->n % 8 && !image->failed)
			ol_buf_char(image, '\0');
		at = (uint32_t)image->n;
		if (x)
			ol_buf_add(image, x, x->size);
		if (!image->failed)
			memcpy(image->p + table + i * sizeof(at), &at, sizeof(at));
	}
	ol_arena_free(&a);
	return image->failed || notes->n ? -1 : 0;
}

const struct ol_expr *ol_condition_program(uint32_t id)
{
	const unsigned char *p = ol_conditions_image;
	const struct ol_expr *x;
	struct head h;
	uint32_t at;

	if (ol_conditions_image_size < sizeof(h))
		return NULL;
	memcpy(&h, p, sizeof(h));
	if (h.magic != MAGIC || id >= h.n)
		return NULL;
	memcpy(&at, p + sizeof(h) + id * sizeof(at), sizeof(at));
	if (!at || at + sizeof(*x) > ol_conditions_image_size)
		return NULL;
	x = (const void *)(p + at);
	return at + (size_t)x->size <= ol_conditions_image_size ? x : NULL;
}
