/* yaml.c: YAML events become a tree.
 *
 * Idea: finished items wait on one stack; the end of a sequence or mapping takes its share off the
 * top and copies it to the arena. So there is no recursion, and the limits are checked event by
 * event, before libyaml can do costly work. libyaml counts characters and takes some Unicode
 * separators for line ends; places are therefore found again from the character index, in a table
 * of the lines that an editor would show. */
#include "util/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "util/text.h"
#include "util/yaml_lines.h"

const struct ol_yaml_limits ol_yaml_default_limits = {
	.bytes = 1 << 20, .scalar = 64 << 10, .depth = 32, .events = 200000};

struct frame {
	size_t base; /* of its items on the stack */
	bool map;
	uint32_t line, column;
};

struct reader {
	yaml_parser_t yaml;
	struct ol_arena *arena;
	struct ol_str text;
	const char *file;
	const struct ol_yaml_limits *limits;
	struct ol_notes *notes;
	struct ol_lines lines;
	struct frame *frames;
	uint32_t depth;
	struct ol_yaml *stack;
	size_t n, cap;
	struct ol_yaml *root;
	bool open; /* a document was started */
};

static void complain(struct reader *r, yaml_mark_t at, uint32_t length, const char *hint,
		     const char *what)
{
	uint32_t line, column;

	ol_lines_place(&r->lines, at.index, &line, &column);
	ol_notes_add(r->notes, r->file, line, column, length, hint, "%s", what);
}

static int out_of_memory(struct reader *r)
{
	ol_notes_add(r->notes, r->file, 1, 1, 0, NULL, "not enough memory to read the file");
	return -1;
}

static bool in_key_place(const struct reader *r)
{
	return r->depth && r->frames[r->depth - 1].map &&
	       (r->n - r->frames[r->depth - 1].base) % 2 == 0;
}

static int push(struct reader *r, const struct ol_yaml *y)
{
	if (!r->depth) {
		r->root = OL_NEW(r->arena, struct ol_yaml);
		if (!r->root)
			return out_of_memory(r);
		*r->root = *y;
		return 0;
	}
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 64;
		struct ol_yaml *p = realloc(r->stack, cap * sizeof(*p));

		if (!p)
			return out_of_memory(r);
		r->stack = p;
		r->cap = cap;
	}
	r->stack[r->n++] = *y;
	return 0;
}

static int by_text_then_place(const void *a, const void *b)
{
	const struct ol_yaml *const *x = a, *const *y = b;
	int c = ol_str_cmp((*x)->text, (*y)->text);

	if (c)
		return c;
	if ((*x)->line != (*y)->line)
		return (*x)->line < (*y)->line ? -1 : 1;
	return ((*x)->column > (*y)->column) - ((*x)->column < (*y)->column);
}

static int check_keys(struct reader *r, const struct ol_yaml *map)
{
	const struct ol_yaml **sorted;

	if (map->n < 2)
		return 0;
	sorted = malloc(map->n * sizeof(*sorted));
	if (!sorted)
		return out_of_memory(r);
	for (uint32_t i = 0; i < map->n; i++)
		sorted[i] = &map->keys[i];
	qsort(sorted, map->n, sizeof(*sorted), by_text_then_place);
	for (uint32_t i = 1; i < map->n; i++) {
		const struct ol_yaml *a = sorted[i - 1], *b = sorted[i];

		if (ol_str_eq(a->text, b->text)) {
			char hint[64];

			snprintf(hint, sizeof(hint), "first on line %u", (unsigned)a->line);
			ol_notes_add(r->notes, r->file, b->line, b->column, ol_lines_chars(b->text),
				     hint, "key '%.*s' is given twice: keep one", OL_FMT(b->text));
		}
	}
	free(sorted);
	return 0;
}

