#include <pcap/pcap.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the system said about the last call that failed. */
static inline const char *last_system_error(void) { return strerror(errno); }

/* A file that nobody else can find, gone when it is closed; NULL when there can be none. */
static inline FILE *unnamed_temporary_file(void) {
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/fakegw-XXXXXX", folder && *folder ? folder : "/tmp");
    int descriptor = mkstemp(path);
    if (descriptor < 0) return NULL;
    unlink(path);
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    FILE *file = fdopen(descriptor, "w+");
    if (!file) close(descriptor);
    return file;
}
