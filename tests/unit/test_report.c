/* Reports of hand-made results with hostile text: JSON that any reader takes, text without a control character, grouping,
 * wrapping, ASCII, CI commands. Expected text is written here from the contract, not taken from the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/layout.h"
#include "report/report.h"
#include "util/text.h"

#define HOSTILE "a\033[31mb\007\302\233c\342\200\256d\n::error::e\r##[f]\177\377\"\\g\xf0\x9f\x98\x80"

/* ---- a JSON reader of its own: accepts what RFC 8259 accepts, explicit stack ---- */

static const char *json_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		p++;
		if (p < end && *p == 'u') {
			for (int i = 0; i < 4; i++)
				if (++p >= end || !strchr("0123456789abcdefABCDEF", *p))
					return NULL;
		} else if (p >= end || !strchr("\"\\/bfnrt", *p)) {
			return NULL;
		}
	}
	return p < end ? p + 1 : NULL;
}

static bool json_valid(const char *p, size_t n)
{
	const char *end = p + n;
	char stack[64];
	size_t depth = 0;
	enum { VALUE, VALUE_OR_CLOSE, KEY_OR_CLOSE, KEY, COLON, AFTER } want = VALUE;

	for (; p < end; ) {
		if (strchr(" \n\t\r", *p)) {
			p++;
			continue;
		}
		if (want == COLON) {
			if (*p++ != ':')
				return false;
			want = VALUE;
		} else if (want == AFTER) {
			if (!depth)
				return false;
			if (*p == ',')
				want = stack[depth - 1] == '{' ? KEY : VALUE;
			else if (*p != (stack[depth - 1] == '{' ? '}' : ']'))
				return false;
			else
				depth--;
			p++;
		} else if ((want == KEY_OR_CLOSE && *p == '}') || (want == VALUE_OR_CLOSE && *p == ']')) {
			depth--;
			want = AFTER;
			p++;
		} else if (want == KEY || want == KEY_OR_CLOSE) {
			if (*p != '"' || !(p = json_string(p, end)))
				return false;
			want = COLON;
		} else if (*p == '{' || *p == '[') {
			if (depth == sizeof(stack))
				return false;
			want = *p == '{' ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
			stack[depth++] = *p++;
		} else if (*p == '"') {
			if (!(p = json_string(p, end)))
				return false;
			want = AFTER;
		} else if (strncmp(p, "true", 4) == 0 || strncmp(p, "null", 4) == 0) {
			p += 4;
			want = AFTER;
		} else if (strncmp(p, "false", 5) == 0) {
			p += 5;
			want = AFTER;
		} else {
			char *stop;

			if (!strchr("-0123456789", *p))
				return false;
			strtod(p, &stop);
			if (stop == p)
				return false;
			p = stop;
			want = AFTER;
		}
	}
	return !depth && want == AFTER;
}

