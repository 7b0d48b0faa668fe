// Tells fakegw whether a program can follow its clock, before the program itself begins.
//
// With FAKEGW_CLOCK_PROBE set the process ends here, and prints "follows" or what is wrong.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

static void answer(const char *text) {
    ssize_t count = write(STDOUT_FILENO, text, strlen(text));
    _exit(count < 0);
}

// Whether calls of the program come here.
static bool is_first(const char *name, void *ours) { return dlsym(RTLD_DEFAULT, name) == ours; }

static ns time_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return in_ns(&time);
}

__attribute__((constructor)) static void probe(void) {
    // Found now, before the program has threads and signal handlers.
    follows();
    time_of(CLOCK_MONOTONIC);
    if (!getenv("FAKEGW_CLOCK_PROBE")) return;
    if (!follows()) answer("it cannot open the gateway's clock\n");
    if (!is_first("clock_gettime", (void *)clock_gettime) ||
        !is_first("sem_clockwait", (void *)sem_clockwait))
        answer("another library that is loaded before it replaces the clock\n");

    const ns wait = to_gateway(2000000);
    // In this order: the wait is measured from the second, and on a busy machine much time passes
    // between two lines. What was read first has then gone on for longer.
    ns realtime = time_of(CLOCK_REALTIME);
    ns monotonic = time_of(CLOCK_MONOTONIC);
    struct timespec length = as_timespec(wait);
    if (nanosleep(&length, NULL) != 0) answer("it cannot sleep\n");
    struct timespec end = as_timespec(monotonic + 2 * wait);
    sem_t never;
    sem_init(&never, 0, 0);
    if (sem_clockwait(&never, CLOCK_MONOTONIC, &end) == 0 || errno != ETIMEDOUT)
        answer("it cannot wait for a semaphore\n");
    if (time_of(CLOCK_MONOTONIC) - monotonic < 2 * wait ||
        time_of(CLOCK_REALTIME) - realtime < 2 * wait)
        answer("its waits end too early\n");
    answer("follows\n");
}
