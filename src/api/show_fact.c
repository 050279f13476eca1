/* show_fact.c: what inference knows of one value, as text and as JSON. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/show_values.h"
#include "util/text.h"

enum { NESTED = 8 }; /* containers in containers; a model can nest more, nobody means it */

const struct ol_fact *ol_show_innermost(const struct ol_fact *f)
{
	for (int depth = 0; f && depth < NESTED; depth++) {
		if (f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR)
			return f;
		if (f->kind != OL_TYPE_SEQUENCE && f->kind != OL_TYPE_OPTIONAL)
			return NULL;
		f = f->elem;
	}
	return NULL;
}

static bool dtype_known(const struct ol_fact *f)
{
	return f && f->kind != OL_TYPE_NONE && ol_dtype_valid(f->dtype);
}

static void dims(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out)
{
	ol_buf_char(out, '[');
	for (uint32_t i = 0; i < f->rank; i++) {
		ol_buf_z(out, i ? ", " : "");
		ol_num_print(&inf->syms, f->dims[i], out);
	}
	ol_buf_char(out, ']');
}

/* Containers open in order and close at the end. What differs between text and JSON are the words and the shape. */
static void type(const struct ol_infer *inf, const struct ol_fact *f, bool shape, struct ol_buf *out)
{
	uint32_t close = 0;

	for (; f && close < NESTED; f = f->elem, close++) {
		const char *name = dtype_known(f) ? ol_dtype_info(f->dtype)->name : "?";

		if (f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR) {
			bool sparse = f->kind == OL_TYPE_SPARSE_TENSOR;

			ol_buf_printf(out, "%s%s%s", sparse ? "sparse(" : "", name, sparse ? ")" : "");
			if (shape && f->has_rank)
				dims(inf, f, out);
			goto end;
		}
		if (f->kind == OL_TYPE_SEQUENCE)
			ol_buf_z(out, shape ? "sequence(" : "seq(");
		else if (f->kind == OL_TYPE_OPTIONAL)
			ol_buf_z(out, "optional(");
		else if (f->kind == OL_TYPE_MAP)
			ol_buf_printf(out, "map(%s, ", name);
		else
			break;
	}
	ol_buf_z(out, f && f->kind == OL_TYPE_OPAQUE ? "opaque" : "?");
end:
	while (close--)
		ol_buf_char(out, ')');
}

void ol_show_fact(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out)
{
	if (f->kind == OL_TYPE_NONE && f->has_rank)
		dims(inf, f, out);
	else
		type(inf, f, true, out);
}

void ol_show_dtype(const struct ol_fact *f, struct ol_buf *out)
{
	if (f->kind == OL_TYPE_NONE || (f->kind == OL_TYPE_TENSOR && !dtype_known(f)))
		return;
	type(NULL, f, false, out);
}

/* ---- constants ---- */

static bool tells(const struct ol_infer *inf, const struct ol_data *d)
{
	if (!d || (!d->i && !d->d))
		return false;
	for (uint32_t k = 0; k < d->n && d->i; k++)
		if (ol_num_is_known(d->i[k]) || ol_num_printable(&inf->syms, d->i[k]))
			return true;
	return d->d != NULL || d->n == 0;
}

/* The shortest decimal that is the same number in the element type, so that 0.1 is not 0.10000000149. */
static double shortest(const struct ol_fact *f, double d)
{
	char text[32];

	if (f->dtype == OL_DT_DOUBLE || !(fabs(d) < (double)FLT_MAX))
		return d;
	for (int digits = 3; digits < 10; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		if ((double)strtof(text, NULL) == d)
			return strtod(text, NULL);
	}
	return d;
}

static void element(const struct ol_infer *inf, const struct ol_fact *f, uint32_t k, struct ol_buf *out)
{
	const struct ol_data *d = f->data;

	if (!d->i)
		ol_text_double(out, shortest(f, d->d[k]));
	else if (f->dtype == OL_DT_BOOL && ol_num_is_known(d->i[k]))
		ol_buf_z(out, d->i[k].v ? "true" : "false");
	else
		ol_num_print(&inf->syms, d->i[k], out);
}

void ol_show_const(const struct ol_infer *inf, const struct ol_fact *f, struct ol_buf *out)
{
	bool scalar = f->has_rank && f->rank == 0;

	if (!tells(inf, f->data) || (scalar && f->data->n != 1))
		return;
	ol_buf_z(out, scalar ? "= " : "= [");
	for (uint32_t k = 0; k < f->data->n; k++) {
		ol_buf_z(out, k ? ", " : "");
		if (k == OL_SHOW_CONST_TEXT) {
			ol_buf_z(out, "…");
			break;
		}
		element(inf, f, k, out);
	}
	ol_buf_z(out, scalar ? "" : "]");
}

static void number(const struct ol_infer *inf, struct ol_num a, struct ol_json *j)
{
	struct ol_buf b = {0};

	if (ol_num_is_known(a)) {
		ol_json_int(j, a.v);
	} else if (ol_num_is_sym(a) && ol_num_printable(&inf->syms, a)) {
		ol_num_print(&inf->syms, a, &b);
		ol_json_str(j, ol_buf_view(&b));
		j->out->failed |= b.failed;
		ol_buf_free(&b);
	} else {
		ol_json_null(j);
	}
}

static void shape_json(const struct ol_infer *inf, const char *key, const struct ol_fact *f, struct ol_json *j)
{
	if (!f || !f->has_rank)
		return;
	ol_json_key_open(j, key, '[');
	for (uint32_t i = 0; i < f->rank; i++)
		number(inf, f->dims[i], j);
	ol_json_close(j, ']');
}

static void const_json(const struct ol_infer *inf, const struct ol_fact *f, struct ol_json *j)
{
	const struct ol_data *d = f->data;
	bool scalar = f->has_rank && f->rank == 0;

	if (!tells(inf, d) || d->n > OL_SHOW_CONST_MOST || (scalar && d->n != 1))
		return;
	ol_json_key(j, "const");
	if (!scalar)
		ol_json_open(j, '[');
	for (uint32_t k = 0; k < d->n; k++) {
		if (!d->i)
			ol_json_double(j, shortest(f, d->d[k]));
		else if (f->dtype == OL_DT_BOOL && ol_num_is_known(d->i[k]))
			ol_json_bool(j, d->i[k].v != 0);
		else
			number(inf, d->i[k], j);
	}
	if (!scalar)
		ol_json_close(j, ']');
}

void ol_show_fact_json(const struct ol_infer *inf, const struct ol_fact *f, struct ol_json *j)
{
	bool tensor = f->kind == OL_TYPE_NONE || f->kind == OL_TYPE_TENSOR || f->kind == OL_TYPE_SPARSE_TENSOR;
	struct ol_buf b = {0};

	ol_show_dtype(f, &b);
	if (b.n) {
		ol_json_key(j, "dtype");
		ol_json_str(j, ol_buf_view(&b));
	}
	j->out->failed |= b.failed;
	ol_buf_free(&b);
	shape_json(inf, tensor ? "shape" : "elem_shape", tensor ? f : ol_show_innermost(f), j);
	const_json(inf, f, j);
}