static void reads_json(void **state)
{
	static const char *const good[] = {"{}", "[]", "{\"a\":[1,-2.5e3,true,null,\"x\\u001b\\\\\"]}"};
	static const char *const bad[] = {"", "{", "{\"a\" 1}", "[1,]", "{\"a\":1,}", "[\"\n\"]", "[\"\\x\"]", "[1] 2", "[}"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(json_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(json_valid(bad[i], strlen(bad[i])));
}

/* ---- results made by hand ---- */

static struct ol_str text(const char *z)
{
	return ol_str(z);
}

static const struct ol_fix_offer two_fixes[] = {
	{.title = {HOSTILE " fix", sizeof(HOSTILE " fix") - 1}, .applicability = OL_FIX_MANUAL},
	{.title = {"Drop it", 7}, .action = {"drop-node", 9}, .applicability = OL_FIX_SAFE},
};

static struct ol_report_finding finding(const char *message, uint32_t rank, uint32_t group, uint8_t severity)
{
	return (struct ol_report_finding){
		.rank = rank,
		.group_size = 1,
		.group_id = group,
		.blocks = 3,
		.rule = text("demo/rule"),
		.message = text(message),
		.group = text(HOSTILE),
		.fingerprint = text("0123456789abcdef"),
		.severity = severity,
		.confidence = OL_CONF_LIKELY,
		.effort = OL_EFFORT_LOW,
		.score = 12.345,
		.at = {.graph = text("main"),
		       .has_node = true,
		       .node = text(HOSTILE),
		       .op_type = text("Relu"),
		       .where = text("node " HOSTILE " (Relu, #0)"),
		       .locator = text("node:" HOSTILE),
		       .index = 0,
		       .offset = 10,
		       .length = 20,
		       .line = -1,
		       .column = -1},
		.fixes = two_fixes,
		.n_fixes = 2,
	};
}

static struct ol_report_model hostile_model(struct ol_report_finding *at, uint32_t n)
{
	static const struct ol_report_opset opsets[] = {{{"", 0}, 17}, {{HOSTILE, sizeof(HOSTILE) - 1}, 1}};
	struct ol_report_model m = {
		.path = text(HOSTILE ".onnx"),
		.producer = text(HOSTILE),
		.producer_version = text(HOSTILE),
		.size = 1234,
		.complete = true,
		.has_ir_version = true,
		.ir_version = 8,
		.opsets = opsets,
		.n_opsets = 2,
		.nodes = 1,
		.findings = at,
		.n_findings = n,
	};

	for (uint32_t i = 0; i < n; i++) {
		m.counts[at[i].severity]++;
		m.n_groups = at[i].group_id + 1 > m.n_groups ? at[i].group_id + 1 : m.n_groups;
	}
	return m;
}

static void write_all(struct ol_report *r, const char *format, const struct ol_report_model *m, int times)
{
	const struct ol_format *f = ol_format_find(ol_str(format));

	assert_non_null(f);
	r->version = "1.2.3";
	ol_report_begin(r, f);
	while (times--)
		ol_report_model(r, m);
	ol_report_end(r);
	assert_false(r->out.failed);
}

static void nothing_raw(const struct ol_buf *b)
{
	struct ol_str s = ol_buf_view(b);
	size_t bad;
	bool line_start = true;

	assert_true(ol_utf8_valid(s, &bad));
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t cp = ol_utf8_next(s, &i);

		assert_false((cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0));
		assert_false((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x2028);
		assert_false(line_start && cp == ':' && s.n - from > 1 && s.p[from + 1] == ':');
		assert_false(s.n - from > 2 && memcmp(s.p + from, "##[", 3) == 0);
		line_start = cp == '\n' || (line_start && cp == ' ');
	}
}

static void hostile_in_every_format(void **state)
{
	struct ol_report_finding at[] = {finding(HOSTILE, 1, 0, OL_SEV_ERROR), finding("::error::x", 2, 1, OL_SEV_NOTE)};
	struct ol_report_model m = hostile_model(at, 2);

	(void)state;
	for (const struct ol_format *const *f = ol_formats; *f; f++)
		for (int verbose = -1; verbose <= 1; verbose++)
			for (uint32_t width = 0; width <= 60; width += 30) {
				struct ol_report r = {.verbose = verbose, .width = width};

				write_all(&r, (*f)->name, &m, 2);
				nothing_raw(&r.out);
				ol_buf_free(&r.out);
			}
}

static void json_is_json(void **state)
{
	struct ol_report_finding at[] = {finding(HOSTILE, 1, 0, OL_SEV_ERROR), finding("b", 2, 1, OL_SEV_WARNING)};
	struct ol_report_model m = hostile_model(at, 2), none = {.path = {"x", 1}};

	(void)state;
	for (int times = 0; times <= 2; times++) {
		struct ol_report r = {0}, empty = {0};

		write_all(&r, "json", &m, times);
		assert_true(json_valid(r.out.p, r.out.n));
		ol_buf_free(&r.out);
		write_all(&empty, "json", &none, times);
		assert_true(json_valid(empty.out.p, empty.out.n));
		ol_buf_free(&empty.out);
	}
}

/* Blanks and line feeds between tokens are no part of the contract. */
static char *squeezed(const struct ol_buf *b)
{
	char *s = malloc(b->n + 1), *to = s;

	assert_non_null(s);
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] != '\n' && b->p[i] != ' ')
			*to++ = b->p[i];
	*to = '\0';
	return s;
}

