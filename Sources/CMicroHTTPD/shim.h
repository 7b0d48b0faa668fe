#include <microhttpd.h>

/* What a request's handler and the notice of its end get besides the request: `context`. */
struct cmicrohttpd_bounds {
    unsigned int connections;
    unsigned int idle_seconds;
    size_t connection_bytes;
};

static size_t cmicrohttpd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    size_t count = 0;
    while (text[count] != 0) count++;
    return count;
}

/* A daemon without threads of its own, which the caller runs. The variadic call is not for Swift. */
static inline struct MHD_Daemon *cmicrohttpd_start(
    int listener, struct cmicrohttpd_bounds bounds, MHD_AccessHandlerCallback handle,
    MHD_RequestCompletedCallback completed, void *context) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, context,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_CONNECTION_LIMIT, bounds.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, bounds.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, bounds.connection_bytes,
        MHD_OPTION_UNESCAPE_CALLBACK, cmicrohttpd_keep_escapes, NULL,
        MHD_OPTION_END);
}

/* The descriptor that is readable when the daemon wants to run; -1 when there is none. */
static inline int cmicrohttpd_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

/* No bound on how long the connection may be idle. */
static inline void cmicrohttpd_wait_forever(struct MHD_Connection *connection) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
}

/* The connection's own descriptor; -1 when it is not known. */
static inline int cmicrohttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
