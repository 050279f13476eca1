/* keys.c: the form of a configuration file. A key is added here, and read in read.c. */
#include "config/keys.h"

#include "config/config.h"

const char *const ol_config_levels[] = {"note", "warning", "error", "off", NULL};
const char *const ol_config_gates[] = {"note", "warning", "error", "never", NULL};

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])

/* What holds for every model, and what a section of `paths` may change. */
#define PART_ROWS                                                                                  \
	[PART_SELECT] = {.name = "select",                                                         \
			 .shape = OL_KEY_NAMES,                                                    \
			 .also = "only enable include",                                            \
			 .about = "only these rules: family/name, family, or family/glob*"},       \
	[PART_IGNORE] = {.name = "ignore",                                                         \
			 .shape = OL_KEY_NAMES,                                                    \
			 .also = "disable exclude skip",                                           \
			 .about = "not these rules"},                                              \
	[PART_SEVERITY] = {.name = "severity",                                                     \
			   .shape = OL_KEY_WITH,                                                   \
			   .words = ol_config_levels,                                              \
			   .also = "severities levels rules-severity",                             \
			   .about = "another severity by rule: error, warning, note or off"},      \
	[PART_TARGETS] = {.name = "targets",                                                       \
			  .shape = OL_KEY_NAMES,                                                   \
			  .also = "target for",                                                    \
			  .about = "audit for these targets too"},                                 \
	[PART_FAIL_ON] = {.name = "fail-on",                                                       \
			  .shape = OL_KEY_WORD,                                                    \
			  .words = ol_config_gates,                                                \
			  .also = "fail-level fail",                                               \
			  .about = "the severity from which on the exit status is 1"},             \
	[PART_LIMITS] = {.name = "limits",                                                         \
			 .shape = OL_KEY_WITH,                                                     \
			 .also = "limit",                                                          \
			 .about = "limits of loading, by name"}

static const struct ol_key config_rows[] = {
    PART_ROWS,
    [CONFIG_EXTENDS] = {.name = "extends",
			.shape = OL_KEY_NAMES,
			.also = "base inherit include-file",
			.about =
			    "configuration files that this one builds on, from its own folder on"},
    [CONFIG_RULES] =
	{.name = "rules",
	 .shape = OL_KEY_NAMES,
	 .also = "rule-files plugins",
	 .about = "rule files, or folders of them, to be added; from the file's own folder on"},
    [CONFIG_PATHS] = {.name = "paths",
		      .shape = OL_KEY_OBJECTS,
		      .inner = &ol_config_section_keys,
		      .also = "overrides per-path files",
		      .about = "what differs for some models"},
    [CONFIG_SUPPRESSIONS] = {.name = "suppressions",
			     .shape = OL_KEY_OBJECTS,
			     .inner = &ol_config_hush_keys,
			     .also = "suppress exceptions waivers",
			     .about = "findings that are accepted, with the reason"},
};
const struct ol_keys ol_config_keys = {"a configuration file", ROWS(config_rows)};

static const struct ol_key section_rows[] = {
    PART_ROWS,
    [SECTION_PATHS] = {.name = "paths",
		       .shape = OL_KEY_NAMES,
		       .required = true,
		       .also = "path files glob globs",
		       .about = "globs of models: * within a name, ** across folders; without a "
				"slash, of the file's name"},
};
const struct ol_keys ol_config_section_keys = {"a section of 'paths'", ROWS(section_rows)};

static const struct ol_key hush_rows[] = {
    [HUSH_RULE] = {.name = "rule",
		   .shape = OL_KEY_NAMES,
		   .required = true,
		   .also = "rules id code",
		   .about = "the rules, as in select"},
    [HUSH_REASON] = {.name = "reason",
		     .shape = OL_KEY_TEXT,
		     .required = true,
		     .also = "why comment because justification",
		     .about = "why it is accepted; shown in reports"},
    [HUSH_EXPIRES] = {.name = "expires",
		      .shape = OL_KEY_TEXT,
		      .also = "until expiry expire",
		      .about = "the last day that it holds, YYYY-MM-DD"},
    [HUSH_BY] = {.name = "by",
		 .shape = OL_KEY_TEXT,
		 .also = "author owner who",
		 .about = "who decided it"},
    [HUSH_PATHS] = {.name = "paths",
		    .shape = OL_KEY_NAMES,
		    .also = "path files model models",
		    .about = "globs of models; left out: all"},
    [HUSH_TARGETS] = {.name = "targets",
		      .shape = OL_KEY_NAMES,
		      .also = "target",
		      .about = "only findings about nothing but these targets"},
    [HUSH_AT] = {.name = "at",
		 .shape = OL_KEY_TEXT,
		 .also = "locator place where",
		 .about = "pattern of the locator, such as node:conv1"},
    [HUSH_NODE] = {.name = "node",
		   .shape = OL_KEY_TEXT,
		   .also = "nodes name",
		   .about = "pattern of the node's name"},
    [HUSH_VALUE] = {.name = "value",
		    .shape = OL_KEY_TEXT,
		    .also = "initializer tensor",
		    .about = "pattern of the name of a value, initializer or attribute"},
    [HUSH_OP_TYPE] = {.name = "op_type",
		      .shape = OL_KEY_TEXT,
		      .also = "op operator",
		      .about = "pattern of the operator"},
    [HUSH_FINGERPRINT] = {.name = "fingerprint",
			  .shape = OL_KEY_TEXT,
			  .also = "hash",
			  .about = "of one finding, as --format json tells it"},
};
const struct ol_keys ol_config_hush_keys = {"a suppression", ROWS(hush_rows)};

void ol_config_json_schema(struct ol_buf *out)
{
	static const struct ol_json_def defs[] = {{&ol_config_section_keys, "section"},
						  {&ol_config_hush_keys, "suppression"},
						  {NULL, NULL}};

	ol_keys_json_schema("onnxlint configuration file", &ol_config_keys, defs, out);
}
