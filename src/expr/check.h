/* check.h: what check.c, names.c and call.c share. */
#ifndef OL_EXPR_CHECK_H
#define OL_EXPR_CHECK_H

#include <stdarg.h>

#include "expr/internal.h"

/* A complaint, unless checks are off. */
void ol_check_say(struct ol_cc *c, uint32_t off, uint32_t len, struct ol_str near, const char *fmt,
		  ...) __attribute__((format(printf, 5, 6)));
/* Complains unless n's type fits. */
void ol_check_want(struct ol_cc *c, const struct ol_ast *n, const struct ol_xtype *want);
/* "a.b.c" of a chain of names that does not begin at a local; n == 0: it is none. */
struct ol_str ol_check_dotted(struct ol_cc *c, const struct ol_ast *n, bool *rooted);
/* Does any leading part of it name a variable? */
bool ol_check_declared(const struct ol_cc *c, struct ol_str dotted, bool rooted);

void ol_check_ident(struct ol_cc *c, struct ol_ast *n);
void ol_check_select(struct ol_cc *c, struct ol_ast *n);

#endif
