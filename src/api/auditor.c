/* auditor.c: the handle: its life, its options (a table), its last error. */
#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "schema/custom.h"
#include "util/text.h"

const char *onnxlint_version(void)
{
	return OL_VERSION;
}

int onnxlint_to_stream(void *user, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, user) == n ? 0 : -1;
}

struct onnxlint *onnxlint_new(void)
{
	struct onnxlint *a = calloc(1, sizeof(*a));
	struct ol_engine_options defaults;

	if (!a)
		return NULL;
	ol_load_options_default(&a->load);
	a->load.check_external = true;
	ol_engine_options_default(&defaults);
	a->max_findings = defaults.max_findings;
	a->max_per_rule = defaults.max_per_rule;
	a->deadline_ms = defaults.deadline_ms;
	a->score = ol_score_defaults;
	a->fail_on = -1;
	ol_rules_init(&a->rules);
	a->store = ol_api_store_new();
	if (!a->store || ol_rules_open(&a->rules, ol_rules_image, ol_rules_image_size, NULL)) {
		onnxlint_free(a);
		return NULL;
	}
	return a;
}

void onnxlint_free(struct onnxlint *a)
{
	if (!a)
		return;
	ol_rules_free(&a->rules);
	for (uint32_t i = 0; i < a->n_images; i++)
		free(a->images[i]);
	free(a->images);
	ol_api_list_free(&a->roots);
	ol_api_list_free(&a->select);
	ol_api_list_free(&a->ignore);
	ol_api_list_free(&a->severity);
	ol_api_list_free(&a->limits);
	ol_api_list_free(&a->rule_paths);
	ol_api_store_free(a->store);
	ol_custom_free(a->custom);
	if (a->has_baseline)
		ol_baseline_free(&a->baseline);
	free(a->config);
	ol_buf_free(&a->error);
	ol_buf_free(&a->notes);
	ol_api_catalogues_free(a);
	free(a);
}

/* ---- errors ---- */

const char *onnxlint_error(const struct onnxlint *a)
{
	return a->error.failed ? "out of memory" : a->error.n ? a->error.p : "";
}

const char *onnxlint_notes(const struct onnxlint *a)
{
	return a->notes.n && !a->notes.failed ? a->notes.p : "";
}

void ol_api_begin(struct onnxlint *a)
{
	ol_buf_free(&a->error);
	ol_buf_free(&a->notes);
}

/* Names from a model, a path or a rule file may be in it: one line of plain text comes out. */
int ol_api_fail(struct onnxlint *a, const char *fmt, ...)
{
	struct ol_buf raw = {0};
	va_list ap;

	va_start(ap, fmt);
	ol_buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	ol_buf_free(&a->error);
	ol_text_plain(&a->error, ol_buf_view(&raw), 2000);
	a->error.failed |= raw.failed;
	ol_buf_free(&raw);
	return -1;
}

int ol_api_fail_err(struct onnxlint *a, const struct ol_err *err)
{
	if (!err->message[0])
		return ol_api_no_memory(a);
	if (err->file[0] && err->line)
		return ol_api_fail(a, "%s:%u:%u: %s", err->file, (unsigned)err->line, (unsigned)err->column, err->message);
	if (err->file[0] && strncmp(err->message, err->file, strlen(err->file)) != 0)
		return ol_api_fail(a, "%s: %s", err->file, err->message);
	return ol_api_fail(a, "%s", err->message);
}

int ol_api_no_memory(struct onnxlint *a)
{
	return ol_api_fail(a, "out of memory: free some, or lower --limit memory");
}

int ol_api_write(struct onnxlint *a, struct ol_buf *b, onnxlint_writer *write, void *user)
{
	int rc = 0;

	if (b->failed)
		rc = ol_api_no_memory(a);
	else if (b->n && write(user, b->p, b->n))
		rc = ol_api_fail(a, "output: cannot be written");
	ol_buf_free(b);
	return rc;
}

const char *ol_api_near(char *buf, size_t n, struct ol_str near)
{
	if (near.n)
		snprintf(buf, n, "did you mean %.*s?", OL_FMT(near));
	return near.n ? buf : NULL;
}

