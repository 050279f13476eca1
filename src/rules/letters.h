/* letters.h: what kinds of characters a name has. A model has as many names as values: one look into a table a byte. */
#ifndef OL_RULES_LETTERS_H
#define OL_RULES_LETTERS_H

#include <stdint.h>

#include "util/str.h"

enum ol_letter {
	OL_LETTER_CONTROL = 1, /* below a space, and DEL */
	OL_LETTER_HIGH = 2,    /* part of a character beyond ASCII */
	OL_LETTER_SPACE = 4,
	OL_LETTER_UPPER = 8, /* A to Z */
	OL_LETTER_PATH = 16  /* . and : */
};

struct ol_letters {
	uint8_t of[256]; /* by byte: enum ol_letter */
};

static inline void ol_letters_init(struct ol_letters *t)
{
	for (int c = 0; c < 256; c++)
		t->of[c] = (uint8_t)((c < 0x20 || c == 0x7f ? OL_LETTER_CONTROL : 0) | (c >= 0x80 ? OL_LETTER_HIGH : 0) |
				     (c == ' ' ? OL_LETTER_SPACE : 0) | (c >= 'A' && c <= 'Z' ? OL_LETTER_UPPER : 0) |
				     (c == '.' || c == ':' ? OL_LETTER_PATH : 0));
}

/* All that some byte of the name is. */
static inline unsigned ol_letters(const struct ol_letters *t, struct ol_str s)
{
	unsigned has = 0;

	for (size_t i = 0; i < s.n; i++)
		has |= t->of[(unsigned char)s.p[i]];
	return has;
}

#endif
