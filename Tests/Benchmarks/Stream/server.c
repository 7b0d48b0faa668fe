/* A market data server as one writes it in C: epoll, a timer, one write a step.
 *
 *   server FORMAT LINES MICROSECONDS
 *
 * FORMAT is "snprintf" (what most programs use) or "digits" (hand-written conversion of numbers, as
 * fast as it gets). Prints its port, serves one client after its first byte, and ends with it.
 * Every step each line gets what half a second of fakegw's market changes on a line, in the same
 * proportions: the volume always, sizes every other time, prices and the exchanges
 * at them nearly every other time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MAX_LINES = 1000, MAX_FRAME = 96, FRAMES_PER_LINE = 8 };

struct line {
    long id, cents, volume, bid_size, ask_size, last_size;
};

static struct line lines[MAX_LINES];
static int line_count;
static uint64_t random_state = 1;
static char buffer[2 * MAX_LINES * MAX_FRAME * FRAMES_PER_LINE];
static size_t filled, sent;

static uint64_t draw(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void frame_length(char *frame, const char *end) {
    uint32_t length = htonl((uint32_t)(end - frame - 4));
    memcpy(frame, &length, 4);
}

/* Formatting by snprintf. */

static char *price_by_snprintf(char *frame, long id, int type, long cents, long size, int mask) {
    int count = snprintf(frame + 4, MAX_FRAME - 4, "1%c6%c%ld%c%d%c%.2f%c%ld%c%d", 0, 0, id, 0,
                         type, 0, (double)cents / 100, 0, size, 0, mask);
    char *end = frame + 4 + count + 1;
    frame_length(frame, end);
    return end;
}

static char *size_by_snprintf(char *frame, int message, long id, int type, long size) {
    int count =
        snprintf(frame + 4, MAX_FRAME - 4, "%d%c6%c%ld%c%d%c%ld", message, 0, 0, id, 0, type, 0, size);
    char *end = frame + 4 + count + 1;
    frame_length(frame, end);
    return end;
}

/* Formatting by hand. */

static char *digits(char *to, unsigned long number) {
    char reversed[20];
    int count = 0;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) *to++ = reversed[--count];
    return to;
}

static char *field(char *to, unsigned long number) {
    to = digits(to, number);
    *to++ = 0;
    return to;
}

static char *price_by_hand(char *frame, long id, int type, long cents, long size, int mask) {
    char *to = frame + 4;
    memcpy(to, "1\0006\0", 4);
    to = field(to + 4, (unsigned long)id);
    to = field(to, (unsigned long)type);
    to = digits(to, (unsigned long)cents / 100);
    int rest = (int)(cents % 100);
    if (rest) {
        *to++ = '.';
        *to++ = (char)('0' + rest / 10);
        if (rest % 10) *to++ = (char)('0' + rest % 10);
    }
    *to++ = 0;
    to = field(to, (unsigned long)size);
    to = field(to, (unsigned long)mask);
    frame_length(frame, to);
    return to;
}

static char *size_by_hand(char *frame, int message, long id, int type, long size) {
    char *to = field(frame + 4, (unsigned long)message);
    memcpy(to, "6\0", 2);
    to = field(to + 2, (unsigned long)id);
    to = field(to, (unsigned long)type);
    to = field(to, (unsigned long)size);
    frame_length(frame, to);
    return to;
}

/* Which exchanges stand at a price, a letter each. */
static const char *exchanges(uint64_t chance, char *to, int most) {
    int count = 1 + (int)(chance % (uint64_t)most), index;
    for (index = 0; index < count; index++) to[index] = "ABCIJKMNPQVXZ"[(chance >> 8 * index) % 13];
    to[count] = 0;
    return to;
}

static char *text_by_hand(char *frame, long id, int type, const char *text) {
    char *to = frame + 4;
    memcpy(to, "46\0006\0", 5);
    to = field(to + 5, (unsigned long)id);
    to = field(to, (unsigned long)type);
    while (*text) *to++ = *text++;
    *to++ = 0;
    frame_length(frame, to);
    return to;
}

static char *text_by_snprintf(char *frame, long id, int type, const char *text) {
    int count = snprintf(
        frame + 4, MAX_FRAME - 4, "46%c6%c%ld%c%d%c%s", 0, 0, id, 0, type, 0, text);
    char *end = frame + 4 + count + 1;
    frame_length(frame, end);
    return end;
}

static int by_hand;

static char *put_text(char *to, long id, int type, const char *text) {
    return by_hand ? text_by_hand(to, id, type, text) : text_by_snprintf(to, id, type, text);
}

static char *put_price(char *to, long id, int type, long cents, long size, int mask) {
    return by_hand ? price_by_hand(to, id, type, cents, size, mask)
                   : price_by_snprintf(to, id, type, cents, size, mask);
}

