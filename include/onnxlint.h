/* onnxlint.h: audits ONNX models from C or C++.
 *
 *	struct onnxlint *a = onnxlint_new();
 *	struct onnxlint_result *r = NULL;
 *
 *	if (a && onnxlint_set(a, "target", "keras") == 0 && (r = onnxlint_check_file(a, "model.onnx")))
 *		for (size_t i = 0; i < onnxlint_result_findings(r); i++)
 *			puts(onnxlint_result_finding(r, i)->message);
 *	else
 *		fprintf(stderr, "%s\n", a ? onnxlint_error(a) : "no memory");
 *	onnxlint_result_free(r);
 *	onnxlint_free(a);
 *
 * A bad model is a finding; a call fails only when the work cannot be done at all (unreadable file, wrong option, no
 * memory), and onnxlint_error() then says why and the way out, in one line.
 *
 * An auditor may be used by one thread at a time; several auditors share nothing. Results do not depend on the auditor
 * once made, except where said. Strings in results are NUL-terminated; text from a model is as the model has it (it may
 * hold terminal controls and invalid UTF-8: escape it where it is printed), but a NUL byte in it is written "\x00". */
#ifndef ONNXLINT_H
#define ONNXLINT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ONNXLINT_API __attribute__((visibility("default")))
#else
#define ONNXLINT_API
#endif

struct onnxlint;        /* an auditor: options, rules, the last error */
struct onnxlint_result; /* what one model's audit found */
struct onnxlint_report; /* a report being written */

enum onnxlint_severity { ONNXLINT_NOTE, ONNXLINT_WARNING, ONNXLINT_ERROR };

/* Receives n bytes of output. Returns 0, or anything else to stop: the call that writes then fails. */
typedef int onnxlint_writer(void *user, const char *bytes, size_t n);
/* An onnxlint_writer for a stdio stream: pass the FILE * as user. */
ONNXLINT_API int onnxlint_to_stream(void *user, const char *bytes, size_t n);

/* ---- the auditor ---- */

/* The version of the library, "MAJOR.MINOR.PATCH". Static. */
ONNXLINT_API const char *onnxlint_version(void);

/* A new auditor with default options and the built-in rules; NULL when there is no memory. Free with onnxlint_free. */
ONNXLINT_API struct onnxlint *onnxlint_new(void);
/* Frees it. NULL is allowed. Results made with it stay valid. */
ONNXLINT_API void onnxlint_free(struct onnxlint *a);

/* Sets an option; lists may be given in several calls and add up. 0, or -1 when the option or its value is unknown (the
 * error names the nearest known one) or a rule file is wrong (onnxlint_notes then has each fault with its line).
 *	target         T,T        also audit for these targets ("all" = every one)
 *	select         R,R        only these rules: family/name, family, or family/glob*
 *	ignore         R,R        not these rules
 *	severity       R=LEVEL,…  another severity for these rules: error, warning, note or off
 *	fail-on        LEVEL      onnxlint_result_status is 1 from this severity on: error (default), warning, note, never
 *	config         FILE       a configuration file for every model; "auto": the nearest .onnxlint.yaml upwards from each
 *	                          model's folder; "none" (default). What is set with the auditor stands above it. Set "rules"
 *	                          first
 *	baseline       FILE       findings that a baseline has are set aside; the format "baseline" writes one
 *	statistics     yes|no     reports tell counts by rule and family, and what each rule cost (no)
 *	rules          PATH       a rule file, or a folder of them (*.yaml, *.yml); a rule with a known id replaces that one
 *	custom-ops     FILE       what operators of other domains are: bodies, signatures, targets that run them; in place of the
 *	                          file that was set before
 *	score          NAME=N,…   another weight for ranking and verdicts; onnxlint_explain("score") has the table
 *	limit          NAME=N     raises or lowers a limit of loading, see onnxlint_limit_at
 *	external-root  DIR        a further folder that external data may lie in
 *	max-findings   N          most findings kept a model (10000)
 *	max-per-rule   N          most findings kept a rule (1000)
 *	time-limit     SECONDS    stop the audit of a model after this long, 0 = never (60)
 *	weights        yes|no     read the weights too, for the rules about them (no)
 *	jobs           N          threads that audit models or read weights, 0 = one a processor (0)
 *	map            yes|no     map the files to read weights, two to three times as fast as copying them (no); only for who owns
 *	                          the process's signals: a file that is cut short meanwhile raises SIGBUS */
