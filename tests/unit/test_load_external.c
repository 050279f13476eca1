/* test_load_external.c: tensors whose data is in other files, in a folder made for the test.
 * The SHA-1 values are those of sha1sum. */
#include "load_bytes.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

struct entry {
	const char *key, *value;
};

static void put_external(struct ol_buf *g, const char *name, const struct entry *e)
{
	struct ol_buf t = {0}, kv = {0};

	put_int(&t, 1, 4);
	put_int(&t, 2, OL_DT_FLOAT); /* 16 bytes */
	put_text(&t, 8, name);
	put_int(&t, 14, 1);
	for (; e->key; e++) {
		put_text(&kv, 1, e->key);
		put_text(&kv, 2, e->value);
		put_message(&t, 13, &kv);
	}
	put_message(g, 5, &t);
}

static struct ol_model *load_graph(struct ol_buf *g, const char *const *roots)
{
	struct ol_buf m = model_bytes(g);
	struct ol_load_options o;
	struct ol_err err = {0};
	struct ol_model *l;

	write_file("model.onnx", m.p, m.n);
	ol_buf_free(&m);
	ol_load_options_default(&o);
	o.roots = roots;
	l = ol_load_file("model.onnx", &o, &err);
	if (!l)
		fail_msg("%s", err.message);
	assert_true(l->complete);
	return l;
}

