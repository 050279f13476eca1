/* regex.c: matches(): PCRE2 behind limits, so that no pattern and no text can hang it.
 *
 * The expression block is read-only, so that compiled patterns are kept by whoever evaluates: a table of a fixed size,
 * each pattern with one place, where it drives out the one before it. Only the time changes: limits are those of a fresh
 * compile. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "expr/internal.h"

enum {
	MAX_PATTERN = 1000, /* bytes */
	MAX_REPEAT = 1000,  /* {n}: RE2's own bound */
	MAX_TEXT = 256 * 1024,
	BUDGET = 100000,       /* steps of one match, beside two a byte of text */
	MATCH_LIMIT = 1000000, /* of PCRE2, at one start */
	DEPTH_LIMIT = 1000,
	HEAP_LIMIT = 1024, /* KiB */
	NEST_LIMIT = 50,
	KEPT = 64 /* patterns; a power of two */
};

struct kept {
	pcre2_code *code; /* NULL: free */
	size_t n;
	char pattern[MAX_PATTERN];
};

struct ol_regexes {
	struct kept at[KEPT];
	pcre2_match_data *data;
	pcre2_match_context *ctx;
};

/* Counts the work over all starts, which PCRE2's own limit does not: it is told before every item
 * of the pattern. */
struct budget {
	uint64_t left, used;
	size_t at;
};

static int step(pcre2_callout_block *b, void *data)
{
	struct budget *g = data;
	size_t moved =
	    b->current_position > g->at ? b->current_position - g->at : g->at - b->current_position;
	uint64_t cost = 1 + moved / 16;

	g->at = b->current_position;
	g->used += cost;
	if (g->used <= g->left)
		return 0;
	return PCRE2_ERROR_MATCHLIMIT;
}

static bool repeats_ok(struct ol_str p)
{
	uint32_t n = 0;
	bool in = false;

	for (size_t i = 0; i < p.n; i++) {
		if (p.p[i] == '{' || (in && p.p[i] == ',')) {
			in = true;
			n = 0;
		} else if (in && p.p[i] >= '0' && p.p[i] <= '9') {
			n = n * 10 + (uint32_t)(p.p[i] - '0');
			if (n > MAX_REPEAT)
				return false;
		} else {
			in = false;
		}
	}
	return true;
}

static const char no_memory[] = "out of memory";

/* Close to RE2, which CEL names: $ is the very end, no byte escapes. NULL with `why`. */
static pcre2_code *compile(struct ol_str pattern, char why[128])
{
	pcre2_compile_context *ctx = pcre2_compile_context_create(NULL);
	pcre2_code *code = NULL;
	PCRE2_UCHAR text[96];
	PCRE2_SIZE at = 0;
	int err = 0;

	snprintf(why, 128, "%s", no_memory);
	if (pattern.n > MAX_PATTERN)
		snprintf(why, 128, "longer than %d bytes", MAX_PATTERN);
	else if (!repeats_ok(pattern))
		snprintf(why, 128, "a repeat count over %d", MAX_REPEAT);
	else if (ctx && !pcre2_set_parens_nest_limit(ctx, NEST_LIMIT)) {
		code = pcre2_compile((PCRE2_SPTR)(pattern.n ? pattern.p : ""), pattern.n,
				     PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
					 PCRE2_AUTO_CALLOUT,
				     &err, &at, ctx);
		if (!code && err != PCRE2_ERROR_HEAP_FAILED &&
		    pcre2_get_error_message(err, text, sizeof(text)) >= 0)
			snprintf(why, 128, "%s at %zu", (const char *)text, (size_t)at);
	}
	pcre2_compile_context_free(ctx);
	return code;
}

bool ol_expr_regex_ok(struct ol_str pattern, char *why)
{
	pcre2_code *code = compile(pattern, why);

	pcre2_code_free(code);
	return code != NULL;
}

