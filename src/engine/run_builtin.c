/* run_builtin.c: rules whose hits a check in C finds.
 *
 * Several rules may share one check and tell its hits apart by a variable (`when: fault ==
 * 'none'`): the check runs once, and each hit is offered to all of them. Most hits are not a rule's
 * own, so its last answer is kept with the variables and the operator kind that it came from: a run
 * of like hits is asked once. */
#include <stdlib.h>

#include "engine/run.h"
#include "engine/stand.h"

/* ---- diags by rule, in one sorted array a run ---- */
struct diag_row {
	const char *rule;
	uint32_t row;
};

static int by_rule(const void *a, const void *b)
{
	const struct diag_row *x = a, *y = b;
	int c = x->rule == y->rule ? 0 : strcmp(x->rule, y->rule);

	return c ? c : (x->row > y->row) - (x->row < y->row);
}

static int index_diags(struct ol_run *r)
{
	const struct ol_model *m = r->ir->model;
	struct diag_row *rows = malloc(((size_t)m->n_diags + 1) * sizeof(*rows));

	r->diags = OL_NEWN(&r->arena, uint32_t, m->n_diags);
	if (!rows || !r->diags) {
		free(rows);
		return -1;
	}
	for (uint32_t i = 0; i < m->n_diags; i++)
		rows[i] = (struct diag_row){m->diags[i].rule, i};
	qsort(rows, m->n_diags, sizeof(*rows), by_rule);
	for (uint32_t i = 0; i < m->n_diags; i++)
		r->diags[i] = rows[i].row;
	free(rows);
	return 0;
}

