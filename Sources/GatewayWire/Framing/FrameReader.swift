/// Why bytes cannot be a frame, and where.
package enum FrameError: Error, Hashable, Sendable {
    /// The length word says more than the limit allows (or is negative, read as unsigned).
    case lengthOutOfRange(found: UInt32, allowed: Int)
}

/// Cuts a byte stream into frames: a big-endian 32-bit length, then that many bytes.
///
/// Decides only where frames begin and end. A length of zero is a whole, empty frame; what that
/// means is for the reader of the frame to say.
package struct FrameReader: Sendable {
    /// Largest body accepted, in bytes, without the four-byte length.
    package let maxBytes: Int
    private var buffer: [UInt8] = []
    private var head = 0

    package init(maxBytes: Int = 0xFF_FFFF) {
        self.maxBytes = maxBytes
    }

    /// Bytes received and not yet part of a delivered frame.
    package var pendingCount: Int { buffer.count - head }

    package var pending: ArraySlice<UInt8> { buffer[head...] }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 65_536)
            head = 0
        } else if head > 65_536 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Takes the next whole frame's body off the front; `nil` while bytes are missing.
    ///
    /// - Throws: when the length can never be satisfied. More bytes cannot repair that.
    package mutating func next() throws(FrameError) -> ArraySlice<UInt8>? {
        guard pendingCount >= 4 else { return nil }
        let length = buffer[head..<(head + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard length <= maxBytes else {
            throw .lengthOutOfRange(found: length, allowed: maxBytes)
        }
        let end = head + 4 + Int(length)
        guard end <= buffer.count else { return nil }
        let body = buffer[(head + 4)..<end]
        head = end
        return body
    }

    /// Takes `count` bytes off the front; `nil` while they are missing.
    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard pendingCount >= count else { return nil }
        defer { head += count }
        return buffer[head..<(head + count)]
    }
}

/// Puts the length in front of a body.
package func frame(_ body: some Collection<UInt8>) -> [UInt8] {
    let length = UInt32(body.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + 4)
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
    bytes.append(contentsOf: body)
    return bytes
}
