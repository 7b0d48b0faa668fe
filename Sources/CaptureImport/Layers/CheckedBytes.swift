/// Big-endian reads that answer nil instead of trapping.
extension Span<UInt8> {
    @inline(__always)
    func byte(at offset: Int) -> UInt8? {
        offset >= 0 && offset < count ? self[offset] : nil
    }

    @inline(__always)
    func uint16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(
            bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func uint32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return UInt32(
            bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always)
    func uint64(at offset: Int) -> UInt64? {
        guard offset >= 0, offset <= count - 8 else { return nil }
        return UInt64(
            bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// A copy of the bytes in `range` as far as they exist.
    func copied(_ range: Range<Int>) -> [UInt8] {
        let lower = Swift.min(Swift.max(range.lowerBound, 0), count)
        let upper = Swift.min(Swift.max(range.upperBound, lower), count)
        let part = extracting(lower..<upper)
        return part.withUnsafeBufferPointer { Array($0) }
    }

    /// The sum of the 16-bit words in a range that exists, carries added, as checksums are made.
    func onesSum(_ range: Range<Int>) -> UInt16 {
        var sum: UInt64 = 0
        var index = range.lowerBound
        let bytes = self.bytes
        // Byte order does not matter to this sum until its end.
        var sums = SIMD4<UInt64>.zero
        while range.upperBound - index >= 32 {
            let words = bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: SIMD4<UInt64>.self)
            sums &+= (words & 0xFFFF_FFFF) &+ (words &>> 32)
            index += 32
        }
        sum = sums.wrappedSum()
        while range.upperBound - index >= 8 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            sum &+= (word & 0xFFFF_FFFF) &+ word >> 32
            index += 8
        }
        while range.upperBound - index >= 2 {
            sum &+= UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt16.self))
            index += 2
        }
        if index < range.upperBound { sum &+= UInt64(self[index]) }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return UInt16(truncatingIfNeeded: sum).byteSwapped
    }
}
