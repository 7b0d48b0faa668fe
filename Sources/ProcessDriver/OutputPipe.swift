internal import CLinux
internal import Glibc
internal import SocketDriver

/// Our end of a program's standard output or standard error.
final class OutputPipe {
    private static let maxReadBytes = 65_536

    private let loop: EventLoop
    private let descriptor: CInt
    private var watch: EventLoop.Watch?
    private var splitter: LineSplitter
    private let onLines: ([OutputLine]) -> Void
    private let onEnd: () -> Void

    /// Takes the descriptor over.
    init(
        _ descriptor: CInt, splitter: LineSplitter, loop: EventLoop,
        onLines: @escaping ([OutputLine]) -> Void, onEnd: @escaping () -> Void
    ) throws(OSFailure) {
        self.descriptor = descriptor
        self.splitter = splitter
        self.loop = loop
        self.onLines = onLines
        self.onEnd = onEnd
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        watch = try loop.watch(descriptor, .readable) { [unowned self] _, _ in
            if readOnce() == .end {
                close()
                self.onEnd()
            }
        }
    }

    deinit { close() }

    var isOpen: Bool { watch != nil }

    /// Reads what is there, then stops.
    ///
    /// A process that writes after this gets SIGPIPE.
    func finish() {
        // As much as a pipe holds, and no more: a grandchild may be writing without end.
        for _ in 0..<16 where isOpen {
            guard readOnce() == .some else { break }
        }
        close()
    }

    private func close() {
        guard let watch else { return }
        loop.cancel(watch)
        self.watch = nil
        Glibc.close(descriptor)
        if let line = splitter.finish() { onLines([line]) }
    }

    private enum Progress { case some, nothing, end }

    private func readOnce() -> Progress {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.maxReadBytes) { buffer, filled in
            count = read(descriptor, buffer.baseAddress, buffer.count)
            filled = max(0, count)
        }
        if count > 0 {
            let lines = splitter.take(bytes)
            if !lines.isEmpty { onLines(lines) }
            return .some
        }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .end
    }
}