/* ---- lists of strings ---- */

int ol_api_list_add(struct ol_api_list *l, struct ol_str s)
{
	char *copy;

	if (l->n + 1 >= l->cap) {
		uint32_t cap = l->cap ? l->cap * 2 : 8;
		char **at = realloc(l->at, cap * sizeof(*at));

		if (!at)
			return -1;
		l->at = at;
		l->cap = cap;
	}
	copy = malloc(s.n + 1);
	if (!copy)
		return -1;
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	l->at[l->n++] = copy;
	l->at[l->n] = NULL;
	return 0;
}

void ol_api_list_free(struct ol_api_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		free(l->at[i]);
	free(l->at);
	*l = (struct ol_api_list){0};
}

/* ---- options ---- */

static int add_target(struct onnxlint *a, const struct ol_target *t)
{
	for (uint32_t i = 0; i < a->n_targets; i++)
		if (ol_str_eq(a->targets[i].name, t->name))
			return 0;
	if (a->n_targets == OL_API_TARGETS)
		return ol_api_fail(a, "target: more than %d: audit for the others in a second run", OL_API_TARGETS);
	a->targets[a->n_targets++] = *t;
	return 0;
}

/* A target that is known, in a version that is not. */
static int unknown_version(struct onnxlint *a, const struct ol_target *t, struct ol_str version)
{
	struct ol_buf known = {0};
	struct ol_target e;

	for (uint32_t i = 0; (e = ol_target_edition(t, i)).row; i++)
		ol_buf_printf(&known, "%s%.*s", i ? ", " : "", OL_FMT(e.version));
	if (!t->n_editions)
		ol_buf_str(&known, t->version);
	ol_api_fail(a, "no facts of version '%.*s' of %.*s: known %s %s", OL_FMT(version), OL_FMT(t->base),
		    t->n_editions > 1 ? "are" : "is", known.p ? known.p : "");
	ol_buf_free(&known);
	return -1;
}

int ol_api_target(struct onnxlint *a, struct ol_str v, struct ol_target *t)
{
	const char *at = v.n ? memchr(v.p, '@', v.n) : NULL;
	char buf[128];
	const char *near;

	*t = ol_target_find(v);
	if (t->row)
		return 0;
	if (at) {
		struct ol_target base = ol_target_find((struct ol_str){v.p, (size_t)(at - v.p)});

		if (base.row)
			return unknown_version(a, &base, (struct ol_str){at + 1, v.n - (size_t)(at - v.p) - 1});
		v.n = (size_t)(at - v.p);
	}
	near = ol_api_near(buf, sizeof(buf), ol_target_nearest(v));
	return ol_api_fail(a, "unknown target '%.*s': %s", OL_FMT(v), near ? near : "`onnxlint targets` lists them");
}

static int set_target(struct onnxlint *a, struct ol_str v)
{
	struct ol_target t;
	int rc = 0;

	if (!ol_str_is(v, "all"))
		return ol_api_target(a, v, &t) ? -1 : add_target(a, &t);
	for (uint32_t i = 0; rc == 0 && (t = ol_target_at(i)).row; i++)
		rc = add_target(a, &t);
	return rc;
}

static int set_select(struct onnxlint *a, struct ol_str v)
{
	if (ol_api_selector(a, "select", v))
		return -1;
	return ol_api_list_add(&a->select, v) ? ol_api_no_memory(a) : 0;
}

static int set_ignore(struct onnxlint *a, struct ol_str v)
{
	if (ol_api_selector(a, "ignore", v))
		return -1;
	return ol_api_list_add(&a->ignore, v) ? ol_api_no_memory(a) : 0;
}

