/* keys.h: the form of configuration files, as tables like those of rule files. */
#ifndef OL_CONFIG_KEYS_H
#define OL_CONFIG_KEYS_H

#include "rules/keys.h"

enum {
	PART_SELECT,
	PART_IGNORE,
	PART_SEVERITY,
	PART_TARGETS,
	PART_FAIL_ON,
	PART_LIMITS,
	PART_KEYS
};
enum { CONFIG_EXTENDS = PART_KEYS, CONFIG_RULES, CONFIG_PATHS, CONFIG_SUPPRESSIONS, CONFIG_KEYS };
enum { SECTION_PATHS = PART_KEYS, SECTION_KEYS };
enum {
	HUSH_RULE,
	HUSH_REASON,
	HUSH_EXPIRES,
	HUSH_BY,
	HUSH_PATHS,
	HUSH_TARGETS,
	HUSH_AT,
	HUSH_NODE,
	HUSH_VALUE,
	HUSH_OP_TYPE,
	HUSH_FINGERPRINT,
	HUSH_KEYS
};

extern const struct ol_keys ol_config_keys, ol_config_section_keys, ol_config_hush_keys;
extern const char *const ol_config_levels[],
    *const ol_config_gates[]; /* words of severity and fail-on */

#endif
