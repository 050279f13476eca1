/* date.c: days, for suppressions that expire. */
#include <time.h>

#include "config/config.h"
#include "util/text.h"

/* Days since 1970-01-01 of a date of the Gregorian calendar, counted from March on so that leap
 * days come last. */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, of_era, of_year;

	y -= m <= 2;
	era = y / 400;
	of_era = y - era * 400;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t ol_config_days(struct ol_str s)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t y, m, d;
	bool leap;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    !ol_text_int((struct ol_str){s.p, 4}, &y) ||
	    !ol_text_int((struct ol_str){s.p + 5, 2}, &m) ||
	    !ol_text_int((struct ol_str){s.p + 8, 2}, &d))
		return -1;
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > lengths[m - 1] + (m == 2 && leap))
		return -1;
	return days(y, m, d);
}

int64_t ol_config_today(void)
{
	return (int64_t)time(NULL) / 86400;
}
