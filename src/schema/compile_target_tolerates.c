/* compile_target_tolerates.c: `tolerates` of a target file: findings that say what the
 * specification forbids, and that do not keep this target from taking the model.
 *
 * {rules: [family/name, …], note: TEXT}; with `ops` only at nodes of these operators, with `where`
 * only at what ol_tolerance_places names. Whether the rules exist is for the tests to say: nothing
 * below src/rules knows their names. */
#include "schema/compile_target.h"

/* here, not in target.c: that needs the image which this makes */
const char *const ol_tolerance_places[] = {"supported", "output", NULL};

static void add(struct ol_builder *b, struct ol_yaml_file *f, const struct ol_yaml *y)
{
	static const char *const keys[] = {"rules", "ops", "where", "note", NULL};
	const struct ol_yaml *rules, *ops, *w;
	struct ol_img_tolerance t;
	int word;

	memset(&t, 0, sizeof(t));
	if (!ol_read_map(f, y, "an item of 'tolerates'", keys))
		return;
	rules = ol_yaml_get(y, "rules");
	ops = ol_yaml_get(y, "ops");
	w = ol_yaml_get(y, "where");
	word = w ? ol_read_word(f, w, "place", ol_tolerance_places) : -1;
	t.place = word < 0 ? 0 : 1u << word;
	t.note = ol_builder_str(b, ol_read_str(f, y, "note", true));
	if (!ol_read_seq(f, rules, "'rules'") || (ops && !ol_read_seq(f, ops, "'ops'")))
		return;
	for (uint32_t i = 0; i < rules->n; i++) {
		const struct ol_yaml *r = &rules->items[i];

		if (r->kind != OL_YAML_SCALAR || !memchr(r->text.p, '/', r->text.n)) {
			ol_read_complain(f, r, "a rule is named family/name");
			continue;
		}
		t.rule = ol_builder_str(b, r->text);
		t.op = OL_IMG_NONE;
		for (uint32_t k = 0; ops && k < ops->n; k++) {
			t.op = ol_builder_str(b, ops->items[k].text);
			ol_builder_row(b, OL_IMG_TOLERATES, &t, sizeof(t));
		}
		if (!ops)
			ol_builder_row(b, OL_IMG_TOLERATES, &t, sizeof(t));
	}
}

void ol_compile_target_tolerates(struct ol_builder *b, struct ol_yaml_file *f,
				 struct ol_img_target *t)
{
	const struct ol_yaml *list = ol_yaml_get(f->root, "tolerates");

	t->tolerates = b->n[OL_IMG_TOLERATES];
	if (list && ol_read_seq(f, list, "'tolerates'"))
		for (uint32_t i = 0; i < list->n && i < 1000; i++)
			add(b, f, &list->items[i]);
	t->n_tolerates = b->n[OL_IMG_TOLERATES] - t->tolerates;
}
