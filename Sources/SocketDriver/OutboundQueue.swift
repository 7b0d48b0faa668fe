internal import Glibc

/// Bytes that wait to be taken by the kernel.
struct OutboundQueue {
    enum Progress: Equatable {
        case empty
        /// The kernel takes no more for now.
        case waiting
        /// The connection is gone; the bytes are too.
        case failed(CInt)
    }

    private var bytes: [UInt8] = []
    private var sentCount = 0

    var count: Int { bytes.count - sentCount }

    mutating func append(_ more: [UInt8]) {
        if count == 0 {
            bytes = more
            sentCount = 0
            return
        }
        // Moving the rest to the front costs no more than was sent since the last move.
        if sentCount >= count {
            bytes.removeFirst(sentCount)
            sentCount = 0
        }
        bytes += more
    }

    mutating func removeAll() {
        bytes = []
        sentCount = 0
    }

    /// Hands over as much as the kernel takes.
    ///
    /// - Parameter report: Called with the bytes of every write that the kernel took.
    mutating func send(to descriptor: CInt, report: (([UInt8]) -> Void)? = nil) -> Progress {
        while count > 0 {
            let result = bytes.withUnsafeBytes { raw in
                let rest = raw[sentCount...]
                return Glibc.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                    CInt(MSG_NOSIGNAL))
            }
            if result >= 0 {
                report?(Array(bytes[sentCount..<sentCount + result]))
                sentCount += result
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .waiting
            default:
                let code = errno
                removeAll()
                return .failed(code)
            }
        }
        removeAll()
        return .empty
    }
}
