/* typeset.c: sets of types, from and to text.
 *
 * Idea: a type of the standard is a dtype inside at most two wrappers, so a set is a few bit masks
 * over dtypes. Maps and opaque types are rare, and no check tells one map from another: they are
 * one bit each. */
#include "schema/schema.h"

#include "util/buf.h"

#define OTHER_MAP     1u
#define OTHER_SEQ_MAP 2u
#define OTHER_OPAQUE  4u

static struct ol_str trim(struct ol_str s)
{
	while (s.n && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* "seq(X)" with name "seq": true, and *s becomes X. */
static bool unwrap(struct ol_str *s, const char *name)
{
	size_t n = strlen(name);

	if (s->n < n + 2 || memcmp(s->p, name, n) != 0 || s->p[n] != '(' || s->p[s->n - 1] != ')')
		return false;
	*s = trim((struct ol_str){s->p + n + 1, s->n - n - 2});
	return true;
}

static bool is_map(struct ol_str s)
{
	const char *comma;
	struct ol_str key, value;

	if (!unwrap(&s, "map"))
		return false;
	comma = s.n ? memchr(s.p, ',', s.n) : NULL;
	if (!comma)
		return false;
	key = trim((struct ol_str){s.p, (size_t)(comma - s.p)});
	value = trim((struct ol_str){comma + 1, s.n - (size_t)(comma - s.p) - 1});
	unwrap(&value, "tensor");
	return ol_dtype_find(key) != OL_DT_UNDEFINED && ol_dtype_find(value) != OL_DT_UNDEFINED;
}

int ol_typeset_add(struct ol_typeset *t, struct ol_str type)
{
	struct ol_str s = trim(type);
	uint64_t *set = &t->tensor;
	bool wrapped = false;
	enum ol_dtype d;

	if (s.n > 7 && !memcmp(s.p, "opaque(", 7) && s.p[s.n - 1] == ')') {
		t->other |= OTHER_OPAQUE;
		return 0;
	}
	if (is_map(s)) {
		t->other |= OTHER_MAP;
		return 0;
	}
	if (unwrap(&s, "optional")) {
		set = &t->optional_tensor;
		wrapped = true;
		if (unwrap(&s, "seq"))
			set = &t->optional_seq;
	} else if (unwrap(&s, "seq")) {
		if (is_map(s)) {
			t->other |= OTHER_SEQ_MAP;
			return 0;
		}
		set = &t->seq;
		wrapped = true;
	} else if (unwrap(&s, "sparse_tensor")) {
		d = ol_dtype_find(s);
		if (d == OL_DT_UNDEFINED)
			return -1;
		t->sparse |= UINT64_C(1) << d;
		return 0;
	}
	if (!unwrap(&s, "tensor") && wrapped)
		return -1;
	d = ol_dtype_find(s);
	if (d == OL_DT_UNDEFINED)
		return -1;
	*set |= UINT64_C(1) << d;
	return 0;
}

/* The names of the dtypes of a mask, inside "prefix(…)" when there is a prefix. */
static void print_mask(uint64_t mask, const char *prefix, bool *first, struct ol_buf *out)
{
	bool inner = true;

	if (!mask)
		return;
	if (!*first)
		ol_buf_z(out, ", ");
	*first = false;
	if (prefix)
		ol_buf_z(out, prefix);
	for (int d = 1; d < OL_DT_COUNT; d++) {
		if (!(mask >> d & 1))
			continue;
		if (!inner)
			ol_buf_z(out, ", ");
		inner = false;
		ol_buf_z(out, ol_dtype_info(d)->name);
	}
	for (const char *p = prefix; p && *p; p++)
		if (*p == '(')
			ol_buf_char(out, ')');
}

static void print_word(bool on, const char *word, bool *first, struct ol_buf *out)
{
	if (!on)
		return;
	if (!*first)
		ol_buf_z(out, ", ");
	*first = false;
	ol_buf_z(out, word);
}

void ol_typeset_print(const struct ol_typeset *t, struct ol_buf *out)
{
	bool first = true;

	if (t->any) {
		ol_buf_z(out, "any type");
		return;
	}
	print_mask(t->tensor, NULL, &first, out);
	print_mask(t->sparse, "sparse(", &first, out);
	print_mask(t->seq, "seq(", &first, out);
	print_mask(t->optional_tensor, "optional(", &first, out);
	print_mask(t->optional_seq, "optional(seq(", &first, out);
	print_word(t->other & OTHER_MAP, "map", &first, out);
	print_word(t->other & OTHER_SEQ_MAP, "seq(map)", &first, out);
	print_word(t->other & OTHER_OPAQUE, "opaque", &first, out);
	if (first)
		ol_buf_z(out, "no type");
}
