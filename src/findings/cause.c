/* cause.c: which findings another finding led to.
 *
 * A finding that hangs on a type or shape was led to by a finding about types or shapes at a node of the chain by which that
 * fact was derived; one that hangs on something unknown, by the finding from whose node on it is unknown; one about an
 * operator that a target lacks, by the finding about the opset, if the target has the operator in the opset that the latter
 * asks for. The nearest one upstream counts. Each look is one pass over findings and one over nodes. */
#include <stdlib.h>

#include "findings/order.h"

enum { TYPE = 1, SHAPE = 2, NOTHING_KNOWN = TYPE | SHAPE };

/* Findings that spoil what is derived from their node; a name that ends in a slash is a family. */
static const struct {
	const char *rule;
	int spoils;
} sources[] = {
	{"shape/", SHAPE},
	{"dtype/", TYPE},
	{"dynamic/unknown-rank", SHAPE},
	{"op/unknown", NOTHING_KNOWN},
	{"op/empty-type", NOTHING_KNOWN},
	{"op/not-yet", NOTHING_KNOWN},
	{"op/no-longer", NOTHING_KNOWN},
	{"op/input-count", NOTHING_KNOWN},
	{"op/missing-input", NOTHING_KNOWN},
	{"op/missing-attribute", NOTHING_KNOWN},
	{"op/attribute-type", NOTHING_KNOWN},
	{"op/attribute-value", NOTHING_KNOWN},
	{"domain/custom", NOTHING_KNOWN},
	{"domain/not-imported", NOTHING_KNOWN},
	{"domain/function-missing", NOTHING_KNOWN},
};

/* Findings that stand where something is not known. */
static const char *const unknowing[] = {"target/undecided-form"};

static const char opset_range[] = "target/opset-out-of-range";
static const char *const gone_by_opset[] = {"target/unsupported-op", "target/unsupported-version"};

static bool is_rule(struct ol_str rule, const char *name)
{
	size_t n = strlen(name);

	return name[n - 1] == '/' ? rule.n > n && memcmp(rule.p, name, n) == 0 : ol_str_is(rule, name);
}

static bool is_one_of(struct ol_str rule, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ol_str_is(rule, names[i]))
			return true;
	return false;
}

static int spoils(struct ol_str rule)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (is_rule(rule, sources[i].rule))
			return sources[i].spoils;
	return 0;
}

struct work {
	struct ol_findings *f;
	const struct ol_ir *ir;
	uint32_t *cause;
	uint32_t *of_type, *of_shape; /* by node: the first source there, or OL_NONE */
	uint32_t *from;		      /* by value: the source from which on it is unknown, or OL_NONE */
};

static uint32_t *nones(uint32_t n)
{
	uint32_t *at = malloc(((size_t)n + 1) * sizeof(*at));

	if (at)
		memset(at, 0xff, ((size_t)n + 1) * sizeof(*at)); /* OL_NONE */
	return at;
}

/* The worst of a node stands for it. */
static void note(const struct work *w, uint32_t *at, uint32_t finding)
{
	const struct ol_finding *a = &w->f->at[finding], *b = *at == OL_NONE ? NULL : &w->f->at[*at];

	if (!b || ol_findings_band(a) < ol_findings_band(b) ||
	    (ol_findings_band(a) == ol_findings_band(b) && ol_findings_by_text(a, b) < 0))
		*at = finding;
}

/* Returns whether there is any. */
static bool find_sources(struct work *w)
{
	bool any = false;

	for (uint32_t i = 0; i < w->f->n; i++) {
		uint32_t node = w->f->at[i].place.node;
		int s = node < w->ir->model->n_nodes ? spoils(w->f->at[i].rule) : 0;

		if (s & TYPE)
			note(w, &w->of_type[node], i);
		if (s & SHAPE)
			note(w, &w->of_shape[node], i);
		any |= s != 0;
	}
	return any;
}

/* ---- facts that were derived through a source ---- */
static void by_reasons(struct work *w, uint32_t finding)
{
	struct ol_finding *f = &w->f->at[finding];

	for (uint32_t i = 0; i < f->n_reasons; i++) {
		const struct ol_reason *r = &f->reasons[i];
		bool type = r->of == OL_ORIGIN_DTYPE;
		const uint32_t *of = type ? w->of_type : w->of_shape;

		/* the nearest step is the last */
		for (uint32_t k = r->n; k-- > 0;) {
			uint32_t node = r->steps[k].node;

			if (node == f->place.node || of[node] == OL_NONE)
				continue;
			w->cause[finding] = of[node];
			f->caused_by = type ? OL_CAUSE_DTYPE : OL_CAUSE_SHAPE;
			return;
		}
	}
}

/* ---- what is not known ---- */
static bool is_unknown(const struct ol_infer *inf, uint32_t value)
{
	const struct ol_fact *f = &inf->facts[value];

	return !f->kind || (f->kind == OL_TYPE_TENSOR && (!f->dtype || !f->has_rank));
}

static uint32_t of_inputs(const struct work *w, uint32_t node)
{
	const uint32_t *in = ol_ir_inputs(w->ir, node);

	for (uint32_t i = 0; i < w->ir->model->nodes[node].inputs.n; i++)
		if (in[i] != OL_NONE && w->from[in[i]] != OL_NONE)
			return w->from[in[i]];
	return OL_NONE;
}

