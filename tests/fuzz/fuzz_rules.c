/* fuzz_rules.c: any bytes as a rule file (libFuzzer): compiled, its faults printed, and what
 * compiles is opened and run. A file that is refused has a fault to show, and its notes are plain
 * text. */
#include <stdlib.h>

#include "engine/engine.h"
#include "engine/facts.h"
#include "load/load.h"
#include "rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char model[] =
    "<ir_version: 8, opset_import: [\"\" : 17, \"my\" : 1]>\n"
    "g (float[N, 4] x, int64[2] s) => (float[4] y) <float[2] w = {1, 2}> {\n"
    "v = Relu (x)\n[named] u = Reshape (v, s)\nt = my.Op <a = 1, b = [1, 2]> (u, w)\n"
    "y = Identity (t)\n}\n";

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void run(const struct ol_rules *rules)
{
	struct ol_model *m = ol_load_memory(model, sizeof(model) - 1, "m.onnxtxt", NULL, NULL);
	struct ol_ir *ir = m ? ol_ir_build(m, NULL) : NULL;
	struct ol_engine_options o;
	struct ol_findings f;

	need(ir);
	ol_engine_options_default(&o);
	o.deadline_ms = 2000;
	o.max_findings = 100;
	ol_findings_init(&f);
	if (ol_engine_run(ir, rules, &o, &f, NULL, NULL) == 0)
		need(ol_findings_rank(&f, ir) == 0);
	ol_findings_free(&f);
	ol_ir_free(ir);
	ol_model_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ol_str text = {(const char *)data, size};
	struct ol_buf image = {0}, words = {0};
	struct ol_notes notes = {0};
	struct ol_rules rules;
	int rc = ol_rules_compile(text, "fuzz.yaml", ol_facts_host(), &image, &notes);

	ol_notes_print(&notes, text, &words);
	need(!rc || words.n);
	for (size_t i = 0; i < words.n; i++)
		need((unsigned char)words.p[i] >= ' ' || words.p[i] == '\n' || words.p[i] == '\t');
	if (rc == 0 && image.n) {
		ol_rules_init(&rules);
		need(ol_rules_open(&rules, image.p, image.n, NULL) == 0);
		run(&rules);
		ol_rules_free(&rules);
	}
	ol_notes_free(&notes);
	ol_buf_free(&words);
	ol_buf_free(&image);
	return 0;
}
