import GatewayWire

/// What tells one stream of messages from another: the id of a message, and some of its texts.
///
/// A short one is a number, which is quick to make and to compare; a longer one is bytes.
struct StreamKey {
    /// Bytes that a number holds beside their count.
    private static let mostShort = 15

    private var word: UInt128 = 0
    private var count = 0
    private(set) var isLong = false
    /// Of a longer one; their memory is used again.
    private(set) var bytes: [UInt8] = []

    /// Begins again, with the id of a message to the client.
    mutating func begin(_ id: Int) {
        word = UInt128(UInt8(truncatingIfNeeded: id))
        count = 1
        isLong = false
    }

    mutating func append(_ text: Span<UInt8>) {
        guard hasRoom(for: text.count) else {
            lengthen()
            text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            bytes.append(0)
            return
        }
        var index = 0
        while index < text.count {
            let first = index
            var part: UInt64 = 0
            while index < text.count, index < first + 8 {
                part |= UInt64(text[index]) &<< UInt64(8 * (index - first))
                index += 1
            }
            add(part, index - first)
        }
        count += 1
    }

    /// Appends a number as a text says it.
    mutating func append(_ number: Int64) {
        guard (0...99_999_999).contains(number), hasRoom(for: 8) else {
            let text = String(number)
            append(text.utf8.span)
            return
        }
        var part: UInt64 = 0
        var digits = 0
        var rest = UInt64(number)
        repeat {
            part = part << 8 | (UInt64(UInt8(ascii: "0")) + rest % 10)
            rest /= 10
            digits += 1
        } while rest > 0
        add(part, digits)
        count += 1
    }

    /// One that is not long, with its count above it; never 0 once it has begun.
    var number: UInt128 { word | UInt128(count) << 120 }

    // Helpers, in the order they are called.

    /// Whether it stays short with so many bytes and the NUL behind them.
    private func hasRoom(for size: Int) -> Bool { !isLong && count + size < Self.mostShort }

    private mutating func lengthen() {
        guard !isLong else { return }
        isLong = true
        bytes.removeAll(keepingCapacity: true)
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt128(8 * index)))
        }
    }

    private mutating func add(_ part: UInt64, _ size: Int) {
        word |= UInt128(part) << UInt128(8 * count)
        count += size
    }
}
