/* view.c: from ids into a loaded model to the plain text and numbers that reports are made of. */
#include <stdlib.h>

#include "graph/graph.h"
#include "report/report.h"
#include "schema/custom.h"

/* A copy in the arena; NUL bytes become "\x00", so that no reader of C strings is misled about what follows. */
static struct ol_str keep(struct ol_arena *a, struct ol_str s, bool *bad)
{
	struct ol_buf b = {0};
	struct ol_str out;

	if (s.n == 0 || !memchr(s.p, '\0', s.n)) {
		out = ol_arena_str(a, s);
	} else {
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i])
				ol_buf_char(&b, s.p[i]);
			else
				ol_buf_z(&b, "\\x00");
		out = b.failed ? (struct ol_str){0} : ol_arena_str(a, ol_buf_view(&b));
		ol_buf_free(&b);
	}
	*bad |= !out.p;
	return out;
}

static struct ol_str graph_path(struct ol_arena *a, const struct ol_model *m, uint32_t graph, bool *bad)
{
	struct ol_buf b = {0};
	struct ol_str out;

	ol_ir_graph_path(m, graph, &b);
	*bad |= b.failed;
	out = keep(a, ol_buf_view(&b), bad);
	ol_buf_free(&b);
	return out;
}

static void set_span(struct ol_report_place *p, uint64_t offset, uint64_t length)
{
	if ((offset || length) && offset <= INT64_MAX && length <= INT64_MAX) {
		p->offset = (int64_t)offset;
		p->length = (int64_t)length;
	}
}

static void set_place(struct ol_report_place *out, struct ol_arena *a, const struct ol_model *m,
		      const struct ol_finding *f, bool *bad)
{
	const struct ol_place *p = &f->place;
	struct ol_buf words = {0}, locator = {0};
	uint32_t graph = p->graph;

	*out = (struct ol_report_place){.index = -1, .offset = -1, .length = -1, .line = -1, .column = -1};
	set_span(out, p->at.offset, p->at.length);
	if (p->line) {
		out->line = p->line;
		out->column = p->column ? (int64_t)p->column : -1;
	}
	if (p->node < m->n_nodes) {
		const struct ol_node *n = &m->nodes[p->node];

		graph = n->graph;
		out->has_node = true;
		out->node = keep(a, ol_name(m, n->name), bad);
		out->op_type = keep(a, ol_name(m, n->op_type), bad);
		out->domain = keep(a, ol_name(m, n->domain), bad);
		if (graph < m->n_graphs)
			out->index = (int64_t)p->node - (int64_t)m->graphs[graph].nodes.first;
		if (out->offset < 0)
			set_span(out, n->offset, n->length);
	} else if (p->function < m->n_functions) {
		const struct ol_function *fn = &m->functions[p->function];

		if (fn->graph < m->n_graphs)
			out->function = graph_path(a, m, fn->graph, bad);
		if (graph >= m->n_graphs)
			graph = fn->graph;
		if (out->offset < 0)
			set_span(out, fn->at.offset, fn->at.length);
	}
	if (graph < m->n_graphs)
		out->graph = graph_path(a, m, graph, bad);
	if (p->value)
		out->value = keep(a, ol_name(m, p->value), bad);
	ol_place_print(m, p, &words);
	ol_finding_locator(m, f, &locator);
	*bad |= words.failed | locator.failed;
	out->where = keep(a, ol_buf_view(&words), bad);
	out->locator = keep(a, ol_buf_view(&locator), bad);
	ol_buf_free(&words);
	ol_buf_free(&locator);
}

static const struct ol_fix_offer *keep_fixes(struct ol_arena *a, const struct ol_finding *f, bool *bad)
{
	struct ol_fix_offer *to = f->n_fixes ? OL_NEWN(a, struct ol_fix_offer, f->n_fixes) : NULL;

	if (!to) {
		*bad |= f->n_fixes != 0;
		return NULL;
	}
	for (uint32_t i = 0; i < f->n_fixes; i++) {
		const struct ol_fix_offer *from = &f->fixes[i];
		uint32_t n = from->with.n;
		struct ol_str *kv = n ? OL_NEWN(a, struct ol_str, 2 * (size_t)n) : NULL;

		to[i].title = keep(a, from->title, bad);
		to[i].action = keep(a, from->action, bad);
		to[i].applicability = from->applicability;
		if (!kv) {
			*bad |= n != 0;
			continue;
		}
		for (uint32_t k = 0; k < n; k++) {
			kv[k] = keep(a, from->with.keys[k], bad);
			kv[n + k] = keep(a, from->with.values[k], bad);
		}
		to[i].with = (struct ol_kvs_text){kv, kv + n, n};
	}
	return to;
}

/* A hostile name would stand in each step of each chain. */
static struct ol_str keep_short(struct ol_arena *a, struct ol_str s, bool *bad)
{
	enum { MOST = 256 };

	if (s.n <= MOST)
		return keep(a, s, bad);
	s.n = MOST;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return keep(a, s, bad);
}

