/// The last bytes of a direction, to compare what is sent again with what came first.
struct SentBytes {
    /// Grows up to the limit, and is a ring from then on.
    private var bytes: [UInt8] = []
    /// Where the oldest byte is.
    private var oldest = 0
    /// Offset behind the last one.
    private var end: Int64 = 0

    /// Adds bytes that begin at an offset; a hole before them forgets what was there.
    ///
    /// - Parameter limit: How many are kept, always the same number.
    @inline(__always)
    mutating func append(_ more: Span<UInt8>, at start: Int64, keeping limit: Int) {
        if start != end {
            bytes.removeAll(keepingCapacity: true)
            oldest = 0
        }
        end = start + Int64(more.count)
        let count = more.count
        if bytes.count == limit, count < limit - oldest {
            overwrite(with: more)
            oldest += count
            return
        }
        wrap(more.extracting(last: limit), limit)
    }

    private mutating func wrap(_ more: Span<UInt8>, _ limit: Int) {
        let added = min(limit - bytes.count, more.count)
        more.extracting(first: added).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        var rest = more.extracting(droppingFirst: added)
        while !rest.isEmpty {
            let part = rest.extracting(first: limit - oldest)
            overwrite(with: part)
            oldest = (oldest + part.count) % limit
            rest = rest.extracting(droppingFirst: part.count)
        }
    }

    /// Puts new bytes in the place of the oldest, which are as many at least up to the ring's end.
    @inline(__always)
    private mutating func overwrite(with more: Span<UInt8>) {
        let range = oldest..<oldest + more.count
        bytes.withUnsafeMutableBytes { target in
            more.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[range]).copyMemory(from: source)
            }
        }
    }

    /// Counts the bytes in which those that begin at an offset differ from what was sent first.
    func differences(from others: Span<UInt8>, at start: Int64) -> Int {
        let first = end - Int64(bytes.count)
        let lower = max(start, first)
        let upper = min(start + Int64(others.count), end)
        var count = 0
        var offset = lower
        while offset < upper {
            let place = (oldest + Int(offset - first)) % bytes.count
            if bytes[place] != others[Int(offset - start)] { count += 1 }
            offset += 1
        }
        return count
    }
}