static void json_keys_of_the_contract(void **state)
{
	struct ol_report_finding at[] = {finding("m", 1, 0, OL_SEV_ERROR)};
	struct ol_report_model m = hostile_model(at, 1);
	struct ol_report r = {0};
	char *s;

	(void)state;
	at[0].at.node = at[0].at.where = at[0].at.locator = at[0].group = text("n");
	at[0].fixes = two_fixes + 1;
	at[0].n_fixes = 1;
	m.path = m.producer = text("p");
	m.producer_version = (struct ol_str){0};
	m.n_opsets = 1;
	write_all(&r, "json", &m, 1);
	s = squeezed(&r.out);
	assert_string_equal(s,
		"{\"schema\":\"onnxlint/1\",\"tool\":{\"name\":\"onnxlint\",\"version\":\"1.2.3\"},\"models\":[{\"path\":\"p\","
		"\"size\":1234,\"complete\":true,\"ir_version\":8,\"opsets\":{\"\":17},\"producer\":\"p\","
		"\"counts\":{\"nodes\":1,\"initializers\":0,\"parameters\":0},\"targets\":[],"
		"\"findings\":[{\"rank\":1,\"rule\":\"demo/rule\",\"severity\":\"error\",\"confidence\":\"likely\","
		"\"score\":12.35,\"message\":\"m\",\"location\":{\"graph\":\"main\",\"node\":\"n\",\"index\":0,\"domain\":\"\","
		"\"op_type\":\"Relu\",\"offset\":10,\"length\":20,\"where\":\"n\",\"locator\":\"n\"},\"targets\":[],"
		"\"group\":\"n\",\"group_size\":1,\"blocks\":3,\"effort\":\"low\",\"fixes\":[{\"title\":\"Dropit\","
		"\"action\":\"drop-node\",\"safe\":true,\"applicability\":\"safe\"}],\"fingerprint\":\"0123456789abcdef\","
		"\"group_id\":1}],\"groups\":[{\"id\":1,\"first_rank\":1,\"rule\":\"demo/rule\",\"score\":12.35,\"findings\":1}],"
		"\"dropped\":0,\"suppressed\":0,\"undecided\":0,\"rule_errors\":0}],"
		"\"summary\":{\"error\":1,\"warning\":0,\"note\":0}}");
	free(s);
	ol_buf_free(&r.out);
}

static void text_is_ascii_when_asked(void **state)
{
	struct ol_report_finding at[] = {finding("\303\244 \342\206\222 b", 1, 0, OL_SEV_ERROR)};
	struct ol_report_model m = hostile_model(at, 1);
	struct ol_report r = {.ascii = true};

	(void)state;
	write_all(&r, "text", &m, 1);
	for (size_t i = 0; i < r.out.n; i++)
		assert_in_range((unsigned char)r.out.p[i], '\n', '~');
	assert_non_null(strstr(r.out.p, "\n  \\u{E4} -> b\n"));
	ol_buf_free(&r.out);
}

static void wraps_within_the_width(void **state)
{
	struct ol_buf out = {0};
	struct ol_layout l = {.out = &out, .width = 20};

	(void)state;
	ol_layout_text(&l, text("aaaa bbbb cccc dddd eeee\n\nffff  gggg"), 4, 4, 0);
	assert_string_equal(out.p, "aaaa bbbb cccc\n    dddd eeee\n\n    ffff gggg");
	ol_buf_clear(&out);
	/* wide characters take two columns: 4 + 2 * 4 = 12, a blank and 8 more are 21 */
	ol_layout_text(&l, text("\346\227\245\346\227\245\346\227\245\346\227\245 \346\227\245\346\227\245\346\227\245\346\227\245"), 4, 2, 0);
	assert_string_equal(out.p, "\346\227\245\346\227\245\346\227\245\346\227\245\n  \346\227\245\346\227\245\346\227\245\346\227\245");
	ol_buf_clear(&out);
	ol_layout_text(&l, text("abcdefghijklmnopqrstuvwxyz ab"), 0, 2, 10);
	assert_string_equal(out.p, "abcdefghi\342\200\246");
	ol_buf_free(&out);
}

static void guards_ci_logs(void **state)
{
	struct ol_buf b = {0};

	(void)state;
	ol_buf_z(&b, "::a\n ::b\nc::d ##[e] ##vso[f] #g ##h");
	ol_layout_guard(&b, 0, "\\x3A", "\\x23");
	assert_string_equal(b.p, "\\x3A:a\n \\x3A:b\nc::d \\x23#[e] \\x23#vso[f] #g ##h");
	ol_buf_free(&b);
}

static void takes_a_sentence(void **state)
{
	static const struct {
		const char *all, *first;
	} cases[] = {
		{"One. Two.", "One."},       {"e.g. this. Two.", "e.g. this."}, {"One\n\nTwo.", "One"},
		{"v1.2 is it. No.", "v1.2 is it."}, {"no stop", "no stop"},    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_true(ol_str_is(ol_layout_sentence(text(cases[i].all)), cases[i].first));
}

static void finds_formats(void **state)
{
	(void)state;
	assert_null(ol_format_find(OL_STR("jsn")));
	assert_true(ol_str_is(ol_format_nearest(OL_STR("jsno")), "json"));
	assert_int_equal(ol_format_nearest(OL_STR("postscript")).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_json),
		cmocka_unit_test(hostile_in_every_format),
		cmocka_unit_test(json_is_json),
		cmocka_unit_test(json_keys_of_the_contract),
		cmocka_unit_test(text_is_ascii_when_asked),
		cmocka_unit_test(wraps_within_the_width),
		cmocka_unit_test(guards_ci_logs),
		cmocka_unit_test(takes_a_sentence),
		cmocka_unit_test(finds_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