static void set_step(struct ol_report_step *to, struct ol_arena *a, const struct ol_model *m,
		     const struct ol_reason_step *from, bool *bad)
{
	const struct ol_node *n = &m->nodes[from->node];
	struct ol_finding at = {.place = OL_NOWHERE};
	struct ol_buf locator = {0};

	at.place.node = from->node;
	at.place.graph = n->graph;
	ol_finding_locator(m, &at, &locator);
	*bad |= locator.failed;
	to->at = (struct ol_report_place){.index = (int64_t)from->node - (int64_t)m->graphs[n->graph].nodes.first,
					  .offset = -1, .length = -1, .line = -1, .column = -1,
					  .has_node = true,
					  .node = keep_short(a, ol_name(m, n->name), bad),
					  .op_type = keep_short(a, ol_name(m, n->op_type), bad),
					  .domain = keep_short(a, ol_name(m, n->domain), bad),
					  .graph = graph_path(a, m, n->graph, bad),
					  .value = keep_short(a, ol_name(m, from->value_name), bad),
					  .locator = keep_short(a, ol_buf_view(&locator), bad)};
	ol_buf_free(&locator);
	to->is = keep(a, from->is, bad);
}

static const struct ol_report_reason *keep_reasons(struct ol_arena *a, const struct ol_model *m,
						   const struct ol_finding *f, bool *bad)
{
	struct ol_report_reason *to = f->n_reasons ? OL_NEWN(a, struct ol_report_reason, f->n_reasons) : NULL;

	*bad |= f->n_reasons && !to;
	for (uint32_t i = 0; to && i < f->n_reasons; i++) {
		const struct ol_reason *from = &f->reasons[i];
		struct ol_report_step *steps = from->n ? OL_NEWN(a, struct ol_report_step, from->n) : NULL;

		to[i].fact = ol_origin_names[from->of];
		to[i].value = keep_short(a, ol_name(m, from->value_name), bad);
		to[i].is = keep(a, from->is, bad);
		to[i].text = keep(a, from->text, bad);
		to[i].from = keep_short(a, ol_name(m, from->from_name), bad);
		to[i].from_is = keep(a, from->from_is, bad);
		to[i].from_role = from->from_role;
		to[i].omitted = from->omitted;
		*bad |= from->n && !steps;
		for (uint32_t k = 0; steps && k < from->n; k++)
			set_step(&steps[k], a, m, &from->steps[k], bad);
		to[i].steps = steps;
		to[i].n_steps = steps ? from->n : 0;
	}
	return to;
}

static void set_targets(struct ol_report_finding *to, const struct ol_report_model *r, struct ol_arena *a,
			uint64_t mask, bool *bad)
{
	struct ol_str *names;

	for (uint32_t i = 0; i < r->n_verdicts && i < 64; i++)
		to->n_targets += (uint32_t)(mask >> i & 1);
	if (!to->n_targets)
		return;
	names = OL_NEWN(a, struct ol_str, to->n_targets);
	if (!names) {
		*bad = true;
		to->n_targets = 0;
		return;
	}
	to->targets = names;
	for (uint32_t i = 0; i < r->n_verdicts && i < 64; i++)
		if (mask >> i & 1)
			*names++ = r->verdicts[i].name;
}

static const struct ol_suppressed *keep_suppressed(struct ol_arena *a, const struct ol_suppressed *from, bool *bad)
{
	struct ol_suppressed *to = from ? OL_NEW(a, struct ol_suppressed) : NULL;

	if (!to) {
		*bad |= from != NULL;
		return NULL;
	}
	to->reason = keep(a, from->reason, bad);
	to->by = keep(a, from->by, bad);
	to->expires = keep(a, from->expires, bad);
	to->where = keep(a, from->where, bad);
	return to;
}

static void keep_absent(struct ol_report_model *r, const struct ol_findings *f, bool *bad)
{
	struct ol_absent *to = f->n_absent ? OL_NEWN(&r->arena, struct ol_absent, f->n_absent) : NULL;

	r->has_baseline = f->has_baseline;
	r->in_baseline = f->in_baseline;
	*bad |= f->n_absent && !to;
	for (uint32_t i = 0; to && i < f->n_absent; i++) {
		to[i].rule = keep(&r->arena, f->absent[i].rule, bad);
		to[i].locator = keep(&r->arena, f->absent[i].locator, bad);
		to[i].fingerprint = keep(&r->arena, f->absent[i].fingerprint, bad);
	}
	r->absent = to;
	r->n_absent = to ? f->n_absent : 0;
}

