#include <pcap/pcap.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What the system said about the last call that failed. */
static inline const char *last_system_error(void) { return strerror(errno); }