ONNXLINT_API int onnxlint_set(struct onnxlint *a, const char *option, const char *value);

/* Why the last call with this auditor failed: one line, "thing: what: way out"; "" when none did. Valid until the next
 * call with it. */
ONNXLINT_API const char *onnxlint_error(const struct onnxlint *a);
/* The faults of the last wrong rule file or expression, each with its place, source line and a caret; "" when there are
 * none. Several lines. Valid until the next call with the auditor. */
ONNXLINT_API const char *onnxlint_notes(const struct onnxlint *a);

/* Is called while weights are read, in the thread that audits, some ten times a second and once at the end, with the bytes
 * that are read and those there are. Returns 0, or anything else to stop: the audit then fails. */
typedef int onnxlint_progress(void *user, uint64_t done, uint64_t total);
/* Has it called from now on; NULL: no more. */
ONNXLINT_API void onnxlint_on_progress(struct onnxlint *a, onnxlint_progress *tell, void *user);

/* ---- auditing ---- */

/* Audits the model at path ("-" = standard input), in protobuf form or ONNX text syntax. NULL when it cannot be read
 * (missing, not permitted, not a regular file) or memory is refused. A file that is no ONNX model gives a result with a
 * finding. Free with onnxlint_result_free. */
ONNXLINT_API struct onnxlint_result *onnxlint_check_file(struct onnxlint *a, const char *path);
/* The same for n bytes in memory, needed during the call only. name stands for the path. External data is not looked for. */
ONNXLINT_API struct onnxlint_result *onnxlint_check_memory(struct onnxlint *a, const void *bytes, size_t n, const char *name);
/* What comes of the i-th model: its result, which is now the callee's to free, or NULL, and onnxlint_error(a) tells why.
 * Returns 0, or anything else to stop. */
typedef int onnxlint_each(void *user, size_t i, struct onnxlint_result *r);
/* Audits n models, several at a time as "jobs" says (with "weights" one after the other), and hands out what comes of
 * each, in order, in the calling thread. What each returned when it stopped the work; -1 without memory; else 0. */
ONNXLINT_API int onnxlint_check_files(struct onnxlint *a, const char *const *paths, size_t n, onnxlint_each *each, void *user);
/* Frees it. NULL is allowed. */
ONNXLINT_API void onnxlint_result_free(struct onnxlint_result *r);

/* Facts of the model. */
struct onnxlint_model {
	const char *path;
	uint64_t size;                     /* bytes of the file */
	int complete;                      /* 0: loading stopped early, the rest is what was read */
	int64_t ir_version;                /* 0 when absent */
	const char *producer, *producer_version;
	uint64_t nodes;                    /* of all graphs and functions */
	uint64_t initializers, parameters; /* parameters: elements of all initializers */
	size_t opsets;                     /* opset imports, see onnxlint_result_opset */
};

struct onnxlint_fix {
	const char *title;
	const char *action;        /* "": to be done by hand */
	const char *applicability; /* "safe" "unsafe" "manual" */
};

struct onnxlint_finding {
	uint32_t rank;             /* 1 is to be looked at first */
	const char *rule;          /* "op/unsupported" */
	enum onnxlint_severity severity;
	const char *confidence;    /* "certain" "likely" "possible" */
	double score;              /* 0 to 100 */
	const char *message;
	/* Where: members that do not apply are "" and -1. */
	const char *graph;         /* "main", "main/12.then_branch", "fn:domain:name" */
	const char *node;          /* the node's name, which may be "" */
	int64_t index;             /* of the node in its graph */
	const char *domain, *op_type;
	const char *value;         /* value, initializer or attribute */
	const char *where;         /* in words: "node conv1 (Conv, #12)" */
	const char *locator;       /* in a word, for suppressions and links: "node:conv1" */
	int64_t offset, length;    /* bytes of the file */
	int64_t line, column;      /* models in text syntax */
	const char *group;         /* root cause: equal text is one group */
	uint32_t group_size;
	uint32_t blocks;           /* nodes at risk */
	const char *fingerprint;   /* stays when the model is exported again */
	const struct onnxlint_fix *fixes;
	size_t n_fixes;
	const char *const *targets; /* that it is about */
	size_t n_targets;
	uint32_t group_id;         /* groups are numbered from 1 by rank; 0: set aside */
	uint32_t cause;            /* rank of the finding that led to it, 0: none */
	const char *const *stops;  /* targets that it blocks */
	size_t n_stops;
	const char *baseline;      /* "new" "unchanged"; "" when there is none */
	const char *suppressed;    /* why it is accepted; "" when it is not */
};

