/* weights.c: the table of what ranking and verdicts weigh with. Names, bounds and defaults stand here and nowhere else;
 * a weight is added as a member of the struct, a default and a row. */
#include <math.h>
#include <stddef.h>

#include "findings/findings.h"
#include "util/err.h"
#include "util/text.h"

const struct ol_score_weights ol_score_defaults = {
	.error = 50,
	.warning = 20,
	.note = 5,
	.least = 0.4,
	.company = 0.5,
	.confidence = {[OL_CONF_POSSIBLE] = 0.6, [OL_CONF_LIKELY] = 0.9, [OL_CONF_CERTAIN] = 1},
	.ease = {[OL_EFFORT_TRIVIAL] = 1, [OL_EFFORT_LOW] = 0.9, [OL_EFFORT_MODERATE] = 0.75, [OL_EFFORT_HIGH] = 0.6},
	.blocker = 15,
	.halved = 0.5,
	.unknown_node = 0.5,
};

#define AT(member) offsetof(struct ol_score_weights, member)

static const struct {
	const char *name, *about;
	size_t at;
	double least, most;
} rows[] = {
	{"band-error", "errors score from here to 100", AT(error), 0, 100},
	{"band-warning", "warnings, and errors that are only possible, from here to band-error", AT(warning), 0, 100},
	{"band-note", "notes, and possible warnings, from here to band-warning; possible notes below it", AT(note), 0, 100},
	{"reach-least", "reach of a finding that puts no other node at risk; 1 when all nodes are", AT(least), 0, 1},
	{"company", "how much the number of findings of a group lifts it", AT(company), 0, 10},
	{"confidence-certain", "confidence: proven", AT(confidence[OL_CONF_CERTAIN]), 0, 1},
	{"confidence-likely", "confidence: seldom wrong", AT(confidence[OL_CONF_LIKELY]), 0, 1},
	{"confidence-possible", "confidence: to be reviewed; one band lower as well", AT(confidence[OL_CONF_POSSIBLE]), 0, 1},
	{"effort-trivial", "ease: mended in minutes", AT(ease[OL_EFFORT_TRIVIAL]), 0, 1},
	{"effort-low", "ease: a setting or a tool", AT(ease[OL_EFFORT_LOW]), 0, 1},
	{"effort-moderate", "ease: a change of the model", AT(ease[OL_EFFORT_MODERATE]), 0, 1},
	{"effort-high", "ease: work on the model's design", AT(ease[OL_EFFORT_HIGH]), 0, 1},
	{"verdict-blocker", "points off a target's score for one group that blocks; twice that for three, by log2(1 + n)",
	 AT(blocker), 0, 100},
	{"verdict-fixable", "part of these points when all that blocks has a safe automatic fix", AT(halved), 0, 1},
	{"verdict-unknown", "part of a supported node that one counts for which the target's table does not know", AT(unknown_node),
	 0, 1},
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static double *member(struct ol_score_weights *w, uint32_t i)
{
	return (double *)(void *)((char *)w + rows[i].at);
}

bool ol_score_weight_at(const struct ol_score_weights *w, uint32_t i, struct ol_score_weight *out)
{
	struct ol_score_weights copy = *w;

	if (i >= ROWS)
		return false;
	*out = (struct ol_score_weight){rows[i].name, rows[i].about, *member(&copy, i), rows[i].least, rows[i].most};
	return true;
}

int ol_score_weight_set(struct ol_score_weights *w, struct ol_str name, double value, struct ol_err *err)
{
	uint32_t best = ROWS, least = UINT32_MAX, d;

	for (uint32_t i = 0; i < ROWS; i++) {
		if (ol_str_is(name, rows[i].name)) {
			if (!(value >= rows[i].least && value <= rows[i].most))
				return ol_err_set(err, OL_ERR_USAGE, "score weight %s: a number from %g to %g is wanted",
						  rows[i].name, rows[i].least, rows[i].most);
			*member(w, i) = value;
			return 0;
		}
		if (ol_text_near(name, ol_str(rows[i].name), &d) && d < least) {
			least = d;
			best = i;
		}
	}
	return ol_err_set(err, OL_ERR_USAGE, "unknown score weight '%.*s': %s%s", (int)(name.n < 100 ? name.n : 100),
			  name.n ? name.p : "", best < ROWS ? "did you mean " : "`onnxlint explain score` lists them",
			  best < ROWS ? rows[best].name : "");
}

int ol_score_weights_check(const struct ol_score_weights *w, struct ol_err *err)
{
	if (w->note <= w->warning && w->warning <= w->error)
		return 0;
	return ol_err_set(err, OL_ERR_USAGE,
			  "score bands: band-note %g, band-warning %g, band-error %g: each must be at least the one before", w->note,
			  w->warning, w->error);
}
