/* weights.h: what the elements of stored tensors are like: NaN, infinities, zeros, denormals, what float16 or int32 could
 * not hold, least and greatest. One pass over each payload tells all of it.
 *
 * Tensors of up to OL_SMALL_PAYLOAD bytes are in memory anyhow and are looked at when asked for. The others are read by
 * ol_weights_scan only, in several threads, a window at a time. */
#ifndef OL_WEIGHTS_WEIGHTS_H
#define OL_WEIGHTS_WEIGHTS_H

#include "load/model.h"

/* What is counted of elements. The numbers of float16 and int32 are those of a later conversion to them. */
enum ol_stat {
	OL_STAT_NAN,
	OL_STAT_INF,       /* of either sign */
	OL_STAT_ZERO,      /* of either sign */
	OL_STAT_DENORMAL,  /* floats: not zero, and below the type's smallest normal number */
	OL_STAT_PAST16,    /* finite, and float16 would round it to infinity: from 65520 on */
	OL_STAT_TINY16,    /* not zero, and float16 would round it to zero: up to 2^-25 */
	OL_STAT_PAST32,    /* integers that int32 does not hold, but for the bounds of int64 (to within two), which mean "to the end" */
	OL_STAT_COUNT
};

struct ol_stats {
	uint64_t n;                     /* elements */
	uint64_t count[OL_STAT_COUNT];
	uint64_t first[OL_STAT_COUNT];  /* row-major position of the first; for count 0 nothing */
	uint64_t negative_infs;
	bool constant;                  /* all elements have the same bits */
	bool has_range;                 /* some element is finite */
	double min, max;                /* of the finite ones */
	double least_past16;            /* the smallest magnitude of those past float16 */
};

/* What scanning has made of each tensor; opaque rows. */
struct ol_tally;
struct ol_weights {
	const struct ol_model *model;
	struct ol_tally *at;      /* by tensor */
	uint64_t total, done;     /* bytes to read, and read */
	bool late, stopped;       /* the time was over; `tell` said so: some tensors are not known */
};

struct ol_weights_options {
	unsigned threads;     /* 0: one a processor that the process may use */
	uint64_t deadline;    /* ns of the monotonic clock; 0: none */
	/* Map windows of the files instead of copying them: up to three times as fast, but a file that is cut short meanwhile
	 * raises SIGBUS. Only for who owns the process's signals. */
	bool map;
	/* How far it is, from the calling thread, some ten times a second; not 0: stop. May be NULL. */
	int (*tell)(void *user, uint64_t done, uint64_t total);
	void *user;
};

/* Reads the payloads of all tensors. -1: no memory, or a file cannot be read (err has the byte). Free in any case. */
int ol_weights_scan(struct ol_weights *w, const struct ol_model *m, const struct ol_weights_options *o,
		    struct ol_err *err);
void ol_weights_free(struct ol_weights *w);

/* What is known of a tensor's elements; false: nothing (strings, complex numbers; data that is missing, does not fit the
 * shape or was not read). w: NULL when nothing was scanned. */
bool ol_weights_stats(const struct ol_weights *w, const struct ol_model *m, uint32_t tensor, struct ol_stats *to);

/* "[0, 5, 2]": the position of the i-th element, row-major; "[]" for a scalar. */
struct ol_str ol_weights_position(struct ol_arena *a, const struct ol_tensor *t, uint64_t i);

#endif
