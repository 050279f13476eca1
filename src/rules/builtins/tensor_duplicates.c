/* tensor_duplicates.c: tensors of the model with the same type, shape and bytes.
 *
 * Reading weights is what an audit must not do, so it narrows down first: tensors are sorted by type, shape and length;
 * of those that are alike, a few windows are hashed; only those that still agree are compared whole, within a budget.
 * Past it they are told as not compared. External data is left alone. */
#include "load/load.h"
#include "rules/check.h"

#include <stdlib.h>

static const struct ol_builtin_var vars[] = {
	{"tensor", "string", "the first of them"},
	{"others", "string", "the next ones, at most three, in quotes"},
	{"count", "int", "how many there are, the first included"},
	{"bytes", "int", "bytes of each"},
	{"compared", "bool", "were all bytes compared, or only samples of them"},
	{NULL, NULL, NULL},
};

enum {
	LEAST = 256, /* bytes: below, a name costs as much */
	WINDOWS = 8, /* samples of a tensor */
	WINDOW = 256,
	CHUNK = 64 << 10,
	MOST_READS = 40000, /* samples of all tensors */
	MOST_NAMES = 3,
};
#define MOST_BYTES (UINT64_C(64) << 20) /* read to compare whole */

struct row {
	const struct ol_tensor *t;
	uint32_t tensor, name;
	uint64_t bytes, hash;
	struct ol_place place;
};

struct search {
	struct ol_check *c;
	struct row *rows;
	uint32_t n, room;
	uint64_t key[2], reads, read_bytes;
	char *a, *b; /* CHUNK each */
	bool whole;  /* what was compared last was compared whole */
};

/* ---- what to look at ---- */
/* Bytes of a tensor that can be read as they are: raw, or decoded in memory. */
static uint64_t bytes_of(const struct ol_tensor *t)
{
	static const uint8_t width[12] = {[4] = 4, [5] = 4, [7] = 8, [10] = 8, [11] = 8};

	if (t->location == 1 || !ol_dtype_valid(t->dtype) || t->dtype == OL_DT_STRING || !t->fields ||
	    t->fields & (t->fields - 1))
		return 0;
	if (t->fields == 1u << 9)
		return t->payload.length;
	return t->data && t->count <= OL_SMALL_PAYLOAD ? t->count * width[__builtin_ctz(t->fields) % 12] : 0;
}

static void add(struct search *s, uint32_t tensor, uint32_t name, struct ol_place place)
{
	const struct ol_tensor *t = &s->c->ir->model->tensors[tensor];
	uint64_t bytes = bytes_of(t);

	if (bytes < LEAST || s->n == s->room)
		return;
	place.value = name;
	place.at = t->at;
	s->rows[s->n++] = (struct row){t, tensor, name, bytes, 0, place};
}

static void collect(struct search *s)
{
	const struct ol_ir *ir = s->c->ir;
	const struct ol_model *m = ir->model;

	for (uint32_t g = 0; g < m->n_graphs; g++)
		for (uint32_t i = 0; i < m->graphs[g].initializers.n; i++) {
			struct ol_place place = OL_NOWHERE;
			uint32_t t = m->graphs[g].initializers.first + i;

			place.graph = g;
			add(s, t, m->tensors[t].name, place);
		}
	for (uint32_t k = 0; k < ir->n_kinds; k++)
		for (uint32_t i = 0; ir->kinds[k].is_onnx && ol_str_is(ol_name(m, ir->kinds[k].op_type), "Constant") &&
				     i < ir->kinds[k].nodes.n; i++) {
			uint32_t node = ir->nodes_by_kind[ir->kinds[k].nodes.first + i];
			uint32_t v = m->nodes[node].outputs.n ? ol_ir_outputs(ir, node)[0] : OL_NONE;

			if (v != OL_NONE && ir->values[v].flags & OL_VALUE_CONSTANT && ir->values[v].tensor != OL_NONE &&
			    !(ir->values[v].flags & OL_VALUE_SPARSE))
				add(s, ir->values[v].tensor, ir->values[v].name, ol_check_node(s->c, node, 0));
		}
}

/* ---- sorting ---- */
static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_shape(const struct row *x, const struct row *y)
{
	int c = order(x->bytes, y->bytes);

	if (!c)
		c = order((uint64_t)x->t->dtype, (uint64_t)y->t->dtype);
	if (!c)
		c = order(x->t->fields, y->t->fields);
	if (!c)
		c = order(x->t->rank, y->t->rank);
	for (uint32_t i = 0; !c && i < x->t->rank; i++)
		c = order((uint64_t)x->t->dims[i], (uint64_t)y->t->dims[i]);
	return c;
}

static int by_all(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = by_shape(x, y);

	if (!c)
		c = order(x->hash, y->hash);
	/* an initializer before a Constant: it is the one to keep */
	if (!c)
		c = order(x->place.node != OL_NONE, y->place.node != OL_NONE);
	return c ? c : order(x->tensor, y->tensor);
}

/* ---- reading ---- */
/* n bytes from `at`; NULL when they cannot be had. */
static const char *bytes_at(const struct search *s, const struct row *r, uint64_t at, size_t n, char *room)
{
	struct ol_err err;

	if (r->t->data)
		return (const char *)r->t->data + at;
	return ol_load_payload(s->c->ir->model, r->t, at, room, n, &err) ? NULL : room;
}

