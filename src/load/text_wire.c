/* text_wire.c: protobuf wire format, written forwards.
 *
 * The length of a message is not known when it begins: one byte is left for it, and the content
 * moves up by the bytes that a longer length needs. Nesting is bounded, so is how often a byte
 * moves. */
#include "load/text.h"

enum { WIRE_VARINT = 0, WIRE_LEN = 2, WIRE_FIXED32 = 5 };

void ol_txt_varint(struct ol_buf *b, uint64_t v)
{
	char *to = ol_buf_reserve(b, 10);
	size_t n = 0;

	if (!to)
		return;
	for (; v >= 0x80; v >>= 7)
		to[n++] = (char)((v & 0x7f) | 0x80);
	to[n++] = (char)v;
	b->n += n;
}

static void little(struct ol_buf *b, uint64_t v, size_t n)
{
	char *to = ol_buf_reserve(b, n);

	if (!to)
		return;
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(v >> (8 * i) & 0xff);
	b->n += n;
}

void ol_txt_fixed32(struct ol_buf *b, uint32_t v)
{
	little(b, v, 4);
}

void ol_txt_fixed64(struct ol_buf *b, uint64_t v)
{
	little(b, v, 8);
}

static void tag(struct ol_buf *b, uint32_t field, unsigned wire)
{
	ol_txt_varint(b, (uint64_t)field << 3 | wire);
}

void ol_txt_put_int(struct ol_buf *b, uint32_t field, int64_t v)
{
	tag(b, field, WIRE_VARINT);
	ol_txt_varint(b, (uint64_t)v);
}

void ol_txt_put_float(struct ol_buf *b, uint32_t field, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	tag(b, field, WIRE_FIXED32);
	ol_txt_fixed32(b, bits);
}

void ol_txt_put_str(struct ol_buf *b, uint32_t field, struct ol_str s)
{
	tag(b, field, WIRE_LEN);
	ol_txt_varint(b, s.n);
	ol_buf_str(b, s);
}

size_t ol_txt_open(struct ol_buf *b, uint32_t field)
{
	tag(b, field, WIRE_LEN);
	ol_buf_char(b, '\0');
	return b->n;
}

void ol_txt_close(struct ol_buf *b, size_t mark)
{
	char length[10];
	size_t n = 0, more;
	uint64_t v;

	if (b->failed)
		return;
	for (v = b->n - mark; v >= 0x80; v >>= 7)
		length[n++] = (char)((v & 0x7f) | 0x80);
	length[n++] = (char)v;
	more = n - 1;
	if (more) {
		if (!ol_buf_reserve(b, more))
			return;
		memmove(b->p + mark + more, b->p + mark, b->n - mark);
		b->n += more;
	}
	memcpy(b->p + mark - 1, length, n);
}

void ol_txt_undo(struct ol_buf *b, size_t n)
{
	if (!b->failed && n <= b->n)
		b->n = n;
}
