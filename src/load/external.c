/* external.c: TEMPORARY shell until the checks land */
#include "load/walk.h"
int ol_external_check(struct ol_model *m, const struct ol_load_options *o, struct ol_err *err)
{
	(void)m; (void)o; (void)err;
	return 0;
}
int ol_external_read(const struct ol_model *m, const struct ol_tensor *t, uint64_t at, void *to, size_t n,
		     struct ol_err *err)
{
	(void)m; (void)t; (void)at; (void)to; (void)n;
	return ol_err_set(err, OL_ERR_IO, "external data cannot be read yet");
}
