/* api.h: what the files behind the public header share. */
#ifndef OL_API_API_H
#define OL_API_API_H

#include "onnxlint.h"

#include "config/config.h"
#include "engine/engine.h"
#include "load/load.h"
#include "report/layout.h"
#include "report/report.h"

enum { OL_API_TARGETS = 64 };
enum { OL_API_RULES, OL_API_TARGET_LIST, OL_API_FORMATS, OL_API_LIMITS, OL_API_CATALOGUES };

/* Strings given by options, in order. */
struct ol_api_list {
	char **at; /* NULL-ended when not empty */
	uint32_t n, cap;
};

struct onnxlint {
	struct ol_load_options load;
	struct ol_api_list roots, select, ignore, severity, limits, rule_paths;
	struct ol_rules rules;
	void **images; /* of rule files; the rules point into them */
	uint32_t n_images;
	struct ol_target targets[OL_API_TARGETS];
	uint32_t n_targets;
	uint32_t max_findings, max_per_rule;
	uint64_t deadline_ms;
	struct ol_weights_options weights; /* but for its deadline */
	bool read_weights;
	struct ol_score_weights score;
	int fail_on; /* enum ol_severity; OL_SEV_COUNT: never; -1: not set, which is error */
	bool find_config;
	char *config;                /* named one, or NULL */
	struct ol_api_store *store;  /* configuration files that were read */
	struct ol_custom *custom;    /* declared operators, or NULL; load has them */
	struct ol_baseline baseline;
	bool has_baseline, statistics;
	unsigned jobs; /* 0: one a processor */
	struct ol_buf error, notes;
	struct ol_api_catalogue {
		struct ol_arena arena;
		struct onnxlint_entry *at;
		uint32_t n, stamp; /* stamp: n_images + 1 when made */
	} catalogues[OL_API_CATALOGUES];
};

struct onnxlint_result {
	struct ol_report_model *view;
	struct onnxlint_model model;
	struct onnxlint_finding *findings;
	struct onnxlint_verdict *verdicts;
	struct onnxlint_readiness readiness;
	const struct ol_rules *rules; /* of its auditor */
	int status;
};

/* What holds for one model: the auditor's options over those of its configuration file. */
struct ol_api_scene {
	struct ol_config *config; /* or NULL */
	const struct ol_rules *rules;
	const struct ol_config_part **parts; /* that hold, in order */
	uint32_t n_parts;
	char *path; /* of the model, from the root of the file system */
	struct ol_target targets[OL_API_TARGETS];
	uint32_t n_targets;
	int fail_on;
	struct ol_load_options load;
};

/* Forgets the last error: every public call that can fail begins with it. */
void ol_api_begin(struct onnxlint *a);
/* Sets the error; always -1. */
int ol_api_fail(struct onnxlint *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int ol_api_fail_err(struct onnxlint *a, const struct ol_err *err);
int ol_api_no_memory(struct onnxlint *a);
/* Writes b and frees it; -1 with the error set. */
int ol_api_write(struct onnxlint *a, struct ol_buf *b, onnxlint_writer *write, void *user);
/* ", did you mean X?" for the end of an error, or "". Valid until the buffer is used again. */
const char *ol_api_near(char *buf, size_t n, struct ol_str near);

int ol_api_list_add(struct ol_api_list *l, struct ol_str s);
void ol_api_list_free(struct ol_api_list *l);

/* The node that `name` means: a node's name, "#INDEX" in the main graph or "=OUTPUT"; OL_NONE when there is none. */
uint32_t ol_api_find_node(const struct ol_ir *ir, struct ol_str name);

/* A rule file or a folder of them. */
int ol_api_rules_load(struct onnxlint *a, const char *path);

/* Takes a file of custom operators in place of the one before. */
int ol_api_custom_ops(struct onnxlint *a, const char *path);

/* Audits as onnxlint_check_file does, with what holds for the model at `as`; look sees the model before it goes, inf may be NULL; it returns -1 without memory. */
typedef int ol_api_look(void *user, const struct ol_ir *ir, const struct ol_infer *inf);
struct onnxlint_result *ol_api_check(struct onnxlint *a, const char *path, const char *as, ol_api_look *look, void *user);

/* Finds what holds for the model at path. Free with ol_api_scene_free, also on failure. */
int ol_api_scene(struct onnxlint *a, const char *path, struct ol_api_scene *s);
void ol_api_scene_free(struct ol_api_scene *s);
/* Configuration files that were read are kept, as results and other threads look into them. */
struct ol_api_store *ol_api_store_new(void);
void ol_api_store_free(struct ol_api_store *s);
/* Does a selector name a rule that a configuration file adds? */
bool ol_api_store_selects(const struct ol_api_store *s, struct ol_str selector);
/* What was read so far is read again when it is asked for: options have changed. */
void ol_api_store_forget(struct ol_api_store *s);

/* Ranks the findings, sets aside those that are suppressed or in the baseline, and gives the verdicts: of what is not
 * suppressed. on: by rule of the set. */
int ol_api_settle(struct onnxlint *a, const struct ol_api_scene *s, struct ol_ir *ir, const struct ol_engine_options *o,
		  struct ol_findings *f, struct ol_err *err);

/* Which rules run and how they are graded, by rule of the set: rule_on and rule_severity of the engine's options, in one
 * allocation at *memory that the caller frees. m: the model, or NULL. */
int ol_api_choose(struct onnxlint *a, const struct ol_api_scene *s, const struct ol_model *m, struct ol_engine_options *o,
		  void **memory);
/* Does the selector name a rule? Fails with the nearest otherwise. */
int ol_api_selector(struct onnxlint *a, const char *option, struct ol_str selector);

/* The target that a name means, in its version; fails with the nearest, or with the versions that are known. */
int ol_api_target(struct onnxlint *a, struct ol_str name, struct ol_target *t);

/* Layout of what explain and show write. */
struct ol_layout ol_api_layout(const struct onnxlint_style *style, struct ol_buf *out);
/* "  label    text\n" with the text wrapped. */
void ol_api_row(const struct ol_layout *l, const char *label, struct ol_str text);
void ol_api_heading(const struct ol_layout *l, const char *text);

void ol_api_catalogues_free(struct onnxlint *a);

/* parts of explain */
void ol_api_explain_score(const struct ol_layout *l, const struct ol_score_weights *w);
void ol_api_explain_rule(const struct ol_layout *l, const struct ol_rule *r);
void ol_api_explain_target(const struct ol_layout *l, const struct ol_target *t);
/* What every target says of an operator, by its versions where they differ (explain_target.c). */
void ol_api_op_by_target(const struct ol_layout *l, struct ol_str domain, struct ol_str op);
/* The same of a target as JSON. */
void ol_api_target_json(struct ol_buf *out, const struct ol_target *t);
/* 0 when no domain has the operator; *near then may name one. */
int ol_api_explain_op(const struct ol_layout *l, struct ol_str name, struct ol_str *near);

#endif
