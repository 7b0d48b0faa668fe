// Sleeps, and waits for descriptors and signals.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <threads.h>
#include <unistd.h>

#include "clock.h"
#include "next.h"

// Sleeps until then. Returns 0, or the error number of clock_nanosleep.
static int sleep_until(ns end) {
    do {
        struct timespec target = real_instant(CLOCK_MONOTONIC, end);
        int error = NEXT(clock_nanosleep)(CLOCK_MONOTONIC, TIMER_ABSTIME, &target, NULL);
        if (error) return error;
    } while (!has_come(end));
    return 0;
}

EXPORT int clock_nanosleep(
    clockid_t clock, int flags, const struct timespec *time, struct timespec *rest) {
    if (!follows() || clock_base(clock) == NEVER || !is_valid(time))
        return NEXT(clock_nanosleep)(clock, flags, time, rest);
    ns end = flags & TIMER_ABSTIME ? elapsed_at(clock, time) : elapsed_after(time);
    int error = sleep_until(end);
    if (error == EINTR && rest && !(flags & TIMER_ABSTIME)) *rest = time_left(end);
    return error;
}

EXPORT int nanosleep(const struct timespec *time, struct timespec *rest) {
    if (!follows() || !is_valid(time)) return NEXT(nanosleep)(time, rest);
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, time, rest);
    if (!error) return 0;
    errno = error;
    return -1;
}

EXPORT int usleep(useconds_t wait) {
    struct timespec time = as_timespec((ns)wait * 1000);
    return nanosleep(&time, NULL);
}

EXPORT unsigned sleep(unsigned seconds) {
    struct timespec time = {.tv_sec = seconds}, rest = {0};
    int code = errno;
    if (nanosleep(&time, &rest) == 0) return 0;
    if (errno == EINTR) errno = code;
    return (unsigned)rest.tv_sec + (rest.tv_nsec > 0);
}

EXPORT int thrd_sleep(const struct timespec *time, struct timespec *rest) {
    if (!follows()) return NEXT(thrd_sleep)(time, rest);
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, time, rest);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

static int poll_until(struct pollfd *files, nfds_t count, ns end, const sigset_t *mask) {
    int ready;
    do {
        struct timespec wait = real_wait(end);
        ready = NEXT(ppoll)(files, count, &wait, mask);
    } while (ready == 0 && !has_come(end));
    return ready;
}

EXPORT int poll(struct pollfd *files, nfds_t count, int milliseconds) {
    if (milliseconds <= 0 || !follows()) return NEXT(poll)(files, count, milliseconds);
    return poll_until(files, count, clock_elapsed() + milliseconds * 1000000LL, NULL);
}

EXPORT int ppoll(
    struct pollfd *files, nfds_t count, const struct timespec *wait, const sigset_t *mask) {
    if (!wait || !follows() || !is_valid(wait)) return NEXT(ppoll)(files, count, wait, mask);
    return poll_until(files, count, elapsed_after(wait), mask);
}

// What programs call that were compiled with _FORTIFY_SOURCE.
EXPORT int __poll_chk(struct pollfd *files, nfds_t count, int milliseconds, size_t size) {
    if (size / sizeof *files < count) abort();
    return poll(files, count, milliseconds);
}

EXPORT int __ppoll_chk(
    struct pollfd *files, nfds_t count, const struct timespec *wait, const sigset_t *mask,
    size_t size) {
    if (size / sizeof *files < count) abort();
    return ppoll(files, count, wait, mask);
}

// The three sets of select, kept so that a wait can be repeated.
struct sets {
    size_t size;
    fd_set *sets[3];
    unsigned char kept[3][8192];
};

static bool keep(struct sets *kept, int count) {
    kept->size = ((size_t)(count > 0 ? count : 0) + 63) / 64 * 8;
    if (kept->size > sizeof kept->kept[0]) return false;
    for (int index = 0; index < 3; index++)
        if (kept->sets[index]) memcpy(kept->kept[index], kept->sets[index], kept->size);
    return true;
}

static void put_back(const struct sets *kept) {
    for (int index = 0; index < 3; index++)
        if (kept->sets[index]) memcpy(kept->sets[index], kept->kept[index], kept->size);
}

