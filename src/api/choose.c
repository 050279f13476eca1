/* choose.c: which rules of the set run, by selectors, and with which severity. */
#include <stdlib.h>

#include "api/api.h"

static bool any(const struct ol_api_list *l, const struct ol_rule *r)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (ol_rule_selected(r, ol_str(l->at[i])))
			return true;
	return false;
}

int ol_api_selector(struct onnxlint *a, const char *option, struct ol_str selector)
{
	char buf[256];
	const char *near;

	for (uint32_t i = 0; i < a->rules.n; i++)
		if (ol_rule_selected(&a->rules.at[i], selector))
			return 0;
	if (ol_api_store_selects(a->store, selector))
		return 0;
	near = ol_api_near(buf, sizeof(buf), ol_rules_nearest(&a->rules, selector));
	return ol_api_fail(a, "%s: no rule matches '%.*s': %s", option, OL_FMT(selector),
			   near ? near : "`onnxlint rules list` lists them");
}

static bool any_word(const struct ol_config_words *w, const struct ol_rule *r)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (ol_rule_selected(r, w->at[i].text))
			return true;
	return false;
}

/* The last override that names the rule holds. -1: none; OL_SEV_COUNT: off. */
static int severity_of(const struct onnxlint *a, const struct ol_api_scene *scene, const struct ol_rule *r)
{
	int s = -1;

	for (uint32_t k = 0; k < scene->n_parts; k++)
		for (uint32_t i = 0; i < scene->parts[k]->severity.n; i++) {
			if (!ol_rule_selected(r, scene->parts[k]->severity.at[i].text))
				continue;
			s = ol_name_index(ol_severity_names, scene->parts[k]->levels.at[i].text);
			if (s < 0)
				s = OL_SEV_COUNT;
		}
	for (uint32_t i = 0; i < a->severity.n; i++) {
		const char *text = a->severity.at[i], *eq = strrchr(text, '=');

		if (!ol_rule_selected(r, (struct ol_str){text, (size_t)(eq - text)}))
			continue;
		s = ol_name_index(ol_severity_names, ol_str(eq + 1));
		if (s < 0)
			s = OL_SEV_COUNT;
	}
	return s;
}

/* As the configuration file says: the last selection holds, what is ignored adds up. */
static bool configured(const struct ol_api_scene *scene, const struct ol_rule *r, bool otherwise)
{
	bool on = otherwise;

	for (uint32_t k = 0; k < scene->n_parts; k++)
		if (scene->parts[k]->select.given)
			on = any_word(&scene->parts[k]->select, r);
	for (uint32_t k = 0; k < scene->n_parts && on; k++)
		on = !any_word(&scene->parts[k]->ignore, r);
	return on;
}

int ol_api_choose(struct onnxlint *a, const struct ol_api_scene *scene, const struct ol_model *m, struct ol_engine_options *o,
		  void **memory)
{
	uint32_t n = scene->rules->n;
	uint8_t *on = calloc(2, (size_t)n + 1);
	int8_t *severity;

	*memory = on;
	if (!on)
		return ol_api_no_memory(a);
	severity = (int8_t *)on + n;
	for (uint32_t i = 0; i < n; i++) {
		const struct ol_rule *r = &scene->rules->at[i];
		int s = severity_of(a, scene, r);

		on[i] = a->select.n ? any(&a->select, r)
				    : configured(scene, r, r->enabled || (s >= 0 && s < OL_SEV_COUNT));
		if (s == OL_SEV_COUNT || any(&a->ignore, r))
			on[i] = 0;
		/* what could not be read whole is never passed over in silence */
		if (m && !m->complete && ol_str_is(r->family, "model") && ol_str_is(r->builtin, "diagnostics"))
			on[i] = 1;
		severity[i] = (int8_t)(s < OL_SEV_COUNT ? s : -1);
	}
	o->rule_on = on;
	o->rule_severity = severity;
	return 0;
}
