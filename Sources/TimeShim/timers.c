// Timers that the kernel keeps: timerfd, POSIX timers, interval timers and alarms.
//
// They are set in real time at the highest rate. While another program starts, the rate is lower,
// and such a timer is early by that.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "next.h"

// A setting of gateway time in real time: `clock` is the timer's own, the kernel's for instants.
static struct itimerspec real_setting(
    const struct itimerspec *setting, clockid_t clock, bool is_instant) {
    struct itimerspec real = {.it_interval = as_timespec(to_real(in_ns(&setting->it_interval)))};
    bool is_off = setting->it_value.tv_sec == 0 && setting->it_value.tv_nsec == 0;
    if (is_off) return real;
    if (!is_instant) {
        real.it_value = as_timespec(to_real(in_ns(&setting->it_value)));
    } else {
        real.it_value = real_instant(clock, elapsed_at(clock, &setting->it_value));
    }
    return real;
}

static bool is_valid_setting(const struct itimerspec *setting) {
    return setting && is_valid(&setting->it_value) && is_valid(&setting->it_interval);
}

static void to_gateway_setting(struct itimerspec *setting) {
    setting->it_value = as_timespec(to_gateway(in_ns(&setting->it_value)));
    setting->it_interval = as_timespec(to_gateway(in_ns(&setting->it_interval)));
}

// MARK: timerfd

// One more than the clock of each descriptor that was made here; 0 for those that were not.
static _Atomic(unsigned char) clocks[4096];

static clockid_t clock_of_file(int file, const struct itimerspec *setting) {
    unsigned char known = file >= 0 && file < 4096 ? atomic_load(&clocks[file]) : 0;
    return known ? known - 1 : clock_of(&setting->it_value);
}

EXPORT int timerfd_create(clockid_t clock, int flags) {
    int file = NEXT(timerfd_create)(clock, flags);
    if (file >= 0 && file < 4096) atomic_store(&clocks[file], (unsigned char)(clock + 1));
    return file;
}

EXPORT int timerfd_settime(
    int file, int flags, const struct itimerspec *setting, struct itimerspec *before) {
    if (!follows() || !is_valid_setting(setting))
        return NEXT(timerfd_settime)(file, flags, setting, before);
    struct itimerspec real =
        real_setting(setting, clock_of_file(file, setting), flags & TFD_TIMER_ABSTIME);
    int result = NEXT(timerfd_settime)(file, flags, &real, before);
    if (result == 0 && before) to_gateway_setting(before);
    return result;
}

EXPORT int timerfd_gettime(int file, struct itimerspec *setting) {
    int result = NEXT(timerfd_gettime)(file, setting);
    if (result == 0 && follows()) to_gateway_setting(setting);
    return result;
}

// MARK: POSIX timers

// Timers of the processor time, which are left alone. A program has few of them.
static _Atomic(timer_t) left_alone[64];
static atomic_int left_alone_count;

static bool is_left_alone(timer_t timer) {
    int count = atomic_load(&left_alone_count);
    for (int index = 0; index < count && index < 64; index++)
        if (atomic_load(&left_alone[index]) == timer) return true;
    return false;
}

EXPORT int timer_create(
    clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer) {
    int result = NEXT(timer_create)(clock, event, timer);
    if (result == 0 && follows() && clock_base(clock) == NEVER) {
        int index = atomic_fetch_add(&left_alone_count, 1);
        if (index < 64) atomic_store(&left_alone[index], *timer);
    }
    return result;
}

EXPORT int timer_settime(
    timer_t timer, int flags, const struct itimerspec *restrict setting,
    struct itimerspec *restrict before) {
    if (!follows() || is_left_alone(timer) || !is_valid_setting(setting))
        return NEXT(timer_settime)(timer, flags, setting, before);
    struct itimerspec real =
        real_setting(setting, clock_of(&setting->it_value), flags & TIMER_ABSTIME);
    int result = NEXT(timer_settime)(timer, flags, &real, before);
    if (result == 0 && before) to_gateway_setting(before);
    return result;
}

EXPORT int timer_gettime(timer_t timer, struct itimerspec *setting) {
    int result = NEXT(timer_gettime)(timer, setting);
    if (result == 0 && follows() && !is_left_alone(timer)) to_gateway_setting(setting);
    return result;
}

// MARK: Interval timers

static ns timeval_in_ns(struct timeval time) {
    return in_ns(&(struct timespec){.tv_sec = time.tv_sec, .tv_nsec = time.tv_usec * 1000});
}

// Rounded up, so that a short timer is not switched off.
static struct timeval as_timeval(ns time) {
    return (struct timeval){.tv_sec = time / SECOND, .tv_usec = (time % SECOND + 999) / 1000};
}

static struct timeval carried(struct timeval time) {
    if (time.tv_usec < 1000000) return time;
    return (struct timeval){.tv_sec = time.tv_sec + 1, .tv_usec = time.tv_usec - 1000000};
}

static struct timeval real_timeval(struct timeval time) {
    return carried(as_timeval(to_real(timeval_in_ns(time))));
}

static void to_gateway_timer(struct itimerval *timer) {
    timer->it_value = carried(as_timeval(to_gateway(timeval_in_ns(timer->it_value))));
    timer->it_interval = carried(as_timeval(to_gateway(timeval_in_ns(timer->it_interval))));
}

EXPORT int setitimer(
    __itimer_which_t which, const struct itimerval *restrict setting,
    struct itimerval *restrict before) {
    if (!follows() || which != ITIMER_REAL || !setting || setting->it_value.tv_sec < 0)
        return NEXT(setitimer)(which, setting, before);
    struct itimerval real = {
        .it_value = real_timeval(setting->it_value),
        .it_interval = real_timeval(setting->it_interval),
    };
    int result = NEXT(setitimer)(which, &real, before);
    if (result == 0 && before) to_gateway_timer(before);
    return result;
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *setting) {
    int result = NEXT(getitimer)(which, setting);
    if (result == 0 && follows() && which == ITIMER_REAL) to_gateway_timer(setting);
    return result;
}

EXPORT unsigned alarm(unsigned seconds) {
    if (!follows()) return NEXT(alarm)(seconds);
    struct itimerval setting = {.it_value = {.tv_sec = seconds}}, before = {0};
    setitimer(ITIMER_REAL, &setting, &before);
    return (unsigned)before.it_value.tv_sec + (before.it_value.tv_usec > 0);
}

EXPORT useconds_t ualarm(useconds_t wait, useconds_t interval) {
    if (!follows()) return NEXT(ualarm)(wait, interval);
    struct itimerval before = {0}, setting = {
        .it_value = {.tv_sec = wait / 1000000, .tv_usec = wait % 1000000},
        .it_interval = {.tv_sec = interval / 1000000, .tv_usec = interval % 1000000},
    };
    setitimer(ITIMER_REAL, &setting, &before);
    return (useconds_t)(before.it_value.tv_sec * 1000000 + before.it_value.tv_usec);
}
