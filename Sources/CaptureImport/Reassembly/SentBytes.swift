/// The last bytes of a direction, to compare what is sent again with what came first.
struct SentBytes {
    private var bytes: [UInt8] = []
    /// Offset behind the last one.
    private var end: Int64 = 0

    /// Adds bytes that begin at an offset; a hole before them forgets what was there.
    @inline(__always)
    mutating func append(_ more: Span<UInt8>, at start: Int64, keeping limit: Int) {
        if start != end { bytes.removeAll(keepingCapacity: true) }
        end = start + Int64(more.count)
        if bytes.count + more.count > 2 * limit {
            bytes.removeFirst(min(bytes.count, max(0, bytes.count + more.count - limit)))
        }
        let kept = more.extracting(last: limit)
        kept.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Counts the bytes in which those that begin at an offset differ from what was sent first.
    func differences(from others: Span<UInt8>, at start: Int64) -> Int {
        let first = end - Int64(bytes.count)
        let lower = max(start, first)
        let upper = min(start + Int64(others.count), end)
        var count = 0
        var offset = lower
        while offset < upper {
            if bytes[Int(offset - first)] != others[Int(offset - start)] { count += 1 }
            offset += 1
        }
        return count
    }
}
