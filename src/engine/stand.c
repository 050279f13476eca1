/* stand.c: how each node stands with each selected target: its row, then the row's conditions, then
 * the types of its operands.
 *
 * One look-up a kind of operator; nodes are asked one by one only where the row has conditions or
 * types. A condition that hangs on an unknown type, shape or value is undecided: never a no. */
#include "engine/stand.h"

#include "engine/facts_table.h"
#include "rules/condition.h"
#include "util/clock.h"
#include "schema/kinds.h"

enum { STEPS = 20000, SCRATCH = 64 << 20, CLOCK_EVERY = 256 };

struct asker {
	const struct ol_ir *ir;
	const struct ol_infer *inf;
	const struct ol_schema *schemas; /* by kind */
	struct ol_facts facts;
	struct ol_eval eval;
	struct ol_env env;
	struct ol_val slots[OL_CONDITION_VARS];
	struct ol_arena scratch;
	uint64_t deadline; /* past it nothing is asked any more */
	uint32_t since_clock;
	bool late;
};

static enum ol_vkind ask(struct asker *k, uint32_t condition, uint32_t node, bool *yes)
{
	const struct ol_expr *x = ol_condition_program(condition);
	struct ol_val v;

	if (!x)
		return OL_V_UNKNOWN;
	k->slots[0] = ol_v_obj(OL_CLS_NODE, node, 0);
	k->eval.steps = 0;
	k->eval.depth = 0;
	v = ol_expr_eval(&k->eval, x);
	ol_arena_reset(&k->scratch);
	*yes = v.kind == OL_V_BOOL && v.u.b;
	/* what fails to evaluate (an index past the end of a bad model's list) decides nothing */
	return v.kind == OL_V_BOOL ? OL_V_BOOL : OL_V_UNKNOWN;
}

static struct ol_stand of_node(struct asker *k, const struct ol_target *t,
			       const struct ol_target_support *s, uint32_t kind, uint32_t node,
			       struct ol_stand otherwise)
{
	struct ol_stand_operand x;
	int undecided = -1;

	k->late = k->late || ol_clock_over(k->deadline, &k->since_clock, CLOCK_EVERY);
	if (k->late) /* the run tells of the time limit */
		return (struct ol_stand){OL_STAND_UNKNOWN, 0};
	for (uint32_t i = 0; i < s->n_conditions; i++) {
		bool yes = false;

		if (ask(k, ol_target_condition(s, i).id, node, &yes) == OL_V_UNKNOWN)
			undecided = undecided < 0 ? (int)i : undecided;
		else if (!yes)
			return (struct ol_stand){OL_STAND_CONDITION, (uint8_t)i};
	}
	if (k->schemas[kind].row &&
	    ol_stand_operand(k->ir, k->inf, t, s, &k->schemas[kind], node, &x))
		return (struct ol_stand){OL_STAND_DTYPE, 0};
	if (undecided >= 0)
		return (struct ol_stand){OL_STAND_UNDECIDED, (uint8_t)undecided};
	return otherwise;
}

static bool in_other_opset(const struct ol_target *t, struct ol_str domain, struct ol_str op)
{
	enum ol_support status;
	int32_t lo, hi;

	return ol_target_range(t, domain, op, 0, &lo, &hi, &status);
}

static void of_kind(struct asker *k, const struct ol_target *t, uint32_t kind, struct ol_stand *out)
{
	const struct ol_ir *ir = k->ir;
	const struct ol_opkind *row = &ir->kinds[kind];
	struct ol_str domain = ol_facts_domain(ir->model, row->domain),
		      op = ol_name(ir->model, row->op_type);
	struct ol_target_support s = {.status = OL_SUPPORT_FULL};
	const struct ol_custom_target *own = ol_custom_at_target(ol_kind_custom(ir, kind), t);
	struct ol_stand all = {OL_STAND_FULL, 0};

	if (own)
		s.status = own->status;
	else if (row->function == OL_NONE)
		s = ol_stand_support(t, domain, op, row->opset);
	if (s.status == OL_SUPPORT_UNKNOWN)
		all.kind = OL_STAND_UNKNOWN;
	else if (s.status == OL_SUPPORT_PARTIAL)
		all.kind = OL_STAND_PARTIAL;
	else if (s.status == OL_SUPPORT_NONE)
		all.kind = !own && in_other_opset(t, domain, op) ? OL_STAND_VERSION : OL_STAND_NONE;
	if (!own && all.kind < OL_STAND_PARTIAL && ol_schema_domain_newest(domain) <= 0)
		all.kind = OL_STAND_CUSTOM;
	for (uint32_t i = 0; i < row->nodes.n; i++) {
		uint32_t node = ir->nodes_by_kind[row->nodes.first + i];

		out[node] = all.kind < OL_STAND_PARTIAL || row->function != OL_NONE
				? all
				: of_node(k, t, &s, kind, node, all);
	}
}

static struct ol_stand *of_target(struct asker *k, const struct ol_target *t, struct ol_arena *a)
{
	struct ol_stand *out = OL_NEWN(a, struct ol_stand, (size_t)k->ir->model->n_nodes + 1);

	for (uint32_t i = 0; out && i < k->ir->n_kinds; i++)
		of_kind(k, t, i, out);
	return out;
}

/* Providers of one runtime fall back to the same target: it is asked once. */
static const struct ol_stand *of_fallback(struct asker *k, const struct ol_engine_options *o,
					  uint32_t at, const struct ol_stands *done,
					  struct ol_arena *a)
{
	struct ol_target f = ol_target_fallback(&o->targets[at]);

	for (uint32_t i = 0; i < at; i++) {
		if (ol_str_eq(o->targets[i].fallback, o->targets[at].fallback) && done[i].fallback)
			return done[i].fallback;
		if (ol_str_eq(o->targets[i].name, f.name))
			return done[i].own;
	}
	return of_target(k, &f, a);
}

const struct ol_stands *ol_engine_stands(const struct ol_ir *ir, const struct ol_engine_options *o,
					 struct ol_arena *a)
{
	struct ol_stands *all = OL_NEWN(a, struct ol_stands, (size_t)o->n_targets + 1);
	struct asker k = {
	    .ir = ir, .inf = o->inf, .facts.inf = o->inf, .deadline = o->deadline};
	bool bad = !all || ol_facts_resolve(&k.facts, ir, a);

	ol_arena_init(&k.scratch, SCRATCH);
	k.schemas = k.facts.kind_schema;
	k.env = *ol_facts_env();
	k.env.vars = ol_condition_vars;
	k.env.n_vars = OL_CONDITION_VARS;
	k.eval = (struct ol_eval){.env = &k.env,
				  .slots = k.slots,
				  .scratch = &k.scratch,
				  .host = &k.facts,
				  .max_steps = STEPS,
				  .regexes = ol_regexes_new()};
	for (uint32_t i = 0; !bad && i < o->n_targets; i++) {
		all[i].own = of_target(&k, &o->targets[i], a);
		bad = !all[i].own;
		if (bad || !o->targets[i].fallback.n)
			continue;
		all[i].fallback = of_fallback(&k, o, i, all, a);
		bad = !all[i].fallback;
	}
	bad |= k.scratch.refused;
	ol_regexes_free(k.eval.regexes);
	ol_arena_free(&k.scratch);
	return bad ? NULL : all;
}
