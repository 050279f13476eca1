/* metadata_survey.c: what the metadata of a model and its parts weighs, and whose files it names.
 *
 * Exporters write the call stack of every node into its metadata: useful to them, large, and full of paths. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "rules/check.h"

static const struct ol_builtin_var vars[] = {
	{"bytes", "int", "bytes of all metadata: keys and values of the model, graphs, nodes and values"},
	{"entries", "int", "how many entries"},
	{"paths", "int", "how many of them name a file below a user's folder"},
	{"key", "string", "the key of the first of these; or empty"},
	{"path", "string", "the folder: /home/name, /Users/name, C:\\Users\\name, /root; or empty"},
	{NULL, NULL, NULL},
};

static bool ends_name(char c)
{
	return c == '/' || c == '\\' || c == '"' || c == '\'' || (unsigned char)c <= ' ';
}

/* The part that names a user, or n == 0. */
static struct ol_str user_folder(struct ol_str s)
{
	static const struct {
		const char *p;
		bool named;
	} at[] = {{"/home/", true}, {"/Users/", true}, {":\\Users\\", true}, {"/root/", false}};

	for (size_t k = 0; k < sizeof(at) / sizeof(at[0]); k++) {
		size_t n = strlen(at[k].p), end;
		const char *hit = s.n > n ? memmem(s.p, s.n, at[k].p, n) : NULL;
		size_t begin;

		if (!hit)
			continue;
		begin = (size_t)(hit - s.p);
		/* part of a longer path, as in /mnt/home/x, is none of these; a drive's letter stands before */
		if (*hit == ':' ? begin == 0 : begin && !ends_name(s.p[begin - 1]))
			continue;
		for (end = (size_t)(hit - s.p) + n; at[k].named && end < s.n && end < begin + 80 && !ends_name(s.p[end]);)
			end++;
		if (at[k].named && end == begin + n)
			continue;
		begin -= *hit == ':';
		return (struct ol_str){s.p + begin, end - begin};
	}
	return (struct ol_str){NULL, 0};
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct ol_str path = OL_STR("");
	uint64_t bytes = 0, entries = 0, paths = 0;
	uint32_t key = 0;

	for (uint32_t i = 0; i < m->n_kvlists; i++)
		for (uint32_t k = 0; k < m->kvlists[i].n; k++) {
			const struct ol_kv *kv = &m->kvlists[i].at[k];
			struct ol_str found = user_folder(kv->value);

			bytes += ol_name(m, kv->key).n + kv->value.n;
			entries++;
			if (found.n && paths++ == 0) {
				path = found;
				key = kv->key;
			}
		}
	if (entries) {
		struct ol_val v[] = {
			ol_v_int((int64_t)bytes), ol_v_int((int64_t)entries),  ol_v_int((int64_t)paths),
			ol_v_str(ol_name(m, key)), ol_v_str(path),
		};

		ol_check_emit(c, OL_NOWHERE, v);
	}
}

const struct ol_builtin ol_builtin_metadata_survey = {
	.name = "metadata-survey",
	.about = "the metadata of all parts of the model, in sums",
	.vars = vars,
	.run = run,
};
