/* test_infer_families.c: the table of shape functions: one row an operator, so that none hides another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "infer/op.h"

#define MOST 1024

struct entry {
	const char *domain, *op;
};

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int by_domain = strcmp(x->domain, y->domain);

	return by_domain ? by_domain : strcmp(x->op, y->op);
}

static void no_row_twice(void **state)
{
	static struct entry all[MOST];
	size_t n = 0, twice = 0;

	(void)state;
	for (size_t f = 0; ol_infer_families[f]; f++) {
		const struct ol_infer_family *family = ol_infer_families[f];

		for (const struct ol_infer_row *r = family->rows; r->op; r++) {
			assert_non_null(r->run);
			assert_true(n < MOST);
			all[n++] = (struct entry){family->domain, r->op};
		}
	}
	assert_true(n > 0);
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 1; i < n; i++) {
		if (compare(&all[i - 1], &all[i]))
			continue;
		print_error("%s.%s has two rows\n", all[i].domain, all[i].op);
		twice++;
	}
	assert_int_equal(twice, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_row_twice)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
