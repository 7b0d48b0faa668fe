#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *clinux_error_text(int code) {
    const char *text = strerrordesc_np(code);
    return text != NULL ? text : "unknown error";
}

char **clinux_environ(void) { return environ; }

int clinux_tcp_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}

struct clinux_lookup {
    struct gaicb request;
    struct addrinfo hints;
    char host[];
};

struct clinux_lookup *clinux_lookup_begin(const char *host) {
    size_t size = strlen(host) + 1;
    struct clinux_lookup *lookup = calloc(1, sizeof *lookup + size);
    if (lookup == NULL) return NULL;
    memcpy(lookup->host, host, size);
    lookup->hints.ai_family = AF_UNSPEC;
    lookup->hints.ai_socktype = SOCK_STREAM;
    lookup->hints.ai_flags = AI_ADDRCONFIG;
    lookup->request.ar_name = lookup->host;
    lookup->request.ar_request = &lookup->hints;
    struct gaicb *requests[] = {&lookup->request};
    struct sigevent silent = {.sigev_notify = SIGEV_NONE};
    if (getaddrinfo_a(GAI_NOWAIT, requests, 1, &silent) == 0) return lookup;
    free(lookup);
    return NULL;
}

int clinux_lookup_goes_on(struct clinux_lookup *lookup, int *code, struct addrinfo **list) {
    *code = gai_error(&lookup->request);
    *list = lookup->request.ar_result;
    return *code == EAI_INPROGRESS;
}

void clinux_lookup_free(struct clinux_lookup *lookup) {
    if (lookup->request.ar_result != NULL) freeaddrinfo(lookup->request.ar_result);
    free(lookup);
}

int clinux_accept(int listener, struct sockaddr_storage *from) {
    socklen_t length = sizeof *from;
    return accept4(listener, (struct sockaddr *)from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    for (int index = 0; index < 2; index++) {
        if (ends[index] > 2) continue;
        int moved = fcntl(ends[index], F_DUPFD_CLOEXEC, 3);
        int code = errno;
        close(ends[index]);
        if (moved < 0) {
            close(ends[1 - index]);
            errno = code;
            return -1;
        }
        ends[index] = moved;
    }
    return 0;
}

int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_tcp_state(int descriptor) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
    return info.tcpi_state;
}

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// Why a child could not become the program it was made for.
struct refusal {
    int code;
    int in_directory;
};

// Runs in the child, on memory shared with the suspended parent: system calls only. A refusal goes
// through a pipe that closes at exec, since under ThreadSanitizer vfork is a fork.
static void become_program(const struct clinux_spawn *request, pid_t parent, int report) {
    struct refusal refusal = {0, 0};
    // The C library refuses to touch the two signals it keeps for itself, which may be ignored too.
    // All zero bytes are the kernel's default action; its signal sets have eight bytes.
    char by_default[64] = {0};
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, by_default, NULL, 8);
    }

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);

    // Out of the way first: any of the three may be sitting on one of the numbers 0 to 2.
    int copies[3];
    for (int index = 0; index < 3; index++) {
        copies[index] = fcntl(request->standard_streams[index], F_DUPFD_CLOEXEC, 3);
        if (copies[index] < 0) goto failed;
    }
    for (int index = 0; index < 3; index++) {
        if (dup2(copies[index], index) < 0) goto failed;
    }
    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);

    if (request->directory != NULL && chdir(request->directory) != 0) {
        refusal.in_directory = 1;
        goto failed;
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(request->program, request->arguments, request->environment);
failed:
    refusal.code = errno;
    if (write(report, &refusal, sizeof refusal) < 0) _exit(126);
    _exit(127);
}

pid_t clinux_spawn(const struct clinux_spawn *request, int *failed_in_directory) {
    int ends[2];
    if (clinux_pipe(ends) != 0) return -1;
    pid_t parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t child = vfork();
    if (child == 0) become_program(request, parent, ends[1]);
    int vfork_code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    struct refusal refusal = {0, 0};
    ssize_t size = 0;
    if (child > 0) {
        do size = read(ends[0], &refusal, sizeof refusal);
        while (size < 0 && errno == EINTR);
    }
    close(ends[0]);
    *failed_in_directory = refusal.in_directory;
    if (child < 0) {
        errno = vfork_code;
        return -1;
    }
    if (size != (ssize_t)sizeof refusal) return child;
    waitpid(child, NULL, 0);
    errno = refusal.code;
    return -1;
}

