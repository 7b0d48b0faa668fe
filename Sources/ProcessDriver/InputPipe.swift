internal import Glibc
internal import SocketDriver

/// Our end of a program's standard input.
final class InputPipe {
    private let loop: EventLoop
    private let descriptor: CInt
    private let maxWaitingBytes: Int
    private var waiting: [UInt8] = []
    private var takenCount = 0
    private var watch: EventLoop.Watch?
    private var closesWhenEmpty = false
    private(set) var isOpen = true

    /// Takes the descriptor over.
    init(_ descriptor: CInt, maxWaitingBytes: Int, loop: EventLoop) {
        self.descriptor = descriptor
        self.maxWaitingBytes = maxWaitingBytes
        self.loop = loop
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close() }

    /// False when the pipe is closed or too much is waiting in it; then nothing is taken.
    func write(_ bytes: [UInt8]) -> Bool {
        guard isOpen, !closesWhenEmpty, waiting.count - takenCount + bytes.count <= maxWaitingBytes
        else {
            return false
        }
        waiting += bytes
        if watch == nil { push() }
        return isOpen
    }

    /// Closes once everything written has been taken.
    func closeWhenEmpty() {
        closesWhenEmpty = true
        if waiting.isEmpty { close() }
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        if let watch { loop.cancel(watch) }
        watch = nil
        waiting = []
        Glibc.close(descriptor)
    }

    private func push() {
        while takenCount < waiting.count {
            let count = waiting[takenCount...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                takenCount += count
            } else if errno == EAGAIN {
                waitForRoom()
                return
            } else if errno != EINTR {
                // The program has closed its end.
                close()
                return
            }
        }
        waiting.removeAll()
        takenCount = 0
        if let watch { loop.cancel(watch) }
        watch = nil
        if closesWhenEmpty { close() }
    }

    private func waitForRoom() {
        guard watch == nil else { return }
        watch = try? loop.watch(descriptor, .writable) { [unowned self] _, _ in push() }
        if watch == nil { close() }
    }
}
