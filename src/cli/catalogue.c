/* catalogue.c: lists of what the library knows, as JSON and as columns, for the commands that list. */
#include <string.h>

#include "cli/cli.h"
#include "util/json.h"

int cli_catalogue_json(struct cli *c, cli_entry_at *at, const struct cli_column *columns)
{
	struct onnxlint_entry e;
	struct ol_buf b = {0};
	struct ol_json j;
	bool failed;

	ol_json_init(&j, &b, 1);
	ol_json_open(&j, '[');
	for (size_t i = 0; at(c->a, i, &e); i++) {
		ol_json_open(&j, '{');
		for (const struct cli_column *k = columns; k->key; k++) {
			ol_json_key(&j, k->key);
			if (k->what == CLI_ENABLED)
				ol_json_bool(&j, e.enabled);
			else
				ol_json_str(&j, ol_str(k->what == CLI_NAME    ? e.name
						       : k->what == CLI_ABOUT ? e.about
									      : e.detail));
		}
		ol_json_close(&j, '}');
	}
	ol_json_close(&j, ']');
	failed = b.failed;
	if (!failed)
		puts(b.p);
	ol_buf_free(&b);
	return failed ? cli_fail("out of memory") : CLI_OK;
}

int cli_catalogue_width(struct cli *c, cli_entry_at *at)
{
	struct onnxlint_entry e;
	size_t width = 0;

	for (size_t i = 0; at(c->a, i, &e); i++)
		width = strlen(e.name) > width ? strlen(e.name) : width;
	return (int)width;
}
