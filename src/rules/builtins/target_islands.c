/* target_islands.c: into how many islands a provider that takes nodes in part cuts the model. */
#include "rules/check.h"

#include "rules/partition.h"

static const struct ol_builtin_var vars[] = {
	{"nodes", "int", "nodes of the main graph, stored tensors apart"},
	{"taken", "int", "those that the provider takes"},
	{"islands", "int", "groups of taken nodes that can run in one go"},
	{"largest", "int", "nodes of the largest"},
	{"splits", "int", "nodes between islands that the provider does not take"},
	{"first", "string", "the first such node; may be empty"},
	{"fallback", "string", "the target that runs the rest"},
	{NULL, NULL, NULL},
};

static void run(struct ol_check *c)
{
	struct ol_partition p;
	struct ol_arena a;

	if (!c->stands || !c->target->fallback.n)
		return;
	ol_arena_init(&a, 0);
	if (ol_partition(c->ir, c->stands->own, &a, &p)) {
		c->scratch->refused = true;
	} else {
		struct ol_place nowhere = OL_NOWHERE;
		struct ol_val v[] = {
			ol_v_int(p.nodes),
			ol_v_int(p.taken),
			ol_v_int(p.islands),
			ol_v_int(p.largest),
			ol_v_int(p.n_split),
			p.n_split ? ol_check_text(c, "%.*s", OL_FMT(ol_check_node_name(c, p.split[0]))) : ol_v_str(OL_STR("")),
			ol_v_str(c->target->fallback),
		};

		ol_check_emit(c, nowhere, v);
	}
	ol_arena_free(&a);
}

const struct ol_builtin ol_builtin_target_islands = {
	.name = "target-islands",
	.about = "islands that a provider with a fallback would make of the main graph",
	.vars = vars,
	.run = run,
};
