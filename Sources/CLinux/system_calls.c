#define _GNU_SOURCE
#include "CLinux.h"

#include <stddef.h>
#include <sys/syscall.h>

struct call {
    long number;
    const char *name;
};

#define CALL(name) {SYS_##name, #name}

// Calls in which a thread can stay for long. Not every processor has all of them.
static const struct call calls[] = {
    CALL(read),      CALL(readv),      CALL(pread64),     CALL(write),       CALL(writev),
    CALL(pwrite64),  CALL(sendfile),   CALL(splice),      CALL(connect),     CALL(accept),
    CALL(accept4),   CALL(recvfrom),   CALL(recvmsg),     CALL(recvmmsg),    CALL(sendto),
    CALL(sendmsg),   CALL(sendmmsg),   CALL(pselect6),    CALL(ppoll),       CALL(epoll_pwait),
    CALL(futex),     CALL(nanosleep),  CALL(clock_nanosleep), CALL(wait4),   CALL(waitid),
    CALL(flock),     CALL(fcntl),      CALL(ioctl),       CALL(openat),      CALL(close),
    CALL(fsync),     CALL(fdatasync),  CALL(execve),      CALL(exit),        CALL(exit_group),
    CALL(io_getevents),                CALL(rt_sigsuspend),                  CALL(rt_sigtimedwait),
    CALL(restart_syscall),             CALL(mmap),        CALL(munmap),      CALL(clone),
    CALL(msgrcv),    CALL(msgsnd),     CALL(semtimedop),  CALL(getrandom),   CALL(sched_yield),
#ifdef SYS_poll
    CALL(poll),
#endif
#ifdef SYS_select
    CALL(select),
#endif
#ifdef SYS_epoll_wait
    CALL(epoll_wait),
#endif
#ifdef SYS_epoll_pwait2
    CALL(epoll_pwait2),
#endif
#ifdef SYS_pause
    CALL(pause),
#endif
#ifdef SYS_open
    CALL(open),
#endif
#ifdef SYS_vfork
    CALL(vfork),
#endif
#ifdef SYS_fork
    CALL(fork),
#endif
#ifdef SYS_clone3
    CALL(clone3),
#endif
#ifdef SYS_futex_waitv
    CALL(futex_waitv),
#endif
#ifdef SYS_io_uring_enter
    CALL(io_uring_enter),
#endif
};

const char *clinux_system_call(long number) {
    for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
        if (calls[index].number == number) return calls[index].name;
    }
    return NULL;
}
