/* diff_write.c: what two versions of a model differ in, for people and for programs. */
#include "api/diff.h"
#include "util/text.h"

enum { SHOWN = 20, WIDTH = 13 };

static const enum ol_paint paint[OL_SEV_COUNT] = {OL_PAINT_CYAN, OL_PAINT_YELLOW, OL_PAINT_RED};

/* ---- text ---- */

/* "  label     " or as many blanks. */
static void label(const struct ol_layout *l, const char *name)
{
	ol_buf_z(l->out, "  ");
	ol_buf_z(l->out, name);
	for (size_t n = strlen(name); n < WIDTH - 2; n++)
		ol_buf_char(l->out, ' ');
}

static void plain(const struct ol_layout *l, struct ol_str s)
{
	ol_text_plain(l->out, s, 200);
}

/* "a -> b", or nothing when they are equal. */
static void number(const struct ol_layout *l, const char *name, uint64_t from, uint64_t to,
		   void (*print)(struct ol_buf *out, uint64_t n))
{
	if (from == to)
		return;
	label(l, name);
	print(l->out, from);
	ol_buf_z(l->out, " -> ");
	print(l->out, to);
	ol_buf_z(l->out, to > from ? " (+" : " (-");
	print(l->out, to > from ? to - from : from - to);
	ol_buf_z(l->out, ")\n");
}

static void version(const struct ol_layout *l, int64_t v)
{
	if (v < 0)
		ol_buf_z(l->out, "none");
	else
		ol_buf_int(l->out, v);
}

static void words(const struct ol_layout *l, const char *name, struct ol_str from, struct ol_str to)
{
	if (ol_str_eq(from, to))
		return;
	label(l, name);
	plain(l, from.n ? from : OL_STR("none"));
	ol_buf_z(l->out, " -> ");
	plain(l, to.n ? to : OL_STR("none"));
	ol_buf_char(l->out, '\n');
}

static void facts(const struct ol_diff *d, const struct ol_layout *l)
{
	const struct ol_report_model *o = d->old.r->view, *n = d->new.r->view;
	const char *name = "opsets";

	for (uint32_t i = 0; i < d->n_opsets; i++) {
		const struct ol_diff_opset *s = &d->opsets[i];

		if (s->from == s->to)
			continue;
		label(l, name);
		name = "";
		plain(l, s->domain.n ? s->domain : OL_STR("ai.onnx"));
		ol_buf_char(l->out, ' ');
		version(l, s->from);
		ol_buf_z(l->out, " -> ");
		version(l, s->to);
		ol_buf_char(l->out, '\n');
	}
	if (o->ir_version != n->ir_version)
		ol_buf_printf(l->out, "  %-*s%lld -> %lld\n", WIDTH - 2, "IR",
			      (long long)o->ir_version, (long long)n->ir_version);
	words(l, "producer", o->producer, n->producer);
	words(l, ol_str_eq(o->producer, n->producer) ? "producer" : "", o->producer_version,
	      n->producer_version);
	number(l, "nodes", o->nodes, n->nodes, ol_text_count);
	number(l, "parameters", o->parameters, n->parameters, ol_text_count);
	number(l, "weights", d->old.weight_bytes, d->new.weight_bytes, ol_text_bytes);
	number(l, "file", o->size, n->size, ol_text_bytes);
}

static void more(const struct ol_layout *l, uint32_t n)
{
	label(l, "");
	ol_buf_printf(l->out, "and %u more, shown with -v\n", (unsigned)n);
}

static void ports(const struct ol_diff *d, const struct ol_layout *l, int out, uint32_t most)
{
	static const char signs[] = {
	    [OL_DIFF_GONE] = '-', [OL_DIFF_NEW] = '+', [OL_DIFF_CHANGED] = '~'};
	const char *name = out ? "outputs" : "inputs";

	for (uint32_t i = 0; i < d->n_io[out] && i < most; i++) {
		const struct ol_diff_io *p = &d->io[out][i];

		label(l, name);
		name = "";
		ol_buf_printf(l->out, "%c ", signs[p->kind]);
		plain(l, p->name);
		ol_buf_char(l->out, ' ');
		plain(l, p->kind == OL_DIFF_NEW ? p->to : p->from);
		if (p->kind == OL_DIFF_CHANGED) {
			ol_buf_z(l->out, " -> ");
			plain(l, p->to);
		}
		ol_buf_char(l->out, '\n');
	}
	if (d->n_io[out] > most)
		more(l, d->n_io[out] - most);
	if (d->reordered[out]) {
		label(l, name);
		ol_buf_z(l->out, "stand in another order\n");
	}
}