static int select_until(
    int count, fd_set *reads, fd_set *writes, fd_set *others, ns end, const sigset_t *mask) {
    struct sets kept = {.sets = {reads, writes, others}};
    bool repeats = keep(&kept, count);
    for (;;) {
        struct timespec wait = real_wait(end);
        int ready = NEXT(pselect)(count, reads, writes, others, &wait, mask);
        if (ready != 0 || !repeats || has_come(end)) return ready;
        put_back(&kept);
    }
}

EXPORT int select(
    int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict others,
    struct timeval *restrict wait) {
    if (!wait || !follows() || wait->tv_sec < 0 || wait->tv_usec < 0)
        return NEXT(select)(count, reads, writes, others, wait);
    struct timespec time = {.tv_sec = wait->tv_sec, .tv_nsec = wait->tv_usec * 1000};
    ns end = elapsed_after(&time);
    int ready = select_until(count, reads, writes, others, end, NULL);
    int code = errno;
    struct timespec rest = time_left(end);
    wait->tv_sec = rest.tv_sec;
    wait->tv_usec = rest.tv_nsec / 1000;
    errno = code;
    return ready;
}

EXPORT int pselect(
    int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict others,
    const struct timespec *restrict wait, const sigset_t *restrict mask) {
    if (!wait || !follows() || !is_valid(wait))
        return NEXT(pselect)(count, reads, writes, others, wait, mask);
    return select_until(count, reads, writes, others, elapsed_after(wait), mask);
}

// Kernels before 5.11 wait for whole milliseconds only.
static int wait_once(
    int epoll, struct epoll_event *events, int count, const struct timespec *wait,
    const sigset_t *mask) {
#ifdef SYS_epoll_pwait2
    static atomic_bool is_missing;
    if (!atomic_load(&is_missing)) {
        int ready =
            (int)NEXT(syscall)(SYS_epoll_pwait2, epoll, events, count, wait, mask, _NSIG / 8);
        if (ready >= 0 || errno != ENOSYS) return ready;
        atomic_store(&is_missing, true);
    }
#endif
    ns milliseconds = (in_ns(wait) + 999999) / 1000000;
    return NEXT(epoll_pwait)(
        epoll, events, count, milliseconds < 1 << 30 ? (int)milliseconds : 1 << 30, mask);
}

static int epoll_until(
    int epoll, struct epoll_event *events, int count, ns end, const sigset_t *mask) {
    int ready;
    do {
        struct timespec wait = real_wait(end);
        ready = wait_once(epoll, events, count, &wait, mask);
    } while (ready == 0 && !has_come(end));
    return ready;
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count, int milliseconds) {
    if (milliseconds <= 0 || !follows())
        return NEXT(epoll_wait)(epoll, events, count, milliseconds);
    return epoll_until(epoll, events, count, clock_elapsed() + milliseconds * 1000000LL, NULL);
}

EXPORT int epoll_pwait(
    int epoll, struct epoll_event *events, int count, int milliseconds, const sigset_t *mask) {
    if (milliseconds <= 0 || !follows())
        return NEXT(epoll_pwait)(epoll, events, count, milliseconds, mask);
    return epoll_until(epoll, events, count, clock_elapsed() + milliseconds * 1000000LL, mask);
}

EXPORT int epoll_pwait2(
    int epoll, struct epoll_event *events, int count, const struct timespec *wait,
    const sigset_t *mask) {
    if (!wait || !follows() || !is_valid(wait))
        return NEXT(epoll_pwait2)(epoll, events, count, wait, mask);
    return epoll_until(epoll, events, count, elapsed_after(wait), mask);
}

EXPORT int sigtimedwait(
    const sigset_t *restrict signals, siginfo_t *restrict info,
    const struct timespec *restrict wait) {
    if (!wait || !follows() || !is_valid(wait)) return NEXT(sigtimedwait)(signals, info, wait);
    ns end = elapsed_after(wait);
    int number;
    do {
        struct timespec real = real_wait(end);
        number = NEXT(sigtimedwait)(signals, info, &real);
    } while (number < 0 && errno == EAGAIN && !has_come(end));
    return number;
}
