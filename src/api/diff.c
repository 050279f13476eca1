/* diff.c: audits two versions of a model and finds what they differ in. Lists are sorted once and
 * walked side by side. */
#include "api/diff.h"

#include <stdlib.h>

#include "api/show.h"

/* ---- one version ---- */

static int by_op(const void *x, const void *y)
{
	const struct ol_diff_op *a = x, *b = y;
	int c = ol_str_cmp(a->domain, b->domain);

	return c ? c : ol_str_cmp(a->op_type, b->op_type);
}

static void count_ops(struct ol_diff_side *s, const struct ol_model *m)
{
	struct ol_diff_op *all = calloc((size_t)m->n_nodes + 1, sizeof(*all));
	uint32_t n = 0;

	if (!all) {
		s->arena.refused = true;
		return;
	}
	for (uint32_t i = 0; i < m->n_nodes; i++) {
		struct ol_str domain = ol_name(m, m->nodes[i].domain);

		all[i] = (struct ol_diff_op){ol_str_is(domain, "ai.onnx") ? OL_STR("") : domain,
					     ol_name(m, m->nodes[i].op_type), 1};
	}
	qsort(all, m->n_nodes, sizeof(*all), by_op);
	for (uint32_t i = 0; i < m->n_nodes; i++)
		if (n && by_op(&all[n - 1], &all[i]) == 0)
			all[n - 1].n++;
		else
			all[n++] = all[i];
	s->ops = OL_NEWN(&s->arena, struct ol_diff_op, n);
	for (uint32_t i = 0; s->ops && i < n; i++)
		s->ops[s->n_ops++] =
		    (struct ol_diff_op){ol_arena_str(&s->arena, all[i].domain),
					ol_arena_str(&s->arena, all[i].op_type), all[i].n};
	free(all);
}

static void list_ports(struct ol_diff_side *s, const struct ol_ir *ir, int out)
{
	const struct ol_model *m = ir->model;
	struct ol_show show = {.model = m, .ir = ir};
	struct ol_range r;

	if (!m->has_graph || !m->n_graphs)
		return;
	r = out ? m->graphs[0].outputs : m->graphs[0].inputs;
	s->ports[out] = OL_NEWN(&s->arena, struct ol_diff_port, r.n);
	for (uint32_t i = r.first; s->ports[out] && i < r.first + r.n; i++) {
		struct ol_diff_port *p = &s->ports[out][s->n_ports[out]];
		struct ol_buf b = {0};

		if (!out && ol_show_is_initializer(&show, i))
			continue;
		ol_show_type(m, m->infos[i].type, &b);
		p->name = ol_arena_str(&s->arena, ol_name(m, m->infos[i].name));
		p->type = ol_buf_keep(&b, &s->arena);
		s->n_ports[out]++;
	}
}

static int look(void *user, const struct ol_ir *ir, const struct ol_infer *inf)
{
	struct ol_diff_side *s = user;
	const struct ol_model *m = ir->model;

	(void)inf;
	count_ops(s, m);
	list_ports(s, ir, 0);
	list_ports(s, ir, 1);
	for (uint32_t g = 0; g < m->n_graphs; g++)
		for (uint32_t i = m->graphs[g].initializers.first;
		     i < m->graphs[g].initializers.first + m->graphs[g].initializers.n; i++) {
			int64_t n = ol_tensor_elements(&m->tensors[i]);
			int64_t bytes = n < 0 ? -1 : ol_dtype_bytes(m->tensors[i].dtype, n);

			if (bytes > 0 && s->weight_bytes <= UINT64_MAX - (uint64_t)bytes)
				s->weight_bytes += (uint64_t)bytes;
		}
	return s->arena.refused ? -1 : 0;
}

static int by_print(const void *x, const void *y)
{
	const struct ol_report_finding *a = *(struct ol_report_finding *const *)x,
				       *b = *(struct ol_report_finding *const *)y;

	return ol_str_cmp(a->fingerprint, b->fingerprint);
}

/* Both are held to what holds for the new one. */
static int audit(struct onnxlint *a, const char *path, const char *as, struct ol_diff_side *s)
{
	struct ol_report_model *v;

	s->r = ol_api_check(a, path, as, look, s);
	if (!s->r)
		return -1;
	v = s->r->view;
	s->by_print =
	    OL_NEWN(&s->arena, struct ol_report_finding *, (size_t)v->n_findings + v->n_hidden);
	if (!s->by_print)
		return ol_api_no_memory(a);
	for (uint32_t i = 0; i < v->n_findings + v->n_hidden; i++)
		if (!v->findings[i].suppressed)
			s->by_print[s->n_findings++] = &v->findings[i];
	if (s->n_findings)
		qsort(s->by_print, s->n_findings, sizeof(*s->by_print), by_print);
	return 0;
}

