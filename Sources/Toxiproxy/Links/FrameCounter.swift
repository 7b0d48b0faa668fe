/// Counts the length-prefixed frames of a stream, as the TWS API has them.
///
/// A frame is a big-endian 32-bit length and that many bytes. `API` and a zero byte in front of a
/// client's first frame are no frame. A stream of something else has lengths too, only meaningless ones.
struct FrameCounter {
    private static let greeting: UInt32 = 0x4150_4900

    /// Whole frames so far.
    private(set) var frameCount = 0
    private(set) var byteCount = 0
    private var prefix: UInt32 = 0
    private var prefixCount = 0
    private var bodyBytesLeft = 0

    /// Counts further bytes.
    ///
    /// - Parameter ended: Called for each frame that is complete: how many there are now, and the bytes
    ///   of the stream up to its end.
    mutating func count(_ bytes: [UInt8], ended: (_ frameCount: Int, _ offset: Int) -> Void) {
        var index = 0
        while index < bytes.count {
            if bodyBytesLeft > 0 {
                let taken = min(bodyBytesLeft, bytes.count - index)
                index += taken
                bodyBytesLeft -= taken
            } else {
                prefix = prefix << 8 | UInt32(bytes[index])
                prefixCount += 1
                index += 1
                guard prefixCount == 4 else { continue }
                prefixCount = 0
                if byteCount + index == 4, prefix == Self.greeting { continue }
                bodyBytesLeft = Int(prefix)
            }
            if bodyBytesLeft == 0 {
                frameCount += 1
                ended(frameCount, byteCount + index)
            }
        }
        byteCount += bytes.count
    }
}
