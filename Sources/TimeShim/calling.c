// System calls that a program makes by their number, as Rust does for its locks.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "next.h"

// A futex wait: relative for FUTEX_WAIT, until an instant for the others. The kernel looks at the
// word again at each repetition.
static long futex(const long *a) {
    const struct timespec *time = (const struct timespec *)a[3];
    int command = (int)a[1] & FUTEX_CMD_MASK;
    bool is_wait = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET ||
        command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2 || command == FUTEX_WAIT_REQUEUE_PI;
    if (!is_wait || !time || !is_valid(time))
        return NEXT(syscall)(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
    bool is_length = command == FUTEX_WAIT;
    clockid_t clock = a[1] & FUTEX_CLOCK_REALTIME || command == FUTEX_LOCK_PI
        ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    ns end = is_length ? elapsed_after(time) : elapsed_at(clock, time);
    long result;
    do {
        struct timespec real = is_length ? real_wait(end) : real_instant(clock, end);
        result = NEXT(syscall)(SYS_futex, a[0], a[1], a[2], &real, a[4], a[5]);
    } while (result < 0 && errno == ETIMEDOUT && !has_come(end));
    return result;
}

#ifdef SYS_futex_waitv
static long futex_waitv(const long *a) {
    const struct timespec *time = (const struct timespec *)a[3];
    clockid_t clock = (clockid_t)a[4];
    if (!time || !is_valid(time) || clock_base(clock) == NEVER)
        return NEXT(syscall)(SYS_futex_waitv, a[0], a[1], a[2], a[3], a[4], a[5]);
    ns end = elapsed_at(clock, time);
    long result;
    do {
        struct timespec real = real_instant(clock, end);
        result = NEXT(syscall)(SYS_futex_waitv, a[0], a[1], a[2], &real, a[4], a[5]);
    } while (result < 0 && errno == ETIMEDOUT && !has_come(end));
    return result;
}
#endif

// clock_nanosleep returns its error instead of setting errno.
static long with_errno(int error) {
    if (!error) return 0;
    errno = error;
    return -1;
}

EXPORT long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (int index = 0; index < 6; index++) a[index] = va_arg(list, long);
    va_end(list);
    if (follows()) switch (number) {
    case SYS_futex: return futex(a);
#ifdef SYS_futex_waitv
    case SYS_futex_waitv: return futex_waitv(a);
#endif
    case SYS_clock_gettime: return clock_gettime((clockid_t)a[0], (struct timespec *)a[1]);
    case SYS_gettimeofday: return gettimeofday((struct timeval *)a[0], (void *)a[1]);
#ifdef SYS_time
    case SYS_time: return time((time_t *)a[0]);
#endif
    case SYS_nanosleep:
        return nanosleep((const struct timespec *)a[0], (struct timespec *)a[1]);
    case SYS_clock_nanosleep:
        return with_errno(clock_nanosleep(
            (clockid_t)a[0], (int)a[1], (const struct timespec *)a[2],
            (struct timespec *)a[3]));
#ifdef SYS_poll
    case SYS_poll: return poll((struct pollfd *)a[0], (nfds_t)a[1], (int)a[2]);
#endif
    case SYS_ppoll:
        return ppoll(
            (struct pollfd *)a[0], (nfds_t)a[1], (const struct timespec *)a[2],
            (const sigset_t *)a[3]);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
        return epoll_wait((int)a[0], (struct epoll_event *)a[1], (int)a[2], (int)a[3]);
#endif
    case SYS_epoll_pwait:
        return epoll_pwait(
            (int)a[0], (struct epoll_event *)a[1], (int)a[2], (int)a[3], (const sigset_t *)a[4]);
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
        return epoll_pwait2(
            (int)a[0], (struct epoll_event *)a[1], (int)a[2], (const struct timespec *)a[3],
            (const sigset_t *)a[4]);
#endif
    case SYS_timerfd_create: return timerfd_create((clockid_t)a[0], (int)a[1]);
    case SYS_timerfd_settime:
        return timerfd_settime(
            (int)a[0], (int)a[1], (const struct itimerspec *)a[2], (struct itimerspec *)a[3]);
    case SYS_timerfd_gettime: return timerfd_gettime((int)a[0], (struct itimerspec *)a[1]);
    default: break;
    }
    return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