static char *put_size(char *to, int message, long id, int type, long size) {
    return by_hand ? size_by_hand(to, message, id, type, size)
                   : size_by_snprintf(to, message, id, type, size);
}

/* One step: what changed on every line, gathered for one write. */
static void step(long number) {
    char *to = buffer + filled;
    for (int index = 0; index < line_count; index++) {
        struct line *line = &lines[index];
        uint64_t chance = draw();
        long bid_size = line->bid_size, ask_size = line->ask_size, last_size = line->last_size;
        int has_moved = chance % 100 < 46;
        if (has_moved) line->cents += line->cents < 2000 || chance & 128 ? 1 : -1;
        if (number % 2) {
            line->bid_size = 100 * (long)(1 + (chance >> 8) % 20);
            line->ask_size = 100 * (long)(1 + (chance >> 16) % 20);
        }
        if ((chance >> 24) % 100 < 34) line->last_size = 1 + (long)((chance >> 32) % 30);
        line->volume += 10 * line->last_size;
        if (has_moved) to = put_price(to, line->id, 1, line->cents - 1, line->bid_size, 1);
        if (has_moved || line->bid_size != bid_size)
            to = put_size(to, 2, line->id, 0, line->bid_size);
        if (has_moved) to = put_price(to, line->id, 2, line->cents + 1, line->ask_size, 1);
        if (has_moved || line->ask_size != ask_size)
            to = put_size(to, 2, line->id, 3, line->ask_size);
        if (has_moved) to = put_price(to, line->id, 4, line->cents, line->last_size, 0);
        if (has_moved || line->last_size != last_size)
            to = put_size(to, 2, line->id, 5, line->last_size);
        to = put_size(to, 2, line->id, 8, line->volume);
        if (has_moved) {
            char letters[8];
            to = put_text(to, line->id, 32, exchanges(chance >> 40, letters, 5));
            to = put_text(to, line->id, 33, exchanges(chance >> 44, letters, 5));
            to = put_text(to, line->id, 84, exchanges(chance >> 48, letters, 1));
        }
        if (has_moved && number % 2)
            to = put_size(to, 46, line->id, 45, 1768487400 + number / 2);
    }
    filled = (size_t)(to - buffer);
}

static void give_up(const char *what) {
    perror(what);
    exit(1);
}

/* Hands over as much as the kernel takes; true when nothing is left. */
static int flush(int client) {
    while (sent < filled) {
        ssize_t count = send(client, buffer + sent, filled - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) return 0;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) exit(0);
        sent += (size_t)count;
    }
    filled = sent = 0;
    return 1;
}

static void watch(int poll, int how, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    if (epoll_ctl(poll, how, descriptor, &event)) give_up("epoll_ctl");
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    by_hand = strcmp(arguments[1], "digits") == 0;
    line_count = atoi(arguments[2]);
    long microseconds = atol(arguments[3]);
    if (line_count < 1 || line_count > MAX_LINES || microseconds < 1) return 2;
    for (int index = 0; index < line_count; index++)
        lines[index] = (struct line){index + 1, 2000 + 331 * index, 1000000 + 7919 * index, 100, 100, 1};

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&address, &size))
        give_up("listen");
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int poll = epoll_create1(0);
    if (client < 0 || timer < 0 || poll < 0) give_up("accept");
    watch(poll, EPOLL_CTL_ADD, client, EPOLLIN);
    watch(poll, EPOLL_CTL_ADD, timer, EPOLLIN);

    long number = 0;
    int is_waiting = 0;
    for (;;) {
        struct epoll_event events[8];
        int ready = epoll_wait(poll, events, 8, -1);
        for (int index = 0; index < ready; index++) {
            if (events[index].data.fd == timer) {
                uint64_t expirations;
                if (read(timer, &expirations, 8) != 8) continue;
                /* A client that does not keep up misses steps. */
                if (is_waiting) continue;
                step(number++);
                is_waiting = !flush(client);
                if (is_waiting) watch(poll, EPOLL_CTL_MOD, client, EPOLLIN | EPOLLOUT);
                continue;
            }
            if (events[index].events & EPOLLIN) {
                char bytes[4096];
                ssize_t got = read(client, bytes, sizeof bytes);
                if (got == 0 || (got < 0 && errno != EAGAIN)) return 0;
                struct itimerspec pace = {
                    {microseconds / 1000000, microseconds % 1000000 * 1000},
                    {microseconds / 1000000, microseconds % 1000000 * 1000}};
                if (timerfd_settime(timer, 0, &pace, NULL)) give_up("timerfd_settime");
            }
            if (events[index].events & EPOLLOUT && is_waiting) {
                is_waiting = !flush(client);
                if (!is_waiting) watch(poll, EPOLL_CTL_MOD, client, EPOLLIN);
            }
        }
    }
}