/* ---- both ---- */

static void diff_opsets(struct ol_diff *d)
{
	const struct ol_report_model *v[2] = {d->old.r->view, d->new.r->view};

	d->opsets =
	    OL_NEWN(&d->old.arena, struct ol_diff_opset, (size_t)v[0]->n_opsets + v[1]->n_opsets);
	for (int side = 0; d->opsets && side < 2; side++)
		for (uint32_t i = 0; i < v[side]->n_opsets && i < 1000; i++) {
			struct ol_str domain = v[side]->opsets[i].domain;
			uint32_t k = 0;

			if (ol_str_is(domain, "ai.onnx"))
				domain = OL_STR("");
			while (k < d->n_opsets && !ol_str_eq(d->opsets[k].domain, domain))
				k++;
			if (k == d->n_opsets)
				d->opsets[d->n_opsets++] = (struct ol_diff_opset){domain, -1, -1};
			*(side ? &d->opsets[k].to : &d->opsets[k].from) =
			    v[side]->opsets[i].version;
		}
}

static void diff_ops(struct ol_diff *d)
{
	const struct ol_diff_side *o = &d->old, *n = &d->new;
	uint32_t i = 0, k = 0;

	d->ops = OL_NEWN(&d->old.arena, struct ol_diff_count, (size_t)o->n_ops + n->n_ops);
	while (d->ops && (i < o->n_ops || k < n->n_ops)) {
		int c = i == o->n_ops ? 1 : k == n->n_ops ? -1 : by_op(&o->ops[i], &n->ops[k]);
		const struct ol_diff_op *at = c <= 0 ? &o->ops[i] : &n->ops[k];
		uint64_t from = c <= 0 ? o->ops[i++].n : 0, to = c >= 0 ? n->ops[k++].n : 0;

		if (from != to)
			d->ops[d->n_ops++] =
			    (struct ol_diff_count){at->domain, at->op_type, from, to};
	}
}

struct named {
	struct ol_str name;
	uint32_t at;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int c = ol_str_cmp(a->name, b->name);

	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static struct named *sorted(struct ol_arena *a, const struct ol_diff_port *p, uint32_t n)
{
	struct named *s = OL_NEWN(a, struct named, n);

	for (uint32_t i = 0; s && i < n; i++)
		s[i] = (struct named){p[i].name, i};
	if (s && n)
		qsort(s, n, sizeof(*s), by_name);
	return s;
}

static const struct named *lookup(const struct named *s, uint32_t n, struct ol_str name)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = ol_str_cmp(s[mid].name, name);