pid_t clinux_fork(const int standard_streams[3]) {
    pid_t parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t child = fork();
    int code = errno;
    if (child == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        // All three are above 2, as clinux_pipe makes them, or /dev/null.
        for (int index = 0; index < 3; index++) {
            if (dup2(standard_streams[index], index) < 0) _exit(126);
        }
        // The parent's pipes, sockets and event loop are none of the child's.
        syscall(SYS_close_range, 3, ~0U, 0);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return child;
}

int clinux_ending(pid_t process, int *was_signal, int *value) {
    siginfo_t info;
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    if (info.si_pid == 0) return 0;
    *was_signal = info.si_code != CLD_EXITED;
    *value = info.si_status;
    return 1;
}

int clinux_adopt_orphans(int adopts) { return prctl(PR_SET_CHILD_SUBREAPER, adopts); }

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    remove(path);
    return 0;
}

void clinux_remove_folder(const char *path) {
    nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

enum { guarded_groups = 4096, mark_bytes = 128, environment_bytes = 1 << 18, generations = 64,
       path_bytes = 4096 };

static const char guardian_name[] = "fakegw-guardian";

// Reads "/proc/PROCESS/NAME" from its start, and returns how many bytes that are.
static size_t read_of(const char *process, const char *name, char *bytes, size_t room) {
    char path[64] = "/proc/";
    strncat(path, process, 20);
    strncat(path, name, 20);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    size_t size = 0;
    ssize_t count;
    while (size < room && (count = read(file, bytes + size, room - size)) > 0) size += (size_t)count;
    close(file);
    return size;
}

// Whether a process carries the mark in its environment, as what a client program started does.
// Another guardian that does so has work of its own, and ends by itself.
static int is_marked(const char *process, const char *mark) {
    static char environment[environment_bytes];
    char name[16];
    size_t size = read_of(process, "/environ", environment, sizeof environment);
    if (memmem(environment, size, mark, strlen(mark) + 1) == NULL) return 0;
    size = read_of(process, "/comm", name, sizeof name);
    return size < sizeof guardian_name - 1 || memcmp(name, guardian_name, sizeof guardian_name - 1) != 0;
}

// Kills what left its client's process group and even its session. Repeats while some are found,
// because those may have started others.
static void kill_marked(const char *mark) {
    for (int round = 0; round < generations; round++) {
        int found = 0;
        DIR *processes = opendir("/proc");
        if (processes == NULL) return;
        struct dirent *entry;
        while ((entry = readdir(processes)) != NULL) {
            pid_t process = (pid_t)strtol(entry->d_name, NULL, 10);
            if (process <= 1 || process == getpid() || !is_marked(entry->d_name, mark)) continue;
            // The dead have no environment, so a process is found until it is dead.
            if (kill(process, SIGKILL) == 0) found = 1;
        }
        closedir(processes);
        if (!found) return;
        usleep(1000);
    }
}

// Removes the folders whose paths begin so: "/tmp/NAME".
static void remove_folders(const char *front) {
    char path[path_bytes];
    const char *slash = strrchr(front, '/');
    if (slash == NULL) return;
    size_t above = (size_t)(slash - front) + 1;
    snprintf(path, sizeof path, "%.*s", (int)above, front);
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, slash + 1, strlen(slash + 1)) != 0) continue;
        snprintf(path, sizeof path, "%.*s%s", (int)above, front, entry->d_name);
        clinux_remove_folder(path);
    }
    closedir(folder);
}

static void keep_guard(int told_by, const char *mark, const char *folders) {
    static pid_t groups[guarded_groups];
    int count = 0;
    pid_t told;
    int was_orderly = 0;
    for (;;) {
        ssize_t size = read(told_by, &told, sizeof told);
        if (size < 0 && errno == EINTR) continue;
        if (size != (ssize_t)sizeof told) break;
        was_orderly = told == 0;
        if (told > 0 && count < guarded_groups) groups[count++] = told;
        for (int index = 0; told < 0 && index < count; index++) {
            if (groups[index] == -told) groups[index--] = groups[--count];
        }
    }
    for (int index = 0; index < count; index++) kill(-groups[index], SIGKILL);
    if (count > 0 || !was_orderly) {
        kill_marked(mark);
        remove_folders(folders);
    }
    _exit(0);
}

