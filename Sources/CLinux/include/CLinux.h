// What Glibc's Swift module leaves out: epoll, timerfd, eventfd, signalfd, socket diagnostics,
// and starting a process under conditions that posix_spawn cannot express.
#ifndef CLINUX_H
#define CLINUX_H

#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clock_page.h"

// The text for an error number, such as "Address already in use"; never null.
const char *clinux_error_text(int code);

// The environment of this process.
char **clinux_environ(void);

// A non-blocking, close-on-exec TCP socket, or -1.
int clinux_tcp_socket(int family);

// accept4: non-blocking and close-on-exec from the first moment, or -1.
int clinux_accept(int listener, struct sockaddr_storage *from);

// Looks up the addresses of a host's name for TCP. glibc asks on a thread of its own, so that the caller
// does not wait. Null when there is no memory for it.
struct clinux_lookup;
struct clinux_lookup *clinux_lookup_begin(const char *host);

// 1 while the lookup goes on. 0 when it is over: *code is 0 or an EAI_ error, *list what was found.
int clinux_lookup_goes_on(struct clinux_lookup *lookup, int *code, struct addrinfo **list);

// Frees a lookup that is over, and its list.
void clinux_lookup_free(struct clinux_lookup *lookup);

// A close-on-exec pipe whose ends are never 0, 1 or 2: ends[0] reads, ends[1] writes. 0 or -1.
int clinux_pipe(int ends[2]);

// A descriptor that turns readable when the process ends, or -1.
int clinux_pidfd_open(pid_t process);

// The first byte of TCP_INFO, which is the connection's state; -1 when it cannot be read.
int clinux_tcp_state(int descriptor);

struct clinux_spawn {
    const char *program;         // looked up in PATH when it holds no slash
    char *const *arguments;      // null-terminated, program name first
    char *const *environment;    // null-terminated
    const char *directory;       // working directory, or null for ours
    int standard_streams[3];     // become 0, 1 and 2
};

// Starts a program in its own process group with default signals and only descriptors 0 to 2.
//
// The kernel kills it (SIGKILL) when the calling thread ends, however that happens.
// Returns its process id, or -1 with errno; *failed_in_directory tells chdir from exec.
pid_t clinux_spawn(const struct clinux_spawn *request, int *failed_in_directory);

// Forks this process, which must have one thread. The child leads a process group of its own, has the
// streams as 0, 1 and 2 and no other descriptor, and blocks the signals that the parent blocks.
//
// The kernel kills the child (SIGKILL) when the calling thread ends, however that happens.
// Returns 0 in the child, the child's process id in the parent, or -1 with errno.
pid_t clinux_fork(const int standard_streams[3]);

// How a child ended. Returns 1 when it has (status filled in), 0 when it still runs, -1 on error.
// The child stays a zombie, so that its number cannot be given to a stranger.
int clinux_ending(pid_t process, int *was_signal, int *value);

// The name of a system call in which a thread can stay for long, or null.
const char *clinux_system_call(long number);

// Makes orphaned descendants children of this process, so that they can be ended and reaped.
int clinux_adopt_orphans(int adopts);

// Starts a process that waits for this one to end and then kills the groups it was told of, and
// every process whose environment holds the mark, "NAME=VALUE" of at most 127 bytes. Then it removes
// the folders whose absolute paths begin with `folders`.
//
// Returns the descriptor to tell it by (write a pid_t: positive to add, negative to remove, 0 last
// when nothing is left),
// or -1. *guardian gets its process id.
int clinux_start_guardian(const char *mark, const char *folders, pid_t *guardian);

// Moves this process, which must have one thread, into a network namespace of its own with loopback
// up; without privileges into a user namespace too. 0 or -1.
int clinux_own_network(void);

// Removes a folder with all that is in it; follows no symbolic link and leaves no file system.
void clinux_remove_folder(const char *path);

// An empty file in memory, close-on-exec, or -1.
int clinux_memory_file(const char *name);

// Nobody can change a memory file after this. 0 or -1.
int clinux_seal(int file);

// An empty file in TMPDIR or /tmp that nobody else can find, open for reading and writing, close-on-exec, and
// gone when it is closed. Null when there can be none.
FILE *clinux_unnamed_file(void);

// Changes the numbers of the page that change as one.
void clinux_set_pace(
    struct clock_page *page, int64_t since, int64_t elapsed, int64_t rate, int64_t until);

#endif