struct onnxlint_verdict {
	const char *target;
	const char *verdict;       /* "ready" "fixable" "blocked" */
	int score;                 /* 0 to 100 */
	uint32_t supported_nodes, unknown_nodes, nodes, blocking;
};

/* The model as a whole: the worst verdict and the mean score of its targets, or what errors about no target come to. */
struct onnxlint_readiness {
	const char *verdict;              /* "ready" "fixable" "blocked" */
	int score;                        /* 0 to 100 */
	uint32_t ready, fixable, blocked; /* targets */
	uint32_t fix_first;               /* rank of the first finding of the group to begin with, 0: nothing is found */
	uint32_t turns_ready;             /* targets that are ready without that group */
};

/* All that follows points into the result; an index past the end gives NULL. */
ONNXLINT_API const struct onnxlint_model *onnxlint_result_model(const struct onnxlint_result *r);
/* The i-th opset import: its domain, and the version in *version. */
ONNXLINT_API const char *onnxlint_result_opset(const struct onnxlint_result *r, size_t i, int64_t *version);
/* How many findings there are, and the i-th, in order of rank. Those that are set aside, because they are suppressed or
 * in the baseline, stand behind the others. */
ONNXLINT_API size_t onnxlint_result_findings(const struct onnxlint_result *r);
ONNXLINT_API size_t onnxlint_result_hidden(const struct onnxlint_result *r);
ONNXLINT_API const struct onnxlint_finding *onnxlint_result_finding(const struct onnxlint_result *r, size_t i);
/* How many findings have a severity. */
ONNXLINT_API size_t onnxlint_result_count(const struct onnxlint_result *r, enum onnxlint_severity severity);
/* The verdict on the i-th selected target. */
ONNXLINT_API const struct onnxlint_verdict *onnxlint_result_verdict(const struct onnxlint_result *r, size_t i);
ONNXLINT_API const struct onnxlint_readiness *onnxlint_result_readiness(const struct onnxlint_result *r);
/* 1 when some finding is at or above `fail-on` as it was set, else 0: the exit status of `onnxlint check`. */
ONNXLINT_API int onnxlint_result_status(const struct onnxlint_result *r);

/* A suppression of the configuration files that were used, and what it came to over all models audited so far. */
struct onnxlint_suppression {
	const char *rule, *reason, *expires; /* expires: "" when it does not */
	const char *file;
	unsigned line, column;
	uint64_t models, findings;           /* to which it applied; which it met */
	int expired;                         /* it does not hold any more */
};
/* The i-th: fills *s and returns 1, or 0 past the end. Strings live as long as the auditor. */
ONNXLINT_API int onnxlint_suppression_at(struct onnxlint *a, size_t i, struct onnxlint_suppression *s);

/* ---- reports ---- */

/* How text is laid out; zero or NULL is plain, unwrapped, everything shown. */
struct onnxlint_style {
	int color, ascii; /* ascii: write nothing but ASCII */
	unsigned width;   /* columns to wrap at, 0 = never */
	unsigned top;     /* groups shown a model in text, 0 = all; JSON has all */
	int verbose;      /* -1, 0 or 1 */
	int explain_score; /* scores term by term, and the weights */
};

/* Begins a report in a format (see onnxlint_format_at). NULL on an unknown format, with the nearest in the error. The
 * auditor must outlive it. */
ONNXLINT_API struct onnxlint_report *onnxlint_report_open(struct onnxlint *a, const char *format,
							   const struct onnxlint_style *style, onnxlint_writer *write,
							   void *user);
/* Adds a result, which must come from the same auditor and may be freed afterwards. -1 when the writer or memory refused. */
ONNXLINT_API int onnxlint_report_add(struct onnxlint_report *r, const struct onnxlint_result *result);
/* Ends the report and frees it. -1 when it is not complete, now or earlier. NULL is allowed. */
ONNXLINT_API int onnxlint_report_close(struct onnxlint_report *r);

/* Audits both models and writes what the new one gains and loses against the old: findings (known again by their
 * fingerprints), verdicts, operators, opsets, inputs and outputs, size; format "text" or "json". 1 when it is worse: a new
 * finding at or above "fail-on", or a worse verdict (unless "fail-on" is never); 0 when not; -1 when a model cannot be
 * read. */
ONNXLINT_API int onnxlint_diff(struct onnxlint *a, const char *old_path, const char *new_path, const char *format,
			       const struct onnxlint_style *style, onnxlint_writer *write, void *user);