/* ^plain$ with either end optional is a comparison: most patterns of rules are. */
static bool plain(struct ol_str text, struct ol_str p, bool *found)
{
	bool start = p.n && p.p[0] == '^', end;

	p.p += start;
	p.n -= start;
	end = p.n && p.p[p.n - 1] == '$';
	p.n -= end;
	for (size_t i = 0; i < p.n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/:, ",
			    p.p[i]) ||
		    !p.p[i])
			return false;
	if (start || end)
		*found = text.n >= p.n && (!(start && end) || text.n == p.n) &&
			 (!p.n || memcmp(start ? text.p : text.p + text.n - p.n, p.p, p.n) == 0);
	else
		*found = ol_expr_find(text, p, 0) <= text.n;
	return true;
}

/* ---- kept patterns ---- */
struct ol_regexes *ol_regexes_new(void)
{
	return calloc(1, sizeof(struct ol_regexes));
}

void ol_regexes_free(struct ol_regexes *r)
{
	if (!r)
		return;
	for (int i = 0; i < KEPT; i++)
		pcre2_code_free(r->at[i].code);
	pcre2_match_data_free(r->data);
	pcre2_match_context_free(r->ctx);
	free(r);
}

static uint32_t place(struct ol_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return (h ^ h >> 16) & (KEPT - 1);
}

/* The pattern compiled: from the table, or put there. */
static pcre2_code *compiled(struct ol_regexes *r, struct ol_str pattern, char why[128])
{
	struct kept *k = &r->at[place(pattern)];
	pcre2_code *code;

	if (k->code && k->n == pattern.n && memcmp(k->pattern, pattern.p, pattern.n) == 0)
		return k->code;
	code = compile(pattern, why); /* refuses what is longer than `pattern` has room for */
	if (!code)
		return NULL;
	pcre2_code_free(k->code);
	k->code = code;
	k->n = pattern.n;
	memcpy(k->pattern, pattern.p, pattern.n);
	return code;
}

static int match(struct ol_regexes *r, const pcre2_code *code, struct ol_str text, struct budget *budget)
{
	if (!r->data)
		r->data = pcre2_match_data_create(1, NULL);
	if (!r->ctx)
		r->ctx = pcre2_match_context_create(NULL);
	if (!r->data || !r->ctx)
		return PCRE2_ERROR_NOMEMORY;
	pcre2_set_match_limit(r->ctx, MATCH_LIMIT);
	pcre2_set_depth_limit(r->ctx, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->ctx, HEAP_LIMIT);
	pcre2_set_callout(r->ctx, step, budget);
	return pcre2_match(code, (PCRE2_SPTR)(text.n ? text.p : ""), text.n, 0, 0, r->data, r->ctx);
}

/* No fault of the rule: whoever evaluates sees it at the arena. */
static struct ol_val refused(struct ol_eval *e)
{
	e->scratch->refused = true;
	return ol_v_error(e, "%s", no_memory);
}

struct ol_val ol_expr_matches(struct ol_eval *e, struct ol_str text, struct ol_str pattern)
{
	struct budget budget = {.left = BUDGET + 2 * (uint64_t)text.n};
	char why[128];
	struct ol_regexes *own = NULL, *r = e->regexes;
	const pcre2_code *code;
	int rc;
	bool found;

	if (text.n > MAX_TEXT)
		return ol_v_error(e, "matches() takes at most %d KiB of text", MAX_TEXT / 1024);
	if (!ol_expr_pay(e, 20 + text.n / 8 + pattern.n))
		return ol_expr_cost(e);
	if (plain(text, pattern, &found))
		return ol_v_bool(found);
	if (!r && !(r = own = ol_regexes_new()))
		return refused(e);
	code = compiled(r, pattern, why);
	rc = code ? match(r, code, text, &budget) : 0;
	ol_regexes_free(own);
	if ((!code && strcmp(why, no_memory) == 0) || rc == PCRE2_ERROR_NOMEMORY)
		return refused(e);
	if (!code)
		return ol_v_error(e, "bad regular expression: %s", why);
	if (!ol_expr_pay(e, budget.used / 4))
		return ol_expr_cost(e);
	if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
		return ol_v_bool(rc >= 0);
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
	    rc == PCRE2_ERROR_HEAPLIMIT)
		return ol_v_error(e, "the regular expression costs too much on this text");
	return ol_v_error(e, rc < PCRE2_ERROR_PARTIAL && rc >= PCRE2_ERROR_UTF8_ERR21
				 ? "the text is not UTF-8"
				 : "the regular expression failed");
}