static void operators(const struct ol_diff *d, const struct ol_layout *l, uint32_t most)
{
	const char *name = "operators";

	for (uint32_t i = 0; i < d->n_ops && i < most; i++) {
		const struct ol_diff_count *c = &d->ops[i];

		label(l, name);
		name = "";
		ol_buf_printf(l->out, "%c ", !c->from ? '+' : !c->to ? '-' : '~');
		if (c->domain.n) {
			plain(l, c->domain);
			ol_buf_char(l->out, ':');
		}
		plain(l, c->op_type);
		ol_buf_char(l->out, ' ');
		ol_text_count(l->out, c->from ? c->from : c->to);
		if (c->from && c->to) {
			ol_buf_z(l->out, " -> ");
			ol_text_count(l->out, c->to);
		}
		ol_buf_char(l->out, '\n');
	}
	if (d->n_ops > most)
		more(l, d->n_ops - most);
}

static void verdicts(const struct ol_diff *d, const struct ol_layout *l)
{
	const char *name = "targets";

	for (uint32_t i = 0; i < d->n_verdicts; i++) {
		const struct ol_diff_verdict *v = &d->verdicts[i];
		bool same = v->from && strcmp(v->from->verdict, v->to->verdict) == 0 &&
			    v->from->score == v->to->score;

		label(l, name);
		name = "";
		plain(l, v->target);
		ol_buf_char(l->out, ' ');
		if (v->from && !same)
			ol_buf_printf(l->out, "%s, score %d -> ", v->from->verdict, v->from->score);
		ol_layout_paint(l, v->worse ? OL_PAINT_RED : OL_PAINT_BOLD, v->to->verdict);
		ol_buf_printf(l->out, ", score %d%s\n", v->to->score, same ? " as before" : "");
	}
}

static void findings(const struct ol_layout *l, const char *what,
		     const struct ol_report_finding *const *at, uint32_t n, uint32_t most)
{
	if (n)
		ol_buf_char(l->out, '\n');
	for (uint32_t i = 0; i < n && i < most; i++) {
		ol_buf_printf(l->out, "%-7s", what);
		ol_layout_paint(l, paint[at[i]->severity], ol_severity_names[at[i]->severity]);
		ol_buf_char(l->out, ' ');
		plain(l, at[i]->rule);
		for (uint32_t k = 0; k < at[i]->n_targets; k++) {
			ol_buf_z(l->out, k ? ", " : "  ");
			plain(l, at[i]->targets[k]);
		}
		ol_buf_z(l->out, "\n       ");
		ol_layout_text(l, at[i]->message, 7, 7, 1000);
		ol_buf_z(l->out, "\n       at ");
		ol_layout_text(l, at[i]->at.where, 10, 10, 600);
		ol_buf_char(l->out, '\n');
	}
	if (n > most) {
		ol_buf_printf(l->out, "%-7sand %u more, shown with -v\n", what,
			      (unsigned)(n - most));
	}
}

void ol_diff_text(const struct ol_diff *d, const struct ol_layout *l, bool all)
{
	const struct ol_report_model *o = d->old.r->view, *n = d->new.r->view;
	uint32_t most = all ? UINT32_MAX : SHOWN;
	size_t before;

	plain(l, o->path);
	ol_buf_z(l->out, " -> ");
	plain(l, n->path);
	ol_buf_char(l->out, '\n');
	before = l->out->n;
	facts(d, l);
	ports(d, l, 0, most);
	ports(d, l, 1, most);
	operators(d, l, most);
	if (l->out->n == before)
		ol_buf_z(l->out, "  the same operators, opsets, inputs and outputs, and sizes\n");
	verdicts(d, l);
	findings(l, "new", d->added, d->n_added, most);
	findings(l, "worse", d->raised, d->n_raised, most);
	findings(l, "gone", d->gone, d->n_gone, most);
	ol_buf_z(l->out, "\nfindings: ");
	ol_text_count(l->out, d->n_added);
	ol_buf_z(l->out, " new, ");
	if (d->n_raised) {
		ol_text_count(l->out, d->n_raised);
		ol_buf_z(l->out, " worse, ");
	}
	ol_text_count(l->out, d->n_gone);
	ol_buf_z(l->out, " gone, ");
	ol_text_count(l->out, d->n_same);
	ol_buf_z(l->out, " as before\n");
	ol_layout_guard(l->out, 0, "\\x3A", "\\x23");
}

/* ---- JSON ---- */

static void side(struct ol_json *j, const char *key, const struct ol_diff_side *s)
{
	const struct ol_report_model *v = s->r->view;

	ol_json_key_open(j, key, '{');
	ol_json_key_str(j, "path", v->path);
	ol_json_key_uint(j, "size", v->size);
	ol_json_key(j, "complete");
	ol_json_bool(j, v->complete);
	if (v->has_ir_version) {
		ol_json_key(j, "ir_version");
		ol_json_int(j, v->ir_version);
	}
	ol_json_key_str(j, "producer", v->producer);
	ol_json_key_str(j, "producer_version", v->producer_version);
	ol_json_key_uint(j, "nodes", v->nodes);
	ol_json_key_uint(j, "initializers", v->initializers);
	ol_json_key_uint(j, "parameters", v->parameters);
	ol_json_key_uint(j, "weight_bytes", s->weight_bytes);
	ol_json_close(j, '}');
}

