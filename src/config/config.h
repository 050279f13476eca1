/* config.h: configuration files (.onnxlint.yaml), suppressions and baselines.
 *
 * A file with all that it extends becomes a list of parts, in the order in which they apply: what
 * holds for every model first, those of extended files before the file's own; then the sections
 * that hold for some paths, in the same order. What a part gives takes the place of what came
 * before (select, targets, fail-on) or adds to it (ignore, severity, rules, limits). */
#ifndef OL_CONFIG_CONFIG_H
#define OL_CONFIG_CONFIG_H

#include <stdatomic.h>

#include "load/load.h"
#include "rules/rules.h"
#include "util/yaml.h"

enum { OL_CONFIG_FILES = 32, OL_CONFIG_DEPTH = 8, OL_CONFIG_BYTES = 1 << 20 };
#define OL_CONFIG_NAME ".onnxlint.yaml"

struct ol_config_file {
	const char *path;
	struct ol_str text;
	struct ol_notes notes; /* what is wrong in it */
};

/* A word of a file, and where it stands. */
struct ol_config_word {
	struct ol_str text;
	uint32_t line, column, length;
};
struct ol_config_words {
	const struct ol_config_word *at;
	uint32_t n;
	bool given;
};

struct ol_config_part {
	struct ol_config_file *file;
	struct ol_config_words paths; /* globs; none: holds for every model */
	struct ol_config_words select, ignore, targets;
	struct ol_config_words severity,
	    levels;			       /* a rule's selector, and its level, side by side */
	struct ol_config_words limits, bounds; /* a limit's name, and its value */
	struct ol_config_words rules;	       /* paths, from the root of the file system */
	int fail_on; /* enum ol_severity, OL_SEV_COUNT: never; -1: not given */
};

struct ol_config_suppression {
	struct ol_config_file *file;
	uint32_t line, column;
	struct ol_config_words rules, paths, targets;
	struct ol_str at, node, value, op_type, fingerprint; /* patterns; empty: any */
	struct ol_str reason, by, expires;
	bool expired;
	/* over the models audited: to how many it applied, and how many findings it met */
	atomic_uint_fast64_t tried, met;
};

struct ol_config {
	struct ol_arena arena;
	const char *path;
	struct ol_str folder; /* that globs of paths start from */
	struct ol_config_file *files[OL_CONFIG_FILES];
	uint32_t n_files;
	struct ol_config_part *parts;
	uint32_t n_parts;
	struct ol_config_suppression *suppressions;
	uint32_t n_suppressions;
	bool wrong; /* some file has notes */
};

/* Reads the file and what it extends. folder: where globs start, from the root of the file system.
 * NULL without memory or when the file itself cannot be read; otherwise check `wrong`. Selectors
 * are not held to rules yet. */
struct ol_config *ol_config_read(const char *path, struct ol_str folder, struct ol_err *err);
/* Do selectors name rules? Adds notes where not. */
void ol_config_check(struct ol_config *c, const struct ol_rules *rules);
/* All notes, in the order of files. */
void ol_config_notes(const struct ol_config *c, struct ol_buf *out);
void ol_config_free(struct ol_config *c);
/* Appends the path of the nearest file upwards from a folder (from the root of the file system),
 * none past a folder with .git; false when there is none. */
bool ol_config_find(struct ol_str folder, struct ol_buf *out);
/* The JSON Schema of configuration files. */
void ol_config_json_schema(struct ol_buf *out);

/* Does the part hold for the model? path: from the root of the file system. */
bool ol_config_holds(const struct ol_config *c, const struct ol_config_words *paths,
		     struct ol_str path);
/* A glob of paths: * and ? within a name, ** across folders; without a slash: of the last name.
 * Linear for each star. */
bool ol_config_glob(struct ol_str glob, struct ol_str path);

/* What a finding is held to. */
struct ol_config_seen {
	const struct ol_rule *rule;
	struct ol_str locator, node, value, op_type, fingerprint;
	const struct ol_str *targets;
	uint32_t n_targets;
};
/* Is it what the suppression is about (paths aside)? */
bool ol_config_met(const struct ol_config_suppression *s, const struct ol_config_seen *f);

/* "2026-12-31" as days; -1 when it is no date. Today's days, of UTC. */
int64_t ol_config_days(struct ol_str date);
int64_t ol_config_today(void);

/* ---- baselines ---- */

struct ol_baseline_entry {
	struct ol_str fingerprint, rule, locator;
};
struct ol_baseline_model {
	struct ol_str path;
	struct ol_baseline_entry *at; /* by fingerprint */
	uint32_t n;
};
struct ol_baseline {
	struct ol_arena arena;
	struct ol_baseline_model *at;
	uint32_t n;
};
/* -1 with err (what is wrong, where), or notes with places. */
int ol_baseline_read(struct ol_baseline *b, const char *path, struct ol_buf *notes,
		     struct ol_err *err);
void ol_baseline_free(struct ol_baseline *b);
/* What it has of the model at path: the entry of that path, or the only one whose path ends with it
 * or that it ends with; NULL when there is none. */
const struct ol_baseline_model *ol_baseline_of(const struct ol_baseline *b, struct ol_str path);
const struct ol_baseline_entry *ol_baseline_find(const struct ol_baseline_model *m,
						 struct ol_str fingerprint);

#endif
