// Waits of threads for each other, and of processes.
#define _GNU_SOURCE
#include <errno.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/sem.h>
#include <threads.h>

#include "clock.h"
#include "next.h"

// The call with an instant of the kernel's clock, again while it is over before the gateway's time
// has come.
#define UNTIL(end, clock, is_over, call)                                                           \
    __extension__({                                                                                \
        ns until_end = (end);                                                                      \
        int until_result;                                                                          \
        do {                                                                                       \
            struct timespec target = real_instant(clock, until_end);                               \
            until_result = (call);                                                                 \
        } while ((is_over) && !has_come(until_end));                                               \
        until_result;                                                                              \
    })

static bool is_left_alone(clockid_t clock, const struct timespec *end) {
    return !follows() || !end || clock_base(clock) == NEVER || end->tv_nsec < 0 ||
        end->tv_nsec >= SECOND;
}

EXPORT int sem_clockwait(
    sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict end) {
    if (is_left_alone(clock, end)) return NEXT(sem_clockwait)(semaphore, clock, end);
    return UNTIL(
        elapsed_at(clock, end), CLOCK_MONOTONIC, until_result != 0 && errno == ETIMEDOUT,
        NEXT(sem_clockwait)(semaphore, CLOCK_MONOTONIC, &target));
}

EXPORT int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(sem_timedwait)(semaphore, end);
    return sem_clockwait(semaphore, CLOCK_REALTIME, end);
}

// A wait for a condition is not repeated here: a signal that comes in between would be lost. It
// returns without one, which it may at any time, and the program looks and waits again.
EXPORT int pthread_cond_clockwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
    const struct timespec *restrict end) {
    if (is_left_alone(clock, end))
        return NEXT(pthread_cond_clockwait)(condition, mutex, clock, end);
    ns until = elapsed_at(clock, end);
    struct timespec target = real_instant(CLOCK_MONOTONIC, until);
    int error = NEXT(pthread_cond_clockwait)(condition, mutex, CLOCK_MONOTONIC, &target);
    return error == ETIMEDOUT && !has_come(until) ? 0 : error;
}

EXPORT int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
    const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) {
        // There is an older function of this name that must not be found.
        static _Atomic(void *) kept;
        __typeof__(&pthread_cond_timedwait) next = next_condition_wait(&kept);
        return next(condition, mutex, end);
    }
    return pthread_cond_clockwait(condition, mutex, clock_of(end), end);
}

EXPORT int cnd_timedwait(
    cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(cnd_timedwait)(condition, mutex, end);
    ns until = elapsed_at(CLOCK_REALTIME, end);
    struct timespec target = real_instant(CLOCK_REALTIME, until);
    int result = NEXT(cnd_timedwait)(condition, mutex, &target);
    return result == thrd_timedout && !has_come(until) ? thrd_success : result;
}

EXPORT int pthread_mutex_clocklock(
    pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    if (is_left_alone(clock, end)) return NEXT(pthread_mutex_clocklock)(mutex, clock, end);
    return UNTIL(
        elapsed_at(clock, end), CLOCK_MONOTONIC, until_result == ETIMEDOUT,
        NEXT(pthread_mutex_clocklock)(mutex, CLOCK_MONOTONIC, &target));
}

// With the kernel's CLOCK_REALTIME, because mutexes that inherit priorities know no other clock.
EXPORT int pthread_mutex_timedlock(
    pthread_mutex_t *restrict mutex, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(pthread_mutex_timedlock)(mutex, end);
    return UNTIL(
        elapsed_at(CLOCK_REALTIME, end), CLOCK_REALTIME, until_result == ETIMEDOUT,
        NEXT(pthread_mutex_timedlock)(mutex, &target));
}

EXPORT int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(mtx_timedlock)(mutex, end);
    return UNTIL(
        elapsed_at(CLOCK_REALTIME, end), CLOCK_REALTIME, until_result == thrd_timedout,
        NEXT(mtx_timedlock)(mutex, &target));
}

#define LOCKS_UNTIL(name)                                                                          \
    EXPORT int name(                                                                               \
        pthread_rwlock_t *restrict lock, clockid_t clock, const struct timespec *restrict end) {   \
        if (is_left_alone(clock, end)) return NEXT(name)(lock, clock, end);                        \
        return UNTIL(                                                                              \
            elapsed_at(clock, end), CLOCK_MONOTONIC, until_result == ETIMEDOUT,                    \
            NEXT(name)(lock, CLOCK_MONOTONIC, &target));                                           \
    }

LOCKS_UNTIL(pthread_rwlock_clockrdlock)
LOCKS_UNTIL(pthread_rwlock_clockwrlock)

EXPORT int pthread_rwlock_timedrdlock(
    pthread_rwlock_t *restrict lock, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(pthread_rwlock_timedrdlock)(lock, end);
    return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, end);
}

EXPORT int pthread_rwlock_timedwrlock(
    pthread_rwlock_t *restrict lock, const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end)) return NEXT(pthread_rwlock_timedwrlock)(lock, end);
    return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, end);
}

EXPORT int pthread_clockjoin_np(
    pthread_t thread, void **result, clockid_t clock, const struct timespec *end) {
    if (is_left_alone(clock, end)) return NEXT(pthread_clockjoin_np)(thread, result, clock, end);
    return UNTIL(
        elapsed_at(clock, end), CLOCK_MONOTONIC, until_result == ETIMEDOUT,
        NEXT(pthread_clockjoin_np)(thread, result, CLOCK_MONOTONIC, &target));
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *end) {
    if (is_left_alone(CLOCK_REALTIME, end))
        return NEXT(pthread_timedjoin_np)(thread, result, end);
    return pthread_clockjoin_np(thread, result, CLOCK_REALTIME, end);
}

EXPORT int semtimedop(
    int set, struct sembuf *operations, size_t count, const struct timespec *wait) {
    if (!wait || !follows() || !is_valid(wait))
        return NEXT(semtimedop)(set, operations, count, wait);
    ns end = elapsed_after(wait);
    int result;
    do {
        struct timespec real = real_wait(end);
        result = NEXT(semtimedop)(set, operations, count, &real);
    } while (result != 0 && errno == EAGAIN && !has_come(end));
    return result;
}

EXPORT ssize_t mq_timedreceive(
    mqd_t queue, char *restrict message, size_t size, unsigned *restrict priority,
    const struct timespec *restrict end) {
    if (is_left_alone(CLOCK_REALTIME, end))
        return NEXT(mq_timedreceive)(queue, message, size, priority, end);
    ns until = elapsed_at(CLOCK_REALTIME, end);
    ssize_t count;
    do {
        struct timespec target = real_instant(CLOCK_REALTIME, until);
        count = NEXT(mq_timedreceive)(queue, message, size, priority, &target);
    } while (count < 0 && errno == ETIMEDOUT && !has_come(until));
    return count;
}

EXPORT int mq_timedsend(
    mqd_t queue, const char *message, size_t size, unsigned priority,
    const struct timespec *end) {
    if (is_left_alone(CLOCK_REALTIME, end))
        return NEXT(mq_timedsend)(queue, message, size, priority, end);
    return UNTIL(
        elapsed_at(CLOCK_REALTIME, end), CLOCK_REALTIME, until_result != 0 && errno == ETIMEDOUT,
        NEXT(mq_timedsend)(queue, message, size, priority, &target));
}