/* The top frame's items leave the stack and become a node. */
static int close_frame(struct reader *r, yaml_mark_t end)
{
	const struct frame f = r->frames[--r->depth];
	size_t n = r->n - f.base;
	struct ol_yaml y = {
		.kind = f.map ? OL_YAML_MAP : OL_YAML_SEQ, .line = f.line, .column = f.column};
	const struct ol_yaml *from = r->stack + f.base;

	y.n = (uint32_t)(f.map ? n / 2 : n);
	y.items = OL_NEWN(r->arena, struct ol_yaml, y.n);
	if (f.map)
		y.keys = OL_NEWN(r->arena, struct ol_yaml, y.n);
	if (!y.items || (f.map && !y.keys))
		return out_of_memory(r);
	for (uint32_t i = 0; i < y.n; i++) {
		y.items[i] = from[f.map ? 2 * i + 1 : i];
		if (f.map)
			y.keys[i] = from[2 * i];
	}
	r->n = f.base;
	ol_lines_place(&r->lines, end.index, &y.end_line, &y.end_column);
	if (f.map && check_keys(r, &y))
		return -1;
	return push(r, &y);
}

static int open_frame(struct reader *r, const yaml_event_t *e, bool map)
{
	struct frame *f;

	if (in_key_place(r)) {
		complain(r, e->start_mark, 1, "quote it if text is meant",
			 map ? "a mapping cannot be a key" : "a list cannot be a key");
		return -1;
	}
	if (r->depth == r->limits->depth) {
		char what[80];

		snprintf(what, sizeof(what), "nested deeper than %u levels",
			 (unsigned)r->limits->depth);
		complain(r, e->start_mark, 1, NULL, what);
		return -1;
	}
	f = &r->frames[r->depth++];
	f->base = r->n;
	f->map = map;
	ol_lines_place(&r->lines, e->start_mark.index, &f->line, &f->column);
	return 0;
}

/* Anchors and tags: told, then stepped over. libyaml gives the place of the first of them. */
static void check_properties(struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
			     const yaml_char_t *tag)
{
	uint32_t len = 1;

	if (!anchor && !tag)
		return;
	if (tag && ol_lines_char(&r->lines, r->text, e->start_mark.index) == '!') {
		len = (uint32_t)strlen((const char *)tag);
		if (tag[0] == '!' && tag[1] != '\0' && e->start_mark.line == e->end_mark.line)
			complain(r, e->start_mark, len, "quote the expression: \"!…\"",
				 "'!' at the start of a value is a YAML tag, and tags are refused");
		else
			complain(r, e->start_mark, 1, "leave the tag out", "YAML tags are refused");
		return;
	}
	complain(r, e->start_mark, anchor ? (uint32_t)strlen((const char *)anchor) + 1 : 1,
		 "write the value out, or quote it if '&' is meant", "YAML anchors are refused");
}