static void spread(struct work *w, const struct ol_infer *inf)
{
	for (uint32_t i = 0; i < w->ir->model->n_nodes; i++) {
		uint32_t node = w->ir->order[i], from;
		const uint32_t *out = ol_ir_outputs(w->ir, node);

		from = w->of_shape[node] != OL_NONE ? w->of_shape[node] : w->of_type[node];
		if (from == OL_NONE)
			from = of_inputs(w, node);
		for (uint32_t k = 0; from != OL_NONE && k < w->ir->model->nodes[node].outputs.n; k++)
			if (out[k] != OL_NONE && is_unknown(inf, out[k]))
				w->from[out[k]] = from;
	}
}

static void by_unknown(struct work *w, uint32_t finding)
{
	struct ol_finding *f = &w->f->at[finding];
	uint32_t from;

	if (w->cause[finding] != OL_NONE || f->place.node >= w->ir->model->n_nodes ||
	    !is_one_of(f->rule, unknowing, sizeof(unknowing) / sizeof(*unknowing)))
		return;
	from = of_inputs(w, f->place.node);
	if (from == OL_NONE || from == finding)
		return;
	w->cause[finding] = from;
	f->caused_by = OL_CAUSE_UNKNOWN;
}

static int by_facts(struct work *w)
{
	const struct ol_infer *inf = w->f->how.inf;
	uint32_t n = w->ir->model->n_nodes;
	int rc = -1;

	w->of_type = nones(n);
	w->of_shape = nones(n);
	w->from = inf ? nones(w->ir->n_values) : NULL;
	if (w->of_type && w->of_shape && (w->from || !inf)) {
		rc = 0;
		if (find_sources(w)) {
			for (uint32_t i = 0; i < w->f->n; i++)
				by_reasons(w, i);
			if (inf)
				spread(w, inf);
			for (uint32_t i = 0; inf && i < w->f->n; i++)
				by_unknown(w, i);
		}
	}
	free(w->of_type);
	free(w->of_shape);
	free(w->from);
	return rc;
}

/* ---- opsets ---- */
static struct ol_str plain_domain(struct ol_str domain)
{
	return ol_str_is(domain, "ai.onnx") ? OL_STR("") : domain;
}

static int64_t import_of(const struct ol_ir *ir, const struct ol_finding *f, const struct ol_target *t, int32_t *min,
			 int32_t *max)
{
	struct ol_str domain = plain_domain(ol_name(ir->model, f->place.value));

	return ol_target_opsets(t, domain, min, max) ? ol_ir_opset(ir->model, OL_NONE, domain) : -1;
}

/* The opset that the finding asks for: the nearest that the target takes. */
static int64_t wanted(const struct work *w, const struct ol_finding *f, const struct ol_target *t)
{
	int32_t min, max;
	int64_t have = import_of(w->ir, f, t, &min, &max);

	return have < 0 ? -1 : have > max ? max : have < min ? min : -1;
}

bool ol_findings_opset(const struct ol_findings *f, const struct ol_ir *ir, uint32_t finding, int64_t *have, int32_t *min,
		       int32_t *max)
{
	const struct ol_finding *at = &f->at[finding];
	uint32_t t = 0;

	if (!ol_str_is(at->rule, opset_range) || !at->targets || at->targets & (at->targets - 1))
		return false;
	while (!(at->targets >> t & 1))
		t++;
	if (t >= f->how.n_targets)
		return false;
	*have = import_of(ir, at, &f->how.targets[t], min, max);
	return *have >= 0 && (*have < *min || *have > *max);
}

static bool gone(const struct work *w, const struct ol_finding *f, const struct ol_target *t, struct ol_str domain,
		 int64_t opset)
{
	const struct ol_opkind *k = ol_ir_kind(w->ir, f->place.node);
	struct ol_str op = ol_name(w->ir->model, k->op_type);
	enum ol_support s;

	if (k->scope != OL_NONE || !ol_str_eq(plain_domain(ol_name(w->ir->model, k->domain)), domain))
		return false;
	s = ol_target_supports(t, domain, op, opset).status;
	return (s == OL_SUPPORT_FULL || s == OL_SUPPORT_PARTIAL) && ol_schema_find(domain, op, opset).row;
}

static void by_opset(struct work *w)
{
	const struct ol_rank_options *o = &w->f->how;

	for (uint32_t b = 0, met = 0; b < w->f->n && met < 64; b++) {
		const struct ol_finding *range = &w->f->at[b];

		if (!ol_str_is(range->rule, opset_range))
			continue;
		met++;
		for (uint32_t t = 0; t < o->n_targets; t++) {
			struct ol_str domain = plain_domain(ol_name(w->ir->model, range->place.value));
			int64_t opset = range->targets >> t & 1 ? wanted(w, range, &o->targets[t]) : -1;

			for (uint32_t i = 0; opset >= 0 && i < w->f->n; i++) {
				struct ol_finding *f = &w->f->at[i];

				if (f->targets != (uint64_t)1 << t || f->place.node >= w->ir->model->n_nodes ||
				    !is_one_of(f->rule, gone_by_opset, 2) || !gone(w, f, &o->targets[t], domain, opset))
					continue;
				w->cause[i] = b;
				f->caused_by = OL_CAUSE_OPSET;
			}
		}
	}
}

int ol_findings_causes(struct ol_findings *f, const struct ol_ir *ir, uint32_t *cause)
{
	struct work w = {.f = f, .ir = ir, .cause = cause};

	for (uint32_t i = 0; i < f->n; i++) {
		cause[i] = OL_NONE;
		f->at[i].caused_by = OL_CAUSE_NONE;
	}
	if (by_facts(&w))
		return -1;
	by_opset(&w);
	return 0;
}
