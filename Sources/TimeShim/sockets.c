// Time limits of sockets, which the kernel keeps.
//
// The kernel measures them in ticks of up to ten milliseconds of real time.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "clock.h"
#include "next.h"

static bool is_limit(int level, int option) {
    return level == SOL_SOCKET &&
        (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
}

EXPORT int setsockopt(
    int socket, int level, int option, const void *value, socklen_t size) {
    struct timeval limit;
    if (!follows() || !is_limit(level, option) || !value || size < sizeof limit)
        return NEXT(setsockopt)(socket, level, option, value, size);
    memcpy(&limit, value, sizeof limit);
    struct timespec time = {.tv_sec = limit.tv_sec, .tv_nsec = limit.tv_usec * 1000};
    if (!is_valid(&time)) return NEXT(setsockopt)(socket, level, option, value, size);
    ns real = (to_real(in_ns(&time)) + 999) / 1000;
    limit = (struct timeval){.tv_sec = real / 1000000, .tv_usec = real % 1000000};
    return NEXT(setsockopt)(socket, level, option, &limit, sizeof limit);
}

EXPORT int getsockopt(
    int socket, int level, int option, void *restrict value, socklen_t *restrict size) {
    int result = NEXT(getsockopt)(socket, level, option, value, size);
    struct timeval limit;
    if (result != 0 || !follows() || !is_limit(level, option) || *size != sizeof limit)
        return result;
    memcpy(&limit, value, sizeof limit);
    struct timespec time = {.tv_sec = limit.tv_sec, .tv_nsec = limit.tv_usec * 1000};
    ns gateway = to_gateway(in_ns(&time));
    limit = (struct timeval){.tv_sec = gateway / SECOND, .tv_usec = gateway % SECOND / 1000};
    memcpy(value, &limit, sizeof limit);
    return result;
}

EXPORT int recvmmsg(
    int socket, struct mmsghdr *messages, unsigned count, int flags, struct timespec *wait) {
    if (!wait || !follows() || !is_valid(wait))
        return NEXT(recvmmsg)(socket, messages, count, flags, wait);
    ns end = elapsed_after(wait);
    struct timespec real = real_wait(end);
    int result = NEXT(recvmmsg)(socket, messages, count, flags, &real);
    int code = errno;
    *wait = time_left(end);
    errno = code;
    return result;
}