static int add_scalar(struct reader *r, const yaml_event_t *e)
{
	static const char signs[] = {[YAML_ANY_SCALAR_STYLE] = ' ',
				     [YAML_PLAIN_SCALAR_STYLE] = ' ',
				     [YAML_SINGLE_QUOTED_SCALAR_STYLE] = '\'',
				     [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = '"',
				     [YAML_LITERAL_SCALAR_STYLE] = '|',
				     [YAML_FOLDED_SCALAR_STYLE] = '>'};
	struct ol_yaml y = {.kind = OL_YAML_SCALAR, .style = signs[e->data.scalar.style]};
	bool key = in_key_place(r);

	y.plain = y.style == ' ';
	y.block = y.style == '|' || y.style == '>';
	y.refused = e->data.scalar.tag != NULL;
	y.text = (struct ol_str){(const char *)e->data.scalar.value, e->data.scalar.length};
	check_properties(r, e, e->data.scalar.anchor, e->data.scalar.tag);
	ol_lines_place(&r->lines, e->start_mark.index, &y.line, &y.column);
	ol_lines_place(&r->lines, e->end_mark.index, &y.end_line, &y.end_column);
	if (y.block)
		ol_lines_block(&r->lines, r->text, y.text, &y.line, &y.column);
	if (y.text.n > r->limits->scalar) {
		char what[80];

		snprintf(what, sizeof(what), "text is longer than %zu bytes", r->limits->scalar);
		complain(r, e->start_mark, 1, NULL, what);
		y.text.n = 0;
	}
	if (memchr(y.text.p, '\0', y.text.n)) {
		complain(r, e->start_mark, 1, NULL, "text holds a NUL character: remove it");
		y.text.n = 0;
	}
	if (key && y.plain && ol_str_is(y.text, "<<"))
		complain(r, e->start_mark, 2, "write the keys out", "merge keys are refused");
	y.text = ol_arena_str(r->arena, y.text);
	if (!y.text.p)
		return out_of_memory(r);
	return push(r, &y);
}

static int add_alias(struct reader *r, const yaml_event_t *e)
{
	struct ol_yaml y = {
		.kind = OL_YAML_SCALAR, .style = ' ', .refused = true, .text = OL_STR("")};

	complain(r, e->start_mark, (uint32_t)strlen((const char *)e->data.alias.anchor) + 1,
		 "write the value out, or quote it if '*' is meant", "YAML aliases are refused");
	ol_lines_place(&r->lines, e->start_mark.index, &y.line, &y.column);
	ol_lines_place(&r->lines, e->end_mark.index, &y.end_line, &y.end_column);
	return push(r, &y);
}

/* 1: go on, 0: the end, -1: give up. */
static int take(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (r->open) {
			complain(r, e->start_mark, 3, NULL,
				 "a second document: keep one to a file");
			return -1;
		}
		r->open = true;
		return 1;
	case YAML_ALIAS_EVENT:
		return add_alias(r, e) ? -1 : 1;
	case YAML_SCALAR_EVENT:
		return add_scalar(r, e) ? -1 : 1;
	case YAML_SEQUENCE_START_EVENT:
		check_properties(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		return open_frame(r, e, false) ? -1 : 1;
	case YAML_MAPPING_START_EVENT:
		check_properties(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		return open_frame(r, e, true) ? -1 : 1;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_frame(r, e->end_mark) ? -1 : 1;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return 1;
}

static int read_events(struct reader *r)
{
	uint32_t events = 0;
	yaml_event_t e;
	int go = 1;

	while (go > 0) {
		if (!yaml_parser_parse(&r->yaml, &e)) {
			if (r->yaml.error == YAML_MEMORY_ERROR)
				return out_of_memory(r);
			ol_lines_syntax(&r->lines, r->text, r->file, &r->yaml, r->notes);
			return -1;
		}
		if (++events > r->limits->events) {
			complain(r, e.start_mark, 1, "split the file",
				 "the file has too many items");
			go = -1;
		} else {
			go = take(r, &e);
		}
		yaml_event_delete(&e);
	}
	return go;
}

static struct ol_yaml *read_all(struct reader *r)
{
	int rc;

	r->frames = calloc(r->limits->depth + 1, sizeof(*r->frames));
	if (!r->frames || !yaml_parser_initialize(&r->yaml)) {
		out_of_memory(r);
		return NULL;
	}
	yaml_parser_set_encoding(&r->yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->yaml, (const unsigned char *)r->text.p, r->text.n);
	rc = read_events(r);
	yaml_parser_delete(&r->yaml);
	return rc ? NULL : r->root;
}

struct ol_yaml *ol_yaml_parse_all(struct ol_arena *arena, struct ol_str text, const char *file,
				  const struct ol_yaml_limits *limits, struct ol_notes *notes)
{
	struct reader r = {.arena = arena, .text = text, .file = file, .notes = notes};
	struct ol_yaml *root = NULL;

	r.limits = limits ? limits : &ol_yaml_default_limits;
	if (text.n > r.limits->bytes) {
		ol_notes_add(notes, file, 1, 1, 0, NULL,
			     "the file is larger than %zu bytes: split it", r.limits->bytes);
		return NULL;
	}
	if (ol_str_starts(text, "\xef\xbb\xbf"))
		r.text = (struct ol_str){text.p + 3, text.n - 3};
	if (r.text.n && !ol_lines_init(&r.lines, r.text, file, notes))
		root = read_all(&r);
	ol_lines_free(&r.lines);
	free(r.frames);
	free(r.stack);
	return root;
}

struct ol_yaml *ol_yaml_parse(struct ol_arena *arena, struct ol_str text, const char *file,
			      const struct ol_yaml_limits *limits, struct ol_notes *notes)
{
	uint32_t before = notes->n;
	struct ol_yaml *root = ol_yaml_parse_all(arena, text, file, limits, notes);

	return notes->n == before ? root : NULL;
}

struct ol_yaml *ol_yaml_get(const struct ol_yaml *map, const char *key)
{
	if (!map || map->kind != OL_YAML_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->n; i++)
		if (ol_str_is(map->keys[i].text, key))
			return &map->items[i];
	return NULL;
}