static int set_severity(struct onnxlint *a, struct ol_str v)
{
	const char *eq = v.n ? memchr(v.p, '=', v.n) : NULL;
	struct ol_str rule, level;

	if (!eq)
		return ol_api_fail(a, "severity '%.*s': no level: write RULE=error, warning, note or off", OL_FMT(v));
	rule = (struct ol_str){v.p, (size_t)(eq - v.p)};
	level = (struct ol_str){eq + 1, v.n - rule.n - 1};
	if (ol_name_index(ol_severity_names, level) < 0 && !ol_str_is(level, "off"))
		return ol_api_fail(a, "unknown severity '%.*s': error, warning, note or off", OL_FMT(level));
	if (ol_api_selector(a, "severity", rule))
		return -1;
	return ol_api_list_add(&a->severity, v) ? ol_api_no_memory(a) : 0;
}

static int set_fail_on(struct onnxlint *a, struct ol_str v)
{
	int s = ol_str_is(v, "never") ? OL_SEV_COUNT : ol_name_index(ol_severity_names, v);

	if (s < 0)
		return ol_api_fail(a, "unknown severity '%.*s' to fail on: error, warning, note or never", OL_FMT(v));
	a->fail_on = s;
	return 0;
}

static int set_rules(struct onnxlint *a, struct ol_str v)
{
	ol_api_store_forget(a->store);
	if (ol_api_rules_load(a, v.p))
		return -1;
	return ol_api_list_add(&a->rule_paths, v) ? ol_api_no_memory(a) : 0;
}

static int set_custom_ops(struct onnxlint *a, struct ol_str v)
{
	ol_api_store_forget(a->store);
	return ol_api_custom_ops(a, v.p);
}

static int set_config(struct onnxlint *a, struct ol_str v)
{
	struct ol_api_scene s;
	int rc;

	free(a->config);
	a->config = NULL;
	ol_api_store_forget(a->store);
	a->find_config = ol_str_is(v, "auto");
	if (ol_str_is(v, "none"))
		return 0;
	if (!a->find_config) {
		a->config = strdup(v.p);
		if (!a->config)
			return ol_api_no_memory(a);
	}
	/* what is wrong in a file that is named is told now, not with each model; of the working folder's, rules that it
	 * adds can be selected */
	rc = ol_api_scene(a, "-", &s);
	ol_api_scene_free(&s);
	if (rc && a->find_config) {
		ol_api_begin(a);
		return 0;
	}
	return rc;
}

static int set_baseline(struct onnxlint *a, struct ol_str v)
{
	struct ol_err err = {0};

	if (a->has_baseline)
		ol_baseline_free(&a->baseline);
	a->has_baseline = ol_baseline_read(&a->baseline, v.p, &a->notes, &err) == 0;
	if (err.code == OL_ERR_IO)
		return ol_api_fail(a, "%s: check --baseline", err.message);
	return a->has_baseline ? 0 : ol_api_fail_err(a, &err);
}

/* "NAME=N" */
static int set_score(struct onnxlint *a, struct ol_str v)
{
	const char *eq = v.n ? memchr(v.p, '=', v.n) : NULL;
	struct ol_score_weights w = a->score;
	struct ol_err err = {0};
	char *end = NULL;
	double d = 0;

	if (eq)
		d = strtod(eq + 1, &end);
	if (!eq || end == eq + 1 || *end || !strchr("0123456789.", eq[1]))
		return ol_api_fail(a, "score '%.*s': no number: write NAME=N", OL_FMT(v));
	if (ol_score_weight_set(&w, (struct ol_str){v.p, (size_t)(eq - v.p)}, d, &err))
		return ol_api_fail_err(a, &err);
	a->score = w;
	return 0;
}

static int set_limit(struct onnxlint *a, struct ol_str v)
{
	struct ol_err err = {0};

	if (ol_limits_set(&a->load.limits, v.p, &err))
		return ol_api_fail_err(a, &err);
	return ol_api_list_add(&a->limits, v) ? ol_api_no_memory(a) : 0;
}

static int set_root(struct onnxlint *a, struct ol_str v)
{
	if (ol_api_list_add(&a->roots, v))
		return ol_api_no_memory(a);
	a->load.roots = (const char *const *)a->roots.at;
	return 0;
}

static int number(struct onnxlint *a, const char *name, struct ol_str v, int64_t least, int64_t most, int64_t *out)
{
	if (!ol_text_int(v, out) || *out < least || *out > most)
		return ol_api_fail(a, "%s '%.*s': a number from %lld to %lld is wanted", name, OL_FMT(v), (long long)least,
				   (long long)most);
	return 0;
}