static void set_facts(struct ol_report_model *r, const struct ol_model *m, bool *bad)
{
	struct ol_arena *a = &r->arena;
	struct ol_report_opset *o = NULL;

	r->path = keep(a, m->path, bad);
	r->producer = keep(a, ol_name(m, m->producer_name), bad);
	r->producer_version = keep(a, ol_name(m, m->producer_version), bad);
	if (m->custom)
		r->custom_ops = keep(a, m->custom->path, bad);
	r->size = m->size;
	r->complete = m->complete;
	r->has_ir_version = m->has_ir_version;
	r->ir_version = m->has_ir_version ? m->ir_version : 0;
	r->nodes = m->n_nodes;
	r->parameters = m->n_parameters;
	for (uint32_t g = 0; g < m->n_graphs; g++)
		r->initializers += (uint64_t)m->graphs[g].initializers.n + m->graphs[g].sparse.n;
	if (m->opsets.n) {
		o = OL_NEWN(a, struct ol_report_opset, m->opsets.n);
		*bad |= !o;
	}
	for (uint32_t i = 0; o && i < m->opsets.n; i++) {
		const struct ol_opset *from = &m->all_opsets[m->opsets.first + i];

		o[i].domain = keep(a, ol_name(m, from->domain), bad);
		o[i].version = from->version;
	}
	r->opsets = o;
	r->n_opsets = o ? m->opsets.n : 0;
}

struct by_group {
	uint32_t id, at;
};

static int compare_groups(const void *a, const void *b)
{
	const struct by_group *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int compare_first(const void *a, const void *b)
{
	const struct by_group *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Group ids become 0, 1, … in order of first appearance: each run of equal ids is ranked by its first member. */
static void number_groups(struct ol_report_model *r, bool *bad)
{
	uint32_t n = r->n_findings, n_groups = 0;
	struct by_group *g = calloc(2 * (size_t)n + 1, sizeof(*g)), *firsts = g ? g + n : NULL;

	if (!g) {
		*bad = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		g[i] = (struct by_group){r->findings[i].group_id, i};
	qsort(g, n, sizeof(*g), compare_groups);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || g[i].id != g[i - 1].id)
			firsts[n_groups++] = (struct by_group){i, g[i].at};
	}
	qsort(firsts, n_groups, sizeof(*g), compare_first);
	for (uint32_t k = 0; k < n_groups; k++)
		for (uint32_t i = firsts[k].id; i < n && g[i].id == g[firsts[k].id].id; i++)
			r->findings[g[i].at].group_id = k;
	r->n_groups = n_groups;
	free(g);
}

struct ol_report_model *ol_report_model_new(const struct ol_model *m, const struct ol_findings *f)
{
	struct ol_report_model *r = calloc(1, sizeof(*r));
	bool bad = false;

	if (!r)
		return NULL;
	ol_arena_init(&r->arena, 0);
	set_facts(r, m, &bad);
	ol_report_keep_targets(r, m, f, &bad);
	r->readiness = f->readiness;
	r->first = f->first;
	r->weights = f->how.weights;
	r->suppressed = f->suppressed;
	r->undecided = f->undecided;
	r->dropped = f->dropped;
	r->rule_errors = f->rule_errors;
	keep_absent(r, f, &bad);
	r->findings = f->n + f->n_hidden ? OL_NEWN(&r->arena, struct ol_report_finding, (size_t)f->n + f->n_hidden) : NULL;
	bad |= f->n + f->n_hidden && !r->findings;
	for (uint32_t i = 0; i < f->n + f->n_hidden && !bad; i++) {
		const struct ol_finding *from = &f->at[i];
		struct ol_report_finding *to = &r->findings[i];

		to->rank = from->rank;
		to->group_id = from->group_id;
		to->group_size = from->group_size;
		to->blocks = from->blocks;
		to->rule = keep(&r->arena, from->rule, &bad);
		to->message = keep(&r->arena, from->message, &bad);
		to->group = keep(&r->arena, from->group, &bad);
		to->fingerprint = keep(&r->arena, ol_str(from->fingerprint), &bad);
		to->severity = from->severity < OL_SEV_COUNT ? from->severity : OL_SEV_ERROR;
		to->confidence = from->confidence;
		to->effort = from->effort;
		to->score = from->score;
		to->place = from->place;
		set_place(&to->at, &r->arena, m, from, &bad);
		set_targets(to, r, &r->arena, from->targets, &bad);
		to->fixes = keep_fixes(&r->arena, from, &bad);
		to->n_fixes = to->fixes ? from->n_fixes : 0;
		to->reasons = keep_reasons(&r->arena, m, from, &bad);
		to->n_reasons = to->reasons ? from->n_reasons : 0;
		to->baseline = from->baseline;
		to->suppressed = keep_suppressed(&r->arena, from->suppressed, &bad);
		ol_report_keep_ranking(r, m, f, i, &bad);
		if (i >= f->n) {
			r->n_hidden++;
			continue;
		}
		r->counts[to->severity]++;
		r->n_findings++;
	}
	if (!bad)
		number_groups(r, &bad);
	if (bad) {
		ol_report_model_free(r);
		return NULL;
	}
	return r;
}

void ol_report_model_free(struct ol_report_model *m)
{
	if (!m)
		return;
	ol_arena_free(&m->arena);
	free(m);
}
