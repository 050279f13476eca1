/* err.c: the first cause wins. */
#include "util/err.h"

#include <stdarg.h>
#include <stdio.h>

int ol_err_set(struct ol_err *err, enum ol_errc code, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->code != OL_OK)
		return -1;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	return -1;
}
