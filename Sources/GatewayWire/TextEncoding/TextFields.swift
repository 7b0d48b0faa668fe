/// Where the NUL-terminated fields of a frame's body are.
struct TextFields: Sendable {
    /// Fields that have their NUL.
    private(set) var count = 0
    private var start = 0
    /// One behind each field's NUL; longer than `count`.
    private var ends: [Int32] = []

    /// Where the last field that has its NUL ends, NUL included.
    var end: Int { count == 0 ? start : Int(ends[count - 1]) }

    /// Finds the fields from `start` to the body's end.
    ///
    /// - Returns: False when there are more than are kept.
    mutating func find(in body: Span<UInt8>, from start: Int) -> Bool {
        self.start = start
        var found = 0
        var index = start
        while index < body.count {
            // As many bytes as there is certainly room for.
            let stop = min(body.count, index + 4096)
            if ends.count < found + (stop - index) + 1 {
                guard found <= MessageScanner.maxFields else { return false }
                let room = max(ends.count, found + (stop - index) + 1 - ends.count)
                ends.append(contentsOf: repeatElement(0, count: room))
            }
            var ends = self.ends.mutableSpan
            while stop - index >= 8 {
                var word = UInt64(
                    littleEndian: body.bytes.unsafeLoadUnaligned(
                        fromByteOffset: index, as: UInt64.self))
                // A bit on top of each byte that is NUL.
                let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
                word = ~(((word & low) &+ low) | word | low)
                while word != 0 {
                    let end = index + word.trailingZeroBitCount / 8 + 1
                    ends[found] = Int32(truncatingIfNeeded: end)
                    found += 1
                    word &= word &- 1
                }
                index += 8
            }
            while index < stop {
                // Written always and kept when it is a NUL: no branch to mispredict.
                let isNUL = body[index] == 0
                index += 1
                ends[found] = Int32(truncatingIfNeeded: index)
                found += isNUL ? 1 : 0
            }
        }
        count = found
        return found <= MessageScanner.maxFields
    }

    /// A field's bytes in the body, without the NUL.
    func range(of field: Int) -> Range<Int> {
        (field == 0 ? start : Int(ends[field - 1]))..<(Int(ends[field]) - 1)
    }

    /// Where a field begins; for the one behind the last, where it would.
    func offset(of field: Int) -> Int {
        field == 0 ? start : Int(ends[field - 1])
    }
}
