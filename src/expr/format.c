/* format.c: "%d of %s".format([1, "x"]). */
#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "expr/internal.h"
#include "util/buf.h"

enum { MAX_PRECISION = 60 };

static void bits(struct ol_buf *out, uint64_t u)
{
	int i = 63;

	while (i > 0 && !(u >> i & 1))
		i--;
	for (; i >= 0; i--)
		ol_buf_char(out, u >> i & 1 ? '1' : '0');
}

static void real(struct ol_buf *out, double d, int precision, char verb)
{
	char buf[512], *dot;

	if (!isfinite(d)) {
		ol_expr_double_text(d, buf);
	} else {
		snprintf(buf, sizeof(buf), verb == 'f' ? "%.*f" : "%.*e", precision, d);
		dot = strchr(buf, localeconv()->decimal_point[0]);
		if (dot)
			*dot = '.';
	}
	ol_buf_z(out, buf);
}

/* Whole numbers in base 2, 8, 10 and 16. */
static bool whole(struct ol_buf *out, const struct ol_val *v, char verb)
{
	uint64_t u = v->u.u;

	if (v->kind == OL_V_INT && v->u.i < 0) {
		ol_buf_char(out, '-');
		u = 0 - u;
	} else if (v->kind != OL_V_INT && v->kind != OL_V_UINT) {
		return false;
	}
	if (verb == 'b')
		bits(out, u);
	else
		ol_buf_printf(out,
			      verb == 'd'   ? "%llu"
			      : verb == 'o' ? "%llo"
			      : verb == 'x' ? "%llx"
					    : "%llX",
			      (unsigned long long)u);
	return true;
}

/* False: no such verb, or not for this kind of value. */
static bool verb(struct ol_eval *e, struct ol_buf *out, char c, int precision,
		 const struct ol_val *v)
{
	double d;

	switch (c) {
	case 's':
		ol_expr_print_nested(e, v, out);
		return true;
	case 'f':
	case 'e':
		if (v->kind != OL_V_DOUBLE && v->kind != OL_V_INT && v->kind != OL_V_UINT)
			return false;
		d = v->kind == OL_V_DOUBLE ? v->u.d
		    : v->kind == OL_V_INT  ? (double)v->u.i
					   : (double)v->u.u;
		real(out, d, precision < 0 ? 6 : precision, c);
		return true;
	case 'd':
		if (v->kind == OL_V_DOUBLE && !isfinite(v->u.d)) {
			real(out, v->u.d, 0, 'f');
			return true;
		}
		return whole(out, v, c);
	case 'b':
		if (v->kind == OL_V_BOOL) {
			ol_buf_char(out, v->u.b ? '1' : '0');
			return true;
		}
		return whole(out, v, c);
	case 'x':
	case 'X':
		if (v->kind != OL_V_STRING && v->kind != OL_V_BYTES)
			return whole(out, v, c);
		for (size_t i = 0; i < v->u.s.n; i++)
			ol_buf_printf(out, c == 'x' ? "%02x" : "%02X", (unsigned char)v->u.s.p[i]);
		return true;
	case 'o':
		return whole(out, v, c);
	default:
		return false;
	}
}

/* All of it into out; an ERROR or UNKNOWN value, or NULL kind when well. */
static struct ol_val fill(struct ol_eval *e, struct ol_str f, const struct ol_val *list,
			  struct ol_buf *out)
{
	uint64_t next = 0;
	struct ol_val v;
	char what[] = "%?";
	int precision;

	for (size_t i = 0; i < f.n; i++) {
		if (f.p[i] != '%') {
			ol_buf_char(out, f.p[i]);
			continue;
		}
		if (++i < f.n && f.p[i] == '%') {
			ol_buf_char(out, '%');
			continue;
		}
		precision = -1;
		if (i < f.n && f.p[i] == '.')
			for (precision = 0, i++; i < f.n && f.p[i] >= '0' && f.p[i] <= '9'; i++)
				precision = precision > MAX_PRECISION
						? precision
						: precision * 10 + (f.p[i] - '0');
		if (precision > MAX_PRECISION)
			return ol_v_error(e, "format() takes at most %d digits", MAX_PRECISION);
		if (i >= f.n || !strchr("sfedbxXo", f.p[i]) || !f.p[i])
			return ol_v_error(e, "format() knows no such clause as %%%.*s",
					  (int)(i < f.n), f.p + i);
		if (next >= list->u.list->n)
			return ol_v_error(e, "format() has no value for clause %llu",
					  (unsigned long long)next + 1);
		v = ol_v_item(e, list, next++);
		if (v.kind == OL_V_UNKNOWN || v.kind == OL_V_ERROR)
			return v;
		what[1] = f.p[i];
		if (!verb(e, out, f.p[i], precision, &v))
			return ol_expr_no_overload(e, what, &v, 1);
		if (out->n > OL_EXPR_MAX_STRING || !ol_expr_pay(e, 2))
			return ol_v_error(e, "a string gets too long");
	}
	return ol_v_null();
}

struct ol_val ol_expr_format(struct ol_eval *e, const struct ol_val *argv, uint32_t argc)
{
	struct ol_val v, s = {.kind = OL_V_STRING};
	struct ol_buf b = {0};
	char *p;

	(void)argc;
	if (!ol_expr_pay(e, argv->u.s.n / 16))
		return ol_expr_cost(e);
	v = fill(e, argv[0].u.s, &argv[1], &b);
	if (b.failed)
		v = ol_expr_no_memory();
	if (v.kind == OL_V_NULL) {
		p = ol_expr_new_string(e, b.n, &s);
		if (p && b.n)
			memcpy(p, b.p, b.n);
		v = s;
	}
	ol_buf_free(&b);
	return v;
}
