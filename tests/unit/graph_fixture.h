/* graph_fixture.h: a model from text or by hand, resolved, for the tests of src/graph. */
#ifndef OL_TESTS_GRAPH_FIXTURE_H
#define OL_TESTS_GRAPH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "graph/graph.h"
#include "load/load.h"
#include "util/buf.h"

struct fixture {
	struct ol_model *m;
	struct ol_ir *ir;
	uint32_t before; /* diags of the loader */
};

static inline struct fixture resolve(const char *text)
{
	struct ol_load_options o;
	struct ol_err err = {0};
	struct fixture f;

	ol_load_options_default(&o);
	f.m = ol_load_memory(text, strlen(text), "fixture", &o, &err);
	if (!f.m)
		fail_msg("%s", err.message);
	if (!f.m->complete)
		fail_msg("%.*s\n%s", OL_FMT(f.m->diags[0].message), text);
	f.before = f.m->n_diags;
	f.ir = ol_ir_build(f.m, &err);
	if (!f.ir)
		fail_msg("%s", err.message);
	return f;
}

static inline void drop(struct fixture *f)
{
	ol_ir_free(f->ir);
	ol_model_free(f->m);
}

static inline uint32_t sym(const struct fixture *f, const char *name)
{
	return ol_intern_find(&f->m->names, ol_str(name));
}

static inline uint32_t value(const struct fixture *f, uint32_t graph, const char *name)
{
	uint32_t s = sym(f, name);

	return s == OL_NONE ? OL_NONE : ol_ir_find_value(f->ir, graph, s);
}

/* The graph of that name. */
static inline uint32_t graph(const struct fixture *f, const char *name)
{
	for (uint32_t g = 0; g < f->m->n_graphs; g++)
		if (f->m->graphs[g].name == sym(f, name))
			return g;
	return OL_NONE;
}

/* The first node of that operator. */
static inline uint32_t node(const struct fixture *f, const char *op)
{
	for (uint32_t n = 0; n < f->m->n_nodes; n++)
		if (f->m->nodes[n].op_type == sym(f, op))
			return n;
	return OL_NONE;
}

#endif
