/* explain_score.c: how findings are ranked and models judged, with the weights as they are set. */
#include "api/api.h"

static const char *const formula[] = {
	"share    = nodes at risk / nodes of the model",
	"reach    = reach-least + (1 - reach-least) x log2(1 + 15 x share) / 4",
	"quality  = reach x confidence x ease",
	"together = 1 - (1 - best quality of the group) / (1 + company x log10(findings of the group))",
	"score    = low + (high - low) x together, between the borders of the band",
	"",
	"target   = 100 x (supported + verdict-unknown x unknown nodes) / nodes",
	"           - verdict-blocker x log2(1 + groups that block), x verdict-fixable where all have a safe fix",
};

void ol_api_explain_score(const struct ol_layout *l, const struct ol_score_weights *w)
{
	ol_layout_paint(l, OL_PAINT_BOLD, "score");
	ol_buf_z(l->out, "  how findings are ranked and targets judged\n  ");
	ol_layout_text(l, OL_STR("Severity sets the band of a finding; how much of the model it puts at risk, how certain it is and "
				 "how easily it is mended place it within. Findings of one cause are one group, in which the cause "
				 "stands first. To fix first is the group whose removal makes most targets ready, or brings them "
				 "nearest to it; then the score decides, then the place."), 2, 2, 0);
	ol_buf_char(l->out, '\n');
	ol_api_heading(l, "Formula");
	for (size_t i = 0; i < sizeof(formula) / sizeof(*formula); i++)
		ol_buf_printf(l->out, "%s%s\n", *formula[i] ? "  " : "", formula[i]);
	ol_api_heading(l, "Weights");
	ol_report_weights(l, w);
	ol_buf_char(l->out, '\n');
	ol_layout_text(l, OL_STR("Set with --score NAME=N. check --explain-score tells the terms of each score."), 0, 0, 0);
	ol_buf_char(l->out, '\n');
}
