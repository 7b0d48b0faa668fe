internal import CMicroHTTPD
internal import Glibc
internal import HTTPMessages
internal import SocketDriver

/// A response whose body is sent as it comes to be.
///
/// While nothing waits, its connection is suspended, and libmicrohttpd does not look at it. So the loop
/// watches for the client's end.
final class ResponseStream: HTTPStream {
    /// The most that is copied at once.
    static let pieceSize = 16 << 10

    var onEnd: (() -> Void)?
    private unowned let server: HTTPServer
    private let connection: OpaquePointer
    private var waiting: [UInt8] = []
    /// How many bytes of `waiting` have been taken.
    private var takenCount = 0
    private var isEnded = false
    private var isSuspended = false
    private var watch: EventLoop.Watch?

    init(_ server: HTTPServer, _ connection: OpaquePointer) {
        self.server = server
        self.connection = connection
        server.streams[ObjectIdentifier(self)] = self
    }

    var waitingByteCount: Int { waiting.count - takenCount }

    func append(_ bytes: [UInt8]) {
        guard !isEnded else { return }
        waiting.append(contentsOf: bytes)
        resume()
    }

    func end() {
        isEnded = true
        resume()
    }

    /// Ends the stream when its client shuts down or is gone: nobody reads any more.
    func watchClient() {
        let descriptor = cmicrohttpd_socket(connection)
        guard descriptor >= 0 else { return }
        watch = try? server.loop.watch(descriptor, .farEnd) { [unowned self] _, _ in
            waiting = []
            takenCount = 0
            unwatch()
            end()
        }
    }

    /// Gives the next bytes to libmicrohttpd; without any the connection sleeps.
    func read(into buffer: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        guard waitingByteCount > 0 else {
            guard !isEnded else { return -1 }
            isSuspended = true
            MHD_suspend_connection(connection)
            return 0
        }
        let length = min(count, waitingByteCount)
        waiting.withUnsafeBytes { bytes in
            let piece = UnsafeRawBufferPointer(rebasing: bytes[takenCount..<takenCount + length])
            UnsafeMutableRawPointer(buffer).copyMemory(
                from: piece.baseAddress.unsafelyUnwrapped, byteCount: length)
        }
        takenCount += length
        if takenCount == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.count <= Self.pieceSize)
            takenCount = 0
        }
        return length
    }

    /// libmicrohttpd has let go of it, and closes the connection.
    func finish() {
        unwatch()
        server.streams[ObjectIdentifier(self)] = nil
        isEnded = true
        onEnd?()
        onEnd = nil
    }

    private func resume() {
        guard isSuspended else { return }
        isSuspended = false
        MHD_resume_connection(connection)
        server.runSoon()
    }

    func unwatch() {
        if let watch { server.loop.cancel(watch) }
        watch = nil
    }
}

/// libmicrohttpd asks for the next bytes of a stream.
func readStream(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?,
    count: Int
) -> Int {
    guard let context, let buffer else { return -1 }
    return Unmanaged<ResponseStream>.fromOpaque(context).takeUnretainedValue()
        .read(into: buffer, count)
}

/// libmicrohttpd needs a stream no more.
func releaseStream(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let stream = Unmanaged<ResponseStream>.fromOpaque(context).takeRetainedValue()
    stream.finish()
}