/* First row whose rule is not before `id`; with after: first behind it. */
static uint32_t bound(const struct ol_run *r, struct ol_str id, bool after)
{
	uint32_t lo = 0, hi = r->ir->model->n_diags;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = ol_str_cmp(ol_str(r->ir->model->diags[r->diags[mid]].rule), id);

		if (c < 0 || (after && c == 0))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- hits ---- */
static struct ol_val id_object(uint8_t cls, uint32_t id, uint32_t n)
{
	return id < n ? ol_v_obj(cls, id, 0) : ol_v_unknown();
}

/* The scope's object at a place; unknown when the place does not lead to one. */
static struct ol_val object_at(const struct ol_run *r, uint8_t scope, const struct ol_place *p)
{
	const struct ol_model *m = r->ir->model;
	uint32_t v = OL_NONE;

	switch ((enum ol_scope_kind)scope) {
	case OL_SCOPE_NODE:
		return id_object(OL_CLS_NODE, p->node, m->n_nodes);
	case OL_SCOPE_GRAPH:
		if (p->graph == OL_NONE && p->node < m->n_nodes)
			return ol_v_obj(OL_CLS_GRAPH, m->nodes[p->node].graph, 0);
		return id_object(OL_CLS_GRAPH, p->graph, m->n_graphs);
	case OL_SCOPE_VALUE:
	case OL_SCOPE_INITIALIZER:
		if (p->value && p->graph < m->n_graphs)
			v = ol_ir_find_value(r->ir, p->graph, p->value);
		return id_object(OL_CLS_VALUE, v, r->ir->n_values);
	case OL_SCOPE_FUNCTION:
		return id_object(OL_CLS_FUNCTION, p->function, m->n_functions);
	case OL_SCOPE_OPSET_IMPORT:
		for (uint32_t i = 0; i < m->n_all_opsets; i++)
			if (m->all_opsets[i].domain == p->value &&
			    (!p->at.length || m->all_opsets[i].at.offset == p->at.offset))
				return ol_v_obj(OL_CLS_OPSET_IMPORT, i, 0);
		return ol_v_unknown();
	case OL_SCOPE_MODEL:
	case OL_SCOPE_COUNT:
		break;
	}
	return ol_v_obj(OL_CLS_MODEL, 0, 0);
}

/* A key of the variables; false when they hold what has no cheap key. */
static bool key_of(const struct ol_run *r, const struct ol_val *vars, uint32_t n, uint64_t *key)
{
	uint64_t h[2] = {r->hash_key[0], r->hash_key[1]};

	for (uint32_t i = 0; i < n; i++) { /* vars may be NULL for none */
		const struct ol_val *v = &vars[i];

		if (v->kind == OL_V_STRING)
			h[0] = ol_hash(h, v->u.s.p, v->u.s.n);
		else if (v->kind == OL_V_NULL || v->kind == OL_V_UNKNOWN)
			h[0] = ol_hash(h, &v->kind, 1);
		else if (v->kind == OL_V_BOOL)
			h[0] = ol_hash(h, v->u.b ? "ty" : "fn", 2);
		else if (v->kind == OL_V_INT)
			h[0] = ol_hash(h, &v->u.i, sizeof(v->u.i));
		else
			return false;
	}
	*key = h[0];
	return true;
}

struct hits {
	struct ol_run *run;
	struct ol_run_seat *const *seats;
	uint32_t n;
};

static void offer(struct ol_run *r, const struct ol_place *place, const struct ol_val *vars,
		  bool keyed, uint64_t key)
{
	struct ol_run_seat *s = r->at;
	uint8_t scope = s->rule->scope;
	struct ol_val own;
	enum ol_answer a;

	s->stats->candidates++;
	/* of the scopes only these have an object that a kind stands for */
	keyed = keyed && s->rule->when &&
		(scope == OL_SCOPE_MODEL || (scope == OL_SCOPE_NODE && place->node != OL_NONE));
	if (keyed && scope == OL_SCOPE_NODE)
		key += (uint64_t)r->ir->node_kind[place->node] + 1;
	if (keyed && s->memo && key == s->memo_key && s->memo_answer != OL_ANSWER_YES) {
		ol_run_tell(r, (enum ol_answer)s->memo_answer, *place);
		return;
	}
	if (!s->rule->when && ol_run_full(r)) {
		s->stats->matches++;
		return;
	}
	own = object_at(r, scope, place);
	r->facts.node_read = 0;
	a = ol_run_ask(r, own, vars);
	s->memo = keyed && !r->facts.node_read;
	s->memo_key = key;
	s->memo_answer = (uint8_t)a;
	ol_run_tell(r, a, *place);
}

static void hit(struct ol_check *c, const struct ol_place *place, const struct ol_val *vars)
{
	const struct hits *h = c->host;
	struct ol_run *r = h->run;
	uint64_t key = 0;
	bool keyed;

	keyed = key_of(r, vars, h->seats[0]->first_let - h->seats[0]->first_var, &key);
	for (uint32_t i = 0; i < h->n; i++) {
		r->at = h->seats[i];
		offer(r, place, vars, keyed, key);
	}
	ol_arena_reset(&r->scratch);
}

static void emit(struct ol_check *c, const struct ol_place *place, const struct ol_val *vars)
{
	const struct hits *h = c->host;

	if (ol_run_over(h->run))
		return;
	h->run->check = c;
	hit(c, place, vars);
	h->run->check = NULL;
	c->n_facts = 0;
	c->reasons.n = 0;
}

void ol_run_builtin(struct ol_run *r, struct ol_run_seat *const *seats, uint32_t n)
{
	const struct ol_rule *rule = seats[0]->rule;
	struct hits h = {r, seats, n};
	struct ol_check c = {.ir = r->ir,
			     .inf = r->o->inf,
			     .rule = rule,
			     .weights = r->o->weights,
			     .target = r->target == OL_NONE ? NULL : &r->o->targets[r->target],
			     .kind_schema = r->facts.kind_schema,
			     .scratch = &r->scratch,
			     .emit = emit,
			     .host = &h};
	uint32_t from, to;

	if (!r->stands && c.target)
		r->stands = r->o->stands ? r->o->stands : ol_engine_stands(r->ir, r->o, &r->arena);
	if ((!r->diags && index_diags(r)) || (c.target && !r->stands)) {
		r->no_memory = true;
		return;
	}
	c.stands = c.target ? &r->stands[r->target] : NULL;
	from = bound(r, rule->id, false);
	to = bound(r, rule->id, true);
	c.diags = r->diags + from;
	c.n_diags = to - from;
	for (uint32_t i = 0; i < n; i++)
		seats[i]->memo = false;
	seats[0]->builtin->run(&c);
	ol_arena_reset(&r->scratch);
}
