#define _GNU_SOURCE
#include "clock.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock_page.h"
#include "next.h"

// Null until it was looked for. A process that follows no clock has `no_page`.
static _Atomic(const struct clock_page *) page;
static const struct clock_page no_page;
// The latest time that was told, so that none before it is told again.
static _Atomic int64_t latest;

// Other libraries may ask for the time before this one was started, so everything looks for the
// page at its first use. Two threads may look at once and find the same.
static const struct clock_page *find_page(void) {
    const struct clock_page *found = &no_page;
    int code = errno;
    const char *path = getenv("FAKEGW_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *memory = mmap(NULL, sizeof(struct clock_page), PROT_READ, MAP_SHARED, file, 0);
        if (memory != MAP_FAILED && ((struct clock_page *)memory)->format == CLOCK_PAGE_FORMAT)
            found = memory;
        close(file);
    }
    errno = code;
    atomic_store_explicit(&page, found, memory_order_release);
    return found;
}

static const struct clock_page *the_page(void) {
    const struct clock_page *known = atomic_load_explicit(&page, memory_order_acquire);
    return known ? known : find_page();
}

bool follows(void) { return the_page() != &no_page; }

void *next_function(_Atomic(void *) *kept, const char *name) {
    void *found = atomic_load_explicit(kept, memory_order_acquire);
    if (!found) {
        found = dlsym(RTLD_NEXT, name);
        atomic_store_explicit(kept, found, memory_order_release);
    }
    return found;
}

void *next_condition_wait(_Atomic(void *) *kept) {
    void *found = atomic_load_explicit(kept, memory_order_acquire);
    if (found) return found;
    found = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!found) return next_function(kept, "pthread_cond_timedwait");
    atomic_store_explicit(kept, found, memory_order_release);
    return found;
}

// The kernel's clock. While the C library's function is looked up, memory may be allocated, and an
// allocator may ask for the time: it stands still for that moment.
static ns kernel_clock(clockid_t clock) {
    static __thread bool is_looking;
    static _Atomic(void *) kept;
    struct timespec time = {0};
    if (is_looking) return the_page()->since;
    is_looking = true;
    __typeof__(&clock_gettime) next = next_function(&kept, "clock_gettime");
    is_looking = false;
    next(clock, &time);
    return in_ns(&time);
}

// a * b / c, rounded down, without loss in between.
static ns scaled(ns a, ns b, ns c) {
    __int128 product = (__int128)a * b;
    __int128 result = product / c;
    if (product % c != 0 && (product < 0) != (c < 0)) result -= 1;
    if (result > INT64_MAX) return INT64_MAX;
    if (result < INT64_MIN) return INT64_MIN;
    return (ns)result;
}

ns clock_elapsed(void) {
    const struct clock_page *clock = the_page();
    ns now = kernel_clock(CLOCK_MONOTONIC);
    ns since, elapsed, rate, until;
    uint64_t before, after;
    do {
        before = __atomic_load_n(&clock->sequence, __ATOMIC_ACQUIRE);
        since = __atomic_load_n(&clock->since, __ATOMIC_RELAXED);
        elapsed = __atomic_load_n(&clock->elapsed, __ATOMIC_RELAXED);
        rate = __atomic_load_n(&clock->rate, __ATOMIC_RELAXED);
        until = __atomic_load_n(&clock->until, __ATOMIC_RELAXED);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        after = __atomic_load_n(&clock->sequence, __ATOMIC_RELAXED);
    } while (before != after || before & 1);
    ns fast = now < until ? now : until;
    ns time = fast > since ? elapsed + scaled(fast - since, rate, CLOCK_PAGE_ONE) : elapsed;
    if (now > until) time += now - until;
    int64_t told = atomic_load_explicit(&latest, memory_order_relaxed);
    while (told < time && !atomic_compare_exchange_weak(&latest, &told, time)) {}
    return told > time ? told : time;
}

ns clock_base(clockid_t clock) {
    const struct clock_page *known = the_page();
    switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE: return known->monotonic;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM: return known->realtime;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: return known->boottime;
    case CLOCK_MONOTONIC_RAW: return known->raw;
    case CLOCK_TAI: return known->tai;
    default: return NEVER;
    }
}

ns elapsed_at(clockid_t clock, const struct timespec *instant) {
    ns at = in_ns(instant), elapsed;
    if (at == NEVER) return NEVER;
    return __builtin_sub_overflow(at, clock_base(clock), &elapsed) ? INT64_MIN : elapsed;
}

ns elapsed_after(const struct timespec *wait) {
    ns end;
    if (!wait || __builtin_add_overflow(clock_elapsed(), in_ns(wait), &end)) return NEVER;
    return end;
}

bool has_come(ns elapsed) { return elapsed != NEVER && clock_elapsed() >= elapsed; }

ns to_real(ns gateway) {
    return gateway <= 0 ? gateway : -scaled(-gateway, CLOCK_PAGE_ONE, the_page()->fastest);
}

ns to_gateway(ns real) { return scaled(real, the_page()->fastest, CLOCK_PAGE_ONE); }

// Gateway nanoseconds until then, not below zero.
static ns left(ns elapsed) {
    ns now = clock_elapsed();
    return elapsed > now ? elapsed - now : 0;
}

// A century is as good as for ever, and the kernel accepts it.
static ns within_reason(ns wait) {
    const ns century = 100LL * 365 * 86400 * SECOND / 2;
    return wait < century ? wait : century;
}

struct timespec real_wait(ns elapsed) {
    return as_timespec(within_reason(to_real(left(elapsed))));
}

struct timespec real_instant(clockid_t clock, ns elapsed) {
    ns wait = within_reason(to_real(left(elapsed)));
    return as_timespec(kernel_clock(clock) + wait);
}

struct timespec time_left(ns elapsed) { return as_timespec(left(elapsed)); }

clockid_t clock_of(const struct timespec *instant) {
    return instant->tv_sec < 500000000 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}