/* ---- looking things up ---- */

struct onnxlint_entry {
	const char *name, *about;
	const char *detail; /* rule: its severity; target: its version; limit: its default */
	int enabled;        /* rule: does it run unless deselected? Else 1 */
};
/* The i-th rule, target, format or limit: fills *e and returns 1, or 0 past the end (or without memory). Strings live until
 * the next onnxlint_set of "rules", or the auditor's end. */
ONNXLINT_API int onnxlint_rule_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e);
ONNXLINT_API int onnxlint_target_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e);
ONNXLINT_API int onnxlint_format_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e);
ONNXLINT_API int onnxlint_limit_at(struct onnxlint *a, size_t i, struct onnxlint_entry *e);

/* Writes what is known of a rule ("op/unknown"), a target ("keras"), of ranking ("score"), an operator ("Conv",
 * "com.microsoft:Gelu") or a family of rules ("op").
 * -1 when the name is none of them, with the nearest in the error. */
ONNXLINT_API int onnxlint_explain(struct onnxlint *a, const char *name, const struct onnxlint_style *style,
				  onnxlint_writer *write, void *user);
/* Writes the table of a target, in a version where the name has one ("tensorrt@10.1"): limits, versions, sources and what
 * it says of each operator; format "text" or "json". -1 when the name is no target, with the nearest in the error, or the
 * version none that is known, with those that are. */
ONNXLINT_API int onnxlint_target(struct onnxlint *a, const char *name, const char *format, const struct onnxlint_style *style,
				 onnxlint_writer *write, void *user);
/* Writes a summary of the model at path: opsets, graphs, operators, inputs and outputs; format "text" or "json". */
ONNXLINT_API int onnxlint_show(struct onnxlint *a, const char *path, const char *format, const struct onnxlint_style *style,
			       onnxlint_writer *write, void *user);
/* Writes type, shape and small constants of each value of the model at path, as far as they can be inferred; node: only of
 * what goes into and out of that node (its name, "#INDEX" in the main graph or "=OUTPUT"), or NULL; format "text" or
 * "json". */
ONNXLINT_API int onnxlint_show_values(struct onnxlint *a, const char *path, const char *format, const char *node,
				      const struct onnxlint_style *style, onnxlint_writer *write, void *user);

/* ---- for authors of rules ---- */

/* Runs the examples of the rules that a selector or the path of a rule file or folder names (NULL = all), writing a line
 * for each failure and a summary. How many failed; -1 when it names none, or without memory. */
ONNXLINT_API int onnxlint_rules_test(struct onnxlint *a, const char *selector, onnxlint_writer *write, void *user);
/* Writes the JSON Schema of rule files, for editors. */
ONNXLINT_API int onnxlint_rules_schema(struct onnxlint *a, onnxlint_writer *write, void *user);
/* Writes the JSON Schema of configuration files. */
ONNXLINT_API int onnxlint_config_schema(struct onnxlint *a, onnxlint_writer *write, void *user);
/* Writes what expressions of rules can use: classes with their fields and methods, functions, and the variables that the
 * checks in C bind; format "text", "json" or "mdoc" (a list for a manual page). */
ONNXLINT_API int onnxlint_rules_fields(struct onnxlint *a, const char *format, const struct onnxlint_style *style,
				       onnxlint_writer *write, void *user);
/* Evaluates an expression of the rule language on the model at path and writes its type and value. node: a node's name,
 * "#INDEX" in the main graph or "=OUTPUT", bound to the variable `node`; or NULL. */
ONNXLINT_API int onnxlint_eval(struct onnxlint *a, const char *expression, const char *path, const char *node,
			       onnxlint_writer *write, void *user);
/* What is bound beside `model`, and how the result is written. NULL: not at all; "text". */
struct onnxlint_eval_options {
	const char *node;   /* as above: `node`, and `graph`, which is the main graph otherwise */
	const char *value;  /* a name: `value`; `initializer` too when it is one */
	const char *tensor; /* name of a stored tensor: `tensor` */
	const char *format; /* "text" or "json": {"type", "known", "value"} */
};
/* The same with more bound; `target` is the first target that was set. */
ONNXLINT_API int onnxlint_evaluate(struct onnxlint *a, const char *expression, const char *path,
				   const struct onnxlint_eval_options *o, onnxlint_writer *write, void *user);

#ifdef __cplusplus
}
#endif

#endif
