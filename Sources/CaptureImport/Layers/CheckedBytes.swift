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

    /// The same for bytes that are known to be there; it traps when they are not.
    @inline(__always)
    func knownUInt16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func knownUInt32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
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
        let bytes = self.bytes
        let end = range.upperBound
        var index = range.lowerBound
        // Byte order does not matter to this sum until its end.
        var sums = SIMD2<UInt64>.zero
        while index &+ 16 <= end {
            let words = bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: SIMD2<UInt64>.self)
            sums &+= (words & 0xFFFF_FFFF) &+ (words &>> 32)
            index &+= 16
        }
        var sum = sums.wrappedSum()
        if index < end { sum &+= shortSum(index..<end, of: range) }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) &+ sum >> 16 }
        return UInt16(truncatingIfNeeded: sum).byteSwapped
    }

    /// The sum over the last bytes of a range, fewer than 16, in the machine's byte order.
    @inline(__always)
    private func shortSum(_ rest: Range<Int>, of range: Range<Int>) -> UInt64 {
        var last: UInt128 = 0
        if range.count >= 16 {
            // Together with those before them they can be read at once.
            last = UInt128(
                littleEndian: bytes.unsafeLoadUnaligned(
                    fromByteOffset: rest.upperBound &- 16, as: UInt128.self))
            last >>= UInt128(8 &* (16 &- rest.count))
        } else {
            for index in rest.reversed() { last = last << 8 | UInt128(self[index]) }
        }
        let low = UInt64(truncatingIfNeeded: last)
        let high = UInt64(truncatingIfNeeded: last >> 64)
        return (low & 0xFFFF_FFFF) &+ low >> 32 &+ (high & 0xFFFF_FFFF) &+ high >> 32
    }
}
