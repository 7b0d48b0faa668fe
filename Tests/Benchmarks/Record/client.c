// A client for scripts/bench record: the same requests to several ports in turns.
//
// usage: client ROUNDS PORT…
// For each port and round: a handshake, then round trips of one request each, then a burst whose
// answers are counted. Prints per port the medians over the rounds: the round trip's p50 and p99 in
// microseconds, and the burst's rate in MB a second.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { trips = 2000, burst = 4000, buffer_size = 1 << 18, most_rounds = 32, most_ports = 8 };

static char buffer[buffer_size];

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int dial(int port) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return descriptor;
}

static void say(int descriptor, const void *bytes, size_t size) {
    const char *rest = bytes;
    while (size > 0) {
        ssize_t sent = send(descriptor, rest, size, MSG_NOSIGNAL);
        if (sent <= 0) fail("send");
        rest += sent;
        size -= (size_t)sent;
    }
}

static void hear(int descriptor, void *bytes, size_t size) {
    if (recv(descriptor, bytes, size, MSG_WAITALL) != (ssize_t)size) fail("recv");
}

static size_t put_frame(char *frame, const char *fields, size_t size) {
    uint32_t length = htonl((uint32_t)size);
    memcpy(frame, &length, 4);
    memcpy(frame + 4, fields, size);
    return size + 4;
}

static uint32_t hear_frame(int descriptor) {
    uint32_t length;
    hear(descriptor, &length, 4);
    length = ntohl(length);
    if (length > buffer_size) fail("a frame is too long");
    hear(descriptor, buffer, length);
    return length;
}

static int compare(const void *one, const void *other) {
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

static double quantile(double *values, int count, double share) {
    qsort(values, (size_t)count, sizeof *values, compare);
    int index = (int)(share * (count - 1) + 0.5);
    return values[index];
}

struct figures { double p50[most_rounds], p99[most_rounds], rate[most_rounds]; };

static void measure(int port, int round, struct figures *figures) {
    static const char hello[] = "API\0\0\0\0\x09v157..176";
    // A new client id each time: the gateway may hear of the last one's end later.
    static int client_id = 0;
    char start[32];
    int start_size = sprintf(start, "71%c2%c%d%c", 0, 0, client_id++, 0);
    start[start_size++] = 0;
    static const char ids[] = "8\0" "1\0" "1\0";
    static const char positions[] = "61\0" "1\0";
    char frame[64];
    int descriptor = dial(port);
    say(descriptor, hello, sizeof hello - 1);
    hear_frame(descriptor);
    say(descriptor, frame, put_frame(frame, start, (size_t)start_size));
    for (int messages = 0; messages < 5; messages++) hear_frame(descriptor);
    static double times[trips];
    size_t size = put_frame(frame, ids, sizeof ids - 1);
    for (int trip = 0; trip < trips; trip++) {
        double begin = seconds();
        say(descriptor, frame, size);
        hear_frame(descriptor);
        times[trip] = (seconds() - begin) * 1e6;
    }
    figures->p50[round] = quantile(times, trips, 0.5);
    figures->p99[round] = quantile(times, trips, 0.99);
    size = put_frame(frame, positions, sizeof positions - 1);
    double begin = seconds();
    double bytes = 0;
    for (int request = 0; request < burst; request += 50) {
        for (int next = 0; next < 50; next++) say(descriptor, frame, size);
        for (int next = 0; next < 50 * 25; next++) bytes += hear_frame(descriptor) + 4;
    }
    figures->rate[round] = bytes / (seconds() - begin) / 1e6;
    close(descriptor);
}

int main(int count, char **arguments) {
    int rounds = count > 2 ? atoi(arguments[1]) : 0;
    int ports = count - 2;
    if (rounds < 1 || rounds > most_rounds || ports < 1 || ports > most_ports) return 2;
    static struct figures figures[most_ports];
    for (int round = 0; round < rounds; round++) {
        for (int index = 0; index < ports; index++) {
            measure(atoi(arguments[2 + index]), round, &figures[index]);
        }
    }
    for (int index = 0; index < ports; index++) {
        printf(
            "%.1f %.1f %.1f\n", quantile(figures[index].p50, rounds, 0.5),
            quantile(figures[index].p99, rounds, 0.5), quantile(figures[index].rate, rounds, 0.5));
    }
    return 0;
}