		if (c == 0)
			return &s[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void diff_io(struct ol_diff *d, int out)
{
	const struct ol_diff_port *o = d->old.ports[out], *n = d->new.ports[out];
	uint32_t n_old = d->old.n_ports[out], n_new = d->new.n_ports[out], before = 0;
	struct ol_arena *a = &d->old.arena;
	const struct named *old = sorted(a, o, n_old), *new = sorted(a, n, n_new);
	struct ol_diff_io *io = OL_NEWN(a, struct ol_diff_io, (size_t)n_old + n_new);

	d->io[out] = io;
	for (uint32_t i = 0; io && old && new &&i < n_new; i++) {
		const struct named *was = lookup(old, n_old, n[i].name);

		if (!was) {
			io[d->n_io[out]++] =
			    (struct ol_diff_io){OL_DIFF_NEW, n[i].name, OL_STR(""), n[i].type};
			continue;
		}
		if (!ol_str_eq(o[was->at].type, n[i].type))
			io[d->n_io[out]++] = (struct ol_diff_io){OL_DIFF_CHANGED, n[i].name,
								 o[was->at].type, n[i].type};
		d->reordered[out] |= was->at < before;
		before = was->at;
	}
	for (uint32_t i = 0; io && old && new &&i < n_old; i++)
		if (!lookup(new, n_new, o[i].name))
			io[d->n_io[out]++] =
			    (struct ol_diff_io){OL_DIFF_GONE, o[i].name, o[i].type, OL_STR("")};
}

static int grade(const struct ol_target_verdict *v)
{
	return strcmp(v->verdict, "ready") == 0 ? 2 : strcmp(v->verdict, "fixable") == 0;
}

static void diff_verdicts(struct ol_diff *d)
{
	const struct ol_report_model *o = d->old.r->view, *n = d->new.r->view;

	d->verdicts =
	    OL_NEWN(&d->old.arena, struct ol_diff_verdict, (size_t)o->n_verdicts + n->n_verdicts);
	for (uint32_t i = 0; d->verdicts && i < n->n_verdicts; i++) {
		struct ol_diff_verdict *v = &d->verdicts[d->n_verdicts++];

		v->target = n->verdicts[i].name;
		v->to = &n->verdicts[i];
		for (uint32_t k = 0; k < o->n_verdicts; k++)
			if (ol_str_eq(o->verdicts[k].name, v->target))
				v->from = &o->verdicts[k];
		v->worse = v->from && grade(v->to) < grade(v->from);
	}
}

static int by_rank(const void *x, const void *y)
{
	const struct ol_report_finding *a = *(const struct ol_report_finding *const *)x,
				       *b = *(const struct ol_report_finding *const *)y;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

static void sort(const struct ol_report_finding **at, uint32_t n)
{
	if (n)
		qsort(at, n, sizeof(*at), by_rank);
}

static void diff_findings(struct ol_diff *d)
{
	const struct ol_diff_side *o = &d->old, *n = &d->new;
	size_t all = (size_t)o->n_findings + n->n_findings;
	uint32_t i = 0, k = 0;

	d->added = OL_NEWN(&d->old.arena, const struct ol_report_finding *, all);
	d->gone = OL_NEWN(&d->old.arena, const struct ol_report_finding *, all);
	d->raised = OL_NEWN(&d->old.arena, const struct ol_report_finding *, all);
	if (!d->added || !d->gone || !d->raised)
		return;
	while (i < o->n_findings || k < n->n_findings) {
		int c = i == o->n_findings   ? 1
			: k == n->n_findings ? -1
					     : by_print(&o->by_print[i], &n->by_print[k]);

		if (c < 0) {
			d->gone[d->n_gone++] = o->by_print[i++];
		} else if (c > 0) {
			d->failing += n->by_print[k]->severity >= d->fail_on;
			d->added[d->n_added++] = n->by_print[k++];
		} else {
			if (n->by_print[k]->severity > o->by_print[i]->severity) {
				d->failing += n->by_print[k]->severity >= d->fail_on;
				d->raised[d->n_raised++] = n->by_print[k];
			} else {
				d->n_same++;
			}
			i++;
			k++;
		}
	}
	sort(d->added, d->n_added);
	sort(d->gone, d->n_gone);
	sort(d->raised, d->n_raised);
}

static int gate(struct onnxlint *a, const char *path)
{
	struct ol_api_scene s;
	int fail_on = ol_api_scene(a, path, &s) ? OL_SEV_ERROR : s.fail_on;

	ol_api_scene_free(&s);
	return fail_on;
}

static int compare(struct onnxlint *a, struct ol_diff *d, const char *old_path,
		   const char *new_path)
{
	if (audit(a, old_path, new_path, &d->old) || audit(a, new_path, new_path, &d->new))
		return -1;
	d->fail_on = gate(a, new_path);
	diff_opsets(d);
	diff_ops(d);
	diff_io(d, 0);
	diff_io(d, 1);
	diff_verdicts(d);
	diff_findings(d);
	d->worse = d->failing > 0;
	for (uint32_t i = 0; i < d->n_verdicts; i++)
		d->worse |= d->verdicts[i].worse && d->fail_on < OL_SEV_COUNT;
	return d->old.arena.refused || d->new.arena.refused ? ol_api_no_memory(a) : 0;
}

int onnxlint_diff(struct onnxlint *a, const char *old_path, const char *new_path,
		  const char *format, const struct onnxlint_style *style, onnxlint_writer *write,
		  void *user)
{
	bool json = strcmp(format, "json") == 0;
	struct ol_diff d = {0};
	struct ol_buf out = {0};
	struct ol_layout l = ol_api_layout(style, &out);
	int rc;

	ol_api_begin(a);
	if (!json && strcmp(format, "text") != 0)
		return ol_api_fail(a, "unknown format '%s' of diff: text or json", format);
	ol_arena_init(&d.old.arena, 0);
	ol_arena_init(&d.new.arena, 0);
	rc = compare(a, &d, old_path, new_path);
	if (rc == 0 && json)
		ol_diff_json(&d, &out);
	else if (rc == 0)
		ol_diff_text(&d, &l, style && style->verbose > 0);
	if (rc == 0 && style && style->ascii && !json)
		ol_layout_ascii(&out, 0);
	if (rc == 0)
		rc = ol_api_write(a, &out, write, user);
	ol_buf_free(&out);
	if (rc == 0)
		rc = d.worse;
	onnxlint_result_free(d.old.r);
	onnxlint_result_free(d.new.r);
	ol_arena_free(&d.old.arena);
	ol_arena_free(&d.new.arena);
	return rc;
}
