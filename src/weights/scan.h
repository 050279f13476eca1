/* scan.h: between scan.c and read.c: one scan and its workers. */
#ifndef OL_WEIGHTS_SCAN_H
#define OL_WEIGHTS_SCAN_H

#include <stdatomic.h>

#include "weights/tally.h"

struct ol_scan {
	const struct ol_model *m;
	const struct ol_weights_options *o;
	const struct ol_kernel *kernel;
	uint64_t deadline; /* ns of the monotonic clock; 0: none */
	size_t page;
	atomic_bool over;  /* stop: an error, the time, or who was told */
	atomic_bool late, stopped;
	_Atomic uint64_t done;
	uint64_t total;
};

/* What a thread has to itself. */
struct ol_reader {
	struct ol_scan *scan;
	uint8_t *buffer; /* OL_SCAN_BUFFER bytes, made when first needed */
	bool tells;	 /* the calling thread: only it calls `tell` */
	uint64_t told;	 /* when */
};

/* What is read between two looks at the clock; it still is in the second-level cache when it is looked at. */
enum { OL_SCAN_BUFFER = 1 << 20 };
/* Whole groups of 6-bit elements (3 bytes) and of pages. */
enum { OL_SCAN_WINDOW = 12 << 20 };

/* A part of a tensor's payload; a list of varints is one part. */
struct ol_scan_part {
	uint32_t tensor;
	uint64_t offset, bytes; /* in its stored bytes */
	uint64_t at, n;		/* elements */
	bool varints;
};

/* Counts n bytes as done; false: stop. */
bool ol_scan_go_on(struct ol_reader *r, uint64_t n);
/* Reads a part and tallies it. -1 with err; when it was stopped, 1. */
int ol_scan_read(struct ol_reader *r, const struct ol_scan_part *part, struct ol_tally *to, struct ol_err *err);

#endif
