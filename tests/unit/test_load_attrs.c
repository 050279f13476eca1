/* test_load_attrs.c: the short way for plain attributes says what the general way says. A limit on names below the
 * short way's own bound turns it off. */
#include "load_bytes.h"

static void both(const void *attr, size_t n)
{
	struct ol_buf g = {0}, node = node_bytes("Op", "x", "y"), a = {0}, m;
	struct ol_load_options o;
	struct ol_model *l[2];

	ol_buf_add(&a, attr, n);
	put_message(&node, 5, &a);
	put_message(&g, 1, &node);
	m = model_bytes(&g);
	ol_load_options_default(&o);
	l[0] = ol_load_memory(m.p, m.n, "attr", &o, NULL);
	o.limits.name_length = 100;
	l[1] = ol_load_memory(m.p, m.n, "attr", &o, NULL);
	assert_non_null(l[0]);
	assert_non_null(l[1]);
	assert_int_equal(l[0]->complete, l[1]->complete);
	assert_int_equal(l[0]->n_diags, l[1]->n_diags);
	assert_int_equal(l[0]->n_attrs, l[1]->n_attrs);
	assert_int_equal(l[0]->n_messages, l[1]->n_messages);
	for (uint32_t i = 0; i < l[0]->n_attrs; i++) {
		const struct ol_attr *p = &l[0]->attrs[i], *q = &l[1]->attrs[i];

		assert_true(ol_str_eq(ol_name(l[0], p->name), ol_name(l[1], q->name)));
		assert_int_equal(p->type, q->type);
		assert_int_equal(p->fields, q->fields);
		assert_int_equal(p->i, q->i);
		assert_memory_equal(&p->f, &q->f, sizeof(p->f));
		assert_true(ol_str_eq(p->s, q->s));
		assert_int_equal(p->n, q->n);
		assert_int_equal(p->at.offset, q->at.offset);
		if (p->type == OL_ATTR_INTS && p->n)
			assert_memory_equal(p->list.ints, q->list.ints, p->n * sizeof(int64_t));
		if (p->type == OL_ATTR_FLOATS && p->n)
			assert_memory_equal(p->list.floats, q->list.floats, p->n * sizeof(float));
	}
	ol_model_free(l[0]);
	ol_model_free(l[1]);
	ol_buf_free(&m);
}

#define BOTH(s) both(s, sizeof(s) - 1)

static void forms(void **state)
{
	(void)state;
	BOTH("\x0a\x01k\x18\x05\xa0\x01\x02");				     /* i = 5 */
	BOTH("\x0a\x01k\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\xa0\x01\x02"); /* i = -1 */
	BOTH("\x0a\x01k\x15\x00\x00\x80\x3f\xa0\x01\x01");		     /* f = 1 */
	BOTH("\x0a\x01k\x22\x02hi\xa0\x01\x03");			     /* s */
	BOTH("\x0a\x01k\x22\x00\xa0\x01\x03");				     /* s, empty */
	BOTH("\x0a\x01k\x40\x03\x40\x01\xa0\x01\x07");			     /* ints with tags */
	BOTH("\x0a\x01k\x42\x03\x03\x80\x01\xa0\x01\x07");		     /* packed */
	BOTH("\x0a\x01k\x42\x02\x03\x01\x40\x09\xa0\x01\x07");		     /* both */
	BOTH("\x0a\x01k\x42\x00\xa0\x01\x07");				     /* packed, none */
	BOTH("\x0a\x01k\x3d\x00\x00\x80\x3f\x3a\x04\x00\x00\x00\x40\xa0\x01\x06"); /* floats */
	BOTH("\x0a\x01k\x40\x03\x18\x04\xa0\x01\x07");			     /* a number and a list */
	BOTH("\x0a\x01k\x40\x03\xa0\x01\x02");				     /* the type is another */
	BOTH("\x0a\x01k\x18\x05");					     /* no type */
	BOTH("\x18\x05\xa0\x01\x02");					     /* no name */
	BOTH("\x0a\x00\x18\x05\xa0\x01\x02");				     /* an empty one */
	BOTH("");
}

static void wrong(void **state)
{
	(void)state;
	BOTH("\x0a\x01k\x18\x05\x18\x06\xa0\x01\x02");		  /* i twice */
	BOTH("\x0a\x01k\x0a\x01l\x18\x05\xa0\x01\x02");		  /* name twice */
	BOTH("\x0a\x02k\x00\x18\x05\xa0\x01\x02");		  /* NUL in the name */
	BOTH("\x0a\x01\xff\x18\x05\xa0\x01\x02");		  /* no UTF-8 */
	BOTH("\x0a\x01k\x42\x03\x03\x80\x80\xa0\x01\x07");	  /* a packed number is cut */
	BOTH("\x0a\x01k\x3a\x03\x00\x00\x80\xa0\x01\x06");	  /* three bytes of a float */
	BOTH("\x0a\x01k\x42\x7f\x03");				  /* the list passes the end */
	BOTH("\x0a\x05k");					  /* so does the name */
	BOTH("\x0a\x01k\x15\x00\x00");				  /* and the float */
	BOTH("\x0a\x01k\x1d\x00\x00\x80\x3f\xa0\x01\x02");	  /* i as four bytes */
	BOTH("\x0a\x01k\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"); /* eleven bytes */
	BOTH("\x0a\x01k\x9a\x06\x01x\x18\x05\xa0\x01\x02");	  /* an unknown field */
	BOTH("\x0a\x01k\x18");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(wrong)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
