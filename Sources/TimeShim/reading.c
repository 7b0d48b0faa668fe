// Clocks that are read.
#define _GNU_SOURCE
#include <sys/time.h>
#include <sys/times.h>
#include <threads.h>
#include <unistd.h>

#include "clock.h"
#include "next.h"

EXPORT int clock_gettime(clockid_t clock, struct timespec *time) {
    ns base = follows() ? clock_base(clock) : NEVER;
    if (base == NEVER) return NEXT(clock_gettime)(clock, time);
    *time = as_timespec(base + clock_elapsed());
    return 0;
}

EXPORT int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    if (!follows()) return NEXT(gettimeofday)(time, zone);
    if (zone) NEXT(gettimeofday)(time, zone);
    ns now = clock_base(CLOCK_REALTIME) + clock_elapsed();
    time->tv_sec = now / SECOND;
    time->tv_usec = now % SECOND / 1000;
    return 0;
}

EXPORT time_t time(time_t *kept) {
    if (!follows()) return NEXT(time)(kept);
    time_t now = (clock_base(CLOCK_REALTIME) + clock_elapsed()) / SECOND;
    if (kept) *kept = now;
    return now;
}

EXPORT int timespec_get(struct timespec *time, int base) {
    if (!follows() || base != TIME_UTC) return NEXT(timespec_get)(time, base);
    clock_gettime(CLOCK_REALTIME, time);
    return base;
}

// The processor times in it are left alone; only the result is a clock.
EXPORT clock_t times(struct tms *used) {
    clock_t ticks = NEXT(times)(used);
    if (!follows() || ticks == (clock_t)-1) return ticks;
    return (clock_base(CLOCK_BOOTTIME) + clock_elapsed()) / (SECOND / sysconf(_SC_CLK_TCK));
}