static pid_t guardian_parent, guardian_child;
static int guardian_words = -1;

/* A parent that ends in order takes its guardian along. An orphan would stay behind as a zombie where
   the next reaper does not wait for it, as in a container without an init. */
static void end_guardian(void) {
    if (getpid() != guardian_parent) return;
    pid_t orderly = 0;
    while (write(guardian_words, &orderly, sizeof orderly) < 0 && errno == EINTR) {}
    close(guardian_words);
    while (waitpid(guardian_child, NULL, 0) < 0 && errno == EINTR) {}
}

int clinux_start_guardian(const char *mark, const char *folders, pid_t *guardian) {
    static char kept_mark[mark_bytes], kept_folders[path_bytes - 256];
    strncpy(kept_mark, mark, sizeof kept_mark - 1);
    strncpy(kept_folders, folders, sizeof kept_folders - 1);
    int ends[2];
    if (clinux_pipe(ends) != 0) return -1;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        // Signals stay blocked: only the end of the parent, or SIGKILL, ends the guardian.
        setsid();
        if (chdir("/") != 0) _exit(1);
        prctl(PR_SET_NAME, guardian_name);
        dup2(ends[0], 0);
        syscall(SYS_close_range, 1, ~0U, 0);
        keep_guard(0, kept_mark, kept_folders);
    }
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        errno = code;
        return -1;
    }
    *guardian = guardian_child = child;
    guardian_parent = getpid();
    guardian_words = ends[1];
    atexit(end_guardian);
    return ends[1];
}

static int write_own(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    int code = errno;
    close(file);
    errno = code;
    return count == (ssize_t)strlen(text) ? 0 : -1;
}

int clinux_own_network(void) {
    if (unshare(CLONE_NEWNET) != 0) {
        char users[64], groups[64];
        snprintf(users, sizeof users, "%u %u 1", geteuid(), geteuid());
        snprintf(groups, sizeof groups, "%u %u 1", getegid(), getegid());
        if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return -1;
        // Without "deny", the kernel lets nobody map groups.
        write_own("/proc/self/setgroups", "deny");
        if (write_own("/proc/self/uid_map", users) != 0) return -1;
        if (write_own("/proc/self/gid_map", groups) != 0) return -1;
    }
    struct ifreq loopback;
    memset(&loopback, 0, sizeof loopback);
    strcpy(loopback.ifr_name, "lo");
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0) return -1;
    int result = ioctl(any, SIOCGIFFLAGS, &loopback);
    loopback.ifr_flags |= IFF_UP;
    if (result == 0) result = ioctl(any, SIOCSIFFLAGS, &loopback);
    int code = errno;
    close(any);
    errno = code;
    return result;
}

int clinux_memory_file(const char *name) {
    // Kernels from 6.3 on want to be told whether it may be executed; older ones refuse the flag.
    const unsigned executable = 0x10;
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int file = memfd_create(name, flags | executable);
    return file >= 0 ? file : memfd_create(name, flags);
}

FILE *clinux_unnamed_file(void) {
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/fakegw-XXXXXX", folder && *folder ? folder : "/tmp");
    if (length < 0 || (size_t)length >= sizeof path) return NULL;
    int descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0) return NULL;
    unlink(path);
    FILE *file = fdopen(descriptor, "w+");
    if (file == NULL) close(descriptor);
    return file;
}

int clinux_seal(int file) {
    return fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

void clinux_set_pace(
    struct clock_page *page, int64_t since, int64_t elapsed, int64_t rate, int64_t until) {
    uint64_t sequence = page->sequence;
    __atomic_store_n(&page->sequence, sequence + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    __atomic_store_n(&page->since, since, __ATOMIC_RELAXED);
    __atomic_store_n(&page->elapsed, elapsed, __ATOMIC_RELAXED);
    __atomic_store_n(&page->rate, rate, __ATOMIC_RELAXED);
    __atomic_store_n(&page->until, until, __ATOMIC_RELAXED);
    __atomic_store_n(&page->sequence, sequence + 2, __ATOMIC_RELEASE);
}
