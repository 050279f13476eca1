/* met.c: is a finding what a suppression is about? Every key that is given must agree. */
#include "config/config.h"
#include "util/text.h"

static bool agrees(struct ol_str pattern, struct ol_str have)
{
	return !pattern.n || ol_text_glob(pattern, have);
}

/* A target of any version when none is named. */
static bool is_target(struct ol_str want, struct ol_str have)
{
	if (ol_str_is(want, "all") || ol_str_eq(want, have))
		return true;
	return have.n > want.n && have.p[want.n] == '@' && memcmp(have.p, want.p, want.n) == 0;
}

/* What is about other targets too is not accepted for those. */
static bool targets_agree(const struct ol_config_words *w, const struct ol_config_seen *f)
{
	if (!w->n)
		return true;
	if (!f->n_targets)
		return false;
	for (uint32_t i = 0; i < f->n_targets; i++) {
		bool named = false;

		for (uint32_t k = 0; k < w->n && !named; k++)
			named = is_target(w->at[k].text, f->targets[i]);
		if (!named)
			return false;
	}
	return true;
}

bool ol_config_met(const struct ol_config_suppression *s, const struct ol_config_seen *f)
{
	bool rule = false;

	for (uint32_t i = 0; i < s->rules.n && !rule; i++)
		rule = f->rule && ol_rule_selected(f->rule, s->rules.at[i].text);
	return rule && agrees(s->fingerprint, f->fingerprint) && agrees(s->op_type, f->op_type) &&
	       agrees(s->node, f->node) && agrees(s->value, f->value) &&
	       agrees(s->at, f->locator) && targets_agree(&s->targets, f);
}
