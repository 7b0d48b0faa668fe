// What Glibc's Swift module leaves out: epoll, timerfd, eventfd, signalfd, socket diagnostics.
#ifndef CLINUX_H
#define CLINUX_H
#include <sys/epoll.h>
#endif
