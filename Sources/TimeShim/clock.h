// Gateway time for the functions that replace those of the C library.
#ifndef TIME_SHIM_CLOCK_H
#define TIME_SHIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

// Nanoseconds.
typedef int64_t ns;

#define SECOND 1000000000LL
#define NEVER INT64_MAX
#define EXPORT __attribute__((visibility("default")))

// Whether this process follows a gateway's clock. Without one it runs as if nothing were loaded.
bool follows(void);

// Gateway time since the start of the play. It never goes backwards.
ns clock_elapsed(void);

// What a clock showed at the start of the play; NEVER for clocks that are left alone, such as
// those of the processor time.
ns clock_base(clockid_t clock);

// The gateway time, since the start, at which an instant of a clock comes.
ns elapsed_at(clockid_t clock, const struct timespec *instant);

// The gateway time at the end of a wait that begins now. A null pointer is a wait without an end.
ns elapsed_after(const struct timespec *wait);

// Whether that gateway time has come.
bool has_come(ns elapsed);

// How long to wait for it, in real time at the highest rate. A wait that ends before the gateway
// time has come must be repeated: the rate was lower.
struct timespec real_wait(ns elapsed);

// The same as an instant of the kernel's CLOCK_MONOTONIC or CLOCK_REALTIME.
struct timespec real_instant(clockid_t clock, ns elapsed);

// Gateway time left until then; zero when it has come.
struct timespec time_left(ns elapsed);

// A length of gateway time in real time at the highest rate, rounded up, and back.
ns to_real(ns gateway);
ns to_gateway(ns real);

// The clock that an instant is meant for, where a function does not say: the machine has not run
// for sixteen years, and it is later than 1985.
clockid_t clock_of(const struct timespec *instant);

static inline ns in_ns(const struct timespec *time) {
    ns sum;
    if (__builtin_mul_overflow(time->tv_sec, SECOND, &sum) ||
        __builtin_add_overflow(sum, time->tv_nsec, &sum))
        return time->tv_sec < 0 ? INT64_MIN : NEVER;
    return sum;
}

static inline struct timespec as_timespec(ns time) {
    return (struct timespec){.tv_sec = time / SECOND, .tv_nsec = time % SECOND};
}

// Whether the kernel would accept it as a length of time.
static inline bool is_valid(const struct timespec *time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < SECOND;
}

#endif
