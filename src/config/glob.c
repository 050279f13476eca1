/* glob.c: globs of paths. `*` and `?` stay within a name, `**` goes across folders, and a glob
 * without a slash is of the last name alone. On a mismatch only the last star takes more, so that
 * nothing grows beyond text times pattern. */
#include "config/config.h"

static bool any_depth(struct ol_str g, size_t i)
{
	return i + 1 < g.n && g.p[i] == '*' && g.p[i + 1] == '*';
}

static bool whole(struct ol_str g, struct ol_str s)
{
	size_t p = 0, i = 0, star = SIZE_MAX, from = 0, deep = SIZE_MAX, deep_from = 0;

	while (i < s.n) {
		if (p < g.n && any_depth(g, p)) {
			p += 2;
			/* "**" and a slash is also nothing */
			if (p < g.n && g.p[p] == '/' && (i == 0 || s.p[i - 1] == '/'))
				p++;
			deep = p;
			deep_from = i;
			star = SIZE_MAX;
		} else if (p < g.n && g.p[p] == '*') {
			star = ++p;
			from = i;
		} else if (p < g.n && (g.p[p] == s.p[i] || (g.p[p] == '?' && s.p[i] != '/'))) {
			p++;
			i++;
		} else if (star != SIZE_MAX && s.p[from] != '/') {
			p = star;
			i = ++from;
		} else if (deep != SIZE_MAX) {
			bool folder = deep > 2 && g.p[deep - 1] == '/';

			deep_from++;
			/* after the slash of a deep star only the beginnings of names count */
			while (folder && deep_from < s.n && s.p[deep_from - 1] != '/')
				deep_from++;
			p = deep;
			i = deep_from;
			star = SIZE_MAX;
			if (folder && i >= s.n)
				return false;
		} else {
			return false;
		}
	}
	while (p < g.n && g.p[p] == '*')
		p++;
	return p == g.n;
}

bool ol_config_glob(struct ol_str glob, struct ol_str path)
{
	if (ol_str_starts(glob, "./")) {
		glob.p += 2;
		glob.n -= 2;
	}
	if (glob.n && !memchr(glob.p, '/', glob.n)) {
		for (size_t i = path.n; i-- > 0;)
			if (path.p[i] == '/') {
				path.p += i + 1;
				path.n -= i + 1;
				break;
			}
	}
	/* a folder stands for all below it */
	if (glob.n && glob.p[glob.n - 1] == '/') {
		for (size_t i = 0; i < path.n; i++)
			if (path.p[i] == '/' &&
			    whole((struct ol_str){glob.p, glob.n - 1}, (struct ol_str){path.p, i}))
				return true;
		return false;
	}
	return whole(glob, path);
}

bool ol_config_holds(const struct ol_config *c, const struct ol_config_words *paths,
		     struct ol_str path)
{
	struct ol_str from = path;

	if (!paths->n)
		return true;
	if (path.n > c->folder.n && memcmp(path.p, c->folder.p, c->folder.n) == 0) {
		size_t skip = c->folder.n;

		if (path.p[skip] == '/' || c->folder.n == 1)
			from = (struct ol_str){path.p + skip + (path.p[skip] == '/'),
					       path.n - skip - (path.p[skip] == '/')};
	}
	for (uint32_t i = 0; i < paths->n; i++) {
		struct ol_str g = paths->at[i].text;

		if (ol_config_glob(g, g.n && g.p[0] == '/' ? path : from))
			return true;
	}
	return false;
}