static int set_max_findings(struct onnxlint *a, struct ol_str v)
{
	int64_t n;

	if (number(a, "max-findings", v, 1, 10000000, &n))
		return -1;
	a->max_findings = (uint32_t)n;
	return 0;
}

static int set_max_per_rule(struct onnxlint *a, struct ol_str v)
{
	int64_t n;

	if (number(a, "max-per-rule", v, 1, 10000000, &n))
		return -1;
	a->max_per_rule = (uint32_t)n;
	return 0;
}

static int set_time_limit(struct onnxlint *a, struct ol_str v)
{
	int64_t n;

	if (number(a, "time-limit", v, 0, 1000000, &n))
		return -1;
	a->deadline_ms = (uint64_t)n * 1000;
	return 0;
}

static int yes_no(struct onnxlint *a, const char *name, struct ol_str v, bool *out)
{
	if (!ol_str_is(v, "yes") && !ol_str_is(v, "no"))
		return ol_api_fail(a, "%s '%.*s': yes or no is wanted", name, OL_FMT(v));
	*out = ol_str_is(v, "yes");
	return 0;
}

static int set_weights(struct onnxlint *a, struct ol_str v)
{
	return yes_no(a, "weights", v, &a->read_weights);
}

static int set_statistics(struct onnxlint *a, struct ol_str v)
{
	return yes_no(a, "statistics", v, &a->statistics);
}

static int set_map(struct onnxlint *a, struct ol_str v)
{
	return yes_no(a, "map", v, &a->weights.map);
}

static int set_jobs(struct onnxlint *a, struct ol_str v)
{
	int64_t n;

	if (number(a, "jobs", v, 0, 256, &n))
		return -1;
	a->weights.threads = (unsigned)n;
	a->jobs = (unsigned)n;
	return 0;
}

void onnxlint_on_progress(struct onnxlint *a, onnxlint_progress *tell, void *user)
{
	a->weights.tell = tell;
	a->weights.user = user;
}

static const struct {
	const char *name;
	bool list; /* T,T: each item is set alone */
	int (*set)(struct onnxlint *a, struct ol_str value); /* value is NUL-terminated */
} options[] = {
	{"target", true, set_target},
	{"select", true, set_select},
	{"ignore", true, set_ignore},
	{"severity", true, set_severity},
	{"fail-on", false, set_fail_on},
	{"rules", false, set_rules},
	{"custom-ops", false, set_custom_ops},
	{"config", false, set_config},
	{"baseline", false, set_baseline},
	{"statistics", false, set_statistics},
	{"score", true, set_score},
	{"limit", true, set_limit},
	{"external-root", false, set_root},
	{"max-findings", false, set_max_findings},
	{"max-per-rule", false, set_max_per_rule},
	{"time-limit", false, set_time_limit},
	{"weights", false, set_weights},
	{"jobs", false, set_jobs},
	{"map", false, set_map},
};

static int set_list(struct onnxlint *a, const char *value, int (*set)(struct onnxlint *a, struct ol_str value))
{
	char *copy = malloc(strlen(value) + 1), *item = copy, *comma;
	int rc = 0;

	if (!copy)
		return ol_api_no_memory(a);
	strcpy(copy, value);
	do {
		comma = strchr(item, ',');
		if (comma)
			*comma = '\0';
		if (*item)
			rc = set(a, ol_str(item));
		item = comma ? comma + 1 : NULL;
	} while (rc == 0 && item);
	free(copy);
	return rc;
}

int onnxlint_set(struct onnxlint *a, const char *option, const char *value)
{
	ol_api_begin(a);
	if (!value || !*value)
		return ol_api_fail(a, "%s: empty: give it a value", option);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(option, options[i].name) == 0)
			return options[i].list ? set_list(a, value, options[i].set) : options[i].set(a, ol_str(value));
	return ol_api_fail(a, "unknown option '%s': onnxlint.h lists them", option);
}
