/* verdict.c: what the findings and the support table come to for each selected target.
 *
 * blocking = error findings about the target, and those about no target in particular but for what
 * the target tolerates; those that were dropped past the limits included. Verdict: ready when there
 * is none, severities as the rules give them; fixable when each has a safe automatic fix; blocked otherwise, and whenever the
 * file could not be read to its end.
 *
 * score = 100 * (supported + unknown / 2) / nodes, over the nodes of all graphs, less
 * 15 * log2(1 + groups) for the groups of blocking findings, half of that when fixable; below 100
 * unless ready, never below 0, and 0 for a file that was not read to its end. The numbers are
 * weights (src/findings/weights.c).
 *
 * The nodes of a function's body are counted in their own right, so a call counts as supported. */
#include <stdlib.h>

#include "engine/engine.h"
#include "engine/matrix.h"
#include "engine/stand.h"
#include "rules/partition.h"

struct judge {
	const struct ol_ir *ir;
	const struct ol_target *target;
	struct ol_target fallback; /* providers of one runtime take and refuse the same files */
	const struct ol_stands *stands;
	uint32_t bit;
};

static bool tolerated(const struct judge *j, const struct ol_finding *f)
{
	const struct ol_model *m = j->ir->model;
	bool node = f->place.node < m->n_nodes;
	struct ol_str op = node ? ol_name(m, m->nodes[f->place.node].op_type) : OL_STR("");
	uint32_t value = f->place.value && f->place.graph < m->n_graphs
			     ? ol_ir_find_value(j->ir, f->place.graph, f->place.value)
			     : OL_NONE;
	unsigned places = 0;

	if (node && (ol_stand_runs(j->stands->own[f->place.node]) ||
		     ol_stands_falls_back(j->stands, f->place.node)))
		places |= OL_TOLERANCE_SUPPORTED;
	if (value != OL_NONE && (j->ir->values[value].flags & OL_VALUE_OUTPUT) &&
	    j->ir->values[value].producer != OL_NONE)
		places |= OL_TOLERANCE_OUTPUT;
	return ol_target_tolerates(j->target, f->rule, op, places) ||
	       ol_target_tolerates(&j->fallback, f->rule, op, places);
}

static bool blocks(const struct judge *j, const struct ol_finding *f)
{
	if (f->by_rule != OL_SEV_ERROR)
		return false;
	return f->targets ? f->targets >> j->bit & 1 : !tolerated(j, f);
}

/* A node that another target takes over counts as supported: it runs. */
static void count_nodes(const struct ol_ir *ir, const struct ol_stands *s,
			struct ol_target_verdict *v)
{
	v->nodes = ir->model->n_nodes;
	for (uint32_t i = 0; i < v->nodes; i++) {
		bool falls_back = ol_stands_falls_back(s, i);

		v->fallback_nodes += falls_back;
		if (ol_stand_runs(s->own[i]) || falls_back)
			v->supported_nodes++;
		else if (s->own[i].kind == OL_STAND_UNKNOWN)
			v->unknown_nodes++;
	}
}

/* seen: by group, room for all. */
static void judge(const struct judge *j, struct ol_findings *f, struct ol_target_verdict *v,
		  uint32_t *seen)
{
	const struct ol_score_weights *w = &f->how.weights;
	const struct ol_model *m = j->ir->model;
	uint64_t dropped = f->dropped_errors[64] + (j->bit < 64 ? f->dropped_errors[j->bit] : 0);
	uint32_t groups = dropped > 0;
	bool fixable = !dropped; /* whether those have a fix was not asked */
	double score = 100;

	for (uint32_t i = 0; i < f->n; i++) {
		if (!blocks(j, &f->at[i]))
			continue;
		v->blocking++;
		fixable = fixable && ol_engine_is_fixable(&f->at[i]);
		groups += seen[f->at[i].group_id] != j->bit + 1;
		seen[f->at[i].group_id] = j->bit + 1;
		f->at[i].stops |= (uint64_t)1 << j->bit;
	}
	dropped += v->blocking;
	v->blocking = dropped > UINT32_MAX ? UINT32_MAX : (uint32_t)dropped;
	v->verdict = !m->complete   ? "blocked"
		     : !v->blocking ? "ready"
		     : fixable	    ? "fixable"
				    : "blocked";
	if (v->nodes)
		score *= (v->supported_nodes + v->unknown_nodes * w->unknown_node) / v->nodes;
	v->of_nodes = score;
	v->minus = ol_engine_minus(w, groups, fixable);
	v->blocking_groups = groups;
	if (!m->complete) {
		score = 0;
	} else if (v->blocking) {
		score -= v->minus;
		score = score > 99 ? 99 : score < 0 ? 0 : score;
	}
	v->score = (int)score;
}

static int find_islands(const struct ol_ir *ir, const struct ol_stands *s, struct ol_arena *a,
			struct ol_target_verdict *v)
{
	struct ol_partition p;

	if (ol_partition(ir, s->own, a, &p))
		return -1;
	v->islands = (struct ol_islands){.nodes = p.nodes,
					 .taken = p.taken,
					 .islands = p.islands,
					 .largest = p.largest,
					 .n_split = p.n_split,
					 .split = p.split,
					 .n_listed = p.n_split < OL_SPLIT_MOST ? p.n_split : OL_SPLIT_MOST};
	return 0;
}

int ol_engine_verdicts(const struct ol_ir *ir, const struct ol_engine_options *o,
		       struct ol_findings *out, struct ol_err *err)
{
	const struct ol_stands *stands = o->stands;
	uint32_t *seen;

	if (!stands && o->n_targets)
		stands = ol_engine_stands(ir, o, &out->arena);
	out->verdicts = OL_NEWN(&out->arena, struct ol_target_verdict, o->n_targets);
	if (!out->verdicts || (o->n_targets && !stands))
		return ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the verdicts");
	seen = calloc((size_t)out->n_groups + 1, sizeof(*seen));
	if (!seen)
		return ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the verdicts");
	out->n_verdicts = o->n_targets;
	for (uint32_t i = 0; i < o->n_targets; i++) {
		const struct ol_target *t = &o->targets[i];
		struct ol_target_verdict *v = &out->verdicts[i];

		v->name = t->name;
		v->title = t->title;
		v->version = t->version;
		v->fallback = t->fallback;
		count_nodes(ir, &stands[i], v);
		judge(&(struct judge){ir, t, ol_target_fallback(t), &stands[i], i}, out, v, seen);
		if (t->fallback.n && find_islands(ir, &stands[i], &out->arena, v)) {
			free(seen);
			return ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the islands");
		}
	}
	free(seen);
	ol_engine_readiness(ir, out);
	if (ol_findings_first(out))
		return ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the verdicts");
	if (o->n_targets > 1) {
		out->matrix = ol_engine_matrix(ir, stands, o->n_targets, &out->arena);
		if (!out->matrix)
			return ol_err_set(err, OL_ERR_MEMORY, "not enough memory for the matrix");
	}
	return 0;
}
