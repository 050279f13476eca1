/* clock.h: a deadline that is asked for often and looks at the clock now and then. */
#ifndef OL_UTIL_CLOCK_H
#define OL_UTIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Nanoseconds of the monotonic clock. */
static inline uint64_t ol_clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Is the deadline (0 = none) over? Looks at the clock each time that *since comes to `every`. */
static inline bool ol_clock_over(uint64_t deadline, uint32_t *since, uint32_t every)
{
	if (!deadline || ++*since < every)
		return false;
	*since = 0;
	return ol_clock_now() >= deadline;
}

#endif
