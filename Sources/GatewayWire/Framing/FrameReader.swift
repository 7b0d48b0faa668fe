/// Why bytes cannot be a frame, and where.
package enum FrameError: Error, Hashable, Sendable {
    /// The length word says more than the limit allows (or is negative, read as unsigned).
    case lengthOutOfRange(found: UInt32, allowed: Int)
}

/// Where frames begin and end: a big-endian 32-bit length, then that many bytes.
///
/// A length of zero is a whole, empty frame.
package struct FrameBoundary: Sendable {
    /// Largest body accepted, in bytes, without the four-byte length.
    package let maxBytes: Int

    package init(maxBytes: Int = 0xFF_FFFF) {
        self.maxBytes = maxBytes
    }

    /// The body of the frame that begins at `start`; `nil` while bytes are missing.
    ///
    /// - Throws: when the length can never be satisfied. More bytes cannot repair that.
    package func body(in bytes: Span<UInt8>, from start: Int) throws(FrameError) -> Range<Int>? {
        guard bytes.count - start >= 4 else { return nil }
        let length = UInt32(
            bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
        guard length <= maxBytes else {
            throw .lengthOutOfRange(found: length, allowed: maxBytes)
        }
        guard bytes.count - start - 4 >= Int(length) else { return nil }
        return (start + 4)..<(start + 4 + Int(length))
    }
}

/// Cuts a byte stream that arrives in pieces into frames.
package struct FrameReader: Sendable {
    private let boundary: FrameBoundary
    private var buffer: [UInt8] = []
    private var head = 0

    package init(maxBytes: Int = 0xFF_FFFF) {
        boundary = FrameBoundary(maxBytes: maxBytes)
    }

    package var maxBytes: Int { boundary.maxBytes }

    /// Bytes received and not yet part of a delivered frame.
    package var pendingCount: Int { buffer.count - head }

    package var pending: ArraySlice<UInt8> { buffer[head...] }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        makeRoom()
        buffer.append(contentsOf: bytes)
    }

    /// Forgets what was read, when that is cheap.
    private mutating func makeRoom() {
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 65_536)
            head = 0
        } else if head > 65_536, head > pendingCount {
            // Moving what is pending costs less than what was read since the last move.
            buffer.removeFirst(head)
            head = 0
        }
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        makeRoom()
        bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
    }

    /// Takes the next whole frame's body off the front; `nil` while bytes are missing.
    ///
    /// - Throws: when the length can never be satisfied. More bytes cannot repair that.
    package mutating func next() throws(FrameError) -> ArraySlice<UInt8>? {
        guard let body = try boundary.body(in: buffer.span, from: head) else { return nil }
        head = body.upperBound
        return buffer[body]
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
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + 4)
    bytes.appendBigEndian(UInt32(body.count))
    bytes.append(contentsOf: body)
    return bytes
}

extension [UInt8] {
    mutating func appendBigEndian(_ word: UInt32) {
        for shift: UInt32 in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
