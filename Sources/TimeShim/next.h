// The functions of the C library behind the ones that replace them.
#ifndef TIME_SHIM_NEXT_H
#define TIME_SHIM_NEXT_H

#include <stdatomic.h>

// Looks a function up behind ours; null when this C library does not have it.
void *next_function(_Atomic(void *) *kept, const char *name);

// pthread_cond_timedwait, which x86-64 has twice; the older one must not be found.
void *next_condition_wait(_Atomic(void *) *kept);

// NEXT(poll) is the C library's own poll.
#define NEXT(name)                                                                                 \
    ({                                                                                             \
        static _Atomic(void *) kept;                                                               \
        (__typeof__(&name))next_function(&kept, #name);                                            \
    })

#endif
