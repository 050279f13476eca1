/* err.h: why a call could not do its work. The caller owns the struct; a callee fills it once, the first cause wins. */
#ifndef OL_UTIL_ERR_H
#define OL_UTIL_ERR_H

#include <stdint.h>

enum ol_errc {
	OL_OK = 0,
	OL_ERR_MEMORY, /* the allocator or an arena's budget refused */
	OL_ERR_IO,     /* open, read, write; message holds the reason */
	OL_ERR_USAGE,  /* the caller's arguments */
	OL_ERR_SYNTAX, /* a rule, configuration or text file is wrong */
	OL_ERR_LIMIT,  /* a limit was passed */
	OL_ERR_INTERNAL
};

struct ol_err {
	enum ol_errc code;
	char message[512]; /* one line: "thing: what: way out" */
	char file[256];    /* may be empty */
	uint32_t line, column; /* 1-based, 0 = not known */
};

/* Fills err (NULL allowed) if it holds no error yet. Always returns -1, so that callers may `return ol_err_set(...)`. */
int ol_err_set(struct ol_err *err, enum ol_errc code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
