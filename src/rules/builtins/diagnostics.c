/* diagnostics.c: what loading and building found wrong, under the rule whose id the diag carries.
 */
#include "rules/builtin.h"

static const struct ol_builtin_var vars[] = {
    {"text", "string", "what was found, in words"},
    {NULL, NULL, NULL},
};

static void run(struct ol_check *c)
{
	for (uint32_t i = 0; i < c->n_diags; i++) {
		const struct ol_diag *d = &c->ir->model->diags[c->diags[i]];
		struct ol_val v = ol_v_str(d->message);

		c->reasons = d->reasons;
		c->emit(c, &d->place, &v);
	}
}

const struct ol_builtin ol_builtin_diagnostics = {
    .name = "diagnostics",
    .about = "what reading the file and resolving its names found wrong",
    .vars = vars,
    .run = run,
    .by_rule = true,
};