static int make_folder(void **state)
{
	static char name[] = "/tmp/ol-test-external-XXXXXX";
	char bytes[64];

	if (!mkdtemp(name) || chdir(name))
		return -1;
	for (int i = 0; i < 64; i++)
		bytes[i] = (char)i;
	mkdir("inner", 0755);
	if (chdir("inner"))
		return -1;
	write_file("w.bin", bytes, 64);
	write_file("../outside.bin", bytes, 64);
	mkdir("folder", 0755);
	mkfifo("fifo", 0644);
	if (symlink("w.bin", "inside-link") || symlink("../outside.bin", "outside-link") ||
	    symlink("nothing", "dangling") || symlink("..", "up") || symlink("/dev/zero", "zero"))
		return -1;
	write_file("hard.bin", bytes, 64);
	if (link("hard.bin", "hard2.bin"))
		return -1;
	*state = name;
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const files[] = {
	    "w.bin",	"../outside.bin", "fifo", "inside-link", "outside-link", "dangling",
	    "hard.bin", "hard2.bin",	  "up",	  "zero",	 "model.onnx"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	rmdir("folder");
	return chdir("..") || rmdir("inner") || chdir("/") || rmdir(*(char **)state) ? -1 : 0;
}

static void one_fault(void **state)
{
	static const struct {
		struct entry e[5];
		const char *rule; /* NULL: nothing is wrong */
	} cases[] = {
	    {{{"location", "w.bin"}}, NULL},
	    {{{"location", "./w.bin"}, {"offset", "48"}, {"length", "16"}}, NULL},
	    {{{"offset", "0"}}, "tensor/external-no-location"},
	    {{{"location", ""}}, "tensor/external-no-location"},
	    {{{"location", "none.bin"}}, "tensor/external-missing"},
	    {{{"location", "w.bin/x"}}, "tensor/external-missing"},
	    {{{"location", "dangling"}}, "tensor/external-missing"},
	    {{{"location", "/etc/passwd"}}, "tensor/external-absolute"},
	    {{{"location", "C:/w.bin"}}, "tensor/external-absolute"},
	    {{{"location", "\\\\host\\share"}}, "tensor/external-absolute"},
	    {{{"location", "~/w.bin"}}, "tensor/external-absolute"},
	    {{{"location", "file://w.bin"}}, "tensor/external-absolute"},
	    {{{"location", "../outside.bin"}}, "tensor/external-escapes"},
	    {{{"location", "folder/../w.bin"}}, "tensor/external-escapes"},
	    {{{"location", "..\\outside.bin"}}, "tensor/external-escapes"},
	    {{{"location", "up/outside.bin"}}, "tensor/external-escapes"},
	    {{{"location", "outside-link"}}, "tensor/external-escapes"},
	    {{{"location", "zero"}}, "tensor/external-escapes"},
	    {{{"location", "inside-link"}}, "tensor/external-symlink"},
	    {{{"location", "up/inner/w.bin"}}, "tensor/external-symlink"},
	    {{{"location", "hard.bin"}}, "tensor/external-hardlink"},
	    {{{"location", "folder"}}, "tensor/external-not-regular"},
	    {{{"location", "fifo"}}, "tensor/external-not-regular"},
	    {{{"location", "a\\w.bin"}}, "tensor/external-bad-location"},
	    {{{"location", "w\nbin"}}, "tensor/external-bad-location"},
	    {{{"location", "*/_ORT_MEM_ADDR_/*"}, {"offset", "4096"}}, "tensor/external-in-memory"},
	    {{{"location", "w.bin"}, {"mode", "r"}}, "tensor/external-bad-key"},
	    {{{"location", "w.bin"}, {"location", "w.bin"}}, "tensor/external-bad-key"},
	    {{{"location", "w.bin"}, {"offset", "-1"}}, "tensor/external-bad-number"},
	    {{{"location", "w.bin"}, {"offset", " 1"}}, "tensor/external-bad-number"},
	    {{{"location", "w.bin"}, {"offset", "0x10"}}, "tensor/external-bad-number"},
	    {{{"location", "w.bin"}, {"length", ""}}, "tensor/external-bad-number"},
	    {{{"location", "w.bin"}, {"offset", "18446744073709551600"}},
	     "tensor/external-bad-number"},
	    {{{"location", "w.bin"},
	      {"offset", "9223372036854775807"},
	      {"length", "9223372036854775807"}},
	     "tensor/external-short"},
	    {{{"location", "w.bin"}, {"offset", "49"}, {"length", "16"}}, "tensor/external-short"},
	    {{{"location", "w.bin"}, {"offset", "60"}}, "tensor/external-short"},
	    {{{"location", "w.bin"}, {"length", "15"}}, "tensor/external-length"},
	    {{{"location", "w.bin"}, {"length", "17"}}, "tensor/external-length"},
	    {{{"location", "w.bin"}, {"checksum", "c6138d514ffa2135bfce0ed0b8fac65669917ec7"}},
	     NULL},
	    {{{"location", "w.bin"}, {"checksum", "c6138d514ffa2135bfce0ed0b8fac65669917ec8"}},
	     "tensor/external-checksum"},
	    {{{"location", "w.bin"}, {"checksum", "sha1"}}, "tensor/external-checksum"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ol_buf g = {0};
		struct ol_model *l;

		put_external(&g, "w", cases[i].e);
		l = load_graph(&g, NULL);
		if (!cases[i].rule && l->n_diags)
			fail_msg("case %zu: %s: %s", i, l->diags[0].rule, l->diags[0].message.p);
		if (cases[i].rule &&
		    (l->n_diags != 1 || strcmp(l->diags[0].rule, cases[i].rule) != 0))
			fail_msg("case %zu: %u diags, %s, wanted %s", i, l->n_diags,
				 l->n_diags ? l->diags[0].rule : "none", cases[i].rule);
		if (l->n_diags) {
			assert_int_equal(l->diags[0].place.graph, 0);
			assert_name(l, l->diags[0].place.value, "w");
		}
		ol_model_free(l);
	}
}

/* A link may lead to a folder that was named. */
static void roots(void **state)
{
	const char *const all[] = {"..", NULL};
	struct ol_buf g = {0};
	struct ol_model *l;

	(void)state;
	put_external(&g, "w", (struct entry[]){{"location", "outside-link"}, {NULL, NULL}});
	l = load_graph(&g, all);
	assert_int_equal(l->n_diags, 1);
	assert_diag(l, "tensor/external-symlink", "outside-link");
	assert_true(l->ext_files[0].usable);
	ol_model_free(l);
}

static void overlaps(void **state)
{
	struct ol_buf g = {0};
	struct ol_model *l;
	char byte[16];

	(void)state;
	put_external(&g, "a",
		     (struct entry[]){
			 {"location", "w.bin"}, {"offset", "0"}, {"length", "16"}, {NULL, NULL}});
	put_external(&g, "same",
		     (struct entry[]){
			 {"location", "w.bin"}, {"offset", "0"}, {"length", "16"}, {NULL, NULL}});
	put_external(&g, "next",
		     (struct entry[]){
			 {"location", "w.bin"}, {"offset", "16"}, {"length", "16"}, {NULL, NULL}});
	put_external(
	    &g, "cut",
	    (struct entry[]){
		{"location", "./w.bin"}, {"offset", "24"}, {"length", "16"}, {NULL, NULL}});
	l = load_graph(&g, NULL);
	assert_int_equal(l->n_diags, 1);
	assert_diag(l, "tensor/external-overlap",
		    "tensor 'cut': its bytes 24 to 40 of 'w.bin' overlap those of tensor 'next'");
	assert_int_equal(l->n_ext_files, 2);
	assert_int_equal(ol_load_payload(l, &l->tensors[3], 0, byte, 16, NULL), 0);
	assert_int_equal(byte[0], 24);
	assert_int_equal(ol_load_payload(l, &l->tensors[3], 1, byte, 16, NULL), -1);
	ol_model_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_fault),
	    cmocka_unit_test(roots),
	    cmocka_unit_test(overlaps),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