/* A hash of samples spread over the tensor; false when it cannot be read, or enough was. */
static bool sample(struct search *s, struct row *r)
{
	uint64_t step = r->bytes / WINDOWS;

	if (r->t->data || r->bytes <= CHUNK) {
		const char *p = bytes_at(s, r, 0, (size_t)r->bytes, s->a);

		if (!p || s->reads++ >= MOST_READS)
			return false;
		r->hash = ol_hash(s->key, p, (size_t)r->bytes);
		return true;
	}
	for (uint64_t i = 0; i < WINDOWS; i++) {
		/* the last one ends with the tensor */
		const char *p = bytes_at(s, r, i + 1 == WINDOWS ? r->bytes - WINDOW : i * step, WINDOW, s->a);

		if (!p || s->reads++ >= MOST_READS)
			return false;
		r->hash = r->hash * 31 + ol_hash(s->key, p, WINDOW);
	}
	return true;
}

static bool equal(struct search *s, const struct row *x, const struct row *y)
{
	if (s->read_bytes + 2 * x->bytes > MOST_BYTES && !x->t->data) {
		s->whole = false;
		return true;
	}
	s->read_bytes += x->t->data ? 0 : 2 * x->bytes;
	for (uint64_t at = 0; at < x->bytes; at += CHUNK) {
		size_t n = x->bytes - at < CHUNK ? (size_t)(x->bytes - at) : CHUNK;
		const char *p = bytes_at(s, x, at, n, s->a), *q = bytes_at(s, y, at, n, s->b);

		if (!p || !q || memcmp(p, q, n) != 0)
			return false;
	}
	return true;
}

/* ---- telling ---- */
static void tell(struct search *s, uint32_t first, const uint32_t *same, uint32_t n)
{
	const struct ol_model *m = s->c->ir->model;
	struct ol_str others = OL_STR("");
	struct ol_val v[5];

	for (uint32_t i = 0; i < n && i < MOST_NAMES; i++)
		others = ol_arena_printf(s->c->scratch, "%.*s%s'%.*s'", OL_FMT(others), i ? ", " : "",
					 OL_FMT(ol_name(m, s->rows[same[i]].name)));
	if (!others.p)
		return;
	v[0] = ol_v_str(ol_name(m, s->rows[first].name));
	v[1] = ol_v_str(others);
	v[2] = ol_v_int((int64_t)n + 1);
	v[3] = ol_v_int(s->rows[first].bytes > INT64_MAX ? INT64_MAX : (int64_t)s->rows[first].bytes);
	v[4] = ol_v_bool(s->whole);
	ol_check_emit(s->c, s->rows[first].place, v);
}

/* Rows with one hash: nearly always one content. What differs from the first after all is let go. */
static void run_of_like(struct search *s, uint32_t first, uint32_t end, uint32_t *same)
{
	uint32_t n = 0;

	s->whole = true;
	for (uint32_t i = first + 1; i < end; i++)
		if (equal(s, &s->rows[first], &s->rows[i]))
			same[n++] = i;
	if (n)
		tell(s, first, same, n);
}

/* Rows that go on with the i-th one's shape and hash. */
static uint32_t end_of_like(const struct search *s, uint32_t i, uint32_t n)
{
	uint32_t end = i + 1;

	while (end < n && s->rows[end].hash == s->rows[i].hash && by_shape(&s->rows[i], &s->rows[end]) == 0)
		end++;
	return end;
}

/* The key of the hash is another one each time: from here on the first tensor of those alike stands for it, so that what
 * is compared, and told, comes in the model's order. */
static void name_by_first(struct search *s, uint32_t n)
{
	for (uint32_t i = 0, end; i < n; i = end) {
		uint64_t first = s->rows[i].tensor;

		end = end_of_like(s, i, n);
		for (uint32_t k = i; k < end; k++)
			s->rows[k].hash = first;
	}
	qsort(s->rows, n, sizeof(*s->rows), by_all);
}

static void look(struct search *s)
{
	uint32_t *same = ol_check_calloc(s->c, (size_t)s->n + 1, sizeof(*same));
	uint32_t kept = 0;

	if (!same)
		return;
	qsort(s->rows, s->n, sizeof(*s->rows), by_all);
	/* a tensor whose type, shape and length are its own needs no reading */
	for (uint32_t i = 0, end; i < s->n; i = end) {
		for (end = i + 1; end < s->n && by_shape(&s->rows[i], &s->rows[end]) == 0;)
			end++;
		for (uint32_t k = i; end - i > 1 && k < end; k++) {
			struct row r = s->rows[k];

			if (sample(s, &r))
				s->rows[kept++] = r;
		}
	}
	qsort(s->rows, kept, sizeof(*s->rows), by_all);
	name_by_first(s, kept);
	for (uint32_t i = 0, end; i < kept; i = end) {
		end = end_of_like(s, i, kept);
		if (end - i > 1)
			run_of_like(s, i, end, same);
	}
	free(same);
}

static void run(struct ol_check *c)
{
	const struct ol_model *m = c->ir->model;
	struct search s = {.c = c};

	for (uint32_t i = 0; i < m->n_tensors; i++)
		s.room += bytes_of(&m->tensors[i]) >= LEAST;
	if (s.room < 2)
		return;
	ol_hash_key(s.key);
	s.rows = ol_check_calloc(c, s.room, sizeof(*s.rows));
	s.a = ol_check_calloc(c, CHUNK, 1);
	s.b = ol_check_calloc(c, CHUNK, 1);
	if (s.rows && s.a && s.b) {
		collect(&s);
		look(&s);
	}
	free(s.rows);
	free(s.a);
	free(s.b);
}

const struct ol_builtin ol_builtin_tensor_duplicates = {
	.name = "tensor-duplicates",
	.about = "tensors of 256 bytes and more with the same type, shape and content",
	.vars = vars,
	.run = run,
};