static void opt_version(struct ol_json *j, const char *key, int64_t v)
{
	ol_json_key(j, key);
	if (v < 0)
		ol_json_null(j);
	else
		ol_json_int(j, v);
}

static void ports_json(struct ol_json *j, const struct ol_diff *d, int out)
{
	static const char *const kinds[] = {[OL_DIFF_SAME] = "",
					    [OL_DIFF_GONE] = "gone",
					    [OL_DIFF_NEW] = "new",
					    [OL_DIFF_CHANGED] = "changed"};

	ol_json_key_open(j, out ? "outputs" : "inputs", '[');
	for (uint32_t i = 0; i < d->n_io[out]; i++) {
		const struct ol_diff_io *p = &d->io[out][i];

		ol_json_open(j, '{');
		ol_json_key_str(j, "name", p->name);
		ol_json_key_str(j, "change", ol_str(kinds[p->kind]));
		if (p->kind != OL_DIFF_NEW)
			ol_json_key_str(j, "old", p->from);
		if (p->kind != OL_DIFF_GONE)
			ol_json_key_str(j, "new", p->to);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_key(j, out ? "outputs_reordered" : "inputs_reordered");
	ol_json_bool(j, d->reordered[out]);
}

static void verdict(struct ol_json *j, const char *key, const struct ol_target_verdict *v)
{
	ol_json_key(j, key);
	if (!v) {
		ol_json_null(j);
		return;
	}
	ol_json_open(j, '{');
	ol_json_key_str(j, "verdict", ol_str(v->verdict));
	ol_json_key(j, "score");
	ol_json_int(j, v->score);
	ol_json_key_uint(j, "supported_nodes", v->supported_nodes);
	ol_json_key_uint(j, "blocking", v->blocking);
	ol_json_close(j, '}');
}

static void findings_json(struct ol_json *j, const char *key,
			  const struct ol_report_finding *const *at, uint32_t n)
{
	ol_json_key_open(j, key, '[');
	for (uint32_t i = 0; i < n; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "rule", at[i]->rule);
		ol_json_key_str(j, "severity", ol_str(ol_severity_names[at[i]->severity]));
		ol_json_key_str(j, "message", at[i]->message);
		ol_json_key_str(j, "where", at[i]->at.where);
		ol_json_key_str(j, "locator", at[i]->at.locator);
		ol_json_key_open(j, "targets", '[');
		for (uint32_t k = 0; k < at[i]->n_targets; k++)
			ol_json_str(j, at[i]->targets[k]);
		ol_json_close(j, ']');
		ol_json_key_str(j, "fingerprint", at[i]->fingerprint);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
}

void ol_diff_json(const struct ol_diff *d, struct ol_buf *out)
{
	struct ol_json json, *j = &json;

	ol_json_init(j, out, 1);
	ol_json_open(j, '{');
	ol_json_key_str(j, "schema", OL_STR("onnxlint-diff/1"));
	side(j, "old", &d->old);
	side(j, "new", &d->new);
	ol_json_key_open(j, "opsets", '[');
	for (uint32_t i = 0; i < d->n_opsets; i++) {
		if (d->opsets[i].from == d->opsets[i].to)
			continue;
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", d->opsets[i].domain);
		opt_version(j, "old", d->opsets[i].from);
		opt_version(j, "new", d->opsets[i].to);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ports_json(j, d, 0);
	ports_json(j, d, 1);
	ol_json_key_open(j, "operators", '[');
	for (uint32_t i = 0; i < d->n_ops; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "domain", d->ops[i].domain);
		ol_json_key_str(j, "op_type", d->ops[i].op_type);
		ol_json_key_uint(j, "old", d->ops[i].from);
		ol_json_key_uint(j, "new", d->ops[i].to);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_key_open(j, "targets", '[');
	for (uint32_t i = 0; i < d->n_verdicts; i++) {
		ol_json_open(j, '{');
		ol_json_key_str(j, "name", d->verdicts[i].target);
		verdict(j, "old", d->verdicts[i].from);
		verdict(j, "new", d->verdicts[i].to);
		ol_json_key(j, "worse");
		ol_json_bool(j, d->verdicts[i].worse);
		ol_json_close(j, '}');
	}
	ol_json_close(j, ']');
	ol_json_key_open(j, "findings", '{');
	findings_json(j, "new", d->added, d->n_added);
	findings_json(j, "worse", d->raised, d->n_raised);
	findings_json(j, "gone", d->gone, d->n_gone);
	ol_json_key_uint(j, "unchanged", d->n_same);
	ol_json_close(j, '}');
	ol_json_key(j, "worse");
	ol_json_bool(j, d->worse);
	ol_json_close(j, '}');
	ol_buf_char(out, '\n');
	ol_layout_guard(out, 0, ":", "\\u0023");
}
