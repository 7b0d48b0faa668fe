internal import CLinux
internal import Glibc
internal import SocketDriver

/// A second process that ends the client programs when this process ends.
///
/// When this process ends in any way, `kill -9` included, the pipe to the guardian closes. The
/// guardian then kills every process group that it knows, and every process that carries its mark:
/// programs inherit it in their environment, also those that left their client's session. It is
/// forked once, with the first client program. It also removes their temporary home folders. A process
/// that was forked from this one has a guardian of its own.
struct Guardian: Sendable {
    /// This process's guardian.
    static var shared: Guardian {
        if let own, own.guarded == getpid() { return own }
        let guardian = Guardian()
        own = guardian
        return guardian
    }

    /// Client programs are started by one thread.
    nonisolated(unsafe) private static var own: Guardian?

    /// The process whose programs it ends.
    private let guarded = getpid()

    let processID: Int32
    /// The variable that marks what client programs start.
    let mark: (name: String, value: String)
    /// What the paths of temporary home folders begin with: below `$TMPDIR`, or `/tmp`.
    let homes: String
    private let descriptor: CInt
    private let failure: OSFailure?

    private init() {
        var process: pid_t = 0
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        mark = ("FAKEGW_GUARDED_BY", "\(getpid()).\(time.tv_sec).\(time.tv_nsec)")
        let wanted = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        homes = "\(wanted.hasPrefix("/") ? wanted : "/tmp")/fakegw-home-\(mark.value)-"
        descriptor = clinux_start_guardian("\(mark.name)=\(mark.value)", homes, &process)
        failure = descriptor < 0 ? .now("start the guardian process") : nil
        processID = process
    }

    func requireRunning() throws(OSFailure) {
        if let failure { throw failure }
    }

    func watch(group: Int32) { tell(group) }

    func forget(group: Int32) { tell(-group) }

    private func tell(_ word: Int32) {
        var word = word
        // Four bytes always fit: the guardian does nothing but read.
        while write(descriptor, &word, MemoryLayout<Int32>.size) < 0, errno == EINTR {}
    }
}
