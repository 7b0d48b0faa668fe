// The gateway's clock, as fakegw shows it to client programs in a page of shared memory.
//
// Gateway time counts in nanoseconds from the start of a play. It follows the kernel's
// CLOCK_MONOTONIC at a rate that fakegw may change: slower while a program starts.
#ifndef CLOCK_PAGE_H
#define CLOCK_PAGE_H

#include <stdint.h>

// One billion: rates are in billionths, so that they are exact.
#define CLOCK_PAGE_ONE 1000000000LL

// Says that the page is one of ours, and in this layout.
#define CLOCK_PAGE_FORMAT 0x46474b31LL

struct clock_page {
    uint64_t sequence;      // odd while the numbers up to the format change
    int64_t since;          // CLOCK_MONOTONIC at the last change, in nanoseconds
    int64_t elapsed;        // gateway nanoseconds at that moment
    int64_t rate;           // billionths of a gateway second in one real second
    int64_t until;          // CLOCK_MONOTONIC from which on the clock runs as the real one
    int64_t format;
    int64_t fastest;        // the highest rate there will be
    // What each clock of the kernel showed at the start of the play, in nanoseconds.
    int64_t monotonic;
    int64_t realtime;
    int64_t boottime;
    int64_t raw;
    int64_t tai;
};

#endif
